"""Plans: what to buy, and when, for a forecast of monthly usage.

A forecast is a dict:

    {"product": "image",
     "start": "2025-01",                    # the first month
     "calls": [15_000, 18_000, ...],        # of each month; also by the name of the meter
     "peak_qps": [5, None, ...],            # optional, by the name of the capacity meter: units needed at once
     "materials": 30,                       # optional: to be held from the start
     "opening": {"packs": [                 # optional: packs held at the start
         {"pack": "calls-10k", "left": 4_000, "bought": "2024-06-20"},
         {"units": 2_000, "expires": "2025-03-01"}]},
     "policy": {"tier_basis": "total"},     # optional: switches that replace the book's
     "book": "tencent-facefusion"}          # optional: for the command line

Months may be a list, an array, a generator, a dict by month, or a Series of pandas; `start` then follows from its
months, and may itself be a date or a Period. A Series alone is a forecast too, if its name is the product's.
`Forecast.from_usage` makes one from usage that was.

Purchases are made at 00:00 of a month's first day; its calls come at noon of its 15th day. Grants that are to be
claimed are claimed at the start.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from faregate._arguments import a_dict, find_book, wrong
from faregate._core import Book, Invalid, InvalidType, Result, _make_plan, _plan_timeline
from faregate._documents import encode, failure
from faregate._progress import listener, microseconds
from faregate.forecast import Forecast, ForecastLike, month_of, read_forecast

if TYPE_CHECKING:
    from faregate._core import MadePlan, NaivePlans, PlanMonth, PlanOrder, RunnerUp
    from faregate._results import Results


#: a function of the seconds that have passed, the cost of the best plan known (None: no plan yet), and the cost that no
#: plan is below
Heard: TypeAlias = Callable[[float, Decimal | None, Decimal], object]


def _searching(best: Decimal | None, proven: Decimal) -> str:
    known = "no plan yet" if best is None else f"a plan for {best:,f}"
    return f"looking for the cheapest plan: {known}, none below {proven:,f}"


class Plan:
    """What a forecast costs, and by which orders. Plans are immutable; equal ones compare equal, and they can be
    pickled."""

    book: Book
    forecast: dict[str, Any]
    result: "MadePlan"
    """all results but the timeline"""

    def __init__(
        self,
        book: Book | str,
        forecast: ForecastLike,
        way: "Way" = "cheapest",
        *,
        time_limit: float | None = None,
        progress: "bool | Heard | None" = None,
    ) -> None:
        self.book = find_book(book)
        self.forecast = {key: value for key, value in read_forecast(forecast).items() if key != "book"}
        given = None if isinstance(way, str) and way == "cheapest" else encode(order_list(way))
        with listener(progress, _searching) as heard:
            limit = microseconds(time_limit)
            self.result, self._made = _make_plan(self.book, encode(self.forecast), given, limit, heard)

    @property
    def product(self) -> str:
        """The product that the forecast is for."""
        return self.result.product

    @property
    def currency(self) -> str:
        """The currency of all amounts, which is that of the book."""
        return self.result.currency

    @property
    def total(self) -> Decimal:
        """The cost of the whole forecast."""
        return self.result.total

    @property
    def orders(self) -> "Results[PlanOrder]":
        """What is bought: month, at, amount, quantity, and pack and units, or meter and days or months."""
        return self.result.orders

    @property
    def months(self) -> "Results[PlanMonth]":
        """Month by month: month, mode, units by source (calls, free, packs, postpaid, capacity) and cost by source."""
        return self.result.months

    @property
    def runner_up(self) -> "RunnerUp | None":
        """The best plan with other orders: total, orders. None if there is none, and for a plan by orders that were
        given."""
        return self.result.get("runner_up")

    @property
    def proven(self) -> bool:
        """Whether the cheapest plan was proven to be the cheapest: True unless a limit ended the search."""
        return bool(self._searched("proven"))

    @property
    def gap(self) -> Decimal:
        """How much less than this plan any other one costs at most: 0 if the plan is proven."""
        gap: Decimal = self._searched("gap")
        return gap

    def _searched(self, name: str) -> Any:
        """A result that only a search for the cheapest plan has."""
        if name not in self.result:
            raise AttributeError(f"{name}: this plan was given, and nothing was searched for")
        return self.result[name]

    @property
    def naive(self) -> "NaivePlans":
        """What the plans cost that need no search: all postpaid, one size of pack, capacity all the time."""
        naive: NaivePlans = self._searched("naive")
        return naive

    @cached_property
    def timeline(self) -> dict[str, Any]:
        """A timeline, with its book inside, that replays to the plan's total."""
        timeline: dict[str, Any] = json.loads(_plan_timeline(self._made))
        return timeline

    def to_dict(self) -> dict[str, Any]:
        """The plan without its timeline, as a plain dict."""
        return dict(self.result.to_dict())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Plan):
            return NotImplemented
        return self.result == other.result and self.book == other.book and self.forecast == other.forecast

    def __hash__(self) -> int:
        return hash((self.book, self.total, len(self.orders)))

    def __getstate__(self) -> dict[str, Any]:
        return {"book": self.book, "forecast": self.forecast, "result": self.result, "timeline": self.timeline}

    def __repr__(self) -> str:
        from faregate._print import date_of

        bought = ", ".join(map(describe_order, self.orders)) or "nothing bought"
        gap = f", not proven: any other costs at most {self.gap} less" if not self.result.get("proven", True) else ""
        return f"Plan({self.total} {self.currency}: {bought}{gap}; {date_of(self.book)})"

    def _repr_html_(self) -> str:
        """The plan as tables, for notebooks."""
        from faregate._html import plan_tables

        return plan_tables(self, list(map(describe_order, self.orders)))


