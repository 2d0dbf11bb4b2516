"""A correction below 0 of a graduated price whose count is shared leaves what would be without the units it takes off.

What is due is worked out here from the usages alone: those that are left fill the slices in the order of time.
"""

import copy
from fractions import Fraction
from random import Random

import pytest
from toy import answer_of

EDGES = (0, 10, 30)
PRICES = {  # of each product in two editions, by tier
    "p": (("1", "0.1", "0.01"), ("3", "0.3", "0.03")),
    "q": (("2", "0.2", "0.05"), ("5", "0.6", "0.04")),
    "r": (("7", "0.7", "0.02"), ("1", "0.9", "0.06")),
}
FACTORS = {"home": Fraction(1), "away": Fraction(3, 2)}
SECOND_EDITION = 16  # the day of March that it begins on


def _product(name: str, edition: int) -> dict:
    tiers = [{"from": edge, "price": price} for edge, price in zip(EDGES, PRICES[name][edition])]
    rule = {"when": {"place": "away"}, "factor": "1.5"}
    return {"id": name, "meter": "u", "rules": [rule], "price": {"model": "graduated", "counter": "k", "tiers": tiers}}


def _list(edition: int) -> dict:
    place = {"id": "place", "values": list(FACTORS), "default": "home"}
    return {"attributes": [place], "products": [_product(name, edition) for name in PRICES]}


def _book(dates: dict) -> dict:
    """`dates`: which list begins on which date."""
    head = {"format": "faregate-book/2", "id": "toy", "title": "Toy", "currency": "EUR", "minor_digits": 2}
    head |= {"time_zone": "+00:00", "rounding": "none"}
    return {**head, "editions": [{"effective": date, **_list(edition)} for date, edition in dates.items()]}


def _due(used: list) -> Fraction:
    """`used`: (day, product, place, units) in the order of time."""
    total, count = Fraction(0), 0
    for day, product, place, units in used:
        prices = PRICES[product][day >= SECOND_EDITION]
        for tier, edge in enumerate(EDGES):
            above = EDGES[tier + 1] if tier + 1 < len(EDGES) else count + units
            part = max(0, min(count + units, above) - max(count, edge))
            total += part * Fraction(prices[tier]) * FACTORS[place]
        count += units
    return total


def _take_off(used: list, day: int, product: str, place: str, units: int) -> None:
    """The latest of the same price and factor, which all editions have under one name."""
    for number in reversed(range(len(used))):
        its_day, its_product, its_place, there = used[number]
        if (its_product, its_place) == (product, place):
            part = min(there, units)
            used[number] = (its_day, its_product, its_place, there - part)
            units -= part


class _Life:
    def __init__(self, rng: Random):
        self.rng, self.day = rng, 1
        self.commands = [self._command("open", product=name) for name in PRICES]
        self.used, self.calls = [], {}

    def _command(self, do: str, **fields) -> dict:
        return {"at": f"2025-03-{self.day:02d}T12:00:00", "do": do, **fields}

    def _usage(self) -> tuple:
        return self.rng.choice(list(PRICES)), self.rng.choice(list(FACTORS)), self.rng.choice((1, 4, 15, 20))

    def use(self) -> None:
        product, place, units = self._usage()
        self.used.append((self.day, product, place, units))
        fields = {"product": product, "quantity": units, "attributes": {"place": place}}
        self.commands.append(self._command("use", **fields))

    def call(self) -> None:
        product, place, units = self._usage()
        id = f"c{len(self.commands)}"
        self.calls[id] = len(self.used)
        self.used.append((self.day, product, place, units))
        fields = {"product": product, "quantity": units, "attributes": {"place": place}, "id": id}
        self.commands.append(self._command("call", **fields))

    def correct(self) -> None:
        product, place, _ = self._usage()
        there = sum(units for _, *cell, units in self.used if cell == [product, place])
        held = sum(self.used[n][3] for n in self.calls.values() if self.used[n][1:3] == (product, place))
        if self.calls or there == 0:  # with calls in flight see below
            return
        units = self.rng.randint(1, there - held)
        _take_off(self.used, self.day, product, place, units)
        fields = {"product": product, "quantity": -units, "attributes": {"place": place}, "reason": "recount"}
        self.commands.append(self._command("adjust", **fields))

    def end(self) -> None:
        if not self.calls:
            return
        id, place = self.calls.popitem()
        day, *cell, units = self.used[place]
        if self.rng.random() < 0.5:
            self.used[place] = (day, *cell, 0)
            self.commands.append(self._command("cancel", id=id))
        else:
            fewer = self.rng.randint(0, units)
            self.used[place] = (day, *cell, fewer)
            self.commands.append(self._command("commit", id=id, quantity=fewer))

    def live(self, count: int) -> list:
        while len(self.commands) < count:
            self.day = min(31, self.day + self.rng.choice((0, 0, 1)))
            kinds = (self.use, self.use, self.use, self.correct, self.correct, self.call, self.end)
            self.rng.choice(kinds)()
        while self.calls:
            self.end()
        return [*self.commands, {"at": "2025-04-01", "do": "advance"}]


