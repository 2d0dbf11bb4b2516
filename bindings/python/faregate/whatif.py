"""Questions about plans: which is cheaper, what moves the total, what if demand is another, why two bills differ."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeAlias

from faregate._arguments import a_dict, an_integer, wrong
from faregate._core import Account, Book, Error, Invalid, _break_even, _vary
from faregate._documents import failure
from faregate._exact import exactly, total_of
from faregate.billing import Bills
from faregate.plan import Forecast, Plan, Way, find_book, plain

if TYPE_CHECKING:
    from faregate._core import Stretch

# ---------------------------------------------------------------------------------------------------- break-even


def break_even(a: Mapping[str, Any], b: Mapping[str, Any], most: int) -> "tuple[Stretch, ...]":
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
    a product with terms.
    """
    return _break_even(way_of(a), way_of(b), an_integer("most", most, 0))


def way_of(way: Mapping[str, Any]) -> dict[str, Any]:
    given = a_dict("way", way)
    if given.get("packs") is not None:
        an_integer("packs", given["packs"], 1)  # left out it is as many as it takes
    return {**given, "book": find_book(given.get("book"))}


# ---------------------------------------------------------------------------------------------------- comparison


@dataclass(frozen=True)
class Comparison:
    """Plans for one forecast, the cheapest first; `refused` says why others cannot be had.

    `rates` has what one unit of each plan's currency is in `currency`, 1 for that itself.
    """

    plans: dict[str, Plan]
    refused: dict[str, str]
    currency: str
    rates: dict[str, Decimal]

    @property
    @exactly
    def rows(self) -> list[dict[str, Any]]:
        """Of each plan its name, its total, and how much more than the cheapest that is; both in `currency`."""
        totals = {name: in_common(plan, self.rates) for name, plan in self.plans.items()}
        best = next(iter(totals.values()), Decimal(0))
        return [{"plan": name, "total": total, "more": total - best} for name, total in totals.items()]

    def __repr__(self) -> str:
        return f"Comparison({', '.join(f'{name} {plan.total}' for name, plan in self.plans.items())})"

    def _repr_html_(self) -> str:
        """A table, for notebooks."""
        from faregate._html import comparison_table

        return comparison_table(self)


@exactly
def in_common(plan: Plan, rates: Mapping[str, Decimal]) -> Decimal:
    total: Decimal = plan.total
    rate = rates[plan.currency]
    return total if rate == 1 else total * rate


def compare(
    forecast: Forecast,
    plans: Mapping[str, Any] | Iterable[Any] | None = None,
    book: Any = None,
    *,
    fx: Mapping[str, Any] | None = None,
) -> Comparison:
    """What a forecast comes to by each of several plans.

    plans  by name, or a list: ways as in faregate.follow, or pairs of a book and a way; if not given, the cheapest plan
           and those that nobody searches for: postpaid, one size of pack, capacity all the time
    book   for ways that name none; if not given, that of the forecast
    fx     where books have several currencies: what one unit of each other is in that of `book`, {"USD": "7.1"}; exact
           numbers, text or Decimal. Raises Invalid where a rate is needed and missing: currencies are never mixed

    A plan whose orders do not serve the forecast is in `refused`, with the first month that fails.
    """
    default = find_book(book if book is not None else a_dict("forecast", forecast).get("book"))
    ways = plans if plans is not None else usual_ways(default, forecast)
    if not isinstance(ways, Iterable) or isinstance(ways, str):
        raise wrong("plans", "a dict or a list of ways", ways)
    named = ways.items() if isinstance(ways, Mapping) else named_apart([(name_of(way), way) for way in ways])
    made: dict[str, Plan] = {}
    refused: dict[str, str] = {}
    for name, way in named:
        of_book, chosen = book_and_way(way, default)
        if not isinstance(chosen, (str, Mapping, Plan)):
            raise wrong("plans", "ways, as in faregate.follow", chosen)
        try:
            made[name] = Plan(find_book(of_book), forecast, chosen)
        except Error as error:
            refused[name] = str(error)
    rates = rates_of({plan.currency for plan in made.values()}, default.currency, a_dict("fx", fx or {}))
    ranked = sorted(made.items(), key=lambda item: in_common(item[1], rates))
    return Comparison(dict(ranked), refused, default.currency, rates)


