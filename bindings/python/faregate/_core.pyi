"""The types of faregate.

Classes marked type_check_only are here to say which attributes an answer has: at run time each of them is a Result.
"""

import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from mmap import mmap
from os import PathLike
from types import EllipsisType
from typing import Any, Final, Generic, Literal, Self, TypeAlias, TypeVar, final, overload, type_check_only

from faregate._diff import BookDiff
from faregate._results import Results
from faregate._table import Table

__version__: Final[str]

_Time: TypeAlias = datetime | date | str | int  # an int: microseconds since 1970, of 2000 to 2099
_Date: TypeAlias = date | str
_Quantity: TypeAlias = int | str
_Amount: TypeAlias = Decimal | str | int
_Fund: TypeAlias = Literal["cash", "income", "gift", "voucher"]
_Funds: TypeAlias = Mapping[str, _Amount]
_BookSource: TypeAlias = "Book | str | PathLike[str] | dict[str, Any]"
_Attributes: TypeAlias = Mapping[str, str | int]
_Integers: TypeAlias = Any  # Arrow data, a buffer of integers, or a sequence of int and None
_Out: TypeAlias = Literal["decimal", "minor", "float"]

# ------------------------------------------------------------------------------------------------------- answers

class Result(dict[str, Any]):
    """Without attributes of its own here, so that a checker finds a misspelt one of those below."""

    def __dir__(self) -> list[str]: ...
    def to_dict(self) -> dict[str, Any]: ...
    def _repr_html_(self) -> str: ...

_Part = TypeVar("_Part")

@type_check_only
class Piece(Result):
    """From `first` at `from` along a line, or in steps, to `last` at `to`."""

    from_: int
    to: int
    first: Decimal
    last: Decimal

@type_check_only
class Curve(Result):
    product: str
    meter: str
    most: int
    free: int
    step: int
    pieces: Results[Piece]

@type_check_only
class Cliff(Result):
    from_: int
    to: int
    buy: int
    amount: Decimal
    instead_of: Decimal
    saves: Decimal

@type_check_only
class Stretch(Result):
    """Of quantities on which one way is the cheaper one; the amounts are those at `from`."""

    from_: int
    to: int
    cheaper: Literal["a", "b", "equal"]
    a: Decimal
    b: Decimal

@type_check_only
class PlanOrder(Result):
    month: str
    at: datetime
    amount: Decimal
    quantity: int
    pool: str  # whose pack it is, where that is not the product
    pack: str  # of a pack, as the next
    units: int
    meter: str  # of capacity, with one of the next two
    days: int
    months: int
    start: str  # the month with which capacity begins, where it is bought before

@type_check_only
class PlanCost(Result):
    packs: Decimal
    capacity: Decimal
    materials: Decimal
    postpaid: Decimal
    fees: Decimal
    total: Decimal

@type_check_only
class PlanMonth(Result):
    month: str
    mode: str
    calls: int
    free: int
    packs: int
    postpaid: int
    capacity: int
    cost: PlanCost

@type_check_only
class RunnerUp(Result):
    total: Decimal
    orders: Results[PlanOrder]

@type_check_only
class NaivePack(Result):
    pack: str
    total: Decimal | None

@type_check_only
class NaivePlans(Result):
    """What plans cost that nobody searched for; None where one cannot be had."""

    postpaid: Decimal | None
    packs: Results[NaivePack]
    capacity: Decimal | None

@type_check_only
class MadePlan(Result):
    book: str
    product: str
    currency: str
    total: Decimal
    orders: Results[PlanOrder]
    months: Results[PlanMonth]
    proven: bool  # of the cheapest plan alone, as the next three
    gap: Decimal
    runner_up: RunnerUp | None
    naive: NaivePlans

@type_check_only
class Named(Result, Generic[_Part]):
    """Parts by names of their own: of funds, products, meters."""

    def __getattribute__(self, name: str, /) -> _Part: ...
    def __getitem__(self, name: str, /) -> _Part: ...

@type_check_only
class PriceLine(Result):
    units: int
    unit_price: Decimal
    tier: int
    amount: Decimal

@type_check_only
class Edition(Result):
    effective: str
    announced: str | None
    source: str

@type_check_only
class Difference(Result):
    path: str
    ours: Any
    theirs: Any
    for_people: bool

@type_check_only
class BookError(Result):
    path: str
    message: str
    line: int | None
    column: int | None

@type_check_only
class Price(Result):
    product: str
    meter: str
    units: int
    amount: Decimal
    lines: Results[PriceLine]  # of a product
    products: Results[Price]  # of an event alone
    rule: str
    explanation: str
    price: str | None  # of a product with rules or terms alone, as the next two
    factor: str
    billable: bool

