"""Curves, cliffs, comparisons, sensitivity, simulation, differences: by hand, and against the price one by one."""

import json
import random
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import faregate
import pytest
from faregate.cli import main

BOOK = faregate.Book("tencent-facefusion")
FORECAST: dict[str, Any] = {
    "book": "tencent-facefusion",
    "product": "image",
    "start": "2025-01",
    "calls": [15_000 + 2_000 * month for month in range(12)],
}


def usage_price(book: faregate.Book, product: str, meter: str, quantity: int) -> Decimal:
    return book.price(product, meter, quantity, at="2025-03-01").amount


def every_usage() -> list[tuple[str, str, str]]:
    """Of no product whose units are counted from attributes: a curve is over units (test_rules.py)."""
    books = [faregate.Book(name).to_dict() for name in faregate.shipped_books()]
    return [
        (book["id"], item["id"], item["meter"]) for book in books for item in book["products"] if "quantity" not in item
    ]


@pytest.mark.parametrize(("name", "product", "meter"), every_usage())
def test_a_curve_is_the_price(name: str, product: str, meter: str) -> None:
    """Pieces follow each other, their ends are prices, and no price inside a piece is below one before it."""
    book = faregate.Book(name)
    curve = book.curve(product, meter, at="2025-03-01")
    assert curve.pieces[0]["from"] == 0
    assert curve.pieces[-1].to == curve.most
    rng = random.Random(name + product)
    for before, after in pairwise(curve.pieces):
        assert after["from"] == before.to + 1
    for piece in curve.pieces:
        assert piece.first == usage_price(book, product, meter, piece["from"])
        assert piece.last == usage_price(book, product, meter, piece.to)
        inside = sorted(rng.randint(piece["from"], piece.to) for _ in range(20))
        prices = [usage_price(book, product, meter, quantity) for quantity in inside]
        assert prices == sorted(prices)
        assert all(piece.first <= price <= piece.last for price in prices)


@pytest.mark.parametrize(("name", "product", "meter"), every_usage())
def test_a_curve_that_is_given_no_end_shows_all_of_a_price(name: str, product: str, meter: str) -> None:
    """Every tier, and something that it costs, unless nothing does."""
    curve = faregate.Book(name).curve(product, meter, at="2025-03-01")
    costs = curve.pieces[-1].last
    far = usage_price(faregate.Book(name), product, meter, 10**12) if name.startswith("aws-lambda") else None
    assert costs >= 1 or far == 0 or curve.most == 0 or name == "azure-face"
    again = faregate.Book(name).curve(product, meter, curve.most, at="2025-03-01")
    assert again.pieces == curve.pieces


def test_units_that_cost_next_to_nothing_have_a_curve() -> None:
    """0.20 for a million requests: ten millions are the first power of ten that costs a dollar."""
    curve = faregate.Book("aws-lambda").curve("requests")
    assert (curve.most, curve.pieces[-1].last) == (10_000_000, Decimal("2.00"))


def test_what_is_priced_says_whether_free_quota_is_taken_off() -> None:
    for method in ("price", "price_many", "bill_many", "quote", "curve", "cliffs"):
        assert "Free quota: " in getattr(faregate.Book, method).__doc__


@pytest.mark.parametrize(("name", "product", "meter"), every_usage())
def test_a_cliff_is_where_more_costs_less(name: str, product: str, meter: str) -> None:
    book = faregate.Book(name)
    for cliff in book.cliffs(product, meter, at="2025-03-01"):
        there = usage_price(book, product, meter, cliff.buy)
        assert there == cliff.amount
        assert cliff.to == cliff.buy - 1
        assert usage_price(book, product, meter, cliff["from"]) > there
        assert usage_price(book, product, meter, cliff["from"] - 1) <= there
        assert usage_price(book, product, meter, cliff.to) - there == cliff.saves


