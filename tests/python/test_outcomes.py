"""Result codes of the service: which of them a price book says are billed (R36)."""

import asyncio
import json
import sys

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


AT = "2025-01-02T10:00:00Z"


class ServiceError(Exception):
    """As vendors' packages have it."""

    def __init__(self, code: object):
        super().__init__("the service says so")
        self.code = code


@pytest.fixture
def account() -> faregate.Account:
    account = faregate.Account(faregate.Book(BOOK))
    account.open("scan", at=AT)
    return account


def month(account: faregate.Account) -> tuple[int, int]:
    told = account.statement().products["scan"].month
    return told.total, told.uncertain


@pytest.mark.parametrize(
    ("outcome", "told", "state", "counted"),
    [
        ("Success", {"billed": 1, "returned": 0, "lost": 0}, "committed", (1, 0)),
        ("Fault.Disk", {"billed": 0, "returned": 1, "lost": 0}, "canceled", (0, 0)),
        ("Fault.Blurry", {"billed": 0, "returned": 0, "lost": 0}, "unknown", (1, 1)),
    ],
)
def test_a_call_ends_as_the_book_says(account, outcome, told, state, counted):
    with account.call("scan", at=AT) as call:
        assert call.commit(outcome=outcome) == {"do": "commit", "ok": True, **told}
        assert call.commit(outcome=outcome).repeated is True
    assert call.state == state  # the end of the block adds nothing
    assert month(account) == counted


def test_a_call_of_an_unknown_outcome_waits_for_another_end(account):
    call = account.call("scan", quantity=3, id="a", at=AT)
    call.commit(outcome="Timeout")
    (listed,) = account.uncertain()
    assert (listed.id, listed.state, listed.outcome) == ("a", "unknown", "Timeout")
    with pytest.raises(faregate.InFlight):
        account.call("scan", quantity=3, id="a", at=AT)
    assert account.commit("a", outcome="Fault", at=AT).returned == 3
    with pytest.raises(faregate.AlreadyFinished):
        call.commit()
    assert call.state == "canceled" and account.calls == ()


def test_a_quantity_goes_with_what_is_billed(account):
    told = account.call("scan", quantity=5, at=AT).commit(outcome="Success", quantity=7)
    assert (told.billed, told.returned, told.extra.postpaid) == (7, 0, 2)
    told = account.call("scan", quantity=5, at=AT).commit(outcome="Fault", quantity=7)
    assert (told.billed, told.returned) == (0, 5)


@pytest.mark.parametrize(
    ("code", "state", "counted"),
    [
        ("Fault.Disk", "canceled", (0, 0)),
        ("Fault.Blurred", "committed", (1, 0)),
        ("Other", "unknown", (1, 1)),
        (404, "uncertain", (1, 1)),
        (None, "uncertain", (1, 1)),
        ("x" * 129, "uncertain", (1, 1)),
        ("\ud800", "uncertain", (1, 1)),
    ],
)
def test_an_exception_with_a_code_says_how_a_call_ended(account, code, state, counted):
    with pytest.raises(ServiceError), account.call("scan", at=AT) as call:
        raise ServiceError(code)
    assert call.state == state
    assert month(account) == counted


def test_the_end_of_a_program_is_no_answer_of_the_service(account):
    """The `code` of SystemExit is what the program says, and may begin as a result code that is not billed does."""
    with pytest.raises(SystemExit), account.call("scan", at=AT) as call:
        sys.exit("Fault.Disk")
    assert call.state == "uncertain"
    assert month(account) == (1, 1)


def test_an_exception_of_the_library_is_none_of_the_service(account):
    book = faregate.Book(with_outcomes({"code": "*", "billable": "no"}))
    account = faregate.Account(book)
    account.open("scan", at=AT)
    with pytest.raises(faregate.UnknownProduct), account.call("scan", at=AT) as call:
        account.open("scam", at=AT)
    assert call.state == "uncertain"
    with pytest.raises(KeyError), account.call("scan", at=AT) as other:
        raise KeyError("code")
    assert other.state == "uncertain"


def test_an_exception_goes_on_whatever_becomes_of_the_call(account):
    class Bad(Exception):
        @property
        def code(self):
            raise ValueError("no code")

    with pytest.raises(Bad), account.call("scan", at=AT) as call:
        raise Bad
    assert call.state == "uncertain"
    with pytest.raises(ServiceError), account.call("scan", id="a", at=AT) as ended:
        account.commit("a", at=AT)
        raise ServiceError("Fault")
    assert ended.state == "committed"


def test_an_asynchronous_call_is_left_in_the_same_way(account):
    async def go() -> faregate.Call:
        call = account.call("scan", at=AT)
        with pytest.raises(ServiceError):
            async with call:
                raise ServiceError("Fault")
        return call

    assert asyncio.run(go()).state == "canceled"


def test_a_ledger_knows_what_its_calls_were_told(tmp_path):
    path = tmp_path / "scan.db"
    with faregate.open(path, book=faregate.Book(BOOK)) as account:
        account.open("scan", at=AT)
        account.call("scan", quantity=2, id="a", at=AT).commit(outcome="Timeout")
        account.call("scan", id="b", at=AT).commit(outcome="Fault")
    with faregate.open(path) as account:
        assert account.commit("a", outcome="Timeout", at=AT).repeated is True
        assert account.commit("b", outcome="Fault", at=AT) == {
            "do": "commit", "ok": True, "billed": 0, "returned": 1, "lost": 0, "repeated": True,
        }  # fmt: skip
        assert month(account) == (2, 2)
        account.call("scan", id="b", at=AT).commit()
        assert month(account) == (3, 2)
    assert faregate.verify(path).ok


def test_a_ledger_answers_for_the_edition_in_which_a_call_ended(tmp_path):
    def scan(billable):
        return {**BOOK["products"][0], "outcomes": [{"code": "X", "billable": billable}]}

    head = {key: value for key, value in BOOK.items() if key != "products"}
    editions = [
        {"effective": "2025-01-01", "products": [scan("yes")]},
        {"effective": "2025-02-01", "products": [scan("no")]},
        {"effective": "2025-03-01", "products": [scan("yes")]},
    ]
    path = tmp_path / "scan.db"
    with faregate.open(path, book=faregate.Book({**head, "editions": editions})) as account:
        account.open("scan", at="2025-01-05")
        account.call("scan", id="billed", at="2025-01-06").commit(outcome="X", at="2025-01-06")
        account.call("scan", id="free", at="2025-02-06").commit(outcome="X", at="2025-02-06")
    for at in ("2025-02-07", "2025-03-07"):
        with faregate.open(path) as account:
            assert account.commit("billed", outcome="X", at=at).billed == 1
            assert account.commit("free", outcome="X", at=at).billed == 0
            with pytest.raises(faregate.AlreadyFinished):
                account.call("scan", id="billed", at=at)
    with faregate.open(path) as account:
        assert account.call("scan", id="free", at="2025-03-08").state == "held"
    assert faregate.verify(path).ok
