"""Attributes, rules and terms: prices by them, against an evaluation of the documents' words alone, and what is refused."""

import copy
import random
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import faregate
import pytest
from json_pointer import replaced
from toy import toy


def flat(price: str, per: int = 1) -> dict:
    return {"model": "flat", "per": per, "price": price}


def book_of(products: list[dict], attributes: list[dict], **others) -> dict:
    return toy(products, attributes=attributes, **others)


PARROT = book_of(
    [
        {
            "id": "tokens",
            "meter": "tokens",
            "price": flat("3", 1000000),
            "rules": [
                {"when": {"region": "us"}, "factor": "1.2"},
                {"when": {"hour": {"below": 6}}, "factor": "0.5"},
                {"id": "mini", "when": {"model": "mini"}, "price": flat("0.30", 1000000), "source": "page 2"},
                {"id": "long", "when": {"prompt": {"from": 100000}}, "price": flat("6", 1000000)},
            ],
        }
    ],
    [
        {"id": "model", "values": ["big", "mini"]},
        {"id": "region", "values": ["eu", "us"], "default": "eu"},
        {"id": "prompt", "whole": {"from": 0}},
    ],
)


SPARK = book_of(
    [
        {"id": "runs", "meter": "runs", "price": flat("0.10", 1000)},
        {
            "id": "compute",
            "meter": "mb-ticks",
            "quantity": [{"of": "ms", "divide": 100}, {"of": "mb", "less": 128}],
            "price": flat("0.50", 1000000),
        },
        {
            "id": "talk",
            "meter": "steps",
            "quantity": [{"of": "s", "least": 30, "divide": 6}],
            "price": flat("0.01"),
        },
    ],
    [{"id": "ms", "whole": {"from": 0}}, {"id": "mb", "whole": {"from": 0}}, {"id": "s", "whole": {"from": 0}}],
    events=[{"id": "run", "products": ["runs", "compute"]}],
)


@pytest.mark.parametrize(
    ("quantity", "attributes", "hour", "amount", "price", "explanation"),
    [
        (50_000, {"model": "big", "prompt": 50_000}, 12, "0.15", None, "50,000 ÷ 1,000,000 × 3.00 = 0.15"),
        (
            200_000,
            {"model": "big", "prompt": 200_000, "region": "us"},
            12,
            "1.44",
            "long",
            "200,000 ÷ 1,000,000 × 6.00 × 1.2 = 1.44",
        ),
        (
            10_000,
            {"model": "mini", "prompt": 200_000},
            12,
            "0.003",
            "mini",
            "10,000 ÷ 1,000,000 × 0.30 = 0.003",
        ),
        (100_000, {"model": "big", "prompt": 0}, 3, "0.15", None, "100,000 ÷ 1,000,000 × 3.00 × 0.5 = 0.15"),
        (
            100_000,
            {"model": "big", "prompt": 0, "region": "us"},
            3,
            "0.36",
            None,
            "100,000 ÷ 1,000,000 × 3.00 × 1.2 = 0.36",
        ),
    ],
)
def test_a_price_by_rules(quantity, attributes, hour, amount, price, explanation):
    answer = faregate.Book(PARROT).price(
        "tokens", "tokens", quantity, at=datetime(2025, 1, 1, hour), attributes=attributes
    )
    assert (answer.amount, answer.price, answer.explanation) == (Decimal(amount), price, explanation)
    assert answer.billable and answer.rule == ("page 2" if price == "mini" else "")


