"""Writes the definitions of the Lua binding that language servers read."""

import textwrap

from generate_tables import COMMANDS, EVENTS, NOTICES, STATUSES, Answer, Command, Field, Told, with_range

WIDTH = 120

ARGUMENTS = {
    "NAME": "string",
    "TEXT": "string",
    "QUANTITY": "faregate.Quantity",
    "SIGNED": "integer|string",
    "MONEY": "faregate.Amount",
    "DATE": "string",
    "FUND": "faregate.Fund",
    "FLAG": "boolean",
    "PAY": "table<faregate.Fund, faregate.Amount>",
    "CAMPAIGN": "faregate.Campaign",
    "BUDGET": "faregate.Amount|lightuserdata",
    "BOOK": "faregate.Book",
    "ATTRIBUTES": "faregate.Attributes",
}
ANSWERS = {
    "TEXT": "string",
    "INTEGER": "integer",
    "UNITS": "integer|faregate.Money",
    "DATE": "string",
    "TIME": "string",
    "END": "string",
    "MONEY": "faregate.Money",
    "BALANCE": "faregate.Money",
    "FUNDS": "table<faregate.Fund, faregate.Money>",
    "DRAWS": "faregate.Draw[]",
    "TAKEN": "faregate.Draw[]|integer",
    "USED": "faregate.Used",
    "GRANTS": "faregate.Grant[]",
    "INVOICE": "faregate.Invoice",
    "STATEMENT": "faregate.Statement",
}
# Lua has no value for null, so these fields are absent, which means this.
ABSENT = {"END": "permanent", "BALANCE": "unlimited funds"}
KEYWORDS = {"until"}
# A Lua method never returns these codes: lack of memory is an error of Lua itself, and no visitor of Lua can stop.
NEVER_ANSWERED = {"ok", "no_memory", "stopped"}

# Remarks on commands that are true for Lua only.
REMARKS = {
    "close": "It is not the account that is closed: see `release`.",
    "use": "The positional form is for loops: it makes no table and answers with the units that were free, from packs, "
    "postpaid and unbilled, or as the table form with nil, message, code and rule.",
    "call": "What is let in is committed or canceled by who goes out with it: `local pass <close> = account:call("
    '"image")`. Without a word it stays used on the way out, and is listed as uncertain, for the vendor may have counted it.',
}
OVERLOADS = {
    "use": "fun(self: faregate.Account, product: string, quantity: faregate.Quantity, at?: faregate.Time, id?: string, "
    "attributes?: faregate.Attributes): "
    "integer, integer, integer, integer",
    "call": "fun(self: faregate.Account, product: string, quantity?: faregate.Quantity, at?: faregate.Time, id?: string, "
    "attributes?: faregate.Attributes): "
    "faregate.Call?, string?, faregate.Code?, number?, string?",
}


def codes() -> str:
    named = [status for status in STATUSES if status.name not in NEVER_ANSWERED]
    return "".join(f'---| "{status.name}" # {status.sentence}\n' for status in named)


def words(told: list[Told]) -> str:
    return "".join(f'---| "{row.name}" # {row.help}\n' for row in told)


def comment(words: str, indent: str = "--- ") -> str:
    lines = textwrap.wrap(words, WIDTH - 4, break_on_hyphens=False, break_long_words=False)
    return "".join(f"{indent if i == 0 else '--- '}{line}\n" for i, line in enumerate(lines))


RANGES = {"SIGNED": "not 0", "MONEY": "above 0", "BUDGET": "`faregate.null` lifts it; absent: it stays as it is"}


def described(field: Field) -> str:
    says = with_range(field, "{} or more", RANGES)
    return "; ".join(part for part in (says, f"absent: {field.otherwise}" if field.otherwise else "") if part)


def input_field(field: Field) -> str:
    optional = "" if field.need == "REQUIRED" else "?"
    return f"---@field {field.name}{optional} {ARGUMENTS[field.type]} {described(field)}".rstrip() + "\n"


def input_class(command: Command) -> str:
    """The class of a command's fields; commands without fields of their own share one."""
    return f"faregate.{command.class_name}Command" if command.fields else "faregate.Command"


def inputs() -> str:
    return "".join(
        f"---@class {input_class(command)}: faregate.Command\n{''.join(map(input_field, command.fields))}\n"
        for command in COMMANDS
        if command.fields
    )


def output_field(answer: Answer) -> str:
    key = f'["{answer.key}"]' if answer.key in KEYWORDS else answer.key
    optional = "?" if answer.when or answer.kind in ABSENT else ""
    absent = f"absent: {ABSENT[answer.kind]}" if answer.kind in ABSENT else ""
    says = "; ".join(part for part in (answer.help, answer.when, absent) if part)
    return f"---@field {key}{optional} {ANSWERS[answer.kind]} {says}".rstrip() + "\n"


def output_class(command: Command) -> str:
    kinds = [answer.kind for answer in command.answers]
    if kinds == ["INVOICE"] or kinds == ["STATEMENT"]:
        return ANSWERS[kinds[0]]
    return f"faregate.{command.class_name}Outcome" if kinds else "faregate.Outcome"


def outputs() -> str:
    return "".join(
        f"---@class {output_class(command)}: faregate.Outcome\n{''.join(map(output_field, command.answers))}\n"
        for command in COMMANDS
        if output_class(command) == f"faregate.{command.class_name}Outcome" and command.name != "call"
    )


def refusals(command: Command) -> str:
    """The codes that a command may be refused with, those about its id first: "a", "b" or "c"."""
    names = [status.name for status in command.refusals]
    named = [name for name in ("id_conflict", "id_reserved") if command.has_own_id and name not in names] + names
    quoted = [f'"{name}"' for name in named]
    return " or ".join(part for part in (", ".join(quoted[:-1]), *quoted[-1:]) if part)


def first_return(command: Command) -> str:
    """The first result of a method, if the command is not refused."""
    type = output_class(command)
    if command.name == "call":
        return "faregate.Call? pass"
    return f"{type}? {command.answers[0].key if type in ANSWERS.values() else 'outcome'}"


def method(command: Command) -> str:
    optional = "" if any(field.need == "REQUIRED" for field in command.fields) else "?"
    remarks = [*command.remarks, *([REMARKS[command.name]] if command.name in REMARKS else [])]
    lines = [
        comment(" ".join([command.summary, *remarks])),
        f"---@param command{optional} {input_class(command)}\n",
        f"---@return {first_return(command)}\n",
        "---@return string? message\n",
        comment(f"@return faregate.Code? code {refusals(command)}".strip(), "---"),
    ]
    if command.name == "call":
        says = "seconds after which the rate limit lets it in; nil where waiting does not help"
        lines.append(f"---@return number? retry_after {says}\n")
    lines.append("---@return string? rule\n")
    if command.name in OVERLOADS:
        lines.append(f"---@overload {OVERLOADS[command.name]}\n")
    return "".join(lines) + f"function Account:{command.name}(command) end\n\n"


def methods() -> str:
    return "".join(map(method, COMMANDS))


DEFINITIONS = "bindings/lua/library/faregate.d.lua"
OUTPUTS = [
    (DEFINITIONS, "codes", codes),
    (DEFINITIONS, "events", lambda: words(EVENTS)),
    (DEFINITIONS, "notices", lambda: words(NOTICES)),
    (DEFINITIONS, "command fields", inputs),
    (DEFINITIONS, "outcomes", outputs),
    (DEFINITIONS, "command methods", methods),
]
