"""What is answered of a product with each mechanism of format 2, and what is refused as `unsupported`, by which key:
the table of docs/price-book.md. `python tests/python/test_doors.py` prints it, with `--data` the mechanisms, which Lua
asks by the same table (tests/lua/doors_spec.lua)."""

import contextlib
import json
import sys
from decimal import Decimal
from pathlib import Path

import faregate
import pyarrow
import pytest
from toy import HEAD, toy

PAGE = Path(__file__).parents[2] / "docs/price-book.md"
DATA = Path(__file__).parents[1] / "data/doors.json"
BEGIN, END = "<!-- begin doors: tests/python/test_doors.py -->\n", "<!-- end doors -->\n"
AT = "2025-01-10T09:00:00"
FLAT = {"model": "flat", "price": "1"}
VOLUME = {"model": "volume", "tiers": [{"from": 0, "price": "1"}, {"from": 10, "price": "0.5"}]}
YEAR = {"years": 1}
NUMBER = {"id": "n", "whole": {"from": 0}}
TEXT = {"id": "t", "values": ["a", "b"]}
MEMBER = {"id": "member", "values": ["no", "yes"], "of": "account", "default": "no"}
LIMIT = {"id": "rate", "max": 100, "window": {"seconds": 1}}
LOTS = {"id": "k", "units": 10, "price": "5", "issue": {"every": "month", "for": YEAR}}
PACK = {"id": "k", "units": 10, "price": "5", "validity": YEAR}


def one(*, book=None, product="p", attributes=None, **keys) -> tuple[dict, str, dict]:
    made = {"id": "p", "meter": "u", "price": FLAT, **keys}
    other = {"id": "q", "meter": "u", "price": FLAT}
    return toy([made, other], **(book or {})), product, attributes or {}


def held(capacity: dict, **keys):
    month = {"id": "lane", "limit": "rate", "month": FLAT, **capacity}
    return one(limits=[LIMIT], capacities=[month], **keys)


def of_price(**keys):
    return one(price={**VOLUME, **keys})


EDITIONS = [
    {"effective": begin, "products": [{"id": "p", "meter": "u", "price": {"model": "flat", "price": price}}]}
    for begin, price in (("2024-01-01", "1"), ("2025-06-01", "2"))
]
BUNDLE = {"id": "kit", "price": "9", "items": [{"product": "p", "pack": "k"}]}
COVERS = [{"product": "p", "weight": "1"}, {"product": "q", "weight": "2"}]

MECHANISMS = {
    "`rules` over attributes": one(
        book={"attributes": [TEXT]}, rules=[{"id": "r", "when": {"t": "a"}, "price": FLAT}], attributes={"t": "a"}
    ),
    "`quantity`, terms": one(book={"attributes": [NUMBER]}, quantity=["n"], attributes={"n": 2}),
    "`tier_period` `event`": one(
        book={"attributes": [NUMBER]}, quantity=["n"], tier_period="event", least="3", attributes={"n": 2}
    ),
    "`events`": one(book={"events": [{"id": "e", "products": ["p", "q"]}]}, product="e"),
    "`aggregate`": one(aggregate={"take": "max", "over": "day"}),
    "`pools` of several products": one(book={"pools": [{"id": "o", "covers": COVERS, "packs": [PACK]}]}),
    "a `counter`": of_price(counter="c"),
    "`tier_period` `week`": one(tier_period="week", settle="week", price=VOLUME),
    "`settle` shorter than the tiers": one(settle="hour", price=VOLUME),
    "`fees`": one(fees=[{"id": "f", "amount": "2", "every": "month"}]),
    "`least`, `most`": one(least="2", most="9"),
    "`bill`": one(book={"bill": {"least": "2"}}),
    "`fee` of a tier": one(price={**VOLUME, "tiers": [{"from": 0, "price": "1", "fee": "2"}]}),
    "`rounding` of a schedule": of_price(rounding={"digits": 0, "mode": "up"}),
    "`editions`": ({**HEAD, "editions": EDITIONS}, "p", {}),
    "`limits`": one(limits=[LIMIT]),
    "`capacities`": held({"mode": "manual", "usage": "free"}),
    "`capacities`, `beyond` `bill`": held({"mode": "none", "usage": "free", "beyond": "bill"}),
    "grants `every` so often": one(
        grants=[{"id": "g", "quantity": 3, "issue": {"every": "week", "for": YEAR}, "validity": "period"}]
    ),
    "packs by their number": one(packs=[{**PACK, "price": VOLUME}]),
    "packs lot by lot": one(packs=[LOTS]),
    "`when` of an offer": one(book={"attributes": [MEMBER]}, packs=[{**PACK, "when": {"member": "yes"}}]),
    "`bundles`": one(book={"bundles": [BUNDLE]}, packs=[PACK]),
    "`outcomes`": one(outcomes=[{"code": "Fault*", "billable": "no"}]),
    "`postpaid` `opt_in`": one(postpaid="opt_in"),
    "`choices`": one(book={"choices": [{"id": "c", "products": ["p", "q"], "switch": "now"}]}),
    "`freeze`": one(book={"freeze": {"factor": "1.5", "of": "unsettled"}}),
    "`arrears`": one(book={"arrears": [{"products": ["p"], "hours": 1}]}),
    "`policy` of a product": one(policy={"tier_basis": "total"}),
}


# What `bill_many` asks besides totals.
BESIDE_TOTALS = {"`tier_period` `event`": {"events": 1}, "a `counter`": {"counted": 0}}


