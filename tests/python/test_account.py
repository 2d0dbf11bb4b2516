"""The account: a method for every command, natural arguments and answers."""

import inspect
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import faregate
import pytest
from headers import COMMANDS

CHINA = timezone(timedelta(hours=8))
NOV = "2024-11-05T10:00"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_a_documented_method(name):
    method = getattr(faregate.Account, name)
    signature = inspect.signature(method)
    assert list(signature.parameters)[0] == "self" and list(signature.parameters)[-1] == "at"
    assert len(inspect.getdoc(method).splitlines()) >= 1


def test_w2_step_by_step(book):
    account = faregate.Account(book, wallet={"cash": "5000"})
    assert account.now is None and account.book is book and account.invoices == ()
    grant = account.open("image", at=NOV).grants[0]
    assert (grant.id, grant.units, grant.left) == ("image/free-calls/2024-11", 1000, 1000)
    assert grant.expires == datetime(2024, 12, 1, tzinfo=CHINA)
    order = account.buy_pack("image", "calls-10k", id="p1", at="2024-11-05T10:05")
    assert (order.id, order.amount, order.paid.to_dict(), order.units) == ("p1", 1500, {"cash": Decimal(1500)}, 10_000)
    assert order.expires == datetime(2025, 11, 6, tzinfo=CHINA)
    used = account.use("image", 15_000, id="u1", at="2024-11-20T12:00")
    assert (used.free, used.postpaid, used.unbilled, used.repeated) == (1000, 4000, 0, False)
    assert [(pack.id, pack.units) for pack in used.packs] == [("p1", 10_000)]
    invoice = account.preview()
    assert (invoice.month, invoice.issued, invoice.total, invoice.balance_after) == ("2024-11", None, 960, 2540)
    account.advance(at="2024-12-01")
    [invoice] = account.invoices
    assert invoice.issued == account.now == datetime(2024, 12, 1, tzinfo=CHINA)
    [line] = invoice.lines
    assert (line.units, line.unit_price, line.tier, line.amount) == (4000, Decimal("0.24"), 0, 960)
    assert line.explanation == "(15,000 − 1,000 free − 10,000 packs) × 0.24 = 960.00"
    statement = account.statement()
    assert (statement.state, statement.spent.total, statement.wallet.balance) == ("active", 2460, 2540)
    assert statement.products["image-pro"].open is False and statement.products.image.limits.qps == 20
    assert statement.invoices == account.invoices


def test_the_other_commands(book):
    account = faregate.Account(book, wallet={"cash": 100_000, "voucher": Decimal("50")})
    account.open("image", at=NOV)
    account.open("image-pro", at=NOV)
    assert account.claim("image-pro", "free-calls", at=NOV).grants[0].units == 100
    assert account.give_pack("image", "calls-1k", quantity=2, id="gift", at=NOV).units == 2000
    order = account.buy_capacity("image", "qps", 60, days=5, start=date(2024, 11, 10), id="c", at=NOV)
    assert (order.amount, order.from_) == (85 * 60 * 5, datetime(2024, 11, 10, tzinfo=CHINA))
    assert order["from"] == order.from_ and order.until == datetime(2024, 11, 15, tzinfo=CHINA)
    assert account.set_mode("image", "qps", at="2024-11-10").mode == "qps"
    assert account.use("image", 7, at="2024-11-10").unbilled == 7
    assert account.use("image", 7, billable=False, at="2024-11-10").unbilled == 7
    assert account.set_mode("image", "calls", at="2024-11-10").mode == "calls"
    assert account.add_materials("image", 10, at="2024-11-10").to_dict()["held"] == 10
    assert account.remove_materials("image", "3", at="2024-11-10").held == 7
    assert account.top_up("0.50", fund="gift", at="2024-11-10").balance == Decimal("74500.50")
    pay = {"voucher": "50", "cash": Decimal("100")}
    pack = account.buy_pack("image", "calls-1k", pay=pay, campaign={"price": 150, "refundable": True}, at="2024-11-10")
    assert pack.paid == {"voucher": Decimal(50), "cash": Decimal(100)}
    refund = account.refund(pack.id, at="2024-11-10")
    assert (refund.amount, refund.to, refund.forfeited) == (100, {"cash": Decimal(100)}, 50)
    account.announce("image", "free-calls", 500, "2025-01-01", at="2024-11-10")
    account.suspend(at="2024-11-11")
    assert account.statement().state == "violation"
    with pytest.raises(faregate.Violation) as refused:
        account.use("image", 1, at="2024-11-11")
    assert (refused.value.code, refused.value.rule) == ("violation", "R35")
    account.reinstate(at="2024-11-11")
    assert account.close("image", at="2024-11-11").ok
    account.open("image", at="2025-01-01")
    assert account.statement().products.image.grants[-1].units == 500


