"""Attributes, rules and terms: what a usage of a product costs by the unit, and how many units it is
(docs/price-book.md).

Each of price, factor, terms and billability comes from the first rule that fits and has it, then from the product.
"""

from dataclasses import dataclass
from fractions import Fraction

from .book import OWN_PRICE, Edition
from .civil import Zone
from .values import MOST_UNITS, Refusal, rounded_whole

OF_THE_CLOCK = ("hour", "weekday")


@dataclass(frozen=True)
class Rating:
    price: str | None  # the name of the price: that of its rule, or of the product's own
    factor: Fraction
    billable: bool
    unit: int  # units of one of the `quantity` alike
    factor_place: int = 0  # in the order of the book: none, then those of the rules


def check_attributes(edition: Edition, given: dict, of: str) -> None:
    """Declared ones only; a text is one of its values, a number is whole and within its range."""
    for name, value in given.items():
        declared = edition.attributes.get(name)
        if declared is None or declared.get("of", "usage") != of:
            raise Refusal("unknown_value")
        if "values" in declared:
            if not isinstance(value, str) or value not in declared["values"]:
                raise Refusal("unknown_value")
        elif isinstance(value, str) or not _within(value, declared["whole"]):
            raise Refusal("unknown_value")


def _within(value: int, bounds: dict) -> bool:
    return bounds.get("from", 0) <= value and ("below" not in bounds or value < bounds["below"])


def account_in(edition: Edition, of_account: dict) -> dict:
    """The account's attributes without those that the edition does not have, or not with that value."""
    known = {}
    for name, value in of_account.items():
        try:
            check_attributes(edition, {name: value}, "account")
        except Refusal:
            continue
        known[name] = value
    return known


def attributes_at(edition: Edition, zone: Zone, at: int, given: dict, of_account: dict) -> dict:
    """What a usage is known by: its own attributes, the account's, defaults, and the clock."""
    of_account = account_in(edition, of_account)
    defaults = {
        name: declared["default"]
        for name, declared in edition.attributes.items()
        if declared.get("default") is not None
    }
    civil = zone.civil(at)
    return {**defaults, **of_account, **given, "hour": civil.hour, "weekday": civil.isoweekday()}


def fits(when: dict | None, attributes: dict) -> bool:
    """All must hold; absence never matches anything."""
    return all(name in attributes and _matches(wanted, attributes[name]) for name, wanted in (when or {}).items())


def _matches(wanted, value) -> bool:
    if isinstance(wanted, dict):
        return _within(value, {"from": 0, **wanted})
    return value in wanted if isinstance(wanted, list) else value == wanted


def _named_by_term(term) -> set:
    if isinstance(term, str):
        return {term}
    if isinstance(term, dict):
        return {part for part in (term["of"], term.get("less")) if isinstance(part, str)}
    return set()


def named_attributes(product: dict) -> set:
    """What the product's rules and terms ask."""
    terms = [*product.get("quantity", ())]
    named = set()
    for rule in product["rules"]:
        named |= set(rule.get("when") or {})
        terms += rule.get("quantity", ())
    for term in terms:
        named |= _named_by_term(term)
    if (product.get("aggregate") or {}).get("by"):
        named.add(product["aggregate"]["by"])
    return named - set(OF_THE_CLOCK)


def require_attributes(product: dict, attributes: dict) -> None:
    if not named_attributes(product) <= set(attributes):
        raise Refusal("missing_attribute")


def scaled(value: Fraction, term: dict) -> int:
    """What `less`, `least`, `divide` and `round` make of a value."""
    rest = max(Fraction(0), value - term.get("less", 0))
    if rest > 0:
        rest = max(rest, Fraction(term.get("least", 0)))
    return rounded_whole(rest / term.get("divide", 1), term.get("round", "up"))


def _term(term, attributes: dict) -> int:
    if isinstance(term, str):
        return attributes[term]
    if isinstance(term, int):
        return term
    less = term.get("less", 0)
    less = attributes[less] if isinstance(less, str) else less
    return scaled(Fraction(attributes[term["of"]]), {**term, "less": less})


def _units_of_one(terms, attributes: dict) -> int:
    units = 1
    for term in terms or ():
        units *= _term(term, attributes)
    if units > MOST_UNITS:
        raise Refusal("overflow")
    return units


def rate(product: dict, attributes: dict, with_terms: bool = True) -> Rating:
    fitting = [rule for rule in product["rules"] if fits(rule.get("when"), attributes)]

    def first(key: str, otherwise):
        return next(((rule[key], rule["name"]) for rule in fitting if rule.get(key) is not None), otherwise)

    _, price = first("price", (product.get("price"), OWN_PRICE if product.get("price") else None))
    factor, _ = first("factor", ("1", None))
    terms, _ = first("quantity", (product.get("quantity"), None))
    billable, _ = first("billable", ("yes", None))
    units = _units_of_one(terms if with_terms else (), attributes)
    factors = [Fraction(1), *(Fraction(rule["factor"]) for rule in product["rules"] if rule.get("factor") is not None)]
    place = factors.index(Fraction(factor))
    return Rating(price, Fraction(factor), billable == "yes", units, place)


def lacks_its_measure(edition: Edition, product: dict, known: dict, given: dict) -> bool:
    """Whether a term measures an attribute that is not given and has the default 0, which alone makes the units 0."""
    fitting = [rule["quantity"] for rule in product["rules"] if rule.get("quantity") and fits(rule.get("when"), known)]
    terms = fitting[0] if fitting else product.get("quantity") or ()
    measured = [term["of"] if isinstance(term, dict) else term for term in terms]
    declared = [edition.attributes.get(name, {}) for name in measured if isinstance(name, str) and name not in given]
    return any(
        attribute.get("default") == 0 and attribute.get("of", "usage") == "usage" and "values" not in attribute
        for attribute in declared
    )


def has_price(product: dict, price: str) -> bool:
    if price == OWN_PRICE:
        return bool(product.get("price"))
    return any(rule["name"] == price and rule.get("price") for rule in product["rules"])


def schedule_of(product: dict, price: str) -> dict:
    """The schedule that a name of a price stands for in an edition's product."""
    if price == OWN_PRICE:
        return product["price"]
    return next(rule["price"] for rule in product["rules"] if rule["name"] == price)
