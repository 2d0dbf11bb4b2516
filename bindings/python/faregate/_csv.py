"""Reads CSV files: pyarrow takes rows apart, after lines that are no rows were taken out.

A parser cannot tell a lost quote from a field of many lines, and drops the rows in between silently. So each block of a
file is sifted first: lines that are no rows are taken out and told, and what is left has one row on each line, except
where a field goes over several lines none of which is a whole row.
"""

import codecs
import csv
import io
import re
from array import array
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from faregate._columns import ATTRIBUTE, Wanted, pick
from faregate._convert import found
from faregate._core import Invalid, _csv_lines, _text_column
from faregate._documents import failure
from faregate._rows import Aside, Piece
from faregate._table import Table

BLOCK = 1 << 23
_MARK = b"\xef\xbb\xbf"
_FIELD_MOST = 1 << 20  # bytes, at most, of a field that goes over several lines
_DELIMITERS = ",\t;|"


def pieces(stream: Any, wanted: Wanted, delimiter: str | None) -> Iterator[Piece]:
    """Reads the rows of a stream of bytes; a row's number is that of its line."""
    blocks = _Blocks(stream)
    header, line = blocks.header()
    log = _Log(header, wanted, delimiter)
    first: Piece | None = Piece(log.no_rows(), blank=line - 2, trimmed=log.trimmed)
    while (block := blocks.next()) is not None:
        piece, rest, lines = log.read(block, line, blocks.at_end)
        line += lines
        blocks.put_back(rest)
        if first is not None:
            piece.blank, piece.trimmed, first = piece.blank + first.blank, first.trimmed, None
        yield piece
    if first is not None:
        yield first


