"""What the guide prints, as plain data: prices, sizes, limits, switches (docs/rules.md)."""

from dataclasses import dataclass, field

CURRENCY = "CNY"
OFFSET = "+08:00"
MINOR_DIGITS = 2

PRODUCTS = ("image", "image-pro")
FUNDS = ("gift", "income", "cash", "voucher")
# R34: the funds a purchase takes when it names none, and a settlement always, in this order.
PAYING_FUNDS = ("gift", "income", "cash")

CALL_PACK_UNITS = {
    "calls-1k": 1_000,
    "calls-10k": 10_000,
    "calls-100k": 100_000,
    "calls-1m": 1_000_000,
    "calls-10m": 10_000_000,
}
MATERIAL_PACK_UNITS = {"materials-10": 10, "materials-100": 100, "materials-1000": 1_000}

PACK_PRICES = {
    "image": {
        "calls-1k": "200",
        "calls-10k": "1500",
        "calls-100k": "10000",
        "calls-1m": "60000",
        "calls-10m": "160000",
        "materials-10": "400",
        "materials-100": "3200",
        "materials-1000": "24000",
    },
    "image-pro": {
        "calls-1k": "500",
        "calls-10k": "4000",
        "calls-100k": "35000",
        "calls-1m": "300000",
        "calls-10m": "2500000",
    },
}

# R11: (lower edge, price of every unit once the quantity has reached that edge).
CALL_TIERS = {
    "image": [(0, "0.24"), (10_000, "0.18"), (100_000, "0.12"), (1_000_000, "0.08"), (10_000_000, "0.02")],
    "image-pro": [(0, "0.60"), (10_000, "0.48"), (100_000, "0.42"), (1_000_000, "0.36"), (10_000_000, "0.30")],
}

# R18: the same shape, per unit of capacity and per day or month. A period not listed is not sold.
CAPACITY_METER = {"image": "qps", "image-pro": "concurrency"}
CAPACITY_TIERS = {
    "image": {
        "days": [(0, "110"), (50, "85"), (100, "70")],
        "months": [(0, "2400"), (50, "2000"), (100, "1800")],
    },
    "image-pro": {"months": [(0, "12000")]},
}
CAPACITY_MOST_HELD = {"image": 300}  # R21
DEFAULT_LIMIT = {"image": 20, "image-pro": 10}  # R16
MODES = {"image": ("calls", "qps"), "image-pro": ("calls", "concurrency")}

GRANT = "free-calls"
FREE_CALLS = {"image": 1_000, "image-pro": 100}  # R1, R3
MONTHLY_GRANT = ("image",)  # R1: issued by itself; the other is claimed by hand (R3)
FREE_MATERIALS = {"image": 10}  # R4
NOTICE_DAYS = 30  # R5

# R36: faults of the picture are billed; what is refused before any work and the service's own faults are not.
OUTCOMES = {
    "yes": """Success FailedOperation.NoFaceDetected FailedOperation.FaceSizeTooSmall* FailedOperation.ImageDecodeFailed*
        FailedOperation.Image* FailedOperation.MediaDataError""",
    "no": """RequestLimitExceeded* LimitExceeded* AuthFailure* InvalidParameter* MissingParameter* Resource*
        UnauthorizedOperation* FailedOperation.FuseMaterial* FailedOperation.FuseFreqCtrl*
        FailedOperation.BalanceInsufficient FailedOperation.ProjectNotAuth InternalError* FailedOperation.InnerError
        FailedOperation.FuseInnerError FailedOperation.ServerError FailedOperation.RpcFail FailedOperation.Unknown*""",
    "unknown": "FailedOperation.Moderation* FailedOperation.RequestTimeout Timeout",
}
BILLABLE = {code: billable for billable, codes in OUTCOMES.items() for code in codes.split()}

# The first value of each is the default.
POLICY = {
    "pack_expiry": ("anniversary_end", "anniversary_start"),
    "pack_order": ("expiry", "purchase", "smallest_left"),
    "pack_reach": ("from_purchase", "whole_month"),
    "tier_basis": ("residual", "after_free", "total"),
    "settlement_day": (1, 2, 3),
    "capacity_calls": ("uncounted", "count_for_tier"),
    "capacity_tier_scope": ("order", "held"),
    "capacity_month": ("anchored", "days_30", "days_31"),
    "capacity_effect": ("replace", "add"),
    "capacity_lapse": ("deny", "fall_back"),
    "resume_at": ("nonnegative", "positive"),
    "refund_clock": ("civil_days", "hours"),
    "limiter": ("sliding", "clock_second"),
}


@dataclass
class Book:
    """In what a book may differ from all of the above: products whose tiers are of a day, packs valid for months, result
    codes of the service and whether they are billed (R36)."""

    daily: frozenset = frozenset()
    months: dict = field(default_factory=dict)  # (product, pack): months; a year where none are said
    outcomes: dict = field(default_factory=dict)  # product: {code, or the beginning of one and "*": yes, no, unknown}