@type_check_only
class QuoteLine(Result):
    """`kind` is "bundle", "pack", "capacity", "materials", "usage", "fee" or "bound", and says which of the others there
    are."""

    kind: str
    product: str | None  # of a bundle, and of the least or most of an invoice, none
    amount: Decimal
    rule: str
    explanation: str
    meter: str  # of usage and capacity
    bundle: str  # of a bundle
    pack: str  # of a pack
    quantity: int  # bundles, packs, or units of capacity
    days: int  # of capacity by the day alone
    months: int  # of capacity by the month alone
    fee: str  # of a fee
    bound: str  # "least" or "most" of a product
    day: str  # of usage with daily tiers alone
    units: int | Decimal  # in the packs, of materials held, of usage
    free: int  # of materials and usage, as are packs
    packs: int
    postpaid: int  # of usage, as is capacity
    capacity: int
    unit_price: Decimal | None  # None where there is none, or more than one
    tier: int | None  # of usage and capacity

@type_check_only
class QuoteMonth(Result):
    month: str
    amount: Decimal
    lines: Results[QuoteLine]

@type_check_only
class QuoteGrant(Result):
    product: str
    grant: str
    month: str
    units: int
    used: int

@type_check_only
class Quote(Result):
    book: str
    currency: str
    total: Decimal
    grants: Results[QuoteGrant]
    months: Results[QuoteMonth]

@type_check_only
class InvoiceLine(Result):
    product: str
    meter: str
    units: int
    free: int
    packs: int
    unbilled: int
    unit_price: Decimal
    tier: int
    amount: Decimal
    rule: str
    explanation: str
    day: str  # of products with daily tiers alone
    fee: str  # the id, of lines of a fee alone
    bound: str  # "least" or "most", of lines of the difference alone
    unpriced: int  # the units, of lines charged where the book's price is null alone
    invoiced: Decimal  # what earlier invoices had of a running total, of lines with tiers longer than the settlement

@type_check_only
class Adjustment(Result):
    at: datetime
    units: int
    reason: str

@type_check_only
class Invoice(Result):
    month: str  # of a month; of another period `begin` and `settle`, which it is one of: "day", or {"days": 3}
    begin: datetime
    settle: str | Result
    issued: datetime | None
    lines: Results[InvoiceLine]
    adjustments: Results[Adjustment]
    total: Decimal
    by_bounds: Decimal  # of the total, where the book's `bill` changed it alone
    balance_after: Decimal | None

@type_check_only
class Outcome(Result):
    do: str
    ok: bool
    repeated: bool  # there if the same command was answered before

@type_check_only
class Issued(Result):
    id: str
    units: int
    left: int
    expires: datetime | None

@type_check_only
class Materials(Result):
    held: int
    limit: int

@type_check_only
class Draw(Result):
    id: str
    units: int

@type_check_only
class Pack(Result):
    id: str
    source: Literal["free", "paid", "gift"]
    pack: str
    units: int
    left: int
    bought: datetime
    expires: datetime | None
    state: Literal["active", "used_up", "void", "refunded"]

@type_check_only
class Capacity(Result):
    id: str
    meter: str
    quantity: int
    from_: datetime
    until: datetime

@type_check_only
class Month(Result):
    total: int
    free: int
    packs: int
    postpaid: int
    unbilled: int
    uncertain: int  # units of calls that nobody has in hand

@type_check_only
class ProductStatement(Result):
    open: bool
    mode: str
    limits: Named[int]
    grants: Results[Pack]
    packs: Results[Pack]
    capacity: Results[Capacity]
    materials: Materials
    month: Month

@type_check_only
class PoolLot(Result):
    id: str
    source: Literal["free", "paid", "gift"]
    pack: str
    units: str
    left: str
    bought: datetime
    expires: datetime | None
    state: Literal["active", "used_up", "void", "refunded"]

@type_check_only
class PoolStatement(Result):
    unit: str
    grants: Results[PoolLot]
    packs: Results[PoolLot]

@type_check_only
class Wallet(Result):
    cash: Decimal
    income: Decimal
    gift: Decimal
    voucher: Decimal
    balance: Decimal

@type_check_only
class Spent(Result):
    packs: Decimal
    materials: Decimal
    capacity: Decimal
    postpaid: Decimal
    refunded: Decimal
    total: Decimal

@type_check_only
class Statement(Result):
    at: datetime | None
    currency: str
    state: Literal["active", "arrears", "suspended", "violation"]
    wallet: Wallet | None
    products: Named[ProductStatement]
    pools: Named[PoolStatement]  # of a book that has some
    invoices: Results[Invoice]
    spent: Spent

@type_check_only
class UsedUnits(Result):
    free: int
    packs: tuple[Draw, ...]
    postpaid: int
    unbilled: int

# begin generated outcomes: from core/src/state/commands.def by `make generated`
@type_check_only
class OpenOutcome(Outcome):
    grants: tuple[Issued, ...]

@type_check_only
class ClaimOutcome(Outcome):
    grants: tuple[Issued, ...]

@type_check_only
class SetModeOutcome(Outcome):
    mode: str

