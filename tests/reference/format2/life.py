"""Where each usage's units come from, and how a life is lived again without a call.

Everything that bears on it stands in `Account.life` in the order of the commands. `happen` lets an entry happen, the
first time and again alike; `live_again` forgets what followed from the entries and lets them all happen once more.
"""

from collections import Counter
from fractions import Fraction
from math import floor

from .book import OWN_PRICE
from .rating import Rating, fits, schedule_of
from .state import Account, Arrival, Correction, Draw, Lot

SECOND = 1_000_000

# The switch `pack_order` as criteria of `order`.
ORDERS = {
    "expiry": ("expiry", "bought"),
    "purchase": ("bought", "expiry"),
    "smallest_left": ("left", "expiry", "bought"),
}
NEVER = 10**30
CRITERIA = {
    "expiry": lambda lot: NEVER if lot.expires is None else lot.expires,
    "bought": lambda lot: lot.bought,
    "left": lambda lot: lot.left,
    "units": lambda lot: lot.full,
}


def live(account: Account, entry):
    answer = happen(account, entry, account.life)
    account.life.append(entry)
    return answer


def live_again(account: Account) -> None:
    for lot in account.lots:
        lot.given_back = False
    lived = []
    for entry in account.life:
        happen(account, entry, lived)
        lived.append(entry)


def happen(account: Account, entry, before: list):
    if isinstance(entry, Arrival):
        return _arrive(entry.lot)
    if isinstance(entry, Correction):
        return _correct(account, entry, before)
    return _draw(account, entry, before)


def _arrive(lot: Lot) -> None:
    lot.rolled = Fraction(0)
    if lot.before is not None:
        lot.rolled = min(lot.before.left, lot.rollover)
        lot.before.left -= lot.rolled
    lot.left = lot.kept if lot.refunded else lot.full


# The order of deduction: rank, own product before pools in the book's order, grants by expiry, packs by `order`


def _last_owner(account: Account, draw: Draw, owner: str) -> dict | None:
    """By the edition of the usage, or the last before it that has it: what was bought goes on to be drawn."""
    known = (edition.owner(owner) for edition in reversed(account.book.editions[: draw.edition + 1]))
    return next((keys for keys in known if keys), None)


def _weight(account: Account, draw: Draw, owner: str) -> Fraction | None:
    """What one unit of the usage draws from a lot of the owner; None where the owner does not cover it, or the unit costs
    nothing."""
    if owner == draw.product:
        return Fraction(1)
    edition = account.book.editions[draw.edition]
    for cover in (_last_owner(account, draw, owner) or {}).get("covers", ()):
        if cover["product"] == draw.product and fits(cover.get("when"), draw.attributes):
            if "of_price" not in cover:
                return Fraction(cover["weight"]) / int(cover.get("per", 1))
            keys = edition.products[draw.product]
            schedule = keys["price"] if draw.rating is None else schedule_of(keys, draw.rating.price)
            unit_price = Fraction(schedule["price"] or 0) / int(schedule.get("per", 1))
            price = unit_price * (1 if draw.rating is None else draw.rating.factor)
            return price * Fraction(cover["of_price"]) or None
    return None


def _criteria(account: Account, draw: Draw, owner: str) -> tuple:
    keys = _last_owner(account, draw, owner) or {}
    return keys.get("order") or ORDERS[account.book.switch("pack_order", keys)]


def _rank(account: Account, draw: Draw, lot) -> int:
    """By the edition of the usage, or the last before it that has the lot's offer."""
    kind, rank = ("grants", 0) if lot.source == "free" else ("packs", 10)
    for edition in reversed(account.book.editions[: draw.edition + 1]):
        for offer in (edition.owner(lot.owner) or {}).get(kind, ()):
            if offer["id"] == lot.name:
                return offer.get("rank", rank)
    return rank


