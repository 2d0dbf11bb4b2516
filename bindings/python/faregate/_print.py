"""What commands print."""

import json
from collections.abc import Iterable, Sequence
from typing import Any


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, default=lambda amount: format(amount, "f")))


def print_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Columns as wide as they need to be; numbers to the right."""
    cells = [tuple(str(cell) for cell in row) for row in rows]
    columns = list(zip(head, *cells, strict=True))
    widths = [max(map(len, column)) for column in columns]
    to_right = [all(map(is_number, column[1:])) for column in columns]
    for line in (tuple(head), *cells):
        padded = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, to_right, strict=True)
        )
        print("  ".join(padded).rstrip())


def is_number(text: str) -> bool:
    return text.replace(",", "").removeprefix("-").replace(".", "", 1).isdigit()
