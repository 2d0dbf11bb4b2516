"""A price book of format 2 as its editions, with defaults filled in. A book is taken to be valid."""

from dataclasses import dataclass
from datetime import date

from .civil import Zone

SWITCHES = {
    "pack_expiry": "anniversary_end",
    "pack_order": "expiry",
    "pack_reach": "from_purchase",
    "tier_basis": "residual",
    "settlement_day": 1,
    "capacity_calls": "uncounted",
    "capacity_tier_scope": "order",
    "capacity_month": "anchored",
    "capacity_effect": "replace",
    "capacity_lapse": "deny",
    "resume_at": "nonnegative",
    "refund_clock": "civil_days",
    "limiter": "sliding",
}
OWN_PRICE = ""  # the name of the price that a product has itself
LISTS = ("attributes", "products", "pools", "limits", "bundles", "choices", "events", "arrears")


def _limit_and_capacity(product: dict, capacity: dict) -> None:
    """A capacity of format 1 is one limit and one capacity of the same id."""
    name = capacity["meter"]
    window = "slots" if capacity["kind"] == "slots" else {"seconds": 1}
    limit = {"id": name, "max": capacity.get("limit"), "window": window, "counts": "units"}
    sold = {key: capacity[key] for key in ("mode", "max_held", "day", "month") if capacity.get(key) is not None}
    product["limits"] = [limit, *product["limits"]]
    product["capacities"] = [{**sold, "id": name, "limit": name, "usage": "free"}, *product["capacities"]]


def _product(product: dict) -> dict:
    lists = ("rules", "grants", "packs", "limits", "capacities", "fees", "outcomes")
    filled = {**product, **{key: list(product.get(key) or ()) for key in lists}}
    filled.setdefault("postpaid", "always")
    filled["tier_period"] = product.get("tier_period") or "month"
    if product.get("capacity"):
        _limit_and_capacity(filled, filled.pop("capacity"))
    for number, rule in enumerate(filled["rules"]):
        filled["rules"][number] = {**rule, "name": rule.get("id", str(number))}
    return filled


@dataclass
class Edition:
    """All that is sold from an instant on; `begin` is None where it always was."""

    begin: int | None
    effective: str | None
    keys: dict

    def __post_init__(self):
        for name in LISTS:
            setattr(self, name, list(self.keys.get(name) or ()))
        self.products = {product["id"]: _product(product) for product in self.products}
        self.pools = {pool["id"]: {"grants": [], "packs": [], **pool} for pool in self.pools}
        self.attributes = {attribute["id"]: attribute for attribute in self.attributes}
        self.bundles = {bundle["id"]: bundle for bundle in self.bundles}
        self.events = {event["id"]: event["products"] for event in self.events}
        self.settle = self.keys.get("settle") or "month"
        self.bill = self.keys.get("bill") or {}
        self.freeze = self.keys.get("freeze")

    def owner(self, name: str) -> dict | None:
        """A product, or a pool, where a command names what grants and packs belong to."""
        return self.products.get(name) or self.pools.get(name)

    def owners(self) -> list[str]:
        return [*self.products, *self.pools]


class Book:
    def __init__(self, keys: dict, policy: dict | None = None):
        self.keys = keys
        self.id = keys["id"]
        self.currency = keys["currency"]
        self.minor_digits = keys["minor_digits"]
        self.rounding = keys["rounding"]
        self.suspension_hours = keys.get("suspension_hours", 24)
        self.refund_days = keys.get("refund_days", 7)
        self.policy = {**SWITCHES, **(keys.get("policy") or {}), **(policy or {})}
        self.zone = Zone(keys)
        self.editions = self.read_editions(keys)

    def read_editions(self, keys: dict) -> list[Edition]:
        if "editions" not in keys:
            return [Edition(None, None, keys)]
        editions = []
        for entry in keys["editions"]:
            begin = self.zone.midnight(date.fromisoformat(entry["effective"]))
            editions.append(Edition(begin, entry["effective"], entry))
        return editions

    def owners(self) -> set[str]:
        """The products and pools of all editions."""
        return {owner for edition in self.editions for owner in edition.owners()}

    def edition_at(self, instant: int) -> int:
        """Before the first, the first."""
        begun = [number for number, edition in enumerate(self.editions) if number and edition.begin <= instant]
        return begun[-1] if begun else 0

    def switch(self, name: str, product: dict | None = None):
        """A product may have its own."""
        return ((product or {}).get("policy") or {}).get(name, self.policy[name])
