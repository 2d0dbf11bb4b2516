"""Decimal arithmetic that does not depend on the caller's context, whose precision would round amounts."""

from collections.abc import Callable
from decimal import Context, Decimal, Inexact, InvalidOperation, localcontext
from fractions import Fraction
from functools import wraps
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")

# Amounts have at most 26 digits before the point and 12 behind it, so that 10^20 of them still add up exactly. A result
# that does not fit raises an error.
_EXACT = Context(prec=100, traps=[Inexact, InvalidOperation])


def exactly(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Returns the function, in which sums, differences and products of Decimal are exact to the last digit."""

    @wraps(function)
    def computed(*args: _P.args, **keywords: _P.kwargs) -> _T:
        with localcontext(_EXACT):
            return function(*args, **keywords)

    return computed


@exactly
def rounded(part: Fraction) -> Decimal:
    """Rounds to 12 decimals, which the library's own amounts have."""
    return Decimal(round(part * 10**12)).scaleb(-12)


@exactly
def total_of(amounts: "list[Decimal] | tuple[Decimal, ...]") -> Decimal:
    return sum(amounts, Decimal(0))


@exactly
def shown(amount: Decimal, like: Decimal) -> Decimal:
    """Removes trailing zeros behind as many decimals as the other amount has."""
    least = like.as_tuple().exponent
    short = amount.normalize()
    exponent = short.as_tuple().exponent
    longer = isinstance(exponent, int) and isinstance(least, int) and exponent > least
    return short.quantize(like) if longer else short
