"""Random timelines that go where the rules have edges.

The author of a timeline lives it while writing it: the reference runs along, so that a time can be drawn next to an
expiry that is really coming, a quantity next to a tier's edge, a top-up next to what is owed, an id among those in use.
Most commands are meant to be accepted; the share of slips is kept small, and every refusal has its own.
"""

import copy
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from facefusion_reference import WITH_OWN_ID, run_command
from hypothesis import strategies as st
from reference_document import BOOK, read_command, read_document
from reference_due import SUSPENDED_AFTER, run_due_events
from reference_prices import CALL_TIERS, FUNDS, GRANT, MATERIAL_PACK_UNITS, MODES, PACK_PRICES, POLICY, PRODUCTS
from reference_state import Account, Capacity, Product
from reference_values import BOOK_OFFSET, MOST_UNITS, format_money, midnight, month_of, next_month, parse_money

MICROSECOND = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

AFFORDABLE_PACKS = ("calls-1k", "calls-10k", "calls-100k", "materials-10")

STARTS = (
    datetime(2024, 11, 5, 10),
    datetime(2024, 1, 31, 23, 59, 59, 999_999),
    datetime(2024, 2, 29, 12),
    datetime(2023, 2, 28),
    datetime(2023, 12, 31, 23, 59, 30),
    datetime(2022, 10, 1),
    datetime(2024, 7, 1),
    datetime(2025, 1, 2),
    datetime(2025, 1, 30, 18, 30),
)


SHIPPED_BOOK = Path(__file__).parents[2] / "books" / f"{BOOK}.json"


# Result codes of the service, and what a variant of the book may list of them.
CODES = ("Success", "Timeout", "Fault", "Fault.Disk", "Fault.Blurred", "Busy", "")
LISTED = ("Success", "Fault*", "Fault.*", "Fault.Blurred", "Fault", "Busy", "*")


def _variant(rng: Random) -> dict:
    """The shipped book with tiers of a day, packs that end sooner than earlier ones, and outcomes."""
    book = json.loads(SHIPPED_BOOK.read_text())
    book["format"] = "faregate-book/2"
    book["time_zone"] = book.pop("utc_offset", "+08:00")
    for product in book["products"]:
        codes = rng.sample(LISTED, rng.randint(0, 4))
        product["outcomes"] = [{"code": code, "billable": rng.choice(("yes", "no", "unknown"))} for code in codes]
        if rng.randint(1, 2) == 1:
            product["tier_period"] = "day"
        for pack in product["packs"]:
            if pack["id"] == rng.choice(("calls-1k", "calls-1k", "calls-10k")):
                pack["validity"] = {"months": rng.choice((1, 1, 2))}
    return book


