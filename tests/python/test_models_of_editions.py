"""A price whose model an edition changes within a tier period: what is charged, for all pairs of models, by hand, and
against the reference; and explanations that are sums of what they say."""

import itertools
import re
from decimal import Decimal
from fractions import Fraction
from random import Random

import faregate
import format2
import pytest
from toy import HEAD

TIERS = [{"from": 0, "price": "5"}, {"from": 10, "price": "3"}, {"from": 20, "price": "2"}]
MODELS = {
    "flat": {"model": "flat", "price": "4"},
    **{model: {"model": model, "tiers": TIERS} for model in ("volume", "graduated", "stairstep")},
}
# 8 units before the change and 15 after it, so 23 in all. Each unit at the price of its own edition, unless one of the
# two is a stairstep: then all are priced by the later one.
AMOUNTS = {
    ("flat", "flat"): 23 * 4,
    ("flat", "volume"): 8 * 4 + 15 * 2,
    ("flat", "graduated"): 8 * 4 + 2 * 5 + 10 * 3 + 3 * 2,
    ("flat", "stairstep"): 2,
    ("volume", "flat"): 8 * 2 + 15 * 4,
    ("volume", "volume"): 23 * 2,
    ("volume", "graduated"): 8 * 2 + 2 * 5 + 10 * 3 + 3 * 2,
    ("volume", "stairstep"): 2,
    ("graduated", "flat"): 8 * 5 + 15 * 4,
    ("graduated", "volume"): 8 * 5 + 15 * 2,
    ("graduated", "graduated"): 10 * 5 + 10 * 3 + 3 * 2,
    ("graduated", "stairstep"): 2,
    ("stairstep", "flat"): 23 * 4,
    ("stairstep", "volume"): 23 * 2,
    ("stairstep", "graduated"): 10 * 5 + 10 * 3 + 3 * 2,
    ("stairstep", "stairstep"): 2,
}
CHANGES = ["2025-03-11", "2025-03-21"]


def book_of(prices: list, **keys) -> dict:
    """A price from each of some dates on."""
    dates = ["2025-01-01", *CHANGES]
    editions = [
        {"effective": date, "products": [{"id": "p", "meter": "u", "price": price, **keys}]}
        for date, price in zip(dates, prices, strict=False)
    ]
    return {**HEAD, "editions": editions}


def check(line) -> None:
    """An explanation is a sum, which comes to the amount as its sign says."""
    told = re.sub(r" \(from [-0-9]+\)| fee|^[0-9]+ in blocks of [0-9]+: ", "", line.explanation)
    told = re.sub(r"([0-9.]+) for all [0-9]+", r"\1", told)
    left, sign, right = re.fullmatch(r"([-+×÷. 0-9]+) ([=≈]) ([0-9.]+)", told).groups()
    numbers = re.sub(r"([0-9]+(?:\.[0-9]+)?)", r"Fraction('\1')", left.replace("×", "*").replace("÷", "/"))
    difference = abs(eval(numbers) - Fraction(right))
    assert difference == 0 if sign == "=" else 0 < difference < 1, line.explanation
    assert Decimal(right) == line.amount, line.explanation


def told_editions(account: faregate.Account) -> set:
    (invoice,) = account.statement()["invoices"]
    return {part["edition"] for line in invoice["lines"] for part in line["parts"]}


def lived(book: dict, uses: dict) -> faregate.Account:
    account = faregate.Account(faregate.Book(book))
    account.open("p", at="2025-03-01T00:00:00")
    for date, quantity in uses.items():
        account.use("p", quantity, at=f"{date}T12:00:00")
    return account


@pytest.mark.parametrize("earlier, later", list(AMOUNTS))
def test_each_pair_of_models(earlier, later):
    book = book_of([MODELS[earlier], MODELS[later]])
    account = lived(book, {"2025-03-05": 8, "2025-03-15": 15})
    assert account.preview(at="2025-03-20T00:00:00").total == AMOUNTS[earlier, later]
    fork = lived(book, {"2025-03-05": 8})
    asked = fork.preview(product="p", quantity=15, at="2025-03-15T12:00:00")
    assert asked.total == AMOUNTS[earlier, later]
    account.advance(at="2025-04-01T00:00:00")
    (invoice,) = account.invoices
    assert invoice.total == AMOUNTS[earlier, later]
    check(invoice.lines[0])
    table = faregate.Book(book).bill_many("p", [23], free=0, at="2025-03-01", before={"2025-03-11": [8]})
    assert table["amount"].tolist() == [Decimal(AMOUNTS[earlier, later])]


