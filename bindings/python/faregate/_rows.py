"""The rows of a log: where they come from, and what becomes of each of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from faregate._core import _integer_column, _text_column
from faregate._table import Table

_NUMBER_BITS = 40  # of a row within its source; the bits above say which source


@dataclass
class Aside:
    """A row of a source that is none: a line that could not be taken apart, or a value that is no text."""

    number: int
    reason: str
    text: str
    column: str = ""


@dataclass
class Piece:
    """Rows of one source, in its order, as anything that Arrow can be had from."""

    table: Any
    first: int = 0
    """number of the first row; the others follow"""
    numbers: Any = None
    """a column of numbers, where they do not"""
    aside: list[Aside] = field(default_factory=list)
    blank: int = 0
    """lines with nothing in them"""
    trimmed: int = 0
    """names of columns with blanks around them"""


class Sources:
    """The sources of a log by name. A row's number says which of them it is from: the first ones' are plain."""

    def __init__(self) -> None:
        self.names: list[str | None] = []

    def begin(self, name: str | None) -> int:
        """Answers what is added to the numbers of its rows."""
        self.names.append(name)
        return (len(self.names) - 1) << _NUMBER_BITS

    def name(self, source: int) -> str | None:
        """Of several sources those without a name have their place, from 0."""
        if not 0 <= source < len(self.names):
            return None
        return self.names[source] or (f"source {source}" if len(self.names) > 1 else None)

    def tell(self, number: int) -> tuple[int, str | None]:
        """The row in its source, and the source's name."""
        source = number >> _NUMBER_BITS
        return number & ((1 << _NUMBER_BITS) - 1), self.name(source)

    def with_files(self, table: Table) -> Table:
        """The table with a column `file` beside `row`, which counts within it."""
        columns = {name: table[name] for name in table.columns if name != "row"}
        if "first_row" in columns:
            columns |= self._told(table["first_row"], "first_")
        return Table({**self._told(table["row"]), **columns})

    def _told(self, numbers: Any, prefix: str = "") -> dict[str, Any]:
        """The columns of rows in their sources, and of the names of these."""
        told = [(None, None) if number is None else self.tell(number) for number in numbers.tolist()]
        rows = numbers if len(self.names) < 2 else _integer_column([row for row, _ in told])
        return {f"{prefix}row": rows, f"{prefix}file": _text_column([name for _, name in told])}


@dataclass(frozen=True)
class Rows:
    """What became of every row that was read: `read` is `billed` and the sum of `apart`, always."""

    read: int
    billed: int
    apart: Mapping[str, int]
    """rows by what became of them instead: refused, not read, repeated, after the end"""
    trimmed: int
    """names with blanks around them, which are not part of the name"""
    blank: int
    """lines with nothing in them, which are no rows"""

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
        text = f"{self.read:,} rows read = {' + '.join(parts)}"
        return f"{text}; {', '.join(notes)}" if notes else text
