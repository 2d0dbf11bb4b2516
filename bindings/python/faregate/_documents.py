"""Finds the JSON of a price book or a timeline by the name of a shipped one, by path, or from a dict."""

import json
import operator
import os
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from faregate._core import Book, Error, Invalid, InvalidType, UnknownBook

SUFFIX = ".json"
CARRIED_MOST = 32
_read: dict[str, Book] = {}
_carried: dict[str, Book] = {}


def products_of(book: Book) -> tuple[Any, ...]:
    """The products of a book; where it has editions, those of all of them, each as the last that has it says."""
    books = [book.as_of(edition.effective) for edition in book.editions] or [book]
    return tuple({item.id: item for one in books for item in one.products}.values())


def _shipped(name: str = "") -> Any:
    """The directory of the shipped books, or a file in it. `importlib.resources` is imported here because that takes
    long."""
    from importlib.resources import files

    books = files("faregate.books")
    return books.joinpath(name) if name else books  # joinpath("") may fail in Python 3.14


def shipped_books() -> tuple[str, ...]:
    """The names of the price books that come with the package, sorted."""
    names = (file.name for file in _shipped().iterdir() if file.name.endswith(SUFFIX))
    return tuple(sorted(name.removesuffix(SUFFIX) for name in names if not name.endswith(".schema.json")))


def whole_attributes(book: Book) -> frozenset[str]:
    """The attributes that are whole numbers; of one that several editions declare the first says it, as in the core."""
    keys = book.to_dict()
    declared: dict[str, Any] = {}
    for edition in keys.get("editions") or [keys]:
        for attribute in edition.get("attributes") or ():
            declared.setdefault(attribute["id"], attribute)
    return frozenset(name for name, attribute in declared.items() if attribute.get("whole") is not None)


def unknown_book(name: str) -> str:
    """A message that no shipped book has this name, with the most similar name and all names that there are."""
    from difflib import get_close_matches

    names = shipped_books()
    near = get_close_matches(name, names, n=1)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    return f"no shipped price book is named {name!r}{meant}; there are {', '.join(names)}; a path ends in .json"


def read_book(source: str | os.PathLike[str] | dict[str, Any]) -> bytes:
    """Returns the JSON of a book; what is no JSON is refused."""
    if isinstance(source, dict):
        return encode(source).encode("utf-8", "surrogatepass")
    if isinstance(source, str):
        if source in shipped_books():
            content: bytes = _shipped(source + SUFFIX).read_bytes()
            return content
        if source.lstrip().startswith("{"):
            raise failure(Invalid, "book: expected a name, a path or a dict, not JSON: json.loads makes a dict of it")
        if not is_path(source):
            raise failure(UnknownBook, unknown_book(source))
    elif not isinstance(source, os.PathLike):
        raise failure(
            InvalidType, f"book: expected a name, a path or a dict as its source, not {type(source).__name__}"
        )
    return read_json(Path(source))


def read_text(source: str | bytes | os.PathLike[str] | dict[str, Any]) -> bytes:
    """Returns the JSON of a book without a check, because it is to be checked; the source may also be the JSON text
    itself."""
    if isinstance(source, str) and source.lstrip().startswith("{"):
        return source.encode("utf-8", "surrogatepass")
    if isinstance(source, os.PathLike) or (isinstance(source, str) and is_path(source)):
        return read_bytes(Path(source))
    return source if isinstance(source, bytes) else read_book(source)


def read_bytes(path: Path) -> bytes:
    """Reads a file, without the byte order mark at its beginning."""
    if "\0" in str(path):
        raise failure(Invalid, f"book: expected a path that the system can have, not {str(path)!r}")
    return path.read_bytes().removeprefix(b"\xef\xbb\xbf")


def read_json(path: Path) -> bytes:
    """Reads a JSON file in UTF-8, which alone the core reads; where it is not JSON, the error names the file."""
    text = read_bytes(path)
    if text.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise failure(Invalid, f"{path}: the file is in UTF-16; save it in UTF-8")
    try:
        json.loads(text.decode())
    except (ValueError, RecursionError) as error:
        raise failure(Invalid, f"{path}: {error}") from None
    return text


def parsed(text: str | bytes, parse_float: Callable[[str], Any] = float) -> Any:
    """Reads JSON. A key that stands twice in an object is refused, as the core refuses it: one of its values would be
    lost without a word."""
    return json.loads(text, parse_float=parse_float, object_pairs_hook=_object)


def values_of(name: str, text: str | bytes) -> Any:
    """Reads JSON as values; where it is not JSON, the error names the file."""
    try:
        return parsed(text)
    except (ValueError, RecursionError) as error:
        raise failure(Invalid, f"{name}: {error}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a key is there twice")
    return made


def is_path(text: str) -> bool:
    return text.endswith(SUFFIX) or os.path.basename(text) != text


def shipped_book(name: str) -> Book | None:
    """A shipped book, which is read once, because replays ask for the same one over and over; None if no book has the
    name."""
    if name not in _read and name in shipped_books():
        _read[name] = Book(name)
    return _read.get(name)


def book_of_json(text: str) -> Book:
    """A book from its JSON, which came with a plan or an account; the last few are kept, so that equal texts become one
    book."""
    book = _carried.get(text)
    if book is None:
        while len(_carried) >= CARRIED_MOST:
            _carried.pop(next(iter(_carried)), None)
        book = _carried[text] = Book(json.loads(text))
    return book


def encode(document: Any) -> str:
    """Writes JSON, with whole numbers of other libraries as numbers, and Decimals and dates as texts; a value that JSON
    cannot hold is refused by its path."""
    try:
        return json.dumps(document, ensure_ascii=False, allow_nan=False, default=_as_json)
    except (TypeError, ValueError):
        pass
    except RecursionError:
        raise failure(Invalid, "the document is nested too deeply") from None
    try:
        path, strange = next(_strange("", document), ("", document))
    except RecursionError:
        raise failure(Invalid, "the document is nested too deeply") from None
    if isinstance(strange, (float, Decimal)):
        raise failure(Invalid, f"{path}expected a number, not {strange}")
    raise failure(InvalidType, f"{path}expected a text, a whole number, a list or a dict, not {type(strange).__name__}")


def _as_json(value: Any) -> Any:
    if isinstance(value, Decimal) and value.is_finite():
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else operator.index(value)


def _strange(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yields the values of a document that JSON cannot hold, each with its path and a colon."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if not isinstance(key, (str, int, float)) and key is not None:
                yield f"{path}: " if path else "", key
            yield from _strange(f"{path}.{key}" if path else str(key), part)
    elif isinstance(value, (list, tuple)):
        for place, part in enumerate(value):
            yield from _strange(f"{path}[{place}]", part)
    else:
        try:
            json.dumps(value, allow_nan=False, default=_as_json)
        except (TypeError, ValueError):
            yield f"{path}: " if path else "", value


def failure(kind: type[Error], message: str) -> Error:
    error = kind(message)
    error.message = message
    return error
