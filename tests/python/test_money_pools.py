"""Pools of money over products with rules: what a usage draws is a part of the price that it has by them.

FAREGATE_LOTS says how many lives to try in each property (120 if not set).
"""

import os
from decimal import Decimal
from fractions import Fraction
from random import Random

import faregate
import pytest
from toy import toy

LIVES = int(os.environ.get("FAREGATE_LOTS", "120"))
AT = "2025-01-10T09:00:00"
MODEL = {"id": "model", "values": ["big", "mini", "free"], "default": "big"}
REGION = {"id": "region", "values": ["eu", "us"], "default": "eu"}
TIERS = {"model": "volume", "tiers": [{"from": 0, "price": "2"}, {"from": 10, "price": "1"}]}


def flat(price: str | None, per: int = 1) -> dict:
    return {"model": "flat", "price": price, "per": per}


def tokens(*rules: dict, price: dict | None = None) -> dict:
    return {"id": "tokens", "meter": "tokens", "price": price or flat("2", 1000), "rules": list(rules)}


MINI = {"id": "mini", "when": {"model": "mini"}, "price": flat("0.30", 1000)}
FREE = {"id": "free", "when": {"model": "free"}, "price": flat("0")}
US = {"when": {"region": "us"}, "factor": "1.5"}


def plan(*covers: dict, units: str = "100", **keys) -> dict:
    covers = covers or ({"product": "tokens", "of_price": "0.8"},)
    pack = {"id": "m", "units": units, "price": "80", "validity": {"years": 1}, **keys}
    return {"id": "plan", "money": True, "covers": list(covers), "packs": [pack]}


def a_book(product: dict, pool: dict, **keys) -> dict:
    return toy([product], pools=[pool], attributes=[MODEL, REGION], **keys)


def with_a_plan(product: dict, pool: dict, **keys) -> faregate.Account:
    account = faregate.Account(faregate.Book(a_book(product, pool, **keys)))
    account.open("tokens", at=AT)
    account.buy_pack("plan", "m", id="bought", at=AT)
    return account


def covered(account, quantity: int, at: str = AT, **attributes) -> int:
    return sum(draw.units for draw in account.use("tokens", quantity, attributes=attributes, at=at).packs)


def left(account, at: str = AT) -> str:
    return account.statement(at=at).pools["plan"].packs[0].left


def test_each_usage_draws_its_own_price():
    account = with_a_plan(tokens(MINI, US), plan())
    assert covered(account, 10_000) == 10_000  # × 0.002 × 0.8 = 16
    assert left(account) == "84"
    assert covered(account, 100_000, model="mini") == 100_000  # × 0.0003 × 0.8 = 24
    assert left(account) == "60"
    assert covered(account, 10_000, region="us") == 10_000  # × 0.002 × 1.5 × 0.8 = 24
    assert left(account) == "36"
    assert covered(account, 200_000, model="mini", region="us") == 100_000  # × 0.0003 × 1.5 × 0.8 = 36
    assert left(account) == "0"
    assert account.preview(at=AT).total == 45  # the other 100,000 × 0.00045


def test_what_is_too_little_for_a_dear_unit_stays_for_a_cheap_one():
    account = with_a_plan(tokens(MINI), plan(units="1"))
    assert covered(account, 1_000) == 625
    assert left(account) == "0"
    account = with_a_plan(tokens(MINI, price=flat("0.3")), plan(units="1"))
    assert covered(account, 9) == 4  # × 0.24
    assert left(account) == "0.04"
    assert covered(account, 1_000, model="mini") == 166  # × 0.00024
    assert left(account) == "0.00016"


def test_what_costs_nothing_draws_nothing():
    account = with_a_plan(tokens(FREE), plan())
    assert covered(account, 1_000_000, model="free") == 0
    assert left(account) == "100"
    assert account.preview(at=AT).total == 0


def test_what_is_not_sold_draws_nothing():
    account = with_a_plan(tokens({**FREE, "price": flat(None)}), plan())
    with pytest.raises(faregate.NotSold):
        account.use("tokens", 1, attributes={"model": "free"}, at=AT)
    assert left(account) == "100"