@pytest.mark.parametrize(
    ("product", "meter", "quantity", "attributes", "units", "explanation"),
    [
        (
            "compute",
            "mb-ticks",
            2_000,
            {"ms": 230, "mb": 640},
            3_072_000,
            "2,000 × ⌈230 ÷ 100⌉ × (640 − 128) = 3,072,000; 3,072,000 ÷ 1,000,000 × 0.50 = 1.536",
        ),
        ("talk", "steps", 10, {"s": 61}, 110, "10 × ⌈61 ÷ 6⌉ = 110; 110 × 0.01 = 1.10"),
        ("talk", "steps", 1, {"s": 4}, 5, "1 × ⌈max(4, 30) ÷ 6⌉ = 5; 5 × 0.01 = 0.05"),
        ("talk", "steps", 1, {"s": 0}, 0, "1 × 0 = 0; 0 × 0.01 = 0.00"),
    ],
)
def test_a_price_by_terms(product, meter, quantity, attributes, units, explanation):
    answer = faregate.Book(SPARK).price(product, meter, quantity, attributes=attributes)
    assert (answer.units, answer.explanation) == (units, explanation)


def test_what_is_not_billable_costs_nothing():
    rules = [{"when": {"do": "ping"}, "billable": "no"}]
    book = faregate.Book(
        book_of(
            [{"id": "scan", "meter": "calls", "price": flat("0.01"), "rules": rules}],
            [{"id": "do", "values": ["scan", "ping"], "default": "scan"}],
        )
    )
    assert book.price("scan", "calls", 1000).amount == 10
    ping = book.price("scan", "calls", 50, attributes={"do": "ping"})
    assert (ping.amount, ping.units, ping.lines, ping.billable) == (0, 0, (), False)
    assert ping.explanation == "not billable"


def asked(attributes: dict, **others):
    return faregate.Book(PARROT).price("tokens", "tokens", 1, at=datetime(2025, 1, 1), attributes=attributes, **others)


@pytest.mark.parametrize(
    ("attributes", "error", "path"),
    [
        ({"model": "big"}, faregate.MissingAttribute, "attributes.prompt"),
        ({"prompt": 5}, faregate.MissingAttribute, "attributes.model"),
        ({"model": "huge", "prompt": 5}, faregate.UnknownValue, "attributes.model"),
        ({"model": 0, "prompt": 5}, faregate.UnknownValue, "attributes.model"),
        ({"model": "big", "prompt": "5"}, faregate.UnknownValue, "attributes.prompt"),
        ({"model": "big", "prompt": 5, "colour": "red"}, faregate.UnknownValue, "attributes.colour"),
        ({"model": "big", "prompt": 5, "hour": 3}, faregate.UnknownValue, "attributes.hour"),
    ],
)
def test_attributes_that_are_refused(attributes, error, path):
    with pytest.raises(error) as caught:
        asked(attributes)
    assert caught.value.path == path


def test_no_rule_and_too_many_units():
    rules = [{"id": "mini", "when": {"model": "mini"}, "price": flat("1")}]
    attributes = [{"id": "model", "values": ["big", "mini"]}, {"id": "n", "whole": {}}]
    product = {"id": "p", "meter": "m", "rules": rules, "quantity": ["n", "n"]}
    book = faregate.Book(book_of([product], attributes))
    assert book.price("p", "m", 2, attributes={"model": "mini", "n": 3}).units == 18
    with pytest.raises(faregate.NoRule):
        book.price("p", "m", 1, attributes={"model": "big", "n": 1})
    most = 3037000499  # floor of the root of 2 ** 63 - 1
    assert book.price("p", "m", 1, attributes={"model": "mini", "n": most}).units == most**2
    with pytest.raises(faregate.Overflow):
        book.price("p", "m", 1, attributes={"model": "mini", "n": most + 1})
    with pytest.raises(faregate.Invalid, match="at least the units"):
        book.price("p", "m", 2, tier_quantity=17, attributes={"model": "mini", "n": 3})


RULES = ["products", 0, "rules"]
MINI = {"when": {"model": "mini"}, "factor": "2"}
AT_MOST = "0.0000000000001"

