"""Reads the tables of the core: the rows of its .def files, which the C compiler reads too."""

import json
import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "core" / "src"
STATUSES_FILE = SOURCE / "base" / "statuses.def"

TOKEN = re.compile(
    r'(?P<skip>/\*.*?\*/|^\s*#[^\n]*)|(?P<text>"(?:[^"\\]|\\.)*")|(?P<other>\w+|.)', re.DOTALL | re.MULTILINE
)


class Row(NamedTuple):
    """One NAME(cell, …): a cell is an int, a text (neighbouring ones are one), or else what is written there."""

    macro: str
    cells: list[int | str]


def cell(tokens: list[tuple[str, str]]) -> int | str:
    tokens = [(kind, token) for kind, token in tokens if kind == "text" or not token.isspace()]
    if tokens and all(kind == "text" for kind, _ in tokens):
        return "".join(json.loads(token) for _, token in tokens)
    written = "".join(token for _, token in tokens)
    return int(written) if re.fullmatch(r"-?\d+", written) else written


def rows(path: Path) -> list[Row]:
    """The rows of a .def file, in order."""
    found: list[Row] = []
    macro, cells, depth = "", [[]], 0
    for match in TOKEN.finditer(path.read_text(encoding="utf-8")):
        kind, token = match.lastgroup, match.group()
        if kind == "skip":
            continue
        if depth == 0:
            macro, depth = (macro, 1) if token == "(" else (token if token.isidentifier() else macro, 0)
            continue
        depth += (token == "(") - (token == ")")
        if depth == 0:
            found.append(Row(macro, [cell(tokens) for tokens in cells]))
            cells = [[]]
        elif depth == 1 and token == ",":
            cells.append([])
        else:
            cells[-1].append((kind, token))
    return found


class Status(NamedTuple):
    number: int
    constant: str
    name: str
    kind: str
    rule: str
    exception: str
    text: str

    @property
    def class_name(self) -> str:
        """As the class of Python is called."""
        return self.name.title().replace("_", "")

    @property
    def sentence(self) -> str:
        return f"{self.text} ({self.rule})" if self.rule else self.text


STATUSES = [Status(*row.cells) for row in rows(STATUSES_FILE)]
