"""What an account is made of: data, and the questions that are asked of it everywhere."""

from dataclasses import dataclass, field
from fractions import Fraction

from .book import Book, Edition
from .rating import Rating, account_in
from .values import Refusal

FUNDS = ("gift", "income", "cash", "voucher")
PAYING_FUNDS = ("gift", "income", "cash")  # R34


@dataclass
class Lot:
    """An issued grant or a bought pack: what is left of it, from a begin to an end."""

    id: str
    owner: str  # a product or a pool
    name: str
    source: str  # "free", "paid" or "gift"
    units: Fraction
    begin: int
    expires: int | None
    bought: int = 0
    before: "Lot | None" = None  # what is left of it, up to `rollover`, is in this one
    rollover: Fraction = Fraction(0)
    left: Fraction = Fraction(0)
    rolled: Fraction = Fraction(0)
    refunded: bool = False
    kept: Fraction = Fraction(0)  # of one that was refunded, the units that had been used
    given_back: bool = False

    def valid_at(self, instant: int) -> bool:
        is_there = not self.refunded or self.kept > 0
        return is_there and self.begin <= instant and (self.expires is None or instant < self.expires)

    @property
    def full(self) -> Fraction:
        return self.units + self.rolled

    @property
    def used(self) -> bool:
        return self.left < self.full or self.given_back

    def state_at(self, instant: int) -> str:
        if self.refunded:
            return "refunded"
        if self.left == 0:
            return "used_up"
        return "active" if self.expires is None or instant < self.expires else "void"


@dataclass
class Draw:
    """A usage, and where its units came from."""

    at: int
    product: str
    quantity: int
    attributes: dict
    edition: int
    rating: Rating
    mode: str  # "billed", or "capacity" in a mode in which usage is free: decided when it happened, and kept
    may_bill: bool = True  # False where the command said that it is not billable
    fixed_units: int | None = None  # the value of an aggregate, in place of quantity and terms
    covered: int = 0  # by capacity whose rate had room
    rate: int | None = None  # that was bought when it happened first
    free: list = field(default_factory=list)  # (Lot, units of the product)
    packs: list = field(default_factory=list)
    postpaid: int = 0
    counter: tuple | None = None
    begin: int = 0  # where its counter stood
    advance: int = 0
    taken_off: int = 0  # unbilled units that corrections took off
    of_account: dict = field(default_factory=dict)  # the account's attributes then

    @property
    def kind(self) -> str:
        return self.mode if self.may_bill and (self.rating is None or self.rating.billable) else "not_billable"

    @property
    def units(self) -> int:
        return self.quantity * self.rating.unit if self.fixed_units is None else self.fixed_units

    @property
    def unbilled(self) -> int:
        return (self.units if self.kind != "billed" else self.covered) - self.taken_off


@dataclass
class Arrival:
    """A lot that can be drawn on from here on."""

    lot: Lot


@dataclass
class Correction:
    """Units taken off the current tier period of a product; off events of its rating, where each is priced by itself."""

    at: int
    product: str
    shares: dict  # off each kind of usage
    rating: Rating | None
    settled_until: int  # of the product, then
    attributes: list  # what the correction is known by, in each edition


@dataclass
class Sample:
    """An event of an aggregate: its units, and the value of the attribute that splits it."""

    at: int
    units: int
    by: object
    corrects: bool = False  # what was recorded: it is added to that


@dataclass
class Order:
    """A purchase: what it cost, who paid, and what came of it."""

    id: str
    owner: str  # a product, a pool or a bundle
    name: str
    kind: str  # "pack", "capacity" or "bundle"
    at: int
    amount: Fraction
    paid: dict
    keys: dict  # the offer as it was bought
    source: str = "paid"
    quantity: int = 1
    lots: list = field(default_factory=list)
    begin: int = 0
    end: int | None = None
    unit: str = "month"  # or "day": what the capacity was bought by
    price: Fraction | None = None  # of the whole quantity of capacity for one unit of time
    next_lot: int | None = None
    stop: int | None = None  # no lot begins from here on
    refundable: bool = True
    refunded: bool = False
    parts: list = field(default_factory=list)  # orders of a bundle

    def active_at(self, instant: int) -> bool:
        return not self.refunded and self.begin <= instant and (self.end is None or instant < self.end)

    def held_at(self, instant: int) -> bool:
        """What `requires` asks: held and valid."""
        if self.refunded:
            return False
        if self.kind == "capacity":
            return self.active_at(instant)
        if self.kind == "bundle":
            return any(part.held_at(instant) for part in self.parts)
        return any(lot.expires is None or instant < lot.expires for lot in self.lots)


@dataclass
class Hold:
    """A call: its draws, one for each product of an event."""

    name: str  # the product or event
    identity: tuple
    draws: list
    deadline: int | None
    ended: tuple | None = None
    told: tuple | None = None
    canceled: bool = False

    def has_slot_at(self, instant: int) -> bool:
        return self.ended is None and self.told is None and (self.deadline is None or instant < self.deadline)


