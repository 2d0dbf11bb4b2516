"""Lots (grants, packs and pools) in random lives against a model made from the documents, hour by hour.

FAREGATE_LOTS says how many lives to try (120 if not set).
"""

import copy
import os
import random
from datetime import datetime
from fractions import Fraction

import faregate
import pytest
from lots_model import HOUR, NEVER, Told, month_of
from toy import toy

LIVES = int(os.environ.get("FAREGATE_LOTS", "120"))
START = datetime(2025, 1, 20, 7)
VALIDITIES = ["permanent", "month", {"days": 3}, {"hours": 30}, {"seconds": 7200}, {"months": 1}]
PERIODS = ["hour", "day", "week", "month", {"hours": 36}, {"days": 5}, {"months": 1}]


def flat(id: str, price: str = "0.01", **more) -> dict:
    return {"id": id, "meter": "units", "price": {"model": "flat", "price": price}, **more}


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


def some_pool(draw, number: int, products: list) -> dict:
    """Of a money pool the price times `of_price` is the weight."""
    money = draw.random() < 0.3
    covered = draw.sample(products, draw.randint(1, len(products)))
    covers: list = []
    for product in covered:
        if money:
            covers.append({"product": product["id"], "of_price": draw.choice(["0.8", "1", "2.5"])})
        else:
            weight = {"weight": draw.choice(["1", "0.4", "1.5", "2", "3"])}
            covers.append({"product": product["id"], **weight, **draw.choice([{}, {}, {"per": draw.randint(2, 7)}])})
    return {"id": f"l{number}", **({"money": True} if money else {}), "covers": covers, **some_offers(draw)}


def some_book(draw) -> dict:
    prices = ["0.01", "0.25", "3"]
    products = [flat(f"a{i}", draw.choice(prices), **some_offers(draw)) for i in range(draw.randint(1, 3))]
    pools = [some_pool(draw, i, products) for i in range(draw.choice([0, 1, 1, 2, 3]))]
    policy = {
        "pack_order": draw.choice(["expiry", "purchase", "smallest_left"]),
        "pack_expiry": draw.choice(["anniversary_end", "anniversary_start", "instant"]),
    }
    return toy(products, policy=policy, **({"pools": pools} if pools else {}))


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

    def check_lots(self, told: list, own: list) -> None:
        by_id = {lot.id: lot for lot in told}
        assert set(by_id) == {lot.id for lot in own}
        for lot in own:
            found = by_id[lot.id]
            units, left = (Fraction(str(number)) for number in (found.units, found.left))
            expires = found.expires and found.expires.replace(tzinfo=None)
            assert (lot.id, expires or NEVER) == (lot.id, lot.expires)
            assert 0 <= lot.units - units < Fraction(1, 10**12)  # a decimal is cut
            assert 0 <= lot.left - left < Fraction(1, 10**12)

    def check(self) -> None:
        statement = self.account.statement(at=self.at())
        self.model.life.pass_time(self.now)
        life = self.model.life
        for name, owner in [*statement.products.items(), *getattr(statement, "pools", {}).items()]:
            self.check_lots([*owner.grants, *owner.packs], [lot for lot in life.lots if lot.owner["id"] == name])
        for name, product in statement.products.items():
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


def in_a_pool(book: dict) -> dict:
    """The same, what each product offers in a pool of its own at weight 1."""
    products = [{key: product[key] for key in ("id", "meter", "price")} for product in book["products"]]
    pools = [
        {
            "id": f"of-{product['id']}",
            "covers": [{"product": product["id"], "weight": "1"}],
            **{key: product[key] for key in ("grants", "packs", "order") if key in product},
        }
        for product in book["products"]
    ]
    return {**book, "products": products, "pools": pools}


