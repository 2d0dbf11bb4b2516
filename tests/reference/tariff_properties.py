"""What must hold of any book of format 2: other timelines that must come to the same bills."""

import copy
from collections import Counter
from fractions import Fraction
from random import Random

from tariffs import EDITION_KEYS, Life, random_book

# A maximum, a percentile or a sample's last is not the same of two usages as of one.
NOT_SPLIT = {"aggregates"}
DATES = ("2020-01-01", "2024-03-04", "2025-01-20", "2025-02-01", "2025-11-03")


def random_life(seed: str, features: list, often=()) -> dict:
    rng = Random(seed)
    timeline = Life(rng, random_book(rng, features), often).timeline(35)
    timeline["commands"] = [command for command in timeline["commands"] if command["do"] != "adopt"]
    return timeline


def bills(answer: dict) -> list:
    """What was billed of each product at each instant, what previews said, what was spent and is left."""
    billed = Counter()
    for invoice in answer["statement"]["invoices"]:
        billed[invoice["issued"]] += Fraction(invoice["total"])
        for line in invoice["lines"]:
            billed[invoice["issued"], line["product"]] += Fraction(line["amount"])
    previews = [outcome["invoice"]["total"] for outcome in answer["outcomes"] if "invoice" in outcome]
    return [billed, previews, answer["statement"]["spent"], answer["statement"]["wallet"]]


def may_be_split(answer: dict) -> bool:
    """The first part of a usage may be served where the whole is refused."""
    refused = {outcome.get("error") for outcome in answer["outcomes"] if outcome["do"] == "use"}
    return not refused & {"postpaid_off", "not_sold", "suspended"}


def split(timeline: dict) -> dict:
    """Each usage as two at the same instant."""
    commands = [part for command in timeline["commands"] for part in _parts(command)]
    return {**timeline, "commands": commands}


def _parts(command: dict) -> list:
    quantity = command.get("quantity", 0)
    if command["do"] != "use" or quantity < 2:
        return [command]
    return [{**command, "quantity": quantity // 3}, {**command, "quantity": quantity - quantity // 3}]


def in_equal_editions(timeline: dict) -> dict:
    """The book as several editions that are all alike."""
    book = {key: value for key, value in timeline["book"].items() if key not in EDITION_KEYS}
    keys = {key: value for key, value in timeline["book"].items() if key in EDITION_KEYS}
    book["editions"] = [{"effective": date, **copy.deepcopy(keys)} for date in DATES]
    return {**timeline, "book": book}


def in_pools(timeline: dict) -> dict:
    """The lots of each product in a pool that covers it alone, at a weight of 1."""
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


UNDONE = {"call", "commit", "cancel", "adjust"}  # once it is settled, less of a call is given back


def settled(timeline: dict, period: str, until: str) -> dict:
    """With unlimited funds and a book that is rounded and settled each such period, until the end of a month."""
    book = {**timeline["book"], "settle": period, "rounding": {"digits": 1, "mode": "half_up"}}
    for edition in book.get("editions", [book]):
        edition.pop("freeze", None)
        if "editions" in book:
            edition["settle"] = book["settle"]
    if "editions" in book:
        del book["settle"]
    commands = [command for command in timeline["commands"] if command["do"] not in UNDONE]
    life = {key: value for key, value in timeline.items() if key != "wallet"}
    return {**life, "book": book, "commands": [*commands, {"at": until, "do": "advance"}]}


def invoiced(answer: dict) -> dict:
    """What each product was billed in all."""
    billed = Counter()
    for invoice in answer["statement"]["invoices"]:
        for line in invoice["lines"]:
            billed[line["product"]] += Fraction(line["amount"])
    return {name: amount for name, amount in billed.items() if amount}
