"""Which C file needs which: by what it includes, and by what it calls that another defines."""

import re
from pathlib import Path

# A function or an array that other files see, from the first column on.
DEFINITION = re.compile(
    r"^(?!static\b|typedef\b|extern\b)\w[\w *]*?\b(\w+)(?:\([^;{}]*\)\s*\{|(?:\[[^\]]*\])*\s*=)", re.M
)


def code(text: str) -> str:
    """Without comments and what stands between quotes, but for the names of included files."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)
    return re.sub(r'(?<!#include )"(?:\\.|[^"\\\n])*"', '""', text)


def edges(files: list[Path], prefix: str) -> dict[Path, set[Path]]:
    """What each file needs of the others; `prefix` begins the names that files share. What a header declares is defined
    where it is defined, whatever the header's name."""
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
    """The files of each circle, by name."""

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