def order_of_deduction(account: Account, draw: Draw, lots: list) -> list:
    """(lot, weight), first the one to be drawn first. Sorting keeps the order of the commands where all is equal."""
    pools = dict.fromkeys(pool for edition in account.book.editions for pool in edition.pools)
    places = {owner: place for place, owner in enumerate(pools, 1)}
    places[draw.product] = 0
    weighed = [(lot, _weight(account, draw, lot.owner)) for lot in lots if lot.valid_at(draw.at)]

    def key(weighed_lot):
        lot, _ = weighed_lot
        free = lot.source == "free"
        criteria = ("expiry",) if free else _criteria(account, draw, lot.owner)
        return (_rank(account, draw, lot), places[lot.owner], not free, [CRITERIA[name](lot) for name in criteria])

    return sorted([(lot, weight) for lot, weight in weighed if weight is not None], key=key)


def _draw(account: Account, draw: Draw, before: list) -> None:
    draw.free, draw.packs, draw.postpaid, draw.covered, draw.taken_off = [], [], 0, 0, 0
    if draw.kind == "billed":
        draw.covered = covered_by_capacity(account, draw, before)
        rest = draw.units - draw.covered
        lots = [entry.lot for entry in before if isinstance(entry, Arrival)]
        for lot, weight in order_of_deduction(account, draw, lots):
            # A lot covers whole units only; parts too few for one stay.
            units = min(rest, floor(lot.left / weight))
            if units:
                lot.left -= units * weight
                (draw.free if lot.source == "free" else draw.packs).append((lot, units))
                rest -= units
        draw.postpaid = rest
    _count(account, draw, before)


def units_in(parts: list) -> int:
    return sum(units for _, units in parts)


def _bought_rate(account: Account, draw: Draw) -> int:
    capacities = account.book.editions[draw.edition].products[draw.product]["capacities"]
    product = account.products[draw.product]
    return sum(
        account.held_capacity(product, capacity["id"], draw.at)
        for capacity in capacities
        if capacity.get("usage", "billed") == "free" and capacity.get("beyond", "refuse") == "bill"
    )


def covered_by_capacity(account: Account, draw: Draw, before: list, later: int = 0) -> int:
    """What fits the bought rate in a half-open second, where what is beyond it is billed; or would so much later."""
    at = draw.at + later
    if draw.rate is None:
        draw.rate = _bought_rate(account, draw)
    if not draw.rate or draw.kind != "billed":
        return 0
    within = [
        entry
        for entry in before
        if isinstance(entry, Draw) and entry.product == draw.product and at - SECOND < entry.at
    ]
    return min(draw.units, max(0, draw.rate - sum(entry.covered for entry in within)))


# Counters


def _count(account: Account, draw: Draw, before: list) -> None:
    """The usage's place in the counter of its price: it begins where those before it in the tier period have ended."""
    edition = account.book.editions[draw.edition]
    product = edition.products[draw.product]
    draw.advance = _advance(account, draw, product)
    if draw.rating.price is None:
        draw.counter, draw.begin = None, 0
        return
    name = schedule_of(product, draw.rating.price).get("counter")
    period = account.tier_period(draw.product, draw.at, edition)
    owner = ("shared", name) if name else (draw.product, draw.rating.price)
    draw.counter = (*owner, None if period is None else period[0])
    draw.begin = sum(entry.advance for entry in before if isinstance(entry, Draw) and entry.counter == draw.counter)


def _advance(account: Account, draw: Draw, product: dict) -> int:
    """R12 and R17: the units that pick the tier."""
    basis = account.book.switch("tier_basis", product)
    advance = draw.postpaid
    if basis in ("after_free", "total"):
        advance += units_in(draw.packs)
    if basis == "total":
        advance += units_in(draw.free)
    if draw.kind == "capacity" and account.book.switch("capacity_calls", product) == "count_for_tier":
        advance += draw.unbilled
    return advance


# Corrections: off the period from the end of the order of deduction


