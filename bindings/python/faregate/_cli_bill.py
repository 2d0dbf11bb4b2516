"""faregate bill."""

import argparse
import sys
import warnings
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from faregate._arguments import pairs
from faregate._convert import needed
from faregate._core import Book, Invalid
from faregate._documents import failure, values_of
from faregate._doubts import counted
from faregate._print import amount_in_words, guide_of, print_json, print_table
from faregate._table import Table
from faregate.billing import Bills, bill

_ROWS_SHOWN = 50
_TABLES = ("invoices", "lines", "months", "adjustments", "refusals", "bad_rows", "repeats", "later")
_COLUMNS_SHOWN = ("row", "file", "account", "time", "product", "id", "column", "reason", "text", "code", "message")


def add_commands(add: Callable[[str, Any, str], argparse.ArgumentParser]) -> None:
    about = """Bill a usage log with the columns account, time, product and quantity. Exits with 2 where rows are in no
        bill: refused by the rules, not read, or repeated; --allow-bad says that this is known."""
    command = add("bill", show_bills, about)
    command.add_argument("file", metavar="FILE", nargs="+", help="logs, packed or not; - for standard input")
    command.add_argument(
        "--book", required=True, help="name of a shipped book, as `faregate books` lists them, or the path of a file"
    )
    command.add_argument(
        "--id", metavar="COLUMN", help="names events: of those with the same id only the first happens"
    )
    command.add_argument(
        "--keep-ids-days",
        metavar="N",
        type=int,
        help="with --id, a repeat is known for so many days; for ever if not given",
    )
    command.add_argument("--time-unit", choices=("s", "ms", "us", "ns"), help="what whole numbers as times count")
    command.add_argument("--tz", metavar="ZONE", help="the zone of times without an offset, as Europe/Berlin")
    command.add_argument("--thousands", metavar="MARK", help="the mark between groups of digits, as in 1,000")
    command.add_argument(
        "--column",
        metavar="NAME=COLUMN",
        action="append",
        default=[],
        help="another name of a column: account=customer",
    )
    command.add_argument(
        "--constant", metavar="NAME=VALUE", action="append", default=[], help="in place of a column: product=image"
    )
    command.add_argument(
        "--attribute",
        metavar="NAME[=COLUMN]",
        action="append",
        default=[],
        help="a column of what usage is priced by, as the book declares it: model, or model=model_name",
    )
    command.add_argument("--sort", action="store_true", help="the rows are in any order")
    command.add_argument("--corrections", action="store_true", help="quantities below 0 take usage back")
    command.add_argument("--allow-bad", action="store_true", help="exit with 0 also where rows are in no bill")
    command.add_argument(
        "--accounts", metavar="FILE", help="JSON: wallet, policy and commands of accounts, by their names"
    )
    command.add_argument("--until", help="the instant all accounts advance to; if not given, the last settlement")
    command.add_argument(
        "--out",
        metavar="[TABLE=]FILE",
        action="append",
        default=[],
        help="write a table (lines, if none is named) as .parquet or .csv; may be given again: months=months.csv",
    )
    command.add_argument("--threads", metavar="N", type=int, default=1, help="how many threads bill; 1 if not given")
    command.add_argument("--progress", action="store_true", help="tell how far it is also where that is no terminal")


def show_bills(options: argparse.Namespace) -> int:
    outputs = [output_of(given) for given in options.out]  # before billing, which takes long
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the bills have them too, and they are printed below
        bills = made_of(options)
    for name, file in outputs:
        write_table(getattr(bills, name), file)
    for warning in bills.warnings:
        print(f"faregate: {warning}", file=sys.stderr)
    if options.json:
        print_json(as_json(bills), plain)
    else:
        show(bills, with_lines=not outputs)
    left_out = any(what != "after the end" for what in bills.apart)
    return 2 if left_out and not options.allow_bad else 0


