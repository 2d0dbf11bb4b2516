"""Prices of whole columns and bills of a usage log, beside what people write now, in one run and on one thread.

NumPy, Polars and DuckDB are given what suits them best: the same amounts as int64 minor units, exact. What is compared
is the best of several turns, taken in rotation so that all see the same machine.
"""

import os

for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(variable, None)
os.environ["POLARS_MAX_THREADS"] = "1"

import sys
import tempfile
import time

import duckdb
import faregate
import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv, parquet

ROWS = 10_000_000
TURNS = 5
EVENT_COUNTS = (100_000, 1_000_000, 10_000_000)
ACCOUNTS = 10_000


def best_of(contestants, clock=time.perf_counter):
    """Seconds of each, by name: the best of the turns."""
    best = dict.fromkeys(contestants, float("inf"))
    for _ in range(TURNS):
        for name, run in contestants.items():
            begin = clock()
            run()
            best[name] = min(best[name], clock() - begin)
    return best


def graduated_book():
    """The edges and prices of image, but each slice at the price of its own tier."""
    document = faregate.Book("tencent-facefusion").to_dict()
    image = next(product for product in document["products"] if product["id"] == "image")
    image["price"]["model"] = "graduated"
    return faregate.Book(document)


def tiers_of(book):
    """Lower edges and prices in minor units of image."""
    image = next(product for product in book.to_dict()["products"] if product["id"] == "image")
    tiers = image["price"]["tiers"]
    return [tier["from"] for tier in tiers], [round(float(tier["price"]) * 100) for tier in tiers]


def starts_of(edges, prices):
    """The amount at each edge of graduated tiers."""
    starts = [0]
    for low, high, price in zip(edges, edges[1:], prices):
        starts.append(starts[-1] + (high - low) * price)
    return starts


def numpy_price(edges, prices, graduated):
    edges, prices, starts = np.array(edges), np.array(prices), np.array(starts_of(edges, prices))

    def volume(quantities):
        return quantities * prices[np.searchsorted(edges, quantities, side="right") - 1]

    def slices(quantities):
        tier = np.searchsorted(edges, quantities, side="right") - 1
        return starts[tier] + (quantities - edges[tier]) * prices[tier]

    return slices if graduated else volume


def polars_price(edges, prices, graduated):
    quantity = pl.col("q")
    offsets = [start - edge * price for edge, price, start in zip(edges, prices, starts_of(edges, prices))]
    expression = None
    for edge, price, offset in zip(edges[::-1], prices[::-1], offsets[::-1]):
        amount = quantity * price + offset if graduated else quantity * price
        if edge == 0:
            return expression.otherwise(amount)
        expression = (pl if expression is None else expression).when(quantity >= edge).then(amount)


def duckdb_price(edges, prices, graduated):
    offsets = [start - edge * price for edge, price, start in zip(edges, prices, starts_of(edges, prices))]
    cases = " ".join(
        f"when q >= {edge} then q * {price}::bigint + {offset if graduated else 0}::bigint"
        for edge, price, offset in zip(edges[::-1], prices[::-1], offsets[::-1])
    )
    return f"select case {cases} end as amount from quantities"


def race(title, book, quantities):
    graduated = title == "graduated"
    edges, prices = tiers_of(book)
    frame = pl.DataFrame({"q": quantities})
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    connection.execute("create table quantities as select q from frame")
    by_numpy = numpy_price(edges, prices, graduated)
    expression = polars_price(edges, prices, graduated)
    query = duckdb_price(edges, prices, graduated)
    target = np.empty_like(quantities)
    contestants = {
        "faregate, int64": lambda: book.price_many("image", "calls", quantities, out="minor"),
        "faregate, decimal128": lambda: book.price_many("image", "calls", quantities),
        "NumPy searchsorted": lambda: by_numpy(quantities),
        "Polars when/then": lambda: frame.select(expression),
        "DuckDB case": lambda: connection.sql(query).to_arrow_table(),
        "a copy, into memory at hand": lambda: np.copyto(target, quantities),
        "a copy, into new memory": lambda: quantities.copy(),
    }
    amounts = np.asarray(contestants["faregate, int64"]())
    assert (amounts == contestants["NumPy searchsorted"]()).all()
    assert (amounts == contestants["Polars when/then"]().to_series().to_numpy()).all()
    duckdb_amounts = contestants["DuckDB case"]()["amount"].to_numpy()
    assert np.array_equal(np.sort(duckdb_amounts), np.sort(amounts))
    report(title, quantities, best_of(contestants))


def report(title, quantities, seconds):
    own = seconds["faregate, int64"]
    print(f"price_many, {title}, {len(quantities):,} quantities")
    for name, taken in seconds.items():
        width = 24 if "decimal128" in name else 16
        rate = f"{len(quantities) * width / taken / 1e9:6.2f} GB/s"
        each = f"{taken / len(quantities) * 1e9:6.2f} ns each"
        print(f"  {name:30} {taken * 1e3:8.1f} ms  {each}  {rate}  {taken / own:6.2f}")


