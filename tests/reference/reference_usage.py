"""Usage: from which grants and packs its units come, and what is left to be billed (R7, R10, R17, R23, R28)."""

from reference_state import Account, Deduction, Hold, Pack, Product, Refusal, Usage
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


def _by_expiry(pack: Pack):
    return pack.expires, pack.bought, pack.id.encode()


def _by_purchase(pack: Pack):
    return pack.bought, pack.expires, pack.id.encode()


def _by_what_is_left(pack: Pack):
    return pack.left, *_by_expiry(pack)


PACK_ORDER = {"expiry": _by_expiry, "purchase": _by_purchase, "smallest_left": _by_what_is_left}


def usable(account: Account, live: dict, key) -> list:
    """The packs that can be drawn on now, in order; the others are dropped from `live` on the way."""
    for id in [id for id, pack in live.items() if pack.left == 0 or not pack.valid_at(account.now)]:
        del live[id]
    return sorted(live.values(), key=key)


def draw_plan(packs: list, quantity: int) -> tuple[list, int]:
    """What each pack in turn gives, and the units that none of them covers."""
    parts = []
    for pack in packs:
        if quantity == 0:
            break
        units = min(pack.left, quantity)
        parts.append((pack, units))
        quantity -= units
    return parts, quantity


def draw(parts: list) -> None:
    for pack, units in parts:
        pack.left -= units


def units_in(parts: list) -> int:
    return sum(units for _, units in parts)


def record(account: Account, product: Product, quantity: int, billable: bool = True) -> Deduction:
    month = month_of(account.now)
    usage = product.usage.get(month, Usage())
    if usage.total + quantity > MOST_UNITS:
        raise Refusal("overflow", "the month's units exceed what can be counted")
    deduction = Deduction(month)
    if not billable:
        deduction.not_billable = quantity
    elif account.mode_in_force(product) != "calls":
        deduction.capacity = quantity  # R17: draws on nothing
    else:
        grants = usable(account, product.live_grants, _by_expiry)
        packs = usable(account, product.live_packs, PACK_ORDER[account.policy["pack_order"]])
        deduction.grants, rest = draw_plan(grants, quantity)
        deduction.packs, deduction.postpaid = draw_plan(packs, rest)
        draw(deduction.grants)
        draw(deduction.packs)
    _count(product.usage_in(month), deduction)
    return deduction


def _count(usage: Usage, deduction: Deduction) -> None:
    usage.free += units_in(deduction.grants)
    usage.packs += units_in(deduction.packs)
    usage.postpaid += deduction.postpaid
    usage.capacity += deduction.capacity
    usage.not_billable += deduction.not_billable


def deduction_answer(deduction: Deduction) -> dict:
    return {
        "free": units_in(deduction.grants),
        "packs": [{"id": pack.id, "units": units} for pack, units in deduction.packs],
        "postpaid": deduction.postpaid,
        "unbilled": deduction.capacity + deduction.not_billable,
    }


def give_back(account: Account, hold: Hold) -> dict:
    """A canceled call: units go back to exactly where they came from, as long as that place still exists."""
    product, deduction = hold.product, hold.deduction
    settled = deduction.month < account.month_to_settle
    lost = 0

    def returnable(parts, live):
        nonlocal lost
        back = []
        for pack, units in parts:
            if settled or not pack.valid_at(account.now):
                lost += units
            else:
                pack.left += units
                live[pack.id] = pack
                back.append((pack, units))
        return back

    back = Deduction(deduction.month)
    back.grants = returnable(deduction.grants, product.live_grants)
    back.packs = returnable(deduction.packs, product.live_packs)
    counted = deduction.postpaid + deduction.capacity + deduction.not_billable
    if settled:
        lost += counted
        return {"returned": 0, "lost": lost}
    back.postpaid, back.capacity, back.not_billable = deduction.postpaid, deduction.capacity, deduction.not_billable
    _uncount(product.usage_in(deduction.month), back)
    return {"returned": units_in(back.grants) + units_in(back.packs) + counted, "lost": lost}


def _uncount(usage: Usage, back: Deduction) -> None:
    usage.free -= units_in(back.grants)
    usage.packs -= units_in(back.packs)
    usage.postpaid -= back.postpaid
    usage.capacity -= back.capacity
    usage.not_billable -= back.not_billable
