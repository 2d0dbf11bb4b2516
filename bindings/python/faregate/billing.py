"""From a usage log to bills: every account lives the timeline of its own events."""

import csv
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from faregate._core import Account, Book, Invalid, InvalidType, _Biller, _integer_column, _text_column
from faregate._exact import total_of
from faregate._shelf import failure
from faregate._table import Table

Source: TypeAlias = Any  # a path, or anything that Arrow can be had from
_Progress: TypeAlias = Callable[[int], object]

_LINE = " line"  # the name of a column that no log has
_CSV_ROWS = 1 << 16
_PARQUET_ROWS = 1 << 18


class Bills:
    """What a usage log comes to. All tables are for whoever reads Arrow, and have to_pandas()."""

    invoices: Table
    """account, month, issued, total, balance_after (null with unlimited funds)"""
    lines: Table
    """account, month, product, meter, day (of daily tiers), units (charged), free, packs, unbilled (units not charged),
    unit_price, tier, unpriced (units, if the book's price is null), amount, rule, explanation"""
    adjustments: Table
    """the corrections of each month: account, month, at, units, reason"""
    refusals: Table
    """what the rules refused: row, account, time, product, quantity, id, code, rule, message"""
    bad_rows: Table
    """what could not be read: row, column, reason, and of the event what could"""
    repeats: Table
    """events with the id and the fields of an earlier one, which changed nothing: row, account, time, product,
    quantity, id"""
    later: Table
    """events and commands after `until`, which are not billed: row, account, time, product, quantity, id"""
    accounts: "Accounts"
    """a copy of each account by name, as the log left it"""
    events: int
    """rows read, those set aside included"""
    currency: str

    def __init__(self, biller: _Biller, tables: dict[str, Table], events: int, book: Book) -> None:
        self.invoices = tables["invoices"]
        self.lines = tables["lines"]
        self.adjustments = tables["adjustments"]
        self.refusals = tables["refusals"]
        self.bad_rows = tables["bad_rows"]
        self.repeats = tables["repeats"]
        self.later = tables["later"]
        self.accounts = Accounts(biller)
        self.events = events
        self.currency = book.currency

    @property
    def total(self) -> Decimal:
        """The sum of all invoices."""
        return total_of(self.invoices["total"].tolist())

    @property
    def apart(self) -> dict[str, Table]:
        """The tables of what has no line in any bill, by what became of it; without those that are empty."""
        tables = {
            "refused": self.refusals,
            "not read": self.bad_rows,
            "repeated": self.repeats,
            "after the end": self.later,
        }
        return {what: table for what, table in tables.items() if len(table) > 0}

    def __repr__(self) -> str:
        apart = "".join(f", {len(table)} {what}" for what, table in self.apart.items())
        return (
            f"<Bills of {len(self.accounts)} accounts: {len(self.invoices)} invoices over {self.total} "
            f"{self.currency}; {self.events} events{apart}>"
        )

    def _repr_html_(self) -> str:
        """The total, the lines of the invoices, and what was refused or not read, for notebooks."""
        from faregate._html import bill_tables

        return bill_tables(self)


