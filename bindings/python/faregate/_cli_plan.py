"""faregate cheapest, faregate cliffs and faregate quote."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from faregate._arguments import find_book, pairs
from faregate._core import Book, Invalid
from faregate._documents import failure, values_of, whole_attributes
from faregate._exact import total_of
from faregate._print import guide_of, print_json, print_table
from faregate.plan import Plan, cheapest, describe_order


def add_commands(add: Callable[[str, Any, str], argparse.ArgumentParser]) -> None:
    plan = add("cheapest", show_cheapest, "Find the cheapest plan for a forecast of monthly usage.")
    plan.add_argument("file", metavar="FILE", help="the forecast, a JSON document; - for standard input")
    plan.add_argument("--book", help="name of a shipped book, or the path of a file; if not given, the forecast's")
    plan.add_argument("--time-limit", type=float, metavar="SECONDS", help="then tell the best plan found, and its gap")
    plan.add_argument("--timeline", action="store_true", help="print a timeline that replays to the plan's total")
    cliffs = add("cliffs", show_cliffs, "List the quantities at which buying more costs less.")
    cliffs.add_argument("book", metavar="BOOK", help="name of a shipped book, or the path of a file")
    cliffs.add_argument("product", metavar="PRODUCT")
    cliffs.add_argument("meter", metavar="METER", nargs="?", help="if it is not the product's usage")
    cliffs.add_argument("--most", type=int, help="the last quantity looked at")
    cliffs.add_argument("--days", type=int, help="of capacity")
    cliffs.add_argument("--months", type=int, help="of capacity")
    cliffs.add_argument("--at", help="the instant, 2024-11-05T10:00: its edition, month and hour are asked")
    add_attributes(cliffs)
    quote = add("quote", show_quote, "Tell what so much of all of it costs in a month, from a fresh account.")
    quote.add_argument("book", metavar="BOOK", help="name of a shipped book, or the path of a file")
    quote.add_argument("file", metavar="FILE", help='a basket, {"image": {"calls": 90000}}; - for standard input')
    quote.add_argument("--months", metavar="N", type=int, default=1, help="1 to 120, the same in each of them")
    quote.add_argument("--at", help="an instant of the first month; now if not given")
    quote.add_argument("--without-free", action="store_true", help="leave free quotas out")
    add_attributes(quote)


def add_attributes(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--attribute",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="of the usage, or of the account; any number of times",
    )


def attributes_of(options: argparse.Namespace, book: Book) -> dict[str, str | int]:
    """Reads attributes; a value is a whole number where the book declares its attribute as one."""
    numbers = whole_attributes(book)
    attributes: dict[str, str | int] = {}
    for name, value in pairs("--attribute", options.attribute).items():
        is_number = name in numbers and value.lstrip("-").isascii() and value.lstrip("-").isdigit()
        attributes[name] = int(value) if is_number else value
    return attributes


def read_forecast(file: str) -> dict[str, Any]:
    text = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    forecast = values_of(file, text)
    if not isinstance(forecast, dict):
        raise failure(Invalid, f"{file}: expected an object")
    return forecast


def show_cheapest(options: argparse.Namespace) -> None:
    forecast = read_forecast(options.file)
    plan = cheapest(find_book(options.book or forecast.get("book")), forecast, time_limit=options.time_limit)
    if options.timeline:
        print_json(plan.timeline)
    elif options.json:
        print_json({**plan.to_dict(), "guide_date": plan.book.guide_date})
    else:
        show_plan(plan)


def show_plan(plan: Plan) -> None:
    orders = [(describe_order(order), f"{order.amount:,f}") for order in plan.orders]
    sums = [("postpaid", f"{postpaid(plan):,f}"), ("total", f"{plan.total:,f}")]
    print_table(("order", plan.currency), [*orders, *sums])
    if not plan.proven:
        print(f"\nnot proven: any other costs at most {plan.gap:,f} {plan.currency} less")
    print(f"\n{guide_of(plan.book)}")
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
    return total_of([month.cost.postpaid for month in plan.months])


def show_cliffs(options: argparse.Namespace) -> None:
    book = Book(options.book)
    cliffs = book.cliffs(
        options.product,
        options.meter,
        most=options.most,
        days=options.days,
        months=options.months,
        at=options.at,
        attributes=attributes_of(options, book),
    )
    if options.json:
        print_json([cliff.to_dict() for cliff in cliffs])
        return
    rows = [
        (f"{cliff['from']:,} … {cliff.to:,}", f"{cliff.buy:,}", f"{cliff.amount:,f}", f"{cliff.saves:,f}")
        for cliff in cliffs
    ]
    print_table(("instead of", "buy", f"for {book.currency}", "saves at most"), rows)


def show_quote(options: argparse.Namespace) -> None:
    book = Book(options.book)
    quote = book.quote(
        read_forecast(options.file),
        months=options.months,
        at=options.at,
        free=not options.without_free,
        attributes=attributes_of(options, book),
    )
    if options.json:
        print_json({**quote.to_dict(), "guide_date": book.guide_date})
        return
    lines = [
        (month.month, line.kind, line.product or "", line.explanation, f"{line.amount:,f}")
        for month in quote.months
        for line in month.lines
    ]
    print_table(
        ("month", "for", "product", "explanation", quote.currency), [*lines, ("total", "", "", "", f"{quote.total:,f}")]
    )
    print(f"\n{guide_of(book)}")