MODELS, REGIONS = ("big", "mini", "vision", "code"), ("eu", "us", "asia")
CENTS, FACTORS = (500, 50, 800, 200), (10, 12, 15)  # of models and regions
EDGES = (0, 1_000, 10_000, 100_000, 1_000_000)
UNIT = 10**6  # the integers of Polars count so many to one unit of currency


def attribute_book():
    """Graduated prices by model, times a factor by region."""

    def price(cents):
        tiers = [{"from": edge, "price": f"{cents * (10 - i) / 100_000:.5f}"} for i, edge in enumerate(EDGES)]
        return {"model": "graduated", "tiers": tiers}

    by_region = [{"when": {"region": name}, "factor": str(tenths / 10)} for name, tenths in zip(REGIONS, FACTORS)]
    by_model = [{"id": name, "when": {"model": name}, "price": price(cents)} for name, cents in zip(MODELS, CENTS)]
    head = {"format": "faregate-book/2", "id": "tokens", "title": "Tokens", "currency": "EUR", "minor_digits": 2}
    attributes = [{"id": "model", "values": list(MODELS)}, {"id": "region", "values": list(REGIONS)}]
    products = [{"id": "tokens", "meter": "tokens", "rules": by_region + by_model}]
    return faregate.Book(
        {**head, "time_zone": "+00:00", "rounding": "none", "attributes": attributes, "products": products}
    )


def attribute_prices(exact):
    """A row for each model and region, with the price and the offset of each tier: what an analyst joins."""
    rows = []
    for model, cents in zip(MODELS, CENTS):
        for region, tenths in zip(REGIONS, FACTORS):
            prices = [cents * (10 - i) * tenths * UNIT // 1_000_000 for i in range(len(EDGES))]
            offsets = [start - edge * price for edge, price, start in zip(EDGES, prices, starts_of(EDGES, prices))]
            rows.append((model, region, *prices, *offsets))
    names = [f"{kind}{i}" for kind in ("price", "offset") for i in range(len(EDGES))]
    table = pl.DataFrame(rows, schema=["model", "region", *names], orient="row")
    in_units = [(pl.col(name).cast(pl.Decimal(38, 6)) / UNIT).cast(pl.Decimal(38, 6)) for name in names]
    return table.with_columns(in_units) if exact else table


def polars_attributes(frame, exact):
    """Joined with the prices; the tier says which price and offset."""

    def tier_of(kind):
        expression = pl.when(pl.col("q") >= EDGES[-1]).then(pl.col(f"{kind}{len(EDGES) - 1}"))
        for i in range(len(EDGES) - 2, 0, -1):
            expression = expression.when(pl.col("q") >= EDGES[i]).then(pl.col(f"{kind}{i}"))
        return expression.otherwise(pl.col(f"{kind}0"))

    prices = attribute_prices(exact).with_columns(pl.col(name).cast(frame[name].dtype) for name in ("model", "region"))
    quantity = pl.col("q").cast(pl.Decimal(38, 0)) if exact else pl.col("q")
    amount = (quantity * tier_of("price") + tier_of("offset")).alias("amount")
    joined = frame.lazy().join(prices.lazy(), on=["model", "region"], how="left", maintain_order="left")
    return lambda: joined.select(amount).collect()


def race_attributes(quantities, encoded):
    book = attribute_book()
    generator = np.random.default_rng(2)
    names = {"model": MODELS, "region": REGIONS}
    columns = {
        name: pl.Series(name, np.array(values)[generator.integers(0, len(values), len(quantities))])
        for name, values in names.items()
    }
    frame = pl.DataFrame({"q": quantities, **columns})
    if encoded:
        frame = frame.with_columns(pl.col(name).cast(pl.Enum(values)) for name, values in names.items())
    attributes = {name: frame[name] for name in names}
    contestants = {
        "faregate, decimal128": lambda: book.price_many("tokens", "tokens", frame["q"], attributes=attributes),
        "Polars, join, decimals": polars_attributes(frame, exact=True),
        "Polars, join, scaled integers": polars_attributes(frame, exact=False),
    }
    own = contestants["faregate, decimal128"]().to_polars()
    assert (own == contestants["Polars, join, decimals"]()["amount"]).all()
    seconds = best_of(contestants, time.process_time)
    print(f"price_many, two attributes as {'Enum' if encoded else 'String'}, {len(quantities):,} quantities")
    for name, taken in seconds.items():
        print(f"  {name:30} {taken * 1e3:8.1f} ms  {taken / seconds['faregate, decimal128']:6.2f}")


def usage_log(count, encoded):
    """Events of all accounts over a year, in order of time, as an Arrow table."""
    generator = np.random.default_rng(count)
    names = pa.array([f"customer-{number:06}" for number in range(ACCOUNTS)])
    accounts = pa.DictionaryArray.from_arrays(pa.array(generator.integers(0, ACCOUNTS, count, dtype=np.int32)), names)
    products = pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, dtype=np.int8)), pa.array(["image"]))
    begin = 1_704_038_400_000_000  # 2024-01-01T00:00+08:00
    times = np.sort(generator.integers(begin, begin + 366 * 86_400_000_000, count))
    return pa.table(
        {
            "account": accounts if encoded else accounts.cast(pa.string()),
            "time": pa.array(times).cast(pa.timestamp("us", "UTC")),
            "product": products if encoded else products.cast(pa.string()),
            "quantity": generator.integers(1, 200, count),
        }
    )


