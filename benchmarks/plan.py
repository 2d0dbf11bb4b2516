"""The cheapest plan against a mixed-integer program solved by HiGHS: the same twelve-month forecasts, one thread, one
run.

Prints medians and the ratio of HiGHS's own running time, its model built already, to a whole call of faregate.cheapest.
"""

import argparse
import json
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "reference"))

import faregate
from plan_milp import Program, solve

MONTHS = 12
REPEATS = 5


def forecast_of(rng: random.Random) -> dict:
    base = 10 ** rng.uniform(3.5, 6)
    forecast = {"product": "image", "start": "2025-01"}
    forecast["calls"] = [int(base * rng.lognormvariate(0, 0.6)) for _ in range(MONTHS)]
    if rng.random() < 0.25:
        forecast["peak_qps"] = [rng.choice([None, 1, 3, 25]) for _ in range(MONTHS)]
    return forecast


def program_of(book: faregate.Book, forecast: dict) -> Program:
    product = book.products[0]
    peaks = forecast.get("peak_qps", [None] * MONTHS)
    return Program(
        demand=tuple(max(0, calls - 1000) for calls in forecast["calls"]),
        tiers=tuple((tier["from"], float(tier.price)) for tier in product.price.tiers),
        packs=tuple((pack.units, float(pack.price)) for pack in product.packs if pack.of == "usage"),
        life=12,
        capacity=tuple(None if peak is None else 2400.0 * peak for peak in peaks),
        calls_allowed=tuple(peak is None or peak <= 20 for peak in peaks),
    )


def seconds_of(book: faregate.Book, forecast: dict) -> tuple[float, float]:
    """Of one call, the fastest of a few; and the total."""
    times = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        plan = faregate.cheapest(book, forecast)
        times.append(time.perf_counter() - begin)
    return min(times), float(plan.total)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=12)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    book = faregate.Book("tencent-facefusion")
    ours, theirs, equal = [], [], 0
    for number in range(given.cases):
        forecast = forecast_of(random.Random(f"bench/{number}"))
        seconds, total = seconds_of(book, forecast)
        solution = solve(program_of(book, forecast))
        ours.append(seconds)
        theirs.append(solution.seconds)
        equal += solution.optimal and abs(solution.cost - total) < 0.01
    ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
    answer = {
        "cases": given.cases,
        "equal": equal,
        "faregate_us": statistics.median(ours) * 1e6,
        "highs_ms": statistics.median(theirs) * 1e3,
        "ratio_median": statistics.median(ratios),
        "ratio_least": min(ratios),
        "ratio_most": max(ratios),
    }
    if given.json:
        print(json.dumps(answer))
        return
    print(f"cheapest plan, 12 months, {given.cases} forecasts, {equal} with the same optimum")
    print(f"  faregate {answer['faregate_us']:,.0f} µs   HiGHS {answer['highs_ms']:,.0f} ms   medians")
    print(f"  ratio    {answer['ratio_median']:,.0f} median, {min(ratios):,.0f} to {max(ratios):,.0f}")


if __name__ == "__main__":
    main()
