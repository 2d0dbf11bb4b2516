"""The cheapest plan against a mixed-integer program solved by HiGHS. FAREGATE_PROGRAM_CASES sets how many."""

import os
import random
from decimal import Decimal

import faregate
import pytest

pytest.importorskip("highspy")
from plan_milp import Program, solve

CASES = int(os.environ.get("FAREGATE_PROGRAM_CASES", "5"))
MONTHS = int(os.environ.get("FAREGATE_PROGRAM_MONTHS", "12"))
START = 2025


def month_name(month: int) -> str:
    return f"{START + month // 12}-{month % 12 + 1:02d}"


def random_book(rng: random.Random) -> dict:
    """Half of them the shipped one; else sizes that do not divide each other, prices that may rise."""
    book = faregate.Book("tencent-facefusion").to_dict()
    book["products"] = book["products"][:1]
    if rng.random() < 0.5:
        return book
    product = book["products"][0]
    edges = sorted(rng.sample(range(2_000, 90_000), 3))
    prices = [rng.randint(2, 40) for _ in range(4)]
    product["price"]["tiers"] = [
        {"from": edge, "price": f"0.{price:02d}"} for edge, price in zip([0, *edges], prices, strict=True)
    ]
    product["packs"] = [
        {"id": f"k{size}", "units": size, "price": str(size * rng.randint(4, 36) // 100), "validity": {"years": 1}}
        for size in sorted(rng.sample([700, 1_000, 3_000, 7_000, 11_000, 25_000, 60_000, 100_000], 4))
    ]
    return book


def random_forecast(rng: random.Random) -> dict:
    base = 10 ** rng.uniform(3.5, 4.9)
    forecast = {
        "product": "image",
        "start": month_name(0),
        "calls": [int(base * rng.lognormvariate(0, 0.6)) for _ in range(MONTHS)],
    }
    if rng.random() < 0.3:
        forecast["peak_qps"] = [rng.choice([None, 1, 3, 25]) for _ in range(MONTHS)]
    return forecast


def usage_packs(book: dict) -> list[dict]:
    return [pack for pack in book["products"][0]["packs"] if pack.get("of") != "materials"]


def program_of(book: dict, forecast: dict) -> Program:
    product = book["products"][0]
    peaks = forecast.get("peak_qps", [None] * MONTHS)
    return Program(
        demand=tuple(max(0, calls - 1000) for calls in forecast["calls"]),
        tiers=tuple((tier["from"], float(tier["price"])) for tier in product["price"]["tiers"]),
        packs=tuple((pack["units"], float(pack["price"])) for pack in usage_packs(book)),
        life=12,
        capacity=tuple(None if peak is None else 2400.0 * peak for peak in peaks),
        calls_allowed=tuple(peak is None or peak <= 20 for peak in peaks),
    )


def orders_of(book: dict, forecast: dict, solution) -> list[dict]:
    packs = [pack["id"] for pack in usage_packs(book)]
    orders = [
        {"month": month_name(month), "pack": packs[place], "quantity": count}
        for month, counts in enumerate(solution.packs)
        for place, count in enumerate(counts)
        if count
    ]
    return orders + [
        {"month": month_name(month), "capacity": forecast["peak_qps"][month], "months": 1}
        for month, by_capacity in enumerate(solution.capacity)
        if by_capacity
    ]


@pytest.mark.parametrize("number", range(CASES))
def test_the_program_finds_nothing_cheaper(number: int) -> None:
    rng = random.Random(f"program/{number}/{MONTHS}")
    described, forecast = random_book(rng), random_forecast(rng)
    book = faregate.Book(described)
    plan = faregate.cheapest(book, forecast)
    solution = solve(program_of(described, forecast))
    if not solution.optimal:
        assert plan.total >= Decimal(solution.bound).quantize(Decimal("0.01")) - Decimal("0.01")
        pytest.skip("the program was not solved in time")
    repriced = faregate.follow(book, forecast, {"orders": orders_of(described, forecast, solution)})
    assert repriced.total == plan.total
    assert abs(float(plan.total) - solution.cost) < 0.01