@pytest.mark.parametrize("model", ["flat", "volume", "graduated"])
def test_a_stairstep_that_nobody_used_in_its_last_days_prices_the_month(model):
    account = lived(book_of([MODELS[model], MODELS["stairstep"]]), {"2025-03-05": 12})
    account.advance(at="2025-04-01T00:00:00")
    (line,) = account.invoices[0].lines
    assert (line.amount, told_editions(account)) == (3, {"2025-03-11"})
    assert line.explanation == "3.00 for all 12 = 3.00"


def test_units_of_a_stairstep_are_told_with_the_edition_that_prices_them():
    account = lived(book_of([MODELS["stairstep"], MODELS["flat"]]), {"2025-03-05": 8, "2025-03-15": 15})
    account.advance(at="2025-04-01T00:00:00")
    assert (account.invoices[0].total, told_editions(account)) == (92, {"2025-03-11"})


def test_a_single_part_is_told_by_the_edition_that_prices_it():
    account = lived(book_of([MODELS["stairstep"], MODELS["flat"]]), {"2025-03-05": 8})
    account.advance(at="2025-04-01T00:00:00")
    assert account.invoices[0].lines[0].explanation == "8 × 4.00 = 32.00"
    assert told_editions(account) == {"2025-03-11"}


def random_price(rng: Random, model: str) -> dict:
    price = {**MODELS[model]}
    if model != "flat":
        edges = [0, *sorted(rng.sample(range(10, 60, 10), rng.choice([1, 2])))]
        price["tiers"] = [{"from": edge, "price": rng.choice(["0", "0.3", "5", "2"])} for edge in edges]
    if model in ("volume", "graduated") and rng.random() < 0.4:
        price["tiers"] = [{**tier, "fee": rng.choice(["1", "7"])} for tier in price["tiers"]]
    if model != "stairstep":
        price |= rng.choice([{}, {"block": 10}, {"per": 5}])
    return price | rng.choice([{}, {}, {"rounding": {"digits": 0, "mode": "up"}}])


def with_offers(rng: Random, book: dict) -> dict:
    """Grants, rules, a counter, invoices shorter than the month, and which units pick a tier."""
    grants = [{"id": "g", "quantity": 7, "issue": "monthly", "validity": "month"}] if rng.random() < 0.4 else []
    rules = [{"when": {"weekday": {"from": 6}}, "factor": "1.5"}] if rng.random() < 0.4 else []
    has_counter = rng.random() < 0.3 and not any(
        "fee" in tier for edition in book["editions"] for tier in edition["products"][0]["price"].get("tiers", ())
    )
    for edition in book["editions"]:
        (product,) = edition["products"]
        product |= {"grants": grants, "settle": book.get("settle", "month")}
        if rules and not any("fee" in tier for tier in product["price"].get("tiers", ())):
            product["rules"] = rules
        if has_counter:
            product["price"]["counter"] = "c"
            price = {"model": "flat", "price": "1", "counter": "c"}
            edition["products"].append({"id": "q", "meter": "u", "price": price})
    return {**book, "policy": {"tier_basis": rng.choice(["residual", "total", "after_free"])}}


@pytest.mark.parametrize("models", list(itertools.product(MODELS, repeat=2)))
@pytest.mark.parametrize("seed", range(12))
def test_random_lives_over_the_change(models, seed):
    rng = Random(f"{models} {seed}")
    prices = [random_price(rng, model) for model in (*models, rng.choice(list(MODELS)))]
    book = with_offers(rng, book_of(prices[: rng.choice([2, 2, 3])]) | {"settle": rng.choice(["month", "day"])})
    del book["settle"]
    products = [product["id"] for product in book["editions"][0]["products"]]
    commands = [{"at": "2025-03-01T00:00:00", "do": "open", "product": name} for name in products]
    for day in sorted(rng.sample(range(2, 32), 9)):
        use = {"do": "use", "product": rng.choice(products), "quantity": rng.choice([1, 4, 11, 25])}
        commands.append({"at": f"2025-03-{day:02d}T12:00:00", **use})
    commands.append({"at": "2025-04-02T00:00:00", "do": "advance"})
    timeline = {"book": book, "commands": commands}
    assert faregate.Book.errors(book) == ()
    answer, expected = faregate.replay(timeline), format2.replay(timeline)
    assert Fraction(answer["statement"]["spent"]["total"]) == Fraction(expected["statement"]["spent"]["total"])


@pytest.mark.parametrize("seed", range(60))
def test_explanations_are_sums(seed):
    rng = Random(f"told {seed}")
    prices = [random_price(rng, rng.choice(list(MODELS))) for _ in range(3)]
    rounding = {"rounding": {"digits": 2, "mode": "half_up"}}
    account = lived(book_of(prices) | rounding, {"2025-03-05": 8, "2025-03-15": 15, "2025-03-25": rng.choice([1, 30])})
    account.advance(at="2025-04-01T00:00:00")
    for line in account.invoices[0].lines:
        check(line)
