"""Baskets: what so much of everything costs, against accounts that live it by hand, and against the reference.

FAREGATE_BASKETS says how many random baskets to try (150 if not set).
"""

import os
from collections import UserDict
from datetime import date
from decimal import Decimal
from random import Random

import facefusion_reference
import faregate
import pytest

BASKETS = int(os.environ.get("FAREGATE_BASKETS", "150"))
BOOK = faregate.Book("tencent-facefusion")
EVERYTHING = {
    "image": {"calls": 90_000, "packs": {"calls-10k": 1}, "materials": 30},
    "image-pro": {"calls": 500, "concurrency": {"quantity": 2, "months": 3}},
}


def month_of(number: int) -> str:
    """2025-01 is 0."""
    return f"{2025 + number // 12}-{number % 12 + 1:02}"


def test_the_guides_own_examples():
    """W2 to W7 of the guide: packs, free calls, tiers, capacity, materials."""
    totals = {
        "2460": {"image": {"calls": 15_000, "packs": {"calls-10k": 1}}},
        "0": {"image": {"calls": 500}},
        "16020": {"image": {"calls": 90_000}},
        "399980": {"image": {"calls": 20_000_000}},
        "1440800": {"image": {"qps": {"quantity": 60, "months": 12}, "materials": 30}},
        "16500": {"image": {"qps": {"quantity": 30, "days": 5}}},
    }
    for total, basket in totals.items():
        assert BOOK.quote(basket, at="2025-07-20").total == Decimal(total)


def test_lines_add_up_and_say_why():
    quote = BOOK.quote(EVERYTHING, at="2025-01-31T23:59")
    assert (quote.book, quote.currency, quote.total) == ("tencent-facefusion", "CNY", Decimal("88520.00"))
    (month,) = quote.months
    assert month.month == "2025-01"
    assert month.amount == quote.total == sum(line.amount for line in month.lines)
    assert [(line.kind, line.product, line.amount) for line in month.lines] == [
        ("pack", "image", 1_500),
        ("pack", "image", 800),
        ("materials", "image", 0),
        ("capacity", "image-pro", 72_000),
        ("usage", "image", 14_220),
        ("usage", "image-pro", 0),
    ]
    pack, places, materials, slots, calls, tasks = month.lines
    assert (pack.pack, pack.quantity, pack.units, pack.unit_price) == ("calls-10k", 1, 10_000, 1_500)
    assert (places.pack, places.quantity, places.rule) == ("materials-10", 2, "R25")
    assert materials.explanation == "30 held: 10 free, 20 in packs"
    assert (slots.meter, slots.quantity, slots.months, slots.unit_price) == ("concurrency", 2, 3, 12_000)
    assert slots.explanation == "2 × 12,000.00 × 3 months = 72,000.00"
    assert (calls.units, calls.free, calls.packs, calls.postpaid) == (90_000, 1_000, 10_000, 79_000)
    assert (calls.unit_price, calls.tier) == (Decimal("0.18"), 10_000)
    assert calls.explanation == "(90,000 − 1,000 free − 10,000 packs) × 0.18 = 14,220.00"
    assert (tasks.units, tasks.capacity, tasks.postpaid, tasks.unit_price) == (500, 500, 0, None)
    (grant,) = quote.grants
    assert (grant.product, grant.grant, grant.month, grant.units, grant.used) == (
        "image",
        "free-calls",
        "2025-01",
        1_000,
        1_000,
    )


def test_what_is_used_up_comes_again_and_what_is_held_does_not():
    quote = BOOK.quote(EVERYTHING, months=4, at="2025-01-01")
    # the slots are bought in the first and in the fourth month, the materials once
    assert [month.amount for month in quote.months] == [88_520, 15_720, 15_720, 87_720]
    assert [month.month for month in quote.months] == ["2025-01", "2025-02", "2025-03", "2025-04"]
    assert quote.total == 207_680
    assert [grant.month for grant in quote.grants] == ["2025-01", "2025-02", "2025-03", "2025-04"]
    # 40 days from 1 January run on into February: bought again at the beginning of March
    by_day = BOOK.quote({"image": {"qps": {"quantity": 30, "days": 40}}}, months=4, at="2025-01-01")
    assert [month.amount for month in by_day.months] == [132_000, 0, 132_000, 0]


