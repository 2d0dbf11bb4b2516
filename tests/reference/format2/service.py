"""Products that open, close and switch; who may be served; and how a usage is recorded."""

from fractions import Fraction

from . import aggregates, bill, grants
from .book import Edition
from .life import live
from .rating import (
    Rating,
    attributes_at,
    check_attributes,
    fits,
    lacks_its_measure,
    named_attributes,
    rate,
    require_attributes,
    schedule_of,
)
from .schedules import Piece, priced_null, slices, tier_reached
from .state import Account, Draw, Product
from .values import MOST_UNITS, Refusal


def open_product(account: Account, name: str) -> list:
    product = account.product(name)
    if product.open:
        raise Refusal("already_open")
    choice = choice_of(account, name)
    if choice is not None:
        others = [other for other in choice["products"] if other != name and account.products[other].open]
        if others and choice.get("switch", "now") != "now":
            return _switch_later(account, choice, others[0], name)
        for other in others:
            close_product(account, account.products[other])
        _drop_pending(account, choice)
    _open(account, product)
    bill.begin_settling(account, name)
    pools = [pool for pool in account.edition.pools if name in grants.covered_by(account, pool)]
    return [lot for owner in (name, *pools) for lot in grants.issue_due(account, owner, opening=True)]


def _open(account: Account, product: Product) -> None:
    product.open = True
    product.spans.append([account.now, None])


def close_product(account: Account, product: Product) -> None:
    product.open = False
    product.spans[-1][1] = account.now
    aggregate = account.keys(product.id).get("aggregate")
    if aggregate and aggregate["take"] == "held":
        aggregates.close_held(account, product)


# Choices: at most one of their products is open


def choice_of(account: Account, name: str) -> dict | None:
    return next((choice for choice in account.edition.choices if name in choice["products"]), None)


def _switch_later(account: Account, choice: dict, closing: str, opening: str) -> list:
    """At the end of the period; until then the last `open` holds."""
    product = account.products[closing]
    _, at = account.zone.period(choice["switch"], account.now, product.first_opened)
    _drop_pending(account, choice)
    account.switches.append((at, closing, opening, choice["id"]))
    return []


def _drop_pending(account: Account, choice: dict) -> None:
    """The last `open` holds."""
    account.switches = [entry for entry in account.switches if entry[3] != choice["id"]]


def switch_due(account: Account) -> None:
    due = [entry for entry in account.switches if entry[0] == account.now]
    account.switches = [entry for entry in account.switches if entry[0] > account.now]
    for _, closing, opening, _ in due:
        if opening not in account.edition.products:
            continue  # it is sold no more, so nothing is closed for it
        if account.products[closing].open:
            close_product(account, account.products[closing])
        if not account.products[opening].open:
            open_product(account, opening)


# Usage


def names_of(account: Account, name: str) -> list:
    """A usage of an event is one of each of its products."""
    return account.edition.events.get(name, [name])


def require_service(account: Account, name: str) -> Product:
    """The refusals `use` and `call` have in common, in their fixed order."""
    product = account.product(name)
    account.require_open(product)
    if account.violation:
        raise Refusal("violation")
    if (account.suspended or product.suspended) and not _keeps_prepaid(account, name):
        raise Refusal("suspended")
    mode = account.mode_in_force(product)
    if mode != account.keys(name)["meter"] and not account.held_capacity(product, mode):
        raise Refusal("no_capacity")
    return product


def rated(account: Account, name: str, quantity: int, attributes: dict, billable: bool = True) -> Draw:
    """A usage before it is drawn."""
    number = account.edition_number
    keys = account.keys(name)
    check_attributes(account.edition, attributes, "usage")
    known = attributes_at(account.edition, account.zone, account.now, attributes, account.attributes)
    require_attributes(keys, known)
    rating = rate(keys, known)
    draw = Draw(account.now, name, quantity, known, number, rating, _mode_of(account, name), billable)
    draw.of_account = dict(account.attributes)
    if rating.billable and rating.price is None:
        raise Refusal("no_rule")
    if draw.units > MOST_UNITS:
        raise Refusal("overflow")
    return draw


def require_measured(account: Account, draws: list, given: dict) -> None:
    """A usage that says of none of its products how much of it there is lacks an attribute; a call may leave that to its
    commit."""
    if draws and all(
        draw.quantity > 0
        and draw.rating.billable
        and lacks_its_measure(account.edition, account.keys(draw.product), draw.attributes, given)
        for draw in draws
    ):
        raise Refusal("missing_attribute")


def _mode_of(account: Account, name: str) -> str:
    """R17: what draws on nothing."""
    in_usage_mode = account.mode_in_force(account.products[name]) == account.keys(name)["meter"]
    return "billed" if in_usage_mode else "capacity"