def book_and_way(way: Any, default: Book) -> tuple[Any, Any]:
    """A way may come with its book: as a pair, or under that name."""
    if isinstance(way, tuple):
        if len(way) != 2:
            raise failure(Invalid, "plans: expected pairs of a book and a way")
        return way
    if isinstance(way, Mapping) and "book" in way:
        rest = {key: value for key, value in way.items() if key != "book"}
        return way["book"], rest
    return default, way


def named_apart(named: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Names that come again are numbered, so that no plan takes the place of another."""
    seen: dict[str, int] = {}
    apart = []
    for name, way in named:
        seen[name] = seen.get(name, 0) + 1
        apart.append((name if seen[name] == 1 else f"{name} ({seen[name]})", way))
    return apart


def rates_of(currencies: set[str], common: str, fx: Mapping[str, Any]) -> dict[str, Decimal]:
    """What one unit of each currency is in the common one."""
    rates = {common: Decimal(1)}
    for currency in sorted(currencies - {common}):
        if currency not in fx:
            raise failure(
                Invalid, f"fx: {currency} and {common} are not the same money; give fx={{{currency!r}: rate}}"
            )
        rates[currency] = rate_of(currency, fx[currency])
    return rates


def rate_of(currency: str, given: Any) -> Decimal:
    exact = isinstance(given, (str, int, Decimal)) and not isinstance(given, bool)
    try:
        rate = Decimal(given) if exact else Decimal(0)
    except ArithmeticError:
        rate = Decimal(0)
    if not rate.is_finite() or rate <= 0:
        raise failure(Invalid, f"fx.{currency}: expected an exact rate above 0, such as '7.1', not {given!r}")
    return rate


def usual_ways(book: Book, forecast: Forecast) -> list[Way]:
    product = next((item for item in book.products if item.id == forecast.get("product")), None)
    packs = [pack.id for pack in product.packs if pack.of == "usage"] if product is not None else []
    capacity = [] if product is None or product.capacity is None else ["capacity"]
    return ["cheapest", "postpaid", *({"pack": pack} for pack in packs), *capacity]


def name_of(way: Any) -> str:
    if isinstance(way, tuple):
        return f"{find_book(way[0]).id}: {name_of(way[1])}"
    if isinstance(way, Mapping) and "book" in way:
        return f"{find_book(way['book']).id}: {name_of(book_and_way(way, find_book(way['book']))[1])}"
    if isinstance(way, Mapping):
        return f"only {way['pack']}" if "pack" in way else "given orders"
    return way if isinstance(way, str) else "given plan"


# --------------------------------------------------------------------------------------------------- sensitivity


@dataclass(frozen=True)
class Sensitivity:
    """How far the total moves with one thing at a time, the widest first: rows of factor, low, high, total."""

    total: Decimal
    rows: list[dict[str, Any]]

    def _repr_html_(self) -> str:
        """A table, for notebooks."""
        from faregate._html import row_table

        return row_table(self.rows)


def sensitivity(
    book: Any, forecast: Forecast, way: Way = "cheapest", by: int = 20, months: bool = False
) -> Sensitivity:
    """The total with one thing `by` percent lower and higher at a time: calls, peak, prices of packs, postpaid and
    capacity; with `months`, also the calls of each month.

    way  "cheapest" buys anew for each case; any other way is followed in all of them
    """
    source = find_book(book)
    by = an_integer("by", by, 1, 100)
    base = Plan(source, forecast, way)
    followed: Way = "cheapest" if way == "cheapest" else base
    rows = []
    for factor, vary in factors(source, base.forecast, months):
        low, high = (total_or_none(vary(100 + percent), followed) for percent in (-by, by))
        if (low, high) != (base.total, base.total):
            rows.append({"factor": factor, "low": low, "high": high})
    rows.sort(key=lambda row: spread_of(row, base.total), reverse=True)
    return Sensitivity(base.total, rows)


@exactly
def spread_of(row: Mapping[str, Any], base: Decimal) -> Decimal:
    ends = [total for total in (row["low"], row["high"]) if total is not None]
    return max(ends, default=base) - min(ends, default=base)


def total_or_none(case: tuple[Book, Forecast], way: Way) -> Decimal | None:
    try:
        total: Decimal = Plan(*case, way).total
        return total
    except Error:
        return None


def factors(book: Book, forecast: dict[str, Any], months: bool) -> list[tuple[str, Any]]:
    """Names, each with a function from a percentage to the book and the forecast of the case."""
    given = plain(forecast)
    product = next(item for item in book.products if item.id == given["product"])
    calls = product.meter if product.meter in given else "calls"
    found: list[tuple[str, Any]] = [(calls, lambda percent: (book, scaled(given, calls, percent)))]
    if months:
        for month in range(len(given[calls])):
            found.append((f"{calls} of month {month + 1}", lambda p, m=month: (book, scaled(given, calls, p, m))))
    if product.capacity is not None and f"peak_{product.capacity.meter}" in given:
        peak = f"peak_{product.capacity.meter}"
        found.append((peak, lambda percent: (book, scaled(given, peak, percent))))
    for part in ("packs", "price", "capacity"):
        name = {"packs": "prices of packs", "price": "prices of postpaid", "capacity": "prices of capacity"}[part]
        found.append((name, lambda percent, part=part: (repriced(book, given["product"], part, percent), given)))
    return found


def scaled(forecast: dict[str, Any], key: str, percent: int, month: int | None = None) -> dict[str, Any]:
    values = [
        value if value is None or month not in (None, place) else value * percent // 100
        for place, value in enumerate(forecast[key])
    ]
    return {**forecast, key: values}


def repriced(book: Book, product: str, part: str, percent: int) -> Book:
    """The book with some of a product's prices so many percent of what they are."""

    def walk(value: Any, is_price: bool = False) -> Any:
        if isinstance(value, dict):
            return {key: walk(part, key == "price") for key, part in value.items()}
        if isinstance(value, list):
            return [walk(item) for item in value]
        return at_percent(value, percent) if is_price and isinstance(value, str) else value

    described = book.to_dict()
    for item in described["products"]:
        if item["id"] == product and part in item:
            item[part] = walk(item[part])
    return Book(described)


@exactly
def at_percent(price: str, percent: int) -> str:
    return format((Decimal(price) * percent / 100).normalize(), "f")


# ---------------------------------------------------------------------------------------------------- simulation


@dataclass(frozen=True)
class Simulation:
    """Totals of a plan over trials of demand, in the order of the trials, and its cost up to each month."""

    totals: tuple[Decimal, ...]
    cumulative: tuple[tuple[Decimal, ...], ...]  # by trial and month
    months: tuple[str, ...]
    currency: str

    def quantile(self, percent: int) -> Decimal:
        """The total that so many percent of the trials do not pass."""
        return rank(self.totals, an_integer("percent", percent, 0, 100))

    def fan(self, percents: Sequence[int] = (5, 25, 50, 75, 95)) -> dict[int, list[Decimal]]:
        """By percentage, the cost up to each month that so many of the trials do not pass."""
        if isinstance(percents, str) or not isinstance(percents, Iterable):
            raise wrong("percents", "a list of whole numbers", percents)
        percents = [an_integer("percents", percent, 0, 100) for percent in percents]
        return {p: [rank(column, p) for column in zip(*self.cumulative, strict=True)] for p in percents}

    @property
    def mean(self) -> Decimal:
        """The mean of the totals, rounded to 12 decimals."""
        return rounded(Fraction(total_of(self.totals)) / len(self.totals))

    def __repr__(self) -> str:
        low, middle, high = (self.quantile(p) for p in (5, 50, 95))
        return f"Simulation({len(self.totals)} trials: {low} … {middle} … {high} {self.currency})"


def rank(values: Iterable[Decimal], percent: int) -> Decimal:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * percent // 100) - 1))]


def simulate(
    book: Any,
    forecast: Forecast,
    way: Way = "cheapest",
    *,
    trials: int = 1000,
    spread: float = 0.2,
    seed: int = 0,
    threads: int = 1,
) -> Simulation:
    """What a plan costs if demand turns out another: each month's calls vary around the forecast.

    way      bought for the forecast and then kept to whatever comes; "anew" is the cheapest plan of each trial
    spread   standard deviation of a month's calls, as a part of them; each month by itself
    seed     the same seed, the same trials, in any order and on any number of threads
    """
    source = find_book(book)
    trials = an_integer("trials", trials, 1)
    threads = an_integer("threads", threads, 1)
    per_mille = thousandths(spread)
    base = Plan(source, forecast, "cheapest" if way == "anew" else way)
    followed: Way = "cheapest" if way == "anew" else {"orders": list(base.orders)}
    key = next(key for key in ("calls", *base.forecast) if key in base.forecast and is_usage(key, source, base))
    calls = tuple(plain(base.forecast)[key])

    def trial(number: int) -> Plan:
        varied = _vary(calls, per_mille, seed, number)
        return Plan(source, {**base.forecast, key: list(varied)}, followed)

    from concurrent.futures import ThreadPoolExecutor  # takes longer to import than all of this file

    with ThreadPoolExecutor(threads) as pool:
        plans = list(pool.map(trial, range(trials)))
    sums = tuple(running_sum([month.cost.total for month in plan.months]) for plan in plans)
    months = tuple(month.month for month in base.months)
    return Simulation(tuple(plan.total for plan in plans), sums, months, source.currency)


def thousandths(spread: Any) -> int:
    """A spread is a whole number of thousandths: what would be rounded is refused."""
    try:
        exact = Fraction(str(spread)) * 1000
    except (ValueError, ZeroDivisionError):
        raise failure(Invalid, f"spread: expected a part such as 0.2, not {spread!r}") from None
    if exact < 0 or exact.denominator != 1 or isinstance(spread, (bool, str)):
        raise failure(Invalid, f"spread: expected a part from 0 on, with at most three decimals, not {spread!r}")
    return int(exact)


def is_usage(key: str, book: Book, plan: Plan) -> bool:
    return key == "calls" or any(item.id == plan.product and item.meter == key for item in book.products)


@exactly
def running_sum(amounts: Sequence[Decimal]) -> tuple[Decimal, ...]:
    sums = [amounts[0]]
    for amount in amounts[1:]:
        sums.append(sums[-1] + amount)
    return tuple(sums)


# ---------------------------------------------------------------------------------------------------- difference


@dataclass(frozen=True)
class Difference:
    """Why two bills differ. The parts add up to `total`, to the last digit."""

    volume: Decimal  # more or fewer units, at what a unit cost on average
    timing: Decimal  # the same units in other months
    tier: Decimal  # other tiers reached
    price: Decimal  # another price for the same tier

    @property
    @exactly
    def total(self) -> Decimal:
        """Bill b less bill a."""
        return self.volume + self.timing + self.tier + self.price

    def _repr_html_(self) -> str:
        """A table, for notebooks."""
        from faregate._html import difference_table

        return difference_table(self, ("volume", "timing", "tier", "price", "total"))


Lines: TypeAlias = dict[str, dict[str, list[Any]]]  # by product and month


@exactly
def diff(bill_a: Any, bill_b: Any) -> Difference:
    """What of the difference from bill a to bill b is volume, timing, tier and price.

    bill  an account, a sequence of its invoices, or Bills; two of different currencies raise Invalid

    Month by month and product by product: units more or fewer go at the month's average price of bill a, and of that
    what the same number of units would make at the average of all its months is volume, the rest timing. What the units
    of bill b cost more or less each is tier as far as bill a has another price for the tier reached, the rest price.
    """
    currencies = {currency for currency in map(currency_of, (bill_a, bill_b)) if currency is not None}
    if len(currencies) > 1:
        raise failure(Invalid, f"the bills are in {' and '.join(sorted(currencies))}, which have no difference")
    a, b = lines_of(bill_a), lines_of(bill_b)
    parts = [Fraction(0)] * 4
    for product in sorted({*a, *b}):
        found = product_parts(a.get(product, {}), b.get(product, {}), list_prices(bill_a, product, a))
        parts = [part + more for part, more in zip(parts, found, strict=True)]
    total = amount_of(b) - amount_of(a)
    return Difference(*exact_parts(parts, total))


def lines_of(bill: Any) -> Lines:
    lines: Lines = {}
    if isinstance(bill, Bills):
        for row in bill.lines:  # tiers are those of an account, so each has its own parts
            own = SimpleNamespace(**row)
            lines.setdefault(f"{own.product} of {own.account}", {}).setdefault(own.month, []).append(own)
        return lines
    if not isinstance(bill, (Sequence, Account)) or isinstance(bill, str):
        raise wrong("bill", "an account, its invoices or Bills", bill)
    for invoice in bill if isinstance(bill, Sequence) else bill.invoices:
        if not hasattr(invoice, "lines"):
            raise wrong("bill", "an account, its invoices or Bills", invoice)
        for line in invoice.lines:
            lines.setdefault(line.product, {}).setdefault(invoice.month, []).append(line)
    return lines


def currency_of(bill: Any) -> str | None:
    """None where an invoice does not say."""
    if isinstance(bill, Bills):
        return bill.currency
    return str(bill.book.currency) if isinstance(bill, Account) else None


def amount_of(lines: Lines) -> Decimal:
    return sum((line.amount for months in lines.values() for part in months.values() for line in part), Decimal(0))


def list_prices(bill: Any, product: str, lines: Lines) -> dict[int, Fraction]:
    """The price of a unit by the lower edge of its tier: as the price book has it, or as far as the bill shows."""
    shown = [line for part in lines.get(product, {}).values() for line in part if line.units > 0]
    prices = {line.tier: Fraction(line.amount) / line.units for line in shown}
    if hasattr(bill, "book"):
        price = next((item.price for item in bill.book.products if item.id == product), None)
        if price is not None and price.model in ("volume", "graduated") and not price.per_hours_of_month:
            listed = {tier["from"]: Fraction(tier.price) / price.per for tier in price.tiers if tier.price is not None}
            prices = listed | prices
    return prices


def product_parts(a: dict[str, list[Any]], b: dict[str, list[Any]], prices: dict[int, Fraction]) -> list[Fraction]:
    """Volume, timing, tier, price of one product."""
    units_a, cost_a = (sum((totals(part)[i] for part in a.values()), Fraction(0)) for i in (0, 1))
    units_b = sum((totals(part)[0] for part in b.values()), Fraction(0))
    cost_b = sum((totals(part)[1] for part in b.values()), Fraction(0))
    average = cost_a / units_a if units_a else cost_b / units_b if units_b else Fraction(0)
    moved = tier = price = Fraction(0)
    for month in {*a, *b}:
        before, paid = totals(a.get(month, []))
        after, charged = totals(b.get(month, []))
        rate = paid / before if before else average
        moved += (after - before) * rate
        at_list = sum((Fraction(line.units) * prices.get(line.tier, rate) for line in b.get(month, [])), Fraction(0))
        tier += at_list - after * rate
        price += charged - at_list
    volume = (units_b - units_a) * average
    return [volume, moved - volume, tier, price]


def totals(lines: Iterable[Any]) -> tuple[Fraction, Fraction]:
    pairs = [(Fraction(line.units), Fraction(line.amount)) for line in lines]
    return sum((units for units, _ in pairs), Fraction(0)), sum((amount for _, amount in pairs), Fraction(0))


def exact_parts(parts: Sequence[Fraction], total: Decimal) -> list[Decimal]:
    """Parts with 12 decimals; what rounding leaves over goes to the largest."""
    short = [rounded(part) for part in parts]
    largest = max(range(len(parts)), key=lambda place: abs(parts[place]))
    short[largest] += total - sum(short, Decimal(0))
    return [shown(part, total) for part in short]


@exactly
def rounded(part: Fraction) -> Decimal:
    """With 12 decimals, as the library's own amounts."""
    return Decimal(round(part * 10**12)).scaleb(-12)


def shown(amount: Decimal, like: Decimal) -> Decimal:
    """Without trailing zeros beyond those of another amount."""
    least = like.as_tuple().exponent
    short = amount.normalize()
    exponent = short.as_tuple().exponent
    longer = isinstance(exponent, int) and isinstance(least, int) and exponent > least
    return short.quantize(like) if longer else short
