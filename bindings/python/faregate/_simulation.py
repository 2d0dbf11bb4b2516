"""Simulates what plans cost if demand turns out differently from the forecast."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from faregate._arguments import a_part, an_integer, find_book, wrong
from faregate._core import Book, Invalid, _vary
from faregate._documents import failure, products_of
from faregate._exact import exactly, rounded, shown, total_of
from faregate._progress import counted
from faregate._row_table import table_of
from faregate._table import Table
from faregate._threads import by_threads
from faregate.forecast import ForecastLike, read_forecast, whole_numbers
from faregate.plan import Plan, Way

_TRIALS_MOST = 1_000_000
_THREADS_MOST = 1024
_SPREAD_MOST = 10_000  # thousandths, at most


@dataclass(frozen=True)
class Simulation:
    """The totals of a plan over trials of demand, in the order of the trials, and its cost up to each month."""

    totals: tuple[Decimal, ...]
    cumulative: tuple[tuple[Decimal, ...], ...]  # by trial, and within it by month
    months: tuple[str, ...]
    currency: str

    def quantile(self, part: float) -> Decimal:
        """The total that this part of the trials does not exceed: quantile(0.95)."""
        return _rank(self.totals, a_part("part", part))

    def fan(self, parts: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> dict[float, list[Decimal]]:
        """For each part, the cost up to each month that this part of the trials does not exceed."""
        if isinstance(parts, str) or not isinstance(parts, Iterable):
            raise wrong("parts", "a list of parts from 0 to 1", parts)
        exact = {part: a_part("parts", part) for part in parts}
        return {part: [_rank(month, of) for month in zip(*self.cumulative)] for part, of in exact.items()}

    @property
    def mean(self) -> Decimal:
        """The mean of the totals, rounded to 12 decimals."""
        return mean_of(self.totals)

    @property
    def rows(self) -> Table:
        """A row for each trial: trial, total, and a column for each month, named as "2025-01", which adds up all costs
        up to its end: the last of them is the total."""
        return table_of(
            {"trial": number, "total": total, **dict(zip(self.months, costs))}
            for number, (total, costs) in enumerate(zip(self.totals, self.cumulative))
        )

    def __repr__(self) -> str:
        low, middle, high = (self.quantile(part) for part in (0.05, 0.5, 0.95))
        return f"Simulation({len(self.totals):,} trials: {low} .. {middle} .. {high} {self.currency})"


def _rank(values: Iterable[Decimal], part: Fraction) -> Decimal:
    ordered = sorted(values)
    place = -(-len(ordered) * part.numerator // part.denominator) - 1
    return ordered[min(len(ordered) - 1, max(0, place))]


def mean_of(totals: tuple[Decimal, ...]) -> Decimal:
    return shown(rounded(Fraction(total_of(totals)) / len(totals)), totals[0])


@dataclass(frozen=True)
class Ranking:
    """Several plans over the same trials of demand. `rows` has the one with the lowest mean first, `by` another
    order."""

    simulations: dict[str, Simulation]
    totals: dict[str, tuple[Decimal, ...]]  # in `currency`, by the name of the plan
    currency: str

    @property
    def rows(self) -> Table:
        """Of each plan: plan, mean, quantile (that of 0.95), regret (what it costs more than the cheapest of them in
        the same trial, on average), worst_regret (at most), cheapest (in so many trials). The best mean first."""
        return self.by("mean")

    def by(self, criterion: Literal["mean", "quantile", "regret", "worst_regret"], quantile: float = 0.95) -> Table:
        """The rows, the best by "mean", "quantile", "regret" or "worst_regret" first."""
        if criterion not in ("mean", "quantile", "regret", "worst_regret"):
            raise failure(Invalid, f"criterion: expected mean, quantile, regret or worst_regret, not {criterion!r}")
        part = a_part("quantile", quantile)
        best = [min(trial) for trial in zip(*self.totals.values())]
        rows = [_ranked(name, totals, best, part) for name, totals in self.totals.items()]
        return table_of(sorted(rows, key=lambda row: row[criterion]), _RANKED)

    def __repr__(self) -> str:
        means = (f"{row['plan']} {row['mean']}" for row in self.rows)
        return f"Ranking({', '.join(means)} {self.currency} on average)"

    def _repr_html_(self) -> str:
        from faregate._html import for_the_eye

        return for_the_eye(self.rows, self.currency)


_RANKED = ("plan", "mean", "quantile", "regret", "worst_regret", "cheapest")


@exactly
def _ranked(name: str, totals: tuple[Decimal, ...], best: Sequence[Decimal], part: Fraction) -> dict[str, Any]:
    regrets = tuple(total - least for total, least in zip(totals, best))
    values = (name, mean_of(totals), _rank(totals, part), mean_of(regrets), max(regrets), regrets.count(Decimal(0)))
    return dict(zip(_RANKED, values))


@dataclass(frozen=True)
class Demand:
    """How demand varies around a forecast, or what it is in each trial."""

    trials: int
    spread: int = 0  # thousandths, as are level_spread and correlation
    level: int = 0
    correlation: int = 0
    seed: int = 0
    samples: tuple[tuple[int, ...], ...] = ()

    def of(self, calls: tuple[int, ...], trial: int) -> list[int]:
        if self.samples:
            return list(self.samples[trial])
        return list(_vary(calls, self.spread, self.level, self.correlation, self.seed, trial))


def read_demand(
    trials: int, spread: float, level_spread: float, correlation: float, samples: Any, seed: int, months: int
) -> Demand:
    if samples is not None:
        return _sampled(samples, months)
    return Demand(
        an_integer("trials", trials, 1, _TRIALS_MOST),
        thousandths("spread", spread, _SPREAD_MOST),
        thousandths("level_spread", level_spread, _SPREAD_MOST),
        thousandths("correlation", correlation, 1000),
        an_integer("seed", seed, 0),
    )


def _sampled(samples: Any, months: int) -> Demand:
    if isinstance(samples, str) or not isinstance(samples, Iterable):
        raise wrong("samples", "rows of calls by month, a row for each trial", samples)
    if hasattr(samples, "to_numpy"):
        samples = samples.to_numpy()  # the rows of a frame, because iterating it yields the names of its columns
    rows = tuple(tuple(whole_numbers(f"samples[{place}]", row)) for place, row in enumerate(samples))
    if not rows:
        raise failure(Invalid, "samples: expected a row for each trial, and there is none")
    for place, row in enumerate(rows):
        if len(row) != months:
            raise failure(Invalid, f"samples[{place}]: expected {months} months, as the forecast has, not {len(row)}")
    return Demand(len(rows), samples=rows)


def thousandths(name: str, given: Any, most: int | None = None) -> int:
    """Reads a part such as 0.2 as a whole number of thousandths; a part with more than three decimals is refused."""
    try:
        exact = Fraction(str(given)) * 1000
    except (ValueError, ZeroDivisionError):
        raise failure(Invalid, f"{name}: expected a part such as 0.2, not {given!r}") from None
    beyond = exact < 0 or (most is not None and exact > most)
    if beyond or exact.denominator != 1 or isinstance(given, (bool, str)):
        end = "on" if most is None else f"to {most // 1000}"
        raise failure(Invalid, f"{name}: expected a part from 0 {end}, with at most three decimals, not {given!r}")
    return int(exact)


def usage_key(plan: Plan) -> str:
    """The key of a forecast that has the units of its months: "calls", or the name of the meter."""
    meter = next(item.meter for item in products_of(plan.book) if item.id == plan.product)
    return "calls" if "calls" in plan.forecast else meter


def lived(
    base: Plan, way: Way, demand: Demand, threads: int, time_limit: float | None = None, progress: bool | None = None
) -> Simulation:
    """Makes the plan of each trial of demand."""
    key = usage_key(base)
    calls = tuple(base.forecast[key])

    def trial(number: int, go_on: Callable[..., None]) -> tuple[Decimal, tuple[Decimal, ...]]:
        forecast = {**base.forecast, key: demand.of(calls, number)}
        plan = Plan(base.book, forecast, way, time_limit=time_limit, progress=go_on)
        return plan.total, running_sum([month.cost.total for month in plan.months])

    done = by_threads(trial, demand.trials, an_integer("threads", threads, 1, _THREADS_MOST))
    with closing(done):
        costs = dict(counted(done, demand.trials, progress))
    months = tuple(month.month for month in base.months)
    totals, sums = zip(*(costs[number] for number in range(demand.trials)))
    return Simulation(totals, sums, months, base.currency)


@exactly
def running_sum(amounts: Sequence[Decimal]) -> tuple[Decimal, ...]:
    sums = [amounts[0]]
    for amount in amounts[1:]:
        sums.append(sums[-1] + amount)
    return tuple(sums)


def simulate(
    book: Book | str,
    forecast: ForecastLike,
    way: Way = "cheapest",
    *,
    trials: int = 1000,
    spread: float = 0.2,
    level_spread: float = 0,
    correlation: float = 0,
    samples: Any = None,
    seed: int = 0,
    threads: int = 1,
    time_limit: float | None = None,
    progress: bool | None = None,
) -> Simulation:
    """What a plan costs if demand turns out another: each month's calls vary around the forecast.

    way           bought for the forecast and then kept to whatever comes; "anew" is the cheapest plan of each trial
    spread        standard deviation of a month's calls, as a part of them; each month by itself. Calls are drawn from
                  a normal distribution around the forecast's (twelve even numbers added up: at most six deviations
                  off), 0 where they would be below it
    level_spread  that of a level which all months of a trial share: demand is high or low as a whole
    correlation   of a month's own deviation with that of the month before, 0 to 1
    samples       the calls themselves, a row of months for each trial, in place of all of these
    seed          the same seed, the same trials, in any order and on any number of threads

    time_limit    seconds of each search for a cheapest plan
    progress      True for a line once it takes two seconds, False for none; if not given, one on a terminal and in a
                  notebook

    Of several plans over the same trials: faregate.compare(book, forecast, ways).simulate(…).
    """
    first: Way = "cheapest" if _is_anew(way) else way
    base = Plan(find_book(book), read_forecast(forecast), first, time_limit=time_limit, progress=progress)
    demand = read_demand(trials, spread, level_spread, correlation, samples, seed, len(base.months))
    return lived(base, "cheapest" if _is_anew(way) else kept(base), demand, threads, time_limit, progress)


def _is_anew(way: Way) -> bool:
    return isinstance(way, str) and way == "anew"


def kept(plan: Plan) -> Way:
    """The way that buys what a plan has bought, whatever demand comes."""
    return {"orders": list(plan.orders)}


def simulated(
    plans: dict[str, Plan], in_common: Callable[[Decimal, str], Decimal], currency: str, **how: Any
) -> Ranking:
    threads = how.pop("threads")
    simulations = {}
    for name, plan in plans.items():
        demand = read_demand(**how, months=len(plan.months))
        simulations[name] = lived(plan, kept(plan), demand, threads)
    totals = {
        name: tuple(in_common(total, each.currency) for total in each.totals) for name, each in simulations.items()
    }
    return Ranking(simulations, totals, currency)
