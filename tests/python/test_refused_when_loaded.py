"""The faults of a book of format 2 that its design lists, each with its message and path, and all of them at once."""

import faregate
import pytest
from toy import HEAD

FLAT = {"model": "flat", "price": "1"}
TIERS = [{"from": 0, "price": "1", "fee": "2"}]
T = {"id": "t", "values": ["a", "b"]}
S = {"id": "s", "values": ["a", "b"]}
N = {"id": "n", "whole": {"from": 0, "below": 100}}
M = {"id": "m", "whole": {"from": 0}}
ACCOUNT = {"id": "who", "values": ["x"], "of": "account", "default": "x"}
PACK = {"id": "k", "units": 1, "price": "1", "validity": {"years": 1}}
SAMPLE = {"seconds": 300, "take": "max"}


def percentile(**keys) -> dict:
    whole = {"take": "percentile", "percent": "95", "over": "month", "sample": SAMPLE}
    return {"aggregate": {key: value for key, value in {**whole, **keys}.items() if value is not None}}


def rules(*listed) -> dict:
    return {"rules": list(listed)}


MANY = [{"id": f"r{i}", "when": {"n": {"from": i, "below": i + 1}}, "price": FLAT} for i in range(70)]
FACTORS = [{"when": {"m": {"from": i, "below": i + 1}}, "factor": f"1.{i + 10}"} for i in range(70)]

# What a product has, the path of the fault within it, and a part of the message.
OF_A_PRODUCT = [
    ({"colour": 1}, "colour", "there is no field of this name here"),
    (rules({"when": {"x": "a"}, "factor": "2"}), "rules[0].when.x", "attribute"),
    (rules({"when": {"t": "c"}, "factor": "2"}), "rules[0].when.t", "one of"),
    (rules({"when": {"n": {"from": 5, "below": 5}}, "factor": "2"}), "rules[0].when.n", ""),
    ({"packs": [{**PACK, "when": {"t": "a"}}]}, "packs[0].when.t", "account"),
    (
        rules(
            {"when": {"t": "a"}, "factor": "2"},
            {"when": {"t": "b"}, "factor": "3"},
            {"when": {"t": "a", "n": 5}, "factor": "4"},
        ),
        "rules[2]",
        "never holds; rules[0] fits first",
    ),
    (rules(*MANY, *FACTORS), "rules", "4096"),
    ({"price": None}, "price", ""),
    (rules({"when": {"t": "a"}, "factor": "0.0000001"}) | {"price": {**FLAT, "price": "0.0000001"}}, "rules[0].factor", "12"),
    ({"quantity": [{"of": "t"}]}, "quantity[0].of", "whole numbers"),
    ({"quantity": [{"of": "n", "divide": 0}]}, "quantity[0].divide", ""),
    ({"price": {"model": "volume", "counter": "own", "tiers": TIERS}}, "price.tiers[0].fee", "counter"),
    (
        rules({"when": {"t": "a"}, "factor": "2"}) | {"price": {"model": "volume", "tiers": TIERS}},
        "rules[0].factor",
        "fee",
    ),
    (
        {"aggregate": {"take": "sum", "over": "day", "by": "t"}} | rules({"when": {"s": "a"}, "factor": "2"}),
        "rules[0].when",
        "",
    ),
    (percentile(sample=None), "aggregate.sample", "missing"),
    (percentile(percent=None), "aggregate.percent", "missing"),
    (percentile(percent="50", sample={"seconds": 60}), "aggregate", "5000"),
    (percentile(over="hour", sample={"seconds": 7}), "aggregate.sample.seconds", "3600"),
    ({"settle": "week"}, "settle", "whole"),
    ({"tier_period": "event"}, "tier_period", "quantity"),
    (
        {"tier_period": "event", "quantity": ["n"], "price": {"model": "volume", "counter": "c", "tiers": [TIERS[0] | {"fee": None}]}},
        "tier_period",
        "",
    ),
    ({"limits": [{"id": "l", "max": 2, "window": "slots", "counts": "units"}]}, "limits[0].counts", "one slot"),
    ({"packs": [{**PACK, "requires": ["nothing"]}]}, "packs[0].requires[0]", ""),
    ({"packs": [{**PACK, "id": "y", "requires": ["z"]}, {**PACK, "id": "z", "requires": ["y"]}]}, "packs[1].requires[0]", "circle"),
]  # fmt: skip