BAD = [
    (["attributes", 0], {"id": "model"}, "attributes[0]", '"values" or "whole"'),
    (["attributes", 0], {"id": "model", "values": ["a"], "whole": {}}, "attributes[0]", '"values" or "whole"'),
    (["attributes", 0, "values"], [], "attributes[0].values", "1 to 1000 texts"),
    (["attributes", 0, "values"], ["mini", "big", "mini"], "attributes[0].values[2]", "that [0] has not"),
    (["attributes", 0, "values"], ["mini", ""], "attributes[0].values[1]", "1 to 128 bytes"),
    (["attributes", 0, "id"], "hour", "attributes[0].id", "every usage has"),
    (["attributes", 1, "default"], "asia", "attributes[1].default", 'one of the values of the attribute "region"'),
    (["attributes", 2, "default"], -1, "attributes[2].default", "an integer from 0"),
    (["attributes", 2, "whole"], {"from": 5, "below": 5}, "attributes[2].whole.below", "empty range"),
    ([*RULES, 0, "when"], {"colour": "red"}, "products[0].rules[0].when.colour", "no attribute of this name"),
    ([*RULES, 0, "when"], {"region": "asia"}, "products[0].rules[0].when.region", "one of the values"),
    ([*RULES, 0, "when"], {"region": ["us", 1]}, "products[0].rules[0].when.region[1]", "one of the values"),
    ([*RULES, 0, "when"], {"region": {"from": 1}}, "products[0].rules[0].when.region", "no numbers"),
    ([*RULES, 0, "when"], {"region": []}, "products[0].rules[0].when.region", "1 to 1000 values"),
    ([*RULES, 0, "when"], {"hour": 24}, "products[0].rules[0].when.hour", "0 to 23"),
    ([*RULES, 0, "when"], {"hour": {"from": 24}}, "products[0].rules[0].when.hour", "empty range"),
    ([*RULES, 0, "when"], {"hour": {"from": 5, "below": 5}}, "products[0].rules[0].when.hour", "empty range"),
    ([*RULES, 0, "when"], {"hour": {}}, "products[0].rules[0].when.hour", '"from", "below" or both'),
    ([*RULES, 0, "when"], {"hour": {"to": 5}}, "products[0].rules[0].when.hour.to", "no field of this name"),
    ([*RULES, 0, "when"], "us", "products[0].rules[0].when", "expected an object"),
    ([*RULES, 0], {"when": {"region": "us"}}, "products[0].rules[0]", '"price", "factor"'),
    ([*RULES, 0], {"factor": "2"}, "products[0].rules[0].when", "missing"),
    ([*RULES, 0, "factor"], "0", "products[0].rules[0].factor", "a decimal string above 0"),
    ([*RULES, 0, "factor"], AT_MOST, "products[0].rules[0].factor", "a decimal string above 0"),
    ([*RULES, 0, "factor"], "0.0000001", "products[0].rules[0].factor", "at most 12 decimals"),
    ([*RULES, 2, "id"], "7", "products[0].rules[2].id", "digits name"),
    ([*RULES, 3, "id"], "mini", "products[0].rules[3].id", "that rules[2] has not"),
    ([*RULES, 3], MINI | {"when": {"region": "us", "model": "mini"}}, "products[0].rules[3]", "rules[0] fits first"),
    ([*RULES, 0, "billable"], "never", "products[0].rules[0].billable", '"yes" or "no"'),
    ([*RULES, 0, "quantity"], [], "products[0].rules[0].quantity", "1 to 1000 terms"),
    ([*RULES, 0, "quantity"], ["region"], "products[0].rules[0].quantity[0]", '"region" is a text'),
    ([*RULES, 0, "quantity"], ["size"], "products[0].rules[0].quantity[0]", "no attribute of this name"),
    ([*RULES, 0, "quantity"], [1.5], "products[0].rules[0].quantity[0]", "a whole number, the name"),
    ([*RULES, 0, "quantity"], [-1], "products[0].rules[0].quantity[0]", "an integer from 0"),
    ([*RULES, 0, "quantity"], [{"of": 3}], "products[0].rules[0].quantity[0].of", "a string"),
    (
        ["products", 0, "quantity"],
        [{"of": "prompt", "divide": 0}],
        "products[0].quantity[0].divide",
        "an integer from 1",
    ),
    (["products", 0, "quantity"], [{"of": "prompt", "less": "region"}], "products[0].quantity[0].less", "is a text"),
    (["products", 0, "price"], None, None, ""),  # rules have prices
    (["products", 0], {"id": "x", "meter": "m"}, "products[0].price", "missing"),
    (["products", 0], {"id": "x", "meter": "m", "rules": [MINI]}, "products[0].price", "no rule has a price"),
    (["events"], [{"id": "e", "products": ["tokens", "tokens"]}], "events[0].products[1]", "another product than [0]"),
    (["events"], [{"id": "e", "products": ["x"]}], "events[0].products[0]", "the id of a product"),
    (["events"], [{"id": "e", "products": []}], "events[0].products", "1 to 1000 ids"),
    (["events"], [{"id": "tokens", "products": ["tokens"]}], "events[0].id", "a product has this one"),
]


