"""Messy logs give the bills of the clean logs that they were made from, or say which rows were not read."""

import io
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import faregate
import pytest
from faregate import Table
from faregate._core import _text_column
from messy_logs import COLUMNS, Event, MessyLog, messy_log

LOGS = int(os.environ.get("FAREGATE_LOGS", 400))
FIRST = int(os.environ.get("FAREGATE_SEED", 0))
PER_TEST = 50


def plain(events: list[Event]) -> Table:
    """A log that nothing can be wrong with: texts in the strictest form, in order."""
    rows = [(e.account, e.time.isoformat(), e.product, str(e.quantity), e.id) for e in events]
    return Table({name: _text_column([row[place] for row in rows]) for place, name in enumerate(COLUMNS)})


def lines_of(bills: faregate.Bills) -> list[object]:
    keys = ("account", "month", "product", "units", "free", "amount")
    return sorted(tuple(line[key] for key in keys) for line in bills.lines if line["units"] or line["free"])


def places_of(log: MessyLog, told: Table) -> set[int]:
    keys = ((row["file"] if log.several else None, row["row"]) for row in told)
    return {log.places[key] for key in keys if key in log.places}


def check(seed: int, book: faregate.Book, folder: Path) -> tuple[int, int]:
    """Answers how many undamaged rows there were, and how many of them were read."""
    clean, log = messy_log(seed, folder)
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(log.stdin or b""))
    try:
        bills = faregate.bill(log.source, book, **log.options)
    finally:
        sys.stdin = before
    not_read, not_known = (places_of(log, table) for table in (bills.bad_rows, bills.refusals))
    told = not_read | not_known & log.damaged  # such as a product in which a 0 stands
    read = [row for place, row in enumerate(log.rows) if place not in told]
    once = {row.id: row for row in read}
    how = {"corrections": clean.has_corrections, "sort": log.options["sort"]}  # sorted, usage comes before corrections
    expected = faregate.bill(plain([event for event in clean.events if event.id in once]), book, id="id", **how)
    assert lines_of(bills) == lines_of(expected), log.form
    assert bills.total == expected.total
    more_lines = len(bills.bad_rows) - len(not_read)  # of damaged rows
    assert bills.rows.read == len(log.rows) + more_lines
    assert {log.rows[place].id for place in not_known - log.damaged} == {row["id"] for row in expected.refusals}
    assert len(expected.refusals) == 0 or clean.has_corrections  # of more than there was, once a row of it was damaged
    assert bills.events == expected.events
    assert sum(bills.rows.apart.values()) + bills.events == bills.rows.read
    return len(log.rows) - len(log.damaged), len(log.rows) - len(told | log.damaged)


@pytest.fixture(scope="module")
def shares() -> Iterator[list[tuple[int, int]]]:
    """Of each log how many undamaged rows there were, and how many of them were read."""
    all_of_them: list[tuple[int, int]] = []
    yield all_of_them
    undamaged, read = map(sum, zip(*all_of_them))
    print(
        f"\n{len(all_of_them):,} logs from seed {FIRST}: of {undamaged:,} undamaged rows {read:,} were read, "
        f"{read / undamaged:.2%}"
    )


@pytest.mark.parametrize("first", range(FIRST, FIRST + LOGS, PER_TEST))
def test_messy_logs_give_the_bills_of_clean_ones(
    first: int, book: faregate.Book, tmp_path: Path, shares: list[tuple[int, int]]
) -> None:
    for name in ("pandas", "polars", "pyarrow", "duckdb"):
        pytest.importorskip(name)
    counts = []
    for seed in range(first, min(first + PER_TEST, FIRST + LOGS)):
        folder = tmp_path / str(seed)
        folder.mkdir()
        try:
            counts.append(check(seed, book, folder))
        except BaseException as error:
            error.add_note(f"the messy log of seed {seed}: FAREGATE_SEED={seed} FAREGATE_LOGS=1")
            raise
        shutil.rmtree(folder)
    undamaged, read = map(sum, zip(*counts))
    assert read >= 0.99 * undamaged
    shares.extend(counts)