P = {"id": "p", "meter": "u", "price": FLAT}
Q = {"id": "q", "meter": "u", "price": FLAT}
COUNTED = {"model": "volume", "counter": "c", "tiers": [{"from": 0, "price": "1"}]}
VOLUME = {"model": "volume", "tiers": [{"from": 0, "price": "1"}, {"from": 9, "price": "0.5"}]}


def edition(begin, **keys) -> dict:
    return {"effective": begin, "products": [{**P, **keys}], "attributes": [T]}


# What a book has, the path of the fault, and a part of the message.
OF_A_BOOK = [
    ({"products": [{**P, "price": COUNTED}, {**Q, "price": COUNTED, "tier_period": "day"}]}, "products[1]", "counter"),
    ({"pools": [{"id": "o"}]}, "pools[0].covers", "missing"),
    ({"pools": [{"id": "o", "covers": [], "packs": [PACK]}]}, "pools[0].covers", ""),
    (
        {
            "pools": [
                {
                    "id": "o",
                    "covers": [{"product": "p", "weight": "0.000000000001"}],
                    "packs": [{**PACK, "units": 10**9}],
                }
            ]
        },
        "pools[0]",
        "parts",
    ),
    (
        {
            "products": [{**P, "price": VOLUME}],
            "pools": [
                {"id": "o", "money": True, "covers": [{"product": "p", "of_price": "1"}], "packs": [{**PACK, "units": "1"}]}
            ],
        },
        "pools[0].covers[0]",
        "flat",
    ),
    (
        {
            "choices": [
                {"id": "c", "products": ["p", "q"], "switch": "now"},
                {"id": "d", "products": ["p"], "switch": "now"},
            ]
        },
        "choices[1].products[0]",
        "",
    ),
    ({"events": [{"id": "e", "products": ["p", "p"]}]}, "events[0].products[1]", ""),
    (
        {"products": None, "editions": [edition("2025-01-01"), edition("2025-01-01")]},
        "editions[1].effective",
        "after",
    ),
    (
        {
            "products": None,
            "editions": [
                edition("2024-01-01"),
                edition("2025-01-01", rules=[{"when": {"t": "a"}, "price": FLAT}]),
            ],
        },
        "editions[1].products[0].rules[0].id",
        "",
    ),
]  # fmt: skip


# Where more than one form may stand, the message names them all.
FORMS = [
    ({"tier_period": "monthly"}, "tier_period", '"event", "hour"'),
    ({"fees": [{"id": "f", "amount": "1", "every": "monthly"}]}, "fees[0].every", '"once", "hour"'),
    (
        {"grants": [{"id": "g", "quantity": 1, "issue": "daily", "validity": "period"}]},
        "grants[0].issue",
        '"claim" or an object of "every" and "for"',
    ),
    ({"packs": [{**PACK, "price": 1}]}, "packs[0].price", "a schedule, or null"),
    (percentile(percent=95), "aggregate.percent", "a decimal string above 0"),
]


@pytest.mark.parametrize(("keys", "path", "message"), FORMS, ids=lambda value: value if type(value) is str else "")
def test_all_forms_are_named(keys, path, message):
    assert any(
        told == f"products[0].{path}" and message in said for told, said in faults_of({"products": [{**P, **keys}, Q]})
    )


def test_a_switch_may_be_at_once():
    [(path, message)] = faults_of({"choices": [{"id": "c", "products": ["p", "q"], "switch": "later"}]})
    assert path == "choices[0].switch" and message.startswith('expected "now", "hour"')


def faults_of(keys: dict) -> list:
    book = {**HEAD, "products": [P, Q], "attributes": [T, S, N, M, ACCOUNT], **keys}
    if book["products"] is None:
        del book["products"], book["attributes"]
    return [(error.path, error.message) for error in faregate.Book.errors(book)]


@pytest.mark.parametrize(
    ("keys", "path", "message"), OF_A_PRODUCT, ids=lambda value: value if type(value) is str else ""
)
def test_of_a_product(keys, path, message):
    [(told, said)] = faults_of({"products": [{**P, **keys}, Q]})
    assert told == f"products[0].{path}"
    assert message in said


