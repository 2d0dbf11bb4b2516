"""The gate from Python: a call is a context manager."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

import faregate

T = 1_730_772_000_000_000  # 2024-11-05T10:00 in the book's offset, in microseconds
SECOND = 1_000_000


def month(account):
    return account.statement().products.image.month


def test_a_call_is_committed_on_the_way_out(account):
    with account.call("image", at=T) as call:
        assert isinstance(call, faregate.Call) and (call.free, call.postpaid, call.packs) == (1, 0, ())
        [held] = account.calls
        assert (held.id, held.product, held.quantity, held.owner, held.state) == (call.id, "image", 1, None, "held")
    assert account.calls == () and month(account).free == 1
    with pytest.raises(faregate.AlreadyFinished):
        call.cancel()


def test_a_call_is_canceled_by_an_exception(account):
    with pytest.raises(ZeroDivisionError), account.call("image", quantity=5, at=T) as call:
        assert month(account).free == 5 and "held" in repr(call)
        raise ZeroDivisionError
    assert account.calls == () and month(account).free == 0 and "ended" in repr(call)
    with pytest.raises(faregate.AlreadyFinished):
        account.commit(call.id, at=T)


def test_a_call_is_a_context_of_coroutines_too(account):
    order = []

    async def one(number):
        async with account.call("image", at=T) as call:
            order.append(number)
            await asyncio.sleep(0)
            order.append(call.id)
            if number == 1:
                raise ZeroDivisionError
        return call

    async def both():
        return await asyncio.gather(one(0), one(1), return_exceptions=True)

    committed, error = asyncio.run(both())
    assert order[:2] == [0, 1] and committed.id in order and isinstance(error, ZeroDivisionError)
    assert account.calls == () and month(account).free == 1


def test_entering_and_leaving_never_wait(account):
    call = account.call("image", at=T)
    entered, left = call.__aenter__(), call.__aexit__(None, None, None)
    for awaitable, answer in [(entered, call), (left, False)]:
        with pytest.raises(StopIteration) as stop:
            next(awaitable.__await__())
        assert stop.value.value is answer
    assert account.calls == ()


def test_a_call_may_be_ended_inside(account):
    with account.call("image", at=T) as call:
        canceled = call.cancel(at=T + 1)
    assert (canceled.returned, canceled.lost, canceled["lost"]) == (1, 0, 0)
    with account.call("image", at=T + 2) as call:
        assert call.commit() is None
    assert account.now == datetime.fromtimestamp(T / SECOND, UTC) + timedelta(microseconds=2)


def test_a_call_takes_what_the_timeline_names(account):
    call = account.call("image", "c1", quantity="3", owner="kiosk 7", timeout_ms=1_500, at=T)
    assert call.id == "c1" and account.calls[0].owner == "kiosk 7"
    assert account.calls[0].deadline - account.calls[0].since == timedelta(milliseconds=1_500)
    again = account.call("image", "c1", quantity=3, owner="kiosk 7", timeout_ms=1_500, at=T)
    assert again.repeated and call.to_dict() | {"repeated": True} == again.to_dict()
    assert call.to_dict() == {"do": "call", "ok": True, "free": 3, "packs": [], "postpaid": 0, "unbilled": 0}
    with pytest.raises(faregate.IdConflict):
        account.call("image", "c1", at=T)
    account.advance(at=T + 2 * SECOND)
    assert account.calls[0].state == "abandoned"


def test_made_up_ids_are_unlike_each_other(book, account):
    other = faregate.Account(book)
    other.open("image", at=T)
    calls = [who.call("image", at=T + number * SECOND) for number in range(300) for who in (account, other)]
    assert len({call.id for call in calls}) == 600


def test_a_call_is_ended_by_the_id_it_was_given_in_a_fork_too(account):
    first, second = account.call("image", at=T), account.call("image", quantity=2, at=T)
    fork = account.fork()
    assert [call.id for call in fork.calls] == [first.id, second.id]
    assert fork.cancel(second.id, at=T).returned == 2
    fork.commit(first.id, at=T)
    with pytest.raises(faregate.AlreadyFinished):
        fork.commit(first.id, at=T)
    assert len(account.calls) == 2
    second.commit(at=T)
    with pytest.raises(faregate.AlreadyFinished):
        account.cancel(second.id, at=T)


def test_the_rate_limit_says_how_long_to_wait(account):
    account.call("image", quantity=20, at=T)
    with pytest.raises(faregate.RateLimited) as limited:
        account.call("image", at=T + 250_000)
    assert limited.value.retry_after == 0.75 and limited.value.rule == "R22"
    with pytest.raises(faregate.RateLimited) as limited:
        account.call("image", quantity=21, at=T + 250_000)
    assert limited.value.retry_after is None
    account.call("image", at=T + SECOND)


def test_slots_are_taken_and_freed(account):
    account.open("image-pro", at=T)
    calls = [account.call("image-pro", at=T) for _ in range(10)]
    with pytest.raises(faregate.ConcurrencyLimited):
        account.call("image-pro", at=T)
    calls[0].commit(at=T)
    account.call("image-pro", at=T)


def test_without_at_a_call_and_its_end_are_now(book):
    account = faregate.Account(book)
    account.open("image")
    before = datetime.now(UTC)
    with account.call("image"):
        began = account.now
        assert began >= before - timedelta(seconds=1)
    assert account.now >= began


def test_the_clock_never_goes_back(book):
    account = faregate.Account(book)
    account.advance(at=datetime.now(UTC) + timedelta(hours=1))
    future = account.now
    account.open("image")
    account.use("image", 1)
    assert future <= account.now < future + timedelta(minutes=1)


def test_a_call_keeps_its_account_alive(book):
    account = faregate.Account(book)
    account.open("image", at=T)
    call = account.call("image", at=T)
    del account
    call.commit()


def test_budgets(account):
    account.use("image", 1_000, at=T)  # the free calls
    account.set_budget(day="1.20", at=T)
    assert account.marginal("image", 5) == Decimal("1.20")
    account.call("image", quantity=5, at=T)
    with pytest.raises(faregate.BudgetExceeded):
        account.call("image", at=T)
    account.set_budget(day=..., month=Decimal("0.50"), at=T)
    account.set_budget(day=None, at=T)
    with pytest.raises(faregate.BudgetExceeded):
        account.call("image", at=T)
    account.set_budget(month=None, at=T)
    account.call("image", at=T)


def test_what_more_would_cost(account):
    account.use("image", 10_900, at=T)  # 9,900 beyond the free ones
    assert account.marginal("image", 99) == 99 * Decimal("0.24")
    assert account.marginal("image", 100) == 10_000 * Decimal("0.18") - 9_900 * Decimal("0.24")  # the cheaper tier
    assert account.marginal("image", 0) == 0


@pytest.mark.parametrize(
    "call, error, path",
    [
        (lambda account: account.call(), faregate.InvalidType, "product"),
        (lambda account: account.call("video"), faregate.UnknownProduct, ""),
        (lambda account: account.call("image", 3), faregate.InvalidType, "id"),
        (lambda account: account.call("image", quantity=0), faregate.Invalid, "quantity"),
        (lambda account: account.call("image", timeout_ms=0), faregate.Invalid, "timeout_ms"),
        (lambda account: account.call("image", timeout_ms=1.5), faregate.InvalidType, "timeout_ms"),
        (lambda account: account.call("image", owner=7), faregate.InvalidType, "owner"),
        (lambda account: account.call("image", id=""), faregate.Invalid, "id"),
        (lambda account: account.commit("none"), faregate.UnknownId, ""),
        (lambda account: account.cancel("none"), faregate.UnknownId, ""),
        (lambda account: account.call("image").commit(1), faregate.InvalidType, ""),
        (lambda account: account.call("image").cancel(colour=1), faregate.InvalidType, ""),
        (lambda account: account.call("image").cancel(at=1.5), faregate.InvalidType, "at"),
        (lambda account: account.set_budget(day=1.5), faregate.InvalidType, "day"),
        (lambda account: account.set_budget(day="-1"), faregate.Invalid, "day"),
        (lambda account: account.marginal("video", 1), faregate.UnknownProduct, ""),
        (lambda account: account.marginal("image", -1), faregate.Invalid, "quantity"),
        (lambda account: account.marginal("image", 1.0), faregate.InvalidType, "quantity"),
    ],
)
def test_what_cannot_be(account, call, error, path):
    with pytest.raises(faregate.Error) as caught:
        call(account)
    assert (type(caught.value), caught.value.path) == (error, path)


def test_a_call_is_not_made_by_hand():
    with pytest.raises(TypeError):
        faregate.Call()
