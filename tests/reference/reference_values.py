"""Exact money, quantities and civil time: reading, printing and the little arithmetic the rules need.

Money is an int that counts 10^-12 yuan, so that sums and products are exact at any size. An instant is a naive
datetime that holds the civil time of the book's zone: the zone is a fixed offset, so civil times order as instants do.
"""

import re
from datetime import date, datetime, time, timedelta

from reference_prices import MINOR_DIGITS, OFFSET

MOST_UNITS = 2**63 - 1
SCALE_DIGITS = 12
SCALE = 10**SCALE_DIGITS
MOST_MONEY = 2**127 - 1

FIRST_YEAR = 1970
LAST_YEAR = 9997  # early enough for every next month and anniversary to be in the calendar

_MONEY = re.compile(r"(0|[1-9][0-9]*)(?:\.([0-9]{1,12}))?", re.ASCII)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,6}))?(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII
)


def parse_money(text: str) -> int:
    """ValueError where the text is no plain decimal of at most 12 places."""
    match = _MONEY.fullmatch(text)
    if not match:
        raise ValueError('expected a decimal such as "12.50"')
    whole, places = match.groups()
    amount = int(whole) * SCALE + int((places or "").ljust(SCALE_DIGITS, "0"))
    if amount > MOST_MONEY:
        raise ValueError("the amount is too large")
    return amount


def format_money(amount: int) -> str:
    """Minor digits at least, no trailing zeros beyond them."""
    whole, places = divmod(abs(amount), SCALE)
    digits = f"{places:0{SCALE_DIGITS}d}".rstrip("0").ljust(MINOR_DIGITS, "0")
    return f"{'-' if amount < 0 else ''}{whole}.{digits}"


def format_money_grouped(amount: int) -> str:
    whole, _, places = format_money(amount).partition(".")
    return f"{int(whole):,}.{places}"


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError("bad offset")
    size = timedelta(hours=hours, minutes=minutes)
    return -size if text[0] == "-" else size


BOOK_OFFSET = _offset(OFFSET)


def parse_instant(text: str) -> datetime:
    """Civil time of the book; a time with an offset of its own is moved to the book's."""
    match = _INSTANT.fullmatch(text)
    if not match:
        raise ValueError('expected a time such as "2024-11-05T10:00:00"')
    seconds, fraction, offset = match.groups()
    try:
        instant = datetime.strptime(seconds, "%Y-%m-%dT%H:%M:%S")
        instant += timedelta(microseconds=int((fraction or "").ljust(6, "0")))
        if offset:
            instant += BOOK_OFFSET - _offset(offset)
    except OverflowError as error:
        raise ValueError("the time is out of range") from error
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError("the time is out of range")
    return instant


def parse_date(text: str) -> date:
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError('expected a date such as "2024-11-05"')
    day = date(*map(int, match.groups()))
    if day.year < FIRST_YEAR:
        raise ValueError("the date is out of range")
    return day


def format_instant(instant: datetime) -> str:
    text = instant.isoformat(timespec="microseconds")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text + OFFSET


def format_seconds(span: timedelta) -> str:
    micros = span // timedelta(microseconds=1)
    whole, fraction = divmod(micros, 1_000_000)
    return f"{whole}.{fraction:06d}".rstrip("0").rstrip(".")


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def month_of(instant: datetime) -> datetime:
    """A month is named by its first instant."""
    return datetime(instant.year, instant.month, 1)


def next_month(month: datetime) -> datetime:
    return datetime(month.year + month.month // 12, month.month % 12 + 1, 1)


def format_month(month: datetime) -> str:
    return f"{month.year:04d}-{month.month:02d}"


def add_months(day: date, months: int) -> date:
    """Always counted from `day`, clipped to the last day of the month arrived at (R19)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        raise OverflowError("the date is out of range")
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