def test_a_canceled_call_gives_back_what_its_price_drew():
    account = with_a_plan(tokens(MINI, US), plan())
    account.call("tokens", id="dear", quantity=20_000, attributes={"region": "us"}, at=AT)  # 48
    account.call("tokens", id="cheap", quantity=100_000, attributes={"model": "mini"}, at=AT)  # 24
    assert left(account) == "28"
    account.cancel("dear", at=AT)
    assert left(account) == "76"
    account.commit("cheap", attributes={"region": "us"}, at=AT)  # 36 by what is known at the end
    assert left(account) == "64"


def test_a_correction_gives_back_at_the_price_of_what_it_takes_off():
    account = with_a_plan(tokens(MINI), plan())
    assert covered(account, 10_000) + covered(account, 100_000, model="mini") == 110_000  # 16 and 24
    account.adjust("tokens", -50_000, reason="x", attributes={"model": "mini"}, at=AT)
    assert left(account) == "72"


def test_the_list_price_of_what_was_drawn_is_the_same_part_of_every_price():
    account = with_a_plan(tokens(MINI, US), plan(refund="list_price"), rounding={"digits": 2, "mode": "half_up"})
    covered(account, 100_000, model="mini")  # 24 drawn, 30 by the list
    covered(account, 5_000, region="us")  # 12 drawn, 15 by the list
    assert account.refund("bought", at=AT).amount == 35


def test_covers_choose_by_what_a_usage_is():
    pool = plan(
        {"product": "tokens", "of_price": "0.5", "when": {"model": "mini"}}, {"product": "tokens", "of_price": "1"}
    )
    account = with_a_plan(tokens(MINI, US), pool)
    covered(account, 100_000, model="mini", region="us")  # × 0.00045 × 0.5 = 22.5
    covered(account, 10_000)  # 20
    assert left(account) == "57.5"


@pytest.mark.parametrize(
    ("product", "cover"),
    [
        (tokens(price=TIERS), {}),
        (tokens({**MINI, "price": TIERS}), {}),
        (tokens(MINI, price=TIERS), {}),
        (tokens(MINI, price={**flat("2"), "block": 10}), {}),
        (tokens({**MINI, "price": TIERS}), {"when": {"model": ["mini", "big"]}}),
        (tokens(price=flat("0")), {}),
        (tokens(FREE), {"when": {"model": "free"}}),
    ],
)
def test_a_price_that_is_not_flat_or_nothing_is_refused(product, cover):
    book = a_book(product, plan({"product": "tokens", "of_price": "0.8", **cover}))
    assert [error.path for error in faregate.Book.errors(book)] == ["pools[0].covers[0].of_price"]


@pytest.mark.parametrize(
    ("product", "cover"),
    [
        (tokens({**MINI, "price": TIERS}), {"when": {"model": ["free", "big"]}}),
        (tokens(MINI, price=TIERS), {"when": {"model": "mini"}}),
        (tokens({"id": "all", "when": {}, "price": flat("1")}, price=TIERS), {}),
    ],
)
def test_prices_that_no_covered_usage_has_may_be_any(product, cover):
    assert faregate.Book.errors(a_book(product, plan({"product": "tokens", "of_price": "0.8", **cover}))) == ()


def test_parts_of_all_prices_together_have_to_fit():
    """A price of 10^-12 makes 10^12 parts of a unit, and 9,223,372 × 10^12 is just below 2^63."""
    fine = tokens({**MINI, "price": flat("0.000000000001")})
    assert faregate.Book.errors(a_book(fine, plan({"product": "tokens", "of_price": "1"}, units="9223372"))) == ()
    [error] = faregate.Book.errors(a_book(fine, plan({"product": "tokens", "of_price": "1"}, units="9223373")))
    assert error.path == "pools[0].covers"
    alone = plan({"product": "tokens", "of_price": "1", "when": {"model": "big"}}, units="9223373")
    assert faregate.Book.errors(a_book(fine, alone)) == ()


def edition(effective: str, mini: str, factor: str) -> dict:
    product = tokens({**MINI, "price": flat(mini, 1000)}, {**US, "factor": factor})
    return {"effective": effective, "products": [product], "pools": [plan()], "attributes": [MODEL, REGION]}


