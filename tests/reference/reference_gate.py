"""The gate: `call` asks and holds in one step; `commit` and `cancel` finish what it held (TIMELINE.md, "The gate")."""

from datetime import datetime, timedelta

from reference_state import Account, Hold, Product, Refusal
from reference_usage import deduction_answer, give_back, record, require_service
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


def call(account: Account, fields: dict) -> dict:
    product = require_service(account, fields["product"])
    quantity = fields["quantity"]
    by_slot = product.meter == "concurrency"
    if by_slot:
        if product.slots_taken >= account.limit_in_force(product):
            raise Refusal("concurrency_limited", "every concurrency slot is taken", "R16")
    else:
        _require_rate(account, product, quantity)
    deduction = record(account, product, quantity)
    if by_slot:
        product.slots_taken += 1
    else:
        product.admitted.append((account.now, quantity))
    account.holds[fields["id"]] = Hold(product, deduction, by_slot)
    return deduction_answer(deduction)


def _finish(account: Account, id: str) -> Hold:
    hold = account.holds.get(id)
    if hold is None:
        raise Refusal("unknown_id", f"there is no call {id}")
    if hold.finished:
        raise Refusal("already_finished", f"the call {id} is committed or canceled already")
    hold.finished = True
    if hold.takes_slot:
        hold.product.slots_taken -= 1
    return hold


def commit(account: Account, fields: dict) -> dict:
    _finish(account, fields["id"])
    return {}


def cancel(account: Account, fields: dict) -> dict:
    return give_back(account, _finish(account, fields["id"]))
