"""Brings a log in any order into batches that have all rows of their accounts.

The core sorts the rows of an account that come in one batch. So a log that fits into memory becomes one batch; a larger
one is spread over files by account, and each file becomes one batch.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from zlib import crc32

from faregate._columns import ATTRIBUTE, BLANKS, CARRIED, NUMBER, ROLES
from faregate._convert import needed
from faregate._core import Invalid
from faregate._documents import failure

MEMORY = 1 << 29  # bytes of columns that are held in memory, at most
FILES = 64
_PART = 1 << 16  # rows that are converted at a time, between which signals are handled
_YEARS = (946_684_800_000_000, 4_102_444_800_000_000)  # 1 January of 2000 and 2100, in microseconds since 1970


class Gathered:
    """Takes batches in any order, and returns batches that have all rows of their accounts."""

    def __init__(self, time_unit: str | None) -> None:
        self._pyarrow = needed("pyarrow", "arrow")
        self._unit = time_unit
        self._schema: Any = None  # of all batches; None before the first
        self._in_text = False
        self._batches: list[Any] = []
        self._bytes = 0
        self._files: _Files | None = None

    def add(self, batch: Any) -> None:
        """Adds a batch or table with at least the columns of ROLES. Columns keep their types as long as all batches
        have the same ones."""
        table = _sortable(self._pyarrow, self._pyarrow.table(batch))
        if self._schema is None:
            self._schema = table.schema
        if not self._in_text and not table.schema.equals(self._schema):
            self._turn_into_text()
        if self._in_text:
            self._add_as_text(table)
        else:
            self._add(table)

    def _turn_into_text(self) -> None:
        """Casts what was added so far, because a batch has other types."""
        self._in_text = True
        before, files = self._batches, self._files
        self._batches, self._bytes, self._files = [], 0, None
        try:
            for table in before if files is None else files.batches():
                self._add_as_text(table)
        finally:
            if files is not None:
                files.close()

    def _add_as_text(self, table: Any) -> None:
        for first in range(0, max(table.num_rows, 1), _PART):
            self._add(self._as_text(table.slice(first, _PART)))

    def _add(self, table: Any) -> None:
        if self._files is not None:
            self._files.add(table)
            return
        self._batches.append(table)
        self._bytes += table.nbytes
        if self._bytes > MEMORY:
            self._files = _Files(self._pyarrow)
            for held in self._batches:
                self._files.add(held)
            self._batches = []

    def batches(self) -> Iterator[Any]:
        if self._files is not None:
            yield from self._files.batches()
        elif self._batches:
            table = self._pyarrow.concat_tables(self._batches)
            self._batches = []
            # A column at a time, so that between them signals are handled.
            yield self._pyarrow.table({name: table[name].combine_chunks() for name in table.column_names})

    def close(self) -> None:
        if self._files is not None:
            self._files.close()

    def _as_text(self, table: Any) -> Any:
        """Casts all columns but row numbers to text."""
        pyarrow = self._pyarrow
        text = pyarrow.string()
        columns = {}
        for name in table.column_names:
            column = table[name]
            if name in ROLES or name == "id" or name.startswith((ATTRIBUTE, CARRIED)):
                if name == "time" and self._unit is None and pyarrow.types.is_integer(column.type):
                    column = _micros(pyarrow, column, table[NUMBER])
                try:
                    column = column.cast(text) if column.type != text else column
                except pyarrow.ArrowInvalid as error:  # the time zone of a timestamp may be unknown
                    raise failure(Invalid, f"events.{name}: {error}") from error
            columns[name] = column
        return pyarrow.table(columns)


def _sortable(pyarrow: Any, table: Any) -> Any:
    """The columns in one order, because sources may have different ones; views of text as text, because not every
    version of pyarrow can filter or join views."""
    columns = {}
    for name in sorted(table.column_names):
        column = table[name]
        columns[name] = column.cast(pyarrow.string()) if pyarrow.types.is_string_view(column.type) else column
    return pyarrow.table(columns)


def _without_dictionaries(pyarrow: Any, table: Any) -> Any:
    def plain(column: Any) -> Any:
        kind = column.type
        return column.cast(kind.value_type) if pyarrow.types.is_dictionary(kind) else column

    return pyarrow.table({name: plain(table[name]) for name in table.column_names})


def _micros(pyarrow: Any, column: Any, numbers: Any) -> Any:
    """Reads whole numbers as microseconds since 1970, as the core does with numbers that have no unit."""
    compute = needed("pyarrow.compute", "arrow")
    strange = compute.or_(compute.less(column, _YEARS[0]), compute.greater_equal(column, _YEARS[1]))
    if compute.any(strange).as_py():
        place = compute.index(strange, True).as_py()
        raise failure(
            Invalid,
            f"time: row {numbers[place]}: as microseconds, {column[place]} is not of the years 2000 to 2099: "
            "say what the numbers count",
        )
    return column.cast(pyarrow.int64()).cast(pyarrow.timestamp("us", "UTC"))


class _Files:
    """Spreads rows over files on the disk, so that all rows of one account are in one file."""

    def __init__(self, pyarrow: Any) -> None:
        self._pyarrow = pyarrow
        self._stack = ExitStack()
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="faregate-")))
        self._writers: dict[int, Any] = {}

    def add(self, table: Any) -> None:
        pyarrow = self._pyarrow
        compute = needed("pyarrow.compute", "arrow")
        encoded = table["account"].combine_chunks().dictionary_encode()
        files = [
            crc32((name or "").strip(BLANKS).encode("utf-8", "surrogatepass")) % FILES
            for name in encoded.dictionary.to_pylist()
        ]
        of_rows = compute.fill_null(pyarrow.array(files, pyarrow.int32()).take(encoded.indices), 0)
        table = _without_dictionaries(pyarrow, table)  # of which each file would have all of the entries
        for number in compute.unique(of_rows).to_pylist():
            self._writer(number, table.schema).write_table(table.filter(compute.equal(of_rows, number)))

    def _writer(self, number: int, schema: Any) -> Any:
        if number not in self._writers:
            path = str(self._folder / str(number))
            self._writers[number] = self._stack.enter_context(needed("pyarrow.ipc", "arrow").new_stream(path, schema))
        return self._writers[number]

    def batches(self) -> Iterator[Any]:
        ipc = needed("pyarrow.ipc", "arrow")
        for number, writer in sorted(self._writers.items()):
            writer.close()
            path = self._folder / str(number)
            if path.stat().st_size > MEMORY:
                raise failure(
                    Invalid,
                    f"sort: the rows of one account, or of {FILES} of them, take more than {MEMORY >> 20} MiB; "
                    "sort the log by time beforehand, in a database or by `sort -t, -k2,2`",
                )
            with self._pyarrow.OSFile(str(path)) as file:
                yield ipc.open_stream(file).read_all().combine_chunks()
            path.unlink()

    def close(self) -> None:
        self._stack.close()
