"""faregate reconcile."""

import argparse
import os
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from faregate._arguments import pairs
from faregate._core import Book
from faregate._print import print_json, print_table

_ROWS_SHOWN = 50


def add_commands(add: Callable[[str, Any, str], argparse.ArgumentParser]) -> None:
    about = """Compare a ledger or a timeline with a vendor's invoice, and name all causes that explain the difference
        exactly, each of them replayed. Exits with 2 where anything differs or could not be read."""
    command = add("reconcile", show_reconciliation, about)
    command.add_argument("ours", metavar="OURS", help="a ledger, or a timeline in JSON")
    command.add_argument("theirs", metavar="INVOICE", help=".csv, .tsv, .json, .jsonl, .parquet or .feather")
    command.add_argument("--form", help="how the invoice is read: a shipped form, or the path of a JSON file")
    for option, what in (
        ("column", "the vendor's name of a column: month=…, product=…, kind=…, units=…, amount=… and so on"),
        ("product", "the vendor's name of a product: THEIRS=OURS"),
        ("kind", "the vendor's word for what a row is of: THEIRS=usage, pack, capacity, bundle, fee or refund"),
        ("only", "what stands in a column of the rows that count: COLUMN=TEXT"),
        ("constant", "what is the same in all rows: product=…"),
    ):
        command.add_argument(f"--{option}", metavar="NAME=TEXT", action="append", default=[], help=what)
    command.add_argument("--decimals", type=int, help="to how many the vendor rounds a row")
    command.add_argument("--thousands", metavar="MARK", help="between groups of digits (,)")
    command.add_argument("--decimal", metavar="MARK", help="before decimals (.)")
    command.add_argument("--book", action="append", default=[], help="another price book that may have been billed by")
    command.add_argument("--causes", type=int, default=2, choices=(0, 1, 2), help="how many at once are tried (2)")
    command.add_argument("--commands", type=int, help="how many may be replayed (20,000,000)")
    command.add_argument("--time-limit", type=float, metavar="SECONDS", help="then tell what was found until then")


def show_reconciliation(options: argparse.Namespace) -> int:
    from faregate._reconcile import reconcile

    def given(option: str) -> Mapping[str, str] | None:
        named: list[str] = getattr(options, option)
        return pairs(f"--{option}", named) if named else None

    found = reconcile(
        options.ours,
        options.theirs,
        form=options.form,
        columns=given("column"),
        products=given("product"),
        kinds=given("kind"),
        only=given("only"),
        constants=given("constant"),
        decimals=options.decimals,
        thousands=options.thousands,
        decimal=options.decimal,
        books=[Book(name if not os.path.exists(name) else os.fspath(name)) for name in options.book],
        causes=options.causes,
        commands=options.commands,
        time_limit=options.time_limit,
    )
    if options.json:
        print_json(found.to_dict())
    else:
        show(found)
    return 0 if found.equal else 2


def show(found: Any) -> None:
    rows = [
        (row["month"], row["product"], row["kind"], _shown(row["ours_amount"]), _shown(row["theirs_amount"]), row["is"])
        for row in islice(found.rows, _ROWS_SHOWN)
    ]
    print_table(("month", "product", "kind", f"ours {found.currency}", "theirs", ""), rows)
    if len(found.rows) > _ROWS_SHOWN:
        print(f"… and {len(found.rows) - _ROWS_SHOWN:,} more; --json has all")
    print(f"\n{found}")


def _shown(amount: Any) -> str:
    return "" if amount is None else f"{amount:,f}"
