"""Ledgers that an earlier version wrote, kept in tests/data: every later version opens them."""

import shutil
from pathlib import Path

import faregate


def seal_copy(ledger: Path, successor: Path) -> None:
    """Makes a ledger that goes on after a kept one, which stays as it is."""
    copied = successor.with_suffix(".before.db")
    shutil.copy(ledger, copied)
    faregate.seal_ledger(copied, successor)
    copied.unlink()


def opened(kept: Path, tmp_path: Path) -> faregate.Account:
    """Of a copy, because a command may move the log into the database; of an export, what is imported of it."""
    path = tmp_path / "opened.db"
    if kept.suffix == ".json":
        faregate.import_ledger(kept, path)
    else:
        shutil.copy(kept, path)
    assert faregate.verify(path).ok
    return faregate.open(path)
