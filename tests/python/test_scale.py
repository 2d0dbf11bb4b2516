"""The recipe of docs/scale.md for DuckDB: months in parts by account, streamed, are the bills of one process."""

import re
from pathlib import Path

import faregate
import pytest

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")

DOCUMENT = Path(__file__).parents[2] / "docs" / "scale.md"
RECIPE = re.search(r"^```python\n(import duckdb\n.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.M | re.S)[1]
MONTHS = (("2024-11", "2024-12-01"), ("2024-12", "2025-01-01"), ("2025-01", "2025-02-01"))


@pytest.fixture(scope="module")
def book():
    return faregate.Book("tencent-facefusion")


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """A Parquet file a month, in no order: 40 accounts with usage on most days."""
    folder = tmp_path_factory.mktemp("logs")
    for number, (month, _) in enumerate(MONTHS):
        duckdb.sql(f"""
            copy (
                select 'customer-' || a as account, 'image' as product, 1 + (a * 37 + d * 101) % 900 as quantity,
                       timestamptz '{month}-01 00:00:00+08' + to_days(d) + to_seconds(a) as time
                from range(40) accounts(a), range(24) days(d)
                where (a + d + {number}) % 7 <> 0 and not (a = 5 and {number} = 1)
                order by hash(a, d)
            ) to '{folder}/{month}.parquet'
        """)
    return folder


@pytest.fixture(scope="module")
def bill_month():
    names: dict[str, object] = {}
    exec(RECIPE, names)
    return names["bill_month"]


def run(bill_month, book, logs, parts):
    """The invoices of all months, and the states at the end."""
    invoices = []
    states = [{} for _ in range(parts)]
    for month, end in MONTHS:
        for part in range(parts):
            bills = bill_month(f"{logs}/{month}.parquet", book, part, parts, states[part], end)
            states[part] = bills.states
            invoices += [(row["account"], row["month"], row["total"]) for row in bills.invoices]
    return sorted(invoices), {name: state for part in states for name, state in part.items()}


def test_parts_and_months_are_one_process(bill_month, book, logs):
    whole = faregate.bill([f"{logs}/{month}.parquet" for month, _ in MONTHS], book, sort=True, until=MONTHS[-1][1])
    expected = sorted((row["account"], row["month"], row["total"]) for row in whole.invoices)
    invoices, states = run(bill_month, book, logs, 3)
    assert invoices == expected and len(states) == len(whole.accounts) == 40
    assert run(bill_month, book, logs, 1)[0] == expected
    assert sum(total for _, _, total in invoices) == whole.total > 0


def test_a_month_that_is_run_twice_answers_the_same(bill_month, book, logs):
    (november, first), (december, second) = MONTHS[:2]
    states = bill_month(f"{logs}/{november}.parquet", book, 0, 1, {}, first).states
    once, again = (bill_month(f"{logs}/{december}.parquet", book, 0, 1, states, second) for _ in range(2))
    assert once.invoices.to_csv() == again.invoices.to_csv() and once.states == again.states
