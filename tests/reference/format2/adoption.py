"""`adopt`: further editions of an account's price book (docs/price-book.md, Editions)."""

from datetime import date

from .book import OWN_PRICE, Edition
from .orders import sharing
from .state import Account, Product
from .values import Refusal

FIXED = ("id", "currency", "minor_digits", "time_zone", "utc_offset", "transitions", "rounding", "policy")
TEXTS = ("title", "about", "source", "sources", "announced", "examples", "as_of", "format")
LASTING = ("meter", "tier_period", "settle", "aggregate")


def _without_texts(value):
    if isinstance(value, dict):
        return {key: _without_texts(part) for key, part in value.items() if key not in TEXTS and part is not None}
    return [_without_texts(part) for part in value] if isinstance(value, list) else value


def _editions_of(account: Account, keys: dict, effective: str | None) -> list[Edition]:
    """A book without editions of its own is one, from the date that the command names."""
    if "editions" not in keys and effective is not None:
        return [Edition(account.zone.midnight(date.fromisoformat(effective)), effective, keys)]
    return account.book.read_editions(keys)


def adopt(account: Account, fields: dict) -> dict:
    keys = fields["book"]
    for key in FIXED:
        if _without_texts(keys.get(key)) != _without_texts(account.book.keys.get(key)):
            raise Refusal("book_mismatch")
    known = {edition.effective: edition for edition in account.book.editions}
    given = _editions_of(account, keys, fields.get("effective"))
    for edition in given:
        if edition.effective in known:
            _require_same(account, known[edition.effective], edition, "editions" not in keys)
    further = [edition for edition in given if edition.effective not in known]
    for edition in further:
        _require_later(account, edition)
        _require_what_lasts(account, edition)
    _require_no_calls_of_joined(account, further)
    account.book.editions.extend(further)
    for edition in further:
        for name in edition.products:
            account.products.setdefault(name, Product(name))
    answer = {"edition": given[-1].effective, "effective": (further or given)[0].effective}
    return answer if further else {**answer, "repeated": True}


def _require_same(account: Account, known: Edition, edition: Edition, is_further: bool) -> None:
    """The past is fixed, but for its texts. A list that the command dates is said to be a further one."""
    same = _without_texts(known.keys) == _without_texts(edition.keys)
    if not same:
        in_force = not is_further and (known.begin is None or known.begin <= account.now)
        raise Refusal("book_mismatch" if in_force else "start_in_past")


def _require_later(account: Account, edition: Edition) -> None:
    last = account.book.editions[-1].effective
    today = account.zone.day(account.now).isoformat()
    if edition.effective is None or edition.effective <= today or (last is not None and edition.effective <= last):
        raise Refusal("start_in_past")


def _require_no_calls_of_joined(account: Account, further: list[Edition]) -> None:
    """Products that are to share a pool or a counter, and did not before, have no calls in flight."""
    had = account.book.editions
    names = [name for edition in had for name in edition.products]
    before = {name: sharing(had, {name}) for name in names}
    after = {name: sharing([*had, *further], {name}) & set(names) for name in names}
    in_flight = {
        draw.product
        for hold in account.calls.values()
        if hold.ended is None
        for draw in hold.draws
        if draw.at >= (account.products[draw.product].settled_until or 0)
    }
    if any(before[name] & in_flight and before[name] != after[name] for name in names):
        raise Refusal("book_mismatch")


def _require_what_lasts(account: Account, edition: Edition) -> None:
    """What is open, has units in an open period, or is held."""
    for name, keys in account.edition.products.items():
        product = account.products[name]
        used = product.settled_until is not None and any(d.at >= product.settled_until for d in account.draws(name))
        if not product.open and not used:
            continue
        if name not in edition.products or not _counts_alike(keys, edition.products[name]):
            raise Refusal("book_mismatch")
    held = {lot.owner for lot in account.lots if lot.valid_at(account.now) and lot.left} & set(account.edition.pools)
    capacity = {
        (p.id, order.name) for p in account.products.values() for order in p.capacity if account.now < order.end
    }
    offered = {(name, offer["id"]) for name, keys in edition.products.items() for offer in keys["capacities"]}
    if not held <= set(edition.pools) or not capacity <= offered or not _slots_taken(account) <= _slots(edition):
        raise Refusal("book_mismatch")


def _counts_alike(keys: dict, further: dict) -> bool:
    if any(_without_texts(further.get(key)) != _without_texts(keys.get(key)) for key in LASTING):
        return False
    ours, theirs = _counters(keys), _counters(further)
    return all(ours[name] == theirs[name] for name in ours.keys() & theirs.keys())


def _counters(product: dict) -> dict:
    """By the name of a price."""
    prices = {OWN_PRICE: product.get("price"), **{rule["name"]: rule.get("price") for rule in product["rules"]}}
    return {name: price.get("counter") for name, price in prices.items() if price is not None}


def _slots(edition: Edition) -> set:
    """Limits of tasks at once, each with the product that it is of; None of all."""
    limits = [(name, limit) for name, keys in edition.products.items() for limit in keys["limits"]]
    limits += [(None, limit) for limit in edition.limits]
    return {(name, limit["id"]) for name, limit in limits if limit["window"] == "slots"}


def _slots_taken(account: Account) -> set:
    """Those that tasks in flight have one of."""
    holds = [hold for hold in account.calls.values() if hold.has_slot_at(account.now)]
    used = {draw.product for hold in holds for draw in hold.draws}
    shared = {limit["id"]: set(limit.get("products") or used) for limit in account.edition.limits}
    return {(name, id) for name, id in _slots(account.edition) if used & (shared[id] if name is None else {name})}
