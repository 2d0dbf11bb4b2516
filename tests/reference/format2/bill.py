"""What a product's usage costs: lines of a tier period, what they add up to, and fees of the time it was open.

A line is a product and the name of its price, over all factors and editions (docs/price-book.md, Settlement).
"""

from fractions import Fraction

from .book import OWN_PRICE
from .rating import Rating, fits, has_price, schedule_of
from .schedules import Piece, line_amount, moved, tier_fees
from .state import Account, Draw, Product
from .values import rounded

LEAST, MOST = "least", "most"  # names of lines of a difference


def _last_edition(account: Account, end: int, cut: int) -> int:
    """The edition at the period's end, or at `cut` where that comes first; none that begins after now is known."""
    return account.book.edition_at(min(end - 1, cut - 1, account.now))


def _last_schedule(account: Account, name: str, price: str, end: int, cut: int) -> dict:
    """That of the edition at the period's end; of the last before it that had the price, where it has it no more."""
    number = _last_edition(account, end, cut)
    named = [
        edition.products[name]
        for edition in account.book.editions[: number + 1]
        if name in edition.products and has_price(edition.products[name], price)
    ]
    return schedule_of(named[-1], price)


def _schedule(account: Account, draw: Draw) -> dict:
    return schedule_of(account.book.editions[draw.edition].products[draw.product], draw.rating.price)


def _pieces(account: Account, draws: list) -> list:
    """The charged part of a usage has the last positions of its advance."""
    return [
        Piece(
            _schedule(account, draw),
            draw.rating.factor,
            draw.begin + draw.advance - draw.postpaid,
            draw.postpaid,
            (draw.edition, draw.rating.factor_place),
        )
        for draw in draws
        if draw.postpaid
    ]


def _is_plain(account: Account, name: str) -> bool:
    """Without rules, terms, aggregate, pools and shared counters a product is priced as in format 1."""
    for edition in account.book.editions:
        if name not in edition.products:
            continue
        keys = edition.products[name]
        pooled = any(cover["product"] == name for pool in edition.pools.values() for cover in pool["covers"])
        if account.book.switch("tier_basis", keys) != "residual" and (keys["grants"] or keys["packs"]):
            return False
        if pooled or keys["rules"] or keys.get("quantity") or keys.get("aggregate") or keys["price"].get("counter"):
            return False
    return True


def _as_one(pieces: list, count: int) -> Piece:
    """In format 1 the units charged are the last of all that pick the tier in the period."""
    charged = sum(piece.units for piece in pieces)
    return Piece(pieces[0].schedule, pieces[0].factor, count - charged, charged)


def _count(account: Account, counter, cut: int, edition: int | None = None) -> int:
    """Where the counter stands at `cut`, or stood there at the end of an edition."""
    draws = [draw for draw in account.draws() if draw.counter == counter and draw.at < cut]
    return sum(draw.advance for draw in draws if edition is None or draw.edition <= edition)


def _hours(account: Account, instant: int) -> int:
    return account.zone.hours_of_month(instant)


def lines_of_period(account: Account, name: str, begin: int, end: int, cut: int) -> dict:
    """Exact amounts by line of one tier period, as if it ended at `cut`."""
    keys = account.last_keys(name, _last_edition(account, end, cut))
    draws = [d for d in account.draws(name) if begin <= d.at < min(end, cut) and d.kind == "billed"]
    was_open = account.was_on_sale(name, begin, min(end, cut))
    prices = {draw.rating.price for draw in draws if draw.rating.price is not None}
    if was_open and keys.get("price"):
        prices.add(OWN_PRICE)
    lines = {}
    for price in sorted(prices):
        of_price = [draw for draw in draws if draw.rating.price == price]
        last = _last_schedule(account, name, price, end, cut)
        pieces = _pieces(account, of_price)
        counter = of_price[0].counter if of_price else None
        count = _count(account, counter, cut) if of_price else 0
        if last["model"] != "stairstep":
            ends = {number: _count(account, counter, cut, number) for number in {piece.order[0] for piece in pieces}}
            pieces = moved(pieces, last, ends)
        if pieces and _is_plain(account, name) and len({id(piece.schedule) for piece in pieces}) == 1:
            pieces = [_as_one(pieces, count)]
        hours = _hours(account, begin)
        amount = line_amount(pieces, count, last, hours)
        amount += tier_fees(pieces, count, last, hours, price == OWN_PRICE and was_open)
        lines[price] = rounded(amount, last.get("rounding"))
    return _with_bounds(lines, keys, was_open or any(draw.units for draw in draws))


