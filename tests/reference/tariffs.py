"""Random price books of format 2, and the life of an account in each.

A book is plain but for a few features, so that a difference between two implementations shows which one it is about.
Each feature adds its keys to a book that is plain; `FEATURES` names them all, in the order in which they are added.
"""

import copy
from datetime import datetime, timedelta
from random import Random

STARTS = (
    datetime(2025, 1, 5, 10),
    datetime(2024, 2, 28, 23, 59, 30),
    datetime(2025, 3, 29),
    datetime(2025, 10, 25, 12),
)
PRICES = ("0.01", "0.02", "0.05", "0.10", "0.25", "1", "3", "0.003")
EDGES = (10, 20, 50, 100, 500)
QUANTITIES = (0, 1, 2, 5, 9, 10, 11, 30, 49, 50, 60, 99, 100, 140, 700)
MADRID = [
    {"at": "1970-01-01T00:00:00Z", "offset": "+01:00"},
    {"at": "2024-03-31T01:00:00Z", "offset": "+02:00"},
    {"at": "2024-10-27T01:00:00Z", "offset": "+01:00"},
    {"at": "2025-03-30T01:00:00Z", "offset": "+02:00"},
    {"at": "2025-10-26T01:00:00Z", "offset": "+01:00"},
]
CODES = ("Success", "Timeout", "Fault", "Fault.Disk", "Fault.Blurred", "Busy")
LISTED = ("Success", "Fault*", "Fault.*", "Fault.Blurred", "Busy", "*")


def _some(rng: Random, percent: int) -> bool:
    return rng.randint(1, 100) <= percent


def _schedule(rng: Random, models=("flat", "volume", "volume", "graduated", "graduated"), block: bool = True) -> dict:
    schedule = {"model": rng.choice(models)}
    if schedule["model"] != "stairstep" and _some(rng, 20):
        schedule["per"] = 10
    if schedule["model"] == "flat":
        schedule["price"] = rng.choice(PRICES)
    else:
        edges = [0, *sorted(rng.sample(EDGES, rng.randint(1, 3)))]
        schedule["tiers"] = [{"from": edge, "price": rng.choice(PRICES)} for edge in edges]
        if _some(rng, 20):
            schedule["edges"] = "upper"
    if block and schedule["model"] != "stairstep" and _some(rng, 15):
        schedule["block"] = rng.choice((2, 5, 10))
    return schedule


def _validity(rng: Random):
    return rng.choice(("permanent", "month", {"days": rng.choice((1, 7, 30))}, {"months": 1}, {"years": 1}))


def _product(rng: Random, number: int) -> dict:
    product = {"id": f"p{number}", "meter": "units", "price": _schedule(rng)}
    if _some(rng, 50):
        issue = rng.choice(("monthly", "opening", "claim"))
        validity = "month" if issue == "monthly" else _validity(rng)
        product["grants"] = [{"id": "free", "quantity": rng.choice((5, 20, 50)), "issue": issue, "validity": validity}]
    if _some(rng, 60):
        product["packs"] = [_pack(rng, f"k{pack}") for pack in range(rng.randint(1, 2))]
    return product


def _pack(rng: Random, id: str) -> dict:
    return {
        "id": id,
        "units": rng.choice((10, 40, 100)),
        "price": rng.choice(("1", "4.50", "10")),
        "validity": _validity(rng),
    }


# Features: each changes a book that has `products` and whatever the features before it have added


def _declare(book: dict, *attributes: dict) -> None:
    known = {attribute["id"] for attribute in book.setdefault("attributes", [])}
    book["attributes"] += [attribute for attribute in attributes if attribute["id"] not in known]


MODEL = {"id": "model", "values": ["a", "b", "c"]}
REGION = {"id": "region", "values": ["eu", "us"], "default": "eu"}
SIZE = {"id": "size", "whole": {"from": 0}}
LEVEL = {"id": "level", "values": ["plain", "gold"], "of": "account", "default": "plain"}


def _when(rng: Random) -> dict:
    conditions = {
        "model": rng.choice(("a", "b", ["a", "c"])),
        "region": rng.choice(("eu", "us")),
        "size": rng.choice(({"from": 10}, {"below": 50}, {"from": 10, "below": 100})),
        "hour": rng.choice(({"below": 6}, {"from": 18}, {"from": 8, "below": 20})),
        "weekday": rng.choice(({"from": 6}, [1, 2], 3)),
        "level": "gold",
    }
    return {name: conditions[name] for name in rng.sample(sorted(conditions), rng.randint(1, 2))}


def rules(rng: Random, book: dict) -> None:
    _declare(book, MODEL, REGION, SIZE, LEVEL)
    for product in book["products"]:
        if _some(rng, 80):
            product["rules"] = [_rule(rng, number) for number in range(rng.randint(1, 4))]
            if _some(rng, 15) and any("price" in rule for rule in product["rules"]):
                del product["price"]


def _rule(rng: Random, number: int) -> dict:
    rule = {"id": f"r{number}", "when": _when(rng)}
    kinds = rng.sample(("price", "price", "factor", "factor", "quantity", "billable"), rng.choice((1, 1, 2)))
    if "price" in kinds:
        rule["price"] = _schedule(rng)
    if "factor" in kinds:
        rule["factor"] = rng.choice(("0.5", "1.2", "2"))
    if "quantity" in kinds:
        rule["quantity"] = [rng.choice((2, 3))]
    if "billable" in kinds:
        rule["billable"] = rng.choice(("no", "no", "yes"))
    return rule