def bill_logs():
    book = faregate.Book("tencent-facefusion")
    for encoded in (True, False):
        print(f"bill, {ACCOUNTS:,} accounts, names {'dictionary-encoded' if encoded else 'as plain strings'}")
        before = None
        for count in EVENT_COUNTS:
            table = usage_log(count, encoded)
            seconds = best_of({"bill": lambda: faregate.bill(table, book)})["bill"]
            growth = "" if before is None else f"  10 times the events: {seconds / before:.1f} times the time"
            print(f"  {count:11,} events  {seconds:7.3f} s  {count / seconds / 1e6:6.2f} million/s{growth}")
            before = seconds


def pool_book():
    """Tokens with a price by model and a factor by region, and images; both draw on free points first."""
    document = attribute_book().to_dict()
    document["products"].append({"id": "images", "meter": "images", "price": {"model": "flat", "price": "0.04"}})
    free = {"id": "free", "quantity": 100_000, "issue": "monthly", "validity": "month"}
    covers = [{"product": "tokens", "weight": "1"}, {"product": "images", "weight": "40"}]
    document["pools"] = [{"id": "points", "unit": "point", "covers": covers, "grants": [free]}]
    return faregate.Book(document)


def bill_rules(count=2_000_000):
    """Usage with two attributes and a pool: the fewer accounts, the less their months count beside the events."""
    book = pool_book()
    generator = np.random.default_rng(3)
    begin = 1_704_067_200_000_000  # 2024-01-01T00:00Z

    def column(values):
        codes = generator.integers(0, len(values), count, dtype=np.int32)
        return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(values))

    columns = {"product": column(["tokens"] * 9 + ["images"]), "model": column(MODELS), "region": column(REGIONS)}
    times = pa.array(np.sort(generator.integers(begin, begin + 366 * 86_400_000_000, count)))
    columns |= {"time": times.cast(pa.timestamp("us", "UTC")), "quantity": generator.integers(1, 900, count)}
    print(f"bill, rules of two attributes and a pool, {count:,} events of a year")
    for accounts in (100, 1_000, 10_000):
        table = pa.table({**columns, "account": column([f"customer-{number:05}" for number in range(accounts)])})
        run = {"bill": lambda: faregate.bill(table, book, attributes=["model", "region"])}
        seconds = best_of(run, time.process_time)["bill"]
        print(f"  {accounts:6,} accounts  {seconds:6.2f} s of CPU  {count / seconds / 1e6:5.2f} million/s")


def bill_files():
    """The same log as a CSV file, with quotes around names and without, beside the Parquet file."""
    book = faregate.Book("tencent-facefusion")
    table = usage_log(ROWS, encoded=False)
    with tempfile.TemporaryDirectory() as folder:
        files = {name: f"{folder}/{name}" for name in ("usage.parquet", "quoted.csv", "bare.csv")}
        parquet.write_table(table, files["usage.parquet"])
        csv.write_csv(table, files["quoted.csv"])
        csv.write_csv(table, files["bare.csv"], csv.WriteOptions(quoting_style="none"))
        del table
        print(f"bill, {ROWS:,} events in a file, of this process")
        runs = {name: lambda file=file: faregate.bill(file, book) for name, file in files.items()}
        by_clock, by_cpu = best_of(runs), best_of(runs, time.process_time)
        for name in files:
            ratios = [of[name] / of["usage.parquet"] for of in (by_clock, by_cpu)]
            print(
                f"  {name:14} {by_clock[name]:6.2f} s, {by_cpu[name]:6.2f} s of CPU: "
                f"{ratios[0]:.2f} and {ratios[1]:.2f} times the Parquet file"
            )


def main():
    print(
        f"Python {sys.version.split()[0]}, NumPy {np.__version__}, Polars {pl.__version__}, DuckDB {duckdb.__version__}"
    )
    generator = np.random.default_rng(1)
    quantities = (10 ** generator.uniform(0, 7.5, ROWS)).astype(np.int64)
    race("volume", faregate.Book("tencent-facefusion"), quantities)
    race("graduated", graduated_book(), quantities)
    race_attributes(quantities, encoded=True)
    race_attributes(quantities, encoded=False)
    bill_logs()
    bill_rules()
    bill_files()


if __name__ == "__main__":
    main()
