"""The result of reconciling a vendor's invoice, for people and as tables."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any, TypeAlias

from faregate._exact import total_of
from faregate._table import Table

Part: TypeAlias = tuple[str | None, dict[str, Any]]

_SHOWN = 10
_NAMED = 3
_MEASURES = ("units", "free", "packs", "deducted", "charged", "amount")
_OF_CAUSES = (
    "cause",
    "text",
    "month",
    "product",
    "count",
    "of",
    "switch",
    "value",
    "book",
    "changed",
    "edition",
    "later_us",
)
_OF_READINGS = ("cause", "switch", "value", "book", "books", "changed", "edition", "effective", "decimals")


class Reconciliation:
    """What `reconcile` found. Every table can be read as Arrow, and has to_pandas()."""

    rows: Table
    """a row for each month, product and kind (usage, pack, capacity, bundle, fee, refund) that the invoice is about:
    account (of bills), month, product, kind, is (equal, explained, unexplained), what both say (ours_units …
    theirs_amount; null where a side does not say it), difference (theirs less ours), because (the simplest
    explanation, in words)"""
    explanations: Table
    """all that explain a difference, the simplest first, a row for each of their causes: account, explanation (its
    number), whole (it explains all rows that differ), cause, text, and what it is about. Each was replayed: an account
    that lives so comes to the vendor's numbers, to the digit"""
    commands: Table
    """the commands that causes are about: account, explanation, cause, command (its place in the timeline, null where
    there is none), at, do, product, pack, id, quantity; at most 100 of a cause"""
    unexplained: Table
    """the rows of which nothing explains the difference"""
    funds: Table
    """what each month was paid from, as both say: account, month, of (usage, purchases), fund, ours, theirs, difference;
    where the invoice says it of all rows and our funds are limited"""
    unread: Table
    """rows of the invoice that are not compared: row, column, reason, text"""
    missing: Table
    """what is billed here in the months of the invoice, the first to the last of it, and stands nowhere in it: account
    (of bills), month, amount"""
    equal: bool
    """whether all rows are equal, nothing is missing, and all of the invoice could be read; False where it has none"""
    complete: bool
    """whether every cause that was thought of was tried, alone and in pairs; False: the bound of commands or the limit
    of time came first, and there may be other explanations, and simpler ones"""
    without_invoice: tuple[str, ...]
    """accounts of the bills that the invoice has no row of; `missing` has what they owe"""
    currency: str

    def __init__(
        self, parts: Iterable[Part], unread: Sequence[Mapping[str, Any]], missing: Sequence[str], left_out: int = 0
    ) -> None:
        from faregate._row_table import table_of

        self._parts = list(parts)
        self._left_out = left_out
        self.without_invoice = tuple(missing)
        rows = [row for account, part in self._parts for row in _rows_of(account, part)]
        named = () if all(account is None for account, _ in self._parts) else ("account",)
        sides = [f"{side}_{measure}" for side in ("ours", "theirs") for measure in _MEASURES]
        columns = (*named, "month", "product", "kind", "is", *sides, "difference", "because")
        self.rows = table_of(rows, columns)
        self.unexplained = table_of([row for row in rows if row["is"] == "unexplained"], columns[:-1])
        self.explanations = table_of(self._each_cause(), (*named, "explanation", "whole", *_OF_CAUSES))
        self.commands = table_of(self._each_command(), (*named, "explanation", "cause", "command", "at", "do"))
        paid = [_with(account, row) for account, part in self._parts for row in part["funds"]]
        self.funds = table_of(paid, (*named, "month", "of", "fund", "ours", "theirs", "difference"))
        absent = [
            _with(account, {"month": row["month"], "amount": row["amount"]})
            for account, part in self._parts
            for row in part["absent"]
            if not row["before"]
        ]
        absent.sort(key=lambda row: (row["month"], row.get("account", "")))
        self.missing = table_of(absent, (*named, "month", "amount"))
        faults = [*unread, *(_with(account, row) for account, part in self._parts for row in part["unread"])]
        self.unread = table_of(faults, ("row", "column", "reason", "text"))
        self.equal = not faults and self.read > 0 and all(part["equal"] for _, part in self._parts)
        self.complete = all(part["complete"] for _, part in self._parts)
        self.currency = self._parts[0][1]["currency"] if self._parts else ""

    @cached_property
    def difference(self) -> Decimal:
        """The amount by which the invoice is above ours, over all rows."""
        return total_of([part["difference"] for _, part in self._parts])

    @cached_property
    def left(self) -> Decimal:
        """The part of `difference` that nothing explains."""
        return total_of([part["unexplained"] for _, part in self._parts])

    @property
    def tried(self) -> int:
        """The number of replays."""
        return sum(part["tried"] for _, part in self._parts)

    @property
    def read(self) -> int:
        """The number of rows of the invoice that were compared."""
        return sum(part["read"] for _, part in self._parts)

    @property
    def absent(self) -> tuple[str, ...]:
        """The months, up to the last one of the invoice, in which an account has something to pay but no row in the
        invoice; those before its first month are here, but not in `missing`."""
        return tuple(sorted({row["month"] for _, part in self._parts for row in part["absent"]}))

    @property
    def skipped(self) -> int:
        """The number of rows of the invoice that are not to be compared: because of `only`, or as totals below the
        table."""
        skipped: int = sum(part["skipped"] for _, part in self._parts)
        return self._left_out + skipped

    @property
    def unbalanced(self) -> int:
        """The number of rows of the invoice whose funds do not add up to their amount."""
        return sum(part["unbalanced"] for _, part in self._parts)

    def to_dict(self) -> dict[str, Any]:
        """The answer of the core as a dict, amounts as Decimal and times as text; for bills of several accounts, one by
        account."""
        if len(self._parts) == 1 and self._parts[0][0] is None:
            return self._parts[0][1]
        return {str(account): part for account, part in self._parts}

    def to_json(self) -> str:
        """The answer of the core as JSON, amounts as text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, default=lambda amount: format(amount, "f"))

    @cached_property
    def common(self) -> tuple[str, ...]:
        """For bills of several accounts: the readings, alone or two at once, that explain all rows of every account
        that differs, the simplest first."""
        differing = [part for _, part in self._parts if any(row["is"] != "equal" for row in part["rows"])]
        return _common_of(differing) if len(differing) > 1 else ()

    def _each_explanation(self) -> Iterable[tuple[str | None, int, dict[str, Any]]]:
        """Yields each explanation with its account and its number in this account, from 1."""
        for account, part in self._parts:
            for number, explanation in enumerate(part["explanations"], 1):
                yield account, number, explanation

    def _each_cause(self) -> Iterable[dict[str, Any]]:
        """Yields the rows of the table `explanations`."""
        for account, number, explanation in self._each_explanation():
            for cause in explanation["causes"]:
                told = {"explanation": number, "whole": "yes" if explanation["whole"] else "no"}
                yield _with(account, {**told, **{key: cause.get(key) for key in _OF_CAUSES}})

    def _each_command(self) -> Iterable[dict[str, Any]]:
        """Yields the rows of the table `commands`."""
        for account, number, explanation in self._each_explanation():
            for cause in explanation["causes"]:
                for command in cause.get("commands", ()):
                    yield _with(account, {"explanation": number, "cause": cause["cause"], **command})

    def __eq__(self, other: object) -> bool:
        """Whether both have the same answer."""
        if not isinstance(other, Reconciliation):
            return NotImplemented
        mine, theirs = ((each._parts, each.unread, each.without_invoice, each._left_out) for each in (self, other))
        return mine == theirs

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        count = len(self.rows)
        if not self.read and not len(self.unread):
            return "<Reconciliation: the invoice has no row to be compared>"
        if self.equal:
            return f"<Reconciliation: {count:,} row{'' if count == 1 else 's'} equal>"
        missing = f"; {self._said_missing(_NAMED)}" if len(self.missing) else ""
        said = sum(1 for state in self.rows["is"] if state == "explained")
        apart = len(self.unexplained) + said
        funds = "; paid from other funds" if any(self.funds["difference"]) else ""
        unread = f"; {len(self.unread):,} of the invoice not read" if len(self.unread) else ""
        if not apart and not funds:
            return f"<Reconciliation: {count:,} row{'' if count == 1 else 's'} equal{missing}{unread}>"
        return (
            f"<Reconciliation: {apart:,} of {count:,} rows differ, by {self.difference:f} {self.currency}; "
            f"{said:,} explained, {self.left:f} {self.currency} left{funds}{missing}{unread}>"
        )

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterable[str]:
        """Yields the lines that are printed: the first explanations, and what is left unexplained."""
        yield repr(self)[1:-1]
        if self.common:
            names = [str(name) for name, part in self._parts if any(row["is"] != "equal" for row in part["rows"])]
            others = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
            for text in self.common[:_SHOWN]:
                yield f"explains all of {', '.join(names[:_SHOWN])}{others}: {text}"
        parts = dict(self._parts)
        for account, number, explanation in self._each_explanation():
            if number <= _SHOWN:
                causes = " and ".join(cause["text"] for cause in explanation["causes"])
                months = "" if explanation["whole"] else f" [{_places(parts[account], explanation)}]"
                yield f"{'' if account is None else f'{account}, '}{number}. {causes}{months}"
        more = sum(max(0, len(part["explanations"]) - _SHOWN) for _, part in self._parts)
        if more:
            yield f"and {more:,} more in `explanations`"
        if len(self.missing) > _NAMED:
            yield self._said_missing(_SHOWN)
        before = sorted({row["month"] for _, part in self._parts for row in part["absent"] if row["before"]})
        if before:
            yield f"not compared: the invoice has no row of {', '.join(before)}, which come before it"
        if not self.complete:
            yield "the search was not complete: commands= and time_limit= say how far it goes"
        for row in islice(self.unread, _SHOWN):
            yield f"not read: row {row['row']}, {row['column']} {row['text']!r}: {row['reason']}"
        for row in self.funds:
            if row["difference"]:
                yield f"{row['month']} {row['of']}: {row['theirs']:f} of {row['fund']}, ours {row['ours']:f}"
        for row in self.unexplained:
            name = f"{row['account']} " if len(self._parts) > 1 else ""
            yield f"unexplained: {name}{row['month']} {row['product']} {row['kind']}, {row['difference']:f} {self.currency}"

    def _said_missing(self, most: int) -> str:
        """Names the first amounts of which the invoice has no row."""
        said = [
            f"{row['month']}{'' if row.get('account') is None else ' ' + row['account']} {row['amount']:f}"
            for row in islice(self.missing, most)
        ]
        more = f" and {len(self.missing) - most:,} more" if len(self.missing) > most else ""
        return f"not in the invoice: {', '.join(said)}{more}"

    def _repr_html_(self) -> str:
        """The rows and explanations as tables, for notebooks."""
        from html import escape

        from faregate._html import rows

        tables = [f"<p>{escape(repr(self)[1:-1])}</p>"]
        tables += [f"<p>explains all accounts that differ: {escape(text)}</p>" for text in self.common[:_SHOWN]]
        tables.append(rows(self.rows, self.currency))
        for table in (self.explanations, self.missing, self.unread):
            tables += [rows(table, self.currency)] if len(table) else []
        return "".join(tables)


def _with(account: str | None, row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(row) if account is None else {"account": account, **row}


def _rows_of(account: str | None, part: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    because: dict[int, str] = {}
    for explanation in part["explanations"]:
        for place in explanation["rows"]:
            because.setdefault(place, " and ".join(cause["text"] for cause in explanation["causes"]))
    for place, row in enumerate(part["rows"]):
        told = {"because": because[place]} if place in because else {}
        yield _with(account, {**row, **told})


def _places(part: Mapping[str, Any], explanation: Mapping[str, Any]) -> str:
    rows = [part["rows"][place] for place in explanation["rows"]]
    return ", ".join(f"{row['month']} {row['product']} {row['kind']}" for row in rows)


_Zones: TypeAlias = tuple[int, int, str, str]


def _common_of(parts: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The texts of the explanations that all accounts share. Time zones explain an account within a range; of all these
    ranges the common part counts."""
    readings = [_readings_of(part) for part in parts]
    texts = [text for key, text in readings[0].items() if all(key in other for other in readings[1:])]
    zones = [_zones_of(part) for part in parts]
    shared = zones[0]
    for others in zones[1:]:
        met = (_meet(one, other) for one in shared for other in others)
        shared = [zone for zone in met if zone[0] <= zone[1]]
    for low, high, first, last in shared:
        more = "" if low == high else f", or of zones up to {last}"
        texts.append(f"the vendor's months are those of {first}{more}")
    return tuple(texts)


