"""Writes the stubs of the Python binding, and the docstrings of its methods and exceptions."""

import json
import textwrap
from keyword import iskeyword

from generate_tables import COMMANDS, EVENTS, NOTICES, STATUSES, Answer, Command, Field, Status, Told, with_range

WIDTH = 104

ARGUMENTS = {
    "NAME": "str",
    "TEXT": "str",
    "QUANTITY": "_Quantity",
    "SIGNED": "_Quantity",
    "MONEY": "_Amount",
    "DATE": "_Date",
    "FUND": "_Fund",
    "FLAG": "bool",
    "PAY": "_Funds",
    "CAMPAIGN": "Mapping[str, _Amount | bool]",
    "BUDGET": "_Amount | EllipsisType",
    "BOOK": "_BookSource",
    "ATTRIBUTES": "_Attributes",
}
ANSWERS = {
    "TEXT": "str",
    "INTEGER": "int",
    "UNITS": "int | Decimal",
    "DATE": "str",
    "TIME": "datetime",
    "END": "datetime | None",
    "MONEY": "Decimal",
    "BALANCE": "Decimal | None",
    "FUNDS": "Named[Decimal]",
    "DRAWS": "tuple[Draw, ...]",
    "TAKEN": "tuple[Draw, ...] | int",
    "USED": "UsedUnits",
    "GRANTS": "tuple[Issued, ...]",
    "INVOICE": "Invoice",
    "STATEMENT": "Statement",
}
# The types of the results of methods; a question to the account (a query) is not here, because its result is what it
# asks for.
OWN_TYPES = {"use": "Used", "call": "Call"}
REMARKS = {
    "call": "With account.call(...) as call it is committed on the way out. On an exception it stays used, and is listed "
    "by uncertain.",
}


def text(value: str) -> str:
    """Writes a text as a string literal of C."""
    return json.dumps(value, ensure_ascii=False)


def error_class(status: Status) -> str:
    rule = f", rule {status.rule}" if status.rule else ""
    more = "\n\nretry_after  seconds to wait, a float; None where waiting does not help"
    cells = [
        status.constant,
        text(f"faregate.{status.class_name}"),
        f"PyExc_{status.exception}",
        text(status.name),
        text(status.rule),
        text(f"{status.name}: {status.text}{rule}.{more if status.name == 'rate_limited' else ''}"),
    ]
    return f"ERROR_CLASS({', '.join(cells)})\n"


def error_classes() -> str:
    head = (
        "/* Generated from core/src/base/statuses.def by `make generated`, not to be edited: the class of every status but\n"
        "   FG_OK.\n\n"
        "   ERROR_CLASS(NAME, name of the class, built-in exception that it is besides, code, rule, documentation) */\n"
        "/* clang-format off */\n"
    )
    return head + "".join(error_class(status) for status in STATUSES if status.number != 0)


def exception(status: Status) -> str:
    bases = "Refusal" if status.kind == "REFUSAL" else "Error"
    if status.exception != "Exception":
        bases += f", {status.exception}"
    if status.name == "rate_limited":
        return f"\nclass {status.class_name}({bases}):\n    retry_after: float | None\n\n"
    return f"class {status.class_name}({bases}): ...\n"


def exceptions() -> str:
    return "".join(exception(status) for status in STATUSES if status.number != 0) + "\n"


def default(field: Field) -> str | None:
    """The default value of an argument; None if it has no default."""
    if field.required and field.need != "MADE_UP":
        return None
    return {"FLAG": field.otherwise.title(), "BUDGET": "..."}.get(field.type, "None")


def in_order(command: Command) -> tuple[list[Field], list[Field]]:
    """The arguments that may be given by position, and those that may not."""
    return [field for field in command.fields if field.required], [f for f in command.fields if not f.required]


def stub_argument(field: Field) -> str:
    value = default(field)
    optional = value == "None" or field.type == "BUDGET"
    return f"{field.name}: {ARGUMENTS[field.type]}{' | None' if optional else ''}{f' = {value}' if value else ''}"


def result_type(command: Command) -> str:
    kinds = [answer.kind for answer in command.answers]
    if command.name in OWN_TYPES:
        return OWN_TYPES[command.name]
    if kinds == ["INVOICE"] or kinds == ["STATEMENT"]:
        return ANSWERS[kinds[0]]
    return f"{command.class_name}Outcome" if kinds else "Outcome"


def method(command: Command) -> str:
    """The stub of a method, with the line breaks that ruff would set."""
    by_position, by_name = in_order(command)
    arguments = ["self", *map(stub_argument, by_position), "*", *map(stub_argument, by_name), "at: _Time | None = None"]
    answers = f") -> {result_type(command)}: ..."
    line = f"    def {command.name}({', '.join(arguments)}{answers}"
    if len(line) <= 120:
        return line + "\n"
    line = f"        {', '.join(arguments)}"
    if len(line) <= 120:
        return f"    def {command.name}(\n{line}\n    {answers}\n"
    lines = "".join(f"        {argument},\n" for argument in arguments)
    return f"    def {command.name}(\n{lines}    {answers}\n"


def methods() -> str:
    return "".join(method(command) for command in COMMANDS)


def attribute(answer: Answer) -> str:
    name = answer.key + "_" * iskeyword(answer.key)
    when = f"  # {answer.when} alone" if answer.when else ""
    return f"    {name}: {ANSWERS[answer.kind]}{when}\n"


