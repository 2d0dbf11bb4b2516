"""The rows of a log: where they come from, and what became of each of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from faregate._core import _integer_column, _text_column
from faregate._table import Table

_NUMBER_BITS = 40  # bits of a row's number within its source; the bits above are the number of the source


@dataclass
class Aside:
    """A row that cannot be billed: a line that could not be taken apart, or a value that is no text."""

    number: int
    reason: str
    text: str
    column: str = ""


@dataclass
class Piece:
    """Rows of one source, in its order, in any form that can be read as Arrow."""

    table: Any
    first: int = 0
    """the number of the first row, from which the others count on, if `numbers` is None"""
    numbers: Any = None
    """a column with the number of each row, where numbers are left out between them"""
    aside: list[Aside] = field(default_factory=list)
    blank: int = 0
    """how many lines are blank"""
    trimmed: int = 0
    """how many names of columns have blanks around them"""


class Sources:
    """The sources of a log, by number. The upper bits of a row's number say which source it is from; for the first
    source they are 0, so that its numbers are those of its rows."""

    def __init__(self) -> None:
        self.names: list[str | None] = []

    def begin(self, name: str | None) -> int:
        """Adds a source, and returns what is to be added to the numbers of its rows."""
        self.names.append(name)
        return (len(self.names) - 1) << _NUMBER_BITS

    def name(self, source: int) -> str | None:
        """The name of a source; one of several sources that has no name is called by its place, from 0."""
        if not 0 <= source < len(self.names):
            return None
        return self.names[source] or (f"source {source}" if len(self.names) > 1 else None)

    def tell(self, number: int) -> tuple[int, str | None]:
        """The number of a row within its source, and the name of the source."""
        source = number >> _NUMBER_BITS
        return number & ((1 << _NUMBER_BITS) - 1), self.name(source)

    def with_files(self, table: Table) -> Table:
        """Returns the table with a column `file` beside `row`, which counts within the file."""
        columns = {name: table[name] for name in table.columns if name != "row"}
        if "first_row" in columns:
            columns |= self._told(table["first_row"], "first_")
        return Table({**self._told(table["row"]), **columns})

    def _told(self, numbers: Any, prefix: str = "") -> dict[str, Any]:
        """Two columns from the numbers of rows: the rows within their sources, and the names of the sources."""
        told = [(None, None) if number is None else self.tell(number) for number in numbers.tolist()]
        rows = numbers if len(self.names) < 2 else _integer_column([row for row, _ in told])
        return {f"{prefix}row": rows, f"{prefix}file": _text_column([name for _, name in told])}


@dataclass(frozen=True)
class Rows:
    """What became of every row that was read: `read` is always `billed` plus the sum of `apart`."""

    read: int
    billed: int
    apart: Mapping[str, int]
    """how many rows are in no bill, by what became of them: refused, not read, repeated, after the end"""
    trimmed: int
    """how many names had blanks around them, which are not part of the name"""
    blank: int
    """how many lines were blank, which are no rows"""

    def __post_init__(self) -> None:
        if self.read != self.billed + sum(self.apart.values()):
            raise AssertionError(f"rows are lost: {self}")

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter({"read": self.read, "billed": self.billed, **self.apart}.items())

    def __str__(self) -> str:
        parts = [f"{self.billed:,} billed", *(f"{count:,} {what}" for what, count in self.apart.items() if count)]
        notes = [
            f"{count:,} {one if count == 1 else more}"
            for one, more, count in (
                ("blank line", "blank lines", self.blank),
                ("name trimmed", "names trimmed", self.trimmed),
            )
            if count
        ]
        text = f"{self.read:,} row{'' if self.read == 1 else 's'} read = {' + '.join(parts)}"
        return f"{text}; {', '.join(notes)}" if notes else text
