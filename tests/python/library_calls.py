"""Lives a timeline by calls of the library, and returns the results in the form of a timeline's answer."""

from datetime import datetime
from decimal import Decimal

import faregate

# Methods that return an object alone, and the key that it has in a timeline's answer.
WRAPPED = {"preview": "invoice", "statement": "statement"}


def as_json(value):
    """A result as JSON has it: money and times as texts that the core would write."""
    if isinstance(value, dict):
        return {key: as_json(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [as_json(part) for part in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        whole = value.replace(microsecond=0).isoformat()
        fraction = f".{value.microsecond:06}".rstrip("0") if value.microsecond else ""
        return whole[:19] + fraction + whole[19:]
    return value


def seconds(value: float) -> str:
    """Writes a number of seconds with at most six decimals, without zeros at its end."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def run(account: faregate.Account, command: dict) -> dict:
    fields = dict(command)
    do = fields.pop("do")
    try:
        answer = as_json(getattr(account, do)(**fields).to_dict())
    except faregate.Refusal as refusal:
        message = f"{refusal.path}: {refusal.message}" if refusal.path else refusal.message
        told = {"error": refusal.code, "message": message, "rule": refusal.rule or None}
        if isinstance(refusal, faregate.RateLimited):
            told["retry_after"] = None if refusal.retry_after is None else seconds(refusal.retry_after)
        return {"do": do, "ok": False, **told}
    return {"do": do, "ok": True, WRAPPED[do]: answer} if do in WRAPPED else answer


def replay(timeline: dict) -> dict:
    book = faregate.Book(timeline["book"])
    account = faregate.Account(
        book,
        wallet=timeline.get("wallet"),
        policy=timeline.get("policy"),
        attributes=timeline.get("attributes"),
        keep_ids_days=timeline.get("keep_ids_days"),
    )
    outcomes = [run(account, command) for command in timeline["commands"]]
    statement = as_json(account.statement().to_dict()) if outcomes else None
    return {"outcomes": outcomes, "statement": statement}
