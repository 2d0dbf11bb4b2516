"""Purchases, gifts, bundles, changes of capacity, and refunds."""

from datetime import timedelta
from fractions import Fraction
from math import ceil

from . import capacity as capacities
from . import grants, materials, wallet
from .civil import HOUR
from .schedules import order_amount
from .state import FUNDS, Account, Draw, Order
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
    quantity = fields.get("quantity", 1)
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
    amount = max(
        capacities.change_amount(account, product, offer, order, quantity),
        -sum(part for fund, part in order.paid.items() if fund != "voucher"),  # R31
    )
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
        order.paid["cash"] = order.paid.get("cash", Fraction(0)) + amount
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
    for owner in [part.owner for part in _parts_of(order)] if order else [made.owner]:
        if not any(account.products[name].open for name in grants.covered_by(account, owner)):
            raise Refusal("not_open")
    if made.source != "paid":
        raise Refusal("not_paid")
    if order.refunded:
        raise Refusal("already_refunded")
    if not order.refundable:
        raise Refusal("campaign_final")
    amount = _amount_back(account, order)
    parts = _parts_of(order)
    for part in parts:
        part.refunded = True
        for lot in part.lots:
            lot.kept = lot.full - lot.left
            lot.refunded, lot.left = True, Fraction(0)
    order.refunded = True
    shares = _shares(account, order, amount)
    to = {fund: part for fund, part in shares.items() if fund != "voucher"}
    account.spent["refunded"] += sum(to.values(), Fraction(0))
    wallet.give(account, to)
    return {
        "amount": wallet.money(account, sum(to.values(), Fraction(0))),
        "to": wallet.printed(account, to),
        "forfeited": wallet.money(account, shares.get("voucher", Fraction(0))),
    }


def _parts_of(order: Order) -> list[Order]:
    """What an order is of: a bundle of its parts, any other of itself."""
    return order.parts if order.kind == "bundle" else [order]


def _shares(account: Account, order: Order, amount: Fraction) -> dict:
    """R31: each fund gets back what it paid; of a part of it, that of the funds up to it less that of those before."""
    begun = order.kind == "capacity" and order.begin <= account.now
    whole = sum(_still_paid(order).values()) if begun else order.amount
    if amount == whole:
        return _still_paid(order)
    shares, sum_until, before = {}, Fraction(0), Fraction(0)
    for fund in FUNDS:
        sum_until += (_still_paid(order) if begun else order.paid).get(fund, Fraction(0))
        until = rounded(amount * sum_until / whole, account.book.rounding) if whole else Fraction(0)
        shares[fund] = until - before
        before = until
    return shares


def _still_paid(order: Order) -> dict:
    """What changes paid back to cash, of what other funds had paid, is not given back to them again."""
    paid = dict(order.paid)
    for fund in FUNDS:
        if fund != "cash" and paid.get("cash", 0) < 0:
            part = min(paid.get(fund, Fraction(0)), -paid["cash"])
            paid[fund] = paid.get(fund, Fraction(0)) - part
            paid["cash"] += part
    return {fund: max(part, Fraction(0)) for fund, part in paid.items()}


def _require_unused(order: Order) -> None:
    if any(lot.used for part in _parts_of(order) for lot in part.lots):
        raise Refusal("pack_used")


def _require_places(account: Account, order: Order) -> None:
    for product in account.products.values():
        places = sum(
            sum((lot.full for lot in part.lots), Fraction(0))
            for part in _parts_of(order)
            if part.owner == product.id and part.kind == "pack" and materials.is_for_materials(part.keys)
        )
        if places and product.held_materials > materials.limit_of(account, product) - places:
            raise Refusal("material_in_use")


def sharing(editions: list, products: set[str]) -> set[str]:
    """The products that share pools or counters with some, and so on from each of them."""
    sets = [products]
    for edition in editions:
        sets += [{cover["product"] for cover in pool["covers"]} for pool in edition.pools.values()]
        counters = {}
        for product in edition.products.values():
            for schedule in (product.get("price"), *(rule.get("price") for rule in product["rules"])):
                if schedule and schedule.get("counter"):
                    counters.setdefault(schedule["counter"], set()).add(product["id"])
        sets += counters.values()
    found = products
    for _ in sets:
        found = found.union(*(each for each in sets if each & found))
    return found


