"""The cheapest plan against every plan there is, over random books and forecasts. FAREGATE_PLAN_CASES sets how many."""

import copy
import os
import random
from collections import Counter
from fractions import Fraction
from typing import Any

import faregate
import pytest
from plan_cases import random_case, random_case_of_amounts, random_case_of_editions
from plan_cases_of_orders import random_case_of_orders, random_case_of_orders_in_editions
from plan_search import cheapest

CASES = int(os.environ.get("FAREGATE_PLAN_CASES", "600"))
SEED = os.environ.get("FAREGATE_PLAN_SEED", "1")


def compare(number: int) -> str:
    """Compares one case; answers what kind it was."""
    book, forecast, case = random_case(random.Random(f"{SEED}/{number}"))
    try:
        plan = faregate.cheapest(faregate.Book(book), forecast)
    except faregate.Error as error:
        if "cannot honour" in str(error):
            return "refused"
        assert cheapest(case) is None, (number, str(error))
        return "impossible"
    assert Fraction(plan.total) == cheapest(case), number
    assert faregate.replay(plan.timeline)["statement"]["spent"]["total"] == str(plan.total)
    assert plan.runner_up is None or plan.runner_up.total >= plan.total
    return "expiring" if any(last < len(case.calls) - 1 for last in case.lasts) else "lasting"


def test_no_plan_is_cheaper() -> None:
    kinds = Counter(compare(number) for number in range(CASES))
    assert kinds["lasting"] > CASES * 0.3
    assert kinds["expiring"] > CASES * 0.2
    assert kinds["refused"] < CASES * 0.25


