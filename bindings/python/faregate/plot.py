"""Draws pictures for notebooks: pip install faregate[notebook].

Each function draws on `axes`, or on a new figure, and answers the axes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

try:
    import matplotlib.pyplot as plt
    from matplotlib.axes import Axes
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch
except ImportError as _missing:
    raise ImportError(f"faregate.plot needs matplotlib: pip install 'faregate[notebook]' ({_missing})") from _missing

from faregate._arguments import an_integer, find_book, of_kind
from faregate._axes import legend, month_ticks, prepared, short, tidy, titled
from faregate._bills import Bills
from faregate._core import Account, Book, Error, Invalid, UnknownProduct
from faregate._documents import failure, products_of
from faregate._exact import total_of
from faregate._html import two_decimals
from faregate._progress import counted, microseconds
from faregate.forecast import whole_numbers
from faregate.plan import Plan
from faregate.whatif import Comparison, Sensitivity, Simulation, way_of
from faregate.whatif import break_even as stretches_of

__all__ = ["bill", "break_even", "cheapest_map", "compare", "curve", "fan", "histogram", "plan", "tornado"]


def __dir__() -> list[str]:
    return sorted(__all__)


#: The colours of the sources of units, which also differ in grey.
COLORS = {"free": "#9ecae1", "packs": "#3182bd", "postpaid": "#e6550d", "capacity": "#756bb1", "materials": "#bdbdbd"}
MODES = ("free", "packs", "postpaid", "capacity")
CLIFF = "#d62728"
PARTS = ("#3182bd", "#e6550d", "#31a354", "#756bb1", "#636363", "#9ecae1", "#fdae6b", "#a1d99b", "#bcbddc", "#bdbdbd")
WAYS = {"a": COLORS["packs"], "b": COLORS["postpaid"]}


def curve(book: Book | str, product: str, most: int | None = None, *, axes: Axes | None = None, **way: Any) -> Axes:
    """Cost over quantity, the cliffs shaded: where whoever wants a quantity in the shade pays less for more. Both
    scales are logarithmic where a tier is too narrow to be seen.

    way  the other arguments of Book.curve
    """
    source = find_book(book)
    shown = source.curve(product, most=most, **way)
    cliffs = source.cliffs(product, most=shown.most, **way)
    axes = prepared(axes)
    first = _first_of_log(shown)
    for piece in shown.pieces:
        line = _steps(piece, shown.step, shown.free) if first is None else _line(piece, first)
        axes.plot(*line, color=COLORS["packs"], linewidth=2)
    for place, cliff in enumerate(cliffs):
        name = "here more costs less" if place == 0 else None
        axes.axvspan(cliff["from"], cliff.to, color=CLIFF, alpha=0.15, linewidth=0, label=name)
        axes.hlines(float(cliff.amount), cliff["from"], cliff.buy, color=CLIFF, linestyle=":")
        axes.plot([cliff.buy], [float(cliff.amount)], "o", color=CLIFF, markersize=4,
                  label="what to buy instead" if place == 0 else None)  # fmt: skip
    if first is None:
        axes.set_xlim(0, shown.most)
        axes.set_ylim(0)
    else:
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlim(first, shown.most)
    legend(axes, within="upper left")
    titled(axes, f"{product}: cost of {shown.meter}", shown.meter, source.currency)
    return axes


NARROW = 100  # a tier narrower than 1 in this many of a linear scale cannot be seen


def _first_of_log(shown: Any) -> float | None:
    """The quantity at which a logarithmic scale begins, before the first tier; None if a linear scale shows all
    tiers."""
    charged = [piece for piece in shown.pieces if piece.last > 0]
    narrowest = min((piece.to - piece["from"] + 1 for piece in charged), default=shown.most)
    edges = [piece["from"] for piece in charged if piece["from"] > 1]
    return edges[0] / 10 if edges and narrowest * NARROW < shown.most else None


def _line(piece: Any, first: float | None) -> tuple[list[float], list[float]]:
    """The points of a line: its two ends, and on logarithmic scales, where a line is curved, points between them."""
    begin, end, low, high = float(piece["from"]), float(piece.to), float(piece.first), float(piece.last)
    if first is None or end <= begin:
        return [begin, end], [low, high]
    begin_seen = max(begin, first)
    if end <= begin_seen:
        return [], []
    across = [begin_seen * (end / begin_seen) ** (place / 60) for place in range(61)]
    return across, [low + (high - low) * (at - begin) / (end - begin) or float("nan") for at in across]


def break_even(a: Mapping[str, Any], b: Mapping[str, Any], most: int, *, axes: Axes | None = None) -> Axes:
    """The cost of two ways to pay over quantity, shaded in the colour of the cheaper one. The arguments are those of
    faregate.break_even."""
    axes = prepared(axes)
    stretches = stretches_of(a, b, most)
    ways = {"a": way_of("a", a), "b": way_of("b", b)}
    for name, way in ways.items():
        across, up = _cost(way, most, [float(stretch[name]) for stretch in stretches])
        axes.plot(across, up, color=WAYS[name], linewidth=2, label=f"{name}: {_words(way)}")
    for stretch in stretches:
        if stretch.cheaper != "equal":
            end = min(most, stretch.to + 1)
            axes.axvspan(stretch["from"], end, color=WAYS[stretch.cheaper], alpha=0.12, linewidth=0)
    crossings = [stretch["from"] for stretch in stretches[1:] if stretch.cheaper != "equal" and stretch["from"] > 1]
    for at in crossings[:12]:
        axes.axvline(at, color="black", linewidth=0.6, linestyle=":")
    axes.set_xlim(0, most)
    axes.set_ylim(0)
    legend(axes, handles=[*axes.get_legend_handles_labels()[0],
                          *(Patch(color=WAYS[name], alpha=0.2, label=f"{name} is cheaper") for name in ways)],
           within="upper left")  # fmt: skip
    where = f"from {crossings[0]:,} on" if len(crossings) == 1 else f"{len(crossings)} crossings"
    title = f"{ways['a']['product']}: {where if crossings else 'no crossing'}"
    titled(axes, title, _unit_of(ways.values()), ways["a"]["book"].currency)
    return axes


def _unit_of(ways: Iterable[Mapping[str, Any]]) -> str:
    """What both ways count, if it is the same."""
    meters = set()
    for way in ways:
        named = [item.meter for item in products_of(way["book"]) if item.id == way["product"]]
        meters.add(way.get("meter") or next(iter(named), way["product"]))  # of an event it is its id
    return str(meters.pop()) if len(meters) == 1 else "quantity"


def _cost(way: Mapping[str, Any], most: int, told: Sequence[float]) -> tuple[list[float], list[float]]:
    """The points of the cost of a way; capacity costs the same whatever is used."""
    if "capacity" in way:
        return [0, float(most)], [told[0], told[0]]
    rest = {key: value for key, value in way.items() if key not in ("book", "product", "meter")}
    shown = way["book"].curve(way["product"], way.get("meter"), most, **rest)
    across: list[float] = []
    up: list[float] = []
    for piece in shown.pieces:
        more = _steps(piece, shown.step, shown.free)
        across += [*more[0], float("nan")]  # a gap in the line, because costs jump here
        up += [*more[1], float("nan")]
    return across, up


STEPS_MOST = 200


def _steps(piece: Any, step: int, free: int) -> tuple[list[float], list[float]]:
    """The points of a line; where it has few steps, those of the steps, which are counted from the free units on."""
    begin, end, low, high = float(piece["from"]), float(piece.to), float(piece.first), float(piece.last)
    first, last = (max(0, -(-(quantity - free) // step)) for quantity in (piece["from"], piece.to))
    if step == 1 or first == last or last - first > STEPS_MOST:
        return [begin, end], [low, high]
    across, up = [], []
    for place in range(first, last + 1):
        left, right = max(begin, free + (place - 1) * step), min(end, free + place * step)
        if left < right:
            across += [left, right]
            up += [low + (high - low) * (place - first) / (last - first)] * 2
    return across, up


def _capacity_words(way: Mapping[str, Any]) -> str:
    item = next(item for item in products_of(way["book"]) if item.id == way["product"])
    period = "months" if "months" in way else "days"
    count = way[period]
    meter = "of capacity" if item.capacity is None else item.capacity.meter
    return f"{way['capacity']:,} {meter} for {count:,} {period if count != 1 else period[:-1]}"


def _words(way: Mapping[str, Any]) -> str:
    parts = [_capacity_words(way)] if "capacity" in way else []
    parts += (
        [f"{way['packs']} × {way['pack']}" if "packs" in way else f"packs of {way['pack']}"] if "pack" in way else []
    )
    parts = parts or ["price list"]
    parts += [f"{way['free']:,} free"] if way.get("free") else []
    return ", ".join(parts)


def plan(made: Plan, *, axes: Any = None) -> Any:
    """Draws a plan over time: units above, money below, each month stacked by source. Returns both axes."""
    of_kind("made", made, Plan, "a Plan")
    if axes is None:
        _, axes = plt.subplots(2, 1, sharex=True, figsize=(9, 6), layout="constrained")
    units, money = axes
    names = [month.month for month in made.months]
    stack(units, {source: [float(month[source]) for month in made.months] for source in MODES}, COLORS)
    costs = {source: [float(month.cost[source]) for month in made.months] for source in COLORS if source != "free"}
    stack(money, costs, COLORS)
    month_ticks(money, names)
    titled(units, f"{made.product}: {made.total:,f} {made.currency} in {len(names)} months", "", "units used")
    titled(money, "", "", f"paid, {made.currency}")
    return axes


def stack(axes: Axes, parts: Mapping[str, Sequence[float]], colors: Mapping[str, str], **options: Any) -> None:
    base: list[float] = []
    for name, values in parts.items():
        base = base or [0.0] * len(values)
        if any(values):
            axes.bar(range(len(base)), values, bottom=base, color=colors[name], label=name, width=0.8, **options)
            base = [low + value for low, value in zip(base, values, strict=True)]
    if max(base, default=0) > 0 <= min(min(values) for values in parts.values()):
        axes.set_ylim(0, max(base) * 1.05)  # without this the highest bar would touch the frame
    legend(axes)


def compare(comparison: Comparison, *, axes: Axes | None = None) -> Axes:
    """Draws the totals of a comparison, the cheapest on top, each with what it costs more than that one."""
    of_kind("comparison", comparison, Comparison, "a Comparison")
    names = list(comparison.plans)
    totals = comparison.rows["total"].tolist()
    axes = prepared(axes, (8, 1.2 + 0.45 * (len(names) + len(comparison.refused))))
    best = totals[0] if totals else Decimal(0)
    widest = float(max(totals, default=Decimal(1))) or 1.0
    for place, total in enumerate(totals):
        axes.barh(place, float(total), color=COLORS["packs"] if place == 0 else COLORS["free"], height=0.6)
        more = "" if total == best else f"  (+{two_decimals(total_of([total, -best])):,f})"
        words = f"{two_decimals(total):,f}{more}"
        axes.text(float(total) + widest / 100, place, words, va="center", fontsize="small")
    for place in range(len(names), len(names) + len(comparison.refused)):
        axes.text(widest / 100, place, "not possible", va="center", fontsize="small", color="#777777")
    labels = [name.replace("): ", "):\n") for name in (*names, *comparison.refused)]
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xlim(0, widest * (1.3 if max(map(len, labels), default=0) < 30 else 2))
    titled(axes, "the forecast by each plan", comparison.currency)
    return axes


def bill(bills: Bills | Account, *, axes: Axes | None = None) -> Axes:
    """Draws the amount of each month, by product, the largest by name. Months that are not settled yet are hatched."""
    of_kind("bills", bills, (Bills, Account), "Bills or an Account")
    amounts, open_months = _months_of(bills)
    months = sorted({month for month, _ in amounts})
    by_size = sorted({product for _, product in amounts}, key=lambda name: -sum(
        float(amount) for (_, product), amount in amounts.items() if product == name))  # fmt: skip
    named, others = by_size[: len(PARTS) - 1], by_size[len(PARTS) - 1 :]
    parts = {name: [float(amounts.get((month, name), 0)) for month in months] for name in named}
    if others:
        parts["others"] = [sum(float(amounts.get((month, name), 0)) for name in others) for month in months]
    axes = prepared(axes)
    stack(axes, parts, dict(zip(parts, PARTS)))
    for place, month in enumerate(months):
        if month in open_months:
            height = sum(values[place] for values in parts.values())
            axes.bar(place, height, width=0.8, fill=False, hatch="///", linewidth=0,
                     label="not settled" if month == min(open_months) else None)  # fmt: skip
    legend(axes)
    month_ticks(axes, months)
    currency = bills.currency if isinstance(bills, Bills) else bills.book.currency
    titled(axes, f"{total_of(list(amounts.values())):,f} {currency}", "", currency)
    return axes


def _months_of(bills: Bills | Account) -> tuple[dict[tuple[str, str], Decimal], set[str]]:
    """The amounts by month and product, and the months that are not settled."""
    amounts: dict[tuple[str, str], Decimal] = {}
    open_months = set()
    for month, product, amount, is_open in _amounts_of(bills):
        amounts[month, product] = total_of([amounts.get((month, product), Decimal(0)), amount])
        if is_open:
            open_months.add(month)
    return amounts, open_months


def _amounts_of(bills: Bills | Account) -> Iterator[tuple[str, str, Decimal, bool]]:
    if isinstance(bills, Bills):
        for row in bills.months:
            yield row["month"] or f"{row['begin']:%Y-%m}", row["product"], row["amount"], row["settled"] is None
        return
    for invoice in (*bills.invoices, bills.preview()):
        month = invoice.get("month") or f"{invoice['begin']:%Y-%m}"
        for line in invoice.lines:
            yield month, line.product, line.amount, invoice.issued is None


def cheapest_map(
    book: Book | str,
    product: str,
    calls: Sequence[int],
    peaks: Sequence[int] | None = None,
    *,
    start: str = "2025-01",
    months: int = 12,
    time_limit: float | None = None,
    progress: bool | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Draws which way is cheapest, over monthly calls × peak: the way on which the cheapest plan of that many months
    spends most.

    peaks       of a product that has capacity; one that has none is drawn over its monthly calls alone
    time_limit  seconds of each search: what is drawn is then the best plan that was found
    progress    True for a line once it takes two seconds, False for none; if not given, one on a terminal and in a
                notebook
    """
    source = find_book(book)
    item: Any = next((item for item in products_of(source) if item.id == product), None)
    if item is None:
        sold = ", ".join(repr(item.id) for item in products_of(source))
        raise failure(UnknownProduct, f"product: there is no {product!r} among {sold}")
    if item.capacity is None and peaks is not None:
        raise failure(Invalid, f"peaks: {product} has no capacity, so that its plans do not depend on a peak")
    calls = whole_numbers("calls", calls)
    peaks = [0] if item.capacity is None else whole_numbers("peaks", () if peaks is None else peaks)
    if not calls or not peaks:
        raise failure(Invalid, f"{'peaks' if calls else 'calls'}: expected at least one")
    months = an_integer("months", months, 1, 120)
    microseconds(time_limit)  # refuses one that is none; a plan that cannot be made is drawn as not sold
    names = ["free", "postpaid", "packs", "capacity", "not sold"]
    found = (main_source(source, item, start, months, c, p, time_limit) for p in peaks for c in calls)
    sources = [names.index(name) for name in counted(found, len(calls) * len(peaks), progress, "plans")]
    cells = [sources[first : first + len(calls)] for first in range(0, len(sources), len(calls))]
    axes = prepared(axes)
    colors = [COLORS["free"], COLORS["postpaid"], COLORS["packs"], COLORS["capacity"], "#eeeeee"]
    axes.pcolormesh(range(len(calls) + 1), range(len(peaks) + 1), cells, cmap=ListedColormap(colors), vmin=0, vmax=4,
                    edgecolors="white", linewidth=0.4)  # fmt: skip
    axes.set_xticks([place + 0.5 for place in range(len(calls))], [short(value) for value in calls], rotation=45)
    of_rows = [] if item.capacity is None else [short(value) for value in peaks]
    axes.set_yticks([place + 0.5 for place in range(len(of_rows))], of_rows)
    legend(axes, handles=[Patch(color=colors[cell], label=names[cell]) for cell in sorted(set(sources))])
    axes.set_title(f"{product}: the cheapest way", loc="left", fontsize="medium")
    axes.set_xlabel(f"{item.meter} a month")
    axes.set_ylabel("" if item.capacity is None else f"peak {item.capacity.meter}")
    tidy(axes)
    return axes


