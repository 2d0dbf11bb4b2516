"""Bills of totals of events: worked out by hand, and of random books against accounts that live the same usage, by the
engine and by the independent reference."""

from collections import defaultdict
from decimal import Decimal
from random import Random

import faregate
import format2
import pytest
from test_bill_many_lived import ATTRIBUTES, BEGINS, DATES, GRANT, RULES, random_fee, random_price
from toy import HEAD, toy

FLAT = {"model": "flat", "price": "0.5"}
NUMBER = {"id": "n", "whole": {"from": 0}}
MOST = 2**63 - 1


def graduated(*prices: str, counter: str | None = None) -> dict:
    tiers = [{"from": 10 * place, "price": price} for place, price in enumerate(prices)]
    return {"model": "graduated", "tiers": tiers, **({"counter": counter} if counter else {})}


def of_event(*products: dict, **book) -> faregate.Book:
    """An event of products that are called a, b, …; the last one is not in it, where it says so."""
    named = [{"id": name, "meter": "u", "price": FLAT, **product} for name, product in zip("abcd", products)]
    within = [product["id"] for product in named if not product.pop("beside", False)]
    return faregate.Book(toy(named, events=[{"id": "run", "products": within}], attributes=[NUMBER], **book))


def column(table, name: str) -> list:
    return table[name].tolist()


def amounts(table, *names: str) -> list:
    return [[str(amount.normalize()) for amount in column(table, name)] for name in names]


def test_each_product_has_its_columns_and_the_event_their_sums():
    book = of_event({}, {"price": graduated("1", "0.2"), "quantity": ["n"]})
    bills = book.bill_many(
        "run", [4, None, 10], at="2025-01-01", attributes={"n": 3}, free={"a": [1, 0, 20]}, packs={"b": [2, 2, 5]}
    )
    assert column(bills, "a.free") == [1, None, 10]
    assert column(bills, "b.packs") == [2, None, 5]
    assert column(bills, "b.postpaid") == [10, None, 25]
    assert (column(bills, "free"), column(bills, "packs")) == ([1, None, 10], [2, None, 5])
    assert column(bills, "postpaid") == [3 + 10, None, 25]
    assert column(bills, "a.amount") == [Decimal("1.5"), None, 0]
    assert column(bills, "b.amount") == [10, None, 13]  # 10 + 15 × 0.2
    assert column(bills, "amount") == [Decimal("11.5"), None, 13]


def test_products_of_one_counter_are_used_one_after_the_other():
    book = of_event({"price": graduated("1", "0", counter="c")}, {"price": graduated("9", "2", counter="c")})
    assert amounts(book.bill_many("run", [6, 12], at="2025-01-01"), "a.amount", "b.amount", "amount") == [
        ["6", "1E+1"],
        [str(Decimal(4 * 9 + 2 * 2).normalize()), "24"],
        ["46", "34"],
    ]
    given = book.bill_many("run", [6], at="2025-01-01", counted={"a": 8})
    assert column(given, "amount") == [2 * 1 + 6 * 2]


def test_what_others_have_had_of_a_counter_is_asked_for():
    shared = {"price": graduated("1", "0", counter="c")}
    book = of_event(shared, shared, {}, {**shared, "beside": True})
    for counted, path in ((None, "counted.a"), ({"a": 0, "b": 0}, "counted.b"), ({"a": 0, "c": 0}, "counted.c")):
        with pytest.raises(faregate.Invalid) as caught:
            book.bill_many("run", [1], at="2025-01-01", counted=counted)
        assert caught.value.path == path
    assert column(book.bill_many("run", [3], at="2025-01-01", counted={"a": [9]}), "amount") == [Decimal("2.5")]
    for bad in (-1, MOST):
        with pytest.raises(faregate.Invalid) as caught:
            book.bill_many("run", [1, 1], at="2025-01-01", counted={"a": [0, bad]})
        assert (caught.value.path, caught.value.row) == ("counted.a[1]", 1)


