"""Explains why two bills, two plans, two quotes of baskets, or two editions of a price book differ."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from faregate._arguments import a_dict, find_book, wrong
from faregate._bills import Bills
from faregate._core import Account, Book, Invalid, Result
from faregate._currencies import in_common, rates_of
from faregate._documents import failure
from faregate._exact import exactly, rounded, shown
from faregate._row_table import table_of
from faregate._table import Table
from faregate.plan import Plan

if TYPE_CHECKING:
    from faregate._core import Quote
    from faregate._diff import BookDiff


_PARTS = ("volume", "timing", "tier", "price")


@dataclass(frozen=True)
class Difference:
    """Why two bills differ. The parts add up to `total`, to the last digit."""

    volume: Decimal  # amount of more or fewer units, at the average cost of a unit
    timing: Decimal  # amount of the same units in other months
    tier: Decimal  # amount of units that reached other tiers
    price: Decimal  # amount of another price for the same tier
    currency: str | None = None  # None where only invoices were given, which do not name it
    purchases: Decimal | None = None
    """What b has bought of packs, capacity and materials, less refunds, above what a has. Purchases are paid when they
    are made and are on no invoice, so they are not part of `total`. An account that was entered with a past, or that
    goes on from a state, has also bought what it bought before. None where only invoices were given"""

    @property
    @exactly
    def total(self) -> Decimal:
        """The amount of the invoices of b less that of a's."""
        return self.volume + self.timing + self.tier + self.price

    @property
    def rows(self) -> Table:
        """A row for each part of the difference, for their total, and for purchases if there are any: part, amount."""
        return table_of({"part": part, "amount": getattr(self, part)} for part in self._parts())

    def _parts(self) -> tuple[str, ...]:
        """The names of the parts, and of purchases where there are any."""
        return (*_PARTS, "total", "purchases") if self.purchases else (*_PARTS, "total")

    def _repr_html_(self) -> str:
        """A table, for notebooks."""
        from faregate._html import difference_table

        return difference_table(self, self._parts())


@dataclass(frozen=True)
class CostDifference:
    """Where the costs of two plans, or of two quotes, differ. `rows` has only what differs, and adds up to `total`."""

    rows: Table
    """month, product, what (packs, capacity, materials, postpaid, or what a line of a quote is for), a, b, more (b less
    a)"""
    a: Decimal
    """The total of a."""
    b: Decimal
    """The total of b."""
    currency: str

    @property
    @exactly
    def total(self) -> Decimal:
        """The total of b less that of a."""
        return self.b - self.a

    def _repr_html_(self) -> str:
        """A table, for notebooks."""
        from faregate._html import cost_difference

        return cost_difference(self)


Period: TypeAlias = str | datetime  # a month such as "2024-11", or the instant at which another period begins
Lines: TypeAlias = dict[str, dict[Period, list[Any]]]  # lines of invoices, by product and by period
Invoiced: TypeAlias = Account | Bills | Sequence[Any]
Rates: TypeAlias = Mapping[str, Any]


@overload
def diff(a: Book, b: Book | str) -> "BookDiff": ...
@overload
def diff(a: str, b: Book) -> "BookDiff": ...
@overload
def diff(a: Plan, b: Plan, *, fx: Rates | None = None) -> CostDifference: ...
@overload
def diff(a: "Quote", b: "Quote", *, fx: Rates | None = None) -> CostDifference: ...
@overload
def diff(a: Invoiced, b: Invoiced, *, fx: Rates | None = None) -> Difference: ...
def diff(a: Any, b: Any, *, fx: Rates | None = None) -> "Difference | CostDifference | BookDiff":
    """Why b is not a: two bills, two plans, two quotes, or two price books, such as editions of one.

    a, b  two bills are accounts, sequences of their invoices, or Bills: answered is what of the difference is volume,
          timing, tier and price; what was bought besides is in `purchases`. Two plans, or two quotes: where they
          differ, by month, product and what is paid for. Two books: as a.diff(b) has it
    fx    where the two are in different currencies: what one unit of b's is in that of a, {"USD": "7.1"}; exact
          numbers, text or Decimal. Answered are amounts in a's currency, rounded to 12 decimals where the rate makes
          more of them. Raises Invalid where the rate is needed and missing: currencies are never mixed

    Bills: month by month (or by what other periods the book settles) and product by product, units more or fewer go at
    the month's average price of a, and of that what the same number of units would make at the average of all its
    months is volume, the rest timing. What the units of b cost more or less each is tier as far as a has another price
    for the tier reached, the rest price.
    """
    given_rates = a_dict("fx", fx or {})
    if isinstance(a, Book) and isinstance(b, (Book, str)) or isinstance(b, Book) and isinstance(a, str):
        return find_book(a).diff(b)
    if isinstance(a, Plan) and isinstance(b, Plan):
        return _cost_difference(a, b, _plan_costs, given_rates)
    if _is_quote(a) and _is_quote(b):
        return _cost_difference(a, b, _quote_costs, given_rates)
    for name, given in (("a", a), ("b", b)):
        if isinstance(given, (Book, Plan)) or _is_quote(given):
            other = type(b if name == "a" else a).__name__
            raise failure(Invalid, f"a, b: expected two of a kind, not a {type(given).__name__} and {other}")
    return _bill_difference(a, b, given_rates)