@dataclass
class Product:
    id: str
    open: bool = False
    spans: list = field(default_factory=list)  # [opened, closed or None]
    mode_setting: str | None = None
    postpaid_on: bool = False
    suspended: bool = False
    samples: list = field(default_factory=list)
    aggregated_until: int = 0  # the begin of the period of aggregation that is open
    settled_until: int | None = None  # the begin of the period of settlement that is open
    capacity: list = field(default_factory=list)
    held_materials: int = 0
    charged_fees: set = field(default_factory=set)
    invoiced: dict = field(default_factory=dict)  # (begin of A, line): amount

    @property
    def first_opened(self) -> int | None:
        return self.spans[0][0] if self.spans else None

    def open_within(self, begin: int, end: int) -> bool:
        """For a moment at least; what is closed in the instant `begin` was not, unless it was opened then."""
        return any(
            opened < end and (closed is None or max(closed, opened + 1) > begin) for opened, closed in self.spans
        )

    def open_at(self, instant: int) -> bool:
        return any(opened <= instant and (closed is None or closed > instant) for opened, closed in self.spans)


class Account:
    def __init__(self, book: Book, wallet: dict | None, start: int, attributes: dict):
        self.book = book
        self.zone = book.zone
        self.wallet = None if wallet is None else {fund: Fraction(wallet.get(fund, "0")) for fund in FUNDS}
        self.now = start
        self.start = start
        self.attributes = dict(attributes)
        self.products = {name: Product(name) for edition in book.editions for name in edition.products}
        self.life = []  # arrivals, draws and corrections of all products, in the order of the commands
        self.lots = []
        self.issued_until = start  # all recurring grants that begin until here have been looked at
        self.issued = {}  # (owner, grant): {begin of the period of issue: Lot}
        self.orders = {}
        self.admitted = {}  # (product, limit, value of `by`): [(instant, size, when it leaves)]
        self.rates = {}  # (product, limit): [(instant, the limit in force from then on)]
        self.noted_until = start
        self.calls = {}
        self.commands_by_id = {}
        self.violation = False
        self.suspended = False
        self.arrears_since = None
        self.suspensions = []  # (instant, product or None for the whole account)
        self.switches = []  # (instant, product to close, product to open)
        self.invoices = []
        self.adjustments = []
        self.spent = dict.fromkeys(("packs", "materials", "capacity", "postpaid", "refunded"), Fraction(0))

    @property
    def edition_number(self) -> int:
        return self.book.edition_at(self.now)

    @property
    def edition(self) -> Edition:
        return self.book.editions[self.edition_number]

    @property
    def known(self) -> dict:
        """The attributes of the account, with those that have a default."""
        declared = self.edition.attributes
        defaults = {name: keys["default"] for name, keys in declared.items() if keys.get("default") is not None}
        return {
            **{name: value for name, value in defaults.items() if declared[name].get("of") == "account"},
            **account_in(self.edition, self.attributes),
        }

    @property
    def balance(self) -> Fraction | None:
        return None if self.wallet is None else sum(self.wallet[fund] for fund in PAYING_FUNDS)

    @property
    def state(self) -> str:
        if self.violation:
            return "violation"
        if self.suspended or any(product.suspended for product in self.products.values()):
            return "suspended"
        return "active" if self.arrears_since is None else "arrears"

    def keys(self, name: str) -> dict:
        """The product as the edition in force sells it."""
        if name not in self.edition.products:
            raise Refusal("unknown_product")
        return self.edition.products[name]

    def last_keys(self, name: str, number: int | None = None) -> dict:
        """The product as an edition sells it, or as the last one before that did; of the edition in force if none."""
        number = self.edition_number if number is None else number
        sold = [edition for edition in self.book.editions[: number + 1] if name in edition.products]
        return sold[-1].products[name]

    def was_on_sale(self, name: str, begin: int, end: int) -> bool:
        """Whether it was open in [begin, end) while an edition sold it."""
        editions = self.book.editions
        begins = [begin, *(edition.begin for edition in editions[1:])]
        return any(
            max(start, begin) < min(stop, end) and self.products[name].open_within(max(start, begin), min(stop, end))
            for edition, start, stop in zip(editions, begins, [*begins[1:], end])
            if name in edition.products
        )

    def product(self, name: str) -> Product:
        self.keys(name)
        return self.products[name]

    @property
    def all_orders(self) -> list:
        """Of a bundle also those of what it holds."""
        return [part for order in self.orders.values() for part in (order, *order.parts)]

    def require_open(self, product: Product) -> None:
        if not product.open:
            raise Refusal("not_open")

    # Periods of a product

    def tier_period(self, name: str, instant: int, edition: Edition | None = None):
        """The tier period of an instant; None where each event is priced by itself."""
        period = (edition.products[name] if edition else self.last_keys(name))["tier_period"]
        if period == "event":
            return None
        return self.zone.period(period, instant, self.products[name].first_opened)

    def settle_key(self, name: str):
        return self.last_keys(name).get("settle") or self.edition.settle

    def draws(self, name: str | None = None):
        return [entry for entry in self.life if isinstance(entry, Draw) and name in (None, entry.product)]

    # Capacity and modes

    def held_capacity(self, product: Product, name: str, instant: int | None = None) -> int:
        instant = self.now if instant is None else instant
        return sum(order.quantity for order in product.capacity if order.name == name and order.active_at(instant))

    def mode_in_force(self, product: Product) -> str:
        """The product's meter, or the id of a capacity in whose mode usage is free (R17, R23, R24)."""
        keys = self.keys(product.id)
        for capacity in keys["capacities"]:
            if capacity.get("mode") == "automatic" and self.held_capacity(product, capacity["id"]):
                return capacity["id"]
        setting = product.mode_setting or keys["meter"]
        if setting != keys["meter"] and not self.held_capacity(product, setting):
            if self.book.switch("capacity_lapse", keys) == "fall_back":
                return keys["meter"]
        return setting
