"""Computes prices by hand from the vendor's guide (R1, R11), in CNY, without any code of the library."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

FREE = 1_000
TIERS = {0: "0.24", 10_000: "0.18", 100_000: "0.12", 1_000_000: "0.08", 10_000_000: "0.02"}
PACKS = {
    "calls-1k": (1_000, 200),
    "calls-10k": (10_000, 1_500),
    "calls-100k": (100_000, 10_000),
    "calls-1m": (1_000_000, 60_000),
    "calls-10m": (10_000_000, 160_000),
}


def postpaid(units: int, tenth_dearer_from: int | None = None) -> Decimal:
    edge = max(edge for edge in TIERS if edge <= units)
    price = Decimal(TIERS[edge])
    return units * (price * Decimal("1.1") if edge == tenth_dearer_from else price)


def spent(calls: Sequence[int], orders: Mapping[int, Sequence[str]]) -> Decimal:
    """The cost of a year by postpaid usage and packs, which are listed by the month of purchase (from 1) and valid to
    the end of the year: free calls are used first, then packs, then postpaid (R7)."""
    left, total = 0, Decimal(0)
    for month, units in enumerate(calls, 1):
        for pack in orders.get(month, ()):
            left += PACKS[pack][0]
            total += PACKS[pack][1]
        beyond = max(0, units - FREE)
        drawn = min(left, beyond)
        left -= drawn
        total += postpaid(beyond - drawn)
    return total


def by_one_size(calls: Sequence[int], pack: str) -> Decimal:
    """The cost if packs of one size are bought whenever units run short, as many as needed."""
    left, total = 0, Decimal(0)
    for units in calls:
        while left < units - FREE:
            left += PACKS[pack][0]
            total += PACKS[pack][1]
        left -= max(0, units - FREE)
    return total


def money(amount: Decimal | int) -> str:
    return f"{amount:.2f}"


def grouped(amount: Decimal | int) -> str:
    return f"{amount:,.2f}"
