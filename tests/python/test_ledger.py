"""Accounts on the disk, from Python: faregate.open."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path

import faregate
import pytest

BOOK = faregate.Book("tencent-facefusion")
ROOT = Path(__file__).parents[2]

# Windows has other names of files, replaces none that is open, and knows no signal and no fork.
posix = pytest.mark.skipif(sys.platform == "win32", reason="of what Windows has not")
# wine gives the children of an interpreter no files to write to.
commands = pytest.mark.skipif(sys.platform == "win32", reason="starts programs, which wine gives no files")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "booth.db"


def begin(path, **options):
    account = faregate.open(path, book=BOOK, **options)
    account.open("image", at="2024-11-05T10:00")
    return account


def test_a_ledger_comes_back(path):
    with begin(path, wallet={"cash": "5000"}, policy={"tier_basis": "total"}) as account:
        account.buy_pack("image", "calls-10k", id="p1", at="2024-11-05T10:05")
        used = account.use("image", 15_000, id="u1", at="2024-11-20T12:00")
        account.advance(at="2024-12-01T00:00")
        statement = account.statement()
    assert account.statement() == statement  # as it stood
    with faregate.open(path) as again:
        assert again.book.to_json() == BOOK.to_json()
        assert again.statement() == statement
        repeated = again.use("image", 15_000, id="u1", at="2024-12-02")
        assert repeated.repeated and (repeated.packs, repeated.free) == (used.packs, used.free)
        by_total = Decimal("0.18") * 4000  # the total picks the tier (R12)
        assert again.statement().wallet.balance == Decimal("3500") - by_total


def test_the_choice_of_durability_is_visible(path):
    account = begin(path)
    assert account.durability == "command"
    ledger = account.ledger
    assert (ledger.commands, ledger.group_ms, ledger.path) == (1, 0, str(path))
    account.release()
    with faregate.open(path, group_ms=20) as grouped:
        assert (grouped.durability, grouped.ledger.group_ms) == ("group", 20)
        grouped.use("image", 1, at="2024-11-05T11:00")
        grouped.flush()
    memory = faregate.Account(BOOK)
    assert memory.durability is None and memory.ledger is None and memory.uncertain() == ()
    with memory:
        memory.flush()
    memory.open("image")  # without a ledger a release releases nothing


def test_a_released_account_takes_no_commands(path):
    account = begin(path)
    account.release()
    account.release()
    with pytest.raises(faregate.Invalid, match="released"):
        account.use("image", 1)
    assert account.statement().products["image"].open
    assert account.fork().use("image", 1, at="2024-11-05T11:00").free == 1


def test_book_by_name_and_by_dict(path):
    faregate.open(path, book="tencent-facefusion").release()
    faregate.open(path, book=BOOK.to_dict()).release()
    with pytest.raises(faregate.LedgerBook):
        faregate.open(path, book="tencent-tts")
    with pytest.raises(faregate.LedgerBook):
        faregate.open(path, book=BOOK, wallet={"cash": "1"})


def test_what_it_was_begun_with_is_compared_one_by_one(path):
    policy, wallet = {"tier_basis": "total"}, {"cash": "5.00"}
    faregate.open(path, book=BOOK, wallet={"cash": "5"}, policy=policy).release()
    for book in ({}, {"book": BOOK}):
        for same in ({"wallet": wallet}, {"policy": policy}, {"wallet": wallet, "policy": policy}, {}):
            faregate.open(path, **book, **same).release()
        for other in ({"wallet": {"cash": "1"}}, {"policy": {"tier_basis": "after_free"}}, {"wallet": {"gift": "5"}}):
            with pytest.raises(faregate.LedgerBook):
                faregate.open(path, **book, **other)
        for wrong in ({"wallet": {"cash": "-1"}}, {"policy": {"nope": "x"}}):
            with pytest.raises(faregate.Invalid):
                faregate.open(path, **book, **wrong)


def make_other_database(path):
    sqlite3.connect(path).execute("CREATE TABLE notes (text)").connection.close()


@pytest.mark.parametrize(
    ("prepare", "error"),
    [
        (lambda path: None, faregate.LedgerMissing),
        (lambda path: path.mkdir(), faregate.LedgerNotAFile),
        (lambda path: path.write_text("notes"), faregate.LedgerForeign),
        (make_other_database, faregate.LedgerForeign),
        (lambda path: (begin(path).release(), path.chmod(0o444)), faregate.LedgerReadOnly),
        (lambda path: (begin(path).release(), path.write_bytes(path.read_bytes()[:-1])), faregate.LedgerCorrupt),
    ],
)
def test_what_is_no_ledger(path, prepare, error):
    prepare(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(error) as raised:
        faregate.open(path)
    assert isinstance(raised.value, OSError) and not isinstance(raised.value, faregate.Refusal)
    assert (path.read_bytes() if path.is_file() else None) == before


WRONG = [
    {"check": "some"},
    {"check": 1},
    {"group_ms": -1},
    {"group_ms": 1.5},
    {"wait_ms": True},
    {"book": 5},
    {"wallet": 5},
]


@pytest.mark.parametrize("options", WRONG)
def test_options_of_the_wrong_kind(path, options):
    with pytest.raises(faregate.Invalid):
        faregate.open(path, **{"book": BOOK, **options})
    assert not path.exists()


def damage_pages(path, good):
    """Changes a byte in each page after the first `good` ones."""
    bytes_of = bytearray(path.read_bytes())
    for at in range(4096 * good + 2000, len(bytes_of), 4096):
        bytes_of[at] ^= 1
    path.write_bytes(bytes_of)


def test_check_of_the_pages_that_are_used(path):
    with begin(path, group_ms=1000) as account:
        for number in range(2000):
            account.use("image", 1, id=f"u{number}", at="2024-11-05T12:00")
    damage_pages(path, path.stat().st_size // 4096 // 2)
    for check in "all", None:  # small, so that None is "all"
        with pytest.raises(faregate.LedgerCorrupt):
            faregate.open(path, check=check)
    with pytest.raises(faregate.LedgerCorrupt, match="torn or altered"):  # by the opening, or by a call after it
        account = faregate.open(path, check="used")
        for _ in range(500):
            time.sleep(0.01)
            account.uncertain()


def test_verify_and_export(path):
    with begin(path, wallet={"cash": "100"}) as account:
        account.use("image", 1500, id="u1", at="2024-11-05T11:00")
        with account.call("image", id="c1", at="2024-11-05T11:01"):
            pass
        statement = account.statement()
    report = faregate.verify(path)
    assert (report.ok, report.commands, report.problem) == (True, 4, None)
    answer = faregate.replay_json(faregate.export(path))
    assert json.loads(answer)["statement"]["products"]["image"]["month"] == dict(statement.products["image"].month)
    assert len(json.loads(faregate.export(path, until=2))["commands"]) == 2
    assert len(json.loads(faregate.export(path, until="2024-11-05T11:00"))["commands"]) == 2


@posix
def test_one_file_by_several_names(path, tmp_path, monkeypatch):
    """A symbolic link and a path that was relative lead to the same account; a second hard link is refused."""
    link = tmp_path / "link.db"
    link.symlink_to(path)
    begin(path).release()
    monkeypatch.chdir(tmp_path)
    with faregate.open("booth.db") as one, faregate.open(link) as other:
        monkeypatch.chdir("/")
        one.use("image", 1, id="u1", at="2024-11-05T11:00")
        assert other.use("image", 1, id="u1", at="2024-11-05T11:00").repeated
    assert sorted(file.name for file in tmp_path.iterdir()) == ["booth.db", "link.db"]
    (tmp_path / "hard.db").hardlink_to(path)
    with pytest.raises(faregate.LedgerLinked, match="2 names"):
        faregate.open(path)


@posix
def test_a_file_that_is_replaced_while_it_is_open(path):
    account = begin(path)
    os.rename(path, f"{path}.old")
    with pytest.raises(faregate.LedgerReplaced, match="removed"):
        account.use("image", 1, id="u1", at="2024-11-05T11:00")
    os.rename(f"{path}.old", path)
    account.use("image", 1, id="u1", at="2024-11-05T11:00")
    account.release()
    assert faregate.verify(path).commands == 2


@posix
def test_names_of_ledgers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (":memory:", "file:booth.db?mode=memory"):
        begin(name).release()
        assert faregate.verify(name).ok
        assert (tmp_path / name).stat().st_size > 4096
    with pytest.raises(faregate.LedgerNoDirectory):
        begin("nowhere/booth.db")
    with pytest.raises(faregate.LedgerMissing):
        faregate.verify("none.db")
    with pytest.raises(ValueError):
        begin("a\0b")
    with pytest.raises(ValueError):
        begin("")
    with pytest.raises(ValueError):
        begin("n/" * 1000)


def test_damage_in_the_log_of_a_process_that_was_killed(path, tmp_path):
    """Each acknowledged command is there, or it is said that the log is damaged."""
    code = f"""