def test_packs_last_into_later_months():
    quote = BOOK.quote({"image": {"calls": 6_000, "packs": {"calls-10k": 1}}}, months=2, at="2025-01-01")
    assert [month.lines[1].packs for month in quote.months] == [5_000, 5_000]
    assert quote.total == 3_000
    places = BOOK.quote({"image": {"packs": {"materials-10": 1}, "materials": 30}}, months=3, at="2025-01-01")
    assert [(line.kind, line.amount) for line in places.months[0].lines] == [
        ("pack", 400),
        ("pack", 400),
        ("materials", 0),
    ]
    assert places.total == 800


def test_without_free_quotas():
    basket = {"image": {"calls": 90_000, "materials": 10}}
    with_them = BOOK.quote(basket, at="2025-01-01")
    without = BOOK.quote(basket, at="2025-01-01", free=False)
    assert with_them.total == 16_020
    assert without.total == 90_000 * Decimal("0.18") + 400
    assert without.grants == ()
    assert [line.free for line in without.months[0].lines if line.kind != "pack"] == [0, 0]


def test_switches():
    basket = {"image": {"calls": 10_500}}
    assert BOOK.quote(basket, at="2025-01-01").total == Decimal("2280.00")  # 9,500 at 0.24
    assert BOOK.quote(basket, at="2025-01-01", policy={"tier_basis": "total"}).total == Decimal("1710.00")
    late = BOOK.quote({"image": {"calls": 2_000}}, at="2025-01-01", months=3, policy={"settlement_day": 3})
    assert [month.amount for month in late.months] == [240, 240, 240]


def test_graduated_slices_and_daily_tiers_are_one_line():
    vision = faregate.Book("google-vision")
    product = vision.products[0]
    lines = vision.quote({product.id: {product.meter: 12_345}}, at="2025-01-01").months[0].lines
    assert [line.units for line in lines] == [13_000]  # blocks of 1,000 that are begun
    assert sum(line.amount for line in lines) == Decimal("18.00")  # 12 blocks of 1,000 at 1.50, after the free one
    tts = faregate.Book("tencent-tts")
    daily = next(product for product in tts.products if product.tier_period == "day")
    lines = tts.quote({daily.id: {daily.meter: 1_000}}, at="2025-02-01").months[0].lines
    assert [line.units for line in lines] == [1_000]
    assert lines[0].explanation.count("on 2025-02-") == 28


def test_a_month_of_its_own_length():
    """S3's gigabytes are priced per hours of the month."""
    book = faregate.Book("aws-s3")
    product = book.products[0]
    basket = {product.id: {product.meter: 10**15}}
    months = book.quote(basket, at="2025-02-01", months=2).months
    for month, quoted in zip(("2025-02", "2025-03"), months, strict=True):
        alone = book.price(product.id, product.meter, 10**15, at=f"{month}-10")
        assert quoted.amount == alone.amount


def toy(**keys) -> faregate.Book:
    head = {"format": "faregate-book/2", "id": "toy", "title": "Toy", "currency": "EUR", "minor_digits": 2}
    return faregate.Book({**head, "time_zone": "+00:00", "rounding": "none", **keys})


def said(lines) -> list:
    return [(line.explanation, line.to_dict().get("price")) for line in lines]


