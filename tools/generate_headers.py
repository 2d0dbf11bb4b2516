"""Writes the enumerations of the public headers."""

import textwrap

from generate_tables import COMMANDS, EVENTS, NOTICES, STATUSES, Command, Told


def enumeration(entries: list[tuple[str, int, str]], count: str) -> str:
    """The lines of an enumeration, with a comment behind each constant."""
    lines = [(f"  {name} = {number},", f" ///< {says}") for name, number, says in entries]
    width = max(len(line) for line, _ in lines)
    last = max(number for _, number, _ in entries)
    return "".join(f"{line:{width}}{comment}\n" for line, comment in lines) + f"  {count} = {last + 1}\n"


def statuses() -> str:
    entries = [(f"FG_{status.constant}", status.number, status.sentence) for status in STATUSES]
    return enumeration(entries, "FG_STATUS_COUNT")


def members(command: Command) -> str:
    """The names of the members of fg_command that a command reads."""
    return ", ".join(field.name + ("" if field.required else "?") for field in command.fields) or "no field"


def commands() -> str:
    entries = [(f"FG_DO_{command.constant}", command.number, members(command)) for command in COMMANDS]
    return enumeration(entries, "FG_COMMAND_COUNT")


def explained(head: str, told: list[Told]) -> str:
    """A comment with a line for each row, the explanations below each other."""
    width = max(len(row.name) for row in told) + 2
    lines = [
        textwrap.fill(
            row.help,
            118,
            initial_indent=f"     {row.name:{width}}",
            subsequent_indent=" " * (width + 7),
            break_on_hyphens=False,
        )
        for row in told
    ]
    return f"/* {head}:\n" + "\n".join(lines) + " */\n"


def notices() -> str:
    by_account = [notice for notice in NOTICES if notice.known == "ACCOUNT"]
    by_handle = [notice for notice in NOTICES if notice.known == "HANDLE"]
    return explained("The codes of notices", by_account) + explained("Those that a handle alone knows of", by_handle)


OUTPUTS = [
    ("core/include/faregate_base.h", "statuses", statuses),
    ("core/include/faregate.h", "commands", commands),
    ("core/include/faregate_outlook.h", "events", lambda: explained("The kinds of events", EVENTS)),
    ("core/include/faregate_outlook.h", "notices", notices),
]