@type_check_only
class BuyPackOutcome(Outcome):
    id: str
    amount: Decimal
    paid: Named[Decimal]
    units: int | Decimal
    expires: datetime | None

@type_check_only
class GivePackOutcome(Outcome):
    id: str
    units: int | Decimal
    expires: datetime | None

@type_check_only
class BuyCapacityOutcome(Outcome):
    id: str
    amount: Decimal
    paid: Named[Decimal]
    from_: datetime
    until: datetime

@type_check_only
class CommitOutcome(Outcome):
    billed: int  # with an outcome alone
    returned: int  # with a quantity, attributes or an outcome alone
    lost: int  # with a quantity, attributes or an outcome alone
    extra: UsedUnits  # with what comes to more units than were held alone

@type_check_only
class CancelOutcome(Outcome):
    returned: int
    lost: int

@type_check_only
class AdjustOutcome(Outcome):
    free: int
    packs: tuple[Draw, ...] | int
    postpaid: int
    unbilled: int
    lost: int  # with a quantity below 0 alone

@type_check_only
class AddMaterialsOutcome(Outcome):
    held: int
    limit: int

@type_check_only
class RemoveMaterialsOutcome(Outcome):
    held: int
    limit: int

@type_check_only
class TopUpOutcome(Outcome):
    balance: Decimal | None

@type_check_only
class WithdrawOutcome(Outcome):
    balance: Decimal | None

@type_check_only
class RefundOutcome(Outcome):
    amount: Decimal
    to: Named[Decimal]
    forfeited: Decimal

@type_check_only
class ChangeCapacityOutcome(Outcome):
    quantity: int
    amount: Decimal
    paid: Named[Decimal]

@type_check_only
class AdoptOutcome(Outcome):
    edition: str
    effective: str

@type_check_only
class BuyBundleOutcome(Outcome):
    id: str
    amount: Decimal
    paid: Named[Decimal]

# end generated outcomes

@final
class Used:
    @property
    def free(self) -> int: ...
    @property
    def packs(self) -> tuple[Draw, ...]: ...
    @property
    def postpaid(self) -> int: ...
    @property
    def unbilled(self) -> int: ...
    @property
    def repeated(self) -> bool: ...
    def to_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...
    __hash__: None  # type: ignore[assignment]

@final
class Call:
    @property
    def id(self) -> str: ...
    @property
    def free(self) -> int: ...
    @property
    def packs(self) -> tuple[Draw, ...]: ...
    @property
    def postpaid(self) -> int: ...
    @property
    def unbilled(self) -> int: ...
    @property
    def repeated(self) -> bool: ...
    @property
    def state(self) -> Literal["held", "committed", "canceled", "uncertain", "unwritten", "unknown", "forgotten"]: ...
    @property
    def attempt(self) -> int: ...
    @overload
    def commit(
        self,
        *,
        quantity: None = None,
        outcome: None = None,
        ref: str | None = None,
        attributes: None = None,
        at: _Time | None = None,
    ) -> None: ...
    @overload
    def commit(
        self,
        *,
        quantity: _Quantity,
        outcome: str | None = None,
        ref: str | None = None,
        attributes: _Attributes | None = None,
        at: _Time | None = None,
    ) -> CommitOutcome: ...
    @overload
    def commit(
        self,
        *,
        quantity: None = None,
        outcome: str,
        ref: str | None = None,
        attributes: _Attributes | None = None,
        at: _Time | None = None,
    ) -> CommitOutcome: ...
    @overload
    def commit(
        self,
        *,
        quantity: None = None,
        outcome: None = None,
        ref: str | None = None,
        attributes: _Attributes,
        at: _Time | None = None,
    ) -> CommitOutcome: ...
    def cancel(self, *, at: _Time | None = None) -> CancelOutcome: ...
    def not_sent(self, *, at: _Time | None = None) -> CancelOutcome: ...
    def to_dict(self) -> dict[str, Any]: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> Literal[False]: ...
    def __aenter__(self) -> Awaitable[Self]: ...
    def __aexit__(self, *exception: object) -> Awaitable[Literal[False]]: ...

@type_check_only
class HeldCall(Result):
    id: str
    product: str
    quantity: int
    owner: str | None
    since: datetime
    deadline: datetime | None
    state: Literal["held", "abandoned", "unknown"]
    outcome: str | None

# ------------------------------------------------------------------------------------------------------- outlook

# begin generated outlook: from core/src/account/outlook.def by `make generated`
_EventKind: TypeAlias = Literal[
    "grant_expires",
    "pack_expires",
    "capacity_begins",
    "capacity_ends",
    "settlement",
    "suspension",
    "grant_issued",
    "lot_issued",
    "choice_switched",
    "budget_day",
    "budget_month",
]
_NoticeCode: TypeAlias = Literal[
    "packs_low",
    "packs_used_up",
    "pack_ending",
    "postpaid_begun",
    "budget_used",
    "arrears",
    "suspended",
    "violation",
    "calls_uncertain",
    "calls_abandoned",
    "clock_suspect",
    "edition_available",
]

