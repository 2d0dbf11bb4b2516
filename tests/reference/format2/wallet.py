"""The wallet (R34, R38), and what of it is frozen."""

from fractions import Fraction

from . import bill
from .due import balance_raised
from .state import FUNDS, PAYING_FUNDS, Account
from .values import Refusal, format_money


def frozen(account: Account) -> Fraction:
    """`freeze`: purchases and withdrawals reach only what is not frozen."""
    freeze = account.edition.freeze
    if not freeze:
        return Fraction(0)
    if freeze.get("of", "unsettled") == "unsettled":
        amount = unsettled(account)
    else:
        amount = sum(Fraction(entry["total"]) for entry in last_invoices(account))
    return Fraction(freeze["factor"]) * amount


def last_invoices(account: Account) -> list:
    issued = [entry["issued"] for entry in account.invoices]
    return [entry for entry in account.invoices if entry["issued"] == issued[-1]]


def unsettled(account: Account) -> Fraction:
    """What an invoice of now would come to."""
    total = Fraction(0)
    for name, product in account.products.items():
        if product.settled_until is not None:
            _, lines = bill.invoice_lines(account, name, product.settled_until, account.now + 1)
            total += sum(lines.values(), Fraction(0))
    return total


def shares(account: Account, amount: Fraction, pay: dict | None) -> dict:
    """What each fund pays, without taking it yet. Funds that pay nothing are not named."""
    if pay is not None:
        if sum(pay.values(), Fraction(0)) != amount:
            raise Refusal("payment_mismatch")
        parts = {fund: pay[fund] for fund in FUNDS if fund in pay}
    elif account.wallet is None:
        parts = {"cash": amount} if amount else {}
    else:
        parts = {}
        for fund in PAYING_FUNDS:
            part = min(max(account.wallet[fund], Fraction(0)), amount - sum(parts.values(), Fraction(0)))
            if part:
                parts[fund] = part
    if account.wallet is not None:
        short = sum(parts.values(), Fraction(0)) < amount
        short = short or any(account.wallet[fund] < part for fund, part in parts.items())
        reach = account.balance - frozen(account) if account.edition.freeze else None
        if short or (reach is not None and sum(p for f, p in parts.items() if f != "voucher") > max(reach, 0)):
            raise Refusal("insufficient_funds")
    return parts


def take(account: Account, parts: dict) -> None:
    if account.wallet is not None:
        for fund, part in parts.items():
            account.wallet[fund] -= part


def give(account: Account, parts: dict) -> None:
    if account.wallet is not None:
        for fund, part in parts.items():
            account.wallet[fund] += part
    balance_raised(account)


def printed(account: Account, parts: dict) -> dict:
    return {fund: money(account, parts[fund]) for fund in FUNDS if parts.get(fund)}


def money(account: Account, amount: Fraction) -> str:
    return format_money(amount, account.book.minor_digits)


def top_up(account: Account, fields: dict) -> dict:
    if account.wallet is None:
        return {"balance": None}
    give(account, {fields.get("fund", "cash"): fields["amount"]})
    return {"balance": money(account, account.balance)}


def withdraw(account: Account, fields: dict) -> dict:
    if account.violation:
        raise Refusal("violation")
    if account.wallet is None:
        return {"balance": None}
    amount = fields["amount"]
    if amount > min(account.wallet["cash"], account.balance, account.balance - frozen(account)):
        raise Refusal("insufficient_funds")
    account.wallet["cash"] -= amount
    return {"balance": money(account, account.balance)}