class Author:
    def __init__(self, rng: Random, gate: bool):
        self.rng = rng
        self.gate = gate
        self.book = _variant(rng) if gate and self._chance(30) else BOOK
        self.policy = self._draw_policy()
        self.wallet = self._draw_wallet()
        self.now = rng.choice(STARTS) + rng.choice((timedelta(0), timedelta(hours=rng.randint(0, 2000))))
        self.last_at = self.now
        self.commands = []
        self.own_ids = 0
        self.with_ids = []  # accepted commands that have an id of their own
        document_policy = {name: self.policy.get(name, choices[0]) for name, choices in POLICY.items()}
        funds = None if self.wallet is None else {fund: parse_money(self.wallet.get(fund, "0")) for fund in FUNDS}
        book = read_document({"book": self.book, "commands": []}).book
        self.keep_ids_days = rng.choice((1, 1, 4, 30)) if gate and self._chance(25) else 0
        self.account = Account(document_policy, funds, self.now, book, self.keep_ids_days)

    def timeline(self, n_commands: int) -> dict:
        while len(self.commands) < n_commands:
            self._move()
            self._write_something()
        document = {"book": self.book, "commands": self.commands[:n_commands]}
        if self.policy:
            document["policy"] = self.policy
        if self.wallet is not None:
            document["wallet"] = self.wallet
        if self.keep_ids_days:
            document["keep_ids_days"] = self.keep_ids_days
        return document

    # The document around the commands

    def _chance(self, percent: int) -> bool:
        return self.rng.randint(1, 100) <= percent

    def _draw_policy(self) -> dict:
        if self._chance(5):
            return {}
        return {name: self.rng.choice(choices) for name, choices in POLICY.items() if not self._chance(15)}

    def _draw_wallet(self) -> dict | None:
        kind = self.rng.choice(("absent", "absent", "empty", "small", "mixed", "mixed", "large", "large", "large"))
        if kind == "absent":
            return None
        if kind == "empty":
            return {}
        if kind == "small":
            return {"cash": self._cents(2_000_00), "gift": self._cents(900_00)}
        most = 60_000_00 if kind == "mixed" else 9_000_000_00
        return {fund: self._cents(most) for fund in FUNDS if self._chance(80)}

    def _cents(self, most: int) -> str:
        cents = self.rng.randint(0, most)
        return f"{cents // 100}.{cents % 100:02d}"

    # Time

    def _edges(self) -> list[datetime]:
        """Instants ahead at which something changes."""
        account, now = self.account, self.now
        month = next_month(month_of(now))
        edges = [month, month + timedelta(days=account.policy["settlement_day"] - 1), midnight(now.date() + DAY)]
        if account.arrears_since is not None:
            edges += [account.arrears_since + SUSPENDED_AFTER] * 4
        for product in account.products.values():
            for pack in product.packs[-3:]:
                edges += [midnight(pack.bought.date() + 8 * DAY), pack.bought + timedelta(hours=168)]
            edges += [pack.expires for pack in (*product.packs[-3:], *product.grants[-2:]) if pack.expires]
            edges += [edge for order in product.live_capacity[-3:] for edge in (order.start, order.end)]
            edges += [instant + SECOND for instant, _ in list(product.admitted)[:2]]
            edges += [midnight(amendment.effective) for amendment in account.amendments[product.name][1:]]
        return [edge for edge in edges if edge > now]

    def _move(self) -> None:
        roll = self.rng.randint(1, 100)
        if roll <= 30:
            step = timedelta(0)
        elif roll <= 50:
            step = self.rng.choice((MICROSECOND, timedelta(milliseconds=250), SECOND, timedelta(minutes=7)))
        elif roll <= 72:
            edges = self._edges()
            near = [edge for edge in edges if edge <= self.now + timedelta(days=40)]
            edge = self.rng.choice(edges if not near or self._chance(5) else near)
            aside = self.rng.choice((0, 0, 0, -1, 1)) * self.rng.choice((MICROSECOND, SECOND))
            step = max(edge + aside - self.now, timedelta(0))
        elif roll <= 97:
            step = timedelta(seconds=self.rng.randint(0, 6 * 24 * 3600))
        else:
            step = timedelta(days=self.rng.randint(20, 45), seconds=self.rng.randint(0, 24 * 3600))
        self.now += step
        run_due_events(self.account, self.now)

    def _spelled(self, instant: datetime) -> str:
        """One instant in one of the ways a document may write it."""
        style = self.rng.randint(1, 10)
        if style == 1:
            return (instant - BOOK_OFFSET).isoformat() + "Z"
        if style == 2:
            return (instant - BOOK_OFFSET - timedelta(hours=3, minutes=30)).isoformat() + "-03:30"
        return instant.isoformat() + ("+08:00" if style == 3 else "")

    # Writing

    def _emit(self, do: str, at: datetime | None = None, **fields) -> bool:
        command = {"at": self._spelled(self.now if at is None else at), "do": do, **fields}
        outcome = run_command(self.account, read_command(command, "command"))
        self.commands.append(command)
        if at is None:
            self.last_at = self.now
        accepted = outcome["ok"] and "repeated" not in outcome
        if accepted and do in WITH_OWN_ID and "id" in fields:
            self.with_ids.append(command)
        return accepted

    def _write_something(self) -> None:
        if self._chance(2):
            self._emit("advance", at=self.last_at - self.rng.choice((MICROSECOND, SECOND, 40 * DAY)))
        elif self.with_ids and self._chance(5):
            self._write_again()
        elif self.account.violation and self._chance(35):
            self._emit("reinstate")
        elif self.account.arrears_since is not None and self._chance(40):
            self.write_top_up()
        elif self._idle() and self._chance(40):
            self._emit("set_mode", product="image", mode="calls")
        else:
            weights = {**WEIGHTS, **GATE_WEIGHTS} if self.gate else WEIGHTS
            if self.gate and self.policy.get("pack_order") == "smallest_left":
                weights = {**weights, "turn": 8}
            kind = self.rng.choice([kind for kind, weight in weights.items() for _ in range(weight)])
            getattr(self, "write_" + kind)()

    def _idle(self) -> bool:
        """In `qps` mode without capacity: every call is refused until something is done about it."""
        image = self.account.products["image"]
        return image.open and self.account.mode_in_force(image) == "qps" and not self.account.active_capacity(image)

    def _write_again(self) -> None:
        """A command with an id that is used: the same again, spelled otherwise, or another one."""
        again = copy.deepcopy(self.rng.choice(self.with_ids[-12:]))
        del again["at"]
        change = self.rng.choice(("none", "none", "spelling", "quantity", "command"))
        if change == "spelling" and "quantity" in again:
            again["quantity"] = str(again["quantity"])
        elif change == "quantity" and "amount" in again:
            again["amount"] = "3"
        elif change == "quantity":
            again["quantity"] = 1 + int(again.get("quantity", 1)) % 7
        elif change == "command":
            again = {"do": "use", "product": "image", "quantity": 3, "id": again["id"]}
        self._emit(**again)

    def _new_id(self) -> str:
        self.own_ids += 1
        if self._chance(2):
            return self.rng.choice(("#1", f"#{len(self.account.orders) + 1}", "image/x", "image-pro/free-calls"))
        return self.rng.choice(("a", "b", "Z", "10-")) + str(self.own_ids)

    def _maybe_id(self, percent: int = 70) -> dict:
        return {"id": self._new_id()} if self._chance(percent) else {}

    def _product(self) -> Product | None:
        """An existing product, mostly an open one; None means a name that does not exist."""
        if self._chance(1):
            return None
        product = self.account.products[self.rng.choice(("image", "image", "image-pro"))]
        if product.open or self._chance(15):
            return product
        self._emit("open", product=product.name)
        return product

    def _named(self, product: Product | None) -> str:
        return "image-max" if product is None else product.name

    # Commands on a product

    def write_open(self):
        closed = [name for name, product in self.account.products.items() if not product.open]
        name = self.rng.choice(closed if closed and self._chance(80) else PRODUCTS)
        self._emit("open", product="image-max" if self._chance(2) else name)

    def write_close(self):
        self._emit("close", product=self._named(self._product()))

    def write_claim(self):
        name = "image-pro" if self._chance(85) else self._named(self._product())
        self._emit("claim", product=name, grant=GRANT if self._chance(90) else "free-lunch")

    def write_set_mode(self):
        product = self._product()
        name = self._named(product)
        mode = "concurrency" if self._chance(5) else self.rng.choice(MODES.get(name, ("calls",)))
        self._emit("set_mode", product=name, mode=mode)

    def write_materials(self):
        product = self._product() if self._chance(10) else self.account.products["image"]
        do = self.rng.choice(("add_materials", "add_materials", "remove_materials"))
        place, held = 10, 0
        if product is not None:
            place, held = product.material_limit - product.held_materials, product.held_materials
        if held == 0 and self._chance(80):
            do = "add_materials"
        edge = place if do == "add_materials" else held
        quantity = self.rng.choice((1, edge, edge, max(edge // 2, 1), edge + 1 if self._chance(50) else 1))
        self._emit(do, product=self._named(product), quantity=max(quantity, 1), **self._maybe_id(30))

    def write_announce(self):
        name = "image" if self._chance(75) else self.rng.choice(("image-pro", "image-max"))
        notice = self.rng.choice((30, 30, 31, 45, 29 if self._chance(40) else 33))
        effective: date = self.now.date() + timedelta(days=notice)
        grant = GRANT if self._chance(90) else "free-materials"
        quantity = self.rng.choice((0, 1, 500, 2000))
        self._emit("announce", product=name, grant=grant, quantity=quantity, effective=effective.isoformat())

    # Orders

    def _payment(self, amount: int) -> dict:
        """`pay` of the right sum most of the time, from one fund or two."""
        if self._chance(65):
            return {}
        first, second = self.rng.sample(FUNDS, 2)
        share = amount // 2 if self._chance(40) else amount
        pay = {first: format_money(share), second: format_money(amount - share)}
        if self._chance(12):
            pay[second] = format_money(amount - share + parse_money("0.01"))
        return {"pay": pay}

    def _pack_name(self, product: Product | None) -> str:
        if self._chance(3):
            return "calls-7"
        packs = list(PACK_PRICES["image" if product is None else product.name])
        if self._chance(20) and self.account.wallet is None:
            return self.rng.choice(packs)
        return self.rng.choice([name for name in packs if name in AFFORDABLE_PACKS])

    def write_buy_pack(self):
        product = self._product()
        name = self._pack_name(product)
        quantity = self.rng.choice((1, 1, 1, 2, 3)) if self._chance(97) else MOST_UNITS
        fields = {} if quantity == 1 and self._chance(50) else {"quantity": quantity}
        price = parse_money(PACK_PRICES["image" if product is None else product.name].get(name, "1"))
        if self._chance(15):
            fields["campaign"] = {}
            if self._chance(50):
                fields["campaign"]["price"] = self.rng.choice(("0", "0.015", "99.90"))
                price = parse_money(fields["campaign"]["price"])
            if self._chance(60):
                fields["campaign"]["refundable"] = self._chance(30)
        if quantity < 10:
            fields.update(self._payment(price * quantity))
        bought = self._emit("buy_pack", product=self._named(product), pack=name, **fields, **self._maybe_id())
        if bought and name in MATERIAL_PACK_UNITS and product.open and self._chance(60):
            place = product.material_limit - product.held_materials
            if place:
                self._emit("add_materials", product=product.name, quantity=place)
            self._emit("refund", id=list(self.account.orders)[-1])
        elif bought and self._chance(25):
            self.write_refund()

    def write_give_pack(self):
        product = self._product()
        self._emit("give_pack", product=self._named(product), pack=self._pack_name(product), **self._maybe_id())

    def write_buy_capacity(self):
        product = self._product()
        meter = "qps" if product is None else product.meter
        by_month = product is None or meter == "concurrency" or self._chance(60)
        if self._chance(4):
            by_month = False
        length = self.rng.choice((1, 1, 2, 3, 5 if by_month else 31))
        fields = {"months" if by_month else "days": length}
        quantity = self.rng.choice((1, 5, 20, 49, 50, 51, 99, 100, 150, 300, 301))
        if meter == "concurrency":
            quantity = self.rng.choice((1, 2, 3))
        elif product is not None and product.live_capacity and self._chance(50):
            held = self.account.active_capacity(product)
            quantity = self.rng.choice([edge - held for edge in (50, 100, 300) if edge > held] or [1])
        if meter == "concurrency" and by_month and self._chance(3):
            fields["months"] = MOST_UNITS
        if self._chance(40):
            ahead = self.rng.choice((0, 1, 2, 9, 40)) if self._chance(92) else -1
            fields["start"] = (self.now.date() + timedelta(days=ahead)).isoformat()
        if self._chance(3):
            meter = "materials"
        fields.update(self._maybe_id())
        self._emit("buy_capacity", product=self._named(product), meter=meter, quantity=quantity, **fields)
        if product is not None and product.meter == "qps" and product.mode_setting == "calls" and self._chance(60):
            self._emit("set_mode", product=product.name, mode="qps")

    def _looks_refundable(self, id: str) -> bool:
        _, order = self.account.orders[id]
        if isinstance(order, Capacity):
            return not order.refunded and self.now < order.start
        fresh = self.now < order.bought + 8 * DAY
        return order.source == "paid" and not order.refunded and order.left == order.units and fresh

    def write_refund(self):
        orders = list(self.account.orders)[-4:]
        if self._chance(60):
            orders = [id for id in list(self.account.orders)[-12:] if self._looks_refundable(id)] or orders
        roll = self.rng.randint(1, 100)
        if roll <= 6 and self.account.grant_ids:
            id = self.rng.choice(sorted(self.account.grant_ids))
        elif roll > 9 and not orders:
            return self.write_buy_pack()
        elif roll <= 9:
            id = self.with_ids[-1]["id"] if self.with_ids and self._chance(50) else "nothing"
        else:
            id = self.rng.choice(orders)
        self._emit("refund", id=id)

    def write_refund_at_the_edge(self):
        """R29: around the end of the window, by either clock."""
        ids = [id for id in self.account.orders if self._looks_refundable(id)]
        if not ids:
            return self.write_buy_pack()
        id = self.rng.choice(ids[-4:])
        _, order = self.account.orders[id]
        if isinstance(order, Capacity):
            edge = order.start
        else:
            edge = self.rng.choice((midnight(order.bought.date() + 8 * DAY), order.bought + timedelta(hours=168)))
        self.now = max(self.now, edge - self.rng.choice((-1, 0, 1, 1)) * MICROSECOND)
        run_due_events(self.account, self.now)
        self._emit("refund", id=id)

    def write_top_up(self):
        account = self.account
        owed = 0 if account.balance is None else max(-account.balance, 0)
        cent = parse_money("0.01")
        amount = self.rng.choice((parse_money(self._cents(2_000_00)), owed, owed, owed + cent, owed - cent))
        fields = {"fund": self.rng.choice(FUNDS)} if self._chance(30) else {}
        self._emit("top_up", amount=format_money(max(amount, cent)), **fields, **self._maybe_id(30))

    def write_withdraw(self):
        cent = parse_money("0.01")
        cash = parse_money("5") if self.account.wallet is None else self.account.wallet["cash"]
        amount = self.rng.choice((cash, cash + cent, cash // 2 // cent * cent, parse_money("1.5")))
        self._emit("withdraw", amount=format_money(max(amount, cent)), **self._maybe_id(30))

    # Usage

    def _quantity(self, product: Product | None) -> int:
        """Next to what a grant or pack has left, next to a tier's edge, or anything."""
        roll = self.rng.randint(1, 100)
        if product is None or roll <= 30:
            return self.rng.randint(0, 2500)
        usage = product.usage_of(month_of(self.now))
        prepaid = [pack.left for pack in (*product.drawable_grants, *product.drawable_packs)]
        aside = self.rng.choice((-1, 0, 0, 1, -7, -19))
        if roll <= 55:
            return max(sum(self.rng.sample(prepaid, self.rng.randint(0, len(prepaid)))) + aside, 0)
        if roll <= 98:
            edge = self.rng.choice([edge for edge, _ in CALL_TIERS[product.name][1 : 3 if self._chance(75) else 5]])
            counted = self.rng.choice((usage.postpaid, usage.packs + usage.postpaid, usage.total))
            covered = self.rng.choice((0, sum(prepaid)))
            return max(edge + aside - counted + covered, 0)
        return self.rng.choice((MOST_UNITS, MOST_UNITS - usage.total)) if self._chance(15) else 20_000_000

    def write_use(self):
        product = self._product()
        quantity = self._quantity(product)
        fields = {"billable": self._chance(30)} if self._chance(10) else {}
        spelled = str(quantity) if self._chance(5) else quantity
        self._emit("use", product=self._named(product), quantity=spelled, **fields, **self._maybe_id())

    def write_mixed_month(self):
        """R17: usage of a month in both modes of a product, enough for a tier to depend on which of it counts."""
        if self._chance(50):
            product = "image"
            self._emit("buy_capacity", product=product, meter="qps", quantity=1, days=1)
            self._emit("set_mode", product=product, mode="qps")
            self._emit("use", product=product, quantity=self.rng.choice((9_000, 10_000, 99_000)))
            self._emit("set_mode", product=product, mode="calls")
            self._emit("use", product=product, quantity=self.rng.randint(1, 12_000))
        else:
            product = "image-pro"
            self._emit("use", product=product, quantity=self.rng.randint(1, 12_000))
            self._emit("buy_capacity", product=product, meter="concurrency", quantity=1, months=1)
            self._emit("use", product=product, quantity=self.rng.choice((9_000, 10_000, 99_000)))

    def write_suspend(self):
        self._emit("suspend")

    def write_reinstate(self):
        self._emit("reinstate")

    def write_preview(self):
        product = self._product()
        fields = {"product": self._named(product)} if self._chance(60) else {}
        if fields and self._chance(40):
            fields["quantity"] = self._quantity(product)
        self._emit("preview", **fields)

    def write_statement(self):
        self._emit("statement")

    def write_advance(self):
        self._emit("advance")

    # The gate

    def _held(self, product: Product | None) -> int:
        """A limited product takes a few units at a time, one with slots whatever there is."""
        limit = 20 if product is None else self.account.limit_in_force(product)
        if product is not None and product.meter == "concurrency" and self._chance(80):
            return max(min(self._quantity(product), 50_000), 1)
        return self.rng.choice((1, 1, 2, 7, max(limit, 1), limit + 1 if self._chance(30) else 3))

    def write_call(self):
        product = self._product()
        if product is not None and self._chance(30):
            product = self.account.products["image-pro"]
        quantity = self._held(product)
        fields = {} if quantity == 1 else {"quantity": quantity}
        if self._chance(20):
            fields["timeout_ms"] = self.rng.choice((1, 250, 60_000, 40 * 24 * 3_600_000, MOST_UNITS))
        if self._chance(10):
            fields["owner"] = "kiosk 7"
        id = self._new_id()
        if self.account.calls and self._chance(20):
            id = self.rng.choice(list(self.account.calls)[-9:])
            if self._chance(50):
                return self._emit("call", **self.account.calls[id].identity[1])
        return self._emit("call", product=self._named(product), id=id, **fields)

    def write_burst(self):
        """Enough calls at once to come against the limit, with steps that cross the window's edges."""
        product = self._product()
        limit = 20 if product is None else self.account.limit_in_force(product)
        by_slot = product is not None and product.meter == "concurrency"
        for _ in range(min(limit, 12) + 1 if by_slot else 6):
            fields = {} if by_slot else {"quantity": max(limit // self.rng.choice((2, 3, 4)), 1)}
            self._emit("call", product=self._named(product), id=self._new_id(), **fields)
            self.now += self.rng.choice((0, 0, 1, 100_000, 250_000, 333_333, 500_000)) * MICROSECOND
            if product is not None and product.admitted and self._chance(15):
                self.now = max(self.now, product.admitted[0][0] + SECOND - self.rng.choice((0, 1)) * MICROSECOND)
            run_due_events(self.account, self.now)

    def write_end(self):
        calls = self.account.calls
        pending = [id for id, hold in calls.items() if hold.ended is None]
        ended = [id for id, hold in calls.items() if hold.ended is not None]
        told = [calls[id].told[0] for id in pending if calls[id].told]
        if told and self._chance(10):
            do, fields = self.rng.choice(told)
            self._emit(do, **fields)
        elif pending and self._chance(92):
            self._write_ending(self.rng.choice(pending[:2] + pending[-4:]))
        elif ended and self._chance(80):
            id = self.rng.choice(ended[-4:])
            (do, fields), _ = calls[id].told if calls[id].told and self._chance(20) else calls[id].ended
            if self._chance(60):
                self._emit(do, **fields)
            else:
                self._write_ending(id)
        elif pending or self._chance(15):
            self._write_ending("nothing")
        else:
            self.write_call()

    def _write_ending(self, id: str):
        held = self.account.calls[id].draw.quantity if id in self.account.calls else 1
        kind = self.rng.choice(("commit", "cancel", "cancel", "less", "less", "more", "outcome", "outcome"))
        if kind == "cancel":
            return self._emit("cancel", id=id)
        fields = {"ref": self.rng.choice(("9f3c", "单据"))} if self._chance(20) else {}
        if kind == "outcome" or self._chance(20):
            fields["outcome"] = self.rng.choice(CODES)
        if kind == "less":
            fields["quantity"] = self.rng.choice((0, held // 2, max(held - 1, 0), held))
        elif kind == "more":
            product = self.account.calls[id].product if id in self.account.calls else None
            more = self.rng.choice((1, 7, 500, self._quantity(product)))
            fields["quantity"] = min(held + more, MOST_UNITS)
        return self._emit("commit", id=id, **fields)

    def write_adjust(self):
        product = self._product()
        if product is None or self._chance(30):
            self._write_adjust(product, max(self._quantity(product), 1))
        else:
            self._write_take_off(product)

    def _write_adjust(self, product: Product | None, quantity: int) -> None:
        reason = self.rng.choice(("counted twice", "missed", "对账"))
        self._emit("adjust", product=self._named(product), quantity=quantity, reason=reason, **self._maybe_id(30))

    def _write_take_off(self, product: Product) -> None:
        """Next to where one source of the month's units ends, or all that may be taken."""
        usage = product.usage_in(product.period_of(self.now))
        used = usage.total - self.account.uncertain_units(product, product.period_of)
        edges = (1, 40, usage.postpaid, usage.postpaid + usage.packs, used // 2, used)
        units = self.rng.choice([edge for edge in edges if 0 < edge <= used] or [0]) + self._chance(4)
        self._write_adjust(product, -units or 1)

    def _go_to(self, instant: datetime) -> None:
        self.now = max(self.now, instant)
        run_due_events(self.account, self.now)

    def _write_calls(self, product: Product) -> list[str]:
        ids = [self._new_id() for _ in range(self.rng.randint(1, 3))]
        for id in ids:
            self._emit("call", product=product.name, id=id, quantity=self._held(product))
            if self._chance(60):
                self._emit("use", product=product.name, quantity=self._quantity(product) % 5000)
        return ids

    def _end_calls(self, product: Product, ids: list[str]) -> None:
        for id in ids:
            kind = self.rng.choice(("use", "take off", "buy", "nothing"))
            if kind == "use":
                self._emit("use", product=product.name, quantity=self.rng.choice((10, 300, 900)))
            elif kind == "take off":
                self._write_take_off(product)
            elif kind == "buy":
                self._emit("buy_pack", product=product.name, pack="calls-1k")
            if id in self.account.calls and self._chance(80):
                self._write_ending(id)

    def write_across(self):
        """Calls just before a month, or a pack, ends, and what becomes of them just after it."""
        product = self.account.products[self.rng.choice(("image", "image-pro", "image-pro"))]
        packs = [pack for pack in product.drawable_packs if pack.left and pack.valid_at(self.now)]
        edge = next_month(month_of(self.now))
        if packs and self._chance(70):
            edge = min(pack.expires for pack in packs)
        self._go_to(edge - self.rng.choice((SECOND, DAY // 2)))
        if not product.open:
            self._emit("open", product=product.name)
        if packs and self._chance(50):
            self._emit("give_pack", product=product.name, pack="calls-1k")
        ids = self._write_calls(product)
        self._go_to(edge + self.rng.choice((timedelta(0), SECOND, DAY, DAY + SECOND)))
        if self._chance(30):
            self._write_take_off(product)
        self._end_calls(product, ids)

    def write_across_settlement(self):
        """Postpaid usage and a pack for it, calls of the next month before the settlement and their end after it."""
        product = self.account.products["image-pro"]
        if not product.open:
            self._emit("open", product=product.name)
        prepaid = sum(pack.left for pack in (*product.drawable_grants, *product.drawable_packs))
        self._emit("use", product=product.name, quantity=prepaid + self.rng.choice((1, 400, 900, 9_500)))
        self._give(self.rng.choice(("calls-1k", "calls-10k")))
        month = next_month(month_of(self.now))
        self._go_to(month)
        if self._chance(50):
            self._give("calls-1k")
        self._emit("use", product=product.name, quantity=self.rng.choice((50, 400, 880)))
        self._write_take_off(product)
        ids = self._write_calls(product)
        self._write_take_off(product)
        self._emit("use", product=product.name, quantity=self.rng.choice((30, 70, 900)))
        self._go_to(month + timedelta(days=self.account.policy["settlement_day"] - 1))
        self._end_calls(product, ids)

    def write_turn(self):
        """smallest_left: a call after which another pack has least left, so that its end turns the order around."""
        if not self.account.products["image-pro"].open:
            self._emit("open", product="image-pro")
        turns = (self._turn_beside_a_void_pack, self._turn_for_a_void_pack, self._turn_before_a_settlement)
        self.rng.choice((*turns, self.write_across_settlement))()

    def _pro(self, do: str, units: int) -> None:
        reason = {"reason": "recount"} if do == "adjust" else {}
        self._emit(do, product="image-pro", quantity=units, **reason)

    def _call_and(self, units: int, *steps) -> None:
        """A call of image-pro, then each of `steps`, then the end of the call."""
        id = self._new_id()
        self._emit("call", product="image-pro", id=id, quantity=max(units, 1))
        for step in steps:
            step()
        if id in self.account.calls:
            self._write_ending(id)

    def _give(self, pack: str) -> None:
        self._emit("give_pack", product="image-pro", pack=pack)

    def _turn_beside_a_void_pack(self) -> None:
        """The pack that ends first is drawn below 1,000 by the call; without it a new pack of 1,000 has less."""
        packs = [pack for pack in self.account.products["image-pro"].drawable_packs if pack.valid_at(self.now)]
        large = [pack for pack in packs if pack.left > 1_000]
        if not large:
            return self._give("calls-10k")
        pack = min(large, key=lambda pack: pack.expires)
        self._go_to(pack.expires - SECOND)
        use = self.rng.choice((50, 300))
        steps = (lambda: self._give("calls-1k"), lambda: self._pro("use", use), lambda: self._go_to(pack.expires))
        return self._call_and(pack.left - self.rng.choice((400, 900)), *steps)

    def _turn_for_a_void_pack(self) -> None:
        """The call draws a large pack below a new one, which then stays whole; it may be void before the call ends."""
        month = next_month(month_of(self.now))
        self._go_to(month)
        self._give("calls-10k")
        left = sum(pack.left for pack in self.account.products["image-pro"].drawable_packs if pack.valid_at(self.now))
        use, after = self.rng.choice((50, 300)), self.rng.choice((timedelta(0), DAY))
        steps = (
            lambda: self._give("calls-1k"),
            lambda: self._pro("use", use),
            lambda: self._go_to(next_month(month) + after),
        )
        self._call_and(left - self.rng.choice((400, 900)), *steps)

    def _turn_before_a_settlement(self) -> None:
        """Corrections let an emptied pack grow beyond one of last month, of which the settlement will take."""
        product = self.account.products["image-pro"]
        prepaid = sum(pack.left for pack in (*product.drawable_grants, *product.drawable_packs))
        self._give("calls-1k")
        self._pro("use", prepaid + 1_000)
        month = next_month(month_of(self.now))
        self._go_to(month)
        month = next_month(month)
        self._pro("use", self.rng.choice((400, 900)))
        self._give("calls-1k")
        self._go_to(month)
        left, less = self.rng.choice((60, 120)), self.rng.choice((10, 20))
        self._pro("use", 1_000 - left)
        self._pro("adjust", less - left)
        call = self.rng.randint(1, left - less)
        steps = (
            lambda: self._pro("adjust", -less - call // 2),
            lambda: self._pro("use", self.rng.randint(1, left)),
            lambda: self._go_to(month + timedelta(days=self.account.policy["settlement_day"] - 1)),
        )
        self._call_and(call, *steps)

    def write_undone_beside(self):
        """A call, and around it what draws on the same: usage, a purchase, another call, a correction, an ending."""
        for pack in self.rng.sample(("calls-1k", "calls-10k"), self.rng.randint(1, 2)):
            self._emit("give_pack", product="image-pro", pack=pack)
        product = self.account.products["image-pro"]
        if not product.open:
            self._emit("open", product="image-pro")
        for _ in range(self.rng.randint(3, 6)):
            kind = self.rng.choice(("call", "call", "use", "use", "buy", "adjust", "refund", "move", "end"))
            if kind == "call":
                quantity = self.rng.choice((50, 300, 700, 1500))
                self._emit("call", product="image-pro", id=self._new_id(), quantity=quantity)
            elif kind == "use":
                self._emit("use", product="image-pro", quantity=self.rng.choice((30, 300, 900)))
            elif kind == "buy":
                pack = self.rng.choice(("calls-1k", "calls-1k", "calls-10k"))
                self._emit(self.rng.choice(("buy_pack", "give_pack")), product="image-pro", pack=pack)
            elif kind == "adjust":
                self._emit("adjust", product="image-pro", quantity=self.rng.choice((-20, -250, 60)), reason="recount")
            elif kind == "refund":
                self.write_refund()
            elif kind == "move":
                self._move()
            else:
                self.write_end()


WEIGHTS = {
    "open": 3,
    "close": 2,
    "claim": 3,
    "set_mode": 5,
    "materials": 9,
    "announce": 3,
    "buy_pack": 14,
    "give_pack": 4,
    "buy_capacity": 7,
    "refund": 7,
    "refund_at_the_edge": 2,
    "mixed_month": 2,
    "top_up": 5,
    "withdraw": 2,
    "use": 30,
    "suspend": 2,
    "reinstate": 1,
    "preview": 4,
    "statement": 2,
    "advance": 4,
}
GATE_WEIGHTS = {"call": 14, "burst": 2, "end": 14, "adjust": 6, "undone_beside": 2, "across": 3, "across_settlement": 1}


def random_timeline(rng: Random, n_commands: int, gate: bool = True) -> dict:
    """A timeline of exactly `n_commands`; the same generator state gives the same timeline."""
    return Author(rng, gate).timeline(n_commands)


@st.composite
def timelines(draw, max_commands: int = 40, gate: bool = True) -> dict:
    """Shrinks by leaving commands out, one at a time, wherever they stand."""
    timeline = random_timeline(draw(st.randoms(use_true_random=False)), draw(st.integers(1, max_commands)), gate)
    commands = timeline["commands"]
    kept = draw(st.lists(st.integers(0, 19), min_size=len(commands), max_size=len(commands)))
    timeline["commands"] = [command for command, keep in zip(commands, kept, strict=True) if keep]
    return timeline
