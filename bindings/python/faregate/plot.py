"""Pictures for notebooks: pip install faregate[notebook].

Each function draws on `axes`, or on a new figure, and answers the axes.
"""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from faregate._core import Book, Error, UnknownProduct
from faregate._documents import failure
from faregate.plan import Plan, find_book
from faregate.whatif import Simulation

#: Sources of units, of few colours that differ also in grey.
COLORS = {"free": "#9ecae1", "packs": "#3182bd", "postpaid": "#e6550d", "capacity": "#756bb1", "materials": "#bdbdbd"}
MODES = ("free", "packs", "postpaid", "capacity")
CLIFF = "#d62728"


def curve(book: Book | str, product: str, most: int | None = None, *, axes: Axes | None = None, **way: Any) -> Axes:
    """Cost over quantity, the cliffs shaded: where whoever wants a quantity in the shade pays less for more.

    way  the other arguments of Book.curve
    """
    source = find_book(book)
    shown = source.curve(product, most=most, **way)
    axes = prepared(axes)
    for piece in shown.pieces:
        axes.plot(
            [piece["from"], piece.to], [float(piece.first), float(piece.last)], color=COLORS["packs"], linewidth=2
        )
    for cliff in source.cliffs(product, most=shown.most, **way):
        axes.hlines(float(cliff.amount), cliff["from"], cliff.buy, color=CLIFF, linestyle=":")
        axes.axvspan(cliff["from"], cliff.to, color=CLIFF, alpha=0.12, linewidth=0)
        axes.plot([cliff.buy], [float(cliff.amount)], "o", color=CLIFF, markersize=4)
    axes.set_xlim(0, shown.most)
    axes.set_ylim(0)
    label(axes, f"{product}: cost of {shown.meter}", shown.meter, source.currency)
    return axes


def plan(made: Plan, *, axes: Any = None) -> Any:
    """A plan over time: units above, money below, each month stacked by source. Answers both axes."""
    if axes is None:
        _, axes = plt.subplots(2, 1, sharex=True, figsize=(9, 6), layout="constrained")
    units, money = axes
    names = [month.month for month in made.months]
    stack(units, names, {source: [month[source] for month in made.months] for source in MODES})
    costs = {source: [float(month.cost[source]) for month in made.months] for source in COLORS if source != "free"}
    stack(money, names, costs)
    label(units, f"{made.product}: {made.total:,} {made.currency}", "", "units")
    label(money, "", "", made.currency)
    money.tick_params(axis="x", labelrotation=45)
    money.set_xticks(range(len(names)), names)
    return axes


def stack(axes: Axes, names: Sequence[str], parts: dict[str, list[Any]]) -> None:
    base = [0.0] * len(names)
    for source, values in parts.items():
        if any(values):
            axes.bar(range(len(names)), values, bottom=base, color=COLORS[source], label=source, width=0.8)
            base = [low + float(value) for low, value in zip(base, values, strict=True)]
    axes.legend(fontsize="small", frameon=False)


