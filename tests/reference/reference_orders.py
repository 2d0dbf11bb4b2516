"""Orders and their refunds: packs, gifts and capacity, and the wallet that pays for them."""

from datetime import datetime, timedelta

from reference_due import balance_raised
from reference_life import live
from reference_prices import (
    CALL_PACK_UNITS,
    CAPACITY_MOST_HELD,
    CAPACITY_TIERS,
    FUNDS,
    MATERIAL_PACK_UNITS,
    PACK_PRICES,
    PAYING_FUNDS,
)
from reference_state import Account, Arrival, Capacity, Pack, Product, Refusal
from reference_values import MOST_MONEY, MOST_UNITS, add_months, format_instant, format_money, midnight, parse_money

PACK_UNITS = {**CALL_PACK_UNITS, **MATERIAL_PACK_UNITS}


# The wallet (R34)


def _require_money(amount: int) -> int:
    if amount > MOST_MONEY:
        raise Refusal("overflow", "the amount exceeds what can be counted")
    return amount


def _shares(account: Account, amount: int, pay: dict | None) -> dict:
    """What each fund pays, without taking it yet. Funds that pay nothing are not named."""
    if pay is not None:
        if sum(pay.values()) != amount:
            raise Refusal("payment_mismatch", f"the payment does not add up to {format_money(amount)}", "R34")
        shares = {fund: pay[fund] for fund in FUNDS if fund in pay}
    elif account.wallet is None:
        shares = {"cash": amount} if amount else {}
    else:
        shares = {}
        for fund in PAYING_FUNDS:
            share = min(max(account.wallet[fund], 0), amount - sum(shares.values()))
            if share:
                shares[fund] = share
    if account.wallet is not None:
        short = sum(shares.values()) < amount or any(account.wallet[fund] < shares[fund] for fund in shares)
        if short:
            raise Refusal("insufficient_funds", f"the funds do not cover {format_money(amount)}", "R34")
    return shares


def _take(account: Account, shares: dict) -> None:
    if account.wallet is not None:
        for fund, share in shares.items():
            account.wallet[fund] -= share


def printed_funds(shares: dict) -> dict:
    return {fund: format_money(shares[fund]) for fund in FUNDS if shares.get(fund)}


def top_up(account: Account, fields: dict) -> dict:
    if account.wallet is None:
        return {"balance": None}
    fund = fields["fund"]
    _require_money(account.wallet[fund] + fields["amount"])
    _require_money(account.balance + fields["amount"])
    account.wallet[fund] += fields["amount"]
    balance_raised(account)
    return {"balance": format_money(account.balance)}


def withdraw(account: Account, fields: dict) -> dict:
    """R38: never more than the cash there is, nor than the balance."""
    if account.violation:
        raise Refusal("violation", "the account is stopped for a violation", "R38")
    if account.wallet is None:
        return {"balance": None}
    if fields["amount"] > min(account.wallet["cash"], account.balance):
        raise Refusal("insufficient_funds", "there is not as much cash to withdraw", "R38")
    account.wallet["cash"] -= fields["amount"]
    return {"balance": format_money(account.balance)}


# Packs


def _order_id(account: Account, fields: dict) -> str:
    """An id that is not given is the number of the order among those accepted."""
    return fields.get("id", f"#{len(account.orders) + 1}")


def pack_expiry(account: Account, bought: datetime, months: int = 12) -> datetime:
    """R6. Also the end of a claimed grant's year (R3)."""
    day = add_months(bought.date(), months)  # the anniversary of 29 February is 28 February
    if account.policy["pack_expiry"] == "anniversary_end":
        day += timedelta(days=1)
    return midnight(day)


