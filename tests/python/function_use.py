"""Finds functions of the core that only the file uses that defines them, but that are not static."""

import re
from pathlib import Path

from file_circles import code
from header_use import DIRECTIVE, words

PROTOTYPE = re.compile(r"^(?!typedef\b|static\b)[A-Za-z_][\w\s*()]*?\b(fg_\w+)\([^;{}]*\)[^;{}]*;", re.M)


def declared(header: Path) -> list[str]:
    """The functions that a header declares, without those for the library's users (FG_API)."""
    plain = DIRECTIVE.sub("", code(header.read_text(encoding="utf-8")))
    return [found[1] for found in PROTOTYPE.finditer(plain) if "FG_API" not in found[0]]


def is_defined(name: str, source: Path) -> bool:
    return (
        re.search(rf"^[A-Za-z_][\w\s*]*\b{name}\([^;]*?\)\s*\{{", source.read_text(encoding="utf-8"), re.M) is not None
    )


def without_caller(header: Path, files: list[Path]) -> list[str]:
    """The functions of a header that no file names but the source that defines them, and that no inline function or
    macro of the header uses."""
    alone = []
    for name in declared(header):
        users = [path for path in files if path != header and name in words(path)]
        in_header = len(re.findall(rf"\b{name}\b", code(header.read_text(encoding="utf-8"))))
        if in_header == 1 and all(is_defined(name, path) for path in users):
            alone.append(name)
    return alone