def test_usage_with_attributes():
    attributes = [{"id": "model", "values": ["big", "mini"]}, {"id": "do", "values": ["a", "ping"], "default": "a"}]
    rules = [
        {"when": {"do": "ping"}, "billable": "no"},
        {"id": "mini", "when": {"model": "mini"}, "price": {"model": "flat", "per": 1000, "price": "0.30"}},
    ]
    price = {"model": "flat", "per": 1000, "price": "3"}
    book = toy(attributes=attributes, products=[{"id": "t", "meter": "tokens", "price": price, "rules": rules}])
    usages = [
        {"quantity": 50_000, "attributes": {"model": "big"}},
        {"quantity": 7_000, "attributes": {"model": "mini"}},
        {"quantity": 5, "attributes": {"model": "big", "do": "ping"}},
    ]
    quote = book.quote({"t": {"tokens": usages}}, at="2025-01-01", months=2)
    assert quote.total == 2 * Decimal("152.10")
    assert said(quote.months[1].lines) == [
        ("50,000 ÷ 1,000 × 3.00 = 150.00", None),
        ("7,000 ÷ 1,000 × 0.30 = 2.10", "mini"),
        ("5 that the rules do not bill", None),
    ]
    assert quote.months[1].lines[2].unbilled == 5
    assert book.quote({"t": {"tokens": usages[0]}}, at="2025-01-01").total == 150
    for usage, error, path in (
        (5, faregate.MissingAttribute, "t.tokens.attributes.model"),
        ({"quantity": 5, "attributes": {"model": "x"}}, faregate.UnknownValue, "t.tokens.attributes.model"),
        ({"attributes": {}}, faregate.Invalid, "t.tokens.quantity"),
        ([{"quantity": -1}], faregate.Invalid, "t.tokens[0].quantity"),
    ):
        with pytest.raises(error) as raised:
            book.quote({"t": {"tokens": usage}}, at="2025-01-01")
        assert raised.value.path == path


def test_packs_of_a_pool():
    """That of docs/price-book.md: 34 for both packs, 628 seconds are left over."""
    pack = {"id": "p1000", "units": 1000, "price": "30", "validity": {"years": 1}, "rank": 20}
    own = {"id": "photos-100", "units": 100, "price": "4", "validity": {"years": 1}}
    gift = {"id": "g", "quantity": 10, "issue": "monthly", "validity": "month"}
    covers = [{"product": "photo", "weight": "1"}, {"product": "film", "weight": "0.4"}]
    book = toy(
        pools=[{"id": "points", "unit": "point", "covers": covers, "packs": [pack], "grants": [gift]}],
        products=[
            {"id": "photo", "meter": "photos", "price": {"model": "flat", "price": "0.05"}, "packs": [own]},
            {"id": "film", "meter": "seconds", "price": {"model": "flat", "price": "0.01"}},
        ],
    )
    basket = {
        "photo": {"photos": 151, "packs": {"photos-100": 1}},
        "film": {"seconds": 3000},
        "points": {"packs": {"p1000": 1}},
    }
    assert book.quote(basket, at="2025-01-01", free=False).total == Decimal("40.28")
    # 10 photos more are free, so 10 points more are left: 25 seconds
    assert book.quote(basket, at="2025-01-01").total == Decimal("40.03")
    with pytest.raises(faregate.UnknownMeter):
        book.quote({"points": {"photos": 5}}, at="2025-01-01")


def test_each_month_goes_by_the_editions_in_force():
    def edition(begin, price, pack, free):
        grant = {"id": "g", "quantity": free, "issue": "monthly", "validity": "month"}
        sold = {"id": "k", "units": 10, "price": pack, "validity": {"years": 1}}
        product = {
            "id": "v",
            "meter": "u",
            "price": {"model": "flat", "price": price},
            "grants": [grant],
            "packs": [sold],
        }
        return {"effective": begin, "products": [product]}

    book = toy(editions=[edition("2024-01-01", "0.10", "0.5", 3), edition("2025-02-01", "0.12", "0.7", 2)])
    basket = {"v": {"u": 30, "packs": {"k": 1}}}
    january, february = book.quote(basket, at="2025-01-01", months=2).months
    assert said(january.lines) == [("1 × 0.50 = 0.50", None), ("(30 − 3 free − 10 packs) × 0.10 = 1.70", None)]
    assert said(february.lines) == [("1 × 0.70 = 0.70", None), ("(30 − 2 free − 10 packs) × 0.12 = 2.16", None)]
    assert book.quote(basket, at="2025-02-01", free=False).total == Decimal("3.10")


FLAT = {"model": "flat", "price": "1"}
SETUP = {"id": "setup", "amount": "3", "every": "once"}
HALF_FROM_2 = {"model": "volume", "tiers": [{"from": 0, "price": "1"}, {"from": 2, "price": "0.5"}]}


def one(**keys) -> faregate.Book:
    return toy(products=[{"id": "p", "meter": "u", "price": FLAT, **keys}])


