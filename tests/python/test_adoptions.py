"""Books of which more is adopted by a living account: new pools, packs and products, pools that cover more. In memory
against the independent reference; by bytes and by ledger against the account in memory.

FAREGATE_COMMANDS and FAREGATE_SEED as in test_tariffs_against_reference."""

import pickle
from collections import Counter
from random import Random

import faregate
import pytest
import tariffs
from test_carried import begun, do
from test_tariffs_against_reference import COMPARED, LENGTH, LIVES, OFTEN, SEED, difference
from toy import answer_of, toy

FEATURES = (
    "pools",
    "money_pools",
    "counters",
    "rules",
    "editions",
    "ranks",
    "recurring_grants",
    "settle",
    "each_event",
)


def lives(kind: str, count: int, features):
    for number in range(count):
        seed = f"{kind} {SEED}/{number}"
        often = ("adopt", *OFTEN[number % len(OFTEN)])
        timeline = tariffs.random_tariff(Random(seed), features, LENGTH, often)
        answer = answer_of(timeline)
        if answer is not None:
            yield seed, timeline, answer


def pools_of(keys: dict) -> set:
    return {pool["id"] for listed in (keys, *keys.get("editions", ())) for pool in listed.get("pools", ())}


@pytest.mark.parametrize("features", [FEATURES, COMPARED], ids=["pools", "all"])
def test_random_adoptions(features):
    told: Counter[str] = Counter()
    for seed, timeline, answer in lives("adoptions", LIVES, features):
        assert difference(timeline, answer) is None, seed
        for command, outcome in zip(timeline["commands"], answer["outcomes"], strict=True):
            if command["do"] == "adopt" and outcome["ok"] and "repeated" not in outcome:
                told["adopted"] += 1
                told["pools"] += not pools_of(command["book"]) <= pools_of(timeline["book"])
    assert told["adopted"] > 0.5 * LIVES
    assert told["pools"] > 0.2 * LIVES


def test_random_adoptions_are_carried():
    for seed, timeline, _ in lives("carried", LIVES // 2, FEATURES):
        account = begun(timeline)
        for number, command in enumerate(timeline["commands"]):
            do(account, command)
            if command["do"] == "adopt" or number % 9 == 0:
                twin = pickle.loads(pickle.dumps(account))
                assert twin.to_bytes() == account.to_bytes(), (seed, number)
                assert twin.statement() == account.statement(), (seed, number)


def test_random_adoptions_in_a_ledger(tmp_path):
    for number, (seed, timeline, _) in enumerate(lives("ledgers", LIVES // 6, FEATURES)):
        path = tmp_path / f"{number}.db"
        terms = {key: timeline[key] for key in ("wallet", "policy", "attributes", "keep_ids_days") if key in timeline}
        account = begun(timeline)
        ledger = faregate.open(path, book=faregate.Book(timeline["book"]), **terms)
        for place, command in enumerate(timeline["commands"]):
            assert do(ledger, command) == do(account, command), (seed, place)
            if command["do"] == "adopt" or place % 11 == 0:
                ledger.release()
                ledger = faregate.open(path)
        assert ledger.statement() == account.statement(), seed
        ledger.release()


FLAT = {"model": "flat", "price": "1"}
YEAR = {"years": 1}


def product(id: str, **more) -> dict:
    return {"id": id, "meter": "units", "price": FLAT, **more}


def pool(id: str, *covers: tuple[str, str], packs=()) -> dict:
    return {"id": id, "unit": "point", "covers": [{"product": p, "weight": w} for p, w in covers], "packs": list(packs)}


def pack(id: str, units: int, price: str) -> dict:
    return {"id": id, "units": units, "price": price, "validity": YEAR}


def covered(used) -> tuple[int, int]:
    return sum(part.units for part in used.packs), used.postpaid


A_PACK = product("a", packs=[pack("k", 10, "8")])


def test_a_pool_that_is_new_covers_usage_from_its_date_on():
    """By hand: a pack of 10 for 8 covers 10 of a's 12; from the 16th on 20 points for 10 cover 10 of b at 2 points."""
    account = faregate.Account(faregate.Book(toy([A_PACK, product("b")])))
    account.open("a", at="2025-03-01")
    account.open("b", at="2025-03-01")
    account.buy_pack("a", "k", at="2025-03-01")
    points = pool("points", ("a", "1"), ("b", "2"), packs=[pack("p", 20, "10")])
    account.adopt(toy([A_PACK, product("b")], pools=[points]), effective="2025-03-16", at="2025-03-02")
    assert covered(account.use("a", 12, at="2025-03-15")) == (10, 2)
    with pytest.raises(faregate.UnknownProduct):
        account.buy_pack("points", "p", at="2025-03-15")
    account.buy_pack("points", "p", at="2025-03-16")
    assert covered(account.use("b", 15, at="2025-03-16")) == (10, 5)
    account.advance(at="2025-04-01")
    assert str(account.statement()["spent"]["total"]) == "25.00"  # 8 + 10 for packs, 2 and 5 units


def test_a_pool_that_covers_more_is_drawn_on_by_its_new_weights():
    """By hand: 9 of 10 points are left when b is covered too, at 4 points a unit: two units, and 1 point stays."""
    own = pool("points", ("a", "1"), packs=[pack("p", 10, "6")])
    account = faregate.Account(faregate.Book(toy([product("a"), product("b")], pools=[own])))
    account.open("a", at="2025-03-01")
    account.open("b", at="2025-03-01")
    account.buy_pack("points", "p", at="2025-03-01")
    account.use("a", 1, at="2025-03-01")
    more = pool("points", ("a", "1"), ("b", "4"), packs=[pack("p", 10, "7")])
    account.adopt(toy([product("a"), product("b")], pools=[more]), effective="2025-03-16", at="2025-03-02")
    assert covered(account.use("b", 3, at="2025-03-15")) == (0, 3)
    assert covered(account.use("b", 3, at="2025-03-16")) == (2, 1)
    assert covered(account.use("a", 2, at="2025-03-16")) == (1, 1)
    account.advance(at="2025-04-01")
    assert str(account.statement()["spent"]["total"]) == "11.00"  # the pack at its old price, 5 units


def test_products_with_calls_in_flight_are_not_joined():
    account = faregate.Account(faregate.Book(toy([product("a"), product("b")])))
    account.open("a", at="2025-03-01")
    account.open("b", at="2025-03-01")
    call = account.call("a", at="2025-03-02")
    points = toy([product("a"), product("b")], pools=[pool("points", ("a", "1"), ("b", "2"))])
    with pytest.raises(faregate.BookMismatch, match="share a pool or a counter"):
        account.adopt(points, effective="2025-03-16", at="2025-03-02")
    alone = toy([product("a"), product("b")], pools=[pool("points", ("a", "1"), packs=[pack("p", 5, "3")])])
    assert account.fork().adopt(alone, effective="2025-03-16", at="2025-03-02").edition == "2025-03-16"
    call.commit(at="2025-03-03")
    assert account.adopt(points, effective="2025-03-16", at="2025-03-03").edition == "2025-03-16"
