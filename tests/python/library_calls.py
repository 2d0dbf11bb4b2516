"""Lives a timeline by calls of the library, and answers in the form of the timeline."""

from datetime import datetime
from decimal import Decimal

import faregate

# Their methods answer with the object itself.
WRAPPED = {"preview": "invoice", "statement": "statement"}


def as_json(value):
    """A result as its JSON would be read: money and times as the core writes them."""
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
    """A number of microseconds in seconds, without zeros at its end."""
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
    )
    outcomes = [run(account, command) for command in timeline["commands"]]
    statement = as_json(account.statement().to_dict()) if outcomes else None
    return {"outcomes": outcomes, "statement": statement}