def _with_bounds(lines: dict, keys: dict, counts: bool) -> dict:
    """`least` and `most` add a line of the difference."""
    total = sum(lines.values(), Fraction(0))
    if counts and keys.get("least") is not None and total < Fraction(keys["least"]):
        lines[LEAST] = Fraction(keys["least"]) - total
    if keys.get("most") is not None and total > Fraction(keys["most"]):
        lines[MOST] = Fraction(keys["most"]) - total
    return lines


# Each event by itself


def alone(draw: Draw) -> list:
    """(how many, charged units) of the events alike of a usage that cost something: those that lots left whole, and one
    that they cover in part. What a commit adds to a call that is settled is one more event, or several of the same size."""
    one = draw.rating.unit
    if draw.fixed_units is not None and (one == 0 or draw.fixed_units % one):
        one = draw.fixed_units
    if one == 0:
        return []
    whole, rest = divmod(draw.postpaid, one)
    return [(number, units) for number, units in ((whole, one), (1, rest)) if number and units]


def cost_alone(keys: dict, rating: Rating, schedule: dict, units: int, hours: int) -> Fraction:
    """Of one event, one amount with its `least` and `most`: what has no units costs nothing."""
    if not units:
        return Fraction(0)
    pieces = [Piece(schedule, rating.factor, 0, units)]
    amount = line_amount(pieces, units, schedule, hours) + tier_fees(pieces, units, schedule, hours, False)
    lines = _with_bounds({rating.price: rounded(amount, schedule.get("rounding"))}, keys, True)
    return sum(lines.values(), Fraction(0))


def lines_of_events(account: Account, name: str, begin: int, end: int) -> dict:
    lines = {}
    for draw in account.draws(name):
        if not begin <= draw.at < end or draw.kind != "billed":
            continue
        keys = account.book.editions[draw.edition].products[name]
        last = _schedule(account, draw)
        hours = _hours(account, draw.at)
        lines.setdefault(draw.rating.price, Fraction(0))
        for number, units in alone(draw):
            cost = number * cost_alone(keys, draw.rating, last, units, hours)
            lines[draw.rating.price] += cost
    return lines


# What an invoice takes of it


def settle_period(account: Account, name: str, instant: int) -> tuple[int, int]:
    return account.zone.period(account.settle_key(name), instant, account.products[name].first_opened)


def begin_settling(account: Account, name: str) -> None:
    """From the first opening on."""
    product = account.products[name]
    if product.settled_until is None:
        product.settled_until = settle_period(account, name, account.now)[0]


def running(account: Account, name: str, begin: int, end: int) -> tuple[int, dict]:
    """The longer of settle and tier period that [begin, end) is of, and its exact amounts by line until `end`."""
    keys = account.last_keys(name)
    if keys["tier_period"] == "event":
        return begin, lines_of_events(account, name, begin, end)
    tier_begin, tier_end = account.tier_period(name, begin)
    if tier_end >= end:
        return tier_begin, lines_of_period(account, name, tier_begin, tier_end, end)
    lines = {}
    at = begin
    while at < end:
        tier_begin, tier_end = account.tier_period(name, at)
        for line, amount in lines_of_period(account, name, tier_begin, tier_end, end).items():
            lines[line] = lines.get(line, Fraction(0)) + amount
        at = tier_end
    return begin, lines


def invoice_lines(account: Account, name: str, begin: int, end: int) -> tuple[int, dict]:
    """round(running total) - what was invoiced of it, by line."""
    long_begin, lines = running(account, name, begin, end)
    invoiced = account.products[name].invoiced
    for line in {line for start, line in invoiced if start == long_begin}:
        lines.setdefault(line, Fraction(0))
    rounding = account.book.rounding
    return long_begin, {
        line: rounded(amount, rounding) - invoiced.get((long_begin, line), 0) for line, amount in lines.items()
    }


