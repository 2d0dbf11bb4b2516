"""Tables of columns that other libraries can read as Arrow."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from os import PathLike, fsdecode
from typing import Any, Literal, Protocol, overload

from faregate._core import Column, Invalid, _floats, _table_stream


class Writable(Protocol):
    """A text file that is open for writing, or what writes like one."""

    def write(self, text: str, /) -> object: ...


class Table:
    """Columns of equal length by name.

    What reads Arrow takes it without a copy: pyarrow.table(t), polars.DataFrame(t), duckdb.sql("from t"). Its methods
    take amounts="decimal", which is exact, or "float", the nearest float to each amount. Two tables are equal that have
    the same columns in the same order with the same values. A table can be pickled.
    """

    __slots__ = {"_columns": "by name"}

    def __init__(self, columns: Mapping[str, Column]) -> None:
        if not isinstance(columns, Mapping) or not all(isinstance(column, Column) for column in columns.values()):
            from faregate._arguments import wrong

            raise wrong("columns", "a dict of names and columns", columns)
        if len({len(column) for column in columns.values()}) > 1:
            from faregate._documents import failure

            raise failure(Invalid, "columns: expected columns of equal length")
        self._columns = dict(columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(self._columns)

    @overload
    def __getitem__(self, name: str) -> Column: ...
    @overload
    def __getitem__(self, name: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, name: slice) -> "Table": ...
    def __getitem__(self, name: str | int | slice) -> "Column | dict[str, Any] | Table":
        """A column by its name, a row by its number as a dict (-1 is the last one), or a Table of the rows of a
        slice."""
        if isinstance(name, str):
            if name not in self._columns:
                raise KeyError(f"there is no column {name!r} among {', '.join(self._columns)}")
            return self._columns[name]
        if isinstance(name, slice):
            return Table({column: values[name] for column, values in self._columns.items()})
        if not hasattr(name, "__index__"):
            from faregate._arguments import wrong

            raise wrong("row", "a column's name, the number of a row or a slice", name)
        return {column: values[name] for column, values in self._columns.items()}

    def _ipython_key_completions_(self) -> list[str]:
        """The names that a notebook offers within brackets: those of the columns."""
        return list(self._columns)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), ()))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yields the rows, each as a dict by column."""
        names = self.columns
        for values in zip(*self._columns.values()):
            yield dict(zip(names, values))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return self.columns == other.columns and self._columns == other._columns

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        count = len(self)
        return f"<Table of {count:,} row{'' if count == 1 else 's'}: {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        """The first rows as a table, for notebooks."""
        from faregate._html import rows

        return rows(self)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The table as an Arrow stream of one batch."""
        return _table_stream(self._columns)

    def with_amounts(self, amounts: Literal["decimal", "float"]) -> "Table":
        """The table itself for "decimal"; for "float" a table in which the amounts are floats."""
        if amounts == "decimal":
            return self
        if amounts != "float":
            from faregate._documents import failure

            raise failure(Invalid, f"amounts: expected 'decimal' or 'float', not {amounts!r}")
        return Table({name: _floats(column) for name, column in self._columns.items()})

    def to_pandas(self, amounts: Literal["decimal", "float"] = "decimal") -> Any:
        """A pandas DataFrame: amounts as Decimal, times aware, whole numbers with nulls as Int64."""
        from faregate._convert import needed

        columns = self.with_amounts(amounts)._columns
        return needed("pandas", "pandas").DataFrame({name: column.to_pandas() for name, column in columns.items()})

    def to_polars(self, amounts: Literal["decimal", "float"] = "decimal") -> Any:
        """A Polars DataFrame, nothing copied."""
        from faregate._convert import needed

        return needed("polars", "polars").DataFrame(self.with_amounts(amounts))

    def to_arrow(self, amounts: Literal["decimal", "float"] = "decimal") -> Any:
        """A pyarrow Table, nothing copied."""
        from faregate._convert import needed

        return needed("pyarrow", "arrow").table(self.with_amounts(amounts))

    def to_parquet(self, to: Any, amounts: Literal["decimal", "float"] = "decimal") -> None:
        """Write a Parquet file: amounts as DECIMAL, times with the book's offset.

        to  a path, or a binary file that is open for writing
        """
        from faregate._arguments import a_path, wrong
        from faregate._convert import write_parquet

        if isinstance(to, (str, PathLike)):
            to = fsdecode(a_path("to", to))
        elif not hasattr(to, "write"):
            raise wrong("to", "a path or a binary file", to)
        write_parquet(self.with_amounts(amounts), to)

    def to_csv(self, to: "str | PathLike[str] | Writable | None" = None) -> str | None:
        """Write CSV with the names of the columns in its first line: amounts with all their digits, times in ISO 8601,
        nothing for null.

        to  a path, or a text file that is open for writing. None: answers the text
        """
        if to is None:
            text = io.StringIO(newline="")
            self._write_csv(text)
            return text.getvalue()
        from faregate._arguments import a_path, wrong

        if isinstance(to, (str, PathLike)):
            with open(a_path("to", to), "w", encoding="utf-8", newline="") as file:
                self._write_csv(file)
        elif hasattr(to, "write"):
            self._write_csv(to)
        else:
            raise wrong("to", "a path or a text file", to)
        return None

    def _write_csv(self, file: Writable) -> None:
        """Writes the names of the columns, and the rows."""
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(self.columns)
        for values in zip(*(map(_written, column) for column in self._columns.values())):
            writer.writerow(values)


def _written(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, datetime) else value