def _term(rng: Random):
    if _some(rng, 30):
        return rng.choice((2, "size"))
    term = {"of": "size"}
    for key, values in (("less", (5, 20)), ("least", (7, 30)), ("divide", (4, 10))):
        if _some(rng, 50):
            term[key] = rng.choice(values)
    if _some(rng, 50):
        term["round"] = rng.choice(("up", "down", "half_up"))
    return term


def terms(rng: Random, book: dict) -> None:
    _declare(book, {**SIZE, "default": 0} if _some(rng, 30) else SIZE)
    for product in book["products"]:
        if _some(rng, 70):
            product["quantity"] = [_term(rng) for _ in range(rng.randint(1, 2))]


def events(rng: Random, book: dict) -> None:
    names = [product["id"] for product in book["products"]]
    if len(names) > 1:
        book["events"] = [{"id": "both", "products": rng.sample(names, 2)}]


def outcomes(rng: Random, book: dict) -> None:
    for product in book["products"]:
        codes = rng.sample(LISTED, rng.randint(1, 4))
        product["outcomes"] = [{"code": code, "billable": rng.choice(("yes", "no", "unknown"))} for code in codes]


PERIODS = ("hour", "day", "week", "month", "year", {"hours": 6}, {"days": 3}, {"months": 2})


def tier_periods(rng: Random, book: dict) -> None:
    for product in book["products"]:
        product["tier_period"] = rng.choice(("hour", "day", "year", "year", {"hours": 6}, {"days": 3}))
        if product["tier_period"] == {"hours": 6} or product["tier_period"] == {"days": 3}:
            product["settle"] = product["tier_period"]


def daily_tiers(rng: Random, book: dict) -> None:
    for product in book["products"]:
        if _some(rng, 70):
            product["tier_period"] = "day"


def each_event(rng: Random, book: dict) -> None:
    _declare(book, {**SIZE, "default": 0} if _some(rng, 30) else SIZE)
    for product in book["products"]:
        product["tier_period"] = "event"
        product.setdefault("quantity", [_term(rng)])
        product |= rng.choice(({}, {"least": "0.50"}, {"most": "5"}, {"least": "1.5", "most": "20"}))


def counters(rng: Random, book: dict) -> None:
    """Schedules of one counter are of one tier period."""
    for product in book["products"]:
        if product.get("price") and _some(rng, 80):
            product["price"]["counter"] = "shared"
            product.pop("tier_period", None)
            product.pop("settle", None)


def tier_fees(rng: Random, book: dict) -> None:
    for product in book["products"]:
        for tier in product.get("price", {}).get("tiers", ()):
            if "counter" not in product["price"] and _some(rng, 60):
                tier["fee"] = rng.choice(("1", "2.50"))


def stairstep(rng: Random, book: dict) -> None:
    for product in book["products"]:
        if _some(rng, 70):
            product["price"] = _schedule(rng, ("stairstep",))


def schedule_rounding(rng: Random, book: dict) -> None:
    for product in book["products"]:
        if product.get("price"):
            mode = rng.choice(("half_up", "up", "down", "half_even"))
            product["price"]["rounding"] = {"digits": rng.choice((0, 1, 2)), "mode": mode}


# Periods of tiers and of settlement of which one is made of whole others.
PAIRS = (
    *(("month", "hour"), ("month", "day"), ("month", "year"), ("week", "day"), ("day", "week"), ("hour", "week")),
    *(("year", "month"), ("year", "day"), ("hour", "day"), ("week", "week")),
    *(({"days": 6}, {"days": 3}), ({"days": 3}, "day"), ("day", {"days": 3}), ({"days": 10}, "hour")),
    *(({"months": 2}, {"months": 1}), ("hour", {"months": 1}), ({"months": 1}, "day")),
    *(({"hours": 12}, {"hours": 6}), ({"hours": 6}, {"hours": 12})),
)


def settle(rng: Random, book: dict) -> None:
    book["settle"] = rng.choice(("hour", "day", "year", "month"))
    book["rounding"] = {"digits": rng.choice((1, 2)), "mode": rng.choice(("half_up", "up", "half_even"))}
    for product in book["products"]:
        if "counter" in product.get("price", {}):
            if _some(rng, 50):
                product["settle"] = rng.choice(("hour", "day", "year", "month"))
        elif product.get("tier_period") != "event" and _some(rng, 60):
            product["tier_period"], product["settle"] = rng.choice(PAIRS)


def least_and_most(rng: Random, book: dict) -> None:
    for product in book["products"]:
        if _some(rng, 60):
            product["least"] = rng.choice(("0.50", "2"))
        if _some(rng, 60):
            product["most"] = rng.choice(("5", "20"))


def bill(rng: Random, book: dict) -> None:
    book["bill"] = {"least": "3"} if _some(rng, 50) else {"least": "1", "most": "10"}


def fees(rng: Random, book: dict) -> None:
    book["rounding"] = {"digits": 2, "mode": "half_up"}
    for product in book["products"]:
        product["fees"] = [
            {
                "id": f"fee{number}",
                "amount": rng.choice(("31", "7", "0.99")),
                "every": rng.choice(("month", "month", "week", "day", "once", "year")),
                "prorate": rng.choice(("none", "days", "seconds")),
            }
            for number in range(rng.randint(1, 2))
        ]
        for fee in product["fees"]:
            if fee["every"] == "once":
                del fee["prorate"]
            if _some(rng, 20):
                _declare(book, LEVEL)
                fee["when"] = {"level": "gold"}


