#!/usr/bin/env python3
"""Writes what is made from the tables of the core: whole files, and the marked parts of others.

generate.py writes what is stale; generate.py --check names it and exits with 1."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import generate_book
import generate_documents
import generate_headers
import generate_lua
import generate_python
import generate_queries
from generate_tables import ROOT

# In place of the name of a part, None means that the whole file is generated.
OUTPUTS: list[tuple[str, str | None, Callable[[], str]]] = [
    *generate_headers.OUTPUTS,
    *generate_python.OUTPUTS,
    *generate_lua.OUTPUTS,
    *generate_documents.OUTPUTS,
    *generate_queries.OUTPUTS,
    *generate_book.OUTPUTS,
]


def replace_part(text: str, name: str, made: str) -> str:
    """Replaces what is between the lines "begin generated NAME" and "end generated NAME" of a text."""
    part = re.compile(rf"(^[^\n]*begin generated {name}\b[^\n]*\n)(.*?)(^[^\n]*end generated {name}\b)", re.M | re.S)
    if len(part.findall(text)) != 1:
        raise SystemExit(f"generate: there are not just one begin and one end of the part {name}")
    return part.sub(lambda match: match[1] + made + match[3], text)


def made_anew() -> dict[Path, str]:
    """The text that each file with generated parts should hold."""
    texts: dict[Path, str] = {}
    for file, part, make in OUTPUTS:
        path = ROOT / file
        if part is None:
            texts[path] = make()
        else:
            texts[path] = replace_part(texts.get(path) or path.read_text(encoding="utf-8"), part, make())
    return texts


def stale() -> list[str]:
    """The files whose text is not what the tables of the core say."""
    texts = made_anew().items()
    return [
        str(path.relative_to(ROOT))
        for path, text in texts
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main() -> int:
    names = stale()
    if "--check" in sys.argv:
        print("\n".join(f"generate: {name} is stale" for name in names) or "generate: all is as the tables have it")
        return 1 if names else 0
    for path, text in made_anew().items():
        if str(path.relative_to(ROOT)) in names:
            path.write_text(text, encoding="utf-8")
            print(f"generate: {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
