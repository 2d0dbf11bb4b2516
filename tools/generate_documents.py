"""Writes the generated tables and lists of the documents."""

import textwrap

from generate_tables import COMMANDS, STATUSES, Answer, Command, Field


def quoted(names: list[str], between: str = ", ") -> str:
    return between.join(f"`{name}`" for name in names)


def paragraph(names: list[str]) -> str:
    return textwrap.fill(quoted(names, " "), 120, break_on_hyphens=False) + "\n"


def refusals() -> str:
    """The refusals that a timeline can have; it names every instant, so that the clock is never the reason."""
    return paragraph(
        [status.name for status in STATUSES if status.kind == "REFUSAL" and status.name != "clock_suspect"]
    )


def ledger_codes() -> str:
    return paragraph([status.name for status in STATUSES if status.kind == "LEDGER"])


def field_cell(field: Field) -> str:
    says = {"SIGNED": "not 0, may be negative", "BUDGET": "an amount, or null to lift it"}.get(
        field.type, field.otherwise
    )
    is_told = says and field.need != "MADE_UP"
    return f"`{field.name}{'' if field.required else '?'}`" + (f" ({says})" if is_told else "")


def answers_cell(command: Command) -> str:
    """The keys of an outcome. Keys that are not always there are told with their condition, those with the same
    condition together."""
    by_time: dict[str, list[Answer]] = {}
    for answer in command.answers:
        by_time.setdefault(answer.when, []).append(answer)
    parts = [(f"{when}: " if when else "") + ", ".join(map(key_cell, answers)) for when, answers in by_time.items()]
    return "; ".join(parts)


def key_cell(answer: Answer) -> str:
    is_whole = answer.kind in ("INVOICE", "STATEMENT")
    return f"`{answer.key}`" + (f" ({answer.help})" if answer.help and not is_whole else "")


def command_row(command: Command) -> str:
    named = [status.name for status in command.refusals if status.name != "overflow"]
    cells = [f"`{command.name}`", ", ".join(map(field_cell, command.fields)), answers_cell(command), quoted(named)]
    return "".join(f"| {cell} " if cell else "| " for cell in cells) + "|\n"


def command_table() -> str:
    head = "| do | fields | answers | is refused as |\n|---|---|---|---|\n"
    return head + "".join(map(command_row, COMMANDS))


OUTPUTS = [
    ("docs/timeline.md", "commands", command_table),
    ("docs/timeline.md", "refusals", refusals),
    ("docs/ledger.md", "ledger codes", ledger_codes),
]
