"""Explanations of invoices that are shorter than the period of their tiers: each is a sum, and it comes to the amount."""

import re
from decimal import Decimal
from random import Random

import faregate
import pytest
from toy import toy

TIERS = [{"from": 0, "price": "0.3"}, {"from": 40, "price": "0.07"}, {"from": 90, "price": "0.011"}]
WORDS = r" for all up to now| invoiced before| taken off before| free| packs| fee|at (least|most) [0-9.]+: "


def value(sum_: str) -> Decimal:
    """Of a sum of products, with one difference in parentheses at most in front."""
    plain = sum_.replace("−", "-").replace("×", "*")
    assert re.fullmatch(r"[-+*(). 0-9]+", plain), sum_
    return Decimal(str(eval(re.sub(r"([0-9]+(?:\.[0-9]+)?)", r"Decimal('\1')", plain))))


def check(line) -> None:
    """Each step is equal, or as equal as the rounding to 0.01 makes it; the last is the amount."""
    told = re.sub(WORDS, "", line.explanation.replace(",", ""))
    for step in told.split("; "):
        left, sign, right = re.fullmatch(r"(?:\([0-9 −]+\): )?(.*) ([=≈]) (-?[0-9.]+)", step).groups()
        difference = abs(value(left) - Decimal(right))
        assert difference <= (0 if sign == "=" else Decimal("0.005")), line.explanation
    assert Decimal(right) == line.amount, line.explanation


def some_product(rng: Random) -> dict:
    model = rng.choice(("flat", "volume", "graduated"))
    price = {"model": model, **({"price": "0.013"} if model == "flat" else {"tiers": TIERS})}
    keys = {"id": "p", "meter": "u", "price": price}
    if rng.random() < 0.5:
        grant = {"id": "g", "quantity": rng.choice((5, 60)), "issue": "monthly", "validity": "month"}
        keys["grants"] = [grant]
    if rng.random() < 0.3:
        keys[rng.choice(("least", "most"))] = "2"
    if rng.random() < 0.3:
        keys["rules"] = [{"when": {"hour": {"below": 5}}, "factor": "2"}]
    return keys


@pytest.mark.parametrize("seed", range(60))
def test_an_explanation_is_a_sum_that_comes_to_the_amount(seed):
    rng = Random(f"running {seed}")
    book = toy([some_product(rng)], rounding={"digits": 2, "mode": "half_up"}, settle="hour")
    account = faregate.Account(faregate.Book(book))
    account.open("p", at="2025-01-10T00:00:00")
    for hour in range(9):
        for _ in range(rng.choice((0, 1, 2))):
            account.use("p", rng.choice((1, 7, 33)), at=f"2025-01-10T0{hour}:30:00")
    account.advance(at="2025-01-10T10:00:00")
    lines = [line for invoice in account.invoices for line in invoice.lines]
    assert lines
    for line in lines:
        check(line)


def test_what_free_units_cover_is_in_the_sum():
    grant = {"id": "g", "quantity": 600, "issue": "monthly", "validity": "month"}
    product = {"id": "p", "meter": "u", "price": {"model": "flat", "price": "0.003"}, "grants": [grant]}
    book = toy([product], rounding={"digits": 2, "mode": "half_up"}, settle="hour")
    account = faregate.Account(faregate.Book(book))
    account.open("p", at="2025-01-10T00:00:00")
    account.use("p", 501, at="2025-01-10T00:00:00")
    account.use("p", 502, at="2025-01-10T01:00:00")
    account.use("p", 2, at="2025-01-10T02:00:00")
    account.advance(at="2025-01-10T03:00:00")
    assert [invoice.lines[0].explanation for invoice in account.invoices] == [
        "(501 − 501 free): 0 = 0.00",
        "(502 − 99 free) × 0.003 ≈ 1.21",
        "405 × 0.003 ≈ 1.22 for all up to now; 1.22 − 1.21 invoiced before = 0.01",
    ]


def test_a_bound_of_several_tier_periods_is_told_as_one_of_each():
    """Usage of a day alone says what is missing up to the day's least, so that no difference of the month's sums does."""
    price = {"model": "flat", "price": "0.1"}
    book = toy([{"id": "p", "meter": "u", "tier_period": "day", "least": "1", "most": "2", "price": price}])
    account = faregate.Account(faregate.Book(book))
    account.open("p", at="2025-01-29T00:00:00")
    account.use("p", 4, at="2025-01-29T00:30:00")
    account.use("p", 50, at="2025-01-30T00:30:00")
    account.advance(at="2025-02-01T00:00:00")
    _, least, most = account.invoices[0].lines
    assert least.explanation == "at least 1.00 in each tier period = 1.60"
    assert most.explanation == "at most 2.00 in each tier period = -3.00"


@pytest.mark.parametrize("model", ["volume", "graduated"])
def test_a_line_over_several_days_of_tiers_names_no_quantity_that_picked_them(model):
    tiers = [{"from": 0, "price": "1"}, {"from": 10, "price": "0.5"}]
    product = {"id": "p", "meter": "u", "tier_period": "day", "price": {"model": model, "tiers": tiers}}
    account = faregate.Account(faregate.Book(toy([product], policy={"tier_basis": "total"})))
    account.open("p", at="2025-01-01")
    account.use("p", 16, at="2025-01-02")
    account.use("p", 3, at="2025-01-04")
    first = "16 × 0.50 (on 2025-01-02)" if model == "volume" else "10 × 1.00 (on 2025-01-02) + 6 × 0.50"
    sum_ = "11.00" if model == "volume" else "16.00"
    assert account.preview(at="2025-01-05").lines[0].explanation == f"{first} + 3 × 1.00 (on 2025-01-04) = {sum_}"
    account.use("p", 4, at="2025-02-02")
    account.advance(at="2025-03-01")
    told = [line.explanation for invoice in account.invoices for line in invoice.lines]
    assert told == [f"{first} + 3 × 1.00 (on 2025-01-04) = {sum_}", "4 × 1.00 = 4.00"]
