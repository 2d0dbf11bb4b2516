"""The expected values of the shared vectors, typed by hand, held against the independent reference."""

import json
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


def is_of_format_2(param) -> bool:
    book = param.values[0]["timeline"]["book"]
    return isinstance(book, dict) and book["format"] == "faregate-book/2" and book["id"] != BOOK


@pytest.mark.parametrize("case", list(filter(is_of_format_2, cases("timeline"))))
def test_the_reference_agrees_with_a_timeline_of_format_2(case):
    """But for the rule that an error names, of which the reference knows nothing."""
    answer = format2.replay(case["timeline"])
    expected = {pointer: value for pointer, value in case["expect"].items() if not pointer.endswith("/rule")}
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