@pytest.mark.parametrize("seed", range(40))
def test_a_pool_of_one_product_at_weight_1_is_a_plain_grant(seed):
    draw = random.Random(seed)
    book = some_book(draw)
    book.pop("pools", None)
    plain, pooled = faregate.Account(faregate.Book(book)), faregate.Account(faregate.Book(in_a_pool(book)))
    now, calls = START, []
    for product in book["products"]:
        plain.open(product["id"], at=now)
        pooled.open(product["id"], at=now)
    for step in range(40):
        now += draw.choice([0, 1, 7, 50]) * HOUR
        product = draw.choice(book["products"])
        kind = draw.choice(["use", "use", "call", "cancel", "adjust", "buy"])
        units, id = draw.randint(1, 60), f"c{step}"
        if kind == "use":
            assert (
                plain.use(product["id"], units, at=now).to_dict() == pooled.use(product["id"], units, at=now).to_dict()
            )
        elif kind == "call":
            calls.append(id)
            plain.call(product["id"], id=id, quantity=units, at=now)
            pooled.call(product["id"], id=id, quantity=units, at=now)
        elif kind == "cancel" and calls:
            id = calls.pop(draw.randrange(len(calls)))
            assert plain.cancel(id, at=now).to_dict() == pooled.cancel(id, at=now).to_dict()
        elif kind == "adjust":
            answers = []
            for account in (plain, pooled):
                try:
                    answers.append(account.adjust(product["id"], -units, reason="x", at=now).to_dict())
                except faregate.AdjustUnderflow as refused:
                    answers.append(refused.code)
            assert answers[0] == answers[1]
        elif kind == "buy" and product["packs"]:
            pack = draw.choice(product["packs"])["id"]
            plain.buy_pack(product["id"], pack, id=id, at=now)
            pooled.buy_pack(f"of-{product['id']}", pack, id=id, at=now)
    one, other = plain.statement(at=now), pooled.statement(at=now)
    for product in book["products"]:
        own, pool = one.products[product["id"]], other.pools[f"of-{product['id']}"]
        for mine, its in zip([*own.grants, *own.packs], [*pool.grants, *pool.packs], strict=True):
            assert its.id in (mine.id, f"of-{mine.id}")
            assert (str(mine.units), str(mine.left), mine.expires) == (its.units, its.left, its.expires)
            assert mine.state == its.state
        assert other.products[product["id"]].month == own.month
    assert one.spent == other.spent


LENS = toy(
    [flat("photo", "0.05"), flat("film", "0.01")],
    pools=[
        {
            "id": "points",
            "unit": "point",
            "covers": [{"product": "photo", "weight": "1"}, {"product": "film", "weight": "2", "per": 3}],
            "packs": [{"id": "ten", "units": 10, "price": "3", "validity": "permanent"}],
        }
    ],
)


def test_what_is_left_of_a_pool_is_told_in_its_own_units():
    account = faregate.Account(faregate.Book(LENS))
    account.open("photo", at="2025-01-10")
    account.open("film", at="2025-01-10")
    order = account.buy_pack("points", "ten", quantity=2, at="2025-01-10")
    assert (order.units, order.amount) == (20, 6)
    assert [(draw.id, draw.units) for draw in account.use("film", 7, at="2025-01-11").packs] == [(order.id, 7)]
    (pack,) = account.statement(at="2025-01-11").pools.points.packs
    assert (pack.units, pack.left) == ("20", "15.333333333333")  # 20 − 7 × 2/3
    (pool,) = account.book.pools
    assert (pool.id, pool.unit, pool.covers[1].weight, pool.covers[1].per) == ("points", "point", "2", 3)
    assert account.use("photo", 15, at="2025-01-11").postpaid == 0
    assert account.use("photo", 1, at="2025-01-11").postpaid == 1  # a third of a point is none
    with pytest.raises(faregate.PackUsed):
        account.refund(order.id, at="2025-01-11")
    with pytest.raises(faregate.UnknownProduct):
        account.open("points", at="2025-01-11")
    with pytest.raises(faregate.UnknownProduct):
        account.use("points", 1, at="2025-01-11")


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (["covers"], [], "pools[0].covers"),
        (["covers", 0, "product"], "phone", "pools[0].covers[0].product"),
        (["covers", 0, "weight"], "0", "pools[0].covers[0].weight"),
        (["covers", 0, "weight"], "0.1234567890123", "pools[0].covers[0].weight"),
        (["covers", 0, "weight"], None, "pools[0].covers[0]"),
        (["covers", 0, "of_price"], "1", "pools[0].covers[0]"),
        (["covers", 0, "per"], 0, "pools[0].covers[0].per"),
        (["id"], "photo", "pools[0].id"),
        (["packs", 0, "of"], "materials", "pools[0].packs[0].of"),
        (["packs", 0, "units"], 2**62, "pools[0].covers"),
        (["order"], ["left", "left"], "pools[0].order[1]"),
        (["order"], [], "pools[0].order"),
        (["colour"], "red", "pools[0].colour"),
    ],
)
def test_a_pool_that_cannot_be_is_refused(path, value, fault):
    book = copy.deepcopy(LENS)
    place = book["pools"][0]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(faregate.Invalid) as refused:
        faregate.Book(book)
    assert refused.value.path == fault
    assert fault in [error.path for error in faregate.Book.errors(book)]