@pytest.mark.parametrize(("steps", "value", "path", "message"), BAD)
def test_a_book_that_is_refused(steps, value, path, message):
    book = replaced(PARROT, steps, value)
    errors = [(error.path, error.message) for error in faregate.Book.errors(book)]
    if path is None:
        assert not errors
        return
    assert [error[0] for error in errors] == [path]
    assert message in errors[0][1]
    with pytest.raises(faregate.Invalid) as caught:
        faregate.Book(book)
    assert caught.value.path == path and message in str(caught.value)


def test_independent_faults_are_told_at_once_and_none_that_follows():
    book = copy.deepcopy(PARROT)
    book["attributes"][0]["values"] = ["big", 7]  # so nothing is said of what asks the model
    book["products"][0]["rules"][0]["factor"] = "x"
    book["products"][0]["rules"][1]["when"] = {"weekday": 8}
    book["products"][0]["quantity"] = [{"of": "prompt", "divide": 0}, "region"]
    book["events"] = [{"id": "e", "products": ["none"]}]
    assert [error.path for error in faregate.Book.errors(book)] == [
        "attributes[0].values[1]",
        "products[0].rules[0].factor",
        "products[0].rules[1].when.weekday",
        "products[0].quantity[0].divide",
        "products[0].quantity[1]",
        "events[0].products[0]",
    ]


@pytest.mark.parametrize(("prices", "fits"), [(63, True), (64, False)])
def test_the_pairs_of_a_price_and_a_factor_are_bounded(prices, fits):
    attributes = [
        {"id": "model", "values": [f"m{i}" for i in range(prices)]},
        {"id": "place", "values": [f"p{i}" for i in range(64)]},
    ]
    rules = [{"id": f"m{i}", "when": {"model": f"m{i}"}, "price": flat("1")} for i in range(prices)]
    rules += [{"when": {"place": f"p{i}"}, "factor": f"1.{i + 1:02}"} for i in range(63)]
    product = {"id": "p", "meter": "m", "price": flat("1"), "rules": rules}  # times a factor of 1 as well
    errors = faregate.Book.errors(book_of([product], attributes))
    assert [error.path for error in errors] == ([] if fits else ["products[0].rules"])


def test_a_curve_of_some_attributes():
    book = faregate.Book(PARROT)
    way = {"attributes": {"model": "big", "prompt": 200_000, "region": "us"}, "at": datetime(2025, 1, 1, 12)}
    curve = book.curve("tokens", most=1_000_000, **way)
    assert [(piece["from"], piece.to, piece.last) for piece in curve.pieces] == [(0, 1_000_000, Decimal("7.2"))]
    assert book.cliffs("tokens", most=1_000_000, **way) == ()
    plain = {"book": book, "product": "tokens", "at": datetime(2025, 1, 1, 12)}
    here = plain | {"attributes": {"model": "big", "prompt": 5}}
    there = plain | {"attributes": {"model": "mini", "prompt": 5}}
    (equal, cheaper) = faregate.break_even(here, there, 1000)
    assert (equal.cheaper, cheaper.cheaper, cheaper.a, cheaper.b) == (
        "equal",
        "b",
        Decimal("0.000003"),
        Decimal("3e-7"),
    )
    with pytest.raises(faregate.MissingAttribute):
        book.curve("tokens")


