"""Price books to play with: the same book at another price, without a pack, or with another rule. Each is a book of its
own that says what was changed, and prices usage as any other book does."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from faregate._arguments import document
from faregate._core import Book, Invalid, UnknownMeter, UnknownPack, UnknownProduct
from faregate._documents import failure
from faregate._exact import exactly

Slot = dict[str, Any]  # an object of the book that has a `price` of its own

_FACTOR_MOST = 10**26  # beyond which no price could be held


def with_price(
    book: Book,
    product: str,
    price: Any = None,
    *,
    percent: Any = None,
    tier: int | None = None,
    pack: str | None = None,
    meter: str | None = None,
    rule: str | None = None,
) -> Book:
    described = _described(book)
    item = _product_of(described, product)
    slots = [slot for slot in _slots(_priced(item, pack, meter, rule)) if slot["price"] is not None]
    chosen = slots if tier is None else [slot for slot in slots if slot.get("from") == tier]
    if not chosen:
        edges = ", ".join(str(slot["from"]) for slot in slots if "from" in slot)
        raise failure(Invalid, f"tier: there is none with a price from {tier!r} on; there are {edges or 'none'}")
    if (price is None) == (percent is None):
        raise failure(Invalid, "price: expected either a price or a change by percent")
    if price is not None and len(chosen) > 1:
        raise failure(Invalid, f"tier: there are {len(chosen)} prices; say which, or change them by percent")
    for slot in chosen:
        slot["price"] = (
            amount_text("price", price) if percent is None else at_factor(slot["price"], of_percent(percent))
        )
    of = f"pack {pack}" if pack is not None else meter or item["meter"]
    where = "".join([f" by rule {rule}" if rule is not None else "", f" from {tier:,} on" if tier is not None else ""])
    change = chosen[0]["price"] if percent is None else f"{Decimal(str(percent)):+f} %"
    return _changed(described, f"{product}: price of {of}{where} {change}")


def without_pack(book: Book, pack: str, *, product: str | None = None) -> Book:
    described = _described(book)
    sellers = [*described["products"], *described.get("pools", ())]
    if product is not None:
        sellers = [_product_of(described, product)]
    having = [item for item in sellers if any(each["id"] == pack for each in item.get("packs", ()))]
    if not having:
        there = ", ".join(dict.fromkeys(each["id"] for item in sellers for each in item.get("packs", ())))
        raise failure(UnknownPack, f"pack: there is no {pack!r}; there are {there or 'none'}")
    for item in having:
        item["packs"] = [each for each in item["packs"] if each["id"] != pack]
    return _changed(described, f"{', '.join(item['id'] for item in having)}: without pack {pack}")


def replace(book: Book, product: str | None = None, /, **keys: Any) -> Book:
    described = _described(book)
    item = described if product is None else _product_of(described, product)
    if not keys:
        raise failure(Invalid, "keys: expected keys of the book, or of its product, with their new values")
    document("keys", "", keys)
    for key, value in keys.items():
        if value is None:
            item.pop(key, None)
        else:
            item[key] = value
    where = "" if product is None else f"{product}: "
    return _changed(described, f"{where}other {', '.join(keys)}")


def repriced(book: Book, product: str, part: str, factor: Fraction) -> Book:
    """Returns the book in which the prices of a part of a product (price, packs, capacity) are multiplied by a
    factor."""
    described = _described(book)
    for slot in _slots(_product_of(described, product).get(part)):
        if slot["price"] is not None:
            slot["price"] = at_factor(slot["price"], factor)
    return _changed(described, f"{product}: {part} at {float(factor):g} of its price")


def _described(book: Book) -> dict[str, Any]:
    described: dict[str, Any] = book.to_dict()
    if "editions" in described:
        raise failure(Invalid, "book: it has editions, each with its own prices: ask book.as_of(date)")
    return described


def _product_of(described: dict[str, Any], product: str) -> dict[str, Any]:
    for item in described["products"]:
        if item["id"] == product:
            found: dict[str, Any] = item
            return found
    sold = ", ".join(item["id"] for item in described["products"])
    raise failure(UnknownProduct, f"product: there is no {product!r}; there are {sold}")


def _priced(item: dict[str, Any], pack: str | None, meter: str | None, rule: str | None) -> Any:
    """The part of a product whose prices are to change: the pack, meter or rule that is named, or else the price of its
    usage."""
    if sum(each is not None for each in (pack, meter, rule)) > 1:
        raise failure(Invalid, "pack: expected one of pack, meter and rule")
    if pack is not None:
        packs = item.get("packs") or []
        found = [each for each in packs if each["id"] == pack]
        if not found:
            there = ", ".join(each["id"] for each in packs)
            raise failure(UnknownPack, f"pack: there is no {pack!r}; there are {there or 'none'}")
        return found
    if rule is not None:
        rules = item.get("rules") or []
        found = [each for each in rules if each.get("id") == rule]
        if not found:
            there = ", ".join(str(each.get("id")) for each in rules)
            raise failure(Invalid, f"rule: there is no {rule!r}; there are {there or 'none'}")
        return found
    if meter is None or meter == item["meter"]:
        return [item.get("price"), item.get("rules")]
    offers = [item.get("capacity"), *(item.get("capacities") or ())]
    found = [each for each in offers if each is not None and each.get("meter") == meter]
    if not found:
        meters = [item["meter"], *(each["meter"] for each in offers if each is not None)]
        raise failure(UnknownMeter, f"meter: there is no {meter!r}; there are {', '.join(meters)}")
    return found


def _slots(value: Any) -> Iterator[Slot]:
    """Finds the objects within a value that have a price of their own: an amount, or null where none is published."""
    if isinstance(value, list):
        for each in value:
            yield from _slots(each)
    elif isinstance(value, dict):
        price = value.get("price", value)
        if "price" in value and (price is None or isinstance(price, str)):
            yield value
        for each in value.values():
            yield from _slots(each)


def _changed(described: dict[str, Any], words: str) -> Book:
    described["changed"] = "; ".join(filter(None, [described.get("changed"), words]))
    return Book(described)


def of_percent(percent: Any) -> Fraction:
    """The factor of a change in percent: 11/10 for 10, 9/10 for -10."""
    exact = isinstance(percent, (int, float, str, Decimal)) and not isinstance(percent, bool)
    try:
        factor = 1 + Fraction(Decimal(str(percent))) / 100 if exact else Fraction(-1)
    except (ArithmeticError, ValueError):
        factor = Fraction(-1)
    if not 0 <= factor < _FACTOR_MOST:
        raise failure(Invalid, f"percent: expected a change such as 10 or -2.5, of -100 or more, not {percent!r}")
    return factor


@exactly
def at_factor(price: str, factor: Fraction) -> str:
    """Multiplies a price, and rounds it to the 12 decimals that a price may have."""
    exact = Fraction(price) * factor
    return format(Decimal(round(exact * 10**12)).scaleb(-12).normalize(), "f")


def amount_text(name: str, given: Any) -> str:
    if isinstance(given, bool) or not isinstance(given, (str, int, Decimal)):
        raise failure(Invalid, f"{name}: expected an exact amount, such as '0.20', not {given!r}")
    return given if isinstance(given, str) else format(given, "f") if isinstance(given, Decimal) else str(given)
