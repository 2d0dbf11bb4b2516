"""Exact money and whole units. Money is a Fraction, so that nothing is rounded but where the documents round."""

from fractions import Fraction
from math import ceil, floor

MOST_UNITS = 2**63 - 1
SCALE = 10**12


class Refusal(Exception):
    """A command that the documents refuse; `extra` are further keys of its answer."""

    def __init__(self, code: str, **extra):
        super().__init__(code)
        self.code = code
        self.extra = extra


def format_money(amount: Fraction, minor_digits: int) -> str:
    """Minor digits at least, and no trailing zeros beyond them."""
    scaled = amount * SCALE
    assert scaled.denominator == 1, f"{amount} has more than 12 decimals"
    whole, places = divmod(abs(scaled.numerator), SCALE)
    digits = f"{places:012d}".rstrip("0").ljust(minor_digits, "0")
    return f"{'-' if amount < 0 else ''}{whole}{'.' if digits else ''}{digits}"


def rounded_whole(value: Fraction, mode: str) -> int:
    below = floor(value)
    if mode == "down":
        return below
    if mode == "up":
        return ceil(value)
    half = value - below - Fraction(1, 2)
    up = half > 0 or (half == 0 and (mode == "half_up" or below % 2 == 1))
    return below + up


def rounded(amount: Fraction, rounding) -> Fraction:
    """As a book or a schedule says; amounts below 0 are rounded as their size is."""
    if rounding is None:
        return amount
    if rounding == "none":  # of a price by the hours of a month, what passes 12 decimals is cut off
        rounding = {"digits": 12, "mode": "down"}
    unit = Fraction(1, 10 ** rounding["digits"])
    size = rounded_whole(abs(amount) / unit, rounding["mode"]) * unit
    if amount > 0 and "least" in rounding:
        size = max(size, Fraction(rounding["least"]))
    return -size if amount < 0 else size


def count_of(value) -> int:
    """Units are integers, or texts of their digits."""
    return int(value)


def rounded_up(units: int, step: int) -> int:
    return -(-units // step) * step
