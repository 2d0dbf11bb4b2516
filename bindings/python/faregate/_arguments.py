"""Checks of arguments: what does not fit is refused with the name of the argument."""

import operator
import os
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from faregate._core import Book, Invalid, InvalidType
from faregate._documents import encode, failure


def wrong(path: str, expected: str, given: Any) -> Exception:
    return failure(InvalidType, f"{path}: expected {expected}, not {type(given).__name__}")


def is_none(value: Any) -> bool:
    """Whether a value stands for none: None, NaN and NaT, which differ from themselves, and NA of pandas, which does not
    say whether it does. An array has no one answer, and is a value."""
    try:
        return value is None or bool(value != value)
    except TypeError:
        return True
    except ValueError:
        return False


def a_dict(path: str, given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise wrong(path, "a dict", given)
    return given


def a_path(path: str, given: Any) -> Any:
    """Checks that a value is a path as the operating system takes it, which may also be bytes."""
    if not isinstance(given, (str, bytes, os.PathLike)):
        raise wrong(path, "a path", given)
    if "\0" in os.fsdecode(given):
        raise failure(Invalid, f"{path}: expected a path that the system can have, not {given!r}")
    return given


def a_name(path: str, given: Any) -> str:
    """Checks the name of an account; a whole number is one in digits, as it is in a log."""
    if isinstance(given, str):
        return given
    if isinstance(given, bool) or not hasattr(given, "__index__"):
        raise wrong(path, "a name", given)
    return str(operator.index(given))


def of_kind(name: str, given: Any, kinds: Any, words: str) -> Any:
    """Checks that a value is an object of one of the library's own classes."""
    if not isinstance(given, kinds):
        raise wrong(name, words, given)
    return given


def pairs(option: str, given: Iterable[str]) -> dict[str, str]:
    """Reads what is given on the command line as NAME=VALUE, any number of times. A name that comes twice is refused,
    because one of its values would be lost without a word."""
    read: dict[str, str] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            raise failure(Invalid, f"{option}: expected NAME=…, not {pair!r}")
        if name in read:
            raise failure(Invalid, f"{option}: {name!r} is there twice")
        read[name] = value
    return read


def an_integer(path: str, given: Any, least: int, most: int | None = None) -> int:
    """Checks a whole number, of Python or of another library; True and False are refused."""
    try:
        number = operator.index(given)
    except TypeError:
        raise wrong(path, "a whole number", given) from None
    if isinstance(given, bool):
        raise wrong(path, "a whole number", given)
    if number < least or (most is not None and number > most):
        raise failure(Invalid, f"{path}: expected {least} {'or more' if most is None else f'to {most}'}, not {number}")
    return number


def document(name: str, path: str, given: Any) -> str:
    """Turns a mapping of mappings, lists, texts and whole numbers into JSON; any other value in it is refused by its
    path."""
    try:
        return encode(_plain(path, a_dict(name, given), name))
    except RecursionError:
        raise failure(Invalid, f"{name}: nested too deeply") from None


def _plain(path: str, value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return {
            _a_name(path or name, key): _plain(f"{path}.{key}" if path else key, part, name)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(f"{path}[{place}]", part, name) for place, part in enumerate(value)]
    if value is None or isinstance(value, bool | str):
        return value
    try:
        return operator.index(value)
    except TypeError:
        raise wrong(path, "a mapping, a list, a word or a whole number", value) from None


def _a_name(path: str, key: Any) -> str:
    if not isinstance(key, str):
        raise wrong(path, "names as keys", key)
    return key


def a_part(path: str, given: Any) -> Fraction:
    """Checks a part from 0 to 1 as numpy takes quantiles; 0.05 is exactly as it is written, not the nearest float."""
    try:
        part = Fraction(-1) if isinstance(given, (bool, str)) else Fraction(str(given))
    except (ValueError, ZeroDivisionError):
        part = Fraction(-1)
    if not 0 <= part <= 1:
        raise failure(Invalid, f"{path}: expected a part from 0 to 1, such as 0.95, not {given!r}")
    return part


def find_book(book: Any) -> Book:
    if book is None:
        raise failure(Invalid, "book: missing, in the forecast or as an argument")
    if not isinstance(book, (Book, str, os.PathLike, dict)):
        raise wrong("book", "a Book, a name, a path or a dict", book)
    return book if isinstance(book, Book) else Book(book)