# end generated outlook

@type_check_only
class UpcomingEvent(Result):
    at: datetime
    kind: _EventKind
    product: str | None
    id: str | None
    units: int | Decimal | None
    amount: Decimal | None
    rule: str | None
    meter: str  # of capacity_begins and capacity_ends
    mode: str
    limit: int | None
    month: str  # of settlement, or `begin` and `settle` as of an invoice
    begin: datetime
    settle: str | Result
    balance_after: Decimal | None

@type_check_only
class Upcoming(Result):
    from_: datetime | None
    events: Results[UpcomingEvent]
    until: datetime | None
    complete: bool

@type_check_only
class Notice(Result):
    code: _NoticeCode
    message: str
    product: str | None
    id: str | None
    units: int | None
    of: int | None
    amount: Decimal | None
    limit: Decimal | None
    at: datetime | None
    rule: str | None

# -------------------------------------------------------------------------------------------------------- ledger

@type_check_only
class LedgerHandle(Result):
    path: str
    commands: int
    durability: Literal["command", "group"]
    group_ms: int
    session: int
    head: str

@type_check_only
class ComparedLedger(Result):
    path: str
    commands: int
    begins_after: int
    head: str

@type_check_only
class LedgerFork(Result):
    command: int
    a: str
    b: str

@type_check_only
class LedgerComparison(Result):
    relation: Literal["same", "continuation", "fork", "other_beginning", "apart"]
    common: int
    longer: Literal["a", "b"] | None
    by: int
    fork: LedgerFork | None
    a: ComparedLedger
    b: ComparedLedger

@type_check_only
class LedgerReport(Result):
    path: str
    ok: bool
    commands: int
    snapshots: int
    head: str
    good_at: str | None
    problem: str | None

def verify(path: str | PathLike[str], *, predecessor: str | PathLike[str] | None = None) -> LedgerReport: ...
def compare_ledgers(a: str | PathLike[str], b: str | PathLike[str], /) -> LedgerComparison: ...
def seal_ledger(
    path: str | PathLike[str], successor: str | PathLike[str], *, keep_ids_days: int | None = None
) -> None: ...
def _import(json: bytes | bytearray | memoryview | mmap, path: str | PathLike[str]) -> None: ...
def _export(path: str | PathLike[str], until: str | None, write: Callable[[bytes], object]) -> None: ...
def _check_target(path: str | PathLike[str], /) -> None: ...
def _open_ledger(
    path: str | PathLike[str],
    book: Book | None,
    wallet: Mapping[str, Any] | None,
    policy: Mapping[str, Any] | None,
    attributes: Mapping[str, Any] | None,
    group_ms: int | None,
    wait_ms: int | None,
    max_jump: int | timedelta | None,
    read_only: bool,
    check: str | None,
    keep_ids_days: int | None,
) -> Account: ...

# ---------------------------------------------------------------------------------------------------------- book

@type_check_only
class Tier(Result):
    from_: int
    price: Decimal | None
    fee: Decimal

@type_check_only
class Schedule(Result):
    model: Literal["flat", "volume", "graduated", "stairstep"]
    price: Decimal | None  # of a flat one alone
    edges: Literal["lower", "upper"]  # of one with tiers, as the next
    tiers: Results[Tier]
    per: int
    per_hours_of_month: bool
    block: int
    counter: str | None
    rounding: str | Named[Any]
    source: str

@type_check_only
class PriceRule(Result):
    id: str | None
    when: Named[Any]
    price: Schedule | None
    factor: str | None
    quantity: tuple[Named[Any], ...] | None
    billable: str | None
    source: str

@type_check_only
class Limit(Result):
    id: str
    max: int
    window: Named[Any]
    kind: str | None
    burst: int | None
    counts: str
    when: Named[Any]
    by: str | None
    source: str

@type_check_only
class Capacities(Result):
    id: str
    limit: str
    mode: str
    usage: str
    effect: str
    max_held: int | None
    day: Schedule | None
    month: Schedule | None
    prorate: str
    refund: str
    source: str

@type_check_only
class GrantOffer(Result):
    id: str
    quantity: int | Decimal
    issue: str | Named[Any]
    validity: str | Named[int]
    rollover: int | Decimal  # of a book of format 2
    rank: int  # of a book of format 2
    source: str

@type_check_only
class PackOffer(Result):
    id: str
    of: str
    units: int | Decimal
    price: Decimal
    validity: str | Named[int]
    rank: int  # of a book of format 2
    source: str

@type_check_only
class CapacityOffer(Result):
    meter: str
    kind: str
    mode: str
    limit: int | None
    max_held: int | None
    day: Schedule | None
    month: Schedule | None
    source: str

@type_check_only
class MaterialsOffer(Result):
    free: int
    source: str

@type_check_only
class OutcomeOffer(Result):
    code: str
    billable: Literal["yes", "no", "unknown"]
    source: str

