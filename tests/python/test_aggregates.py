"""Aggregates through the doors of Python: prices of what a value comes to, bills, marginal amounts, ledgers, and what
cannot be answered of them."""

from decimal import Decimal

import faregate
import pytest
from toy import toy

PEAK = {"id": "peak", "meter": "mbps", "price": {"model": "flat", "price": "0.30"}}
PEAK |= {"aggregate": {"take": "max", "over": "day"}}
HELD = {"id": "store", "meter": "gb-hours", "price": {"model": "flat", "price": "1"}}
HELD |= {"aggregate": {"take": "held", "over": "day", "grain": "hour"}}


@pytest.fixture
def book():
    return faregate.Book(toy([PEAK, HELD]))


def opened(book, product, at="2025-01-10T00:00:00"):
    account = faregate.Account(book)
    account.open(product, at=at)
    return account


def test_a_price_is_of_what_the_value_comes_to(book):
    assert book.price("peak", "mbps", 900).amount == Decimal("270.00")
    assert list(book.price_many("peak", "mbps", [900, 10])) == [Decimal("270.00"), Decimal("3.00")]


@pytest.mark.parametrize(
    "ask",
    [
        lambda book: faregate.cheapest(book, {"product": "peak", "start": "2025-01", "calls": [5]}),
    ],
)
def test_what_cannot_be_answered_names_the_key(book, ask):
    with pytest.raises(faregate.Unsupported) as refused:
        ask(book)
    assert refused.value.path == "products[0].aggregate"


def test_marginal_is_what_the_event_of_now_would_cost_more(book):
    account = opened(book, "peak")
    assert account.marginal("peak", 5) == Decimal("1.50")
    account.use("peak", 5, at="2025-01-10T01:00:00")
    assert account.marginal("peak", 5) == 0
    assert account.marginal("peak", 7) == Decimal("0.60")


def test_a_fork_goes_its_own_way(book):
    account = opened(book, "store")
    account.use("store", 2, at="2025-01-10T12:00:00")
    fork = account.fork()
    fork.use("store", 5, at="2025-01-10T18:00:00")
    account.advance(at="2025-02-01T00:00:00")
    fork.advance(at="2025-02-01T00:00:00")
    assert account.statement()["spent"]["total"] == Decimal(2 * 12 + 2 * 24 * 21)
    assert fork.statement()["spent"]["total"] == Decimal(2 * 6 + 5 * 6 + 5 * 24 * 21)


def test_a_ledger_goes_on_with_what_is_kept(book, tmp_path):
    path = tmp_path / "a.ledger"
    with faregate.open(path, book=book) as account:
        account.open("peak", at="2025-01-10T00:00:00")
        account.use("peak", 5, id="u", at="2025-01-10T01:00:00")
        account.use("peak", 3, at="2025-01-10T02:00:00")
    with faregate.open(path, book=book) as account:
        assert account.use("peak", 5, id="u", at="2025-01-10T03:00:00").repeated
        account.use("peak", 9, at="2025-01-11T00:00:00")
        assert account.statement()["products"]["peak"]["aggregate"][0]["units"] == 9
        account.advance(at="2025-02-01T00:00:00")
        assert account.statement()["spent"]["total"] == Decimal("4.20")
    assert faregate.verify(path).ok


def test_a_bill_of_a_log(book):
    rows = [
        {"account": "x", "time": f"2025-01-{day:02d}T0{hour}:00:00", "product": "peak", "quantity": quantity}
        for day, hour, quantity in ((10, 1, 5), (10, 2, 3), (11, 0, 9))
    ]
    bills = faregate.bill(rows, book)
    assert bills.total == Decimal("4.20")
