"""The reference of format 2 against sums done by hand, and against the reference of Face Fusion."""

import json
from fractions import Fraction
from pathlib import Path
from random import Random

import facefusion_reference
import format2
import pytest
from timelines import random_timeline

SHIPPED = json.loads((Path(__file__).parents[2] / "books" / "tencent-facefusion.json").read_text(encoding="utf-8"))
# What the reference of format 2 knows nothing of.
NOT_KNOWN = ("announce",)
FACTS = """ok error free packs postpaid unbilled amount paid id units returned lost billed extra repeated retry_after expires
    from until balance mode grants to forfeited held limit""".split()


def _facts(outcome: dict) -> dict:
    return {key: outcome[key] for key in FACTS if key in outcome}


def _totals(statement: dict) -> tuple:
    invoices = [(invoice["issued"], invoice["total"], invoice["balance_after"]) for invoice in statement["invoices"]]
    months = {name: product["month"] for name, product in statement["products"].items()}
    limits = {name: product["limits"] for name, product in statement["products"].items()}
    return invoices, months, limits, statement["state"], statement["wallet"], statement["spent"]["total"]


def _known_timeline(seed: int) -> dict:
    """A random timeline of Face Fusion without what the reference of format 2 knows nothing of."""
    timeline = random_timeline(Random(f"format 2 {seed}"), 40)
    timeline.pop("keep_ids_days", None)
    commands = [command for command in timeline["commands"] if command["do"] not in NOT_KNOWN]
    policy = {**timeline.get("policy", {}), "pack_reach": "from_purchase"}
    return {**timeline, "policy": policy, "commands": commands}


def test_both_references_live_face_fusion_alike():
    for seed in range(60):
        timeline = _known_timeline(seed)
        book = timeline["book"] if isinstance(timeline["book"], dict) else SHIPPED
        general = format2.replay({**timeline, "book": book})
        special = facefusion_reference.replay(timeline)
        assert list(map(_facts, general["outcomes"])) == list(map(_facts, special["outcomes"])), seed
        assert _totals(general["statement"]) == _totals(special["statement"]), seed


def _examples():
    """Totals that vendors print, lived by commands in a book of format 2."""
    root = Path(__file__).parents[2]
    for path in sorted(root.glob("books/*.json")):
        book = json.loads(path.read_text(encoding="utf-8"))
        if book.get("format") == "faregate-book/2":
            for example in book.get("examples", ()):
                if "commands" in example:
                    yield pytest.param(book, example, id=f"{path.stem}: {example['label']}")


@pytest.mark.parametrize("book, example", list(_examples()))
def test_a_total_that_a_vendor_prints(book, example):
    answer = format2.replay({"book": book, "commands": example["commands"]})
    assert all(outcome["ok"] for outcome in answer["outcomes"])
    assert Fraction(answer["statement"]["spent"]["total"]) == Fraction(example["total"])
