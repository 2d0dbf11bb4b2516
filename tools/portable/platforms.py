#!/usr/bin/env python3
"""Writes the table of docs/platforms.md from what `make portable` has left: build/portable/cells/MACHINE.PART.json, each
with how a part of the tests went on a machine."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CELLS = ROOT / "build/portable/cells"
DOCUMENT = ROOT / "docs/platforms.md"
BEGIN, END = "<!-- begin table of the machines -->\n", "<!-- end table of the machines -->\n"

MACHINES = {
    "x86_64": "Linux x86_64, glibc",
    "aarch64": "Linux aarch64, glibc",
    "armhf": "Linux armhf (32 bits), glibc",
    "i386": "Linux i386 (32 bits), glibc",
    "s390x": "Linux s390x (the highest byte first), glibc",
    "musl-x86_64": "Linux x86_64, musl",
    "musl-aarch64": "Linux aarch64, musl",
    "musl-riscv64": "Linux riscv64, musl",
    "windows": "Windows x86_64",
    "macos-x86_64": "macOS x86_64",
    "macos-arm64": "macOS arm64",
    "wasm": "WebAssembly",
    "android": "Android",
    "ios": "iOS",
}
PARTS = {
    "c": "C tests",
    "vectors": "vectors",
    "ledger": "ledger, there and back",
    "crash": "killed processes",
    "lua5.1": "Lua 5.1",
    "luajit": "LuaJIT",
    "lua5.3": "Lua 5.3",
    "lua5.4": "Lua 5.4",
    "lua5.5": "Lua 5.5",
    "wheel": "wheel",
}


def text_of(machine: str, part: str) -> str:
    path = CELLS / f"{machine}.{part}.json"
    if not path.exists():
        return "not"
    cell = json.loads(path.read_text(encoding="utf-8"))
    assert (cell["machine"], cell["part"]) == (machine, part) and cell["how"] in ("run", "emulated", "compiled"), path
    return cell["how"] if cell["how"] == "compiled" else f"{cell['how']}, {cell['passed']:,}"


def table() -> str:
    rows = ["| | " + " | ".join(PARTS.values()) + " |", "|---" * (len(PARTS) + 1) + "|"]
    for machine, name in MACHINES.items():
        rows.append(f"| {name} | " + " | ".join(text_of(machine, part) for part in PARTS) + " |")
    return "\n".join(rows) + "\n"


def main() -> None:
    known = {f"{machine}.{part}.json" for machine in MACHINES for part in PARTS}
    strange = sorted(path.name for path in CELLS.glob("*.json") if path.name not in known)
    text = DOCUMENT.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    DOCUMENT.write_text(head + BEGIN + table() + END + tail, encoding="utf-8")
    if strange:
        sys.exit(f"platforms: cells of no row and column of the table: {', '.join(strange)}")


if __name__ == "__main__":
    main()
