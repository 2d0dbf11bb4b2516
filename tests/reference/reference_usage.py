"""Usage: who may be served, and how a usage is recorded (R10, R17, R23, R28)."""

from reference_life import live, units_in
from reference_state import Account, Adjustment, Correction, Draw, Product, Refusal
from reference_values import MOST_UNITS, month_of


def require_service(account: Account, name: str) -> Product:
    """The refusals `use` and `call` have in common, in their fixed order."""
    product = account.product(name)
    account.require_open(product)
    if account.violation:
        raise Refusal("violation", "the account is stopped for a violation", "R35")
    if account.suspended:
        raise Refusal("suspended", "the account is suspended for arrears", "R28")
    if account.mode_in_force(product) == "qps" and not account.active_capacity(product):
        raise Refusal("no_capacity", "the mode is qps and no capacity is active", "R23")
    return product


def record(account: Account, product: Product, quantity: int, billable: bool = True) -> Draw:
    """Of what was asked for and admitted, and of what has happened unasked alike."""
    if product.usage_of(month_of(account.now)).total + quantity > MOST_UNITS:
        raise Refusal("overflow", "the month's units exceed what can be counted")
    kind = "billed" if account.mode_in_force(product) == "calls" else "capacity"  # R17: draws on nothing
    draw = Draw(account.now, quantity, kind if billable else "not_billable")
    live(account, product, draw)
    return draw


def usage_answer(draw: Draw) -> dict:
    return {
        "free": units_in(draw.grants),
        "packs": [{"id": pack.id, "units": units} for pack, units in draw.packs],
        "postpaid": draw.postpaid,
        "unbilled": 0 if draw.kind == "billed" else draw.quantity,
    }


def adjust(account: Account, fields: dict) -> dict:
    """A correction of what was recorded: unasked, for it has happened."""
    product = account.product(fields["product"])
    if not product.opened_before:
        raise Refusal("not_open", f"{product.name} never was open", "R33")
    quantity = fields["quantity"]
    if quantity > 0:
        answer = usage_answer(record(account, product, quantity))
    else:
        answer = _take_off(account, product, -quantity)
    account.adjustments.append(Adjustment(account.now, product.name, quantity, fields["reason"]))
    return answer


def _take_off(account: Account, product: Product, units: int) -> dict:
    """It belongs to the current period of the product's tiers."""
    period = product.period_of(account.now)
    used = product.usage_in(period).total - account.uncertain_units(product, product.period_of)
    if units > used:
        raise Refusal("adjust_underflow", f"only {used} units were used in the period besides calls in flight")
    return live(account, product, Correction(account.now, units))
