"""Price guides of the kinds that there are, written down whole, each with a life whose total was worked out by hand:
the book proves it, the independent reference agrees, and a ledger comes to the same."""

import json
import sys
from decimal import Decimal
from pathlib import Path

import faregate
import pytest

TESTS = Path(__file__).parents[1]
sys.path.append(str(TESTS / "reference"))

import format2

GUIDES = sorted((TESTS / "data/guides").glob("*.json"))


@pytest.fixture(params=GUIDES, ids=lambda path: path.stem)
def guide(request) -> dict:
    return json.loads(request.param.read_text(encoding="utf-8"))


def test_a_guide_proves_its_total(guide):
    assert faregate.Book.errors(guide) == ()


def test_the_reference_agrees(guide):
    for example in guide["examples"]:
        answer = format2.replay({"book": guide, "commands": example["commands"]})
        assert Decimal(answer["statement"]["spent"]["total"]) == Decimal(example["total"])


def test_a_ledger_comes_to_the_same(guide, tmp_path):
    for number, example in enumerate(guide["examples"]):
        timeline = {"book": guide, "commands": example["commands"]}
        (tmp_path / "timeline.json").write_text(json.dumps(timeline), encoding="utf-8")
        ledger = tmp_path / f"{number}.db"
        faregate.import_ledger(tmp_path / "timeline.json", ledger)
        assert faregate.verify(ledger).ok
        with faregate.open(ledger, book=guide) as account:
            assert account.statement().spent.total == Decimal(example["total"])
