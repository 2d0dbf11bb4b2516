"""Sums up usage by day, from the detail of each event."""

from collections import defaultdict

from faregate._core import _integer_column, _text_column
from faregate._table import Table

_COUNTS = {"units": "quantity", "free": "free", "packs": "packs", "postpaid": "postpaid", "unbilled": "unbilled"}


def by_day(detail: Table) -> Table:
    """Returns a row for each account, day and product, in this order."""
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0] * len(_COUNTS))
    counts = zip(*(detail[name] for name in _COUNTS.values()))
    for account, time, product, units in zip(detail["account"], detail["time"], detail["product"], counts):
        of_day = sums[account, f"{time:%Y-%m-%d}", product]
        for place, count in enumerate(units):
            of_day[place] += count
    rows = sorted(sums)
    texts = {
        name: _text_column([row[place] for row in rows]) for place, name in enumerate(("account", "day", "product"))
    }
    numbers = {name: _integer_column([sums[row][place] for row in rows]) for place, name in enumerate(_COUNTS)}
    return Table(texts | numbers)
