"""Purchases, gifts, bundles, changes of capacity, and refunds."""

from datetime import timedelta
from fractions import Fraction
from math import ceil, floor

from . import capacity as capacities
from . import grants, materials, wallet
from .civil import HOUR
from .schedules import order_amount
from .state import Account, Order
from .values import MOST_UNITS, Refusal, rounded


def _order_id(account: Account, fields: dict) -> str:
    return fields.get("id") or f"#{len(account.orders) + 1}"


def _owner(account: Account, name: str) -> dict:
    owner = account.edition.owner(name)
    if owner is None:
        raise Refusal("unknown_product")
    return owner


def _pack(account: Account, owner: str, name: str) -> dict:
    found = next((pack for pack in _owner(account, owner).get("packs") or () if pack["id"] == name), None)
    if found is None:
        raise Refusal("unknown_pack")
    return found


def _require_offer(account: Account, offer: dict) -> None:
    """`when` and `requires` of an offer: one of those named must be held and valid."""
    if not capacities.offered_to(account, offer):
        raise Refusal("not_sold")
    wanted = offer.get("requires")
    if wanted:
        held = [order for order in account.orders.values() if order.held_at(account.now)]
        parts = [part for order in held for part in order.parts if part.held_at(account.now)]
        if not {order.name for order in [*held, *parts]} & set(wanted):
            raise Refusal("requires")


def _pack_amount(account: Account, pack: dict, quantity: int, campaign: dict) -> Fraction:
    if "price" in campaign:
        return Fraction(campaign["price"]) * quantity
    price = pack.get("price")
    if isinstance(price, dict):
        price = order_amount(price, quantity, quantity)
        if price is None:
            raise Refusal("not_sold")
        return rounded(price, account.book.rounding)
    if price is None:
        raise Refusal("not_sold")
    return Fraction(price) * quantity


def _add_pack(account: Account, order: Order) -> None:
    if "issue" in order.keys:
        order.stop = grants.goes_on_until(account, order.at, order.keys["issue"]["for"])
        grants.add_pack_lot(account, order)
    else:
        keys = account.edition.owner(order.owner)
        expiry = account.book.switch("pack_expiry", keys)
        grants.add_lot(account, order, account.zone.valid_until(order.keys["validity"], account.now, expiry))


def _pack_answer(account: Account, order: Order) -> dict:
    last = order.lots[-1].expires
    units = order.lots[0].units
    return {
        "units": int(units) if units.denominator == 1 else wallet.money(account, units),
        "expires": None if last is None else account.zone.format(last),
    }


def _require_countable(pack: dict, quantity: int) -> None:
    if Fraction(pack["units"]) * quantity > MOST_UNITS:
        raise Refusal("overflow")


def buy_pack(account: Account, fields: dict) -> dict:
    quantity = fields.get("quantity", 1)
    pack = _pack(account, fields["product"], fields["pack"])
    _require_countable(pack, quantity)
    capacities.require_count(pack, quantity)
    _require_offer(account, pack)
    campaign = fields.get("campaign") or {}
    amount = _pack_amount(account, pack, quantity, campaign)
    paid = wallet.shares(account, amount, fields.get("pay"))
    wallet.take(account, paid)
    id = _order_id(account, fields)
    order = Order(id, fields["product"], pack["id"], "pack", account.now, amount, paid, pack, quantity=quantity)
    order.refundable = campaign.get("refundable", True)
    _add_pack(account, order)
    account.orders[id] = order
    account.spent["materials" if materials.is_for_materials(pack) else "packs"] += amount
    return {
        "id": id,
        "amount": wallet.money(account, amount),
        "paid": wallet.printed(account, paid),
        **_pack_answer(account, order),
    }


def give_pack(account: Account, fields: dict) -> dict:
    quantity = fields.get("quantity", 1)
    pack = _pack(account, fields["product"], fields["pack"])
    _require_countable(pack, quantity)
    id = _order_id(account, fields)
    order = Order(id, fields["product"], pack["id"], "pack", account.now, Fraction(0), {}, pack, "gift", quantity)
    _add_pack(account, order)
    account.orders[id] = order
    return {"id": id, **_pack_answer(account, order)}


# Capacity


def _capacity_order(account: Account, id: str, fields: dict, offer: dict) -> Order:
    product = account.products[fields["product"]]
    begin, end = capacities.period_of_order(account, fields)
    quantity = fields["quantity"]
    capacities.require_place(product, offer, begin, end, quantity)
    return Order(
        id,
        product.id,
        offer["id"],
        "capacity",
        account.now,
        Fraction(0),
        {},
        offer,
        quantity=quantity,
        begin=begin,
        end=end,
    )


