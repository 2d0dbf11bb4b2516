"""Rows that are dicts, of Python or of JSON, as a table of texts. A row whose values can mean nothing is set aside."""

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from faregate._columns import NAMES, Wanted, pick, text_of, texts_of
from faregate._rows import Aside, Piece
from faregate._table import Table

Row = Mapping[Any, Any]

_EXACT = 1 << 53  # floats from here on stand for several whole numbers


def keys_of(rows: Sequence[Row], wanted: Wanted) -> dict[str, Any]:
    """The keys of the columns that are wanted, as the rows write them."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    places = pick([str(key) for key in keys], list(wanted))
    return {name: keys[place] for name, place in zip(wanted, places)}


def piece_of(rows: Sequence[Row], numbers: Sequence[int], keys: Mapping[str, Any], wanted: Wanted) -> Piece:
    """The rows, numbered."""
    piece = Piece(None)
    kept, kept_numbers = [], array("q")
    for row, number in zip(rows, numbers):
        values = [row.get(keys[name]) for name in wanted]
        column, reason = _fault_of(values, wanted)
        if reason is None:
            kept.append(values)
            kept_numbers.append(number)
        else:
            value = row.get(keys[column])
            piece.aside.append(
                Aside(number, reason, ascii(value) if isinstance(value, str) else text_of(value) or "", column)
            )
    columns = zip(*kept) if kept else ((),) * len(wanted)
    piece.table = Table({name: texts_of(column) for name, column in zip(wanted, columns)})
    piece.numbers = kept_numbers
    return piece


def _fault_of(values: Sequence[Any], wanted: Wanted) -> tuple[str, str | None]:
    """The column that cannot be read and why; the core says so of all that is plain text."""
    for value, (name, role) in zip(values, wanted.items()):
        if type(value) is str and value.isascii():
            continue
        reason = _reason(value, role)
        if reason is not None:
            return name, reason
    return "", None


def _reason(value: Any, role: str) -> str | None:
    if isinstance(value, str):
        whole = value.encode("utf-8", "replace").decode() == value
        return None if whole else "expected Unicode text, without lone surrogates"
    if role not in NAMES:
        return None
    if isinstance(value, (bool, list, tuple, set, Mapping)):
        return f"expected a name, not a {type(value).__name__}"
    if isinstance(value, float) and abs(value) >= _EXACT:
        return "expected a name: a float as large as this has lost its last digits"
    return None
