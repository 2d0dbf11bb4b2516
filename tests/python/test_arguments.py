"""Arguments that are wrong: each gets a clear error with the path, and changes nothing."""

import gc
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import faregate
import pytest
from headers import COMMANDS
from toy import toy

NAN = float("nan")
NOV = "2024-11-06"
HUGE = pytest.param(10**5000, id="5001 digits")  # more than Python itself will spell out


def refused(error, path, call, *arguments, **keywords):
    with pytest.raises(faregate.Error) as caught:
        call(*arguments, **keywords)
    assert (type(caught.value), caught.value.path) == (error, path), caught.value
    assert caught.value.message and str(caught.value).endswith(caught.value.message)


@pytest.fixture
def unchanged(account):
    before = account.statement()
    yield account
    assert account.statement() == before


@pytest.mark.parametrize(
    "quantity",
    [
        -1,
        2**63,
        2**64,
        -(2**63),
        10**30,
        HUGE,
        "-1",
        "",
        " 1",
        "1.0",
        "1e3",
        "01",
        "+1",
        "0x10",
        "1_000",
        "9223372036854775808",
        "１",
        "1\0",
    ],
)
def test_quantities_out_of_range_or_form(unchanged, quantity):
    refused(faregate.Invalid, "quantity", unchanged.use, "image", quantity, at=NOV)


@pytest.mark.parametrize(
    "quantity", [1.0, 1.5, NAN, float("inf"), True, False, None, Decimal(1), b"1", [1], 1j, object()]
)
def test_quantities_of_another_type(unchanged, quantity):
    refused(faregate.InvalidType, "quantity", unchanged.use, "image", quantity, at=NOV)
    refused(faregate.InvalidType, "quantity", unchanged.use, product="image", quantity=quantity, at=NOV)


@pytest.mark.parametrize("name", ["buy_pack", "give_pack"])
def test_nothing_is_bought_or_given(unchanged, name):
    refused(faregate.Invalid, "quantity", getattr(unchanged, name), "image", "calls-1k", quantity=0, at=NOV)


@pytest.mark.parametrize(
    "amount",
    [
        "",
        "-",
        "1e3",
        "1E+3",
        "--1",
        "-1",
        "+1",
        "1.",
        ".5",
        "1.0000000000001",
        "1,000",
        " 1",
        "1 ",
        "1\0",
        "NaN",
        "0",
        "-0",
        "0.000",
        0,
        -1,
        10**26,
        HUGE,
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("-1"),
        Decimal("1E-13"),
        Decimal("1E+26"),
        Decimal("1E+999999999999"),
        Decimal("1E-999999999999"),
        "1" * 10_000,
    ],
)
def test_amounts_out_of_range_or_form(unchanged, amount):
    refused(faregate.Invalid, "amount", unchanged.top_up, amount, at=NOV)


@pytest.mark.parametrize("amount", [1.0, NAN, True, None, b"1", ["1"], object()])
def test_amounts_of_another_type(unchanged, amount):
    refused(faregate.InvalidType, "amount", unchanged.top_up, amount, at=NOV)
    refused(faregate.InvalidType, "pay.cash", unchanged.buy_pack, "image", "calls-1k", pay={"cash": amount}, at=NOV)


@pytest.mark.parametrize(
    "at",
    [
        "",
        "2024-02-30",
        "2024-13-01",
        "2024-11-05T24:00",
        "2024-11-05T10:60",
        "1969-12-31T15:00",
        "10000-01-01",
        "2024-11-05T10:00+0800",
        "2024-11-05T10:00:00.1234567",
        "2024-11-05T10:00 ",
        "05.11.2024",
        "now",
        "2024-11-05T10:00\0",
        "2024-11-05T10:00+24:00",
        "２024-11-05",
        datetime(1969, 1, 1),
        date(1, 1, 1),
        datetime(1, 1, 1, tzinfo=UTC),
        -(10**18),
        0,
        1,
        1_730_772_000,
        946_684_800_000_000 - 1,  # the last microsecond of 1999
        4_102_444_800_000_000,  # 2100
        10**18,
        2**63,
        -(2**63),
        2**100,
    ],
)
def test_instants_out_of_range_or_form(unchanged, at):
    refused(faregate.Invalid, "at", unchanged.use, "image", 1, at=at)


SECONDS = 1_730_772_000  # of 5 November 2024; as microseconds, of 1970


