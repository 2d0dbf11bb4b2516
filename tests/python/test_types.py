"""Stubs say what is there, and let a strict checker find mistakes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mypy")

EXAMPLES = Path(__file__).parents[2] / "examples"

GOOD = """
from datetime import date, datetime
from decimal import Decimal
import faregate

book = faregate.Book("tencent-facefusion")
price = book.price("image", "calls", 89_000)
total: Decimal = price.amount + price.lines[0].amount
account = faregate.Account(book, wallet={"cash": "5000", "gift": Decimal(2)}, policy={"settlement_day": 2})
grants: int = account.open("image", at=datetime(2024, 11, 5)).grants[0].units
order = account.buy_pack("image", "calls-10k", id="p1", pay={"cash": "1500"}, at=1_730_772_000_000_000)
paid: Decimal = order.paid["cash"]
capacity = account.buy_capacity("image", "qps", 5, days=1, start=date(2024, 11, 5))
begin: datetime = capacity.from_
used: int = account.use("image", 15_000).packs[0].units
invoice: faregate.Result = account.preview()
state: str = account.fork().statement().products["image"].mode
answer: dict[str, object] = faregate.replay({"book": "tencent-facefusion"})
text: bytes = faregate.replay_json("{}")
names: tuple[str, ...] = faregate.shipped_books()
with account.call("image", quantity=3) as call:
    held: str = call.id
calls: list[str] = [held_call.id for held_call in account.calls]
account.set_budget(day="5", month=None)
more: Decimal = account.marginal("image", 100)
twin: faregate.Account = faregate.Account.from_bytes(account.to_bytes(), book)
forecast = faregate.Forecast.from_usage({"2024-12": 15_000}, product="image", season=1, months=2)
plan = faregate.cheapest(book, forecast)
of_months: faregate.Table = plan.months.table
compared = faregate.compare([book, book.with_price("image", percent=10)], forecast, ["postpaid"])
dearest: Decimal = compared.simulate(trials=5).simulations["postpaid"].quantile(0.95)
moved: Decimal = faregate.diff(plan, compared.plans["postpaid"]).total
changed: str = faregate.diff(book, book)[0].path
spent: Decimal = plan.total + plan.months[0].cost.packs + plan.orders[0].amount
first: int = book.curve("image").pieces[0].from_
cheaper: str = faregate.break_even({"book": book, "product": "image"}, {"book": book, "product": "image"}, 9)[0].cheaper
rate: Decimal | None = book.products[0].price.tiers[0].price
bills = faregate.bill([], book)
owed: Decimal = bills.total
frame: object = bills.lines.to_pandas(amounts="float")
text_of: str | None = bills.lines.to_csv()
try:
    account.refund("p1")
except faregate.PackUsed as error:
    code: str = error.code
"""

BAD = """
import faregate
account = faregate.Account(faregate.Book("tencent-facefusion"))
account.use("image", 1.5)
account.use("image", 1, 2)
account.sell("image")
account.top_up(0.5)
account.statement().wallet.cash
account.preview().totl
account.statement().products["image"].month.posted
faregate.Book("tencent-facefusion").curve("image").pieces[0].frm
plan = faregate.cheapest("tencent-facefusion", {})
plan.totals
plan.months[0].cost.pack
faregate.bill([], account.book).line
faregate.bill([], account.book).lines.to_panda()
account.to_byte()
faregate.diff(plan, plan).volume
faregate.compare(account.book, {}).row
book = account.book.with_price("image", prcent=10)
plan.months.tabel
faregate.Forecast.from_use({})
"""


def mypy(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True, check=False)


def test_a_strict_checker_is_content(tmp_path):
    (tmp_path / "good.py").write_text(GOOD)
    checked = mypy("mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(tmp_path / "good.py"))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_strict_checker_finds_mistakes(tmp_path):
    (tmp_path / "bad.py").write_text(BAD)
    checked = mypy("mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(tmp_path / "bad.py"))
    assert checked.stdout.count(": error:") == 19, checked.stdout


def pyright(folder: Path) -> list[tuple[str, int, str]]:
    """File, line from 1 and message of each complaint."""
    pytest.importorskip("pyright")
    options = {"include": ["."], "typeCheckingMode": "strict", "pythonVersion": "3.11"}
    (folder / "pyrightconfig.json").write_text(json.dumps(options))
    checked = mypy("pyright", "-p", str(folder), "--pythonpath", sys.executable, "--outputjson")
    told = json.loads(checked.stdout)["generalDiagnostics"]
    return [(Path(each["file"]).name, each["range"]["start"]["line"] + 1, each["message"]) for each in told]


def test_another_strict_checker_is_content_with_the_examples(tmp_path):
    for example in EXAMPLES.glob("*.py"):
        if not example.name.startswith("scale_"):  # engines that come without types
            shutil.copy(example, tmp_path)
    (tmp_path / "good.py").write_text(GOOD)
    assert pyright(tmp_path) == []


def test_another_strict_checker_finds_mistakes(tmp_path):
    (tmp_path / "bad.py").write_text(BAD)
    wrong = {line for _, line, _ in pyright(tmp_path)}
    lines = BAD.splitlines()
    assert {number for number, line in enumerate(lines, 1) if line and number not in wrong} == {
        number for number, line in enumerate(lines, 1) if line.startswith(("import", "account = ", "plan = "))
    }


def test_the_stubs_are_what_the_module_has(tmp_path):
    (tmp_path / "allowed").write_text("faregate.__all__")  # is put together of the names of the core and others
    checked = mypy("mypy.stubtest", "faregate", "--allowlist", str(tmp_path / "allowed"))
    assert checked.returncode == 0, checked.stdout + checked.stderr
