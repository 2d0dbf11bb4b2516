"""From a usage log to bills: every account lives the timeline of its own events."""

import csv
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from typing import Any, TypeAlias

from faregate._core import Account, Book, Invalid, InvalidType, _Biller, _integer_column, _text_column
from faregate._table import Table

Source: TypeAlias = Any  # a path, or anything that Arrow can be had from
_Columns: TypeAlias = Mapping[str, str | None]
_Progress: TypeAlias = Callable[[int], object]

_ROLES = ("account", "time", "product", "quantity")
_CSV_ROWS = 1 << 16
_PARQUET_ROWS = 1 << 18


class Bills:
    """What a usage log comes to. All tables are for whoever reads Arrow, and have to_pandas()."""

    invoices: Table
    """account, month, issued, total, balance_after (null with unlimited funds)"""
    lines: Table
    """account, month, product, meter, day (of daily tiers), units, unit_price, tier, amount, rule, explanation"""
    refusals: Table
    """what the rules refused: row, account, time, product, quantity, id, code, rule, message"""
    bad_rows: Table
    """what could not be read: row, column, reason, and of the event what could"""
    accounts: "Accounts"
    """a copy of each account by name, as the log left it"""
    events: int
    """rows read, those set aside included"""
    repeated: int
    """events that repeated an earlier one with the same id, and so changed nothing"""
    currency: str

    def __init__(self, biller: _Biller, tables: dict[str, Table], events: int, book: Book) -> None:
        self.invoices = tables["invoices"]
        self.lines = tables["lines"]
        self.refusals = tables["refusals"]
        self.bad_rows = tables["bad_rows"]
        self.accounts = Accounts(biller)
        self.events = events
        self.repeated = biller.repeated
        self.currency = book.currency

    @property
    def total(self) -> Decimal:
        """The sum of all invoices."""
        return sum(self.invoices["total"].tolist(), Decimal(0))

    def __repr__(self) -> str:
        return (
            f"<Bills of {len(self.accounts)} accounts: {len(self.invoices)} invoices over {self.total} {self.currency}; "
            f"{self.events} events, {len(self.refusals)} refused, {len(self.bad_rows)} unreadable>"
        )


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
    columns: _Columns | None = None,
    wallet: dict[str, Any] | None = None,
    policy: dict[str, Any] | None = None,
    until: Any = None,
    progress: bool | _Progress = False,
) -> Bills:
    """Bill a usage log: each account lives its own events, and what month by month it owes comes out.

    events    Arrow data with the columns account, time, product, quantity and perhaps id: a table or stream of pyarrow,
              pandas, Polars, DuckDB …; or the path of a .csv or .parquet file (Parquet needs pyarrow). The events of one
              account are in non-decreasing time; accounts may be mixed. Times are timestamps (naive ones are civil time
              of the book), ISO 8601 text or integers of microseconds since 1970. An event with an id happens once.
    accounts  what is known of accounts beforehand, by name: an Account, which is copied, or a dict with any of
              wallet, policy and commands, these as in a timeline: [{"at": …, "do": "buy_pack", …}]. A command is done
              before the events from its instant on.
    columns   other names of the columns: {"account": "customer", "id": None}
    wallet, policy  of all accounts that `accounts` does not name; unlimited funds without a wallet (R34)
    until     the instant to which all accounts advance at the end; None: the settlement of the latest month, so that
              all usage is invoiced
    progress  True for a bar, where tqdm is installed; or a function that hears how many more events are done

    An account opens a product at its first event (R33), unless its commands do. Events that the rules refuse are in
    `refusals`, rows that cannot be read in `bad_rows`: rows of tables are counted from 0, of a file by its lines from 1.
    Memory is bounded: besides the accounts only a part of a file or stream is held, and the ids of events that have one.
    """
    names = _column_names(columns)
    biller = _Biller(Account(book, wallet=wallet, policy=policy))
    for name, known in (accounts or {}).items():
        _enter(biller, book, name, known)
    with _progress_of(progress, events) as heard:
        run = _run_file if isinstance(events, (str, os.PathLike)) else _run_table
        count = run(biller, events, names, "id" in (columns or {}), heard)
    return Bills(biller, biller.finish(until), count, book)


