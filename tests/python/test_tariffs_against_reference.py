"""Random price books of format 2 and lives in them: the core against the independent reference.

FAREGATE_COMMANDS says how many commands to run in all (4,000 if not set), FAREGATE_SEED where to begin,
FAREGATE_FEATURES of which features, where those that are compared by default are not meant.
"""

import os
from collections import Counter
from fractions import Fraction
from random import Random

import faregate
import format2
import tariffs
from toy import answer_of

LENGTH = 40  # of one life
LIVES = int(os.environ.get("FAREGATE_COMMANDS", "4000")) // LENGTH
SEED = int(os.environ.get("FAREGATE_SEED", "0"))
COMPARED = os.environ.get(
    "FAREGATE_FEATURES",
    "settle tier_periods aggregates rules terms outcomes stairstep daily_tiers each_event fees least_and_most bill switches limits ranks order recurring_grants exact_validity capacities events postpaid freeze zones editions counters tier_fees schedule_rounding choices arrears recurring_packs order_sizes conditions refunds bundles pools money_pools covering own_policy models",
).split()
OFTEN = ((), ("adjust",), ("adjust", "call", "end"))  # which commands come often, life by life
FACTS = """ok error free packs postpaid unbilled amount paid id units returned lost billed extra repeated retry_after expires
    from until balance mode to forfeited""".split()


def outcome_facts(outcome: dict) -> dict:
    facts = {key: outcome[key] for key in FACTS if key in outcome}
    facts["grants"] = [
        (Fraction(lot["units"]), Fraction(lot["left"]), lot["expires"]) for lot in outcome.get("grants", ())
    ]
    facts["total"] = outcome.get("invoice", {}).get("total")
    return facts


def invoiced(statement: dict) -> dict:
    """What each product was billed at each instant; whether in one invoice or several is not said of all periods."""
    amounts = Counter()
    for invoice in statement["invoices"]:
        amounts[invoice["issued"]] += Fraction(invoice["total"])
        for line in invoice["lines"]:
            amounts[invoice["issued"], line["product"]] += Fraction(line["amount"])
    return {key: amount for key, amount in amounts.items() if amount}


def statement_facts(statement: dict) -> dict:
    return {
        "invoiced": invoiced(statement),
        "spent": statement["spent"]["total"],
        "wallet": statement["wallet"],
        "state": statement["state"],
        **{
            name: (product["open"], product["mode"], product["month"])
            for name, product in statement["products"].items()
        },
    }


def difference(timeline: dict, answer: dict):
    """The first thing in which the two are not alike, None where there is none."""
    expected = format2.replay(timeline)
    for number, (mine, its) in enumerate(zip(answer["outcomes"], expected["outcomes"])):
        if outcome_facts(mine) != outcome_facts(its):
            return number, timeline["commands"][number], outcome_facts(mine), outcome_facts(its)
    mine, its = statement_facts(answer["statement"]), statement_facts(expected["statement"])
    return next(((key, mine[key], its[key]) for key in its if mine[key] != its[key]), None)


def lives():
    for number in range(LIVES):
        seed = f"{SEED}/{number}"
        often = OFTEN[number % len(OFTEN)]
        timeline = tariffs.random_tariff(Random(seed), COMPARED, LENGTH, often)
        answer = answer_of(timeline)
        if answer is not None:
            yield seed, timeline, answer


def test_random_tariffs():
    told = [(seed, difference(timeline, answer)) for seed, timeline, answer in lives()]
    assert len(told) > 0.6 * LIVES, "most random books are loaded"
    assert [(seed, found) for seed, found in told if found is not None] == []


PRICED = ["rules", "terms", "each_event", "stairstep", "tier_fees", "schedule_rounding", "editions"]


def priced(book: faregate.Book, product: str, quantity: int, before: int, **query):
    try:
        units = book.price(product, "units", quantity, **query).units
        counted = {"tier_quantity": before + units} if before else {}
        return Fraction(book.price(product, "units", quantity, **counted, **query).amount)
    except faregate.Error as error:
        return error.code


def test_random_prices():
    compared = 0
    for number in range(LIVES):
        rng = Random(f"prices {SEED}/{number}")
        keys = tariffs.random_book(rng, rng.sample(PRICED, rng.randint(1, 3)))
        if faregate.Book.errors(keys):
            continue
        book, life = faregate.Book(keys), tariffs.Life(rng, keys)
        for _ in range(20):
            product, quantity, attributes = life.a_usage()
            at = f"2025-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}T{rng.randint(0, 23):02d}:00:00"
            alone = life.products[product].get("tier_period") == "event"
            before = 0 if alone else rng.choice((0, 0, 7, 90))
            expected = format2.price(keys, product, quantity, at, attributes, before)
            found = priced(book, product, quantity, before, at=at, attributes=attributes)
            assert found == expected, (number, product, quantity, before, at)
            compared += 1
    assert compared > 10 * LIVES
