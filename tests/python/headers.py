"""Reads the public headers, for tests that compare other texts with them."""

import re
from pathlib import Path

INCLUDE = Path(__file__).parents[2] / "core" / "include"
ALL = "".join(path.read_text(encoding="utf-8") for path in sorted(INCLUDE.glob("*.h")))


def constants(enumeration: str) -> list[tuple[str, str]]:
    """The constants of a generated enumeration: the name of each as all languages have it, and its comment."""
    prefix, part = {"fg_status": ("FG", "statuses"), "fg_command_kind": ("FG_DO", "commands")}[enumeration]
    listed = re.search(rf"begin generated {part}\b(.*?)end generated {part}\b", ALL, re.DOTALL).group(1)
    return [(name.lower(), says) for name, says in re.findall(rf"^  {prefix}_(\w+) = \d+, *///< (.+)$", listed, re.M)]


def parted(name: str, says: str) -> tuple[str, str, str]:
    text, rule = re.fullmatch(r"(.+?)(?: \((R\d+)\))?", says).groups()
    return name, rule or "", text


# (name, rule, sentence) of each status, and the name of each command, in the order of the headers.
STATUSES = [parted(*constant) for constant in constants("fg_status")]
CODES = [name for name, _, _ in STATUSES]
COMMANDS = [name for name, _ in constants("fg_command_kind")]