@pytest.mark.parametrize(
    "ask",
    [pytest.param(lambda account, name=name: getattr(account, name)(at=SECONDS), id=name) for name in COMMANDS]
    + [
        lambda account: account.ensure_open("image", at=SECONDS),
        lambda account: account.call("image", at=SECONDS),
        lambda account: account.call("image", id="c", at=SECONDS),
        lambda account: account.use("image", 1, id="u", at=SECONDS),
        lambda account: account.statement(at=SECONDS),
        lambda account: account.preview(product="image", at=SECONDS),
        lambda account: account.fork().call("image", at=NOV).commit(at=SECONDS),
        lambda account: account.fork().call("image", at=NOV).cancel(at=SECONDS),
        lambda account: account.fork().call("image", at=NOV).not_sent(at=SECONDS),
        lambda account: account.book.price("image", "calls", 1, at=SECONDS),
        lambda account: account.book.price_many("image", "calls", [1], at=SECONDS),
        lambda account: account.book.bill_many("image", [1], at=SECONDS),
        lambda account: account.book.curve("image", "calls", 9, at=SECONDS),
        lambda account: account.book.cliffs("image", "calls", 9, at=SECONDS),
    ],
)
def test_a_number_of_seconds_is_no_instant(unchanged, ask):
    with pytest.raises(faregate.Invalid) as caught:
        ask(unchanged)
    assert str(caught.value).startswith(
        "at: 1730772000 microseconds is the year 1970; whole numbers count microseconds"
    )


def test_a_number_of_seconds_is_no_end(account, book):
    for ask in (account.upcoming, lambda until: faregate.bill("log.csv", book, until=until)):
        refused(faregate.Invalid, "until", ask, until=SECONDS)


