"""Curves, cliffs and crossings of an event: the sum of what its products cost, against price() of it."""

from decimal import Decimal
from random import Random

import faregate
import pytest
from toy import toy

NUMBER = {"id": "n", "whole": {"from": 0}}
MODEL = {"id": "model", "values": ["big", "mini"]}
VOLUME = {"model": "volume", "tiers": [{"from": 0, "price": "1"}, {"from": 10, "price": "0.5"}]}
FLAT = {"model": "flat", "price": "0.3"}


def of_event(*products, **keys) -> dict:
    """An event of products that are called a, b, …."""
    named = [{"id": name, "meter": "u", **product} for name, product in zip("abc", products, strict=False)]
    event = {"id": "run", "products": [product["id"] for product in named]}
    return toy(named, events=[event], attributes=[NUMBER, MODEL], **keys)


def pieces_of(curve) -> list:
    return [(piece["from"], piece.to, piece.first, piece.last) for piece in curve.pieces]


def test_a_curve_is_the_sum_of_its_products():
    book = faregate.Book(of_event({"price": VOLUME, "quantity": ["n"]}, {"price": FLAT}))
    curve = book.curve("run", attributes={"n": 3}, most=6)
    assert (curve.product, curve.meter, curve.most, curve.step) == ("run", "run", 6, 1)
    # 3 units each: 4 of them are 12 units, at 0.50
    assert pieces_of(curve) == [(0, 3, 0, Decimal("9.9")), (4, 6, Decimal("7.2"), Decimal("10.8"))]
    assert pieces_of(book.curve("run", "run", attributes={"n": 3}, most=6)) == pieces_of(curve)


def test_a_cliff_names_the_product_whose_price_falls():
    book = faregate.Book(of_event({"price": FLAT}, {"price": VOLUME, "quantity": ["n"]}))
    (cliff,) = book.cliffs("run", attributes={"n": 3}, most=9)
    assert (cliff.product, cliff["from"], cliff.to, cliff.buy) == ("b", 3, 3, 4)
    assert (cliff.amount, cliff.instead_of, cliff.saves) == (Decimal("7.2"), Decimal("9.9"), Decimal("2.7"))


def test_a_cost_that_falls_all_along_is_one_cliff():
    """The first product fills the dear tier, of which less is left for the second, dearer one."""
    prices = [
        {"model": "graduated", "counter": "c", "tiers": [{"from": 0, "price": dear}, {"from": 12, "price": "0"}]}
        for dear in ("0.1", "9")
    ]
    book = faregate.Book(of_event(*({"price": price} for price in prices)))
    # with 6 events, 6 + 6 units are in the dear tier; with 12, all of them are those of the first product
    assert book.price("run", "run", 6).amount == Decimal("54.6")
    (cliff,) = book.cliffs("run", most=20)
    assert (cliff.product, cliff["from"], cliff.to, cliff.buy) == ("b", 1, 6, 12)
    assert (cliff.amount, cliff.instead_of) == (Decimal("1.2"), Decimal("54.6"))


def test_what_is_of_one_product_is_refused():
    book = faregate.Book(of_event({"price": FLAT}, {"price": FLAT}))
    for way in ({"free": 3}, {"pack": "k"}, {"packs": 2}, {"days": 1}, {"months": 1}):
        with pytest.raises(faregate.Invalid, match="each product of an event has its own"):
            book.curve("run", **way)
    with pytest.raises(faregate.UnknownMeter):
        book.curve("run", "u")
    with pytest.raises(faregate.MissingAttribute):
        faregate.Book(of_event({"price": FLAT, "quantity": ["n"]})).cliffs("run")


def test_without_a_last_quantity_every_tier_is_shown():
    book = faregate.Book(of_event({"price": FLAT}, {"price": VOLUME, "quantity": ["n"]}))
    curve = book.curve("run", attributes={"n": 1})
    assert curve.most >= 20
    assert [piece["from"] for piece in curve.pieces] == [0, 10]


def test_null_prices_are_in_no_piece():
    tiers = [{"from": 0, "price": "1"}, {"from": 4, "price": None}]
    book = faregate.Book(of_event({"price": FLAT}, {"price": {"model": "volume", "tiers": tiers}}))
    assert pieces_of(book.curve("run")) == [(0, 3, 0, Decimal("3.9"))]
    with pytest.raises(faregate.NotSold):
        book.curve("run", most=5)


def test_the_edition_of_the_instant_holds():
    first, second = (of_event({"price": {"model": "flat", "price": price}}, {"price": FLAT}) for price in ("1", "2"))
    head = {key: value for key, value in first.items() if key not in ("products", "events", "attributes")}
    editions = [
        {"effective": date, **{key: book[key] for key in ("products", "events", "attributes")}}
        for date, book in (("2024-01-01", first), ("2025-01-01", second))
    ]
    book = faregate.Book({**head, "editions": editions})
    for date, last in (("2024-06-01", "2.6"), ("2025-06-01", "4.6")):
        assert book.curve("run", most=2, at=date).pieces[0].last == Decimal(last)


MOST = 45


