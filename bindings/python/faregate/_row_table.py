"""Makes a Table of rows, each a mapping."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from faregate._core import Book, Column, _decimal_column, _integer_column, _text_column, _time_column
from faregate._table import Table

_SCALE = 12  # decimals of an amount, at most


def table_of(rows: Iterable[Any], columns: Iterable[str] = ()) -> Table:
    """Returns a table of rows. It has the columns of `columns`, even if there is no row, and then all others that any
    row has; a row has nulls for those it lacks. Mappings in a row have columns by both names, and lists are left
    out."""
    flat = [dict(_flat(row)) for row in rows]
    names = dict.fromkeys((*columns, *(name for row in flat for name in row)))
    return Table({name: _column_of([row.get(name) for row in flat]) for name in names})


def _flat(row: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}_")
        elif not isinstance(value, (tuple, list)):
            yield f"{prefix}{name}", value


def _column_of(values: list[Any]) -> Column:
    kinds = {type(value) for value in values if value is not None}
    if kinds and kinds <= {int, bool}:
        return _integer_column([None if value is None else int(value) for value in values])
    if kinds and kinds <= {int, Decimal}:
        return _decimal_column([None if value is None else Decimal(value) for value in values], _scale_of(values))
    if kinds == {datetime}:
        offsets = {value.utcoffset() for value in values if value is not None}
        return _time_column(values, _clock(offsets.pop() if len(offsets) == 1 else timedelta()))
    return _text_column([None if value is None else str(value) for value in values])


def _scale_of(values: Iterable[Any]) -> int:
    """The number of decimals of the amount that has the most, because a column has one number of decimals."""
    exponents = [value.as_tuple().exponent for value in values if isinstance(value, Decimal)]
    return min(_SCALE, max((-exponent for exponent in exponents if isinstance(exponent, int)), default=0))


def _clock(offset: timedelta | None) -> Book:
    """A book with this offset, because a column of times takes its offset from a price book."""
    minutes = 0 if offset is None else int(offset.total_seconds()) // 60
    sign, size = "-" if minutes < 0 else "+", abs(minutes)
    price = {"model": "flat", "price": "1"}
    return Book(
        {
            "format": "faregate-book/1",
            "id": "clock",
            "title": "clock",
            "currency": "XXX",
            "minor_digits": 2,
            "utc_offset": f"{sign}{size // 60:02}:{size % 60:02}",
            "rounding": "none",
            "products": [{"id": "p", "title": "P", "meter": "m", "unit": "u", "price": price}],
        }
    )