def pools(rng: Random, book: dict) -> None:
    covered = rng.sample([product["id"] for product in book["products"]], rng.randint(1, len(book["products"])))
    covers = [{"product": name, "weight": rng.choice(("1", "0.4", "2", "1.5"))} for name in covered]
    if _some(rng, 30):
        covers[0]["per"] = rng.choice((3, 10))
    if _some(rng, 50):
        _declare(book, MODEL, REGION, SIZE, LEVEL)
        covers = [
            *({**rng.choice(covers), "weight": rng.choice(("1", "0.5")), "when": _when(rng)} for _ in "ab"),
            *covers,
        ]
        if _some(rng, 30):
            covers[-1]["when"] = _when(rng)
    pool = {"id": "pool", "unit": "point", "covers": covers, "packs": [_pack(rng, "k0"), _pack(rng, "k1")]}
    if _some(rng, 50):
        pool["grants"] = [{"id": "free", "quantity": 20, "issue": "monthly", "validity": "month"}]
    book["pools"] = [*book.get("pools", ()), pool]


def money_pools(rng: Random, book: dict) -> None:
    covered = rng.sample(book["products"], rng.randint(1, min(2, len(book["products"]))))
    for product in covered:
        _price_flat(rng, product)
    covers = [{"product": product["id"], "of_price": rng.choice(("0.8", "1"))} for product in covered]
    if _some(rng, 40):
        _declare(book, MODEL, REGION, SIZE, LEVEL)
        covers = [{**rng.choice(covers), "of_price": rng.choice(("0.5", "1.25")), "when": _when(rng)}, *covers]
    packs = [{**_pack(rng, id), "units": rng.choice(("1", "4.50", "10.57", "0.003", 10))} for id in ("m", "n")]
    pool = {"id": "purse", "money": True, "covers": covers, "packs": packs}
    if _some(rng, 40):
        pool["grants"] = [{"id": "free", "quantity": rng.choice(("2.25", 3)), "issue": "monthly", "validity": "month"}]
    book["pools"] = [*book.get("pools", ()), pool]


def _price_flat(rng: Random, product: dict) -> None:
    """By its own price and by its rules, some of which give it away; factors stay."""
    price = {"model": "flat", "price": rng.choice(("0.02", "0.10", "0.3"))}
    product["price"] = {**price, **rng.choice(({}, {}, {"per": 3}))}
    for rule in product.get("rules", ()):
        if "price" in rule:
            rule["price"] = {
                "model": "flat",
                "price": rng.choice(("0.02", "0.10", "0.07", "0")),
                "per": rng.choice((1, 4)),
            }


def _owners(book: dict) -> list:
    return [*book["products"], *book.get("pools", ())]


def ranks(rng: Random, book: dict) -> None:
    for owner in _owners(book):
        for lot in (*owner.get("grants", ()), *owner.get("packs", ())):
            if _some(rng, 60):
                lot["rank"] = rng.choice((0, 5, 10, 20))


def order(rng: Random, book: dict) -> None:
    for owner in _owners(book):
        if owner.get("packs"):
            owner["order"] = rng.sample(("expiry", "bought", "left", "units"), rng.randint(1, 3))


RECURRING = ("day", "week", "hour", {"hours": 5}, {"days": 2}, {"months": 1})


def recurring_grants(rng: Random, book: dict) -> None:
    for owner in _owners(book):
        if _some(rng, 70):
            duration = rng.choice(({"days": 10}, {"months": 2}, {"hours": 50}))
            grant = {"id": "again", "quantity": rng.choice((10, 30)), "validity": "period"}
            grant["issue"] = {"every": rng.choice(RECURRING), "for": duration}
            if _some(rng, 60):
                grant["rollover"] = rng.choice((5, 50))
            if owner.get("money") and _some(rng, 50):
                grant |= {"quantity": "1.10"} | ({"rollover": "0.333"} if "rollover" in grant else {})
            owner["grants"] = [*owner.get("grants", ()), grant]


def recurring_packs(rng: Random, book: dict) -> None:
    for owner in _owners(book):
        for pack in owner.get("packs", ()):
            if _some(rng, 60):
                del pack["validity"]
                every = rng.choice(("week", "month", {"days": 3}, {"months": 1}))
                pack["issue"] = {"every": every, "for": rng.choice(({"days": 20}, {"months": 3}))}


def exact_validity(rng: Random, book: dict) -> None:
    for owner in _owners(book):
        for lot in (*owner.get("grants", ()), *owner.get("packs", ())):
            if "validity" in lot and lot["validity"] != "period" and lot.get("issue") != "monthly":
                lot["validity"] = rng.choice(({"hours": 30}, {"seconds": 5000}))
    if _some(rng, 50):
        book.setdefault("policy", {})["pack_expiry"] = "instant"


def order_sizes(rng: Random, book: dict) -> None:
    for owner in _owners(book):
        for pack in owner.get("packs", ()):
            if _some(rng, 60):
                pack["count"] = rng.choice(({"least": 2}, {"step": 2}, {"least": 1, "step": 2, "most": 5}, {"most": 2}))
            if _some(rng, 40):
                pack["price"] = _schedule(rng, block=False)