def _pack_order(account: Account, product: Product, fields: dict, source: str) -> Pack:
    """The pack an order would add; nothing is changed yet."""
    name = fields["pack"]
    if name not in PACK_PRICES[product.name]:
        raise Refusal("unknown_pack", f"{product.name} has no pack {name}")
    units = PACK_UNITS[name] * fields["quantity"]
    if units > MOST_UNITS:
        raise Refusal("overflow", "the units exceed what can be counted")
    expires = None
    if name in CALL_PACK_UNITS:
        expires = pack_expiry(account, account.now, account.book.months.get((product.name, name), 12))
    elif product.material_limit + units > MOST_UNITS:
        raise Refusal("overflow", "the materials exceed what can be counted")
    return Pack(_order_id(account, fields), source, name, units, units, account.now, expires)


def _add_pack(account: Account, product: Product, pack: Pack) -> None:
    product.packs.append(pack)
    account.orders[pack.id] = product, pack
    if pack.holds_calls:
        live(account, product, Arrival(pack))
    else:
        product.pack_materials += pack.units


def _expires(pack: Pack) -> str | None:
    return None if pack.expires is None else format_instant(pack.expires)


def buy_pack(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    pack = _pack_order(account, product, fields, "paid")
    campaign = fields.get("campaign", {})
    price = campaign.get("price", parse_money(PACK_PRICES[product.name][pack.name]))
    pack.amount = _require_money(price * fields["quantity"])
    pack.paid = _shares(account, pack.amount, fields.get("pay"))
    pack.refundable = campaign.get("refundable", True)
    _take(account, pack.paid)
    _add_pack(account, product, pack)
    account.spent["packs" if pack.holds_calls else "materials"] += pack.amount
    return {
        "id": pack.id,
        "amount": format_money(pack.amount),
        "paid": printed_funds(pack.paid),
        "units": pack.units,
        "expires": _expires(pack),
    }


def give_pack(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    pack = _pack_order(account, product, fields, "gift")
    _add_pack(account, product, pack)
    return {"id": pack.id, "units": pack.units, "expires": _expires(pack)}


# Capacity


def _period(account: Account, fields: dict) -> tuple[datetime, datetime]:
    """R19: from the purchase, or from 00:00 of a later day, to 00:00 of the day after the last."""
    today = account.now.date()
    first = fields.get("start", today)
    if first < today:
        raise Refusal("start_in_past", f"{first} is in the past", "R19")
    months = fields.get("months")
    if months is None:
        end = first + timedelta(days=fields["days"])
    elif account.policy["capacity_month"] == "anchored":
        end = add_months(first, months)
    else:
        end = first + timedelta(days=months * (30 if account.policy["capacity_month"] == "days_30" else 31))
    return (account.now if first == today else midnight(first)), midnight(end)


def most_held(orders: list, start: datetime, end: datetime) -> int:
    """The most capacity that `orders` hold together at any instant of [start, end)."""
    changes = [
        change
        for order in orders
        if order.start < end and start < order.end
        for change in ((max(order.start, start), order.quantity), (min(order.end, end), -order.quantity))
    ]
    held = most = 0
    for _, change in sorted(changes):  # at one instant, what ends comes first
        held += change
        most = max(most, held)
    return most


def _require_place(product: Product, start: datetime, end: datetime, quantity: int) -> None:
    held = most_held(product.live_capacity, start, end) + quantity
    if held > CAPACITY_MOST_HELD.get(product.name, held):
        raise Refusal("capacity_limit", f"{held} would be held at once", "R21")
    if held > MOST_UNITS:
        raise Refusal("overflow", "the capacity exceeds what can be counted")


def _capacity_price(account: Account, product: Product, period: str, start: datetime, quantity: int) -> int:
    """R18: the price of the tier that the order reaches, alone or with what is held at its start."""
    reached = quantity
    if account.policy["capacity_tier_scope"] == "held":
        reached += sum(order.quantity for order in product.live_capacity if order.active_at(start))
    edge_and_price = [tier for tier in CAPACITY_TIERS[product.name][period] if tier[0] <= reached]
    return parse_money(edge_and_price[-1][1])


def buy_capacity(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    account.active_capacity(product)  # drops the orders that have ended
    if fields["meter"] != product.meter:
        raise Refusal("unknown_meter", f"{product.name} has no meter {fields['meter']}")
    period = "months" if "months" in fields else "days"
    if period not in CAPACITY_TIERS[product.name]:
        raise Refusal("not_sold", f"{product.meter} is not sold by {period}", "R19")
    try:
        start, end = _period(account, fields)
    except OverflowError as error:
        raise Refusal("overflow", "the period ends beyond the calendar") from error
    quantity = fields["quantity"]
    _require_place(product, start, end, quantity)
    price = _capacity_price(account, product, period, start, quantity)
    amount = _require_money(quantity * price * fields[period])
    paid = _shares(account, amount, fields.get("pay"))
    order = Capacity(_order_id(account, fields), product.meter, quantity, start, end, amount, paid)
    _take(account, paid)
    product.capacity.append(order)
    product.live_capacity.append(order)
    account.orders[order.id] = product, order
    account.spent["capacity"] += amount
    return {
        "id": order.id,
        "amount": format_money(amount),
        "paid": printed_funds(paid),
        "from": format_instant(start),
        "until": format_instant(end),
    }


# Refunds (R29 to R33)


def _in_refund_window(account: Account, pack: Pack) -> bool:
    if account.policy["refund_clock"] == "hours":
        return account.now < pack.bought + timedelta(hours=168)
    return account.now < midnight(pack.bought.date() + timedelta(days=8))


def _require_refundable_pack(account: Account, product: Product, pack: Pack) -> None:
    if pack.source != "paid":
        raise Refusal("not_paid", f"{pack.id} was not bought", "R30")
    if pack.refunded:
        raise Refusal("already_refunded", f"{pack.id} is refunded already", "R31")
    if not pack.refundable:
        raise Refusal("campaign_final", f"the campaign of {pack.id} excludes a refund", "R30")
    if pack.used:
        raise Refusal("pack_used", f"{pack.id} is drawn on", "R30")
    if not pack.holds_calls and product.held_materials > product.material_limit - pack.units:
        raise Refusal("material_in_use", f"the materials held need {pack.id}", "R32")
    if not _in_refund_window(account, pack):
        raise Refusal("refund_window", f"the time to refund {pack.id} is over", "R29")


def _require_refundable_capacity(account: Account, order: Capacity) -> None:
    if order.refunded:
        raise Refusal("already_refunded", f"{order.id} is refunded already", "R31")
    if account.now >= order.start:
        raise Refusal("capacity_begun", f"the period of {order.id} has begun", "R32")


def refund(account: Account, fields: dict) -> dict:
    id = fields["id"]
    if id in account.grant_ids:
        product, order = account.product(id.split("/")[0]), None
    elif id in account.orders:
        product, order = account.orders[id]
    else:
        raise Refusal("unknown_id", f"there is no order {id}")
    if account.violation:
        raise Refusal("violation", "the account is stopped for a violation", "R30")
    account.require_open(product)
    if order is None:
        raise Refusal("not_paid", f"{id} is a free grant", "R30")
    if isinstance(order, Pack):
        _require_refundable_pack(account, product, order)
    else:
        _require_refundable_capacity(account, order)
    return _give_money_back(account, product, order)


def _give_money_back(account: Account, product: Product, order: Pack | Capacity) -> dict:
    """R31: each fund gets back what it paid, vouchers nothing."""
    to = {fund: share for fund, share in order.paid.items() if fund != "voucher"}
    amount = sum(to.values())
    order.refunded = True
    if isinstance(order, Pack):
        order.left = 0
        if not order.holds_calls:
            product.pack_materials -= order.units
    if account.wallet is not None:
        for fund, share in to.items():
            account.wallet[fund] += share
    account.spent["refunded"] += amount
    balance_raised(account)
    return {
        "amount": format_money(amount),
        "to": printed_funds(to),
        "forfeited": format_money(order.paid.get("voucher", 0)),
    }
