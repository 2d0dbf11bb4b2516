"""Reads a timeline strictly (docs/timeline.md, "Commands"): everything is checked before anything runs.

A command becomes a `Command` whose `fields` are parsed values with the defaults filled in, so that two commands are
"the same" exactly when their fields are equal, however they were spelled.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from reference_prices import BILLABLE, FUNDS, MODES, POLICY, Book
from reference_values import MOST_UNITS, parse_date, parse_instant, parse_money

BOOK = "tencent-facefusion"


class DocumentError(Exception):
    """The timeline cannot be read at all; `path` is the place, such as `commands[3].quantity`."""

    def __init__(self, path: str, message: str):
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


@dataclass
class Command:
    at: datetime
    do: str
    fields: dict

    @property
    def identity(self) -> tuple:
        """What must be equal for a command to be the same again: all but `at`."""
        return self.do, self.fields


@dataclass
class Document:
    book: Book
    policy: dict
    wallet: dict | None
    commands: list[Command]
    keep_ids_days: int  # 0: for ever


def _text(value, path):
    if not isinstance(value, str):
        raise DocumentError(path, "expected a string")
    return value


def _id(value, path):
    if not _text(value, path):
        raise DocumentError(path, "expected an id that is not empty")
    return value


def _boolean(value, path):
    if not isinstance(value, bool):
        raise DocumentError(path, "expected true or false")
    return value


_DECIMAL = re.compile(r"0|-?[1-9][0-9]*", re.ASCII)


def _integer(value, path, least):
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        # Longer strings cannot be in range, and int() refuses very long ones by itself.
        value = int(value) if len(value) <= 20 else MOST_UNITS + 1
    if isinstance(value, bool) or not isinstance(value, int):
        raise DocumentError(path, "expected an integer")
    if not least <= value <= MOST_UNITS:
        raise DocumentError(path, f"expected an integer from {least} to {MOST_UNITS}")
    return value


def _count(value, path):
    return _integer(value, path, 0)


def _positive(value, path):
    return _integer(value, path, 1)


def _signed(value, path):
    quantity = _integer(value, path, -MOST_UNITS)
    if quantity == 0:
        raise DocumentError(path, "expected a quantity other than 0")
    return quantity


def _text_up_to(bytes):
    def read(value, path):
        if len(_text(value, path).encode()) > bytes:
            raise DocumentError(path, f"expected a text of at most {bytes} bytes")
        return value

    return read


def _parsed(parse, value, path):
    try:
        return parse(_text(value, path))
    except ValueError as error:
        raise DocumentError(path, str(error)) from error


def _instant(value, path):
    return _parsed(parse_instant, value, path)


def _date(value, path):
    return _parsed(parse_date, value, path)


def _amount(value, path):
    return _parsed(parse_money, value, path)


def _positive_amount(value, path):
    amount = _amount(value, path)
    if amount == 0:
        raise DocumentError(path, "expected an amount above 0")
    return amount


def _fund(value, path):
    if _text(value, path) not in FUNDS:
        raise DocumentError(path, "expected one of " + ", ".join(FUNDS))
    return value


def _object(value, path, readers, required=()):
    """The parsed fields of an object that has all of `required`, and of the others only those with a reader."""
    if not isinstance(value, dict):
        raise DocumentError(path, "expected an object")
    prefix = path + "." if path else ""
    for name in value:
        if name not in readers:
            raise DocumentError(prefix + str(name), "unknown field")
    for name in required:
        if name not in value:
            raise DocumentError(prefix + name, "missing field")
    return {name: read(value[name], prefix + name) for name, read in readers.items() if name in value}


def _funds(value, path):
    return _object(value, path, dict.fromkeys(FUNDS, _amount))


def _pay(value, path):
    return {fund: amount for fund, amount in _funds(value, path).items() if amount}


def _campaign(value, path):
    return {"refundable": True, **_object(value, path, {"price": _amount, "refundable": _boolean})}


def _wallet(value, path):
    return {**dict.fromkeys(FUNDS, 0), **_funds(value, path)}


def _switch(name):
    def read(value, path):
        # 1 == True and 1.0 == 1: the type must agree as well.
        if not any(type(value) is type(choice) and value == choice for choice in POLICY[name]):
            raise DocumentError(path, "expected one of " + ", ".join(map(str, POLICY[name])))
        return value

    return read


def _policy(value, path):
    chosen = _object(value, path, {name: _switch(name) for name in POLICY})
    return {name: chosen.get(name, choices[0]) for name, choices in POLICY.items()}


# do: (readers of the required fields, readers of the optional fields, defaults of optional fields)
COMMANDS = {
    "open": ({"product": _text}, {}, {}),
    "close": ({"product": _text}, {}, {}),
    "claim": ({"product": _text, "grant": _text}, {}, {}),
    "set_mode": ({"product": _text, "mode": _text}, {}, {}),
    "buy_pack": (
        {"product": _text, "pack": _text},
        {"quantity": _positive, "id": _id, "pay": _pay, "campaign": _campaign},
        {"quantity": 1},
    ),
    "give_pack": ({"product": _text, "pack": _text}, {"quantity": _positive, "id": _id}, {"quantity": 1}),
    "buy_capacity": (
        {"product": _text, "meter": _text, "quantity": _positive},
        {"days": _positive, "months": _positive, "start": _date, "id": _id, "pay": _pay},
        {},
    ),
    "use": ({"product": _text, "quantity": _count}, {"id": _id, "billable": _boolean}, {"billable": True}),
    "call": (
        {"product": _text, "id": _id},
        {"quantity": _positive, "owner": _text, "timeout_ms": _positive},
        {"quantity": 1},
    ),
    "commit": ({"id": _id}, {"quantity": _count, "outcome": _text_up_to(128), "ref": _text_up_to(64)}, {}),
    "cancel": ({"id": _id}, {}, {}),
    "adjust": ({"product": _text, "quantity": _signed, "reason": _text_up_to(200)}, {"id": _id}, {}),
    "add_materials": ({"product": _text, "quantity": _positive}, {"id": _id}, {}),
    "remove_materials": ({"product": _text, "quantity": _positive}, {"id": _id}, {}),
    "top_up": ({"amount": _positive_amount}, {"fund": _fund, "id": _id}, {"fund": "cash"}),
    "withdraw": ({"amount": _positive_amount}, {"id": _id}, {}),
    "refund": ({"id": _id}, {}, {}),
    "suspend": ({}, {}, {}),
    "reinstate": ({}, {}, {}),
    "announce": ({"product": _text, "grant": _text, "quantity": _count, "effective": _date}, {}, {}),
    "preview": ({}, {"product": _text, "quantity": _count}, {}),
    "statement": ({}, {}, {}),
    "advance": ({}, {}, {}),
}


def read_command(value, path):
    if not isinstance(value, dict):
        raise DocumentError(path, "expected an object")
    if "do" not in value:
        raise DocumentError(path + ".do", "missing field")
    do = _text(value["do"], path + ".do")
    if do not in COMMANDS:
        raise DocumentError(path + ".do", "unknown command")
    required, optional, defaults = COMMANDS[do]
    readers = {"at": _instant, "do": _text, **required, **optional}
    fields = {**defaults, **_object(value, path, readers, ("at", *required))}
    if do == "buy_capacity":
        if "days" not in fields and "months" not in fields:
            raise DocumentError(path + ".days", "missing field: days or months")
        if "days" in fields and "months" in fields:
            raise DocumentError(path + ".months", "days and months exclude each other")
    if do == "preview" and "quantity" in fields and "product" not in fields:
        raise DocumentError(path + ".product", "missing field")
    del fields["do"]
    return Command(fields.pop("at"), do, fields)


def _commands(value, path):
    if not isinstance(value, list):
        raise DocumentError(path, "expected an array")
    return [read_command(command, f"{path}[{index}]") for index, command in enumerate(value)]


def _book(value, path):
    """The guide's book, or as an object one that differs from it in nothing but what a `Book` says."""
    if value == BOOK:
        return Book(outcomes=dict.fromkeys(MODES, BILLABLE))
    if not isinstance(value, dict) or value.get("id") != BOOK:
        raise DocumentError(path, f"the reference knows {BOOK} only")
    daily = frozenset(product["id"] for product in value["products"] if product.get("tier_period") == "day")
    months = {
        (product["id"], pack["id"]): pack["validity"]["months"]
        for product in value["products"]
        for pack in product["packs"]
        if "months" in pack["validity"]
    }
    outcomes = {
        product["id"]: {outcome["code"]: outcome["billable"] for outcome in product.get("outcomes") or ()}
        for product in value["products"]
    }
    return Book(daily, months, outcomes)


def _keep_ids_days(value, path):
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 36525:
        raise DocumentError(path, "expected days, at most a hundred years")
    return value


def read_document(timeline: dict) -> Document:
    readers = {
        "book": _book,
        "policy": _policy,
        "wallet": _wallet,
        "commands": _commands,
        "keep_ids_days": _keep_ids_days,
    }
    fields = _object(timeline, "", readers, ("book", "commands"))
    policy = fields.get("policy") or _policy({}, "policy")
    kept = fields.get("keep_ids_days", 0)
    return Document(fields["book"], policy, fields.get("wallet"), fields["commands"], kept)
