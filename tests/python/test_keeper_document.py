"""docs/keeper.md: what it shows runs, on a booth's ledger with an uncertain call, and it has a word on every code."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import faregate
import pytest
from faregate import cli
from generate_tables import NOTICES
from headers import CODES
from shown import ROOT, run_lua, sources

DOCUMENT = ROOT / "docs" / "keeper.md"
PAGE = DOCUMENT.read_text(encoding="utf-8")
LOSES_A_CALL = """
import faregate, os
account = faregate.open("booth.db", book="tencent-facefusion")
account.open("image")
account.use("image", 1100)
account.call("image", id="photo-1")
os._exit(0)
"""


def blocks(language: str) -> list[str]:
    return sources(DOCUMENT, language)


@pytest.fixture
def booth(tmp_path, monkeypatch) -> Path:
    """A folder with the ledger of a booth whose program was killed with a call in hand."""
    monkeypatch.chdir(tmp_path)
    subprocess.run([sys.executable, "-c", LOSES_A_CALL], check=True)
    return tmp_path


@pytest.mark.parametrize("block", blocks("python"))
def test_python(booth, block, capsys):
    exec(compile(block, "keeper.md", "exec"), {})
    if "uncertain()" in block:
        assert capsys.readouterr().out.startswith("photo-1 image 1 ")
        with faregate.open("booth.db") as account:
            assert account.uncertain() == ()
    if "notices()" in block:
        assert "calls_uncertain" in capsys.readouterr().out


def test_lua(booth):
    (block,) = blocks("lua")
    printed = run_lua(block, booth)
    assert "calls_uncertain" in printed and "settlement" in printed


@pytest.mark.parametrize("block", blocks("sh"))
def test_shell(booth, block, capsys):
    for line in block.splitlines():
        command, _, target = line.partition(" > ")
        program, *arguments = shlex.split(command)
        assert program == "faregate" and cli.main(arguments) == 0, line
        printed = capsys.readouterr().out
        if target:
            (booth / target).write_text(printed, encoding="utf-8")
    made = [path for path in ("booth-new.db", "booth-2026.db") if (booth / path).exists()]
    with faregate.open(made[0]) as account:
        assert account.statement().products["image"].month.total == 1101


def test_every_command_line_in_the_text_is_one():
    """Of `faregate ledger …` anywhere on the page, the command is known."""
    for command in re.findall(r"faregate ledger (\w+)", PAGE):
        with pytest.raises(SystemExit) as exit:
            cli.main(["ledger", command, "--help"])
        assert exit.value.code == 0, command


def test_it_has_a_word_on_every_fault_of_a_ledger():
    faults = {code for code in CODES if code.startswith("ledger_")} | {"clock_suspect"}
    named = set(re.findall(r"\b(ledger_\w+|clock_suspect)\b", PAGE))
    assert named == faults


def test_it_has_a_word_on_every_notice():
    table = PAGE[PAGE.index("| notice |") :].split("\n\n")[0]
    first_cells = " ".join(row.split("|")[1] for row in table.splitlines()[2:])
    assert set(re.findall(r"`(\w+)`", first_cells)) == {notice.name for notice in NOTICES}
