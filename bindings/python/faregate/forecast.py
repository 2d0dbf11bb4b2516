"""Forecasts of monthly usage: reads those that are given as plain lists, and makes new ones of past usage."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from faregate._arguments import a_dict, a_name, an_integer, is_none, wrong
from faregate._core import Invalid
from faregate._documents import failure

_MONTHS_MOST = 120


class Forecast(dict[str, Any]):
    """A forecast of monthly usage: a dict with product, start, calls and what else docs/plan.md has.

    Forecast(product="image", start="2025-01", calls=[15_000, 18_000])
    """

    __slots__ = ()

    @classmethod
    def from_usage(
        cls,
        usage: Any,
        *,
        product: str | None = None,
        account: str | int | None = None,
        growth: Any = 0,
        season: int = 12,
        months: int = 12,
        until: Any = None,
    ) -> "Forecast":
        """The months after those of a table of usage: each is the month a season before it, grown.

        usage    faregate.Bills, or its `months`; any other table with the columns month (or time) and units (or
                 quantity), and product and account where there are several; a Series by month; a dict of months and
                 units
        product, account  which ones, where the table has several: an account's tiers are its own
        growth   by which part a season exceeds the one before it: 0.2, "-0.05"
        season   months after which demand comes again: 12 follows the year, 1 repeats the last month
        months   how many to forecast, 1 to 120
        until    the last month to take, "2024-11", which has usage; None: the last one of the table, which must be over.
                 A month between that has no row had no usage
        """
        season = an_integer("season", season, 1, _MONTHS_MOST)
        months = an_integer("months", months, 1, _MONTHS_MOST)
        factor = 1 + _part("growth", growth)
        if factor < 0:
            raise failure(Invalid, f"growth: expected a part of -1 or more, not {growth!r}")
        account = None if account is None else a_name("account", account)
        by_month, product = _used(usage, product, account, until)
        if not by_month:
            raise failure(Invalid, "usage: there is none")
        last = max(by_month)
        if until is not None and _month("until", until) > last:
            after = f"{_named(_month('until', until))} is after the last month of usage, {_named(last)}"
            raise failure(Invalid, f"until: {after}: what is not known would be taken for no usage")
        if last - min(by_month) + 1 < season:
            count = last - min(by_month) + 1
            raise failure(Invalid, f"season: {season} months of usage are needed, and there are {count}")
        calls = []
        for place in range(months):
            like = last + 1 - season + place % season
            grown = by_month.get(like, 0) * factor ** (place // season + 1)
            calls.append(int(grown + Fraction(1, 2)))
        known = {} if product is None else {"product": product}
        return cls(**known, start=_named(last + 1), calls=calls)


#: A forecast, a dict of the same form, or a Series of pandas by month whose name is the product's
ForecastLike: TypeAlias = Mapping[str, Any] | Any


def read_forecast(given: ForecastLike) -> dict[str, Any]:
    """Reads a forecast as a dict of values that JSON can hold; arrays, Series, generators and Periods are read only
    once."""
    if not isinstance(given, Mapping) and hasattr(given, "index") and hasattr(given, "name"):
        given = {"product": given.name, "calls": given}
    if not isinstance(given, Mapping):
        raise wrong("forecast", "a dict, a Forecast or a Series whose name is the product's", given)
    plain: dict[str, Any] = {}
    starts: dict[str, int] = {}
    for key, value in given.items():
        if not isinstance(key, str):
            raise wrong("forecast", "names as keys", key)
        if key == "start":
            plain[key] = value if isinstance(value, str) else month_of("start", value)
        elif key in ("product", "materials", "opening", "policy", "book"):
            plain[key] = value
        else:
            plain[key], begin = _values(key, value)
            if begin is not None:
                starts[key] = begin
    for key, begin in starts.items():
        if plain.setdefault("start", _named(begin)) != _named(begin):
            raise failure(Invalid, f"{key}: begins in {_named(begin)}, and the forecast in {plain['start']}")
    return plain


def _values(key: str, value: Any) -> tuple[Any, int | None]:
    """Reads values by month as a list of whole numbers, and the month of the first one where the value says it."""
    if isinstance(value, (bytes, bytearray)):
        raise wrong(key, "whole numbers, one for each month", value)
    if isinstance(value, str) or not isinstance(value, Iterable):
        return value, None  # the core refuses it, with a better message
    begin = None
    if isinstance(value, Mapping):
        begin = _begin_of(key, list(value))
        value = value.values()
    elif hasattr(value, "index") and hasattr(value, "name"):
        labels = list(value.index)
        begin = None if all(isinstance(label, int) for label in labels) else _begin_of(key, labels)
    listed = value.tolist() if hasattr(value, "tolist") else list(value)
    return [_whole(f"{key}[{place}]", each) for place, each in enumerate(listed)], begin


def _begin_of(key: str, labels: list[Any]) -> int | None:
    months = [_month(key, label) for label in labels]
    for before, after in zip(months, months[1:]):
        if after != before + 1:
            raise failure(Invalid, f"{key}: {_named(after)} follows {_named(before)}; expected month after month")
    return months[0] if months else None


def _whole(path: str, value: Any) -> int | None:
    """Reads a whole number. A float may stand for it, because libraries use floats for columns in which values are
    missing; a missing value is None."""
    if is_none(value):
        return None
    if isinstance(value, bool) or not hasattr(value, "__int__") and not hasattr(value, "__index__"):
        raise wrong(path, "a whole number", value)
    try:
        whole = int(value)
    except (TypeError, ValueError, OverflowError):
        raise failure(Invalid, f"{path}: expected a whole number, not {value!r}") from None
    if whole != value:
        raise failure(Invalid, f"{path}: expected a whole number, not {value!r}")
    return whole


def _month(path: str, value: Any) -> int:
    """The number of months since the year 0, of a text that begins with a month, a date, a datetime or a Period."""
    text = value
    if not isinstance(value, str) and isinstance(getattr(value, "year", None), int):
        text = f"{value.year:04}-{value.month:02}"
    elif hasattr(value, "astype"):
        text = str(value)  # a datetime64 of numpy
    well_formed = isinstance(text, str) and len(text) >= 7 and text[4] == "-" and text[:4].isdecimal()
    if not well_formed or not text[5:7].isdecimal() or not 1 <= int(text[5:7]) <= 12 or text[7:8] not in ("", "-"):
        raise failure(Invalid, f"{path}: expected months such as '2025-01', dates or Periods, not {value!r}")
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def month_of(path: str, value: Any) -> str:
    """The month of a date, a datetime or a Period, as a book has it: "2025-01"."""
    return _named(_month(path, value))


def _named(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}"


def _part(name: str, given: Any) -> Fraction:
    try:
        return Fraction(str(given)) if not isinstance(given, bool) else Fraction("x")
    except (ValueError, ZeroDivisionError):
        raise failure(Invalid, f"{name}: expected a part such as 0.2, not {given!r}") from None


def _used(usage: Any, product: str | None, account: str | None, until: Any) -> tuple[dict[int, Fraction], str | None]:
    """The units of each month of a table of usage, and its product."""
    usage = getattr(usage, "months", usage)
    if hasattr(usage, "fetch_arrow_table"):
        usage = usage.fetch_arrow_table()
    rows: Iterable[tuple[Any, Any]]
    if isinstance(usage, (list, tuple)):
        listed = [a_dict("usage", row) for row in usage]
        names = dict.fromkeys(name for row in listed for name in row)
        columns = {name: [row.get(name) for row in listed] for name in names}
        rows, product = _rows_of(columns, product, account, until)
    elif isinstance(usage, Mapping):
        rows = usage.items()
    elif hasattr(usage, "index") and hasattr(usage, "name") and not hasattr(usage, "columns"):
        rows = zip(usage.index, usage.tolist())
        product = product or usage.name
    elif hasattr(usage, "columns"):
        rows, product = _rows_of(usage, product, account, until)
    else:
        raise wrong("usage", "a table, a Series or a dict of months and units", usage)
    last = None if until is None else _month("until", until)
    by_month: dict[int, Fraction] = {}
    for label, units in rows:
        month = _month("usage", label)
        if last is None or month <= last:
            counted = _whole("usage", units)
            if counted is None:
                raise failure(Invalid, f"usage: {_named(month)} has no number of units; 0 says that nothing was used")
            by_month[month] = by_month.get(month, Fraction(0)) + counted
    return by_month, product


def _rows_of(table: Any, product: str | None, account: str | None, until: Any) -> tuple[Any, str | None]:
    names = [getattr(name, "name", name) for name in (table if isinstance(table, dict) else table.columns)]
    if hasattr(table, "column_names"):
        names = list(table.column_names)
    month = next((name for name in ("month", "time", "begin") if name in names), None)
    units = next((name for name in ("units", "quantity") if name in names), None)
    if month is None or units is None:
        raise failure(Invalid, f"usage: expected the columns month or time, and units or quantity, not {names}")
    columns = {name: _listed(table[name]) for name in (month, units, "product", "account", "settled") if name in names}
    chosen = {}
    for name, wanted in (("product", product), ("account", account)):
        there = sorted(set(columns.get(name, ())), key=str)
        chosen[name] = wanted if wanted is not None else there[0] if len(there) == 1 else None
        if wanted is not None and there and wanted not in there or len(there) > 1 and wanted is None:
            names_there = ", ".join(map(str, there[:10]))
            raise failure(Invalid, f"{name}: expected one of those that there are: {names_there}, not {wanted!r}")
    of_all = range(len(columns[month]))
    rows = [
        place for place in of_all if all(columns[name][place] == chosen[name] for name in chosen if name in columns)
    ]
    _refuse_open_month(columns, month, rows, until)
    return [(columns[month][place], columns[units][place]) for place in rows], chosen["product"]


def _refuse_open_month(columns: dict[str, list[Any]], month: str, rows: list[int], until: Any) -> None:
    """Refuses a month that is not over, because its units so far would be taken for those of the whole month."""
    if until is not None or "settled" not in columns or not rows:
        return
    last = max(rows, key=lambda place: _month("usage", columns[month][place]))
    if is_none(columns["settled"][last]):
        name = _named(_month("usage", columns[month][last]))
        before = _named(_month("usage", columns[month][last]) - 1)
        raise failure(Invalid, f"until: {name} is not settled yet; until={before!r} leaves it out, {name!r} takes it")


def _listed(column: Any) -> list[Any]:
    for method in ("tolist", "to_list", "to_pylist"):
        if hasattr(column, method):
            return list(getattr(column, method)())
    return list(column)


def whole_numbers(path: str, values: Any) -> list[int]:
    listed, _ = _values(path, values)
    if not isinstance(listed, list) or None in listed:
        raise wrong(path, "whole numbers, one for each month", values)
    return listed