ISTANBUL = timezone(timedelta(hours=3))


@pytest.mark.parametrize(
    "at",
    [
        datetime(2024, 11, 5, 10),
        datetime(2024, 11, 5, 2, tzinfo=UTC),
        datetime(2024, 11, 5, 5, tzinfo=ISTANBUL),
        "2024-11-05T10:00:00",
        "2024-11-05 10:00",
        "2024-11-05T02:00:00Z",
        "2024-11-05T05:00:00+03:00",
        1_730_772_000_000_000,
    ],
)
def test_forms_of_an_instant(book, at):
    account = faregate.Account(book)
    account.advance(at=at)
    assert account.now == datetime(2024, 11, 5, 10, tzinfo=CHINA)
    assert account.now.utcoffset() == timedelta(hours=8)


def test_a_date_is_its_beginning_and_microseconds_count(book):
    account = faregate.Account(book)
    account.advance(at=date(2024, 11, 5))
    assert account.now == datetime(2024, 11, 5, tzinfo=CHINA)
    account.advance(at=datetime(2024, 11, 5, 0, 0, 0, 1))
    assert account.now.microsecond == 1


def test_without_at_it_is_now(book):
    account = faregate.Account(book)
    before = datetime.now(UTC)
    account.open("image")
    account.use("image", 1)
    account.use("image", 1, at=None)
    assert before - timedelta(seconds=1) <= account.now <= datetime.now(UTC) + timedelta(seconds=1)


def test_a_question_without_at_does_not_move_the_account(account):
    now = account.now
    account.statement()
    account.preview()
    assert account.now == now
    assert account.statement(at="2024-12-02").at == datetime(2024, 12, 2, tzinfo=CHINA) == account.now


def test_a_statement_before_anything_was_seen(book):
    account = faregate.Account(book)
    statement = account.statement()
    assert statement.at is None and account.now is None
    assert (statement.wallet, statement.state, statement.invoices) == (None, "active", ())


def test_a_repeated_command_answers_as_it_did(account):
    first = account.use("image", 2_000, id="u", at="2024-11-06")
    again = account.use("image", 2_000, id="u", at="2024-11-07")
    assert again.repeated and (again.free, again.postpaid) == (first.free, first.postpaid) and again != first
    order = account.buy_pack("image", "calls-1k", id="p", at="2024-11-07")
    assert account.buy_pack("image", "calls-1k", id="p", at="2024-11-08") == {**order, "repeated": True}
    with pytest.raises(faregate.IdConflict):
        account.use("image", 2_001, id="u", at="2024-11-08")


def test_arguments_by_name_and_none_for_what_is_optional(account):
    used = account.use(quantity=5, product="image", id=None, billable=None, at="2024-11-06")
    assert used.free == 5
    order = account.buy_pack(
        product="image", pack="calls-1k", quantity=None, id=None, pay=None, campaign=None, at="2024-11-06"
    )
    assert order.units == 1000


class Five:
    def __index__(self):
        return 5


@pytest.mark.parametrize("quantity", [5, "5", Five()])
def test_forms_of_a_quantity(account, quantity):
    assert account.use("image", quantity, at="2024-11-06").free == 5


@pytest.mark.parametrize("amount", [Decimal("1E+3"), Decimal("1000.00"), "1000", "1000.000000000000", 1000, Five()])
def test_forms_of_an_amount(book, amount):
    account = faregate.Account(book, wallet={"cash": amount})
    assert account.statement().wallet.cash == (5 if isinstance(amount, Five) else 1000)


def test_the_smallest_and_the_largest_amount(book):
    smallest = Decimal("1E-12")
    assert faregate.Account(book, wallet={"cash": smallest}).statement().wallet.cash == smallest
    largest = 10**26 - 1
    assert faregate.Account(book, wallet={"cash": largest}).statement().wallet.cash == largest


