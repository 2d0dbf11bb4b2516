"""Answers: dicts whose keys are attributes."""

import copy
import gc
import json
import pickle
from decimal import Decimal

import faregate
import pytest


@pytest.fixture
def price(book):
    return book.price("image", "calls", 89_000)


@pytest.mark.parametrize("name", [None, 0, 1.5, b"amount", (), []])
def test_only_text_names_an_attribute(price, name):
    with pytest.raises(TypeError):
        price.__getattribute__(name)


def test_a_key_is_an_attribute(price):
    assert price.amount is price["amount"] and "amount" in dir(price) and "items" in dir(price)
    with pytest.raises(AttributeError, match="colour"):
        price.colour
    with pytest.raises(KeyError):
        price["colour"]
    with pytest.raises(AttributeError):
        price.amount = 1


def test_a_keyword_of_python_has_an_underscore():
    result = faregate.Result({"from": 1, "is_": 2, "is": 3, "_": 4})
    assert (result.from_, result.is_, result._) == (1, 2, 4)
    with pytest.raises(AttributeError, match="to_"):
        result.to_


def test_a_method_comes_before_a_key():
    result = faregate.Result(items=1, to_dict=2, amount=3)
    assert list(result.items()) == [("items", 1), ("to_dict", 2), ("amount", 3)]
    assert result.to_dict() == {"items": 1, "to_dict": 2, "amount": 3} and result["items"] == 1


def test_lists_are_tuples_until_they_are_plain(price):
    assert isinstance(price.lines, tuple) and type(price.lines[0]) is faregate.Result
    plain = price.to_dict()
    assert type(plain) is dict and type(plain["lines"]) is list and type(plain["lines"][0]) is dict
    assert json.loads(json.dumps(plain, default=str))["amount"] == "16020.00"


def test_results_are_equal_by_value(book, price):
    assert price == book.price("image", "calls", 89_000) != book.price("image", "calls", 89_001)
    assert copy.deepcopy(price) == copy.copy(price) == pickle.loads(pickle.dumps(price)) == price
    assert type(pickle.loads(pickle.dumps(price)).lines[0]) is faregate.Result


def test_the_repr_reads_like_the_attributes(price):
    line = "Result(units=89000, unit_price=Decimal('0.18'), tier=10000, amount=Decimal('16020.00'))"
    assert repr(price.lines[0]) == line
    loop = faregate.Result()
    loop["self"] = loop
    assert repr(loop) == "Result(self=Result(...))"


def test_a_loop_can_be_neither_plain_nor_kept_alive():
    loop = faregate.Result()
    loop["self"] = loop
    with pytest.raises(RecursionError):
        loop.to_dict()
    gc.collect()
    del loop
    assert gc.collect() == 1


def test_a_table_for_notebooks(book, account):
    html = book.price("image", "calls", 89_000)._repr_html_()
    assert html.startswith("<table>") and html.endswith("</table>") and "16,020.00" in html
    assert "<td" in account.statement()._repr_html_()
    escaped = faregate.Result({"<b>": "<i>", "none": None, "small": Decimal("0.0000000309")})._repr_html_()
    assert "&lt;b&gt;" in escaped and "<i>" not in escaped and "None" not in escaped and "0.0000000309" in escaped


def test_a_class_may_derive_from_result():
    class Mine(faregate.Result):
        pass

    mine = Mine(amount=1, items=2)
    assert mine.amount == 1 and callable(mine.items) and type(mine.to_dict()) is dict


def test_result_may_be_any_base_of_a_class():
    class Other(dict):
        pass

    class Mine(Other, faregate.Result):
        pass

    mine = Mine(amount=1, items=2)
    assert Mine.__base__ is Other and mine.amount == 1 and callable(mine.items)
    with pytest.raises(AttributeError):
        mine.other


def test_used(account):
    account.buy_pack("image", "calls-1k", id="p", at="2024-11-06")
    used = account.use("image", 2_500, id="u", at="2024-11-06")
    assert (used.free, used.postpaid, used.unbilled, used.repeated) == (1000, 500, 0, False)
    assert used.packs == ({"id": "p", "units": 1000},) and used.packs[0].id == "p"
    assert (
        repr(used) == "Used(free=1000, packs=(Result(id='p', units=1000),), postpaid=500, unbilled=0, repeated=False)"
    )
    outcome = {
        "do": "use",
        "ok": True,
        "free": 1000,
        "packs": [{"id": "p", "units": 1000}],
        "postpaid": 500,
        "unbilled": 0,
    }
    assert used.to_dict() == outcome
    again = account.use("image", 2_500, id="u", at="2024-11-06")
    assert again.to_dict() == {**outcome, "repeated": True} and again != used and not again == used
    fork = account.fork()
    assert account.use("image", 1, at="2024-11-06") == fork.use("image", 1, at="2024-11-06") != used
    assert used != 1 and used != outcome
    for wrong in (lambda: hash(used), lambda: used < again, lambda: type(used)()):
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(AttributeError):
        used.free = 1


def test_used_keeps_what_the_account_forgets(account):
    account.buy_pack("image", "calls-1k", id="first pack", at="2024-11-06")
    first = account.use("image", 1_500, at="2024-11-06")
    for number in range(100):
        account.buy_pack("image", "calls-1k", id=f"pack {number}", at="2024-11-06")
        account.use("image", 900, at="2024-11-06")
    del account
    assert first.packs == ({"id": "first pack", "units": 500},)


def test_a_list_of_results_is_a_table(book):
    pieces = book.curve("image", most=20_000).pieces.table
    assert pieces.columns == ("from", "to", "first", "last")
    assert list(pieces) == [
        {"from": 0, "to": 9_999, "first": Decimal("0.00"), "last": Decimal("2399.76")},
        {"from": 10_000, "to": 20_000, "first": Decimal("1800.00"), "last": Decimal("3600.00")},
    ]
    assert pieces["first"].scale == 2
    assert book.curve("image", most=5).pieces.table.to_csv() == "from,to,first,last\n0,5,0.00,1.20\n"
    plan = faregate.cheapest(book, {"product": "image", "start": "2025-01", "calls": [15_000] * 3})
    assert plan.months.table["cost_total"].tolist() == [month.cost.total for month in plan.months]
    assert plan.orders.table["at"].tolist() == [order.at for order in plan.orders]
    assert plan.orders.table["amount"].type == "decimal128" and plan.orders.table["units"].type == "int64"
    assert len(book.cliffs("image", most=10).table) == 0
    stretches = faregate.break_even(
        {"book": book, "product": "image"}, {"book": book, "product": "image", "pack": "calls-10k"}, 20_000
    )
    assert stretches.table["cheaper"].tolist() == ["equal", "a", "equal", "b", "a", "b"]


def test_tables_of_results_go_on(book):
    pytest.importorskip("pandas")
    table = book.cliffs("image").table
    assert table.to_pandas()["saves"].tolist() == [cliff.saves for cliff in book.cliffs("image")]
    assert table.to_polars()["buy"].to_list() == table.to_arrow()["buy"].to_pylist() == table["buy"].tolist()
    difference = book.diff(book.with_price("image", percent=10, tier=0))
    assert difference.table["theirs"].tolist()[0] == "0.264"
