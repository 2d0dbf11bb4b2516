"""What falls due by itself: settlements, suspension and the issue of free grants (docs/timeline.md, "Time").

Expiries need no event of their own: a pack, grant or capacity order is void from its end on, and whoever asks compares.
The same holds for amendments of the book, which apply from their date on. Both are therefore in force before anything
else that happens at the same instant, as the order of due events has it.
"""

from collections import Counter
from datetime import datetime, timedelta

from reference_life import draw_plan, in_order, live, units_in, valid_at
from reference_prices import CALL_TIERS, GRANT, MONTHLY_GRANT, PAYING_FUNDS
from reference_state import Account, Arrival, Cover, Pack, Product
from reference_values import (
    format_instant,
    format_money,
    format_money_grouped,
    format_month,
    month_of,
    next_month,
    parse_money,
)

SUSPENDED_AFTER = timedelta(hours=24)


def run_due_events(account: Account, until: datetime) -> None:
    while True:
        month_begins = next_month(account.month_issued)
        events = [(_settles_at(account), 0, _settle_month), (month_begins, 2, _begin_month)]
        if account.arrears_since is not None and not account.suspended:
            events.append((account.arrears_since + SUSPENDED_AFTER, 1, _suspend))
        instant, _, event = min(events, key=lambda entry: entry[:2])
        if instant > until:
            break
        account.now = instant
        event(account)
    account.now = until


# Free grants (R1, R2, R5, R28)


def free_calls(account: Account, product: Product) -> int:
    """The quantity of the grant if it is issued now: that of the amendment in force (R5)."""
    today = account.now.date()
    in_force = [amendment for amendment in account.amendments[product.name] if amendment.effective <= today]
    return max(in_force, key=lambda amendment: amendment.effective).quantity


def issue(account: Account, product: Product, id: str, expires: datetime) -> Pack:
    units = free_calls(account, product)
    grant = Pack(id, "free", GRANT, units, units, account.now, expires)
    product.grants.append(grant)
    live(account, product, Arrival(grant))
    account.grant_ids.add(id)
    return grant


def issue_monthly(account: Account, product: Product) -> list[Pack]:
    """At most once a month, to open products of an account that is not suspended."""
    month = month_of(account.now)
    id = f"{product.name}/{GRANT}/{format_month(month)}"
    held_back = product.name not in MONTHLY_GRANT or not product.open or account.suspended
    if held_back or id in account.grant_ids or free_calls(account, product) == 0:
        return []
    return [issue(account, product, id, next_month(month))]


def _begin_month(account: Account) -> None:
    account.month_issued = account.now
    for product in account.products.values():
        issue_monthly(account, product)


# Arrears (R26, R27)


def _suspend(account: Account) -> None:
    account.suspended = True


def balance_raised(account: Account) -> None:
    """Whatever raises the balance may end arrears and suspension, at once."""
    if account.arrears_since is None:
        return
    good = account.balance > 0 or (account.balance == 0 and account.policy["resume_at"] == "nonnegative")
    if good:
        account.arrears_since = None
        account.suspended = False
        for product in account.products.values():
            issue_monthly(account, product)  # R28: the grant of a month that began while suspended


# Settlement (R11 to R15)


def _settles_at(account: Account) -> datetime:
    return next_month(account.month_to_settle) + timedelta(days=account.policy["settlement_day"] - 1)


def _settle_month(account: Account) -> None:
    month = account.month_to_settle
    account.month_to_settle = next_month(month)
    priced = price_month(account, month, account.products.values())
    if not priced:
        return
    for product, cover, _ in priced:
        live(account, product, cover)
    lines = lines_of(priced)
    total = sum(line["amount"] for line in lines)
    if account.wallet is not None:
        _collect(account, total)
    account.spent["postpaid"] += total
    adjustments = adjustments_of(account, account.products, month)
    account.invoices.append(invoice(month, lines, adjustments, account.now, account.balance))


def _collect(account: Account, amount: int) -> None:
    for fund in PAYING_FUNDS:
        share = min(max(account.wallet[fund], 0), amount)
        account.wallet[fund] -= share
        amount -= share
    account.wallet["cash"] -= amount  # R34: only a settlement may take cash below zero
    if account.balance < 0 and account.arrears_since is None:
        account.arrears_since = account.now