@type_check_only
class Product(Result):
    id: str
    title: str
    meter: str
    unit: str
    source: str
    price: Schedule
    rules: Results[PriceRule]  # of a book of format 2, as all marked so
    quantity: tuple[Named[Any], ...] | None  # of a book of format 2
    tier_period: str
    grants: Results[GrantOffer]
    packs: Results[PackOffer]
    order: tuple[str, ...] | None  # of a book of format 2
    capacity: CapacityOffer | None
    limits: Results[Limit]  # of a book of format 2
    capacities: Results[Capacities]  # of a book of format 2
    materials: MaterialsOffer | None
    postpaid: str  # of a book of format 2
    outcomes: Results[OutcomeOffer]  # of a book of format 2

@type_check_only
class Cover(Result):
    product: str
    weight: str | None
    per: int
    of_price: str | None

@type_check_only
class Pool(Result):
    id: str
    title: str
    unit: str
    source: str
    money: bool
    covers: Results[Cover]
    grants: Results[GrantOffer]
    packs: Results[PackOffer]
    order: tuple[Literal["expiry", "bought", "left", "units"], ...] | None

@type_check_only
class Amendment(Result):
    announced: str
    effective: str
    product: str
    grant: str
    quantity: int
    source: str

@type_check_only
class OutcomeRule(Result):
    product: str
    outcome: str
    billable: Literal["yes", "no", "unknown"]
    code: str | None
    source: str | None

@final
class Book:
    def __new__(cls, source: str | PathLike[str] | dict[str, Any]) -> Book: ...
    @classmethod
    def errors(cls, source: str | bytes | PathLike[str] | dict[str, Any], /) -> Results[BookError]: ...
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def changed(self) -> str | None: ...
    def with_price(
        self,
        product: str,
        price: _Amount | None = None,
        *,
        percent: float | str | Decimal | None = None,
        tier: int | None = None,
        pack: str | None = None,
        meter: str | None = None,
        rule: str | None = None,
    ) -> Book: ...
    def without_pack(self, pack: str, *, product: str | None = None) -> Book: ...
    def replace(self, product: str | None = None, /, **keys: Any) -> Book: ...
    @property
    def guide_date(self) -> str | None: ...
    @property
    def editions(self) -> Results[Edition]: ...
    def as_of(self, date: _Time, /) -> Book: ...
    def diff(self, other: _BookSource, /) -> BookDiff: ...
    @property
    def currency(self) -> str: ...
    @property
    def minor_digits(self) -> int: ...
    @property
    def utc_offset(self) -> str | None: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def account_bytes(self) -> int: ...
    @property
    def rounding(self) -> str | Named[Any]: ...
    @property
    def notice_days(self) -> int: ...
    @property
    def suspension_hours(self) -> int: ...
    @property
    def refund_days(self) -> int: ...
    @property
    def policy(self) -> Named[str | int]: ...
    @property
    def sources(self) -> Named[str]: ...
    @property
    def products(self) -> Results[Product]: ...
    @property
    def pools(self) -> Results[Pool]: ...
    @property
    def examples(self) -> tuple[Named[Any], ...]: ...
    @property
    def amendments(self) -> Results[Amendment]: ...
    def price(
        self,
        product: str,
        meter: str,
        quantity: int,
        *,
        days: int | None = None,
        months: int | None = None,
        tier_quantity: int | None = None,
        at: _Time | None = None,
        attributes: _Attributes | None = None,
    ) -> Price: ...
    def quote(
        self,
        basket: Mapping[str, Any],
        *,
        months: int = 1,
        at: _Time | None = None,
        free: bool = True,
        policy: Mapping[str, str | int] | None = None,
        attributes: _Attributes | None = None,
    ) -> Quote: ...
    def price_many(
        self,
        product: str,
        meter: str,
        quantities: _Integers,
        *,
        out: _Out = "decimal",
        scale: int | None = None,
        days: int | None = None,
        months: int | None = None,
        at: _Time | None = None,
        attributes: Mapping[str, Any] | None = None,
        progress: bool | Callable[[int], object] | None = None,
    ) -> Column: ...
    def bill_many(
        self,
        product: str,
        totals: _Integers,
        *,
        periods: int = 1,
        free: _Integers | int | Mapping[str, _Integers | int] | None = None,
        packs: _Integers | int | Mapping[str, _Integers | int] | None = None,
        at: _Time | None = None,
        tier_basis: Literal["residual", "after_free", "total"] | None = None,
        out: _Out = "decimal",
        scale: int | None = None,
        attributes: _Attributes | None = None,
        events: _Integers | int | None = None,
        counted: _Integers | int | Mapping[str, _Integers | int] | None = None,
        before: Mapping[_Time, _Integers | int] | None = None,
        progress: bool | Callable[[int], object] | None = None,
    ) -> Table: ...
    def outcome(self, product: str, code: str) -> OutcomeRule: ...
    def to_json(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...
    def curve(
        self,
        product: str,
        meter: str | None = None,
        most: int | None = None,
        *,
        pack: str | None = None,
        packs: int | None = None,
        days: int | None = None,
        months: int | None = None,
        free: int | None = None,
        at: _Time | None = None,
        attributes: _Attributes | None = None,
    ) -> Curve: ...
    def cliffs(
        self,
        product: str,
        meter: str | None = None,
        most: int | None = None,
        *,
        pack: str | None = None,
        packs: int | None = None,
        days: int | None = None,
        months: int | None = None,
        free: int | None = None,
        at: _Time | None = None,
        attributes: _Attributes | None = None,
    ) -> Results[Cliff]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

# ------------------------------------------------------------------------------------------------------- columns

@final
class Column:
    @property
    def null_count(self) -> int: ...
    @property
    def type(self) -> Literal["decimal128", "int64", "float64", "timestamp", "text"]: ...
    @property
    def scale(self) -> int | None: ...
    def tolist(self) -> list[Any]: ...
    def to_numpy(self) -> Any: ...
    def to_pandas(self) -> Any: ...
    def to_polars(self) -> Any: ...
    def to_arrow(self) -> Any: ...
    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    @overload
    def __getitem__(self, row: int, /) -> Any: ...
    @overload
    def __getitem__(self, row: slice, /) -> Column: ...
    if sys.version_info >= (3, 12):
        def __buffer__(self, flags: int, /) -> memoryview: ...

    def __eq__(self, other: object, /) -> bool: ...
    __hash__: None  # type: ignore[assignment]
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]: ...