import faregate, os
account = faregate.open({str(path)!r}, book="tencent-facefusion")
account.open("image", at="2024-11-05T10:00")
for i in range(3):
    account.use("image", 1, id=str(i), at="2024-11-05T11:00")
os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    log = Path(f"{path}-wal")
    whole = log.read_bytes()
    assert faregate.verify(path).commands == 4
    assert log.read_bytes() == whole
    for place in range(0, len(whole), 1009):
        log.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert not faregate.verify(path).ok
        with pytest.raises(faregate.LedgerCorrupt, match="good up to command"):
            faregate.open(path)
    log.write_bytes(whole[:-4120])
    with pytest.raises(faregate.LedgerCorrupt, match="cut off"):
        faregate.open(path)
    log.write_bytes(whole)
    with faregate.open(path) as account:
        assert account.ledger.commands == 4


def test_two_copies_of_sqlite_may_meet(path):
    """Python's own module is kept out while the account is open, and may read after."""
    account = begin(path)
    other = sqlite3.connect(path, timeout=0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("SELECT * FROM commands")
    other.close()
    account.use("image", 1, id="u1", at="2024-11-05T11:00")
    account.release()
    other = sqlite3.connect(path, timeout=0)
    assert other.execute("SELECT count(*), sum(command->>'quantity') FROM commands").fetchone() == (2, 1)
    with pytest.raises(faregate.LedgerLocked):
        other.execute("BEGIN").execute("SELECT * FROM commands").fetchone()
        faregate.open(path)
    other.close()
    assert faregate.verify(path).ok


def test_threads_share_an_account(path):
    account = begin(path, group_ms=50)
    account.buy_pack("image", "calls-1k", at="2024-11-05T10:00")

    def draw(number):
        for i in range(100):
            account.use("image", 1, id=f"{number}-{i}", at="2024-11-05T10:00")

    threads = [threading.Thread(target=draw, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert account.ledger.commands == 2 + 800 + (account.ledger.commands - 802)
    assert sum(account.statement().products["image"].month[kind] for kind in ("free", "packs", "postpaid")) == 800
    account.release()
    assert faregate.verify(path).ok


def test_calls_without_an_id_have_one_in_the_file(path):
    account, other = begin(path), faregate.open(path)
    calls = [handle.call("image", at="2024-11-05T11:00") for handle in (account, other, account)]
    ids = [call.id for call in calls]
    assert [call.id for call in account.calls] == ids and len(set(ids)) == 3
    calls[0].commit()
    other.commit(ids[2], at="2024-11-05T11:00")
    account.release()
    assert [call.id for call in calls] == ids
    assert [call.id for call in other.uncertain()] == []
    other.release()
    with faregate.open(path) as again:
        assert [call.id for call in again.uncertain()] == [ids[1]]
        with pytest.raises(faregate.IdReserved):
            again.call("image", ids[0], at="2024-11-05T11:01")
        again.resume(ids[1]).cancel(at="2024-11-05T11:01")
        assert again.calls == ()


@posix
def test_a_call_in_flight_when_the_process_is_killed(path):
    begin(path).release()
    script = f"""
import faregate, os, signal
account = faregate.open({str(path)!r})
account.call("image", id="c1", owner="left", at="2024-11-05T11:00")
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -signal.SIGKILL
    with faregate.open(path) as account:
        assert [(call.id, call.owner) for call in account.uncertain()] == [("c1", "left")]
        assert account.statement().products["image"].month.free == 1  # it counts as used
        account.cancel("c1", at="2024-11-05T12:00")
        assert account.uncertain() == () and account.statement().products["image"].month.free == 0


@posix
def test_a_forked_child_is_refused(path):
    account = begin(path)
    child = os.fork()
    if child == 0:
        try:
            account.use("image", 1)
        except faregate.LedgerForked:
            os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    account.use("image", 1, id="u1", at="2024-11-05T11:00")
    account.release()
    assert faregate.verify(path).ok


BUSY = """
import faregate, os, signal, sys, threading

account = faregate.open(sys.argv[1])
held = account.call("image", at="2024-11-05T10:30")
ended = threading.Event()

def work():
    while not ended.is_set():
        account.use("image", 1, at="2024-11-05T11:00")

def is_refused(ask):
    try:
        ask()
    except faregate.LedgerForked:
        return True
    return False

threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
statuses = set()
for _ in range(5):
    child = os.fork()
    if child == 0:
        signal.alarm(20)  # ends a child that waits for a thread of its parent
        asked = [lambda: account.use("image", 1), account.statement, held.commit, account.fork, account.release]
        told = all(map(is_refused, asked))
        del held
        os._exit(0 if told else 1)
    statuses.add(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
ended.set()
for thread in threads:
    thread.join()
account.release()
print(statuses)
"""


@posix
def test_a_child_forked_beside_threads_is_refused_at_once(path):
    """A thread of the parent has the account's lock nearly always; in the child there is no such thread."""
    begin(path).release()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BUSY, path], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout == "{0}\n", done.stderr
    assert faregate.verify(path).ok


@commands
def test_the_command_line(path):
    begin(path).release()
    program = [sys.executable, "-m", "faregate", "ledger"]
    verified = subprocess.run([*program, "verify", path], capture_output=True, text=True, check=True)
    assert verified.stdout.startswith("1 commands and 0 snapshots are good, the last at 2024-11-05T10:00:00+08:00")
    exported = subprocess.run([*program, "export", path], capture_output=True, text=True, check=True)
    assert json.loads(exported.stdout)["commands"] == [
        {"at": "2024-11-05T10:00:00+08:00", "do": "open", "product": "image"}
    ]
    path.write_bytes(path.read_bytes()[:-1])
    damaged = subprocess.run([*program, "verify", "--json", path], capture_output=True, text=True, check=False)
    assert damaged.returncode == 1 and json.loads(damaged.stdout)["ok"] is False


@commands
def test_the_booth():
    told = subprocess.run([sys.executable, ROOT / "examples" / "booth.py"], capture_output=True, text=True, check=True)
    assert told.stdout.count("the power is gone") == 2
    assert "photo-4: FailedOperation.NoFaceDetected, committed" in told.stdout  # R36: the picture is billed
    assert "photo-10: InternalError, canceled" in told.stdout
    assert "photo-31: FailedOperation.ModerationFailed, unknown" in told.stdout
    assert "books: 45 calls used, 0 in flight; vendor: 45 calls counted; ledger good: True" in told.stdout
