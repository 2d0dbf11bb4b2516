"""Reads the tables of the core, which are the rows of its .def files; the C compiler reads them too."""

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
    """A row of a table, NAME(cell, …): a cell is an int, a text (neighbouring texts are joined), or else the C
    expression as it is written."""

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
        """The name of the Python class."""
        return self.name.title().replace("_", "")

    @property
    def sentence(self) -> str:
        return f"{self.text} ({self.rule})" if self.rule else self.text


STATUSES = [Status(*row.cells) for row in rows(STATUSES_FILE)]

COMMANDS_FILE = SOURCE / "state" / "commands.def"


class Field(NamedTuple):
    name: str
    type: str
    need: str
    least: int | None
    most: int
    otherwise: str
    help: str

    @property
    def required(self) -> bool:
        """Whether a command needs the field. A field with the need MADE_UP is required here too, though an account that
        names its calls makes up a value where none is given."""
        return self.need != "OPTIONAL"


def with_range(field: Field, quantity: str, special: dict[str, str]) -> str:
    """The explanation of a field with its range after the first part: `quantity` is the text for a quantity, `special`
    has the texts for other types."""
    if field.type == "QUANTITY":
        limits = quantity.format(field.least)
    else:
        limits = special.get(field.type, f"at most {field.most} bytes" if field.most else "")
    head, mark, tail = field.help.partition("; ")
    return ", ".join(part for part in (head, limits) if part) + mark + tail


class Answer(NamedTuple):
    when: str
    key: str
    kind: str
    help: str


class Command(NamedTuple):
    number: int
    constant: str
    name: str
    id: str
    summary: str
    remarks: list[str]
    fields: list[Field]
    answers: list[Answer]
    refusals: list[Status]

    @property
    def class_name(self) -> str:
        return self.name.title().replace("_", "")

    @property
    def has_own_id(self) -> bool:
        return self.id != "NO_ID"


def field(row: Row) -> Field:
    name, *cells, otherwise, text = row.cells
    match row.macro, cells:
        case "NAME_FIELD", [need]:
            return Field(name, "NAME", need, None, 0, otherwise, text)
        case "TEXT_FIELD", [need, most]:
            return Field(name, "TEXT", need, None, most, otherwise, text)
        case "QUANTITY_FIELD", [need, least, _]:
            return Field(name, "QUANTITY", need, least, 0, otherwise, text)
        case "VALUE_FIELD", [type, need]:
            return Field(name, type, need, None, 0, otherwise, text)
    raise SystemExit(f"{COMMANDS_FILE.name}: {row.macro}({name}) has other cells than are expected")


def answer(row: Row) -> Answer:
    when = row.cells[1] if row.macro == "ANSWER_IF" else ""
    key, kind, _, text = row.cells[-4:]
    return Answer(when, key, kind, text)


def commands() -> list[Command]:
    by_constant = {status.constant: status for status in STATUSES}
    found: list[Command] = []
    for row in rows(COMMANDS_FILE):
        match row.macro:
            case "COMMAND":
                number, constant, name, id, _, summary = row.cells
                found.append(Command(number, constant, name, id, summary, [], [], [], []))
            case "REMARK":
                found[-1].remarks.append(row.cells[0])
            case "ANSWER" | "ANSWER_IF":
                found[-1].answers.append(answer(row))
            case "REFUSALS":
                found[-1].refusals.extend(by_constant[constant] for constant in row.cells)
            case "NAME_FIELD" | "TEXT_FIELD" | "QUANTITY_FIELD" | "VALUE_FIELD":
                found[-1].fields.append(field(row))
    return found


COMMANDS = commands()

OUTLOOK_FILE = SOURCE / "account" / "outlook.def"


class Told(NamedTuple):
    """The row of an event or a notice, which is not a command."""

    name: str
    known: str
    help: str


OUTLOOK = rows(OUTLOOK_FILE)
EVENTS = [Told(row.cells[1], "ACCOUNT", row.cells[2]) for row in OUTLOOK if row.macro == "EVENT"]
NOTICES = [Told(*row.cells[1:]) for row in OUTLOOK if row.macro == "NOTICE"]