def test_policy(book):
    account = faregate.Account(book, policy={"tier_basis": "total", "settlement_day": 3})
    account.open("image", at=NOV)
    account.use("image", 10_500, at="2024-11-06")  # all calls pick the tier from 10,000
    account.advance(at="2024-12-02T23:59")
    assert account.invoices == ()
    account.advance(at="2024-12-03")
    assert account.invoices[0].total == 9_500 * Decimal("0.18")


def test_a_fork_goes_its_own_way(account):
    fork = account.fork()
    fork.use("image", 1_500, at="2024-11-06")
    assert account.statement().products.image.month.total == 0
    assert fork.statement().products.image.month.postpaid == 500
    account.close("image", at="2024-11-06")
    assert fork.statement().products.image.open and fork.book is account.book


def test_a_fork_outlives_its_origin(book):
    account = faregate.Account(book)
    account.open("image", at=NOV)
    account.use("image", 1_500, at="2024-11-06")
    fork = account.fork()
    del account
    fork.advance(at="2024-12-01")
    assert fork.invoices[0].total == 500 * Decimal("0.24")


@pytest.mark.parametrize(
    "refused",
    [
        lambda account: account.open("image", at=NOV),
        lambda account: account.refund("nothing", at=NOV),
        lambda account: account.set_mode("image", "slots", at=NOV),
        lambda account: account.use("image", -1, at=NOV),
        lambda account: account.use("image", 1, at="2024-11-04"),
    ],
)
def test_a_refusal_changes_nothing(account, refused):
    before = account.statement()
    with pytest.raises(faregate.Error):
        refused(account)
    assert account.statement() == before


def test_a_month_past_what_can_be_counted(account):
    account.use("image", 2**63 - 1, at=NOV)
    with pytest.raises(faregate.Overflow):
        account.use("image", 1, at=NOV)
    assert account.statement().products.image.month.total == 2**63 - 1


def test_an_account_tells_its_size(account):
    assert 0 < account.__sizeof__() < 10_000


def test_corrections_of_what_was_recorded(account):
    account.use("image", 1_200, at=NOV)
    more = account.adjust("image", 5, "found in the log", id="a1", at=NOV)
    assert (more.free, more.postpaid, more.unbilled) == (0, 5, 0)
    less = account.adjust("image", -210, reason="counted twice", at=NOV)
    assert (less.postpaid, less.free, less.lost) == (205, 5, 0)
    assert account.adjust("image", "-1", "as text", at=NOV).free == 1
    assert account.adjust("image", 5, "found in the log", id="a1", at=NOV).repeated
    with pytest.raises(faregate.AdjustUnderflow):
        account.adjust("image", -995, "more than there is", at=NOV)
    assert account.statement().products.image.month.total == 994


@pytest.mark.parametrize("quantity", [0, -(2**63), 2**63, -(2**64), "0", "-9223372036854775808"])
def test_corrections_out_of_range(account, quantity):
    with pytest.raises(faregate.Invalid) as refused:
        account.adjust("image", quantity, "x", at=NOV)
    assert refused.value.path == "quantity"


@pytest.mark.parametrize("wrong", [{"quantity": 1.0}, {"quantity": True}, {"reason": 5}, {"reason": None}])
def test_corrections_of_the_wrong_kind(account, wrong):
    fields = {"product": "image", "quantity": 1, "reason": "x"} | wrong
    with pytest.raises(faregate.InvalidType):
        account.adjust(**fields, at=NOV)
    with pytest.raises(faregate.Invalid):
        account.adjust("image", 1, "x" * 201, at=NOV)


def test_cash_is_paid_out(book):
    account = faregate.Account(book, wallet={"cash": "100", "gift": "50"})
    assert account.withdraw("30", id="w1", at=NOV).balance == Decimal("120")
    assert account.withdraw("30", id="w1", at=NOV).repeated
    with pytest.raises(faregate.InsufficientFunds):
        account.withdraw(Decimal("70.01"), at=NOV)
    with pytest.raises(faregate.Invalid):
        account.withdraw(0, at=NOV)
    with pytest.raises(faregate.InvalidType):
        account.withdraw(1.5, at=NOV)
    assert faregate.Account(book).withdraw(5, at=NOV).balance is None