def test_a_lot_draws_by_the_prices_of_the_edition_in_force():
    keys = toy([], editions=[edition("2024-01-01", "0.30", "1.5"), edition("2025-01-20", "0.70", "1.1")])
    del keys["products"]
    account = faregate.Account(faregate.Book(keys))
    account.open("tokens", at=AT)
    account.buy_pack("plan", "m", at=AT)
    account.call("tokens", id="over", quantity=10_000, attributes={"model": "mini"}, at="2025-01-19T23:00:00")  # 2.4
    later = "2025-01-20T10:00:00"
    covered(account, 10_000, later, model="mini", region="us")  # × 0.0007 × 1.1 × 0.8 = 6.16
    assert left(account, later) == "91.44"
    account.cancel("over", at=later)
    assert left(account, later) == "93.84"


def test_adopted_prices_are_drawn_from_lots_that_are_held():
    """The later prices need smaller parts of a unit of money: what is left stays what it is."""
    book = a_book(tokens({**MINI, "price": flat("3")}, US), plan())
    account = faregate.Account(faregate.Book(book))
    account.open("tokens", at=AT)
    account.buy_pack("plan", "m", at=AT)
    account.call("tokens", id="before", quantity=1_000, attributes={"region": "us"}, at=AT)  # 2.4
    raised = a_book(tokens({**MINI, "price": flat("0.0001")}, {**US, "factor": "1.2345"}), plan())
    account.adopt(faregate.Book(raised), effective="2025-01-20", at=AT)
    assert left(account) == "97.6"
    later = "2025-01-22T00:00:00"
    covered(account, 1, later, model="mini", region="us")  # 0.0001 × 1.2345 × 0.8
    assert left(account, later) == "97.59990124"
    account.cancel("before", at=later)
    assert left(account, later) == "99.99990124"
    kept = faregate.Account.from_bytes(account.to_bytes(), faregate.Book(book))
    assert kept.statement(at=later).to_dict() == account.statement(at=later).to_dict()


def test_decimals_of_a_pack_are_told_wherever_its_units_are():
    product, pool = tokens(MINI), plan(units="10.57", refund="pro_rata")
    book = faregate.Book(a_book(product, pool, rounding={"digits": 2, "mode": "half_up"}))
    account = faregate.Account(book)
    account.open("tokens", at=AT)
    assert book.pools[0].packs[0].units == Decimal("10.57")
    assert faregate.Book(book.to_dict()).pools[0].packs[0].units == Decimal("10.57")
    three = account.buy_pack("plan", "m", id="three", quantity=3, at=AT)
    hundred = account.give_pack("plan", "m", id="hundred", quantity=100, at=AT)
    assert (three.units, hundred.units) == (Decimal("31.71"), 1057)
    assert covered(account, 10_000) == 10_000  # 16
    packs = account.statement(at=AT).pools["plan"].packs
    assert [(pack.units, pack.left) for pack in packs] == [("31.71", "15.71"), ("1057", "1057")]
    kept = faregate.Account.from_bytes(account.to_bytes(), book)
    assert kept.statement(at=AT).to_dict() == account.statement(at=AT).to_dict()
    assert kept.buy_pack("plan", "m", id="three", quantity=3, at=AT).units == Decimal("31.71")
    assert kept.refund("three", at=AT).amount == Decimal("118.90")  # 240 × 15.71 ÷ 31.71 = 118.902…


def test_decimals_of_a_grant_are_issued_and_roll_over():
    grant = {"id": "g", "quantity": "1.25", "issue": {"every": "month", "for": {"months": 6}}, "validity": "period"}
    pool = {**plan({"product": "tokens", "of_price": "1"}), "grants": [{**grant, "rollover": "0.75"}]}
    account = faregate.Account(faregate.Book(a_book(tokens(), pool)))
    (issued,) = account.open("tokens", at=AT).grants
    assert (issued.units, issued.left) == ("1.25", "1.25")
    account.use("tokens", 100, at=AT)  # 0.2
    (_, second) = account.statement(at="2025-02-05T00:00:00").pools["plan"].grants
    assert (second.units, second.left) == ("2", "2")  # 1.25 and 0.75 of 1.05


