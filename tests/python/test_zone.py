"""Price books in a time zone: days of 23 to 25 hours, civil times that are skipped or come twice, and months of 671 to
745."""

import json
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import faregate
import pyarrow
import pytest
from faregate._zone import book_keys_of
from faregate.cli import main

MADRID = book_keys_of("Europe/Madrid")


def book_in(zone: str, **product) -> faregate.Book:
    sold = {"id": "store", "meter": "gb-hours", "price": {"model": "flat", "price": "1"}} | product
    return faregate.Book(
        {
            "format": "faregate-book/2", "id": "toy-attic", "title": "Attic", "currency": "EUR", "minor_digits": 2,
            "rounding": {"digits": 2, "mode": "half_up"}, "products": [sold], **book_keys_of(zone),
        }
    )  # fmt: skip


def instant_of(civil: datetime, zone: ZoneInfo) -> datetime:
    """The first instant that shows it, and the end of the gap that skips it."""
    instant = civil.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == civil:
        return instant
    gap = civil
    while gap.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != gap:
        gap += timedelta(minutes=30)  # where gaps end
    return gap.replace(tzinfo=zone, fold=0).astimezone(UTC)


@pytest.mark.parametrize("name", ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])
def test_civil_times_are_the_instants_that_clocks_show(name):
    zone = ZoneInfo(name)
    account = faregate.Account(book_in(name))
    draw = random.Random(name)
    halves = range(2 * 24 * 365 * 60)
    civil = sorted(datetime(2000, 1, 1) + timedelta(minutes=30 * half) for half in draw.sample(halves, 20_000))
    changes = [
        datetime(year, month, day, hour, 30)
        for year in (2024, 2025)
        for month in (3, 4, 10, 11)
        for day in range(1, 31)
        for hour in range(4)
    ]
    for at in sorted({*civil, *changes}, key=lambda at: (instant_of(at, zone), at)):
        account.advance(at=at)
        expected = instant_of(at, zone)
        assert account.now == expected, at
        assert account.now.utcoffset() == expected.astimezone(zone).utcoffset(), at


def test_a_month_has_its_true_hours():
    book = book_in("Europe/Madrid", price={"model": "flat", "per_hours_of_month": True, "price": "7.43"})
    for month, hours in (("2025-02", 672), ("2025-03", 743), ("2025-04", 720), ("2025-10", 745)):
        assert book.price("store", "gb-hours", hours, at=f"{month}-15").amount == Decimal("7.43")
    account = faregate.Account(book)
    account.open("store", at="2025-03-01")
    account.use("store", 743 * 2, at="2025-03-30T02:30")  # the clocks skip it
    assert account.now.isoformat() == "2025-03-30T03:00:00+02:00"
    account.advance(at="2025-04-01")
    (invoice,) = account.invoices
    assert invoice.total == Decimal("14.86")
    assert invoice.issued.isoformat() == "2025-04-01T00:00:00+02:00"


def test_a_day_has_23_or_25_hours():
    tiers = {"model": "volume", "tiers": [{"from": 0, "price": "2"}, {"from": 10, "price": "1"}]}
    account = faregate.Account(book_in("Europe/Madrid", price=tiers, tier_period="day"))
    account.open("store", at="2025-10-25T00:00")
    account.use("store", 5, at="2025-10-25T23:59:59")
    account.use("store", 5, at="2025-10-26T00:00")
    account.use("store", 5, at="2025-10-26T22:59:59Z")  # 24 hours and 59 minutes later
    account.use("store", 5, at="2025-10-26T23:00:00Z")
    account.advance(at="2025-11-01")
    assert account.invoices[0].total == 5 * 2 + 10 * 1 + 5 * 2


