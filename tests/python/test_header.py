"""Everything the headers export is reachable from Python."""

import re
import subprocess
from pathlib import Path

import headers
from faregate import _core

ROOT = Path(__file__).parents[2]
SOURCES = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bindings" / "python").glob("*.[ch]"))

# What Python has of its own.
NOT_NEEDED = {
    "fg_command_takes_money": "each type of a field is converted by itself",
    "fg_money_add": "Decimal adds",
    "fg_money_subtract": "Decimal subtracts",
    "fg_money_multiply": "Decimal multiplies",
    "fg_money_compare": "Decimal compares",
    "fg_status_is_refusal": "the class of a status says it",
    "fg_status_text": "an exception has its message",
    "fg_quantity_parse": "the setters of commands read digits, all else takes an int",
    "fg_text_sink": "an export is written to a callable",
}
# An account is reached through its handle.
BEHIND_THE_HANDLE = {
    "fg_account_apply",
    "fg_account_calls",
    "fg_account_describe",
    "fg_account_invoices",
    "fg_account_marginal",
    "fg_account_notices",
    "fg_account_upcoming",
}


def code(text: str) -> str:
    """Without comments and what is for the preprocessor."""
    return re.sub(r"/\*.*?\*/|//[^\n]*|^#[^\n]*", "", text, flags=re.DOTALL | re.MULTILINE)


def exported() -> set[str]:
    declarations = re.findall(r"\bFG_API\b[^;]*;", code(headers.ALL))
    return {re.search(r"\b(fg_\w+)\(", declaration).group(1) for declaration in declarations}


def test_every_exported_function_is_used():
    used = set(re.findall(r"\bfg_\w+\b", code(SOURCES)))
    assert len(exported()) > 40
    assert exported() - used == NOT_NEEDED.keys() | BEHIND_THE_HANDLE


def test_the_header_of_everyday_is_read_at_a_sitting():
    assert len((headers.INCLUDE / "faregate.h").read_text(encoding="utf-8").splitlines()) <= 450


def test_the_module_shows_no_name_but_its_own():
    """Neither the core's, which another module of the process may have too, nor the binding's."""
    listed = subprocess.run(
        ["nm", "--dynamic", "--defined-only", "--format=posix", _core.__file__],
        check=True,
        capture_output=True,
        text=True,
    )
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["PyInit__core"]