def _readings_of(part: Mapping[str, Any]) -> dict[frozenset[tuple[Any, ...]], str]:
    """The readings, each alone or two at once, that explain all rows of an account and are no account's own: another
    book, switch or rounding."""
    shared = ("edition", "switch", "rounding")
    found = {}
    for explanation in part["explanations"]:
        causes = explanation["causes"]
        if explanation["whole"] and all(cause["cause"] in shared for cause in causes):
            key = frozenset(tuple(cause.get(name) for name in _OF_READINGS) for cause in causes)
            found[key] = " and ".join(cause["text"] for cause in causes)
    return found


def _zones_of(part: Mapping[str, Any]) -> list[_Zones]:
    """The ranges of time zones that explain an account: from and to how many microseconds later, and the names of both
    ends."""
    zones = []
    for explanation in part["explanations"]:
        cause = explanation["causes"][0]
        is_alone = explanation["whole"] and len(explanation["causes"]) == 1
        if is_alone and cause["cause"] == "clock" and cause["zone"]:
            names = re.findall(r"UTC[+-]\d\d:\d\d", cause["text"])
            zones.append((cause["later_us"], cause["later_us_to"], names[0], names[-1]))
    return zones


def _meet(one: _Zones, other: _Zones) -> _Zones:
    low = max(one, other, key=lambda zones: zones[0])
    high = min(one, other, key=lambda zones: zones[1])
    return low[0], high[1], low[2], high[3]
