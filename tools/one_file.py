#!/usr/bin/env python3
"""Writes a C file with all that it includes of the core in its place: one_file.py FILE.

The public headers stay what they are, beside it. Each file of the core stands once, where it is first asked for.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PUBLIC = ROOT / "core" / "include"
TABLE = ".def"  # is included once for each thing that is made of its rows


def write(path: Path, seen: set[Path]) -> None:
    """What a source includes under a condition is not there for what follows it; a header is a condition as a whole."""
    before: list[set[Path]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        condition = re.match(r"\s*#\s*(if|el|endif)", line) if path.suffix == ".c" else None
        if condition and condition.group(1) == "if":
            before.append(seen)
        if condition:
            seen = set(before[-1])
        if condition and condition.group(1) == "endif":
            before.pop()
        included = re.match(r'\s*#include "(.+?)"', line)
        target = (path.parent / included.group(1)).resolve() if included else None
        if target is None or not target.is_file():
            print(line)
        elif target.parent == PUBLIC:
            print(f'#include "{target.name}"')
        elif target.suffix == TABLE or target not in seen:
            seen.add(target)
            print(f"/* {target.relative_to(ROOT)} */")
            write(target, seen)


if __name__ == "__main__":
    write(Path(sys.argv[1]).resolve(), set())
