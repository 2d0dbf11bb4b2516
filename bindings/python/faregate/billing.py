"""Bills a usage log: every account lives the timeline of its own events."""

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from faregate._arguments import a_dict, an_integer, find_book, wrong
from faregate._columns import ROLES, Names
from faregate._core import Account, Book, Error, Invalid, InvalidType, _Biller
from faregate._documents import failure
from faregate._doubts import counted, doubts, not_in_the_log
from faregate._exact import total_of
from faregate._table import Table

if TYPE_CHECKING:
    from faregate._lived import Begun
    from faregate._log import Log, Options
    from faregate._rows import Rows

Source: TypeAlias = Any  # a path, or anything else that faregate.bill reads
_Progress: TypeAlias = Callable[[int], object]

_APART = {"refused": "refusals", "not read": "bad_rows", "repeated": "repeats", "after the end": "later"}


class Bills:
    """What a usage log comes to. All tables are for whoever reads Arrow, and have to_pandas().

    Tables: invoices, lines, months, adjustments; of what has no line in any bill refusals, bad_rows, repeats, later.
    Besides: accounts (a copy of each by name, as the log left it), rows (what became of the rows that were read),
    warnings (what may not be meant), currency, book.
    """

    invoices: Table
    """account, month (null where the book settles other periods, which then have `begin`), issued, total, balance_after
    (null with unlimited funds)"""
    lines: Table
    """account, month or begin, book, edition (the date of the price list, null where the book has one), price (its
    name, where there are several), product, meter, kind (usage, fee, least or most, which are bounds of the product),
    fee (its name), day (of daily tiers), units (charged), free, packs, unbilled (units not charged), unit_price, tier,
    unpriced (units, if the book's price is null), amount, rule, explanation"""
    months: Table
    """what each account used of each product, also in months that are not settled: account, month or begin, product,
    meter, units, free, packs, postpaid, unbilled, amount, settled (when; null: not yet, and `amount` is what the
    invoice would come to now). Of an account that was entered with a past: since then"""
    adjustments: Table
    """the corrections of each month: account, month, at, units, reason"""
    refusals: Table
    """what the rules refused: row, file, account, time, product, quantity, id, code, rule, message, and of an
    id_conflict first_row, first_file and first_time: the row that has had the id"""
    bad_rows: Table
    """what could not be read: row, file, column, reason, text (as it stands in the log: a value, or the whole line),
    and of the event what could be read"""
    repeats: Table
    """events with the id and the fields of an earlier one, which changed nothing, whatever its time: row, file, account,
    time, product, quantity, id, first_row, first_file, first_time (the row that has had the id)"""
    later: Table
    """events and commands after `until`, which are not billed: row, file, account, time, product, quantity, id"""
    accounts: "Accounts"
    """a copy of each account by name, as the log left it"""
    rows: "Rows"
    """what became of the rows that were read: in words, or by `read`, `billed` and `apart`, which add up"""
    warnings: tuple[str, ...]
    """what may not be meant: accounts that look alike, or are named as what is missing, usage outside of the years 2000
    to 2099, quantities in which a point may stand between thousands, commands of accounts that the rules refused,
    repeats more than an hour after the event whose id they have, entered accounts of which the log has nothing"""
    currency: str
    book: Book
    """the book that the prices are from; `book.guide_date` is the date of the vendor's guide"""

    def __init__(
        self, log: "Log", book: Book, begun: "Begun", carried: Sequence[str] | None, entered: Sequence[str]
    ) -> None:
        tables = log.finish()
        self.invoices = tables["invoices"]
        self.lines = tables["lines"]
        self.months = tables["months"]
        self.adjustments = tables["adjustments"]
        self.refusals = tables["refusals"]
        self.bad_rows = tables["bad_rows"]
        self.repeats = tables["repeats"]
        self.later = tables["later"]
        self._detail = {name: tables[name] for name in ("detail", "draws") if name in tables}
        self.book = book
        self._begun = begun
        self._events_by_account: dict[str, list[dict[str, Any]]] | None = None
        if carried is not None:
            self._events = tables["detail"]
            self._detail["detail"] = Table({name: self._events[name] for name in (*_DETAIL, *carried)})
        self.accounts = Accounts(log.biller)
        self.rows = log.rows({what: tables[name] for what, name in _APART.items()})
        self.warnings = tuple(doubts(self.accounts, self.months, self.refusals, self.repeats, log.biller.counts()[2]))
        if entered:
            self.warnings += tuple(not_in_the_log(entered, tuple(self.apart.values()), self.months))
        self.currency = book.currency

    @property
    def events(self) -> int:
        """The number of rows that are in a bill."""
        return self.rows.billed

    @property
    def total(self) -> Decimal:
        """The sum of all invoices."""
        return total_of(self.invoices["total"].tolist())

    @property
    def states(self) -> dict[str, bytes]:
        """The state of each account by name, to be given as `states` when the next log is billed: versioned, and
        checked when it is read. Ids of events are not part of it, so the next log must not have events that an earlier
        one had."""
        return self.accounts.states()

    @property
    def detail(self) -> Table:
        """Of bills that were asked for it, what each event came to: row, file, account, time, product, quantity, id,
        the units by source (free, packs, postpaid, unbilled; below 0 where a correction took them off), and the
        columns that go through. As the event was answered: packs may cover it later (R8)."""
        return self._asked("detail")

    @property
    def draws(self) -> Table:
        """Of bills that were asked for detail, a row for each pack that an event drew on: row, file, account, time,
        product, pack (the order's id), units."""
        return self._asked("draws")

    def _asked(self, name: str) -> Table:
        """A table that exists only if it was asked for with `detail`."""
        if name not in self._detail:
            raise failure(Invalid, f"{name}: ask for it by faregate.bill(…, detail=True)")
        return self._detail[name]

    def usage(self, by: Literal["month", "day"] = "month") -> Table:
        """What each account used of each product, by month: the table `months`; or by day, of bills that were asked
        for detail: account, day (civil, "2024-11-05"), product, units, free, packs, postpaid, unbilled. As the events
        of the day were answered: packs may cover them later (R8)."""
        if by == "month":
            return self.months
        if by != "day":
            raise failure(Invalid, f"by: expected 'month' or 'day', not {by!r}")
        from faregate._daily import by_day

        return by_day(self.detail)

    def allocate(self, *by: str) -> Table:
        """The amounts of `months`, shared out over columns of the log that went through: account, month, begin,
        product, those columns, quantity, postpaid (units of its events), amount.

        by  names of those columns; all of them if not given

        Each amount goes to the events that were postpaid, by their units; where none was, to all, by their quantities.
        What is nobody's, such as usage by its commands, has nulls. The shares add up to the amount, to the last
        digit: those with the largest remainders are rounded up.
        """
        from faregate._allocate import allocated

        return allocated(self.months, self.detail, by or self._carried(), self.book)

    def _carried(self) -> tuple[str, ...]:
        """The names of the columns of the log that went through to the detail."""
        return tuple(name for name in self.detail.columns if name not in _DETAIL)

    def timeline(self, account: str) -> dict[str, Any]:
        """Of bills that were asked for detail, what an account lived, as `replay` and `import_ledger` take it: its
        commands, and its events that happened. Not of an account that was entered as an Account: its past is not here.
        """
        from faregate._lived import timeline_of

        if account not in self.accounts:
            raise failure(Invalid, f"account: there is no account {account!r} in the bills")
        self._asked("detail")
        return timeline_of(self, account)

    @property
    def accrued(self) -> Decimal:
        """What usage that is not settled comes to, as of the end of the bills (`until`)."""
        settled = self.months["settled"].tolist()
        return total_of([amount for amount, at in zip(self.months["amount"], settled) if at is None])

    @property
    def apart(self) -> dict[str, Table]:
        """The tables of rows that are in no bill, by what became of them; tables without rows are left out."""
        tables = {what: getattr(self, name) for what, name in _APART.items()}
        return {what: table for what, table in tables.items() if len(table) > 0}

    def __repr__(self) -> str:
        from faregate._print import date_of

        return (
            f"<Bills of {counted(len(self.accounts), 'account')}: {counted(len(self.invoices), 'invoice')} over "
            f"{self.total} {self.currency}; {self.rows}; {date_of(self.book)}>"
        )

    def _repr_html_(self) -> str:
        """The total, the lines of the invoices, and what was refused or not read, for notebooks."""
        from faregate._html import bill_tables

        return bill_tables(self)