def test_a_part_of_a_price_needs_flat_prices():
    plan = {"id": "plan", "money": True, "covers": [{"product": "a", "of_price": "0.8"}]}
    tiers = {"model": "volume", "tiers": [{"from": 0, "price": "2"}, {"from": 10, "price": "1"}]}
    for product in (
        {**flat("a"), "price": tiers},
        flat("a", "0"),
        {**flat("a"), "rules": [{"id": "r", "when": {"hour": {"below": 6}}, "price": tiers}]},
    ):
        with pytest.raises(faregate.Invalid) as refused:
            faregate.Book(toy([product], pools=[plan]))
        assert refused.value.path == "pools[0].covers[0].of_price"


def test_a_grant_that_cannot_be_is_refused():
    every = {"every": "week", "for": {"days": 30}}
    for grant, fault in (
        ({"issue": every, "validity": {"days": 3}, "rollover": 1}, "rollover"),
        ({"issue": "opening", "validity": "permanent", "rollover": 1}, "rollover"),
        ({"issue": "monthly", "validity": "period"}, "validity"),
        ({"issue": {"every": "fortnight", "for": {"days": 30}}, "validity": "period"}, "issue.every"),
        ({"issue": {"every": "week", "for": "period"}, "validity": "period"}, "issue.for"),
        ({"issue": {"every": "week"}, "validity": "period"}, "issue.for"),
        ({"issue": every, "validity": "period", "rank": -1}, "rank"),
    ):
        with pytest.raises(faregate.Invalid) as refused:
            faregate.Book(toy([flat("a", grants=[{"id": "g", "quantity": 1, **grant}])]))
        assert refused.value.path == f"products[0].grants[0].{fault}"


AT = "2025-01-10T09:00:00"


def on_a_plan(plan: dict, uses: list, **keys) -> tuple:
    """What postpaid usage of calls at 0.002 comes to, and what is left of the plan."""
    pack = {"id": "m", "price": "8", "validity": {"years": 1}}
    pool = {"id": "plan", **plan, "packs": [{**pack, "units": plan["units"]}]}
    del pool["units"]
    calls = {"id": "calls", "meter": "calls", "price": {"model": "flat", "per": 1000, "price": "2"}, **keys}
    region = {"id": "region", "values": ["eu", "us"], "default": "eu"}
    account = faregate.Account(faregate.Book(toy([calls], pools=[pool], attributes=[region])))
    account.open("calls", at=AT)
    account.buy_pack("plan", "m", at=AT)
    for quantity, region in uses:
        account.use("calls", quantity, attributes={"region": region}, at=AT)
    return str(account.preview(at=AT).total), account.statement(at=AT).pools["plan"].packs[0].left


