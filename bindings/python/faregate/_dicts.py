"""Rows that are dicts, of Python or of JSON, as a table of texts. A row whose values can mean nothing is set aside."""

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from faregate._columns import ATTRIBUTE, NAMES, Wanted, pick, text_of, texts_of
from faregate._rows import Aside, Piece
from faregate._table import Table

Row = Mapping[Any, Any]

_EXACT = 1 << 53  # from this number on, a float may stand for several whole numbers
_MOST = 1 << 63  # from this number on, the core says that a quantity is too large


def keys_of(rows: Sequence[Row], wanted: Wanted) -> dict[str, Any]:
    """The keys of the wanted columns as the rows write them, which may have blanks around the name."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    places = pick([str(key) for key in keys], list(wanted))
    return {name: keys[place] for name, place in zip(wanted, places)}


def piece_of(rows: Sequence[Row], numbers: Sequence[int], keys: Mapping[str, Any], wanted: Wanted) -> Piece:
    """Makes a piece of rows, which have these numbers."""
    columns = {name: [row.get(keys[name]) for row in rows] for name in wanted}
    faults: dict[int, Aside] = {}
    for name, role in wanted.items():
        for place, value in () if _is_plain(columns[name]) else enumerate(columns[name]):
            reason = _reason(value, role)
            if reason is not None:
                text = ascii(value) if isinstance(value, str) else text_of(value) or ""
                faults.setdefault(place, Aside(numbers[place], reason, text, name))
    if faults:
        kept = [place for place in range(len(rows)) if place not in faults]
        numbers = [numbers[place] for place in kept]
        columns = {name: [column[place] for place in kept] for name, column in columns.items()}
    table = Table({name: texts_of(column) for name, column in columns.items()})
    if isinstance(numbers, range):
        return Piece(table, first=numbers.start)
    return Piece(table, numbers=array("q", numbers), aside=list(faults.values()))


def _is_plain(column: Sequence[Any]) -> bool:
    """Whether the core finds everything that can be wrong with a column, so that its values need no check here."""
    kinds = set(map(type, column))
    return kinds == {int} or (kinds == {str} and all(map(str.isascii, column)))


def _reason(value: Any, role: str) -> str | None:
    if isinstance(value, str):
        whole = value.encode("utf-8", "replace").decode() == value
        return None if whole else "expected Unicode text, without lone surrogates"
    if role.startswith(ATTRIBUTE) and isinstance(value, (bool, list, tuple, set, Mapping)):
        return f"expected a text or a whole number, not a {type(value).__name__}"
    is_lost = isinstance(value, float) and abs(value) >= _EXACT
    is_number = role == "quantity" or role.startswith(ATTRIBUTE)
    if is_number and is_lost and abs(value) < _MOST:
        return "expected a whole number: a float as large as this has lost its last digits"
    if role not in NAMES:
        return None
    if isinstance(value, (bool, list, tuple, set, Mapping)):
        return f"expected a name, not a {type(value).__name__}"
    if is_lost:
        return "expected a name: a float as large as this has lost its last digits"
    return None