@pytest.mark.parametrize(("keys", "path", "message"), OF_A_BOOK, ids=lambda value: value if type(value) is str else "")
def test_of_a_book(keys, path, message):
    [(told, said)] = faults_of(keys)
    assert told.startswith(path)
    assert message in said


def test_all_at_once():
    """A product for each fault: none hides another."""
    products = [{**P, **keys, "id": f"p{place}"} for place, (keys, _, _) in enumerate(OF_A_PRODUCT)]
    told = {path for path, _ in faults_of({"products": products})}
    assert told >= {f"products[{place}].{path}" for place, (_, path, _) in enumerate(OF_A_PRODUCT)}


def test_what_an_account_can_hold_is_told():
    """A window of 4,096 entries of 16 bytes, and one more; the counts of two editions."""
    plain = faregate.Book({**HEAD, "products": [P]}).account_bytes
    limited = faregate.Book(
        {**HEAD, "products": [{**P, "limits": [{"id": "l", "max": 10**6, "window": {"seconds": 1}}]}]}
    )
    assert limited.account_bytes - plain == 4097 * 16
    by = {"id": "l", "max": 10**6, "window": {"seconds": 1}, "by": "t"}
    values = [f"v{place}" for place in range(1000)]
    [(path, message)] = faults_of(
        {"attributes": [{**T, "values": values}], "products": [{**P, "limits": [by, {**by, "id": "m"}]}]}
    )
    assert path == "products[0]" and "KiB" in message


def test_editions_within_a_period_are_counted():
    """In a month of daily editions an account keeps the counts of each of them, also where it adopts them in turn."""
    many = [f"v{place}" for place in range(45)]
    tiers = [{"from": 1000 * place, "price": str(100 - place)} for place in range(16)]
    priced = [{"id": name, "when": {"a": name}, "price": {"model": "graduated", "tiers": tiers}} for name in many]
    rules = [*priced, *({"when": {"b": name}, "factor": str(place + 2)} for place, name in enumerate(many))]
    lists = {
        "attributes": [{"id": name, "values": many} for name in "ab"],
        "products": [{"id": "p", "meter": "m", "rules": rules}],
    }

    def daily(first: int, end: int, month: str = "2025-01") -> dict:
        return {**HEAD, "editions": [{"effective": f"{month}-{day:02}", **lists} for day in range(first, end)]}

    def monthly(count: int) -> dict:
        return {**HEAD, "editions": [{"effective": f"2025-{month:02}-01", **lists} for month in range(1, count + 1)]}

    one, week = faregate.Book(daily(1, 2)).account_bytes, faregate.Book(daily(1, 8)).account_bytes
    assert faregate.Book(monthly(2)).account_bytes == one < week / 1.9
    [fault] = faregate.Book.errors(daily(1, 29))
    assert fault.path == "editions"
    assert "KiB" in fault.message
    account = faregate.Account(daily(1, 10))
    account.open("p", at="2025-01-01")
    account.adopt(daily(10, 18), at="2025-01-01")
    with pytest.raises(faregate.BookMismatch, match="editions: expected fewer"):
        account.adopt(daily(18, 29), at="2025-01-01")
    assert account.adopt(daily(1, 3, "2025-06"), at="2025-01-01").edition == "2025-06-02"


def test_products_of_one_counter_have_one_tier_period():
    """Each product is told with the first before it that has another, by any of the counters that they share."""

    def counted(place: int, period: str, *counters: str) -> dict:
        prices = [{"id": name, "when": {"t": name}, "price": {**P["price"], "counter": name}} for name in counters]
        return {**P, "id": f"p{place}", "tier_period": period, "rules": prices}

    products = [
        counted(0, "month", "c"),
        counted(1, "day", "c"),
        counted(2, "month", "c", "d"),
        counted(3, "day", "d", "c"),
        counted(4, "day", "e"),
        counted(5, "month", "f"),
        counted(6, "month", "e", "f"),
    ]
    told = faults_of({"attributes": [{**T, "values": list("cdef")}], "products": products})
    assert [(path, said.partition(",")[0]) for path, said in told] == [
        (f"products[{place}].tier_period", f'expected that of "p{other}"')
        for place, other in [(1, 0), (2, 1), (3, 0), (6, 4)]
    ]
