"""The definitions of the Lua binding that language servers read."""

from generate_tables import STATUSES

# Lua has errors of its own for what is short of memory, and no visitor that could stop.
NEVER_ANSWERED = {"ok", "no_memory", "stopped"}


def codes() -> str:
    named = [status for status in STATUSES if status.name not in NEVER_ANSWERED]
    return "".join(f'---| "{status.name}" # {status.sentence}\n' for status in named)


OUTPUTS = [("bindings/lua/library/faregate.d.lua", "codes", codes)]
