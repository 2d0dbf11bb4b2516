"""Places for materials: a ceiling on the number held at once (R4, R25)."""

from .state import Account, Product
from .values import Refusal


def limit_of(account: Account, product: Product) -> int:
    """Free ones of the edition of the first opening, from it on, and those of packs, which never end."""
    free = 0
    if product.spans:
        then = account.book.editions[account.book.edition_at(product.first_opened)].products[product.id]
        free = (then.get("materials") or {}).get("free", 0)
    bought = [order for order in account.all_orders if order.owner == product.id and is_for_materials(order.keys)]
    return free + sum(int(order.keys["units"]) * order.quantity for order in bought if not order.refunded)


def is_for_materials(pack: dict) -> bool:
    return pack.get("of") == "materials"


def answer(account: Account, product: Product) -> dict:
    return {"held": product.held_materials, "limit": limit_of(account, product)}


def add(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    account.require_open(product)
    if product.held_materials + fields["quantity"] > limit_of(account, product):
        raise Refusal("material_limit")
    product.held_materials += fields["quantity"]
    return answer(account, product)


def remove(account: Account, fields: dict) -> dict:
    product = account.product(fields["product"])
    account.require_open(product)
    if fields["quantity"] > product.held_materials:
        raise Refusal("material_underflow")
    product.held_materials -= fields["quantity"]
    return answer(account, product)
