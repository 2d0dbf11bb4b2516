"""A ledger that an earlier version wrote, which billed the least amount of a product that a later edition sells no more,
and bounded an invoice by an edition that began after it, kept in tests/data: it counts so for ever. Made by this
program with FAREGATE_KEEP=1 and that version; not to be made again.
"""

import os
import shutil
from pathlib import Path

import faregate
from toy import HEAD

LEDGER = Path(__file__).parents[1] / "data" / "ledger-2-bounds.db"
FLAT = {"model": "flat", "price": "1"}


def live(path: Path) -> None:
    """January has 3 of p, so 100, and 2 of q; it is invoiced on February 3rd. From February on p is sold no more."""
    p, q = {"id": "p", "meter": "units", "price": FLAT, "least": "100"}, {"id": "q", "meter": "units", "price": FLAT}
    editions = [
        {"effective": "2025-01-01", "products": [p, q]},
        {"effective": "2025-02-01", "products": [q], "bill": {"least": "150"}},
    ]
    book = faregate.Book({**HEAD, "policy": {"settlement_day": 3}, "editions": editions})
    with faregate.open(path, book=book, wallet={"cash": "1000"}) as ledger:
        for product in ("p", "q"):
            ledger.open(product, at="2025-01-05")
        ledger.use("p", 3, at="2025-01-06")
        ledger.use("q", 2, at="2025-01-06")
        ledger.advance(at="2025-03-04")


if os.environ.get("FAREGATE_KEEP") and not LEDGER.exists():
    live(LEDGER)


def totals(ledger: faregate.Account) -> list[int]:
    return [int(invoice.total) for invoice in ledger.invoices]


def test_what_was_invoiced_stays(tmp_path):
    path = shutil.copy(LEDGER, tmp_path)
    assert faregate.verify(path).ok
    with faregate.open(path) as ledger:
        assert totals(ledger) == [150, 150]
        ledger.advance(at="2025-04-04")
        assert totals(ledger) == [150, 150, 150]
    assert faregate.verify(path).ok
    successor = tmp_path / "successor.db"
    faregate.seal_ledger(path, successor)
    with faregate.open(successor) as ledger:
        ledger.advance(at="2025-05-04")
        assert ledger.invoices[-1].total == 150
    assert faregate.verify(successor, predecessor=path).ok


def test_a_new_one_counts_otherwise(tmp_path):
    """January is not bounded by what begins in February, and p has no least amount then: the only invoice is of 102."""
    live(tmp_path / "new.db")
    with faregate.open(tmp_path / "new.db") as ledger:
        assert totals(ledger) == [102]