@pytest.mark.parametrize(
    ("ask", "path"),
    [
        (
            lambda book: faregate.cheapest(book, {"product": "talk", "start": "2025-01", "calls": [1]}),
            "products[2].quantity",
        ),
    ],
)
def test_a_question_that_a_feature_forbids_names_it(ask, path):
    with pytest.raises(faregate.Unsupported) as caught:
        ask(faregate.Book(SPARK))
    assert caught.value.path == path


TEXTS = {"model": ["big", "mini", "nano"], "region": ["eu", "us"], "plan": ["free", "paid"]}
NUMBERS = {"prompt": (0, 12), "size": (3, 9), "n": (0, 2**63)}
CLOCK = {"hour": (0, 24), "weekday": (1, 8)}
DOMAINS = {name: range(*bounds) for name, bounds in (NUMBERS | CLOCK).items()}


def random_when(chance: random.Random) -> dict:
    when: dict = {}
    for name in chance.sample([*TEXTS, *NUMBERS, *CLOCK], chance.choice([0, 1, 1, 2, 2, 3])):
        if name in TEXTS:
            values = chance.sample(TEXTS[name], chance.randint(1, len(TEXTS[name])))
            when[name] = chance.choice([values[0], values])
            continue
        low = DOMAINS[name].start
        high = min(DOMAINS[name].stop, 40)
        first = chance.randrange(low, high)
        beyond = chance.randrange(first + 1, high + 1)
        listed = [chance.randrange(low, high) for _ in range(chance.randint(1, 4))]
        when[name] = chance.choice(
            [first, listed, {"from": first}, {"below": beyond}, {"from": first, "below": beyond}]
        )
    return when


def random_terms(chance: random.Random) -> list:
    whole = {"of": chance.choice([*NUMBERS]), "less": chance.choice([0, 2, "size"]), "least": chance.choice([0, 3])}
    term = whole | {"divide": chance.choice([1, 2, 5]), "round": chance.choice(["up", "down", "half_up"])}
    return chance.choices([2, "prompt", "size", {"of": "prompt"}, term], k=chance.randint(1, 3))


def random_rule(chance: random.Random, number: int) -> dict:
    rule: dict = {"when": random_when(chance)}
    things = chance.sample(["price", "factor", "quantity", "billable"], chance.choice([1, 1, 1, 2, 4]))
    if "price" in things:
        rule["price"] = flat(chance.choice(["1", "0.25", "7.003"]), chance.choice([1, 8]))
        rule["id"] = f"r{number}"
    if "factor" in things:
        rule["factor"] = chance.choice(["0.5", "1.2", "2", "1"])
    if "quantity" in things:
        rule["quantity"] = random_terms(chance)
    if "billable" in things:
        rule["billable"] = chance.choice(["yes", "no"])
    return rule


def random_book(chance: random.Random) -> dict:
    attributes: list[dict] = [{"id": name, "values": values} for name, values in TEXTS.items()]
    attributes += [
        {"id": name, "whole": {"from": low, "below": min(end, 2**63 - 1)}} for name, (low, end) in NUMBERS.items()
    ]
    attributes[2]["of"] = "account"
    attributes[1]["default"] = "us"
    attributes[3]["default"] = 4
    product: dict = {"id": "p", "meter": "m", "rules": [random_rule(chance, i) for i in range(chance.randint(1, 9))]}
    if chance.random() < 0.7 or not any("price" in rule for rule in product["rules"]):
        product["price"] = flat("3")
    if chance.random() < 0.3:
        product["quantity"] = random_terms(chance)
    return book_of([product], attributes)