@pytest.mark.parametrize("seed", range(10))
def test_stretches_are_those_of_every_quantity(seed: int) -> None:
    """Against each quantity one by one, for random ways to pay."""
    rng = random.Random(seed)
    tiers = [{"from": edge, "price": f"0.{rng.randint(10, 99)}"} for edge in (0, 20, 55)]
    packs = [{"id": "k", "units": rng.randint(5, 30), "price": str(rng.randint(1, 9)), "validity": {"years": 1}}]
    price = {"model": rng.choice(["volume", "graduated"]), "tiers": tiers, "edges": rng.choice(["lower", "upper"])}
    product = {"id": "p", "title": "P", "meter": "calls", "unit": "call", "price": price, "packs": packs}
    book = faregate.Book(
        {"format": "faregate-book/1", "id": "random", "title": "R", "currency": "CNY", "minor_digits": 2,
         "utc_offset": "+08:00", "rounding": "none", "products": [product]}
    )  # fmt: skip
    ways: list[dict[str, Any]] = [{}, {"pack": "k"}, {"pack": "k", "packs": 2}, {"free": 7}, {"free": 3, "pack": "k"}]
    a, b = ({"book": book, "product": "p", **way} for way in rng.sample(ways, 2))

    def cost(way: dict[str, Any], quantity: int) -> Decimal:
        charged = max(0, quantity - way.get("free", 0))
        count = 0 if "pack" not in way else way.get("packs", -(-charged // packs[0]["units"]))
        rest = 0 if "pack" in way and "packs" not in way else max(0, charged - count * packs[0]["units"])
        return count * Decimal(packs[0]["price"]) + book.price("p", "calls", rest).amount

    told = faregate.break_even(a, b, 120)
    assert [told[0]["from"], told[-1].to] == [0, 120]
    assert all(after["from"] == before.to + 1 and after.cheaper != before.cheaper for before, after in pairwise(told))
    for stretch in told:
        for quantity in range(stretch["from"], stretch.to + 1):
            costs = cost(a, quantity), cost(b, quantity)
            cheaper = "equal" if costs[0] == costs[1] else "ab"[costs[0] > costs[1]]
            assert cheaper == stretch.cheaper, quantity


def test_break_even_is_refused_where_amounts_are_rounded() -> None:
    way = {"book": "aws-lambda", "product": faregate.Book("aws-lambda").products[0].id}
    with pytest.raises(faregate.Invalid, match="rounded"):
        faregate.break_even(way, way, 10)
    with pytest.raises(faregate.Invalid, match="book"):
        faregate.break_even({"product": "image"}, way, 10)


def test_comparison_has_the_cheapest_first() -> None:
    comparison = faregate.compare(BOOK, FORECAST)
    totals = [row["total"] for row in comparison.rows]
    assert totals == sorted(totals)
    assert next(iter(comparison.plans)) == "cheapest"
    assert comparison.plans["postpaid"].total == comparison.plans["cheapest"].naive.postpaid
    assert comparison.plans["only calls-10k"].total == comparison.plans["cheapest"].naive.packs[3].total
    assert "capacity" in comparison.refused
    named = faregate.compare(BOOK, FORECAST, {"pro": (BOOK, "postpaid"), "same": comparison.plans["cheapest"]})
    assert named.plans["same"].total == comparison.plans["cheapest"].total
    assert "<table>" in named._repr_html_()


def test_orders_that_do_not_serve_the_peak_are_refused_with_the_first_month_that_fails() -> None:
    forecast = {**FORECAST, "calls": [50_000] * 4, "peak_qps": [10, 60, 60, None]}
    serving = {"month": "2025-02", "capacity": 60, "months": 2}
    for orders in ([], [{**serving, "capacity": 59}], [{**serving, "month": "2025-03"}]):
        with pytest.raises(
            faregate.CapacityLimit,
            match=r"peak_qps\[1\]: in 2025-02 60 are needed at once, and the orders allow (20|59)",
        ):
            faregate.follow(BOOK, forecast, {"orders": orders})
    with pytest.raises(faregate.CapacityLimit, match=r"peak_qps\[2\]: in 2025-03 "):
        faregate.follow(BOOK, forecast, {"orders": [{**serving, "months": 1}]})
    served = faregate.follow(BOOK, forecast, {"orders": [serving]})
    assert served.total == 2 * (50_000 - 1_000) * Decimal("0.18") + 60 * 2000 * 2  # R11, R18, by hand
    comparison = faregate.compare(BOOK, forecast, {"none": {"orders": []}, "sixty": {"orders": [serving]}})
    assert list(comparison.plans) == ["sixty"] and "60 are needed at once" in comparison.refused["none"]
    unknown = faregate.follow(BOOK, {**forecast, "peak_qps": [None] * 4}, {"orders": []})
    assert unknown.total == 4 * 49_000 * Decimal("0.18")


def test_what_cannot_be_meant_is_an_error_and_no_plan_that_is_refused() -> None:
    for ways, kind, said in (
        (["cheapest", "post-paid"], faregate.Invalid, "'post-paid'"),
        ({"a": {"pack": "calls-20k"}}, faregate.UnknownPack, "a: "),
        ({"a": {"orders": [{"month": "2025-01", "pack": "calls-20k"}]}}, faregate.UnknownPack, "a: "),
        ({"a": {"orders": [{"month": "2025-01", "pack": "calls-10k", "qty": 2}]}}, faregate.Error, "qty"),
        ({"a": {"orders": [{"month": "2031-01", "pack": "calls-10k"}]}}, faregate.Invalid, r"orders\[0\].month"),
        ({"a": {"oders": []}}, faregate.Error, "oders"),
    ):
        with pytest.raises(kind, match=said):
            faregate.compare(BOOK, FORECAST, ways)
    with pytest.raises(faregate.Error, match="product"):
        faregate.compare(BOOK, {"image": [1, 2]})


def test_the_first_month_that_a_plan_does_not_serve_is_told() -> None:
    forecast = {"product": "image", "start": "2025-01", "calls": [50_000] * 4, "peak_qps": [10, 20, 60, 70]}
    comparison = faregate.compare(BOOK, forecast, ["cheapest", "postpaid", {"pack": "calls-10k"}])
    said = "the first month that fails is 2025-03, when 60 are needed at once"
    assert [why.endswith(said) for why in comparison.refused.values()] == [True, True]
    assert repr(comparison).endswith("CNY, 2 refused)")
    other = faregate.Book(BOOK.to_dict() | {"id": "bare"}).without_pack("calls-1k")
    both = faregate.compare([BOOK, other], forecast | {"peak_qps": [1] * 4}, [{"pack": "calls-1k"}])
    assert len(both.plans) == 1 and len(both.refused) == 1


def in_dollars() -> faregate.Book:
    described = BOOK.to_dict() | {"id": "dollars", "currency": "USD"}
    return faregate.Book(described)


def test_currencies_are_never_mixed() -> None:
    forecast = {**FORECAST, "calls": [90_000]}
    ways = {"here": (BOOK, "postpaid"), "there": (in_dollars(), "postpaid")}
    with pytest.raises(faregate.Invalid, match="USD and CNY"):
        faregate.compare(BOOK, forecast, ways)
    compared = faregate.compare(BOOK, forecast, ways, fx={"USD": "7.1"})
    assert compared.currency == "CNY"
    assert [(row["plan"], row["total"]) for row in compared.rows] == [
        ("here", Decimal("16020.00")),
        ("there", Decimal("16020.00") * Decimal("7.1")),
    ]
    assert [row["plan"] for row in faregate.compare(BOOK, forecast, ways, fx={"USD": Decimal("0.5")}).rows] == [
        "there",
        "here",
    ]
    for wrong in ("0", "-1", "seven", 7.1, "NaN", None, True):
        with pytest.raises(faregate.Invalid, match="fx.USD"):
            faregate.compare(BOOK, forecast, ways, fx={"USD": wrong})
    bills = []
    for book in (BOOK, in_dollars()):
        account = faregate.Account(book)
        account.open("image", at="2024-11-01")
        account.use("image", 5000, at="2024-11-02")
        account.advance(at="2024-12-01")
        bills.append(account)
    with pytest.raises(faregate.Invalid, match="^fx: USD and CNY are not the same money"):
        faregate.diff(*bills)


def test_naive_plans_replay_to_what_they_are_told_to_cost() -> None:
    forecast = {**FORECAST, "calls": FORECAST["calls"] * 2, "peak_qps": [5] * 24, "materials": 25}
    naive = faregate.cheapest(BOOK, forecast).naive
    ways: dict[Any, Any] = {"postpaid": naive.postpaid, "capacity": naive.capacity}
    for way, total in [*ways.items(), *(({"pack": pack.pack}, pack.total) for pack in naive.packs)]:
        plan = faregate.follow(BOOK, forecast, way)
        assert plan.total == total
        assert faregate.replay(plan.timeline)["statement"]["spent"]["total"] == str(total)


def test_the_runner_up_is_bought_otherwise() -> None:
    plan = faregate.cheapest(BOOK, FORECAST)
    again = faregate.follow(BOOK, FORECAST, {"orders": plan.runner_up.orders})
    assert again.total == plan.runner_up.total >= plan.total
    assert {order.pack for order in plan.orders} - {order.pack for order in plan.runner_up.orders}


def test_sensitivity_moves_with_what_is_bought() -> None:
    result = faregate.sensitivity(BOOK, FORECAST, "postpaid")
    rows = {row["factor"]: row for row in result.rows}
    assert rows["prices of postpaid"]["low"] == result.total * 80 / 100
    assert rows["prices of postpaid"]["high"] == result.total * 120 / 100
    assert "prices of packs" not in rows
    assert (
        rows["calls"]["low"]
        == faregate.follow(
            BOOK, {**FORECAST, "calls": [calls * 80 // 100 for calls in FORECAST["calls"]]}, "postpaid"
        ).total
    )


def test_a_simulation_is_the_same_on_any_number_of_threads() -> None:
    one = faregate.simulate(BOOK, FORECAST, trials=60, seed=3)
    assert one == faregate.simulate(BOOK, FORECAST, trials=60, seed=3, threads=4)
    assert one.totals[:20] == faregate.simulate(BOOK, FORECAST, trials=20, seed=3).totals
    assert one != faregate.simulate(BOOK, FORECAST, trials=60, seed=4)
    still = faregate.simulate(BOOK, FORECAST, trials=3, spread=0)
    assert set(still.totals) == {faregate.cheapest(BOOK, FORECAST).total}
    assert [column[-1] for column in one.fan((0.05, 0.95)).values()] == [one.quantile(0.05), one.quantile(0.95)]


def account_of(usage: list[int], book: faregate.Book = BOOK) -> faregate.Account:
    account = faregate.Account(book)
    account.open("image", at="2025-01-01")
    for month, calls in enumerate(usage, 1):
        account.use("image", calls, at=f"2025-{month:02d}-15T12:00")
    account.advance(at=f"2025-{len(usage) + 1:02d}-01")
    return account


def test_a_difference_is_volume_timing_tier_or_price() -> None:
    """Each alone: 2,000 and 4,000 units to bill are 480 and 960; 12,000 are 2,160."""
    base = account_of([3000, 5000])
    more = faregate.diff(base, account_of([5000, 7000]))
    assert (more.volume, more.timing, more.tier, more.price) == (Decimal("960.00"), 0, 0, 0)
    tier = faregate.diff(base, account_of([3000, 13000]))
    assert (tier.volume, tier.tier) == (8000 * Decimal("0.24"), 12000 * Decimal("-0.06"))
    dearer = BOOK.to_dict()
    dearer["products"][0]["price"]["tiers"][0]["price"] = "0.30"
    price = faregate.diff(base, account_of([3000, 5000], faregate.Book(dearer)))
    assert (price.volume, price.timing, price.tier, price.price) == (0, 0, 0, 6000 * Decimal("0.06"))
    swapped = faregate.diff(account_of([13000, 3000]), account_of([3000, 13000]))
    assert (swapped.volume, swapped.total) == (0, 0)
    assert swapped.timing == -swapped.tier - swapped.price != 0


@pytest.mark.parametrize("seed", range(20))
def test_the_parts_of_a_difference_add_up(seed: int) -> None:
    rng = random.Random(seed)
    a, b = (account_of([rng.choice([0, rng.randint(1, 200_000)]) for _ in range(rng.randint(1, 6))]) for _ in "ab")
    bills = [sum((invoice.total for invoice in bill.invoices), Decimal(0)) for bill in (a, b)]
    assert faregate.diff(a, b).total == bills[1] - bills[0]
    assert faregate.diff(a.invoices, b.invoices).total == bills[1] - bills[0]


def test_cheapest_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "forecast.json"
    file.write_text(json.dumps(FORECAST))
    plan = faregate.cheapest(BOOK, FORECAST)
    assert main(["cheapest", str(file)]) == 0
    assert f"{plan.total:,}" in capsys.readouterr().out
    assert main(["cheapest", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == str(plan.total)
    assert main(["cheapest", str(file), "--timeline"]) == 0
    assert faregate.replay(capsys.readouterr().out)["statement"]["spent"]["total"] == str(plan.total)
    for wrong in ("{", "[]", "{}", '{"book": "none"}'):
        file.write_text(wrong)
        assert main(["cheapest", str(file)]) == 1
    assert "faregate: " in capsys.readouterr().err


def test_cliffs_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cliffs", "tencent-facefusion", "image"]) == 0
    assert "7,501 … 9,999" in capsys.readouterr().out
    assert main(["cliffs", "tencent-facefusion", "image", "qps", "--months", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["buy"] == 50


def test_pictures_are_drawn(tmp_path: Path) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from faregate import plot

    forecast = {**FORECAST, "peak_qps": [5] * 12}
    plan = faregate.cheapest(BOOK, forecast)
    drawn = [
        plot.curve(BOOK, "image", 30_000, free=1000),
        plot.plan(plan)[0],
        plot.cheapest_map(BOOK, "image", [500, 100_000, 5_000_000], [5, 25, 400]),
        plot.fan(faregate.simulate(BOOK, FORECAST, trials=20)),
        plot.tornado(faregate.sensitivity(BOOK, forecast)),
    ]
    for number, axes in enumerate(drawn):
        axes.figure.savefig(tmp_path / f"{number}.png")
        assert (tmp_path / f"{number}.png").stat().st_size > 5_000
    assert [text.get_text() for text in drawn[2].get_legend().get_texts()] == ["free", "packs", "capacity", "not sold"]


def test_a_plan_shows_itself() -> None:
    plan = faregate.cheapest(BOOK, FORECAST)
    assert f"{plan.total:,}" in plan._repr_html_()
    assert repr(plan).startswith(f"Plan({plan.total} CNY: 2025-0")
    with pytest.raises(AttributeError):
        plan.no_such_thing


def test_the_rows_of_a_simulation_add_up_to_the_total() -> None:
    """A column for each month has all costs up to its end: they never fall, and the last is the total."""
    for row in faregate.simulate(BOOK, {**FORECAST, "calls": [50_000] * 4, "materials": 30}, trials=20).rows:
        trial, total, *months = row.values()
        assert months == sorted(months) and months[0] > 0 and months[-1] == total
