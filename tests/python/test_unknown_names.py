"""A name that a price book does not have comes with those that it has, and the nearest of them, whoever asks."""

import re

import faregate
import pytest
from toy import toy

BOOK = faregate.Book("tencent-facefusion")
FORECAST = {"product": "image", "start": "2025-01", "calls": [5_000]}
PACKS = "calls-1k, calls-10k, calls-100k, calls-1m, calls-10m"


def opened() -> faregate.Account:
    account = faregate.Account(BOOK)
    account.open("image", at="2025-01-01")
    return account


def given_orders(pack: str) -> faregate.Plan:
    return faregate.follow(BOOK, FORECAST, {"orders": [{"month": "2025-01", "pack": pack}]})


@pytest.mark.parametrize(
    "ask",
    [
        lambda: BOOK.price("images", "calls", 5),
        lambda: BOOK.price_many("images", "calls", [5]),
        lambda: BOOK.curve("images"),
        lambda: BOOK.cliffs("images"),
        lambda: BOOK.outcome("images", "Success"),
        lambda: faregate.break_even({"book": BOOK, "product": "images"}, {"book": BOOK, "product": "image"}, 10),
        lambda: faregate.cheapest(BOOK, {**FORECAST, "product": "images"}),
        lambda: faregate.Account(BOOK).open("images", at="2025-01-01"),
        lambda: opened().use("images", 1, at="2025-01-02"),
        lambda: BOOK.quote({"images": {"calls": 5}}),
    ],
)
def test_products(ask) -> None:
    with pytest.raises(faregate.UnknownProduct, match="the nearest is image, of image, image-pro$") as raised:
        ask()
    assert "images" in str(raised.value)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: BOOK.curve("image", pack="calls-10"),
        lambda: faregate.follow(BOOK, FORECAST, {"pack": "calls-10"}),
        lambda: faregate.cheapest(BOOK, {**FORECAST, "opening": {"packs": [{"pack": "calls-10", "left": 4}]}}),
        lambda: given_orders("calls-10"),
        lambda: opened().buy_pack("image", "calls-10", at="2025-01-02"),
        lambda: BOOK.quote({"image": {"packs": {"calls-10": 1}}}),
    ],
)
def test_packs(ask) -> None:
    with pytest.raises(faregate.UnknownPack, match=f"the nearest is calls-1k, of {PACKS}") as raised:
        ask()
    assert "calls-10" in str(raised.value)


def test_packs_of_materials_are_named_where_they_may_be_bought() -> None:
    match = r"orders\[0\].pack: there is no pack material-10; the nearest is materials-10"
    with pytest.raises(faregate.UnknownPack, match=match):
        given_orders("material-10")
    with pytest.raises(faregate.UnknownPack) as raised:
        BOOK.curve("image", pack="material-10")
    assert ", materials" not in str(raised.value)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: BOOK.price("image", "call", 5),
        lambda: BOOK.curve("image", meter="call"),
        lambda: BOOK.quote({"image": {"call": 5}}),
    ],
)
def test_meters(ask) -> None:
    with pytest.raises(faregate.UnknownMeter, match="the nearest is calls, of calls, qps"):
        ask()


def test_what_an_edition_withdrew_is_not_named() -> None:
    book = faregate.Book("tencent-facefusion").without_pack("calls-10m")
    with pytest.raises(faregate.UnknownPack) as raised:
        book.curve("image", pack="calls-10x")
    assert "calls-10m" not in str(raised.value)


def test_a_quote_says_what_it_expects() -> None:
    with pytest.raises(faregate.Invalid, match=r'image: expected an object, \{"calls": …\}, not an integer'):
        BOOK.quote({"image": 3})


def test_a_long_name_is_cut_and_breaks_no_character() -> None:
    with pytest.raises(faregate.UnknownProduct) as raised:
        BOOK.price("图" * 200, "calls", 5)
    assert str(raised.value).startswith("there is no product 图图")


FIELDS = "product, start, calls, materials, opening, policy, peak_qps"
MONTH = {"month": "2025-01"}


