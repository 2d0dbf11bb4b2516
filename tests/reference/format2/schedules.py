"""What a line costs in one tier period: its pieces, each at the price of its edition, its factor and its tier."""

import itertools
from dataclasses import dataclass
from fractions import Fraction

from .values import rounded_up


@dataclass(frozen=True)
class Piece:
    """Charged units of one usage, at positions `begin` to `begin + units` of their counter."""

    schedule: dict  # the price by the edition in force when they were used
    factor: Fraction
    begin: int
    units: int
    order: tuple = (0, 0)  # its edition, and the place of its factor in the order of the book


def _tiers(schedule: dict, hours: int) -> list:
    scale = hours if schedule.get("per_hours_of_month") else 1
    if schedule["model"] == "flat":
        return [(0, schedule.get("price"), None)]
    return [(int(tier["from"]) * scale, tier.get("price"), tier.get("fee")) for tier in schedule["tiers"]]


def _per(schedule: dict, hours: int) -> int:
    return int(schedule.get("per", 1)) * (hours if schedule.get("per_hours_of_month") else 1)


def tier_reached(schedule: dict, quantity: int, hours: int = 1) -> int:
    """A tier holds its lower edge, or its upper one where the schedule says so. A begun block counts in full."""
    quantity = rounded_up(quantity, int(schedule.get("block", 1)))
    upper = schedule.get("edges") == "upper"
    edges = [edge for edge, _, _ in _tiers(schedule, hours)]
    reached = [place for place, edge in enumerate(edges) if edge < quantity or (edge == quantity and not upper)]
    return reached[-1] if reached else 0


def published(schedule: dict, tier: int, hours: int = 1) -> Fraction:
    """The price of a tier; the last published below it where it has none, 0 where there is none."""
    prices = [price for _, price, _ in _tiers(schedule, hours)[: tier + 1] if price is not None]
    return Fraction(prices[-1]) if prices else Fraction(0)


def slices(piece: Piece, hours: int):
    """(tier, units) of a graduated piece."""
    tiers = _tiers(piece.schedule, hours)
    end = piece.begin + piece.units
    for place, (edge, _, _) in enumerate(tiers):
        above = tiers[place + 1][0] if place + 1 < len(tiers) else end
        units = min(end, above) - max(piece.begin, edge)
        if units > 0:
            yield place, units


def _parts(piece: Piece, count: int, hours: int):
    """(tier, units) of a piece of any model but stairstep."""
    if piece.schedule["model"] == "graduated":
        yield from slices(piece, hours)
    else:
        yield tier_reached(piece.schedule, count, hours), piece.units


def line_amount(pieces: list[Piece], count: int, last: dict, hours: int) -> Fraction:
    """`count` is where the counter stands, `last` the schedule of the edition at the period's end."""
    charged = sum(piece.units for piece in pieces)
    if last["model"] == "stairstep":
        # The whole amount, at the last factor in the order of the book, of several editions by the latest that used it.
        factor = max(pieces, key=lambda piece: piece.order[::-1]).factor if charged else 0
        return published(last, tier_reached(last, count, hours), hours) * factor
    amount = Fraction(0)
    unit_prices = {}
    for piece in pieces:
        for tier, units in _parts(piece, count, hours):
            unit_price = published(piece.schedule, tier, hours) * piece.factor / _per(piece.schedule, hours)
            amount += units * unit_price
            edition, factor = piece.order
            unit_prices[edition, _tiers(piece.schedule, hours)[tier][0], factor] = unit_price
    if charged:
        rest = rounded_up(charged, int(last.get("block", 1))) - charged
        amount += rest * unit_prices[_place_of_rest(list(unit_prices))]
    return amount


def _place_of_rest(places: list[tuple]) -> tuple:
    """Of (edition, lower edge, factor) the one at which the rest of a begun block is charged: the last tier, and of what
    stands in it, in whichever editions, the last factor in the order of the book, by the latest edition."""
    places.sort(reverse=True)
    _, edge, _ = places[0]
    in_tier = itertools.takewhile(lambda place: place[1] == edge, places)
    return max(in_tier, key=lambda place: (place[2], place[0]))


def moved(pieces: list[Piece], last: dict, ends: dict) -> list[Piece]:
    """A stairstep has no price of a unit: what was used at one is priced by the edition at the period's end. There it has
    the last positions of its edition, which `ends` has, one factor after another."""
    still = [piece for piece in pieces if piece.schedule["model"] != "stairstep"]
    steps = [piece for piece in pieces if piece.schedule["model"] == "stairstep"]
    for edition in {piece.order[0] for piece in steps}:
        end = ends[edition]
        for piece in sorted((step for step in steps if step.order[0] == edition), key=lambda step: -step.order[1]):
            still.append(Piece(last, piece.factor, end - piece.units, piece.units, piece.order))
            end -= piece.units
    return still


def tier_fees(pieces: list[Piece], count: int, last: dict, hours: int, first_anyway: bool) -> Fraction:
    """Volume: that of the tier reached; graduated: those of all tiers in which a unit is charged, in any edition."""
    fees = [fee for _, _, fee in _tiers(last, hours)]
    if last["model"] == "graduated":
        held = {tier for piece in pieces for tier, _ in _parts(piece, count, hours)} | ({0} if first_anyway else set())
    else:
        reached = any(piece.units for piece in pieces) or first_anyway
        held = {tier_reached(last, count, hours)} if reached else set()
    return sum((Fraction(fee) for tier, fee in enumerate(fees) if tier in held and fee is not None), Fraction(0))


def priced_null(schedule: dict, tier: int) -> bool:
    return _tiers(schedule, 1)[tier][1] is None


def order_amount(schedule: dict, quantity: int, tier_quantity: int) -> Fraction | None:
    """A purchase priced by a schedule; None where what it reaches is not sold."""
    piece = Piece(schedule, Fraction(1), 0, quantity)
    if schedule["model"] == "graduated":
        reached = [tier for tier, _ in slices(piece, 1)]
    else:
        reached = [tier_reached(schedule, tier_quantity)]
    if any(priced_null(schedule, tier) for tier in reached):
        return None
    return line_amount([piece], tier_quantity, schedule, 1)
