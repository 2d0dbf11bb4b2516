"""What must hold of any book of format 2, tried on random ones."""

import copy
from random import Random

import format2
import pytest
from tariffs import EDITION_KEYS, FEATURES, Life, random_book

# A maximum, a percentile or a sample's last is not the same of two usages as of one.
WHOLE_USAGE = {"aggregates"}
SEEDS = range(5)


def _timeline(seed: str, features: list) -> dict:
    rng = Random(seed)
    return Life(rng, random_book(rng, features)).timeline(35)


def _bills(answer: dict) -> list:
    invoices = [(invoice["issued"], invoice["lines"], invoice["total"]) for invoice in answer["statement"]["invoices"]]
    previews = [outcome["invoice"]["total"] for outcome in answer["outcomes"] if "invoice" in outcome]
    return [invoices, previews, answer["statement"]["spent"], answer["statement"]["wallet"]]


def _split(command: dict) -> list:
    quantity = command.get("quantity", 0)
    if command["do"] != "use" or quantity < 2:
        return [command]
    return [{**command, "quantity": quantity // 3}, {**command, "quantity": quantity - quantity // 3}]


@pytest.mark.parametrize("feature", sorted(set(FEATURES) - WHOLE_USAGE))
def test_splitting_a_usage_never_changes_a_bill(feature):
    for seed in SEEDS:
        timeline = _timeline(f"split {feature} {seed}", [feature])
        whole = format2.replay(timeline)
        refused = {outcome.get("error") for outcome in whole["outcomes"] if outcome["do"] == "use"}
        if refused & {"postpaid_off", "not_sold", "suspended"}:
            continue  # the first part may be served where the whole is refused
        commands = [part for command in timeline["commands"] for part in _split(command)]
        assert _bills(format2.replay({**timeline, "commands": commands})) == _bills(whole), seed


@pytest.mark.parametrize("feature", sorted(set(FEATURES) - {"editions"}))
def test_editions_with_equal_prices_change_nothing(feature):
    for seed in SEEDS:
        timeline = _timeline(f"equal {feature} {seed}", [feature])
        book = {key: value for key, value in timeline["book"].items() if key not in EDITION_KEYS}
        keys = {key: value for key, value in timeline["book"].items() if key in EDITION_KEYS}
        dates = ("2020-01-01", "2024-03-04", "2025-01-20", "2025-02-01", "2025-11-03")
        book["editions"] = [{"effective": date, **copy.deepcopy(keys)} for date in dates]
        assert format2.replay({**timeline, "book": book}) == format2.replay(timeline), seed


def _in_a_pool(timeline: dict) -> dict:
    """The same with the lots of each product in a pool that covers it alone."""
    moved = copy.deepcopy(timeline)
    moved["book"]["pools"] = []
    for product in moved["book"]["products"]:
        pool = {"id": f"of-{product['id']}", "unit": "unit", "covers": [{"product": product["id"], "weight": "1"}]}
        pool |= {key: product.pop(key) for key in ("grants", "packs", "order") if key in product}
        moved["book"]["pools"].append(pool)
    for command in moved["commands"]:
        if command["do"] in ("buy_pack", "give_pack", "claim"):
            command["product"] = f"of-{command['product']}"
    return moved


@pytest.mark.parametrize("feature", [None, "rules", "terms", "recurring_grants", "recurring_packs", "order", "ranks"])
def test_a_pool_of_one_product_is_a_plain_grant(feature):
    for seed in range(12):
        timeline = _timeline(f"pool {feature} {seed}", [feature] if feature else [])
        assert _bills(format2.replay(_in_a_pool(timeline))) == _bills(format2.replay(timeline)), seed
