"""Several interpreters in one process, each with a module of its own."""

import importlib
import sys

import faregate
import pytest

if sys.version_info < (3, 12):
    pytest.skip("the decimal module of 3.11 is of one interpreter: another one breaks it", allow_module_level=True)
interpreters = pytest.importorskip("_xxsubinterpreters" if sys.version_info < (3, 13) else "_interpreters")

LIFE = """
import sys
sys.path[:] = {path!r}
import faregate
book = faregate.Book("tencent-facefusion")
assert book.price("image", "calls", 89_000).amount == 16_020
account = faregate.Account(book)
account.open("image", at="2024-11-05")
assert account.use("image", 1_500, at="2024-11-05").postpaid == 500
try:
    account.open("image", at="2024-11-05")
except faregate.AlreadyOpen:
    pass
else:
    raise SystemExit("not refused")
"""


def test_each_interpreter_has_its_own(book):
    for _ in range(3):
        other = interpreters.create()
        failed = interpreters.run_string(other, LIFE.format(path=sys.path))
        assert failed is None, failed
        interpreters.destroy(other)
    assert importlib.import_module("faregate") is faregate
    assert book.price("image", "calls", 89_000).amount == 16_020
