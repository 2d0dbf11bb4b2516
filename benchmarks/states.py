"""What it costs to bill a month of many accounts, and each month more, to put their states away, and to go on from them,
of CPU."""

import sys
import time

import faregate
import numpy as np
import pyarrow as pa

ACCOUNTS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
EVENTS = 10  # of each account in a month
MONTHS = 12
TURNS = 3
DAY = 86_400_000_000
BEGIN = 1_704_038_400_000_000  # 2024-01-01T00:00+08:00


def log_of(first_day, days, events=EVENTS):
    """Events of all accounts, in order of time."""
    generator = np.random.default_rng(first_day)
    count = ACCOUNTS * events
    names = pa.array([f"customer-{number:06}" for number in range(ACCOUNTS)])
    accounts = pa.DictionaryArray.from_arrays(pa.array(generator.integers(0, ACCOUNTS, count, dtype=np.int32)), names)
    times = np.sort(generator.integers(BEGIN + first_day * DAY, BEGIN + (first_day + days) * DAY, count))
    products = pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, dtype=np.int8)), pa.array(["image"]))
    quantities = generator.integers(1, 200, count)
    columns = {"account": accounts, "time": pa.array(times).cast(pa.timestamp("us", "UTC")), "product": products}
    return pa.table({**columns, "quantity": quantities})


def microseconds(run):
    """An account's, the best of the turns, and what the last turn answered."""
    best = float("inf")
    for _ in range(TURNS):
        begun = time.process_time()
        answer = run()
        best = min(best, time.process_time() - begun)
    return best / ACCOUNTS * 1e6, answer


def main():
    book = faregate.Book("tencent-facefusion")
    january, february, year = log_of(0, 31), log_of(32, 28), log_of(0, 366, EVENTS * MONTHS)
    month, bills = microseconds(lambda: faregate.bill(january, book, until="2024-02-02"))
    longer, _ = microseconds(lambda: faregate.bill(year, book, until="2025-01-02"))
    out, states = microseconds(lambda: bills.states)
    on, _ = microseconds(lambda: faregate.bill(february, book, states=states, until="2024-03-02"))
    size = sum(map(len, states.values())) / len(states)
    print(f"{ACCOUNTS:,} accounts, {EVENTS} events each, microseconds of CPU for each account")
    print(f"  a month                     {month:6.1f}")
    print(f"  each month more, of {MONTHS}       {(longer - month) / (MONTHS - 1):6.1f}")
    print(f"  its states taken out        {out:6.1f}  {size:,.0f} bytes each")
    print(f"  the next month from states  {on:6.1f}")


if __name__ == "__main__":
    main()