def _floats(column: Column, /) -> Column: ...
def _column_state(column: Column, /) -> tuple[Any, ...]: ...
def _column(
    kind: int,
    scale: int,
    length: int,
    values: bytes,
    validity: bytes | None,
    text: bytes | None,
    book: Book | None,
    /,
) -> Column: ...
def _bill_shares(
    amount: Decimal, scale: int, postpaid: int, groups: list[tuple[int, int]], /
) -> tuple[list[Decimal], int]: ...
def _table_stream(columns: dict[str, Column], /) -> object: ...
def _text_column(texts: list[str | None], /) -> Column: ...
def _csv_lines(data: bytes, start: int, delimiter: str, /) -> tuple[int, int]: ...
def _decimal_column(amounts: list[Decimal] | list[Decimal | None], scale: int, /) -> Column: ...
def _time_column(times: list[datetime | None], book: Book, /) -> Column: ...
def _integer_column(integers: list[int] | list[int | None], /) -> Column: ...

@final
class _Biller:
    def __new__(
        cls, pattern: Account, until: _Time | None = None, carry: tuple[str, ...] | None = None, threads: int = 1
    ) -> _Biller: ...
    def enter(self, name: str, account: Account, /) -> None: ...
    def resume(self, name: str, state: bytes, /) -> None: ...
    def command(self, name: str, do: str, /, *, at: _Time, **fields: Any) -> datetime: ...
    def run(
        self,
        events: object,
        account: str,
        time: str,
        product: str,
        quantity: str,
        id: str | None = None,
        row: str | None = None,
        first_row: int = 0,
        time_unit: str | None = None,
        zone: object = None,
        corrections: bool = False,
        sort: bool = False,
        progress: Callable[[int], object] | None = None,
        thousands: str = "\0",
        attributes: tuple[tuple[str, str], ...] = (),
        carried: tuple[str, ...] = (),
    ) -> int: ...
    def set_aside(self, row: int, column: str, reason: str, text: str | None, /) -> None: ...
    def counts(self) -> tuple[int, int, int]: ...
    def finish(self) -> dict[str, Table]: ...
    def names(self) -> list[str]: ...
    def account(self, index: int, /) -> Account: ...
    def state(self, index: int, /) -> bytes: ...

# ------------------------------------------------------------------------------------------------------- account

