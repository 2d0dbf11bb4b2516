"""Opens, exports and imports ledgers: accounts whose commands are on the disk."""

import io
import mmap
from builtins import open as open_file
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from os import PathLike
from typing import Any, BinaryIO, Literal, Protocol, overload

from faregate._arguments import a_path, wrong
from faregate._core import Account, Book, _check_target, _export, _import, _open_ledger
from faregate._documents import encode


def open(
    path: str | PathLike[str],
    *,
    book: Book | str | PathLike[str] | dict[str, Any] | None = None,
    wallet: Mapping[str, Any] | None = None,
    policy: Mapping[str, Any] | None = None,
    attributes: Mapping[str, str | int] | None = None,
    group_ms: int = 0,
    wait_ms: int | None = None,
    max_jump: int | timedelta | None = None,
    read_only: bool = False,
    check: Literal["all", "used"] | None = None,
    keep_ids_days: int | None = None,
) -> Account:
    """An account whose commands are on the disk before they are answered.

    >>> with faregate.open("booth.db", book="tencent-facefusion") as account:
    ...     account.use("image", 1, id="photo-1")

    book, wallet, policy, attributes, keep_ids_days
                          begin a new ledger; of one that is there they must be the ones it was begun with (LedgerBook),
                          and may be left out; `book` may also be anything that Book takes
    group_ms              0: each command is on the disk before it is answered. Above: within so many milliseconds
                          after; a power cut may lose those, the end of the process does not
    wait_ms               for another process that is in the middle of a command, at most; 5000 if None
    max_jump              days, or a timedelta: where the clock shows an instant further ahead of the last command and
                          the system does not say that it is synchronised, commands without `at` are refused
                          (ClockSuspect) until `trust_clock()`; 92 days if None
    read_only             only to look, also while others write: no byte of any file changes, and commands are refused
                          (LedgerReadOnly); a dashboard, or a ledger that was sealed
    check                 "all": all of the file is read and checked first. "used": each page before it is used, and the
                          whole file by a thread; damage that it finds is told by the next call (LedgerCorrupt). None:
                          "all" below 32 MiB, else "used"
    keep_ids_days         of a new ledger: ids of usage and calls are known for so many days; for ever if None, which
                          costs a ledger no memory

    Several processes of one machine may have the same ledger open: each sees what the others did before it decides.
    Calls whose process ended before they were committed or canceled are told by `uncertain()`. See docs/ledger.md.

    Raises the Ledger errors, each also an OSError.
    """
    path = a_path("path", path)
    if book is not None and not isinstance(book, Book):
        book = Book(book)
    return _open_ledger(
        path, book, wallet, policy, attributes, group_ms, wait_ms, max_jump, read_only, check, keep_ids_days
    )


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

    to     a path or a binary file, written as the ledger is read: memory does not grow with it. None: answers a str. A
           file that is there is replaced once the ledger was opened and can be read; a ledger never (LedgerExists)
    until  the number of the last command to take, or the last instant of one; all if None. Of a damaged ledger, take
           those that are good

    Raises the Ledger errors; a file of which a part was written stays.
    """
    path = a_path("path", path)
    if to is not None and not isinstance(to, (str, PathLike)) and not hasattr(to, "write"):
        raise wrong("to", "a path or a binary file", to)
    limit = until.isoformat() if isinstance(until, datetime) else None if until is None else str(until)
    if to is None:
        pieces: list[bytes] = []
        _export(path, limit, pieces.append)
        return b"".join(pieces).decode()
    if isinstance(to, (str, PathLike)):
        _export_to_path(path, limit, a_path("to", to))
    else:
        _export(path, limit, lambda piece: _write_all(to, piece))
    return None


def _write_all(to: Writable, piece: bytes) -> None:
    """Writes on where an unbuffered file took a part only; all others take what they are given."""
    while isinstance(to, io.RawIOBase):
        taken = to.write(piece)
        if taken == len(piece):
            return
        if not taken:
            raise BlockingIOError(f"the file takes nothing; {len(piece)} bytes of a piece are left")
        piece = piece[taken:]
    to.write(piece)


def _export_to_path(path: str | PathLike[str], limit: str | None, to: str | PathLike[str]) -> None:
    """Opens the file when its first piece comes, so that an export which is refused leaves an older file as it is."""
    _check_target(to)
    files: list[BinaryIO] = []
    with ExitStack() as opened:

        def write(piece: bytes) -> None:
            if not files:
                files.append(opened.enter_context(open_file(to, "wb")))
            files[0].write(piece)

        _export(path, limit, write)


def import_ledger(
    document: str | PathLike[str] | bytes | bytearray | memoryview | dict[str, Any], path: str | PathLike[str]
) -> None:
    """A new ledger of a timeline, such as `export` writes: whole or not at all.

    >>> faregate.import_ledger("booth.json", "repaired.db")

    document  the path of a file, read a command at a time (memory holds one command and the account); or JSON as bytes;
              or a dict
    path      where there must be nothing (LedgerExists)

    Raises Invalid with the path of the command that cannot be read or that the rules refuse, UnknownBook, the Ledger
    errors.
    """
    path = a_path("path", path)
    if not isinstance(document, (str, PathLike, bytes, bytearray, memoryview, dict)):
        raise wrong("document", "a path, bytes or a dict", document)
    if isinstance(document, dict):
        document = encode(document).encode("utf-8", "surrogatepass")
    if not isinstance(document, (str, PathLike)):
        return _import(document, path)
    with open_file(a_path("document", document), "rb") as file:
        if file.seek(0, 2) == 0:
            return _import(b"", path)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            return _import(mapped, path)
