"""How far one command may pass time: 100,000 of the shortest periods that the book names (docs/timeline.md, Time)."""

HOUR = 3_600_000_000
LENGTHS = {"hour": HOUR, "day": 24 * HOUR, "week": 168 * HOUR, "month": 720 * HOUR, "year": 8760 * HOUR}
UNITS = {"hours": HOUR, "days": 24 * HOUR, "months": 720 * HOUR}
PERIODS_AT_ONCE = 100_000


def _length(period) -> int:
    if isinstance(period, str):
        return LENGTHS[period]
    [(unit, count)] = period.items()
    return UNITS[unit] * int(count)


def _periods(edition):
    for product in edition.products.values():
        yield product.get("settle") or edition.settle
        yield product["tier_period"]
        yield (product.get("aggregate") or {}).get("over")
        yield from (fee["every"] for fee in product["fees"])
    for owner in [*edition.products.values(), *edition.pools.values()]:
        for lot in [*(owner.get("grants") or ()), *(owner.get("packs") or ())]:
            yield lot["issue"]["every"] if isinstance(lot.get("issue"), dict) else None


def reaches(book, since: int, until: int) -> bool:
    named = [period for edition in book.editions for period in _periods(edition)]
    shortest = min(_length(period) for period in named if period not in (None, "event", "once"))
    return until - since <= PERIODS_AT_ONCE * shortest
