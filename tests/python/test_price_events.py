"""Columns of events priced: random books against price() of each row and against the independent reference."""

from fractions import Fraction
from random import Random

import faregate
import format2
import pytest
import tariffs
from test_curve_of_events import of_event

FEATURES = ["rules", "terms", "counters", "each_event", "stairstep", "tier_fees", "schedule_rounding", "editions"]
FLAT = {"model": "flat", "price": "0.3"}
MOST = 2**63 - 1


def one_price(book: faregate.Book, quantity: int, **query):
    try:
        return Fraction(book.price("both", "both", quantity, **query).amount)
    except faregate.Error as error:
        return error.code


def many(book: faregate.Book, rows: list, names: list, at: str) -> list:
    columns = {name: [attributes.get(name) for _, attributes in rows] for name in names}
    quantities = [quantity for quantity, _ in rows]
    return book.price_many("both", "both", quantities, at=at, attributes=columns).tolist()


def events_of(seed: int):
    """A random book with an event, and rows of usage of it."""
    rng = Random(f"events {seed}")
    keys = tariffs.random_book(rng, ["events", *rng.sample(FEATURES, rng.randint(1, 4))])
    sold = keys["editions"] if "editions" in keys else [keys]
    if faregate.Book.errors(keys) or not all(each.get("events") for each in sold):
        return None
    life = tariffs.Life(rng, keys)
    rows = [life.a_usage()[1:] for _ in range(60)]
    names = [each["id"] for each in sold[0].get("attributes", ()) if each.get("of") != "account"]
    return keys, rows, names, f"2025-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}T{rng.randint(0, 23):02d}:00:00"


def test_random_books():
    compared = shared = refused = 0
    for seed in range(150):
        drawn = events_of(seed)
        if drawn is None:
            continue
        keys, rows, names, at = drawn
        book = faregate.Book(keys)
        singles = [one_price(book, quantity, attributes=attributes, at=at) for quantity, attributes in rows]
        told = [format2.price_event(keys, "both", quantity, at, attributes) for quantity, attributes in rows]
        assert singles == told, seed
        good = [row for row, amount in zip(rows, told, strict=True) if not isinstance(amount, str)]
        amounts = [amount for amount in told if not isinstance(amount, str)]
        assert [Fraction(amount) for amount in many(book, good, names, at)] == amounts, seed
        for (quantity, attributes), code in zip(rows, told, strict=True):
            if isinstance(code, str):
                with pytest.raises(faregate.Error) as caught:
                    many(book, [*good, (quantity, attributes), (-1, {})], names, at)
                assert (caught.value.code, caught.value.row) == (code, len(good)), seed
                refused += 1
        compared += len(good)
        shared += "counter" in str(keys)
    assert compared > 2_000
    assert shared > 8
    assert refused > 20


def test_a_column_is_longer_than_a_piece():
    graduated = {"model": "graduated", "counter": "c", "tiers": [{"from": 0, "price": "1"}, {"from": 40, "price": "2"}]}
    volume = {"model": "volume", "counter": "c", "tiers": [{"from": 0, "price": "1"}, {"from": 40, "price": "0.5"}]}
    book = faregate.Book(of_event({"price": FLAT}, {"price": graduated}, {"price": volume, "quantity": ["n"]}))
    quantities = [number % 97 for number in range(3_000)]
    numbers = [number % 5 for number in range(3_000)]
    amounts = book.price_many("run", "run", quantities, attributes={"n": numbers}).tolist()
    for row in range(0, 3_000, 61):
        quantity, number = quantities[row], numbers[row]
        counted = quantity + quantity * number
        cost = Fraction(3, 10) * quantity
        cost += quantity + max(quantity - 40, 0)
        cost += quantity * number * (Fraction(1, 2) if counted >= 40 else 1)
        assert Fraction(amounts[row]) == cost, (quantity, number)


