"""Bills of totals that need more than the total: random books with editions, fees, counters and events that are priced
each by itself, against accounts that live the same usage, by the engine and by the independent reference."""

from collections import defaultdict
from decimal import Decimal
from random import Random

import faregate
import format2
import pytest
from toy import HEAD

TIERS = [{"from": 0, "price": "1"}, {"from": 10, "price": "0.7"}, {"from": 30, "price": "0.333"}]
ATTRIBUTES = [
    {"id": "n", "whole": {"from": 0}},
    {"id": "t", "values": ["a", "b"]},
    {"id": "kind", "values": ["x", "y"], "of": "account"},
]
RULES = [
    {"id": "a", "when": {"t": "a"}, "price": {"model": "graduated", "tiers": TIERS}},
    {"when": {"t": "b"}, "factor": "1.5"},
]
GRANT = {"id": "g", "quantity": 5, "issue": "monthly", "validity": "month"}
BEGINS = {
    "month": ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"],
    "week": ["2025-01-06", "2025-01-13", "2025-01-20", "2025-01-27"],
    "year": ["2025-01-01", "2026-01-01", "2027-01-01", "2028-01-01"],
}
DATES = ["2025-01-01", "2025-01-08", "2025-01-15", "2025-01-16", "2025-02-01", "2025-02-20", "2025-02-21", "2026-07-01"]
PERIODS = ["month", "week", "year", "day", {"days": 10}, {"months": 2}, "once"]


def random_price(rng: Random, counter: str | None) -> dict:
    model = rng.choice(["volume", "graduated", "flat", "stairstep"])
    price = {"model": model, "tiers": [dict(tier) for tier in TIERS]} if model != "flat" else {"model": model}
    if model == "flat":
        price["price"] = rng.choice(["1", "0.123"])
    elif rng.random() < 0.5:
        price["tiers"][1]["price"] = "0.5"
    if model in ("volume", "graduated") and counter is None and rng.random() < 0.3:
        price["tiers"] = [{**tier, "fee": rng.choice(["2", "0.5"])} for tier in price["tiers"]]
    if model != "stairstep":
        price |= rng.choice([{}, {"per": 3}, {"block": 5}])
    price |= rng.choice([{}, {"rounding": {"digits": 1, "mode": "up"}}])
    return price if counter is None else {**price, "counter": counter}


def random_fee(rng: Random, number: int) -> dict:
    fee = {"id": f"f{number}", "amount": rng.choice(["2.345", "3"]), "every": rng.choice(PERIODS)}
    if fee["every"] != "once":
        fee |= rng.choice([{}, {"prorate": "days"}, {"prorate": "seconds"}])
    return fee | rng.choice([{}, {"when": {"kind": "x"}}])