@pytest.mark.parametrize(
    ("keys", "units", "months", "totals"),
    [
        # January has 744 hours: a unit in each is at 1, two are at 0.50
        ({"tier_period": "hour", "price": HALF_FROM_2}, 744, 1, ["744"]),
        (
            {"tier_period": {"hours": 6}, "settle": {"hours": 12}, "price": HALF_FROM_2},
            744,
            1,
            ["372"],
        ),  # 6 in each 6 hours
        ({"tier_period": "day", "settle": "day", "price": HALF_FROM_2}, 59, 1, ["31"]),  # 28 × 1.00 and 3 × 1.00
        ({"tier_period": "week", "settle": "week", "price": HALF_FROM_2}, 31, 1, ["15.50"]),
        ({"settle": "hour"}, 31, 2, ["31", "31"]),
        # the first period ends with 30 January; the third, which goes on in March, is of the last month
        ({"settle": {"days": 30}, "tier_period": {"days": 30}}, 31, 2, ["30", "32"]),
        ({"settle": "year", "tier_period": "year", "price": HALF_FROM_2}, 3, 2, ["0", "3"]),
        # tiers of the year: what the first month brings to 0.50 the second is already at
        ({"tier_period": "year", "price": HALF_FROM_2}, 1, 2, ["1", "0"]),  # 1 × 1, then 2 × 0.50 less 1
        ({"tier_period": "year", "least": "9"}, 1, 2, ["9", "0"]),
        ({"fees": [{"id": "y", "amount": "12", "every": "year"}]}, 1, 2, ["1", "13"]),
        ({"fees": [SETUP, {"id": "y", "amount": "12", "every": "year"}]}, 1, 2, ["4", "13"]),
        ({"fees": [{"id": "y", "amount": "365", "every": "year", "prorate": "days"}]}, 0, 2, ["0", "59"]),
    ],
)
def test_any_period(keys, units, months, totals):
    quote = one(**keys).quote({"p": {"u": units}}, at="2025-01-01", months=months)
    assert [month.amount for month in quote.months] == [Decimal(total) for total in totals]
    for month in quote.months:
        assert month.amount == sum(line.amount for line in month.lines)


@pytest.mark.parametrize(
    ("aggregate", "price", "units", "total"),
    [
        ({"take": "max", "over": "day"}, FLAT, 5, 155),  # the level of each of 31 days
        ({"take": "max", "over": "month"}, FLAT, 5, 5),
        (
            {"take": "percentile", "percent": "95", "over": "month", "sample": {"seconds": 300, "take": "max"}},
            FLAT,
            7,
            7,
        ),
        (
            {"take": "percentile", "percent": "95", "over": "day", "sample": {"seconds": 1}, "missing": "skip"},
            FLAT,
            7,
            217,
        ),
        (
            {"take": "held", "over": "month", "grain": "hour"},
            {"model": "flat", "per_hours_of_month": True, "price": "7.44"},
            100,
            744,
        ),
        ({"take": "sum", "over": "day", "divide": 10}, FLAT, 31, 31),  # 1 on each day is begun tens
        ({"take": "sum", "over": "month", "divide": 10}, FLAT, 31, 4),
    ],
)
def test_what_events_of_a_period_become(aggregate, price, units, total):
    quote = one(aggregate=aggregate, price=price).quote({"p": {"u": units}}, at="2025-01-01", months=2)
    assert quote.months[0].amount == total


def test_what_cannot_be_spread_over_a_month_is_named():
    percentile = {"take": "percentile", "percent": "95", "over": "hour", "sample": {"seconds": 1, "take": "max"}}
    with pytest.raises(faregate.Unsupported) as refused:
        one(aggregate=percentile).quote({"p": {"u": 5}}, at="2025-01-01")
    assert refused.value.path == "products[0].aggregate.sample"
    lane = {"id": "lane", "limit": "rate", "usage": "free", "beyond": "bill", "mode": "none", "month": FLAT}
    book = one(limits=[{"id": "rate", "max": 1, "window": {"seconds": 1}}], capacities=[lane])
    with pytest.raises(faregate.Unsupported, match="beyond"):
        book.quote({"p": {"lane": {"quantity": 5, "months": 1}}}, at="2025-01-01")


