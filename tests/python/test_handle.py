"""Handles from Python, in a world of the test's own: clocks that lie, a disk that breaks, two handles on one ledger."""

import os
import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path

import faregate
import pytest

ROOT = Path(__file__).parents[2]
NOV = "2024-11-05T10:00"


@pytest.fixture(scope="session")
def shim(tmp_path_factory):
    made = tmp_path_factory.mktemp("shim") / "world.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", made, ROOT / "tests" / "shim" / "world.c", "-ldl"], check=True)
    return made


@pytest.fixture
def live(shim, tmp_path):
    """Runs a script in which `world` makes and unmakes files, and `path` is that of a ledger."""
    world = tmp_path / "world"
    world.mkdir()
    prelude = f"""
        import faregate, gc, os, sys, pathlib
        path = {str(tmp_path / "booth.db")!r}
        folder = pathlib.Path({str(world)!r})
        DAY = 86_400
        class world:
            ahead = staticmethod(lambda days: (folder / "ahead").write_text(str(int(days * DAY))))
            synchronised = staticmethod(lambda: (folder / "synchronised").touch())
            broken = staticmethod(lambda: (folder / "broken").touch())
            mended = staticmethod(lambda: (folder / "broken").unlink())
        def begin(**options):
            return faregate.open(path, book="tencent-facefusion", **options)
        def refused(error, function, *arguments, **named):
            try:
                function(*arguments, **named)
            except error:
                return True
            return False
        """

    def run(script, **expected):
        environment = os.environ | {"LD_PRELOAD": str(shim), "FAREGATE_WORLD": str(world)}
        program = textwrap.dedent(prelude) + textwrap.dedent(script)
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done

    return run


def test_a_start_years_ahead_voids_nothing(live):
    live("""
        with begin() as account:
            account.ensure_open("image")
            account.buy_pack("image", "calls-1k")
            before, rows = account.statement(), account.ledger.commands
            world.ahead(730)
            assert refused(faregate.ClockSuspect, account.use, "image", 1)
            assert refused(faregate.ClockSuspect, account.call, "image")
            assert account.preview().total == 0 and account.marginal("image", 1) == 0
            assert account.statement() == before and account.ledger.commands == rows
            assert account.notices()[0].code == "clock_suspect"
            world.ahead(91)
            account.use("image", 1)  # a step within max_jump is followed
            world.ahead(91 + 100)
            assert refused(faregate.ClockSuspect, account.use, "image", 1)
            world.synchronised()
            account.use("image", 1)
    """)


def test_an_account_released_inside_the_block_is_raised_at_its_end(tmp_path, book):
    account = faregate.open(tmp_path / "booth.db", book=book)
    account.open("image", at=NOV)
    with pytest.raises(faregate.Invalid, match="released") as raised, account.call("image", "c1", at=NOV) as call:
        account.release()
    with pytest.raises(type(raised.value)):
        call.commit()
    account = faregate.open(tmp_path / "booth.db")
    with pytest.raises(RuntimeError, match="body"), account.call("image", "c2", at=NOV):  # the body's own error stays
        account.release()
        raise RuntimeError("body")
    account = faregate.open(tmp_path / "booth.db")
    with account.call("image", "c3", at=NOV) as ended:  # nothing is left to be written
        ended.commit(at=NOV)
        account.release()
    with faregate.open(tmp_path / "booth.db") as account:
        assert [call.id for call in account.uncertain()] == ["c1", "c2"]


def test_trust_lifts_it_once(live):
    live("""
        with begin(max_jump=1) as account, faregate.open(path, max_jump=1) as keeper:
            account.ensure_open("image")
            world.ahead(100)
            assert refused(faregate.ClockSuspect, account.advance)
            assert refused(faregate.ClockSuspect, keeper.advance)
            keeper.trust_clock()
            account.advance()
            world.ahead(200)
            assert refused(faregate.ClockSuspect, account.advance)
        memory = faregate.Account(account.book, max_jump=1)
        memory.open("image")
        world.ahead(300)
        assert refused(faregate.ClockSuspect, memory.advance)
        memory.trust_clock()
        memory.advance()
    """)


def test_a_first_start_in_1970_writes_no_row(live):
    live("""
        import time
        world.ahead(-time.time() / DAY + 3)
        with begin() as account:
            assert refused(faregate.ClockSuspect, account.ensure_open, "image")
            assert account.now is None and account.ledger.commands == 0
            account.preview()
            world.ahead(0)
            account.ensure_open("image")
            assert account.ledger.commands == 1
    """)


def test_a_clock_behind_does_not_stand(live):
    """20 calls a second, though each handle is a fresh one and the wall clock stands days before the last row."""
    live("""
        import time
        with begin() as account:
            account.ensure_open("image")
            account.call("image", quantity=20).commit()
        world.ahead(-30)
        for attempt in range(200):
            with faregate.open(path) as account:
                if not refused(faregate.RateLimited, account.call, "image"):
                    break
            time.sleep(0.02)
        assert 0 < attempt < 150
    """)


