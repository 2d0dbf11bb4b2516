"""Amounts shared out exactly: largest remainders are rounded up, so that the shares add up to the last digit."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from faregate._core import Book, Invalid, _decimal_column, _integer_column, _text_column, _time_column
from faregate._documents import failure
from faregate._exact import exactly
from faregate._table import Table

Group: TypeAlias = tuple[str | None, ...]
Period: TypeAlias = str | datetime  # a month, or how a period begins


class Part(NamedTuple):
    """Of a month: a group of values of the columns, or None for what is nobody's."""

    group: Group | None
    quantity: int
    postpaid: int


def shares(amount: int, weights: Sequence[int]) -> list[int]:
    """A whole number by weights from 0 on, not all of them 0."""
    size, whole = abs(amount), sum(weights)
    parts = [size * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -(size * weights[place] % whole))
    for place in by_remainder[: size - sum(parts)]:
        parts[place] += 1
    return parts if amount >= 0 else [-part for part in parts]


def allocated(months: Table, detail: Table, by: Sequence[str], book: Book) -> Table:
    """Each month of each account and product by groups of events."""
    for name in by:
        if name not in detail.columns:
            raise failure(Invalid, f"by: no column {name!r} went through; there are {', '.join(detail.columns)}")
    used = _used(months, detail, by)
    scale = months["amount"].scale or 0
    rows: dict[str, list[Any]] = defaultdict(list)
    for month in months:
        key = (month["account"], month["product"], month["month"] or month["begin"])
        parts = list(_parts(used.get(key, {}), month["postpaid"]))
        for part, amount in zip(parts, _amounts(month["amount"], parts, scale), strict=True):
            for name in ("account", "month", "begin", "product"):
                rows[name].append(month[name])
            for place, name in enumerate(by):
                rows[name].append(None if part.group is None else part.group[place])
            rows["quantity"].append(part.quantity)
            rows["postpaid"].append(part.postpaid)
            rows["amount"].append(amount)
    texts = {name: _text_column(rows[name]) for name in ("account", "month", "product", *by)}
    numbers = {name: _integer_column(rows[name]) for name in ("quantity", "postpaid")}
    others = {"begin": _time_column(rows["begin"], book), "amount": _decimal_column(rows["amount"], scale)}
    columns = texts | numbers | others
    order = ("account", "month", "begin", "product", *by, "quantity", "postpaid", "amount")
    return Table({name: columns[name] for name in order})


def _used(months: Table, detail: Table, by: Sequence[str]) -> dict[Any, dict[Group, list[int]]]:
    """Quantity and postpaid units by account, product and period, and by group."""
    begins: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for account, product, begin in zip(months["account"], months["product"], months["begin"]):
        if begin is not None:
            begins[account, product].append(begin)
    used: dict[Any, dict[Group, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    columns = [detail[name].tolist() for name in ("account", "product", "time", "quantity", "postpaid", *by)]
    for account, product, time, quantity, postpaid, *group in zip(*columns):
        known = begins.get((account, product))
        period: Period = f"{time:%Y-%m}" if known is None else known[max(0, bisect_right(known, time) - 1)]
        sums = used[account, product, period][tuple(group)]
        sums[0] += quantity
        sums[1] += postpaid
    return used


def _parts(groups: dict[Group, list[int]], postpaid: int) -> Iterator[Part]:
    """The groups, and what of the month's postpaid units none of them used."""
    yield from (Part(group, *sums) for group, sums in groups.items())
    left = postpaid - sum(sums[1] for sums in groups.values())
    if left > 0 or not groups:
        yield Part(None, max(0, left), max(0, left))


@exactly
def _amounts(amount: Decimal, parts: Sequence[Part], scale: int) -> list[Decimal]:
    whole = int(amount.scaleb(scale))
    for weights in ([max(0, part.postpaid) for part in parts], [max(0, part.quantity) for part in parts]):
        if any(weights):
            break
    else:
        weights = [1] * len(parts)
    return [Decimal(share).scaleb(-scale) for share in shares(whole, weights)]
