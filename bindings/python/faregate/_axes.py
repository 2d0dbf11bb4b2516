"""Axes that are read at a glance: months that do not overlap, numbers with their unit in words, scales for the data."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LABELS_MOST = 13
WORDS = ((1e12, "trillions"), (1e9, "billions"), (1e6, "millions"), (1e3, "thousands"))


def prepared(axes: Axes | None, size: tuple[float, float] = (8, 4.5)) -> Axes:
    if axes is None:
        _, axes = plt.subplots(figsize=size, layout="constrained")
    return axes


def tidy(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)


def titled(axes: Axes, title: str, across: str = "", up: str = "") -> None:
    """Titles a picture, which must be drawn already, because the unit on an axis follows from how far the axis goes."""
    axes.set_title(title, loc="left", fontsize="medium")
    measured(axes.xaxis, axes.get_xlim(), across)
    measured(axes.yaxis, axes.get_ylim(), up)
    tidy(axes)


def measured(axis: Any, limits: tuple[float, float], name: str) -> None:
    """Shows the numbers on an axis in thousands or millions and says so in its name; an axis without a name stays as it
    is."""
    if not name:
        return
    if axis.get_scale() == "log":
        axis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
        axis.set_minor_formatter(NullFormatter())
        axis.set_label_text(name)
        return
    size, word = next(((size, word) for size, word in WORDS if max(map(abs, limits)) >= 2 * size), (1.0, ""))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{round(value / size, 6):,g}"))
    axis.set_label_text(f"{name}, {word}" if word else name)


def month_ticks(axes: Axes, months: Sequence[str]) -> None:
    """Labels the places 0, 1, … of an axis with months such as "2025-01": as many labels as there is room for, the year
    below the first month of each year."""
    if not months:
        axes.set_xticks([])
        return
    step = next((step for step in (1, 2, 3, 6, 12) if len(months) / step <= LABELS_MOST), 12 * (len(months) // 144 + 1))
    places = [place for place, month in enumerate(months) if step == 1 or (int(month[5:7]) - 1) % step == 0]
    places = [place for place in places if step <= 12 or (int(months[place][:4]) * 12) % step == 0] or [0]
    labels, year = [], ""
    for place in places:
        name = MONTHS[int(months[place][5:7]) - 1] if len(months[place]) == 7 else months[place]
        labels.append(name if months[place][:4] == year else f"{name}\n{months[place][:4]}")
        year = months[place][:4]
    axes.set_xticks(places, labels)


def legend(axes: Axes, within: str | None = None, **options: Any) -> None:
    """Puts the legend beside the picture, where it hides nothing; or within the picture, in a corner that its kind
    leaves free, on a ground of its own where shades reach into that corner."""
    if axes.get_legend_handles_labels()[0] or "handles" in options:
        beside = {"bbox_to_anchor": (1.01, 1), "loc": "upper left", "frameon": False}
        inside = {"loc": within, "framealpha": 0.85, "edgecolor": "none"}
        axes.legend(fontsize="small", **(beside if within is None else inside), **options)


def short(value: float) -> str:
    """A number in few characters: 1500000 as 1.5M."""
    for unit, name in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= unit:
            return f"{value / unit:g}{name}"
    return f"{value:g}"
