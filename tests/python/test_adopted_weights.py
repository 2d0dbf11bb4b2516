"""Prices, factors, parts of a price and decimals of packs that are adopted while units of a pool of money are held:
beside fractions without bound, in an account and in a ledger that is opened anew after every step.

FAREGATE_LOTS says how many lives to try (15 if not set).
"""

import os
import pickle
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor, lcm
from random import Random

import faregate
import pytest
from toy import toy

LIVES = int(os.environ.get("FAREGATE_LOTS", "15"))
MOST = 2**63 - 1
MODEL = {"id": "model", "values": ["big", "mini"], "default": "big"}
REGION = {"id": "region", "values": ["eu", "us"], "default": "eu"}


def decimal(draw: Random, most: int, decimals: int) -> str:
    return f"{Decimal(draw.randint(1, most)).scaleb(-draw.randint(0, decimals)):f}"


def a_price(draw: Random) -> dict:
    return {"model": "flat", "price": decimal(draw, 999, 4), "per": draw.choice((1, 1, 10, 3, 7, 999_979, 999_983))}


def a_list(draw: Random) -> dict:
    """What a price list says of one product and of the pool that covers it."""
    rules = [
        {"id": "mini", "when": {"model": "mini"}, "price": a_price(draw)},
        {"when": {"region": "us"}, "factor": decimal(draw, 30, 1)},
    ]
    product = {
        "id": "tokens",
        "meter": "tokens",
        "price": a_price(draw),
        "rules": draw.sample(rules, draw.randint(0, 2)),
    }
    pack = {"id": "m", "units": decimal(draw, 10 ** draw.randint(1, 8), 3), "price": "1", "validity": {"years": 9}}
    covers = [{"product": "tokens", "of_price": decimal(draw, 99, 1)}]
    pool = {"id": "plan", "money": True, "covers": covers, "packs": [pack]}
    rounding = {"digits": 2, "mode": "half_up"}
    return toy([product], pools=[pool], attributes=[MODEL, REGION], rounding=rounding)


def weight(listed: dict, model: str, region: str) -> Fraction:
    [product], [pool] = listed["products"], listed["pools"]
    price, factor = product["price"], Fraction(1)
    for rule in product["rules"]:
        if rule["when"] == {"model": model}:
            price = rule["price"]
        if rule["when"] == {"region": region}:
            factor = Fraction(rule["factor"])
    return Fraction(price["price"]) / price["per"] * factor * Fraction(pool["covers"][0]["of_price"])


def units_of(listed: dict) -> Fraction:
    return Fraction(listed["pools"][0]["packs"][0]["units"])


def weights_of(lists: list) -> list:
    return [weight(each, model, region) for each in lists for model in MODEL["values"] for region in REGION["values"]]


def parts_of(lists: list) -> int:
    """How many parts a unit of the pool has in which everything that the lists say is whole."""
    return lcm(*(number.denominator for number in (*weights_of(lists), *map(units_of, lists))))


class Model:
    def __init__(self, listed: dict):
        self.lists = [listed]
        self.lots: list[list] = []  # units, and how many are left

    def takes(self, listed: dict) -> bool:
        """Whether all lots that are sold or held, and all units that usage may have drawn, can be counted in the parts
        of all lists together."""
        lists = [*self.lists, listed]
        sizes = [units_of(each) for each in lists] + [units for units, _ in self.lots]
        return parts_of(lists) * max(*sizes, *weights_of(lists)) <= MOST

    def buy(self, number: int) -> None:
        units = units_of(self.lists[-1]) * number
        self.lots.append([units, units])

    def use(self, quantity: int, model: str, region: str) -> int:
        of_each, rest = weight(self.lists[-1], model, region), quantity
        for lot in self.lots:
            units = min(rest, floor(lot[1] / of_each))
            lot[1] -= units * of_each
            rest -= units
        return quantity - rest


class Life:
    """An account in memory and one in a ledger, which answer alike."""

    def __init__(self, path, listed: dict):
        self.path, self.at = path, "2025-01-01T00:00:00"
        book = faregate.Book(listed)
        self.account, self.ledger = faregate.Account(book), faregate.open(path, book=book)

    def do(self, name: str, *arguments, **fields):
        answers = []
        for account in (self.account, self.ledger):
            try:
                answers.append(getattr(account, name)(*arguments, at=self.at, **fields).to_dict())
            except faregate.Error as error:
                answers.append(error.code)
        assert answers[0] == answers[1]
        return answers[0]

    def reopen(self) -> None:
        self.ledger.release()
        self.ledger = faregate.open(self.path)
        assert self.ledger.statement().to_dict() == self.account.statement().to_dict()
        kept = pickle.loads(pickle.dumps(self.account))
        assert kept.statement().to_dict() == self.account.statement().to_dict()


