"""What the README shows is what happens."""

import doctest
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
README = ROOT / "README.md"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README.read_text("utf-8"), re.M | re.S)


def test_python_example():
    source = "\n".join(blocks("python"))
    test = doctest.DocTestParser().get_doctest(source, {}, "README.md", str(README), 0)
    assert test.examples
    failed, _ = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL).run(test)
    assert failed == 0


def test_lua_example():
    module = ROOT / "build" / "lua" / "faregate.so"
    if shutil.which("lua5.4") is None or not module.exists():
        pytest.skip("needs lua5.4 and the Lua module of `make build`")
    source = blocks("lua")[0]
    (shown,) = blocks("text")
    ran = subprocess.run(
        ["lua5.4", "-"],
        input=source,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"LUA_CPATH": "build/lua/?.so", "PATH": "/usr/bin:/bin"},
        check=True,
    )
    assert ran.stdout == shown


def test_every_path_it_names_exists():
    named = re.findall(r"\]\(([\w./-]+)\)|^\| `([\w./-]+)`", README.read_text("utf-8"), re.M)
    paths = [link or path for link, path in named]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
