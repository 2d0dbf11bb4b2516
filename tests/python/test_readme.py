"""What the README shows is what happens."""

import doctest
import json
import re
import subprocess
import sys

import faregate
import pytest
from shown import ROOT, run_lua, sources

README = ROOT / "README.md"


def blocks(language):
    return sources(README, language)


def test_python_example():
    source = "\n".join(blocks("python"))
    test = doctest.DocTestParser().get_doctest(source, {}, "README.md", str(README), 0)
    assert test.examples
    failed, _ = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL).run(test)
    assert failed == 0


def test_lua_example():
    (shown,) = blocks("text")
    assert run_lua(blocks("lua")[0]) == shown


@pytest.mark.parametrize("outcome, used", [("Success", "1"), ("InternalError", "0")])
def test_the_gate_in_lua(outcome, used):
    """Asked now, by an account that was opened now; a fault of the vendor is not billed (R36)."""
    begin = f"""
local faregate = require "faregate"
local acct, photo = faregate.account(assert(faregate.book("tencent-facefusion")))
local function fuse() return "{outcome}" end
assert(acct:open{{product = "image"}})
do
"""
    assert run_lua(f"{begin}{blocks('lua')[1]}end\nio.write(acct:statement().products.image.month.total)") == used


def test_the_pieces_of_a_book_are_those_of_the_one_that_is_shipped():
    pack, product = map(json.loads, blocks("json"))
    described = json.loads((ROOT / "books" / "tencent-facefusion.json").read_text("utf-8"))["products"][0]
    assert pack in described["packs"]
    price, whole = product.pop("price"), described["price"]
    assert whole.pop("tiers")[:2] == price.pop("tiers")
    assert {**whole, **price} == whole and {**described, **product} == described


def test_the_command_replays_a_year():
    command = blocks("sh")[-1].strip()
    assert command == ".venv/bin/faregate replay examples/year.json"
    answered = subprocess.run(
        [sys.executable, "-m", "faregate", *command.split()[1:]], capture_output=True, text=True, cwd=ROOT, check=True
    )
    timeline = json.loads((ROOT / "examples" / "year.json").read_text("utf-8"))
    spent = faregate.replay(timeline)["statement"]["spent"]["total"]
    assert answered.stdout.splitlines()[-1].endswith(f" {spent}")


def test_every_path_it_names_exists():
    named = re.findall(r"\]\(([\w./-]+)\)|^\| `([\w./-]+)`", README.read_text("utf-8"), re.M)
    paths = [link or path for link, path in named]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
