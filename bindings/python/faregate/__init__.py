"""Prices the usage of a cloud API by its price book, and lives an account through its rules.

>>> import faregate
>>> book = faregate.Book("tencent-facefusion")
>>> book.price("image", "calls", 89_000).amount
Decimal('16020.00')
>>> account = faregate.Account(book, wallet={"cash": "5000"})
>>> account.open("image", at="2024-11-05T10:00").grants[0].units
1000
>>> account.use("image", 15_000, at="2024-11-20T12:00").postpaid
14000
>>> account.preview().total
Decimal('2520.00')

Money is exact: decimal.Decimal, never a float. Times are aware datetimes in the book's offset. What the rules refuse
raises a subclass of Refusal, whatever else is wrong another subclass of Error.
"""

import sys

from faregate._core import *
from faregate._core import __version__ as __version__

# Names that are not from the core are imported when they are first asked for, because most programs only price and
# meter.
_HOMES = {
    "shipped_books": "faregate._documents",
    "export": "faregate._ledger",
    "import_ledger": "faregate._ledger",
    "open": "faregate._ledger",
    "Table": "faregate._table",
    "replay": "faregate._timeline",
    "Bills": "faregate._bills",
    "bill": "faregate.billing",
    "Plan": "faregate.plan",
    "cheapest": "faregate.plan",
    "follow": "faregate.plan",
    "Forecast": "faregate.forecast",
    "Reconciliation": "faregate._reconciliation",
    "reconcile": "faregate._reconcile",
    "reconcile_json": "faregate._reconcile_search",
    "break_even": "faregate.whatif",
    "compare": "faregate.whatif",
    "diff": "faregate.whatif",
    "sensitivity": "faregate.whatif",
    "simulate": "faregate.whatif",
}
_MODULES = ("billing", "forecast", "plan", "whatif")
__all__ = sorted({name for name in globals() if not name.startswith("_") and name != "sys"} | _HOMES.keys())


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return __import__(f"{__name__}.{name}", fromlist=("",))
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name, obj=sys.modules[__name__])
    value = globals()[name] = getattr(__import__(_HOMES[name], fromlist=("",)), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, *_MODULES} - {"sys"})
