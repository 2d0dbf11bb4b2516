"""Amounts in several currencies, brought into one by rates that the caller gives."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from faregate._core import Invalid
from faregate._documents import failure
from faregate._exact import exactly, rounded

_RATE_MOST = 10**12
_DECIMALS = 12  # of an amount, at most


@exactly
def in_common(amount: Decimal, currency: str, rates: Mapping[str, Decimal]) -> Decimal:
    """The amount in the common currency, exactly; only what goes beyond the decimals that an amount can have is
    rounded."""
    rate = rates[currency]
    if rate == 1:
        return amount
    decimals = -sum(part.as_tuple().exponent for part in (amount, rate))  # type: ignore[misc]
    return amount * rate if decimals <= _DECIMALS else rounded(Fraction(amount) * Fraction(rate))


def rates_of(currencies: set[str], common: str, fx: Mapping[str, Any]) -> dict[str, Decimal]:
    """The value of one unit of each currency in the common currency. Every rate is checked, also one that is not
    needed."""
    given = {currency: rate_of(currency, rate) for currency, rate in fx.items()}
    rates = {common: Decimal(1)}
    for currency in sorted(currencies - {common}):
        if currency not in given:
            raise failure(
                Invalid, f"fx: {currency} and {common} are not the same money; give fx={{{currency!r}: rate}}"
            )
        rates[currency] = given[currency]
    return rates


def rate_of(currency: str, given: Any) -> Decimal:
    exact = isinstance(given, (str, int, Decimal)) and not isinstance(given, bool)
    try:
        rate = Decimal(given) if exact else Decimal(0)
    except ArithmeticError:
        rate = Decimal(0)
    if not rate.is_finite() or not 0 < rate < _RATE_MOST or rate.adjusted() < -_DECIMALS:
        raise failure(Invalid, f"fx.{currency}: expected an exact rate above 0, such as '7.1', not {given!r}")
    return rate
