"""Finds which C file needs which others: those that it includes, and those that define what it calls."""

import re
from pathlib import Path

# The definition of a function or an array that is not static, from the first column of a line on.
DEFINITION = re.compile(
    r"^(?!static\b|typedef\b|extern\b)\w[\w *]*?\b(\w+)(?:\([^;{}]*\)\s*\{|(?:\[[^\]]*\])*\s*=)", re.M
)


def code(text: str) -> str:
    """A C text without comments and without the content of strings; the names of included files stay."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)
    return re.sub(r'(?<!#include )"(?:\\.|[^"\\\n])*"', '""', text)


def edges(files: list[Path], prefix: str) -> dict[Path, set[Path]]:
    """The files that each file needs. `prefix` is how the names begin that files share; such a name belongs to the .c
    file that defines it, whatever header declares it."""
    texts = {path: code(path.read_text(encoding="utf-8")) for path in files}
    home = {
        name: path
        for path, text in texts.items()
        if path.suffix == ".c"
        for name in DEFINITION.findall(text)
        if name.startswith(prefix)
    }
    needs = {}
    for path, text in texts.items():
        included = {(path.parent / name).resolve() for name in re.findall(r'#include "(.+?)"', text)}
        named = set(re.findall(rf"\b{prefix}\w+", text)) if path.suffix == ".c" else set()
        used = {home[name] for name in named & home.keys()}
        needs[path] = ((included & texts.keys()) | used) - {path}
    return needs


def circles(needs: dict[Path, set[Path]]) -> list[list[str]]:
    """The circles of files that need each other, as the names of their files."""

    def reached(path: Path) -> set[Path]:
        seen: set[Path] = set()
        waiting = [path]
        while waiting:
            for target in needs[waiting.pop()] - seen:
                seen.add(target)
                waiting.append(target)
        return seen

    reach = {path: reached(path) for path in needs}
    rings = {frozenset(other for other in reach[path] if path in reach[other]) for path in needs}
    return sorted(sorted(path.name for path in ring) for ring in rings if ring)
