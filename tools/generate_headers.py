"""The enumerations of the public headers."""

from generate_tables import COMMANDS, STATUSES, Command


def enumeration(entries: list[tuple[str, int, str]], count: str) -> str:
    """The lines of an enum: what each constant says stands behind it."""
    lines = [(f"  {name} = {number},", f" ///< {says}") for name, number, says in entries]
    width = max(len(line) for line, _ in lines)
    last = max(number for _, number, _ in entries)
    return "".join(f"{line:{width}}{comment}\n" for line, comment in lines) + f"  {count} = {last + 1}\n"


def statuses() -> str:
    entries = [(f"FG_{status.constant}", status.number, status.sentence) for status in STATUSES]
    return enumeration(entries, "FG_STATUS_COUNT")


def members(command: Command) -> str:
    """Those of fg_command that a command reads."""
    return ", ".join(field.name + ("" if field.required else "?") for field in command.fields) or "no field"


def commands() -> str:
    entries = [(f"FG_DO_{command.constant}", command.number, members(command)) for command in COMMANDS]
    return enumeration(entries, "FG_COMMAND_COUNT")


OUTPUTS = [
    ("core/include/faregate_base.h", "statuses", statuses),
    ("core/include/faregate.h", "commands", commands),
]
