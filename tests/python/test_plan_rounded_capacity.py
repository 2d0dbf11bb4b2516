"""Plans with capacity whose prices are rounded, so that an order of several months costs other than one of each: against
all orders there are, for small forecasts. FAREGATE_PLAN_CASES and FAREGATE_PLAN_SEED as in test_plan_search."""

import random
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import faregate
import pytest
from plan_cases import month_days
from plan_search import rounded
from test_plan_search import CASES, SEED


def prices_of_capacity(rng: random.Random) -> dict[str, Any]:
    """By the month, from 0 and from 2 on, for so many; and by the day, if at all."""
    month = [Fraction(rng.randint(0, 2000), 1000) for _ in range(rng.choice([1, 1, 2]))]
    day = Fraction(rng.randint(0, 60), 1000) if rng.random() < 0.4 else None
    return {"month": month, "day": day, "per": rng.choice([1, 1, 2, 10])}


def sold_at(prices: dict[str, Any]) -> dict[str, Any]:
    """As a book says it."""
    tiers = [{"from": 2 * place, "price": str(float(price))} for place, price in enumerate(prices["month"])]
    sold = {"month": {"model": "volume", "per": prices["per"], "tiers": tiers}}
    if prices["day"] is not None:
        sold["day"] = {"model": "flat", "price": str(float(prices["day"]))}
    return sold


def random_case(rng: random.Random, most_editions: int) -> tuple[dict[str, Any], dict[str, Any], Fraction | None]:
    """A book, a forecast, and what the cheapest orders cost."""
    months = rng.randint(1, 4)
    calls = [rng.randint(1, 9) for _ in range(months)]
    peaks = [rng.choice([0, 1, 2, 2, 3]) for _ in range(months)]
    limit, most = rng.choice([0, 0, 1]), rng.randint(3, 4)
    postpaid = Fraction(rng.randint(0, 30), 100)
    rounding = {"mode": rng.choice(["half_up", "half_even", "up", "down"]), "digits": rng.choice([0, 1, 2])}
    if rng.random() < 0.3:
        rounding["least"] = str(rng.choice([1, 2, 3]))
    capacity: dict[str, Any] = {"meter": "qps", "kind": "rate", "limit": limit, "max_held": most, "mode": "manual"}
    begins = [0, *sorted(rng.sample(range(1, months), min(months - 1, rng.randint(1, most_editions) - 1)))]
    listed = [prices_of_capacity(rng) for _ in begins]
    book: dict[str, Any] = {
        "format": "faregate-book/2", "id": "random", "title": "Random", "currency": "CNY", "minor_digits": 2,
        "time_zone": "+08:00", "rounding": rounding,
    }  # fmt: skip
    item = {"id": "p", "meter": "calls", "price": {"model": "flat", "price": str(float(postpaid))}}
    book["editions"] = [
        {"effective": f"2025-{begin + 1:02d}-01", "products": [{**item, "capacity": {**capacity, **sold_at(prices)}}]}
        for begin, prices in zip(begins, listed, strict=True)
    ]
    if most_editions == 1:
        book |= book.pop("editions")[0]
        del book["effective"]

    def price(quantity: int, first: int, count: int) -> Fraction:
        """Of an order for months in a row, by the month or by the day, placed in any edition that began by then."""
        offers = []
        for begin, prices in zip(begins, listed, strict=True):
            if begin <= first:
                unit = prices["month"][-1 if quantity >= 2 else 0]
                offers.append(unit * quantity * count / prices["per"])
            if begin <= first and prices["day"] is not None:
                days = sum(month_days(first + place) for place in range(count))
                offers.append(prices["day"] * quantity * days)
        return min(rounded(offer, rounding) for offer in offers)

    @cache
    def covered(needs: tuple[int, ...], held: tuple[int, ...], first: int) -> Fraction:
        """The cheapest orders by which each month has what it needs, and none more than may be held."""
        if first == months:
            return Fraction(0)
        if held[first] >= needs[first]:
            return covered(needs, held, first + 1)
        found = [Fraction(10**9)]
        for quantity in range(1, most + 1):
            for count in range(1, months - first + 1):
                more = tuple(has + (first <= place < first + count) * quantity for place, has in enumerate(held))
                if max(more) <= most:
                    found.append(price(quantity, first, count) + covered(needs, more, first))
        return min(found)

    found = []
    for modes in product((False, True), repeat=months):
        if all(by_capacity or peak <= limit for by_capacity, peak in zip(modes, peaks, strict=True)):
            needs = tuple(max(1, peak) if by_capacity else 0 for by_capacity, peak in zip(modes, peaks, strict=True))
            bills = [rounded(postpaid * (0 if by else units), rounding) for by, units in zip(modes, calls, strict=True)]
            found.append(covered(needs, (0,) * months, 0) + sum(bills))
    return book, {"product": "p", "start": "2025-01", "calls": calls, "peak_qps": peaks}, min(found)


