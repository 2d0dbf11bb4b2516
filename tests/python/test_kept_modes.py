"""A ledger whose snapshot is of format 6, which does not say in which mode a call was made, kept in tests/data with the
ledger that goes on after it: every later version opens them. Made by this program with FAREGATE_KEEP=1 where they are
not there; not to be made again, but with a newer format beside them.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

import faregate
import pytest
from kept import opened, seal_copy
from toy import toy

DATA = Path(__file__).parents[1] / "data"
LEDGER, SUCCESSOR = (DATA / f"ledger-2-modes{end}" for end in (".db", "-successor.db"))
SNAPSHOT_EVERY = 1024


def price_list() -> dict:
    kinds = {"id": "do", "values": ["scan", "ping"], "default": "scan"}
    flat = {"model": "flat", "price": "1"}
    capacity = {"id": "qps", "limit": "qps", "mode": "manual", "usage": "free", "beyond": "refuse", "month": flat}
    product = {
        "id": "p",
        "meter": "calls",
        "price": flat,
        "rules": [{"when": {"do": "ping"}, "billable": "no"}],
        "limits": [{"id": "qps", "max": 10, "window": {"seconds": 1}}],
        "capacities": [capacity],
    }
    return toy([product], attributes=[kinds])


def live(path: Path) -> None:
    """`billed` is a ping in a mode in which calls are billed, `free` one in the other mode; both are in flight at the
    snapshot, and when the mode is the first again."""
    with faregate.open(path, book=faregate.Book(price_list())) as ledger:
        ledger.open("p", at="2025-02-01")
        ledger.buy_capacity("p", "qps", 5, months=6, at="2025-02-01")
        ledger.set_mode("p", "calls", at="2025-02-02")
        ledger.call("p", "billed", quantity=5, attributes={"do": "ping"}, at="2025-02-03")
        ledger.set_mode("p", "qps", at="2025-02-04")
        ledger.call("p", "free", quantity=3, attributes={"do": "ping"}, at="2025-02-05")
        for second in range(SNAPSHOT_EVERY):
            ledger.use("p", 1, at=datetime(2025, 2, 6) + timedelta(seconds=second))
        ledger.set_mode("p", "calls", at="2025-02-07")


def keep() -> None:
    live(LEDGER)
    seal_copy(LEDGER, SUCCESSOR)


if os.environ.get("FAREGATE_KEEP") and not LEDGER.exists():
    keep()


def used(ledger: faregate.Account) -> tuple[int, int]:
    month = ledger.statement().products["p"].month
    return month.postpaid, month.unbilled


@pytest.mark.parametrize("mode, billed", [("calls", 5 + 3), ("qps", 0)])
def test_it_counts_as_the_version_that_began_it(mode, billed, tmp_path):
    """Which counted a call that is made billed by the mode of the commit."""
    with opened(LEDGER, tmp_path) as ledger:
        assert used(ledger) == (0, 5 + 3 + SNAPSHOT_EVERY)
        ledger.set_mode("p", mode, at="2025-02-08")
        ledger.commit("billed", attributes={"do": "scan"}, at="2025-02-09")
        ledger.commit("free", attributes={"do": "scan"}, at="2025-02-09")
        assert used(ledger) == (billed, 5 + 3 + SNAPSHOT_EVERY - billed)
    assert faregate.verify(tmp_path / "opened.db").ok


def test_its_successor_does_too(tmp_path):
    with opened(SUCCESSOR, tmp_path) as ledger:
        ledger.commit("billed", attributes={"do": "scan"}, at="2025-02-09")
        ledger.commit("free", at="2025-02-09")
        ledger.call("p", "later", quantity=2, attributes={"do": "ping"}, at="2025-02-10")
        ledger.set_mode("p", "qps", at="2025-02-10T01:00:00")
        ledger.commit("later", attributes={"do": "scan"}, at="2025-02-11")
        assert used(ledger) == (5, 2 + 3 + SNAPSHOT_EVERY)
    assert faregate.verify(tmp_path / "opened.db").ok


@pytest.mark.parametrize("mode", ["calls", "qps"])
def test_a_new_one_counts_a_call_by_the_mode_it_was_made_in(mode, tmp_path):
    path, successor = tmp_path / "new.db", tmp_path / "successor.db"
    live(path)
    faregate.seal_ledger(path, successor)
    with faregate.open(successor) as ledger:
        ledger.set_mode("p", mode, at="2025-02-08")
        ledger.commit("billed", attributes={"do": "scan"}, at="2025-02-09")
        ledger.commit("free", attributes={"do": "scan"}, at="2025-02-09")
        assert used(ledger) == (5, 3 + SNAPSHOT_EVERY)
    assert faregate.verify(successor, predecessor=path).ok
