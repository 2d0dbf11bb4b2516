"""The gate: `call` asks and holds in one step; `commit` and `cancel` end what it held (docs/timeline.md, The gate)."""

import copy

from . import limits, service
from .life import change
from .rating import attributes_at, check_attributes, rate, require_attributes
from .state import Account, Draw, Hold
from .values import Refusal


def require_free_for_a_call(account: Account, id: str, identity: tuple) -> None:
    if id in account.commands_by_id:
        raise Refusal("id_conflict")
    hold = account.calls.get(id)
    if hold is None or hold.canceled:
        return
    if hold.identity != identity:
        raise Refusal("id_conflict")
    raise Refusal("in_flight" if hold.ended is None else "already_finished")


def call(account: Account, fields: dict) -> dict:
    names = service.names_of(account, fields["product"])
    for name in names:
        service.require_service(account, name)
    quantity = fields.get("quantity", 1)
    draws = [service.rated(account, name, quantity, fields.get("attributes") or {}) for name in names]
    limits.require_slots(account, draws)
    limits.require_room(account, draws)
    if any(account.keys(name).get("aggregate") for name in names):
        raise Refusal("not_sold")
    service.record(account, draws)
    limits.admit(account, draws)
    deadline = None if fields.get("timeout_ms") is None else account.now + fields["timeout_ms"] * 1000
    account.calls[fields["id"]] = Hold(fields["product"], ("call", fields), draws, deadline)
    return service.usage_answer(draws)


def billable_of(keys: dict, outcome: str) -> str:
    """R36: the longest code that fits."""
    listed = {entry["code"]: entry["billable"] for entry in keys["outcomes"]}
    if outcome in listed:
        return listed[outcome]
    beginnings = [code for code in listed if code.endswith("*") and outcome.startswith(code[:-1])]
    if beginnings:
        return listed[max(beginnings, key=len)]
    return "yes" if outcome == "Success" else "unknown"


def _billable(account: Account, hold: Hold, do: str, fields: dict) -> str:
    if do == "cancel":
        return "no"
    if "outcome" not in fields:
        return "yes"
    said = [billable_of(account.keys(draw.product), fields["outcome"]) for draw in hold.draws]
    return said[0]


def _end(account: Account, do: str, fields: dict) -> dict:
    hold = account.calls.get(fields["id"])
    if hold is None:
        raise Refusal("unknown_id")
    identity = (do, fields)
    said = hold.ended or hold.told
    if said is not None and said[0] == identity:
        return {**copy.deepcopy(said[1]), "repeated": True}
    if hold.ended is not None:
        raise Refusal("already_finished")
    billable = _billable(account, hold, do, fields)
    if billable == "unknown":
        answer = {"billed": 0, "returned": 0, "lost": 0}
        hold.told = identity, answer
        return dict(answer)
    if billable == "no":
        hold.canceled = True
        answer, billed = _undo(account, hold), 0
    else:
        answer, billed = _confirm(account, hold, fields)
    if "outcome" in fields:
        answer = {"billed": billed, "returned": 0, "lost": 0, **answer}
    hold.ended = identity, copy.deepcopy(answer)
    return answer


def _confirm(account: Account, hold: Hold, fields: dict) -> tuple[dict, int]:
    """As if the call had been made so; what comes to more units than were held is deducted now. With the answer the
    units that the call came to."""
    if "quantity" not in fields and "attributes" not in fields:
        return {}, sum(draw.units for draw in hold.draws)
    quantity = fields.get("quantity", hold.draws[0].quantity)
    given = {**(hold.identity[1].get("attributes") or {}), **(fields.get("attributes") or {})}
    ratings = [_rated_again(account, draw, given if "attributes" in fields else None) for draw in hold.draws]
    held = [draw.units for draw in hold.draws]
    wanted = [quantity * rating.unit for _, rating in ratings]
    anew = [_is_anew(account, draw, units) for draw, units in zip(hold.draws, wanted)]
    answer = _change(account, hold, ratings, quantity, held, wanted, anew)
    more = [units if whole else max(0, units - kept) for units, kept, whole in zip(wanted, held, anew)]
    if any(more):
        extra = [
            service.as_the_call(account, draw, units, given, *rated)
            for draw, units, rated in zip(hold.draws, more, ratings)
            if units
        ]
        answer["extra"] = service.usage_answer(service.record(account, extra, asked=False))
    return answer, sum(wanted)


def _is_anew(account: Account, draw: Draw, wanted: int) -> bool:
    """Events that are priced by themselves and come to more are counted anew as a whole, until the call is settled."""
    by_itself = account.book.editions[draw.edition].products[draw.product]["tier_period"] == "event"
    return by_itself and wanted > draw.units and draw.at >= (account.products[draw.product].settled_until or 0)


def _change(account: Account, hold: Hold, ratings: list, quantity: int, held: list, wanted: list, anew: list) -> dict:
    changes = dict(zip(map(id, hold.draws), zip(ratings, held, wanted, anew)))

    def change_one(draw):
        (draw.attributes, draw.rating), kept, units, is_anew = changes[id(draw)]
        if is_anew:
            draw.quantity = 0
            return
        draw.quantity = quantity
        draw.fixed_units = kept if units > kept else None

    settled = sum(
        max(0, kept - units) for draw, kept, units in zip(hold.draws, held, wanted) if _is_settled(account, draw)
    )
    return _change_open(account, hold, change_one, settled)


def _is_settled(account: Account, draw: Draw) -> bool:
    return draw.at < (account.products[draw.product].settled_until or 0)


def _change_open(account: Account, hold: Hold, change_one, settled: int) -> dict:
    """Each product of an event by itself: units of what is settled are lost."""
    answer = change(account, [draw for draw in hold.draws if not _is_settled(account, draw)], change_one)
    return {**answer, "lost": answer["lost"] + settled}


def _undo(account: Account, hold: Hold) -> dict:
    """As if the call had never been made, while its period is not settled."""

    def change_one(draw):
        draw.quantity = 0

    settled = sum(draw.units for draw in hold.draws if _is_settled(account, draw))
    return _change_open(account, hold, change_one, settled)


def _rated_again(account: Account, draw: Draw, attributes: dict | None) -> tuple:
    """The attributes and the rating that a call has with other attributes, at its own instant."""
    if attributes is None:
        return draw.attributes, draw.rating
    edition = account.book.editions[draw.edition]
    check_attributes(edition, attributes, "usage")
    known = attributes_at(edition, account.zone, draw.at, attributes, draw.of_account)
    keys = edition.products[draw.product]
    require_attributes(keys, known)
    rating = rate(keys, known)
    if rating.price is None and rating.billable:
        raise Refusal("no_rule")
    return known, rating


def commit(account: Account, fields: dict) -> dict:
    return _end(account, "commit", fields)


def cancel(account: Account, fields: dict) -> dict:
    return _end(account, "cancel", fields)