def price_month(account: Account, month: datetime, products) -> list:
    """(product, what packs cover after the fact, invoice line) of each product, and period, with usage in `calls`
    mode."""
    priced = []
    for product in products:
        taken = Counter()
        of_product = []
        unbilled = sum(product.usage[period].unbilled for period in product.periods_of(month))
        for period in product.periods_of(month):
            usage = product.usage[period]
            if usage.in_calls_mode > 0:
                cover = Cover(period, _cover_after_the_fact(account, product, month, usage.postpaid, taken))
                taken.update({pack.id: units for pack, units in cover.parts})
                line = _line(account, product, usage, units_in(cover.parts))
                of_product.append((product, cover, {**line, "unbilled": unbilled if not of_product else 0}))
        priced += of_product
    return priced


def lines_of(priced: list) -> list:
    """A line is a product in the month; with daily tiers its price is that of the last day with something to charge."""
    lines: dict = {}
    for product, _, line in priced:
        whole = lines.setdefault(product.name, {**line, **dict.fromkeys(SUMMED, 0), "explanation": ""})
        for key in SUMMED:
            whole[key] += line[key]
        terms = [each.rpartition(" = ")[0] for each in (whole["explanation"], line["explanation"]) if each]
        whole["explanation"] = f"{' + '.join(terms)} = {format_money_grouped(whole['amount'])}"
        if line["units"] > 0 or whole["units"] == 0:
            whole.update(unit_price=line["unit_price"], tier=line["tier"])
    return list(lines.values())


SUMMED = ("units", "free", "packs", "unbilled", "amount")


def _cover_after_the_fact(account: Account, product: Product, month: datetime, postpaid: int, taken: dict) -> list:
    """R8, `whole_month`: a pack bought in the month also covers that month's earlier postpaid usage."""
    if account.policy["pack_reach"] != "whole_month":
        return []
    packs = in_order(account, valid_at(account.now, product.drawable_packs))
    return draw_plan([pack for pack in packs if month_of(pack.bought) == month], postpaid, taken)[0]


def _tier_quantity(account: Account, usage, residual: int) -> int:
    """R12 and R17: what picks the tier; what is charged is the residual in every case."""
    basis = account.policy["tier_basis"]
    if basis == "total":
        quantity = usage.in_calls_mode
    elif basis == "after_free":
        quantity = usage.in_calls_mode - usage.free
    else:
        quantity = residual
    if account.policy["capacity_calls"] == "count_for_tier":
        quantity += usage.capacity
    return quantity


def _line(account: Account, product: Product, usage, covered: int) -> dict:
    residual = usage.postpaid - covered
    reached = [tier for tier in CALL_TIERS[product.name] if tier[0] <= _tier_quantity(account, usage, residual)]
    edge, price = reached[-1]
    amount = residual * parse_money(price)
    return {
        "product": product.name,
        "meter": "calls",
        "units": residual,
        "free": usage.free,
        "packs": usage.packs + covered,
        "unbilled": usage.unbilled,
        "unit_price": price,
        "tier": edge,
        "amount": amount,
        "rule": "R11",
        "explanation": _explanation(usage, covered, price, amount),
    }


def _explanation(usage, covered: int, price: str, amount: int) -> str:
    terms = f"{usage.in_calls_mode:,}"
    if usage.free:
        terms += f" − {usage.free:,} free"
    if usage.packs + covered:
        terms += f" − {usage.packs + covered:,} packs"
    if "−" in terms:
        terms = f"({terms})"
    return f"{terms} × {price} = {format_money_grouped(amount)}"


def adjustments_of(account: Account, names, month: datetime) -> list:
    return [
        {"at": format_instant(adjustment.at), "units": adjustment.units, "reason": adjustment.reason}
        for adjustment in account.adjustments
        if month_of(adjustment.at) == month and adjustment.product in names
    ]


def invoice(month: datetime, lines: list, adjustments: list, issued: datetime | None, balance: int | None) -> dict:
    return {
        "month": format_month(month),
        "issued": None if issued is None else format_instant(issued),
        "lines": [{**line, "amount": format_money(line["amount"])} for line in lines],
        "adjustments": adjustments,
        "total": format_money(sum(line["amount"] for line in lines)),
        "balance_after": None if balance is None else format_money(balance),
    }