def buy_capacity(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    offer = capacities.sold(account, product.id, fields.get("meter") or fields.get("capacity"))
    unit = "month" if "months" in fields else "day"
    if offer.get(unit) is None:
        raise Refusal("not_sold")
    capacities.require_count(offer, fields["quantity"])
    order = _capacity_order(account, _order_id(account, fields), fields, offer)
    _require_offer(account, offer)
    order.unit = unit
    order.price = capacities.price_of_one(account, product, offer, unit, order.quantity, order.begin)
    order.amount = rounded(order.price * fields["months" if unit == "month" else "days"], account.book.rounding)
    order.paid = wallet.shares(account, order.amount, fields.get("pay"))
    wallet.take(account, order.paid)
    product.capacity.append(order)
    account.orders[order.id] = order
    account.spent["capacity"] += order.amount
    return {
        "id": order.id,
        "amount": wallet.money(account, order.amount),
        "paid": wallet.printed(account, order.paid),
        "from": account.zone.format(order.begin),
        "until": account.zone.format(order.end),
    }


def change_capacity(account: Account, fields: dict) -> dict:
    order = account.orders.get(fields["id"])
    if order is None or order.kind != "capacity" or order.refunded or account.now >= order.end:
        raise Refusal("unknown_id")
    product = account.products[order.owner]
    offer = capacities.sold(account, product.id, fields.get("capacity") or order.name)
    quantity = fields.get("quantity", order.quantity)
    amount = capacities.change_amount(account, product, offer, order, quantity)
    capacities.require_count(offer, quantity)
    capacities.require_place(product, offer, max(account.now, order.begin), order.end, quantity, order)
    paid = {}
    if amount > 0:
        paid = wallet.shares(account, amount, fields.get("pay"))
        wallet.take(account, paid)
        for fund, part in paid.items():
            order.paid[fund] = order.paid.get(fund, Fraction(0)) + part
    order.price = capacities.price_of_one(account, product, offer, order.unit, quantity, account.now, order)
    order.quantity, order.name, order.keys = quantity, offer["id"], offer
    account.spent["capacity"] += amount
    if amount < 0:
        wallet.give(account, {"cash": -amount})
    return {
        "amount": wallet.money(account, amount),
        "quantity": quantity,
        "paid": wallet.printed(account, paid),
    }


# Bundles: one order, one id


def buy_bundle(account: Account, fields: dict) -> dict:
    bundle = account.edition.bundles.get(fields["bundle"])
    if bundle is None:
        raise Refusal("unknown_pack")
    _require_offer(account, bundle)
    id = _order_id(account, fields)
    amount = Fraction(bundle["price"])
    order = Order(id, bundle["id"], bundle["id"], "bundle", account.now, amount, {}, bundle)
    for item in bundle["items"]:
        if "capacity" in item:
            capacities.require_count(item, 1)
            offer = capacities.sold(account, item["product"], item["capacity"])
            part = _capacity_order(account, id, {**item, "start": None}, offer)
            part.price = Fraction(0)
        else:
            pack = _pack(account, item["product"], item["pack"])
            quantity = int(item.get("quantity", 1))
            part = Order(id, item["product"], pack["id"], "pack", account.now, Fraction(0), {}, pack, quantity=quantity)
        order.parts.append(part)
    order.paid = wallet.shares(account, amount, fields.get("pay"))
    wallet.take(account, order.paid)
    for part in order.parts:
        if part.kind == "capacity":
            account.products[part.owner].capacity.append(part)
        else:
            _add_pack(account, part)
    account.orders[id] = order
    account.spent["packs"] += amount
    return {"id": id, "amount": wallet.money(account, amount), "paid": wallet.printed(account, order.paid)}


# Refunds (R29 to R33)


def refund(account: Account, fields: dict) -> dict:
    order = account.orders.get(fields["id"])
    made = order or next((lot for lot in account.lots if lot.id == fields["id"]), None)
    if made is None:
        raise Refusal("unknown_id")
    if account.violation:
        raise Refusal("violation")
    is_bundle = order is not None and order.kind == "bundle"
    if not is_bundle and not any(account.products[name].open for name in grants.covered_by(account, made.owner)):
        raise Refusal("not_open")
    if made.source != "paid":
        raise Refusal("not_paid")
    if order.refunded:
        raise Refusal("already_refunded")
    if not order.refundable:
        raise Refusal("campaign_final")
    amount = _amount_back(account, order)
    order.refunded = True
    for lot in order.lots:
        lot.refunded, lot.left = True, Fraction(0)
    to = _to_funds(order, amount)
    account.spent["refunded"] += sum(to.values(), Fraction(0))
    wallet.give(account, to)
    return {
        "amount": wallet.money(account, sum(to.values(), Fraction(0))),
        "to": wallet.printed(account, to),
        "forfeited": wallet.money(account, order.paid.get("voucher", Fraction(0))),
    }


def _to_funds(order: Order, amount: Fraction) -> dict:
    """R31: each fund gets back what it paid, vouchers nothing; of a part of it, the same part of each."""
    if not order.amount:
        return {}
    return {fund: part * amount / order.amount for fund, part in order.paid.items() if fund != "voucher"}


def _amount_back(account: Account, order: Order) -> Fraction:
    kind = order.keys.get("refund", "unused")
    if kind == "none":
        raise Refusal("campaign_final")
    if order.kind == "capacity":
        if account.now >= order.begin:
            raise Refusal("capacity_begun")
        return order.amount
    units = sum((lot.full for lot in order.lots), Fraction(0))
    left = sum((lot.left for lot in order.lots), Fraction(0))
    if kind == "pro_rata":
        return rounded(order.amount * left / units, account.book.rounding)
    if kind == "list_price":
        return max(Fraction(0), order.amount - _list_price(account, order, floor(units - left)))
    if any(lot.used for lot in order.lots):
        raise Refusal("pack_used")
    if materials.is_for_materials(order.keys):
        product = account.products[order.owner]
        if product.held_materials > materials.limit_of(account, product) - units:
            raise Refusal("material_in_use")
    if not _in_window(account, order):
        raise Refusal("refund_window")
    return order.amount


def _list_price(account: Account, order: Order, used: int) -> Fraction:
    schedule = account.keys(order.owner)["price"]
    return rounded(order_amount(schedule, ceil(used), used) or Fraction(0), account.book.rounding)


def _in_window(account: Account, order: Order) -> bool:
    days = account.book.refund_days
    if account.book.switch("refund_clock") == "hours":
        return account.now < order.at + days * 24 * HOUR
    return account.now < account.zone.midnight(account.zone.day(order.at) + timedelta(days=days + 1))