@pytest.mark.parametrize("editions", [1, 3])
def test_no_plan_is_cheaper_by_more_than_the_gap(editions) -> None:
    proven = 0
    for number in range(CASES):
        book, forecast, least = random_case(random.Random(f"rounded capacity {SEED}/{number}"), editions)
        plan = faregate.cheapest(faregate.Book(book), forecast)
        assert Fraction(plan.total) - Fraction(plan.gap) <= least <= Fraction(plan.total), number
        assert faregate.replay(plan.timeline)["statement"]["spent"]["total"] == str(plan.total)
        assert plan.runner_up is None or plan.runner_up.total >= plan.total
        assert plan.proven == (plan.gap == 0)
        proven += plan.proven
    assert proven > CASES * 0.7


HEAD = {
    "format": "faregate-book/2", "id": "t", "title": "T", "currency": "EUR", "minor_digits": 2,
    "time_zone": "+00:00", "rounding": {"mode": "half_up", "digits": 2},
}  # fmt: skip
YEAR = {"product": "p", "start": "2025-01", "calls": [5] * 12, "peak_qps": [1] * 12}


def slots(price: str) -> dict[str, Any]:
    month = {"model": "flat", "price": price}
    capacity = {"meter": "qps", "kind": "rate", "limit": 0, "mode": "manual", "month": month}
    return {"id": "p", "meter": "calls", "price": {"model": "flat", "price": "9"}, "capacity": capacity}


def test_orders_of_several_months_are_rounded_once() -> None:
    """By hand: a slot costs 0.334 a month, rounded to cents. Twelve orders of a month are 3.96, one of twelve is 4.01; of
    0.335 one of twelve is 4.02, and twelve of a month would be 4.08."""
    for price, total, orders in (("0.334", "3.96", 12), ("0.335", "4.02", 1)):
        plan = faregate.cheapest(faregate.Book({**HEAD, "products": [slots(price)]}), YEAR)
        assert (str(plan.total), plan.proven, len(plan.orders)) == (total, True, orders)


def test_an_earlier_edition_sells_months_that_are_to_come() -> None:
    """By hand: a slot costs 0.331 a month, from March on 0.339. All months are ordered before, in orders of one month,
    which are rounded down: 12 x 0.33. With 0.336 before and 0.333 after, two months by one order are 0.67, and ten
    orders of one month are 0.33 each."""
    for first, second, total, placed in (("0.331", "0.339", "3.96", 3), ("0.336", "0.333", "3.97", 12)):
        prices = ((1, first), (3, second))
        editions = [{"effective": f"2025-{month:02d}-01", "products": [slots(price)]} for month, price in prices]
        plan = faregate.cheapest(faregate.Book({**HEAD, "editions": editions}), YEAR)
        assert (str(plan.total), plan.proven) == (total, True)
        assert max(str(order.at) for order in plan.orders) < f"2025-{placed + 1:02d}"


def test_the_least_of_an_order_is_of_all_its_months() -> None:
    """By hand: a slot costs 0.10 a month, and an order 0.50 at least: twelve months are 1.20."""
    slot = slots("1")
    slot["capacity"]["month"]["per"] = 10
    book = faregate.Book({**HEAD, "rounding": {"mode": "half_up", "digits": 2, "least": "0.5"}, "products": [slot]})
    plan = faregate.cheapest(book, YEAR)
    assert (str(plan.total), len(plan.orders)) == ("1.20", 1)


def test_an_order_of_packs_is_rounded_once() -> None:
    """By hand: ten packs of 0.331 are 3.31, rounded up, and two orders of five 2 x 1.66; thirty packs of 0.10 are 3.00,
    and an order costs 2.00 at least."""
    for price, least, packs, total in (("0.331", None, 10, "3.31"), ("0.1", "2", 30, "3.00")):
        pack = {"id": "k", "units": 100, "price": {"model": "flat", "price": price}, "validity": "permanent"}
        item = {"id": "p", "meter": "calls", "price": {"model": "flat", "price": "9"}, "packs": [pack]}
        rounding = {"mode": "up", "digits": 2, "least": least}
        plan = faregate.cheapest(
            faregate.Book({**HEAD, "rounding": rounding, "products": [item]}),
            {"product": "p", "start": "2025-01", "calls": [100 * packs]},
        )
        assert (str(plan.total), plan.proven, len(plan.orders)) == (total, True, 1)