def test_parts_of_minor_units_add_up_to_whole_ones():
    book = faregate.Book(of_event({"price": {"model": "flat", "price": "0.005"}}, {"price": FLAT, "quantity": ["n"]}))
    halves = of_event(*[{"price": {"model": "flat", "price": "0.005"}}] * 2)
    assert faregate.Book(halves).price_many("run", "run", [1, 3], out="minor").tolist() == [1, 3]
    assert faregate.Book(halves).price_many("run", "run", [1], scale=5).tolist()[0].as_tuple().exponent == -5
    with pytest.raises(faregate.Invalid, match="more than 2 decimals") as caught:
        book.price_many("run", "run", [2, 0, 3], out="minor", attributes={"n": 1})
    assert caught.value.row == 2
    floats = book.price_many("run", "run", [1, None], out="float", attributes={"n": 1})
    assert floats.tolist() == [0.305, None]


def test_the_first_bad_row_is_told_whatever_the_product():
    """The second product has no price from 50 on, the first none for "mini", and both together are too much."""
    tiers = [{"from": 0, "price": "1"}, {"from": 50, "price": None}]
    rules = [{"id": "big", "when": {"model": "big"}, "price": FLAT}]
    dear = {"model": "flat", "price": "9999999999"}
    document = of_event(
        {"rules": rules}, {"price": {"model": "volume", "tiers": tiers}}, {"price": dear, "quantity": ["n"]}
    )
    book = faregate.Book(document)
    rows = [(1, "big", 1)] * 1_100 + [(49, "big", 1), (50, "big", 1), (1, "mini", 1), (9, "big", MOST)]
    faults = {1_101: faregate.NotSold, 1_102: faregate.NoRule, 1_103: faregate.Overflow}
    for first, error in faults.items():
        left = [row for number, row in enumerate(rows) if number not in faults or number >= first]
        quantities, models, numbers = (list(column) for column in zip(*left, strict=True))
        with pytest.raises(error) as caught:
            book.price_many("run", "run", quantities, attributes={"model": models, "n": numbers})
        assert caught.value.row == 1_101
        assert caught.value.path == "quantities[1101]"


def test_an_attribute_is_told_by_its_row():
    book = faregate.Book(of_event({"price": FLAT}, {"price": FLAT, "quantity": ["n"]}))
    for attributes, error, path in (
        ({"n": [1, None]}, faregate.MissingAttribute, "attributes.n[1]"),
        ({"n": [1, 1], "model": ["big", "huge"]}, faregate.UnknownValue, "attributes.model[1]"),
        ({"n": 1, "size": [1, 1]}, faregate.UnknownValue, "attributes.size"),
        ({}, faregate.MissingAttribute, "attributes.n"),
        ({"n": [1]}, faregate.Invalid, "attributes.n"),
    ):
        with pytest.raises(error) as caught:
            book.price_many("run", "run", [1, 2], attributes=attributes)
        assert caught.value.path == path


def test_what_a_query_for_an_event_must_not_have():
    book = faregate.Book(of_event({"price": FLAT}, {"price": FLAT}))
    with pytest.raises(faregate.UnknownMeter):
        book.price_many("run", "u", [1])
    for keys in ({"days": 1}, {"months": 2}):
        with pytest.raises(faregate.Invalid) as caught:
            book.price_many("run", "run", [1], **keys)
        assert caught.value.path == next(iter(keys))
    with pytest.raises(faregate.Invalid) as caught:
        book.price_many("run", "run", [1, -1])
    assert (caught.value.path, caught.value.row) == ("quantities[1]", 1)
    assert book.price_many("run", "run", []).tolist() == []


def test_a_sum_that_no_amount_holds():
    dear = {"model": "flat", "price": str(10**13)}
    book = faregate.Book(of_event({"price": dear, "quantity": ["n"]}, {"price": dear, "quantity": ["n"]}))
    most = 10**13 - 1  # units of each product, so that it costs just less than 10^26
    assert book.price_many("run", "run", [1], attributes={"n": most // 2}).tolist() == [10**13 * (most // 2) * 2]
    with pytest.raises(faregate.Overflow) as caught:
        book.price_many("run", "run", [0, 1, 2], attributes={"n": most})
    assert caught.value.row == 1
    with pytest.raises(faregate.Overflow):
        book.price("run", "run", 1, attributes={"n": most})
