"""Lots (grants, packs and pools) in random lives against a model made from the documents, hour by hour.

FAREGATE_LOTS says how many lives to try (120 if not set).
"""

import os
import random
from datetime import datetime
from fractions import Fraction

import faregate
import pytest
from lots_model import HOUR, NEVER, Told, month_of

LIVES = int(os.environ.get("FAREGATE_LOTS", "120"))
START = datetime(2025, 1, 20, 7)
VALIDITIES = ["permanent", "month", {"days": 3}, {"hours": 30}, {"seconds": 7200}, {"months": 1}]
PERIODS = ["hour", "day", "week", "month", {"hours": 36}, {"days": 5}, {"months": 1}]


def toy(products: list, **more) -> dict:
    return {
        "format": "faregate-book/2",
        "id": "toy",
        "title": "Toy",
        "currency": "EUR",
        "minor_digits": 2,
        "time_zone": "+00:00",
        "rounding": "none",
        **more,
        "products": products,
    }


def flat(id: str, price: str = "0.01", **more) -> dict:
    return {"id": id, "meter": "units", "price": {"model": "flat", "price": price}, **more}


# ------------------------------------------------------------------------------------------------------ random books


def some_order(draw) -> dict:
    words = ["expiry", "bought", "left", "units"]
    return draw.choice([{}, {"order": draw.sample(words, draw.randint(1, 4))}])


def some_rank(draw) -> dict:
    return draw.choice([{}, {}, {"rank": draw.randint(0, 15)}])


def some_grant(draw, number: int) -> dict:
    grant = {"id": f"g{number}", "quantity": draw.randint(1, 60), **some_rank(draw)}
    kind = draw.choice(["opening", "monthly", "every", "every"])
    if kind == "opening":
        return {**grant, "issue": kind, "validity": draw.choice(VALIDITIES)}
    if kind == "monthly":
        grant |= {"issue": kind, "validity": draw.choice(["month", {"days": 40}])}
    else:
        every = {"every": draw.choice(PERIODS), "for": draw.choice([*VALIDITIES[2:], {"days": 20}, "permanent"])}
        grant |= {"issue": every, "validity": draw.choice(["period", "period", {"days": 2}])}
    if grant["validity"] in ("period", "month"):
        grant |= draw.choice([{}, {"rollover": draw.randint(1, 80)}])
    return grant


def some_pack(draw, number: int) -> dict:
    pack = {"id": f"p{number}", "units": draw.randint(1, 80), "price": "1", **some_rank(draw)}
    return {**pack, "validity": draw.choice(VALIDITIES)}


def some_offers(draw) -> dict:
    return {
        "grants": [some_grant(draw, i) for i in range(draw.randint(0, 2))],
        "packs": [some_pack(draw, i) for i in range(draw.randint(0, 2))],
        **some_order(draw),
    }


def some_book(draw) -> dict:
    products = [flat(f"a{i}", **some_offers(draw)) for i in range(draw.randint(1, 3))]
    policy = {
        "pack_order": draw.choice(["expiry", "purchase", "smallest_left"]),
        "pack_expiry": draw.choice(["anniversary_end", "anniversary_start", "instant"]),
    }
    return toy(products, policy=policy)


# ------------------------------------------------------------------------------------------------------ random lives