def conditions(rng: Random, book: dict) -> None:
    _declare(book, LEVEL)
    offers = [pack for owner in _owners(book) for pack in owner.get("packs", ())]
    for number, pack in enumerate(offers):
        pack["id"] = f"o{number}"
        if number and _some(rng, 40):
            pack["requires"] = ["o0"]
        elif _some(rng, 30):
            pack["when"] = {"level": "gold"}


REFUNDS = ("unused", "none", "pro_rata", "pro_rata", "list_price", "list_price")


def refunds(rng: Random, book: dict) -> None:
    for product in book["products"]:
        for pack in product.get("packs", ()):
            words = ("unused", "pro_rata") if "issue" in pack or "price" not in product else REFUNDS
            pack["refund"] = rng.choice(words)
        for capacity in product.get("capacities", ()) if "editions" not in book else ():
            in_part = "month" not in capacity or capacity.get("prorate", "none") != "none"
            capacity["refund"] = rng.choice(
                ("unused", "none", "pro_rata", "pro_rata") if in_part else ("unused", "none")
            )
    for pool in book.get("pools", ()):
        by_price = {cover.get("of_price") for cover in pool["covers"]}
        is_one = len(pool["covers"]) == 1 and any(
            each["id"] == pool["covers"][0]["product"] and "price" in each for each in book["products"]
        )
        for pack in pool.get("packs", ()):
            has_list_price = (len(by_price) == 1 if pool.get("money") else is_one) and "issue" not in pack
            pack["refund"] = rng.choice(REFUNDS if has_list_price else ("unused", "pro_rata"))
    book["rounding"] = {"digits": 2, "mode": "half_up"}


def postpaid(rng: Random, book: dict) -> None:
    for product in book["products"]:
        product["postpaid"] = rng.choice(("always", "opt_in", "opt_in", "never"))


def aggregates(rng: Random, book: dict) -> None:
    for product in book["products"]:
        if _some(rng, 80):
            product["aggregate"] = _aggregate(rng)
            product.setdefault("price", _schedule(rng))
            product.pop("rules", None)
            if _some(rng, 40):
                product["aggregate"]["by"] = "model"
                product["rules"] = [_rule_of_value(rng, number) for number in range(rng.randint(0, 2))]
                _declare(book, MODEL)
            if _some(rng, 20):
                product.setdefault("rules", []).append({"id": "unbilled", "when": {"region": "us"}, "billable": "no"})
                _declare(book, REGION)
    if _some(rng, 50):
        book.pop("events", None)


def _rule_of_value(rng: Random, number: int) -> dict:
    """What rules of an aggregate may ask where they price: the value that splits it."""
    priced = {"price": _schedule(rng)} if _some(rng, 50) else {"factor": rng.choice(("0.5", "1.2", "2"))}
    return {"id": f"r{number}", "when": {"model": rng.choice(MODEL["values"])}, **priced}


def _aggregate(rng: Random) -> dict:
    take = rng.choice(("max", "percentile", "held", "sum"))
    aggregate = {"take": take, "over": rng.choice(("day", "month", "week", "hour"))}
    if take == "held":
        aggregate["grain"] = rng.choice(("second", "minute", "hour"))
    elif take == "percentile" or _some(rng, 30):
        aggregate["sample"] = {"seconds": rng.choice((300, 1800, 3600)), "take": rng.choice(("sum", "max", "last"))}
    if take == "percentile":
        aggregate["percent"] = rng.choice(("95", "50", "99.5"))
        aggregate["missing"] = rng.choice(("zero", "skip"))
    for key, values in (("less", (5, 20)), ("divide", (4, 10))):
        if _some(rng, 25):
            aggregate[key] = rng.choice(values)
    if _some(rng, 30):
        aggregate["round"] = rng.choice(("up", "down", "half_up"))
    return aggregate


def limits(rng: Random, book: dict) -> None:
    for product in book["products"]:
        product["limits"] = [
            {
                "id": f"l{number}",
                "max": rng.choice((5, 20, 100, 5000)),
                "window": {"seconds": rng.choice((1, 10, 60, 3600, 86400))},
                "kind": rng.choice(("sliding", "clock", "bucket")),
            }
            for number in range(rng.randint(1, 2))
        ]
        for limit in product["limits"]:
            if limit["kind"] == "bucket" and _some(rng, 50):
                limit["burst"] = rng.choice((3, 30, 200))
            _ask_some(rng, book, limit)
    if _some(rng, 40):
        shared = {"id": "shared", "max": 30, "window": {"seconds": rng.choice((2, 7200))}}
        if _some(rng, 50):
            shared["products"] = [product["id"] for product in book["products"][:2]]
        _ask_some(rng, book, shared)
        book["limits"] = [shared]


def _ask_some(rng: Random, book: dict, limit: dict) -> None:
    """Of tasks at once, of some calls alone, one for each value, counted in units."""
    if _some(rng, 30):
        limit |= {"window": "slots", "max": rng.choice((1, 2))}
        limit.pop("kind", None)
        limit.pop("burst", None)
    elif _some(rng, 20):
        limit["counts"] = "units"
    if _some(rng, 30):
        limit["when"] = rng.choice(({"region": "us"}, {"hour": {"from": 6, "below": 18}}))
        _declare(book, REGION)
    if _some(rng, 30):
        limit["by"] = "model"
        _declare(book, MODEL)


