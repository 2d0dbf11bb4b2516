"""What is to come, against living it: random accounts are advanced day by day, and what their statements show to have
happened must be what `upcoming` said. Face Fusion does everything that falls due at 00:00, but for packs whose switch
says that they end at the instant of the day at which they were bought."""

import random
from datetime import datetime, timedelta, timezone

import faregate
import pytest

CHINA = timezone(timedelta(hours=8))
BEGIN = datetime(2024, 1, 20, 9, tzinfo=CHINA)
SEEDS = range(60)
SWITCHES = {
    "settlement_day": [1, 2, 3],
    "pack_reach": ["from_purchase", "whole_month"],
    "pack_expiry": ["anniversary_end", "anniversary_start", "instant"],
    "tier_basis": ["residual", "after_free", "total"],
    "capacity_lapse": ["deny", "fall_back"],
    "capacity_effect": ["replace", "add"],
}


def live(draw: random.Random) -> faregate.Account:
    """A month or two of an account, whatever of it is refused."""
    policy = {key: draw.choice(values) for key, values in SWITCHES.items()}
    wallet = draw.choice([None, {"cash": draw.randrange(3_000)}])
    account = faregate.Account(faregate.Book("tencent-facefusion"), wallet=wallet, policy=policy)
    at = BEGIN
    account.open("image", at=at)
    account.open("image-pro", at=at)
    for _ in range(draw.randrange(4, 25)):
        at += timedelta(hours=draw.randrange(60))
        product = draw.choice(["image", "image-pro"])
        pack = draw.choice(["calls-1k", "calls-10k"])
        start = (at + timedelta(days=draw.randrange(1, 40))).date()
        meter, period = ("qps", "days") if product == "image" else ("concurrency", "months")
        command = draw.choice(
            [
                lambda: account.use(product, draw.randrange(15_000), at=at),
                lambda: account.use(product, draw.randrange(600), at=at),
                lambda: account.use(product, draw.randrange(3_000), at=at),
                lambda: account.use("image", draw.randrange(3_000), at=at),
                lambda: account.buy_pack(product, pack, at=at),
                lambda: account.give_pack(product, pack, at=at),
                lambda: account.claim("image-pro", "free-calls", at=at),
                lambda: account.buy_capacity(product, meter, draw.randrange(1, 9), **{period: 2}, start=start, at=at),
                lambda: account.buy_capacity(product, meter, draw.randrange(1, 9), **{period: 1}, at=at),
                lambda: account.set_mode("image", draw.choice(["calls", "qps"]), at=at),
                lambda: account.top_up(draw.randrange(1, 500), at=at),
                lambda: account.set_budget(day=draw.randrange(1, 900), month=draw.randrange(9_000), at=at),
                lambda: account.close(product, at=at),
                lambda: account.announce(
                    "image", "free-calls", draw.choice([0, 70]), (at + timedelta(days=40)).date(), at=at
                ),
            ]
        )
        try:
            command()
        except faregate.Refusal:
            pass
    return account


def grants_of(statement: faregate.Result) -> dict:
    return {
        grant.id: (name, key, grant)
        for name, product in statement.products.items()
        for key in ("grants", "packs")
        for grant in product[key]
        if not grant["pack"].startswith("materials")
    }


def happened(before: faregate.Result, after: faregate.Result) -> list[tuple]:
    """What fell due between two statements, in the order of an instant."""
    was, now = grants_of(before), grants_of(after)
    events = []
    for id, (name, key, grant) in was.items():
        if grant.state == "active" and now[id][2].state == "void":
            events.append(("grant_expires" if key == "grants" else "pack_expires", name, id, grant.left))
    for name, product in after.products.items():
        for order in product.capacity:
            if after.at in (order.from_, order.until):
                kind = "capacity_begins" if after.at == order.from_ else "capacity_ends"
                limit = product.limits[order.meter]
                events.append((kind, name, order.id, order.quantity, product.mode, limit))
    for invoice in after.invoices[len(before.invoices) :]:
        events.append(("settlement", invoice.month, invoice.total, invoice.balance_after))
    if after.state == "suspended" and before.state != "suspended":
        events.append(("suspension", -after.wallet.balance))
    for id, (name, _, grant) in now.items():
        if id not in was:
            events.append(("grant_issued", name, id, grant.units))
    return events


def foreseen(event: faregate.Result) -> tuple:
    if event.kind == "settlement":
        return event.kind, event.month, event.amount, event.balance_after
    if event.kind == "suspension":
        return event.kind, event.amount
    capacity = (event.mode, event.limit) if event.kind.startswith("capacity") else ()
    return event.kind, event.product, event.id, event.units, *capacity


def test_the_lives_have_all_there_is():
    kinds = set()
    for seed in SEEDS:
        account = live(random.Random(seed))
        kinds |= {event.kind for event in account.upcoming(account.now + timedelta(days=430)).events}
    assert kinds == {
        "grant_expires",
        "pack_expires",
        "capacity_begins",
        "capacity_ends",
        "settlement",
        "suspension",
        "grant_issued",
        "budget_day",
        "budget_month",
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_it_comes_as_it_was_foreseen(seed):
    account = live(random.Random(seed))
    days = 70 if seed % 4 else 430
    until = (account.now + timedelta(days=days)).replace(hour=12)
    ahead = account.upcoming(until)
    events = [(event.at, foreseen(event)) for event in ahead.events if not event.kind.startswith("budget")]
    lived = []
    midnight = account.now.replace(hour=0, minute=0)
    instants = {midnight + timedelta(days=day) for day in range(1, days + 1)}
    instants |= {grant.expires for _, _, grant in grants_of(account.statement()).values()}
    for at in sorted(at for at in instants if account.now < at <= until):
        account.advance(at=at - timedelta(microseconds=1))
        before = account.statement()
        account.advance(at=at)
        lived += [(at, event) for event in happened(before, account.statement())]
    assert ahead.complete and sorted(map(str, events)) == sorted(map(str, lived))
    assert [at for at, _ in events] == sorted(at for at, _ in events)
