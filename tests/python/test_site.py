"""The site, without building it: links of the documents, the front page, and a reference that leaves nothing out."""

import inspect
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import faregate
import pytest
import reference_c
import reference_lua
import reference_python
from shown import ROOT, lived
from site_check import faults
from site_source import STATIC

FRONT_PAGE = ROOT / "docs" / "site" / "index.md"
DOCUMENTS = sorted(
    {*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "tests" / "vectors" / "README.md"} - {FRONT_PAGE}
)
CODE = re.compile(r"^(`{3,}).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^()\s]+)\)|^\[[^\]]+\]: (\S+)", re.MULTILINE)


def links(document: Path) -> list[str]:
    text = CODE.sub("`", document.read_text(encoding="utf-8"))
    return [first or second for first, second in LINK.findall(text) if not re.match(r"[a-z]+:", first or second)]


def anchors(document: Path) -> set[str]:
    """The places of a document, as a forge names its headings."""
    text = re.sub(r"^(`{3,}).*?^\1", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    found: list[str] = []
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        found.append(f"{slug}-{found.count(slug)}" if slug in found else slug)
    return set(found)


def broken(document: Path, folder: Path) -> list[str]:
    """The links of a document in a folder that lead nowhere."""
    found = []
    for link in links(document):
        path, _, anchor = unquote(link).partition("#")
        target = (folder / path).resolve() if path else document
        if path.partition("/")[0] in STATIC:
            continue  # built, and looked at by `make docs`
        if not target.exists():
            found.append(link)
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            found.append(link)
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    assert broken(document, document.parent) == []


def test_every_link_of_the_front_page_leads_somewhere() -> None:
    assert broken(FRONT_PAGE, ROOT) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    document = tmp_path / "one.md"
    document.write_text(
        "# One two\n\n[a](one.md#one-two) [b](#three) [c](gone.md) `[d](gone)`\n\n```\n[e](gone)\n```\n"
    )
    assert broken(document, tmp_path) == ["#three", "gone.md"]


def test_the_front_page_shows_what_is_printed(tmp_path: Path) -> None:
    lived(FRONT_PAGE, tmp_path)


def test_every_document_is_in_the_navigation() -> None:
    listed = re.findall(r"^(?:.*<(\S+)>|([\w./-]+))$", FRONT_PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    names = [str(path.relative_to(ROOT).with_suffix("")) for path in DOCUMENTS if "decisions" not in path.parts]
    assert set(names) - {first or second for first, second in listed} == {"tests/vectors/README"}
    gallery = ROOT / "docs" / "gallery"
    listed = re.findall(r"\]\(([\w-]+)\.ipynb\)", (gallery / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(path.stem for path in gallery.glob("*.ipynb"))


def declared_in(pages: dict[str, str], directives: str) -> set[str]:
    """What the directives of a reference declare: of a signature what stands before its parentheses."""
    return {
        argument.partition("(")[0].partition(" = ")[0].rpartition(" ")[2].lstrip("*")
        for text in pages.values()
        for argument in re.findall(rf"^:{{3,}}{{(?:{directives})}} (.+)$", text, re.MULTILINE)
    }


@pytest.fixture(scope="module")
def python_names() -> set[str]:
    return declared_in(reference_python.pages(), r"py:\w+")


def test_every_name_of_the_package_is_in_the_reference(python_names: set[str]) -> None:
    public = {name for name in faregate.__all__ if not inspect.ismodule(getattr(faregate, name))}
    assert len(public) > 90
    assert public - python_names == set()


def test_every_member_of_a_class_is_in_the_reference(python_names: set[str]) -> None:
    for value in map(vars(faregate._core).get, ("Account", "Book", "Call", "Column", "Used")):
        assert {name for name in vars(value) if not name.startswith("_")} - python_names == set()


def test_every_name_of_the_stubs_is_in_the_reference(python_names: set[str]) -> None:
    stub = (ROOT / "bindings/python/faregate/_core.pyi").read_text(encoding="utf-8")
    public = re.sub(r"^class _\w+.*?(?=^\S)", "", stub, flags=re.MULTILINE | re.DOTALL)
    public = re.sub(
        r"^( *def \w+)\([^)]*\n[^)]*\)", r"\1()", public, flags=re.MULTILINE
    )  # arguments on lines of their own
    names = set(re.findall(r"^(?:    )?(?:class|def) ([A-Za-z]\w*)|^    ([a-z]\w*): ", public, re.MULTILINE))
    assert len(names) > 400
    assert {first or second for first, second in names} - python_names == set()


def test_every_name_of_the_lua_definitions_is_in_the_reference() -> None:
    text = reference_lua.DEFINITIONS.read_text(encoding="utf-8")
    names = set(re.findall(r"^function ([\w.:]+)|^---@(?:class|alias) ([\w.]+)", text, re.MULTILINE))
    pages = reference_lua.pages()
    assert len(names) > 150
    assert {first or second for first, second in names} - declared_in(pages, "lua") == set()
    fields = re.findall(r"^---@(?:field|param) (\w+)", text, re.MULTILINE)
    assert [name for name in fields if f"`{name}`" not in "".join(pages.values())] == []


def test_every_function_of_the_lua_module_is_in_the_reference() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bindings" / "lua").glob("*.c"))
    methods = set(re.findall(r'\{"([a-z]\w*)", \w+\}', source))
    declared = {re.split("[.:]", name)[-1] for name in declared_in(reference_lua.pages(), "lua")}
    assert len(methods) > 25  # and those of commands, which the tables of the core name
    assert methods - declared == set()


def test_every_symbol_of_the_headers_is_in_the_reference() -> None:
    headers = "".join(reference_c.text_of(name) for name in reference_c.HEADERS)
    assert {path.stem for path in reference_c.INCLUDE.glob("*.h")} == set(reference_c.HEADERS)
    code = re.sub(r"//.*", "", re.sub(r"/\*.*?\*/", "", headers, flags=re.DOTALL))
    functions = set(re.findall(r"\b(fg_\w+)\((?!\*)", code))
    types = set(re.findall(r"^\} (fg_\w+);|^typedef .*?\b(fg_\w+);", code, re.MULTILINE))
    constants = set(re.findall(r"^ +(FG_\w+)(?: =|,|$)|^#define (FG_\w+)", code, re.MULTILINE))
    assert len(functions) > 110 and len(types) > 40 and len(constants) > 150
    wanted = functions | {first or second for first, second in types | constants}
    assert wanted - declared_in(reference_c.pages(), r"c:\w+") == set()


def test_a_fault_of_a_built_page_is_found(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b.html").write_text('<p id="here">')
    (tmp_path / "a.html").write_text(
        '<a href="in/b.html#here">1</a><a href="in/b.html#gone">2</a><a href="c.html">3</a><a href="#gone">4</a>'
        '<a href="https://example.com/x">5</a><script src="https://example.com/y.js"></script><a href="../../z">6</a>'
        '<img src="gone.png">'
    )
    (tmp_path / "a.css").write_text("@import url('//example.com/z.css');")
    told = faults(tmp_path)
    assert len(told) == 7
    for part in ("b.html#gone", "c.html", "#gone leads", "y.js", "leads out", "gone.png, which", "z.css"):
        assert any(part in fault for fault in told), part


def test_the_site_is_not_kept() -> None:
    kept = subprocess.run(["git", "ls-files", "build"], cwd=ROOT, capture_output=True, text=True)
    assert kept.stdout == ""
