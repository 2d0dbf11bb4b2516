"""faregate cheapest and faregate cliffs."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from faregate._core import Book, Invalid
from faregate._documents import failure
from faregate._print import print_json, print_table
from faregate.plan import Plan, cheapest, describe_order, find_book


def add_commands(add: Callable[[str, Any, str], argparse.ArgumentParser]) -> None:
    plan = add("cheapest", show_cheapest, "Find the cheapest plan for a forecast of monthly usage.")
    plan.add_argument("file", metavar="FILE", help="the forecast, a JSON document; - for standard input")
    plan.add_argument("--book", help="name of a shipped book, or the path of a file; if not given, the forecast's")
    plan.add_argument("--timeline", action="store_true", help="print a timeline that replays to the plan's total")
    cliffs = add("cliffs", show_cliffs, "List the quantities at which buying more costs less.")
    cliffs.add_argument("book", metavar="BOOK", help="name of a shipped book, or the path of a file")
    cliffs.add_argument("product", metavar="PRODUCT")
    cliffs.add_argument("meter", metavar="METER", nargs="?", help="if it is not the product's usage")
    cliffs.add_argument("--most", type=int, help="the last quantity looked at")
    cliffs.add_argument("--days", type=int, help="of capacity")
    cliffs.add_argument("--months", type=int, help="of capacity")


def read_forecast(file: str) -> dict[str, Any]:
    text = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        forecast = json.loads(text)
    except ValueError as error:
        raise failure(Invalid, f"{file}: {error}") from None
    if not isinstance(forecast, dict):
        raise failure(Invalid, f"{file}: expected an object")
    return forecast


def show_cheapest(options: argparse.Namespace) -> None:
    forecast = read_forecast(options.file)
    plan = cheapest(find_book(options.book or forecast.get("book")), forecast)
    if options.timeline:
        print_json(plan.timeline)
    elif options.json:
        print_json(plan.to_dict())
    else:
        show_plan(plan)


def show_plan(plan: Plan) -> None:
    orders = [(describe_order(order), f"{order.amount:,f}") for order in plan.orders]
    sums = [("postpaid", f"{postpaid(plan):,f}"), ("total", f"{plan.total:,f}")]
    print_table(("order", plan.currency), [*orders, *sums])
    units = ("calls", "free", "packs", "postpaid", "capacity")
    rows = [(m.month, m["mode"], *(f"{m[key]:,}" for key in units), f"{m.cost.total:,f}") for m in plan.months]
    print()
    print_table(("month", "mode", *units, plan.currency), rows)
    naive = plan.naive
    others = [
        ("runner-up", plan.runner_up and plan.runner_up.total),
        ("all postpaid", naive.postpaid),
        *((f"only {pack.pack}", pack.total) for pack in naive.packs),
        ("capacity all the time", naive.capacity),
    ]
    print()
    print_table(("instead", plan.currency), [(name, f"{total:,f}") for name, total in others if total is not None])


def postpaid(plan: Plan) -> Any:
    return sum(month.cost.postpaid for month in plan.months)


def show_cliffs(options: argparse.Namespace) -> None:
    book = Book(options.book)
    cliffs = book.cliffs(options.product, options.meter, most=options.most, days=options.days, months=options.months)
    if options.json:
        print_json([cliff.to_dict() for cliff in cliffs])
        return
    rows = [
        (f"{cliff['from']:,} … {cliff.to:,}", f"{cliff.buy:,}", f"{cliff.amount:,f}", f"{cliff.saves:,f}")
        for cliff in cliffs
    ]
    print_table(("instead of", "buy", f"for {book.currency}", "saves at most"), rows)