def test_a_ledger_keeps_decimals(tmp_path):
    with faregate.open(tmp_path / "m.db", book=faregate.Book(a_book(tokens(MINI), plan(units="10.57")))) as ledger:
        ledger.open("tokens", at=AT)
        ledger.buy_pack("plan", "m", id="x", at=AT)
        covered(ledger, 1_000, model="mini")  # 0.24
    with faregate.open(tmp_path / "m.db") as ledger:
        assert left(ledger) == "10.33"
        assert ledger.buy_pack("plan", "m", id="x", at=AT).units == Decimal("10.57")


def test_a_basket_tells_decimals():
    pool = plan(units="10.57")
    pool["grants"] = [{"id": "g", "quantity": "2.5", "issue": "monthly", "validity": "month"}]
    book = faregate.Book(a_book(tokens(), pool))
    quote = book.quote({"tokens": {"tokens": 1_000}, "plan": {"packs": {"m": 3}}})
    assert [line.units for line in quote.months[0].lines if line.kind == "pack"] == [Decimal("31.71")]
    assert [(grant.units, grant.used) for grant in quote.grants] == [(Decimal("2.50"), Decimal("1.60"))]


def test_smaller_decimals_may_be_adopted():
    book = a_book(tokens(), plan(units="10.5"))
    account = faregate.Account(faregate.Book(book))
    account.open("tokens", at=AT)
    account.buy_pack("plan", "m", id="x", at=AT)
    covered(account, 1_000)  # 1.6
    account.adopt(faregate.Book(a_book(tokens(), plan(units="0.000001"))), effective="2025-01-20", at=AT)
    assert left(account) == "8.9"
    later = "2025-01-21T00:00:00"
    assert account.buy_pack("plan", "m", id="y", at=later).units == Decimal("0.000001")
    assert account.buy_pack("plan", "m", id="z", at=later).units == Decimal("0.000001")
    assert [pack.left for pack in account.statement(at=later).pools["plan"].packs] == ["8.9", "0.000001", "0.000001"]


RULES = [
    MINI,
    FREE,
    US,
    {"when": {"hour": {"below": 6}}, "factor": "0.5"},
    {"id": "night", "when": {"hour": {"below": 3}}, "price": flat("0.7", 1000)},
    {"id": "odd", "when": {"region": "us", "model": "big"}, "price": flat("0.125")},
]


def some_rules(draw: Random) -> list:
    return draw.sample(RULES, draw.randint(0, 4))


def some_life(draw: Random, account, pack: bool = True) -> faregate.Account:
    account.open("tokens", at=AT)
    if pack:
        account.buy_pack("plan", "m", id="bought", at=AT)
    held = []
    for number in range(20):
        at = f"2025-01-{11 + number // 2}T{draw.randint(0, 9) if number % 2 == 0 else draw.randint(10, 23):02d}:00:00"
        attributes = {"model": draw.choice(MODEL["values"]), "region": draw.choice(REGION["values"])}
        kind, quantity = draw.choice(["use", "use", "call", "cancel"]), draw.choice([1, 7, 1000, 12_345])
        if kind == "use":
            account.use("tokens", quantity, attributes=attributes, at=at)
        elif kind == "call":
            held.append(f"c{number}")
            account.call("tokens", id=held[-1], quantity=quantity, attributes=attributes, at=at)
        elif held:
            account.cancel(held.pop(draw.randrange(len(held))), at=at)
    for id in held:
        account.commit(id, at="2025-01-30T00:00:00")
    return account


END = "2025-01-31T12:00:00"


def test_a_pack_of_money_pays_no_more_than_its_units_of_list_price():
    for seed in range(LIVES):
        draw = Random(f"paid {seed}")
        units, part = draw.choice(["1", "5.55", "40"]), draw.choice(["0.8", "1", "1.25"])
        book = faregate.Book(
            a_book(tokens(*some_rules(draw)), plan({"product": "tokens", "of_price": part}, units=units))
        )
        plain = some_life(Random(seed), faregate.Account(book), pack=False)
        account = some_life(Random(seed), faregate.Account(book))
        paid = Fraction(plain.preview(at=END).total) - Fraction(account.preview(at=END).total)
        drawn = Fraction(units) - Fraction(left(account, END))
        assert paid * Fraction(part) == drawn <= Fraction(units), seed


