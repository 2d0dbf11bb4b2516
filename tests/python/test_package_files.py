"""The files of the Python package: none of them needs another that needs it, and none is long."""

import ast
from pathlib import Path

import file_circles

PACKAGE = Path(__file__).parents[2] / "bindings/python/faregate"


def imported(node: ast.AST) -> set[str]:
    """The modules that an import may be of: `from faregate import plot` is one of a module, too."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module is not None:
        return {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return set()


def edges(package: Path) -> dict[Path, set[Path]]:
    """What each file imports of the package: at its head, within a function, and for type checkers alone."""
    files = {path.with_suffix("").name: path for path in package.glob("*.py") if path.name != "__init__.py"}
    home = {f"{package.name}.{name}": path for name, path in files.items()}
    needs = {}
    for path in files.values():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = set().union(*map(imported, ast.walk(tree)))
        needs[path] = {home[name] for name in named & home.keys()} - {path}
    return needs


def test_no_circle_of_files() -> None:
    needs = edges(PACKAGE)
    assert len(needs) > 30
    assert any(needs.values())
    assert file_circles.circles(needs) == []


def test_circles_of_all_kinds_are_found(tmp_path) -> None:
    package = tmp_path / "toy"
    package.mkdir()
    texts = {
        "a": "from toy.b import x\n",
        "b": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from toy import c\n",
        "c": "def f():\n    import toy.a\n",
        "d": "from toy.a import y\nfrom elsewhere import e\n",
        "e": "import toy.d\n",
    }
    for name, text in texts.items():
        (package / f"{name}.py").write_text(text)
    assert file_circles.circles(edges(package)) == [["a.py", "b.py", "c.py"]]


def test_no_file_is_long() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.glob("*.py")}
    assert {name: length for name, length in lengths.items() if length > 400} == {}
