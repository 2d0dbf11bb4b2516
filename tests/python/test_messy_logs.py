"""Messy logs give the bills of the clean logs that they were made from, or say which rows were not read."""

import os
from pathlib import Path

import faregate
import pytest
from faregate import Table
from faregate._core import _text_column
from messy_logs import COLUMNS, Event, messy_log

LOGS = int(os.environ.get("FAREGATE_LOGS", 400))
PER_TEST = 50


def plain(events: list[Event]) -> Table:
    """A log that nothing can be wrong with: texts in the strictest form, in order."""
    rows = [(e.account, e.time.isoformat(), e.product, str(e.quantity), e.id) for e in events]
    return Table({name: _text_column([row[place] for row in rows]) for place, name in enumerate(COLUMNS)})


def lines_of(bills: faregate.Bills) -> list[object]:
    keys = ("account", "month", "product", "units", "free", "amount")
    return sorted(tuple(line[key] for key in keys) for line in bills.lines if line["units"] or line["free"])


def check(seed: int, book: faregate.Book, folder: Path) -> tuple[int, int]:
    """Answers how many undamaged rows there were, and how many of them were read."""
    clean, log = messy_log(seed, folder)
    bills = faregate.bill(log.source, book, **log.options)
    told = {log.places[row["row"]] for row in bills.bad_rows if row["row"] in log.places}
    read = [row for place, row in enumerate(log.rows) if place not in told]
    once = {row.id: row for row in read}
    expected = faregate.bill(plain([event for event in clean if event.id in once]), book)
    assert lines_of(bills) == lines_of(expected), log.form
    assert bills.total == expected.total
    assert bills.rows.read == len(log.rows) + len(bills.bad_rows) - len(told)  # a damaged row may have several lines
    assert bills.events == len(once)
    assert len(bills.repeats) == len(read) - len(once)
    assert len(bills.refusals) == 0
    return len(log.rows) - len(log.damaged), len(log.rows) - len(told | log.damaged)


@pytest.mark.parametrize("first", range(0, LOGS, PER_TEST))
def test_messy_logs_give_the_bills_of_clean_ones(first: int, book: faregate.Book, tmp_path: Path) -> None:
    for name in ("pandas", "polars", "pyarrow"):
        pytest.importorskip(name)
    undamaged = read = 0
    for seed in range(first, min(first + PER_TEST, LOGS)):
        counts = check(seed, book, tmp_path)
        undamaged, read = undamaged + counts[0], read + counts[1]
    print(f"{read:,} of {undamaged:,} undamaged rows were read")
    assert read >= 0.99 * undamaged
