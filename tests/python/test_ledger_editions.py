"""A ledger opened with another version of its book: it goes on, and says that there is news."""

import json

import faregate
import pytest

TOY = {
    "format": "faregate-book/1",
    "id": "toy",
    "title": "Toy",
    "currency": "EUR",
    "minor_digits": 2,
    "utc_offset": "+00:00",
    "rounding": "none",
    "products": [{"id": "p", "meter": "units", "price": {"model": "flat", "price": "1"}}],
}


def second(**keys) -> dict:
    """The toy in the second format."""
    book = json.loads(json.dumps(TOY)) | {"format": "faregate-book/2", "time_zone": "+00:00"} | keys
    del book["utc_offset"]
    return book


def at_price(price: str) -> list:
    return [TOY["products"][0] | {"price": {"model": "flat", "price": price}}]


def with_editions(*prices: tuple[str, str]) -> dict:
    book = second(editions=[{"effective": date, "products": at_price(price)} for date, price in prices])
    del book["products"]
    return book


WITH_OUTCOMES = second(
    products=[TOY["products"][0] | {"outcomes": [{"code": "Fault*", "billable": "no"}]}],
)


def news(path, book: dict) -> list:
    """What a ledger that is opened with a book says of it."""
    account = faregate.open(path, book=faregate.Book(book))
    found = [(notice.id, notice.at) for notice in account.notices() if notice.code == "edition_available"]
    account.release()
    return found


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "booth.db"
    account = faregate.open(path, book=faregate.Book(TOY))
    account.open("p", at="2025-01-10")
    account.release()
    return path


@pytest.mark.parametrize(
    ("book", "at"),
    [
        (with_editions(("2024-01-01", "1"), ("2025-03-01", "2")), "2025-03-01T00:00:00+00:00"),
        (with_editions(("2023-01-01", "9"), ("2024-01-01", "1"), ("2025-03-01", "2")), "2025-03-01T00:00:00+00:00"),
        (WITH_OUTCOMES, None),
    ],
)
def test_a_later_book_opens_the_ledger_and_is_told_of(ledger, book, at):
    [(name, told)] = news(ledger, book)
    assert name == "toy"
    assert (told.isoformat() if told else None) == at
    account = faregate.open(ledger)
    assert account.book.to_dict() == faregate.Book(TOY).to_dict()
    account.release()


@pytest.mark.parametrize("book", [TOY, second(), second(title="Toys"), with_editions(("2024-01-01", "1"))])
def test_a_book_that_says_no_more_is_no_news(ledger, book):
    assert news(ledger, book) == []


@pytest.mark.parametrize(
    "book",
    [
        second(products=at_price("2")),
        with_editions(("2024-01-01", "2"), ("2025-03-01", "1.5")),
        second(id="toy-2"),
        second(currency="USD"),
        second(suspension_hours=1),
    ],
)
def test_a_book_that_says_something_else_is_refused(ledger, book):
    with pytest.raises(faregate.LedgerBook, match="another price book"):
        faregate.open(ledger, book=faregate.Book(book))