#: "cheapest", "postpaid", "capacity", {"pack": id}, {"orders": [...]}, or the Plan whose orders are to be followed
Way: TypeAlias = str | Mapping[str, Any] | Plan


def cheapest(
    book: Book | str,
    forecast: ForecastLike,
    *,
    time_limit: float | None = None,
    progress: "bool | Heard | None" = None,
) -> Plan:
    """The cheapest plan for a forecast: no other choice of packs, postpaid and capacity, made at the beginning of any
    of its months, costs less.

    time_limit  seconds after which the best plan found is the answer: `proven` says whether it is the cheapest, `gap`
                how much less any other costs at most
    progress    True for a line once it takes two seconds, False for none; if not given, one on a terminal and in a
                notebook. Or a function that hears, some times a second, the seconds, what the best plan known costs
                (None: there is none yet; where prices of capacity are rounded, at least) and the least that any can,
                both without fees and materials

    Raises Invalid for a forecast that cannot be read, and where book, switches or forecast have a feature that the
    search cannot honour; CapacityLimit for a peak beyond what is sold.
    """
    return Plan(find_book(book), forecast, time_limit=time_limit, progress=progress)


def follow(book: Book | str, forecast: ForecastLike, way: Way) -> Plan:
    """What a forecast comes to if it is bought for in a given way.

    way  "postpaid"; "capacity" all the time; {"pack": id}, as many as it takes whenever units run short; a Plan, whose
         orders are followed; or {"orders": [...]} of {"month", "pack", "quantity"} and {"month", "capacity", "months"
         or "days"}. Usage that no order covers is postpaid.
    """
    return Plan(find_book(book), forecast, way)


def order_list(way: Way) -> Any:
    """Writes a way as JSON can hold it; the orders of a plan are read as orders to place."""
    named = isinstance(way, str) and way in ("cheapest", "postpaid", "capacity")
    if not named and not isinstance(way, Plan) and not (isinstance(way, Mapping) and way):
        kinds = "'cheapest', 'postpaid', 'capacity', a Plan, {'pack': …} or {'orders': […]}"
        kind = Invalid if isinstance(way, (str, Mapping)) else InvalidType
        raise failure(kind, f"way: expected {kinds}, not {way!r}")
    if isinstance(way, Plan):
        return {"orders": [placed(order) for order in way.orders]}
    if isinstance(way, Mapping) and "orders" in way:
        given = way["orders"]
        if not isinstance(given, Iterable) or isinstance(given, (Mapping, str, bytes)) or hasattr(given, "iterrows"):
            raise wrong("orders", "a list of dicts", given)
        orders = [a_dict(f"orders[{place}]", order) for place, order in enumerate(given)]
        return {**way, "orders": [placed(order, f"orders[{place}]") for place, order in enumerate(orders)]}
    return way


def placed(order: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """An order to place, of one that was told or given; its months may be dates or Periods."""
    told = {key: value for key, value in order.items() if key not in ("at", "amount", "units", "meter")}
    if "meter" in order:
        told["capacity"] = told.pop("quantity")
    for key in ("month", "start"):
        if key in told and not isinstance(told[key], str):
            told[key] = month_of(f"{path}.{key}", told[key])
    return told


def describe_order(order: Mapping[str, Any]) -> str:
    if "pack" in order:
        return f"{order['month']} {order['quantity']} × {order['pack']}"
    unit = "month" if "months" in order else "day"
    count = order[f"{unit}s"]
    begin = f" from {order['start']}" if "start" in order else ""
    return f"{order['month']} {order['quantity']} {order['meter']} for {count} {unit}{'s' if count > 1 else ''}{begin}"


__all__ = ["Forecast", "Plan", "Result", "Way", "cheapest", "follow"]