def outcomes() -> str:
    """A class for each command whose method returns an outcome that has keys of its own."""
    made = ""
    for command in COMMANDS:
        if result_type(command) == f"{command.class_name}Outcome":
            attributes = "".join(map(attribute, command.answers))
            made += f"@type_check_only\nclass {command.class_name}Outcome(Outcome):\n{attributes}\n"
    return made


RANGES = {"SIGNED": "not 0", "MONEY": "above 0", "FUND": '"cash", "income", "gift" or "voucher"'}


def described(field: Field) -> str:
    """The line of a docstring on an argument; "" if the name of the argument says it all."""
    says = with_range(field, "{} to 2**63-1", RANGES)
    if field.type == "BUDGET":
        says += "; None lifts the cap, Ellipsis leaves it as it is"
    elif field.otherwise and field.type != "FLAG":
        says += f"; {field.otherwise} if None"
    return says.replace("false for", "False for") if field.type == "FLAG" else says


def paragraph(words: str) -> str:
    return textwrap.fill(words, WIDTH, break_on_hyphens=False)


def arguments_block(command: Command) -> str:
    said = [(field.name, described(field)) for field in command.fields if described(field)]
    width = max((len(name) for name, _ in said), default=0) + 2
    lines = [
        textwrap.fill(says, WIDTH, initial_indent=f"{name:{width}}", subsequent_indent=" " * width)
        for name, says in said
    ]
    return "\n".join(lines)


def told_key(answer: Answer) -> str:
    """A key of an outcome, with an explanation in brackets if there is one."""
    is_keyword, is_balance = iskeyword(answer.key), answer.kind == "BALANCE"
    says = [
        f'the key is "{answer.key}"' * is_keyword,
        answer.help,
        "None with unlimited funds" * is_balance,
        answer.when,
    ]
    said = "; ".join(part for part in says if part)
    return answer.key + "_" * is_keyword + (f" ({said})" if said else "")


def raised(command: Command) -> list[str]:
    named = [status.class_name for status in command.refusals]
    of_ids = [name for name in ("IdConflict", "IdReserved") if command.has_own_id and name not in named]
    return [name + " (with retry_after)" * (name == "RateLimited") for name in of_ids + named]


def told(command: Command) -> str:
    """The sentences of a docstring on the result and on what is raised."""
    type = result_type(command)
    sentences = []
    if type in ("Invoice", "Statement"):
        sentences = [f"Answers the {answer.key}: {answer.help}." for answer in command.answers]
    elif command.answers:
        keys = ", ".join(map(told_key, command.answers))
        sentences = [f"Answers {f'a {type}: ' if command.name in OWN_TYPES else ''}{keys}."]
    if raised(command):
        sentences.append(f"Raises {', '.join(raised(command))}.")
    return " ".join(sentences)


def docstring(command: Command) -> str:
    by_position, by_name = in_order(command)
    positions = [f"{f.name}={default(f)}" if default(f) else f.name for f in by_position]
    names = [f"{f.name}={default(f)}" for f in by_name]
    signature = ", ".join(["$self", "/", *positions, "*", *names, "at=None"])
    remarks = [*command.remarks, *([REMARKS[command.name]] if command.name in REMARKS else [])]
    parts = [paragraph(command.summary), *map(paragraph, remarks), arguments_block(command), paragraph(told(command))]
    return f"{command.name}({signature})\n--\n\n" + "\n\n".join(part for part in parts if part)


def c_lines(value: str) -> str:
    """Writes a long text in C, with a string literal for each line."""
    lines = value.split("\n")
    pieces = [line + "\n" for line in lines[:-1]] + [lines[-1]]
    return "\n".join(f"            {text(piece)}" for piece in pieces if piece)


def command_docs() -> str:
    head = (
        "/* Generated from core/src/state/commands.def by `make generated`, not to be edited: signature and documentation of\n"
        "   each command's method.\n\n"
        "   COMMAND_DOC(NAME, name, documentation) */\n"
        "/* clang-format off */\n"
    )
    rows = [f"COMMAND_DOC({c.constant}, {text(c.name)},\n{c_lines(docstring(c))})\n" for c in COMMANDS]
    return head + "".join(rows)


def outlook() -> str:
    """The words that an event's kind and a notice's code may have."""
    made = ""
    for name, told in (("_EventKind", EVENTS), ("_NoticeCode", NOTICES)):
        words = "".join(f"    {text(row.name)},\n" for row in told)
        made += f"{name}: TypeAlias = Literal[\n{words}]\n"
    return made + "\n"


def told_lines(told: list[Told]) -> str:
    """A line of a docstring for each row, the explanations below each other."""
    width = max(len(row.name) for row in told) + 2
    lines: list[str] = []
    for row in told:
        first, others = f"{row.name:{width}}", " " * (width + 2)
        lines += textwrap.wrap(row.help, WIDTH, initial_indent=first, subsequent_indent=others)
    return "".join(f'     {text(line)[:-1]}\\n"\n' for line in lines)


STUBS = "bindings/python/faregate/_core.pyi"
OUTPUTS = [
    ("bindings/python/error_classes.h", None, error_classes),
    ("bindings/python/command_docs.h", None, command_docs),
    (STUBS, "exceptions", exceptions),
    (STUBS, "outcomes", outcomes),
    (STUBS, "commands", methods),
    (STUBS, "outlook", outlook),
    ("bindings/python/account_type.c", "events", lambda: told_lines(EVENTS)),
    ("bindings/python/account_type.c", "notices", lambda: told_lines(NOTICES)),
]
