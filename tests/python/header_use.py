"""Finds headers of the project that a C file includes without using any name that they declare."""

import re
from functools import cache
from pathlib import Path

from file_circles import code

ROOT = Path(__file__).parents[2]
PLACES = (ROOT / "core" / "include", ROOT / "core" / "src")
# These headers are also included for the system headers that they include.
FOR_MORE = {
    ROOT / "core/src/base/base.h",
    ROOT / "core/src/store/system.h",
    ROOT / "core/src/base/system_features.h",
    ROOT / "tests/c/support.h",
}
DIRECTIVE = re.compile(r"^[ \t]*#(?:.*\\\n)*.*$", re.M)
INCLUDED = re.compile(r'#include "(.+?)"')
DECLARATIONS = (
    re.compile(r"\b(?:struct|union|enum)\s+(\w+)\s*\{"),
    re.compile(r"\}\s*(?:__attribute__\(\(.*?\)\)\s*)?(\w+)(?:\[[^\]]*\])?\s*[;=]"),
    re.compile(r"\btypedef[^;{}]*?\b(\w+);"),
    re.compile(r"\btypedef[^;{}]*?\(\*(\w+)\)"),
    re.compile(r"^(?!typedef\b)\w[\w\s*]*?\b(\w+)\([^;{}]*\)[^;{}]*[;{]", re.M),
    re.compile(r"^(?:extern|static const)\b[^;=(]*?\b(\w+)(?:\[[^\]]*\])*\s*[;=]", re.M),
)
ENUMERATORS = re.compile(r"\benum\s*\w*\s*\{([^{}]*)\}")


@cache
def declared(path: Path) -> set[str]:
    """The names that a header declares, with those of the public headers that it includes."""
    text = path.read_text(encoding="utf-8")
    names = set(re.findall(r"^[ \t]*#define (\w+)", text, re.M))
    plain = DIRECTIVE.sub("", code(text))
    for pattern in DECLARATIONS:
        names.update(pattern.findall(plain))
    for body in ENUMERATORS.findall(plain):
        names.update(re.findall(r"(?:^|,)\s*(\w+)", body))
    public = [target for target in targets(path) if target.parent.name == "include"]
    return names.union(*map(declared, public))


@cache
def targets(path: Path) -> list[Path]:
    """The files that a file includes, whose names are relative to its own folder or to one of the core's."""
    names = INCLUDED.findall(path.read_text(encoding="utf-8"))
    found = [[(place / name).resolve() for place in (path.parent, *PLACES)] for name in names]
    return [next(candidate for candidate in candidates if candidate.is_file()) for candidates in found]


@cache
def is_table(path: Path) -> bool:
    """Whether a file may be included more than once, because it holds rows or macros and has no guard."""
    return path.suffix == ".def" or not re.search(r"^#ifndef ", path.read_text(encoding="utf-8"), re.M)


@cache
def words(path: Path) -> set[str]:
    """The words of a file and of the tables that it includes, without the names of included files."""
    text = re.sub(r"#include.*", "", code(path.read_text(encoding="utf-8")))
    tables = [target for target in targets(path) if is_table(target)]
    return set(re.findall(r"\w+", text)).union(*map(words, tables))


@cache
def reached(path: Path) -> set[Path]:
    """A header, and all headers that it includes directly or indirectly."""
    return {path}.union(*map(reached, targets(path)))


def unused(path: Path) -> list[Path]:
    """The headers that a file includes for nothing: a source uses none of the names that the header declares, and a
    header uses none of these nor of what that header includes in turn. The header with the name of the source is left
    out."""
    used = words(path)
    passed = FOR_MORE | {path.with_suffix(".h")}
    headers = [target for target in targets(path) if target not in passed and not is_table(target)]
    if path.suffix == ".c":
        return [header for header in headers if not declared(header) & used]
    return [header for header in headers if not set().union(*map(declared, reached(header))) & used]