@final
class Account:
    def __new__(
        cls,
        book: _BookSource,
        *,
        wallet: _Funds | None = None,
        policy: Mapping[str, str | int] | None = None,
        attributes: _Attributes | None = None,
        max_jump: int | timedelta | None = None,
        keep_ids_days: int | None = None,
    ) -> Account: ...
    @property
    def book(self) -> Book: ...
    @property
    def now(self) -> datetime | None: ...
    @property
    def invoices(self) -> Results[Invoice]: ...
    @property
    def calls(self) -> Results[HeldCall]: ...
    def uncertain(self) -> Results[HeldCall]: ...
    def resume(self, id: str, /) -> Call: ...
    def ensure_open(self, product: str, *, at: _Time | None = None) -> OpenOutcome: ...
    def trust_clock(self) -> None: ...
    @property
    def ledger(self) -> LedgerHandle | None: ...
    @property
    def durability(self) -> Literal["command", "group"] | None: ...
    def marginal(self, product: str, quantity: int, attributes: _Attributes | None = None) -> Decimal: ...
    def upcoming(self, until: _Time | None = None) -> Upcoming: ...
    def notices(
        self, *, pack_percent: int | None = None, pack_days: int | None = None, budget_percent: int | None = None
    ) -> Results[Notice]: ...
    def fork(self) -> Account: ...
    def to_bytes(self) -> bytes: ...
    @classmethod
    def from_bytes(cls, data: bytes | bytearray | memoryview, book: _BookSource) -> Account: ...
    def __eq__(self, other: object, /) -> bool: ...
    __hash__: None  # type: ignore[assignment]
    def __copy__(self) -> Account: ...
    def __deepcopy__(self, memo: object, /) -> Account: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def flush(self) -> None: ...
    def release(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, type: object, value: object, traceback: object, /) -> None: ...
    def __sizeof__(self) -> int: ...
    # begin generated commands: from core/src/state/commands.def by `make generated`
    def open(self, product: str, *, at: _Time | None = None) -> OpenOutcome: ...
    def close(self, product: str, *, at: _Time | None = None) -> Outcome: ...
    def claim(self, product: str, grant: str, *, at: _Time | None = None) -> ClaimOutcome: ...
    def set_mode(self, product: str, mode: str, *, at: _Time | None = None) -> SetModeOutcome: ...
    def buy_pack(
        self,
        product: str,
        pack: str,
        *,
        quantity: _Quantity | None = None,
        id: str | None = None,
        pay: _Funds | None = None,
        campaign: Mapping[str, _Amount | bool] | None = None,
        at: _Time | None = None,
    ) -> BuyPackOutcome: ...
    def give_pack(
        self,
        product: str,
        pack: str,
        *,
        quantity: _Quantity | None = None,
        id: str | None = None,
        at: _Time | None = None,
    ) -> GivePackOutcome: ...
    def buy_capacity(
        self,
        product: str,
        meter: str,
        quantity: _Quantity,
        *,
        days: _Quantity | None = None,
        months: _Quantity | None = None,
        start: _Date | None = None,
        id: str | None = None,
        pay: _Funds | None = None,
        at: _Time | None = None,
    ) -> BuyCapacityOutcome: ...
    def use(
        self,
        product: str,
        quantity: _Quantity,
        *,
        id: str | None = None,
        billable: bool = True,
        attributes: _Attributes | None = None,
        at: _Time | None = None,
    ) -> Used: ...
    def call(
        self,
        product: str,
        id: str | None = None,
        *,
        quantity: _Quantity | None = None,
        owner: str | None = None,
        timeout_ms: _Quantity | None = None,
        attributes: _Attributes | None = None,
        at: _Time | None = None,
    ) -> Call: ...
    def commit(
        self,
        id: str,
        *,
        quantity: _Quantity | None = None,
        outcome: str | None = None,
        ref: str | None = None,
        attributes: _Attributes | None = None,
        at: _Time | None = None,
    ) -> CommitOutcome: ...
    def cancel(self, id: str, *, at: _Time | None = None) -> CancelOutcome: ...
    def adjust(
        self,
        product: str,
        quantity: _Quantity,
        reason: str,
        *,
        id: str | None = None,
        attributes: _Attributes | None = None,
        at: _Time | None = None,
    ) -> AdjustOutcome: ...
    def set_budget(
        self,
        *,
        day: _Amount | EllipsisType | None = ...,
        month: _Amount | EllipsisType | None = ...,
        at: _Time | None = None,
    ) -> Outcome: ...
    def add_materials(
        self, product: str, quantity: _Quantity, *, id: str | None = None, at: _Time | None = None
    ) -> AddMaterialsOutcome: ...
    def remove_materials(
        self, product: str, quantity: _Quantity, *, id: str | None = None, at: _Time | None = None
    ) -> RemoveMaterialsOutcome: ...
    def top_up(
        self, amount: _Amount, *, fund: _Fund | None = None, id: str | None = None, at: _Time | None = None
    ) -> TopUpOutcome: ...
    def withdraw(self, amount: _Amount, *, id: str | None = None, at: _Time | None = None) -> WithdrawOutcome: ...
    def refund(self, id: str, *, at: _Time | None = None) -> RefundOutcome: ...
    def suspend(self, *, at: _Time | None = None) -> Outcome: ...
    def reinstate(self, *, at: _Time | None = None) -> Outcome: ...
    def announce(
        self, product: str, grant: str, quantity: _Quantity, effective: _Date, *, at: _Time | None = None
    ) -> Outcome: ...
    def preview(
        self,
        *,
        product: str | None = None,
        quantity: _Quantity | None = None,
        attributes: _Attributes | None = None,
        at: _Time | None = None,
    ) -> Invoice: ...
    def statement(self, *, at: _Time | None = None) -> Statement: ...
    def advance(self, *, at: _Time | None = None) -> Outcome: ...
    def set(self, attributes: _Attributes, *, at: _Time | None = None) -> Outcome: ...
    def change_capacity(
        self,
        id: str,
        *,
        quantity: _Quantity | None = None,
        capacity: str | None = None,
        pay: _Funds | None = None,
        at: _Time | None = None,
    ) -> ChangeCapacityOutcome: ...
    def adopt(self, book: _BookSource, *, effective: _Date | None = None, at: _Time | None = None) -> AdoptOutcome: ...
    def set_postpaid(self, product: str, on: bool, *, at: _Time | None = None) -> Outcome: ...
    def buy_bundle(
        self, bundle: str, *, id: str | None = None, pay: _Funds | None = None, at: _Time | None = None
    ) -> BuyBundleOutcome: ...
    # end generated commands

