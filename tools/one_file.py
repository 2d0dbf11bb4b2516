#!/usr/bin/env python3
"""Writes a C file in which every #include of the core is replaced by the file that it names: one_file.py FILE.

#include lines of public headers stay. Each other file of the core is written once, where it is first included.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PUBLIC = ROOT / "core" / "include"
TABLE = ".def"  # files with this suffix hold rows, and are included once for each use of the rows


def write(path: Path, seen: set[Path]) -> None:
    """Prints a file with its includes replaced. A file that was included under a condition does not count as seen after
    the #endif; the guard around a header does not count as a condition."""
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
