"""What help() shows, and the price books of docs/price-book.md."""

import doctest
import inspect
import json
import re
from pathlib import Path

import faregate
import pytest

PRICE_BOOK = Path(__file__).parents[2] / "docs" / "price-book.md"
PUBLIC = [value for name in dir(faregate) if not name.startswith("_") and callable(value := getattr(faregate, name))]


def test_the_example_of_the_package_is_true():
    assert doctest.testmod(faregate) == (0, 7)


@pytest.mark.parametrize("value", PUBLIC, ids=lambda value: value.__name__)
def test_everything_is_documented(value):
    assert value.__doc__
    if inspect.isclass(value) and not issubclass(value, BaseException | dict):
        for name, member in vars(value).items():
            assert name.startswith("__") or inspect.getdoc(member), name
            assert not callable(member) or name.startswith("__") or inspect.signature(member), name


STEPS = re.findall(
    r"^### (\d+)\. .*?^```json\n(.*?)^```", PRICE_BOOK.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)


def test_the_steps_to_a_price_book_are_counted():
    assert [number for number, _ in STEPS] == [str(number + 1) for number in range(len(STEPS))]
    assert len(STEPS) == 10


BOOKS = [
    text
    for text in re.findall(r"^```json\n(.*?)^```", PRICE_BOOK.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    if text.startswith('{"format"')
]


def test_every_book_that_is_shown_is_whole():
    assert [text for _, text in STEPS] == BOOKS[: len(STEPS)]
    assert [json.loads(text)["id"] for text in BOOKS[len(STEPS) :]] == [
        "shared-pool",
        "shared-counter",
        "aggregates",
        "offers",
        "by-the-hour",
    ]


@pytest.mark.parametrize("text", BOOKS, ids=lambda text: json.loads(text)["id"])
def test_a_book_that_is_shown_has_examples_that_come_out(text):
    assert faregate.Book.errors(text) == ()
    assert faregate.Book(json.loads(text)).examples


@pytest.mark.parametrize("number, text", STEPS, ids=[number for number, _ in STEPS])
def test_a_step_to_a_price_book_has_its_number_as_its_id(number, text):
    assert json.loads(text)["id"] == f"step-{number}"