def made_of(options: argparse.Namespace) -> Bills:
    attributes = [each if "=" in each else f"{each}=" for each in options.attribute]
    return bill(
        options.file,
        Book(options.book),
        id=options.id,
        keep_ids_days=options.keep_ids_days,
        attributes={name: column or name for name, column in pairs("--attribute", attributes).items()},
        columns=pairs("--column", options.column),
        constants=pairs("--constant", options.constant),
        time_unit=options.time_unit,
        tz=options.tz,
        thousands=options.thousands,
        sort=options.sort,
        corrections=options.corrections,
        accounts=read_accounts(options.accounts) if options.accounts else None,
        until=options.until,
        threads=options.threads,
        progress=True if options.progress else None,
    )


def output_of(given: str) -> tuple[str, str]:
    """Reads an argument of --out as the table to write and the file to write it to."""
    name, equals, file = given.partition("=")
    name, file = (name, file) if equals else ("lines", given)
    if name not in _TABLES:
        raise failure(Invalid, f"--out: there is no table {name!r}; there are {', '.join(_TABLES)}")
    if Path(file).suffix.lower() not in (".parquet", ".csv"):
        raise failure(Invalid, f"--out: expected a file .parquet or .csv, not {file!r}")
    if Path(file).suffix.lower() == ".parquet":
        needed("pyarrow.parquet", "arrow")
    return name, file


def write_table(table: Table, file: str) -> None:
    if Path(file).suffix.lower() == ".parquet":
        table.to_parquet(file)
    else:
        table.to_csv(file)


def read_accounts(file: str) -> dict[str, Any]:
    accounts = values_of(file, Path(file).read_bytes())
    if not isinstance(accounts, dict) or not all(isinstance(known, dict) for known in accounts.values()):
        raise failure(Invalid, f"{file}: expected an object of objects, by the names of accounts")
    return accounts


def as_json(bills: Bills) -> dict[str, Any]:
    tables = {name: list(getattr(bills, name)) for name in _TABLES}
    counts = {"accounts": len(bills.accounts), "rows": dict(bills.rows), "warnings": bills.warnings}
    guide = {"book": bills.book.id, "guide_date": bills.book.guide_date}
    return {**counts, **guide, "currency": bills.currency, "total": bills.total, "accrued": bills.accrued, **tables}


def plain(value: Decimal | datetime) -> str:
    return format(value, "f") if isinstance(value, Decimal) else value.isoformat()


def show(bills: Bills, with_lines: bool) -> None:
    if with_lines:
        show_lines(bills)
    for what, table in bills.apart.items():
        show_rows(what, table, tuple(column for column in _COLUMNS_SHOWN if column in table.columns))
    print(f"\n{bills.rows}")
    print(f"{counted(len(bills.accounts), 'account')}: {amount_in_words(bills.total)} {bills.currency}")
    if bills.accrued:
        print(f"{amount_in_words(bills.accrued)} {bills.currency} more are not settled yet")
    print(guide_of(bills.book))


def show_lines(bills: Bills) -> None:
    lines = [
        (
            line["account"],
            line["month"] or f"{line['begin']:%Y-%m-%d}",
            line["product"],
            f"{line['units']:,}",
            amount_in_words(line["amount"]),
            line["explanation"],
        )
        for line in islice(bills.lines, _ROWS_SHOWN)
    ]
    print_table(("account", "month", "product", "units", bills.currency, "explanation"), lines)
    show_rest(bills.lines)


def show_rows(title: str, table: Table, columns: tuple[str, ...]) -> None:
    if len(table) == 0:
        return
    told = [{column: shown(row[column]) for column in columns} for row in islice(table, _ROWS_SHOWN)]
    with_values = [column for column in columns if any(row[column] for row in told)]
    print(f"\n{title}: {len(table):,}")
    print_table(with_values, [tuple(row[column] for column in with_values) for row in told])
    show_rest(table)


def show_rest(table: Table) -> None:
    if len(table) > _ROWS_SHOWN:
        print(f"… and {len(table) - _ROWS_SHOWN:,} more; --json has all")


def shown(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)
