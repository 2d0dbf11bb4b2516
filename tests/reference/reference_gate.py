"""The gate: `call` asks and holds in one step; `commit` and `cancel` end what it held (docs/timeline.md, "The gate")."""

import copy
from datetime import datetime, timedelta

from reference_life import undo
from reference_state import Account, Hold, Product, Refusal
from reference_usage import record, require_service, usage_answer
from reference_values import format_seconds

SECOND = timedelta(seconds=1)


def _window_start(account: Account) -> datetime:
    """The first instant whose calls share a window with one made now."""
    if account.policy["limiter"] == "clock_second":
        return account.now.replace(microsecond=0)
    # A half-open second that ends just after now begins just after this time last second.
    return account.now - SECOND + timedelta(microseconds=1)


def _require_rate(account: Account, product: Product, quantity: int) -> None:
    limit = account.limit_in_force(product)
    if quantity > limit:
        raise Refusal("rate_limited", f"{quantity} at once exceed the limit of {limit}", "R22", retry_after=None)
    start = _window_start(account)
    while product.admitted and product.admitted[0][0] < start:
        product.admitted.popleft()
    excess = sum(units for _, units in product.admitted) + quantity - limit
    if excess > 0:
        wait = _wait_for(account, product, excess)
        raise Refusal("rate_limited", f"the limit of {limit} is reached", "R22", retry_after=format_seconds(wait))


def _wait_for(account: Account, product: Product, excess: int) -> timedelta:
    if account.policy["limiter"] == "clock_second":
        return account.now.replace(microsecond=0) + SECOND - account.now
    for instant, units in product.admitted:
        excess -= units
        if excess <= 0:
            return instant + SECOND - account.now
    raise AssertionError("a quantity within the limit fits an empty window")


def require_free_for_a_call(account: Account, id: str, identity: tuple) -> None:
    """One id is one attempt: nobody is let in twice, and a canceled call leaves its id free."""
    if id in account.commands_by_id:
        raise Refusal("id_conflict", f"the id {id} is used already")
    hold = account.calls.get(id)
    if hold is None or hold.canceled:
        return
    if hold.identity != identity:
        raise Refusal("id_conflict", f"the id {id} is that of another call")
    if hold.ended is None:
        raise Refusal("in_flight", f"the call {id} is not ended")
    raise Refusal("already_finished", f"the call {id} is committed already")


def _deadline(account: Account, fields: dict) -> datetime | None:
    try:
        return account.now + timedelta(milliseconds=fields["timeout_ms"])
    except (KeyError, OverflowError):  # none, or one beyond the calendar
        return None


def call(account: Account, fields: dict) -> dict:
    product = require_service(account, fields["product"])
    quantity = fields["quantity"]
    by_slot = product.meter == "concurrency"
    if by_slot:
        if account.slots_taken(product) >= account.limit_in_force(product):
            raise Refusal("concurrency_limited", "every concurrency slot is taken", "R16")
    else:
        _require_rate(account, product, quantity)
    draw = record(account, product, quantity)
    if not by_slot:
        product.admitted.append((account.now, quantity))
    account.calls[fields["id"]] = Hold(product, ("call", fields), draw, by_slot, _deadline(account, fields))
    return usage_answer(draw)


# Endings. Both speak of the latest call under the id, and are repeatable.


def _again(before: tuple | None, identity: tuple) -> dict | None:
    """What the same command answered before, where it was that one."""
    if before is None or before[0] != identity:
        return None
    return {**copy.deepcopy(before[1]), "repeated": True}


def _billable(account: Account, hold: Hold, do: str, fields: dict) -> str:
    """R36: the longest code that fits holds; where none fits, success is billed and anything else is unknown."""
    if do == "cancel":
        return "no"
    if "outcome" not in fields:
        return "yes"
    outcome = fields["outcome"]
    listed = account.book.outcomes.get(hold.product.name, {})
    if outcome in listed:
        return listed[outcome]
    beginnings = [code for code in listed if code.endswith("*") and outcome.startswith(code[:-1])]
    if beginnings:
        return listed[max(beginnings, key=len)]
    return "yes" if outcome == "Success" else "unknown"


def _end(account: Account, identity: tuple) -> dict:
    do, fields = identity
    id = fields["id"]
    hold = account.calls.get(id)
    if hold is None:
        raise Refusal("unknown_id", f"there is no call {id}")
    again = _again(hold.ended or hold.told, identity)
    if again is not None:
        return again
    if hold.ended is not None:
        raise Refusal("already_finished", f"the call {id} is ended already")
    billable = _billable(account, hold, do, fields)
    if billable == "unknown":
        answer = {"billed": 0, "returned": 0, "lost": 0}
        hold.told = identity, answer
        return dict(answer)
    held = hold.draw.quantity
    if billable == "no":
        hold.canceled = True
        answer = undo(account, hold.product, hold.draw, held)
    else:
        answer = _confirm(account, hold, fields)
    if "outcome" in fields:
        billed = fields.get("quantity", held) if billable == "yes" else 0
        answer = {"billed": billed, "returned": 0, "lost": 0, **answer}
    hold.ended = identity, copy.deepcopy(answer)
    return answer


def _confirm(account: Account, hold: Hold, fields: dict) -> dict:
    if "quantity" not in fields:
        return {}
    below = hold.draw.quantity - fields["quantity"]
    if below > 0:
        return undo(account, hold.product, hold.draw, below)
    nothing_back = {"returned": 0, "lost": 0}
    if below == 0:
        return nothing_back
    return {**nothing_back, "extra": usage_answer(record(account, hold.product, -below))}


def commit(account: Account, fields: dict) -> dict:
    return _end(account, ("commit", fields))


def cancel(account: Account, fields: dict) -> dict:
    return _end(account, ("cancel", fields))
