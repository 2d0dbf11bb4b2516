"""Result codes of the service: which of them a price book says are billed (R36)."""

import json

import faregate
import pytest

BOOK = {
    "format": "faregate-book/2",
    "id": "toy-scan",
    "title": "Scan",
    "currency": "EUR",
    "minor_digits": 2,
    "time_zone": "-03:30",
    "rounding": "none",
    "products": [
        {
            "id": "scan",
            "meter": "calls",
            "price": {"model": "flat", "price": "0.01"},
            "outcomes": [
                {"code": "Fault*", "billable": "no", "source": "page"},
                {"code": "Fault.Blurred", "billable": "yes"},
                {"code": "Fault.Blur*", "billable": "unknown"},
            ],
        },
        {"id": "bare", "meter": "calls", "price": {"model": "flat", "price": "0.01"}},
    ],
}


def with_outcomes(*outcomes: dict) -> dict:
    book = json.loads(json.dumps(BOOK))
    book["products"][0]["outcomes"] = list(outcomes)
    return book


@pytest.mark.parametrize(
    ("product", "outcome", "billable", "code", "source"),
    [
        ("scan", "Fault.Disk", "no", "Fault*", "page"),
        ("scan", "Fault", "no", "Fault*", "page"),
        ("scan", "Fault.Blurred", "yes", "Fault.Blurred", ""),
        ("scan", "Fault.Blurry", "unknown", "Fault.Blur*", ""),
        ("scan", "Fault.Blurred.Left", "unknown", "Fault.Blur*", ""),
        ("scan", "fault.Disk", "unknown", None, None),
        ("scan", "Success", "yes", None, None),
        ("scan", "Timeout", "unknown", None, None),
        ("scan", "", "unknown", None, None),
        ("bare", "Success", "yes", None, None),
        ("bare", "Successful", "unknown", None, None),
        ("bare", "Fault", "unknown", None, None),
    ],
)
def test_the_longest_code_that_fits_holds(product, outcome, billable, code, source):
    told = {"product": product, "outcome": outcome, "billable": billable, "code": code, "source": source}
    assert faregate.Book(BOOK).outcome(product, outcome) == told


def test_a_code_in_full_holds_before_the_same_text_as_a_beginning():
    for codes in (("Busy", "Busy*"), ("Busy*", "Busy")):
        book = faregate.Book(
            with_outcomes(*({"code": code, "billable": "no" if code == "Busy" else "yes"} for code in codes))
        )
        assert book.outcome("scan", "Busy").code == "Busy"
        assert book.outcome("scan", "Busy.Now").code == "Busy*"


def test_a_book_may_say_of_all_codes_what_they_are():
    book = faregate.Book(with_outcomes({"code": "*", "billable": "no"}))
    assert book.outcome("scan", "Success").billable == "no"
    assert book.outcome("scan", "").code == "*"


@pytest.mark.parametrize(
    ("outcomes", "path"),
    [
        ([{"code": "A", "billable": "yes"}, {"code": "A", "billable": "yes"}], "products[0].outcomes[1].code"),
        ([{"code": "A*", "billable": "yes"}, {"code": "A*", "billable": "no"}], "products[0].outcomes[1].code"),
        ([{"code": "", "billable": "yes"}], "products[0].outcomes[0].code"),
        ([{"code": "A*B", "billable": "yes"}], "products[0].outcomes[0].code"),
        ([{"code": "A**", "billable": "yes"}], "products[0].outcomes[0].code"),
        ([{"code": "*A", "billable": "yes"}], "products[0].outcomes[0].code"),
        ([{"code": "A B", "billable": "yes"}], "products[0].outcomes[0].code"),
        ([{"code": "é", "billable": "yes"}], "products[0].outcomes[0].code"),
        ([{"code": "x" * 129, "billable": "yes"}], "products[0].outcomes[0].code"),
        ([{"code": 5, "billable": "yes"}], "products[0].outcomes[0].code"),
        ([{"code": "A", "billable": True}], "products[0].outcomes[0].billable"),
        ([{"code": "A", "billable": "maybe"}], "products[0].outcomes[0].billable"),
        ([{"code": "A"}], "products[0].outcomes[0].billable"),
        ([{"billable": "yes"}], "products[0].outcomes[0].code"),
        ([{"code": "A", "billable": "yes", "why": ""}], "products[0].outcomes[0].why"),
    ],
)
def test_bad_outcomes_are_refused_at_their_place(outcomes, path):
    with pytest.raises(faregate.Invalid) as caught:
        faregate.Book(with_outcomes(*outcomes))
    assert caught.value.path == path


def test_a_code_and_its_beginning_are_two():
    assert (
        faregate.Book(with_outcomes({"code": "A", "billable": "yes"}, {"code": "A*", "billable": "no"}))
        .products[0]
        .outcomes
    )


def test_the_book_tells_its_outcomes_and_is_written_with_them():
    book = faregate.Book(BOOK)
    first = book.products[0].outcomes[0]
    assert (first.code, first.billable, first.source) == ("Fault*", "no", "page")
    assert book.products[1].outcomes == ()
    written = book.to_dict()
    assert written["format"] == "faregate-book/2" and written["time_zone"] == "-03:30" and "utc_offset" not in written
    assert written["products"][0]["outcomes"] == [{"source": "", **each} for each in BOOK["products"][0]["outcomes"]]
    assert faregate.Book(written).to_json() == book.to_json()
    assert book.utc_offset == "-03:30"


def test_a_question_about_a_code_that_cannot_be_asked():
    book = faregate.Book(BOOK)
    with pytest.raises(faregate.UnknownProduct):
        book.outcome("scam", "Success")
    with pytest.raises(faregate.Invalid) as caught:
        book.outcome("scan", "x" * 129)
    assert caught.value.path == "outcome"
    assert book.outcome("scan", "x" * 128).billable == "unknown"
    with pytest.raises(faregate.Invalid):
        book.outcome("scan", "a\0b")
    with pytest.raises(faregate.InvalidType):
        book.outcome("scan", 5)
    with pytest.raises(TypeError):
        book.outcome("scan")
