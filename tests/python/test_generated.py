"""What is made from the tables of the core is as the tables have it: `make generated` writes it anew."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import generate

FILES = sorted({file for file, _, _ in generate.OUTPUTS})


@pytest.mark.parametrize("file", FILES)
def test_a_generated_file_is_current(file):
    assert (ROOT / file).read_text(encoding="utf-8") == generate.made_anew()[ROOT / file]