def main_source(book: Book, item: Any, start: str, months: int, calls: int, peak: int, time_limit: float | None) -> str:
    forecast = {"product": item.id, "start": start, "calls": [calls] * months}
    peaks = {} if item.capacity is None else {f"peak_{item.capacity.meter}": [peak] * months}
    try:
        made = Plan(book, forecast | peaks, time_limit=time_limit, progress=False)
    except Error:
        return "not sold"
    spent = {name: total_of([month.cost[name] for month in made.months]) for name in ("postpaid", "packs", "capacity")}
    return max(spent, key=lambda name: spent[name]) if made.total else "free"


def fan(simulation: Simulation, *, axes: Axes | None = None) -> Axes:
    """Draws the cost up to each month over the trials: the median, and the bands of 50 and 90 percent."""
    bands = of_kind("simulation", simulation, Simulation, "a Simulation").fan()
    axes = prepared(axes)
    places = range(len(simulation.months))
    for low, high, alpha in ((0.05, 0.95, 0.2), (0.25, 0.75, 0.35)):
        bottom, top = ([float(value) for value in bands[part]] for part in (low, high))
        name = f"{round(100 * (high - low))} of 100 trials"
        axes.fill_between(places, bottom, top, color=COLORS["packs"], alpha=alpha, linewidth=0, label=name)
    axes.plot(places, [float(value) for value in bands[0.5]], color=COLORS["packs"], linewidth=2, label="the middle")
    month_ticks(axes, simulation.months)
    axes.set_ylim(0)
    legend(axes, within="upper left")
    titled(axes, f"cost up to each month, {len(simulation.totals):,} trials", "", simulation.currency)
    return axes


