"""The commands, and a timeline lived through them."""

import copy
from fractions import Fraction
from math import floor

from . import adoption, aggregates, bill, capacity, due, gate, grants, limits, materials, orders, reach, service, wallet
from .book import Book
from .life import in_period, live, shares_of_kinds
from .rating import attributes_at, check_attributes
from .state import Account, Correction, Draw
from .values import Refusal

# Services


def _grants_answer(account: Account, lots: list) -> dict:
    return {
        "grants": [
            {
                "id": lot.id,
                "units": _units(lot.full),
                "left": _units(lot.left),
                "expires": None if lot.expires is None else account.zone.format(lot.expires),
            }
            for lot in lots
        ]
    }


def _units(value: Fraction):
    """What 12 decimals do not hold is not told."""
    if value.denominator == 1:
        return int(value)
    whole, rest = divmod(floor(value * 10**12), 10**12)
    return f"{whole}.{rest:012d}".rstrip("0").rstrip(".")


def open_product(account: Account, fields: dict) -> dict:
    return _grants_answer(account, service.open_product(account, fields["product"]))


def close(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    account.require_open(product)
    service.close_product(account, product)
    return {}


def claim(account: Account, fields: dict) -> dict:
    owner = fields["product"]
    if account.edition.owner(owner) is None:
        raise Refusal("unknown_product")
    return _grants_answer(account, [grants.claim(account, owner, fields["grant"])])


def set_mode(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    keys = account.keys(product.id)
    modes = {keys["meter"]: "manual"}
    modes |= {c["id"]: c["mode"] for c in keys["capacities"] if c.get("mode", "none") != "none"}
    if fields["mode"] not in modes:
        raise Refusal("unknown_mode")
    account.require_open(product)
    if modes[fields["mode"]] == "automatic" or modes.get(account.mode_in_force(product)) == "automatic":
        raise Refusal("mode_locked")
    product.mode_setting = fields["mode"]
    return {"mode": account.mode_in_force(product)}


def set_attributes(account: Account, fields: dict) -> dict:
    check_attributes(account.edition, fields["attributes"], "account")
    account.attributes.update(fields["attributes"])
    return {}


def set_postpaid(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    if account.keys(product.id)["postpaid"] != "opt_in":
        raise Refusal("not_sold")
    product.postpaid_on = fields["on"]
    return {}


# Usage


def use(account: Account, fields: dict) -> dict:
    names = service.names_of(account, fields["product"])
    for name in names:
        service.require_service(account, name)
    quantity, billable = fields["quantity"], fields.get("billable", True)
    draws = [service.rated(account, name, quantity, fields.get("attributes") or {}, billable) for name in names]
    service.require_measured(account, draws, fields.get("attributes") or {})
    service.record(account, draws)
    service.sample(account, draws)
    return service.usage_answer(draws)


def adjust(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    if product.first_opened is None:
        raise Refusal("not_open")
    quantity = fields["quantity"]
    draw = service.rated(account, product.id, abs(quantity), fields.get("attributes") or {})
    service.require_measured(account, [draw], fields.get("attributes") or {})
    if account.keys(product.id).get("aggregate"):
        answer = _correct_aggregate(account, draw, quantity < 0)
    elif quantity > 0:
        answer = service.usage_answer(service.record(account, [draw], asked=False))
    else:
        answer = _take_off(account, product.id, draw, fields.get("attributes") or {})
    account.adjustments.append((account.now, product.id, quantity, fields["reason"]))
    return answer


def _correct_aggregate(account: Account, draw, takes_off: bool) -> dict:
    """Above 0 it is a usage that happened, but for what is held, where it is added to what that comes to."""
    aggregate = account.keys(draw.product)["aggregate"]
    if not takes_off and (aggregate["take"] != "held" or not draw.rating.billable):
        service.sample(account, [draw])
        return service.usage_answer([draw])
    if not draw.rating.billable:
        raise Refusal("aggregate_closed")
    by = draw.attributes.get(aggregate.get("by"))
    units = -draw.units if takes_off else draw.units
    aggregates.correct(account, account.products[draw.product], aggregate, units, by)
    return {
        "free": 0,
        "packs": 0 if takes_off else [],
        "postpaid": 0,
        "unbilled": 0,
        **({"lost": 0} if takes_off else {}),
    }


def _take_off(account: Account, name: str, corrected: Draw, given: dict) -> dict:
    known = [
        attributes_at(edition, account.zone, account.now, given, account.attributes)
        for edition in account.book.editions
    ]
    draws = in_period(account, account.life, name, account.now, corrected.rating, known)
    held = [draw for hold in account.calls.values() if hold.ended is None for draw in hold.draws]
    settled_until = account.products[name].settled_until
    shares = shares_of_kinds(account, draws, held, corrected.units, settled_until)
    if corrected.units and not shares:
        raise Refusal("adjust_underflow")
    return live(account, Correction(account.now, name, shares, corrected.rating, settled_until, known))


def _total(draw) -> int:
    return sum(units for _, units in [*draw.free, *draw.packs]) + draw.postpaid + draw.unbilled


# The account as a whole


def suspend(account: Account, fields: dict) -> dict:
    account.violation = True
    return {}


def reinstate(account: Account, fields: dict) -> dict:
    account.violation = False
    return {}


def advance(account: Account, fields: dict) -> dict:
    return {}


# Views: they change nothing


def _settle_period(account: Account) -> tuple[int, int]:
    """That of the book which is open, up to now."""
    anchor = min((p.first_opened for p in account.products.values() if p.spans), default=account.now)
    return account.zone.period(account.edition.settle, account.now, anchor)[0], account.now + 1


def _use_more(seen: Account, fields: dict) -> None:
    """As if so much more were used now, whatever would keep it from being let through."""
    names = service.names_of(seen, fields["product"])
    for name in names:
        seen.require_open(seen.product(name))
    seen.suspended = False
    for name in names:
        seen.products[name].suspended = False
    draws = [service.rated(seen, name, fields.get("quantity", 1), fields.get("attributes") or {}) for name in names]
    service.require_measured(seen, draws, fields.get("attributes") or {})
    service.record(seen, draws)
    service.sample(seen, draws)


def preview(account: Account, fields: dict) -> dict:
    """As if the open periods ended now."""
    seen = copy.deepcopy(account)
    if "quantity" in fields or fields.get("attributes"):
        _use_more(seen, fields)
    end = seen.now + 1
    for name, keys in seen.edition.products.items():
        product = seen.products[name]
        if keys.get("aggregate") and product.samples:
            begin, _ = aggregates.period_of(seen, product, keys["aggregate"], seen.now)
            held = keys["aggregate"]["take"] == "held"
            for draw in aggregates.events(seen, name, begin, seen.now if held else end, seen.now):
                live(seen, draw)
    names = service.names_of(seen, fields["product"]) if "product" in fields else list(seen.products)
    for name in names if "product" in fields else ():
        seen.product(name)
    lines = []
    for name in names:
        if seen.products[name].settled_until is not None:
            begin, _ = bill.settle_period(seen, name, seen.now)
            lines += due.lines_of(seen, [name], begin, end, end)
    key, period = seen.edition.settle, _settle_period(seen)
    if fields.get("product") in seen.products:
        key = seen.settle_key(names[0])
        anchor = seen.products[names[0]].first_opened
        period = (seen.zone.period(key, seen.now, seen.now if anchor is None else anchor)[0], end)
    total = due.with_bounds(seen, key, lines, end)
    return {"invoice": due.invoice(seen, key, *period, lines, total, None)}


def _product_statement(account: Account, name: str) -> dict:
    product = account.products[name]
    begin, end = account.zone.period("month", account.now)
    draws = [draw for draw in account.draws(name) if begin <= draw.at < end]
    uncertain = [draw for hold in account.calls.values() if hold.ended is None for draw in hold.draws]
    return {
        "open": product.open,
        "mode": account.mode_in_force(product),
        **({"suspended": product.suspended} if account.edition.arrears else {}),
        "limits": {
            limit["id"]: in_force
            for limit in limits.limits_of(account, name)
            if (in_force := capacity.limit_in_force(account, product, limit)) is not None
        },
        "grants": [_lot_statement(account, lot) for lot in account.lots if lot.owner == name and lot.source == "free"],
        "packs": [_lot_statement(account, lot) for lot in account.lots if lot.owner == name and lot.source != "free"],
        "capacity": [
            {
                "id": order.id,
                "meter": order.name,
                "quantity": order.quantity,
                "from": account.zone.format(order.begin),
                "until": account.zone.format(order.end),
            }
            for order in account.all_orders
            if order.kind == "capacity" and order.owner == name and not order.refunded
        ],
        "materials": materials.answer(account, product),
        "month": {
            "total": sum(_total(draw) for draw in draws),
            "free": sum(units for draw in draws for _, units in draw.free),
            "packs": sum(units for draw in draws for _, units in draw.packs),
            "postpaid": sum(draw.postpaid for draw in draws),
            "unbilled": sum(draw.unbilled for draw in draws),
            "uncertain": sum(draw.units for draw in draws if any(draw is other for other in uncertain)),
        },
    }


def _lot_statement(account: Account, lot) -> dict:
    return {
        "id": lot.id,
        "source": lot.source,
        "units": _units(lot.full),
        "left": _units(lot.left),
        "bought": account.zone.format(lot.bought),
        "expires": None if lot.expires is None else account.zone.format(lot.expires),
        "state": lot.state_at(account.now),
    }


def _decimal(value: Fraction) -> str:
    """Cut after 12 decimals."""
    whole, rest = divmod(int(value * 10**12), 10**12)
    return f"{whole}.{rest:012d}".rstrip("0").rstrip(".")


def _pool_statement(account: Account, name: str) -> dict:
    told = [
        {**_lot_statement(account, lot), "units": _decimal(lot.full), "left": _decimal(lot.left)}
        for lot in account.lots
        if lot.owner == name
    ]
    return {
        "grants": [lot for lot in told if lot["source"] == "free"],
        "packs": [lot for lot in told if lot["source"] != "free"],
    }


def account_statement(account: Account) -> dict:
    spent = account.spent
    total = sum(spent.values(), Fraction(0)) - 2 * spent["refunded"]
    money = {name: wallet.money(account, amount) for name, amount in spent.items()}
    funds = None
    if account.wallet is not None:
        funds = {fund: wallet.money(account, amount) for fund, amount in account.wallet.items()}
        funds["balance"] = wallet.money(account, account.balance)
    statement = {
        "at": account.zone.format(account.now),
        "currency": account.book.currency,
        "state": account.state,
        "wallet": funds,
        "products": {name: _product_statement(account, name) for name in account.edition.products},
        "pools": {name: _pool_statement(account, name) for name in account.edition.pools},
        "invoices": copy.deepcopy(account.invoices),
        "spent": {**money, "total": wallet.money(account, total)},
    }
    if account.edition.freeze:
        statement["frozen"] = wallet.money(account, wallet.frozen(account))
    return statement


def statement(account: Account, fields: dict) -> dict:
    return {"statement": account_statement(account)}


COMMANDS = {
    "open": open_product,
    "close": close,
    "claim": claim,
    "set_mode": set_mode,
    "set": set_attributes,
    "set_postpaid": set_postpaid,
    "buy_pack": orders.buy_pack,
    "give_pack": orders.give_pack,
    "buy_capacity": orders.buy_capacity,
    "change_capacity": orders.change_capacity,
    "buy_bundle": orders.buy_bundle,
    "use": use,
    "call": gate.call,
    "commit": gate.commit,
    "cancel": gate.cancel,
    "adjust": adjust,
    "add_materials": materials.add,
    "remove_materials": materials.remove,
    "adopt": adoption.adopt,
    "top_up": wallet.top_up,
    "withdraw": wallet.withdraw,
    "refund": orders.refund,
    "suspend": suspend,
    "reinstate": reinstate,
    "preview": preview,
    "statement": statement,
    "advance": advance,
}

# Commands whose `id` names what was made before.
WITH_ID_OF_ANOTHER = ("refund", "commit", "cancel", "change_capacity")
DEFAULTS = {
    "buy_pack": {"quantity": 1},
    "give_pack": {"quantity": 1},
    "call": {"quantity": 1},
    "use": {"billable": True},
    "top_up": {"fund": "cash"},
}


WHOLE = ("quantity", "days", "months", "timeout_ms")


def _fields(command: dict) -> dict:
    """As read: 5 is "5", a field that is absent is its default. Two commands are the same when these are equal."""
    given = {key: value for key, value in command.items() if key not in ("at", "do") and value is not None}
    fields = {**DEFAULTS.get(command["do"], {}), **given}
    for key in WHOLE:
        if key in fields:
            fields[key] = int(fields[key])
    if "amount" in fields:
        fields["amount"] = Fraction(fields["amount"])
    if "pay" in fields:
        fields["pay"] = {fund: Fraction(part) for fund, part in fields["pay"].items() if Fraction(part)}
    if "campaign" in fields:
        fields["campaign"] = {"refundable": True, **fields["campaign"]}
        if "price" in fields["campaign"]:
            fields["campaign"]["price"] = Fraction(fields["campaign"]["price"])
    return fields


def _is_taken(account: Account, do: str, id: str) -> bool:
    """By a command that was accepted; a canceled call leaves its id free for another call."""
    call = account.calls.get(id)
    return id in account.commands_by_id or (call is not None and not (do == "call" and call.canceled))


def _run(account: Account, command: dict) -> dict:
    do = command["do"]
    at = account.zone.parse(command["at"])
    if at < account.now:
        raise Refusal("time_reversal")
    if not reach.reaches(account.book, account.now, at):
        raise Refusal("too_far")
    due.run_due_events(account, at)
    limits.note_rates(account)
    fields = _fields(command)
    id = None if do in WITH_ID_OF_ANOTHER else fields.get("id")
    if id is not None:
        of_library = id.startswith(tuple(f"{owner}/" for owner in account.book.owners()))
        if id.startswith("#") or (of_library and not _is_taken(account, do, id)):
            raise Refusal("id_reserved")
        if do == "call":
            gate.require_free_for_a_call(account, id, (do, fields))
        elif id in account.commands_by_id:
            identity, outcome = account.commands_by_id[id]
            if identity == (do, fields):
                return {**copy.deepcopy(outcome), "repeated": True}
            raise Refusal("id_conflict")
        elif id in account.calls:
            raise Refusal("id_conflict")
    outcome = {"do": do, "ok": True, **COMMANDS[do](account, fields)}
    limits.note_rates(account)
    if id is not None and do != "call":
        account.commands_by_id[id] = (do, fields), copy.deepcopy(outcome)
    return outcome


def run_command(account: Account, command: dict) -> dict:
    try:
        return _run(account, command)
    except Refusal as refusal:
        return {"do": command["do"], "ok": False, "error": refusal.code, **refusal.extra}
    except OverflowError:  # beyond the calendar
        return {"do": command["do"], "ok": False, "error": "overflow"}


def begin(timeline: dict) -> Account:
    book = Book(timeline["book"], timeline.get("policy"))
    start = book.zone.parse(timeline["commands"][0]["at"])
    account = Account(book, timeline.get("wallet"), start, timeline.get("attributes") or {})
    return account


def replay(timeline: dict) -> dict:
    if not timeline["commands"]:
        return {"outcomes": [], "statement": None}
    account = begin(timeline)
    outcomes = [run_command(account, command) for command in timeline["commands"]]
    return {"outcomes": outcomes, "statement": account_statement(account)}