def opened(book: faregate.Book, product: str) -> faregate.Account:
    account = faregate.Account(book)
    for each in ("p", "q") if product == "e" else ("p",):
        account.open(each, at=AT)
    with contextlib.suppress(faregate.NotSold):  # it is not left to the customer
        account.set_postpaid("p", on=True, at=AT)
    return account


def ask_use(book, product, attributes):
    account = opened(book, product)
    account.use(product, 3, attributes=attributes, at=AT)
    return account.preview(product=product, at=AT)


def ask_call(book, product, attributes):
    opened(book, product).call(product, quantity=3, attributes=attributes, at=AT).commit(at=AT)


def ask_bill(book, product, attributes):
    columns = {"account": ["a"], "product": [product], "time": [AT], "quantity": [3]}
    columns |= {name: [value] for name, value in attributes.items()}
    return faregate.bill(pyarrow.table(columns), book, attributes=list(attributes))


DOORS = {
    "`use`, `preview`": ask_use,
    "`call`": ask_call,
    "`marginal`": lambda book, product, attributes: opened(book, product).marginal(product, 3, attributes=attributes),
    "`bill`": ask_bill,
    "`price`": lambda book, product, attributes: book.price(
        product, "u" if product == "p" else product, 3, attributes=attributes, at=AT
    ),
    "`price_many`": lambda book, product, attributes: book.price_many(
        product,
        "u" if product == "p" else product,
        [3],
        at=AT,
        attributes={name: [value] for name, value in attributes.items()},
    ),
    "`curve`, `cliffs`": lambda book, product, attributes: (
        book.curve(product, attributes=attributes, at=AT),
        book.cliffs(product, attributes=attributes, at=AT),
    ),
    "`quote`": lambda book, product, attributes: book.quote(
        {product: {"quantity": 3}} if product == "e" else {product: {"u": {"quantity": 3, "attributes": attributes}}},
        at=AT,
    ),
}


def ask_bill_many(book, product, attributes, **beside):
    free = {"p": 0, "q": 0} if product == "e" else 0
    return book.bill_many(product, [3], free=free, at=AT, attributes=attributes, **beside)


def cell(door, mechanism) -> str:
    """As the table has it: what is refused names the key."""
    document, product, attributes = MECHANISMS[mechanism]
    beside = BESIDE_TOTALS.get(mechanism, {})
    ask = DOORS.get(door, lambda *asked: ask_bill_many(*asked, **beside))
    try:
        ask(faregate.Book(document), product, attributes)
    except faregate.Unsupported as refused:
        return f"no: {refused.path.removeprefix('products[0].')}"
    except faregate.NotSold:
        return "`not_sold`"
    return "yes"


def table() -> str:
    doors = (*DOORS, "`bill_many`")
    rows = [("of a product with", *doors), ("---",) * (len(doors) + 1)]
    rows += [(mechanism, *(cell(door, mechanism) for door in doors)) for mechanism in MECHANISMS]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def data() -> str:
    """The mechanisms, one a line."""
    told = [
        {"name": name, "book": document, "product": product, "attributes": attributes}
        for name, (document, product, attributes) in MECHANISMS.items()
    ]
    return "[\n" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in told) + "\n]\n"


def test_the_table_of_what_is_answered():
    page = PAGE.read_text(encoding="utf-8")
    assert page[page.index(BEGIN) + len(BEGIN) : page.index(END)] == table()


def test_the_mechanisms_that_lua_asks_are_these():
    assert DATA.read_text(encoding="utf-8") == data()


def commands_of(product: str, attributes: dict) -> list:
    """A usage, a call that is committed, and time until everything is invoiced."""
    named = {"product": product, "quantity": 3, **({"attributes": attributes} if attributes else {})}
    return [
        *({"at": AT, "do": "open", "product": each} for each in (("p", "q") if product == "e" else ("p",))),
        {"at": AT, "do": "set_postpaid", "product": "p", "on": True},
        {"at": AT, "do": "use", **named},
        {"at": AT, "do": "call", "id": "c", **named},
        {"at": AT, "do": "commit", "id": "c"},
        {"at": "2026-02-02T00:00:00", "do": "advance"},
    ]


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_timeline_a_ledger_and_an_account_say_the_same(mechanism, tmp_path):
    document, product, attributes = MECHANISMS[mechanism]
    book, commands = faregate.Book(document), commands_of(product, attributes)
    replayed = faregate.replay({"book": document, "commands": commands})
    told = replayed["statement"]
    ledger = faregate.open(tmp_path / "booth.db", book=book)
    account = faregate.Account(book)
    for command, outcome in zip(commands, replayed["outcomes"], strict=True):
        fields = {key: value for key, value in command.items() if key != "do"}
        for each in (account, ledger):
            with contextlib.nullcontext() if outcome["ok"] else pytest.raises(faregate.Error):
                getattr(each, command["do"])(**fields)
    statement = account.statement()
    assert statement == ledger.statement()
    ledger.release()
    assert faregate.open(tmp_path / "booth.db").statement() == statement
    assert (statement.spent.total, words_of(statement)) == (Decimal(told["spent"]["total"]), words_of(told))
    assert words_of(told)
    assert all(words_of(told))


def words_of(statement) -> list:
    """The explanations of all lines of the invoices."""
    return [line["explanation"] for invoice in statement["invoices"] for line in invoice["lines"]]


if __name__ == "__main__":
    print(data() if "--data" in sys.argv else table(), end="")
