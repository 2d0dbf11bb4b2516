"""How much an account keeps of the order in which units of a shared counter came: of open periods alone, and of them a
bounded number of runs (docs/decisions/0035-order-of-counts.md)."""

from decimal import Decimal

import faregate
from toy import toy

TIERS = [{"from": 0, "price": "1"}, {"from": 10, "price": "0.7"}]
GRADUATED = {"model": "graduated", "counter": "c", "tiers": TIERS}
BOOK = faregate.Book(toy([{"id": name, "meter": "u", "price": GRADUATED} for name in "pq"]))
A_RUN = 14  # bytes of a run in a state, at least


def opened(**keys) -> faregate.Account:
    account = faregate.Account(BOOK, **keys)
    for name in "pq":
        account.open(name, at="2025-01-01")
    return account


def use_in_turns(account: faregate.Account, count: int, at: str) -> None:
    for number in range(count):
        account.use("pq"[number % 2], 1, at=at)


def test_settled_usage_leaves_no_order():
    few, many = opened(), opened()
    for account, count in ((few, 2), (many, 1_000)):
        use_in_turns(account, count, "2025-01-02")
        account.advance(at="2025-02-10")
        account.use("p", 12, at="2025-02-10")
    assert len(many.to_bytes()) < len(few.to_bytes()) + 300
    assert many.preview(at="2025-02-10").total == few.preview(at="2025-02-10").total == 10 + 2 * Decimal("0.7")
    assert sum(invoice.total for invoice in many.invoices) == 10 + 990 * Decimal("0.7")


def test_an_order_that_a_call_has_kept_is_dropped_when_it_is_joined():
    """While a call of the open month is in flight, a settlement drops nothing of the order."""
    account = opened(policy={"settlement_day": 3})
    use_in_turns(account, 2_000, "2025-01-02")
    call = account.call("p", quantity=1, at="2025-02-02", timeout_ms=20 * 86_400_000)
    account.advance(at="2025-02-10")
    before = len(account.to_bytes())
    assert before > 2_000 * A_RUN
    call.commit(at="2025-02-10")
    use_in_turns(account, 900, "2025-02-11")
    assert len(account.to_bytes()) < before
    assert account.preview(at="2025-02-11").total == 10 + 891 * Decimal("0.7")
    account.adjust("p", -450, reason="counted twice", at="2025-02-12")
    assert account.preview(at="2025-02-12").total == 10 + 441 * Decimal("0.7")
