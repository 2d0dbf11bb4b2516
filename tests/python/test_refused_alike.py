"""Every question about usage, and usage itself, refuses the same attributes in the same way."""

import faregate
import pytest
from toy import toy

BOOK = faregate.Book(
    toy(
        [
            {
                "id": "p",
                "meter": "calls",
                "price": {"model": "flat", "price": "1"},
                "rules": [{"when": {"model": "big"}, "factor": "2"}],
            },
            {"id": "q", "meter": "calls", "price": {"model": "flat", "price": "1"}},
            {"id": "w", "meter": "calls", "price": {"model": "flat", "price": "1"}, "quantity": [{"of": "tokens"}]},
        ],
        attributes=[
            {"id": "model", "values": ["big", "mini"]},
            {"id": "tokens", "whole": {"from": 0}, "default": 0},
        ],
        events=[{"id": name, "products": list(name)} for name in ("pq", "wq", "wp")],
    )
)
MISSPELT = {"model": "biig"}, {"modell": "big"}, {"model": 1}, {"model": "big", "tokens": -1}


def refusal(question):
    try:
        question()
    except faregate.Error as error:
        return error.code, str(error)
    return None


def refusals(name, attributes):
    account = faregate.Account(BOOK)
    for product in "pqw":
        account.open(product, at="2025-01-01")
    meter = "calls" if len(name) == 1 else name
    given = {"attributes": attributes}
    return [
        refusal(question)
        for question in (
            lambda: BOOK.price(name, meter, 5, **given),
            lambda: BOOK.curve(name, most=5, **given),
            lambda: BOOK.cliffs(name, most=5, **given),
            lambda: account.preview(product=name, quantity=5, at="2025-01-02", **given),
            lambda: account.marginal(name, 5, attributes),
            lambda: account.use(name, 5, at="2025-01-02", **given),
        )
    ]


@pytest.mark.parametrize("attributes", MISSPELT, ids=str)
@pytest.mark.parametrize("name", ["p", "q", "w", "pq", "wq", "wp"])
def test_what_the_book_does_not_know(name, attributes):
    first, *others = refusals(name, attributes)
    assert first[0] == "unknown_value" and set(others) == {first}


@pytest.mark.parametrize(
    ("name", "attributes", "missing"),
    [
        ("p", {}, "model"),
        ("pq", {}, "model"),
        ("pq", {"tokens": 1}, "model"),
        ("wp", {"tokens": 1}, "model"),
        ("w", {}, "tokens"),  # its default of 0 would make free what is asked for
        ("w", {"model": "big"}, "tokens"),
        ("wq", {}, None),  # an event of which the other product says how much of it there is
        ("q", {}, None),
        ("q", {"model": "big", "tokens": 0}, None),  # nothing asks for them
        ("wp", {"model": "mini"}, None),
    ],
)
def test_what_a_product_asks_for(name, attributes, missing):
    first, *others = refusals(name, attributes)
    assert set(others) == {first}
    assert first is None if missing is None else first[0] == "missing_attribute" and f"attributes.{missing}" in first[1]
