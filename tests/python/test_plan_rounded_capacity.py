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


def random_case(rng: random.Random) -> tuple[dict[str, Any], dict[str, Any], Fraction | None]:
    """A book, a forecast, and what the cheapest orders cost."""
    months = rng.randint(1, 4)
    calls = [rng.randint(1, 9) for _ in range(months)]
    peaks = [rng.choice([0, 1, 2, 2, 3]) for _ in range(months)]
    limit, most = rng.choice([0, 0, 1]), rng.randint(3, 4)
    postpaid = Fraction(rng.randint(0, 30), 100)
    rounding = {"mode": rng.choice(["half_up", "half_even", "up", "down"]), "digits": rng.choice([0, 1, 2])}
    if rng.random() < 0.3:
        rounding["least"] = str(rng.choice([1, 2, 3]))
    month = [Fraction(rng.randint(0, 2000), 1000) for _ in range(rng.choice([1, 1, 2]))]
    day = Fraction(rng.randint(0, 60), 1000) if rng.random() < 0.4 else None
    capacity: dict[str, Any] = {"meter": "qps", "kind": "rate", "limit": limit, "max_held": most, "mode": "manual"}
    tiers = [{"from": 2 * place, "price": str(float(price))} for place, price in enumerate(month)]
    per = rng.choice([1, 1, 2, 10])
    capacity["month"] = {"model": "volume", "per": per, "tiers": tiers}
    if day is not None:
        capacity["day"] = {"model": "flat", "price": str(float(day))}
    item = {
        "id": "p",
        "meter": "calls",
        "price": {"model": "flat", "price": str(float(postpaid))},
        "capacity": capacity,
    }
    book = {
        "format": "faregate-book/2", "id": "random", "title": "Random", "currency": "CNY", "minor_digits": 2,
        "time_zone": "+08:00", "rounding": rounding, "products": [item],
    }  # fmt: skip

    def price(quantity: int, first: int, count: int) -> Fraction:
        """Of an order for months in a row, by the month or by the day."""
        unit = month[-1] if quantity >= 2 else month[0]
        offers = [unit * quantity * count / per]
        if day is not None:
            offers.append(day * quantity * sum(month_days(first + place) for place in range(count)))
        return min(rounded(offer, rounding) for offer in offers)

    @cache
    def covered(needs: tuple[int, ...], first: int) -> Fraction:
        """The cheapest orders by which each month has what it needs; what is there of earlier ones is taken off."""
        if first == months:
            return Fraction(0)
        if needs[first] <= 0:
            return covered(needs, first + 1)
        found = []
        for quantity in range(1, most + 1):
            for count in range(1, months - first + 1):
                left = tuple(need - (first <= place < first + count) * quantity for place, need in enumerate(needs))
                found.append(price(quantity, first, count) + covered(tuple(max(0, need) for need in left), first))
        return min(found)

    found = []
    for modes in product((False, True), repeat=months):
        if all(by_capacity or peak <= limit for by_capacity, peak in zip(modes, peaks, strict=True)):
            needs = tuple(max(1, peak) if by_capacity else 0 for by_capacity, peak in zip(modes, peaks, strict=True))
            bills = [rounded(postpaid * (0 if by else units), rounding) for by, units in zip(modes, calls, strict=True)]
            found.append(covered(needs, 0) + sum(bills))
    return book, {"product": "p", "start": "2025-01", "calls": calls, "peak_qps": peaks}, min(found)


def test_no_plan_is_cheaper_by_more_than_the_gap() -> None:
    proven = 0
    for number in range(CASES):
        book, forecast, least = random_case(random.Random(f"rounded capacity {SEED}/{number}"))
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


def test_over_several_editions_it_is_refused_by_name() -> None:
    editions = [{"effective": f"2025-0{month}-01", "products": [slots(f"0.33{month}")]} for month in (1, 3)]
    with pytest.raises(faregate.Unsupported, match='capacity that are rounded, over several "editions"'):
        faregate.cheapest(faregate.Book({**HEAD, "editions": editions}), YEAR)


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
