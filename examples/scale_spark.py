"""Bills in Spark, by month and by parts of the accounts, and the same log in one process: equal to the cent.

    make scale

A month is one job: the month's log and the states that the month before left are parted by account, and each part is
billed where it is (`mapInArrow`). What comes back are the new invoices and the new states.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

import faregate
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

ACCOUNTS, EVENTS, PARTS = 2_000, 200_000, 4
MONTHS = (("2024-11", "2024-12-01"), ("2024-12", "2025-01-01"), ("2025-01", "2025-02-01"))
EVENT = ["account", "product", "quantity", "time"]
Batches: TypeAlias = Iterator[pa.RecordBatch]
ANSWER = "account string, month string, total decimal(38, 12), state binary"


def part_biller(book: faregate.Book, until: str) -> Callable[[Batches], Batches]:
    """Bills one part: its states come first, because they have no time, then its events in the order of time."""

    def bill_part(batches: Batches) -> Batches:
        states: dict[str, bytes] = {}
        first: list[pa.RecordBatch] = []
        for batch in batches:
            is_state = pc.is_valid(batch["state"])
            known = batch.filter(is_state)
            states.update(zip(known["account"].to_pylist(), known["state"].to_pylist()))
            first = [batch.filter(pc.invert(is_state)).select(EVENT)]
            if first[0].num_rows > 0:
                break
        if first:
            events = chain(first, (batch.select(EVENT) for batch in batches))
            reader = pa.RecordBatchReader.from_batches(first[0].schema, events)
            yield answer_of(faregate.bill(reader, book, states=states, until=until))

    return bill_part


def answer_of(bills: faregate.Bills) -> pa.RecordBatch:
    """Invoices, which have no state, and states, which have no invoice."""
    rows: list[tuple[Any, ...]] = [(row["account"], row["month"], row["total"], None) for row in bills.invoices]
    rows += [(name, None, None, state) for name, state in bills.states.items()]
    types = {"account": pa.string(), "month": pa.string(), "total": pa.decimal128(38, 12), "state": pa.binary()}
    return pa.record_batch(
        [pa.array([row[i] for row in rows], type) for i, type in enumerate(types.values())], [*types]
    )


def bill_month(spark: SparkSession, log: str, states: DataFrame | None, book: faregate.Book, until: str) -> DataFrame:
    rows = spark.read.parquet(log).select(*EVENT).withColumn("state", f.lit(None).cast("binary"))
    if states is not None:
        nulls = [f.lit(None).cast(rows.schema[name].dataType).alias(name) for name in EVENT[1:]]
        rows = rows.unionByName(states.select("account", *nulls, "state"))
    parted = rows.repartition(PARTS, "account").sortWithinPartitions("time")
    return parted.mapInArrow(part_biller(book, until), ANSWER)


def write_logs(folder: Path) -> None:
    """A file a month, in no order."""
    for number, (month, _) in enumerate(MONTHS):
        generator = np.random.default_rng(number)
        begin = np.datetime64(f"{month}-01", "us").astype(np.int64)
        times = begin + generator.integers(0, 28 * 86_400_000_000, EVENTS)
        names = np.array([f"customer-{place}" for place in range(ACCOUNTS)])
        table = pa.table(
            {
                "account": names[generator.integers(0, ACCOUNTS, EVENTS)],
                "product": ["image"] * EVENTS,
                "quantity": generator.integers(1, 300, EVENTS),
                "time": pa.array(times).cast(pa.timestamp("us", "UTC")),
            }
        )
        parquet.write_table(table, folder / f"{month}.parquet")


def main() -> None:
    book = faregate.Book("tencent-facefusion")
    builder = SparkSession.builder.master("local[2]").config("spark.sql.session.timeZone", "UTC")
    spark = builder.config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_logs(folder)
        invoices, states = [], None
        for month, until in MONTHS:
            begun = time.perf_counter()
            answers = []
            for turn in ("first", "second"):  # a month that is run twice answers the same
                out = str(folder / f"{month}-{turn}")
                bill_month(spark, str(folder / f"{month}.parquet"), states, book, until).write.parquet(out)
                answers.append(spark.read.parquet(out))
            assert sorted(answers[0].collect(), key=str) == sorted(answers[1].collect(), key=str)
            states = answers[0].where("state is not null")
            new = answers[0].where("state is null").collect()
            invoices += [(row.account, row.month, row.total) for row in new]
            print(f"{month}: {len(new):,} invoices, run twice in {time.perf_counter() - begun:.1f} s")
        begun = time.perf_counter()
        logs = [str(folder / f"{month}.parquet") for month, _ in MONTHS]
        whole = faregate.bill(logs, book, sort=True, until=MONTHS[-1][1])
        print(f"one process: {len(whole.invoices):,} invoices in {time.perf_counter() - begun:.1f} s")
        assert sorted(invoices) == sorted((row["account"], row["month"], row["total"]) for row in whole.invoices)
        print(f"equal to the cent: {whole.total} {whole.currency}")
    spark.stop()


if __name__ == "__main__":
    main()
