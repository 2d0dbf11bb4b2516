"""Windows of the clock where clocks change: repeated and skipped times, days of 23 to 25 hours, hours cut in two.

The windows are found here by watching the clocks of Python's own time zones go, half a minute at a time.
"""

import pickle
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise
from zoneinfo import ZoneInfo

import faregate
import pytest
from faregate._zone import book_keys_of
from toy import toy

NUMBERS = count()
STEP = 30  # seconds
CHANGES = {
    "Europe/Madrid": (date(2025, 3, 30), date(2025, 10, 26)),
    "Australia/Lord_Howe": (date(2025, 4, 6), date(2025, 10, 5)),  # by half an hour
    "America/Havana": (date(2025, 3, 9), date(2025, 11, 2)),  # no 00:00 in spring, two in autumn
    "America/Asuncion": (date(2024, 3, 24), date(2024, 10, 6)),  # 23:00 comes twice, and then no 00:00
    "Antarctica/Troll": (date(2025, 3, 30), date(2025, 10, 26)),  # by two hours
    "Asia/Kathmandu": (date(2025, 3, 30),),
}
LENGTHS = (60, 900, 1800, 2700, 3600, 5400, 7200, 10800, 14400, 21600, 43200, 86400, 2 * 86400, 7 * 86400)


def ends_of_windows(zone: ZoneInfo, seconds: int, begin: datetime, steps: int) -> list:
    """When each window ends that an instant of a row is in. A window of up to an hour begins where the clock shows
    another part of the day, or another offset; a longer one where it shows a part that it has not shown yet."""
    numbers = []
    latest = -1
    for step in range(steps):
        local = (begin + timedelta(seconds=step * STEP)).astimezone(zone)
        civil = (local.replace(tzinfo=None) - datetime(1970, 1, 1)) // timedelta(seconds=1)
        latest = max(latest, civil // seconds)
        numbers.append((civil // seconds, local.utcoffset()) if seconds <= 3600 else latest)
    begins = [step for step in range(1, steps) if numbers[step] != numbers[step - 1]]
    return [begin + timedelta(seconds=step * STEP) for step in begins]


def near_the_change(zone: ZoneInfo, windows: list, seconds: int) -> list:
    """A few windows before and after an instant at which clocks change; where they do not, some of all."""
    offsets = [start.astimezone(zone).utcoffset() for start, _ in windows]
    changed = [place for place in range(1, len(windows)) if offsets[place] != offsets[place - 1]]
    place = changed[0] if changed else len(windows) // 2
    return windows[max(0, place - 5) : place + 3 + 7200 // seconds]


def account_with(zone: str, seconds: int) -> faregate.Account:
    limit = {"id": "rate", "max": 1, "window": {"seconds": seconds}, "kind": "clock"}
    product = {"id": "p", "meter": "calls", "price": {"model": "flat", "price": "0"}, "limits": [limit]}
    return faregate.Account(faregate.Book(toy([product], **book_keys_of(zone))))


def retry_after(account: faregate.Account, at: datetime) -> float | None:
    """None where the call is let through."""
    try:
        account.call("p", id=str(next(NUMBERS)), at=at)
    except faregate.RateLimited as refused:
        return float(refused.retry_after)
    return None


@pytest.mark.parametrize("seconds", LENGTHS)
@pytest.mark.parametrize("name", CHANGES)
def test_windows_of_the_clock_where_clocks_change(name, seconds):
    zone = ZoneInfo(name)
    for day in CHANGES[name]:
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1.5)
        steps = (3 * 86400 + seconds) // STEP
        ends = [begin, *ends_of_windows(zone, seconds, begin, steps)]
        account = account_with(name, seconds)
        account.open("p", at=begin)
        for start, end in near_the_change(zone, list(pairwise(ends)), seconds):
            assert retry_after(account, start) is None, start
            for at in (start, start + (end - start) / 2, end - timedelta(microseconds=1)):
                assert retry_after(account, at) == (end - at).total_seconds(), at
            again = pickle.loads(pickle.dumps(account))
            assert retry_after(again, end) is None, end
