"""The shared vectors, whole: tests/vectors/README.md says what a case means."""

import json
import os
from pathlib import Path

import faregate
import library_calls
import pytest
import split
from json_pointer import find

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors"
ANSWERS = Path(os.environ.get("FAREGATE_ANSWERS", ROOT / "build" / "answers" / "python"))
MANIFEST = json.loads((VECTORS / "manifest.json").read_text(encoding="utf-8"))
KINDS = {("timeline", "expect"), ("timeline_error", "error"), ("price", "expect")}
QUERY = {"book", "product", "meter", "quantity", "days", "months", "tier_quantity", "at"}


def cases_of(file: str) -> list:
    return json.loads((VECTORS / file).read_text(encoding="utf-8"))["cases"]


def cases(kind: str) -> list:
    return [
        pytest.param(f"{Path(file).stem}-{number:03}.json", case, id=f"{file}: {case['name']}")
        for file in MANIFEST
        for number, case in enumerate(cases_of(file))
        if kind in case
    ]


def check(answer, expected: dict) -> None:
    assert {pointer: find(answer, pointer) for pointer in expected} == expected


def keep(name: str, answer: bytes) -> None:
    ANSWERS.mkdir(parents=True, exist_ok=True)
    (ANSWERS / name).write_bytes(answer)


def test_the_manifest_names_every_file():
    assert set(MANIFEST) == {path.name for path in VECTORS.glob("*.json")} - {"manifest.json"}


@pytest.mark.parametrize("file", MANIFEST)
def test_every_case_is_known_and_counted(file):
    assert len(cases_of(file)) == MANIFEST[file]
    assert len({case["name"] for case in cases_of(file)}) == MANIFEST[file]
    for case in cases_of(file):
        assert tuple(case)[:2] == ("name", "rules") and tuple(case)[2:] in KINDS, case["name"]
        assert QUERY.issuperset(case.get("price", ())), case["name"]


@pytest.mark.parametrize("name, case", cases("timeline"))
def test_timeline(name, case):
    answer = faregate.replay_json(split.input_of(case))
    keep(name, answer)
    check(json.loads(answer), case["expect"])


@pytest.mark.parametrize("name, case", cases("timeline"))
def test_timeline_by_calls_of_the_library(name, case):
    assert library_calls.replay(case["timeline"]) == faregate.replay(case["timeline"])


@pytest.mark.parametrize("name, case", cases("timeline_error"))
def test_document_that_cannot_be_read(name, case):
    with pytest.raises(faregate.Error) as error:
        faregate.replay_json(split.input_of(case))
    keep(name, f"{error.value.code} {error.value.path}\n".encode())
    assert {"code": error.value.code, "path": error.value.path} == case["error"]


@pytest.mark.parametrize("name, case", cases("price"))
def test_price(name, case):
    query = dict(case["price"])
    book = faregate.Book(query.pop("book"))
    try:
        answer = library_calls.as_json(book.price(**query))
    except faregate.Error as error:
        answer = {"error": error.code}
    check(answer, case["expect"])