def test_months_of_several_accounts_carry_packs_on():
    book = of_event({}, {"quantity": ["n"]})
    bills = book.bill_many(
        "run", [5, 5, 5, 5], periods=2, at="2025-01-01", attributes={"n": 2}, packs={"a": [7, 0], "b": 12}
    )
    assert column(bills, "a.packs") == [5, 2, 0, 0]
    assert column(bills, "b.packs") == [10, 2, 10, 2]


def test_the_free_units_of_the_book_are_those_of_each_product():
    book = of_event({"grants": [GRANT]}, {"grants": [{**GRANT, "quantity": 2}]})
    bills = book.bill_many("run", [4], at="2025-01-01")
    assert (column(bills, "a.free"), column(bills, "b.free"), column(bills, "free")) == ([4], [2], [6])
    weekly = {"id": "w", "quantity": 1, "issue": {"every": "week", "for": {"years": 1}}, "validity": "period"}
    with pytest.raises(faregate.Invalid) as caught:
        of_event({}, {"grants": [weekly]}).bill_many("run", [1], at="2025-01-01")
    assert caught.value.path == "free.b"


def test_an_edition_in_which_the_event_has_another_product():
    products = [{"id": name, "meter": "u", "price": {"model": "flat", "price": "1"}} for name in "ab"]
    editions = [
        {"effective": date, "products": products, "events": [{"id": "run", "products": within}]}
        for date, within in (("2024-01-01", ["a"]), ("2025-01-16", ["b", "a"]))
    ]
    book = faregate.Book({**HEAD, "editions": editions})
    bills = book.bill_many("run", [5, 7], at="2025-01-01", before={"2025-01-16": [2, 0]})
    assert (column(bills, "a.amount"), column(bills, "b.amount")) == ([5, 7], [3, 7])
    with pytest.raises(faregate.Invalid) as caught:
        book.bill_many("run", [5], at="2025-01-01", before={"2025-01-16": [6]})
    assert (caught.value.path, caught.value.row) == ("before[0]", 0)


def test_what_a_number_of_events_does_not_say_is_unsupported():
    for product, path in (
        ({"aggregate": {"take": "max", "over": "month"}}, "products[1].aggregate"),
        ({"tier_period": "day"}, "products[1].tier_period"),
        ({"quantity": ["n"], "tier_period": "event", "settle": "day"}, "products[1].settle"),
        ({"rules": [{"when": {"hour": {"below": 6}}, "factor": "0.5"}]}, "products[1].rules"),
    ):
        with pytest.raises(faregate.Unsupported) as caught:
            of_event({}, product).bill_many("run", [1], at="2025-01-01", attributes={"n": 1})
        assert caught.value.path == path


def test_a_column_that_is_not_of_a_product_is_refused():
    book = of_event({}, {})
    for keys, path in (
        ({"free": {"d": 1}}, "free"),
        ({"events": [1]}, "events"),
        ({"packs": {"a": [1, 2, 3]}}, "packs.a"),
        ({"free": {"b": [1, 2, 3]}}, "free.b"),
        ({"free": {"b": [1, -1]}}, "free.b[1]"),
        ({"counted": {"a": 1}}, "counted.a"),
        ({"scale": 13}, "scale"),
        ({"periods": 3}, "periods"),
    ):
        with pytest.raises(faregate.Invalid) as caught:
            book.bill_many("run", [1, 2], at="2025-01-01", **keys)
        assert caught.value.path == path, keys
    for value in (0, [1, 2]):
        with pytest.raises(faregate.Error, match="mapping of products"):
            book.bill_many("run", [1, 2], at="2025-01-01", free=value)
    with pytest.raises(faregate.MissingAttribute):
        of_event({"quantity": ["n"]}).bill_many("run", [1], at="2025-01-01")
    with pytest.raises(faregate.UnknownProduct):
        book.bill_many("walk", [1], at="2025-01-01")