CLUB = toy(
    attributes=[{"id": "member", "values": ["no", "yes"], "of": "account", "default": "no"}],
    bundles=[
        {"id": "kit", "price": "50", "items": [
            {"product": "club", "pack": "calls"}, {"product": "club", "capacity": "lane", "quantity": 2, "months": 3}]},
        {"id": "two", "price": "9", "items": [{"product": "club", "pack": "calls", "quantity": 2}],
         "when": {"member": "yes"}},
    ],
    products=[
        {"id": "club", "meter": "calls", "price": {"model": "flat", "price": "0.1"}, "postpaid": "opt_in",
         "limits": [{"id": "rate", "max": 1, "window": {"seconds": 1}}],
         "packs": [{"id": "calls", "units": 1000, "price": None, "validity": {"years": 1}},
                   {"id": "more", "units": 10, "price": "0.5", "validity": {"years": 1}, "requires": ["extra"]}],
         "capacities": [
             {"id": "lane", "limit": "rate", "mode": "none", "effect": "add", "month": {"model": "flat", "price": None}},
             {"id": "extra", "limit": "rate", "mode": "none", "effect": "add",
              "month": {"model": "flat", "price": "7"}, "requires": ["kit"]}]}],
)  # fmt: skip


def test_bundles_and_capacities():
    """That of docs/price-book.md: a kit, a lane more for a month, and 10 calls beyond the pack: 50 + 7 + 1."""
    basket = {"club": {"calls": 1010, "extra": {"quantity": 1, "months": 1}}, "bundles": {"kit": 1}}
    quote = CLUB.quote(basket, at="2025-01-01")
    assert quote.total == 58
    assert [(line.kind, line.product, line.explanation) for line in quote.months[0].lines] == [
        ("bundle", None, "1 × 50.00 = 50.00"),
        ("capacity", "club", "1 × 7.00 × 1 month = 7.00"),
        ("usage", "club", "(1,010 − 1,000 packs) × 0.10 = 1.00"),
    ]
    bundle = quote.months[0].lines[0]
    assert (bundle.bundle, bundle.quantity, bundle.unit_price) == ("kit", 1, 50)
    # what it holds of capacity runs for three months, the lane for one
    months = CLUB.quote(basket, at="2025-01-01", months=4).months
    assert [month.amount for month in months] == [58, 7 + 101, 7 + 101, 58]


def test_what_is_required_is_bought_before():
    """A pack stands before the capacity that it requires, which requires the kit."""
    basket = {"club": {"packs": {"more": 2}, "extra": {"quantity": 1, "months": 1}}, "bundles": {"kit": 1}}
    quote = CLUB.quote(basket, at="2025-01-01")
    assert quote.total == 58
    del basket["bundles"]
    with pytest.raises(faregate.Requires) as refused:
        CLUB.quote(basket, at="2025-01-01")
    assert refused.value.path == "club.extra"


def test_a_bundle_without_capacity_is_bought_each_month():
    member = {"member": "yes"}
    assert CLUB.quote({"bundles": {"two": 2}}, at="2025-01-01", months=3, attributes=member).total == 3 * 18
    with pytest.raises(faregate.NotSold) as refused:
        CLUB.quote({"bundles": {"two": 2}}, at="2025-01-01")
    assert refused.value.path == "bundles.two"
    for basket, error, path in (
        ({"bundles": {"kti": 1}}, faregate.UnknownPack, "bundles.kti"),
        ({"bundles": {"kit": 1001}}, faregate.Invalid, "bundles.kit"),
        ({"bundles": 3}, faregate.Invalid, "bundles"),
        ({"clubs": {}}, faregate.UnknownProduct, "clubs"),
        ({"club": {"lanes": 1}}, faregate.UnknownMeter, "club.lanes"),
    ):
        with pytest.raises(error) as raised:
            CLUB.quote(basket, at="2025-01-01")
        assert raised.value.path == path
    with pytest.raises(faregate.Invalid, match="attributes.member"):
        CLUB.quote({}, at="2025-01-01", attributes={"member": "perhaps"})


