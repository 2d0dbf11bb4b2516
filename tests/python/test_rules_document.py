"""docs/rules.md names every rule and switch, with the functions that enforce or read it and vectors that live it."""

import json
import re
import sys
from functools import cache
from pathlib import Path

import pytest
from headers import CODES

ROOT = Path(__file__).parents[2]
CORE = ROOT / "core" / "src"
SOURCES = sorted(CORE.rglob("*.[ch]"))
FILES = sorted(path for path in (ROOT / "tests" / "vectors").glob("*.json") if path.name != "manifest.json")
VECTORS = {path.stem: json.loads(path.read_text(encoding="utf-8"))["cases"] for path in FILES}
sys.path.insert(0, str(ROOT / "tools"))

from generate_book import SWITCHES

PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


def rows(first_cell: str) -> list[list[str]]:
    """The cells of the table rows whose first cell matches."""
    lines = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in cells] for cells in lines if re.fullmatch(first_cell, cells[0].strip())]


def places(cell: str) -> list[tuple[str, str]]:
    """The functions, or tables, of a cell, each with the file it is said to be in."""
    found = re.findall(r"`(\w+)` ([a-z]+/\w+\.[ch])(?:, |$)", cell)
    assert ", ".join(f"`{name}` {file}" for name, file in found) == cell
    return found


@cache
def paragraphs(file: str) -> list[str]:
    """A source in pieces without an empty line: no function has one, and its comment stands right above it."""
    return re.split(r"\n\s*\n", (CORE / file).read_text(encoding="utf-8"))


def definition(name: str, file: str) -> str:
    """The paragraph of a file that defines a function or a table."""
    defines = re.compile(rf"^(?:[a-zA-Z_][\w ]*[ *]{name}\([^;{{}}]*\) \{{|(?:static const .*|\}} ){name}\[)", re.M)
    found = [paragraph for paragraph in paragraphs(file) if defines.search(paragraph)]
    assert len(found) == 1, f"{file} does not define {name}, or more than once"
    return found[0]


def contract(name: str, file: str) -> str:
    """The paragraph of a source's header that declares a function; empty if it is the file's own."""
    header = Path(file).with_suffix(".h")
    if not (CORE / header).exists():
        return ""
    declares = re.compile(rf"^[a-zA-Z_][\w ]*[ *]{name}\([^;{{}}]*\);", re.M)
    return "".join(paragraph for paragraph in paragraphs(str(header)) if declares.search(paragraph))


def test_every_rule_has_its_row():
    assert [row[0] for row in rows(r"R\d+")] == [f"R{number}" for number in range(1, 39)]


@pytest.mark.parametrize(
    "rule, says, functions, vectors", rows(r"R\d+"), ids=lambda cell: cell if cell[0] == "R" else ""
)
def test_rule(rule, says, functions, vectors):
    for name, file in places(functions):
        assert re.search(rf"\b{rule}\b", contract(name, file) + definition(name, file)), f"{name} does not cite {rule}"
    with_cases = [name for name, cases in VECTORS.items() if any(rule in case["rules"] for case in cases)]
    assert vectors.split(", ") == with_cases


@pytest.mark.parametrize("switch, rule, values, functions, vectors", rows(r"`\w+`"), ids=lambda cell: cell.strip("`"))
def test_switch(switch, rule, values, functions, vectors):
    key = switch.strip("`")
    declared = next(each for each in SWITCHES if each.key == key)
    assert declared.rule == rule
    assert ", ".join(f"`{value}`" for value in declared.values) == values
    read = f"value[FG_SWITCH_{key.upper()}]"
    assert all(read in definition(name, file) for name, file in places(functions))
    reads = re.compile(re.escape(read) + r"(?! = )")  # one that tries another reading sets it
    assert sum(len(reads.findall(path.read_text(encoding="utf-8"))) for path in SOURCES) == len(places(functions))
    set_in = {}
    for name, cases in VECTORS.items():
        for case in cases:
            policy = case.get("timeline", {}).get("policy", {})
            if key in policy:
                set_in.setdefault(name, set()).add(f"`{policy[key]}`")
    assert set().union(*set_in.values()) == set(values.split(", "))
    assert set(vectors.split(", ")) <= set(set_in)


def test_every_switch_has_its_row():
    assert [row[0].strip("`") for row in rows(r"`\w+`")] == [switch.key for switch in SWITCHES]


def test_every_refusal_happens_in_a_vector():
    of_ledgers = {code for code in CODES if code.startswith("ledger_")}
    not_of_timelines = {"ok", "no_memory", "stopped", "clock_suspect", "unsupported"} | of_ledgers
    expected = {
        value
        for cases in VECTORS.values()
        for case in cases
        for pointer, value in case.get("expect", {"/error": case.get("error", {}).get("code")}).items()
        if pointer.endswith("/error")
    }
    assert set(CODES) - expected == not_of_timelines
