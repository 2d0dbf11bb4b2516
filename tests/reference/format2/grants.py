"""Free grants and packs that come lot by lot: when a lot is issued, and what is carried over into it."""

from fractions import Fraction

from .life import live
from .materials import is_for_materials
from .rating import fits
from .state import Account, Arrival, Lot, Order
from .values import Refusal


def covered_by(account: Account, owner: str) -> list:
    """The products that lots of an owner are for: a product itself, or those that a pool covers."""
    if owner in account.edition.products:
        return [owner]
    names = [cover["product"] for cover in account.edition.pools[owner]["covers"]]
    return list(dict.fromkeys(names))


def anchor_of(account: Account, owner: str) -> int | None:
    """The first opening of the product, or of any that the pool covers."""
    opened = [account.products[name].first_opened for name in covered_by(account, owner)]
    return min((instant for instant in opened if instant is not None), default=None)


def _served(account: Account, owner: str) -> bool:
    """R2, R28, R33: not while closed or suspended."""
    return any(
        account.products[name].open and not account.suspended and not account.products[name].suspended
        for name in covered_by(account, owner)
    )


def every_of(grant: dict):
    """The period of issue of a recurring grant, and how long it goes on; None for those issued once."""
    if grant["issue"] == "monthly":
        return "month", "permanent"
    if isinstance(grant["issue"], dict):
        return grant["issue"]["every"], grant["issue"].get("for", "permanent")
    return None


def goes_on_until(account: Account, anchor: int, duration) -> int | None:
    """The instant before which lots are issued: anchor + `for`."""
    if isinstance(duration, dict):
        return account.zone.after(anchor, duration)
    return account.zone.valid_until(duration, anchor, "anniversary_start")


def _id(account: Account, owner: str, grant: dict, begin: int | None) -> str:
    if begin is None:
        return f"{owner}/{grant['id']}"
    every, _ = every_of(grant)
    if every == "hour" or (isinstance(every, dict) and "hours" in every):
        return f"{owner}/{grant['id']}/{account.zone.format(begin)}"
    text = account.zone.civil(begin).isoformat()
    return f"{owner}/{grant['id']}/{text[:7] if every == 'month' else text[:10]}"


def issue(account: Account, owner: str, grant: dict, begin: int | None = None, end: int | None = None) -> Lot:
    before = _lot_before(account, owner, grant, begin)
    keys = account.edition.owner(owner)
    expires = account.zone.valid_until(grant["validity"], account.now, account.book.switch("pack_expiry", keys), end)
    lot = Lot(
        id=_id(account, owner, grant, begin),
        owner=owner,
        name=grant["id"],
        source="free",
        units=Fraction(grant["quantity"]),
        begin=account.now,
        expires=expires,
        bought=account.now,
        before=before,
        rollover=Fraction(before and grant.get("rollover") or 0),
    )
    account.issued.setdefault((owner, grant["id"]), {})[begin] = lot
    account.lots.append(lot)
    live(account, Arrival(lot))
    return lot


def _lot_before(account: Account, owner: str, grant: dict, begin: int | None) -> Lot | None:
    """The lot whose rest rolls over into one that is issued now: that of the period just over."""
    lots = account.issued.get((owner, grant["id"]), {})
    if grant.get("rollover") is None or begin is None or not lots:
        return None
    return list(lots.values())[-1]


def _issue_in_period(account: Account, owner: str, grant: dict, begun: bool) -> list[Lot]:
    """A recurring grant, unless it has been issued in the period that now is in, or that does not begin now."""
    every, duration = every_of(grant)
    anchor = anchor_of(account, owner)
    stop = goes_on_until(account, anchor, duration)
    begin, end = account.zone.period(every, account.now, anchor)
    if begun and begin < account.now:
        return []
    if begin in account.issued.get((owner, grant["id"]), {}) or (stop is not None and account.now >= stop):
        return []
    return [issue(account, owner, grant, begin, end)]


def issue_due(account: Account, owner: str, opening: bool = False, begun: bool = False) -> list[Lot]:
    """Every recurring grant, with `begun` of periods that begin now alone, and at an opening those that come once, at
    the first; in the order of the book."""
    if anchor_of(account, owner) is None or not _served(account, owner):
        return []
    issued = []
    for grant in account.edition.owner(owner)["grants"]:
        if not fits(grant.get("when"), account.known) or not grant["quantity"]:
            continue
        if every_of(grant) is not None:
            issued += _issue_in_period(account, owner, grant, begun)
        elif opening and grant["issue"] == "opening" and (owner, grant["id"]) not in account.issued:
            issued.append(issue(account, owner, grant))
    return issued


def issue_all(account: Account) -> None:
    """At the end of a suspension."""
    for owner in account.edition.owners():
        issue_due(account, owner)


def issue_begun(account: Account) -> None:
    account.issued_until = account.now
    for owner in account.edition.owners():
        issue_due(account, owner, begun=True)


def next_issue(account: Account) -> int | None:
    """The begin of the next period of any recurring grant. One that an edition brings has its first with the edition at
    the earliest."""
    instants = []
    since = max(account.issued_until, (account.edition.begin or 0) - 1)
    for owner in account.edition.owners():
        anchor = anchor_of(account, owner)
        for grant in account.edition.owner(owner)["grants"]:
            if every_of(grant) is not None and anchor is not None:
                every, duration = every_of(grant)
                begins = account.zone.period(every, max(since, anchor), anchor)[1]
                stop = goes_on_until(account, anchor, duration)
                if stop is None or begins < stop:
                    instants.append(begins)
    return min(instants, default=None)


def claim(account: Account, owner: str, name: str) -> Lot:
    grants = [grant for grant in account.edition.owner(owner)["grants"] if grant["id"] == name]
    if not grants or grants[0]["issue"] != "claim":
        raise Refusal("unknown_grant")
    if not any(account.products[product].open for product in covered_by(account, owner)):
        raise Refusal("not_open")
    if (owner, name) in account.issued:
        raise Refusal("already_claimed")
    if not fits(grants[0].get("when"), account.known):
        raise Refusal("unknown_grant")
    return issue(account, owner, grants[0])


# Packs that come lot by lot (`issue` of a pack)


def next_pack_lot(account: Account) -> int | None:
    waiting = [order.next_lot for order in account.all_orders if order.next_lot is not None and not order.refunded]
    return min(waiting, default=None)


def issue_pack_lots(account: Account) -> None:
    for order in account.all_orders:
        if order.next_lot is not None and order.next_lot <= account.now and not order.refunded:
            add_pack_lot(account, order)


def add_pack_lot(account: Account, order: Order) -> Lot:
    """The lot of the period of the order that begins now."""
    every, duration = order.keys["issue"]["every"], order.keys["issue"]["for"]
    end = account.zone.period(every, account.now, order.at)[1]
    stop = goes_on_until(account, order.at, duration)
    order.next_lot = end if stop is None or end < stop else None
    return add_lot(account, order, end if stop is None else min(end, stop))


def add_lot(account: Account, order: Order, expires: int | None) -> Lot:
    lot = Lot(
        id=order.id,
        owner=order.owner,
        name=order.name,
        source=order.source,
        units=Fraction(order.keys["units"]) * order.quantity,
        begin=account.now,
        expires=expires,
        bought=order.at,
    )
    order.lots.append(lot)
    account.lots.append(lot)
    if is_for_materials(order.keys):
        lot.left = lot.units
    else:
        live(account, Arrival(lot))
    return lot
