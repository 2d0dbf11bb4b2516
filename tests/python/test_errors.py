"""Exceptions: one class per status of the core, each with its code."""

import copy
import pickle

import faregate
import headers
import pytest

STATUSES = [status for status in headers.STATUSES if status[0] != "ok"]
FAULTS = {"no_memory", "invalid", "stopped", "unknown_book"}
BUILT_IN = {
    "no_memory": MemoryError,
    "invalid": ValueError,
    "time_reversal": ValueError,
    "overflow": OverflowError,
}
BUILT_IN |= {code: LookupError for code, _, _ in STATUSES if code.startswith("unknown_")}
BUILT_IN |= {code: OSError for code, _, _ in STATUSES if code.startswith("ledger_")}


def class_of(code: str) -> type:
    return getattr(faregate, code.title().replace("_", ""))


@pytest.mark.parametrize("code, rule, text", STATUSES)
def test_every_status_has_its_class(code, rule, text):
    error = class_of(code)
    assert (error.__module__, error.code, error.rule) == ("faregate", code, rule)
    assert issubclass(error, faregate.Error) and issubclass(error, faregate.Refusal) == (
        code not in FAULTS and not code.startswith("ledger_")
    )
    assert text in error.__doc__
    built_in = BUILT_IN.get(code)
    assert [base for base in error.__mro__ if base.__module__ == "builtins"][0] is (built_in or Exception)


def test_there_are_no_other_classes():
    known = {class_of(code) for code, _, _ in STATUSES} | {faregate.Error, faregate.Refusal, faregate.InvalidType}
    listed = {value for value in vars(faregate).values() if isinstance(value, type) and issubclass(value, Exception)}
    assert listed == known


def test_an_invalid_type_is_a_type_error_too():
    assert issubclass(faregate.InvalidType, faregate.Invalid) and issubclass(faregate.InvalidType, TypeError)
    assert faregate.InvalidType.code == "invalid"


@pytest.fixture
def error(book):
    with pytest.raises(faregate.NotOpen) as caught:
        faregate.Account(book).use("image", 1, at="2024-11-05")
    return caught.value


def test_an_error_says_what_is_wrong(error):
    assert (error.code, error.rule, error.path) == ("not_open", "R33", "")
    assert error.message == str(error) == error.args[0]


def test_an_error_survives_pickling_and_copying(error):
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is type(error) and vars(twin) == vars(error) and twin.args == error.args


def test_a_book_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(faregate.UnknownBook) as raised:
        faregate.Book("tencent-facefusoin")
    assert "named 'tencent-facefusoin'; did you mean 'tencent-facefusion'?" in raised.value.message
    assert all(name in raised.value.message for name in faregate.shipped_books())
    with pytest.raises(faregate.UnknownBook) as raised:
        faregate.replay({"book": "no-such-book", "commands": []})
    assert raised.value.path == "book" and raised.value.message.endswith("no price book named no-such-book")