def in_period(account: Account, entries: list, name: str, at: int, rating: Rating, known: list) -> list:
    """Usage of the tier period of an instant that is priced alike, and draws on pools as what the correction is known by
    in its edition would; where events are priced by themselves, events alike of the month."""
    period = account.tier_period(name, at)
    begin, end = period or account.zone.period("month", at)
    draws = [e for e in entries if isinstance(e, Draw) and e.product == name and begin <= e.at < end]
    draws = [
        draw
        for draw in draws
        if _covers(account, name, draw.edition, draw.attributes)
        == _covers(account, name, draw.edition, known[draw.edition])
    ]
    if period is None:
        return [draw for draw in draws if draw.rating == rating]
    priced = _priced(account, name, account.book.edition_at(at), rating)
    return [draw for draw in draws if _priced(account, name, draw.edition, draw.rating) == priced]


def _covers(account: Account, name: str, edition: int, attributes: dict) -> list:
    """The place of the first cover of the product that fits, in each pool."""
    covers = [pool["covers"] for pool in account.book.editions[edition].pools.values()]
    return [
        next((n for n, c in enumerate(of) if c["product"] == name and fits(c.get("when"), attributes)), None)
        for of in covers
    ]


def _is_varied(account: Account, name: str, edition: int) -> bool:
    """Whether what it draws on pools depends on attributes."""
    pools = account.book.editions[edition].pools.values()
    return any(cover["product"] == name and cover.get("when") for pool in pools for cover in pool["covers"])


def _priced(account: Account, name: str, edition: int, rating: Rating) -> tuple:
    """What no price is for counts to the first that a rule has."""
    rules = account.book.editions[edition].products[name]["rules"]
    first = next((rule["name"] for rule in rules if rule.get("price")), None)
    return (first if rating.price is None else rating.price, rating.factor)


def _prices(account: Account, draw: Draw) -> str | None:
    """What its units cost, apart from who says so."""
    if draw.rating.price is None:
        rules = account.book.editions[draw.edition].products[draw.product]["rules"]
        named = next((rule["name"] for rule in rules if rule.get("price")), OWN_PRICE)
    else:
        named = draw.rating.price
    schedule = schedule_of(account.book.editions[draw.edition].products[draw.product], named)
    return repr({key: value for key, value in sorted(schedule.items()) if key != "source"})


def _kinds(account: Account, draws: list, settled_until: int) -> dict:
    """What a correction takes off together, the latest first: usage that costs the same, in whichever edition unless
    covers of pools ask for attributes, and is settled or not. Of events that are priced each by itself it is that of
    one edition and of what the periods of settlement and the month have in common."""
    kinds = {}
    for draw in draws[::-1]:
        product = account.products[draw.product]
        is_settled = draw.at < settled_until
        if account.book.editions[draw.edition].products[draw.product]["tier_period"] == "event":
            settling = account.zone.period(account.settle_key(draw.product), draw.at, product.first_opened)
            begin = max(settling[0], account.zone.period("month", draw.at)[0])
            key = (None if is_settled else begin, draw.edition)
        else:
            varied = draw.edition if _is_varied(account, draw.product, draw.edition) else None
            key = (is_settled, _prices(account, draw), varied)
        kinds.setdefault(key, []).append(draw)
    return kinds


SOURCES = ("postpaid", "packs", "free", "unbilled", "counted")  # of unbilled units those that count toward a tier last


def shares_of_kinds(account: Account, draws: list, in_flight: list, units: int, settled_until: int) -> dict:
    """What a correction takes off each kind, of which calls in flight are left; empty if there are not as many. Each
    source from the latest usage on."""
    kinds = _kinds(account, draws, settled_until)
    kind_of = {id(draw): kind for kind, of in kinds.items() for draw in of}
    room = {
        kind: sum(_units_of(draw, source) for draw in of for source in SOURCES)
        - sum(draw.units for draw in of if any(draw is held for held in in_flight))
        for kind, of in kinds.items()
    }
    shares = dict.fromkeys(kinds, 0)
    rest = units
    for source in SOURCES:
        for draw in draws[::-1]:
            kind = kind_of[id(draw)]
            share = max(0, min(_units_of(draw, source), rest, room[kind] - shares[kind]))
            shares[kind] += share
            rest -= share
    return {} if rest else shares


