"""A ledger that an earlier version wrote, whose snapshot of format 6 has a day's cap from which a canceled call of the
day before took room, kept in tests/data: every later version opens it. Made by this program with FAREGATE_KEEP=1 and a
version that wrote format 6; not to be made again.
"""

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import faregate
import pytest
from toy import toy

LEDGER = Path(__file__).parents[1] / "data" / "ledger-2-caps.db"
SNAPSHOT_EVERY = 1024


def use_often(ledger: faregate.Account, begin: datetime) -> None:
    """Until another snapshot is written."""
    for second in range(SNAPSHOT_EVERY):
        ledger.use("p", 0, at=begin + timedelta(seconds=second))


def keep() -> None:
    book = toy([{"id": "p", "meter": "units", "price": {"model": "flat", "price": "1"}}])
    with faregate.open(LEDGER, book=faregate.Book(book)) as ledger:
        ledger.open("p", at="2025-01-05")
        ledger.set_budget(day="10", at="2025-01-05")
        ledger.call("p", "a", quantity=6, at="2025-01-05T01:00:00")
        ledger.cancel("a", at="2025-01-06T01:00:00")
        ledger.use("p", 16, at="2025-01-06T02:00:00")
        use_often(ledger, datetime(2025, 1, 6, 3))


if os.environ.get("FAREGATE_KEEP") and not LEDGER.exists():
    keep()


def test_the_cap_is_what_the_commands_lead_to(tmp_path):
    """Of 10 a day 16 are used, which an earlier version let pass; a new snapshot of that day follows from the rows."""
    path = tmp_path / "opened.db"
    shutil.copy(LEDGER, path)
    assert faregate.verify(path).ok
    with faregate.open(path) as ledger:
        use_often(ledger, datetime(2025, 1, 6, 4))
        with pytest.raises(faregate.BudgetExceeded):
            ledger.use("p", 1, at="2025-01-06T05:00:00")
        assert ledger.use("p", 10, at="2025-01-07").postpaid == 10
    result = faregate.verify(path)
    assert result.ok, result.problem
    assert result.snapshots > 1
