"""Warnings about bills, in words: what they tell of is no error, but may be the cause of a wrong number."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta

from faregate._core import Book
from faregate._documents import products_of
from faregate._table import Table


def doubts(
    names: Collection[str], months: Table, refusals: Table, repeats: Table, grouped: int, book: Book
) -> Iterator[str]:
    """Yields all warnings. `grouped` is the number of quantities such as "1.000", in which the point may group
    digits."""
    yield from _alike(names)
    yield from _nameless(names)
    yield from _strange_years(months)
    yield from _thousands_in(grouped)
    yield from _unknown_products(refusals, book)
    yield from _undone(refusals)
    yield from _gone_back(refusals)
    yield from _repeated_late(repeats)


def counted(number: int, of: str, many: str | None = None) -> str:
    return f"{number:,} {of if number == 1 else many or of + 's'}"


def _alike(names: Iterable[str]) -> Iterator[str]:
    """Yields warnings of names that a person would take for the same."""
    names = list(names)
    seen = [_as_seen(name) for name in names]
    if len(set(seen)) == len(seen):
        return  # the usual case, which is decided without a list for each of many names, because that would take longer
    folded = defaultdict(list)
    for name, as_seen in zip(names, seen):
        folded[as_seen].append(name)
    for same in folded.values():
        if len({name.casefold() for name in same}) > 1:
            yield f"accounts that look alike: {', '.join(map(ascii, same))}"
        elif len(same) > 1:
            yield f"accounts that differ in letter case alone: {', '.join(map(repr, same))}"


def _nameless(names: Iterable[str]) -> Iterator[str]:
    """Yields a warning of names that programs write for a missing value."""
    missing = [name for name in names if len(name) < 10 and name.casefold() in _MISSING]
    if missing:
        yield f"accounts with names as of a missing value: {', '.join(map(repr, missing))}"


_MISSING = {"nan", "na", "n/a", "<na>", "#n/a", "null", "none", "nil", "undefined", "nat", "\\n", "-", "?"}


def _thousands_in(count: int) -> Iterator[str]:
    if count > 0:
        yield (
            f"{counted(count, 'quantity', 'quantities')} such as '1.000' {'was' if count == 1 else 'were'} read as 1: "
            "if the point stands between thousands, say thousands='.'"
        )


def _as_seen(name: str) -> str:
    """A name without the differences that the eye does not see: case, forms of a letter, signs without width,
    blanks."""
    if not name.isascii():
        name = "".join(sign for sign in unicodedata.normalize("NFKC", name) if unicodedata.category(sign) != "Cf")
    return " ".join(name.casefold().split())


def _strange_years(periods: Table) -> Iterator[str]:
    begun = set(periods["month"].tolist())  # as a set, because many rows share few months
    if None in begun:
        others = {f"{begin:%Y-%m}" for begin in set(periods["begin"].tolist()) if begin is not None}
        begun = begun - {None} | others
    months = [month for month in begun if not "2000" <= month < "2100"]
    if months:
        first, last = min(months), max(months)
        when = f"of {first}" if first == last else f"from {first} to {last}"
        yield f"usage {when}, outside of the years 2000 to 2099: perhaps the times count another unit"


def not_in_the_log(given: Iterable[str], apart: Collection[Table], months: Table) -> Iterator[str]:
    """Yields a warning of accounts that were entered but of which the log has nothing, neither billed nor in the tables
    `apart`: packs that were entered under a misspelt name would serve nobody."""
    seen = {name for table in (months, *apart) for name in set(table["account"].tolist()) if name is not None}
    absent = [name.strip() for name in given if name.strip() not in seen]
    if absent:
        near = nearest(absent[0], seen)
        meant = f", the nearest is {near!r}" if near is not None else ""
        more = f" (and {len(absent) - 1:,} more)" if len(absent) > 1 else ""
        yield f"accounts: the log has nothing of {absent[0]!r}{more}{meant}"


def nearest(name: str, names: Collection[str]) -> str | None:
    """The most similar name, or None. Also None among so many names that comparing them would take longer than billing;
    there, an account without usage in a month is nothing unusual either."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, names, n=1)), None) if len(names) <= _COMPARED_MOST else None


_COMPARED_MOST = 10_000


def _unknown_products(refusals: Table, book: Book) -> Iterator[str]:
    """Yields a warning of products that the book does not have, with those that it has."""
    told = (refusals[name].tolist() for name in ("row", "code", "product")) if len(refusals) > 0 else ()
    unknown = Counter(
        product for row, code, product in zip(*told) if row is not None and code == "unknown_product"
    )  # commands are no rows: what they are refused for is told apart
    if unknown:
        [(name, count)] = unknown.most_common(1)
        there = [product.id for product in products_of(book)]
        near = nearest(name.casefold(), there)
        meant = f"the nearest is {near}, of " if near is not None else "there are "
        more = f", and {counted(len(unknown) - 1, 'other name')} of none" if len(unknown) > 1 else ""
        yield f"the book has no product {name!r} ({counted(count, 'event')}){more}; {meant}{', '.join(there)}"


def _undone(refusals: Table) -> Iterator[str]:
    """Yields a warning of commands that were refused: they are no rows of the log, so nobody looks for them there."""
    count = refusals["row"].null_count
    if count > 0:
        first = refusals["row"].tolist().index(None)
        account, message = refusals["account"][first], refusals["message"][first]
        if count == 1:
            yield f"a command of account {account!r} was refused: {message}"
        else:
            yield f"{count:,} commands of accounts were refused, the first of {account!r}: {message}"


def _gone_back(refusals: Table) -> Iterator[str]:
    """Yields a warning of rows that lie before what their accounts had seen when they were entered: their usage is in
    no bill, though it may be in no earlier log either."""
    told = (refusals[name].tolist() for name in ("row", "code", "account", "time")) if len(refusals) > 0 else ()
    back = [(account, time) for row, code, account, time in zip(*told) if row is not None and code == "time_reversal"]
    if back:
        account, time = back[0]
        yield (
            f"{counted(len(back), 'row')} {'lies' if len(back) == 1 else 'lie'} before the instant at which the state "
            f"or the commands of the account end, the first of {account!r} at {time.isoformat()}, and "
            f"{'is' if len(back) == 1 else 'are'} in no bill: a log begins where `until` of the one before it was"
        )


def _repeated_late(repeats: Table) -> Iterator[str]:
    """Yields a warning of events whose id was used long before: they are probably no repeated sendings, but the ids
    begin anew now and then."""
    if len(repeats) == 0:
        return
    times = zip(repeats["time"].tolist(), repeats["first_time"].tolist())
    late = [place for place, (time, first) in enumerate(times) if first is not None and time - first > _SENT_AGAIN]
    if late:
        id, time, first = (repeats[name][late[0]] for name in ("id", "time", "first_time"))
        yield (
            f"{counted(len(late), 'event')} with the id of one more than an hour before, {id!r} of {time.isoformat()} "
            f"with that of {first.isoformat()}, {'was' if len(late) == 1 else 'were'} not billed, because one id is one "
            "event: if ids come again for other events, say id=None"
        )


_SENT_AGAIN = timedelta(hours=1)
