"""The public headers, for tests of what must agree with them."""

import re
from pathlib import Path

INCLUDE = Path(__file__).parents[2] / "core" / "include"
ALL = "".join(path.read_text(encoding="utf-8") for path in sorted(INCLUDE.glob("*.h")))


def constants(enumeration: str) -> list[tuple[str, str]]:
    """What a generated enumeration lists: each name, as all languages have it, and what the header says of it."""
    prefix, part = {"fg_status": ("FG", "statuses"), "fg_command_kind": ("FG_DO", "commands")}[enumeration]
    listed = re.search(rf"begin generated {part}\b(.*?)end generated {part}\b", ALL, re.DOTALL).group(1)
    return [(name.lower(), says) for name, says in re.findall(rf"^  {prefix}_(\w+) = \d+, *///< (.+)$", listed, re.M)]


def parted(name: str, says: str) -> tuple[str, str, str]:
    text, rule = re.fullmatch(r"(.+?)(?: \((R\d+)\))?", says).groups()
    return name, rule or "", text


# Name, rule, and what it says, of each status; the name of each command. In the order of the headers.
STATUSES = [parted(*constant) for constant in constants("fg_status")]
CODES = [name for name, _, _ in STATUSES]
COMMANDS = [name for name, _ in constants("fg_command_kind")]
