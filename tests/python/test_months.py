"""What each account used month by month, also what is not settled yet; and what a line says of where it is from."""

import random
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import faregate
import pytest
from toy import HEAD, toy

CHINA = timezone(timedelta(hours=8))
START = datetime(2024, 11, 5, 10, tzinfo=CHINA)
SOURCES = ("free", "packs", "postpaid", "unbilled")


def events(seed, accounts=6, count=400, days=120):
    generator = random.Random(seed)
    times = sorted(START + timedelta(seconds=generator.randrange(days * 86400)) for _ in range(count))
    return [
        {
            "account": f"a{generator.randrange(accounts)}",
            "time": time.isoformat(),
            "product": generator.choice(["image", "image", "image-pro"]),
            "quantity": generator.choice([0, 1, 3, generator.randrange(3000), generator.randrange(60_000)]),
        }
        for time in times
    ]


def by_product(rows, keys, values):
    sums = defaultdict(lambda: [0] * len(values))
    for row in rows:
        for place, value in enumerate(values):
            sums[tuple(row[key] for key in keys)][place] += row[value]
    return dict(sums)


POLICIES = [{}, {"settlement_day": 3}, {"pack_reach": "whole_month"}, {"tier_basis": "total", "settlement_day": 2}]


@pytest.mark.parametrize("policy", POLICIES, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_months_add_up_to_the_log_and_to_the_invoices(book, seed, policy):
    log = events(seed)
    packs = [
        {"at": f"2024-{month}-20", "do": "buy_pack", "product": "image", "pack": "calls-10k"} for month in (11, 12)
    ]
    opened = [{"at": START.isoformat(), "do": "open", "product": "image"}, *packs]
    known = {name: {"policy": policy, "commands": opened} for name in ("a0", "a1")}
    bills = faregate.bill(log, book, accounts=known, policy=policy)
    used = by_product(log, ("account", "product"), ("quantity",))
    assert by_product(bills.months, ("account", "product"), ("units",)) == {
        key: sums for key, sums in used.items() if sums[0]
    }
    for row in bills.months:
        assert row["units"] == sum(row[source] for source in SOURCES) and row["settled"] is not None
        assert row["begin"] is None and row["meter"] == "calls"
    keys = ("account", "month", "product")
    settled = by_product(bills.months, keys, ("postpaid", "free", "packs", "unbilled", "amount"))
    lines = by_product(bills.lines, keys, ("units", "free", "packs", "unbilled", "amount"))
    assert {key: sums for key, sums in settled.items() if sum(sums[:3])} == lines
    assert len(settled) == len(bills.months) and sum(bills.months["amount"]) == bills.total and bills.accrued == 0


def test_sums_have_the_decimals_that_they_take():
    """Prices have ten decimals here: 9.80 is no 9.8000000000, and nothing no 0E-10."""
    rows = [
        {"account": "a", "time": time, "product": "requests", "quantity": units}
        for time, units in (("2026-01-05", 50_000_000), ("2026-03-05", 5))
    ]
    bills = faregate.bill(rows, "aws-lambda", until="2026-03-06")
    assert (str(bills.total), str(bills.accrued)) == ("9.80", "0.00")
    assert "1 invoice over 9.80 USD" in repr(bills)
    fine = toy([{"id": "p", "meter": "requests", "price": {"model": "flat", "price": "0.0123"}}])
    exact = faregate.bill([row | {"quantity": 7, "product": "p"} for row in rows], fine, until="2026-04-02")
    assert str(exact.total) == "0.1722"


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_what_is_accrued_is_what_the_invoices_will_come_to(book, policy):
    log = events(seed=7)
    until = datetime(2025, 1, 1, 12, tzinfo=CHINA)  # on which December is settled, unless on a later day
    bills = faregate.bill(log, book, until=until, policy=policy)
    before = [row for row in log if datetime.fromisoformat(row["time"]) <= until]
    whole = faregate.bill(before, book, policy=policy)
    assert bills.accrued > 0 and bills.total + bills.accrued == whole.total == sum(whole.months["amount"])
    open_months = [row for row in bills.months if row["settled"] is None]
    later = {(row["account"], row["month"], row["product"]): row for row in whole.months}
    assert {row["month"] for row in open_months} >= {"2025-01"}
    assert ("2024-12" in {row["month"] for row in open_months}) == ("settlement_day" in policy)
    for row in open_months:
        assert later[row["account"], row["month"], row["product"]] | {"settled": None} == row
    if "settlement_day" not in policy:
        previews = [account.preview(at=until).total for account in bills.accounts.values()]
        assert sum(previews) == bills.accrued


def test_usage_that_is_in_no_invoice(book):
    """In a capacity mode it is free, and a month of it has no invoice."""
    commands = [
        {"at": "2024-11-05T10:00", "do": "open", "product": "image"},
        {
            "at": "2024-11-05T10:00",
            "do": "buy_capacity",
            "product": "image",
            "meter": "qps",
            "quantity": 5,
            "months": 2,
        },
        {"at": "2024-11-05T10:00", "do": "set_mode", "product": "image", "mode": "qps"},
    ]
    rows = [
        {"account": "a", "time": f"2024-{month}-06T10:00", "product": "image", "quantity": units}
        for month, units in ((11, 900), (12, 70_000))
    ]
    bills = faregate.bill(rows, book, accounts={"a": {"commands": commands}})
    assert [(row["month"], row["unbilled"], row["amount"]) for row in bills.months] == [
        ("2024-11", 900, Decimal(0)),
        ("2024-12", 70_000, Decimal(0)),
    ]
    assert len(bills.invoices) == 0


def test_an_account_that_comes_with_a_past(book):
    known = faregate.Account(book)
    known.open("image", at=START)
    known.use("image", 5_000, at=START)
    known.advance(at="2024-12-02")
    rows = [{"account": "a", "time": "2024-12-06T10:00", "product": "image", "quantity": 3_000}]
    bills = faregate.bill(rows, book, accounts={"a": known})
    assert [row["month"] for row in bills.invoices] == ["2024-11", "2024-12"]
    assert [(row["month"], row["units"]) for row in bills.months] == [("2024-12", 3_000)]


def test_lines_name_book_and_edition(book):
    rows = [{"account": "a", "time": "2024-11-06T10:00", "product": "image", "quantity": 3_000}]
    (line,) = faregate.bill(rows, book).lines
    assert (line["book"], line["edition"], line["price"]) == ("tencent-facefusion", None, None)
    whole = faregate.Book("aliyun-qwen")
    assert faregate.bill([], whole).lines.columns == faregate.bill(rows, book).lines.columns


PRODUCT = {"id": "p", "meter": "units", "price": {"model": "flat", "price": "1"}}
DEARER = {"id": "p", "meter": "units", "price": {"model": "flat", "price": "2"}}


def uses(*rows):
    return [{"account": "a", "time": time, "product": "p", "quantity": units} for time, units in rows]


def test_a_line_says_which_edition_it_goes_by():
    editions = [{"effective": "2025-01-01", "products": [PRODUCT]}, {"effective": "2025-02-01", "products": [DEARER]}]
    whole = faregate.Book({**HEAD, "editions": editions})
    bills = faregate.bill(uses(("2025-01-10T00:00", 5), ("2025-02-10T00:00", 5)), whole)
    told = [(line["month"], line["book"], line["edition"], line["amount"]) for line in bills.lines]
    assert told == [("2025-01", "toy", "2025-01-01", Decimal(5)), ("2025-02", "toy", "2025-02-01", Decimal(10))]


@pytest.mark.parametrize("settle", ["day", {"days": 2}, {"weeks": 1}], ids=str)
def test_periods_of_settlement_that_are_no_months(settle):
    try:
        daily = faregate.Book(toy([PRODUCT], settle=settle))
    except faregate.Invalid:
        pytest.skip("no such period")
    log = uses(("2025-01-10T12:00", 1), ("2025-01-11T00:00", 2), ("2025-01-20T00:00", 4))
    bills = faregate.bill(log, daily, until="2025-01-20T12:00")
    assert bills.total == 3 and bills.accrued == 4
    assert set(bills.invoices["month"].tolist()) == set(bills.lines["month"].tolist()) == {None}
    assert bills.lines["begin"].tolist() == bills.invoices["begin"].tolist()
    assert [row["units"] for row in bills.months] == ([1, 2, 4] if settle == "day" else bills.months["units"].tolist())
    assert sum(bills.months["units"]) == 7 and bills.months["settled"].tolist()[-1] is None
    assert len(bills.lines) == len(bills.invoices) == len(bills.months) - 1
    assert "outside" not in str(bills.warnings)


def test_months_before_the_first_and_of_nothing(book):
    empty = faregate.bill([], book)
    assert len(empty.months) == 0 and empty.accrued == 0
    assert empty.months.columns[:4] == ("account", "month", "begin", "product")
