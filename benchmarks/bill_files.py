"""Bills of a log in a file, as large as is wanted: events a second of CPU, memory, and CSV beside Parquet.

    bill_files.py [EVENTS [ACCOUNTS [MONTHS [THREADS [csv]]]]]

The log is made in parts, in order of time, into a temporary folder ($TMPDIR): 10^8 events are 0.9 GB of Parquet. What
is measured is a process of its own, so that its memory is that of `bill` alone.
"""

import multiprocessing
import os
import resource
import sys
import tempfile
import time

import faregate
import numpy as np
import pyarrow as pa
from pyarrow import csv, parquet

BEGIN = 1_704_038_400_000_000  # 2024-01-01T00:00+08:00
DAY = 86_400_000_000
PART = 1 << 20


def parts_of(events, accounts, months):
    """Tables that follow each other in time, with random accounts."""
    generator = np.random.default_rng(events)
    names = pa.array([f"customer-{number:06}" for number in range(accounts)])
    span = months * 30 * DAY
    for first in range(0, events, PART):
        count = min(PART, events - first)
        edges = [BEGIN + span * at // events for at in (first, first + count)]
        codes = pa.array(generator.integers(0, accounts, count, dtype=np.int32))
        times = np.sort(generator.integers(*edges, count))
        products = pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, dtype=np.int8)), pa.array(["image"]))
        yield pa.table(
            {
                "account": pa.DictionaryArray.from_arrays(codes, names),
                "time": pa.array(times).cast(pa.timestamp("us", "UTC")),
                "product": products,
                "quantity": generator.integers(1, 200, count),
            }
        )


def plain(table):
    """As text has it: names without a dictionary."""
    return table.set_column(0, "account", table["account"].cast(pa.string())).set_column(
        2, "product", table["product"].cast(pa.string())
    )


def write_log(path, events, accounts, months):
    writer = None
    for table in parts_of(events, accounts, months):
        if path.endswith(".csv"):
            table = plain(table)
        if writer is None:
            make = csv.CSVWriter if path.endswith(".csv") else parquet.ParquetWriter
            writer = make(path, table.schema)
        writer.write_table(table)
    writer.close()


def measure(path, threads, answers):
    begun, cpu = time.perf_counter(), time.process_time()
    bills = faregate.bill(path, "tencent-facefusion", threads=threads)
    seconds = time.perf_counter() - begun, time.process_time() - cpu
    answers.put((*seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, str(bills.total), len(bills.invoices)))


def report(path, events, threads):
    answers = multiprocessing.get_context("spawn").Queue()
    process = multiprocessing.get_context("spawn").Process(target=measure, args=(path, threads, answers))
    process.start()
    seconds, cpu, memory, total, invoices = answers.get()
    process.join()
    size = os.path.getsize(path) / 1e6
    print(
        f"  {os.path.splitext(path)[1][1:]:8} {size:8,.0f} MB  {threads} threads  {seconds:7.2f} s  {cpu:7.2f} s of CPU  "
        f"{events / cpu / 1e6:6.2f} million/s of CPU  peak {memory / 1024:,.0f} MB  {invoices:,} invoices, {total}"
    )
    return cpu


def main():
    numbers = [int(given) for given in sys.argv[1:] if given != "csv"]
    events, accounts, months, threads = numbers + [10_000_000, 100_000, 1, 1][len(numbers) :]
    print(f"bill, {events:,} events of {accounts:,} accounts in {months} months, from a file")
    with tempfile.TemporaryDirectory() as folder:
        by_kind = {}
        for kind in ("parquet", "csv")[: 1 + ("csv" in sys.argv)]:
            path = os.path.join(folder, f"log.{kind}")
            write_log(path, events, accounts, months)
            by_kind[kind] = report(path, events, threads)
        if "csv" in by_kind:
            print(f"  CSV takes {by_kind['csv'] / by_kind['parquet']:.2f} × the CPU of Parquet")


if __name__ == "__main__":
    main()