def test_the_first_and_the_last_number_that_is_an_instant(book):
    account = faregate.Account(book)
    account.advance(at=946_684_800_000_000)
    assert account.now == datetime(2000, 1, 1, tzinfo=UTC)
    account.advance(at=4_102_444_800_000_000 - 1)
    assert account.now == datetime(2099, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    account.advance(at="9999-12-31")


@pytest.mark.parametrize("at", [1.0, NAN, True, b"2024-11-05", (2024, 11, 5), object()])
def test_instants_of_another_type(unchanged, at):
    refused(faregate.InvalidType, "at", unchanged.use, "image", 1, at=at)


@pytest.mark.parametrize(
    "start", ["2024-02-30", "2024-11-10T00:00", "", "today", datetime(2024, 11, 10), date(1, 1, 1)]
)
def test_dates_out_of_range_or_form(unchanged, start):
    refused(faregate.Invalid, "start", unchanged.buy_capacity, "image", "qps", 1, days=1, start=start, at=NOV)


def test_dates_of_another_type(unchanged):
    refused(faregate.InvalidType, "start", unchanged.buy_capacity, "image", "qps", 1, days=1, start=20241110, at=NOV)


@pytest.mark.parametrize("text", [1, b"image", None, ["image"], True])
def test_text_of_another_type(unchanged, text):
    refused(faregate.InvalidType, "product", unchanged.use, text, 1, at=NOV)
    if text is not None:
        refused(faregate.InvalidType, "id", unchanged.use, "image", 1, id=text, at=NOV)


def test_text_with_a_lone_surrogate(unchanged):
    refused(faregate.Invalid, "product", unchanged.use, "\ud800", 1, at=NOV)
    refused(faregate.Invalid, "id", unchanged.use, "image", 1, id="a\udfff", at=NOV)


@pytest.mark.parametrize("id", ["", "a\0b", "a\0"])
def test_ids_that_are_none(unchanged, id):
    refused(faregate.Invalid, "id", unchanged.use, "image", 1, id=id, at=NOV)
    refused(faregate.Invalid, "id", unchanged.buy_pack, "image", "calls-1k", id=id, at=NOV)


@pytest.mark.parametrize("id", ["#", "#1", "#call-0-1", "image/", "image/free-calls/2024-11x", "image-pro/1"])
def test_ids_of_the_library(account, id):
    refused(faregate.IdReserved, "", account.use, "image", 1, id=id, at=NOV)
    refused(faregate.IdReserved, "", account.buy_pack, "image", "calls-1k", id=id, at=NOV)
    refused(faregate.IdReserved, "", account.call, "image", id, at=NOV)


@pytest.mark.parametrize("id", ["ü", "发票", "🎫" * 10, "a/b", "x" * 10_000, "images/1", "a#b"])
def test_ids_of_any_unicode(account, id):
    assert not account.use("image", 1, id=id, at=NOV).repeated
    assert account.use("image", 1, id=id, at=NOV).repeated
    pack = id + "/pack"
    assert account.buy_pack("image", "calls-1k", id=pack, at=NOV).id == pack
    assert account.statement().products.image.packs[0].id == pack
    account.use("image", 1_001, at=NOV)
    assert account.use("image", 1, at=NOV).packs[0].id == pack


@pytest.mark.parametrize("billable", [1, 0, "true", object()])
def test_flags_of_another_type(unchanged, billable):
    refused(faregate.InvalidType, "billable", unchanged.use, "image", 1, billable=billable, at=NOV)


@pytest.mark.parametrize("fund", ["gold", "", "Cash", "cash\0"])
def test_funds_that_do_not_exist(unchanged, fund):
    refused(faregate.Invalid, "fund", unchanged.top_up, "1", fund=fund, at=NOV)


def test_arguments_of_the_wrong_shape(unchanged):
    refused(faregate.InvalidType, "product", unchanged.use)
    refused(faregate.InvalidType, "quantity", unchanged.use, "image")
    refused(faregate.InvalidType, "", unchanged.use, "image", 1, NOV)
    refused(faregate.InvalidType, "colour", unchanged.use, "image", 1, colour="red")
    refused(faregate.InvalidType, "product", unchanged.use, **{"product\0": "image"})
    refused(faregate.Invalid, "product", unchanged.use, "image", 1, product="image")
    refused(faregate.InvalidType, "days", unchanged.buy_capacity, "image", "qps", 1, at=NOV)
    refused(faregate.InvalidType, "months", unchanged.buy_capacity, "image", "qps", 1, days=1, months=1, at=NOV)
    for call in (unchanged.suspend, unchanged.advance, unchanged.statement, unchanged.preview):
        refused(faregate.InvalidType, "", call, NOV)
    with pytest.raises(TypeError):
        unchanged.fork(1)


@pytest.mark.parametrize(
    "field, value, error, path",
    [
        ("pay", [], faregate.InvalidType, "pay"),
        ("pay", "200", faregate.InvalidType, "pay"),
        ("pay", {"gold": "200"}, faregate.Invalid, "pay.gold"),
        ("pay", {"cash": "-200"}, faregate.Invalid, "pay.cash"),
        ("pay", {1: "200"}, faregate.InvalidType, "pay"),
        ("pay", {"cash\0": "200"}, faregate.InvalidType, "pay"),
        ("pay", {"\ud800": "200"}, faregate.Invalid, "pay"),
        ("campaign", None.__class__, faregate.InvalidType, "campaign"),
        ("campaign", {"price": "1e3"}, faregate.Invalid, "campaign.price"),
        ("campaign", {"price": True}, faregate.Invalid, "campaign.price"),
        ("campaign", {"price": 1.0}, faregate.InvalidType, "campaign.price"),
        ("campaign", {"refundable": "no"}, faregate.Invalid, "campaign.refundable"),
        ("campaign", {"colour": "red"}, faregate.Invalid, "campaign.colour"),
        ("campaign", {"x" * 1000: "red"}, faregate.Invalid, "campaign." + "x" * 86),
    ],
)
def test_objects(unchanged, field, value, error, path):
    refused(error, path, unchanged.buy_pack, "image", "calls-1k", at=NOV, **{field: value})


@pytest.mark.parametrize("pay", [{}, {"cash": "199"}, {"cash": "200", "gift": "0.01"}])
def test_a_payment_of_another_sum(account, pay):
    refused(faregate.PaymentMismatch, "", account.buy_pack, "image", "calls-1k", pay=pay, at=NOV)


@pytest.mark.parametrize(
    "wallet, error, path",
    [
        ([], faregate.InvalidType, "wallet"),
        ("5000", faregate.InvalidType, "wallet"),
        ({"gold": "1"}, faregate.Invalid, "wallet.gold"),
        ({"cash\0": "1"}, faregate.Invalid, "wallet.cash"),
        ({1: "1"}, faregate.InvalidType, "wallet"),
        ({"cash": 1.5}, faregate.InvalidType, "wallet.cash"),
        ({"cash": True}, faregate.InvalidType, "wallet.cash"),
        ({"cash": None}, faregate.InvalidType, "wallet.cash"),
        ({"cash": "1e3"}, faregate.Invalid, "wallet.cash"),
        ({"cash": -1}, faregate.Invalid, "wallet.cash"),
        ({"cash": 10**26}, faregate.Invalid, "wallet.cash"),
    ],
)
def test_wallets(book, wallet, error, path):
    refused(error, path, faregate.Account, book, wallet=wallet)


@pytest.mark.parametrize(
    "policy, error, path",
    [
        ([], faregate.InvalidType, "policy"),
        ({1: "total"}, faregate.InvalidType, "policy"),
        ({"tier_basis": None}, faregate.InvalidType, "policy.tier_basis"),
        ({"tier_basis": "guess"}, faregate.Invalid, "policy.tier_basis"),
        ({"tier_basis": "\ud800"}, faregate.Invalid, "policy"),
        ({"settlement_day": 4}, faregate.Invalid, "policy.settlement_day"),
        ({"settlement_day": 10**5000}, faregate.Invalid, "policy.settlement_day"),
        ({"settlement_day": True}, faregate.InvalidType, "policy.settlement_day"),
        ({"settlement_day": 1.0}, faregate.InvalidType, "policy.settlement_day"),
        ({"colour": "red"}, faregate.Invalid, "policy.colour"),
    ],
)
def test_policies(book, policy, error, path):
    refused(error, path, faregate.Account, book, policy=policy)


def test_an_account_needs_a_book(book):
    assert faregate.Account("tencent-facefusion").book == faregate.Account(book.to_dict()).book == book
    for wrong in (7, None, [], ()):
        with pytest.raises(faregate.InvalidType, match="^book: expected a name, a path or a dict"):
            faregate.Account(wrong)
    with pytest.raises(faregate.UnknownBook):
        faregate.Account("tencent-facefusions")
    for arguments in ((), (book, {})):
        with pytest.raises(TypeError):
            faregate.Account(*arguments)


@pytest.mark.parametrize(
    "attributes, error, path",
    [
        ({"model": 1.5}, faregate.InvalidType, "attributes.model"),
        ({"model": True}, faregate.InvalidType, "attributes.model"),
        ({"model": None}, faregate.InvalidType, "attributes.model"),
        ({"model": 2**63}, faregate.Invalid, "attributes.model"),
        ({1: "mini"}, faregate.InvalidType, "attributes"),
        ("model", faregate.InvalidType, "attributes"),
        ({"": 1}, faregate.Invalid, "attributes"),
        ({f"a{i}": i for i in range(65)}, faregate.Invalid, "attributes"),
    ],
)
def test_attributes_of_another_form(unchanged, attributes, error, path):
    refused(error, path, unchanged.use, "image", 1, at=NOV, attributes=attributes)
    refused(error, path, unchanged.call, "image", at=NOV, id="c1", attributes=attributes)
    refused(error, path, unchanged.adjust, "image", 1, "late", at=NOV, attributes=attributes)


def test_no_book_of_format_1_has_attributes(book):
    older = {"format": "faregate-book/1", "utc_offset": "+08:00"}
    older |= {key: book.to_dict()[key] for key in ("id", "title", "currency", "minor_digits", "rounding")}
    price = {"model": "flat", "price": "1"}
    products = [{"id": "p", "title": "P", "meter": "calls", "unit": "call", "price": price}]
    account = faregate.Account(faregate.Book(older | {"products": products}))
    account.open("p", at=NOV)
    refused(faregate.Invalid, "attributes", account.use, "p", 1, at=NOV, attributes={"model": "mini"})


def test_no_attributes_are_none(account):
    assert account.use("image", 1, at=NOV, attributes=None).free == 1
    assert account.use("image", 1, at=NOV, attributes={}).free == 1


def test_a_length_of_time_that_counts_as_no_int(book):
    class Odd(timedelta):
        def __floordiv__(self, other):
            return "odd"

    with pytest.raises(TypeError):
        faregate.Account(book, max_jump=Odd(days=3))


def test_attributes_given_twice_are_refused_and_given_back(account):
    value = str(2**70)
    before = sys.getrefcount(value)
    refused(faregate.Invalid, "attributes", account.set, {"tier": value}, attributes={"tier": "b"})
    gc.collect()
    assert sys.getrefcount(value) == before


def test_attributes_beside_a_count_of_none_are_given_back(book):
    value = str(2**70)
    before = sys.getrefcount(value)
    refused(faregate.Invalid, "packs", book.curve, "image", pack="calls-10k", packs=0, attributes={"tier": value})
    gc.collect()
    assert sys.getrefcount(value) == before


def test_a_statement_whose_amounts_are_too_large_is_refused():
    book = toy(
        [{"id": "club", "meter": "calls", "price": {"model": "flat", "price": "10000000"}}],
        freeze={"factor": "1.5", "of": "unsettled"},
    )
    account = faregate.Account(book, wallet={"cash": "5"})
    account.open("club", at=NOV)
    account.use("club", 9 * 10**18, at=NOV)
    asked = [
        {"do": "open", "product": "club", "at": NOV},
        {"do": "use", "product": "club", "quantity": 9 * 10**18, "at": NOV},
    ]
    timeline = {"book": book, "wallet": {"cash": "5"}, "commands": asked}
    refused(faregate.Overflow, "", account.statement)
    refused(faregate.Overflow, "", account.statement, at="2024-11-07")
    refused(faregate.Overflow, "", faregate.replay, timeline)
    asked.append({"do": "statement", "at": "2024-11-07"})
    refused(faregate.Overflow, "", faregate.replay, timeline)


def test_groups_that_change_while_they_are_read():
    groups = []

    class Growing:
        def __index__(self):
            groups[:] = [(1, 1)] * 200_000
            return 1

    groups.extend([(Growing(), 1), (1, 1)])
    assert faregate._core._bill_shares("10", 2, 2, groups) == ([5, 5, 0], 0)
