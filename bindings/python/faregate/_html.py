"""Results as tables, for notebooks."""

from decimal import Decimal
from html import escape
from itertools import islice
from typing import Any

from faregate._core import Result

_ROWS_SHOWN = 50


def rows(rows_of: Any) -> str:
    """The first rows of a table below the names of its columns."""
    head = "".join(f"<th>{escape(name)}</th>" for name in rows_of.columns)
    shown = ("".join(f"<td>{table(value)}</td>" for value in row.values()) for row in islice(rows_of, _ROWS_SHOWN))
    body = "".join(f"<tr>{row}</tr>" for row in shown)
    more = f"<p>{len(rows_of):,} rows</p>" if len(rows_of) > _ROWS_SHOWN else ""
    return f"<table><tr>{head}</tr>{body}</table>{more}"


def table(value: Any) -> str:
    """Keys and values below each other; a list of results as rows."""
    if isinstance(value, Result):
        rows = (f"<tr><th>{escape(key)}</th><td>{table(part)}</td></tr>" for key, part in value.items())
        return f"<table>{''.join(rows)}</table>"
    if isinstance(value, tuple) and value and isinstance(value[0], Result):
        head = "".join(f"<th>{escape(key)}</th>" for key in value[0])
        rows = ("".join(f"<td>{table(part)}</td>" for part in row.values()) for row in value)
        return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    if isinstance(value, Decimal):
        return format(value, ",f")
    return "" if value is None else escape(str(value))


def row_table(of_rows: list[dict[str, Any]]) -> str:
    """Dicts with the same keys as rows."""
    if not of_rows:
        return ""
    head = "".join(f"<th>{escape(str(key))}</th>" for key in of_rows[0])
    body = ("".join(f"<td>{cell(value)}</td>" for value in row.values()) for row in of_rows)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in body)}</table>"


def cell(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, ",f")
    return format(value, ",") if isinstance(value, int) else "" if value is None else escape(str(value))


def plan_tables(plan: Any, described: list[str]) -> str:
    """A plan: what to buy, each order in words, and what each month comes to."""
    orders = [{"order": words, "amount": order.amount} for words, order in zip(described, plan.orders)]
    months = []
    for month in plan.months:
        costs = {f"{source} ({plan.currency})": amount for source, amount in month.cost.items()}
        months.append({key: value for key, value in month.items() if key != "cost"} | costs)
    total = f"<p><b>{cell(plan.total)} {escape(plan.currency)}</b></p>"
    return total + row_table(orders) + row_table(months)


def bill_tables(bills: Any) -> str:
    """Bills: their sum, the lines, and what has no line."""
    total = f"<p><b>{cell(bills.total)} {escape(bills.currency)}</b>, {escape(str(bills.rows))}</p>"
    warnings = "".join(f"<p>{escape(warning)}</p>" for warning in bills.warnings)
    others = (f"<p>{what}: {len(found):,}</p>{rows(found)}" for what, found in bills.apart.items())
    return total + warnings + rows(bills.lines) + "".join(others)


def comparison_table(comparison: Any) -> str:
    refused = [{"plan": name, "not possible": why} for name, why in comparison.refused.items()]
    return row_table(comparison.rows) + row_table(refused)