def adopt(draw: Random, life: Life, model: Model, day: int, told: Counter) -> None:
    listed, takes = a_list(draw), False
    if not faregate.Book.errors(listed):
        life.do("advance")  # time passes for a refused command, too
        before = life.account.to_bytes()
        answer = life.do("adopt", faregate.Book(listed), effective=f"2025-01-{day + 1:02d}")
        takes = model.takes(listed)
        assert (answer != "book_mismatch") == takes, answer
        assert takes or life.account.to_bytes() == before
        if takes:
            model.lists.append(listed)
        told["adopted" if takes else "refused"] += 1


def live(draw: Random, life: Life, model: Model, told: Counter) -> None:
    life.do("open", "tokens")
    for day in range(1, 13):
        life.at = f"2025-01-{day:02d}T00:00:00"
        if draw.random() < 0.5:
            number = draw.choice((1, 2, 50))
            bought = life.do("buy_pack", "plan", "m", quantity=number)
            if bought == "overflow":
                assert units_of(model.lists[-1]) * number * parts_of(model.lists) > MOST
            else:
                assert Fraction(str(bought["units"])) == units_of(model.lists[-1]) * number
                model.buy(number)
        quantity, kind = (
            draw.choice((1, 70, 10**6, 10**12)),
            (draw.choice(MODEL["values"]), draw.choice(REGION["values"])),
        )
        used = life.do("use", "tokens", quantity, attributes=dict(zip(("model", "region"), kind, strict=True)))
        assert sum(part["units"] for part in used["packs"]) == model.use(quantity, *kind)
        life.at = f"2025-01-{day:02d}T12:00:00"
        adopt(draw, life, model, day, told)
        life.reopen()


def test_adopted_weights_and_decimals(tmp_path):
    told: Counter[str] = Counter()
    for number in range(LIVES):
        draw = Random(f"adopted weights {number}")
        listed = a_list(draw)
        if faregate.Book.errors(listed):
            continue
        life = Life(tmp_path / f"{number}.db", listed)
        live(draw, life, Model(listed), told)
        life.ledger.release()
        assert faregate.verify(life.path).ok
        document, again, successor = (tmp_path / f"{number}{end}" for end in (".json", " again.db", " successor.db"))
        faregate.export(life.path, document)
        faregate.import_ledger(document, again)
        faregate.seal_ledger(life.path, successor)
        assert faregate.verify(successor, predecessor=life.path).ok
        for path in (again, successor):  # of commands, and of a snapshot
            with faregate.open(path) as ledger:
                assert ledger.statement().to_dict() == life.account.statement().to_dict()
    assert min(told["adopted"], told["refused"]) > LIVES


def a_plan(per: int) -> dict:
    product = {"id": "tokens", "meter": "tokens", "price": {"model": "flat", "price": "1.7", "per": per}}
    pack = {"id": "m", "units": "100000.5", "price": "1", "validity": {"years": 9}}
    pool = {"id": "plan", "money": True, "covers": [{"product": "tokens", "of_price": "0.9"}], "packs": [pack]}
    return toy([product], pools=[pool], rounding={"digits": 2, "mode": "half_up"})


def test_weights_too_fine_together_are_a_mismatch():
    account = faregate.Account(a_plan(999_983))
    with pytest.raises(faregate.BookMismatch, match="coarser weights") as caught:
        account.adopt(faregate.Book(a_plan(999_979)), effective="2025-02-01", at="2025-01-01")
    assert caught.value.path == "pools"
    account.adopt(faregate.Book(a_plan(999_983 * 7)), effective="2025-02-01", at="2025-01-01")


def test_more_editions_than_there_is_room_for_are_a_mismatch():
    account = faregate.Account(a_plan(1))
    for day in range(63):
        account.adopt(
            faregate.Book(a_plan(1 + day % 2)), effective=date(2025, 2, 1) + timedelta(days=day), at="2025-01-01"
        )
    with pytest.raises(faregate.BookMismatch, match="at most 64 editions") as caught:
        account.adopt(faregate.Book(a_plan(3)), effective="2025-12-01", at="2025-01-01")
    assert caught.value.path == "editions"