def _is_quote(given: Any) -> bool:
    return isinstance(given, Result) and {"months", "grants", "total", "currency"} <= given.keys()


Costs: TypeAlias = dict[tuple[str, str, str], Decimal]  # amounts by month, product and the kind of cost


def _plan_costs(plan: Plan) -> Iterator[tuple[tuple[str, str, str], Decimal]]:
    for month in plan.months:
        for what in ("packs", "capacity", "materials", "postpaid"):
            yield (month.month, plan.product, what), month.cost[what]


def _quote_costs(quote: Any) -> Iterator[tuple[tuple[str, str, str], Decimal]]:
    for month in quote.months:
        for line in month.lines:
            name = next((line[key] for key in ("pack", "fee", "bound", "meter") if line.get(key) is not None), "")
            yield (month.month, line.product, f"{line.kind} {name}".rstrip()), line.amount


@exactly
def _cost_difference(a: Any, b: Any, costs: Any, fx: Rates) -> CostDifference:
    rates = rates_of({b.currency}, a.currency, fx)
    sums: list[Costs] = [{}, {}]
    for side, given in zip(sums, (a, b)):
        for place, amount in costs(given):
            side[place] = side.get(place, Decimal(0)) + in_common(amount, given.currency, rates)
    rows = []
    for place in sorted(sums[0].keys() | sums[1].keys()):
        ours, theirs = (side.get(place, Decimal(0)) for side in sums)
        if ours != theirs:
            month, product, what = place
            rows.append(
                {"month": month, "product": product, "what": what, "a": ours, "b": theirs, "more": theirs - ours}
            )
    total = sum(sums[1].values(), Decimal(0))
    return CostDifference(table_of(rows, ("month", "product", "what", "a", "b", "more")), a.total, total, a.currency)


@exactly
def _bill_difference(bill_a: Any, bill_b: Any, fx: Rates) -> Difference:
    a, b = lines_of("a", bill_a), lines_of("b", bill_b)
    named = [currency for currency in map(currency_of, (bill_a, bill_b)) if currency is not None]
    rates = rates_of(set(named), named[0], fx) if named else {}
    if named:
        b = converted(b, named[-1], rates)
    parts = [Fraction(0)] * 4
    for product in sorted({*a, *b}):
        found = product_parts(a.get(product, {}), b.get(product, {}), list_prices(bill_a, product, a))
        parts = [part + further for part, further in zip(parts, found, strict=True)]
    total = amount_of(b) - amount_of(a)
    volume, timing, tier, price = exact_parts(parts, total)
    bought_a, bought_b = purchases_of(bill_a), purchases_of(bill_b)
    more = None
    if bought_a is not None and bought_b is not None:
        more = in_common(bought_b, named[-1], rates) - bought_a
    return Difference(volume, timing, tier, price, next(iter(named), None), more)


def converted(lines: Lines, currency: str, rates: Mapping[str, Decimal]) -> Lines:
    """The lines with amounts in the common currency."""

    def in_it(line: Any) -> Any:
        return SimpleNamespace(units=line.units, tier=line.tier, amount=in_common(line.amount, currency, rates))

    return {
        product: {period: [in_it(line) for line in part] for period, part in periods.items()}
        for product, periods in lines.items()
    }


