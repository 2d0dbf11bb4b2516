"""Work on many rows ends with a signal before it is done, and tells how far it is."""

import os
import signal
import threading
import time

import faregate
import pytest
from faregate._core import _integer_column, _text_column
from faregate._table import Table
from toy import toy

TIERS = [{"from": 0, "price": "1"}, {"from": 10, "price": "0.7"}]
GRADUATED = {"model": "graduated", "tiers": TIERS}
LIVED = faregate.Book(toy([{"id": "p", "meter": "u", "price": GRADUATED, "least": "3"}]))
RULES = [{"id": "large", "when": {"n": {"from": 5}}, "price": GRADUATED}]
RATED = faregate.Book(
    toy(
        [{"id": "p", "meter": "u", "price": GRADUATED, "rules": RULES}],
        attributes=[{"id": "n", "whole": {"from": 0, "below": 9}}],
    )
)
ROWS = 1 << 23
NUMBERS = memoryview(bytes(range(8)) * (ROWS // 8))

WORK = {
    "price_many": (ROWS, lambda told: RATED.price_many("p", "u", NUMBERS, attributes={"n": NUMBERS}, progress=told)),
    "bill_many": (ROWS // 4, lambda told: LIVED.bill_many("p", NUMBERS[: ROWS // 4], progress=told)),
}


@pytest.fixture
def raising():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("name", WORK)
def test_a_signal_ends_it(name, raising):
    """`list.append` runs no Python, so that nobody but the library looks for signals while the rows are done."""
    rows, work = WORK[name]
    heard: list[int] = []

    def interrupt():
        while not heard:
            pass
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            work(heard.append)
            pytest.fail("nothing interrupted it")
    finally:
        heard.append(0)
        thread.join()
    assert 0 < sum(heard) < rows


def test_a_signal_ends_bills_before_a_batch_is_done(raising):
    """Of small accounts with many months each batch takes long; the function for progress hears when one is done."""
    rows = 60_000
    columns = {"account": _text_column([f"a{number % 3_000}" for number in range(rows)]),
               "product": _text_column(["p"] * rows),
               "time": _text_column([f"{2001 + number // 3_000}-03-01" for number in range(rows)]),
               "quantity": _integer_column([5] * rows)}  # fmt: skip
    heard: list[int] = []
    faregate.bill([], LIVED)  # imports what it needs: a module whose import is interrupted stays half made
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        faregate.bill(Table(columns), LIVED, progress=heard.append)
        pytest.fail("nothing interrupted it")
    timer.join()
    assert heard == []


def few(told):
    return LIVED.bill_many("p", [5] * 70_000, progress=told)


@pytest.mark.parametrize(
    ("work", "rows"), [(few, 70_000), (lambda told: LIVED.price_many("p", "u", [5] * 10, progress=told), 10)]
)
def test_rows_that_are_done_are_heard(work, rows):
    heard = []
    work(heard.append)
    assert sum(heard) == rows
    for quiet in (None, True, False):
        work(quiet)

    def stop(count):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work(stop)
    with pytest.raises(faregate.InvalidType, match="^progress: expected True, False or a function"):
        work("x")


def test_a_line_of_rows(capsys, monkeypatch):
    from faregate import _progress

    line = _progress.rows_line(2_000_000, True)
    line._line._has_bars = False  # as without tqdm
    line(1_234_567)
    line.close()
    assert "1,234,567 of 2,000,000 rows, 2 s" in capsys.readouterr().err
    monkeypatch.setattr(_progress, "is_looked_at", lambda: False)  # another test may have loaded a notebook's kernel
    assert _progress.rows_line(5, None) is None


def test_a_line_of_tqdm(capsys):
    pytest.importorskip("tqdm")
    from faregate import _progress

    line = _progress._Line()
    line.tell("5 of 7 rows, 2 s")
    line.tell("6 of 7 rows, 3 s")
    line.close()
    shown = capsys.readouterr().err
    assert "5 of 7 rows, 2 s" in shown and "6 of 7 rows, 3 s" in shown and not shown.endswith("3 s\n")


def test_lines_of_bills(capsys, monkeypatch):
    """A line comes after two seconds, on a terminal or if it is asked for."""
    from faregate import _progress

    now = iter(range(100))
    monkeypatch.setattr(_progress, "monotonic", lambda: float(next(now)))
    monkeypatch.setattr(
        _progress._Line, "__init__", lambda line: vars(line).update(_bar=None, _has_bars=False, _is_written=False)
    )
    cases = ((True, None, True), (False, None, False), (False, True, True), (True, False, False))
    for looked_at, progress, told in cases:
        monkeypatch.setattr(_progress, "is_looked_at", lambda: looked_at)
        with _progress.more_rows(progress, 4_000) as heard:
            for _ in range(4):
                if heard is not None:
                    heard(1_000)
        shown = capsys.readouterr().err
        assert ("2,000 of 4,000 rows, 2 s" in shown) == told and "1,000 of" not in shown


def uses(count: int) -> str:
    begin = '{"book":"tencent-facefusion","commands":[{"at":"2024-11-05T00:00:00","do":"open","product":"image"}'
    use = ',{"at":"2024-11-06T%02d:%02d:%02d","do":"use","product":"image","quantity":1,"id":"u%d"}'
    return begin + "".join(use % (i // 3600, i // 60 % 60, i % 60, i) for i in range(count)) + "]}"


@pytest.fixture(scope="module")
def long_ledger(tmp_path_factory):
    path = tmp_path_factory.mktemp("long") / "long.db"
    faregate.import_ledger(uses(86_400).encode(), path)
    return path


def seconds_until_interrupted(work):
    timer = threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGINT))
    begin = time.process_time()
    with pytest.raises(KeyboardInterrupt):
        timer.start()
        work()
        pytest.fail("nothing interrupted it")
    timer.join()
    return time.process_time() - begin


@pytest.mark.parametrize("name", ("import", "seal"))
def test_a_signal_ends_the_making_of_a_ledger(name, long_ledger, tmp_path, raising):
    """No file is left, and the ledger that was to be sealed goes on."""
    new = tmp_path / "new.db"
    text = uses(40_000).encode()
    work = {
        "import": lambda: faregate.import_ledger(text, new),
        "seal": lambda: faregate.seal_ledger(long_ledger, new, keep_ids_days=1000),
    }
    seconds_until_interrupted(work[name])
    assert not any(tmp_path.iterdir())
    with faregate.open(long_ledger) as account:
        account.advance(at="2024-11-08")


@pytest.mark.parametrize("name", ("replay", "verify", "compare"))
def test_a_signal_ends_the_reading_of_many_commands(name, long_ledger, raising):
    text = uses(86_400)
    work = {
        "replay": lambda: faregate.replay_json(text),
        "verify": lambda: faregate.verify(long_ledger),
        "compare": lambda: faregate.compare_ledgers(long_ledger, long_ledger),
    }
    begin = time.process_time()
    work[name]()
    whole = time.process_time() - begin
    assert seconds_until_interrupted(work[name]) < whole / 2
