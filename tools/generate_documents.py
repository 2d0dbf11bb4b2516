"""The tables and lists of the documents."""

import textwrap

from generate_tables import STATUSES


def paragraph(names: list[str]) -> str:
    return textwrap.fill(" ".join(f"`{name}`" for name in names), 120, break_on_hyphens=False) + "\n"


def refusals() -> str:
    """Those of a timeline: it names every instant, so that no clock is asked."""
    return paragraph(
        [status.name for status in STATUSES if status.kind == "REFUSAL" and status.name != "clock_suspect"]
    )


def ledger_codes() -> str:
    return paragraph([status.name for status in STATUSES if status.kind == "LEDGER"])


OUTPUTS = [
    ("docs/timeline.md", "refusals", refusals),
    ("docs/ledger.md", "ledger codes", ledger_codes),
]
