"""Runs the blocks of documents: a block prints what the block of text after it shows (docs/decisions/0029)."""

import contextlib
import io
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INSTALLS = "pip install "


@dataclass(frozen=True)
class Block:
    language: str
    source: str
    shown: str
    line: int  # the line of the document in which the source begins, from 1


def blocks(document: Path) -> list[Block]:
    """The blocks of code in their order, each with the text block after it, which is "" for a block that prints
    nothing."""
    text = document.read_text(encoding="utf-8")
    found = [(match[1], match[2], text.count("\n", 0, match.start(2)) + 1) for match in FENCED.finditer(text)]
    assert text.count("\n```") == 2 * len(found), f"{document}: a fence that is not closed"
    assert {language for language, _, _ in found} <= {"python", "sh", "lua", "text"}, document
    answers = [source if language == "text" else "" for language, source, _ in [*found[1:], ("", "", 0)]]
    return [
        Block(language, source, shown, line)
        for (language, source, line), shown in zip(found, answers, strict=True)
        if language != "text"
    ]


def sources(document: Path, language: str) -> list[str]:
    """The sources of all blocks in one language, in their order."""
    return [source for found, source in FENCED.findall(document.read_text(encoding="utf-8")) if found == language]


def headings(document: Path) -> list[int]:
    """The levels of all headings, in their order."""
    text = FENCED.sub("", document.read_text(encoding="utf-8"))
    return [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]


def python_of(document: Path) -> str:
    return "\n".join(block.source for block in blocks(document) if block.language == "python")


def _ran(command: list[str], directory: Path, environment: dict[str, str], given: str | None = None) -> str:
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONUTF8": "1", **environment}
    ran = subprocess.run(command, input=given, capture_output=True, text=True, cwd=directory, env=environment)
    assert ran.returncode == 0 and not ran.stderr, ran.stderr
    return ran.stdout


def run_lua(source: str, directory: Path = ROOT) -> str:
    """Runs a program, and returns what it prints."""
    module = ROOT / "build" / "lua" / "faregate.so"
    lua = shutil.which("lua5.4")
    if lua is None or not module.exists():
        pytest.skip("needs lua5.4 and the Lua module of `make build`")
    return _ran([lua, "-"], directory, {"LUA_CPATH": f"{ROOT}/build/lua/?.so"}, source)


class Reader:
    """A reader of a document who types in its blocks, one after the other, in one directory."""

    def __init__(self, document: Path, directory: Path) -> None:
        self.document = document
        self.directory = directory
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def prints(self, block: Block) -> str:
        return {"python": self._python, "sh": self._shell, "lua": self._lua}[block.language](block)

    def _python(self, block: Block) -> str:
        printed = io.StringIO()
        code = compile("\n" * (block.line - 1) + block.source, str(self.document), "exec")  # errors name its lines
        with contextlib.redirect_stdout(printed):
            exec(code, self.names)
        return printed.getvalue()

    def _shell(self, block: Block) -> str:
        command = self.directory / "bin" / "faregate"
        command.parent.mkdir(exist_ok=True)
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m faregate "$@"\n')
        command.chmod(0o755)
        if block.source.startswith(INSTALLS):
            return block.shown
        return _ran(["bash", "-c", block.source], self.directory, {"PATH": f"{command.parent}:/usr/bin:/bin"})

    def _lua(self, block: Block) -> str:
        return run_lua(block.source, self.directory)


def lived(document: Path, directory: Path) -> dict[str, Any]:
    """Runs all blocks of a document in their order, and checks what they print. Returns the names of Python that they
    have defined."""
    reader = Reader(document, directory)
    with pytest.MonkeyPatch.context() as context:
        context.chdir(directory)
        context.setenv("MPLBACKEND", "Agg")
        for block in blocks(document):
            printed = reader.prints(block)
            assert printed == block.shown, f"{document.relative_to(ROOT)}:{block.line}"
    return reader.names
