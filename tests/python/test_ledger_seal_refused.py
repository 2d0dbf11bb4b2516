"""A pool that a later edition moves to another product: a call that drew on it since cannot be what a ledger begins
with, which is told before the old ledger is sealed.
"""

import faregate
import pytest
from toy import HEAD


def price_list() -> faregate.Book:
    products = [{"id": name, "meter": "calls", "price": {"model": "flat", "price": "1"}} for name in "ab"]
    pack = {"id": "k", "units": 100, "price": "5", "validity": {"years": 1}}
    editions = [
        {
            "effective": effective,
            "products": products,
            "pools": [{"id": "pool", "covers": [{"product": covered, "weight": "1"}], "packs": [pack]}],
        }
        for effective, covered in (("2024-01-01", "a"), ("2025-01-20", "b"))
    ]
    return faregate.Book({**HEAD, "editions": editions})


def test_a_ledger_is_sealed_only_if_its_successor_can_be_opened(tmp_path):
    path, successor = tmp_path / "old.db", tmp_path / "new.db"
    with faregate.open(path, book=price_list()) as ledger:
        for product in "ab":
            ledger.open(product, at="2025-01-05")
        ledger.buy_pack("pool", "k", id="pack", at="2025-01-05")
        ledger.call("b", "call", quantity=5, at="2025-01-25")
    with pytest.raises(faregate.Unsupported, match="calls in flight"):
        faregate.seal_ledger(path, successor)
    assert not successor.exists()
    with faregate.open(path) as ledger:
        ledger.commit("call", at="2025-01-26")
    faregate.seal_ledger(path, successor)
    assert faregate.verify(successor, predecessor=path).ok
    with faregate.open(successor) as ledger:
        assert ledger.use("b", 3, at="2025-01-27").postpaid == 0
