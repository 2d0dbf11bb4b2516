"""Makes messy usage logs: first a clean log, and then a log that says the same in another form.

The places of damaged rows are known, so that a test can check that a reader finds these rows and reads all others.
Forms of text are in messy_text.py, tables in messy_tables.py, ways to write a value in messy_values.py.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from messy_values import CHINA, GRAINS, Manner, manner_of

START = datetime(2024, 11, 1, tzinfo=CHINA)
NAMES = ["fair", "kiosk 7", "客户-3", "Smith, John", "O'Neill & Co", "7", "4711", "ünïcode", "a.b;c", "tab|bar"]
NUMBERS = ["7", "4711", "0", "900719925474099", "12"]
COLUMNS = ("account", "time", "product", "quantity", "id")


@dataclass(frozen=True)
class Event:
    account: str
    time: datetime
    product: str
    quantity: int
    id: str


@dataclass
class Clean:
    """A log without faults, in the order of time."""

    events: list[Event]
    grain: str
    """the unit of time of which all instants are multiples: a key of GRAINS"""
    by_number: bool
    """whether accounts and ids are whole numbers"""
    has_corrections: bool


@dataclass
class MessyLog:
    source: Any
    rows: list[Event] = field(default_factory=list)
    """the events that the log tells, in its order; an event that is repeated is in it twice"""
    options: dict[str, Any] = field(default_factory=dict)
    places: dict[tuple[str | None, int], int] = field(default_factory=dict)
    """by the name of the file (None where there is one) and the number that a reader counts for the first line of a
    row: the place of the row in `rows`"""
    damaged: set[int] = field(default_factory=set)
    """the places of rows that were damaged and cannot be read as they were meant"""
    form: str = ""
    stdin: bytes | None = None
    """the content of standard input, for the source "-", which names it"""
    several: bool = False
    """whether the log is spread over several files"""


@dataclass
class Making:
    """What the functions need that write a log in some form."""

    make: random.Random
    folder: Path
    clean: Clean
    manner: Manner
    names: dict[str, str]
    """the names of columns by their roles"""
    constant: bool
    """whether the log has no column of products, because all events have the same one"""

    def columns(self) -> list[str]:
        """The roles that have a column in the log."""
        return [role for role in COLUMNS if not (self.constant and role == "product")]


def clean_log(make: random.Random) -> Clean:
    by_number = make.random() < 0.15
    names = make.sample(NUMBERS if by_number else NAMES, make.randint(1, 5))
    count = make.choice([1, 2, make.randint(1, 80), make.randint(1, 80)])
    grain = make.choice(["us", "us", "ms", "s", "day"])
    step = GRAINS[grain]
    offsets = sorted(make.randrange(75 * 86_400_000_000 // step) * step for _ in range(count))
    products = make.choice([["image"], ["image", "image", "image-pro"]])
    has_corrections = make.random() < 0.15
    events: list[Event] = []
    used: dict[tuple[str, str, int], int] = {}
    for number, offset in enumerate(offsets):
        account, product = make.choice(names), make.choice(products)
        time = START + timedelta(microseconds=offset)
        quantity = make.choice([0, 1, 24, make.randrange(4000), make.randrange(90_000)])
        month = (account, product, time.month)
        if has_corrections and used.get(month, 0) > 0 and make.random() < 0.2:
            quantity = -make.randint(1, used[month])
        used[month] = used.get(month, 0) + quantity
        events.append(Event(account, time, product, quantity, str(number) if by_number else f"e{number}"))
    return Clean(events, grain, by_number, has_corrections)


def disorder(make: random.Random, events: list[Event]) -> tuple[list[Event], bool]:
    """The events in another order, perhaps with repeats, and whether a reader has to sort them."""
    how = make.choice(["sorted", "sorted", "newest first", "shards", "one late", "shuffled", "repeats", "all twice"])
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
    elif how == "all twice":
        rows += rows
    return rows, how != "sorted"


def stable(rows: list[Event], events: list[Event]) -> list[Event]:
    """Sorts events of the same account and instant as they happened, because no reader could find out their order."""
    order = {event.id: place for place, event in enumerate(events)}
    same: dict[tuple[str, datetime], list[int]] = {}
    for place, row in enumerate(rows):
        same.setdefault((row.account, row.time), []).append(place)
    made = list(rows)
    for places in same.values():
        for place, row in zip(places, sorted((rows[place] for place in places), key=lambda row: order[row.id])):
            made[place] = row
    return made


def messy_log(seed: int, folder: Path) -> tuple[Clean, MessyLog]:
    """A clean log in order, and a messy log of the same events."""
    from messy_tables import table
    from messy_text import json_file, several_files, text_file

    make = random.Random(seed)
    clean = clean_log(make)
    rows, needs_sorting = disorder(make, clean.events)
    rows = stable(rows, clean.events)
    manner = manner_of(make, clean.grain)
    names = {role: role for role in COLUMNS}
    if make.random() < 0.2:
        names |= {"account": "customer no.", "quantity": "Menge", "time": "时间"}
    constant = len({event.product for event in clean.events}) == 1 and make.random() < 0.3
    making = Making(make, folder, clean, manner, names, constant)
    log = make.choice([text_file, text_file, text_file, json_file, table, table, several_files])(making, rows)
    log.rows = rows
    log.options |= manner.options
    log.options |= {"id": names["id"], "sort": needs_sorting or make.random() < 0.1}
    log.options["columns"] = {
        role: name for role, name in names.items() if role != name and role != "id" and role in making.columns()
    }
    if constant:
        log.options["constants"] = {"product": clean.events[0].product}
    if clean.has_corrections:
        log.options["corrections"] = True
    log.options["threads"] = make.choice([1, 1, 2])
    return clean, log
