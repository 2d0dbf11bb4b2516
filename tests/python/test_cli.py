"""The command line."""

import json
import re
import subprocess
import sys
from pathlib import Path

import faregate
import pytest
from faregate.cli import main

PAGE = (Path(__file__).parents[2] / "docs/price-book.md").read_text(encoding="utf-8")
STEPS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.S)]
TIMELINE = {
    "book": "tencent-facefusion",
    "wallet": {"cash": "2000"},
    "commands": [
        {"at": "2024-11-05T10:00:00", "do": "open", "product": "image"},
        {"at": "2024-11-05T10:05:00", "do": "buy_pack", "product": "image", "pack": "calls-10k", "id": "p1"},
        {"at": "2024-11-20T12:00:00", "do": "use", "product": "image", "quantity": 15_000},
        {"at": "2024-11-20T12:00:00", "do": "refund", "id": "p1"},
        {"at": "2024-11-20T12:00:00", "do": "statement"},
        {"at": "2024-12-01T00:00:00", "do": "advance"},
    ],
}


@pytest.fixture
def timeline(tmp_path):
    path = tmp_path / "timeline.json"
    path.write_text(json.dumps(TIMELINE), encoding="utf-8")
    return path


def test_books(capsys):
    assert main(["books"]) == 0
    table = capsys.readouterr().out.splitlines()
    assert len(table) == 1 + len(faregate.shipped_books())
    assert [line.split()[0] for line in table] == ["book", *faregate.shipped_books()]
    assert main(["books", "--json"]) == 0
    assert [book["id"] for book in json.loads(capsys.readouterr().out)] == list(faregate.shipped_books())


