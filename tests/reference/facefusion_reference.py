"""An independent reference for the price guide of Tencent Cloud Face Fusion: timelines in, answers out.

It is written from the rules alone, shares nothing with the library, and prefers the obvious to the fast, so that the
library's answers can be held against it. `replay` is all of its interface, with `DocumentError` for a timeline that
cannot be read. Run as a program it answers the timeline on standard input.
"""

import copy
import json
import sys
from datetime import date, datetime, timedelta

from reference_document import Command, DocumentError, read_document
from reference_due import (
    adjustments_of,
    free_calls,
    invoice,
    issue,
    issue_monthly,
    lines_of,
    price_month,
    run_due_events,
)
from reference_gate import call, cancel, commit, require_free_for_a_call
from reference_orders import buy_capacity, buy_pack, give_pack, pack_expiry, refund, top_up, withdraw
from reference_prices import CURRENCY, FREE_MATERIALS, GRANT, MODES, MONTHLY_GRANT, NOTICE_DAYS, PRODUCTS
from reference_state import Account, Amendment, Pack, Product, Refusal
from reference_usage import adjust, record, require_service, usage_answer
from reference_values import BOOK_OFFSET, format_instant, format_money, month_of

__all__ = ["DocumentError", "replay"]


# Services and modes


def _grants_answer(grants: list[Pack]) -> dict:
    return {
        "grants": [
            {"id": grant.id, "units": grant.units, "left": grant.left, "expires": format_instant(grant.expires)}
            for grant in grants
        ]
    }


