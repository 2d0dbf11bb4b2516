"""Work on many rows ends with a signal before it is done, and tells how far it is."""

import os
import signal
import threading

import faregate
import pytest
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
    line._line._bar = False  # as without tqdm
    line(1_234_567)
    line.close()
    assert "1,234,567 of 2,000,000 rows, 2 s" in capsys.readouterr().err
    monkeypatch.setattr(_progress, "is_looked_at", lambda: False)  # another test may have loaded a notebook's kernel
    assert _progress.rows_line(5, None) is None
