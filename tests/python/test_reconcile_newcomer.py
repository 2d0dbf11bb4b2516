"""reconcile over several accounts: what is missing, totals, rows, rounding, which book, and what accounts have in common.

Without packs image costs 0.24 below 10,000 calls of a month and 0.18 from there on, by all of them, and 1,000 are free:
15,000 come to 14,000 * 0.18 = 2,520, and 3,000 to 2,000 * 0.24 = 480."""

from decimal import Decimal

import faregate
import pytest

BOOK = faregate.Book("tencent-facefusion")
COLUMNS = {"month": "m", "account": "a", "units": "u", "amount": "x"}
IMAGE = {"product": "image"}
LOG = [
    {"account": account, "time": f"2024-{month}-05T10:00", "product": "image", "quantity": quantity}
    for month in (10, 11)
    for account, quantity in (("north", 15_000), ("south", 3_000))
]


def line(month, account, units, amount):
    return {"m": month, "a": account, "u": units, "x": amount}


NORTH = [line(f"2024-{month}", "north", 15_000, "2520.00") for month in (10, 11)]
SOUTH = [line(f"2024-{month}", "south", 3_000, "480.00") for month in (10, 11)]


@pytest.fixture(scope="module")
def bills():
    return faregate.bill(LOG, BOOK, detail=True)


def asked(bills, rows, **more):
    return faregate.reconcile(bills, rows, columns=COLUMNS, constants=IMAGE, **more)


def test_a_month_of_one_account_that_the_invoice_lacks(bills):
    found = asked(bills, [*NORTH, SOUTH[0]])
    assert not found.equal and found.absent == ("2024-11",)
    row = next(iter(found.missing))
    assert (row["account"], row["month"], row["amount"]) == ("south", "2024-11", Decimal("480.00"))
    for said in (repr(found), str(found), found._repr_html_()):
        assert "not in the invoice: 2024-11 south 480.00" in said


def test_an_account_that_the_invoice_lacks(bills):
    found = asked(bills, NORTH)
    assert not found.equal and found.without_invoice == ("south",)
    assert found.missing["amount"].tolist() == [480, 480]


def test_what_comes_before_the_invoice_is_not_missing(bills):
    found = asked(bills, [NORTH[1], SOUTH[1]])
    assert found.equal and found.absent == ("2024-10",) and len(found.missing) == 0


@pytest.mark.parametrize("month", ["Okt", "2024/13", "11-24", "Totally"])
def test_a_month_that_cannot_be_read_is_no_total(bills, month):
    found = asked(bills, [NORTH[0], SOUTH[0], line(month, "north", 18_000, "3000.00")])
    assert not found.equal and found.skipped == 0
    assert [(row["row"], row["column"], row["text"]) for row in found.unread] == [(2, "month", month)]


@pytest.mark.parametrize("month, account", [("", ""), ("", "Total"), ("Total", ""), ("Grand total:", ""), ("合计", "")])
def test_totals(bills, month, account):
    rows = [*NORTH, *SOUTH, line(month, account, 36_000, "6000.00")]  # 2 * (2,520 + 480)
    found = asked(bills, rows)
    assert found.equal and (found.read, found.skipped) == (4, 1)
    for wrong in (line(month, account, 36_001, "6000.00"), line(month, account, 36_000, "6000.01")):
        told = asked(bills, [*NORTH, *SOUTH, wrong])
        assert not told.equal and told.skipped == 0 and told.unread["row"].tolist() == [4]


def test_totals_of_parts_and_of_all(bills):
    parts = [line("", "north", 30_000, "5040"), *SOUTH, line("", "south", 6_000, "960"), line("", "", 36_000, "6000")]
    found = asked(bills, [*NORTH, *parts])
    assert found.equal and (found.read, found.skipped) == (4, 3)


def test_rows_are_those_of_the_invoice_and_lines_name_accounts(bills):
    south = [line("2024-10", "south", 3_000, "x"), line("2024-11", "south", 3_000, "480.01")]
    rows = [*NORTH, *south, line("2024-11", "z", 1, "1")]
    found = asked(bills, rows, causes=0)
    assert [(row["row"], row["column"]) for row in found.unread] == [(2, "amount"), (4, "account")]
    assert "unexplained: south 2024-11 image usage, 0.01 CNY" in str(found)


def test_rows_that_are_not_wanted_are_skipped_whatever_their_account(bills):
    rows = [{**row, "s": "ff"} for row in (*NORTH, *SOUTH)] + [{**line("2024-10", "other", 1, "1"), "s": "cvm"}]
    found = asked(bills, rows, only={"s": "ff"})
    assert found.equal and (found.read, found.skipped) == (4, 1)


def dearer(price):
    described = BOOK.to_dict()
    described["products"][0]["price"]["tiers"][0]["price"] = price
    return faregate.Book({**described, "changed": f"image: {price}"})


def test_an_invoice_in_cents():
    """2,001 less 1,000 at 0.2415 is 241.7415."""
    log = [{**LOG[0], "quantity": 2_001}]
    rows = [{"month": "2024-10", "product": "image", "units": 2_001, "amount": "241.74"}]
    found = faregate.reconcile(faregate.bill(log, dearer("0.2415"), detail=True), rows)
    assert not found.equal and found.left == 0
    assert found.explanations["text"][0] == "amounts are rounded to 2 decimals"
    other = faregate.reconcile(faregate.bill(log, BOOK, detail=True), rows, books=[dearer("0.3"), dearer("0.2415")])
    texts = {(row["explanation"], row["text"]) for row in other.explanations}
    assert {text for number, text in texts if number == 1} == {
        "amounts are rounded to 2 decimals",
        "all is billed by the book tencent-facefusion, books[1] (changed: image: 0.2415)",
    }


def test_a_cause_that_accounts_have_in_common():
    """A call of 05:00 in China on the first is of the month before in UTC."""
    log = [
        {"account": account, "time": time, "product": "image", "quantity": quantity}
        for time, quantities in (("2024-10-05T10:00", (2_000, 3_000)), ("2024-11-01T05:00", (1_500, 1_700)))
        for account, quantity in zip(("north", "south"), quantities, strict=True)
    ]
    rows = [line("2024-10", "north", 3_500, "600.00"), line("2024-10", "south", 4_700, "888.00")]
    rows += [line("2024-11", name, 0, "0") for name in ("north", "south")]
    found = asked(faregate.bill(log, BOOK, detail=True), rows)
    assert any("months are those of UTC" in text for text in found.common)
    assert str(found).splitlines()[1].startswith("explains all of north, south: the vendor's months are those of UTC")
    alone = asked(faregate.bill(log, BOOK, detail=True), rows, causes=0)
    assert alone.common == ()


def test_marks_are_arguments(bills):
    rows = [line("2024-10", "north", "15.000", "2.520,00"), line("2024-10", "south", "3.000", "480,00")]
    assert asked(bills, rows, thousands=".", decimal=",").equal
    told = asked(bills, [line("2024-10", "north", "15.178", "2520")], causes=0)
    assert '"thousands": "."' in told.unread["reason"][0]
    with pytest.raises(faregate.InvalidType, match="thousands"):
        asked(bills, rows, thousands=5)
