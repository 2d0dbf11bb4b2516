"""Arguments that are none, refused by their names."""

import operator
from collections.abc import Mapping
from typing import Any

from faregate._core import Invalid, InvalidType
from faregate._documents import failure


def wrong(path: str, expected: str, given: Any) -> Exception:
    return failure(InvalidType, f"{path}: expected {expected}, not {type(given).__name__}")


def a_dict(path: str, given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise wrong(path, "a dict", given)
    return given


def an_integer(path: str, given: Any, least: int, most: int | None = None) -> int:
    """Whole numbers of Python and of other libraries, but not True and False."""
    try:
        number = operator.index(given)
    except TypeError:
        raise wrong(path, "a whole number", given) from None
    if isinstance(given, bool):
        raise wrong(path, "a whole number", given)
    if number < least or (most is not None and number > most):
        raise failure(Invalid, f"{path}: expected {least} {'or more' if most is None else f'to {most}'}, not {number}")
    return number