def as_the_call(account: Account, draw: Draw, units: int, given: dict, attributes: dict, rating: Rating) -> Draw:
    """What a commit adds is of the mode, period and edition of the commit, priced as of the call's instant. If that
    edition cannot price it, the call's own does."""
    edition, mode = account.edition_number, _mode_of(account, draw.product)
    again = None if edition == draw.edition else _rated_now(account, draw, given)
    if again is None:
        edition, again = draw.edition, (attributes, rating)
    attributes, rating = again
    return Draw(account.now, draw.product, 1, attributes, edition, rating, mode, fixed_units=units)


def _rated_now(account: Account, draw: Draw, given: dict) -> tuple | None:
    """The attributes and the rating of a call in the edition in force, which need not know what the product does not
    ask; None if it cannot price the call."""
    edition = account.edition
    keys = edition.products.get(draw.product)
    if keys is None:
        return None
    asked = named_attributes(keys)
    given = {name: value for name, value in given.items() if name in asked or _knows(edition, name, value)}
    try:
        check_attributes(edition, given, "usage")
        known = attributes_at(edition, account.zone, draw.at, given, draw.of_account)
        require_attributes(keys, known)
        rating = rate(keys, known)
    except Refusal:
        return None
    return None if rating.price is None and rating.billable else (known, rating)


def _knows(edition: Edition, name: str, value) -> bool:
    try:
        check_attributes(edition, {name: value}, "usage")
    except Refusal:
        return False
    return True


def record(account: Account, draws: list, asked: bool = True) -> list:
    """All or nothing; what has happened unasked is not refused."""
    length = len(account.life)
    levels = [(lot, lot.left) for lot in account.lots]
    try:
        for draw in draws:
            _record_one(account, draw, asked)
    except Refusal:
        del account.life[length:]
        for lot, left in levels:
            lot.left = left
        raise
    return draws


def _record_one(account: Account, draw: Draw, asked: bool) -> None:
    keys = account.keys(draw.product)
    product = account.products[draw.product]
    if keys.get("aggregate"):
        return
    live(account, draw)
    begin, end = account.zone.period("month", account.now)
    if sum(other.units for other in account.draws(draw.product) if begin <= other.at < end) > MOST_UNITS:
        raise Refusal("overflow")
    if not asked:
        return
    stopped = account.suspended or product.suspended
    if stopped and draw.postpaid:  # what lots cover whole is served
        raise Refusal("suspended")
    if draw.postpaid and not _postpaid(keys, product):
        raise Refusal("postpaid_off")
    if draw.postpaid and _meets_null(account, draw):
        raise Refusal("not_sold")


def sample(account: Account, draws: list) -> None:
    """Events of aggregates are kept until their period's end."""
    for draw in draws:
        keys = account.keys(draw.product)
        if keys.get("aggregate") and draw.kind == "billed":
            by = draw.attributes.get(keys["aggregate"].get("by"))
            aggregates.add_sample(account, account.products[draw.product], draw.units, by)


def _keeps_prepaid(account: Account, name: str) -> bool:
    for rule in account.edition.arrears:
        if name in rule.get("products", account.products) and fits(rule.get("when"), account.known):
            return rule.get("keeps", "nothing") == "prepaid"
    return False


def _postpaid(keys: dict, product: Product) -> bool:
    return keys["postpaid"] == "always" or (keys["postpaid"] == "opt_in" and product.postpaid_on)


def _meets_null(account: Account, draw: Draw) -> bool:
    """A null price refuses what would have to be charged at it."""
    schedule = schedule_of(account.edition.products[draw.product], draw.rating.price)
    hours = account.zone.hours_of_month(draw.at)
    if account.tier_period(draw.product, draw.at) is None:
        return any(_is_null_alone(schedule, units, hours) for _, units in bill.alone(draw))
    if schedule["model"] == "graduated":
        piece = Piece(schedule, draw.rating.factor, draw.begin + draw.advance - draw.postpaid, draw.postpaid)
        return any(priced_null(schedule, tier) for tier, _ in slices(piece, hours))
    return priced_null(schedule, tier_reached(schedule, draw.begin + draw.advance, hours))


def _is_null_alone(schedule: dict, units: int, hours: int) -> bool:
    if schedule["model"] == "graduated":
        return any(priced_null(schedule, tier) for tier, _ in slices(Piece(schedule, Fraction(1), 0, units), hours))
    return priced_null(schedule, tier_reached(schedule, units, hours))


def usage_answer(draws: list) -> dict:
    """Over the products of an event together."""
    return {
        "free": sum(units for draw in draws for _, units in draw.free),
        "packs": [{"id": lot.id, "units": units} for draw in draws for lot, units in draw.packs],
        "postpaid": sum(draw.postpaid for draw in draws),
        "unbilled": sum(draw.unbilled for draw in draws),
    }
