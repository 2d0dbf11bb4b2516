"""Instants, civil time, periods, validity and fractions of a month.

An instant is an int of microseconds since 1970 in UTC; civil time is a naive datetime of the book's zone.
"""

import re
from datetime import date, datetime, time, timedelta

EPOCH = datetime(1970, 1, 1)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
HOUR = 3600 * SECOND


def offset_of(text: str) -> int:
    """In microseconds."""
    if text == "Z":
        return 0
    size = (int(text[1:3]) * 60 + int(text[4:6])) * 60 * SECOND
    return -size if text[0] == "-" else size


def as_instant(civil: datetime) -> int:
    return (civil - EPOCH) // MICROSECOND


def as_civil(micros: int) -> datetime:
    return EPOCH + micros * MICROSECOND


def add_months(day: date, months: int) -> date:
    """Always counted from `day`, clipped to the last day of the month arrived at (R19)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - first).days))


class Zone:
    """A fixed offset, or the transitions of a book: instants, and the offset that begins at each."""

    def __init__(self, book: dict):
        transitions = book.get("transitions")
        if transitions is None:
            self.transitions = [(None, offset_of(book.get("time_zone") or book["utc_offset"]))]
        else:
            self.transitions = [self._transition(entry) for entry in transitions]
            self.transitions[0] = (None, self.transitions[0][1])

    def _transition(self, entry: dict) -> tuple:
        return as_instant(datetime.fromisoformat(entry["at"].removesuffix("Z"))), offset_of(entry["offset"])

    def offset(self, instant: int) -> int:
        held = self.transitions[0][1]
        for begin, offset in self.transitions[1:]:
            if instant < begin:
                break
            held = offset
        return held

    def civil(self, instant: int) -> datetime:
        return as_civil(instant + self.offset(instant))

    def instant(self, civil: datetime) -> int:
        """A civil time that is skipped is the instant the gap ends; one that is twice is the first."""
        local = as_instant(civil)
        for (begin, offset), (end, _) in zip(self.transitions, [*self.transitions[1:], (None, 0)]):
            if end is None or local - offset < end:
                return local - offset if begin is None else max(local - offset, begin)
        raise AssertionError("the last transition has no end")

    def midnight(self, day: date) -> int:
        return self.instant(datetime.combine(day, time()))

    def day(self, instant: int) -> date:
        return self.civil(instant).date()

    def parse(self, text: str) -> int:
        text = text.replace(" ", "T")
        match = re.fullmatch(r"(.+?)(Z|[+-][0-9]{2}:[0-9]{2})", text) if "T" in text else None
        if match:
            return as_instant(datetime.fromisoformat(match[1])) - offset_of(match[2])
        return self.instant(datetime.fromisoformat(text))

    def format(self, instant: int) -> str:
        text = self.civil(instant).isoformat(timespec="microseconds").rstrip("0").rstrip(".")
        minutes = self.offset(instant) // (60 * SECOND)
        sign, minutes = ("-" if minutes < 0 else "+"), abs(minutes)
        return f"{text}{sign}{minutes // 60:02d}:{minutes % 60:02d}"

    # Periods

    def period(self, period, instant: int, anchor: int | None = None) -> tuple[int, int]:
        """The begin and the end of the period that `instant` is in."""
        if isinstance(period, dict):
            [(unit, length)] = period.items()
            return self._anchored(unit, length, instant, anchor)
        if period == "hour":
            civil = self.civil(instant)
            begin = instant - ((civil.minute * 60 + civil.second) * SECOND + civil.microsecond)
            return self.between_changes(begin, begin + HOUR, instant)
        first, following = self._civil_period(period, self.day(instant))
        return self.midnight(first), self.midnight(following)

    def between_changes(self, begin: int, end: int, instant: int) -> tuple[int, int]:
        """An hour in which clocks change is two."""
        parts = zip(self.transitions, self.transitions[1:])
        changes = [at for (_, before), (at, offset) in parts if offset != before]
        begin = max([begin, *(at for at in changes if at <= instant)])
        return begin, min([end, *(at for at in changes if at > instant)])

    def _civil_period(self, period: str, day: date) -> tuple[date, date]:
        if period == "day":
            return day, day + timedelta(days=1)
        if period == "week":
            monday = day - timedelta(days=day.weekday())
            return monday, monday + timedelta(days=7)
        if period == "month":
            return day.replace(day=1), add_months(day.replace(day=1), 1)
        assert period == "year"
        return date(day.year, 1, 1), date(day.year + 1, 1, 1)

    def _anchored(self, unit: str, length: int, instant: int, anchor: int) -> tuple[int, int]:
        assert anchor is not None
        if unit == "hours":
            begin = anchor + (instant - anchor) // (length * HOUR) * length * HOUR
            return begin, begin + length * HOUR
        number = 0
        while self.after(anchor, {unit: length * (number + 1)}) <= instant:
            number += 1
        return self.after(anchor, {unit: length * number}), self.after(anchor, {unit: length * (number + 1)})

    def after(self, anchor: int, span: dict) -> int:
        """`span` after an anchor: days, months and years from 00:00 of its day, hours and seconds from the instant."""
        [(unit, length)] = span.items()
        if unit in ("hours", "seconds"):
            return anchor + length * (HOUR if unit == "hours" else SECOND)
        day = self.day(anchor)
        if unit == "days":
            return self.midnight(day + timedelta(days=length))
        return self.midnight(add_months(day, length * (12 if unit == "years" else 1)))

    def valid_until(self, validity, begin: int, pack_expiry: str, period_end: int | None = None) -> int | None:
        """None where it is permanent."""
        if validity == "permanent":
            return None
        if validity == "month":
            return self.period("month", begin)[1]
        if validity == "period":
            return period_end
        [(unit, length)] = validity.items()
        if unit in ("hours", "seconds"):
            return self.after(begin, validity)
        day = self.day(begin)
        day = (
            day + timedelta(days=length) if unit == "days" else add_months(day, length * (12 if unit == "years" else 1))
        )
        if pack_expiry == "instant":
            return self.instant(datetime.combine(day, self.civil(begin).time()))
        return self.midnight(day + timedelta(days=pack_expiry == "anniversary_end"))

    # Fractions of a period

    def days(self, begin: int, end: int):
        """The civil days that begin in [begin, end), each with its own begin and end."""
        day = self.day(begin)
        while self.midnight(day) < end:
            if self.midnight(day) >= begin:
                yield day, self.midnight(day), self.midnight(day + timedelta(days=1))
            day += timedelta(days=1)

    def days_of_month(self, day: date) -> int:
        return (add_months(day.replace(day=1), 1) - day.replace(day=1)).days

    def hours_of_month(self, instant: int) -> int:
        begin, end = self.period("month", instant)
        return (end - begin) // HOUR
