"""A second implementation of grants, packs and pools, made from the documents alone. It is slow and simple: it goes
hour by hour, and unit by unit where possible.

An account lives by the commands of timelines, all at whole hours of UTC; when one is undone, it lives again from the
beginning without it. Prices are flat, months are settled on the 1st, and the account has unlimited funds.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NEVER = datetime(9999, 1, 1)


def midnight(when: datetime) -> datetime:
    return when.replace(hour=0)


def month_of(when: datetime) -> datetime:
    return midnight(when).replace(day=1)


def add_months(day: datetime, months: int) -> datetime:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


def period_at(every, anchor: datetime, when: datetime) -> tuple[datetime, datetime]:
    """The period that holds an hour, found by going through the periods from the first one."""
    if every == "hour":
        return when, when + HOUR
    if every == "day":
        return midnight(when), midnight(when) + DAY
    if every == "week":
        begin = midnight(when) - when.weekday() * DAY
        return begin, begin + 7 * DAY
    if every == "month":
        return month_of(when), add_months(month_of(when), 1)
    if every == "year":
        begin = month_of(when).replace(month=1)
        return begin, begin.replace(year=begin.year + 1)
    ((unit, count),) = every.items()

    def edge(n: int) -> datetime:
        if unit == "hours":
            return anchor + n * count * HOUR
        return midnight(anchor) + n * count * DAY if unit == "days" else add_months(midnight(anchor), n * count)

    n = 0
    while edge(n + 1) <= when:
        n += 1
    return edge(n), edge(n + 1)


def end_of(validity, begin: datetime, expiry: str) -> datetime:
    """The end of a validity; `expiry` is the value of the switch pack_expiry."""
    if validity == "permanent":
        return NEVER
    if validity == "month":
        return add_months(month_of(begin), 1)
    ((unit, count),) = validity.items()
    if unit in ("hours", "seconds"):
        return begin + timedelta(**{unit: count})
    months = {"months": count, "years": 12 * count}.get(unit)
    day = midnight(begin) + count * DAY if months is None else add_months(midnight(begin), months)
    return day + {"anniversary_end": DAY, "anniversary_start": timedelta(), "instant": begin - midnight(begin)}[expiry]


@dataclass
class Lot:
    id: str
    owner: dict
    offer: dict
    is_free: bool
    units: Fraction
    left: Fraction
    issued: datetime
    expires: datetime
    number: int
    rank: int
    source: str = "free"
    refunded: bool = False
    given_back: bool = False
    ends_period: datetime | None = None


@dataclass
class Used:
    free: int = 0
    packs: int = 0
    postpaid: int = 0

    @property
    def total(self) -> int:
        return self.free + self.packs + self.postpaid


@dataclass
class Life:
    book: dict
    now: datetime
    lots: list[Lot] = field(default_factory=list)
    opened: dict = field(default_factory=dict)  # product: first opening
    open: set = field(default_factory=set)
    used: dict = field(default_factory=dict)  # (product, month): Used
    recurring: list = field(default_factory=list)  # packs: [owner, offer, id, anchor, quantity, source, its lots]

    def __post_init__(self) -> None:
        self.products = {product["id"]: product for product in self.book["products"]}
        self.pools = {pool["id"]: pool for pool in self.book.get("pools", [])}
        self.expiry = self.book.get("policy", {}).get("pack_expiry", "anniversary_end")

    def owners(self) -> list[dict]:
        return [*self.products.values(), *self.pools.values()]

    def covered(self, owner: dict) -> list[str]:
        return [cover["product"] for cover in owner["covers"]] if "covers" in owner else [owner["id"]]

    def anchor(self, owner: dict) -> datetime | None:
        return min((self.opened[name] for name in self.covered(owner) if name in self.opened), default=None)

    def is_open(self, owner: dict) -> bool:
        return any(name in self.open for name in self.covered(owner))

    def weight(self, owner: dict, product: str) -> Fraction | None:
        """The units that one unit of the product draws from a lot of this owner, by the first cover that fits; None if
        no cover does."""
        if "covers" not in owner:
            return Fraction(1) if owner["id"] == product else None
        for cover in owner["covers"]:
            if cover["product"] == product:
                if owner.get("money"):
                    price = self.products[product]["price"]
                    return Fraction(price["price"]) / price.get("per", 1) * Fraction(cover["of_price"])
                return Fraction(cover["weight"]) / cover.get("per", 1)
        return None

    def order(self, product: str, all_lots: bool = False) -> list[tuple[Lot, Fraction]]:
        """The lots that a usage draws from, in order, each with what one unit draws of it."""
        pools = list(self.pools)
        met = []
        for lot in self.lots:
            weight = self.weight(lot.owner, product)
            usable = weight is not None and lot.issued <= self.now < lot.expires and not lot.refunded
            if usable and (all_lots or lot.left > 0):
                place = 0 if "covers" not in lot.owner else 1 + pools.index(lot.owner["id"])
                keys = {"expiry": lot.expires, "bought": lot.issued, "left": lot.left, "units": lot.units}
                by = ["expiry", "bought"] if lot.is_free else lot.owner.get("order") or self.pack_order()
                met.append(((lot.rank, place, not lot.is_free, *(keys[word] for word in by), lot.number), lot, weight))
        by_source: dict = {}
        for key, lot, weight in met:
            by_source.setdefault(key[:3], []).append((key, lot, weight))
        return [
            (lot, weight)
            for group in sorted(by_source)
            for _, lot, weight in sorted(by_source[group], key=lambda m: m[0])
        ]

    def pack_order(self) -> list[str]:
        switch = self.book.get("policy", {}).get("pack_order", "expiry")
        return {
            "expiry": ["expiry", "bought"],
            "purchase": ["bought", "expiry"],
            "smallest_left": ["left", "expiry", "bought"],
        }[switch]

    def add(self, owner, offer, is_free, units, expires, id, source="free", ends_period=None) -> Lot:
        rank = offer.get("rank", 0 if is_free else 10)
        units = Fraction(units)
        lot = Lot(id, owner, offer, is_free, units, units, self.now, expires, len(self.lots), rank, source)
        lot.ends_period = ends_period
        self.lots.append(lot)
        return lot

    def issues_of(self, owner: dict, grant: dict) -> list[Lot]:
        return [lot for lot in self.lots if lot.is_free and lot.owner is owner and lot.offer is grant]

    def issue(self, owner: dict, first: bool = False) -> list[Lot]:
        """Issues the grants of an open owner that are due now."""
        return [lot for grant in owner.get("grants", []) for lot in self.issue_grant(owner, grant, first)]

    def issue_grant(self, owner: dict, grant: dict, first: bool) -> list[Lot]:
        before = self.issues_of(owner, grant)
        issue, name = grant["issue"], f"{owner['id']}/{grant['id']}"
        if issue == "opening":
            due = first and not before
            begin = end = None
        elif issue == "monthly":
            begin, end = period_at("month", self.now, self.now)
            due, name = not before or before[-1].issued < begin, f"{name}/{begin:%Y-%m}"
        else:
            anchor = self.anchor(owner)
            begin, end = period_at(issue["every"], anchor, self.now)
            due = self.now < end_of(issue["for"], anchor, "anniversary_start")
            due = due and (not before or before[-1].issued < begin)
            by_hour = issue["every"] == "hour" or "hours" in issue["every"]
            day = f"{begin:%Y-%m}" if issue["every"] == "month" else f"{begin:%Y-%m-%d}"
            name = f"{name}/{begin:%Y-%m-%dT%H:00:00+00:00}" if by_hour else f"{name}/{day}"
        if not due:
            return []
        validity = grant["validity"]
        expires = end if validity == "period" else end_of(validity, self.now, self.expiry)
        carried = Fraction(0)
        if grant.get("rollover") and before:
            carried = min(before[-1].left, Fraction(grant["rollover"]))
            before[-1].left -= carried
        return [self.add(owner, grant, True, Fraction(grant["quantity"]) + carried, expires, name)]

    def issue_recurring_pack(self, bought: list) -> None:
        owner, offer, id, anchor, quantity, source, lots = bought
        every, lasts = offer["issue"]["every"], offer["issue"]["for"]
        begin, end = period_at(every, anchor, self.now)
        due = self.now < end_of(lasts, anchor, "anniversary_start") and (not lots or lots[-1].issued < begin)
        if due and not (lots and lots[0].refunded):
            lots.append(self.add(owner, offer, False, quantity * Fraction(offer["units"]), end, id, source))

    def pass_time(self, until: datetime) -> None:
        """Lets time pass, up to and with an hour: issues what becomes due."""
        while self.now < until:
            self.now += HOUR
            for bought in self.recurring:
                self.issue_recurring_pack(bought)
            for owner in self.owners():
                if self.is_open(owner):
                    self.issue(owner)

    def month(self, product: str) -> Used:
        return self.used.setdefault((product, month_of(self.now)), Used())

    def open_product(self, product: str) -> list[Lot]:
        first = product not in self.opened
        self.opened.setdefault(product, self.now)
        self.open.add(product)
        owners = [owner for owner in self.owners() if product in self.covered(owner)]
        fresh = [first and self.anchor(owner) == self.now for owner in owners]
        return [lot for owner, new in zip(owners, fresh, strict=True) for lot in self.issue(owner, new)]

    def close_product(self, product: str) -> None:
        self.open.discard(product)

    def use(self, product: str, units: int) -> dict:
        month = self.month(product)
        answer: dict = {"free": 0, "packs": [], "postpaid": 0}
        for lot, weight in self.order(product):
            part = min(units, int(lot.left / weight))
            if part:
                lot.left -= part * weight
                units -= part
                if lot.is_free:
                    month.free += part
                    answer["free"] += part
                else:
                    month.packs += part
                    answer["packs"].append({"id": lot.id, "units": part})
        month.postpaid += units
        answer["postpaid"] = units
        return answer

    def take_off(self, product: str, units: int) -> None:
        """Takes usage off again (a correction): postpaid units first, then those of packs, then those of grants, which
        go back to the lots from the end of the order."""
        month = self.month(product)
        off = min(units, month.postpaid)
        month.postpaid -= off
        units -= off
        off = min(units, month.packs)
        month.packs -= off
        self.put_back(product, off, False)
        units -= off
        month.free -= units
        self.put_back(product, units, True)

    def put_back(self, product: str, units: int, is_free: bool) -> None:
        for lot, weight in reversed(self.order(product, all_lots=True)):
            if lot.is_free == is_free:
                back = min(units, int((lot.units - lot.left) / weight))
                lot.left += back * weight
                lot.given_back = lot.given_back or back > 0
                units -= back

    def buy(self, owner: str, pack: str, quantity: int, id: str, source: str) -> None:
        of = {**self.products, **self.pools}[owner]
        offer = next(offer for offer in of["packs"] if offer["id"] == pack)
        if "issue" in offer:
            bought = [of, offer, id, self.now, quantity, source, []]
            self.recurring.append(bought)
            self.issue_recurring_pack(bought)
        else:
            expires = end_of(offer["validity"], self.now, self.expiry)
            self.add(of, offer, False, quantity * Fraction(offer["units"]), expires, id, source)


@dataclass
class Told:
    """The commands that were accepted, so that they can be lived again without one of them."""

    book: dict
    start: datetime
    done: list = field(default_factory=list)  # [instant, name of the method, arguments]
    life: Life = None

    def __post_init__(self) -> None:
        self.life = Life(self.book, self.start)

    def do(self, when: datetime, name: str, *arguments):
        self.life.pass_time(when)
        self.done.append([when, name, list(arguments)])
        return getattr(self.life, name)(*arguments)

    def undo(self, when: datetime, place: int, units: int) -> None:
        """Takes units off a use that was made before, as if they had never been used; does nothing once its month is
        settled."""
        self.life.pass_time(when)
        made, _, arguments = self.done[place]
        if add_months(month_of(made), 1) <= when:
            return
        arguments[1] -= units
        self.life = Life(self.book, self.start)
        for then, name, given in self.done:
            self.life.pass_time(then)
            getattr(self.life, name)(*given)
        self.life.pass_time(when)
