"""Price books: where they come from, what they tell, what they price."""

import json
from decimal import Decimal
from pathlib import Path

import faregate
import pytest

BOOKS = Path(__file__).parents[2] / "books"
FILE = BOOKS / "tencent-facefusion.json"


def test_every_shipped_book_is_found_by_its_name():
    names = {path.stem for path in BOOKS.glob("*.json") if not path.name.endswith(".schema.json")}
    assert set(faregate.shipped_books()) == names
    assert {faregate.Book(name).id for name in names} == names


@pytest.mark.parametrize("source", [str(FILE), FILE, json.loads(FILE.read_text(encoding="utf-8"))])
def test_a_book_comes_from_a_path_or_a_dict_too(book, source):
    assert faregate.Book(source).to_json() == book.to_json()


@pytest.mark.parametrize("name", faregate.shipped_books())
def test_a_book_written_and_loaded_is_the_same_book(name):
    book = faregate.Book(name)
    assert faregate.Book(book.to_dict()).to_json() == book.to_json()
    assert json.loads(book.to_json()) == book.to_dict()


def test_a_book_tells_what_is_in_it(book):
    assert (book.id, book.currency, book.minor_digits, book.utc_offset) == ("tencent-facefusion", "CNY", 2, "+08:00")
    assert book.title and book.about and book.sources["R11"]
    assert book.guide_date == "2024-11-21"
    assert (book.notice_days, book.suspension_hours, book.refund_days) == (30, 24, 7)
    assert (book.policy.tier_basis, book.policy.settlement_day, book.rounding) == ("residual", 1, "none")
    image, image_pro = book.products
    assert (image.id, image.meter, image_pro.id) == ("image", "calls", "image-pro")
    assert [tier.price for tier in image.price.tiers] == [Decimal(p) for p in ("0.24", "0.18", "0.12", "0.08", "0.02")]
    assert {pack.id: pack.price for pack in image.packs}["calls-10k"] == Decimal("1500")
    assert (image.capacity.meter, image.capacity.limit, image.capacity.max_held) == ("qps", 20, 300)
    assert image_pro.materials is None and book.amendments == ()
    assert repr(book) == "Book('tencent-facefusion')"


@pytest.mark.parametrize(
    "quantity, amount, tier",
    [(0, "0", 0), (9_999, "2399.76", 0), (10_000, "1800", 10_000), (89_000, "16020", 10_000)],
)
def test_the_price_of_calls(book, quantity, amount, tier):
    price = book.price("image", "calls", quantity)
    assert (price.amount, price.units, price.rule) == (Decimal(amount), quantity, "R11")
    assert [(line.tier, line.amount) for line in price.lines] == [(tier, Decimal(amount))]
    assert str(price.amount).endswith(".00") or quantity == 9_999


def test_the_price_of_capacity_and_of_a_chosen_tier(book):
    assert book.price("image", "qps", 60, months=12).amount == 2_000 * 60 * 12  # W6
    assert book.price("image", "qps", 30, days=5).amount == 110 * 30 * 5  # W7
    assert book.price("image", "calls", 1, tier_quantity=10_000).amount == Decimal("0.18")
    assert book.price("image", "qps", quantity=1, days=1, months=None, tier_quantity=None, at="2024-11-05").units == 1


def test_the_month_of_at_counts_where_a_price_is_for_a_month_held():
    s3 = faregate.Book("aws-s3")
    meter = s3.products[0].meter
    byte_hours = 1000 * 2**30 * 24 * 28  # 1,000 GB held through February 2025 at 0.023, or for 28 days of March
    assert s3.price("standard", meter, byte_hours, at="2025-02-10").amount == 23
    assert s3.price("standard", meter, byte_hours, at="2025-03-10").amount == Decimal("20.77")