class Case:
    def __init__(self, seed: int):
        rng = Random(seed)
        self.period = rng.choice(list(BEGINS))
        self.begins = BEGINS[self.period]
        self.is_of_events = rng.random() < 0.3
        self.counter = "c" if not self.is_of_events and rng.random() < 0.4 else None
        self.has_rules = self.counter is None and rng.random() < 0.3
        self.dates = sorted(rng.sample(DATES, rng.choice([0, 1, 1, 2])))
        fees = [random_fee(rng, number) for number in range(rng.choice([0, 1, 2]))]
        grants = [GRANT] if self.period == "month" and rng.random() < 0.5 else []
        editions = [{"effective": date, **self._offers(rng, fees, grants)} for date in ("2024-01-01", *self.dates)]
        head = {**HEAD, "rounding": rng.choice([{"digits": 2, "mode": "half_up"}, {"digits": 3, "mode": "up"}])}
        head["policy"] = {"tier_basis": rng.choice(["residual", "total", "after_free"])}
        self.document = {**head, "editions": editions}
        self.attributes = {"kind": rng.choice("xy"), **({"t": rng.choice("ab")} if self.has_rules else {})}
        self.rows = [self._row(rng, *span) for span in zip(self.begins, self.begins[1:], strict=False)]

    def _offers(self, rng: Random, fees: list, grants: list) -> dict:
        fees = [{**fee, "amount": rng.choice([fee["amount"], "4.01"])} for fee in fees]
        product = {
            "id": "p",
            "meter": "u",
            "price": random_price(rng, self.counter),
            "grants": grants,
            "fees": fees,
        }
        product |= {"tier_period": self.period, "settle": self.period}
        product |= rng.choice([{}, {"least": "3"}]) | rng.choice([{}, {"most": "8.5"}])
        if self.is_of_events:
            product |= {"tier_period": "event", "quantity": ["n"]}
        if self.has_rules:
            product["rules"] = RULES
        other = {"id": "q", "meter": "u", "tier_period": self.period, "settle": self.period}
        other["price"] = {"model": "flat", "price": "1", **({"counter": "c"} if self.counter else {})}
        return {"products": [product, other], "attributes": ATTRIBUTES}

    def _row(self, rng: Random, begin: str, end: str) -> dict:
        """Units used in each stretch of a period in which one edition is in force."""
        stretches = [begin, *(date for date in self.dates if begin < date < end)]
        of_each = rng.choice([1, 7, 40]) if self.is_of_events else 1
        used = [rng.choice([0, 1, 4, 9, 10, 35]) for _ in stretches]
        return {
            "uses": dict(zip(stretches, used, strict=True)),
            "of_each": of_each,
            "counted": rng.choice([0, 3, 12, 40]) if self.counter else 0,
        }

    def timeline(self) -> dict:
        """The usage as commands: what others have counted comes first."""
        asked = {name: value for name, value in self.attributes.items() if name != "kind"}
        commands = [{"at": f"{self.begins[0]}T00:00:00", "do": "open", "product": name} for name in "pq"]
        for begin, row in zip(self.begins, self.rows, strict=False):
            if row["counted"] > 0:
                commands.append({"at": f"{begin}T00:00:00", "do": "use", "product": "q", "quantity": row["counted"]})
            for date, quantity in row["uses"].items():
                of_event = {"n": row["of_each"]} if self.is_of_events else {}
                use = {"at": f"{date}T00:00:00", "do": "use", "product": "p", "quantity": quantity}
                if asked or of_event:
                    use["attributes"] = {**asked, **of_event}
                commands += [use] if quantity > 0 else []
        commands += [{"at": f"{self.begins[-1]}T00:00:00", "do": "advance"}]
        return {"book": self.document, "attributes": {"kind": self.attributes["kind"]}, "commands": commands}

    def billed(self, book: faregate.Book) -> list[Decimal]:
        totals = [sum(row["uses"].values()) * row["of_each"] for row in self.rows]
        keys = {}
        if self.is_of_events:
            keys["events"] = [sum(row["uses"].values()) for row in self.rows]
        if self.counter:
            keys["counted"] = [row["counted"] for row in self.rows]
        within = [
            date for date in self.dates if any(date in row["uses"] and date not in self.begins for row in self.rows)
        ]
        keys["before"] = {
            date: [
                sum(used for begin, used in row["uses"].items() if begin < date) * row["of_each"] for row in self.rows
            ]
            for date in within
        }
        attributes = {**self.attributes, **({"n": 1} if self.is_of_events else {})}
        table = book.bill_many("p", totals, periods=len(totals), at=self.begins[0], attributes=attributes, **keys)
        return table["amount"].tolist()

    def of_product(self, statement: dict) -> list[Decimal]:
        """What the product was invoiced for each row."""
        amounts: dict[str, Decimal] = defaultdict(Decimal)
        for invoice in statement["invoices"]:
            begin = invoice["begin"][:10] if "begin" in invoice else f"{invoice['month']}-01"
            row = max(each for each in self.begins if each <= begin)
            amounts[row] += sum(Decimal(line["amount"]) for line in invoice["lines"] if line["product"] == "p")
        return [amounts[begin] for begin in self.begins[:-1]]


@pytest.mark.parametrize("seed", range(300))
def test_a_bill_is_what_an_account_pays_that_lives_it(seed):
    case = Case(seed)
    if faregate.Book.errors(case.document):
        pytest.skip("not a book")
    timeline = case.timeline()
    billed = case.billed(faregate.Book(case.document))
    assert billed == case.of_product(faregate.replay(timeline)["statement"])
    assert billed == case.of_product(format2.replay(timeline)["statement"])