def test_no_plan_is_cheaper_over_editions() -> None:
    bought_before = 0
    for number in range(CASES // 6):
        book, forecast, case = random_case_of_editions(random.Random(f"editions {SEED}/{number}"))
        plan = faregate.cheapest(faregate.Book(book), forecast)
        assert Fraction(plan.total) == cheapest(case), number
        assert faregate.replay(plan.timeline)["statement"]["spent"]["total"] == str(plan.total)
        assert plan.runner_up is None or plan.runner_up.total >= plan.total
        bought_before += any(order.month < month.month for order in plan.orders for month in plan.months if month.packs)
    assert bought_before > CASES // 6 * 0.1


def rounds_capacity(book: dict) -> bool:
    """Prices of capacity that are rounded, of cents as random ones are: those are for test_plan_rounded_capacity."""
    rounding = book["rounding"]
    return "capacity" in book["products"][0] and rounding != "none" and (rounding["digits"] < 2 or "least" in rounding)


def test_no_plan_is_cheaper_where_amounts_are_rounded_bounded_and_have_fees() -> None:
    kinds: Counter[str] = Counter()
    for number in range(CASES):
        book, forecast, case = random_case_of_amounts(random.Random(f"amounts {SEED}/{number}"))
        if rounds_capacity(book):
            continue
        try:
            plan = faregate.cheapest(faregate.Book(book), forecast)
        except faregate.Error as error:
            kinds["refused" if "cannot honour" in str(error) else "impossible"] += 1
            assert kinds["refused"] or cheapest(case) is None, (number, str(error))
            continue
        assert Fraction(plan.total) == cheapest(case), number
        assert faregate.replay(plan.timeline)["statement"]["spent"]["total"] == str(plan.total)
        assert sum(month.cost.fees for month in plan.months) == case.fixed
        assert plan.runner_up is None or plan.runner_up.total >= plan.total
        kinds["planned"] += 1
    assert kinds["planned"] > CASES * 0.4


def test_no_plan_is_cheaper_where_packs_are_ordered_by_number() -> None:
    several = 0
    for number in range(CASES // 6):
        book, forecast, case = random_case_of_orders(random.Random(f"orders {SEED}/{number}"))
        plan = faregate.cheapest(faregate.Book(book), forecast)
        assert Fraction(plan.total) == cheapest(case), number
        assert faregate.replay(plan.timeline)["statement"]["spent"]["total"] == str(plan.total)
        assert plan.runner_up is None or plan.runner_up.total >= plan.total
        several += any(order.quantity > 1 for order in plan.orders)
    assert several > CASES / 6 * 0.2


def test_no_plan_is_cheaper_where_the_numbers_of_orders_change_with_editions() -> None:
    several = bought_before = 0
    for number in range(CASES // 6):
        book, forecast, case = random_case_of_orders_in_editions(random.Random(f"orders of editions {SEED}/{number}"))
        plan = faregate.cheapest(faregate.Book(book), forecast)
        assert Fraction(plan.total) == cheapest(case), number
        assert faregate.replay(plan.timeline)["statement"]["spent"]["total"] == str(plan.total)
        assert plan.runner_up is None or plan.runner_up.total >= plan.total
        several += any(order.quantity > 1 for order in plan.orders)
        bought_before += any(order.month < month.month for order in plan.orders for month in plan.months if month.packs)
    assert several > CASES / 6 * 0.2
    assert bought_before > CASES / 6 * 0.1


def test_more_packs_are_bought_where_the_price_falls_with_their_number() -> None:
    """By hand: 10 units a month for 3 months, packs of 10 for 9, and for 6 each from 3 on: an order of 3 for 18. Units
    cost 1. Of 4 months the last 10 units cost 9 as a pack, so 4 for 24 is one order as well."""
    price = {"model": "volume", "tiers": [{"from": 0, "price": "9"}, {"from": 3, "price": "6"}]}
    pack = {"id": "k", "units": 10, "price": price, "validity": {"years": 1}}
    product = {"id": "p", "meter": "u", "price": {"model": "flat", "price": "1"}, "packs": [pack]}
    book = faregate.Book(
        {"format": "faregate-book/2", "id": "t", "title": "T", "currency": "EUR", "minor_digits": 2,
         "time_zone": "+00:00", "rounding": "none", "products": [product]}
    )  # fmt: skip
    plan = faregate.cheapest(book, {"product": "p", "start": "2025-01", "calls": [10, 10, 10]})
    assert [(order.month, order.quantity, str(order.amount)) for order in plan.orders] == [("2025-01", 3, "18.00")]
    plan = faregate.cheapest(book, {"product": "p", "start": "2025-01", "calls": [10] * 4})
    assert [(order.month, order.quantity, str(order.amount)) for order in plan.orders] == [("2025-01", 4, "24.00")]
    assert [(naive.pack, str(naive.total)) for naive in plan.naive.packs] == [("k", "24.00")]
    plan = faregate.cheapest(book, {"product": "p", "start": "2025-01", "calls": [1000] * 36})
    assert str(plan.total) == "21600.00"
    pack["count"] = {"least": 4, "step": 4, "most": 8}
    book = faregate.Book({**book.to_dict(), "products": [product]})
    plan = faregate.cheapest(book, {"product": "p", "start": "2025-01", "calls": [10] * 5})
    assert [(order.quantity, str(order.amount)) for order in plan.orders] == [(4, "24.00")]
    assert str(plan.total) == "34.00"


def pooled(book: dict, weight: str) -> dict | None:
    """The same book with the product's grants and packs in a pool of it; None where that has no whole units."""
    book = copy.deepcopy(book)
    [item] = book["products"]
    packs, grants = item.pop("packs"), item.pop("grants")
    for offer, key in [(pack, "units") for pack in packs] + [(grant, "quantity") for grant in grants]:
        units = offer[key] * Fraction(weight)
        if units.denominator > 1:
            return None
        offer[key] = int(units)
    covers = [{"product": item["id"], "weight": weight}]
    return {**book, "pools": [{"id": "pool", "unit": "point", "covers": covers, "packs": packs, "grants": grants}]}


def plan_of(book: dict, forecast: dict) -> tuple:
    try:
        plan = faregate.cheapest(faregate.Book(book), forecast)
    except faregate.Error as error:
        return error.code, str(error)
    return plan.total, [(order.month, order.pack, order.quantity, order.units) for order in plan.orders]


def test_a_pool_of_one_product_is_the_products_own() -> None:
    compared = 0
    for number in range(CASES // 2):
        rng = random.Random(f"pools {SEED}/{number}")
        book, forecast, _ = random_case(rng)
        plain = {**book, "format": "faregate-book/2", "time_zone": book["utc_offset"]}
        del plain["utc_offset"]
        other = pooled(plain, rng.choice(["1", "1", "0.5", "0.4", "2"]))
        if other is not None and "capacity" not in book["products"][0] and (other["pools"][0]["packs"]):
            assert plan_of(plain, forecast) == plan_of(other, forecast), number
            compared += 1
    assert compared > CASES * 0.05


MONTH_FOR_1 = {"model": "flat", "price": "1"}
EDGE = {"from": 3, "price": "9"}
PACK = {"id": "k", "units": 10, "price": "5", "validity": {"years": 1}}
GRANT = {"id": "g", "quantity": 10, "issue": "monthly", "validity": "month"}
COVER_OF_TWO = {"product": "p", "weight": "2"}
UNIT_PACKS = {
    "id": "q",
    "covers": [{"product": "p", "weight": "1"}],
    "packs": [PACK | {"price": "2"}],
}
POOL = {
    "id": "q",
    "covers": [{"product": "p", "weight": "1"}],
    "packs": [{"id": "k", "units": 100, "price": "90", "validity": {"years": 1}}],
}
UNHONOURED = [
    ({"aggregate": {"take": "max", "over": "month"}}, {}, "aggregate"),
    ({"quantity": [2]}, {}, "quantity"),
    ({"settle": "day"}, {}, "settle"),
    ({}, {"bill": {"least": "3"}}, "bill"),
    ({"tier_period": "hour"}, {}, "tier_period"),
    ({"postpaid": "never"}, {}, "postpaid"),
    ({"rules": [{"when": {"hour": {"below": 6}}, "factor": "0.5"}]}, {}, "rules"),
    ({}, {"bundles": [{"id": "b", "price": "3", "items": [{"product": "p", "pack": "k"}]}]}, "bundles"),
    (
        {"packs": []},
        {"bundles": [{"id": "b", "price": "3", "items": [{"product": "q", "pack": "k"}]}], "pools": [POOL]},
        "bundles",
    ),
    ({}, {"pools": [{"id": "q", "unit": "x", "covers": [{"product": "p", "weight": "1"}]}]}, "pools"),
    (
        {"packs": []},
        {"pools": [POOL | {"covers": [{"product": "p", "weight": "1", "when": {"weekday": [6, 7]}}]}]},
        "pools",
    ),
    ({"grants": [GRANT | {"rollover": 5}]}, {}, "rollover"),
    ({"editions": [{}, {"packs": [PACK | {"rank": 20}]}]}, {}, "rank"),
    ({"grants": [GRANT], "editions": [{}, {"grants": [GRANT | {"rank": 5}]}]}, {}, "rank"),
    ({"editions": [{}, {"order": ["units"]}]}, {}, "order"),
    ({"packs": [], "editions": [{"pools": [POOL]}, {"pools": [POOL | {"covers": [COVER_OF_TWO]}]}]}, {}, "pools"),
]


def editions_of(product: dict, editions: list[dict]) -> list[dict]:
    """An edition for each dict of changes, the second within the forecast."""
    return [
        {
            "effective": f"2025-0{number}-01",
            "products": [product | {key: value for key, value in changes.items() if key != "pools"}],
            **{key: value for key, value in changes.items() if key == "pools"},
        }
        for number, changes in enumerate(editions, 1)
    ]


@pytest.mark.parametrize("keys, of_book, name", UNHONOURED)
def test_what_cannot_be_honoured_is_named(keys: dict, of_book: dict, name: str) -> None:
    product = {"id": "p", "meter": "u", "price": {"model": "flat", "price": "1"}, "packs": [PACK], **keys}
    editions = product.pop("editions", None)
    lists = {"products": [product]} if editions is None else {"editions": editions_of(product, editions)}
    book = faregate.Book(
        {"format": "faregate-book/2", "id": "t", "title": "T", "currency": "EUR", "minor_digits": 2,
         "time_zone": "+00:00", "rounding": "none", **lists, **of_book}
    )  # fmt: skip
    with pytest.raises(faregate.Unsupported, match=f'"{name}"'):
        faregate.cheapest(book, {"product": "p", "start": "2025-01", "calls": [3, 25]})


@pytest.mark.parametrize(
    "keys", [{"fees": [{"id": "f", "amount": "3", "every": "month"}]}, {"least": "6"}, {"most": "6"}]
)
def test_curves_name_what_is_not_usage(keys: dict) -> None:
    product = {"id": "p", "meter": "u", "price": {"model": "flat", "price": "1"}, **keys}
    book = faregate.Book(
        {"format": "faregate-book/2", "id": "t", "title": "T", "currency": "EUR", "minor_digits": 2,
         "time_zone": "+00:00", "rounding": "none", "products": [product]}
    )  # fmt: skip
    [name] = keys
    for ask in (
        lambda: book.curve("p", most=10),
        lambda: book.cliffs("p", most=10),
    ):
        with pytest.raises(faregate.Unsupported, match=f'"{name}"'):
            ask()


def book_of(keys: dict, **of_book: Any) -> faregate.Book:
    product = {"id": "p", "meter": "u", "price": {"model": "flat", "price": "1"}, **keys}
    return faregate.Book(
        {"format": "faregate-book/2", "id": "t", "title": "T", "currency": "EUR", "minor_digits": 2,
         "time_zone": "+00:00", "rounding": "none", "products": [product], **of_book}
    )  # fmt: skip


def forecast_of(*calls: int, **more: Any) -> dict:
    return {"product": "p", "start": "2025-01", "calls": list(calls), **more}


def test_capacity_that_costs_less_than_a_fee_which_no_pack_saves() -> None:
    """Tiers are picked by the month's total, and one of 10 to 39 units has a fee of 100 even if a pack covers them all.
    By hand: 2 units of January cost 2, 100 of February 1, a pack covers March's 9 for 5, and April's 20 go by capacity
    for 1. The pack is bought although it would last for April, too."""
    tiers = [{"from": 0, "price": "1"}, {"from": 10, "price": "1", "fee": "100"}, {"from": 40, "price": "0.01"}]
    keys = {
        "price": {"model": "volume", "tiers": tiers},
        "packs": [{"id": "k", "units": 30, "price": "5", "validity": {"months": 2}}],
        "capacity": {"meter": "qps", "kind": "rate", "limit": 2, "mode": "manual", "month": MONTH_FOR_1},
    }
    book = book_of(keys, policy={"tier_basis": "total"})
    plan = faregate.cheapest(book, forecast_of(2, 100, 9, 20, peak_qps=[None, None, None, 1]))
    assert (str(plan.total), plan.proven) == ("9.00", True)


def test_the_rest_of_a_block_at_the_price_of_the_last_units() -> None:
    """Units from 557,450 on cost 62 and those before nothing, and the rest of a block of 50 costs as the last unit does:
    a residual of one unit less may cost 62 more. By hand: packs of 762,370 are bought in three months and leave 134,564
    for April, which pays for 52,550 units above the edge, and for 14 because 475,436 units are blocks of 475,450."""
    price = {"model": "graduated", "block": 50, "tiers": [{"from": 0, "price": "0"}, {"from": 557450, "price": "62"}]}
    pack = {"id": "k", "units": 762370, "price": "8129769", "validity": {"years": 1}}
    book = book_of({"price": price, "packs": [pack]}, policy={"tier_basis": "total"})
    plan = faregate.cheapest(book, forecast_of(718000, 265000, 1169546, 610000))
    assert plan.total == 3 * 8129769 + (52550 + 14) * 62
    assert plan.proven


def test_packs_of_the_same_size() -> None:
    """The dearer one is not bought, but can be asked for, and is the runner-up."""
    packs = [PACK | {"price": "2"}, PACK | {"id": "dear", "price": "3"}, PACK | {"id": "gone", "price": None}]
    book = book_of({"packs": packs})
    plan = faregate.cheapest(book, forecast_of(10, 50))
    assert [(order.pack, order.quantity) for order in plan.orders] == [("k", 1), ("k", 5)]
    assert [(naive.pack, str(naive.total)) for naive in plan.naive.packs] == [("k", "12.00"), ("dear", "18.00")]
    assert plan.runner_up is not None and str(plan.runner_up.total) == "18.00"
    assert str(faregate.follow(book, forecast_of(10, 50), {"pack": "dear"}).total) == "18.00"
    with pytest.raises(faregate.NotSold, match="pack gone is not sold by itself"):
        faregate.follow(book, forecast_of(10, 50), {"pack": "gone"})
    six = [PACK | {"id": "two", "units": 2, "price": "0.34", "count": {"least": 3}}, PACK | {"units": 6, "price": "4"}]
    plan = faregate.cheapest(book_of({"packs": six}), forecast_of(6))
    assert (str(plan.total), plan.runner_up and str(plan.runner_up.total)) == ("1.02", "4.00")


def test_a_pack_held_where_clocks_changed_on_the_day_before() -> None:
    """R6: it is void as 15 April begins, so it covers nothing of the calls that come at noon, though its validity ends
    at the time of day at which the replay is given it."""
    changes = [("1970-01-01T00:00:00Z", "+01:00"), ("2024-03-31T01:00:00Z", "+02:00")]
    zone = {
        "time_zone": "Europe/Madrid",
        "tzdata": "2024a",
        "transitions": [{"at": at, "offset": offset} for at, offset in changes],
        "policy": {"pack_expiry": "instant"},
    }
    for expires, total in (("2024-04-15", "20.00"), ("2024-04-16", "10.00")):
        held = {"packs": [{"units": 15, "expires": expires}]}
        plan = faregate.cheapest(book_of({}, **zone), forecast_of(10, 10) | {"start": "2024-04", "opening": held})
        assert str(plan.total) == total


def test_a_plan_with_packs_of_a_pool_is_followed() -> None:
    """By hand: 60 units are 6 packs for 2 each; 12 more are postpaid, for 1 each."""
    book = book_of({}, pools=[UNIT_PACKS])
    plan = faregate.cheapest(book, forecast_of(10, 50))
    assert [(order.pool, order.pack, order.quantity) for order in plan.orders] == [("q", "k", 1), ("q", "k", 5)]
    assert str(faregate.follow(book, forecast_of(10, 50), plan).total) == "12.00"
    assert str(faregate.follow(book, forecast_of(12, 60), plan).total) == "24.00"  # 12 units more
    told = faregate.simulate(book, forecast_of(10, 50), samples=[[10, 50], [12, 60]])
    assert [str(total) for total in told.totals] == ["12.00", "24.00"]
    order = {"month": "2025-01", "pack": "k", "pool": "other"}
    with pytest.raises(faregate.Invalid, match="orders\\[0\\].pool: expected q"):
        faregate.follow(book, forecast_of(10), {"orders": [order]})
    with pytest.raises(faregate.Invalid, match="orders\\[0\\].pool: expected none"):
        faregate.follow(book_of({"packs": [PACK]}), forecast_of(10), {"orders": [order]})


def capacity_in_two_editions(*sold: tuple[int, dict]) -> faregate.Book:
    capacity = {"meter": "qps", "kind": "rate", "limit": 1, "mode": "manual"}
    lists = editions_of(
        {"id": "p", "meter": "u", "price": {"model": "flat", "price": "1"}},
        [{"capacity": capacity | {"max_held": most, "month": month}} for most, month in sold],
    )
    return faregate.Book(
        {"format": "faregate-book/2", "id": "t", "title": "T", "currency": "EUR", "minor_digits": 2,
         "time_zone": "+00:00", "rounding": "none", "editions": lists}
    )  # fmt: skip


def test_capacity_of_which_a_later_edition_lets_less_be_held() -> None:
    """One order of 4 in January for February is possible; that several keep to the bound of each edition is not
    searched for."""
    flat, rising = ({"model": "flat", "price": "5"}, {"model": "volume", "tiers": [{"from": 0, "price": "5"}, EDGE]})
    forecast = forecast_of(0, 500, peak_qps=[None, 4])
    plan = faregate.cheapest(capacity_in_two_editions((8, flat), (3, flat)), forecast)
    assert [(order.month, order.start, order.quantity) for order in plan.orders] == [("2025-01", "2025-02", 4)]
    assert str(plan.total) == "20.00"
    with pytest.raises(faregate.Unsupported, match='"max_held"'):
        faregate.cheapest(capacity_in_two_editions((8, rising), (3, rising)), forecast)
    plan = faregate.cheapest(capacity_in_two_editions((8, rising), (8, rising)), forecast)
    assert str(plan.total) == "20.00"  # 2 orders of 2


def test_amounts_that_are_very_large() -> None:
    """10^10 units of money and more: by hand. An order of packs for more is told, and no dearer plan is proven."""
    month = {"model": "flat", "price": "1000000000"}
    capacity = {"meter": "qps", "kind": "rate", "limit": 2, "mode": "manual", "month": month}
    plan = faregate.cheapest(book_of({"capacity": capacity}), forecast_of(10, peak_qps=[50]))
    assert (str(plan.total), plan.proven) == ("50000000000.00", True)
    tiers = [{"from": 0, "price": "3000000000"}, {"from": 10, "price": "1500000000"}]
    pack = PACK | {"price": {"model": "volume", "tiers": tiers}}
    price = {"model": "flat", "price": "9000000000"}
    with pytest.raises(faregate.Overflow, match="a pack is larger than a plan can add up: k"):
        faregate.cheapest(book_of({"packs": [pack], "price": price}), forecast_of(100))
    pack = PACK | {"price": "9000000000", "count": {"least": 2}}
    with pytest.raises(faregate.Overflow, match="a pack is larger than a plan can add up: k"):
        faregate.cheapest(book_of({"packs": [pack], "price": price}), forecast_of(100))


def test_packs_that_are_drawn_on_by_their_size_are_refused_where_they_expire() -> None:
    """A pack of 20, bought in February, would be drawn on before what is left of one of 100 that January has bought."""
    packs = [PACK | {"units": 100, "price": "10"}, PACK | {"id": "l", "units": 20}]
    packs = [pack | {"validity": {"months": 2}} for pack in packs]
    book = book_of({"packs": packs, "order": ["units"]})
    with pytest.raises(faregate.Invalid, match="smallest drawn on first: the search cannot honour them"):
        faregate.cheapest(book, forecast_of(50, 60, 10, 0))
    lasting = faregate.cheapest(book, forecast_of(50, 60))
    assert str(lasting.total) == "15.00"
    held = {"packs": [{"units": 9, "expires": "2025-02-01"}, {"units": 7, "expires": "2025-03-01"}]}
    with pytest.raises(faregate.Invalid, match="the search cannot honour them"):
        faregate.cheapest(book, forecast_of(50, 60, opening=held))


def test_a_pack_is_bought_early_to_expire_in_time() -> None:
    """Left over, its last units would keep month 14 below the cheaper tier: worked out by hand.

    Packs of 10,000 for 1,900. Months 1 and 13 need one: 9,900 units postpaid cost 2,376. Month 14 has 10,000 units,
    1,800 postpaid; the 100 units that a pack of month 13 leaves would make it 9,900, which is 2,376. A second pack
    bought in month 2 covers month 13 and is void in month 14: 1,900 + 1,900 + 1,800."""
    price = {
        "model": "volume",
        "tiers": [{"from": 0, "price": "0.24"}, {"from": 10000, "price": "0.18"}],
    }
    pack = {"id": "k", "units": 10000, "price": "1900", "validity": {"years": 1}}
    product = {"id": "p", "title": "P", "meter": "calls", "unit": "call", "price": price, "packs": [pack]}
    book = faregate.Book(
        {"format": "faregate-book/1", "id": "early", "title": "Early", "currency": "CNY", "minor_digits": 2,
         "utc_offset": "+08:00", "rounding": "none", "products": [product]}
    )  # fmt: skip
    calls = [9900] + [0] * 11 + [9900, 10000]
    plan = faregate.cheapest(book, {"product": "p", "start": "2025-01", "calls": calls})
    assert str(plan.total) == "5600.00"
    assert [order.month for order in plan.orders] == ["2025-01", "2025-02"]
    assert faregate.replay(plan.timeline)["statement"]["spent"]["total"] == "5600.00"


@pytest.mark.parametrize("switch", ["anniversary_end", "anniversary_start"])
def test_a_pack_covers_twelve_months_of_usage(switch: str) -> None:
    forecast = {"product": "image", "start": "2025-01", "calls": [5000] * 13, "policy": {"pack_expiry": switch}}
    plan = faregate.follow("tencent-facefusion", forecast, {"orders": [{"month": "2025-01", "pack": "calls-100k"}]})
    assert [month.packs for month in plan.months] == [4000] * 12 + [0]
