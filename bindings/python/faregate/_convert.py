"""Columns as other libraries have them. Each library is imported when it is asked for, and named where it is
missing."""

import os
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import Any

from faregate._core import Book, Column, Invalid, _column_state
from faregate._documents import failure

_PART = 1 << 17  # rows that are written to a file at a time


def needed(name: str, extra: str) -> ModuleType:
    """Imports a library that this package does not depend on; where it is missing, the error says how to install it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise failure(Invalid, f"this needs {name}: pip install 'faregate[{extra}]' ({error})") from error


def found(name: str) -> Any:
    """Imports a library, or returns None where it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        return None


def as_array(column: Column, dtype: Any = None, copy: bool | None = None) -> Any:
    """Makes a numpy array: whole numbers and floats keep their type; all else, and whole numbers with nulls, become
    objects."""
    numpy = needed("numpy", "pandas")
    if column.type == "float64" or (column.type == "int64" and column.null_count == 0):
        buffer: Any = column
        make = numpy.array if copy else numpy.asarray
        return make(memoryview(buffer), dtype=dtype)
    objects = numpy.empty(len(column), dtype=object)
    objects[:] = column.tolist()
    return objects if dtype is None else objects.astype(dtype)


def as_series(column: Column) -> Any:
    """A pandas Series: amounts as Decimal, times aware, whole numbers with nulls as Int64."""
    pandas = needed("pandas", "pandas")
    if column.type == "int64" and column.null_count > 0:
        return pandas.Series(column.tolist(), dtype="Int64")
    if column.type == "timestamp":
        return pandas.Series(_times(pandas, column))
    return pandas.Series(column.tolist() if column.type == "text" else as_array(column))


def _times(pandas: ModuleType, column: Column) -> Any:
    """Times in the zone of their book, also where there is none, so that tables of one book go together."""
    book: Book = _column_state(column)[-1]
    return pandas.to_datetime(column.tolist(), utc=True).as_unit("us").tz_convert(book.time_zone)


def as_polars(column: Column) -> Any:
    """A Polars Series, nothing copied: amounts as Decimal, times with their offset."""
    return needed("polars", "polars").Series(column)


def as_arrow(column: Column) -> Any:
    """A pyarrow Array, nothing copied."""
    return needed("pyarrow", "arrow").array(column)


def write_parquet(table: Any, to: Any) -> None:
    """Writes a table a part at a time, so that between them signals are handled. A file that is not whole is removed,
    because it could be read."""
    parquet = needed("pyarrow.parquet", "arrow")
    made = needed("pyarrow", "arrow").table(table)
    try:
        with parquet.ParquetWriter(to, made.schema) as writer:
            for first in range(0, max(len(made), 1), _PART):
                writer.write_table(made.slice(first, _PART))
    except BaseException:
        if isinstance(to, str):
            with suppress(OSError):
                os.remove(to)
        raise
