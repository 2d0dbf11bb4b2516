"""Ctrl-C ends each question that may take long: a process that asks one is sent SIGINT while it works, and ends with
KeyboardInterrupt soon after."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ctrl_c import seconds_to_hear

HERE = Path(__file__).parent

# Each asks for something that takes many seconds; `hard_book` and `long_forecast` are those of test_plan_limits.
QUESTIONS = {
    "cheapest": "faregate.cheapest(hard_book(), long_forecast())",
    "compare": "faregate.compare([hard_book()] * 50, long_forecast(), ['cheapest', 'postpaid'])",
    "simulate": "faregate.simulate(hard_book(), forecast(36), 'anew', trials=1_000_000)",
    "simulate by threads": "faregate.simulate(hard_book(), forecast(36), 'anew', trials=1_000_000, threads=3)",
    "simulate what is kept": "faregate.simulate(hard_book(), forecast(36), trials=1_000_000)",
    "compared plans": "faregate.compare(hard_book(), forecast(12)).simulate(trials=1_000_000)",
    "sensitivity": "[faregate.sensitivity(hard_book(), forecast(12), 'postpaid') for _ in range(10**9)]",
    "cheapest_map": "plot.cheapest_map(hard_book(), 'p', list(range(10**6, 10**6 + 10**5)), months=120)",
    "break_even": "faregate.break_even({'book': even, 'product': 'p', 'pack': 'k'}, {'book': even, 'product': 'p'}, 9 * 10**6)",
    "curve": "[even.curve('p', most=10**9, pack='k') for _ in range(10**9)]",
    "break_even without a crossing": "[faregate.break_even({'book': even, 'product': 'p', 'pack': 'k'}, "
    "{'book': even, 'product': 'p', 'free': 10**9}, 9 * 10**6) for _ in range(10**9)]",
    "curve of an event": "stairs.curve('run', most=10**6)",
    "cliffs of an event": "stairs.cliffs('run', most=10**6)",
    "break_even of events": "faregate.break_even({'book': stairs, 'product': 'run'}, {'book': stairs, 'product': 'run'}, 10**6)",
}

SETUP = """
import faregate
from faregate import plot
from test_plan_limits import forecast, hard_book, long_forecast
from toy import toy

even = faregate.Book(
    {"format": "faregate-book/2", "id": "even", "title": "Even", "currency": "EUR", "minor_digits": 2,
     "time_zone": "+00:00", "rounding": "none", "products": [
       {"id": "p", "meter": "calls", "price": {"model": "flat", "price": "1"},
         "packs": [{"id": "k", "units": 10, "price": "10", "validity": {"years": 1}}]}]}
)
block = {"model": "graduated", "counter": "c", "block": 2, "tiers": [{"from": 0, "price": "1"}]}
names = [f"p{place}" for place in range(100)]
stairs = faregate.Book(
    toy([{"id": name, "meter": "u", "price": block} for name in names], events=[{"id": "run", "products": names}])
)
"""


@pytest.mark.parametrize("name", QUESTIONS)
def test_ctrl_c_ends_a_question(name: str) -> None:
    assert seconds_to_hear(SETUP, QUESTIONS[name], after=0.5, cwd=HERE) < 1


OFTEN = """
import signal
from faregate._threads import by_threads

def interrupt(*_):
    raise KeyboardInterrupt

signal.signal(signal.SIGALRM, interrupt)
ended = 0
for delay in range(1, 400):
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, delay * 0.00002)
            for _ in by_threads(lambda number, go_on: number, 10**9, 3):
                pass
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        ended += 1
print(ended)
"""


def test_threads_end_whenever_they_are_interrupted() -> None:
    done = subprocess.run([sys.executable, "-c", OFTEN], capture_output=True, text=True, timeout=300, check=True)
    assert done.stdout == "399\n"


EVERYWHERE = """
import sys
from faregate._threads import ahead

def interrupting(place):
    seen = 0
    def trace(frame, event, _):
        nonlocal seen
        frame.f_trace_opcodes = True
        seen += event == "opcode"
        if seen == place:
            sys.settrace(None)
            raise KeyboardInterrupt
        return trace
    return trace

place = 1
while True:
    try:
        try:
            sys.settrace(interrupting(place))
            for _ in ahead(iter(range(3))):
                pass
            break
        finally:
            sys.settrace(None)
    except KeyboardInterrupt:
        place += 1
print(place > 50)
"""


def test_reading_ahead_ends_wherever_it_is_interrupted() -> None:
    """An interrupt comes at each instruction of Python in turn, as Ctrl-C may."""
    done = subprocess.run([sys.executable, "-c", EVERYWHERE], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "True\n"


FORKED = """
import os
import time
from faregate._threads import ahead

def slow():
    yield 1
    time.sleep(0.5)
    print("read", flush=True)

pieces = ahead(slow())
next(pieces)
pieces.close()
if os.fork() == 0:
    raise SystemExit  # waits for no thread, since it has none
os.wait()
print("forked", flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_the_end_of_a_process_waits_for_what_it_reads() -> None:
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "forked\nread\n"