def histogram(simulation: Simulation, *, axes: Axes | None = None) -> Axes:
    """Draws how the totals of the trials spread: the median, and the totals that 5 and 95 of 100 trials do not
    exceed."""
    of_kind("simulation", simulation, Simulation, "a Simulation")
    axes = prepared(axes)
    totals = [float(total) for total in simulation.totals]
    axes.hist(totals, bins="auto" if len(set(totals)) > 1 else 1, color=COLORS["free"], edgecolor="white")
    for part, style, name in ((0.05, ":", "5 of 100 below"), (0.5, "-", "the middle"), (0.95, ":", "95 of 100 below")):
        total = simulation.quantile(part)
        color = COLORS["postpaid"] if part == 0.5 else COLORS["packs"]
        label = f"{name}: {total:,f} {simulation.currency}"
        axes.axvline(float(total), color=color, linestyle=style, linewidth=1.8, label=label)
    legend(axes, within="upper right")
    titled(axes, f"totals of {len(totals):,} trials", simulation.currency, "trials")
    return axes


def tornado(result: Sensitivity, *, axes: Axes | None = None) -> Axes:
    """Draws a sensitivity, the widest bar on top."""
    of_kind("result", result, Sensitivity, "a Sensitivity")
    axes = prepared(axes, (8, 1.6 + 0.4 * len(result.rows)))
    base = float(result.total)
    for place, row in enumerate(result.rows):
        for end, color in (("low", COLORS["packs"]), ("high", COLORS["postpaid"])):
            if row[end] is not None:
                name = {"low": "lower", "high": "higher"}[end] if place == 0 else None
                axes.barh(place, float(row[end]) - base, left=base, color=color, height=0.6, label=name)
    axes.set_yticks(range(len(result.rows)), result.rows["factor"].tolist())
    axes.invert_yaxis()
    axes.axvline(base, color="black", linewidth=0.8)
    axes.margins(x=0.08)
    legend(axes)
    titled(axes, "the total with one thing lower or higher at a time", result.currency)
    return axes
