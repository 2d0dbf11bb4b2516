"""The cheapest plan by trying every one: an independent model of the rules, for small forecasts."""

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any


@dataclass(frozen=True)
class Case:
    """A product of a book as far as plans need it. Months count from 0; `lasts[m]` is the last month a pack bought at
    the beginning of month m can be drawn on. Gifts are (units, first month, last month, free). Over several editions
    `tiers_of` has the tiers of each month, and `prices_of` by pack its price in each, None where it is not sold."""

    calls: tuple[int, ...]
    tiers: tuple[tuple[int, Fraction], ...]
    model: str
    upper: bool
    packs: tuple[tuple[str, int, Fraction], ...]
    lasts: tuple[int, ...]
    gifts: tuple[tuple[int, int, int, bool], ...] = ()
    capacity: tuple[Fraction | None, ...] = ()
    calls_allowed: tuple[bool, ...] = ()
    basis: str = "residual"
    tiers_of: tuple[tuple[tuple[int, Fraction], ...], ...] = ()
    prices_of: dict[str, tuple[Fraction | None, ...]] = field(default_factory=dict)
    least: Fraction = Fraction(0)
    most: Fraction | None = None
    tier_fees: tuple[Fraction, ...] = ()
    rounding: dict[str, Any] | None = None
    price_rounding: dict[str, Any] | None = None
    fixed: Fraction = Fraction(0)
    counted: bool = False  # calls by capacity count for the tier

    def sold(self, month: int) -> tuple[tuple[str, int, Fraction], ...]:
        priced = [(id, units, self.prices_of[id][month] if id in self.prices_of else p) for id, units, p in self.packs]
        return tuple((id, units, price) for id, units, price in priced if price is not None)


def bill(case: Case, residual: int, free: int, calls: int, month: int = 0) -> Fraction:
    return lines(case, residual, {"residual": residual, "after_free": calls - free, "total": calls}[case.basis], month)


def lines(case: Case, residual: int, picks: int, month: int) -> Fraction:
    """The lines of a month: its usage, and what is less than the least or more than the most."""
    cost = rounded(unbounded(case, residual, picks, month), case.price_rounding)
    amount = rounded(cost, case.rounding)
    if cost < case.least:
        amount += rounded(case.least - cost, case.rounding)
    if case.most is not None and cost > case.most:
        amount -= rounded(cost - case.most, {**case.rounding, "least": "0"} if case.rounding else None)
    return amount


def rounded(amount: Fraction, rounding: dict[str, Any] | None) -> Fraction:
    if rounding is None:
        return amount
    step = Fraction(1, 10 ** rounding["digits"])
    whole, rest = divmod(amount, step)
    up = {
        "up": rest > 0,
        "down": False,
        "half_up": 2 * rest >= step,
        "half_even": 2 * rest > step or (2 * rest == step and whole % 2 == 1),
    }[rounding["mode"]]
    least = Fraction(rounding.get("least", "0"))
    return max((whole + up) * step, least if amount > 0 else Fraction(0))


def unbounded(case: Case, residual: int, picks: int, month: int) -> Fraction:
    """The usage of a month in which the product is open, with the fees of its tiers."""
    tiers = case.tiers_of[month] if case.tiers_of else case.tiers
    fees = case.tier_fees or (Fraction(0),) * len(tiers)
    if case.model == "volume":
        reached = tier_of(tiers, case.upper, picks)
        return residual * tiers[reached][1] + fees[reached]
    edges = [edge for edge, _ in tiers] + [None]
    total = Fraction(0)
    for tier, ((edge, price), end) in enumerate(zip(tiers, edges[1:], strict=True)):
        low = max(edge, picks - residual)
        high = picks if end is None else min(end, picks)
        total += max(0, high - low) * price
        total += fees[tier] if tier == 0 or high > low else 0
    return total


def tier_of(tiers: tuple[tuple[int, Fraction], ...], upper: bool, quantity: int) -> int:
    reached = 0
    for tier, (edge, _) in enumerate(tiers):
        if tier > 0 and (quantity > edge or (quantity == edge and not upper)):
            reached = tier
    return reached


def cheapest(case: Case) -> Fraction | None:
    """Depth first over months: each mode, each number of each pack. The pool is drawn on in the forced order."""
    months = len(case.calls)
    most_units = [sum(case.calls[month:]) for month in range(months)]
    memo: dict[tuple, Fraction | None] = {}

    def rest(month: int, gifts: tuple[int, ...], pool: tuple[tuple[int, int], ...]) -> Fraction | None:
        if month == months:
            return Fraction(0)
        gifts = tuple(left if last >= month else 0 for left, (_, _, last, _) in zip(gifts, case.gifts, strict=True))
        pool = tuple((bought, left) for bought, left in pool if case.lasts[bought] >= month and left > 0)
        key = (month, gifts, pool)
        if key not in memo:
            memo[key] = best(month, gifts, pool)
        return memo[key]

    def best(month: int, gifts: tuple[int, ...], pool: tuple[tuple[int, int], ...]) -> Fraction | None:
        found: list[Fraction] = []
        sold = case.sold(month)
        ranges = [range(most_units[month] // units + 2) for _, units, _ in sold]
        for counts in product(*ranges):
            bought = sum(count * units for count, (_, units, _) in zip(counts, sold, strict=True))
            smallest = min((units for count, (_, units, _) in zip(counts, sold, strict=True) if count), default=1)
            if bought >= smallest + most_units[month]:
                continue  # a whole pack more than can ever be used
            cost = sum((count * price for count, (_, _, price) in zip(counts, sold, strict=True)), Fraction(0))
            held = (*pool, (month, bought)) if bought else pool
            for after in modes(month, gifts, held):
                if after is not None:
                    found.append(cost + after)
        return min(found, default=None)

    def modes(month: int, gifts: tuple[int, ...], pool: tuple[tuple[int, int], ...]) -> list[Fraction | None]:
        answers = []
        price = case.capacity[month] if case.capacity else None
        if price is not None and case.calls[month] > 0:
            after = rest(month + 1, gifts, pool)
            answers.append(None if after is None else price + by_capacity(month) + after)
        if not case.calls_allowed or case.calls_allowed[month] or case.calls[month] == 0:
            answers.append(by_calls(month, gifts, pool))
        return answers

    def by_capacity(month: int) -> Fraction:
        return lines(case, 0, case.calls[month] if case.counted else 0, month)

    def by_calls(month: int, gifts: tuple[int, ...], pool: tuple[tuple[int, int], ...]) -> Fraction | None:
        wanted = case.calls[month]
        free = 0
        gifts_left = list(gifts)
        for place, (_, first, last, is_free) in enumerate(case.gifts):
            taken = min(gifts_left[place], wanted) if first <= month <= last else 0
            gifts_left[place] -= taken
            wanted -= taken
            free += taken if is_free else 0
        pool_left = []
        for bought, left in sorted(pool):
            taken = min(left, wanted) if case.lasts[bought] >= month else 0
            wanted -= taken
            pool_left.append((bought, left - taken))
        after = rest(month + 1, tuple(gifts_left), tuple(pool_left))
        return None if after is None else bill(case, wanted, free, case.calls[month], month) + after

    least = rest(0, tuple(units for units, *_ in case.gifts), ())
    return None if least is None else least + case.fixed