def test_an_event_stands_in_place_of_a_product():
    """Step 7 of the price book's document: 2,000 runs of 230 ms and 640 MB."""
    numbers = [{"id": "ms", "whole": {"from": 0}}, {"id": "mb", "whole": {"from": 0}}]
    runs = {"id": "runs", "meter": "runs", "price": {"model": "flat", "per": 1000, "price": "0.10"}}
    compute = {
        "id": "compute",
        "meter": "mb-ticks",
        "price": {"model": "flat", "per": 1_000_000, "price": "0.50"},
        "quantity": [{"of": "ms", "divide": 100}, {"of": "mb", "less": 128}],
    }
    book = toy(attributes=numbers, events=[{"id": "run", "products": ["runs", "compute"]}], products=[runs, compute])
    usage = {"quantity": 2_000, "attributes": {"ms": 230, "mb": 640}}
    assert book.quote({"run": usage}, at="2025-01-01").total == Decimal("1.736")
    assert book.quote({"run": [usage, usage], "runs": {"runs": 1000}}, at="2025-01-01").total == Decimal("3.572")
    with pytest.raises(faregate.MissingAttribute) as refused:
        book.quote({"run": 5}, at="2025-01-01")
    assert refused.value.path == "run.attributes.ms"


def test_the_least_of_an_invoice_has_a_line():
    book = toy(bill={"least": "6", "most": "8"}, products=[{"id": "p", "meter": "u", "price": FLAT}])
    for units, bound, amount, why in ((5, "least", 1, "5.00, at least 6.00"), (9, "most", -1, "9.00, at most 8.00")):
        (usage, line) = book.quote({"p": {"u": units}}, at="2025-01-01").months[0].lines
        assert (usage.amount, line.kind, line.product) == (units, "bound", None)
        assert (line.bound, line.amount, line.explanation) == (bound, amount, why)


def test_the_month_is_that_of_the_instant_in_the_books_time():
    for at, month in (
        ("2025-01-31T16:00Z", "2025-02"),
        ("2025-01-31T15:59Z", "2025-01"),
        (date(2024, 2, 29), "2024-02"),
    ):
        assert BOOK.quote({}, at=at).months[0].month == month
    assert len(BOOK.quote({}).months) == 1


@pytest.mark.parametrize(
    ("basket", "error", "path", "says"),
    [
        ({"imag": {}}, faregate.UnknownProduct, "imag", "the nearest is image, of image, image-pro"),
        ({"image": {"cals": 3}}, faregate.UnknownMeter, "image.cals", "nearest is calls, of calls, qps, materials"),
        ({"image": {"peak_qps": 3}}, faregate.UnknownMeter, "image.peak_qps", "nearest is qps"),
        ({"image-pro": {"materials": 3}}, faregate.UnknownMeter, "image-pro.materials", "concurrency, packs"),
        ({"image": {"packs": {"call-1k": 1}}}, faregate.UnknownPack, "image.packs.call-1k", "nearest is calls-1k"),
        ({"image": {"calls": -1}}, faregate.Invalid, "image.calls", "expected an integer"),
        ({"image": {"calls": True}}, faregate.Invalid, "image.calls", "not a boolean"),
        ({"image": {"calls": 1.5}}, faregate.InvalidType, "image.calls", "whole number, not float"),
        ({"image": {"calls": {5}}}, faregate.InvalidType, "image.calls", "not set"),
        ({"image": {3: 1}}, faregate.InvalidType, "image", "not int"),
        ({"image": 5}, faregate.Invalid, "image", "an integer"),
        ({"image": {"packs": 5}}, faregate.Invalid, "image.packs", "an integer"),
        ({"image": {"qps": 5}}, faregate.Invalid, "image.qps", "expected an object"),
        ({"image": {"qps": {"quantity": 5}}}, faregate.Invalid, "image.qps", 'either "days" or "months"'),
        ({"image": {"qps": {"quantity": 0, "days": 1}}}, faregate.Invalid, "image.qps.quantity", "from 1"),
        ({"image": {"qps": {"days": 1}}}, faregate.Invalid, "image.qps.quantity", "missing"),
        ({"image": {"qps": {"quantity": 301, "days": 1}}}, faregate.CapacityLimit, "image.qps", "capacity"),
        ({"image-pro": {"concurrency": {"quantity": 1, "days": 1}}}, faregate.NotSold, "image-pro.concurrency", ""),
        ({"image": {"packs": {"calls-10m": 2**50}}}, faregate.Overflow, "image.packs.calls-10m", ""),
        ([], faregate.InvalidType, "basket", "not list"),
    ],
)
def test_what_is_refused(basket, error, path, says):
    with pytest.raises(error) as raised:
        BOOK.quote(basket)
    assert str(raised.value).startswith(f"{path}: ")
    assert says in str(raised.value)


