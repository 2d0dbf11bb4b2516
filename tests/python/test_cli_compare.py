"""faregate compare, simulate and break-even, what bill writes, and of which date the prices are."""

import io
import json
import os
import subprocess
import sys
from decimal import Decimal

import faregate
import pytest
from faregate.cli import main

FORECAST = {"product": "image", "start": "2025-01", "calls": [15_000, 18_000, 40_000], "book": "tencent-facefusion"}
GUIDE = "prices of tencent-facefusion, as of its guide of 2024-11-21"
LOG = "account,time,product,quantity\na,1730772000000,image,5000\na,1730772000000,image,7\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "forecast.json"
    path.write_text(json.dumps(FORECAST))
    return str(path)


def test_compare(file, capsys, book):
    compared = faregate.compare(book, FORECAST)
    assert main(["compare", file]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[1].split() == ["cheapest", "10,000.00", "0.00"]
    assert f"capacity: {compared.refused['capacity']}" in out and GUIDE in out
    assert main(["compare", file, "--json", "--way", "postpaid", "--way", "pack=calls-1k"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(each["plan"], each["total"]) for each in told["plans"]] == [
        ("postpaid", str(compared.plans["postpaid"].total)),
        ("pack=calls-1k", str(compared.plans["only calls-1k"].total)),
    ]


def test_compare_books(file, capsys, tmp_path, book):
    other = tmp_path / "dollars.json"
    other.write_text(json.dumps(book.to_dict() | {"id": "dollars", "currency": "USD", "as_of": None}))
    books = ["--book", "tencent-facefusion", "--book", str(other)]
    assert main(["compare", file, *books, "--way", "postpaid"]) == 1
    assert "fx: USD and CNY" in capsys.readouterr().err
    assert main(["compare", file, *books, "--way", "postpaid", "--fx", "USD=7.1"]) == 0
    out = capsys.readouterr().out
    assert [line.split("  ")[0] for line in out.splitlines()[1:3]] == [
        "tencent-facefusion: postpaid",
        "dollars: postpaid",
    ]
    assert GUIDE in out and "prices of dollars, its guide has no date" in out


def test_compare_given_orders(file, capsys, tmp_path):
    orders = tmp_path / "orders.json"
    orders.write_text(json.dumps([{"month": "2025-01", "pack": "calls-100k", "quantity": 1}]))
    assert main(["compare", file, "--way", f"orders={orders}", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["plans"][0]["total"] == "10000.00"
    orders.write_text("{")
    assert main(["compare", file, "--way", f"orders={orders}"]) == 1
    assert main(["compare", file, "--fx", "USD"]) == 1
    assert main(["compare", file, "--book", "nope"]) == 1
    assert capsys.readouterr().err.count("faregate: ") == 3


@pytest.mark.parametrize(
    "given",
    [
        ["compare", "FILE", "--fx", "USD=7.1", "--fx", "USD=7.2"],
        ["break-even", "tencent-facefusion", "image", "--most", "9", "--a", "pack=calls-1k,pack=calls-10k"],
        ["quote", "tencent-facefusion", "FILE", "--attribute", "tier=1", "--attribute", "tier=2"],
        [
            "bill",
            "FILE",
            "--book",
            "tencent-facefusion",
            "--constant",
            "product=image",
            "--constant",
            "product=image-pro",
        ],
        ["bill", "FILE", "--book", "tencent-facefusion", "--attribute", "tier", "--attribute", "tier=level"],
        ["reconcile", "FILE", "FILE", "--product", "a=image", "--product", "a=image-pro"],
    ],
    ids=lambda given: " ".join(given[:1]),
)
def test_a_name_that_comes_twice_is_refused(file, capsys, given):
    assert main([file if word == "FILE" else word for word in given]) == 1
    assert " is there twice" in capsys.readouterr().err


def test_simulate(file, capsys, book):
    ranking = faregate.compare(book, FORECAST).simulate(trials=20, level_spread=0.2, correlation=0.5, seed=3)
    how = ["--trials", "20", "--level-spread", "0.2", "--correlation", "0.5", "--seed", "3", "--by", "regret"]
    assert main(["simulate", file, *how, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["plans"]
    assert [each["plan"] for each in told] == ranking.by("regret")["plan"].tolist()
    assert [Decimal(each["regret"]) for each in told] == ranking.by("regret")["regret"].tolist()
    assert main(["simulate", file, *how, "--quantile", "0.5"]) == 0
    assert capsys.readouterr().out.startswith("20 trials, CNY ")
    assert main(["simulate", file, "--spread", "-1"]) == 1
    assert "spread: expected a part" in capsys.readouterr().err


def test_break_even(capsys):
    command = ["break-even", "tencent-facefusion", "image", "--most", "20000", "--b"]
    assert main([*command, "pack=calls-10k"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].split("  ")[0] == "1 … 6,249" and "price list" in lines[2] and "pack=calls-10k" in lines[4]
    assert main([*command, "pack=calls-10k,free=1000,packs=1", "--a", "free=1000", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told[0] == {"from": 0, "to": 7249, "cheaper": "a", "a": "0.00", "b": "1500.00"}
    for wrong in ("free=x", "free=-1", "pack", "colour=red"):
        assert main([*command, wrong]) == 1
    assert capsys.readouterr().err.count("faregate: ") == 4


def test_bill_writes_tables(capsys, monkeypatch, tmp_path, book):
    pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    lines, months = tmp_path / "lines.parquet", tmp_path / "m.csv"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LOG.encode())))
    command = ["bill", "-", "--book", "tencent-facefusion", "--time-unit", "ms"]
    assert main([*command, "--out", str(lines), "--out", f"months={months}"]) == 0
    out = capsys.readouterr().out
    assert "1 account: 961.68 CNY" in out and GUIDE in out and "explanation" not in out
    assert parquet.read_table(lines)["amount"].to_pylist() == [Decimal("961.68")]  # (5,007 − 1,000) × 0.24
    assert months.read_text().splitlines()[1].startswith("a,2024-11,,image,calls,5007,1000,0,4007,0,961.68,")
    for wrong, said in (("x=y.csv", "there is no table 'x'"), ("lines.xlsx", "expected a file .parquet or .csv")):
        assert main([*command, "--out", wrong]) == 1
        assert said in capsys.readouterr().err


def test_bills_say_of_which_date_the_prices_are(capsys, tmp_path, book):
    log = tmp_path / "log.csv"
    log.write_text(LOG)
    assert main(["bill", str(log), "--book", "tencent-facefusion", "--time-unit", "ms", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["book"], told["guide_date"], told["accrued"]) == ("tencent-facefusion", "2024-11-21", "0.00")
    bills = faregate.bill(str(log), book, time_unit="ms")
    assert bills.book == book and GUIDE in bills._repr_html_()
    changed = book.with_price("image", percent=10)
    assert f"{GUIDE}; changed: image: price of calls +10 %" in faregate.cheapest(changed, FORECAST)._repr_html_()
    plan = faregate.cheapest(book, FORECAST)
    assert repr(plan).endswith("; guide of 2024-11-21)")
    assert GUIDE in faregate.compare(book, FORECAST)._repr_html_()
    undated = faregate.bill(
        [{"account": "a", "time": "2026-11-05", "product": "requests", "quantity": 9}], "aws-lambda"
    )
    assert repr(undated).endswith("; guide without a date>") and "its guide has no date" in undated._repr_html_()
    assert main(["books", "--json"]) == 0
    dates = {each["id"]: each["guide_date"] for each in json.loads(capsys.readouterr().out)}
    assert dates["tencent-facefusion"] == "2024-11-21" and dates["aws-lambda"] is None
    assert main(["books"]) == 0
    told = capsys.readouterr().out
    assert "2024-11-21" in told and "no date" in told


def test_a_terminal_that_is_no_utf8(file):
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    command = [sys.executable, "-m", "faregate", "cliffs", "tencent-facefusion", "image"]
    told = subprocess.run(command, env=environment, capture_output=True, check=True).stdout.decode("ascii").splitlines()
    assert told[1] == "7,501 ... 9,999              10,000    1,800.00         599.76"
    assert len(set(map(len, told[1:]))) == 1