def test_an_ending_that_cannot_be_written_is_raised_and_done_again(live):
    live("""
        with begin() as account:
            account.ensure_open("image")
            try:
                with account.call("image", "c1") as call:
                    world.broken()
            except faregate.LedgerIo:
                assert call.state == "unwritten"
            else:
                raise SystemExit("it was swallowed")
            assert refused(faregate.LedgerIo, account.use, "image", 1)
            world.mended()
            account.use("image", 1)
            assert call.state == "committed" and account.calls == () == account.uncertain()
            assert account.statement().products.image.month.total == 2
        assert faregate.verify(path).ok
    """)


def test_a_process_that_ends_first_leaves_the_call_uncertain(live):
    live("""
        account = begin()
        account.ensure_open("image")
        call = account.call("image", "c1")
        world.broken()
        assert refused(faregate.LedgerIo, call.commit)
        os._exit(0)
    """)
    live("""
        world.mended()
        with begin() as account:
            for left in account.uncertain():  # unless the row was written after all
                assert account.resume(left.id).commit() is None
            assert account.calls == () and account.statement().products.image.month.total == 1
        assert faregate.verify(path).ok
    """)


def test_a_call_whose_answer_was_lost_is_found_again(live):
    live("""
        with begin() as account:
            account.ensure_open("image")
            world.broken()
            assert refused(faregate.LedgerIo, account.call, "image", "c1")
            world.mended()
            for left in account.uncertain():  # the error left open whether it was let in
                found = account.resume(left.id)
                assert refused(faregate.InFlight, account.resume, left.id)
                found.not_sent()
            assert account.calls == () and account.statement().products.image.month.total == 0
    """)


def test_what_cannot_be_written_when_an_account_is_collected_is_told(live):
    done = live("""
        account = begin()
        account.ensure_open("image")
        call = account.call("image", "c1")
        world.broken()
        assert refused(faregate.LedgerIo, call.commit)
        del account, call
        gc.collect()
    """)
    assert "LedgerIo" in done.stderr


@pytest.fixture
def two(tmp_path):
    first = faregate.open(tmp_path / "booth.db", book="tencent-facefusion")
    first.open("image", at=NOV)
    second = faregate.open(tmp_path / "booth.db")
    yield first, second
    first.release()
    second.release()


QUESTIONS = {
    "statement": lambda account: account.statement(),
    "preview": lambda account: account.preview(),
    "marginal": lambda account: account.marginal("image", 5),
    "now": lambda account: account.now,
    "invoices": lambda account: account.invoices,
    "calls": lambda account: account.calls,
    "upcoming": lambda account: account.upcoming(),
    "notices": lambda account: account.notices()[1:],  # the first is the clock's
    "ledger": lambda account: account.ledger.commands,
    "fork": lambda account: account.fork().statement(),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_every_question_sees_what_the_other_handle_did(two, question):
    first, second = two
    question(second)
    held = first.call("image", quantity=3, at="2024-12-02T10:00")
    first.use("image", 1_200, at="2024-12-02T10:00:05")
    second.now
    assert question(second) == question(first)
    held.commit(at="2024-12-02T10:00:05")


def test_a_call_ends_though_the_other_handle_moved_on(two):
    first, second = two
    with first.call("image", at="2024-11-05T11:00") as call:
        second.use("image", 1, at="2024-11-05T12:00")
    assert call.state == "committed" and first.now == second.now
    with pytest.raises(TimeoutError), first.call("image", "c2", at="2024-11-05T12:00"):
        second.use("image", 1, at="2024-11-05T13:00")
        raise TimeoutError
    assert [left.id for left in first.uncertain()] == ["c2"] and second.uncertain() == ()
    with pytest.raises(faregate.InFlight):
        second.resume("c2")
    first.release()
    assert [left.id for left in second.uncertain()] == ["c2"]
    assert second.resume("c2").cancel(at="2024-11-05T13:00").returned == 1


@pytest.mark.parametrize("name", ["wait_ms", "group_ms"])
@pytest.mark.parametrize("value", [-(2**63), -1, 86_400_001, 2**63 - 1, 2**63])
def test_milliseconds_at_the_ends_of_their_range(tmp_path, name, value):
    with pytest.raises(faregate.Invalid) as refused:
        faregate.open(tmp_path / "booth.db", book="tencent-facefusion", **{name: value})
    assert refused.value.path == name and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", [-(2**63), -1, 0, 3_652_426, 2**63, timedelta(0), timedelta(-1), timedelta.max])
def test_max_jump_at_the_ends_of_its_range(tmp_path, book, value):
    with pytest.raises(faregate.Invalid, match="max_jump"):
        faregate.open(tmp_path / "booth.db", book=book, max_jump=value)
    with pytest.raises(faregate.Invalid, match="max_jump"):
        faregate.Account(book, max_jump=value)


@pytest.mark.parametrize("at", [-(2**63), -(2**63) + 1, 2**63 - 1, 2**63])
def test_no_instant_at_the_ends_of_the_range_is_now(two, at):
    first, _ = two
    for command in (
        lambda: first.use("image", 1, at=at),
        lambda: first.advance(at=at),
        lambda: first.preview(at=at),
        lambda: first.call("image", at=at),
        lambda: first.ensure_open("image-pro", at=at),
    ):
        with pytest.raises(faregate.Invalid) as refused:
            command()
        assert refused.value.path == "at"
    assert first.ledger.commands == 1