def test_check(capsys, tmp_path):
    path = tmp_path / "bad.json"
    path.write_text('{"format": "faregate-book/1",\n "titel": 1}', encoding="utf-8")
    assert main(["check", str(path)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == f"{path}:1:1: id: missing"
    assert told[-1] == f'{path}:2:11: titel: there is no field of this name here; is "title" meant?'
    assert main(["check", str(path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)[0] == {"path": "id", "message": "missing", "line": 1, "column": 1}
    path.write_text('{"format": 1,\n}', encoding="utf-8")
    assert main(["check", str(path)]) == 1
    assert capsys.readouterr().out == f"{path}:2:1: expected a key in quotes\n"
    assert main(["check", "books/aws-s3.json"]) == main(["check", "aws-s3"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["check", str(tmp_path / "none.json")]) == 1
    assert "none.json" in capsys.readouterr().err


@pytest.mark.parametrize("lines", [0, 1])
@pytest.mark.parametrize(
    "arguments",
    [("replay", "TIMELINE"), ("replay", "TIMELINE", "--json"), ("books",), ("zone", "Europe/Madrid"), ("--help",)],
    ids=" ".join,
)
def test_a_reader_that_has_seen_enough(timeline, arguments, lines):
    """More is printed than a pipe holds, or what is left when the program ends."""
    commands = TIMELINE["commands"][:3] + [TIMELINE["commands"][4]] * 3000
    timeline.write_text(json.dumps({**TIMELINE, "commands": commands}), encoding="utf-8")
    named = [str(timeline) if argument == "TIMELINE" else argument for argument in arguments]
    program = [sys.executable, "-m", "faregate", *named]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        for _ in range(lines):
            process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode in ((141,) if lines == 0 and arguments[0] != "--help" else (0, 141))


def test_price(capsys):
    assert main(["price", "tencent-facefusion", "image", "calls", "89000"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        " units  tier from  unit price        CNY",
        "89,000     10,000        0.18  16,020.00",
        "",
        "89,000 × 0.18 = 16,020.00  R11",
    ]
    assert main(["price", "tencent-facefusion", "image", "qps", "60", "--months", "12", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["amount"] == "1440000.00"
    assert main(["price", "aws-lambda", "ephemeral-storage", "mb-ms", "1", "--json"]) == 0
    assert "E" not in json.loads(capsys.readouterr().out)["lines"][0]["unit_price"]


def test_replay(capsys, timeline):
    assert main(["replay", str(timeline)]) == 0
    told = capsys.readouterr().out
    assert "refused, pack_used" in told and "paid 1500.00 cash" in told and "packs 10,000 of p1" in told
    assert "(15,000 − 1,000 free − 10,000 packs) × 0.24 = 960.00" in told and "arrears  balance -460.00" in told
    assert main(["replay", str(timeline), "--json"]) == 0
    assert capsys.readouterr().out.encode() == faregate.replay_json(timeline.read_bytes()) + b"\n"


def test_replay_of_any_period(capsys, tmp_path):
    """A fee of 2 in each of four hours, the first on the second's invoice; 501 × 0.003 = 1.503 of at least 4."""
    fees = [{"id": "f", "amount": "2", "every": "hour"}]
    price = {"model": "flat", "price": "0.003"}
    product = {"id": "calls", "meter": "calls", "price": price, "fees": fees, "least": "4", "tier_period": "hour"}
    head = {"format": "faregate-book/2", "id": "tick", "title": "Tick", "currency": "EUR", "minor_digits": 2}
    book = {**head, "time_zone": "+00:00", "rounding": "none", "settle": "hour", "products": [product]}
    commands = [
        {"at": "2025-01-10T09:00:00", "do": "open", "product": "calls"},
        {"at": "2025-01-10T09:00:00", "do": "use", "product": "calls", "quantity": 501},
        {"at": "2025-01-10T10:00:00", "do": "advance"},
    ]
    path = tmp_path / "tick.json"
    path.write_text(json.dumps({"book": book, "commands": commands}), encoding="utf-8")
    assert main(["replay", str(path)]) == 0
    rows = [
        line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("2025-01-10T09:00:00+00:00")
    ]
    assert [row[1:4] for row in rows if row[1] == "calls"] == [
        ["calls", "501", "1.503"],
        ["calls", "least", "2.497"],
        ["calls", "f", "2.00"],
    ]


def test_attributes(capsys, tmp_path):
    step = next(step for step in STEPS if step["id"] == "step-6")
    path = tmp_path / "step-6.json"
    path.write_text(json.dumps(step), encoding="utf-8")
    long = ["--attribute", "model=big", "--attribute", "prompt=200000", "--attribute", "region=us"]
    assert main(["price", str(path), "tokens", "tokens", "200000", *long, "--at", "2025-01-10"]) == 0
    assert "200,000 ÷ 1,000,000 × 6.00 × 1.2 = 1.44" in capsys.readouterr().out
    assert main(["cliffs", str(path), "tokens", *long, "--at", "2025-01-10"]) == 0
    capsys.readouterr()
    assert main(["price", str(path), "tokens", "tokens", "1", "--attribute", "prompt=many"]) == 1
    assert "attributes.prompt" in capsys.readouterr().err
    digits = json.loads(path.read_text()) | {"attributes": [{"id": "model", "values": ["1", "2"]}]}
    digits["products"][0]["rules"] = [{"when": {"model": "2"}, "price": {"model": "flat", "price": "7"}}]
    path.write_text(json.dumps({key: value for key, value in digits.items() if key != "examples"}))
    assert main(["price", str(path), "tokens", "tokens", "1", "--attribute", "model=2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["amount"] == "7.00"


def test_quote(capsys, tmp_path):
    path = tmp_path / "basket.json"
    path.write_text('{"image": {"calls": 90000, "packs": {"calls-10k": 1}}}', encoding="utf-8")
    assert main(["quote", "tencent-facefusion", str(path), "--at", "2025-01-01"]) == 0
    *table, blank, guide = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in table] == ["CNY", "1,500.00", "14,220.00", "15,720.00"]
    assert not blank and guide == "prices of tencent-facefusion, as of its guide of 2024-11-21"
    more = ["--months", "2", "--without-free", "--json"]
    assert main(["quote", "tencent-facefusion", str(path), "--at", "2025-01-01", *more]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["total"] == "31800.00"  # 2 × (1,500 + 80,000 × 0.18)
    assert told["guide_date"] == "2024-11-21"
    assert main(["quote", "tencent-facefusion", str(path), "--attribute", "x=1"]) == 1
    assert "attributes.x" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments, said",
    [
        (
            ["price", "no-such-book", "image", "calls", "1"],
            "no shipped price book is named 'no-such-book'; there are aliyun-qwen, ",
        ),
        (["price", "none.json", "image", "calls", "1"], "none.json"),
        (["price", "tencent-facefusion", "video", "calls", "1"], "there is no product video; the nearest is image"),
        (["price", "tencent-facefusion", "image", "calls", "-1"], "quantity"),
        (["replay", "none.json"], "none.json"),
        (["replay", __file__], ""),
    ],
)
def test_errors_go_to_standard_error(capsys, arguments, said):
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("faregate: ") and said.lower() in captured.err.lower()


@pytest.mark.parametrize("arguments", [[], ["sell"], ["price", "tencent-facefusion", "image", "calls", "many"]])
def test_a_wrong_command_line(arguments):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_as_a_program_reading_standard_input():
    def run(document: bytes) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "faregate", "replay", "-", "--json"]
        return subprocess.run(command, input=document, capture_output=True, check=False)

    document = json.dumps(TIMELINE).encode()
    assert run(document).stdout == faregate.replay_json(document) + b"\n"
    failed = run(b"{}")
    assert (failed.returncode, failed.stdout) == (1, b"") and failed.stderr.startswith(b"faregate: ")