def random_product(rng: Random, counter: str | None) -> dict:
    model = rng.choice(["flat", "volume", "graduated", "stairstep"])
    price: dict = {"model": model}
    if model == "flat":
        price["price"] = rng.choice(["0.3", "0"])
    else:
        edges = [0, *sorted(rng.sample(range(6, 120, 6), 2))]
        price["tiers"] = [{"from": edge, "price": rng.choice(["0", "1", "0.7", "0.3"])} for edge in edges]
        if counter is None and model != "stairstep" and rng.random() < 0.3:
            price["tiers"] = [{**tier, "fee": rng.choice("02")} for tier in price["tiers"]]
    if model != "stairstep":
        price["block"] = rng.choice([1, 1, 3, 6])
    if counter is not None:
        price["counter"] = counter
    product = {"price": price, "quantity": [rng.choice(["n", 1, 2, 7])]}
    if rng.random() < 0.2:
        product["rules"] = [{"when": {"model": "mini"}, "billable": "no"}]
    if rng.random() < 0.2 and not any("fee" in tier for tier in price.get("tiers", ())):
        product["rules"] = [{"when": {"model": "mini"}, "factor": "1.5"}]
    return product | (rng.choice([{}, {"tier_period": "event", "least": "4"}]) if counter is None else {})


@pytest.mark.parametrize("seed", range(250))
def test_a_curve_is_what_price_says(seed):
    rng = Random(f"event {seed}")
    counter = "c" if rng.random() < 0.4 else None
    document = of_event(*(random_product(rng, counter) for _ in range(rng.choice([1, 2, 3]))))
    if counter is not None and rng.random() < 0.3:
        document["products"][0] |= random_product(rng, None)
        document["products"][0].pop("tier_period", None)
        document["products"][0].pop("least", None)
        document["products"][0].pop("rules", None)
    assert faregate.Book.errors(document) == ()
    book = faregate.Book(document)
    asked = {"attributes": {"n": rng.choice([0, 1, 3, 5]), "model": rng.choice(["big", "mini"])}}
    amounts = [book.price("run", "run", quantity, **asked).amount for quantity in range(MOST + 1)]
    curve = book.curve("run", most=MOST, **asked)
    assert (curve.pieces[0]["from"], curve.pieces[-1].to) == (0, MOST)
    assert [piece["from"] for piece in curve.pieces[1:]] == [piece.to + 1 for piece in curve.pieces[:-1]]
    for piece in curve.pieces:
        slope = (piece.last - piece.first) / max(piece.to - piece["from"], 1)
        for quantity in range(piece["from"], piece.to + 1):
            assert amounts[quantity] == piece.first + slope * (quantity - piece["from"]), (piece, quantity)
    check_cliffs(book.cliffs("run", most=MOST, **asked), amounts)
    way = {"book": book, "product": "run", **asked}
    other = {"book": book, "product": rng.choice(document["products"])["id"], **asked}
    check_crossings(book, way, other, amounts, asked)


def check_cliffs(cliffs: list, amounts: list) -> None:
    """Whatever is in a cliff costs more than what to buy, and wherever the cost falls is a cliff."""
    for cliff in cliffs:
        assert (amounts[cliff.to], amounts[cliff.buy]) == (cliff.instead_of, cliff.amount)
        assert cliff.instead_of - cliff.amount == cliff.saves > 0
        assert min(amounts[cliff["from"] : cliff.buy]) > cliff.amount
        assert cliff["from"] == 0 or amounts[cliff["from"] - 1] <= cliff.amount
        assert max(amounts[cliff.to : cliff.buy]) == cliff.instead_of
    for quantity in range(1, MOST + 1):
        told = any(cliff.to < quantity <= cliff.buy for cliff in cliffs)
        assert told == (amounts[quantity] < amounts[quantity - 1]), quantity


def check_crossings(book: faregate.Book, way: dict, other: dict, amounts: list, asked: dict) -> None:
    try:
        costs = [book.price(other["product"], "u", quantity, **asked).amount for quantity in range(MOST + 1)]
        stretches = faregate.break_even(way, other, most=MOST)
    except faregate.Unsupported:  # blocks that one usage does not fill evenly
        return
    for stretch in stretches:
        for quantity in range(stretch["from"], stretch.to + 1):
            sign = (
                "equal" if amounts[quantity] == costs[quantity] else "a" if amounts[quantity] < costs[quantity] else "b"
            )
            assert stretch.cheaper == sign


def test_amounts_that_are_rounded_do_not_cross():
    price = {**FLAT, "rounding": {"digits": 0, "mode": "up"}}
    book = faregate.Book(of_event({"price": FLAT}, {"price": price}))
    way = {"book": book, "product": "run"}
    with pytest.raises(faregate.Invalid, match="rounded"):
        faregate.break_even(way, way, most=5)


def test_a_plot_shows_it():
    plot = pytest.importorskip("faregate.plot")
    pytest.importorskip("matplotlib")
    book = faregate.Book(of_event({"price": FLAT}, {"price": VOLUME, "quantity": ["n"]}))
    axes = plot.curve(book, "run", most=20, attributes={"n": 1})
    assert axes.lines
