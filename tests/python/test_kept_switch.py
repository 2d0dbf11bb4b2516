"""A ledger that an earlier version wrote, and the one that goes on after it, whose snapshots of format 6 have a product
open that the edition in force sells no more, kept in tests/data: every later version opens them. Made by this program
with FAREGATE_KEEP=1 and a version that wrote format 6; not to be made again.
"""

import os
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import faregate
import pytest
from toy import HEAD

DATA = Path(__file__).parents[1] / "data"
LEDGER, SUCCESSOR = (DATA / f"ledger-2-switch{end}" for end in (".db", "-successor.db"))
SNAPSHOT_EVERY = 1024


def price_list() -> dict:
    """The second edition sells neither `new` nor the choice between it and `old`."""
    old, new, other = (
        {"id": name, "meter": "calls", "price": {"model": "flat", "price": "1"}} for name in ("old", "new", "other")
    )
    choice = {"id": "plan", "products": ["old", "new"], "switch": "month"}
    editions = [
        {"effective": "2024-01-01", "products": [old, new, other], "choices": [choice]},
        {"effective": "2025-01-20", "products": [old, other]},
    ]
    return {**HEAD, "editions": editions}


def keep(folder: Path) -> None:
    """Made elsewhere and copied before it is sealed, because a sealed ledger says the whole path of its successor."""
    path, successor = (folder / kept.name for kept in (LEDGER, SUCCESSOR))
    with faregate.open(path, book=faregate.Book(price_list()), group_ms=1000) as ledger:
        ledger.open("other", at="2025-01-05")
        ledger.open("old", at="2025-01-05")
        ledger.open("new", at="2025-01-10")  # from February on
        for second in range(SNAPSHOT_EVERY):
            ledger.use("other", 1, at=datetime(2025, 2, 1, 3) + timedelta(seconds=second))
        ledger.open("old", at="2025-02-02")  # which that version had closed
        ledger.use("old", 3, at="2025-02-03")
    shutil.copy(path, LEDGER)
    faregate.seal_ledger(path, successor)
    shutil.copy(successor, SUCCESSOR)


if os.environ.get("FAREGATE_KEEP") and not LEDGER.exists():
    with tempfile.TemporaryDirectory() as made:
        keep(Path(made))


def test_what_commands_lead_to_is_no_damage_of_an_older_snapshot(tmp_path):
    ledger, successor = (shutil.copy(path, tmp_path) for path in (LEDGER, SUCCESSOR))
    for told in (faregate.verify(ledger), faregate.verify(successor, predecessor=ledger)):
        assert told.ok, told.problem
    with faregate.open(ledger, read_only=True) as account:
        products = account.statement().products
        assert (products["old"].open, products["new"].open) == (True, True)
        assert products["old"].month.total == 3
    with faregate.open(successor) as account, pytest.raises(faregate.AlreadyOpen):
        account.open("old", at="2025-02-04")
