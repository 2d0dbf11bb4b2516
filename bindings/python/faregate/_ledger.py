"""Accounts on the disk."""

from builtins import open as open_file
from collections.abc import Mapping
from datetime import datetime, timedelta
from os import PathLike
from typing import Any, Protocol, overload

from faregate._core import Account, Book, _export, _open_ledger


def open(
    path: str | PathLike[str],
    *,
    book: Book | str | PathLike[str] | dict[str, Any] | None = None,
    wallet: Mapping[str, Any] | None = None,
    policy: Mapping[str, Any] | None = None,
    group_ms: int = 0,
    wait_ms: int | None = None,
    max_jump: int | timedelta | None = None,
) -> Account:
    """An account whose commands are on the disk before they are answered.

    >>> with faregate.open("booth.db", book="tencent-facefusion") as account:
    ...     account.use("image", 1, id="photo-1")

    book, wallet, policy  begin a new ledger; of one that is there they must be the ones it was begun with (LedgerBook),
                          and may be left out; `book` may also be anything that Book takes
    group_ms              0: each command is on the disk before it is answered. Above: within so many milliseconds
                          after; a power cut may lose those, the end of the process does not
    wait_ms               for another process that is in the middle of a command, at most; 5000 if None
    max_jump              days, or a timedelta: where the clock shows an instant further ahead of the last command and
                          the system does not say that it is synchronised, commands without `at` are refused
                          (ClockSuspect) until `trust_clock()`; 92 days if None

    Several processes of one machine may have the same ledger open: each sees what the others did before it decides.
    Calls whose process ended before they were committed or canceled are told by `uncertain()`. See docs/ledger.md.

    Raises the Ledger errors, each also an OSError.
    """
    if book is not None and not isinstance(book, Book):
        book = Book(book)
    return _open_ledger(path, book, wallet, policy, group_ms, wait_ms, max_jump)


class Writable(Protocol):
    """A binary file that is open for writing, or what writes like one."""

    def write(self, data: bytes, /) -> object: ...


@overload
def export(path: str | PathLike[str], to: None = None, *, until: int | str | datetime | None = None) -> str: ...
@overload
def export(
    path: str | PathLike[str], to: str | PathLike[str] | Writable, *, until: int | str | datetime | None = None
) -> None: ...
def export(
    path: str | PathLike[str],
    to: str | PathLike[str] | Writable | None = None,
    *,
    until: int | str | datetime | None = None,
) -> str | None:
    """A ledger as a timeline that replays to the same statement.

    >>> faregate.export("booth.db", "booth.json", until="2024-12-01")

    to     a path or a binary file, written as the ledger is read: memory does not grow with it. None: answers a str
    until  the number of the last command to take, or the last instant of one; all if None. Of a damaged ledger, take
           those that are good

    Raises the Ledger errors; a file of which a part was written stays.
    """
    limit = until.isoformat() if isinstance(until, datetime) else None if until is None else str(until)
    if to is None:
        pieces: list[bytes] = []
        _export(path, limit, pieces.append)
        return b"".join(pieces).decode()
    if isinstance(to, (str, PathLike)):
        with open_file(to, "wb") as file:
            _export(path, limit, file.write)
    else:
        _export(path, limit, to.write)
    return None
