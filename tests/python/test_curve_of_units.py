"""Curves, cliffs and crossings of products whose quantities come to several units each, against price()."""

from decimal import Decimal
from random import Random

import faregate
import pytest
from toy import toy

FLAT = {"model": "flat", "price": "0.3"}
NUMBER = {"id": "n", "whole": {"from": 0}}
PACK = {"id": "k", "units": 6, "price": "1.5", "validity": {"years": 1}}


def one(**keys) -> faregate.Book:
    return faregate.Book(
        toy([{"id": "p", "meter": "u", "price": FLAT, "quantity": ["n"], **keys}], attributes=[NUMBER])
    )


def pieces(book, n, most, **way) -> list:
    curve = book.curve("p", attributes={"n": n}, most=most, **way)
    return [(piece["from"], piece.to, piece.first, piece.last) for piece in curve.pieces]


def test_edges_are_those_of_the_units():
    tiers = [{"from": 0, "price": "1"}, {"from": 10, "price": "0.5"}]
    book = one(price={"model": "volume", "tiers": tiers})
    # 3 units each: 4 of them are 12 units, at 0.50
    assert pieces(book, 3, 6) == [(0, 3, 0, 9), (4, 6, 6, 9)]
    (cliff,) = book.cliffs("p", attributes={"n": 3})
    assert (cliff["from"], cliff.to, cliff.buy, cliff.amount, cliff.saves) == (3, 3, 4, 6, 3)
    assert pieces(book, 3, 6, free=4) == [(0, 1, 0, 0), (2, 4, 2, 8), (5, 6, 5.5, 7)]
    assert pieces(book, 0, 6) == [(0, 6, 0, 0)]  # no units


def test_events_that_are_priced_each_by_itself_cost_the_same_each():
    book = one(tier_period="event", least="2", price={"model": "flat", "price": "0.1"})
    assert pieces(book, 5, 4) == [(0, 4, 0, 8)]
    assert pieces(book, 50, 4) == [(0, 4, 0, 20)]


def test_a_fee_is_a_step():
    book = faregate.Book(
        toy(
            [
                {
                    "id": "p",
                    "meter": "u",
                    "price": {"model": "graduated", "tiers": [{"from": 0, "price": "1", "fee": "5"}]},
                }
            ]
        )
    )
    assert pieces_of(book.curve("p", most=3)) == [(0, 0, 0, 0), (1, 3, 6, 8)]


def pieces_of(curve) -> list:
    return [(piece["from"], piece.to, piece.first, piece.last) for piece in curve.pieces]


