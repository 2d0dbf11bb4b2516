"""The life of a product's units: where each usage's units come from, and how a life is lived again without a call.

Everything that bears on it stands in `Product.life` in the order of the commands. `happen` lets an entry happen, the
first time and again alike; `live_again` forgets what followed from the entries and lets them all happen once more. So a
call is undone by lowering its quantity and living again (docs/timeline.md, "A canceled call leaves no trace").
"""

from datetime import timedelta

from reference_state import Account, Arrival, Correction, Cover, Draw, Pack, Product
from reference_values import month_of, next_month

# The order of deduction (R7). Sorting keeps the order of the commands where these are equal.
PACK_ORDER = {
    "expiry": lambda pack: (pack.expires, pack.bought),
    "purchase": lambda pack: (pack.bought, pack.expires),
    "smallest_left": lambda pack: (pack.left, pack.expires, pack.bought),
}


def in_order(account: Account, packs: list) -> list:
    return sorted(packs, key=PACK_ORDER[account.policy["pack_order"]])


def in_order_of_expiry(grants: list) -> list:
    return sorted(grants, key=PACK_ORDER["expiry"])


def valid_at(now, packs: list) -> list:
    return [pack for pack in packs if pack.valid_at(now)]


def draw_plan(packs: list, quantity: int, kept: dict) -> tuple[list, int]:
    """What each pack in turn gives beyond the units `kept` in it, and the units that none of them covers."""
    parts = []
    for pack in packs:
        units = min(pack.left - kept.get(pack.id, 0), quantity)
        if units:
            parts.append((pack, units))
            quantity -= units
    return parts, quantity


def take(parts: list) -> None:
    for pack, units in parts:
        pack.left -= units


def units_in(parts: list) -> int:
    return sum(units for _, units in parts)


# Living


def happen(account: Account, product: Product, entry):
    """Its answer: None, or for a correction the units by source and those lost."""
    return HAPPENING[type(entry)](account, product, entry)


def live(account: Account, product: Product, entry):
    answer = happen(account, product, entry)
    product.life.append(entry)
    return answer


def live_again(account: Account, product: Product) -> None:
    """Refunded packs stay undrawn, and what settlements took from packs stays taken."""
    for pack in (*product.grants, *product.packs):
        if pack.holds_calls:
            pack.left = 0 if pack.refunded else pack.units
            pack.given_back = False
    product.drawable_grants, product.drawable_packs, product.usage, product.reserved = [], [], {}, {}
    for entry in product.life:
        if isinstance(entry, Cover):
            for pack, units in entry.parts:
                product.reserved[pack.id] = product.reserved.get(pack.id, 0) + units
    for entry in product.life:
        happen(account, product, entry)


def _arrive(account: Account, product: Product, entry: Arrival) -> None:
    (product.drawable_grants if entry.pack.source == "free" else product.drawable_packs).append(entry.pack)


def _draw(account: Account, product: Product, entry: Draw) -> None:
    entry.grants, entry.packs, entry.postpaid = [], [], 0
    usage = product.usage_in(product.period_of(entry.at))
    if entry.kind == "not_billable":
        usage.not_billable += entry.quantity
    elif entry.kind == "capacity":
        usage.capacity += entry.quantity
    else:
        grants = in_order_of_expiry(valid_at(entry.at, product.drawable_grants))
        packs = in_order(account, valid_at(entry.at, product.drawable_packs))
        entry.grants, rest = draw_plan(grants, entry.quantity, {})
        entry.packs, entry.postpaid = draw_plan(packs, rest, product.reserved)
        take(entry.grants)
        take(entry.packs)
        usage.free += units_in(entry.grants)
        usage.packs += units_in(entry.packs)
        usage.postpaid += entry.postpaid


def _cover(account: Account, product: Product, entry: Cover) -> None:
    for pack, units in entry.parts:
        if pack.id in product.reserved:
            product.reserved[pack.id] -= units
    take(entry.parts)
    usage = product.usage_in(entry.period)
    usage.packs += units_in(entry.parts)
    usage.postpaid -= units_in(entry.parts)


# Corrections: off the period from the end of the order of deduction


def _correct(account: Account, product: Product, entry: Correction) -> dict:
    usage = product.usage_in(product.period_of(entry.at))
    off, rest = {}, entry.units
    for source in ("postpaid", "packs", "free", "not_billable", "capacity"):
        off[source] = min(getattr(usage, source), rest)
        setattr(usage, source, getattr(usage, source) - off[source])
        rest -= off[source]
    assert rest == 0, "a correction takes no more than was used besides calls that are not ended"
    packs = [
        pack
        for pack in in_order(account, valid_at(entry.at, product.drawable_packs))
        if not _waits_for_settlement(account, pack, entry.at)
    ]
    grants = in_order_of_expiry(valid_at(entry.at, product.drawable_grants))
    lost = _put_back(packs[::-1], off["packs"]) + _put_back(grants[::-1], off["free"])
    return {
        "free": off["free"],
        "packs": off["packs"],
        "postpaid": off["postpaid"],
        "unbilled": off["not_billable"] + off["capacity"],
        "lost": lost,
    }


def _waits_for_settlement(account: Account, pack: Pack, at) -> bool:
    """Under `whole_month`, a pack bought in a month that is over but not settled is still to cover that month."""
    if account.policy["pack_reach"] != "whole_month":
        return False
    over = next_month(month_of(pack.bought))
    return over <= at < over + timedelta(days=account.policy["settlement_day"] - 1)


def _put_back(packs: list, units: int) -> int:
    """Into each as many as were drawn from it; what is left over."""
    for pack in packs:
        back = min(pack.units - pack.left, units)
        if back:
            pack.left += back
            pack.given_back = True
            units -= back
    return units


HAPPENING = {Arrival: _arrive, Draw: _draw, Cover: _cover, Correction: _correct}


# Undoing


def undo(account: Account, product: Product, draw: Draw, units: int) -> dict:
    """As if the call had been made for `units` fewer, while its month is not settled."""
    if draw.month < account.month_to_settle:
        return {"returned": 0, "lost": units}
    void = [
        pack
        for pack in (*product.drawable_grants, *product.drawable_packs)
        if not pack.refunded and not pack.valid_at(account.now)
    ]
    before = sum(pack.left for pack in void)
    draw.quantity -= units
    live_again(account, product)
    lost = min(max(sum(pack.left for pack in void) - before, 0), units)
    return {"returned": units - lost, "lost": lost}
