"""Books of guides that need what the library does not have yet. One whose accounts it could serve belongs into
books/."""

import json
from pathlib import Path

import faregate
import pytest

AWAITED = sorted((Path(__file__).parents[1] / "books-awaited").glob("*.json"))


def is_served(path: Path) -> bool:
    if faregate.Book.errors(path):
        return False
    try:
        return faregate.Account(faregate.Book(path)) is not None
    except faregate.Unsupported:
        return False


@pytest.mark.parametrize("path", AWAITED, ids=lambda path: path.stem)
def test_a_book_that_is_awaited_is_not_served_yet(path):
    assert json.loads(path.read_text(encoding="utf-8"))["id"] == path.stem
    assert not is_served(path), f"move {path.name} to books/"
