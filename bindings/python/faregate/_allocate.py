"""Months of accounts and products by groups of events: what each used, and its share of the amount."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from faregate._core import Book, Invalid, _bill_shares, _decimal_column, _integer_column, _text_column, _time_column
from faregate._documents import failure
from faregate._table import Table

Group: TypeAlias = tuple[str | None, ...]
Sums: TypeAlias = list[int]  # the quantity, and the units that were postpaid
Period: TypeAlias = str | datetime  # a month such as "2024-11", or the instant at which a period begins


# The columns of the answer besides those by which events are grouped.
OWN = ("account", "month", "begin", "product", "quantity", "postpaid", "amount")


def allocated(months: Table, detail: Table, parts: Table, by: Sequence[str], book: Book) -> Table:
    """Returns the table of Bills.allocate: each month of each account and product, shared out over groups of events."""
    for name in by:
        if name not in detail.columns:
            raise failure(Invalid, f"by: no column {name!r} went through; there are {', '.join(detail.columns)}")
        if name in OWN or by.count(name) > 1:
            raise failure(Invalid, f"by: the answer already has a column {name!r}; expected others, each once")
    used = _used(months, detail, parts, by)
    scale = months["amount"].scale or 0
    rows: dict[str, list[Any]] = defaultdict(list)
    for month in months:
        key = (month["account"], month["product"], month["month"] or month["begin"])
        groups: list[tuple[Group, Sums]] = list(used.get(key, {}).items())
        amounts, nobody = _bill_shares(month["amount"], scale, month["postpaid"], [(a, b) for _, (a, b) in groups])
        if nobody != 0 or not groups:
            groups.append(((None,) * len(by), [nobody, nobody]))
        for (group, (quantity, postpaid)), amount in zip(groups, amounts):
            for name in ("account", "month", "begin", "product"):
                rows[name].append(month[name])
            for name, value in zip(by, group):
                rows[name].append(value)
            rows["quantity"].append(quantity)
            rows["postpaid"].append(postpaid)
            rows["amount"].append(amount)
    texts = {name: _text_column(rows[name]) for name in ("account", "month", "product", *by)}
    numbers = {name: _integer_column(rows[name]) for name in ("quantity", "postpaid")}
    others = {"begin": _time_column(rows["begin"], book), "amount": _decimal_column(rows["amount"], scale)}
    columns = texts | numbers | others
    return Table({name: columns[name] for name in (*OWN[:4], *by, *OWN[4:])})


def _used(months: Table, detail: Table, parts: Table, by: Sequence[str]) -> dict[Any, dict[Group, Sums]]:
    """Quantity and postpaid units by account, product and period, and within these by group. An event that counts for
    several products is not there itself; its parts are. An event is of the period that it lies in, which is not told
    where nothing is left of it, as where there was a correction alone."""
    begins: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    settled: dict[Any, datetime | None] = {}
    for account, product, begin, at in zip(*(months[name] for name in ("account", "product", "begin", "settled"))):
        if begin is not None:
            begins[account, product].append(begin)
            settled[account, product, begin] = at
    used: dict[Any, dict[Group, Sums]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))

    def add(account: str, product: str, time: datetime, group: Group, quantity: int, postpaid: int) -> None:
        known = begins.get((account, product))
        period: Period = f"{time:%Y-%m}"
        if known is not None:
            place = bisect_right(known, time)
            begin = known[place - 1] if place > 0 else None
            end = settled.get((account, product, begin))
            period = time if begin is None or (end is not None and time >= end) else begin
        sums = used[account, product, period][group]
        sums[0] += quantity
        sums[1] += postpaid

    events = list(zip(*(detail[name].tolist() for name in ("account", "product", "time", "quantity", "postpaid", *by))))
    apart = set(parts["event"].tolist())
    for place, (account, product, time, quantity, postpaid, *group) in enumerate(events):
        if place not in apart:
            add(account, product, time, tuple(group), quantity, postpaid)
    for place, product, units, postpaid in zip(*(parts[name].tolist() for name in parts.columns)):
        account, _, time, _, _, *group = events[place]
        add(account, product, time, tuple(group), units, postpaid)
    return used
