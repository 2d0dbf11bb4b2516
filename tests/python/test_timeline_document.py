"""docs/timeline.md: its example answers as shown, and it names every command, field, code and key that there is."""

import inspect
import json
import re
from pathlib import Path

import faregate
import pytest
from headers import CODES, COMMANDS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "timeline.md").read_text(encoding="utf-8")
TIMELINE, OUTCOMES = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))
LINES = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| `")]
ROWS = {cells[0].strip().strip("`"): [cell.strip() for cell in cells[1:]] for cells in LINES if len(cells) == 4}


def words(text: str) -> list[str]:
    return re.findall(r"`([a-z_]+)\??`", text)


def keys_of(table: str) -> set[str]:
    """The keys in the first cells of the table with this head."""
    rows = PAGE[PAGE.index(table) :].split("\n\n")[0].splitlines()[2:]
    return {word for row in rows for word in words(row.split("|")[1])}


def test_the_example_answers_as_shown():
    assert faregate.replay(TIMELINE)["outcomes"] == OUTCOMES


def test_every_command_has_its_row():
    assert sorted(ROWS) == sorted(COMMANDS)


@pytest.mark.parametrize("command", ROWS)
def test_a_row_has_the_fields_of_its_command(command):
    parameters = list(inspect.signature(getattr(faregate.Account, command)).parameters)
    fields = re.sub(r"\([^)]*\)", "", ROWS[command][0])
    assert set(words(fields)) - {"null"} == set(parameters) - {"self", "at"}


@pytest.mark.parametrize("command", ROWS)
def test_a_row_names_refusals(command):
    assert set(words(ROWS[command][2])) - {"use"} <= set(CODES)


def test_every_refusal_is_listed_and_no_other():
    not_refusals = {"ok", "no_memory", "invalid", "stopped", "unknown_book", "clock_suspect"}
    refusals = {code for code in CODES if not code.startswith("ledger_")} - not_refusals
    listed = PAGE[PAGE.index("The refusals are those") :]
    assert set(words(listed)) == refusals


def test_the_statement_has_the_keys_of_the_tables():
    statement = faregate.replay(TIMELINE)["statement"]
    product = statement["products"]["image"]
    invoice = statement["invoices"][0]
    assert keys_of("| key of the statement") - {"frozen", "choices", "pools", "bundles"} == set(statement)
    assert keys_of("| key of a product") - {"postpaid", "suspended", "aggregate"} == set(product)
    assert keys_of("| key of an invoice") - {"begin", "by_bounds", "settle"} == set(invoice)
    assert keys_of("| key of a line") - {"bound", "day", "fee", "invoiced", "parts", "price"} == set(
        invoice["lines"][0]
    )
    assert set(words(PAGE[PAGE.index("| `month` | units") :].split("|")[2])) == set(product["month"])
