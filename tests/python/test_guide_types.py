"""What the guide has its readers type passes the strict checkers."""

import pytest
from shown import ROOT, python_of

pytest.importorskip("mypy")

from test_types import mypy, pyright


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "guide.py"
    path.write_text(python_of(ROOT / "docs" / "guide.md"), encoding="utf-8")
    return path


def test_a_strict_checker_is_content_with_the_guide_and_the_examples(program, tmp_path):
    of_engines = [str(path) for path in (ROOT / "examples").glob("scale_*.py")]  # engines may come without types
    examples = [str(path) for path in (ROOT / "examples").glob("*.py") if str(path) not in of_engines]
    assert examples and of_engines
    for arguments in ([str(program), *examples], ["--ignore-missing-imports", *of_engines]):
        checked = mypy("mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), *arguments)
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_another_strict_checker_is_content_with_the_guide(program):
    untyped = 'Type of "savefig" is partially unknown'  # matplotlib has no types for its further arguments
    assert [complaint for complaint in pyright(program.parent) if not complaint[2].startswith(untyped)] == []