@pytest.mark.parametrize(
    ("forecast", "way", "path", "near", "there"),
    [
        ({"cals": [5]}, "postpaid", "cals", "calls", FIELDS),
        ({"peak_qpps": [5]}, "postpaid", "peak_qpps", "peak_qps", FIELDS),
        ({"opening": {"pack": []}}, "postpaid", "opening.pack", "packs", "packs"),
        (
            {"opening": {"packs": [{"pack": "calls-1k", "lefft": 5}]}},
            "postpaid",
            "opening.packs[0].lefft",
            "left",
            "pack, units, left, bought, expires",
        ),
        ({}, {"pak": "calls-1k"}, "pak", "pack", "pack, orders"),
        (
            {},
            {"orders": [{**MONTH, "capcity": 30, "months": 1}]},
            "orders[0].capcity",
            "capacity",
            "month, pool, pack, quantity, capacity, months, days, start",
        ),
        (
            {},
            {"orders": [{**MONTH, "capacity": 30, "months": 1, "quantity": 2}]},
            "orders[0].quantity",
            "capacity",
            "month, capacity, months, days, start",
        ),
    ],
)
def test_fields_of_a_forecast_and_of_a_way(forecast, way, path, near, there) -> None:
    with pytest.raises(faregate.Invalid) as raised:
        faregate.follow(BOOK, {**FORECAST, **forecast}, way)
    expected = f"{path}: there is no field of this name here; the nearest is {near}, of {there}"
    assert str(raised.value) == expected


def test_a_product_without_capacity_has_no_peak() -> None:
    vision = faregate.Book("google-vision")
    with pytest.raises(
        faregate.Invalid, match=r"peak_qps: there is no field of this name here; the nearest is \w+, of "
    ):
        faregate.cheapest(vision, {"product": "face", "start": "2025-01", "calls": [5], "peak_qps": [5]})


@pytest.mark.parametrize(
    "ask",
    [
        lambda: faregate.replay({"book": "tencent-facefusion", "comands": [], "commands": []}),
        lambda: BOOK.quote({"image": {"qps": {"quantity": 5, "day": 3}}}),
        lambda: faregate.reconcile_json('{"ours": {}, "theirs": [], "from": {}}'),
    ],
)
def test_fields_of_other_documents(ask) -> None:
    with pytest.raises(
        faregate.Invalid, match="there is no field of this name here; the nearest is (commands|days|form), of"
    ):
        ask()


WORDS = toy(
    [
        {"id": name, "meter": "tokens", "quantity": [name], "price": {"model": "flat", "price": "1"}}
        for name in ("input", "output")
    ],
    attributes=[
        {"id": "input", "whole": {"from": 0}},
        {"id": "output", "whole": {"from": 1, "below": 10}},
        {"id": "model", "values": ["large", "small"]},
        {"id": "plan", "values": ["free", "paid"], "of": "account", "default": "free"},
    ],
    events=[{"id": "answer", "products": ["input", "output"]}],
    pools=[
        {
            "id": "credits",
            "covers": [{"product": "input", "weight": "1"}],
            "packs": [{"id": "k", "units": 1, "price": "1", "validity": "permanent"}],
        }
    ],
)


@pytest.mark.parametrize(
    "command, fields, message",
    [
        ("use", {"product": "answr"}, "there is no event or product answr; the nearest is answer, of answer, input, output"),
        ("call", {"product": "answr"}, "there is no event or product answr; the nearest is answer"),
        ("buy_pack", {"product": "credit", "pack": "k"}, "there is no pool or product credit; the nearest is credits, of"),
        ("open", {"product": "answr"}, "there is no product answr; the nearest is input, of input, output"),
        ("open", {"product": "answer"}, "an event of several products stands where one product is meant"),
        ("use", {"product": "answer"}, 'product "output" of the event is not open'),
        ("use", {"product": "input", "attributes": {"model": "smal"}}, "there is no value smal; the nearest is small"),
        ("use", {"product": "input", "attributes": {"model": 1}}, "attributes.model: expected a text"),
        ("use", {"product": "input", "attributes": {"input": "1"}}, "attributes.input: expected a whole number from 0 on"),
        ("use", {"product": "input", "attributes": {"output": 10}}, "expected a whole number from 1 to 9"),
        ("use", {"product": "input", "attributes": {"modle": "small"}}, "has no attribute of this name"),
        ("use", {"product": "input", "attributes": {"plan": "paid"}}, "has this attribute of accounts, not of usage"),
        ("set", {"attributes": {"model": "small"}}, "has this attribute of usage, not of accounts"),
    ],
)  # fmt: skip
def test_names_of_format_2(command, fields, message) -> None:
    account = faregate.Account(faregate.Book(WORDS))
    account.open("input", at="2025-01-01")
    quantity = {"quantity": 1} if command in ("use", "call") else {}
    with pytest.raises(faregate.Error, match=re.escape(message)):
        getattr(account, command)(**fields, **quantity, at="2025-01-02")


def test_calls_of_an_aggregate_say_why_they_are_not_sold() -> None:
    product = {"id": "p", "meter": "u", "price": {"model": "flat", "price": "1"}, "aggregate": {"over": "day"}}
    account = faregate.Account(faregate.Book(toy([product])))
    account.open("p", at="2025-01-01")
    with pytest.raises(faregate.NotSold, match="calls of a product with an aggregate are not sold"):
        account.call("p", at="2025-01-02")