def lines_of(name: str, bill: Any) -> Lines:
    lines: Lines = {}
    if isinstance(bill, Bills):
        for row in bill.lines:  # each account has tiers of its own, so each is compared by itself
            own = SimpleNamespace(**row)
            lines.setdefault(f"{own.product} of {own.account}", {}).setdefault(own.month or own.begin, []).append(own)
        return lines
    if not isinstance(bill, (Sequence, Account)) or isinstance(bill, (str, bytes)):
        raise wrong(name, "an account, its invoices, Bills, a Plan, a quote or a Book", bill)
    for invoice in bill if isinstance(bill, Sequence) else bill.invoices:
        if not hasattr(invoice, "lines"):
            raise wrong(name, "an account, its invoices, Bills, a Plan, a quote or a Book", invoice)
        period = invoice.month if hasattr(invoice, "month") else invoice.begin
        for line in invoice.lines:
            lines.setdefault(line.product, {}).setdefault(period, []).append(line)
    return lines


def currency_of(bill: Any) -> str | None:
    """The currency of a bill; None where only invoices were given, which do not name it."""
    if isinstance(bill, Bills):
        return bill.currency
    return str(bill.book.currency) if isinstance(bill, Account) else None


def purchases_of(bill: Any) -> Decimal | None:
    """What was spent besides invoices; None where only invoices were given. Accounts of bills that nobody entered have
    bought nothing, because a log has usage alone."""
    if isinstance(bill, Bills):
        accounts = [bill.accounts[name] for name in bill.entered]
    elif isinstance(bill, Account):
        accounts = [bill]
    else:
        return None
    spent = [account.statement().spent for account in accounts]
    return sum((each.total - each.postpaid for each in spent), Decimal(0))


def amount_of(lines: Lines) -> Decimal:
    return sum((line.amount for months in lines.values() for part in months.values() for line in part), Decimal(0))


def list_prices(bill: Any, product: str, lines: Lines) -> dict[int, Fraction]:
    """The price of a unit by the first unit of its tier: from the price book, or else from the lines of the bill."""
    shown = [line for part in lines.get(product, {}).values() for line in part if line.units > 0]
    prices = {line.tier: Fraction(line.amount) / line.units for line in shown}
    if hasattr(bill, "book"):
        listed_by = () if bill.book.editions else bill.book.products  # editions have several prices
        price = next((item.price for item in listed_by if item.id == product), None)
        if price is not None and price.model in ("volume", "graduated") and not price.per_hours_of_month:
            listed = {tier["from"]: Fraction(tier.price) / price.per for tier in price.tiers if tier.price is not None}
            prices = listed | prices
    return prices


def product_parts(
    a: dict[Period, list[Any]], b: dict[Period, list[Any]], prices: dict[int, Fraction]
) -> list[Fraction]:
    """The parts of the difference for one product: volume, timing, tier, price."""
    units_a, cost_a = (sum((totals(part)[i] for part in a.values()), Fraction(0)) for i in (0, 1))
    units_b = sum((totals(part)[0] for part in b.values()), Fraction(0))
    cost_b = sum((totals(part)[1] for part in b.values()), Fraction(0))
    average = cost_a / units_a if units_a else cost_b / units_b if units_b else Fraction(0)
    moved = tier = price = Fraction(0)
    for period in {*a, *b}:
        before, paid = totals(a.get(period, []))
        after, charged = totals(b.get(period, []))
        rate = paid / before if before else average
        listed = at_list(a[period], prices, rate) / before if before else average
        dearer = charged - paid - (after - before) * rate
        of_tiers = at_list(b.get(period, []), prices, rate) - after * listed
        moved += (after - before) * rate
        tier += of_tiers
        price += dearer - of_tiers
    volume = (units_b - units_a) * average
    return [volume, moved - volume, tier, price]


def at_list(lines: Iterable[Any], prices: Mapping[int, Fraction], rate: Fraction) -> Fraction:
    """What the units come to at the prices of the tiers that they reached."""
    return sum((Fraction(line.units) * prices.get(line.tier, rate) for line in lines), Fraction(0))


def totals(lines: Iterable[Any]) -> tuple[Fraction, Fraction]:
    pairs = [(Fraction(line.units), Fraction(line.amount)) for line in lines]
    return sum((units for units, _ in pairs), Fraction(0)), sum((amount for _, amount in pairs), Fraction(0))


def exact_parts(parts: Sequence[Fraction], total: Decimal) -> list[Decimal]:
    """Rounds parts to 12 decimals, and adds to the largest part what keeps the sum at the total."""
    short = [rounded(part) for part in parts]
    largest = max(range(len(parts)), key=lambda place: abs(parts[place]))
    short[largest] += total - sum(short, Decimal(0))
    return [shown(part, total) for part in short]