def test_a_pool_of_cents_is_one_of_money_in_smaller_units():
    """10 at 0.0016 are 6,250 calls; 50 more cost 0.002 each."""
    uses = [(6000, "eu"), (300, "eu")]
    of_money = on_a_plan({"money": True, "units": 10, "covers": [{"product": "calls", "of_price": "0.8"}]}, uses)
    of_cents = on_a_plan({"unit": "cent", "units": 1000, "covers": [{"product": "calls", "weight": "0.16"}]}, uses)
    assert of_money == of_cents == ("0.10", "0")


def test_a_pool_of_money_is_one_of_cents_also_with_decimals_and_prices_by_rules():
    """10.57: 3,000 × 0.16 leave 577 of 1,057 cents, which are 1,803 calls at 0.32; 197 × 0.004, and 0.04 cents stay."""
    covers = [{"product": "calls", "when": {"region": "us"}, "weight": "0.32"}, {"product": "calls", "weight": "0.16"}]
    rules = [{"when": {"region": "us"}, "factor": "2"}]
    plan = {"unit": "cent", "units": 1057, "covers": covers}
    assert on_a_plan(plan, [(3000, "eu"), (2000, "us")], rules=rules) == ("0.788", "0.04")
    of_money = {"money": True, "units": "10.57", "covers": [{"product": "calls", "of_price": "0.8"}]}
    assert on_a_plan(of_money, [(3000, "eu"), (2000, "us")], rules=rules) == ("0.788", "0.0004")


@pytest.mark.parametrize(
    "units", ["10.57.1", "0.0", "0.1234567890123", "-1.5", "1e3", ".5", 0.5, "9223372036854775807.5"]
)
def test_units_of_a_pool_of_money_are_decimals_above_0(units):
    with pytest.raises(faregate.Invalid) as refused:
        on_a_plan({"money": True, "units": units, "covers": [{"product": "calls", "of_price": "0.8"}]}, [])
    assert refused.value.path == "pools[0].packs[0].units"


def test_units_of_other_pools_are_whole():
    with pytest.raises(faregate.Invalid) as refused:
        on_a_plan({"unit": "point", "units": "10.57", "covers": [{"product": "calls", "weight": "1"}]}, [])
    assert refused.value.path == "pools[0].packs[0].units"


def an_event_on_two_points(uses: list) -> str:
    """What usage comes to of two products, at 1 and at 3, that draw on the same 2 points."""
    points = {"id": "o", "covers": [{"product": "a", "weight": "1"}, {"product": "b", "weight": "1"}]}
    points["grants"] = [{"id": "g", "quantity": 2, "issue": "opening", "validity": "permanent"}]
    events = [{"id": "e", "products": ["a", "b"]}]
    book = faregate.Book(toy([flat("a", "1"), flat("b", "3")], pools=[points], events=events))
    account = faregate.Account(book)
    for product in ("a", "b"):
        account.open(product, at=AT)
    for product, quantity in uses:
        account.use(product, quantity, at=AT)
    return str(account.preview(at=AT).total)


def test_a_usage_of_an_event_is_one_of_each_of_its_products_in_its_order():
    """2 of `a` take both points, 2 × 3 are left; 1 and 1 are a, b, a, b: the second of each, 1 + 3."""
    assert an_event_on_two_points([("e", 2)]) == an_event_on_two_points([("a", 2), ("b", 2)]) == "6.00"
    assert an_event_on_two_points([("e", 1), ("e", 1)]) == "4.00"
    assert an_event_on_two_points([(product, 1) for product in "abab"]) == "4.00"
    assert an_event_on_two_points([("a", 1), ("a", 1), ("b", 1), ("b", 1)]) == "6.00"  # of a product it changes nothing


def test_the_search_for_plans_says_what_it_cannot_honour():
    forecast = {"product": "photo", "start": "2025-01", "calls": [100]}
    with pytest.raises(faregate.Unsupported, match="pools"):
        faregate.cheapest(LENS, forecast)
    recurring = {"id": "g", "quantity": 1, "issue": {"every": "week", "for": "permanent"}, "validity": "period"}
    with pytest.raises(faregate.Unsupported, match="issue"):
        faregate.cheapest(toy([flat("photo", grants=[recurring])]), forecast)