def capacities(rng: Random, book: dict) -> None:
    book["rounding"] = {"digits": 2, "mode": "half_up"}
    for product in book["products"]:
        product.setdefault("limits", [{"id": "l0", "max": 5, "window": {"seconds": 1}}])
        product["capacities"] = [_capacity(rng, product, id) for id in ("lanes", "extra")[: rng.randint(1, 2)]]


def _capacity(rng: Random, product: dict, id: str) -> dict:
    capacity = {"id": id, "limit": product["limits"][0]["id"], "mode": "none", "usage": "billed"}
    capacity |= {"effect": rng.choice(("add", "replace")), "day": {"model": "flat", "price": "2"}}
    capacity["month"] = rng.choice(
        ({"model": "flat", "price": "30"}, _schedule(rng, ("volume", "graduated"), block=False))
    )
    capacity["prorate"] = rng.choice(("none", "days", "seconds", "days_30", "anchored_days"))
    if id == "lanes" and _some(rng, 40):
        capacity |= {"mode": rng.choice(("manual", "automatic")), "usage": "free"}
    if _some(rng, 30):
        capacity["max_held"] = 12
    return capacity


def covering(rng: Random, book: dict) -> None:
    """What is bought covers usage up to its rate in any second."""
    if not any("capacities" in product for product in book["products"]):
        capacities(rng, book)
    for product in book["products"]:
        product["limits"][0]["window"] = {"seconds": 1}
        for capacity in product["capacities"]:
            if capacity["mode"] == "none" and _some(rng, 80):
                capacity |= {"usage": "free", "beyond": "bill"}


def bundles(rng: Random, book: dict) -> None:
    items = []
    for product in book["products"]:
        if product.get("packs"):
            items.append({"product": product["id"], "pack": product["packs"][0]["id"], "quantity": rng.randint(1, 2)})
        if product.get("capacities"):
            items.append({"product": product["id"], "capacity": "lanes", "quantity": 2, "months": 1})
    if items:
        book["bundles"] = [{"id": "kit", "price": "12.50", "items": items}]


def choices(rng: Random, book: dict) -> None:
    names = [product["id"] for product in book["products"]]
    if len(names) > 1:
        book["choices"] = [{"id": "plan", "products": names[:2], "switch": rng.choice(("now", "now", "month", "day"))}]


def freeze(rng: Random, book: dict) -> None:
    book["freeze"] = {"factor": rng.choice(("1.5", "1", "0.5")), "of": rng.choice(("unsettled", "last_period"))}


def arrears(rng: Random, book: dict) -> None:
    _declare(book, LEVEL)
    book["arrears"] = [_rule_of_arrears(rng, book) for _ in range(rng.randint(1, 3))]


def _rule_of_arrears(rng: Random, book: dict) -> dict:
    rule = {"threshold": rng.choice(("0", "5")), "keeps": rng.choice(("nothing", "prepaid", "prepaid"))}
    if _some(rng, 80):
        rule["hours"] = rng.choice((0, 2, 48, 500))
    if _some(rng, 40):
        names = [product["id"] for product in book["products"]]
        rule["products"] = rng.sample(names, rng.randint(1, len(names)))
    if _some(rng, 40):
        rule["when"] = {"level": rng.choice(("plain", "gold"))}
    return rule


def zones(rng: Random, book: dict) -> None:
    book["time_zone"] = "Europe/Madrid"
    book["tzdata"] = "2025a"
    book["transitions"] = MADRID


def switches(rng: Random, book: dict) -> None:
    policy = {
        "pack_expiry": ("anniversary_end", "anniversary_start"),
        "pack_order": ("expiry", "purchase", "smallest_left"),
        "tier_basis": ("residual", "after_free", "total"),
        "settlement_day": (1, 2, 3),
        "refund_clock": ("civil_days", "hours"),
        "limiter": ("sliding", "clock_second"),
    }
    book["policy"] = {name: rng.choice(values) for name, values in policy.items()}


def own_policy(rng: Random, book: dict) -> None:
    """Some switches of a product alone, the same in all editions."""
    policy = {
        "pack_expiry": ("anniversary_end", "anniversary_start"),
        "pack_order": ("expiry", "purchase", "smallest_left"),
        "tier_basis": ("residual", "after_free", "total"),
        "capacity_calls": ("uncounted", "count_for_tier"),
        "capacity_lapse": ("deny", "fall_back"),
        "capacity_month": ("anchored", "days_30", "days_31"),
        "capacity_tier_scope": ("order", "held"),
        "refund_clock": ("civil_days", "hours"),
        "limiter": ("sliding", "clock_second"),
    }
    for product in book["products"]:
        if _some(rng, 70):
            names = rng.sample(sorted(policy), rng.randint(1, 4))
            product["policy"] = {name: rng.choice(policy[name]) for name in names}


EDITION_KEYS = (
    "attributes",
    "products",
    "pools",
    "limits",
    "bundles",
    "choices",
    "events",
    "settle",
    "bill",
    "freeze",
    "arrears",
)


