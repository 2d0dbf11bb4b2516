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

from faregate._core import *
from faregate._core import __version__ as __version__
from faregate._documents import shipped_books as shipped_books
from faregate._ledger import export as export
from faregate._ledger import import_ledger as import_ledger
from faregate._ledger import open as open
from faregate._table import Table as Table
from faregate._timeline import replay as replay
from faregate.billing import Bills as Bills
from faregate.billing import bill as bill
from faregate.plan import Plan as Plan
from faregate.plan import cheapest as cheapest
from faregate.plan import follow as follow
from faregate.whatif import break_even as break_even
from faregate.whatif import compare as compare
from faregate.whatif import diff as diff
from faregate.whatif import sensitivity as sensitivity
from faregate.whatif import simulate as simulate
