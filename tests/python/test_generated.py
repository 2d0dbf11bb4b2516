"""What is made from the tables of the core is as the tables have it: `make generated` writes it anew."""

import json
from pathlib import Path

import faregate
import generate
import pytest
from generate_tables import COMMANDS

ROOT = Path(__file__).parents[2]
FILES = sorted({file for file, _, _ in generate.OUTPUTS})


@pytest.mark.parametrize("file", FILES)
def test_a_generated_file_is_current(file):
    assert (ROOT / file).read_text(encoding="utf-8") == generate.made_anew()[ROOT / file]


VECTORS = [path for path in sorted((ROOT / "tests" / "vectors").glob("*.json")) if path.name != "manifest.json"]
EVERYWHERE = {"time_reversal", "too_far", "overflow"}


def refusals_of(timeline: dict) -> set[tuple[str, str]]:
    outcomes = faregate.replay(timeline)["outcomes"]
    return {(outcome["do"], outcome["error"]) for outcome in outcomes if not outcome["ok"]}


def test_every_refusal_of_a_vector_stands_in_the_row_of_its_command():
    named = {command.name: {status.name for status in command.refusals} | EVERYWHERE for command in COMMANDS}
    for command in COMMANDS:
        named[command.name] |= {"id_conflict", "id_reserved"} if command.has_own_id else set()
    met = set()
    for path in VECTORS:
        for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
            if "expect" in case and "commands" in case.get("timeline", {}):
                met |= refusals_of(case["timeline"])
    assert len(met) > 50
    assert {(do, code) for do, code in met if code not in named[do]} == set()
