"""The JSON Schema of price books agrees with the loader: what ships passes both, what is bad fails where it can."""

import copy
import json
import re
import sys
from pathlib import Path

import faregate
import jsonschema
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from generate_book import FORMS

BOOKS = Path(__file__).parents[2] / "books"
SCHEMA = json.loads((BOOKS / "book.schema.json").read_text(encoding="utf-8"))
SHIPPED = sorted(path for path in BOOKS.glob("*.json") if path.name != "book.schema.json")
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def changed(steps: list, value) -> dict:
    """The first book with the value at that path replaced; `DROP` takes it away."""
    book = read(BOOKS / "tencent-facefusion.json")
    place = book
    for step in steps[:-1]:
        place = place[step]
    if value is DROP:
        place.pop(steps[-1], None)
    else:
        place[steps[-1]] = copy.deepcopy(value)
    return book


DROP = object()
PRICE = ["products", 0, "price"]
GRANT = ["products", 0, "grants", 0]
PACK = ["products", 0, "packs", 0]
CAPACITY = ["products", 0, "capacity"]
AMENDMENT = {
    "announced": "2024-12-01",
    "effective": "2025-01-01",
    "product": "image",
    "grant": "free-calls",
    "quantity": 500,
}

# (path of what is changed, the value there, path of the error)
BAD_FOR_BOTH = [
    (["format"], "faregate-book/3", "format"),
    (["format"], "faregate-book/1", "utc_offset"),
    (["utc_offset"], "+08:00", "utc_offset"),
    (["products", 0, "outcomes"], {}, "products[0].outcomes"),
    (["format"], DROP, "format"),
    (["id"], "", "id"),
    (["id"], "人脸融合", "id"),
    (["id"], "x" * 65, "id"),
    (["title"], None, "title"),
    (["colour"], "red", "colour"),
    (["as_of"], 20241121, "as_of"),
    (["as_of"], "2024-11", "as_of"),
    (["currency"], DROP, "currency"),
    (["currency"], "yuan", "currency"),
    (["minor_digits"], 13, "minor_digits"),
    (["minor_digits"], 2.5, "minor_digits"),
    (["minor_digits"], "2", "minor_digits"),
    (["time_zone"], "8:00", "time_zone"),
    (["time_zone"], "+14:30", "time_zone"),
    (["rounding"], DROP, "rounding"),
    (["rounding"], "half_up", "rounding"),
    (["rounding"], {"digits": 2, "mode": "nearest"}, "rounding.mode"),
    (["notice_days"], -1, "notice_days"),
    (["policy", "tier_basis"], "all", "policy.tier_basis"),
    (["policy", "tier_bases"], "total", "policy.tier_bases"),
    (["policy", "settlement_day"], "1", "policy.settlement_day"),
    (["sources"], ["R1"], "sources"),
    (["products"], [], "products"),
    (["products"], {}, "products"),
    (["products", 0], "image", "products[0]"),
    (["products", 0, "id"], "a/b", "products[0].id"),
    (["products", 0, "tier_period"], "quarter", "products[0].tier_period"),
    ([*PRICE, "model"], "tiered", "products[0].price.model"),
    ([*PRICE, "price"], "0.24", "products[0].price.price"),
    ([*PRICE, "per"], 0, "products[0].price.per"),
    ([*PRICE, "block"], "0", "products[0].price.block"),
    ([*PRICE, "tiers"], [], "products[0].price.tiers"),
    ([*PRICE, "tiers"], [{"from": n, "price": "1"} for n in range(65)], "products[0].price.tiers"),
    ([*PRICE, "tiers", 1, "price"], 0.18, "products[0].price.tiers[1].price"),
    ([*PRICE, "tiers", 1, "price"], "-0.18", "products[0].price.tiers[1].price"),
    ([*PRICE, "tiers", 1, "price"], "1e3", "products[0].price.tiers[1].price"),
    ([*PRICE, "tiers", 1, "price"], "0.1234567890123", "products[0].price.tiers[1].price"),
    ([*PRICE, "tiers", 1, "from"], 9.5, "products[0].price.tiers[1].from"),
    ([*PRICE, "tiers", 1, "from"], True, "products[0].price.tiers[1].from"),
    ([*PRICE, "tiers", 1, "to"], 99999, "products[0].price.tiers[1].to"),
    ([*GRANT, "quantity"], 0, "products[0].grants[0].quantity"),
    ([*GRANT, "issue"], "daily", "products[0].grants[0].issue"),
    ([*GRANT, "validity"], {"weeks": 1}, "products[0].grants[0].validity"),
    ([*GRANT, "validity"], {"days": 1, "months": 1}, "products[0].grants[0].validity"),
    ([*PACK, "price"], 400, "products[0].packs[0].price"),
    ([*PACK, "price"], {"model": "flat"}, "products[0].packs[0].price.price"),
    ([*PACK, "requires"], [], "products[0].packs[0].requires"),
    ([*PACK, "count"], {"step": 0}, "products[0].packs[0].count.step"),
    ([*PACK, "when"], ["pro"], "products[0].packs[0].when"),
    ([*PACK, "units"], -1, "products[0].packs[0].units"),
    ([*PACK, "of"], "calls", "products[0].packs[0].of"),
    ([*PACK, "validity"], {"years": 101}, "products[0].packs[0].validity.years"),
    ([*CAPACITY, "kind"], "speed", "products[0].capacity.kind"),
    ([*CAPACITY, "limit"], -1, "products[0].capacity.limit"),
    ([*CAPACITY, "max_held"], 0, "products[0].capacity.max_held"),
    ([*CAPACITY, "day"], {"model": "flat"}, "products[0].capacity.day.price"),
    (["products", 0, "materials"], {}, "products[0].materials.free"),
    (["amendments"], [{**AMENDMENT, "effective": "1 January"}], "amendments[0].effective"),
]

