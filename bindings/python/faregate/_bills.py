"""Bills of a usage log, and the accounts as the log left them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from faregate._arguments import a_name
from faregate._begun import Begun
from faregate._bill_arguments import DETAIL
from faregate._core import Account, Book, Invalid, InvalidType, _Biller
from faregate._documents import failure
from faregate._doubts import counted, doubts, nearest, not_in_the_log
from faregate._exact import shown, total_of
from faregate._lived import Lived
from faregate._table import Table

if TYPE_CHECKING:
    from faregate._log import Log
    from faregate._rows import Rows

_APART = {"refused": "refusals", "not read": "bad_rows", "repeated": "repeats", "after the end": "later"}


class Bills:
    """What a usage log comes to. All tables are for whoever reads Arrow, and have to_pandas().

    Tables: invoices, lines, months, adjustments; of what has no line in any bill refusals, bad_rows, repeats, later.
    Besides: accounts (a copy of each by name, as the log left it), rows (what became of the rows that were read),
    warnings (what may not be meant), entered (names of the accounts that were entered), currency, book.
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
    """what may be a mistake: accounts that look alike or have a name that stands for a missing value, usage outside of
    the years 2000 to 2099, quantities in which a point may stand between thousands, commands of accounts that the rules
    refused, rows before the instant at which a state ends, repeats more than an hour after the event whose id they
    have, entered accounts of which the log has nothing, sources of which not one row was read"""
    entered: tuple[str, ...]
    """the names of the accounts that were entered, by `accounts` or `states`: only these may have bought something"""
    currency: str
    book: Book
    """the book that the prices are from; `book.guide_date` is the date of the vendor's guide"""

    def __init__(
        self, log: "Log", book: Book, begun: Begun, carried: Sequence[str] | None, entered: Sequence[str]
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
        self.entered = begun.names
        if carried is not None:
            self._parts = tables["parts"]
            self._lived = Lived(tables["detail"], self.refusals, begun, book, log.sorts)
            self._detail["detail"] = Table({name: tables["detail"][name] for name in (*DETAIL, *carried)})
        self.accounts = Accounts(log.biller)
        self.rows = log.rows({what: tables[name] for what, name in _APART.items()})
        self.warnings = tuple(
            doubts(self.accounts, self.months, self.refusals, self.repeats, log.biller.counts()[2], book)
        )
        self.warnings += tuple(log.unread(self.bad_rows))
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
        return self._sum(self.invoices["total"].tolist())

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
            raise failure(Invalid, f"{name}: ask for it by faregate.bill(..., detail=True)")
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
        An event that counts for several products has a share of each of them, by its units of it.
        Where corrections took off more than a period used, such as units of a day that was settled before, and its
        amount is below 0, that goes to those whose units were taken off, by these. What is nobody's, such as usage by
        its commands, has nulls. The shares add up to the amount, to the last
        digit: those with the largest remainders are rounded up.
        """
        from faregate._allocate import allocated

        return allocated(self.months, self.detail, self._parts, by or self._carried(), self.book)

    def _carried(self) -> tuple[str, ...]:
        """The names of the columns of the log that went through to the detail."""
        return tuple(name for name in self.detail.columns if name not in DETAIL)

    def timeline(self, account: str | int) -> dict[str, Any]:
        """Of bills that were asked for detail, what an account lived, as `replay` and `import_ledger` take it: its
        commands, and its events that happened. Not of an account that was entered as an Account: its past is not here.
        """
        if account not in self.accounts:
            raise failure(Invalid, f"account: {self.accounts.missing(account)}")
        self._asked("detail")
        return self._lived.timeline(a_name("account", account), self.accounts[account].book)

    def _set_aside(self) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """Of bills that were asked for detail, the rows that were not billed as `reconcile` asks about them."""
        self._asked("detail")
        return self._lived.set_aside(self.apart)

    @property
    def accrued(self) -> Decimal:
        """What usage that is not settled comes to, as of the end of the bills (`until`)."""
        settled = self.months["settled"].tolist()
        amounts = [amount for amount, at in zip(self.months["amount"], settled) if at is None]
        return self._sum(amounts)

    def _sum(self, amounts: list[Decimal]) -> Decimal:
        """A sum as statements have it: amounts of a column have the decimals of its prices, with which 0 is 0E-10."""
        return shown(total_of(amounts), Decimal(1).scaleb(-self.book.minor_digits))

    @property
    def apart(self) -> dict[str, Table]:
        """The tables of rows that are in no bill, by what became of them; tables without rows are left out."""
        tables = {what: getattr(self, name) for what, name in _APART.items()}
        return {what: table for what, table in tables.items() if len(table) > 0}

    def __eq__(self, other: object) -> bool:
        """Whether both say the same: all tables, what became of the rows, and how the accounts stand."""
        if not isinstance(other, Bills):
            return NotImplemented
        return self._said() == other._said() and self.accounts == other.accounts

    __hash__ = None  # type: ignore[assignment]

    def _said(self) -> tuple[object, ...]:
        """What two bills that are equal both have, besides their accounts."""
        tables = (self.invoices, self.lines, self.months, self.adjustments, *self.apart.items(), *self._detail.items())
        return (self.book, self.rows, self.warnings, self.entered, *tables)

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

    def __getitem__(self, name: str | int) -> Account:
        if name not in self:
            raise KeyError(self.missing(name))
        return self._looked_up(self._places[a_name("account", name)])

    def __contains__(self, name: object) -> bool:
        try:
            return a_name("account", name) in self._places
        except InvalidType:
            return False

    def missing(self, name: object) -> str:
        """Says that there is no account of a name, and which is the nearest."""
        near = nearest(str(name), self._places)
        return f"there is no account {name!r} in the bills" + ("" if near is None else f"; the nearest is {near!r}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def states(self) -> dict[str, bytes]:
        """Each account as bytes, by name; see Account.to_bytes."""
        return {name: self._state(place) for name, place in self._places.items()}

    def __eq__(self, other: object) -> bool:
        """Whether there are the same names with equal accounts, in whichever order."""
        return self.states() == other.states() if isinstance(other, Accounts) else super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]

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
