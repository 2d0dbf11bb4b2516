"""Random small forecasts with books of their own, each twice: as JSON for the library and as a Case for the search."""

import random
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

from plan_search import Case, tier_of

START = (2025, 1)


def first_of(month: int) -> datetime:
    index = START[0] * 12 + START[1] - 1 + month
    return datetime(index // 12, index % 12 + 1, 1)


def last_month(begin: int, void: datetime, months: int) -> int:
    """The last month whose usage, at noon of the 15th, comes before a pack is void."""
    usable = [m for m in range(begin, months) if first_of(m) + timedelta(days=14, hours=12) < void]
    return usable[-1] if usable else begin - 1


def void_after(begin: int, validity: Any, policy: dict[str, Any]) -> datetime:
    if validity == "permanent":
        return datetime(9999, 1, 1)
    if validity == "month":
        return first_of(begin + 1)
    (unit, count), *_ = validity.items()
    end = {
        "days": lambda: first_of(begin) + timedelta(days=count),
        "months": lambda: first_of(begin + count),
        "years": lambda: first_of(begin + 12 * count),
    }[unit]()
    return end + timedelta(days=policy.get("pack_expiry", "anniversary_end") == "anniversary_end")


def money(value: Fraction) -> str:
    return format(value.numerator / value.denominator, ".2f")


def random_price(rng: random.Random, most: int) -> Fraction:
    return Fraction(rng.randint(0, most), 100)


def random_tiers(rng: random.Random, most: int) -> tuple[tuple[int, Fraction], ...]:
    edges = sorted(rng.sample(range(1, most), rng.randint(0, 3)))
    prices = [random_price(rng, 60) for _ in range(len(edges) + 1)]
    if rng.random() < 0.6:
        prices.sort(reverse=True)
    return tuple(zip([0, *edges], prices, strict=True))


def random_case(rng: random.Random) -> tuple[dict[str, Any], dict[str, Any], Case]:
    """A book, a forecast and the same as a Case."""
    months = rng.randint(1, 5)
    most = rng.choice([8, 20, 40])
    calls = tuple(rng.choice([0, rng.randint(1, most), rng.randint(1, most)]) for _ in range(months))
    policy = {"tier_basis": rng.choice(["residual"] * 4 + ["after_free", "total"])}
    policy["pack_expiry"] = rng.choice(["anniversary_end", "anniversary_start"])
    policy["pack_order"] = rng.choice(["expiry"] * 3 + ["purchase", "smallest_left"])
    policy["pack_reach"] = rng.choice(["from_purchase", "whole_month"])
    tiers = random_tiers(rng, most + 5)
    model = "flat" if len(tiers) == 1 else rng.choice(["volume", "volume", "graduated"])
    upper = rng.random() < 0.3 and len(tiers) > 1
    validity = rng.choice([{"years": 1}, {"months": 1}, {"months": 2}, {"months": 3}, {"days": 45}, {"days": 100}])
    packs = random_packs(rng, most, validity)
    grants, gifts = random_grants(rng, months, most, policy)
    held, held_gifts = random_held(rng, months, most, policy)
    capacity, peaks, prices, allowed = random_capacity(rng, months, calls, policy)
    price = {"model": model, "tiers": [{"from": e, "price": money(p)} for e, p in tiers]}
    if model == "flat":
        price = {"model": "flat", "price": money(tiers[0][1])}
    elif upper:
        price["edges"] = "upper"
    item: dict[str, Any] = {"id": "p", "title": "P", "meter": "calls", "unit": "call", "price": price}
    item |= {"packs": packs, "grants": grants, "source": "x"}
    if capacity:
        item["capacity"] = capacity
    book = {
        "format": "faregate-book/1", "id": "random", "title": "Random", "about": "", "currency": "CNY",
        "minor_digits": 2, "utc_offset": "+08:00", "rounding": "none", "policy": policy, "products": [item],
    }  # fmt: skip
    forecast: dict[str, Any] = {"product": "p", "start": "2025-01", "calls": list(calls)}
    if held:
        forecast["opening"] = {"packs": held}
    if peaks:
        forecast["peak_qps"] = peaks
    case = Case(
        calls=calls,
        tiers=tiers,
        model="volume" if model == "flat" else model,
        upper=upper,
        packs=tuple((pack["id"], pack["units"], Fraction(pack["price"])) for pack in packs),
        lasts=tuple(last_month(m, void_after(m, validity, policy), months) for m in range(months)),
        gifts=(*gifts, *held_gifts),
        capacity=prices,
        calls_allowed=allowed,
        basis=policy["tier_basis"],
    )
    return book, forecast, case


def random_packs(rng: random.Random, most: int, validity: Any) -> list[dict[str, Any]]:
    sizes = sorted(rng.sample(range(max(2, most // 6), 2 * most), rng.randint(0, 3)))
    return [
        {"id": f"k{size}", "units": size, "price": money(random_price(rng, 45 * size)), "validity": validity}
        for size in sizes
    ]


def random_grants(rng: random.Random, months: int, most: int, policy: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    grants: list[dict[str, Any]] = []
    gifts = []
    for number in range(rng.choice([0, 0, 1, 1, 2])):
        validity = rng.choice(["month", "month", {"months": 2}, {"days": 50}])
        issue = rng.choice(["monthly", "monthly", "opening", "claim"])
        quantity = rng.randint(1, max(1, most // 3))
        grants.append({"id": f"g{number}", "quantity": quantity, "issue": issue, "validity": validity})
        for month in range(months if issue == "monthly" else 1):
            void = void_after(month, validity, policy)
            gifts.append((void, month, quantity))
    gifts.sort()
    return grants, [(quantity, m, last_month(m, void, months), True) for void, m, quantity in gifts]


def random_held(rng: random.Random, months: int, most: int, policy: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    held = []
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        expires = first_of(rng.randint(0, months)) + timedelta(days=rng.choice([0, 1, 9, 20]))
        bought = first_of(0) - timedelta(days=rng.randint(0, 300))
        held.append((expires, bought, rng.randint(1, most)))
    order = (lambda pack: (pack[1], pack[0])) if policy["pack_order"] == "purchase" else None
    gifts = [(left, 0, last_month(0, expires, months), False) for expires, _, left in sorted(held, key=order)]
    packs = [
        {"units": left + rng.randint(0, 3), "left": left, "bought": day(bought), "expires": day(expires)}
        for expires, bought, left in held
    ]
    return packs, gifts


def day(time: datetime) -> str:
    return f"{time:%Y-%m-%d}"


def random_capacity(
    rng: random.Random, months: int, calls: tuple[int, ...], policy: dict[str, Any]
) -> tuple[Any, Any, tuple[Any, ...], tuple[bool, ...]]:
    if rng.random() < 0.5:
        return None, None, (), ()
    limit = rng.randint(0, 4)
    most = rng.randint(4, 9)
    effect = policy["capacity_effect"] = rng.choice(["replace", "add"])
    tiers = random_tiers(rng, 8)
    model = rng.choice(["volume", "graduated"])
    tiers = tuple((edge, price * 8) for edge, price in tiers)
    daily = random_price(rng, 20) if rng.random() < 0.3 else None
    peaks = [rng.choice([None, rng.randint(0, 8), rng.randint(0, 4)]) for _ in range(months)]
    meter: dict[str, Any] = {"meter": "qps", "kind": "rate", "limit": limit, "max_held": most}
    meter["mode"] = rng.choice(["manual", "automatic"])
    meter["month"] = {"model": model, "tiers": [{"from": e, "price": money(p)} for e, p in tiers]}
    if daily is not None:
        meter["day"] = {"model": "flat", "price": money(daily)}

    def price(month: int, peak: int) -> Fraction | None:
        return capacity_price(tiers, model, daily, month_days(month), needed(peak, limit, effect), most)

    prices = tuple(
        None if peak is None or calls[month] == 0 else price(month, peak) for month, peak in enumerate(peaks)
    )
    allowed = tuple(peak is None or peak <= limit for peak in peaks)
    return meter, peaks, prices, allowed


def needed(peak: int, limit: int, effect: str) -> int:
    return max(1, peak - limit if effect == "add" and limit > 0 else peak)


def month_days(month: int) -> int:
    return (first_of(month + 1) - first_of(month)).days


def capacity_price(
    tiers: Any, model: str, daily: Fraction | None, days: int, wanted: int, most: int
) -> Fraction | None:
    """The cheapest orders of together `wanted` … `most`, by trying all partitions."""

    def single(quantity: int) -> Fraction:
        case = Case((), tiers, model, False, (), ())
        month = bill(case, quantity)
        return month if daily is None else min(month, quantity * days * daily)

    def bill(case: Case, quantity: int) -> Fraction:
        from plan_search import bill as price

        return price(case, quantity, 0, quantity)

    @cache
    def parts(quantity: int) -> Fraction:
        return min((single(q) + parts(quantity - q) for q in range(1, quantity + 1)), default=Fraction(0))

    return min((parts(quantity) for quantity in range(wanted, most + 1)), default=None)


def random_case_of_editions(rng: random.Random) -> tuple[dict[str, Any], dict[str, Any], Case]:
    """The same of a book whose prices change, within months too: a purchase at a month's beginning goes by the edition
    of then, its usage by that of the 15th."""
    months = rng.randint(2, 5)
    most = rng.choice([8, 20, 40])
    calls = tuple(rng.choice([0, rng.randint(1, most), rng.randint(1, most)]) for _ in range(months))
    policy = {"tier_basis": rng.choice(["residual"] * 3 + ["after_free", "total"])}
    begins = [datetime(2024, 1, 1)]
    begins += sorted(
        first_of(month) + timedelta(days=rng.choice([0, 0, 0, 9, 14, 15, 24]))
        for month in rng.sample(range(months), rng.randint(1, min(2, months - 1)))
    )
    model = rng.choice(["volume", "volume", "graduated"])
    sizes = sorted(rng.sample(range(max(2, most // 6), 2 * most), rng.randint(0, 3)))
    quantity = rng.randint(1, max(1, most // 3)) if rng.random() < 0.6 else 0
    validity = rng.choice(["month", {"months": 2}])
    editions, tiers_at, packs_at, granted_at = [], [], [], []
    limit, most_held, peaks, sold_at = random_peaks(rng, months)
    least, most_of_all = random_price(rng, 200), random_price(rng, 900) + 2
    bounds = rng.choice([{}, {}, {"least": money(least)}, {"least": money(least), "most": money(most_of_all)}])
    for begin in begins:
        tiers = random_tiers(rng, most + 5)
        packs = {size: random_price(rng, 45 * size) for size in sizes if rng.random() < 0.8}
        granted = quantity if begin == begins[0] or rng.random() < 0.5 else rng.randint(1, most)
        item: dict[str, Any] = {"id": "p", "meter": "calls", **bounds}
        item["price"] = {"model": model, "tiers": [{"from": e, "price": money(p)} for e, p in tiers]}
        item["packs"] = [
            {"id": f"k{size}", "units": size, "price": money(price), "validity": {"years": 1}}
            for size, price in packs.items()
        ]
        if quantity:
            item["grants"] = [{"id": "g", "quantity": granted, "issue": "monthly", "validity": validity}]
        if peaks:
            sold_at.append((tuple((edge, price * 8) for edge, price in random_tiers(rng, 8)), rng.random() < 0.3))
            item["capacity"] = {"meter": "qps", "kind": "rate", "limit": limit, "max_held": most_held, "mode": "manual"}
            item["capacity"] |= {"month": month_price(sold_at[-1][0])}
            item["capacity"] |= {"day": {"model": "flat", "price": "0.09"}} if sold_at[-1][1] else {}
        editions.append({"effective": day(begin), "products": [item]})
        tiers_at.append(tiers)
        packs_at.append(packs)
        granted_at.append(granted)
    book = {
        "format": "faregate-book/2", "id": "random", "title": "Random", "currency": "CNY", "minor_digits": 2,
        "time_zone": "+08:00", "rounding": "none", "policy": policy, "editions": editions,
    }  # fmt: skip

    def edition_at(time: datetime) -> int:
        return max(number for number, begin in enumerate(begins) if begin <= time)

    bought = [edition_at(first_of(month)) for month in range(months)]
    used = [edition_at(first_of(month) + timedelta(days=14, hours=12)) for month in range(months)]
    gifts = sorted((void_after(m, validity, policy), m, granted_at[bought[m]]) for m in range(months) if quantity)
    case = Case(
        calls=calls,
        tiers=(),
        model=model,
        upper=False,
        packs=tuple((f"k{size}", size, Fraction(0)) for size in sizes),
        lasts=tuple(months - 1 for _ in range(months)),
        gifts=tuple((units, m, last_month(m, void, months), True) for void, m, units in gifts),
        basis=policy["tier_basis"],
        tiers_of=tuple(tiers_at[number] for number in used),
        prices_of={f"k{size}": tuple(packs_at[number].get(size) for number in bought) for size in sizes},
        least=Fraction(bounds.get("least", 0)),
        most=Fraction(bounds["most"]) if "most" in bounds else None,
        capacity=tuple(
            capacity_price_of([sold_at[bought[m]] for m in range(month + 1)], month_days(month), peak, most_held)
            if peak is not None and calls[month] > 0
            else None
            for month, peak in enumerate(peaks)
        ),
        calls_allowed=tuple(peak is None or peak <= limit for peak in peaks),
    )
    forecast = {"product": "p", "start": "2025-01", "calls": list(calls)}
    return book, {**forecast, "peak_qps": peaks} if peaks else forecast, case


def random_peaks(rng: random.Random, months: int) -> tuple[int, int, list[int | None], list[Any]]:
    if rng.random() < 0.5:
        return 0, 0, [], []
    peaks = [rng.choice([None, rng.randint(0, 8), rng.randint(0, 4)]) for _ in range(months)]
    return rng.randint(0, 4), rng.randint(8, 9), peaks, []


def month_price(tiers: Any) -> dict[str, Any]:
    return {"model": "volume", "tiers": [{"from": edge, "price": money(price)} for edge, price in tiers]}


def capacity_price_of(sold: list[Any], days: int, peak: int, most: int) -> Fraction | None:
    """The cheapest orders for one month, each by the tiers of any month up to it: an order may begin later."""

    def single(quantity: int) -> Fraction:
        prices = [quantity * tiers[tier_of(tiers, False, quantity)][1] for tiers, _ in sold]
        prices += [quantity * days * Fraction("0.09") for _, by_day in sold if by_day]
        return min(prices)

    @cache
    def parts(quantity: int) -> Fraction:
        return min((single(q) + parts(quantity - q) for q in range(1, quantity + 1)), default=Fraction(0))

    return min((parts(quantity) for quantity in range(max(1, peak), most + 1)), default=None)


def random_rounding(rng: random.Random) -> dict[str, Any]:
    return {"digits": rng.choice([0, 0, 1, 2]), "mode": rng.choice(["half_up", "half_even", "up", "down"])}


def random_fees(rng: random.Random, months: int, least: int) -> tuple[list[dict[str, Any]], Fraction]:
    """Fees of a product that is open through all months, and what they are in all: whole amounts, each line of an
    invoice at least `least`."""
    fees, sum_of_all = [], Fraction(0)
    for number in range(rng.choice([0, 1, 1, 2])):
        amount = rng.randint(1, 50)
        every, times = rng.choice(
            [
                ("month", [1] * months),
                ("once", [1]),
                ({"months": 2}, [1] * (months // 2)),
                ("year", []),
                ("day", [month_days(month) for month in range(months)]),
            ]
        )
        fees.append({"id": f"f{number}", "amount": str(amount), "every": every})
        fees[-1] |= {"prorate": rng.choice(["none", "days", "seconds"])} if every == "month" else {}
        sum_of_all += sum(max(least, amount * count) for count in times)
    return fees, sum_of_all


def random_case_of_amounts(rng: random.Random) -> tuple[dict[str, Any], dict[str, Any], Case]:
    """The same of a book whose amounts are rounded, bounded and have fees."""
    months = rng.randint(1, 4)
    most = rng.choice([8, 20, 40])
    calls = tuple(rng.choice([0, rng.randint(1, most), rng.randint(1, most)]) for _ in range(months))
    policy = {"tier_basis": rng.choice(["residual"] * 3 + ["after_free", "total"])}
    policy["pack_expiry"] = rng.choice(["anniversary_end", "anniversary_start"])
    policy["capacity_calls"] = rng.choice(["uncounted", "count_for_tier"])
    tiers = random_tiers(rng, most + 5)
    per = rng.choice([1, 1, 3, 7, 1000])
    tiers = tuple((edge, price * rng.choice([1, per])) for edge, price in tiers)
    model = rng.choice(["volume", "graduated"])
    validity = rng.choice([{"years": 1}, {"months": 1}, {"months": 2}])
    packs = random_packs(rng, most, validity)
    grants, gifts = random_grants(rng, months, most, {**policy, "pack_order": "expiry"})
    capacity, peaks, prices, allowed = random_capacity(rng, months, calls, policy)
    rounding = rng.choice([None, random_rounding(rng), random_rounding(rng)])
    if rounding is None and per > 1:
        rounding = random_rounding(rng)
    if rounding is not None and rng.random() < 0.3:
        rounding["least"] = str(rng.randint(1, 3))
    price_rounding = random_rounding(rng) if rng.random() < 0.3 else None
    tier_fees = tuple(random_price(rng, 300) if rng.random() < 0.5 else Fraction(0) for _ in tiers)
    fees, fixed = random_fees(rng, months, int((rounding or {}).get("least", 0)))
    least, most_of_all = random_price(rng, 400), random_price(rng, 900) + 4
    bounds = rng.choice([{}, {"least": money(least)}, {"most": money(most_of_all)}])
    bounds = rng.choice([bounds, {"least": money(least), "most": money(most_of_all)}])
    price: dict[str, Any] = {"model": model, "per": per}
    price["tiers"] = [
        {"from": e, "price": money(p), "fee": money(f)} for (e, p), f in zip(tiers, tier_fees, strict=True)
    ]
    if price_rounding:
        price["rounding"] = price_rounding
    item = {"id": "p", "meter": "calls", "price": price, "packs": packs, "grants": grants, "fees": fees, **bounds}
    if capacity:
        item["capacity"] = capacity
    book = {
        "format": "faregate-book/2", "id": "random", "title": "Random", "currency": "CNY", "minor_digits": 2,
        "time_zone": "+08:00", "rounding": rounding or "none", "policy": policy, "products": [item],
    }  # fmt: skip
    forecast: dict[str, Any] = {"product": "p", "start": "2025-01", "calls": list(calls)}
    if peaks:
        forecast["peak_qps"] = peaks
    case = Case(
        calls=calls,
        tiers=tuple((edge, price / per) for edge, price in tiers),
        model=model,
        upper=False,
        packs=tuple((pack["id"], pack["units"], Fraction(pack["price"])) for pack in packs),
        lasts=tuple(last_month(m, void_after(m, validity, policy), months) for m in range(months)),
        gifts=tuple(gifts),
        capacity=prices,
        calls_allowed=allowed,
        basis=policy["tier_basis"],
        least=Fraction(bounds.get("least", 0)),
        most=Fraction(bounds["most"]) if "most" in bounds else None,
        tier_fees=tier_fees,
        rounding=rounding,
        price_rounding=price_rounding,
        fixed=fixed,
        counted=policy["capacity_calls"] == "count_for_tier",
    )
    return book, forecast, case
