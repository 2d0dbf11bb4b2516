"""Books that were sound, with keys left out, of a wrong type or out of range, alone and several at once: each is refused
with a path and a message of every fault, or is another sound book, which says the same after it was written and read."""

import copy
import json
from pathlib import Path
from random import Random

import faregate
import pytest
from toy import toy

TESTS = Path(__file__).parents[1]
BOOKS = [path for path in sorted(TESTS.parent.glob("books/*.json")) if path.name != "book.schema.json"]
BOOKS += sorted((TESTS / "data/guides").glob("*.json"))
WRONG = [None, True, 0, -1, 0.5, 2**63, 2**64, 1e300, "", "x", "-1", "1e5", "9223372036854775808", "0." + 13 * "1"]
WRONG += ["a" * 200, "month", [], {}, [None], {"days": 10**9}, {"": 1}, [{}], "\0"]
TIMES = 50  # each book is damaged


def places_of(document, path=()):
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places_of(value, (*path, key))


def damage(rng: Random, book: dict) -> None:
    *around, key = rng.choice([path for path in places_of(book) if "transitions" not in path])
    inside = book
    for step in around:
        inside = inside[step]
    if isinstance(inside, dict) and rng.random() < 0.4:
        del inside[key]
    elif isinstance(inside, list) and rng.random() < 0.4:
        inside.append(copy.deepcopy(inside[key]))
    else:
        inside[key] = copy.deepcopy(rng.choice(WRONG))


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_a_damaged_book(path):
    whole = json.loads(path.read_text(encoding="utf-8"))
    rng = Random(path.stem)
    for _ in range(TIMES):
        book = copy.deepcopy(whole)
        book["examples"] = rng.choice(([], book.get("examples", [])[:1]))
        for _ in range(rng.choice((1, 1, 2, 5))):
            damage(rng, book)
        faults = faregate.Book.errors(book)
        assert all(fault.path and fault.message for fault in faults), book
        if faults and not any(fault.path.endswith(".total") or "commands[" in fault.path for fault in faults):
            with pytest.raises(faregate.Error) as refused:
                faregate.Book(book)
            assert refused.value.path
        elif not faults:
            loaded = faregate.Book(book).to_dict()
            assert faregate.Book(loaded).to_dict() == loaded


def test_a_price_that_cannot_be_read_beside_a_factor():
    """Whether a factor leaves a price exact is asked of prices that were read alone."""
    price = {"model": "flat", "per": 0.5, "price": "1"}
    product = {"id": "p", "meter": "u", "price": price, "rules": [{"when": {}, "factor": "0.5"}]}
    assert [fault.path for fault in faregate.Book.errors(toy([product]))] == ["products[0].price.per"]
