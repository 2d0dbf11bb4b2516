"""Capacity: what an order of it costs, how it is changed, and the limit that it makes (R17 to R24, docs/price-book.md)."""

from datetime import date, timedelta
from fractions import Fraction

from .rating import fits
from .schedules import order_amount
from .state import Account, Order, Product
from .values import MOST_UNITS, Refusal, rounded


def sold(account: Account, product: str, name: str) -> dict:
    keys = account.keys(product)
    found = next((capacity for capacity in keys["capacities"] if capacity["id"] == name), None)
    if found is None:
        raise Refusal("unknown_meter")
    return found


def period_of_order(account: Account, fields: dict) -> tuple[int, int]:
    """R19: from the purchase, or from 00:00 of a later day, to 00:00 of the day after the last."""
    zone = account.zone
    today = zone.day(account.now)
    first = date.fromisoformat(fields["start"]) if fields.get("start") else today
    if first < today:
        raise Refusal("start_in_past")
    months = fields.get("months")
    length = account.book.switch("capacity_month", account.keys(fields["product"]) if "product" in fields else None)
    if months is None:
        end = zone.midnight(first + timedelta(days=fields["days"]))
    elif length == "anchored":
        end = zone.after(zone.midnight(first), {"months": months})
    else:
        end = zone.midnight(first + timedelta(days=months * (30 if length == "days_30" else 31)))
    return (account.now if first == today else zone.midnight(first)), end


def most_held(orders: list, begin: int, end: int) -> int:
    """The most that `orders` hold together at any instant of [begin, end)."""
    instants = {begin, *(order.begin for order in orders if begin <= order.begin < end)}
    return max(sum(order.quantity for order in orders if order.active_at(instant)) for instant in instants)


def require_place(product: Product, capacity: dict, begin: int, end: int, quantity: int, besides: Order | None = None):
    orders = [order for order in product.capacity if order.name == capacity["id"] and order is not besides]
    held = most_held(orders, begin, end) + quantity
    if capacity.get("max_held") is not None and held > int(capacity["max_held"]):
        raise Refusal("capacity_limit")
    if held > MOST_UNITS:
        raise Refusal("overflow")


def price_of_one(
    account: Account, product: Product, capacity: dict, unit: str, quantity: int, begin: int, besides=None
):
    """Of the whole quantity for a day or a month (R18)."""
    schedule = capacity.get(unit)
    if schedule is None:
        raise Refusal("not_sold")
    reached = quantity
    if account.book.switch("capacity_tier_scope", account.keys(product.id)) == "held":
        reached += sum(
            order.quantity
            for order in product.capacity
            if order.name == capacity["id"] and order.active_at(begin) and order is not besides
        )
    amount = order_amount(schedule, quantity, reached)
    if amount is None:
        raise Refusal("not_sold")
    return amount


def require_count(offer: dict, quantity: int) -> None:
    """`count` of an order."""
    count = offer.get("count")
    if not count:
        return
    least, step, most = int(count.get("least", 1)), int(count.get("step", 1)), count.get("most")
    if quantity < least or (quantity - least) % step or (most is not None and quantity > int(most)):
        raise Refusal("order_size")


# `change_capacity`


def _days_left(account: Account, order: Order) -> list:
    """Days that are held at their end, that of the change counted."""
    day = account.zone.day(max(account.now, order.begin))
    days = []
    while account.zone.midnight(day + timedelta(days=1)) <= order.end:
        days.append(day)
        day += timedelta(days=1)
    return days


def _seconds_left(account: Account, order: Order) -> Fraction:
    fraction, at = Fraction(0), max(account.now, order.begin)
    while at < order.end:
        first, following = account.zone.period("month", at)
        fraction += Fraction(min(following, order.end) - at, following - first)
        at = following
    return fraction


def fraction_left(account: Account, prorate: str, order: Order) -> Fraction:
    """Of the days or months from now to the end of the order."""
    zone = account.zone
    days = _days_left(account, order)
    if order.unit == "day":
        return Fraction(len(days))
    if prorate == "seconds":
        return _seconds_left(account, order)
    if prorate == "days_30":
        return Fraction(len(days), 30)
    if prorate == "days":
        return sum((Fraction(1, zone.days_of_month(day)) for day in days), Fraction(0))
    assert prorate == "anchored_days"
    fraction = Fraction(0)
    for day in days:
        first, following = zone.period({"months": 1}, zone.midnight(day), order.begin)
        fraction += Fraction(1, (zone.day(following) - zone.day(first)).days)
    return fraction


def change_amount(account: Account, product: Product, capacity: dict, order: Order, quantity: int) -> Fraction:
    """(new quantity × new price − old × old) × the fraction left."""
    if capacity.get("prorate", "none") == "none":
        raise Refusal("not_sold")
    new = price_of_one(account, product, capacity, order.unit, quantity, account.now, order)
    return rounded((new - order.price) * fraction_left(account, capacity["prorate"], order), account.book.rounding)


# The limit in force


def covers(capacity: dict) -> bool:
    """What is bought covers usage up to its rate; the limit is as if nothing were bought."""
    return capacity.get("usage", "billed") == "free" and capacity.get("beyond", "refuse") == "bill"


def limit_in_force(account: Account, product: Product, limit: dict) -> int | None:
    """(what replaces it, else `max`) plus what is added; None where there is no limit."""
    keys = account.keys(product.id)
    mode = account.mode_in_force(product)
    most = None if limit.get("max") is None else int(limit["max"])
    added, replacing = 0, None
    for capacity in keys["capacities"]:
        in_force = capacity.get("mode", "none") == "none" or mode == capacity["id"]
        if capacity["limit"] != limit["id"] or not in_force or covers(capacity):
            continue
        held = account.held_capacity(product, capacity["id"])
        effect = capacity.get("effect") or account.book.switch("capacity_effect", keys)
        if effect == "add":
            added += held
        elif held or mode == capacity["id"]:
            replacing = (replacing or 0) + held
        if mode == capacity["id"] and not held:
            return 0
    base = most if replacing is None else replacing
    if base is None:
        return added or None  # where there was no limit, what is bought is one
    return base + added


def offered_to(account: Account, offer: dict) -> bool:
    return fits(offer.get("when"), account.known)
