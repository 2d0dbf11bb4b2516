"""Time zones by name, as the core reads them."""

from array import array
from datetime import UTC, datetime, timedelta

from faregate._core import Invalid, InvalidType
from faregate._documents import failure

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime(2100, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=7)  # less than two changes of an offset are apart


def zone_of(name: str) -> "array[int]":
    """Pairs of an instant and the offset from it on, in microseconds."""
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


def _offset(zone: object, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()  # type: ignore[arg-type]
    assert offset is not None
    return offset


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def _change(zone: object, before: datetime, after: datetime) -> datetime:
    """The second from which the later offset holds."""
    old = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after
