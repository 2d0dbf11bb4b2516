"""Results as tables, for notebooks: numbers to the right, money with its currency, statements that fit on a page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from html import escape
from itertools import islice
from typing import Any

from faregate._core import Result
from faregate._exact import exactly
from faregate._print import amount_in_words, guide_of, guides_of

_ROWS_SHOWN = 50
_LINES_SHOWN = 20
_STATEMENT = ("at", "currency", "state", "wallet", "products", "invoices", "spent")
_QUOTE = ("book", "currency", "total", "grants", "months")
_RIGHT = ' style="text-align:right"'
_IN_ONE_LINE = ' style="white-space:nowrap"'
_SHORT = 16  # characters of a text that is not broken, such as a month


def cell(value: Any) -> str:
    """Writes a value for people: digits in groups, times to the minute where they have no seconds."""
    if isinstance(value, Decimal):
        return amount_in_words(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return format(value, ",")
    if isinstance(value, datetime):
        return value.isoformat(" ", "auto" if value.second or value.microsecond else "minutes")
    return "" if value is None else escape(str(value))


def _td(value: Any) -> str:
    number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    short = isinstance(value, str) and len(value) <= _SHORT
    return f"<td{_RIGHT if number else _IN_ONE_LINE if short else ''}>{table(value)}</td>"


def _grid(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    names = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(map(_td, row))}</tr>" for row in rows)
    return f"<table><tr>{names}</tr>{body}</table>"


def rows(rows_of: Any, currency: str | None = None) -> str:
    """A table of the first rows below the names of its columns, with the currency for amounts; columns without any
    value are left out."""
    names = [name for name in rows_of.columns if len(rows_of) == 0 or rows_of[name].null_count < len(rows_of)]
    head = [
        f"{name} ({currency})" if currency is not None and rows_of[name].type == "decimal128" else name
        for name in names
    ]
    more = f"<p>{len(rows_of):,} rows</p>" if len(rows_of) > _ROWS_SHOWN else ""
    return _grid(head, ([row[name] for name in names] for row in islice(rows_of, _ROWS_SHOWN))) + more


def table(value: Any) -> str:
    """Shows a result: keys and values below each other, a list of results as rows, a statement as a page."""
    if isinstance(value, Result):
        if all(key in value for key in _STATEMENT):
            return statement(value)
        if all(key in value for key in _QUOTE):
            return quote(value)
        parts = (f"<tr><th>{escape(key)}</th>{_td(part)}</tr>" for key, part in value.items())
        return f"<table>{''.join(parts)}</table>"
    if isinstance(value, tuple) and value and isinstance(value[0], Result):
        return row_table(value)
    if isinstance(value, tuple):
        return ", ".join(map(cell, value))
    return cell(value)


def row_table(of_rows: Sequence[Mapping[str, Any]]) -> str:
    """A table of dicts, with a column for each key that any of them has a value of. Dicts in a row have columns of both
    names, and lists in it the names of what is in them."""
    flat = [dict(_flat(row)) for row in of_rows]
    head = list(dict.fromkeys(key for row in flat for key, value in row.items() if value not in (None, ())))
    if not head:
        return ""
    more = f"<p>{len(flat):,} rows</p>" if len(flat) > _ROWS_SHOWN else ""
    return _grid(head, ([row.get(key) for key in head] for row in flat[:_ROWS_SHOWN])) + more


def _flat(row: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key} ")
        elif isinstance(value, tuple) and (name := _name_of_each(value)) is not None:
            yield f"{prefix}{key}", ", ".join(str(item[name]) for item in value)
        else:
            yield f"{prefix}{key}", value


def _name_of_each(items: tuple[Any, ...]) -> str | None:
    """The key by which results of a list are named."""
    named = (key for key in ("id", "code") if items and all(isinstance(item, Result) and key in item for item in items))
    return next(named, None)


def quote(told: Any) -> str:
    """What a basket costs: its total, a row for each line of each month, and the free units."""
    currency = told["currency"]
    lines = [
        {"month": month["month"], **_with_currency(line, ("unit_price", "amount"), currency)}
        for month in told["months"]
        for line in month["lines"]
    ]
    total = f"<p><b>{cell(told['total'])} {escape(currency)}</b>, prices of {escape(told['book'])}</p>"
    return total + row_table(lines) + row_table(told["grants"])


def _with_currency(row: Mapping[str, Any], money: Sequence[str], currency: str) -> dict[str, Any]:
    return {f"{key} ({currency})" if key in money else key: value for key, value in row.items()}


def statement(told: Any) -> str:
    """What an account has, used and owes: its open products, its packs with their units, the last lines of its
    invoices."""
    currency = told["currency"]
    balance = "unlimited funds" if told["wallet"] is None else f"balance {cell(told['wallet']['balance'])} {currency}"
    at = "" if told["at"] is None else f"{cell(told['at'])}, "
    title = f"<p><b>{escape(told['state'])}</b>, {at}{escape(balance)}</p>"
    lines = [
        {"invoice": invoice.get("month") or cell(invoice.get("begin")), **_of_line(line, currency)}
        for invoice in told["invoices"]
        for line in invoice["lines"]
    ]
    more = f"<p>and {len(lines) - _LINES_SHOWN:,} lines before</p>" if len(lines) > _LINES_SHOWN else ""
    spent = row_table([{f"spent on {what} ({currency})": amount for what, amount in told["spent"].items()}])
    packs = row_table([pack for product, of in told["products"].items() for pack in _packs(product, of)])
    products = row_table([row for product, of in told["products"].items() for row in _product(product, of)])
    return title + products + packs + row_table(lines[-_LINES_SHOWN:]) + more + spent


def _of_line(line: Any, currency: str) -> dict[str, Any]:
    shown = {key: line[key] for key in ("product", "units", "free", "packs", "unbilled", "unit_price") if key in line}
    return {**shown, f"amount ({currency})": line["amount"], "explanation": line["explanation"]}


def _product(name: str, of: Any) -> list[dict[str, Any]]:
    month = of["month"]
    if not of["open"] and month["total"] == 0:
        return []
    held = {"grants left": _left(of["grants"]), "packs left": _left(of["packs"])}
    used = {f"{source} this month": units for source, units in month.items()}
    return [{"product": name, "mode": of["mode"] if of["open"] else "closed", **used, **held}]


def _left(lots: Any) -> int:
    return sum(lot["left"] for lot in lots if lot["state"] == "active")


def _packs(product: str, of: Any) -> list[dict[str, Any]]:
    shown = ("id", "source", "pack", "units", "left", "expires")
    return [{"product": product, **{key: lot[key] for key in shown}} for lot in of["packs"] if lot["state"] == "active"]


def plan_tables(plan: Any, described: list[str]) -> str:
    """A plan as tables: what to buy, each order in words, and what each month costs."""
    orders = [
        {"order": words, f"amount ({plan.currency})": order.amount} for words, order in zip(described, plan.orders)
    ]
    months = []
    for month in plan.months:
        costs = {f"{source} ({plan.currency})": amount for source, amount in month.cost.items()}
        months.append({key: value for key, value in month.items() if key != "cost"} | costs)
    total = f"<p><b>{cell(plan.total)} {escape(plan.currency)}</b>, {escape(guide_of(plan.book))}</p>"
    if not plan.result.get("proven", True):
        total += f"<p>not proven: any other costs at most {cell(plan.gap)} {escape(plan.currency)} less</p>"
    return total + row_table(orders) + row_table(months)


def bill_tables(bills: Any) -> str:
    """Bills as tables: their sum, the lines, and the rows that are in no line."""
    total = f"<p><b>{cell(bills.total)} {escape(bills.currency)}</b>, {escape(guide_of(bills.book))}</p>"
    counts = f"<p>{escape(str(bills.rows))}</p>"
    warnings = "".join(f"<p>{escape(warning)}</p>" for warning in bills.warnings)
    others = (f"<p>{what}: {len(found):,}</p>{rows(found)}" for what, found in bills.apart.items())
    open_amount = bills.accrued
    accrued = f"<p>{cell(open_amount)} {escape(bills.currency)} not settled yet</p>" if open_amount else ""
    return total + counts + accrued + warnings + rows(bills.lines, bills.currency) + "".join(others)


def comparison_table(comparison: Any) -> str:
    refused = [{"plan": name, "not possible": why} for name, why in comparison.refused.items()]
    late = "".join(f"<p>{escape(name)}: {escape(why)}</p>" for name, why in comparison.unproven.items())
    guides = guides_of(plan.book for plan in comparison.plans.values())
    told = "".join(f"<p>{escape(guide)}</p>" for guide in guides)
    return for_the_eye(comparison.rows, comparison.currency) + late + row_table(refused) + told


@exactly
def two_decimals(amount: Decimal) -> Decimal:
    """Rounds an amount for display; the attributes of a result have it exactly."""
    cents = int((amount * 100).to_integral_value())
    return Decimal(cents).scaleb(-2)


def difference_table(difference: Any, parts: Sequence[str]) -> str:
    amount = "amount" if difference.currency is None else f"amount ({difference.currency})"
    return row_table([{"part": part, amount: two_decimals(getattr(difference, part))} for part in parts])


def for_the_eye(rows_of: Any, currency: str) -> str:
    """A table whose amounts are rounded to two decimals."""
    money = {name for name in rows_of.columns if rows_of[name].type == "decimal128"}
    told = [
        {
            f"{name} ({currency})" if name in money else name: two_decimals(value)
            if name in money and value is not None
            else value
            for name, value in row.items()
        }
        for row in rows_of
    ]
    return row_table(told)


def cost_difference(difference: Any) -> str:
    """The lines in which two plans or quotes differ, and the totals of both."""
    amounts = [cell(two_decimals(amount)) for amount in (difference.a, difference.b, difference.total)]
    total = f"<p>a {amounts[0]}, b {amounts[1]}, <b>{amounts[2]} {escape(difference.currency)}</b> more</p>"
    return total + for_the_eye(difference.rows, difference.currency)
