"""faregate compare, simulate and break-even."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from faregate._arguments import find_book, pairs
from faregate._cli_plan import read_forecast
from faregate._core import Invalid
from faregate._documents import failure, values_of
from faregate._print import guide_of, guides_of, print_json, print_table
from faregate.plan import Way
from faregate.whatif import Comparison, break_even, compare

FORECAST = "the forecast, a JSON document; - for standard input"
BOOK = "name of a shipped book, or the path of a file"
WAYS = "postpaid, capacity, cheapest, pack=ID, or orders=FILE.json, to be given for each; if not given, the usual ones"
WAY = """a way to pay, as pack=calls-10k,free=1000, of pack, packs, free, capacity, days, months, meter, book and product;
    the price list, if not given"""


def add_commands(add: Callable[[str, Any, str], argparse.ArgumentParser]) -> None:
    add_compared(add("compare", show_comparison, "Compare ways to buy for a forecast, by one price book or several."))
    trials = add("simulate", show_ranking, "Rank ways to buy for a forecast by what they cost if demand is another.")
    add_compared(trials)
    trials.add_argument("--trials", type=int, default=1000, help="1000, if not given")
    for name, about in (
        ("--spread", "deviation of each month, as a part of it: 0.2, if not given"),
        ("--level-spread", "that of a level which all months share"),
        ("--correlation", "of a month with the one before, 0 to 1"),
    ):
        trials.add_argument(name, metavar="PART", type=float, default=0.2 if name == "--spread" else 0, help=about)
    trials.add_argument("--seed", type=int, default=0, help="the same seed, the same trials")
    trials.add_argument("--by", choices=("mean", "quantile", "regret", "worst_regret"), default="mean")
    trials.add_argument("--quantile", metavar="PART", type=float, default=0.95, help="0.95, if not given")
    even = add("break-even", show_break_even, "List the quantities on which one of two ways to pay is cheaper.")
    even.add_argument("book", metavar="BOOK", help=BOOK)
    even.add_argument("product", metavar="PRODUCT")
    even.add_argument("--a", metavar="WAY", default="", help=WAY)
    even.add_argument("--b", metavar="WAY", default="", help="the other one")
    even.add_argument("--most", type=int, required=True, help="the last quantity looked at")


def add_compared(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help=FORECAST)
    command.add_argument("--book", action="append", help=f"{BOOK}; may be given again; if not given, the forecast's")
    command.add_argument("--way", action="append", help=WAYS)
    command.add_argument("--fx", metavar="CURRENCY=RATE", action="append", default=[], help="USD=7.1")
    command.add_argument("--time-limit", type=float, metavar="SECONDS", help="of each search for the cheapest plan")


def compared(options: argparse.Namespace) -> Comparison:
    forecast = read_forecast(options.file)
    books = [find_book(book) for book in options.book or [forecast.get("book")]]
    ways = None if options.way is None else {way: read_way(way) for way in options.way}
    return compare(books, forecast, ways, fx=pairs("--fx", options.fx), time_limit=options.time_limit)


def read_way(text: str) -> Way:
    kind, _, value = text.partition("=")
    if kind == "pack":
        return {"pack": value}
    if kind != "orders":
        return text
    orders = values_of(value, Path(value).read_bytes())
    return orders if isinstance(orders, dict) else {"orders": orders}


def show_comparison(options: argparse.Namespace) -> None:
    found = compared(options)
    if options.json:
        told = {"currency": found.currency, "guide_dates": guide_dates(found)}
        print_json({**told, "plans": list(found.rows), "unproven": found.unproven, "refused": found.refused})
        return
    rows = [(row["plan"], f"{row['total']:,f}", f"{row['more']:,f}") for row in found.rows]
    print_table(("plan", found.currency, "more"), rows)
    for name, why in (*found.unproven.items(), *found.refused.items()):
        print(f"{name}: {why}")
    show_guides(found)


def show_guides(found: Comparison) -> None:
    print()
    for guide in guides_of(plan.book for plan in found.plans.values()):
        print(guide)


def guide_dates(found: Comparison) -> dict[str, str | None]:
    """The date of the guide behind each book, by the id of the book."""
    return {plan.book.id: plan.book.guide_date for plan in found.plans.values()}


def show_ranking(options: argparse.Namespace) -> None:
    found = compared(options)
    ranking = found.simulate(
        trials=options.trials,
        spread=options.spread,
        level_spread=options.level_spread,
        correlation=options.correlation,
        seed=options.seed,
    )
    table = ranking.by(options.by, options.quantile)
    if options.json:
        told = {"currency": ranking.currency, "guide_dates": guide_dates(found)}
        print_json({**told, "plans": list(table), "refused": found.refused})
        return
    amounts = ("mean", "quantile", "regret", "worst_regret")
    rows = [(row["plan"], *(f"{row[key]:,.2f}" for key in amounts), f"{row['cheapest']:,}") for row in table]
    head = ("mean", f"quantile {options.quantile:g}", "regret", "at worst")
    print_table((f"{options.trials:,} trials, {ranking.currency}", *head, "cheapest in"), rows)
    for name, why in found.refused.items():
        print(f"{name}: {why}")
    show_guides(found)


COUNTS = ("packs", "free", "capacity", "days", "months")


def show_break_even(options: argparse.Namespace) -> None:
    book = find_book(options.book)
    ways = [{"book": book, "product": options.product, **read_units(name, getattr(options, name))} for name in "ab"]
    stretches = break_even(ways[0], ways[1], options.most)
    if options.json:
        print_json([stretch.to_dict() for stretch in stretches])
        return
    names = {name: getattr(options, name) or "price list" for name in "ab"}
    rows = [
        (f"{each['from']:,} … {each.to:,}", names.get(each.cheaper, "equal"), f"{each.a:,f}", f"{each.b:,f}")
        for each in stretches
    ]
    print_table(("quantity", "cheaper", f"a at first, {book.currency}", "b at first"), rows)
    print(f"\n{guide_of(book)}")


def read_units(name: str, text: str) -> dict[str, Any]:
    """Reads a way to pay as it is written on the command line: PART=VALUE,PART=VALUE."""
    way: dict[str, Any] = {}
    for key, value in pairs(f"--{name}", text.split(",") if text else []).items():
        if key in COUNTS and not (value.isascii() and value.isdigit()):
            raise failure(Invalid, f"--{name}: expected a whole number as {key}, not {value!r}")
        way[key] = int(value) if key in COUNTS else value
    return way
