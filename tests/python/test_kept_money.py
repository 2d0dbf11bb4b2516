"""A ledger with a pool of money that has decimals, kept in tests/data with its export and with the ledger that goes on
after it, which begins with a snapshot: every later version opens them. Made by this program with FAREGATE_KEEP=1 where
they are not there; not to be made again, but with a newer format beside them.
"""

import os
from decimal import Decimal
from pathlib import Path

import faregate
import pytest
from kept import opened, seal_copy
from toy import toy

DATA = Path(__file__).parents[1] / "data"
LEDGER, SUCCESSOR, EXPORT = (DATA / f"ledger-2-money{end}" for end in (".db", "-successor.db", ".json"))
MODEL = {"id": "model", "values": ["big", "mini"], "default": "big"}


def price_list(price: str, units: str) -> dict:
    flat = {"model": "flat", "per": 1000}
    mini = {"id": "mini", "when": {"model": "mini"}, "price": {**flat, "price": "0.30"}}
    product = {"id": "tokens", "meter": "tokens", "price": {**flat, "price": price}, "rules": [mini]}
    covers = [{"product": "tokens", "of_price": "0.8"}]
    pack = {"id": "m", "units": units, "price": "80", "validity": {"years": 1}, "refund": "pro_rata"}
    issue = {"every": "month", "for": {"months": 6}}
    grant = {"id": "g", "quantity": "1.25", "issue": issue, "validity": "period", "rollover": "0.75"}
    pool = {"id": "plan", "money": True, "covers": covers, "packs": [pack], "grants": [grant]}
    return toy([product], pools=[pool], attributes=[MODEL], rounding={"digits": 2, "mode": "half_up"})


def live(path: Path) -> None:
    """January: 1.25 of the grant cover 781 big tokens at 0.0016 and leave 0.0004, so that one mini token at 0.00024 is
    covered; then a pack of 10.57. In February 1.25 are issued and 0.00016 roll over."""
    with faregate.open(path, book=faregate.Book(price_list("2", "10.57"))) as ledger:
        ledger.open("tokens", at="2025-01-10T09:00:00")
        ledger.use("tokens", 800, id="january", at="2025-01-10T10:00:00")
        ledger.use("tokens", 1, attributes={"model": "mini"}, at="2025-01-10T10:00:00")
        ledger.buy_pack("plan", "m", id="three", quantity=3, at="2025-01-11T00:00:00")
        ledger.call("tokens", quantity=1000, id="held", at="2025-02-03T00:00:00")
        ledger.use("tokens", 2000, id="mini", attributes={"model": "mini"}, at="2025-02-03T00:00:01")
        ledger.adjust("tokens", -500, "counted twice", attributes={"model": "mini"}, at="2025-02-04T00:00:00")
        ledger.adopt(faregate.Book(price_list("1.5", "0.000007")), effective="2025-02-10", at="2025-02-05T00:00:00")
        ledger.buy_pack("plan", "m", id="little", at="2025-02-11T00:00:00")


def keep() -> None:
    live(LEDGER)
    faregate.export(LEDGER, EXPORT)
    seal_copy(LEDGER, SUCCESSOR)


if os.environ.get("FAREGATE_KEEP") and not LEDGER.exists():
    keep()


def left(ledger) -> list:
    pool = ledger.statement(at="2025-02-11T00:00:00").pools["plan"]
    return [(lot.id, Decimal(lot.units), Decimal(lot.left)) for lot in (*pool.grants, *pool.packs)]


@pytest.mark.parametrize("kept", [LEDGER, SUCCESSOR, EXPORT], ids=["ledger", "snapshot", "export"])
def test_what_was_kept_goes_on(kept, tmp_path):
    with opened(kept, tmp_path) as ledger:
        # The call has 781 tokens of the grant and 219 of the pack; mini ones are 2 of the grant and 1,998 of the pack,
        # of which a correction put 500 back.
        rolled = Decimal("0.00016")
        grant = Decimal("1.25") + rolled
        of_grant = grant - 781 * Decimal("0.0016") - 2 * Decimal("0.00024")
        of_pack = Decimal("31.71") - 219 * Decimal("0.0016") - 1498 * Decimal("0.00024")
        assert left(ledger)[1:] == [
            ("plan/g/2025-02", grant, of_grant),
            ("three", Decimal("31.71"), of_pack),
            ("little", Decimal("0.000007"), Decimal("0.000007")),
        ]
        assert ledger.buy_pack("plan", "m", id="three", quantity=3, at="2025-02-11T00:00:00").units == Decimal("31.71")
        # Without the call the grant covers all 1,500 mini tokens, 0.36.
        assert ledger.cancel("held", at="2025-02-12T00:00:00").returned == 1000
        statement = ledger.statement(at="2025-02-12T00:00:00")
        assert Decimal(statement.pools["plan"].packs[0].left) == Decimal("31.71")
        # An order of which nothing is left to draw for is given back whole.
        assert ledger.refund("three", at="2025-02-12T00:00:00").amount == 240
        assert [invoice.total for invoice in ledger.statement().invoices] == [Decimal("0.04")]  # 19 × 0.002 = 0.038
