"""What there is in Chinese has the sections and the blocks of the English page, and its blocks print the same."""

import re
from pathlib import Path

import pytest
from shown import FENCED, ROOT, headings, lived

PAGES = [("README.md", "README.zh.md"), ("docs/guide.md", "docs/guide.zh.md")]
LINK = re.compile(r"\]\(([^()\s]+)\)")


def fenced(path: Path) -> list[tuple[str, str]]:
    return FENCED.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("english, chinese", PAGES)
def test_both_have_the_same_blocks_and_sections(english, chinese):
    assert fenced(ROOT / english) == fenced(ROOT / chinese) != []
    assert headings(ROOT / english) == headings(ROOT / chinese)


@pytest.mark.parametrize("english, chinese", PAGES)
def test_both_lead_to_the_same_pages(english, chinese):
    """But for each other, and for headings, which have other names."""

    def targets(path: str) -> set[str]:
        text = FENCED.sub("", (ROOT / path).read_text(encoding="utf-8"))
        pages = {link.partition("#")[0].replace(".zh.md", ".md") for link in LINK.findall(text)}
        return pages - {english, Path(english).name}

    assert targets(english) == targets(chinese)


@pytest.mark.parametrize("english, chinese", PAGES)
def test_a_paragraph_in_chinese_is_a_line(english, chinese):
    """A line's end would be a blank between two signs."""
    text = FENCED.sub("", (ROOT / chinese).read_text(encoding="utf-8"))
    assert re.findall(r"[\u3000-\u9fff\uff00-\uffef]\n(?![-|#>\n]|\Z)[^\n]*", text) == []


def test_the_chinese_guide_prints_what_stands_there(tmp_path):
    for needed in ("pyarrow", "pandas", "matplotlib"):
        pytest.importorskip(needed)
    lived(ROOT / "docs" / "guide.zh.md", tmp_path)
