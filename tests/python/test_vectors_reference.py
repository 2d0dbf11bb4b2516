"""The expected values of the shared vectors, typed by hand, held against the independent reference."""

import json
import re
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
sys.path[:0] = [str(TESTS / "reference"), str(TESTS / "vectors")]

import format2
from facefusion_reference import DocumentError, replay
from json_pointer import find
from reference_document import BOOK


def cases(kind: str):
    for path in sorted((TESTS / "vectors").glob("*.json")):
        if path.stem == "manifest":
            continue
        for case in json.loads(path.read_text())["cases"]:
            if kind in case and "set_budget" not in json.dumps(case[kind]):  # of budgets the reference knows nothing
                yield pytest.param(case, id=f"{path.stem}: {case['name']}")


def is_facefusion(param) -> bool:
    return param.values[0]["timeline"]["book"] == BOOK


@pytest.mark.parametrize("case", list(filter(is_facefusion, cases("timeline"))))
def test_the_reference_agrees_with_a_timeline(case):
    answer = replay(case["timeline"])
    assert {pointer: find(answer, pointer) for pointer in case["expect"]} == case["expect"]


def whole_book(case: dict) -> dict:
    book = case["timeline"]["book"]
    if isinstance(book, str):
        return json.loads((TESTS.parent / "books" / f"{book}.json").read_text(encoding="utf-8"))
    return book


def is_of_format_2(param) -> bool:
    book = whole_book(param.values[0])
    return book["format"] == "faregate-book/2" and book["id"] != BOOK


# What is for people, and lists of what else has been told: of these the reference knows nothing.
NOT_TOLD = re.compile(r"/(rule|explanation|unit_price|tier)$|/lines/\d+/parts/|/adjustments/")


@pytest.mark.parametrize("case", list(filter(is_of_format_2, cases("timeline"))))
def test_the_reference_agrees_with_a_timeline_of_format_2(case):
    answer = format2.replay({**case["timeline"], "book": whole_book(case)})
    expected = {pointer: value for pointer, value in case["expect"].items() if not NOT_TOLD.search(pointer)}
    assert {pointer: find(answer, pointer) for pointer in expected} == expected


def is_for_the_reference(param) -> bool:
    """It reads parsed documents, of its own book."""
    case = param.values[0]
    document = case["timeline_error"].get("document")
    if not isinstance(document, dict) or case["error"]["path"].startswith("book"):
        return False
    return document.get("book", BOOK) == BOOK


@pytest.mark.parametrize("case", list(filter(is_for_the_reference, cases("timeline_error"))))
def test_the_reference_refuses_the_document_at_the_same_place(case):
    with pytest.raises(DocumentError) as refusal:
        replay(case["timeline_error"]["document"])
    assert case["error"] == {"code": "invalid", "path": refusal.value.path}
