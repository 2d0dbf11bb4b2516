"""faregate bill: a usage log on the command line."""

import io
import json
from decimal import Decimal
from pathlib import Path

import faregate
import pytest
from faregate.cli import main

BOOK = "tencent-facefusion"
LOG = """account,time,product,quantity,id
fair,2024-11-05T10:00:00,image,15000,u1
fair,2024-11-06T10:00:00,image,15000,u1
kiosk,2024-11-07T10:00:00,image,500,
kiosk,2024-11-08T10:00:00,portrait,1,
kiosk,yesterday,image,1,
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "usage.csv"
    path.write_text(LOG, "utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_shows_lines_refusals_and_bad_rows(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "bill", log, "--book", BOOK, "--id", "id")
    assert status == 2
    # (15,000 − 1,000) × 0.18: the second event repeats the first
    assert "(15,000 − 1,000 free) × 0.18 = 2,520.00" in out
    assert "(500 − 500 free) × 0.24 = 0.00" in out
    refused = out[out.index("refused: 1") :].splitlines()
    assert refused[1].split()[:5] == ["row", "file", "account", "time", "product"] and "portrait" in refused[2]
    assert "id" not in refused[1].split()  # the row has none
    assert "refused: 1" in out and "unknown_product" in out
    assert "not read: 1" in out
    assert out.splitlines()[-3:-1] == [
        "5 rows read = 2 billed + 1 refused + 1 not read + 1 repeated",
        "2 accounts: 2,520.00 CNY",
    ]


def test_json_has_everything(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    accounts = tmp_path / "accounts.json"
    commands = [
        {"at": "2024-11-01T00:00:00", "do": "open", "product": "image"},
        {"at": "2024-11-01T00:00:00", "do": "buy_pack", "product": "image", "pack": "calls-10k"},
    ]
    accounts.write_text(json.dumps({"fair": {"commands": commands}}), "utf-8")
    status, out, _ = run(capsys, "bill", log, "--book", BOOK, "--id", "id", "--accounts", accounts, "--json")
    told = json.loads(out)
    assert status == 2
    assert Decimal(told["total"]) == (15_000 - 1_000 - 10_000) * Decimal("0.24")
    assert {line["account"] for line in told["lines"]} == {"fair", "kiosk"}
    assert [row["code"] for row in told["refusals"]] == ["unknown_product"]
    assert [row["row"] for row in told["bad_rows"]] == [6]
    assert [row["id"] for row in told["repeats"]] == ["u1"]


def test_the_status_tells_whether_every_row_is_in_a_bill(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = tmp_path / "good.csv"
    good.write_text("account,time,product,quantity\na,2024-11-05,image,1\na,2025-01-05,image,1\n", "utf-8")
    bad = tmp_path / "bad.csv"
    bad.write_text(good.read_text("utf-8") + "a,2025-01-06,image,1.5\n", "utf-8")
    assert run(capsys, "bill", good, "--book", BOOK)[0] == 0
    assert run(capsys, "bill", good, "--book", BOOK, "--until", "2025-01-01")[0] == 0  # asked for, and told
    assert run(capsys, "bill", bad, "--book", BOOK)[0] == 2
    assert run(capsys, "bill", bad, "--book", BOOK, "--allow-bad")[0] == 0


def test_there_is_no_book_by_default(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(capsys, "bill", log)
    assert stopped.value.code == 2
    assert "--book" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["[]", "{", '{"fair": 1}', '{"fair": {"wallet": {"cash": "5"}}, "fair": {}}', "[" * 9999]
)
def test_accounts_that_are_none(log: Path, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    accounts = tmp_path / "accounts.json"
    accounts.write_text(text, "utf-8")
    status, out, err = run(capsys, "bill", log, "--book", BOOK, "--accounts", accounts)
    assert (status, out) == (1, "")
    assert "accounts.json" in err


def test_a_file_of_no_known_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "bill", tmp_path / "usage.doc", "--book", BOOK)
    assert status == 1
    assert ".csv" in err


def test_bills_in_a_notebook(log: Path) -> None:
    shown = faregate.bill(str(log), faregate.Book(BOOK), id="id")._repr_html_()
    assert "2,520.00 CNY" in shown
    assert "unknown_product" in shown


def test_logs_as_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """(6,000 − 1,000) × 0.24, twice: in two files, newest first, with other names and a zone; then from standard
    input."""
    rows = ['Fair,2024-12-05 11:00:00,"6,000"', 'Fair,2024-11-05 11:00:00,"7,000"', 'Fair,2024-11-05 12:00:00,"-1,000"']
    for number, part in enumerate((rows[:1], rows[1:])):
        (tmp_path / f"{number}.csv").write_text("\n".join(["who,time,calls", *part, ""]), "utf-8")
    options = ["--book", BOOK, "--column", "account=who", "--column", "quantity=calls", "--constant", "product=image",
               "--tz", "Asia/Tokyo", "--thousands", ",", "--corrections", "--sort"]  # fmt: skip
    pytest.importorskip("pyarrow")
    status, out, err = run(capsys, "bill", tmp_path / "0.csv", tmp_path / "1.csv", *options)
    assert (status, err) == (0, "")
    assert out.splitlines()[-3:-1] == ["3 rows read = 3 billed", "1 account: 2,400.00 CNY"]
    text = "\n".join(["who,time,calls", *rows, "fair,noon,1", ""])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    status, out, err = run(capsys, "bill", "-", *options, "--json", "--allow-bad")
    told = json.loads(out)
    assert (status, told["total"]) == (0, "2400.00")
    assert err.startswith("faregate: 1 of 4 rows was not read, such as row 5 of -: expected a time such as ")
    assert told["rows"] == {"read": 4, "billed": 3, "refused": 0, "not read": 1, "repeated": 0, "after the end": 0}
    assert told["bad_rows"][0]["text"] == "noon"
    status, _, err = run(capsys, "bill", tmp_path / "1.csv", *options[:-1], "--column", "time")
    assert status == 1 and "--column" in err
    (tmp_path / "2.csv").write_text("\n".join(["who,time,calls", rows[1], rows[1].lower(), ""]), "utf-8")
    status, _, err = run(capsys, "bill", tmp_path / "2.csv", *options)
    assert status == 0 and err == "faregate: accounts that differ in letter case alone: 'Fair', 'fair'\n"
