"""Chooses how the values of a messy log are written: in one manner for a whole log, in text and in tables."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
CHINA = timezone(timedelta(hours=8))
# The units of time that instants may be multiples of, in microseconds.
GRAINS = {"day": 86_400_000_000, "s": 1_000_000, "ms": 1_000, "us": 1}
ZONES = ("Asia/Tokyo", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC")


@dataclass
class Manner:
    """A manner of writing values; `options` are the arguments with which a reader has to be called."""

    write_time: Callable[[datetime], str]
    write_quantity: Callable[[int], str]
    options: dict[str, Any] = field(default_factory=dict)
    unit: str | None = None
    """the unit of times that are numbers; None where they are not"""
    zone: str | None = None
    """the name of the zone of times without an offset; None for the book's"""
    as_dates: bool = False


def micros(time: datetime) -> int:
    return (time - EPOCH) // MICRO


def manner_of(make: random.Random, grain: str) -> Manner:
    manner = make.choice([_texts, _texts, _numbers, _local, _dates])(make, grain)
    manner.write_quantity, options = quantity_writer(make)
    manner.options |= options
    return manner


def _texts(make: random.Random, grain: str) -> Manner:
    """Times as text, with their offset or in the book's zone."""

    def nano(time: datetime) -> str:
        return time.astimezone(CHINA).strftime("%Y-%m-%dT%H:%M:%S.%f") + "789"

    def slashes(time: datetime) -> str:
        return f"{time.year}/{time.month}/{time.day} {time.hour}:{time:%M:%S.%f}"

    writers: list[Callable[[datetime], str]] = [
        datetime.isoformat,
        lambda time: time.astimezone(UTC).strftime("%Y-%m-%dt%H:%M:%S.%fz"),
        lambda time: time.strftime("%Y-%m-%d %H:%M:%S.%f+0800"),
        lambda time: time.astimezone(timezone(timedelta(hours=-3, minutes=-30))).isoformat(" "),
        nano,
        slashes,
    ]
    if grain != "us":
        writers.append(lambda time: time.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3])
    if grain in ("s", "day"):
        writers += [lambda time: time.strftime("%Y-%m-%d %H:%M:%S"), lambda time: time.strftime("%Y-%m-%dT%H:%M:%S+08")]
    return Manner(make.choice(writers), str)


def _numbers(make: random.Random, grain: str) -> Manner:
    """Times as numbers since 1970, in a unit that can write every instant of the log."""
    units = ["us", "ns"] + (["ms"] if grain != "us" else []) + (["s"] if grain in ("s", "day") else [])
    if make.random() < 0.2:
        unit = "s"
        return Manner(lambda time: f"{Decimal(micros(time)).scaleb(-6):f}", str, {"time_unit": unit})
    unit = make.choice(units)
    nanos = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}[unit]
    return Manner(lambda time: str(micros(time) * 1000 // nanos), str, {"time_unit": unit}, unit=unit)


def _local(make: random.Random, grain: str) -> Manner:
    """Local times in a zone with a name."""
    name = make.choice(ZONES)
    zone = ZoneInfo(name)
    return Manner(lambda time: time.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S.%f"), str, {"tz": name}, zone=name)


def _dates(make: random.Random, grain: str) -> Manner:
    if grain != "day":
        return _texts(make, grain)
    return Manner(lambda time: f"{time:%Y-%m-%d}", str, as_dates=True)


def quantity_writer(make: random.Random) -> tuple[Callable[[int], str], dict[str, Any]]:
    style = make.randrange(8)
    if style == 1:
        return lambda units: f"{units}.0", {}
    if style == 2:
        mark = make.choice([",", "'", "_", ".", " "])
        return lambda units: f"{units:,}".replace(",", mark), {"thousands": mark}
    if style == 3:
        return lambda units: f"  {units} ", {}
    if style == 4:
        return lambda units: f"{units}.00", {}
    return str, {}