def wanted(name: str, condition):
    """Whether a value is one that a condition wants."""
    if isinstance(condition, dict):
        return lambda value: condition.get("from", 0) <= value < condition.get("below", 2**64)
    return lambda value: value in (condition if isinstance(condition, list) else [condition])


def values_of(name: str) -> list:
    """All values of an attribute, of numbers no more than tell apart what random conditions can."""
    return TEXTS[name] if name in TEXTS else list(range(DOMAINS[name].start, min(DOMAINS[name].stop, 50)))


def covers(outer: dict, inner: dict) -> bool:
    for name, condition in outer.items():
        fits = wanted(name, inner[name]) if name in inner else lambda value: True
        if any(fits(value) and not wanted(name, condition)(value) for value in values_of(name)):
            return False
    return True


def never_holds(rules: list[dict]) -> list[int]:
    things = ["price", "factor", "quantity", "billable"]
    return [
        i
        for i, rule in enumerate(rules)
        if all(
            any(thing in before and covers(before["when"], rule["when"]) for before in rules[:i])
            for thing in things
            if thing in rule
        )
    ]


def term_of(term, values: dict) -> int:
    def number(operand) -> int:
        return values[operand] if isinstance(operand, str) else operand

    if not isinstance(term, dict):
        return number(term)
    rest = max(0, number(term["of"]) - number(term.get("less", 0)))
    rest = max(rest, term.get("least", 0)) if rest > 0 else 0
    exact = Fraction(rest, term.get("divide", 1))
    return {"up": ceil(exact), "down": floor(exact), "half_up": floor(exact + Fraction(1, 2))}[term.get("round", "up")]


def expected(product: dict, values: dict, quantity: int):
    fitting = [
        rule for rule in product["rules"] if all(wanted(name, c)(values[name]) for name, c in rule["when"].items())
    ]

    def first(thing: str, otherwise):
        return next((rule[thing] for rule in fitting if thing in rule), otherwise)

    price = first("price", product.get("price"))
    billable = first("billable", "yes") == "yes"
    if billable and price is None:
        return "no_rule"
    units = quantity
    for term in first("quantity", product.get("quantity", [])):
        units *= term_of(term, values)
    if units > 2**63 - 1:
        return "overflow"
    if not billable:
        return 0, 0
    return units, Fraction(price["price"]) * Fraction(first("factor", "1")) * units / price["per"]


def random_values(chance: random.Random) -> tuple[dict, datetime]:
    given = {name: chance.choice(values) for name, values in TEXTS.items()}
    given |= {name: chance.choice([chance.randrange(low, min(end, 50)), low]) for name, (low, end) in NUMBERS.items()}
    at = datetime(2025, 3, 3) + timedelta(hours=chance.randrange(24 * 14), minutes=chance.randrange(60))
    return given, at


@pytest.mark.parametrize("seed", range(400))
def test_random_rules_are_what_the_words_say(seed):
    chance = random.Random(seed)
    book = random_book(chance)
    product = book["products"][0]
    dead = never_holds(product["rules"])
    assert [error.path for error in faregate.Book.errors(book)] == [f"products[0].rules[{i}]" for i in dead]
    product["rules"] = [rule for i, rule in enumerate(product["rules"]) if i not in dead]
    loaded = faregate.Book(book)
    written = loaded.to_json()
    assert faregate.Book(loaded.to_dict()).to_json() == written
    for _ in range(40):
        given, at = random_values(chance)
        quantity = chance.choice([0, 1, 7, 10**6, 2**62])
        wants = expected(product, given | {"hour": at.hour, "weekday": at.isoweekday()}, quantity)
        given = {name: value for name, value in given.items() if (name, value) not in [("region", "us"), ("prompt", 4)]}
        try:
            answer = loaded.price("p", "m", quantity, at=at, attributes=given)
        except (faregate.NoRule, faregate.Overflow) as error:
            assert error.code == wants
        else:
            assert (answer.units, Fraction(answer.amount)) == wants


