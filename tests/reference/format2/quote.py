"""What a quantity costs by the price list alone."""

from fractions import Fraction

from .bill import cost_alone
from .book import Book
from .rating import attributes_at, check_attributes, rate, require_attributes, schedule_of
from .schedules import Piece, line_amount, tier_fees
from .values import Refusal, rounded


def price(keys: dict, product: str, quantity: int, at: str, attributes: dict, before: int = 0) -> Fraction | str:
    """The amount after `before` other units that pick the tier, or the code of the refusal."""
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