def editions(rng: Random, book: dict) -> None:
    """The book as it stands, and once or twice more from a date on with other prices and quantities."""
    of_edition = {key: book.pop(key) for key in EDITION_KEYS if key in book}
    book["editions"] = []
    for effective in (
        "2020-01-01",
        *sorted(rng.sample(("2025-01-20", "2025-02-01", "2025-02-10", "2024-03-04"), rng.randint(1, 2))),
    ):
        edition = copy.deepcopy(of_edition)
        if book["editions"]:
            for product in edition["products"]:
                _reprice(rng, product.get("price"))
                for rule in product.get("rules", ()):
                    _reprice(rng, rule.get("price"))
                for grant in product.get("grants", ()):
                    grant["quantity"] = rng.choice((5, 20, 50))
                for fee in product.get("fees", ()):
                    fee["amount"] = rng.choice(("31", "5"))
                if product.get("fees") and _some(rng, 20):
                    product["fees"].pop()
                elif "fees" in product and _some(rng, 20):
                    every = rng.choice(("once", "once", "month"))
                    product["fees"].append({"id": f"later{len(book['editions'])}", "amount": "3.5", "every": every})
        book["editions"].append({"effective": effective, **edition})


def models(rng: Random, book: dict) -> None:
    """Editions whose prices are of other models."""
    for edition in book.get("editions", ())[1:]:
        for product in edition["products"]:
            _remodel(rng, product.get("price"))
            for rule in product.get("rules", ()):
                _remodel(rng, rule.get("price"))


MODEL_TIERS = ({"from": 0, "price": "0.5"}, {"from": 7, "price": "0.3"}, {"from": 40, "price": "0.11"})


def _remodel(rng: Random, schedule: dict | None) -> None:
    if schedule is None or _some(rng, 30):
        return
    kept = {key: schedule[key] for key in ("counter", "rounding") if key in schedule}
    schedule.clear()
    schedule |= {**kept, "model": rng.choice(("flat", "volume", "graduated", "stairstep"))}
    if schedule["model"] == "flat":
        schedule["price"] = rng.choice(PRICES)
    else:
        schedule["tiers"] = [dict(tier, price=rng.choice(PRICES)) for tier in MODEL_TIERS]
    if schedule["model"] != "stairstep" and _some(rng, 30):
        schedule["block"] = rng.choice((3, 10))


def _reprice(rng: Random, schedule: dict | None) -> None:
    for priced in (schedule or {}).get("tiers", [schedule or {}]):
        if "price" in priced and _some(rng, 70):
            priced["price"] = rng.choice(PRICES)


def _reweigh(rng: Random, listed: dict) -> None:
    """Other prices and factors of rules, and other weights and units of pools."""
    for product in listed["products"]:
        for rule in product.get("rules", ()):
            _reprice(rng, rule.get("price"))
            if "factor" in rule and _some(rng, 50):
                rule["factor"] = rng.choice(("0.5", "1.2", "0.37", "2"))
    for pool in listed.get("pools", ()):
        for cover in pool["covers"]:
            if _some(rng, 50):
                key = "of_price" if pool.get("money") else "weight"
                cover[key] = rng.choice(("0.8", "1", "0.3", "1.25"))
        for pack in pool["packs"] if pool.get("money") else ():
            pack["units"] = rng.choice((pack["units"], "0.07", "12.3456", 40))


def grow(rng: Random, listed: dict) -> None:
    """What a vendor adds to a price list: a pool, a product that a pool covers besides, a pack, a product, a limit that
    joins products."""
    products = [product["id"] for product in listed["products"]]
    plain = [pool for pool in listed.get("pools", ()) if not pool.get("money")]
    kind = rng.choice(("pool", "pool", "cover", "pack", "product", "limit", "limit", "joined"))
    shared = listed.get("limits", ())
    if kind == "joined" and shared and "products" in shared[0]:
        shared[0]["products"] = sorted({*shared[0]["products"], rng.choice(products)})
    if kind == "limit":
        limit = {"id": f"joint{len(shared)}", "max": rng.choice((1, 2, 20))}
        limit["window"] = "slots" if _some(rng, 60) else {"seconds": rng.choice((10, 7200))}
        if _some(rng, 70):
            limit["products"] = rng.sample(products, rng.randint(1, len(products)))
        listed["limits"] = [*shared, limit]
    if kind == "product":
        price = {"model": "flat", "price": rng.choice(PRICES)}
        listed["products"].append({"id": f"new{len(products)}", "meter": "units", "price": price})
    if kind == "pack":
        owner = rng.choice(_owners(listed))
        if not owner.get("money"):
            owner["packs"] = [*owner.get("packs", ()), _pack(rng, f"new{len(owner.get('packs', ()))}")]
    if kind == "cover" and plain:
        covers = rng.choice(plain)["covers"]
        covers.append({"product": rng.choice(products), "weight": rng.choice(("1", "0.4", "0.3", "2"))})
    if kind == "pool":
        covered = rng.sample(products, rng.randint(1, len(products)))
        covers = [{"product": name, "weight": rng.choice(("1", "0.4", "2", "1.5"))} for name in covered]
        pool = {"id": f"pool{len(listed.get('pools', ()))}", "unit": "point", "covers": covers}
        pool["packs"] = [_pack(rng, "k0"), _pack(rng, "k1")]
        if _some(rng, 50):
            pool["grants"] = [{"id": "free", "quantity": 20, "issue": "monthly", "validity": "month"}]
        listed["pools"] = [*listed.get("pools", ()), pool]


FEATURES = {
    feature.__name__: feature
    for feature in (
        *(rules, terms, events, outcomes, stairstep, tier_periods, daily_tiers, each_event, counters, tier_fees),
        *(schedule_rounding, settle, least_and_most, bill, fees, pools, money_pools, ranks, order, recurring_grants),
        *(
            recurring_packs,
            exact_validity,
            order_sizes,
            conditions,
            postpaid,
            aggregates,
            limits,
            capacities,
            covering,
            refunds,
            bundles,
            choices,
        ),
        *(freeze, arrears, zones, switches, own_policy, editions, models),
    )
}


