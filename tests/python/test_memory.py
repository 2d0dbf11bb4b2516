"""Nothing leaks: neither Python's objects nor the core's memory, on the good path and on every bad one."""

import gc
import os
import sys
from pathlib import Path

import faregate
import faregate._core
import pytest

NOV = "2024-11-06"
TIMELINE = {
    "book": "tencent-facefusion",
    "commands": [
        {"at": "2024-11-05T10:00:00", "do": "open", "product": "image"},
        {"at": "2024-11-20T12:00:00", "do": "use", "product": "image", "quantity": 90_000},
    ],
}


def new_account(book):
    account = faregate.Account(book, wallet={"cash": "100000", "gift": 1}, policy={"tier_basis": "total"})
    account.open("image", at=NOV)
    return account


def live(book):
    account = new_account(book)
    account.buy_pack("image", "calls-1k", id="p", pay={"cash": "200"}, campaign={"price": 200}, at=NOV)
    account.buy_capacity("image", "qps", 5, days=3, start="2024-11-10", at=NOV)
    used = account.use("image", 2_500, id="u", at=NOV)
    repr(used), used.to_dict(), used.packs, used == account.use("image", 2_500, id="u", at=NOV)
    account.preview(), account.fork().advance(at="2025-01-01"), account.invoices, account.now, account.__sizeof__()
    statement = account.statement(at="2024-12-03")
    repr(statement), statement.to_dict(), statement._repr_html_(), dir(statement), statement.products.image.limits.qps


def gate(book):
    account = new_account(book)
    with account.call("image", at=NOV) as call:
        call.packs, repr(call), call.to_dict(), account.calls
    account.call("image", "c", owner="o", timeout_ms=5, quantity=19, at=NOV).cancel(at=NOV)
    fail(account.call, "image", at=NOV), fail(call.cancel), fail(call.cancel, 1), fail(account.call, "image", 1)
    account.set_budget(day="1", month=None, at=NOV), account.marginal("image", 10)


def tell(book):
    book.to_dict(), book.products, book.id, book.title, book.currency, repr(book)
    book.price("image", "calls", 89_000, at="2024-11-05"), faregate.Book(book.to_dict())
    book.errors("{}"), book.errors({}), fail(book.errors, "none"), fail(book.errors, 1)


def fail(call, *arguments, **keywords):
    with pytest.raises((faregate.Error, TypeError, AttributeError)):
        call(*arguments, **keywords)


def bad_arguments(book):
    account = new_account(book)
    for quantity in (-1, 2**63, 1.0, "1e3", None):
        fail(account.use, "image", quantity, at=NOV)
    for pay in ([], {"gold": 1}, {"cash": 1.0}, {"cash": "1"}, {"cash": "1e3"}):
        fail(account.buy_pack, "image", "calls-1k", pay=pay, at=NOV)
    for at in (1.0, "never", 2**80, b""):
        fail(account.use, "image", 1, at=at)
    fail(account.use, "image", 1, colour=1), fail(account.use, "\ud800", 1), fail(account.use)
    fail(lambda: account.statement().colour)


def bad_objects(book):
    for wallet in ([], {"gold": 1}, {"cash": 1.0}, {"cash": -1}):
        fail(faregate.Account, book, wallet=wallet)
    for policy in ([], {"colour": "red"}, {"tier_basis": 1.0}, {1: 1}, {"tier_basis": "\ud800"}):
        fail(faregate.Account, book, policy=policy)
    fail(faregate.Account, None), fail(book.price, "image", "calls", 1.0), fail(book.price, "image", "minutes", 1)
    fail(faregate.Book, "no-such-book"), fail(faregate.Book, {"id": 1}), fail(faregate.Book, {"id": object()})
    fail(faregate.replay, {"book": "no-such-book"}), fail(faregate.replay_json, "{"), fail(faregate.replay_json, 1)


ACTIONS = [live, gate, tell, bad_arguments, bad_objects, lambda book: faregate.replay(TIMELINE)]


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


@pytest.mark.parametrize("action", ACTIONS, ids=["live", "gate", "tell", "bad_arguments", "bad_objects", "replay"])
def test_python_gets_its_objects_back(book, action):
    def blocks_after(rounds: int) -> int:
        for _ in range(rounds):
            action(book)
        gc.collect()
        return sys.getallocatedblocks()

    blocks = [blocks_after(200) for _ in range(4)]
    growth = [after - before for before, after in zip(blocks, blocks[1:], strict=False)]
    assert min(growth) < 100  # a leak of one object a round would be 200 each time; caches fill up once


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
@pytest.mark.parametrize("action", ACTIONS, ids=["live", "gate", "tell", "bad_arguments", "bad_objects", "replay"])
def test_the_core_gets_its_memory_back(book, action):
    def resident_after(rounds: int) -> int:
        for _ in range(rounds):
            action(book)
        return resident_bytes()

    resident = [resident_after(1_000) for _ in range(4)]
    growth = [after - before for before, after in zip(resident, resident[1:], strict=False)]
    assert min(growth) < 1_000_000  # an account leaked a round would be more, each time
