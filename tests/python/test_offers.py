"""What answers questions about offers of format 2: baskets, plans and curves, and bundles by calls of the library."""

from decimal import Decimal

import faregate
import pytest
from toy import toy

FLAT = {"model": "flat", "price": "1"}
BY_NUMBER = {"model": "volume", "tiers": [{"from": 0, "price": "5"}, {"from": 3, "price": "4"}]}
YEAR = {"years": 1}
LEVEL = {"id": "level", "values": ["plain", "gold"], "of": "account", "default": "plain"}


def book(*packs: dict, **more) -> faregate.Book:
    return faregate.Book(toy([{"id": "p", "meter": "calls", "price": FLAT, "packs": list(packs)}], **more))


def pack(**keys) -> dict:
    return {"id": "k", "units": 10, "price": "5", "validity": YEAR, **keys}


def test_a_basket_buys_packs_by_their_number():
    quote = book(pack(price=BY_NUMBER)).quote({"p": {"packs": {"k": 3}, "calls": 35}}, at="2025-01-01")
    line = quote.months[0].lines[0]
    assert quote.total == Decimal("17")
    assert (line.kind, line.amount, line.unit_price) == ("pack", Decimal("12"), Decimal("4"))
    assert line.explanation == "3 × 4.00 = 12.00"


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"when": {"level": "gold"}}, "when"),
        ({"requires": ["other"]}, "requires"),
    ],
)
def test_the_search_says_which_key_of_a_pack_it_cannot_honour(keys, named):
    sold = book(pack(**keys), pack(id="other", units=20), attributes=[LEVEL])
    with pytest.raises(faregate.Unsupported, match=f'pack k has a "{named}"'):
        faregate.cheapest(sold, {"product": "p", "start": "2025-01", "calls": [30]})


def test_the_search_says_that_it_cannot_honour_lots():
    lots = {"id": "k", "units": 10, "price": "5", "issue": {"every": "month", "for": YEAR}}
    with pytest.raises(faregate.Unsupported, match='pack k has a "issue"'):
        faregate.cheapest(book(lots), {"product": "p", "start": "2025-01", "calls": [30]})


def test_the_search_buys_nothing_that_is_not_sold_by_itself():
    plan = faregate.cheapest(
        book(pack(price=None, units=1000), pack(id="other")), {"product": "p", "start": "2025-01", "calls": [30]}
    )
    assert plan.total == Decimal("15")


def test_a_curve_of_packs_by_their_number_is_not_answered():
    with pytest.raises(faregate.Unsupported, match="packs.price"):
        book(pack(price=BY_NUMBER)).curve("p", "calls", pack="k")
    with pytest.raises(faregate.NotSold):
        book(pack(price=None)).curve("p", "calls", pack="k")


def test_a_curve_of_packs_of_which_an_order_is_of_certain_numbers():
    """Packs of 10 for 5 by threes: one more unit than 30 is not had for one more pack. An order of 3 is 15, and units
    beyond it cost as the price list says."""
    sold = book(pack(count={"least": 3, "step": 3}))
    with pytest.raises(faregate.Unsupported, match="packs.count"):
        sold.curve("p", "calls", pack="k")
    with pytest.raises(faregate.OrderSize):
        sold.curve("p", "calls", pack="k", packs=2)
    last = sold.curve("p", "calls", pack="k", packs=3, most=31).pieces[-1]
    assert last.last == Decimal("15") + sold.price("p", "calls", quantity=1).amount


def test_a_curve_of_packs_that_come_lot_by_lot_is_not_answered():
    lots = {"id": "k", "units": 10, "price": "5", "issue": {"every": "month", "for": YEAR}}
    with pytest.raises(faregate.Unsupported, match="packs.issue"):
        book(lots).curve("p", "calls", pack="k")
    with pytest.raises(faregate.Unsupported, match="packs.issue"):
        faregate.break_even({"book": book(lots), "product": "p", "pack": "k"}, {"book": book(lots), "product": "p"}, 9)


def test_a_bundle_is_bought_and_given_back_by_calls():
    kit = {"id": "kit", "price": "20", "items": [{"product": "p", "pack": "k", "quantity": 2}]}
    account = faregate.Account(book(pack(price=None), bundles=[kit]), wallet={"cash": "20", "gift": "5"})
    account.open("p", at="2025-01-10")
    bought = account.buy_bundle("kit", at="2025-01-10")
    assert (bought.id, bought.amount, bought.paid) == (
        "#1",
        Decimal("20"),
        {"gift": Decimal("5"), "cash": Decimal("15")},
    )
    with pytest.raises(faregate.NotSold):
        account.buy_pack("p", "k", at="2025-01-10")
    assert account.statement()["bundles"] == (
        {"id": "#1", "bundle": "kit", "bought": account.statement()["at"], "refunded": False},
    )
    assert account.refund("#1", at="2025-01-11").to == {"gift": Decimal("5"), "cash": Decimal("15")}


def test_covers_of_too_many_kinds_are_refused():
    """What a usage may draw on is told by a number of 16 bits: 2^17 sets of pools are too many."""
    cover = {"product": "p", "weight": "1", "when": {"level": "gold"}}
    pools = [{"id": f"pool{number}", "covers": [cover]} for number in range(17)]
    assert not faregate.Book.errors(book(attributes=[LEVEL], pools=pools[:16]).to_dict())
    [fault] = faregate.Book.errors(toy([{"id": "p", "meter": "calls", "price": FLAT}], attributes=[LEVEL], pools=pools))
    assert fault.path == "pools"


def test_what_is_written_of_offers_is_read_again():
    kit = {"id": "kit", "price": "20", "items": [{"product": "p", "pack": "k"}], "when": {"level": "gold"}}
    packs = (
        pack(price=BY_NUMBER, count={"least": 2, "most": 9}, requires=["kit"], refund="none"),
        {"id": "l", "units": 1, "price": None, "issue": {"every": {"hours": 5}, "for": {"days": 3}}},
    )
    sold = book(*packs, bundles=[kit], attributes=[LEVEL])
    assert faregate.Book(sold.to_dict()).to_dict() == sold.to_dict()
