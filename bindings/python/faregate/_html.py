"""Results as tables, for notebooks."""

from decimal import Decimal
from html import escape
from itertools import islice
from typing import Any

from faregate._core import Result


_ROWS_SHOWN = 50


def rows(rows_of: Any) -> str:
    """The first rows of a table below the names of its columns."""
    head = "".join(f"<th>{escape(name)}</th>" for name in rows_of.columns)
    shown = ("".join(f"<td>{table(value)}</td>" for value in row.values()) for row in islice(rows_of, _ROWS_SHOWN))
    body = "".join(f"<tr>{row}</tr>" for row in shown)
    more = f"<p>{len(rows_of):,} rows</p>" if len(rows_of) > _ROWS_SHOWN else ""
    return f"<table><tr>{head}</tr>{body}</table>{more}"


def table(value: Any) -> str:
    """Keys and values below each other; a list of results as rows."""
    if isinstance(value, Result):
        rows = (f"<tr><th>{escape(key)}</th><td>{table(part)}</td></tr>" for key, part in value.items())
        return f"<table>{''.join(rows)}</table>"
    if isinstance(value, tuple) and value and isinstance(value[0], Result):
        head = "".join(f"<th>{escape(key)}</th>" for key in value[0])
        rows = ("".join(f"<td>{table(part)}</td>" for part in row.values()) for row in value)
        return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    if isinstance(value, Decimal):
        return format(value, ",f")
    return "" if value is None else escape(str(value))