def _correct(account: Account, entry: Correction, before: list) -> dict:
    corrected = in_period(account, before, entry.product, entry.at, entry.rating, entry.attributes)
    off = dict.fromkeys(SOURCES, 0)
    drawn = Counter()
    for kind, draws in _kinds(account, corrected, entry.settled_until).items():
        rest = entry.shares.get(kind, 0)
        for source in SOURCES:
            for draw in draws:
                units = min(_units_of(draw, source), rest)
                _lower(draw, source, units)
                off[source] += units
                drawn[draw.edition, source] += units
                rest -= units
    for draw in corrected:
        draw.advance = _advance(account, draw, account.keys(entry.product))
    _move_down(before)
    lots = [e.lot for e in before if isinstance(e, Arrival) and not e.lot.refunded]
    lost = 0
    for edition in sorted({edition for edition, _ in drawn}, reverse=True):
        order = order_of_deduction(account, _probe(entry, edition), lots)[::-1]
        lost += _put_back([(lot, weight) for lot, weight in order if lot.source != "free"], drawn[edition, "packs"])
        lost += _put_back([(lot, weight) for lot, weight in order if lot.source == "free"], drawn[edition, "free"])
    off["unbilled"] += off.pop("counted")
    return {**off, "lost": lost}


def _move_down(entries: list) -> None:
    """Redrawn in the order of time: what came after the units that are gone stands where it would without them."""
    reached = {}
    for draw in entries:
        if isinstance(draw, Draw) and draw.counter is not None:
            draw.begin = reached.get(draw.counter, 0)
            reached[draw.counter] = draw.begin + draw.advance


def _probe(entry: Correction, edition: int) -> Draw:
    return Draw(entry.at, entry.product, 0, entry.attributes[edition], edition, entry.rating, "billed")


def _units_of(draw: Draw, source: str) -> int:
    if source == "postpaid":
        return draw.postpaid
    if source in ("unbilled", "counted"):
        return draw.unbilled if (draw.kind == "capacity") == (source == "counted") else 0
    return units_in(draw.packs if source == "packs" else draw.free)


def _lower(draw: Draw, source: str, units: int) -> None:
    if source == "postpaid":
        draw.postpaid -= units
    elif source in ("unbilled", "counted"):
        draw.taken_off += units
    else:
        parts = draw.packs if source == "packs" else draw.free
        while units:
            lot, taken = parts.pop()
            kept = max(0, taken - units)
            if kept:
                parts.append((lot, kept))
            units -= taken - kept


def _put_back(lots: list, units: int) -> int:
    for lot, weight in lots:
        back = min(floor((lot.full - lot.left) / weight), units)
        if back:
            lot.left += back * weight
            lot.given_back = True
            units -= back
    return int(units)


# Undoing


def _whole_units(lots: list, weights: list) -> int:
    """Units of a product that are left in lots, or units of their own where it draws on none of them."""
    return sum(floor(lot.left / weight) for lot, weight in zip(lots, weights))


def change(account: Account, draws: list, change_one) -> dict:
    """As if the call had been made otherwise: what was drawn since is drawn anew."""
    before_units = sum(draw.units for draw in draws)
    arrived = [entry.lot for entry in account.life if isinstance(entry, Arrival)]
    void = [lot for lot in arrived if not lot.refunded and lot.expires is not None and lot.expires <= account.now]
    weights = [(draws and _weight(account, draws[0], lot.owner)) or Fraction(1) for lot in void]
    before = _whole_units(void, weights)
    for draw in draws:
        change_one(draw)
    live_again(account)
    given_back = before_units - sum(draw.units for draw in draws)
    more = _whole_units(void, weights) - before
    lost = min(max(more, 0), given_back)
    return {"returned": given_back - lost, "lost": lost}
