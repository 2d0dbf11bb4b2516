"""Accounts on the disk."""

from collections.abc import Mapping
from os import PathLike
from typing import Any

from faregate._core import Account, Book, _open_ledger


def open(
    path: str | PathLike[str],
    *,
    book: Book | str | PathLike[str] | dict[str, Any] | None = None,
    wallet: Mapping[str, Any] | None = None,
    policy: Mapping[str, Any] | None = None,
    group_ms: int = 0,
    wait_ms: int | None = None,
) -> Account:
    """An account whose commands are on the disk before they are answered.

    >>> with faregate.open("booth.db", book="tencent-facefusion") as account:
    ...     account.use("image", 1, id="photo-1")

    book, wallet, policy  begin a new ledger; of one that is there they must be the ones it was begun with (LedgerBook),
                          and may be left out; `book` may also be anything that Book takes
    group_ms              0: each command is on the disk before it is answered. Above: within so many milliseconds
                          after; a power cut may lose those, the end of the process does not
    wait_ms               for another process that is in the middle of a command, at most; 5000 if None

    Several processes of one machine may have the same ledger open: each sees what the others did before it decides.
    Calls whose process ended before they were committed or canceled are told by `uncertain()`. See docs/ledger.md.

    Raises the Ledger errors, each also an OSError.
    """
    if book is not None and not isinstance(book, Book):
        book = Book(book)
    return _open_ledger(path, book, wallet, policy, group_ms, wait_ms)
