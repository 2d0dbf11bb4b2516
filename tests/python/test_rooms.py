"""The rooms of the core: each includes only those to its left (ARCHITECTURE.md)."""

import re
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path

import file_circles
import function_use
import header_use
import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "core" / "src"
LEFT_OF = {
    "base": [],
    "json": ["base"],
    "book": ["base", "json"],
    "state": ["base", "json", "book"],
    "rules": ["base", "json", "book", "state"],
    "account": ["base", "json", "book", "state", "rules"],
    "bulk": ["base", "json", "book", "state", "rules", "account"],
    "whatif": ["base", "json", "book", "state", "rules", "account"],
    "store": ["base", "json", "state", "account"],
}
FILES = sorted(path for path in SOURCE.rglob("*") if path.suffix in (".c", ".h"))


def test_every_room_is_known():
    assert {path.parent.name for path in FILES} == set(LEFT_OF)
    assert all(path.parent.parent == SOURCE for path in FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_room_includes_only_rooms_to_its_left(path):
    room = path.parent.name
    for target in includes(path):
        assert target.is_file(), f"{target}: there is no such file"
        assert target.parent.name in [room, *LEFT_OF[room]], f"{room} must not include {target.parent.name}"


def includes(path):
    """The files of rooms that a file includes; the public headers are everybody's."""
    named = re.findall(r'#include "(.+?)"', path.read_text(encoding="utf-8"))
    targets = [(path.parent / included).resolve() for included in named]
    return [target for target in targets if target.parent != ROOT / "core" / "include"]


SOURCES = [
    *FILES,
    *(ROOT / "bindings").glob("*/*.c"),
    *(ROOT / "tests").glob("*/*.c"),
    *(ROOT / "benchmarks").glob("*.c"),
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_uses_what_it_includes(path):
    assert [header.name for header in header_use.unused(path)] == []


def test_an_include_without_use_is_seen(tmp_path):
    for name, text in {
        "a.h": "#ifndef A\n#define A\n#define LENGTH 3\ntypedef struct a_place {\n  int at;\n} a_place;\n#endif\n",
        "b.h": '#ifndef B\n#define B\n#include "a.h"\nint b_of(a_place place);\nextern const int b_all[LENGTH];\n#endif\n',
        "c.h": '#ifndef C\n#define C\n#include "b.h"\n#include "e.h"\nvoid c_do(a_place place);\n#endif\n',
        "d.def": "ROW(b_of)\n",
        "e.h": "#ifndef E\n#define E\nenum e_kind { E_ONE = 1, E_TWO };\nstatic inline int e_of(int n) { return n; }\n#endif\n",
        "c.c": '#include "c.h"\n#include "a.h"\nint n = sizeof "a_place"; /* a_place */\n',
        "f.c": '#include "a.h"\n#include "b.h"\n#include "e.h"\n#include "d.def"\nint n = E_TWO + sizeof(a_place);\n',
        "g.c": '#include "e.h"\n#include "b.h"\nint n = e_of(1);\n',
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    seen = {path.name: [header.name for header in header_use.unused(path)] for path in tmp_path.iterdir()}
    assert {name: headers for name, headers in seen.items() if headers} == {
        "c.h": ["e.h"],
        "c.c": ["a.h"],
        "g.c": ["b.h"],
    }


@pytest.mark.parametrize("header", [path for path in FILES if path.suffix == ".h"], ids=lambda path: path.name)
def test_a_function_that_no_other_file_calls_is_static(header):
    """A test of its own is a caller too."""
    assert function_use.without_caller(header, [*FILES, *(ROOT / "tests" / "c").glob("*.c")]) == []


def test_a_function_that_is_the_files_own_is_seen(tmp_path):
    for name, text in {
        "a.h": "int fg_a(int n);\nint fg_b(void);\nint fg_c(int);\nint fg_d(void);\n"
        "FG_API int fg_e(void);\n#define A fg_c(0)\nstatic inline int fg_f(void) { return fg_d(); }\n",
        "a.c": "int fg_a(int n) { return n; }\nint fg_b(void) {\n  return fg_a(1); /* fg_c */\n}\nint fg_c(int n) { return n; }\n",
        "b.c": "int n = fg_b();\n/* fg_a */\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert function_use.without_caller(tmp_path / "a.h", sorted(tmp_path.iterdir())) == ["fg_a"]


@pytest.mark.parametrize(
    "use, room", [("book", "book"), ("outlook", "account"), ("bulk", "bulk"), ("whatif", "whatif"), ("ledger", "store")]
)
def test_the_public_header_of_a_use_is_included_by_the_room_that_defines_it(use, room):
    line = f'#include "../../include/faregate_{use}.h"'
    assert {path.parent.name for path in FILES if line in path.read_text(encoding="utf-8")} == {room}


def test_headers_do_not_include_each_other_in_a_circle():
    done, on_the_way = set(), []

    def walk(path):
        assert path not in on_the_way, " -> ".join(step.name for step in [*on_the_way, path])
        if path in done:
            return
        on_the_way.append(path)
        for target in includes(path):
            walk(target)
        on_the_way.pop()
        done.add(path)

    for path in FILES:
        if path.suffix == ".h":
            walk(path)


def test_no_source_calls_one_that_calls_it_back():
    needs = file_circles.edges([path for path in FILES if path.suffix == ".c"], "fg_")
    assert sum(map(len, needs.values())) > 500
    assert file_circles.circles(needs) == []


def test_the_single_files_include_every_source():
    named = set()
    for unit in ("faregate.c", "faregate_store.c"):
        text = (ROOT / "core" / unit).read_text(encoding="utf-8")
        named |= set(re.findall(r'#include "src/(.+?\.c)"', text))
    assert named == {str(path.relative_to(SOURCE)) for path in FILES if path.suffix == ".c"}


def test_the_map_names_every_room_and_the_files_it_points_to():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = text[text.index("| room |") : text.index("## The files of each room")]
    assert re.findall(r"^\| `(\w+)` \|", rooms, re.M) == list(LEFT_OF)
    for path in re.findall(r"`(\w+/\w+\.c)`", text):
        assert (SOURCE / path).is_file() or (ROOT / path).is_file(), path


def named_in_map():
    """The names of files that the map has of each room, a `*` at the end or the beginning for more than one."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    parts = re.findall(r"^### `(\w+)`\n(.+?)(?=^##)", text, re.M | re.S)
    rows = {room: re.findall(r"^\| (`.+?) \|", part, re.M) for room, part in parts}
    return {room: [name for row in found for name in re.findall(r"`([\w*]+)`", row)] for room, found in rows.items()}


def test_the_map_names_every_file_of_a_room():
    named = named_in_map()
    assert list(named) == list(LEFT_OF)
    for room, names in named.items():
        stems = {path.stem for path in (SOURCE / room).iterdir()}
        unnamed = sorted(stem for stem in stems if not any(fnmatchcase(stem, name) for name in names))
        assert not unnamed, f"ARCHITECTURE.md, The files of each room: no row of {room} names {unnamed}"
        stale = [name for name in names if not any(fnmatchcase(stem, name) for stem in stems)]
        assert not stale, f"ARCHITECTURE.md: {room} has no file {stale}"


def test_the_map_leads_to_the_file_of_each_rule():
    """Where docs/rules.md names a file of the room `rules` for a rule, the row of that file says so."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = [
        (re.findall(r"`(\w+)`", files), set(rules_in(matter)))
        for files, matter in re.findall(r"^\| (`.+?) \| (.+?) \|$", text[text.index("### `rules`") :], re.M)
    ]
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    for rule, places in re.findall(r"^\| (R\d+) \| .+? \| (.+?) \|", page, re.M):
        for name in re.findall(r"rules/(\w+)\.c", places):
            assert any(name in files and int(rule[1:]) in rules for files, rules in rows), f"{rule}: {name}"


def rules_in(text):
    """The numbers of the rules that a text names: "R1 to R3, R5" are 1, 2, 3 and 5."""
    for first, last in re.findall(r"R(\d+)(?: to R(\d+))?", text):
        yield from range(int(first), int(last or first) + 1)


def test_every_file_says_at_its_head_what_it_is_for():
    for path in FILES:
        header = path.with_suffix(".h")
        heads = [other.read_text(encoding="utf-8") for other in {path, header} if other.is_file()]
        assert any(head.startswith("/* ") for head in heads), path


@pytest.mark.parametrize("language, prefix", [("lua", "lfg_"), ("python", "pfg_")])
def test_no_circle_of_files_in_a_binding(language, prefix):
    files = sorted((ROOT / "bindings" / language).glob("*.[ch]"))
    needs = file_circles.edges(files, prefix)
    assert sum(map(len, needs.values())) > 50
    assert file_circles.circles(needs) == []


def test_a_circle_is_seen(tmp_path):
    for name, text in {
        "a.c": '#include "a.h"\nint x_a(int n) {\n  return x_b(n);\n}\n',
        "b.c": "int x_b(int n) {\n  return n > 0 ? x_c(n) : 0; /* not x_d */\n}\n",
        "c.c": 'int x_c(int n) {\n  return x_a(n - 1) + (int)sizeof "x_d";\n}\n',
        "d.c": "int x_d(int n) {\n  return x_a(n);\n}\n",
        "a.h": '#include "b.h"\nint x_a(int n);\n',
        "b.h": '#include "a.h"\nint x_b(int n);\n',
        "e.c": "int x_e(int n) {\n  return x_g(n);\n}\n",
        "f.c": "int x_f(int n) {\n  return x_e(n);\n}\n",
        "g.h": "int x_f(int n);\nstatic inline int x_g(int n) { return x_h(n); }\n"
        "static inline int x_h(int n) {\n  return x_f(n);\n}\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    needs = file_circles.edges(sorted(tmp_path.iterdir()), "x_")
    assert file_circles.circles(needs) == [["a.c", "b.c", "c.c"], ["a.h", "b.h"], ["e.c", "f.c"]]


def test_what_files_share_has_the_prefix_of_the_library():
    for path in FILES:
        if path.suffix == ".c":
            defined = file_circles.DEFINITION.findall(file_circles.code(path.read_text(encoding="utf-8")))
            # int128.c defines what the compiler calls by names of its own.
            prefix = "__" if path.name == "int128.c" else "fg_"
            assert [name for name in defined if not name.startswith(prefix)] == [], path


def test_memory_is_asked_for_by_the_allocator():
    """Base alone asks the C library, where a host gives no allocator (docs/embedding.md)."""
    asks = re.compile(r"\b(?:malloc|calloc|realloc|strdup|free)\(")
    asking = {path for path in FILES if asks.search(file_circles.code(path.read_text(encoding="utf-8")))}
    assert asking == {SOURCE / "base" / "base.c"}


RULER = re.compile(r"^[ \t]*(?:/\*|//|#|--) ?[-=*]{4,}", re.M)


def test_no_source_has_rulers():
    """Only the public headers and the stub have them, for the sections of the reference."""
    folders = ("core", "bindings", "tests", "tools", "benchmarks", "examples")
    kinds = {".c", ".h", ".def", ".py", ".lua", ".js", ".sh", ".mk"}
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in kinds]
    with_rulers = {path for path in [ROOT / "Makefile", *paths] if RULER.search(path.read_text(encoding="utf-8"))}
    assert {path for path in with_rulers if path.parent != ROOT / "core" / "include"} == set()


def test_the_top_level_has_what_belongs_there():
    """What a try-out wrote beside the sources is not kept with them."""
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if kept.returncode != 0:
        pytest.skip("not a checkout of git")
    folders = {"bindings", "benchmarks", "books", "core", "docs", "examples", "forms", "rockspec", "tests", "tools"}
    at_top = {line.split("/")[0] for line in kept.stdout.splitlines()}
    plain = {name for name in at_top - folders if not name.startswith(".")}
    documents = {
        f"{name}.md" for name in ("ARCHITECTURE", "CHANGELOG", "CONTRIBUTING", "README", "README.zh", "SECURITY")
    }
    assert plain == documents | {"LICENSE", "MANIFEST.in", "Makefile", "pyproject.toml", "setup.py"}