def _drawn_since_a_call(account: Account, order: Order) -> bool:
    """Whether ending a call in flight may still move units of the order: it, or usage since, drew on it."""
    open_calls = [
        draw
        for hold in account.calls.values()
        if hold.ended is None
        for draw in hold.draws
        if draw.at >= (account.products[draw.product].settled_until or 0)
    ]
    shared = sharing(account.book.editions, set(grants.covered_by(account, order.owner)))
    begun = False
    for entry in account.life:
        if isinstance(entry, Draw) and entry.product in shared:
            begun = begun or any(entry is draw for draw in open_calls)
            if begun and any(lot is other for lot, _ in [*entry.free, *entry.packs] for other in order.lots):
                return True
    return False


def _amount_back(account: Account, order: Order) -> Fraction:
    kind = order.keys.get("refund", "unused")
    if kind == "none":
        raise Refusal("campaign_final")
    if order.kind == "capacity" and kind == "pro_rata":
        return _amount_of_time_left(account, order)
    if order.kind == "capacity":
        if account.now >= order.begin:
            raise Refusal("capacity_begun")
        return order.amount
    if kind in ("pro_rata", "list_price"):
        return _amount_of_the_rest(account, order, kind)
    _require_unused(order)
    _require_places(account, order)
    if any(part.kind == "capacity" and account.now >= part.begin for part in order.parts):
        raise Refusal("capacity_begun")
    if not _in_window(account, order):
        raise Refusal("refund_window")
    return order.amount


def _amount_of_the_rest(account: Account, order: Order, kind: str) -> Fraction:
    """Of a pack that may be used in part, while it is valid."""
    if _drawn_since_a_call(account, order):
        raise Refusal("pack_used")
    _require_places(account, order)
    lot = order.lots[-1]
    if not lot.valid_at(account.now):
        raise Refusal("refund_window")
    if kind == "pro_rata":
        come_yet = _lots_from(account, order, order.next_lot)
        left = (lot.left + lot.full * come_yet) / (lot.full * _lots_from(account, order, order.at))
        return rounded(order.amount * left, account.book.rounding)
    return max(Fraction(0), order.amount - _list_price(account, order, lot.full - lot.left))


def _lots_from(account: Account, order: Order, begin: int | None) -> int:
    """How many lots begin from then on: one of a pack that does not come lot by lot, or none."""
    if "issue" not in order.keys:
        return 0 if begin is None else 1
    count = 0
    while begin is not None and begin < order.stop:
        begin = account.zone.period(order.keys["issue"]["every"], begin, order.at)[1]
        count += 1
    return count


def _amount_of_time_left(account: Account, order: Order) -> Fraction:
    """What the capacity costs for the time that is left, at most what was paid for it."""
    if account.now >= order.end:
        raise Refusal("refund_window")
    if account.now < order.begin:
        return order.amount
    left = capacities.fraction_left(account, order.keys.get("prorate", "none"), order)
    return min(sum(_still_paid(order).values()), rounded(order.price * left, account.book.rounding))


def _list_price(account: Account, order: Order, used: Fraction) -> Fraction:
    """In a pool by the price of its one product, or of money by the part that it is of the price. What is bought keeps
    its refund terms, so the prices are those of the edition in which it was bought."""
    product = order.owner
    edition = account.book.editions[account.book.edition_at(order.at)]
    if product not in edition.products:
        covers = edition.pools[product]["covers"]
        if "of_price" in covers[0]:
            return rounded(used / Fraction(covers[0]["of_price"]), account.book.rounding)
        used = used * int(covers[0].get("per", 1)) / Fraction(covers[0]["weight"])
        product = covers[0]["product"]
    schedule = edition.products[product]["price"]
    return rounded(order_amount(schedule, ceil(used), ceil(used)) or Fraction(0), account.book.rounding)


def _in_window(account: Account, order: Order) -> bool:
    days = account.book.refund_days
    if account.book.switch("refund_clock", account.edition.owner(order.owner)) == "hours":
        return account.now < order.at + days * 24 * HOUR
    return account.now < account.zone.midnight(account.zone.day(order.at) + timedelta(days=days + 1))