def test_a_ledger_keeps_the_zone_it_began_with(tmp_path):
    path = tmp_path / "attic.db"
    with faregate.open(path, book=book_in("Europe/Madrid")) as account:
        account.open("store", at="2025-03-29T12:00")
        account.use("store", 3, at="2025-03-30T12:00")
    with faregate.open(path) as account:
        assert account.now.isoformat() == "2025-03-30T12:00:00+02:00"
        assert account.book.time_zone == "Europe/Madrid" and account.book.utc_offset is None
        assert account.book.to_dict()["tzdata"] == MADRID["tzdata"]
    assert faregate.verify(path).good_at == "2025-03-30T12:00:00+02:00"


def test_bills_are_in_the_zone():
    book = book_in("Europe/Madrid")
    log = [
        {"account": "a", "product": "store", "time": "2025-03-31T23:59", "quantity": 1},
        {"account": "a", "product": "store", "time": "2025-03-31T22:00:00Z", "quantity": 2},  # April there
    ]
    bills = faregate.bill(log, book, until="2025-05-01")
    issued = bills.invoices["issued"]
    assert [at.isoformat() for at in issued] == ["2025-04-01T00:00:00+02:00", "2025-05-01T00:00:00+02:00"]
    assert list(bills.invoices["total"]) == [1, 2]
    assert pyarrow.array(issued).type.tz == "Europe/Madrid"


def test_a_zoned_book_is_written_and_read(capsys):
    book = book_in("Europe/Madrid")
    assert faregate.Book(book.to_dict()).to_json() == book.to_json()
    assert book.to_dict()["transitions"] == MADRID["transitions"]
    assert main(["zone", "Europe/Madrid"]) == 0
    assert json.loads("{" + capsys.readouterr().out.rstrip().rstrip(",") + "}") == MADRID
    assert main(["zone", "Europe/Nowhere"]) == 1


FIRST = {"at": "1970-01-01T00:00:00Z", "offset": "+01:00"}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"transitions": []}, "transitions"),
        ({"time_zone": "+01:00"}, "transitions"),
        ({"time_zone": "Europe Madrid"}, "time_zone"),
        ({"tzdata": ""}, "tzdata"),
        ({"transitions": [FIRST | {"at": "1970-01-01T00:00:01Z"}]}, "transitions[0].at"),
        ({"transitions": [FIRST | {"at": "1970-01-01T00:00:00"}]}, "transitions[0].at"),
        ({"transitions": [FIRST | {"offset": "+15:00"}]}, "transitions[0].offset"),
        ({"transitions": [FIRST, {"at": "1970-01-02T23:59:59Z", "offset": "+02:00"}]}, "transitions[1].at"),
        ({"transitions": [FIRST, FIRST]}, "transitions[1].at"),
    ],
)
def test_a_zone_that_cannot_be(changes, path):
    document = book_in("Europe/Madrid").to_dict() | changes
    with pytest.raises(faregate.Invalid) as caught:
        faregate.Book(document)
    assert caught.value.path == path
    assert [error.path for error in faregate.Book.errors(document)] == [path]


@pytest.mark.parametrize("month", ["2025-03", "2025-10"])  # of 743 and 745 hours
def test_capacity_by_the_day_is_ordered_for_all_days_of_a_month_in_which_clocks_change(month: str) -> None:
    """30 QPS for 31 days at 110 a day, worked out by hand: R19."""
    data = faregate.Book("tencent-facefusion").to_dict() | book_keys_of("Europe/Madrid")
    del data["products"][0]["capacity"]["month"]
    book = faregate.Book(data)
    plan = faregate.cheapest(book, {"product": "image", "start": month, "calls": [1_000_000], "peak_qps": [30]})
    assert (plan.total, plan.orders[0].days) == (110 * 30 * 31, 31)
    timeline = dict(plan.timeline)
    timeline["commands"] = [command for command in timeline["commands"] if command["do"] != "advance"]
    timeline["commands"].append({"do": "use", "product": "image", "quantity": 1, "at": f"{month}-31T12:00:00"})
    assert faregate.replay(timeline)["outcomes"][-1]["ok"]
