"""By a package that was built with FAREGATE_NO_LEDGER: it prices, and says that it has no ledger."""

from decimal import Decimal
from pathlib import Path

import faregate

PATH = "build/no-ledger/booth.db"


def assert_left_out(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except faregate.LedgerLeftOut as error:
        assert error.code == "ledger_left_out" and "has no ledger" in str(error), error
        assert isinstance(error, faregate.Error) and isinstance(error, OSError)
    else:
        raise AssertionError(call)


book = faregate.Book("tencent-facefusion")
assert book.price("image", "calls", 89_000).amount == Decimal("16020.00")  # 89,000 × 0.18 (R11)
assert_left_out(faregate.open, PATH, book=book)
assert_left_out(faregate.open, PATH)
assert_left_out(faregate.verify, PATH)
assert_left_out(faregate.export, PATH)
assert_left_out(faregate.seal_ledger, PATH, PATH + "-next")
assert_left_out(faregate.compare_ledgers, PATH, PATH)
assert not Path(PATH).exists()
print("no-ledger in Python: 1 passed, 0 failed")
