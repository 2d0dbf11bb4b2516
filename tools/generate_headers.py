"""The enumerations of the public headers."""

from generate_tables import STATUSES


def enumeration(entries: list[tuple[str, int, str]], count: str) -> str:
    """The lines of an enum: what each constant says stands behind it."""
    lines = [(f"  {name} = {number},", f" ///< {says}") for name, number, says in entries]
    width = max(len(line) for line, _ in lines)
    last = max(number for _, number, _ in entries)
    return "".join(f"{line:{width}}{comment}\n" for line, comment in lines) + f"  {count} = {last + 1}\n"


def statuses() -> str:
    entries = [(f"FG_{status.constant}", status.number, status.sentence) for status in STATUSES]
    return enumeration(entries, "FG_STATUS_COUNT")


OUTPUTS = [("core/include/faregate_base.h", "statuses", statuses)]