BAD_FOR_THE_CORE = [
    (["products", 0, "price"], DROP, "products[0].price"),
    ([*PACK, "validity"], DROP, "products[0].packs[0].validity"),
    ([*PACK, "issue"], {"every": "month", "for": {"years": 1}}, "products[0].packs[0].validity"),
    ([*PRICE, "tiers", 0, "from"], 1, "products[0].price.tiers[0].from"),
    ([*PRICE, "tiers", 1, "from"], 0, "products[0].price.tiers[1].from"),
    ([*PRICE, "tiers", 2, "from"], 9999, "products[0].price.tiers[2].from"),
    ([*PRICE, "tiers", 1, "from"], "9223372036854775808", "products[0].price.tiers[1].from"),
    ([*PRICE, "block"], 3, "products[0].price.tiers[1].from"),
    ([*PRICE, "per"], 7, "products[0].price.tiers[0].price"),
    ([*CAPACITY, "meter"], "calls", "products[0].capacity.meter"),
    (["products", 0, "materials"], None, "products[0].packs[5].of"),
    (["products", 1, "id"], "image", "products[1].id"),
    ([*PACK, "id"], "calls-10k", "products[0].packs[1].id"),
    (["amendments"], [{**AMENDMENT, "effective": "2024-12-30"}], "amendments[0].effective"),
    (["amendments"], [{**AMENDMENT, "effective": "2025-02-30"}], "amendments[0].effective"),
    (["amendments"], [{**AMENDMENT, "product": "video"}], "amendments[0].product"),
    (["amendments"], [{**AMENDMENT, "grant": "calls-1k"}], "amendments[0].grant"),
    (["amendments"], [AMENDMENT, AMENDMENT], "amendments[1].effective"),
]


def named(cases: list) -> list:
    return [pytest.param(*case, id=f"{number}-{case[2]}") for number, case in enumerate(cases)]


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_schema_accepts_a_shipped_book_and_what_is_written_of_it(path):
    VALIDATOR.validate(read(path))
    VALIDATOR.validate(json.loads(faregate.Book(read(path)).to_json()))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_name_of_the_file_is_the_id(path):
    assert read(path)["id"] == path.stem


@pytest.mark.parametrize(("steps", "value", "place"), named(BAD_FOR_BOTH))
def test_the_schema_refuses(steps, value, place):
    assert not VALIDATOR.is_valid(changed(steps, value))


@pytest.mark.parametrize(("steps", "value", "place"), named(BAD_FOR_BOTH + BAD_FOR_THE_CORE))
def test_the_core_refuses_with_the_place(steps, value, place):
    with pytest.raises(faregate.Error) as caught:
        faregate.Book(changed(steps, value))
    assert caught.value.code == "invalid"
    assert caught.value.path == place


def test_an_amendment_in_time_is_accepted():
    book = changed(["amendments"], [AMENDMENT])
    VALIDATOR.validate(book)
    assert faregate.Book(book).id == "tencent-facefusion"


# Where the first book has an object of each form; what a model decides is left out.
PLACES = {
    "book": [],
    "product": ["products", 0],
    "schedule": PRICE,
    "tier": [*PRICE, "tiers", 0],
    "grant": GRANT,
    "pack": PACK,
    "capacity": CAPACITY,
    "materials": ["products", 0, "materials"],
    "outcome": ["products", 0, "outcomes", 0],
    "query": ["examples", 6, "price"],
}
KEYS = [
    pytest.param([*PLACES[form.name], key.name], key.required or key.needed_until > 0, id=f"{form.name}-{key.name}")
    for form in FORMS
    for key in form.keys
    if form.name in PLACES
    and not key.condition
    and key.since <= 2 <= key.until
    and (form.name, key.name) not in {("product", "materials"), ("product", "price"), ("pack", "validity")}
]


@pytest.mark.parametrize(("steps", "required"), KEYS)
def test_a_key_that_is_not_required_may_be_null_and_no_other_may_be_missing(steps, required):
    book = changed(steps, DROP if required else None)
    assert VALIDATOR.is_valid(book) != required
    if required:
        with pytest.raises(faregate.Invalid, match="missing"):
            faregate.Book(book)
    else:
        written = faregate.Book(book).to_dict()
        assert faregate.Book(changed(steps, DROP)).to_dict() == written  # null is as good as nothing
        assert faregate.Book(written).to_dict() == written


def test_every_reference_of_the_schema_leads_somewhere():
    named = re.findall(r'"#/\$defs/(\w+)"', json.dumps(SCHEMA))
    assert set(named) == set(SCHEMA["$defs"])
