"""The names of faregate as type checkers see them; __init__.py says where each is when the program runs."""

from faregate import billing as billing
from faregate import forecast as forecast
from faregate import plan as plan
from faregate import whatif as whatif
from faregate._bills import Bills as Bills
from faregate._core import *
from faregate._core import __version__ as __version__
from faregate._documents import shipped_books as shipped_books
from faregate._ledger import export as export
from faregate._ledger import import_ledger as import_ledger
from faregate._ledger import open as open
from faregate._reconcile import reconcile as reconcile
from faregate._reconcile_search import reconcile_json as reconcile_json
from faregate._reconciliation import Reconciliation as Reconciliation
from faregate._table import Table as Table
from faregate._timeline import replay as replay
from faregate.billing import bill as bill
from faregate.forecast import Forecast as Forecast
from faregate.plan import Plan as Plan
from faregate.plan import cheapest as cheapest
from faregate.plan import follow as follow
from faregate.whatif import break_even as break_even
from faregate.whatif import compare as compare
from faregate.whatif import diff as diff
from faregate.whatif import sensitivity as sensitivity
from faregate.whatif import simulate as simulate