def test_rules_of_more_combinations_than_a_table_holds():
    """Each number has a rule of its own, so that 90 ** 2 combinations differ."""
    names = ["x", "y"]
    rules = [{"when": {name: i}, "factor": f"1.{i:02}"} for name in names for i in range(1, 90)]
    rules += [{"id": f"p{i}", "when": {"y": {"from": i}}, "price": flat(str(i))} for i in range(20, 0, -1)]
    product = {"id": "p", "meter": "m", "price": flat("1000"), "rules": rules}
    loaded = faregate.Book(book_of([product], [{"id": name, "whole": {"below": 100}} for name in names]))
    for x in range(0, 100, 7):
        for y in range(100):
            wants = expected(product, {"x": x, "y": y}, 3)
            answer = loaded.price("p", "m", 3, attributes={"x": x, "y": y})
            assert (answer.units, Fraction(answer.amount)) == wants


def test_a_basket_has_the_attributes_of_its_usage():
    book = faregate.Book(PARROT)
    with pytest.raises(faregate.MissingAttribute) as caught:
        book.quote({"tokens": {"tokens": 5}})
    assert caught.value.path == "tokens.tokens.attributes.model"
    long = {"quantity": 200_000, "attributes": {"model": "big", "prompt": 200_000, "region": "us"}}
    assert book.quote({"tokens": {"tokens": long}}, at="2025-01-01").total == Decimal("1.44")  # the first factor holds


def test_a_printed_total_may_be_of_attributes():
    asked_for = {"product": "tokens", "meter": "tokens", "quantity": 200_000, "at": "2025-01-01"}
    asked_for |= {"attributes": {"model": "big", "prompt": 200_000, "region": "us"}}
    example = {"label": "page 3", "price": asked_for, "total": "1.44"}
    book = PARROT | {"examples": [example]}  # at midnight: the first factor holds
    assert faregate.Book.errors(book) == ()
    written = faregate.Book(book).to_dict()
    assert written["examples"][0]["price"]["attributes"] == asked_for["attributes"]
    assert faregate.Book(written).to_dict() == written
    (wrong,) = faregate.Book.errors(book | {"examples": [example | {"total": "1.45"}]})
    assert wrong.path == "examples[0].total"
    (missing,) = faregate.Book.errors(
        book | {"examples": [example | {"price": asked_for | {"attributes": {"model": "big"}}}]}
    )
    assert missing.path == "examples[0].price.attributes.prompt"
    (bad,) = faregate.Book.errors(
        book | {"examples": [example | {"price": asked_for | {"attributes": {"model": True}}}]}
    )
    assert bad.path == "examples[0].price.attributes.model"


def test_a_column_of_each_attribute_is_priced_as_row_by_row():
    pyarrow = pytest.importorskip("pyarrow")
    chance = random.Random(5)
    book = faregate.Book(PARROT)
    rows = 3000  # more than are read at a time
    at = datetime(2025, 1, 1, 5)
    quantities = [chance.choice([None, chance.randrange(10**6)]) for _ in range(rows)]
    models = [chance.choice(["big", "mini"]) for _ in range(rows)]
    regions = [chance.choice(["eu", "us", None]) for _ in range(rows)]
    prompts = [chance.choice([0, 99_999, 100_000, 2**62]) for _ in range(rows)]
    wants = []
    for quantity, model, region, prompt in zip(quantities, models, regions, prompts, strict=True):
        given = {"model": model, "prompt": prompt} | ({} if region is None else {"region": region})
        one = None if quantity is None else book.price("tokens", "tokens", quantity, at=at, attributes=given).amount
        wants.append(one)
    texts = pyarrow.array(models)
    chunked = pyarrow.chunked_array([regions[:1000], regions[1000:1001], regions[1001:]])
    for columns in (
        {"model": models, "region": regions, "prompt": prompts},
        {"model": texts, "region": chunked, "prompt": pyarrow.array(prompts, pyarrow.uint64())},
        {"model": texts.dictionary_encode(), "region": chunked.dictionary_encode(), "prompt": pyarrow.array(prompts)},
    ):
        amounts = book.price_many("tokens", "tokens", quantities, at=at, attributes=columns)
        assert list(amounts) == wants
    us = book.price_many(
        "tokens", "tokens", pyarrow.chunked_array([quantities[:7], quantities[7:]]), at=at,
        attributes={"model": texts.dictionary_encode(), "prompt": 5, "region": "us"},
    )  # fmt: skip
    for quantity, model, amount in zip(quantities, models, us, strict=True):
        given = {"model": model, "prompt": 5, "region": "us"}
        one = None if quantity is None else book.price("tokens", "tokens", quantity, at=at, attributes=given).amount
        assert one == amount