class _Blocks:
    """Cuts a stream into blocks that end with a line."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._left = b""
        self.at_end = False

    def next(self) -> bytes | None:
        """The next block, which has at least one line; None at the end of the stream."""
        parts = [self._left]
        self._left = b""
        while not self.at_end:
            read = self._stream.read(BLOCK)
            self.at_end = not read
            end = read.rfind(b"\n") + 1
            if end > 0:
                parts.append(read[:end])
                self._left = read[end:]
                break
            parts.append(read)
        block = b"".join(parts)
        if block and not block.endswith(b"\n"):
            block += b"\n"
        return block or None

    def put_back(self, rest: bytes) -> None:
        self._left = rest + self._left

    def header(self) -> tuple[bytes, int]:
        """The first line that is not blank, and the number of the line after it."""
        line = 1
        while (block := self.next()) is not None:
            if line == 1 and block.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise failure(Invalid, "events: the file is in UTF-16; save it in UTF-8")
            block = block.removeprefix(_MARK) if line == 1 else block
            while block:
                header, _, block = block.partition(b"\n")
                line += 1
                if header.strip():
                    self.put_back(block)
                    return header, line
        return b"", max(line, 2)


@dataclass
class _Run:
    """Records that follow each other in a block, either each on one line, or a single one of several lines."""

    start: int
    end: int
    line: int
    records: int


@dataclass
class _Sifted:
    runs: list[_Run] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    blank: int = 0
    rest: bytes = b""
    """the end of the block, from a record on that may go on in the next block"""


class _Log:
    def __init__(self, header: bytes, wanted: Wanted, delimiter: str | None) -> None:
        try:
            text = header.decode()
        except UnicodeDecodeError:
            raise failure(Invalid, "events: the names of the columns are not in UTF-8") from None
        if "\r" in text.rstrip("\r"):
            raise failure(Invalid, "events: expected lines that end with a line feed, not with a carriage return alone")
        self._wanted = wanted
        self._delimiter = delimiter or _delimiter_of(text, wanted)
        self._names = next(csv.reader([text.rstrip("\r")], delimiter=self._delimiter), [])
        stripped = [name.strip() for name in self._names]
        self.trimmed = sum(name != bare for name, bare in zip(self._names, stripped))
        self._names = stripped
        places = pick(stripped, list(wanted))
        self._places = dict(zip(wanted, places))
        self._sieve = _Sieve(self._delimiter, len(stripped), places)

    def no_rows(self) -> Table:
        return Table({name: _text_column([]) for name in self._names})

    def read(self, block: bytes, line: int, at_end: bool) -> tuple[Piece, bytes, int]:
        """Reads the rows of a block. Returns them, the end of the block that has to be read with the next one, and how
        many lines come before that end."""
        sifted = self._sieve.sift(block, line, at_end)
        runs = sifted.runs
        is_whole = len(runs) == 1 and runs[0].end - runs[0].start == len(block)
        data = block if is_whole else b"".join(block[r.start : r.end] for r in runs)
        table, misfits = self._take_apart(data)
        records = sum(run.records for run in runs)
        if _length(table) + len(misfits) != records:
            raise failure(Invalid, f"events: of {records} rows from line {line} on {_length(table)} were read")
        is_one_run = not misfits and (len(runs) == 0 or (len(runs) == 1 and runs[0].records > 0))
        piece = Piece(table, first=runs[0].line if runs else line, aside=sifted.aside, blank=sifted.blank)
        if not is_one_run:
            piece.numbers = self._numbers(runs, misfits, piece)
            piece.aside.sort(key=lambda aside: aside.number)
        is_counted = is_whole and runs[0].records > 1  # one run over the whole block has one record on each line
        lines = runs[0].records if is_counted else block.count(b"\n") - sifted.rest.count(b"\n")
        return piece, sifted.rest, lines

    def _numbers(self, runs: list[_Run], misfits: list[tuple[int, int, str]], piece: Piece) -> Any:
        lines = array("q")
        for run in runs:
            lines.extend(range(run.line, run.line + run.records))
        for record, count, text in reversed(misfits):
            reason = f"expected {len(self._names)} fields, there are {count}"
            piece.aside.append(Aside(lines.pop(record), reason, text))
        return lines

    def _take_apart(self, data: bytes) -> tuple[Any, list[tuple[int, int, str]]]:
        """Takes rows apart. Returns the wanted columns, and the rows with another number of fields: place, number of
        fields, text."""
        pyarrow = found("pyarrow.csv")
        return self._by_pyarrow(pyarrow, data) if pyarrow is not None else self._by_itself(data)

    def _by_pyarrow(self, reader: Any, data: bytes) -> tuple[Any, list[tuple[int, int, str]]]:
        import pyarrow  # type: ignore[import-untyped]

        misfits: list[tuple[int, int, str]] = []

        def misfit(row: Any) -> str:
            misfits.append((row.number - 1, row.actual_columns, row.text))
            return "skip"

        text = pyarrow.string()
        names = [f"{place}" for place in range(len(self._names))]  # names of columns may repeat
        names_again = pyarrow.dictionary(pyarrow.int32(), text)
        wanted = {
            str(place): names_again if _repeats(self._wanted[name]) else text for name, place in self._places.items()
        }
        if not data:
            return self.no_rows(), misfits
        table = reader.read_csv(
            pyarrow.py_buffer(data),
            reader.ReadOptions(use_threads=False, column_names=names, block_size=len(data) + 1),
            reader.ParseOptions(
                delimiter=self._delimiter,
                ignore_empty_lines=False,
                newlines_in_values=True,
                invalid_row_handler=misfit,
            ),
            reader.ConvertOptions(
                include_columns=list(wanted),
                column_types=wanted,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                check_utf8=False,
            ),
        )
        return table.rename_columns(list(self._places)), misfits

    def _by_itself(self, data: bytes) -> tuple[Any, list[tuple[int, int, str]]]:
        """Takes rows apart as _take_apart does, where pyarrow is not installed."""
        rows, misfits = [], []
        for place, row in enumerate(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=self._delimiter)):
            if len(row) == len(self._names):
                rows.append(row)
            else:
                misfits.append((place, len(row), self._delimiter.join(row)))
        columns = {name: [row[place] or None for row in rows] for name, place in self._places.items()}
        return Table({name: _text_column(texts) for name, texts in columns.items()}), misfits


def _repeats(role: str) -> bool:
    """Whether a column has few different values, so that a dictionary makes it shorter."""
    return role in ("account", "product") or role.startswith(ATTRIBUTE)


def _length(table: Any) -> int:
    return len(table)


def _delimiter_of(header: str, wanted: Wanted) -> str:
    """The delimiter by which the header shows most of the wanted columns."""

    def shown(delimiter: str) -> int:
        names = {name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])}
        return len(names & set(wanted))

    return max(_DELIMITERS, key=shown)


class _Sieve:
    """Separates lines that are rows from lines that are not."""

    def __init__(self, delimiter: str, width: int, places: Collection[int]) -> None:
        mark = re.escape(delimiter.encode())
        self._quoted = re.compile(rb'"(?:[^"]++|"")*+"')
        field = rb'(?:"(?:[^"]++|"")*+"|[^"\r\n' + mark + rb"]*+)"
        self._record = re.compile(field + rb"(?:" + mark + field + rb")*+\r?\n")
        self._open = re.compile(rb"(?:" + field + mark + rb')*+"(?:[^"]++|"")*+\Z')
        self._mark = delimiter
        self._width = width
        self._places = places
        self._blanks = b" \t\r\n".replace(delimiter.encode(), b"")

    def sift(self, block: bytes, line: int, at_end: bool) -> _Sifted:
        """Finds the runs of records in a block, and the lines that are no rows."""
        sifted = _Sifted()
        broken = deque(_broken_lines(block))
        at = 0
        while at < len(block):
            end, count = _csv_lines(block, at, self._mark)
            if broken and broken[0] < end:
                end, count = broken[0], block.count(b"\n", at, broken[0])
            if end > at:
                sifted.runs.append(_Run(at, end, line, count))
            else:
                end = block.index(b"\n", at) + 1
                fault = self._fault_of(block, at, end, bool(broken) and broken[0] == at)
                record = self._record_end(block, at, end, at_end) if fault is None else None
                if record == 0:
                    sifted.rest = block[at:]
                    break
                if record is not None and not (broken and broken[0] < record):
                    end = record
                    sifted.runs.append(_Run(at, end, line, 1))
                elif fault == "":
                    sifted.blank += 1
                else:
                    sifted.aside.append(Aside(line, fault or "a quote is out of place", _shown(block[at:end])))
                count = block.count(b"\n", at, end)
            while broken and broken[0] < end:
                broken.popleft()
            line += count
            at = end
        return sifted

    def _fault_of(self, block: bytes, at: int, end: int, is_broken: bool) -> str | None:
        """Why a line cannot be a row, whatever its quotes are: "" for a blank line, None where only the quotes can
        decide."""
        line = block[at:end]
        if not line.strip(self._blanks):
            return ""
        if is_broken:
            return "expected UTF-8"
        if line.startswith(_MARK):
            return "a byte order mark inside of the file"
        return "a carriage return inside of the line" if b"\r" in line.removesuffix(b"\r\n") else None

    def _record_end(self, block: bytes, at: int, end: int, at_end: bool) -> int | None:
        """The place where a record of several lines ends; 0 where only the next block can tell, None where there is no
        such record."""
        record = self._record.match(block, at)
        if record is not None:
            is_one = self._is_meant(record[0]) and self._is_one(block, end, record.end())
            return record.end() if is_one else None
        may_go_on = not at_end and len(block) - at < _FIELD_MOST and self._open.match(block, at) is not None
        return 0 if may_go_on and self._is_one(block, end, len(block)) else None

    def _is_meant(self, record: bytes) -> bool:
        """Whether a record of several lines has all fields, and no line feed in any column that is read."""
        fields = next(csv.reader(io.StringIO(record.decode("utf-8", "replace"), newline=""), delimiter=self._mark))
        read = [fields[place] for place in self._places] if len(fields) == self._width else ["\n"]
        return not any("\n" in text or "\r" in text for text in read)

    def _is_one(self, block: bytes, start: int, end: int) -> bool:
        """Whether lines belong to one record, because none of them is a row by itself: such a row means that the quote
        before it was meant to close earlier."""
        while start < end:
            after = block.index(b"\n", start) + 1
            if self._is_row(block[start:after]):
                return False
            start = after
        return True

    def _is_row(self, text: bytes) -> bool:
        is_line = _csv_lines(text, 0, self._mark)[1] == 1
        return is_line and self._quoted.sub(b"", text).count(self._mark.encode()) == self._width - 1


def _broken_lines(block: bytes) -> list[int]:
    """The places at which lines begin that are not UTF-8."""
    starts: list[int] = []
    if block.isascii():
        return starts
    view = memoryview(block)
    at = 0
    while True:
        try:
            codecs.utf_8_decode(view[at:], "strict", True)
            return starts
        except UnicodeDecodeError as error:
            starts.append(block.rfind(b"\n", 0, at + error.start) + 1)
            at = block.index(b"\n", at + error.start) + 1


def _shown(line: bytes) -> str:
    return line.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
