"""What an account is made of. Only data and the questions one asks of it; the rules that change it are elsewhere."""

from collections import deque
from dataclasses import astuple, dataclass, field
from datetime import date, datetime

from reference_prices import CALL_PACK_UNITS, CAPACITY_METER, DEFAULT_LIMIT, FREE_CALLS, PAYING_FUNDS, PRODUCTS, Book
from reference_values import midnight, month_of


class Refusal(Exception):
    """A command that the rules refuse; `extra` are further keys of its answer."""

    def __init__(self, code: str, message: str, rule: str | None = None, **extra):
        super().__init__(message)
        self.code = code
        self.message = message
        self.rule = rule
        self.extra = extra


@dataclass
class Pack:
    """A pack or a free grant, which is a pack that costs nothing. A material pack never expires (R25)."""

    id: str
    source: str
    name: str
    units: int
    left: int
    bought: datetime
    expires: datetime | None
    amount: int = 0
    paid: dict = field(default_factory=dict)
    refundable: bool = True
    refunded: bool = False
    given_back: bool = False  # an adjust put units back into it

    @property
    def used(self) -> bool:
        return self.left < self.units or self.given_back

    @property
    def holds_calls(self) -> bool:
        return self.source == "free" or self.name in CALL_PACK_UNITS

    def valid_at(self, now: datetime) -> bool:
        return not self.refunded and (self.expires is None or now < self.expires)

    def state_at(self, now: datetime) -> str:
        if self.refunded:
            return "refunded"
        if self.left == 0:
            return "used_up"
        return "active" if self.valid_at(now) else "void"


@dataclass
class Capacity:
    id: str
    meter: str
    quantity: int
    start: datetime
    end: datetime
    amount: int
    paid: dict
    refunded: bool = False

    def active_at(self, now: datetime) -> bool:
        return not self.refunded and self.start <= now < self.end


@dataclass
class Usage:
    """The units of one product in one month, or day where its tiers are daily. Capacity calls and those not billable
    are both `unbilled` in answers, but only the former can count toward a tier (R17)."""

    free: int = 0
    packs: int = 0
    postpaid: int = 0
    capacity: int = 0
    not_billable: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))

    @property
    def in_calls_mode(self) -> int:
        return self.free + self.packs + self.postpaid

    @property
    def unbilled(self) -> int:
        return self.capacity + self.not_billable

    @property
    def total(self) -> int:
        return self.in_calls_mode + self.unbilled


@dataclass
class Arrival:
    """A pack or grant that can be drawn on from here on."""

    pack: Pack


@dataclass
class Draw:
    """A usage: where its units came from. `quantity` falls when a call is undone, and the sources are found anew."""

    at: datetime
    quantity: int
    kind: str  # "billed", "capacity" or "not_billable": decided when it happened, and kept
    grants: list = field(default_factory=list)  # (Pack, units)
    packs: list = field(default_factory=list)  # (Pack, units)
    postpaid: int = 0

    @property
    def month(self) -> datetime:
        return month_of(self.at)


@dataclass
class Correction:
    """A negative adjust: units taken off the month."""

    at: datetime
    units: int


@dataclass
class Cover:
    """What a settlement took from packs for postpaid usage of `period` (R8, `whole_month`)."""

    period: datetime
    parts: list  # (Pack, units)


@dataclass
class Hold:
    """A call: `draw` is its place in the product's life, `ended` the command that ended it and its answer. One that was
    told to have ended in an outcome that is unknown (R36) is not ended; `told` is the last command that said so and its
    answer."""

    product: "Product"
    identity: tuple
    draw: Draw
    takes_slot: bool
    deadline: datetime | None
    ended: tuple | None = None
    told: tuple | None = None
    canceled: bool = False

    def has_slot_at(self, now: datetime) -> bool:
        return (
            self.takes_slot
            and self.ended is None
            and self.told is None
            and (self.deadline is None or now < self.deadline)
        )


