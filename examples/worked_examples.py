"""The price guide's worked examples, lived through by calls of the library."""

import json
import sys
from pathlib import Path
from typing import Any

import faregate

EXAMPLES = Path(__file__).parents[1] / "tests" / "vectors" / "worked-examples.json"


ROW = "{:<4}  {:>13}  {:>13}  {}"


def note(account: faregate.Account, command: dict[str, Any], outcome: Any) -> str | None:
    """What an order or a refund came to, in a line."""
    if command["do"] == "buy_pack":
        return f"bought {command.get('quantity', 1)} × {command['pack']}: {outcome.amount}"
    if command["do"] == "buy_capacity":
        query = {name: command[name] for name in ("product", "meter", "quantity", "days", "months") if name in command}
        price = account.book.price(**query)
        return f"{price.rule}: {price.explanation}"
    if command["do"] == "refund":
        return f"refunded {command['id']}: {outcome.amount}"
    return None


def live(timeline: dict[str, Any]) -> tuple[faregate.Account, list[str]]:
    """An account after all commands of a timeline, and the lines that explain what it spent."""
    account = faregate.Account(faregate.Book(timeline["book"]))
    lines: list[str] = []
    for command in timeline["commands"]:
        fields = {name: value for name, value in command.items() if name != "do"}
        try:
            line = note(account, command, getattr(account, command["do"])(**fields))
        except faregate.Refusal as refusal:
            line = f"{command['do']} of {command['id']}: refused by {refusal.rule}, {refusal.message}"
        if line:
            lines.append(line)
    for invoice in account.invoices:
        for charged in invoice.lines:
            explained = f"{charged.rule}: {charged.explanation}"
            if explained not in lines:
                lines.append(explained)
    return account, lines


def main() -> bool:
    print("Worked examples, from Python", faregate.__version__)
    print(ROW.format("case", "guide's total", "computed", "how it came about"))
    right = True
    for case in json.loads(EXAMPLES.read_text(encoding="utf-8"))["cases"]:
        account, lines = live(case["timeline"])
        name, about = case["name"].split(": ", 1)
        guide = case["expect"]["/statement/spent/total"]
        computed = str(account.statement().spent.total)
        right = right and computed == guide
        print(ROW.format("-" * 4, "-" * 13, "-" * 13, "-" * 60))
        print(ROW.format(name, guide, computed if computed == guide else computed + "!", about))
        for line in lines:
            print(ROW.format("", "", "", line))
    return right


if __name__ == "__main__":
    sys.exit(not main())