class Accounts(Mapping[str, Account]):
    """The accounts of bills by name; each lookup returns a copy."""

    def __init__(self, biller: _Biller) -> None:
        self._looked_up: Callable[[int], Account] = biller.account
        self._state: Callable[[int], bytes] = biller.state
        self._places = {name: place for place, name in enumerate(biller.names())}

    def __getitem__(self, name: str) -> Account:
        return self._looked_up(self._places[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def states(self) -> dict[str, bytes]:
        """Each account as bytes, by name; see Account.to_bytes."""
        return {name: self._state(place) for name, place in self._places.items()}

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._places)

    def __repr__(self) -> str:
        return f"<{counted(len(self), 'account')} by name>"

    def __getstate__(self) -> dict[str, Account]:
        return dict(self)

    def __setstate__(self, accounts: dict[str, Account]) -> None:
        kept = list(accounts.values())
        self._looked_up = lambda place: kept[place].fork()
        self._state = lambda place: kept[place].to_bytes()
        self._places = {name: place for place, name in enumerate(accounts)}


def bill(
    events: Source,
    book: Book | str,
    *,
    accounts: Mapping[str, Account | Mapping[str, Any]] | None = None,
    states: Mapping[str, bytes] | None = None,
    columns: Mapping[str, str] | None = None,
    constants: Mapping[str, Any] | None = None,
    id: str | None = None,
    attributes: Iterable[str] | Mapping[str, str] = (),
    time_unit: str | None = None,
    tz: str | None = None,
    thousands: str | None = None,
    corrections: bool = False,
    sort: bool = False,
    detail: bool | Iterable[str] = False,
    wallet: dict[str, Any] | None = None,
    policy: dict[str, Any] | None = None,
    until: Any = None,
    threads: int = 1,
    progress: bool | _Progress = False,
) -> Bills:
    """Bill a usage log: each account lives its own events, and what month by month it owes comes out.

    events    a log with the columns account, time, product and quantity: a table or stream of pyarrow, pandas, Polars
              (also lazy), DuckDB, a dataset, a list of dicts; a file object, a path, a pattern such as "logs/*.csv.gz",
              "-" for standard input, or a list of such. Files are .csv, .tsv, .jsonl, .parquet or .feather, also packed
              (all but plain CSV and JSON need pyarrow). Times are timestamps, dates, ISO 8601 text or numbers since
              1970; names may be whole numbers; quantities are whole numbers of any type, also "24.0"
    book      a Book, or what Book takes
    accounts  what is known of accounts beforehand, by name: an Account, which is copied, or a dict with any of
              wallet, policy, attributes and commands, these as in a timeline: [{"at": …, "do": "buy_pack", …}]. A
              command is done before the events from its instant on.
    states    where earlier bills left accounts, their `states`: these go on from there, whether they are in the log or
              not, and of their invoices only the new ones are answered
    columns   other names of the columns: {"account": "customer"}
    constants what is the same in every row, in place of a column: {"product": "image"}
    id        the column that names each event: of those of one account with the same id only the first happens, and
              the others are in `repeats`, however much later they are.
              None: every row is an event of its own, whatever columns there are
    attributes  the columns of what usage is priced by, which the book declares: ["model", "region"], or by attribute
              {"model": "model_name"}; text or whole numbers, none where there is no value. An event of the book may
              stand in place of a product
    time_unit what numbers as times count: "s", "ms", "us" or "ns". None: microseconds, and Invalid where one of
              them is not of the years 2000 to 2099
    tz        the zone of times that have no offset of their own, by name: "Europe/Berlin". None: the book's
    thousands the mark between groups of digits in text: "," reads "1,000"
    corrections  quantities below 0 take usage back: they are an `adjust` of the account. False: they are bad rows
    sort      True for a log whose rows are in any order; usage then comes before corrections of its instant. False:
              the rows of one account are in the order of time, or TimeReversal names the first that is not
    detail    True: `bills.detail` has what each event came to, and `bills.draws` the packs it drew on. A list of names:
              further columns of the log go through to it, ["team", "region"], over which `bills.allocate` shares out
              the amounts. It takes memory for every event
    wallet, policy  of all accounts that `accounts` does not name; unlimited funds without a wallet (R34)
    until     the end of the bills: all accounts advance to this instant, and what lies after it is not billed but in
              `later`. None: the settlement of the latest month, so that all usage is invoiced
    threads   how many threads bill, 1 to 256, each some of the accounts: the answer is the same whatever their number.
              They leave Python to itself, and hold no memory but their stacks
    progress  True for a bar, where tqdm is installed; or a function that hears how many more events are done

    An account opens a product at its first event (R33), unless its commands do. Events that the rules refuse are in
    `refusals`, rows that cannot be read in `bad_rows`, with their text; `rows` says what became of each row that was
    read. Rows of tables and of Parquet files are counted from 0, files of text have lines from 1. Memory is bounded:
    besides the accounts only a part of a file or stream is held, and the ids of events that have one; to sort, up to
    about 1 GiB, beyond which the log is spread over temporary files.
    """
    from faregate._lived import Begun
    from faregate._log import Log

    book = find_book(book)
    carried = carried_of(detail)
    names = names_of(columns or {}, constants or {}, id, attributes)
    through = None if carried is None else (*carried, *_of_attributes(names, carried))
    names = names._replace(carried=through or ())
    options = options_of(time_unit, tz, thousands, corrections, sort)
    workers = an_integer("threads", threads, 1, 256)
    biller = _Biller(Account(book, wallet=wallet, policy=policy), until, through, workers)
    for name, known in a_dict("accounts", {} if accounts is None else accounts).items():
        _enter(biller, book, name.strip() if isinstance(name, str) else name, known)
    for name, state in a_dict("states", {} if states is None else states).items():
        _resume(biller, name, state)
    with _progress_of(progress, events) as heard:
        log = Log(biller, names, constants or {}, options, heard)
        log.read(events)
    begun = Begun({**(accounts or {}), **(states or {})}, wallet, policy, names.attributes, book)
    bills = Bills(log, book, begun, carried, tuple(accounts or ()))
    for warning in bills.warnings:
        warnings.warn(warning, stacklevel=2)
    return bills


def options_of(
    time_unit: str | None, tz: str | None, thousands: str | None, corrections: bool, sort: bool
) -> "Options":
    from faregate._log import Options
    from faregate._zone import zone_of

    if time_unit not in (None, "s", "ms", "us", "ns"):
        raise failure(Invalid, f"time_unit: expected 's', 'ms', 'us' or 'ns', not {time_unit!r}")
    if thousands is not None and (not isinstance(thousands, str) or thousands not in (",", ".", " ", "'", "_")):
        raise failure(Invalid, f"thousands: expected one of , . ' _ and the blank, not {thousands!r}")
    for name, value in (("corrections", corrections), ("sort", sort)):
        if not isinstance(value, bool):
            raise failure(InvalidType, f"{name}: expected True or False, not {value!r}")
    return Options(time_unit, None if tz is None else zone_of(tz), thousands or "\0", corrections, sort)


def attributes_of(attributes: Iterable[str] | Mapping[str, str]) -> dict[str, str]:
    """Reads `attributes` as the columns of the log by the names of attributes."""
    if isinstance(attributes, str) or not isinstance(attributes, Iterable):
        raise wrong("attributes", "a list of names, or a dict of names and columns", attributes)
    by_name = dict(attributes) if isinstance(attributes, Mapping) else {name: name for name in attributes}
    for name, column in by_name.items():
        if not isinstance(name, str) or not isinstance(column, str):
            raise wrong("attributes", "names of attributes and of columns", name if isinstance(column, str) else column)
    if len(set(by_name.values())) < len(by_name):
        raise failure(Invalid, "attributes: two of them have one column")
    return by_name


def names_of(
    columns: Mapping[str, str],
    constants: Mapping[str, Any],
    id: str | None,
    attributes: Iterable[str] | Mapping[str, str] = (),
) -> Names:
    for argument, given in (("columns", columns), ("constants", constants)):
        if not isinstance(given, Mapping):
            raise failure(InvalidType, f"{argument}: expected a dict, not {given!r}")
    for role, name in columns.items():
        if role not in ROLES or not isinstance(name, str):
            raise failure(
                Invalid,
                f"columns.{role}: expected the name of a column for account, time, product or quantity"
                + ("; ids are asked for by id=" if role == "id" else ""),
            )
    for role, value in constants.items():
        if role not in ROLES or role in columns or value is None:
            raise failure(
                Invalid,
                f"constants.{role}: expected the value of account, time, product or quantity, "
                "not of what `columns` has",
            )
    if not (id is None or isinstance(id, str)):
        raise failure(InvalidType, f"id: expected the name of a column, not {id!r}")
    own: dict[str, Any] = dict(columns)
    names = Names(**own, id=id, attributes=attributes_of(attributes))
    of_roles = list(names.of_roles(constants).values())
    twice = next((name for name in names.attributes.values() if of_roles.count(name) > 1), None)
    if twice is not None:
        raise failure(Invalid, f"attributes: the column {twice!r} is already that of the account, time or the like")
    return names


def carried_of(detail: bool | Iterable[str]) -> tuple[str, ...] | None:
    """Reads `detail` as the names of columns that go through to the detail; None if no detail is asked for."""
    if isinstance(detail, bool):
        return () if detail else None
    if isinstance(detail, str) or not isinstance(detail, Iterable):
        raise wrong("detail", "True, False or a list of names of columns", detail)
    carried = tuple(detail)
    for name in carried:
        if not isinstance(name, str):
            raise wrong("detail", "names of columns", name)
        if name in _DETAIL or carried.count(name) > 1:
            raise failure(Invalid, f"detail: there is a column {name!r} already; rename that of the log")
    return carried


def _of_attributes(names: Names, carried: Sequence[str]) -> list[str]:
    """The columns of attributes, which go through to the detail too, so that its events can be replayed."""
    return [column for column in names.attributes.values() if column not in carried and column not in _DETAIL]


_DETAIL = ("row", "file", "account", "time", "product", "quantity", "id", "free", "packs", "postpaid", "unbilled")


def _enter(biller: _Biller, book: Book, name: str, known: Account | Mapping[str, Any]) -> None:
    if isinstance(known, Account):
        biller.enter(name, known)
        return
    unknown = set(a_dict(f"accounts[{name!r}]", known)) - {"wallet", "policy", "attributes", "commands"}
    if unknown:
        raise InvalidType(f"accounts[{name!r}]: has no field {min(unknown)!r}")
    begun = {key: known.get(key) for key in ("wallet", "policy", "attributes")}
    biller.enter(name, Account(book, **begun))
    commands = known.get("commands", ())
    if not isinstance(commands, (list, tuple)):
        raise wrong(f"accounts[{name!r}].commands", "a list", commands)
    for place, command in enumerate(commands):
        fields = dict(a_dict(f"accounts[{name!r}].commands", command))
        try:
            biller.command(name, fields.pop("do", None), **fields)
        except Error as error:
            raise failure(type(error), f"accounts[{name!r}].commands[{place}]: {error}") from error


def _resume(biller: _Biller, name: str, state: bytes) -> None:
    if not isinstance(state, (bytes, bytearray, memoryview)):
        raise wrong(f"states[{name!r}]", "the bytes of earlier bills", state)
    try:
        biller.resume(name, state)
    except Error as error:
        raise failure(type(error), f"states[{name!r}]: {error}") from error


def _progress_of(progress: bool | _Progress, events: Source) -> AbstractContextManager[_Progress | None]:
    if callable(progress):
        return nullcontext(progress)
    if not isinstance(progress, bool):
        raise wrong("progress", "True, False or a function", progress)
    if progress:
        try:
            from tqdm.auto import tqdm  # type: ignore[import-untyped]
        except ImportError:
            return nullcontext(None)
        return _Bar(tqdm(total=getattr(events, "num_rows", None), unit=" events", unit_scale=True))
    return nullcontext(None)


class _Bar:
    def __init__(self, bar: Any) -> None:
        self._bar = bar

    def __enter__(self) -> _Progress:
        update: _Progress = self._bar.update
        return update

    def __exit__(self, *raised: object) -> None:
        self._bar.close()