def _bill(book: dict, commands: list) -> Fraction:
    answer = answer_of({"book": book, "commands": commands})
    assert all(outcome["ok"] for outcome in answer["outcomes"])
    return sum((Fraction(invoice["total"]) for invoice in answer["statement"]["invoices"]), Fraction(0))


TWO = {"2024-01-01": 0, "2025-03-16": 1}


@pytest.mark.parametrize("seed", range(60))
def test_what_is_left_fills_the_slices_in_the_order_of_time(seed):
    life = _Life(Random(f"corrections {seed}"))
    commands = life.live(60)
    assert _bill(_book(TWO), commands) == _due(life.used)


@pytest.mark.parametrize("seed", range(30))
def test_editions_with_equal_prices_change_nothing(seed):
    """Nor with a call in flight that is undone after the correction."""
    rng = Random(f"equal {seed}")
    commands = _Life(rng).live(40)
    one, more = {"2024-01-01": 0}, {"2024-01-01": 0, "2025-03-04": 0, "2025-03-05": 0, "2025-03-16": 0}
    place = rng.randrange(4, len(commands) - 1)
    at = commands[place]["at"]
    in_flight = [{"at": commands[place - 1]["at"], "do": "call", "product": "q", "quantity": 12, "id": "open"}]
    off = {"do": "adjust", "product": "p", "reason": "recount"}
    commands[place:place] = [*in_flight, {"at": at, **off, "quantity": 9}, {"at": at, **off, "quantity": -9}]
    for ending in ([], [{"at": "2025-03-31T23:00:00", "do": "cancel", "id": "open"}]):
        ended = [*commands[:-1], *ending, commands[-1]]
        assert _bill(_book(one), ended) == _bill(_book(more), ended)


@pytest.mark.parametrize("seed", range(30))
def test_units_just_used_and_taken_off_were_never_used(seed):
    """Whatever other products were used in between."""
    rng = Random(f"never {seed}")
    life = _Life(rng)
    life.correct = life.use
    commands = life.live(40)
    uses = [number for number, command in enumerate(commands) if command["do"] == "use"]
    number = rng.choice(uses)
    gone = commands[number]
    later = next(
        (
            place
            for place in range(number + 1, len(commands))
            if commands[place].get("product") == gone["product"] or commands[place]["do"] not in ("use", "call")
        ),
        len(commands) - 1,
    )
    undo = {"do": "adjust", "at": commands[later]["at"], "reason": "recount", "product": gone["product"]}
    undo |= {"quantity": -gone["quantity"], "attributes": gone["attributes"]}
    if undo["at"] >= "2025-04-01":
        undo["at"] = "2025-03-31T23:00:00"
    corrected = [*commands[:later], undo, *commands[later:]]
    without = [*commands[:number], *commands[number + 1 :]]
    for dates in (TWO, {"2024-01-01": 0}):
        assert _bill(_book(dates), corrected) == _bill(_book(dates), without)


def test_a_call_in_flight_in_a_later_edition_moves_down():
    n = {"id": "n", "whole": {"from": 0}, "default": 1}
    tiers = [{"from": 0, "price": "1"}, {"from": 10, "price": "0.1"}]
    keys = {"attributes": [n]}
    keys["products"] = [{"id": "p", "meter": "u", "quantity": ["n"], "price": {"model": "graduated", "tiers": tiers}}]
    book = {key: value for key, value in _book({}).items() if key != "editions"}
    commands = [
        {"at": "2025-03-01", "do": "open", "product": "p"},
        {"at": "2025-03-09", "do": "use", "product": "p", "quantity": 15},
        {"at": "2025-03-14", "do": "call", "product": "p", "quantity": 20, "id": "c"},
        {"at": "2025-03-26", "do": "adjust", "product": "p", "quantity": -15, "reason": "counted twice"},
        {"at": "2025-04-01", "do": "advance"},
    ]
    equal = [{"effective": date, **copy.deepcopy(keys)} for date in ("2024-01-01", "2025-03-12")]
    assert _bill({**book, **keys}, commands) == 11
    assert _bill({**book, "editions": equal}, commands) == 11


def test_so_many_changes_that_the_oldest_are_joined():
    """Of those it is known which slice they are in; that of two at one price no order is known makes no difference."""
    book = _book({"2024-01-01": 0})
    products = book["editions"][0]["products"]
    products[1]["price"]["tiers"] = copy.deepcopy(products[0]["price"]["tiers"])
    for product in products:
        for tier, edge in zip(product["price"]["tiers"], (0, 1000, 3000)):
            tier["from"] = edge
    day = {"at": "2025-03-02"}
    first = {**day, "do": "use", "product": "r", "quantity": 700}
    turns = [{**day, "do": "use", "product": "pq"[number % 2], "quantity": 1} for number in range(5000)]
    off = {**day, "do": "adjust", "product": "r", "quantity": -700, "reason": "recount"}
    opened = [{"at": "2025-03-01", "do": "open", "product": name} for name in PRICES]
    end = {"at": "2025-04-01", "do": "advance"}
    total = 1000 * Fraction(1) + 2000 * Fraction("0.1") + 2000 * Fraction("0.01")
    assert _bill(book, [*opened, first, *turns, off, end]) == total
