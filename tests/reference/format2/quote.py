"""What a quantity costs by the price list alone."""

from fractions import Fraction

from .bill import cost_alone
from .book import Book
from .rating import attributes_at, check_attributes, lacks_its_measure, rate, require_attributes, schedule_of
from .schedules import Piece, line_amount, tier_fees
from .values import Refusal, rounded


def price(
    keys: dict, product: str, quantity: int, at: str, attributes: dict, before: int = 0, of_event: bool = False
) -> Fraction | str:
    """The amount after `before` other units that pick the tier, or the code of the refusal. Of an event a product may be
    left out."""
    book = Book(keys)
    instant = book.zone.parse(at)
    edition = book.editions[book.edition_at(instant)]
    sold = edition.products[product]
    try:
        check_attributes(edition, attributes, "usage")
        known = attributes_at(edition, book.zone, instant, attributes, {})
        require_attributes(sold, known)
        rating = rate(sold, known)
        if not rating.billable:
            return Fraction(0)
        if rating.price is None:
            raise Refusal("no_rule")
        if not of_event and quantity > 0 and lacks_its_measure(edition, sold, known, attributes):
            raise Refusal("missing_attribute")
    except Refusal as refusal:
        return refusal.code
    schedule = schedule_of(sold, rating.price)
    units = quantity * rating.unit
    hours = book.zone.hours_of_month(instant)
    if sold["tier_period"] == "event":
        return rounded(quantity * cost_alone(sold, rating, schedule, rating.unit, hours), book.rounding)
    pieces = [Piece(schedule, rating.factor, before, units)]
    amount = line_amount(pieces, before + units, schedule, hours)
    amount += tier_fees(pieces, before + units, schedule, hours, False)
    return rounded(rounded(amount, schedule.get("rounding")), book.rounding)


def price_event(keys: dict, event: str, quantity: int, at: str, attributes: dict) -> Fraction | str:
    """One of each product of the event, used one after the other: where each unit has the price of its slice, units
    of a counter that came before pick the tiers, otherwise all of that counter."""
    book = Book(keys)
    instant = book.zone.parse(at)
    edition = book.editions[book.edition_at(instant)]
    known = attributes_at(edition, book.zone, instant, attributes, {})
    counted = []  # counter, model and units of each product
    for product in edition.events[event]:
        sold = edition.products[product]
        alone = price(keys, product, quantity, at, attributes, of_event=True)
        if isinstance(alone, str):
            return alone
        rating = rate(sold, known)
        schedule = schedule_of(sold, rating.price) if rating.billable else {}
        counted.append((product, schedule.get("counter"), schedule.get("model"), quantity * rating.unit))
    lacking = [
        rate(sold, known).billable and lacks_its_measure(edition, sold, known, attributes)
        for sold in (edition.products[product] for product in edition.events[event])
    ]
    if quantity > 0 and all(lacking):
        return "missing_attribute"
    total = Fraction(0)
    for place, (product, counter, model, _) in enumerate(counted):
        others = counted[:place] if model == "graduated" else counted[:place] + counted[place + 1 :]
        before = sum(units for _, other, _, units in others if counter is not None and other == counter)
        amount = price(keys, product, quantity, at, attributes, before, of_event=True)
        if isinstance(amount, str):
            return amount
        total += amount
    return total