def test_steps_that_are_not_even_are_refused():
    for book, way in ((one(price={**FLAT, "block": 6}), {}), (one(packs=[PACK]), {"pack": "k"})):
        for n in (1, 2, 3, 6, 12):
            assert book.curve("p", attributes={"n": n}, most=9, **way).step == max(6 // n, 1)
        with pytest.raises(faregate.Unsupported) as refused:
            book.curve("p", attributes={"n": 4}, most=9, **way)
        assert refused.value.path == "products[0].quantity"


def test_a_capacity_of_format_2():
    capacities = [
        {"id": "lane", "limit": "rate", "mode": "manual", "usage": "free", "month": {"model": "flat", "price": "7"}},
        {"id": "more", "limit": "rate", "mode": "none", "effect": "add", "day": {"model": "flat", "price": "1"}},
    ]
    book = one(limits=[{"id": "rate", "max": 1, "window": {"seconds": 1}}], capacities=capacities)
    assert pieces_of(book.curve("p", "lane", months=2, most=3)) == [(0, 3, 0, 42)]
    assert pieces_of(book.curve("p", "more", days=5, most=3)) == [(0, 3, 0, 15)]
    held = {"book": book, "product": "p", "capacity": 2, "months": 3}  # 42, as 140 units do
    stretches = faregate.break_even(held, {"book": book, "product": "p", "attributes": {"n": 1}}, most=150)
    assert [(each["from"], each.cheaper) for each in stretches] == [(0, "b"), (140, "equal"), (141, "a")]
    with pytest.raises(faregate.UnknownMeter):
        book.curve("p", "fewer", days=5, most=3)


def test_a_rounded_schedule_does_not_cross_exactly():
    book = one(price={**FLAT, "rounding": {"digits": 0, "mode": "up"}})
    way = {"book": book, "product": "p", "attributes": {"n": 1}}
    with pytest.raises(faregate.Invalid, match="rounded"):
        faregate.break_even(way, way, most=5)


MOST = 40


def random_product(rng: Random) -> dict:
    model = rng.choice(["flat", "volume", "graduated", "stairstep"])
    price = {"model": model} if model == "stairstep" else {"model": model, "block": rng.choice([1, 1, 3, 6])}
    if model == "flat":
        price["price"] = "0.3"
    else:
        tiers = [{"from": 0, "price": rng.choice("01")}, {"from": 12, "price": "0.7"}, {"from": 30, "price": "0.3"}]
        fees = model != "stairstep" and rng.random() < 0.3
        price["tiers"] = [{**tier, "fee": rng.choice("02")} for tier in tiers] if fees else tiers
    product = {
        "id": "p",
        "meter": "u",
        "price": price,
        "quantity": ["n"],
        "packs": [{**PACK, "units": rng.choice([6, 10])}],
    }
    return product | rng.choice([{}, {}, {"tier_period": "event", "least": "4"}])


def cost(book: faregate.Book, product: dict, n: int, quantity: int, way: dict) -> Decimal:
    """By price(), of which n is the units."""
    units = max(0, quantity * n - way.get("free", 0))
    paid = Decimal(0)
    if "pack" in way:
        size = product["packs"][0]["units"]
        count = way.get("packs") or -(-units // size)
        paid = count * Decimal("1.5")
        units = max(0, units - count * size) if "packs" in way else 0
    whole, rest = divmod(units, n) if "tier_period" in product else (0, units)
    for events, of_each in ((whole, n), (1, rest)):
        if events > 0 and of_each > 0:
            paid += book.price("p", "u", events, attributes={"n": of_each}).amount
    return paid


@pytest.mark.parametrize("seed", range(150))
def test_a_curve_is_what_price_says(seed):
    rng = Random(seed)
    product, n = random_product(rng), rng.choice([1, 2, 3, 5, 6, 7, 12])
    document = toy([product], attributes=[NUMBER])
    way = rng.choice([{}, {"free": 1}, {"free": 13}]) | rng.choice([{}, {"pack": "k"}, {"pack": "k", "packs": 2}])
    if faregate.Book.errors(document):
        return  # edges within a block
    book = faregate.Book(document)
    amounts = [cost(book, product, n, quantity, way) for quantity in range(MOST + 1)]
    try:
        curve = book.curve("p", attributes={"n": n}, most=MOST, **way)
    except faregate.Unsupported:
        return
    assert [piece["from"] for piece in curve.pieces[1:]] == [piece.to + 1 for piece in curve.pieces[:-1]]
    for piece in curve.pieces:
        assert (piece.first, piece.last) == (amounts[piece["from"]], amounts[piece.to])
        for quantity in range(piece["from"], piece.to + 1) if curve.step == 1 else ():
            slope = (piece.last - piece.first) / max(piece.to - piece["from"], 1)
            assert amounts[quantity] == piece.first + slope * (quantity - piece["from"])
    ways = [{"book": book, "product": "p", "attributes": {"n": n}, **each} for each in (way, {})]
    for stretch in faregate.break_even(*ways, most=MOST):
        for quantity in range(stretch["from"], stretch.to + 1):
            other = cost(book, product, n, quantity, {})
            sign = "equal" if amounts[quantity] == other else "a" if amounts[quantity] < other else "b"
            assert stretch.cheaper == sign