def _column_names(columns: _Columns | None) -> dict[str, str | None]:
    names: dict[str, str | None] = {role: role for role in (*_ROLES, "id")}
    for role, name in (columns or {}).items():
        if role not in names or (name is None and role != "id"):
            raise Invalid(f"columns.{role}: expected the name of a column for account, time, product, quantity or id")
        names[role] = name
    return names


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
            from tqdm.auto import tqdm
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


# ---------------------------------------------------------------------------------------------------------- tables


def _run_table(biller: _Biller, table: Any, names: Mapping[str, str | None], must_have_id: bool, heard: Any) -> int:
    roles = [names[role] for role in _ROLES]
    return biller.run(table, *roles, id=names["id"], must_have_id=must_have_id, progress=heard)


# ----------------------------------------------------------------------------------------------------------- files


def _run_file(biller: _Biller, source: Any, names: Mapping[str, str | None], must_have_id: bool, heard: Any) -> int:
    path = os.fspath(source)
    ending = os.path.splitext(path)[1].lower()
    if ending in (".parquet", ".pq"):
        return _run_parquet(biller, path, names, must_have_id, heard)
    if ending in (".csv", ".tsv"):
        return _run_csv(biller, path, names, must_have_id, heard, "\t" if ending == ".tsv" else ",")
    raise Invalid(f"events: expected a .csv, .tsv or .parquet file, not {path!r}")


def _run_parquet(biller: _Biller, path: str, names: Mapping[str, str | None], must_have_id: bool, heard: Any) -> int:
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path) as file:
        there = file.schema_arrow.names
        read = {role: name for role, name in names.items() if role != "id" or must_have_id or name in there}
        roles = [read[role] for role in _ROLES]
        row = 0
        for batch in file.iter_batches(_PARQUET_ROWS, columns=[name for name in read.values() if name is not None]):
            row = biller.run(batch, *roles, id=read.get("id"), first_row=row, progress=heard)
        return row


def _run_csv(
    biller: _Biller, path: str, names: Mapping[str, str | None], must_have_id: bool, heard: Any, delimiter: str
) -> int:
    with open(path, encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        log = _CsvLog(csv.reader(file, delimiter=delimiter), biller, names, must_have_id)
        while log.read(_CSV_ROWS):
            biller.run(log.table(), *_ROLES, id="id" if log.has_id else None, row="row", progress=heard)
        return log.count


class _CsvLog:
    """A CSV file read in parts; rows that are no rows are set aside with their line."""

    def __init__(self, rows: Any, biller: _Biller, names: Mapping[str, str | None], must_have_id: bool) -> None:
        self._rows = rows
        self._biller = biller
        self._header = next(rows, [])
        self.count = 0
        wanted = {role: name for role, name in names.items() if name is not None}
        missing = [name for role, name in wanted.items() if name not in self._header and (role != "id" or must_have_id)]
        if missing:
            raise Invalid(f"events.{missing[0]}: there is no such column")
        self._places = {role: self._header.index(name) for role, name in wanted.items() if name in self._header}
        self.has_id = "id" in self._places

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
            elif len(row) == len(self._header):
                self._lines.append(line)
                self._values.append(row)
            elif row:
                self._set_aside(line, f"expected {len(self._header)} fields, there are {len(row)}")
        self.count += len(self._values)
        return bool(self._values)

    def _set_aside(self, line: int, reason: str) -> None:
        self._biller.set_aside(line, "", reason)
        self.count += 1

    def table(self) -> Table:
        """What was read; what is empty is null."""
        cells = {role: [row[place] or None for row in self._values] for role, place in self._places.items()}
        columns = {role: _text_column(texts) for role, texts in cells.items()}
        return Table({"row": _integer_column(self._lines), **columns})


def _is_text(row: list[str]) -> bool:
    """False where bytes were no UTF-8 and are now lone surrogates."""
    try:
        "".join(row).encode()
    except UnicodeEncodeError:
        return False
    return True
