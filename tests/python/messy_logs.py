"""Makes usage logs as messy as they come: a clean log first, and then one that says the same in some other way.

What is damaged on purpose is known by its row, so that whoever reads the log can be asked what became of the others.
"""

import csv
import gzip
import io
import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

CHINA = timezone(timedelta(hours=8))
START = datetime(2024, 11, 1, tzinfo=CHINA)
NAMES = ["fair", "kiosk 7", "客户-3", "Smith, John", "O'Neill & Co", "7", "4711", "ünïcode", "a.b;c"]
COLUMNS = ("account", "time", "product", "quantity", "id")


@dataclass(frozen=True)
class Event:
    account: str
    time: datetime
    product: str
    quantity: int
    id: str


@dataclass
class MessyLog:
    source: Any
    options: dict[str, Any]
    rows: list[Event]
    """what the log says, in its order; repeats are in it"""
    places: dict[int, int]
    """from the number that a reader has for the first line of a row to its place in `rows`"""
    damaged: set[int] = field(default_factory=set)
    """places of rows that cannot be read as they were meant"""
    form: str = ""


def clean_events(make: random.Random) -> list[Event]:
    names = make.sample(NAMES, make.randint(1, 6))
    count = make.randint(1, 80)
    times = sorted(START + timedelta(microseconds=make.randrange(75 * 86_400_000_000)) for _ in range(count))
    return [
        Event(
            make.choice(names),
            time,
            make.choice(["image", "image", "image-pro"]),
            make.choice([0, 1, 24, make.randrange(4000), make.randrange(90_000)]),
            f"e{number}",
        )
        for number, time in enumerate(times)
    ]


def disorder(make: random.Random, events: list[Event]) -> tuple[list[Event], bool]:
    """Another order of the rows, and whether it is one."""
    how = make.choice(["sorted", "sorted", "newest first", "shards", "one late", "shuffled", "repeats"])
    rows = list(events)
    if how == "newest first":
        rows.reverse()
    elif how == "shards":
        shards = [rows[start::3] for start in range(3)]
        make.shuffle(shards)
        rows = [row for shard in shards for row in shard]
    elif how == "one late":
        rows.append(rows.pop(0))
    elif how == "shuffled":
        make.shuffle(rows)
    elif how == "repeats":
        for row in make.sample(rows, min(len(rows), make.randint(1, 5))):
            rows.insert(make.randint(0, len(rows)), row)
    return rows, how != "sorted"


# -------------------------------------------------------------------------------------------------------------- values