def open_product(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    if product.open:
        raise Refusal("already_open", f"{product.name} is open already", "R33")
    product.open = True
    if not product.opened_before:
        product.opened_before = True
        product.free_materials = FREE_MATERIALS.get(product.name, 0)  # R4
    return _grants_answer(issue_monthly(account, product))


def close(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    account.require_open(product)
    product.open = False
    return {}


def claim(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    if fields["grant"] != GRANT or product.name in MONTHLY_GRANT:
        raise Refusal("unknown_grant", f"{product.name} has no grant {fields['grant']} to claim", "R3")
    account.require_open(product)
    id = f"{product.name}/{GRANT}"
    if id in account.grant_ids:
        raise Refusal("already_claimed", f"{id} is claimed already", "R3")
    if free_calls(account, product) == 0:
        raise Refusal("unknown_grant", f"{id} is ended", "R5")
    return _grants_answer([issue(account, product, id, pack_expiry(account, account.now))])


def set_mode(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    mode = fields["mode"]
    if mode not in MODES[product.name]:
        raise Refusal("unknown_mode", f"{product.name} has no mode {mode}")
    account.require_open(product)
    if mode == "concurrency" or account.mode_in_force(product) == "concurrency":
        raise Refusal("mode_locked", f"the mode of {product.name} follows the capacity held", "R24")
    product.mode_setting = mode
    return {"mode": account.mode_in_force(product)}


def use(account: Account, fields: dict) -> dict:
    product = require_service(account, fields["product"])
    return usage_answer(record(account, product, fields["quantity"], fields["billable"]))


# Materials (R25)


def _materials_answer(product: Product) -> dict:
    return {"held": product.held_materials, "limit": product.material_limit}


def add_materials(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    account.require_open(product)
    if product.held_materials + fields["quantity"] > product.material_limit:
        raise Refusal("material_limit", f"the limit is {product.material_limit} materials", "R25")
    product.held_materials += fields["quantity"]
    return _materials_answer(product)


def remove_materials(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    account.require_open(product)
    if fields["quantity"] > product.held_materials:
        raise Refusal("material_underflow", f"only {product.held_materials} materials are held", "R25")
    product.held_materials -= fields["quantity"]
    return _materials_answer(product)


# The account as a whole


def suspend(account: Account, fields: dict) -> dict:
    account.violation = True
    return {}


def reinstate(account: Account, fields: dict) -> dict:
    account.violation = False
    return {}


def announce(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    if fields["grant"] != GRANT:
        raise Refusal("unknown_grant", f"{product.name} has no grant {fields['grant']}")
    effective: date = fields["effective"]
    if (effective - account.now.date()).days < NOTICE_DAYS:
        raise Refusal("notice_too_short", f"{effective} is less than {NOTICE_DAYS} days away", "R5")
    # Of two with the same date the one announced later holds.
    amendments = account.amendments[product.name]
    amendments[:] = [amendment for amendment in amendments if amendment.effective != effective]
    amendments.append(Amendment(effective, fields["quantity"]))
    return {}


def advance(account: Account, fields: dict) -> dict:
    return {}


# Views: they change nothing


def preview(account: Account, fields: dict) -> dict:
    """With a quantity, as if so much more were used now, whatever would keep it from being let through."""
    if "quantity" in fields:
        account = copy.deepcopy(account)
        product = account.product(fields["product"])
        account.require_open(product)
        record(account, product, fields["quantity"], True)
    names = [account.product(fields["product"]).name] if "product" in fields else list(account.products)
    month = month_of(account.now)
    lines = lines_of(price_month(account, month, [account.products[name] for name in names]))
    total = sum(line["amount"] for line in lines)
    balance = None if account.balance is None else account.balance - total
    return {"invoice": invoice(month, lines, adjustments_of(account, names, month), None, balance)}


def _pack_statement(account: Account, pack: Pack) -> dict:
    return {
        "id": pack.id,
        "source": pack.source,
        "pack": pack.name,
        "units": pack.units,
        "left": pack.left,
        "bought": format_instant(pack.bought),
        "expires": None if pack.expires is None else format_instant(pack.expires),
        "state": pack.state_at(account.now),
    }


def _capacity_statement(product: Product) -> list:
    return [
        {
            "id": order.id,
            "meter": order.meter,
            "quantity": order.quantity,
            "from": format_instant(order.start),
            "until": format_instant(order.end),
        }
        for order in product.capacity
        if not order.refunded
    ]


def _product_statement(account: Account, product: Product) -> dict:
    usage = product.usage_of(month_of(account.now))
    return {
        "open": product.open,
        "mode": account.mode_in_force(product),
        "limits": {product.meter: account.limit_in_force(product)},
        "grants": [_pack_statement(account, grant) for grant in product.grants],
        "packs": [_pack_statement(account, pack) for pack in product.packs],
        "capacity": _capacity_statement(product),
        "materials": _materials_answer(product),
        "month": {
            "total": usage.total,
            "free": usage.free,
            "packs": usage.packs,
            "postpaid": usage.postpaid,
            "unbilled": usage.unbilled,
            "uncertain": account.uncertain_units(product),
        },
    }


def _wallet_statement(account: Account) -> dict | None:
    if account.wallet is None:
        return None
    funds = {fund: format_money(account.wallet[fund]) for fund in ("cash", "income", "gift", "voucher")}
    return {**funds, "balance": format_money(account.balance)}


def _spent_statement(account: Account) -> dict:
    spent = account.spent
    total = sum(spent.values()) - 2 * spent["refunded"]
    return {**{name: format_money(amount) for name, amount in spent.items()}, "total": format_money(total)}


def account_statement(account: Account) -> dict:
    return {
        "at": format_instant(account.now),
        "currency": CURRENCY,
        "state": account.state,
        "wallet": _wallet_statement(account),
        "products": {name: _product_statement(account, product) for name, product in account.products.items()},
        "invoices": copy.deepcopy(account.invoices),
        "spent": _spent_statement(account),
    }


def statement(account: Account, fields: dict) -> dict:
    return {"statement": account_statement(account)}


# The replay

RULES = {
    "open": open_product,
    "close": close,
    "claim": claim,
    "set_mode": set_mode,
    "buy_pack": buy_pack,
    "give_pack": give_pack,
    "buy_capacity": buy_capacity,
    "use": use,
    "call": call,
    "commit": commit,
    "cancel": cancel,
    "adjust": adjust,
    "add_materials": add_materials,
    "remove_materials": remove_materials,
    "top_up": top_up,
    "withdraw": withdraw,
    "refund": refund,
    "suspend": suspend,
    "reinstate": reinstate,
    "announce": announce,
    "preview": preview,
    "statement": statement,
    "advance": advance,
}

# Commands whose `id` is their own; that of the others names an order or a call made before.
WITH_OWN_ID = (
    *("buy_pack", "give_pack", "buy_capacity", "use", "call", "adjust"),
    *("add_materials", "remove_materials", "top_up", "withdraw"),
)


def _require_not_reserved(id: str) -> None:
    if id.startswith(("#", *(f"{name}/" for name in PRODUCTS))):
        raise Refusal("id_reserved", f"ids such as {id} are made up by the library")


def _before(account: Account, command: Command, id: str) -> dict | None:
    """The answer to the same command under the same id, if there was one."""
    if command.do == "call":
        return require_free_for_a_call(account, id, command.identity)
    if id in account.commands_by_id:
        identity, outcome = account.commands_by_id[id]
        if identity == command.identity:
            return {**copy.deepcopy(outcome), "repeated": True}
    elif id not in account.calls:
        return None
    raise Refusal("id_conflict", f"the id {id} is used already")


def _stretch(account: Account, at: datetime) -> int:
    """The number of the stretch of so many days that an instant is in, counted from 1970-01-01T00:00:00Z."""
    return (at - BOOK_OFFSET - datetime(1970, 1, 1)) // timedelta(days=account.keep_ids_days)


def _forget_ids(account: Account) -> None:
    """Ids of usage and of calls that are ended are forgotten two stretches after the last command under them."""
    for id, said in account.last_said.items():
        if _stretch(account, account.now) - _stretch(account, said) > 1:
            identity, _ = account.commands_by_id.get(id, (("call",), None))
            if identity[0] == "use":
                del account.commands_by_id[id]
            if id in account.calls and account.calls[id].ended is not None:
                del account.calls[id]


def _run(account: Account, command: Command) -> dict:
    if command.at < account.now:
        raise Refusal("time_reversal", "the command is earlier than the one before")
    run_due_events(account, command.at)
    if account.keep_ids_days:
        _forget_ids(account)
    id = command.fields.get("id") if command.do in WITH_OWN_ID else None
    if id is not None:
        _require_not_reserved(id)
        before = _before(account, command, id)
        if before is not None:
            return before
    outcome = {"do": command.do, "ok": True, **RULES[command.do](account, command.fields)}
    if id is not None and command.do != "call":
        account.commands_by_id[id] = command.identity, copy.deepcopy(outcome)
    if "id" in command.fields and "repeated" not in outcome:
        account.last_said[command.fields["id"]] = account.now
    return outcome


def run_command(account: Account, command: Command) -> dict:
    try:
        return _run(account, command)
    except Refusal as refusal:
        return {
            "do": command.do,
            "ok": False,
            "error": refusal.code,
            "message": refusal.message,
            "rule": refusal.rule,
            **refusal.extra,
        }


def replay(timeline: dict) -> dict:
    document = read_document(timeline)
    if not document.commands:
        return {"outcomes": [], "statement": None}
    start = document.commands[0].at
    account = Account(document.policy, document.wallet, start, document.book, document.keep_ids_days)
    outcomes = [run_command(account, command) for command in document.commands]
    return {"outcomes": outcomes, "statement": account_statement(account)}


if __name__ == "__main__":
    json.dump(replay(json.load(sys.stdin)), sys.stdout, ensure_ascii=False, indent=1)
    print()
