"""docs/rules.md names every rule and switch, with files that cite it and vectors that live it."""

import json
import re
from pathlib import Path

import pytest
from headers import CODES

ROOT = Path(__file__).parents[2]
CORE = ROOT / "core" / "src"
FILES = sorted(path for path in (ROOT / "tests" / "vectors").glob("*.json") if path.name != "manifest.json")
VECTORS = {path.stem: json.loads(path.read_text(encoding="utf-8"))["cases"] for path in FILES}
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


def rows(first_cell: str) -> list[list[str]]:
    """The cells of the table rows whose first cell matches."""
    lines = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in cells] for cells in lines if re.fullmatch(first_cell, cells[0].strip())]


def cites(file: str, word: str) -> bool:
    """A source cites a rule where it enforces it, or in the header that says what it does."""
    sources = [CORE / file, (CORE / file).with_suffix(".h")]
    return any(re.search(rf"\b{word}\b", path.read_text(encoding="utf-8")) for path in sources if path.exists())


def test_every_rule_has_its_row():
    assert [row[0] for row in rows(r"R\d+")] == [f"R{number}" for number in (*range(1, 36), 38)]


@pytest.mark.parametrize("rule, says, files, vectors", rows(r"R\d+"), ids=lambda cell: cell if cell[0] == "R" else "")
def test_rule(rule, says, files, vectors):
    assert all(cites(file, rule) for file in files.split(", ")), files
    with_cases = [name for name, cases in VECTORS.items() if any(rule in case["rules"] for case in cases)]
    assert vectors.split(", ") == with_cases


@pytest.mark.parametrize("switch, rule, values, files, vectors", rows(r"`\w+`"), ids=lambda cell: cell.strip("`"))
def test_switch(switch, rule, values, files, vectors):
    key = switch.strip("`")
    declared = re.search(
        rf'X\({key.upper()}, "{key}", "{rule}", (.+?)\)', (CORE / "book" / "policy.h").read_text("utf-8")
    )
    assert declared.group(1).replace('"', "`") == values
    assert all(cites(file, f"FG_SWITCH_{key.upper()}") for file in files.split(", "))
    set_in = {}
    for name, cases in VECTORS.items():
        for case in cases:
            policy = case.get("timeline", {}).get("policy", {})
            if key in policy:
                set_in.setdefault(name, set()).add(f"`{policy[key]}`")
    assert set().union(*set_in.values()) == set(values.split(", "))
    assert set(vectors.split(", ")) <= set(set_in)


def test_every_switch_has_its_row():
    declared = re.findall(r'^  X\([A-Z_]+, "(\w+)"', (CORE / "book" / "policy.h").read_text(encoding="utf-8"), re.M)
    assert [row[0].strip("`") for row in rows(r"`\w+`")] == declared


def test_every_refusal_happens_in_a_vector():
    of_ledgers = {code for code in CODES if code.startswith("ledger_")}
    not_of_timelines = {"ok", "no_memory", "stopped", "clock_suspect"} | of_ledgers
    expected = {
        value
        for cases in VECTORS.values()
        for case in cases
        for pointer, value in case.get("expect", {"/error": case.get("error", {}).get("code")}).items()
        if pointer.endswith("/error")
    }
    assert set(CODES) - expected == not_of_timelines
