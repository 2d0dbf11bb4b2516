"""A ledger goes on with the text of its book that it was begun with, whatever text a later version ships."""

import sys
from pathlib import Path

import faregate
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from generate_book import FORM_OF

NAMES = sorted(path.stem for path in (Path(__file__).parents[2] / "books").glob("*.json") if "schema" not in path.name)

# Books that were shipped in the first format.
OF_THE_FIRST_FORMAT = {"aws-s3", "baidu-face-qps", "google-vision", "tencent-facefusion", "tencent-tts"}


def of_first_format(form: str, value: dict) -> dict:
    """The keys of an object, and of those in it, that the first format has."""
    kept = {}
    for key in FORM_OF[form].keys:
        if key.since == 1 and key.name in value:
            inner = value[key.name]
            if key.form and isinstance(inner, list):
                inner = [of_first_format(key.form, item) for item in inner]
            elif key.form and isinstance(inner, dict):
                inner = of_first_format(key.form, inner)
            kept[key.name] = inner
    return kept


def former(book: faregate.Book) -> dict:
    """A shipped book as an earlier version might have had it: other texts, no outcomes, no examples, and of the first
    format where that has its keys."""
    shipped = book.to_dict()
    text = of_first_format("book", shipped) if book.id in OF_THE_FIRST_FORMAT else shipped
    text |= {"title": "As it was", "about": "", "sources": {}}
    if book.id in OF_THE_FIRST_FORMAT:
        text |= {"format": "faregate-book/1", "utc_offset": shipped["time_zone"]}
    text.pop("examples", None)
    for product in text["products"]:
        product["title"] = "As it was"
        product.pop("source", None)
        product.pop("outcomes", None)
    return text


@pytest.mark.parametrize("name", NAMES)
def test_a_book_with_other_texts_stops_no_ledger(name, tmp_path):
    shipped = faregate.Book(name)
    begun = faregate.Book(former(shipped))
    path = tmp_path / "booth.db"
    faregate.open(path, book=begun).release()
    account = faregate.open(path, book=shipped)
    assert account.book.title == "As it was"
    account.release()


def test_another_price_does(tmp_path):
    shipped = faregate.Book("tencent-tts")
    path = tmp_path / "booth.db"
    faregate.open(path, book=shipped).release()
    dearer = shipped.to_dict()
    dearer["products"][0]["packs"][0]["price"] = "9999"
    with pytest.raises(faregate.LedgerBook, match="another price book"):
        faregate.open(path, book=faregate.Book(dearer))
    for key, value in (("utc_offset", "+07:00"), ("suspension_hours", 1), ("id", "another")):
        changed = former(shipped) | {key: value}
        with pytest.raises(faregate.LedgerBook):
            faregate.open(path, book=faregate.Book(changed))