# ------------------------------------------------------------------------------------------------------ timeline

def replay_json(timeline: str | bytes, /) -> bytes: ...
def _reconcile(document: str | bytes, time_limit_us: int, heard: Any, /) -> bytes: ...
def _make_plan(
    book: Book, forecast: str, plan: str | None, time_limit_us: int, heard: Any, /
) -> tuple[MadePlan, object]: ...
def _plan_timeline(plan: object, /) -> str: ...

_way_fields: str

def _break_even(a: dict[str, Any], b: dict[str, Any], most: int, /) -> Results[Stretch]: ...
def _vary(
    calls: tuple[int, ...],
    spread_per_mille: int,
    level_per_mille: int,
    correlation_per_mille: int,
    seed: int,
    trial: int,
    /,
) -> tuple[int, ...]: ...

# -------------------------------------------------------------------------------------------------------- errors

class Error(Exception):
    code: str
    rule: str
    path: str
    message: str

class Refusal(Error): ...

# begin generated exceptions: from core/src/base/statuses.def by `make generated`
class NoMemory(Error, MemoryError): ...
class Invalid(Error, ValueError): ...
class Stopped(Error): ...
class UnknownBook(Error, LookupError): ...
class UnknownProduct(Refusal, LookupError): ...
class UnknownPack(Refusal, LookupError): ...
class UnknownGrant(Refusal, LookupError): ...
class UnknownId(Refusal, LookupError): ...
class UnknownMeter(Refusal, LookupError): ...
class UnknownMode(Refusal, LookupError): ...
class NotSold(Refusal): ...
class StartInPast(Refusal): ...
class NotOpen(Refusal): ...
class AlreadyOpen(Refusal): ...
class AlreadyClaimed(Refusal): ...
class TimeReversal(Refusal, ValueError): ...
class IdConflict(Refusal): ...
class InsufficientFunds(Refusal): ...
class PaymentMismatch(Refusal): ...
class ModeLocked(Refusal): ...
class NoCapacity(Refusal): ...
class CapacityLimit(Refusal): ...

class RateLimited(Refusal):
    retry_after: float | None

class ConcurrencyLimited(Refusal): ...
class Suspended(Refusal): ...
class Violation(Refusal): ...
class MaterialLimit(Refusal): ...
class MaterialUnderflow(Refusal): ...
class PackUsed(Refusal): ...
class RefundWindow(Refusal): ...
class NotPaid(Refusal): ...
class CampaignFinal(Refusal): ...
class AlreadyRefunded(Refusal): ...
class CapacityBegun(Refusal): ...
class MaterialInUse(Refusal): ...
class NoticeTooShort(Refusal): ...
class AlreadyFinished(Refusal): ...
class InFlight(Refusal): ...
class IdReserved(Refusal): ...
class AdjustUnderflow(Refusal): ...
class BudgetExceeded(Refusal): ...
class ClockSuspect(Refusal): ...
class Overflow(Refusal, OverflowError): ...
class LedgerMissing(Error, OSError): ...
class LedgerNoDirectory(Error, OSError): ...
class LedgerExists(Error, OSError): ...
class LedgerNotAFile(Error, OSError): ...
class LedgerForeign(Error, OSError): ...
class LedgerVersion(Error, OSError): ...
class LedgerBook(Error, OSError): ...
class LedgerCorrupt(Error, OSError): ...
class LedgerLocked(Error, OSError): ...
class LedgerLinked(Error, OSError): ...
class LedgerReplaced(Error, OSError): ...
class LedgerDenied(Error, OSError): ...
class LedgerSealed(Error, OSError): ...
class LedgerReadOnly(Error, OSError): ...
class LedgerFull(Error, OSError): ...
class LedgerIo(Error, OSError): ...
class LedgerNetwork(Error, OSError): ...
class LedgerForked(Error, OSError): ...
class MissingAttribute(Refusal): ...
class UnknownValue(Refusal, LookupError): ...
class NoRule(Refusal): ...
class Unsupported(Refusal): ...
class BookMismatch(Refusal): ...
class PostpaidOff(Refusal): ...
class OrderSize(Refusal): ...
class Requires(Refusal): ...
class AggregateClosed(Refusal): ...
class TooFar(Refusal): ...
class LedgerLeftOut(Error, OSError): ...

# end generated exceptions

class InvalidType(Invalid, TypeError): ...
