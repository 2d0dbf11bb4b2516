"""Brings a usage log to the biller: sources become pieces, and pieces get the columns that the core reads."""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from faregate._columns import ATTRIBUTE, CARRIED, NUMBER, Columns, Names
from faregate._convert import found
from faregate._core import Error, InvalidType, TimeReversal, _Biller, _integer_column
from faregate._documents import failure
from faregate._doubts import counted
from faregate._order import Gathered
from faregate._rows import Piece, Rows, Sources
from faregate._sources import pieces_of, sources_of
from faregate._table import Table
from faregate._threads import ahead


class Options(NamedTuple):
    """How the values of a log are read."""

    time_unit: str | None
    zone: "array[int] | None"
    thousands: str
    corrections: bool
    sort: bool


class Log:
    """Reads a log into a biller, and counts the rows that it reads."""

    def __init__(
        self,
        biller: _Biller,
        names: Names,
        constants: Mapping[str, Any],
        options: Options,
        heard: Callable[[int], object] | None,
    ) -> None:
        self.biller = biller
        self._names = names
        self._columns = Columns(names, constants)
        self._constants = constants
        self._options = options
        self._heard = heard
        self._sources = Sources()
        self._read_of: list[int] = []
        self._read = 0
        self._blank = 0
        self._trimmed = 0
        self.sorts = options.sort
        self._gathered = Gathered(options.time_unit) if options.sort else None

    def read(self, events: Any) -> None:
        try:
            for name, source in sources_of(events):
                self._read_source(name, source)
            if self._gathered is not None:
                for batch in self._gathered.batches():
                    self._run(batch, numbered=True)
        except Error as error:
            raise self._told(error) from error
        finally:
            if self._gathered is not None:
                self._gathered.close()

    def _read_source(self, name: str | None, source: Any) -> None:
        base = self._sources.begin(name)
        before = self._read
        pieces = pieces_of(source, self._columns.wanted)
        for piece in ahead(pieces) if isinstance(source, str) else pieces:
            self._take(piece, base)
        self._read_of.append(self._read - before)

    def _take(self, piece: Piece, base: int) -> None:
        self._read += len(piece.aside)
        self._blank += piece.blank
        self._trimmed += piece.trimmed
        for aside in piece.aside:
            self.biller.set_aside(base + aside.number, aside.column, aside.reason, aside.text)
        table = self._shaped(piece, base)
        if self._gathered is not None:
            self._read += len(table) if hasattr(table, "__len__") else table.num_rows
            self._gathered.add(table)
        else:
            first = base + piece.first
            self._read += self._run(table, numbered=piece.numbers is not None, first=first) - first

    def _shaped(self, piece: Piece, base: int) -> Any:
        """Returns the table of a piece with the columns that the core reads, by their roles."""
        pyarrow = found("pyarrow")
        table = piece.table
        if isinstance(table, Table):
            numbers = piece.numbers
            if numbers is None and self._gathered is not None:
                numbers = range(piece.first, piece.first + len(table))
            column = None if numbers is None else _integer_column([base + number for number in numbers])
            return self._columns.of_table(table, column)
        if pyarrow is not None and type(table).__module__.startswith("polars."):
            table = table.to_arrow()
        if pyarrow is None or not isinstance(table, (pyarrow.Table, pyarrow.RecordBatch)):
            if self._constants or self._gathered is not None:
                raise failure(InvalidType, "events: for constants= and sort= expected pyarrow.table() of them")
            return table
        return self._columns.of_batch(table, self._numbers(pyarrow, piece, table.num_rows, base))

    def _numbers(self, pyarrow: Any, piece: Piece, count: int, base: int) -> Any:
        numbers = piece.numbers
        if numbers is None and self._gathered is not None:
            numbers = array("q", range(piece.first, piece.first + count))
        if numbers is None:
            return None
        column = pyarrow.Array.from_buffers(pyarrow.int64(), len(numbers), [None, pyarrow.py_buffer(numbers)])
        return column if base == 0 else found("pyarrow.compute").add(column, base)

    def _run(self, table: Any, numbered: bool, first: int = 0) -> int:
        """Bills a table, and returns the number of the row after its last."""
        options = self._options
        is_raw = not hasattr(table, "schema") and not isinstance(table, Table)
        columns = self._names.attributes
        attributes = tuple((name, columns[name] if is_raw else ATTRIBUTE + name) for name in columns)
        names = self._names if is_raw else Names()
        return self.biller.run(
            table,
            names.account,
            names.time,
            names.product,
            names.quantity,
            id=self._names.id if names is self._names else "id" if self._names.id is not None else None,
            row=NUMBER if numbered else None,
            first_row=first,
            time_unit=options.time_unit,
            zone=options.zone,
            thousands=options.thousands,
            corrections=options.corrections,
            sort=options.sort,
            progress=self._heard,
            attributes=attributes,
            carried=tuple(name if is_raw else CARRIED + name for name in self._names.carried),
        )

    def _told(self, error: Error) -> Error:
        """Returns the error with the number that its row has in its file, and with advice."""

        def in_file(matched: re.Match[str]) -> str:
            row, name = self._sources.tell(int(matched[1]))
            return f"row {row:,}" if name is None else f"{name}, row {row:,}"

        message, has_row = re.subn(r"\brow (\d+)", in_file, str(error), count=1)
        name = self._sources.name(len(self._sources.names) - 1)
        if not has_row and name is not None and message.startswith("events"):
            message = f"{name}: {message}"
        if isinstance(error, TimeReversal):
            message += "; with sort=True rows may be in any order"
        return failure(type(error), message)

    def finish(self) -> dict[str, Table]:
        """Returns the tables of the bills; in those that have rows, a column says of which file each row is."""
        tables = self.biller.finish()
        return {
            name: self._sources.with_files(table) if "row" in table.columns else table for name, table in tables.items()
        }

    def unread(self, bad_rows: Table) -> Iterator[str]:
        """Warnings of rows that were not read: of each source of which not one was, and of the others together;
        `bad_rows` is the table of `finish`."""
        whole: set[str | None] = set()
        reasons: dict[str | None, Counter[str]] = defaultdict(Counter)
        for file, reason in zip(bad_rows["file"], bad_rows["reason"]):
            reasons[file][reason] += 1
        for source, count in enumerate(self._read_of):
            name = self._sources.name(source)
            if name in reasons and count == reasons[name].total():
                whole.add(name)
                [(reason, _)] = reasons[name].most_common(1)
                of = "" if name is None else f" of {name}"
                yield f"not one of {counted(count, 'row')}{of} was read: {reason}"
        rest = sum(of_source.total() for name, of_source in reasons.items() if name not in whole)
        if rest > 0:
            place = next(place for place, file in enumerate(bad_rows["file"]) if file not in whole)
            row, file, reason = (bad_rows[name][place] for name in ("row", "file", "reason"))
            of = "" if file is None else f" of {file}"
            were = "was" if rest == 1 else "were"
            yield f"{rest:,} of {counted(self._read, 'row')} {were} not read, such as row {row:,}{of}: {reason}"

    def rows(self, apart: Mapping[str, Table]) -> Rows:
        billed, trimmed, _ = self.biller.counts()
        counts = {what: len(table) - table["row"].null_count for what, table in apart.items()}
        return Rows(self._read, billed, counts, self._trimmed + trimmed, self._blank)
