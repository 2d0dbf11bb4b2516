"""The gate from Python: a call is a context manager."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import faregate
import pytest

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


def test_a_call_that_an_exception_leaves_stays_used_and_is_uncertain(account):
    with pytest.raises(TimeoutError), account.call("image", quantity=5, at=T) as call:
        assert month(account).free == 5 and call.state == "held" and "held" in repr(call)
        assert account.uncertain() == ()
        raise TimeoutError
    assert month(account).free == 5 and call.state == "uncertain" and "uncertain" in repr(call)
    assert [left.id for left in account.uncertain()] == [call.id]
    assert (call.cancel(at=T).returned, call.state) == (5, "canceled")
    assert account.calls == account.uncertain() == () and month(account).free == 0
    with pytest.raises(faregate.AlreadyFinished):
        account.commit(call.id, at=T)


@pytest.mark.parametrize("word", ["cancel", "not_sent"])
def test_what_the_host_says_inside_counts(account, word):
    with pytest.raises(TimeoutError), account.call("image", quantity=5, at=T) as call:
        assert getattr(call, word)(at=T).returned == 5
        raise TimeoutError
    assert call.state == "canceled" and account.uncertain() == () and month(account).total == 0


def test_a_call_that_is_lost_is_uncertain(account):
    call_id = account.call("image", at=T).id
    assert [lost.id for lost in account.uncertain()] == [call_id]
    found = account.resume(call_id)
    assert (found.id, found.state) == (call_id, "held") and account.uncertain() == ()
    with pytest.raises(faregate.InFlight):
        account.resume(call_id)
    found.commit(at=T)
    assert found.state == "committed" and account.calls == ()
    with pytest.raises(faregate.AlreadyFinished):
        account.resume(call_id)
    with pytest.raises(faregate.UnknownId):
        account.resume("none")


def test_a_coroutine_that_is_collected_leaves_its_call_uncertain(account):
    async def fuse():
        async with account.call("image", "c1", at=T):
            await asyncio.sleep(0)

    coroutine = fuse()
    coroutine.send(None)
    assert account.uncertain() == () and len(account.calls) == 1
    coroutine.close()
    assert [left.id for left in account.uncertain()] == ["c1"]


def test_a_call_that_was_ended_by_its_id_needs_nothing_more(account):
    with account.call("image", "c1", at=T) as call:
        account.cancel("c1", at=T)
    assert call.state == "canceled"
    with account.call("image", "c2", at=T) as call:
        account.commit("c2", at=T)
    assert call.state == "committed" and month(account).total == 1


def test_a_call_ends_its_own_attempt_alone(account):
    old = account.call("image", "c1", at=T)
    old.cancel(at=T)
    new = account.call("image", "c1", quantity=2, at=T)
    for word in (old.commit, old.cancel):
        with pytest.raises(faregate.AlreadyFinished):
            word(at=T)
    assert (old.state, new.state, month(account).total) == ("canceled", "held", 2)
    with new:
        pass
    with pytest.raises(faregate.AlreadyFinished):
        account.call("image", "c1", quantity=2, at=T)


def test_a_call_comes_to_what_the_vendor_says(account):
    less = account.call("image", quantity=5, at=T).commit(quantity=2, ref="r1", at=T)
    assert (less.returned, less.lost) == (3, 0)
    more = account.call("image", quantity=5, at=T).commit(quantity="7", at=T)
    assert (more.returned, more.lost, more.extra.free) == (0, 0, 2) and month(account).total == 9


def test_attempts_are_numbered(account):
    assert [account.call("image", at=T).attempt for _ in range(3)] == [1, 2, 3]


def test_the_everyday_start(account, book):
    assert account.ensure_open("image", at=T).grants == ()
    fresh = faregate.Account(book)
    assert [grant.id for grant in fresh.ensure_open("image", at=T).grants] == ["image/free-calls/2024-11"]
    assert fresh.ensure_open("image").grants == () and fresh.now.timestamp() * SECOND == T
    with pytest.raises(faregate.UnknownProduct):
        fresh.ensure_open("video", at=T)


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
    assert committed.state == "committed" and len(account.uncertain()) == 1 and month(account).free == 2


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
    with pytest.raises(faregate.InFlight):
        account.call("image", "c1", quantity=3, owner="kiosk 7", timeout_ms=1_500, at=T)
    assert call.to_dict() == {"do": "call", "ok": True, "free": 3, "packs": [], "postpaid": 0, "unbilled": 0}
    with pytest.raises(faregate.IdConflict):
        account.call("image", "c1", at=T)
    account.advance(at=T + 2 * SECOND)
    assert account.calls[0].state == "abandoned"


def test_made_up_ids_count_the_calls(book, account):
    assert [account.call("image", at=T).id for _ in range(3)] == ["#call-0-1", "#call-0-2", "#call-0-3"]


def test_a_call_is_ended_by_the_id_it_was_given_in_a_fork_too(account):
    first, second = account.call("image", at=T), account.call("image", quantity=2, at=T)
    fork = account.fork()
    assert [call.id for call in fork.calls] == [first.id, second.id]
    assert fork.cancel(second.id, at=T).returned == 2
    fork.commit(first.id, at=T)
    assert fork.commit(first.id, at=T).repeated
    with pytest.raises(faregate.AlreadyFinished):
        fork.cancel(first.id, at=T)
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
        (lambda account: account.call("image").commit(id="c"), faregate.InvalidType, ""),
        (lambda account: account.call("image").commit(quantity=-1), faregate.Invalid, "quantity"),
        (lambda account: account.call("image").commit(quantity=2**63), faregate.Invalid, "quantity"),
        (lambda account: account.call("image").commit(quantity=1.0), faregate.InvalidType, "quantity"),
        (lambda account: account.call("image").commit(ref="x" * 65), faregate.Invalid, "ref"),
        (lambda account: account.call("image").commit(ref=5), faregate.InvalidType, "ref"),
        (lambda account: account.call("image", at=-(2**63)), faregate.Invalid, "at"),
        (lambda account: account.call("image", at=2**63 - 1), faregate.Invalid, "at"),
        (lambda account: account.call("image").commit(at=-(2**63)), faregate.Invalid, "at"),
        (lambda account: account.use("image", 1, at=-(2**63)), faregate.Invalid, "at"),
        (lambda account: account.ensure_open("image-pro", at=-(2**63)), faregate.Invalid, "at"),
        (lambda account: account.call("image", timeout_ms=-(2**63)), faregate.Invalid, "timeout_ms"),
        (lambda account: account.call("image", timeout_ms=2**63), faregate.Invalid, "timeout_ms"),
        (lambda account: account.resume(5), faregate.InvalidType, "id"),
        (lambda account: account.call("image").cancel(colour=1), faregate.InvalidType, "colour"),
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