@dataclass
class Product:
    name: str
    daily: bool = False
    open: bool = False
    opened_before: bool = False
    mode_setting: str = "calls"
    grants: list = field(default_factory=list)
    packs: list = field(default_factory=list)
    # Arrivals, draws, corrections and covers in the order of the commands. The four fields after it follow from it.
    life: list = field(default_factory=list)
    drawable_grants: list = field(default_factory=list)
    drawable_packs: list = field(default_factory=list)
    usage: dict = field(default_factory=dict)  # period (a month or a day, by its first instant): Usage
    reserved: dict = field(default_factory=dict)  # id of a pack: units that a settlement is still to take from it
    capacity: list = field(default_factory=list)
    live_capacity: list = field(default_factory=list)
    free_materials: int = 0
    pack_materials: int = 0
    held_materials: int = 0
    admitted: deque = field(default_factory=deque)  # (instant, units) of calls the rate limit let through

    @property
    def meter(self) -> str:
        return CAPACITY_METER[self.name]

    @property
    def material_limit(self) -> int:
        return self.free_materials + self.pack_materials

    def period_of(self, instant: datetime) -> datetime:
        return midnight(instant.date()) if self.daily else month_of(instant)

    def usage_in(self, period: datetime) -> Usage:
        return self.usage.setdefault(period, Usage())

    def periods_of(self, month: datetime) -> list[datetime]:
        return sorted(period for period in self.usage if month_of(period) == month)

    def usage_of(self, month: datetime) -> Usage:
        return sum((self.usage[period] for period in self.periods_of(month)), Usage())


@dataclass
class Adjustment:
    at: datetime
    product: str
    units: int
    reason: str


@dataclass
class Amendment:
    effective: date
    quantity: int


class Account:
    def __init__(
        self, policy: dict, wallet: dict | None, start: datetime, book: Book | None = None, keep_ids_days: int = 0
    ):
        self.book = book or Book()
        self.policy = policy
        self.wallet = dict(wallet) if wallet is not None else None  # None: unlimited funds (R34)
        self.now = start
        self.products = {name: Product(name, name in self.book.daily) for name in PRODUCTS}
        self.amendments = {name: [Amendment(date.min, FREE_CALLS[name])] for name in PRODUCTS}
        self.violation = False
        self.suspended = False
        self.arrears_since = None
        self.invoices = []
        self.spent = dict.fromkeys(("packs", "materials", "capacity", "postpaid", "refunded"), 0)
        self.commands_by_id = {}  # id: (identity of the command, its outcome); not of calls
        self.keep_ids_days = keep_ids_days
        self.last_said = {}  # id: the instant of the last command that did something under it
        self.grant_ids = set()
        self.orders = {}  # id: (Product, Pack or Capacity)
        self.calls = {}  # id: Hold of the latest call under it
        self.adjustments = []
        self.month_to_settle = month_of(start)
        self.month_issued = month_of(start)

    @property
    def balance(self) -> int | None:
        """Vouchers are no part of it (R34)."""
        return None if self.wallet is None else sum(self.wallet[fund] for fund in PAYING_FUNDS)

    @property
    def state(self) -> str:
        if self.violation:
            return "violation"
        if self.suspended:
            return "suspended"
        return "active" if self.arrears_since is None else "arrears"

    def product(self, name: str) -> Product:
        if name not in self.products:
            raise Refusal("unknown_product", f"there is no product {name}")
        return self.products[name]

    def require_open(self, product: Product) -> None:
        if not product.open:
            raise Refusal("not_open", f"{product.name} is not open", "R33")

    def slots_taken(self, product: Product) -> int:
        return sum(hold.product is product and hold.has_slot_at(self.now) for hold in self.calls.values())

    def uncertain_units(self, product: Product, period_of=month_of) -> int:
        """Of the current period's units, those of calls that are not ended."""
        period = period_of(self.now)
        return sum(
            hold.draw.quantity
            for hold in self.calls.values()
            if hold.product is product and hold.ended is None and period_of(hold.draw.at) == period
        )

    def active_capacity(self, product: Product) -> int:
        live = [order for order in product.live_capacity if not order.refunded and self.now < order.end]
        product.live_capacity = live
        return sum(order.quantity for order in live if order.active_at(self.now))

    def mode_in_force(self, product: Product) -> str:
        if product.name == "image-pro":
            return "concurrency" if self.active_capacity(product) else "calls"  # R24
        if self.policy["capacity_lapse"] == "fall_back" and not self.active_capacity(product):
            return "calls"  # R23
        return product.mode_setting

    def limit_in_force(self, product: Product) -> int:
        default = DEFAULT_LIMIT[product.name]
        if self.mode_in_force(product) == "calls":
            return default  # R16
        bought = self.active_capacity(product)
        if bought and self.policy["capacity_effect"] == "add":
            return default + bought
        return bought  # R20
