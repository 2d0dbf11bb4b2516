"""Books of guides that need keys which the library does not have yet. One that it could load belongs into books/."""

import json
from pathlib import Path

import faregate
import pytest

AWAITED = sorted((Path(__file__).parents[1] / "books-awaited").glob("*.json"))


@pytest.mark.parametrize("path", AWAITED, ids=lambda path: path.stem)
def test_a_book_that_is_awaited_cannot_be_loaded_yet(path):
    assert json.loads(path.read_text(encoding="utf-8"))["id"] == path.stem
    assert faregate.Book.errors(path), f"move {path.name} to books/"
