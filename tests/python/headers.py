"""The public headers, for tests of what must agree with them."""

import re
from pathlib import Path

INCLUDE = Path(__file__).parents[2] / "core" / "include"
ALL = "".join(path.read_text(encoding="utf-8") for path in sorted(INCLUDE.glob("*.h")))


def rows_of(table: str) -> list[str]:
    """The rows of a list of X(…): the cells of each as they are written."""
    listed = re.search(rf"#define {table}\(X\)(.*?)\n\n", ALL, re.DOTALL).group(1)
    return re.findall(r"^  X\((.+)\)", listed, re.MULTILINE)


# Name, rule, and what it says, of each status; the name of each command. In the order of the headers.
STATUSES = [re.fullmatch(r'\w+, "(\w+)", "(\w*)", "(.+)"', row).groups() for row in rows_of("FG_STATUS_LIST")]
CODES = [name for name, _, _ in STATUSES]
COMMANDS = [re.fullmatch(r'\w+, "(\w+)"', row).group(1) for row in rows_of("FG_COMMAND_LIST")]
