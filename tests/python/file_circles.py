"""Finds which C file needs which others: those that it includes, and those that define what it calls, itself or by an
inline function of a header."""

import re
from pathlib import Path

# The definition of a function or an array that is not static, from the first column of a line on.
DEFINITION = re.compile(
    r"^(?!static\b|typedef\b|extern\b)\w[\w *]*?\b(\w+)(?:\([^;{}]*\)\s*\{|(?:\[[^\]]*\])*\s*=)", re.M
)

INLINE = re.compile(r"^static inline [^;{}]*?\b(\w+)\([^;{}]*\)\s*\{(.*?)(?:^\}|\}$)", re.M | re.DOTALL)


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
    headers = [text for path, text in texts.items() if path.suffix == ".h"]
    inline = {name: re.findall(rf"\b{prefix}\w+", body) for text in headers for name, body in INLINE.findall(text)}
    needs = {}
    for path, text in texts.items():
        included = {(path.parent / name).resolve() for name in re.findall(r'#include "(.+?)"', text)}
        named = re.findall(rf"\b{prefix}\w+", text) if path.suffix == ".c" else []
        used = {home[name] for name in with_what_they_call(named, inline) & home.keys()}
        needs[path] = ((included & texts.keys()) | used) - {path}
    return needs


def with_what_they_call(names: list[str], inline: dict[str, list[str]]) -> set[str]:
    """The names, and those that inline functions among them use in turn."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += inline.get(name, [])
    return found


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