def cheapest_map(
    book: Book | str,
    product: str,
    calls: Sequence[int],
    peaks: Sequence[int],
    *,
    start: str = "2025-01",
    months: int = 12,
    axes: Axes | None = None,
) -> Axes:
    """Which way is cheapest, over monthly calls × peak: what the cheapest plan of that many months spends most on."""
    source = find_book(book)
    item: Any = next((item for item in source.products if item.id == product), None)
    if item is None:
        sold = ", ".join(repr(item.id) for item in source.products)
        raise failure(UnknownProduct, f"product: there is no {product!r} among {sold}")
    names = ["free", "postpaid", "packs", "capacity", "not sold"]
    cells = [[names.index(main_source(source, item, start, months, c, p)) for c in calls] for p in peaks]
    axes = prepared(axes)
    colors = [COLORS["free"], COLORS["postpaid"], COLORS["packs"], COLORS["capacity"], "#eeeeee"]
    axes.pcolormesh(range(len(calls) + 1), range(len(peaks) + 1), cells, cmap=ListedColormap(colors), vmin=0, vmax=4,
                    edgecolors="white", linewidth=0.4)  # fmt: skip
    axes.set_xticks([place + 0.5 for place in range(len(calls))], [short(value) for value in calls], rotation=45)
    axes.set_yticks([place + 0.5 for place in range(len(peaks))], [short(value) for value in peaks])
    there = sorted({cell for row in cells for cell in row})
    axes.legend(handles=[Patch(color=colors[cell], label=names[cell]) for cell in there], fontsize="small",
                bbox_to_anchor=(1.01, 1), loc="upper left", frameon=False)  # fmt: skip
    axes.set_title(f"{product}: the cheapest way")
    axes.set_xlabel(f"{item.meter} a month")
    axes.set_ylabel("peak" if item.capacity is None else f"peak {item.capacity.meter}")
    return axes


def main_source(book: Book, item: Any, start: str, months: int, calls: int, peak: int) -> str:
    forecast = {"product": item.id, "start": start, "calls": [calls] * months}
    peaks = {} if item.capacity is None else {f"peak_{item.capacity.meter}": [peak] * months}
    try:
        made = Plan(book, forecast | peaks)
    except Error:
        return "not sold"
    spent = {source: sum(month.cost[source] for month in made.months) for source in ("postpaid", "packs", "capacity")}
    return max(spent, key=lambda source: spent[source]) if made.total else "free"


def fan(simulation: Simulation, *, axes: Axes | None = None) -> Axes:
    """The cost up to each month over the trials: the middle of them, and the bands of 50 and 90 percent."""
    bands = simulation.fan((5, 25, 50, 75, 95))
    axes = prepared(axes)
    places = range(len(simulation.months))
    for low, high, alpha in ((5, 95, 0.2), (25, 75, 0.35)):
        bottom, top = ([float(value) for value in bands[percent]] for percent in (low, high))
        axes.fill_between(places, bottom, top, color=COLORS["packs"], alpha=alpha, linewidth=0, label=f"{high - low} %")
    axes.plot(places, [float(value) for value in bands[50]], color=COLORS["packs"], linewidth=2, label="middle")
    axes.set_xticks(list(places), simulation.months, rotation=45)
    axes.set_ylim(0)
    axes.legend(fontsize="small", frameon=False, loc="upper left")
    axes.set_title(f"{len(simulation.totals):,} trials")
    axes.set_ylabel(simulation.currency)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    tidy(axes)
    return axes


def tornado(result: Any, *, axes: Axes | None = None) -> Axes:
    """A sensitivity, the widest bar on top."""
    axes = prepared(axes)
    base = float(result.total)
    for place, row in enumerate(reversed(result.rows)):
        for end, color in (("low", COLORS["packs"]), ("high", COLORS["postpaid"])):
            if row[end] is not None:
                name = {"low": "lower", "high": "higher"}[end] if place == 0 else None
                axes.barh(place, float(row[end]) - base, left=base, color=color, height=0.6, label=name)
    axes.set_yticks(range(len(result.rows)), [row["factor"] for row in reversed(result.rows)])
    axes.axvline(base, color="black", linewidth=0.8)
    axes.set_title("the total with one thing lower or higher at a time")
    axes.legend(fontsize="small", frameon=False, loc="lower right")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    tidy(axes)
    return axes


def prepared(axes: Axes | None) -> Axes:
    if axes is None:
        _, axes = plt.subplots(figsize=(8, 4.5), layout="constrained")
    return axes


def label(axes: Axes, title: str, across: str, up: str) -> None:
    axes.set_title(title)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    tidy(axes)


def tidy(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)


def short(value: float) -> str:
    """1500000 as 1.5M."""
    for unit, name in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= unit:
            return f"{value / unit:g}{name}"
    return f"{value:g}"
