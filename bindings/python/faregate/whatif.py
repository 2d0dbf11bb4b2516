"""Questions about plans: which is cheaper, what moves the total, what if demand is another, why two bills differ."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

from faregate._arguments import a_dict, an_integer, find_book, wrong
from faregate._changed_book import repriced
from faregate._core import Book, Error, Invalid, InvalidType, UnknownPack, UnknownProduct, _break_even, _way_fields
from faregate._currencies import in_common, rates_of
from faregate._diff import BookDiff
from faregate._difference import CostDifference, Difference, diff
from faregate._documents import failure, products_of
from faregate._doubts import nearest
from faregate._exact import exactly
from faregate._row_table import table_of
from faregate._simulation import Ranking, Simulation, simulate, simulated, thousandths, usage_key
from faregate._table import Table
from faregate.forecast import ForecastLike, read_forecast
from faregate.plan import Heard, Plan, Way, order_list

if TYPE_CHECKING:
    from faregate._core import Stretch
    from faregate._results import Results

BookLike: TypeAlias = Any  # anything that Book takes, or a Book


def break_even(a: Mapping[str, Any], b: Mapping[str, Any], most: int) -> "Results[Stretch]":
    """Every crossing of two ways to pay for 0 to `most` units: the stretches on which one of them is cheaper.

    a, b  dicts: `book` and `product`, and of these what applies:
          meter     if it is not the product's usage: its capacity meter, and the quantity is capacity
          pack      units come in this pack: as many as it takes, or `packs` of them and the rest by the price list
          capacity  so much of it for so many `days` or `months`, and usage is free
          free      units that cost nothing, the first ones
          at        picks the month where a price is for a month held, and what rules ask of the clock
          attributes  mapping of names to str or int, of the usage and its account, where rules ask them

    Answers results with `from`, `to`, `cheaper` ("a", "b" or "equal") and the amounts `a` and `b` at `from`. Exact;
    raises Invalid for a book whose amounts are rounded, and for two books of different currencies, and Unsupported for
    a product with fees, or with blocks that units of a quantity do not fill evenly.
    """
    return _break_even(way_of("a", a), way_of("b", b), an_integer("most", most, 0))


_OF_WAYS = tuple(_way_fields.split())


def way_of(name: str, way: Mapping[str, Any]) -> dict[str, Any]:
    given = a_dict(name, way)
    unknown = next((key for key in given if key not in _OF_WAYS), None)
    if unknown is not None:
        near = nearest(str(unknown), _OF_WAYS)
        meant = "of " if near is None else f"the nearest is {near}, of "
        raise failure(Invalid, f"{name}.{unknown}: there is no field of this name here; {meant}{', '.join(_OF_WAYS)}")
    if given.get("packs") is not None:
        an_integer(f"{name}.packs", given["packs"], 1)  # without it, as many packs as needed are bought
    return {**given, "book": find_book(given.get("book"))}


@dataclass(frozen=True)
class Comparison:
    """Plans for one forecast, the cheapest first; `refused` says why other ways to buy cannot be had.

    `rates` has what one unit of each plan's currency is in `currency`, 1 for that itself.
    """

    plans: dict[str, Plan]
    refused: dict[str, str]
    currency: str
    rates: dict[str, Decimal]

    @property
    @exactly
    def rows(self) -> Table:
        """Of each plan its name (plan), its total, and how much more than the cheapest that is; both in `currency`."""
        totals = {name: in_common(plan.total, plan.currency, self.rates) for name, plan in self.plans.items()}
        best = next(iter(totals.values()), Decimal(0))
        rows = [{"plan": name, "total": total, "more": total - best} for name, total in totals.items()]
        return table_of(rows, ("plan", "total", "more"))

    @property
    def unproven(self) -> dict[str, str]:
        """Of plans whose search ended before they were proven to be the cheapest: how much less any other costs at
        most, in words."""
        return {
            name: f"not proven: any other costs at most {plan.gap:f} {plan.currency} less"
            for name, plan in self.plans.items()
            if not plan.result.get("proven", True)
        }

    def simulate(
        self,
        *,
        trials: int = 1000,
        spread: float = 0.2,
        level_spread: float = 0,
        correlation: float = 0,
        samples: Any = None,
        seed: int = 0,
        threads: int = 1,
    ) -> Ranking:
        """What each of the plans costs over the same trials of demand, in which it keeps to what it buys. The arguments
        are those of faregate.simulate."""
        how = {"trials": trials, "spread": spread, "level_spread": level_spread, "correlation": correlation}
        how |= {"samples": samples, "seed": seed, "threads": threads}
        if not self.plans:
            raise failure(Invalid, "plans: none of them can be had")

        def common(amount: Decimal, currency: str) -> Decimal:
            return in_common(amount, currency, self.rates)

        return simulated(self.plans, common, self.currency, **how)

    def __repr__(self) -> str:
        late = self.unproven
        parts = [
            f"{name} {plan.total} {plan.currency}{' (not proven)' if name in late else ''}"
            for name, plan in self.plans.items()
        ]
        parts += [f"{len(self.refused)} refused"] if self.refused else []
        return f"Comparison({', '.join(parts)})"

    def _repr_html_(self) -> str:
        """The plans as a table, for notebooks."""
        from faregate._html import comparison_table

        return comparison_table(self)


def compare(
    book: BookLike | Sequence[BookLike],
    forecast: ForecastLike,
    ways: Mapping[str, Any] | Iterable[Any] | None = None,
    *,
    fx: Mapping[str, Any] | None = None,
    time_limit: float | None = None,
    progress: "bool | Heard | None" = None,
) -> Comparison:
    """What a forecast comes to by each of several ways to buy for it, and by each of several price books.

    book      or a list of them, each of which is asked for all ways. Where the books name the product otherwise, the
              forecast's `product` is a dict of products by the ids of the books
    forecast  as of faregate.cheapest
    ways      by name, or a list: ways as in faregate.follow, or pairs of a book and a way; if not given, the cheapest
              plan and those that nobody searches for: postpaid, one size of pack, capacity all the time
    fx        where books have several currencies: what one unit of each other is in that of the first book,
              {"USD": "7.1"}; exact numbers, text or Decimal. Raises Invalid where a rate is needed and missing:
              currencies are never mixed

    time_limit, progress  of each search for a cheapest plan, as of faregate.cheapest

    A plan that does not serve the forecast is in `refused`, with the first month that fails. What is malformed or
    unknown, in ways as in the forecast, is an error.
    """
    books = [find_book(each) for each in (book if isinstance(book, (list, tuple)) else [book])]
    if not books:
        raise failure(Invalid, "book: expected at least one")
    plain = read_forecast(forecast)
    made: dict[str, Plan] = {}
    refused: dict[str, str] = {}
    for name, source, way in candidates(books, plain, ways):
        of_book = for_book(plain, source)
        order_list(way)
        try:
            made[name] = Plan(source, of_book, way, time_limit=time_limit, progress=progress)
        except Error as error:
            if is_malformed(error, way, books):
                raise failure(type(error), f"{name}: {error}") from error
            refused[name] = str(error)
    rates = rates_of({plan.currency for plan in made.values()}, books[0].currency, a_dict("fx", fx or {}))
    ranked = sorted(made.items(), key=lambda item: in_common(item[1].total, item[1].currency, rates))
    return Comparison(dict(ranked), refused, books[0].currency, rates)


def is_malformed(error: Error, way: Way, books: Sequence[Book]) -> bool:
    """Whether an error says that a way or a forecast is malformed, so that it is no verdict on one plan: it has the
    path of a wrong value, or a name that none of the books has."""
    if isinstance(error, UnknownPack) and isinstance(way, Mapping):
        named = {order.get("pack") for order in [way, *way.get("orders", ())]} - {None}
        return not named <= {pack.id for book in books for product in products_of(book) for pack in product.packs}
    return isinstance(error, (InvalidType, UnknownProduct)) or (isinstance(error, Invalid) and bool(error.path))


def candidates(books: Sequence[Book], forecast: dict[str, Any], ways: Any) -> list[tuple[str, Book, Way]]:
    """The plans to compare, each with a unique name: that of its way, after that of its book if there are several
    books."""
    found: list[tuple[str, Book, Way]] = []
    for book in books:
        given = usual_ways(book, for_book(forecast, book)) if ways is None else ways
        if not isinstance(given, Iterable) or isinstance(given, str):
            raise wrong("ways", "a dict or a list of ways", given)
        named = given.items() if isinstance(given, Mapping) else [(None, way) for way in given]
        for name, way in named:
            own_book, chosen = book_and_way(way, None)
            if not isinstance(chosen, (str, Mapping, Plan)):
                raise wrong("ways", "ways, as in faregate.follow", chosen)
            if own_book is not None and book is not books[0]:
                continue  # a way with a book of its own is asked for once only
            source = book if own_book is None else find_book(own_book)
            words = name_of(chosen) if name is None else str(name)
            of_book = len(books) > 1 or (own_book is not None and name is None)
            found.append((f"{label_of(source)}: {words}" if of_book else words, source, chosen))
    names = named_apart([name for name, _, _ in found])
    return [(name, book, way) for name, (_, book, way) in zip(names, found)]


def label_of(book: Book) -> str:
    return book.id if book.changed is None else f"{book.id} ({book.changed})"


def for_book(forecast: dict[str, Any], book: Book) -> dict[str, Any]:
    """The forecast with the name that this book has for the product."""
    product = forecast.get("product")
    if not isinstance(product, Mapping):
        return forecast
    if book.id not in product:
        raise failure(Invalid, f"product: there is none for {book.id!r} in {sorted(map(str, product))}")
    return {**forecast, "product": product[book.id]}


def book_and_way(way: Any, default: Any) -> tuple[Any, Any]:
    """Separates a way from its book, which may come as a pair with it, or under the key `book`."""
    if isinstance(way, tuple):
        if len(way) != 2:
            raise failure(Invalid, "ways: expected pairs of a book and a way")
        return way
    if isinstance(way, Mapping) and "book" in way:
        rest = {key: value for key, value in way.items() if key != "book"}
        return way["book"], rest
    return default, way


def named_apart(names: list[str]) -> list[str]:
    """Numbers names that repeat, so that no plan replaces another."""
    seen: dict[str, int] = {}
    apart = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        apart.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return apart


def usual_ways(book: Book, forecast: Mapping[str, Any]) -> list[Way]:
    product = next((item for item in products_of(book) if item.id == forecast.get("product")), None)
    packs = [pack.id for pack in product.packs if pack.of == "usage"] if product is not None else []
    capacity = [] if product is None or product.capacity is None else ["capacity"]
    return ["cheapest", "postpaid", *({"pack": pack} for pack in packs), *capacity]


def name_of(way: Way) -> str:
    if isinstance(way, Mapping):
        return f"only {way['pack']}" if "pack" in way else "given orders"
    return way if isinstance(way, str) else "given plan"


@dataclass(frozen=True)
class Sensitivity:
    """How far the total moves if one thing at a time changes, the widest first."""

    total: Decimal
    rows: Table
    """factor, low and high (the total with the factor lower and higher; null: no plan can be had then)"""
    currency: str

    def __repr__(self) -> str:
        return f"Sensitivity({self.total} {self.currency}: {', '.join(self.rows['factor'].tolist())})"

    def _repr_html_(self) -> str:
        """The cases as a table, for notebooks."""
        from faregate._html import for_the_eye

        return for_the_eye(self.rows, self.currency)


def sensitivity(
    book: BookLike, forecast: ForecastLike, way: Way = "cheapest", by: float = 0.2, months: bool = False
) -> Sensitivity:
    """The total with one thing lower and higher at a time: calls, peak, prices of packs, postpaid and capacity; with
    `months`, also the calls of each month.

    way  "cheapest" buys anew for each case; any other way is followed in all of them
    by   by which part: 0.2 is 20 percent
    """
    source = find_book(book)
    part = Fraction(thousandths("by", by, 1000), 1000)
    base = Plan(source, forecast, way)
    followed: Way = "cheapest" if isinstance(way, str) and way == "cheapest" else base
    rows = []
    for factor, vary in factors(source, base, months):
        low, high = (total_or_none(vary(times), followed) for times in (1 - part, 1 + part))
        if (low, high) != (base.total, base.total):
            rows.append({"factor": factor, "low": low, "high": high})
    rows.sort(key=lambda row: spread_of(row, base.total), reverse=True)
    return Sensitivity(base.total, table_of(rows, ("factor", "low", "high")), source.currency)


@exactly
def spread_of(row: Mapping[str, Any], base: Decimal) -> Decimal:
    ends = [total for total in (row["low"], row["high"]) if total is not None]
    return max(ends, default=base) - min(ends, default=base)


def total_or_none(case: tuple[Book, ForecastLike], way: Way) -> Decimal | None:
    try:
        total: Decimal = Plan(*case, way).total
        return total
    except Error:
        return None


def factors(book: Book, base: Plan, months: bool) -> list[tuple[str, Any]]:
    """The cases of a sensitivity by name, each with a function from a factor to the book and the forecast of the
    case."""
    given = base.forecast
    product = next(item for item in products_of(book) if item.id == base.product)
    calls = usage_key(base)
    found: list[tuple[str, Any]] = [(calls, lambda times: (book, scaled(given, calls, times)))]
    if months:
        for month in range(len(given[calls])):
            found.append(
                (f"{calls} of month {month + 1}", lambda times, m=month: (book, scaled(given, calls, times, m)))
            )
    if product.capacity is not None and f"peak_{product.capacity.meter}" in given:
        peak = f"peak_{product.capacity.meter}"
        found.append((peak, lambda times: (book, scaled(given, peak, times))))
    for part in ("packs", "price", "capacity"):
        name = {"packs": "prices of packs", "price": "prices of postpaid", "capacity": "prices of capacity"}[part]
        found.append((name, lambda times, part=part: (repriced(book, base.product, part, times), given)))
    return found


def scaled(forecast: dict[str, Any], key: str, times: Fraction, month: int | None = None) -> dict[str, Any]:
    values = [
        value if value is None or month not in (None, place) else int(value * times)
        for place, value in enumerate(forecast[key])
    ]
    return {**forecast, key: values}


__all__ = [
    "BookDiff",
    "Comparison",
    "CostDifference",
    "Difference",
    "Ranking",
    "Sensitivity",
    "Simulation",
    "break_even",
    "compare",
    "diff",
    "sensitivity",
    "simulate",
]
