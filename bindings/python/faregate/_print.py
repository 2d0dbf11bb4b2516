"""Prints the results of the command line."""

import codecs
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from faregate._core import Book

CLOSED_PIPE = 141  # the exit status that a shell reports for a program that SIGPIPE ended
_IN_ASCII = {"−": "-", "×": "x", "÷": "/", "≈": "~", "…": "...", "⌈": "ceil(", "⌊": "floor(", "⌉": ")", "⌋": ")"}


def to_any_terminal() -> None:
    """Lets output be printed in any encoding: signs that it does not have are replaced by similar ones, or by
    escapes. LC_ALL=C asks for ASCII, although the interpreter takes it for UTF-8 unless it is told otherwise."""
    told = any(os.environ.get(name) for name in ("PYTHONIOENCODING", "PYTHONUTF8"))
    encoding = "ascii" if os.environ.get("LC_ALL") in ("C", "POSIX") and not told else None
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=encoding, errors=_errors())


@contextmanager
def until_nobody_reads() -> Iterator[None]:
    """Ends printing without an error if the reader, such as `head`, closes its end of the pipe before all is
    printed."""
    try:
        try:
            yield
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError as error:
        with open(os.devnull, "wb") as nowhere:  # takes what the interpreter flushes at its end
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        if isinstance(error.__context__, SystemExit):
            raise error.__context__ from None


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(_IN_ASCII.get(sign, json.dumps(sign)[1:-1]) for sign in signs), error.end


def print_json(value: Any, default: Callable[[Any], str] = lambda amount: format(amount, "f")) -> None:
    is_utf8 = codecs.lookup(getattr(sys.stdout, "encoding", None) or "ascii").name == "utf-8"
    print(json.dumps(value, ensure_ascii=not is_utf8, default=default))


def print_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints columns as wide as they need to be, numbers at the right edge."""
    cells = [tuple(_shown(str(cell)) for cell in row) for row in rows]
    columns = list(zip(head, *cells, strict=True))
    widths = [max(map(len, column)) for column in columns]
    to_right = [all(map(is_number, column[1:])) for column in columns]
    for line in (tuple(head), *cells):
        padded = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, to_right, strict=True)
        )
        print("  ".join(padded).rstrip())


def _shown(text: str) -> str:
    """The text as this terminal shows it, because the widths of columns follow from what is shown."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text if text.isascii() else text.encode(encoding, _errors()).decode(encoding)


def _errors() -> str:
    try:
        codecs.lookup_error("faregate")
    except LookupError:
        codecs.register_error("faregate", _in_ascii)
    return "faregate"


def is_number(text: str) -> bool:
    return text.replace(",", "").removeprefix("-").replace(".", "", 1).isdigit()


def amount_in_words(amount: Decimal) -> str:
    """Writes an amount exactly, without the zeros behind the second decimal."""
    whole, point, decimals = f"{amount:,f}".partition(".")
    return whole + point + decimals[:2] + decimals[2:].rstrip("0")


def guide_of(book: Book) -> str:
    """The date of the prices of a book, in a sentence."""
    changed = f"; changed: {book.changed}" if book.changed is not None else ""
    date = "its guide has no date" if book.guide_date is None else f"as of its guide of {book.guide_date}"
    return f"prices of {book.id}, {date}{changed}"


def guides_of(books: Iterable[Book]) -> list[str]:
    """The dates of the prices of several books; equal sentences are told once."""
    return list(dict.fromkeys(map(guide_of, books)))


def date_of(book: Book) -> str:
    """The date of a book's guide in few words, for a repr."""
    return "guide without a date" if book.guide_date is None else f"guide of {book.guide_date}"