def test_the_first_bad_row_is_told_whatever_the_product():
    """Only the first product is priced by a table, and only the second is lived."""
    null = {"model": "volume", "tiers": [{"from": 0, "price": "1"}, {"from": 50, "price": None}]}
    book = of_event({"price": null}, {"quantity": ["n"], "least": "1"})
    rows = [1] * 1_100
    bad = [-1, 50, MOST // 2]
    errors = [faregate.Invalid, faregate.NotSold, faregate.NotSold]
    for value, error in zip(bad, errors, strict=True):
        with pytest.raises(error) as caught:
            book.bill_many("run", [*rows, value, *bad], at="2025-01-01", attributes={"n": 2})
        assert (caught.value.row, caught.value.path) == (1_100, "totals[1100]")
    flat = of_event({}, {"quantity": ["n"], "least": "1"})
    for value in (MOST, MOST // 2 - 1):
        with pytest.raises(faregate.Overflow) as caught:
            flat.bill_many("run", [*rows, value, -1], at="2025-01-01", attributes={"n": 2})
        assert caught.value.row == 1_100


class EventCase:
    """A random book with an event, some of whose products share a counter, with or without a product beside it."""

    def __init__(self, seed: int):
        rng = Random(f"events {seed}")
        self.period = rng.choice(list(BEGINS))
        self.begins = BEGINS[self.period]
        self.names = [f"p{number}" for number in range(rng.choice([1, 2, 2, 3]))]
        self.kinds = {name: rng.choice(["plain", "plain", "terms", "rules", "event", "counter"]) for name in self.names}
        if rng.random() < 0.4:
            self.kinds = {name: rng.choice(["counter", "counter", kind]) for name, kind in self.kinds.items()}
        self.dates = sorted(rng.sample(DATES, rng.choice([0, 0, 1, 2])))
        self.beside = rng.random() < 0.5
        offers = [self._offers(rng) for _ in range(1 + len(self.dates))]
        dates = ("2024-01-01", *self.dates)
        head = {**HEAD, "rounding": rng.choice([{"digits": 2, "mode": "half_up"}, {"digits": 3, "mode": "up"}])}
        head["policy"] = {"tier_basis": rng.choice(["residual", "total", "after_free"])}
        if len(offers) == 1 and rng.random() < 0.5:
            self.document = {**head, **offers[0]}
        else:
            self.document = {
                **head,
                "editions": [{"effective": date, **offer} for date, offer in zip(dates, offers, strict=True)],
            }
        self.rows = [self._row(rng, *span) for span in zip(self.begins, self.begins[1:], strict=False)]
        self.attributes = {"n": rng.choice([0, 1, 1, 3, 7]), "t": rng.choice("ab")}
        self.kind = rng.choice("xy")

    def _product(self, rng: Random, name: str) -> dict:
        kind = self.kinds[name]
        product = {"id": name, "meter": "u", "price": random_price(rng, "c" if kind == "counter" else None)}
        product |= {"tier_period": self.period, "settle": self.period}
        rich = rng.random() < 0.5
        if rich:
            product |= rng.choice([{}, {"least": "3"}]) | rng.choice([{}, {"most": "8.5"}])
            product["fees"] = self.fees.setdefault(name, [random_fee(rng, 0)])
        if self.period == "month" and rng.random() < 0.5:
            product["grants"] = [GRANT]
        if kind in ("terms", "event") or (kind == "counter" and rng.random() < 0.5):
            product["quantity"] = ["n"]
        if kind == "event":
            product["tier_period"] = "event"
        if kind == "rules":
            product["rules"] = RULES
        return product

    def _offers(self, rng: Random) -> dict:
        self.fees = getattr(self, "fees", {})
        if not hasattr(self, "first"):
            self.first = [self._product(rng, name) for name in self.names]
        products = []
        for first in self.first:
            price = random_price(rng, "c" if self.kinds[first["id"]] == "counter" else None)
            products.append({**first, "price": price})
        if self.beside:
            other = {"id": "q", "meter": "u", "tier_period": self.period, "settle": self.period}
            products.append({**other, "price": {"model": "flat", "price": "1", "counter": "c"}})
        return {
            "products": products,
            "attributes": ATTRIBUTES,
            "events": [{"id": "run", "products": self.names}],
        }

    def _row(self, rng: Random, begin: str, end: str) -> dict:
        stretches = [begin, *(date for date in self.dates if begin < date < end)]
        used = [rng.choice([0, 1, 4, 9, 10, 35]) for _ in stretches]
        has_counter = "counter" in self.kinds.values()
        counted = rng.choice([0, 3, 12, 40]) if self.beside and has_counter else 0
        return {"uses": dict(zip(stretches, used, strict=True)), "counted": counted}

    def timeline(self) -> dict:
        opened = [*self.names, *(["q"] if self.beside else [])]
        commands = [{"at": f"{self.begins[0]}T00:00:00", "do": "open", "product": name} for name in opened]
        for begin, row in zip(self.begins, self.rows, strict=False):
            if row["counted"] > 0:
                commands.append({"at": f"{begin}T00:00:00", "do": "use", "product": "q", "quantity": row["counted"]})
            for date, quantity in row["uses"].items():
                use = {"at": f"{date}T00:00:00", "do": "use", "product": "run", "quantity": quantity}
                commands += [{**use, "attributes": self.attributes}] if quantity > 0 else []
        commands += [{"at": f"{self.begins[-1]}T00:00:00", "do": "advance"}]
        return {"book": self.document, "attributes": {"kind": self.kind}, "commands": commands}

    def billed(self, book: faregate.Book):
        totals = [sum(row["uses"].values()) for row in self.rows]
        first = next((name for name in self.names if self.kinds[name] == "counter"), None)
        keys = {}
        if first is not None and self.beside:
            keys["counted"] = {first: [row["counted"] for row in self.rows]}
        within = [
            date for date in self.dates if any(date in row["uses"] and date not in self.begins for row in self.rows)
        ]
        keys["before"] = {
            date: [sum(used for begin, used in row["uses"].items() if begin < date) for row in self.rows]
            for date in within
        }
        attributes = {**self.attributes, "kind": self.kind}
        return book.bill_many("run", totals, periods=len(totals), at=self.begins[0], attributes=attributes, **keys)

    def invoiced(self, statement: dict) -> dict:
        """What each product was invoiced for each row."""
        told: dict = defaultdict(Decimal)
        for invoice in statement["invoices"]:
            begin = invoice["begin"][:10] if "begin" in invoice else f"{invoice['month']}-01"
            row = max(each for each in self.begins if each <= begin)
            for line in invoice["lines"]:
                told[line["product"], row] += Decimal(line["amount"])
        return {name: [told[name, begin] for begin in self.begins[:-1]] for name in self.names}


def test_random_books():
    loaded = shared = tables = 0
    for seed in range(300):
        case = EventCase(seed)
        if faregate.Book.errors(case.document):
            continue
        table = case.billed(faregate.Book(case.document))
        told = {name: column(table, f"{name}.amount") for name in case.names}
        timeline = case.timeline()
        replayed = faregate.replay(timeline)
        assert all(outcome["ok"] for outcome in replayed["outcomes"]), seed
        assert told == case.invoiced(replayed["statement"]), seed
        assert told == case.invoiced(format2.replay(timeline)["statement"]), seed
        assert column(table, "amount") == [sum(row) for row in zip(*told.values(), strict=True)], seed
        loaded += 1
        shared += list(case.kinds.values()).count("counter") > 1
        tables += "plain" in case.kinds.values() and not case.dates
    assert loaded > 150
    assert shared > 15
    assert tables > 15


def test_products_priced_by_tables_come_to_what_each_does_alone():
    book = of_event(
        {"price": graduated("1", "0.2")},
        {"price": {"model": "volume", **{"tiers": [{"from": 0, "price": "3"}, {"from": 7, "price": "2"}]}}},
    )
    totals = [number % 23 for number in range(5_000)]
    free, packs = [number % 5 for number in range(5_000)], [number % 3 for number in range(2_500)]
    bills = book.bill_many(
        "run", totals, periods=2, at="2025-01-01", free={"a": free}, packs={"b": packs}, out="minor", scale=3
    )
    for product, keys in (("a", {"free": free}), ("b", {"packs": packs})):
        alone = book.bill_many(product, totals, periods=2, at="2025-01-01", out="minor", scale=3, **keys)
        for name in ("free", "packs", "postpaid", "amount"):
            assert column(bills, f"{product}.{name}") == column(alone, name)
