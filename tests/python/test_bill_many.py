"""Bills of totals of products of format 2, worked out by hand, and of random books against accounts that live them."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from random import Random

import faregate
import pytest
from toy import toy

FLAT = {"model": "flat", "price": "1"}
TIERS = [{"from": 0, "price": "1"}, {"from": 10, "price": "0.7"}, {"from": 30, "price": "0.333"}]
GRADUATED = {"model": "graduated", "tiers": TIERS}
CENTS = {"digits": 2, "mode": "half_up"}
MODEL = {"id": "t", "values": ["a", "b"]}
RULES = [
    {"id": "a", "when": {"t": "a"}, "price": {"model": "graduated", "tiers": [{"from": 0, "price": "2"}]}},
    {"when": {"t": "b"}, "factor": "1.5"},
]


def one(*, book=None, **keys) -> faregate.Book:
    return faregate.Book(toy([{"id": "p", "meter": "u", "price": FLAT, **keys}], **{"rounding": CENTS, **(book or {})}))


def amounts(book, totals, **keys) -> list:
    return book.bill_many("p", totals, periods=len(totals), at="2025-01-01", **keys)["amount"].tolist()


@pytest.mark.parametrize(
    ("keys", "totals", "expected"),
    [
        ({"tier_period": "week", "settle": "week", "price": GRADUATED}, [9, 20, 40], ["9", "17", "27.33"]),
        ({"tier_period": {"hours": 5}, "settle": {"hours": 5}, "least": "3", "most": "8"}, [2, 5, 9], ["3", "5", "8"]),
        ({"fees": [{"id": "f", "amount": "2.345", "every": "month", "prorate": "days"}]}, [0, 1], ["2.35", "3.35"]),
        # 1.004 is rounded to 1.00, and 2 less than 3 is missing: 1.996 to 2.00
        ({"price": {"model": "flat", "price": "1.004"}, "least": "3"}, [1], ["3.00"]),
        ({"price": {**GRADUATED, "rounding": {"digits": 0, "mode": "up"}}}, [11], ["11"]),  # 10.7
        ({"price": {"model": "graduated", "tiers": [{"from": 0, "price": "1", "fee": "5"}]}}, [0, 2], ["5", "7"]),
        ({"aggregate": {"take": "max", "over": "month"}}, [4], ["4"]),
        ({"quantity": [3]}, [4], ["4"]),  # totals are units
        # January has 744 hours, each week begins in it
        (
            {
                "tier_period": "week",
                "settle": "week",
                "price": {"model": "flat", "per_hours_of_month": True, "price": "7.44"},
            },
            [100, 200],
            ["1", "2"],
        ),
    ],
)
def test_rows_of_any_period(keys, totals, expected):
    assert amounts(one(**keys), totals) == [Decimal(amount) for amount in expected]


def test_attributes_pick_the_price():
    book = one(book={"attributes": [MODEL]}, rules=RULES)
    assert amounts(book, [2, 0], attributes={"t": "a"}) == [4, 0]
    assert amounts(book, [2], attributes={"t": "b"}) == [3]
    with pytest.raises(faregate.MissingAttribute):
        amounts(book, [2])
    free = one(book={"attributes": [MODEL]}, rules=[{"when": {"t": "a"}, "billable": "no"}])
    table = free.bill_many("p", [2, 3], free=1, packs=9, periods=2, at="2025-01-01", attributes={"t": "a"})
    assert [table[name].tolist() for name in ("free", "packs", "postpaid", "amount")] == [[0, 0]] * 4


def test_each_row_goes_by_the_edition_of_its_period():
    def edition(begin, price):
        grant = {"id": "g", "quantity": 1, "issue": "monthly", "validity": "month"}
        sold = {"id": "p", "meter": "u", "price": {"model": "flat", "price": price}, "grants": [grant]}
        return {"effective": begin, "products": [sold]}

    head = {key: value for key, value in toy([]).items() if key != "products"}
    months = faregate.Book({**head, "editions": [edition("2024-01-01", "1"), edition("2025-02-01", "2")]})
    assert amounts(months, [5, 5, None]) == [4, 8, None]
    within = faregate.Book({**head, "editions": [edition("2024-01-01", "1"), edition("2025-02-10", "2")]})
    assert amounts(within, [5]) == [4]
    assert amounts(within, [5, 5, 5], before={"2025-02-10": [None, 3, -9]}) == [4, 6, 8]  # one of the three is free
    assert amounts(within, [5, 5], before={date(2025, 2, 10): 5}) == [4, 4]
    with pytest.raises(
        faregate.Invalid, match="^before: expected a column of units used before 2025-02-10: an edition"
    ):
        amounts(within, [5, 5])
    for used in (6, -1):
        with pytest.raises(faregate.Invalid, match=r"^before\[1\]: expected units of the total") as refused:
            amounts(within, [9, 5], before={"2025-02-10": used})
        assert refused.value.row == 1


def test_several_editions_within_a_row():
    def edition(begin, price):
        return {"effective": begin, "products": [{"id": "p", "meter": "u", "price": {"model": "flat", "price": price}}]}

    head = {key: value for key, value in toy([]).items() if key != "products"}
    days = [edition(f"2025-01-0{day}", str(day)) for day in (1, 2, 5)]
    book = faregate.Book({**head, "editions": days})
    assert amounts(book, [10], before={"2025-01-05": [7], "2025-01-02": [3]}) == [3 * 1 + 4 * 2 + 3 * 5]
    with pytest.raises(faregate.Invalid, match="do not fall from edition to edition"):
        amounts(book, [10], before={"2025-01-05": [2], "2025-01-02": [3]})
    with pytest.raises(faregate.Invalid, match="^before: expected a column of units used before 2025-01-05"):
        amounts(book, [10], before={"2025-01-02": [3]})
    with pytest.raises(faregate.Invalid, match="^before: expected instants at which an edition begins"):
        amounts(book, [10], before={"2025-01-05": [7], "2025-01-02": [3], "2025-01-03": [3]})


def test_rows_at_a_price_that_is_not_sold():
    tiers = [{"from": 0, "price": "1"}, {"from": 10, "price": None}]
    for keys in ({"model": "graduated", "tiers": tiers}, {"model": "volume", "tiers": tiers}):
        book = one(price=keys, least="1")
        assert amounts(book, [9]) == [9]
        with pytest.raises(faregate.NotSold) as refused:
            amounts(book, [9, 11])
        assert refused.value.row == 1


def test_what_totals_do_not_say_is_named():
    with pytest.raises(faregate.Unsupported) as refused:
        amounts(one(rules=[{"when": {"hour": {"below": 6}}, "factor": "0.5"}]), [1])
    assert refused.value.path == "products[0].rules"


TILL = one(
    book={"attributes": [{"id": "cents", "whole": {"from": 0}}]},
    **{"quantity": ["cents"], "tier_period": "event", "least": "0.50", "most": "10"},
    price={"model": "flat", "per": 10_000, "price": "2.5"},
)


def test_events_that_are_priced_each_by_itself():
    """2 % and a half of each payment, at least 0.50 and at most 10: two of 10.00, one of 80.00, one of 1,000.00."""
    assert amounts(TILL, [2_000, 8_000, 100_000, 0], events=[2, 1, 1, 0]) == [1, 2, 10, 0]
    assert amounts(TILL, [2_000, 2_000], events=1) == [Decimal("0.5")] * 2  # of 20.00
    # Half of the first event is free, so that the other half is priced by itself: 0.50 and 0.50.
    assert amounts(TILL, [2_000], events=2, free=500) == [1]
    for totals, events in (([7], [2]), ([7], [0]), ([7], [-7])):
        with pytest.raises(
            faregate.Invalid, match=r"^events\[0\]: expected a number, 1 or more, that divides the total$"
        ):
            amounts(TILL, totals, events=events)


def test_a_counter_that_others_share():
    volume = one(price={"model": "volume", "tiers": TIERS, "counter": "c"})
    graduated = one(price={**GRADUATED, "counter": "c"})
    assert amounts(volume, [9, 9], counted=[0, 1]) == [9, Decimal("6.30")]
    assert amounts(graduated, [9, 9], counted=[0, 5]) == [9, Decimal("7.80")]  # 5 of the first tier and 4 of the next
    with pytest.raises(faregate.Invalid, match=r"^counted\[1\]: expected 0 or more"):
        amounts(volume, [1, 1], counted=[0, -1])
    with pytest.raises(faregate.Invalid, match=r"^counted\[0\]: expected 0 or more"):
        amounts(volume, [2**62], counted=2**62)


@pytest.mark.parametrize(
    ("fee", "expected"),
    [
        ({"every": "year"}, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "12.00", 0]),
        ({"every": "year", "prorate": "days"}, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "12.00", 0]),
        ({"every": "once"}, ["12.00", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        # Mondays of January to September 2025, each the end of a week; that of 1 September ends one of August
        ({"every": "week"}, ["48.00", "48.00", "60.00", "48.00", "48.00", "60.00", "48.00", "60.00", "48.00"]),
        ({"every": {"months": 2}}, [0, "12.00", 0, "12.00"]),
        ({"every": "day", "when": {"m": "x"}}, [0, 0]),
        ({"every": "day", "when": {"m": "y"}}, ["372.00", "336.00"]),
    ],
)
def test_fees_are_of_the_row_in_which_their_period_ends(fee, expected):
    book = one(
        book={"attributes": [{"id": "m", "values": ["x", "y"], "of": "account"}]},
        fees=[{"id": "f", "amount": "12", **fee}],
    )
    assert amounts(book, [0] * len(expected), attributes={"m": "y"}) == [Decimal(amount) for amount in expected]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"events": 1}, "events: expected none: the product has tiers of a period"),
        ({"counted": 0}, "counted: expected none: the price has no counter"),
        ({"before": {"2025-01-02": 0}}, "before: expected instants at which an edition begins within a period"),
        ({"before": {"2025-01-02": [0, 0]}}, "before: expected as many rows as there are totals"),
        ({"events": [1, 1]}, "events: expected as many rows as there are totals"),
        ({"counted": [1, 1]}, "counted: expected as many rows as there are totals"),
        ({"before": [1]}, "before: expected a mapping of dates and columns, not list"),
        ({"before": {"soon": [1]}}, "before: expected"),
        ({"before": {"2025-01-02": "x"}}, "before: expected Arrow data"),
    ],
)
def test_columns_that_nothing_asks_for(keys, message):
    with pytest.raises((faregate.Invalid, faregate.InvalidType)) as refused:
        amounts(one(), [1], **keys)
    assert str(refused.value).startswith(message)


def test_columns_that_a_product_asks_for():
    with pytest.raises(faregate.Invalid, match="^events: expected a column: each event is priced by itself"):
        amounts(TILL, [1])
    with pytest.raises(
        faregate.Invalid, match="^counted: expected a column: the price has a counter that others share"
    ):
        amounts(one(price={**GRADUATED, "counter": "c"}), [1])


WEEKLY = {"id": "g", "quantity": 3, "issue": {"every": "week", "for": {"years": 1}}, "validity": "period"}
MONTHLY = {"id": "g", "quantity": 3, "issue": "monthly", "validity": "month"}


@pytest.mark.parametrize(
    ("book", "keys"),
    [
        ({}, {"grants": [WEEKLY]}),
        ({}, {"grants": [MONTHLY], "tier_period": "day", "settle": "month"}),
        ({}, {"grants": [{**MONTHLY, "rollover": 3}]}),
        ({}, {"grants": [{**MONTHLY, "validity": {"months": 2}}]}),
        ({"pools": [{"id": "o", "covers": [{"product": "p", "weight": "1"}], "grants": [MONTHLY]}]}, {}),
        (
            {"attributes": [{"id": "m", "values": ["x"], "of": "account"}]},
            {"grants": [{**MONTHLY, "when": {"m": "x"}}]},
        ),
    ],
)
def test_free_units_that_are_not_one_quota_for_each_row_are_to_be_said(book, keys):
    with pytest.raises(faregate.Invalid, match="free: expected a column"):
        amounts(one(book=book, **keys), [5])
    assert amounts(one(book=book, **keys), [5], free=2) == [3]


BEGINS = {
    "month": ["2025-01-01T00", "2025-02-01T00", "2025-03-01T00", "2025-04-01T00"],
    "day": ["2025-01-01T00", "2025-01-02T00", "2025-01-03T00", "2025-01-04T00"],
    "week": ["2025-01-01T00", "2025-01-06T00", "2025-01-13T00", "2025-01-20T00"],
    "year": ["2025-01-01T00", "2026-01-01T00", "2027-01-01T00", "2028-01-01T00"],
    "hour": ["2025-01-01T00", "2025-01-01T01", "2025-01-01T02", "2025-01-01T03"],
    "3 days": ["2025-01-01T00", "2025-01-04T00", "2025-01-07T00", "2025-01-10T00"],
    "2 months": ["2025-01-01T00", "2025-03-01T00", "2025-05-01T00", "2025-07-01T00"],
}
PERIODS = {name: name for name in BEGINS} | {"3 days": {"days": 3}, "2 months": {"months": 2}}


def random_price(rng: Random) -> dict:
    model = rng.choice(["volume", "graduated", "stairstep"])
    tiers = [dict(tier) for tier in TIERS]
    if model != "stairstep" and rng.random() < 0.4:
        tiers = [{**tier, "fee": rng.choice(["2", "0.5"])} for tier in tiers]
    price = {"model": model, "tiers": tiers}
    if model != "stairstep":
        price |= rng.choice([{}, {"per": 3}, {"block": 5}])
    return price | rng.choice([{}, {"rounding": {"digits": 1, "mode": "up"}}])


def random_product(rng: Random, period: str) -> dict:
    every = PERIODS[period]
    settle = rng.choice(["year", "month"]) if period == "year" else every
    product = {"id": "p", "meter": "u", "price": random_price(rng), "tier_period": every, "settle": settle}
    product |= rng.choice([{}, {"least": "3"}, {"least": "7.77"}])
    product |= rng.choice([{}, {"most": "8"}, {"most": "20.5"}])
    product |= rng.choice([{}, {"fees": [{"id": "f", "amount": "2.345", "every": every}]}])
    if period == "month":
        product |= rng.choice([{}, {"grants": [{**MONTHLY, "quantity": 5}]}])
    if rng.random() < 0.4 and "fee" not in product["price"]["tiers"][0]:
        product["rules"] = RULES
    return product


def lived(book: faregate.Book, begins: list[str], totals: list[int], attributes: dict) -> list[Decimal]:
    account = faregate.Account(book)
    account.open("p", at=f"{begins[0]}:00:00")
    for begin, total in zip(begins, totals, strict=False):
        if total > 0:
            account.use("p", total, at=f"{begin}:00:00", attributes=attributes)
    account.close("p", at=f"{begins[-1]}:00:00")
    account.advance(at=f"{begins[-1]}:00:00")
    amounts_of: dict[str, Decimal] = defaultdict(Decimal)
    for invoice in account.invoices:
        told = invoice.to_dict()
        begin = str(told["begin"])[:13].replace(" ", "T") if "begin" in told else f"{told['month']}-01T00"
        amounts_of[max(each for each in begins if each <= begin or each == begins[0])] += invoice.total
    return [amounts_of[begin] for begin in begins[:-1]]


@pytest.mark.parametrize("seed", range(200))
def test_a_bill_is_what_an_account_pays_that_lives_it(seed):
    rng = Random(seed)
    period = rng.choice(list(BEGINS))
    product = random_product(rng, period)
    attributes = {"t": rng.choice("ab")} if "rules" in product else {}
    rounding = rng.choice([CENTS, {"digits": 3, "mode": "up"}])
    policy = {"tier_basis": rng.choice(["residual", "total", "after_free"])}
    document = toy([product], rounding=rounding, policy=policy, attributes=[MODEL])
    if faregate.Book.errors(document):
        return  # more at least than at most
    book = faregate.Book(document)
    totals = [rng.choice([0, 1, 4, 9, 10, 11, 35, 60]) for _ in range(3)]
    assert amounts(book, totals, attributes=attributes) == lived(book, BEGINS[period], totals, attributes)