def random_book(rng: Random, features: list) -> dict:
    rounding = "none" if _some(rng, 50) else {"digits": 2, "mode": rng.choice(("half_up", "up", "down", "half_even"))}
    if rounding != "none" and _some(rng, 30):
        rounding["least"] = rng.choice(("0.01", "0.50"))
    book = {"format": "faregate-book/2", "id": "toy", "title": "Toy", "currency": "EUR", "minor_digits": 2}
    book |= {"time_zone": rng.choice(("+00:00", "+08:00", "-03:30")), "rounding": rounding}
    book["products"] = [_product(rng, number) for number in range(rng.randint(1, 3))]
    for name in FEATURES:
        if name in features:
            FEATURES[name](rng, book)
    return book


# A life in it


class Life:
    def __init__(self, rng: Random, book: dict, often=()):
        """`often`: names of kinds of commands that come eight times as often."""
        self.rng, self.book = rng, book
        self.sold = book["editions"][0] if "editions" in book else book
        self.products = {product["id"]: product for product in self.sold["products"]}
        self.pools = {pool["id"]: pool for pool in self.sold.get("pools", ())}
        self.now = rng.choice(STARTS)
        self.limited = any(product.get("limits") for product in self.products.values())
        self.kinds = {**self.KINDS, Life.call: 60} if self.limited else dict(self.KINDS)
        self.kinds |= {kind: 8 * weight for kind, weight in self.KINDS.items() if kind.__name__ in often}
        self.commands = []
        self.ids = 0
        self.orders, self.calls = [], []
        self.latest = book  # as it was last adopted

    def _id(self) -> str:
        self.ids += 1
        return f"i{self.ids}"

    def _move(self) -> None:
        kinds = ("still", "seconds", "seconds", "hours", "days", "edge", "weeks")
        kind = self.rng.choice(kinds[:4] if self.limited and _some(self.rng, 80) else kinds)
        if kind == "seconds":
            self.now += timedelta(microseconds=self.rng.choice((1, 200_000, 999_999, 1_000_000, 9_000_000, 61_000_000)))
        elif kind == "hours":
            self.now += timedelta(minutes=self.rng.randint(1, 400))
        elif kind == "days":
            self.now += timedelta(hours=self.rng.randint(5, 100))
        elif kind == "weeks":
            self.now += timedelta(days=self.rng.randint(5, 20))
        elif kind == "edge":
            midnight = datetime(self.now.year, self.now.month, self.now.day) + timedelta(
                days=self.rng.choice((1, 1, 7))
            )
            self.now = midnight - timedelta(microseconds=self.rng.choice((0, 0, 1)))

    def _do(self, command: str, **fields) -> None:
        self.commands.append({"at": self.now.isoformat(), "do": command, **fields})

    def _attributes(self) -> dict:
        declared = self.sold.get("attributes", ())
        attributes = {}
        for attribute in declared:
            if attribute.get("of") == "account":
                continue
            optional = attribute.get("default") is not None
            if _some(self.rng, 50 if optional else 96):
                attributes[attribute["id"]] = self._value(attribute)
        return {"attributes": attributes} if attributes else {}

    def a_usage(self) -> tuple:
        return self._product(), self.rng.choice(QUANTITIES), self._attributes().get("attributes", {})

    def _value(self, attribute: dict):
        if "values" in attribute:
            return self.rng.choice(attribute["values"]) if _some(self.rng, 98) else "other"
        return self.rng.choice((0, 1, 4, 10, 11, 49, 50, 99, 100, 163))

    def _product(self) -> str:
        return self.rng.choice(list(self.products))

    def _owner(self) -> str:
        return self.rng.choice([*self.products, *self.pools])

    def _used(self) -> str:
        events = [event["id"] for event in self.sold.get("events", ())]
        return self.rng.choice(events) if events and _some(self.rng, 40) else self._product()

    # Commands

    def use(self):
        self._do("use", product=self._used(), quantity=self.rng.choice(QUANTITIES), **self._attributes())

    def call(self):
        id = self._id()
        self.calls.append(id)
        product = self._used()
        quantity = self.rng.choice((1, 1, 2, 5, 20, 60, 1700))
        self._do("call", product=product, quantity=quantity, id=id, **self._attributes())

    def end(self):
        if not self.calls:
            return self.call()
        id = self.rng.choice(self.calls[-4:])
        if _some(self.rng, 40):
            return self._do("cancel", id=id)
        fields = self._attributes() if _some(self.rng, 25) else {}
        if _some(self.rng, 40):
            fields["quantity"] = self.rng.choice((0, 1, 3, 10, 70))
        if _some(self.rng, 40):
            fields["outcome"] = self.rng.choice(CODES)
        self._do("commit", id=id, **fields)

    def buy(self, do="buy_pack"):
        owner = self._owner()
        packs = (self.products.get(owner) or self.pools[owner]).get("packs")
        if not packs:
            return self.use()
        id = self._id()
        self.orders.append(id)
        self._do(do, product=owner, pack=self.rng.choice(packs)["id"], quantity=self.rng.choice((1, 1, 2, 3)), id=id)

    def give(self):
        self.buy("give_pack")

    def refund(self):
        self._do("refund", id=self.rng.choice(self.orders or ["none"]))

    def open_or_close(self):
        self._do(self.rng.choice(("open", "open", "close")), product=self._product())

    def claim(self):
        self._do("claim", product=self._product(), grant="free")

    def set(self):
        if any(attribute["id"] == "level" for attribute in self.sold.get("attributes", ())):
            self._do("set", attributes={"level": self.rng.choice(("plain", "gold"))})

    def opt_in(self):
        if any("postpaid" in product for product in self.products.values()):
            self._do("set_postpaid", product=self._product(), on=_some(self.rng, 70))

    def adjust(self):
        """Below 0 of what is priced by the period."""
        product = self._product()
        keys = self.products[product]
        rated = keys.get("tier_period") == "event"
        quantity = self.rng.choice((3, 25) if rated and "aggregate" not in keys else (-40, -7, -1, 3, 25))
        self._do("adjust", product=product, quantity=quantity, reason="recount", **self._attributes())

    def again(self):
        """A command that was given before, with its id."""
        with_ids = [command for command in self.commands if "id" in command]
        if with_ids:
            self.commands.append({**self.rng.choice(with_ids), "at": self.now.isoformat()})

    def look(self):
        """Of a usage that does not come, too: with a quantity, or one with attributes alone."""
        kind = self.rng.choice(("preview", "advance", "with", "with"))
        if kind != "with":
            return self._do(kind)
        attributes = self._attributes()
        fields = {} if attributes and _some(self.rng, 25) else {"quantity": self.rng.choice(QUANTITIES)}
        self._do("preview", product=self._used(), **fields, **attributes)

    def top_up(self):
        self._do("top_up", amount=self.rng.choice(("1", "10", "100.50")))

    def withdraw(self):
        self._do("withdraw", amount=self.rng.choice(("1", "10")))

    def capacity(self):
        product = self._product()
        if not self.products[product].get("capacities"):
            return
        if self.orders and _some(self.rng, 40):
            return self._change_capacity(product)
        id = self._id()
        self.orders.append(id)
        period = self.rng.choice(({"months": 1}, {"months": 3}, {"days": 5}))
        meter = self.rng.choice(self.products[product]["capacities"])["id"]
        self._do("buy_capacity", product=product, meter=meter, quantity=self.rng.choice((1, 4, 10)), id=id, **period)

    def _change_capacity(self, product: str):
        fields = {"quantity": self.rng.choice((1, 4, 10))} if _some(self.rng, 80) else {}
        if not fields or _some(self.rng, 20):
            fields["capacity"] = self.rng.choice(self.products[product]["capacities"])["id"]
        self._do("change_capacity", id=self.rng.choice(self.orders), **fields)

    def mode(self):
        product = self._product()
        modes = [c["id"] for c in self.products[product].get("capacities", ()) if c["mode"] != "none"]
        if modes:
            self._do("set_mode", product=product, mode=self.rng.choice([*modes, "units"]))

    def bundle(self):
        if self.sold.get("bundles"):
            id = self._id()
            self.orders.append(id)
            self._do("buy_bundle", bundle="kit", id=id)

    def adopt(self):
        """Other prices from a date on, which may be too early, and more to buy."""
        keys, dated = copy.deepcopy(self.latest), {}
        effective = (self.now + timedelta(days=self.rng.choice((0, 1, 3, 20)))).date().isoformat()
        if "editions" in keys:
            keys["editions"].append({**copy.deepcopy(keys["editions"][-1]), "effective": effective})
            if effective <= keys["editions"][-2]["effective"]:
                return
        else:
            dated = {"effective": effective}
        listed = keys["editions"][-1] if "editions" in keys else keys
        for product in listed["products"]:
            _reprice(self.rng, product.get("price"))
        if _some(self.rng, 50):
            _reweigh(self.rng, listed)
        if _some(self.rng, 50):
            grow(self.rng, listed)
        self.products = {product["id"]: product for product in listed["products"]}
        self.pools = {pool["id"]: pool for pool in listed.get("pools", ())}
        self.latest = keys
        self._do("adopt", book=keys, **dated)

    KINDS = {
        use: 40,
        call: 12,
        end: 12,
        buy: 10,
        give: 3,
        refund: 3,
        open_or_close: 4,
        claim: 3,
        set: 4,
        opt_in: 5,
        look: 5,
        top_up: 3,
        withdraw: 2,
        capacity: 6,
        mode: 4,
        adjust: 3,
        again: 3,
        bundle: 3,
        adopt: 2,
    }

    def timeline(self, n_commands: int) -> dict:
        for product in self.products:
            self._do("open", product=product)
        while len(self.commands) < n_commands:
            self._move()
            [kind] = self.rng.choices(list(self.kinds), list(self.kinds.values()))
            kind(self)
        self.now += timedelta(days=45)
        self._do("preview")
        self._do("advance")
        timeline = {"book": self.book, "commands": self.commands}
        owes = "arrears" in self.sold and _some(self.rng, 80)
        if owes:
            timeline["wallet"] = {"cash": self.rng.choice(("0", "3", "10"))}
        elif _some(self.rng, 40):
            timeline["wallet"] = {"cash": self.rng.choice(("0", "30", "1000", "10000"))}
        return timeline


def random_tariff(rng: Random, features, n_commands: int = 40, often=()) -> dict:
    """A timeline of a book that has a few of the features."""
    chosen = rng.sample(sorted(features), min(len(features), rng.choice((0, 1, 1, 2, 2, 3))))
    return Life(rng, random_book(rng, chosen), often).timeline(n_commands)