def has_usage(account: Account, name: str, begin: int, end: int) -> bool:
    """Usage in the usage mode, also where lots covered it."""
    draws = account.draws(name)
    return any(
        begin <= d.at < end and d.kind == "billed" and d.postpaid + sum(u for _, u in [*d.free, *d.packs]) > 0
        for d in draws
    )


def units_of_line(account: Account, name: str, line, begin: int, end: int) -> dict:
    """Of the usage priced by the name of a price in [begin, end)."""
    draws = [d for d in account.draws(name) if begin <= d.at < end and d.kind == "billed" and d.rating.price == line]
    return {
        "units": sum(draw.postpaid for draw in draws),
        "free": sum(units for draw in draws for _, units in draw.free),
        "packs": sum(units for draw in draws for _, units in draw.packs),
    }


# Fees (docs/price-book.md, Fees)


def _fee_fraction(account: Account, product: Product, fee: dict, begin: int, end: int) -> Fraction:
    """The part of [begin, end), which is within one fee period, that the product was open, of that period."""
    zone = account.zone
    whole_begin, whole_end = zone.period(fee["every"], begin, product.first_opened)
    if fee.get("prorate", "none") == "seconds":
        micros = sum(
            max(0, min(end, closed if closed is not None else end) - max(begin, opened))
            for opened, closed in product.spans
        )
        return Fraction(micros, whole_end - whole_begin)
    days = list(zone.days(whole_begin, whole_end))
    held = [
        day
        for day, day_begin, day_end in zone.days(begin, end)
        if any(opened < day_end and (closed is None or closed >= day_end) for opened, closed in product.spans)
    ]
    return Fraction(len(held), len(days))


def _fee_of_period(account: Account, product: Product, id: str, every, begin: int, end: int) -> Fraction:
    """Prorated fees are cut where an edition begins; another is that of its period's begin."""
    editions = account.book.editions
    first = account.book.edition_at(begin)
    cuts = [edition.begin for edition in editions[first + 1 :] if edition.begin < end]
    amount = Fraction(0)
    for start, stop in zip([begin, *cuts], [*cuts, end]):
        fee = _fee(editions[account.book.edition_at(start)], product.id, id)
        if fee is None or fee["every"] != every or not fits(fee.get("when"), account.known):
            continue
        if fee.get("prorate", "none") != "none":
            amount += Fraction(fee["amount"]) * _fee_fraction(account, product, fee, start, stop)
        elif start == begin:
            return Fraction(fee["amount"]) if product.open_within(begin, end) else Fraction(0)
    return amount


def _fee(edition, name: str, id: str) -> dict | None:
    return next((fee for fee in _fees(edition, name) if fee["id"] == id), None)


def _fees(edition, name: str) -> list:
    """None of a product that the edition does not sell."""
    return edition.products[name]["fees"] if name in edition.products else []


def _fee_ids(account: Account, name: str) -> list:
    """Of all editions so far: what a fee had come to when it ended is still due."""
    editions = account.book.editions[: account.edition_number + 1]
    return list(dict.fromkeys(fee["id"] for edition in editions for fee in _fees(edition, name)))


def _every(account: Account, name: str, id: str):
    known = (_fee(edition, name, id) for edition in account.book.editions)
    return next(fee["every"] for fee in known if fee is not None)


def due_fees(account: Account, name: str, until: int) -> tuple[dict, set]:
    """By fee what its periods that have ended by `until`, and that no invoice has seen, come to; and these periods. A
    fee once for all is due until it is charged; its one period begins at the first opening."""
    product = account.products[name]
    fees, seen = {}, set()
    if product.first_opened is None or product.first_opened >= until:
        return fees, seen
    for id in _fee_ids(account, name):
        every = _every(account, name, id)
        if every == "once":
            fee = _fee(account.book.editions[account.book.edition_at(product.first_opened)], name, id)
            if fee and (id, None) not in product.charged_fees and fits(fee.get("when"), account.known):
                fees[id] = Fraction(fee["amount"])
                seen.add((id, None))
            continue
        begin, end = account.zone.period(every, product.first_opened, product.first_opened)
        while end <= until:
            if (id, begin) not in product.charged_fees:
                fees[id] = fees.get(id, Fraction(0)) + _fee_of_period(account, product, id, every, begin, end)
                seen.add((id, begin))
            begin, end = account.zone.period(every, end, product.first_opened)
    return {id: amount for id, amount in fees.items() if amount}, seen