@pytest.mark.parametrize(
    ("terms", "error", "path"),
    [
        ({"months": 0}, faregate.Invalid, "months"),
        ({"months": 121}, faregate.Invalid, "months"),
        ({"months": "1"}, faregate.InvalidType, "months"),
        ({"at": "9999-12-01"}, faregate.Overflow, "months"),
        ({"at": "soon"}, faregate.Invalid, "at"),
        ({"free": 1}, faregate.InvalidType, "free"),
        ({"policy": {"tier": "total"}}, faregate.Invalid, "policy.tier"),
        ({"policy": {"tier_basis": 1.5}}, faregate.InvalidType, "policy.tier_basis"),
        ({"policy": 5}, faregate.InvalidType, "policy"),
    ],
)
def test_terms_that_are_refused(terms, error, path):
    with pytest.raises(error) as raised:
        BOOK.quote({"image": {"calls": 1}}, **terms)
    assert str(raised.value).startswith(f"{path}: ")


def test_a_begun_block_beyond_all_units_is_refused():
    """Packs cover 8 units, and the 10 of the last block are charged, so that a line has more units than were used."""
    pack = {"id": "k", "units": 8, "price": "0", "validity": {"years": 1}}
    price = {"model": "flat", "price": "0", "block": 10}
    book = toy(products=[{"id": "p", "meter": "u", "price": price, "packs": [pack]}])
    basket = {"p": {"u": 2**63 - 14, "packs": {"k": 1}}}
    assert book.quote(basket).months[0].lines[-1].units == 2**63 - 10
    with pytest.raises(faregate.Overflow):
        book.quote({"p": {"u": 2**63 - 3, "packs": {"k": 1}}})


def test_any_mapping_will_do():
    basket = UserDict({"image": UserDict({"calls": "90000"})})
    assert BOOK.quote(basket).total == 16_020
    endless: dict = {}
    endless["image"] = endless
    with pytest.raises(faregate.Invalid, match="^basket: nested too deeply"):
        BOOK.quote(endless)


PACKS = {
    "image": ["calls-1k", "calls-10k", "calls-100k", "calls-1m", "calls-10m"],
    "image-pro": ["calls-1k", "calls-10k", "calls-100k", "calls-1m", "calls-10m"],
}
CAPACITY = {"image": "qps", "image-pro": "concurrency"}
SWITCHES = {
    "tier_basis": ["residual", "after_free", "total"],
    "settlement_day": [1, 2, 3],
    "pack_order": ["expiry", "purchase", "smallest_left"],
    "pack_reach": ["from_purchase", "whole_month"],
    "capacity_calls": ["uncounted", "count_for_tier"],
    "capacity_tier_scope": ["order", "held"],
}


def random_basket(random: Random) -> dict:
    basket: dict = {}
    for product in random.sample(sorted(PACKS), random.randint(1, 2)):
        item = basket[product] = {}
        if random.random() < 0.85:
            item["calls"] = random.choice([0, 1, 999, 1_000, 1_001, 10_999, 11_000, 101_000, random.randint(1, 10**7)])
        if random.random() < 0.4:
            chosen = random.sample(PACKS[product], random.randint(1, 2))
            item["packs"] = {pack: random.randint(0, 3) for pack in chosen}
        if random.random() < 0.3:
            by_day = product == "image" and random.random() < 0.5
            period = {"days": random.choice([1, 28, 31, 45])} if by_day else {"months": random.randint(1, 3)}
            item[CAPACITY[product]] = {"quantity": random.choice([1, 49, 50, 100, 120]), **period}
    return basket