def time_writer(make: random.Random) -> tuple[Any, dict[str, Any]]:
    """How the times of a log are written, and what a reader has to be told of it."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    micro = timedelta(microseconds=1)
    style = make.randrange(9)
    if style == 0:
        return lambda time: time.isoformat(), {}
    if style == 1:
        return lambda time: time.astimezone(UTC).strftime("%Y-%m-%dt%H:%M:%S.%fz"), {}
    if style == 2:
        return lambda time: time.strftime("%Y-%m-%d %H:%M:%S.%f+0800"), {}
    if style == 3:
        return lambda time: time.strftime("%Y-%m-%dT%H:%M:%S.%f") + "789", {}
    if style == 4:
        return lambda time: f"{time.year}/{time.month}/{time.day} {time.hour}:{time:%M:%S.%f}", {}
    if style == 5:
        tokyo = timezone(timedelta(hours=9))
        return lambda time: time.astimezone(tokyo).strftime("%Y-%m-%d %H:%M:%S.%f"), {"tz": "Asia/Tokyo"}
    if style == 6:
        return lambda time: str((time - epoch) // micro), {"time_unit": "us"}
    if style == 7:
        return lambda time: str((time - epoch) // micro * 1000), {"time_unit": "ns"}
    return lambda time: f"{Decimal((time - epoch) // micro).scaleb(-6):f}", {"time_unit": "s"}


def quantity_writer(make: random.Random) -> tuple[Any, dict[str, Any]]:
    style = make.randrange(5)
    if style == 1:
        return lambda units: f"{units}.0", {}
    if style == 2:
        return lambda units: f"{units:,}", {"thousands": ","}
    if style == 3:
        return lambda units: f"  {units} ", {}
    return str, {}


# ---------------------------------------------------------------------------------------------------------------- text


def damaged_line(make: random.Random, line: bytes, delimiter: bytes) -> bytes:
    how = make.randrange(8)
    if how == 0:
        place = make.randrange(len(line) + 1)
        return line[:place] + b'"' + line[place:]
    if how == 1:
        return line + delimiter + b"more"
    if how == 2:
        return line[: line.rindex(delimiter)]
    if how == 3:
        return b"\xef\xbb\xbf" + line
    if how == 4:
        place = make.randrange(len(line) + 1)
        return line[:place] + b"\xff" + line[place:]
    if how == 5:
        place = make.randrange(1, len(line))
        return line[:place] + b"\r" + line[place:]
    if how == 6:
        return b'"' + line
    return delimiter * 4


def text_file(make: random.Random, rows: list[Event], folder: Path) -> MessyLog:
    write_time, of_times = time_writer(make)
    write_quantity, of_quantities = quantity_writer(make)
    delimiter = make.choice([",", ",", "\t", ";", "|"])
    names = list(COLUMNS)
    make.shuffle(names)
    if make.random() < 0.3:
        names.insert(make.randint(0, len(names)), "note")
    quoting = make.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    end = make.choice([b"\n", b"\r\n"])
    padded = make.random() < 0.2
    heads = [f" {name}" if make.random() < 0.1 else name for name in names]
    lines = [line_of(heads, delimiter, quoting)]
    damaged, places = set(), {}
    rate = make.choice([0, 0, 0.05, 0.3])
    number = 1 if make.random() < 0.7 else 0
    lines[0] = b"\xef\xbb\xbf" + lines[0] if number == 0 else lines[0]
    number = 1
    for place, row in enumerate(rows):
        if make.random() < 0.03:
            lines.append(make.choice([b"", b"  "]) if delimiter != "\t" else b"")
            number += 1
        account = f" {row.account} " if padded and make.random() < 0.5 else row.account
        note = make.choice(["", "two\nlines", 'a "word"', "plain"])
        values = {"account": account, "time": write_time(row.time), "product": row.product, "id": row.id}
        values |= {"quantity": write_quantity(row.quantity), "note": note}
        line = line_of([values[name] for name in names], delimiter, quoting)
        number += 1
        if make.random() < rate:
            line = damaged_line(make, line, delimiter.encode())
            damaged.add(place)
        places[number] = place
        number += line.count(b"\n")
        lines.append(line)
    data = end.join(lines) + (end if make.random() < 0.8 else b"")
    packed = make.random() < 0.2
    ending = ".tsv" if delimiter == "\t" else ".csv"
    path = folder / f"usage{ending}{'.gz' if packed else ''}"
    path.write_bytes(gzip.compress(data) if packed else data)
    how = make.randrange(4)
    source: Any = path if how else (gzip.open(path) if packed else open(path, "rb"))
    return MessyLog(source, of_times | of_quantities, rows, places, damaged, f"text {delimiter!r} {quoting}")


def line_of(values: list[str], delimiter: str, quoting: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\r\n").writerow(values)
    return text.getvalue().removesuffix("\r\n").encode()


def json_file(make: random.Random, rows: list[Event], folder: Path) -> MessyLog:
    write_time, options = time_writer(make)
    lines, damaged, places = [], set(), {}
    rate = make.choice([0, 0, 0.1])
    whole = make.choice([int, float, str])
    for place, row in enumerate(rows):
        if make.random() < 0.03:
            lines.append(b"")
        time = write_time(row.time)
        made = {"time": int(time) if time.isdigit() else time, "quantity": whole(row.quantity)}
        made |= {"account": row.account, "product": row.product, "id": row.id, "note": [1]}
        line = json.dumps(made, ensure_ascii=make.random() < 0.5).encode()
        if make.random() < rate:
            line = make.choice([line[:-1], b"null", b"[]", b"{}", line.replace(b"{", b"{\xff", 1)])
            damaged.add(place)
        lines.append(line)
        places[len(lines)] = place
    path = folder / "usage.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")
    return MessyLog(path, options, rows, places, damaged, "json")


# -------------------------------------------------------------------------------------------------------------- tables


def columns_of(make: random.Random, rows: list[Event]) -> tuple[dict[str, list[Any]], set[int]]:
    """Columns of values of Python, some of them missing."""
    columns: dict[str, list[Any]] = {name: [getattr(row, name) for row in rows] for name in COLUMNS}
    damaged = set()
    for place in range(len(rows)):
        if make.random() < 0.03:
            columns[make.choice(COLUMNS[:4])][place] = None
            damaged.add(place)
    return columns, damaged


def table(make: random.Random, rows: list[Event], folder: Path) -> MessyLog:
    import pandas
    import polars
    import pyarrow as pa
    import pyarrow.feather
    import pyarrow.parquet

    columns, damaged = columns_of(make, rows)
    places = {place: place for place in range(len(rows))}
    form = make.choice(["arrow", "parquet", "feather", "polars", "lazy", "pandas", "dicts", "batches"])
    log = MessyLog(None, {}, rows, places, damaged, form)
    if form == "dicts":
        log.source = [dict(zip(columns, row)) for row in zip(*columns.values())]
        return log
    made = pa.table(
        {
            "account": pa.array(columns["account"], pa.string()),
            "time": pa.array(columns["time"], pa.timestamp(make.choice(["us", "ns"]), make.choice(["UTC", "+08:00"]))),
            "product": pa.array(columns["product"], make.choice([pa.string(), pa.large_string(), pa.string_view()])),
            "quantity": pa.array(columns["quantity"], pa.int64()).cast(
                make.choice([pa.int64(), pa.int32(), pa.float64(), pa.decimal128(21, 2)])
            ),
            "id": pa.array(columns["id"], pa.string()),
        }
    )
    if form == "parquet":
        pyarrow.parquet.write_table(made, folder / "usage.parquet", row_group_size=make.randint(1, 100))
        log.source = folder / "usage.parquet"
    elif form == "feather":
        pyarrow.feather.write_feather(made, folder / "usage.feather", chunksize=make.randint(1, 100))
        log.source = folder / "usage.feather"
    elif form in ("polars", "lazy"):
        frame = polars.from_arrow(made)
        assert isinstance(frame, polars.DataFrame)
        log.source = frame if form == "polars" else frame.lazy()
    elif form == "pandas":
        log.source = pandas.DataFrame(made.to_pandas())
    else:
        log.source = made if form == "arrow" else iter(made.to_batches(max_chunksize=make.randint(1, 50)))
    return log


def messy_log(seed: int, folder: Path) -> tuple[list[Event], MessyLog]:
    """A clean log in order, and what somebody made of it."""
    make = random.Random(seed)
    events = clean_events(make)
    rows, needs_sorting = disorder(make, events)
    kind = make.choice([text_file, text_file, text_file, json_file, table])
    log = kind(make, rows, folder)
    log.options |= {"id": "id", "sort": needs_sorting or make.random() < 0.1}
    return events, log
