"""The command line: python -m faregate, or faregate.

Tables for people, --json for programs. Exits with 1 on an error; a command that the rules refuse inside a replayed
timeline is none: it is part of the answer. With 141 where the reader of a pipe closed it before the end, and with 130
after Ctrl-C.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faregate
from faregate import Book, _cli_bill, _cli_compare, _cli_plan, _cli_reconcile
from faregate._cli_plan import add_attributes, attributes_of
from faregate._documents import products_of
from faregate._print import CLOSED_PIPE, print_json, print_table, to_any_terminal, until_nobody_reads
from faregate._zone import book_keys_of

INTERRUPTED = 130  # the exit status that shells use after Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    to_any_terminal()
    status = CLOSED_PIPE
    with until_nobody_reads():
        told = run(parser().parse_args(arguments))
        print(end="", flush=True)  # what is left may find that nobody reads, too
        status = told
    return status


def run(options: argparse.Namespace) -> int:
    try:
        status: int | None = options.run(options)
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        print("faregate: interrupted", file=sys.stderr)
        return INTERRUPTED
    except (faregate.Error, OSError) as error:
        print(f"faregate: {error}", file=sys.stderr)
        return 1
    return status or 0


ABOUT_ZONE = "Print the keys of a price book whose civil time is of a time zone, with its offsets of 1970 to 2100."


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="faregate", description="Price usage by a price book.")
    top.add_argument("--version", action="version", version=f"faregate {faregate.__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Any, about: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about)
        command.add_argument("--json", action="store_true", help="print JSON, for programs")
        command.set_defaults(run=run)
        return command

    add("books", list_books, "List the price books that come with the package.")
    check = add("check", check_book, "Tell all that is wrong with a price book. Exits with 1 where anything is.")
    check.add_argument("book", metavar="FILE", help="path of a price book, or the name of a shipped one")
    price = add("price", show_price, "Price a quantity by the price list alone: no grant or pack is taken off.")
    price.add_argument("book", metavar="BOOK", help="name of a shipped book, or the path of a file")
    price.add_argument("product", metavar="PRODUCT")
    price.add_argument("meter", metavar="METER")
    price.add_argument("quantity", metavar="QUANTITY", type=int)
    price.add_argument("--days", type=int, help="of capacity")
    price.add_argument("--months", type=int, help="of capacity")
    price.add_argument("--tier-quantity", type=int, help="the quantity that picks the tier, if not QUANTITY")
    price.add_argument("--at", help="the instant, 2024-11-05T10:00: its edition, month and hour are asked")
    add_attributes(price)
    zone = commands.add_parser("zone", help="Print the keys of a price book in a time zone.", description=ABOUT_ZONE)
    zone.add_argument("name", metavar="NAME", help="as in the time zone database: Europe/Madrid")
    zone.set_defaults(run=show_zone)
    replay = add("replay", show_replay, "Replay a timeline.")
    replay.add_argument("file", metavar="FILE", help="a JSON document; - for standard input")
    _cli_bill.add_commands(add)
    _cli_plan.add_commands(add)
    _cli_compare.add_commands(add)
    _cli_reconcile.add_commands(add)
    add_ledger_commands(commands)
    return top


def add_ledger_commands(commands: Any) -> None:
    about = "Check a ledger, take it out as a timeline and make one of that, seal it, compare it with another."
    ledger = commands.add_parser("ledger", help=about, description=about)
    kinds = ledger.add_subparsers(required=True, metavar="COMMAND")
    about = "Check everything: pages, chain, snapshots, indexes, and that each command answers again as it did."
    verify = kinds.add_parser("verify", help="check everything in a ledger", description=about)
    verify.add_argument("file", metavar="FILE")
    verify.add_argument("--json", action="store_true", help="print JSON, for programs")
    verify.add_argument("--predecessor", metavar="OLD", help="the ledger it goes on from, to be checked too")
    verify.set_defaults(run=verify_ledger)
    about = "Print a ledger as a timeline that replays to the same statement."
    export = kinds.add_parser("export", help="print a ledger as a timeline", description=about)
    export.add_argument("file", metavar="FILE")
    export.add_argument(
        "--until",
        metavar="N|TIME",
        help="number of the last command, or the last instant of one; of a damaged ledger, those that are good",
    )
    export.add_argument("--output", metavar="FILE", help="where to write it; standard output if not given")
    export.set_defaults(run=export_ledger)
    about = "Make a ledger of a timeline, such as export prints."
    make = kinds.add_parser("import", help="make a ledger of a timeline", description=about)
    make.add_argument("file", metavar="FILE.json")
    make.add_argument("new", metavar="NEW", help="where there must be nothing")
    make.set_defaults(run=import_ledger)
    about = "Seal a ledger and go on in a new one, which begins with the state in which the old one ends."
    seal = kinds.add_parser("seal", help="go on in a new ledger", description=about)
    seal.add_argument("old", metavar="OLD", help="that no process has open")
    seal.add_argument("new", metavar="NEW", help="where there must be nothing")
    seal.add_argument("--keep-ids-days", metavar="N", type=int, help="how long ids stay known; 92 if not given")
    seal.set_defaults(run=seal_ledger)
    about = "Tell what two ledgers are to each other. Exits with 1 where they have gone apart."
    compare = kinds.add_parser("compare", help="compare two ledgers", description=about)
    compare.add_argument("a", metavar="A")
    compare.add_argument("b", metavar="B")
    compare.add_argument("--json", action="store_true", help="print JSON, for programs")
    compare.set_defaults(run=compare_ledgers)


def list_books(options: argparse.Namespace) -> None:
    books = [Book(name) for name in faregate.shipped_books()]
    if options.json:
        print_json(
            [
                {
                    "id": book.id,
                    "title": book.title,
                    "currency": book.currency,
                    "guide_date": book.guide_date,
                    "examples": len(book.examples),
                }
                for book in books
            ]
        )
        return
    products = [", ".join(product.id for product in products_of(book)) for book in books]
    rows = [
        (book.id, book.currency, book.guide_date or "no date", book.title, f"{len(book.examples)}", names)
        for book, names in zip(books, products, strict=True)
    ]
    print_table(("book", "currency", "guide of", "title", "examples", "products"), rows)


def show_zone(options: argparse.Namespace) -> None:
    keys = book_keys_of(options.name)
    transitions = ",\n".join(f"    {json.dumps(transition)}" for transition in keys["transitions"])
    print(f'  "time_zone": {json.dumps(keys["time_zone"])},\n  "tzdata": {json.dumps(keys["tzdata"])},')
    print(f'  "transitions": [\n{transitions}\n  ],')


def check_book(options: argparse.Namespace) -> int:
    errors = Book.errors(options.book)
    if options.json:
        print_json([error.to_dict() for error in errors])
    for error in errors if not options.json else ():
        place = f"{error.path}: " if error.path else ""
        print(f"{options.book}:{error.line}:{error.column}: {place}{error.message}")
    return 1 if errors else 0


def show_price(options: argparse.Namespace) -> None:
    book = Book(options.book)
    price = book.price(
        options.product,
        options.meter,
        options.quantity,
        days=options.days,
        months=options.months,
        tier_quantity=options.tier_quantity,
        at=options.at,
        attributes=attributes_of(options, book),
    )
    if options.json:
        print_json(price.to_dict())
        return
    rows = [(f"{line.units:,}", f"{line.tier:,}", f"{line.unit_price:f}", f"{line.amount:,f}") for line in price.lines]
    print_table(("units", "tier from", "unit price", book.currency), rows)
    print(f"\n{price.explanation}  {price.rule}")


def show_replay(options: argparse.Namespace) -> None:
    text = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
    answer = faregate.replay_json(text)
    if options.json:
        print(answer.decode())
        return
    commands = json.loads(text)["commands"]
    told = json.loads(answer)
    rows = [(command["at"], command["do"], tell(outcome)) for command, outcome in zip(commands, told["outcomes"])]
    print_table(("at", "do", "outcome"), rows)
    if told["statement"] is not None:
        show_statement(told["statement"])


def verify_ledger(options: argparse.Namespace) -> None:
    report = faregate.verify(options.file, predecessor=options.predecessor)
    if options.json:
        print_json(report.to_dict())
    else:
        at = f", the last at {report.good_at}" if report.good_at else ""
        print(f"{report.commands:,} commands and {report.snapshots:,} snapshots are good{at}\nhead {report.head}")
    if not report.ok:
        raise SystemExit(f"faregate: {report.problem}")


def export_ledger(options: argparse.Namespace) -> None:
    faregate.export(options.file, options.output or sys.stdout.buffer, until=options.until)


def import_ledger(options: argparse.Namespace) -> None:
    faregate.import_ledger(options.file, options.new)


def seal_ledger(options: argparse.Namespace) -> None:
    faregate.seal_ledger(options.old, options.new, keep_ids_days=options.keep_ids_days)


def compare_ledgers(options: argparse.Namespace) -> None:
    report = faregate.compare_ledgers(options.a, options.b)
    if options.json:
        print_json(report.to_dict())
    else:
        print(tell_relation(report.to_dict()))
    if report.relation not in ("same", "continuation"):
        raise SystemExit(1)


def tell_relation(report: dict[str, Any]) -> str:
    """Says in a sentence or two how two ledgers are related."""
    if report["relation"] == "same":
        return f"the same {report['a']['commands']:,} commands"
    if report["relation"] == "continuation":
        return f"{report[report['longer']]['path']} goes on from the other, with {report['by']:,} commands more"
    if report["relation"] == "fork":
        fork = report["fork"]
        where = "at" if fork["command"] == report["common"] + 1 else f"after command {report['common']:,}, seen at"
        lines = [f"  {report[side]['path']}: {fork[side]}" for side in ("a", "b")]
        return "\n".join([f"a fork {where} command {fork['command']:,}", *lines])
    if report["relation"] == "other_beginning":
        return "begun with another price book, wallet or policy"
    return "no command in common: one of them begins after the other ends"


def tell(outcome: dict[str, Any]) -> str:
    """An outcome in one line: what was answered, or why the command was refused."""
    if not outcome["ok"]:
        return f"refused, {outcome['error']}: {outcome['message']} {outcome['rule'] or ''}".rstrip()
    shown = {key: value for key, value in outcome.items() if key not in ("do", "ok") and value not in (None, [], {})}
    return ", ".join(f"{key} {brief(value)}" for key, value in shown.items()) or "done"


def brief(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("total") or " + ".join(f"{part} {key}" for key, part in value.items())
    if isinstance(value, list):
        value = " + ".join(f"{part['units']:,} of {part['id']}" for part in value)
    return f"{value:,}" if type(value) is int else str(value)


def tell_line(line: dict[str, Any]) -> tuple[str, str, str, str]:
    """The units, amount, explanation and rule of an invoice's line; a fee or a bound has its name in place of units."""
    what = line.get("fee") or line.get("bound") or f"{line['units']:,}"
    return what, line["amount"], line["explanation"], line["rule"]


def show_statement(statement: dict[str, Any]) -> None:
    lines = [
        (invoice.get("month") or invoice["begin"], line["product"], *tell_line(line))
        for invoice in statement["invoices"]
        for line in invoice["lines"]
    ]
    if lines:
        print()
        print_table(("month", "product", "units", statement["currency"], "explanation", "rule"), lines)
    balance = "unlimited funds" if statement["wallet"] is None else f"balance {statement['wallet']['balance']}"
    spent = statement["spent"]
    print(f"\n{statement['at']}  {statement['state']}  {balance}\n")
    print_table(("spent", *spent), [(statement["currency"], *spent.values())])
