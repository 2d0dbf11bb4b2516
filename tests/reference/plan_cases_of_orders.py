"""Random small forecasts where packs have a price by their number in an order, or an order is of certain numbers. Each
such order is a pack of its own for the brute force, of more units than one."""

import random
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from plan_cases import Case, day, first_of, last_month, money, random_tiers, void_after
from plan_search import bill


def random_calls(rng: random.Random, months: int, most: int) -> tuple[int, ...]:
    return tuple(rng.choice([0, rng.randint(1, most), rng.randint(1, most)]) for _ in range(months))


def random_pack(
    rng: random.Random, id: str, units: int, validity: Any, calls: tuple[int, ...]
) -> tuple[dict[str, Any], dict[int, Fraction]]:
    """A pack, and what orders of it cost by their number, up to more than all calls need."""
    end = max(sum(calls) // units + 2, 6)
    prices = tuple((edge, price * units) for edge, price in random_tiers(rng, 4))
    pack: dict[str, Any] = {"id": id, "units": units, "validity": validity, "price": money(prices[0][1])}
    shape, counts = "volume", range(1, end)
    if by_number := rng.random() < 0.7:
        shape = rng.choice(["volume", "graduated"])
        pack["price"] = {"model": shape, "tiers": [{"from": e, "price": money(p)} for e, p in prices]}
    if not by_number or rng.random() < 0.4:
        counts = range(rng.randint(1, 3), end, rng.randint(1, 2))
        pack["count"] = {"least": counts.start, "step": counts.step}
    one = Case((), prices if by_number else prices[:1], shape, False, (), ())
    return pack, {count: bill(one, count, 0, count) for count in counts}


def random_case_of_orders(rng: random.Random) -> tuple[dict[str, Any], dict[str, Any], Case]:
    months = rng.randint(1, 3)
    most = rng.choice([5, 7])
    calls = random_calls(rng, months, most)
    tiers = random_tiers(rng, most + 5)
    model = rng.choice(["volume", "graduated"])
    validity = rng.choice([{"years": 1}, {"months": 1}, {"months": 2}])
    packs, orders = [], []
    for number in range(rng.choice([1, 1, 1, 2])):
        units = rng.randint(2, 5)
        pack, prices = random_pack(rng, f"k{number}", units, validity, calls)
        packs.append(pack)
        orders += [(f"k{number}*{count}", units * count, price) for count, price in prices.items()]
    item = {"id": "p", "meter": "calls", "packs": packs, "price": price_of(model, tiers)}
    book = book_of(products=[item])
    case = Case(
        calls=calls,
        tiers=tiers,
        model=model,
        upper=False,
        packs=tuple(cheapest_of_each_size(orders)),
        lasts=tuple(last_month(m, void_after(m, validity, {}), months) for m in range(months)),
    )
    return book, {"product": "p", "start": "2025-01", "calls": list(calls)}, case


def random_case_of_orders_in_editions(rng: random.Random) -> tuple[dict[str, Any], dict[str, Any], Case]:
    """The same where each edition sells them in other numbers and at other prices, one by one, or not at all."""
    months = rng.randint(2, 3)
    most = 5
    calls = random_calls(rng, months, most)
    model = rng.choice(["volume", "graduated"])
    begins = [datetime(2024, 1, 1)]
    begins += sorted(first_of(m) + timedelta(days=rng.choice([0, 0, 9])) for m in rng.sample(range(1, months), 1))
    sizes = [rng.randint(2, 5) for _ in range(rng.choice([1, 1, 2]))]
    editions, tiers_at, prices_at = [], [], []
    for begin in begins:
        tiers_at.append(random_tiers(rng, most + 5))
        packs, prices = [], {}
        for number, units in enumerate(sizes):
            pack, by_count = random_pack(rng, f"k{number}", units, {"years": 1}, calls)
            if rng.random() < 0.15:
                pack |= {"price": money(Fraction(units, 5))}
                pack.pop("count", None)
                by_count = {count: Fraction(count * units, 5) for count in range(1, max(sum(calls) // units + 2, 6))}
            if rng.random() < 0.9:
                packs.append(pack)
                prices |= {(number, count): price for count, price in by_count.items()}
        prices_at.append(prices)
        item = {"id": "p", "meter": "calls", "packs": packs, "price": price_of(model, tiers_at[-1])}
        editions.append({"effective": day(begin), "products": [item]})

    def edition_at(time: datetime) -> int:
        return max(number for number, begin in enumerate(begins) if begin <= time)

    bought = [edition_at(first_of(month)) for month in range(months)]
    used = [edition_at(first_of(month) + timedelta(days=14, hours=12)) for month in range(months)]
    orders = sorted({order for prices in prices_at for order in prices})
    case = Case(
        calls=calls,
        tiers=(),
        model=model,
        upper=False,
        packs=tuple((f"k{number}*{count}", sizes[number] * count, Fraction(0)) for number, count in orders),
        lasts=tuple(months - 1 for _ in range(months)),
        tiers_of=tuple(tiers_at[number] for number in used),
        prices_of={
            f"k{number}*{count}": tuple(prices_at[bought[m]].get((number, count)) for m in range(months))
            for number, count in orders
        },
    )
    return book_of(editions=editions), {"product": "p", "start": "2025-01", "calls": list(calls)}, case


def book_of(**keys: Any) -> dict[str, Any]:
    return {
        "format": "faregate-book/2", "id": "random", "title": "Random", "currency": "CNY", "minor_digits": 2,
        "time_zone": "+08:00", "rounding": "none", "policy": {"pack_expiry": "anniversary_end"}, **keys,
    }  # fmt: skip


def price_of(model: str, tiers: tuple[tuple[int, Fraction], ...]) -> dict[str, Any]:
    return {"model": model, "tiers": [{"from": edge, "price": money(price)} for edge, price in tiers]}


def cheapest_of_each_size(orders: list[tuple[str, int, Fraction]]) -> list[tuple[str, int, Fraction]]:
    found: dict[int, tuple[str, int, Fraction]] = {}
    for order in orders:
        if order[1] not in found or order[2] < found[order[1]][2]:
            found[order[1]] = order
    return list(found.values())