@pytest.mark.parametrize("seed", range(40))
def test_random_rules_price_columns_as_row_by_row(seed):
    chance = random.Random(seed)
    book = random_book(chance)
    rules = book["products"][0]["rules"]
    book["products"][0]["rules"] = [rule for i, rule in enumerate(rules) if i not in never_holds(rules)]
    loaded = faregate.Book(book)
    at = datetime(2025, 3, 3, chance.randrange(24))
    rows = [random_values(chance)[0] for _ in range(60)]
    quantities = [chance.choice([0, 1, 7, 10**6]) for _ in rows]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    try:
        amounts = list(loaded.price_many("p", "m", quantities, at=at, attributes=columns))
    except (faregate.NoRule, faregate.Overflow) as error:
        with pytest.raises(type(error)):
            loaded.price("p", "m", quantities[error.row], at=at, attributes=rows[error.row])
        good = error.row
    else:
        good = len(rows)
        wants = [
            loaded.price("p", "m", q, at=at, attributes=row).amount for q, row in zip(quantities, rows, strict=True)
        ]
        assert amounts == wants
    for i in range(good):
        loaded.price("p", "m", quantities[i], at=at, attributes=rows[i])


@pytest.mark.parametrize(
    ("attributes", "error", "path", "row"),
    [
        ({"ms": [230, None, 0], "mb": 640}, faregate.MissingAttribute, "attributes.ms[1]", 1),
        ({"ms": [230, 0, -1], "mb": 640}, faregate.UnknownValue, "attributes.ms[2]", 2),
        ({"ms": ["a", "b", "c"], "mb": 640}, faregate.UnknownValue, "attributes.ms[0]", 0),
        ({"ms": [2**62, 0, 2**62], "mb": 640}, faregate.Overflow, "quantities[0]", 0),
        ({"ms": [1, 1], "mb": 640}, faregate.Invalid, "attributes.ms", None),
        ({"mb": 640}, faregate.MissingAttribute, "attributes.ms", None),
        ({"ms": [1, 2, 3], "mb": 640, "colour": [1, 2, 3]}, faregate.UnknownValue, "attributes.colour", None),
        ({"ms": [1, 2, 3], "mb": 1.5}, faregate.InvalidType, "attributes.mb", None),
        ({"ms": [1, 2, "x"], "mb": 640}, faregate.InvalidType, "attributes.ms", None),
        ([("ms", 1)], faregate.InvalidType, "attributes", None),
    ],
)
def test_columns_that_are_refused(attributes, error, path, row):
    with pytest.raises(error) as caught:
        faregate.Book(SPARK).price_many("compute", "mb-ticks", [5000, 0, 1], attributes=attributes)
    assert caught.value.path == path and getattr(caught.value, "row", None) == row


def test_columns_of_a_plain_product_may_have_attributes_that_are_declared():
    book = faregate.Book(SPARK)
    assert list(book.price_many("runs", "runs", [1000, 2000], attributes={"ms": [5, 6]})) == [
        Decimal("0.1"),
        Decimal("0.2"),
    ]
    with pytest.raises(faregate.UnknownValue):
        book.price_many("runs", "runs", [1000], attributes={"colour": ["red"]})