def test_rules_with_factor_1_change_nothing():
    for seed in range(LIVES):
        draw = Random(f"factor {seed}")
        rules = [rule for rule in some_rules(draw) if "price" in rule]
        pool = plan({"product": "tokens", "of_price": "1"}, units="20")
        accounts = [
            some_life(Random(seed), faregate.Account(faregate.Book(a_book(tokens(*rules, *more), pool))))
            for more in ([], [{"when": {"region": "us"}, "factor": "1"}, {"when": {"model": "big"}, "factor": "1.000"}])
        ]
        one, other = (account.statement(at=END) for account in accounts)
        assert (one.pools.to_dict(), one.spent) == (other.pools.to_dict(), other.spent), seed
        assert accounts[0].preview(at=END).total == accounts[1].preview(at=END).total


def price_list(effective: str, product: dict, **keys) -> dict:
    return {"effective": effective, "products": [product], **keys}


@pytest.mark.parametrize("rules", [[], [US]])
def test_a_pack_that_covers_the_whole_month_draws_what_usage_of_an_earlier_edition_costs(rules):
    pool, attributes = plan({"product": "tokens", "of_price": "1"}), [MODEL, REGION]
    first, then = (tokens(*rules, price=flat(price)) for price in ("0.10", "0.20"))
    keys = {"attributes": attributes, "pools": [pool]}
    editions = [price_list("2024-01-01", first, **keys), price_list("2025-01-16", then, **keys)]
    book = toy([], editions=editions, policy={"pack_reach": "whole_month"})
    del book["products"]
    account = faregate.Account(faregate.Book(book))
    account.open("tokens", at=AT)
    account.use("tokens", 600, at=AT)
    account.buy_pack("plan", "m", at="2025-01-20")
    account.advance(at="2025-02-02")
    assert left(account, "2025-02-02") == "40"  # 600 × 0.10
    assert account.statement().invoices[0].total == 0


def test_a_refund_by_list_price_of_small_prices():
    pool = plan({"product": "tokens", "of_price": "0.873"}, units="100000", refund="list_price")
    pool["packs"][0]["price"] = "1000000"
    account = with_a_plan(tokens(price=flat("1.0301", 1_000_000)), pool, rounding={"digits": 2, "mode": "half_up"})
    assert covered(account, 10**10 + 1) == 10**10 + 1
    assert account.refund("bought", at=AT).amount == Decimal("989699.00")  # 10,300.998… of 1,000,000


OTHERS = [
    ([], None, 0),
    ([MODEL, {"id": "zone", "values": ["a", "b"], "default": "b"}], None, 0),  # where `region` was, b where us was
    ([{"id": "region", "values": ["us", "eu"], "default": "eu"}], None, 0),
    ([{"id": "region", "values": ["us", "eu"], "default": "eu"}], "us", 10),
    ([{"id": "region", "whole": {"from": 0}, "default": 1}], None, 0),
]


@pytest.mark.parametrize("attributes, region, units", OTHERS)
def test_a_pool_that_an_edition_lacks_asks_its_attributes_by_name(attributes, region, units):
    pool = plan({"product": "tokens", "of_price": "1", "when": {"region": "us"}})
    first = price_list("2024-01-01", tokens(), attributes=[MODEL, REGION], pools=[pool])
    book = toy([], editions=[first, price_list("2025-01-16", tokens(), attributes=attributes)])
    del book["products"]
    account = faregate.Account(faregate.Book(book))
    account.open("tokens", at=AT)
    account.buy_pack("plan", "m", at=AT)
    assert covered(account, 10, region="us") == 10
    assert covered(account, 10, "2025-01-20", **({"region": region} if region else {})) == units


def test_weights_of_all_editions_together_may_be_too_fine():
    editions = [
        price_list("2024-01-01", tokens(price=flat("0.000001", 999_999_937)), pools=[plan()]),
        price_list("2025-01-01", tokens(price=flat("1", 999_999_929)), pools=[plan()]),
    ]
    books = [toy([], editions=some, rounding={"digits": 2, "mode": "half_up"}) for some in (*zip(editions), editions)]
    for book in books:
        del book["products"]
    assert [len(faregate.Book.errors(book)) for book in books] == [0, 0, 1]
    with pytest.raises(faregate.Invalid, match="editions: expected coarser weights in pools"):
        faregate.Book(books[2])
