#!/usr/bin/env python3
"""Puts the calculator together: one page with the core, the shipped price books and its own scripts inside.

Usage: calculator.py MODULE PAGE
"""

import base64
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "docs" / "calculator"
SCRIPTS = [
    ROOT / "bindings" / "wasm" / "faregate.js",
    *(
        SOURCE / name
        for name in (
            "words.js",
            "figures.js",
            "elements.js",
            "curve.js",
            "form.js",
            "questions.js",
            "answers.js",
            "page.js",
        )
    ),
]


def shipped_books() -> dict[str, str]:
    books = sorted(path for path in (ROOT / "books").glob("*.json") if not path.name.endswith(".schema.json"))
    return {path.stem: path.read_text(encoding="utf-8") for path in books}


def page(module: bytes) -> str:
    data = [
        '"use strict";',
        f"const BOOKS = {json.dumps(shipped_books(), ensure_ascii=False)};",
        f'const CORE = "{base64.b64encode(module).decode()}";',
    ]
    scripts = "\n".join([*data, *(path.read_text(encoding="utf-8") for path in SCRIPTS)])
    assert "</script" not in scripts, "a script ends where it says so"
    text = (SOURCE / "page.html").read_text(encoding="utf-8")
    text = text.replace("/*{style}*/", (SOURCE / "style.css").read_text(encoding="utf-8"))
    return text.replace("/*{scripts}*/", scripts)


def main(module: Path, into: Path) -> None:
    into.parent.mkdir(parents=True, exist_ok=True)
    into.write_text(page(module.read_bytes()), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