@pytest.mark.parametrize(
    "arguments, keywords, error, path",
    [
        (("image", "calls", -1), {}, faregate.Invalid, "quantity"),
        (("image", "calls", 2**63), {}, faregate.Invalid, "quantity"),
        (("image", "calls", 1.0), {}, faregate.InvalidType, "quantity"),
        (("image", "calls", True), {}, faregate.InvalidType, "quantity"),
        (("image", "calls", None), {}, faregate.InvalidType, "quantity"),
        (("image", "calls", 2), {"tier_quantity": 1}, faregate.Invalid, "tier_quantity"),
        (("image", "calls", 2), {"tier_quantity": -1}, faregate.Invalid, "tier_quantity"),
        (("image", "calls", 1), {"days": 1}, faregate.Invalid, "days"),
        (("image", "qps", 1), {}, faregate.Invalid, "days"),
        (("image", "qps", 1), {"days": 1, "months": 1}, faregate.Invalid, "months"),
        (("image", "qps", 1), {"days": "1"}, faregate.InvalidType, "days"),
        (("image", "calls", 1), {"at": 1.0}, faregate.InvalidType, "at"),
        (("image", "calls", 1), {"at": "yesterday"}, faregate.Invalid, "at"),
        ((1, "calls", 1), {}, faregate.InvalidType, "product"),
        (("image", b"calls", 1), {}, faregate.InvalidType, "meter"),
        (("video", "calls", 1), {}, faregate.UnknownProduct, ""),
        (("image", "minutes", 1), {}, faregate.UnknownMeter, ""),
        (("image-pro", "concurrency", 1), {"days": 1}, faregate.NotSold, ""),
        (("image", "qps", 2**62), {"months": 2**62}, faregate.Overflow, ""),
    ],
)
def test_a_price_that_cannot_be_told(book, arguments, keywords, error, path):
    with pytest.raises(error) as caught:
        book.price(*arguments, **keywords)
    assert type(caught.value) is error and caught.value.path == path


@pytest.mark.parametrize("arguments", [(), ("image",), ("image", "calls"), ("image", "calls", 1, 2)])
def test_price_takes_three_arguments_by_position(book, arguments):
    with pytest.raises(TypeError):
        book.price(*arguments)


def changed(**changes) -> dict:
    return json.loads(FILE.read_text(encoding="utf-8")) | changes


def image_with(**changes) -> dict:
    document = changed()
    document["products"][0] |= changes
    return document


def tiers(*edges_and_prices) -> dict:
    listed = [{"from": edge, "price": price} for edge, price in edges_and_prices]
    return image_with(price={"model": "volume", "edges": "lower", "tiers": listed, "source": "R11"})


@pytest.mark.parametrize(
    "document, path",
    [
        ({}, "format"),
        (changed(currency=None), "currency"),
        (changed(currency=1), "currency"),
        (changed(colour="red"), "colour"),
        (changed(time_zone="8"), "time_zone"),
        (changed(products=[]), "products"),
        (changed(policy={"tier_basis": "guess"}), "policy.tier_basis"),
        (tiers((0, "0.24"), (0, "0.18")), "products[0].price.tiers[1].from"),
        (tiers((0, "0.24"), (100, "0.18"), (50, "0.12")), "products[0].price.tiers[2].from"),
        (tiers((10, "0.24")), "products[0].price.tiers[0].from"),
        (tiers((0, "-0.24")), "products[0].price.tiers[0].price"),
        (tiers((0, 0.24)), "products[0].price.tiers[0].price"),
        (image_with(meter=""), "products[0].meter"),
        (changed(title="\ud800"), "title"),
        (changed(title=float("nan")), ""),
        (changed(about=2**70), "about"),
    ],
)
def test_a_bad_book_is_refused_with_the_place(document, path):
    with pytest.raises(faregate.Invalid) as caught:
        faregate.Book(document)
    assert caught.value.path == path and caught.value.message


def test_a_book_that_is_not_there(tmp_path):
    with pytest.raises(faregate.UnknownBook):
        faregate.Book("no-such-book")
    with pytest.raises(FileNotFoundError):
        faregate.Book(tmp_path / "none.json")
    with pytest.raises(FileNotFoundError):
        faregate.Book("none.json")
    with pytest.raises(IsADirectoryError):
        faregate.Book(tmp_path)


@pytest.mark.parametrize("source", [None, 1, b"tencent-facefusion", ["tencent-facefusion"]])
def test_a_book_of_nothing_sensible(source):
    with pytest.raises(faregate.InvalidType):
        faregate.Book(source)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"{" * 100_000, b'{"format": 1, "format": 1}'])
def test_a_file_that_is_no_book(tmp_path, content):
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(faregate.Invalid):
        faregate.Book(path)