class Accounts(Mapping[str, Account]):
    """Accounts by name; each one looked up is a copy."""

    def __init__(self, biller: _Biller) -> None:
        self._biller = biller
        self._places = {name: place for place, name in enumerate(biller.names())}

    def __getitem__(self, name: str) -> Account:
        return self._biller.account(self._places[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def bill(
    events: Source,
    book: Book,
    *,
    accounts: Mapping[str, Account | Mapping[str, Any]] | None = None,
    columns: Mapping[str, str] | None = None,
    id: str | None = None,
    time_unit: str | None = None,
    wallet: dict[str, Any] | None = None,
    policy: dict[str, Any] | None = None,
    until: Any = None,
    progress: bool | _Progress = False,
) -> Bills:
    """Bill a usage log: each account lives its own events, and what month by month it owes comes out.

    events    Arrow data with the columns account, time, product and quantity: a table or stream of pyarrow, pandas,
              Polars, DuckDB …; or the path of a .csv or .parquet file (Parquet needs pyarrow). The events of one
              account are in non-decreasing time; accounts may be mixed. Times are timestamps (naive ones are civil
              time of the book), ISO 8601 text or whole numbers since 1970
    accounts  what is known of accounts beforehand, by name: an Account, which is copied, or a dict with any of
              wallet, policy and commands, these as in a timeline: [{"at": …, "do": "buy_pack", …}]. A command is
              done before the events from its instant on.
    columns   other names of the columns: {"account": "customer"}
    id        the column that names each event: of those of one account with the same id only the first happens, and
              the others are in `repeats`. None: every row is an event of its own, whatever columns there are
    time_unit what whole numbers as times count: "s", "ms", "us" or "ns". None: microseconds, and Invalid where one of
              them is not of the years 2000 to 2099
    wallet, policy  of all accounts that `accounts` does not name; unlimited funds without a wallet (R34)
    until     the end of the bills: all accounts advance to this instant, and what lies after it is not billed but in
              `later`. None: the settlement of the latest month, so that all usage is invoiced
    progress  True for a bar, where tqdm is installed; or a function that hears how many more events are done

    An account opens a product at its first event (R33), unless its commands do. Events that the rules refuse are in
    `refusals`, rows that cannot be read in `bad_rows`: rows of tables and of Parquet files are counted from 0, a CSV
    file has lines from 1. Memory is bounded: besides the accounts only a part of a file or stream is held, and the ids
    of events that have one.
    """
    if time_unit not in (None, "s", "ms", "us", "ns"):
        raise failure(Invalid, f"time_unit: expected 's', 'ms', 'us' or 'ns', not {time_unit!r}")
    biller = _Biller(Account(book, wallet=wallet, policy=policy), until)
    for name, known in (accounts or {}).items():
        _enter(biller, book, name, known)
    with _progress_of(progress, events) as heard:
        log = _Log(biller, _names_of(columns or {}, id), time_unit, heard)
        if isinstance(events, (str, os.PathLike)):
            count = log.read_file(os.fspath(events))
        else:
            count = log.read_table(events)
    return Bills(biller, biller.finish(), count, book)


class _Names(NamedTuple):
    """Of the columns."""

    account: str = "account"
    time: str = "time"
    product: str = "product"
    quantity: str = "quantity"
    id: str | None = None


def _names_of(columns: Mapping[str, str], id: str | None) -> _Names:
    for role, name in columns.items():
        if role not in ("account", "time", "product", "quantity") or not isinstance(name, str):
            raise failure(
                Invalid,
                f"columns.{role}: expected the name of a column for account, time, product or quantity"
                + ("; ids are asked for by id=" if role == "id" else ""),
            )
    if not (id is None or isinstance(id, str)):
        raise failure(InvalidType, f"id: expected the name of a column, not {id!r}")
    return _Names(**columns, id=id)


def _enter(biller: _Biller, book: Book, name: str, known: Account | Mapping[str, Any]) -> None:
    if isinstance(known, Account):
        biller.enter(name, known)
        return
    unknown = set(known) - {"wallet", "policy", "commands"}
    if unknown:
        raise InvalidType(f"accounts[{name!r}]: has no field {min(unknown)!r}")
    biller.enter(name, Account(book, wallet=known.get("wallet"), policy=known.get("policy")))
    for command in known.get("commands", ()):
        fields = dict(command)
        biller.plan(name, fields.pop("do", None), **fields)


def _progress_of(progress: bool | _Progress, events: Source) -> AbstractContextManager[_Progress | None]:
    if callable(progress):
        return nullcontext(progress)
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


class _Log:
    """Where events come from, told to a biller."""

    def __init__(self, biller: _Biller, names: _Names, time_unit: str | None, heard: _Progress | None) -> None:
        self._biller = biller
        self._names = names
        self._time_unit = time_unit
        self._heard = heard

    def read_table(self, table: Any, first_row: int = 0, row: str | None = None) -> int:
        """Answers the number of the row after the last."""
        names = self._names
        return self._biller.run(
            table,
            names.account,
            names.time,
            names.product,
            names.quantity,
            id=names.id,
            row=row,
            first_row=first_row,
            time_unit=self._time_unit,
            progress=self._heard,
        )

    def read_file(self, path: str) -> int:
        ending = os.path.splitext(path)[1].lower()
        if ending in (".parquet", ".pq"):
            return self._read_parquet(path)
        if ending in (".csv", ".tsv"):
            return self._read_csv(path, "\t" if ending == ".tsv" else ",")
        raise Invalid(f"events: expected a .csv, .tsv or .parquet file, not {path!r}")

    def _read_parquet(self, path: str) -> int:
        from pyarrow.parquet import ParquetFile  # type: ignore[import-untyped]

        row = 0
        with ParquetFile(path) as file:
            read = [name for name in file.schema_arrow.names if name in self._names]
            for batch in file.iter_batches(_PARQUET_ROWS, columns=read):
                row = self.read_table(batch, row)
        return row

    def _read_csv(self, path: str, delimiter: str) -> int:
        with open(path, encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            log = _CsvLog(csv.reader(file, delimiter=delimiter), self._names, self._biller)
            more = True
            while more:
                more = log.read(_CSV_ROWS)
                self.read_table(log.table(), row=_LINE)
            return log.count


class _CsvLog:
    """A CSV file read in parts; rows that are no rows are set aside with their line."""

    def __init__(self, rows: Any, names: _Names, biller: _Biller) -> None:
        self._rows = rows
        self._biller = biller
        header: list[str] = next(rows, [])
        self._width = len(header)
        self._places = {name: header.index(name) for name in names if isinstance(name, str) and name in header}
        self.count = 0

    def read(self, most: int) -> bool:
        """Read up to so many rows; False at the end."""
        self._lines: list[int] = []
        self._values: list[list[str]] = []
        while len(self._values) < most:
            line = self._rows.line_num + 1
            try:
                row = next(self._rows, None)
            except csv.Error as error:
                self._set_aside(line, str(error))
                continue
            if row is None:
                break
            if not _is_text(row):
                self._set_aside(line, "expected UTF-8")
            elif len(row) == self._width:
                self._lines.append(line)
                self._values.append(row)
            elif row:
                self._set_aside(line, f"expected {self._width} fields, there are {len(row)}")
        self.count += len(self._values)
        return bool(self._values)

    def _set_aside(self, line: int, reason: str) -> None:
        self._biller.set_aside(line, "", reason)
        self.count += 1

    def table(self) -> Table:
        """What was read; what is empty is null."""
        cells = {name: [row[place] or None for row in self._values] for name, place in self._places.items()}
        columns = {name: _text_column(texts) for name, texts in cells.items()}
        return Table({_LINE: _integer_column(self._lines), **columns})


def _is_text(row: list[str]) -> bool:
    """False where bytes were no UTF-8 and are now lone surrogates."""
    try:
        "".join(row).encode()
    except UnicodeEncodeError:
        return False
    return True
