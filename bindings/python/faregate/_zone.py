"""Looks up time zones by name, for the core and for price books."""

from array import array
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from faregate._core import Invalid, InvalidType
from faregate._documents import failure

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime(2100, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=6)  # shorter than the time between any two changes of an offset, 6 days and 23 hours


def zone_of(name: str) -> "array[int]":
    """The offsets of a zone: pairs of an instant and the offset from then on, both in microseconds."""
    from zoneinfo import ZoneInfo

    if not isinstance(name, str):
        raise failure(InvalidType, f"tz: expected the name of a time zone, not {name!r}")
    try:
        zone = ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise failure(Invalid, f"tz: there is no time zone {name!r}; expected a name such as 'Europe/Berlin'") from None
    parts = array("q", [0, _micros(_offset(zone, _BEGIN))])
    at = _BEGIN
    while at < _END:
        after = at + _STEP
        if _offset(zone, at) != _offset(zone, after):
            begin = _change(zone, at, after)
            parts.extend([_micros(begin - _BEGIN), _micros(_offset(zone, after))])
        at = after
    return parts


def book_keys_of(name: str) -> dict[str, Any]:
    """The keys of a price book whose local time is that of the zone."""
    parts = zone_of(name)
    transitions: list[dict[str, str]] = []
    for at, offset in zip(parts[0::2], parts[1::2], strict=True):
        begin = (_BEGIN + timedelta(microseconds=at)).strftime("%Y-%m-%dT%H:%M:%SZ")
        minutes = round(offset / 60_000_000)
        text = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
        transitions.append({"at": begin, "offset": text})
    return {"time_zone": name, "tzdata": _version_of_data(), "transitions": transitions}


def _version_of_data() -> str:
    """The version of the time zones that `zoneinfo` reads: those of the system, or else of the package tzdata."""
    import zoneinfo

    for folder in zoneinfo.TZPATH:
        index = Path(folder) / "tzdata.zi"
        if index.exists():
            with index.open(encoding="utf-8") as file:
                return file.readline().removeprefix("# version ").strip()
    return str(import_module("tzdata").IANA_VERSION)


def _offset(zone: object, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()  # type: ignore[arg-type]
    assert offset is not None
    return offset


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def _change(zone: object, before: datetime, after: datetime) -> datetime:
    """Finds the second from which the later offset holds, between two instants with different offsets."""
    old = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after