def test_a_dict_that_is_no_json():
    loop: dict = {}
    loop["loop"] = loop
    with pytest.raises(faregate.Invalid):
        faregate.Book(loop)
    with pytest.raises(faregate.InvalidType):
        faregate.Book({"title": object()})


def two_faults() -> dict:
    document = image_with(meter="")
    document["amendments"] = [{"effective": "2025-13-01", "announced": 7}]
    return document


TWO_FAULTS = [
    "products[0].meter",
    "amendments[0].product",
    "amendments[0].grant",
    "amendments[0].quantity",
    "amendments[0].effective",
    "amendments[0].announced",
]


def test_all_errors_of_a_book_in_the_order_of_its_text(tmp_path):
    text = json.dumps(two_faults(), indent=1, ensure_ascii=False)
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    lines = text.splitlines()
    for source in (path, str(path), text, text.encode()):
        errors = faregate.Book.errors(source)
        assert [error.path for error in errors] == TWO_FAULTS
        assert lines[errors[0].line - 1][errors[0].column - 1 :] == '"",'
        assert lines[errors[5].line - 1][errors[5].column - 1 :] == "7"
        assert errors[5].message == "expected a string, not an integer"


def test_the_errors_of_a_dict_have_no_line():
    errors = faregate.Book.errors(two_faults())
    assert [error.path for error in errors] == TWO_FAULTS
    assert {(error.line, error.column) for error in errors} == {(None, None)}


@pytest.mark.parametrize("name", faregate.shipped_books())
def test_a_shipped_book_has_no_error(name):
    assert faregate.Book.errors(name) == ()


@pytest.mark.parametrize(
    "text, line, column, path",
    [(b"", 1, 1, ""), (b'{"a": 1,\n "b" 2}', 2, 6, "b"), (b"[]", 1, 1, ""), (b'{"\xff": 1}', 1, 3, "")],
)
def test_a_text_that_is_no_book_has_one_error(text, line, column, path):
    (error,) = faregate.Book.errors(text)
    assert (error.line, error.column, error.path) == (line, column, path) and error.message


def test_the_examples_of_a_book_are_proven():
    document = faregate.Book("google-vision").to_dict()
    assert [example["total"] for example in document["examples"]] == ["7.50"]
    assert [str(example.total) for example in faregate.Book("google-vision").examples] == ["7.50"]
    assert faregate.Book(document).to_dict() == document
    document["examples"][0]["total"] = "7.51"
    assert faregate.Book(document).examples[0].commands[3].quantity == 5_300
    (error,) = faregate.Book.errors(document)
    assert (error.path, error.message) == ("examples[0].total", "expected 7.51, computed 7.50")
    document["examples"][0]["commands"][1]["product"] = "landmarks"
    (error,) = faregate.Book.errors(document)
    assert error.path == "examples[0].commands[1]"


def test_a_book_of_the_first_format_has_no_examples():
    document = changed(format="faregate-book/1", utc_offset="+08:00")
    del document["time_zone"]
    for product in document["products"]:
        del product["outcomes"]
    with pytest.raises(faregate.Invalid) as caught:
        faregate.Book(document)
    assert caught.value.path == "examples"
    del document["examples"]
    assert faregate.Book(document).examples == ()


# Guides that print no total.
NONE_PRINTED = {
    "aliyun-qwen",
    "aws-rekognition",
    "azure-face",
    "huawei-frs",
    "tencent-facefusion-2019-activity",
    "xai-grok",
}


@pytest.mark.parametrize("name", set(faregate.shipped_books()) - NONE_PRINTED)
def test_a_shipped_book_has_examples(name):
    assert faregate.Book(name).examples


def test_errors_of_what_is_no_source():
    with pytest.raises(faregate.UnknownBook):
        faregate.Book.errors("no-such-book")
    with pytest.raises(FileNotFoundError):
        faregate.Book.errors("none.json")
    for source in (None, 1, ["tencent-facefusion"]):
        with pytest.raises(faregate.InvalidType):
            faregate.Book.errors(source)


def test_a_book_is_frozen(book):
    with pytest.raises(AttributeError):
        book.id = "other"
    with pytest.raises(AttributeError):
        book.colour = "red"
    book.policy["tier_basis"] = "total"
    assert book.policy.tier_basis == "residual"