class Lived:
    """An account, and what the model says of the same commands."""

    def __init__(self, book: dict, draw) -> None:
        self.draw, self.book = draw, book
        self.account = faregate.Account(faregate.Book(book))
        self.model = Told(book, START)
        self.now = START
        self.calls: dict = {}  # id: (place of its use in the model, product, units, month)
        self.orders = 0
        for product in book["products"]:
            if draw.random() < 0.8:
                self.open(product["id"])

    def at(self) -> str:
        return f"{self.now:%Y-%m-%dT%H:00:00}"

    def step(self) -> None:
        self.now += self.draw.choice([0, 1, 1, 5, 24, 60, 200]) * HOUR
        product = self.draw.choice(self.book["products"])["id"]
        owners = [owner for owner in self.model.life.owners() if owner.get("packs")]
        if product not in self.model.life.open:
            return self.open(product)
        kind = self.draw.choice(["use", "use", "call", "call", "end", "end", "buy", "adjust", "close"])
        if kind == "use":
            return self.use(product, self.draw.randint(1, 60))
        if kind == "call":
            return self.call(product, self.draw.randint(1, 60))
        if kind == "end" and self.calls:
            return self.end(self.draw.choice(sorted(self.calls)))
        if kind == "buy" and owners:
            owner = self.draw.choice(owners)
            return self.buy(owner["id"], self.draw.choice(owner["packs"])["id"])
        if kind == "adjust":
            return self.correct(product)
        if kind == "close" and self.draw.random() < 0.3:
            self.account.close(product, at=self.at())
            self.model.do(self.now, "close_product", product)
        return None

    def open(self, product: str) -> None:
        answer = self.account.open(product, at=self.at())
        issued = self.model.do(self.now, "open_product", product)
        assert sorted(grant.id for grant in answer.grants) == sorted(lot.id for lot in issued)

    def use(self, product: str, units: int) -> None:
        answer = self.account.use(product, units, at=self.at())
        expected = self.model.do(self.now, "use", product, units)
        told = {
            "free": answer.free,
            "packs": [{"id": draw.id, "units": draw.units} for draw in answer.packs],
            "postpaid": answer.postpaid,
        }
        assert told == expected

    def call(self, product: str, units: int) -> None:
        id = f"c{len(self.model.done)}"
        self.account.call(product, id=id, quantity=units, at=self.at())
        self.calls[id] = len(self.model.done), product, units, month_of(self.now)
        self.model.do(self.now, "use", product, units)

    def end(self, id: str) -> None:
        place, _, units, _ = self.calls.pop(id)
        kept = self.draw.choice([0, 0, units, self.draw.randint(0, units)])
        if kept == 0:
            self.account.cancel(id, at=self.at())
        else:
            self.account.commit(id, quantity=kept, at=self.at())
        self.model.undo(self.now, place, units - kept)

    def buy(self, owner: str, pack: str) -> None:
        self.orders += 1
        id, count = f"o{self.orders}", self.draw.randint(1, 3)
        source = self.draw.choice(["paid", "gift"])
        (self.account.buy_pack if source == "paid" else self.account.give_pack)(
            owner, pack, quantity=count, id=id, at=self.at()
        )
        self.model.do(self.now, "buy", owner, pack, count, id, source)

    def correct(self, product: str) -> None:
        self.model.life.pass_time(self.now)
        held = sum(
            units for _, name, units, month in self.calls.values() if name == product and month == month_of(self.now)
        )
        there = self.model.life.month(product).total - held
        if there > 0:
            units = self.draw.randint(1, there)
            self.account.adjust(product, -units, reason="counted twice", at=self.at())
            self.model.do(self.now, "take_off", product, units)

    def check(self) -> None:
        statement = self.account.statement(at=self.at())
        self.model.life.pass_time(self.now)
        life = self.model.life
        for name, product in statement.products.items():
            told = {lot.id: lot for lot in [*product.grants, *product.packs]}
            own = [lot for lot in life.lots if lot.owner["id"] == name]
            assert set(told) == {lot.id for lot in own}
            for lot in own:
                expires = None if lot.expires == NEVER else lot.expires
                found = told[lot.id].expires
                assert (lot.id, told[lot.id].units, told[lot.id].left) == (lot.id, lot.units, lot.left)
                assert (found and found.replace(tzinfo=None)) == expires
            used = life.month(name)
            assert (product.month.free, product.month.packs, product.month.postpaid) == (
                used.free,
                used.packs,
                used.postpaid,
            )
        billed = sum(
            used.postpaid * Fraction(life.products[name]["price"]["price"])
            for (name, month), used in life.used.items()
            if month < month_of(self.now)
        )
        assert Fraction(str(statement.spent.postpaid)) == billed


@pytest.mark.parametrize("seed", range(LIVES))
def test_a_random_life_is_what_the_documents_say(seed):
    draw = random.Random(seed)
    lived = Lived(some_book(draw), draw)
    for _ in range(draw.randint(5, 40)):
        lived.step()
        if draw.random() < 0.2:
            lived.check()
    lived.check()