def add_months(begin: date, months: int) -> date:
    number = begin.year * 12 + begin.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def commands_of(basket: dict, months: int, settlement_day: int) -> list[dict]:
    """The commands that a person would write: all begins on the first of January 2025, a month after the other."""
    commands: list[dict] = []
    runs_until: dict[str, date] = {}
    for number in range(months):
        begin = add_months(date(2025, 1, 1), number)
        at = f"{begin}T00:00:00+08:00"
        for product in sorted(basket):  # as in the book
            item = basket[product]
            meter = CAPACITY[product]
            if number == 0:
                commands.append({"at": at, "do": "open", "product": product})
            for pack in PACKS[product]:
                if item.get("packs", {}).get(pack, 0):
                    quantity = item["packs"][pack]
                    buying = {"at": at, "do": "buy_pack", "product": product, "pack": pack, "quantity": quantity}
                    commands.append(buying)
            if meter in item and runs_until.get(product, begin) <= begin:
                period = item[meter]
                commands.append({"at": at, "do": "buy_capacity", "product": product, "meter": meter, **period})
                days = period.get("days", 0)
                end = date.fromordinal(begin.toordinal() + days)
                runs_until[product] = end if days else add_months(begin, period["months"])
                if product == "image" and number == 0:
                    commands.append({"at": at, "do": "set_mode", "product": product, "mode": meter})
        commands += [
            {"at": at, "do": "use", "product": product, "quantity": basket[product]["calls"]}
            for product in sorted(basket)
            if basket[product].get("calls")
        ]
    end = add_months(date(2025, 1, 1), months)
    commands.append({"at": f"{end.replace(day=settlement_day)}T00:00:00+08:00", "do": "advance"})
    return commands


def bills(statement: dict) -> dict[str, Decimal]:
    return {invoice["month"]: Decimal(invoice["total"]) for invoice in statement["invoices"] if invoice["issued"]}


def test_random_baskets_against_the_reference():
    refused = 0
    for number in range(BASKETS):
        random = Random(f"basket/{number}")
        basket = random_basket(random)
        months = random.randint(1, 5)
        policy = {switch: random.choice(words) for switch, words in SWITCHES.items() if random.random() < 0.3}
        timeline = {
            "book": "tencent-facefusion",
            "policy": policy,
            "commands": commands_of(basket, months, policy.get("settlement_day", 1)),
        }
        lived = facefusion_reference.replay(timeline)
        failed = [outcome["error"] for outcome in lived["outcomes"] if not outcome["ok"]]
        if failed:
            with pytest.raises(faregate.Refusal) as raised:
                BOOK.quote(basket, months=months, at="2025-01-15", policy=policy)
            assert raised.value.code == failed[0], number
            refused += 1
            continue
        quote = BOOK.quote(basket, months=months, at="2025-01-15", policy=policy)
        assert quote.total == Decimal(lived["statement"]["spent"]["total"]), number
        billed = bills(lived["statement"])
        for place, month in enumerate(quote.months):
            usage = [line for line in month.lines if line.kind == "usage"]
            assert month.month == month_of(place)
            assert sum(line.amount for line in usage) == billed.get(month.month, 0), number
            for product, item in basket.items():
                used = sum(line.units for line in usage if line.product == product)
                assert used == item.get("calls", 0), number
            assert month.amount == sum(line.amount for line in month.lines)
    assert refused < BASKETS / 4


def test_a_basket_is_what_an_account_pays():
    account = faregate.Account(BOOK)
    for number in range(3):
        at = f"{month_of(number)}-01"
        if number == 0:
            account.open("image", at=at)
            account.open("image-pro", at=at)
            account.buy_pack("image", "materials-10", quantity=2, at=at)
            account.add_materials("image", 30, at=at)
            account.buy_capacity("image-pro", "concurrency", 2, months=3, at=at)
        account.buy_pack("image", "calls-10k", at=at)
        account.use("image", 90_000, at=at)
        account.use("image-pro", 500, at=at)
    account.advance(at="2025-04-01")
    spent = account.statement().spent
    quote = BOOK.quote(EVERYTHING, months=3, at="2025-01-01")
    assert quote.total == spent.total
    for kind, key in (("capacity", "capacity"), ("usage", "postpaid")):
        assert sum(line.amount for month in quote.months for line in month.lines if line.kind == kind) == spent[key]
