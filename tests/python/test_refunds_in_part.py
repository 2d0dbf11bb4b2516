"""What is given back of packs in proportion, to each fund, beside fractions of integers without bound: prices up to 10^20
with many decimals, lots of up to 2^63 - 1 units, many of them."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal, localcontext
from fractions import Fraction
from random import Random

import faregate
import pytest
from toy import toy

AT = "2025-01-10T09:00:00"
MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "up": ROUND_UP, "down": ROUND_DOWN}
FUNDS = ("gift", "income", "cash")  # in the order in which they pay


def rounded(amount: Fraction, digits: int, mode: str) -> Decimal:
    steps = amount * 10**digits
    whole = steps.numerator // steps.denominator
    rest = steps - whole
    nearly = "0" if rest == 0 else "0.4" if 2 * rest < 1 else "0.5" if 2 * rest == 1 else "0.6"
    return (whole + Decimal(nearly)).quantize(Decimal(1), MODES[mode]) / 10**digits


def given_back(paid: dict, left: Fraction, digits: int, mode: str) -> dict:
    """Each fund's share is that of all funds up to it less that of the funds before."""
    whole = Fraction(sum(paid.values()))
    part = rounded(whole * left, digits, mode)
    shares, before, sum_of = {}, Decimal(0), Fraction(0)
    for fund in FUNDS:
        sum_of += Fraction(paid[fund])
        until = rounded(Fraction(part) * sum_of / whole, digits, mode)
        shares[fund], before = until - before, until
    return shares if part != whole else paid


@pytest.fixture(autouse=True)
def enough_digits():
    with localcontext(prec=100):
        yield


def test_refunds_in_proportion_are_exact():
    rng = Random("refunds in part")
    for _ in range(400):
        digits, mode = rng.choice((0, 2, 5, 12)), rng.choice(sorted(MODES))
        units = rng.choice((2**63 - 1, 2**63 - 25, rng.randint(1, 2**63 - 1), 7))
        lots = rng.choice((1, 1, 2, 7, 100))
        used = rng.choice((0, 1, units // 3, units - 1))
        price = Decimal(rng.randint(1, 10 ** rng.choice((4, 20, 32)))).scaleb(-12)
        pack = {"id": "k", "units": units, "price": f"{price:f}", "refund": "pro_rata"}
        pack["issue"] = {"every": {"hours": 24}, "for": {"hours": 24 * lots}}
        product = {"id": "p", "meter": "calls", "price": {"model": "flat", "price": "0"}, "packs": [pack]}
        paid = dict.fromkeys(FUNDS, Decimal(0))
        paid["gift"] = (price / 3).quantize(Decimal("1e-12"), ROUND_DOWN)
        paid["income"] = (price / 7).quantize(Decimal("1e-12"), ROUND_DOWN)
        paid["cash"] = price - paid["gift"] - paid["income"]
        book = faregate.Book(toy([product], rounding={"digits": digits, "mode": mode}))
        account = faregate.Account(book, wallet=paid)
        account.open("p", at=AT)
        account.buy_pack("p", "k", id="bought", at=AT, pay=paid)
        if used:
            account.use("p", used, at=AT)
        left = Fraction(units * lots - used, units * lots)
        answer = account.refund("bought", at=AT)
        expected = given_back(paid, left, digits, mode)
        found = {fund: Decimal(getattr(answer.to, fund, 0)) for fund in FUNDS}
        assert found == expected, (digits, mode, units, lots, used, price)
        assert sum(found.values(), Decimal(0)) == answer.amount
