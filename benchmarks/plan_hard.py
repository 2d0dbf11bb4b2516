"""The cheapest plan where it is hard: random forecasts of the shipped book over 36 months, and books of six packs whose
sizes have nothing in common over twelve. Prints the median and the worst, in seconds of CPU; --limit fails above it."""

import argparse
import json
import math
import random
import statistics
import sys
import time

import faregate

SHAPES = ("noise", "growth", "season", "spiky", "flat", "few")


def calls_of(rng: random.Random, months: int, base: float) -> list[int]:
    """Levels from a hundred to twenty million a month, growing, seasonal, with spikes and with months of none."""
    shape = rng.choice(SHAPES)
    growth, spread = rng.uniform(-0.05, 0.15), rng.uniform(0.05, 1.2)
    factors = {
        "noise": lambda month: rng.lognormvariate(0, spread),
        "growth": lambda month: (1 + growth) ** month * rng.lognormvariate(0, 0.1),
        "season": lambda month: (1 + 0.8 * math.sin(month * 0.52)) * rng.lognormvariate(0, 0.1),
        "spiky": lambda month: 10 if rng.random() < 0.15 else rng.random(),
        "flat": lambda month: 1 + rng.uniform(-0.02, 0.02),
        "few": lambda month: 0 if rng.random() < 0.5 else rng.lognormvariate(0, spread),
    }
    return [int(base * factors[shape](month)) for month in range(months)]


def of_the_shipped_book(rng: random.Random) -> tuple[faregate.Book, dict]:
    product, meter, peaks = rng.choice(
        [("image", "qps", (None, 1, 3, 25)), ("image-pro", "concurrency", (None, 1, 12))]
    )
    forecast = {"product": product, "start": "2025-01", "calls": calls_of(rng, 36, 10 ** rng.uniform(2, 7.3))}
    if rng.random() < 0.25:
        forecast[f"peak_{meter}"] = [rng.choice(peaks) for _ in range(36)]
    return faregate.Book("tencent-facefusion"), forecast


def of_odd_sizes(rng: random.Random) -> tuple[faregate.Book, dict]:
    sizes = sorted(int(10 ** rng.uniform(3, 6)) | 1 for _ in range(6))
    rates = sorted((rng.uniform(0.05, 0.25) for _ in sizes), reverse=True)
    tiers = zip((0, 10_000, 100_000, 1_000_000), ("0.24", "0.18", "0.12", "0.08"), strict=True)
    packs = [
        {"id": f"k{place}", "units": size, "price": str(int(size * rate) + 1), "validity": {"years": 1}}
        for place, (size, rate) in enumerate(zip(sizes, rates, strict=True))
    ]
    price = {"model": "volume", "tiers": [{"from": edge, "price": price} for edge, price in tiers]}
    book = {
        "format": "faregate-book/2", "id": "odd", "title": "Odd", "currency": "EUR", "minor_digits": 2,
        "time_zone": "+00:00", "rounding": "none",
        "products": [{"id": "p", "meter": "calls", "price": price, "packs": packs}],
    }  # fmt: skip
    forecast = {"product": "p", "start": "2025-01", "calls": calls_of(rng, 12, 10 ** rng.uniform(4, 6.3))}
    return faregate.Book(book), forecast


def seconds_of(cases: range, make: object, name: str, time_limit: float) -> list[float]:
    times = []
    for number in cases:
        book, forecast = make(random.Random(f"{name} {number}"))
        begin = time.process_time()
        plan = faregate.cheapest(book, forecast, time_limit=time_limit, progress=False)
        times.append(time.process_time() - begin)
        if not plan.proven:
            print(f"{name} {number}: not proven within {time_limit:g} s, gap {plan.gap}", file=sys.stderr)
    return times


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=1000)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--limit", type=float, help="seconds that none may pass")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    cases = range(given.first, given.first + given.cases)
    answer = {}
    for name, make in (("shipped", of_the_shipped_book), ("odd", of_odd_sizes)):
        times = seconds_of(cases, make, name, 60)
        worst = max(range(len(times)), key=times.__getitem__)
        answer[name] = {"median_s": statistics.median(times), "worst_s": times[worst], "worst": cases[worst]}
    if given.json:
        print(json.dumps(answer))
    else:
        for name, found in answer.items():
            print(
                f"{name}: median {found['median_s']:.3f} s, worst {found['worst_s']:.2f} s (forecast {found['worst']})"
            )
    if given.limit is not None and any(found["worst_s"] > given.limit for found in answer.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
