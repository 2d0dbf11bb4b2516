"""What falls due by itself, in the order of docs/timeline.md, Time."""

import json
from fractions import Fraction

from . import aggregates, bill, grants, limits, service
from .civil import HOUR
from .rating import fits
from .state import PAYING_FUNDS, Account
from .values import format_money, rounded


def run_due_events(account: Account, until: int) -> None:
    while True:
        events = [event for event in _events(account) if event[0] is not None]
        instant, _, happen = min(events, key=lambda event: event[:2], default=(None, 0, None))
        if instant is None or instant > until:
            break
        assert instant >= account.now, "what is due is not in the past"
        account.now = instant
        happen(account)
    account.now = until


def _events(account: Account):
    """(instant, place among those of one instant, what happens)."""
    yield aggregates.next_event(account), -1, aggregates.aggregate_due
    yield limits.next_change(account), 0, limits.note_rates
    yield min((_settles_at(account, name) for name in _settling(account)), default=None), 1, _settle
    yield min((instant for instant, _ in account.suspensions), default=None), 2, _suspend
    yield min((instant for instant, *_ in account.switches), default=None), 3, service.switch_due
    yield grants.next_issue(account), 4, grants.issue_begun
    yield grants.next_pack_lot(account), 5, grants.issue_pack_lots


# Suspension (R26)


def _suspend(account: Account) -> None:
    for _, name in [entry for entry in account.suspensions if entry[0] == account.now]:
        if name is None:
            account.suspended = True
        else:
            account.products[name].suspended = True
    account.suspensions = [entry for entry in account.suspensions if entry[0] > account.now]


def _rules_of_arrears(account: Account):
    """(product or None for all, hours, threshold): a product obeys the first rule that fits it."""
    if not account.edition.arrears:
        return [(None, account.book.suspension_hours, Fraction(0))]
    rules = []
    for name in account.products:
        fitting = (
            rule
            for rule in account.edition.arrears
            if name in rule.get("products", account.products) and fits(rule.get("when"), account.known)
        )
        rule = next(fitting, {})
        hours = rule.get("hours", account.book.suspension_hours)
        rules.append((name, hours, Fraction(rule.get("threshold", "0"))))
    return rules


def _begin_arrears(account: Account) -> None:
    for name, hours, threshold in _rules_of_arrears(account):
        waiting = any(product == name for _, product in account.suspensions)
        stopped = account.suspended if name is None else account.products[name].suspended
        if account.balance < -threshold and not waiting and not stopped:
            account.suspensions.append((account.now + hours * HOUR, name))
            if account.arrears_since is None:
                account.arrears_since = account.now


def balance_raised(account: Account) -> None:
    """Whatever raises the balance may end arrears and suspension, at once (R27)."""
    if account.arrears_since is None:
        return
    if account.balance > 0 or (account.balance == 0 and account.book.switch("resume_at") == "nonnegative"):
        account.arrears_since = None
        account.suspended = False
        account.suspensions = []
        for product in account.products.values():
            product.suspended = False
        grants.issue_all(account)


# Settlement


def _settling(account: Account):
    return [name for name, product in account.products.items() if product.settled_until is not None]


def _settles_at(account: Account, name: str) -> int:
    _, end = bill.settle_period(account, name, account.products[name].settled_until)
    if account.settle_key(name) != "month":
        return end
    # 00:00 of the settlement day
    day = account.zone.day(end)
    return account.zone.midnight(day.replace(day=account.book.switch("settlement_day")))


def _settle(account: Account) -> None:
    groups = {}
    for name in _settling(account):
        if _settles_at(account, name) == account.now:
            period = bill.settle_period(account, name, account.products[name].settled_until)
            groups.setdefault((json.dumps(account.settle_key(name)), *period), []).append(name)
    for (key, begin, end), names in groups.items():
        _settle_products(account, json.loads(key), begin, end, names)


def lines_of(account: Account, names: list, begin: int, end: int, fees_until: int) -> list:
    """(product, A, line, amount) of what an invoice would have; A is None for fees."""
    lines = []
    for name in names:
        long_begin, amounts = bill.invoice_lines(account, name, begin, end)
        used = bill.has_usage(account, name, begin, end)
        lines += [(name, long_begin, line, amount) for line, amount in amounts.items() if used or amount]
        fees, _ = bill.due_fees(account, name, fees_until)
        lines += [(name, None, fee, rounded(amount, account.book.rounding)) for fee, amount in fees.items()]
    return lines


def with_bounds(account: Account, key, lines: list, end: int) -> Fraction:
    """The total, with `least` and `most` of an invoice of the book's `settle`: those of the edition at its end."""
    total = sum((line[3] for line in lines), Fraction(0))
    edition = account.book.editions[account.book.edition_at(min(end - 1, account.now))]
    if key == edition.settle and lines:
        bounds = edition.bill
        if bounds.get("least") is not None:
            total = max(total, Fraction(bounds["least"]))
        if bounds.get("most") is not None:
            total = min(total, Fraction(bounds["most"]))
    return total


def _settle_products(account: Account, key, begin: int, end: int, names: list) -> None:
    lines = lines_of(account, names, begin, end, account.now)
    for name in names:
        account.products[name].settled_until = end
        _, seen = bill.due_fees(account, name, account.now)
        account.products[name].charged_fees |= seen
    for name, long_begin, line, amount in lines:
        product = account.products[name]
        if long_begin is not None:
            product.invoiced[long_begin, line] = product.invoiced.get((long_begin, line), Fraction(0)) + amount
    if lines:
        total = with_bounds(account, key, lines, end)
        _collect(account, total)
        account.spent["postpaid"] += total
        account.invoices.append(invoice(account, key, begin, end, lines, total, account.now))


def _collect(account: Account, amount: Fraction) -> None:
    if account.wallet is None:
        return
    for fund in PAYING_FUNDS:
        part = min(max(account.wallet[fund], Fraction(0)), amount) if amount > 0 else Fraction(0)
        account.wallet[fund] -= part
        amount -= part
    account.wallet["cash"] -= amount  # R34: only a settlement may take cash below zero
    _begin_arrears(account)
    if amount < 0:
        balance_raised(account)


def invoice(account: Account, key, begin: int, end: int, lines: list, total: Fraction, issued: int | None) -> dict:
    def money(amount):
        return format_money(amount, account.book.minor_digits)

    balance = account.balance
    if balance is not None and issued is None:
        balance -= total
    return {
        "begin": account.zone.format(begin),
        "settle": key,
        "issued": None if issued is None else account.zone.format(issued),
        "lines": [
            {
                "product": name,
                "line": line,
                **({"fee": line} if long_begin is None else {}),
                **bill.units_of_line(account, name, line, begin, end),
                "amount": money(amount),
            }
            for name, long_begin, line, amount in lines
        ],
        "total": money(total),
        "balance_after": None if balance is None else money(balance),
    }
