"""A search that ends early: by its limit, by Ctrl-C, by who hears how far it is. What it answers then is a plan, and how
much less any other costs at most."""

import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import time
from decimal import Decimal

import faregate
import pytest

SIZES = (1237, 7919, 31337, 104729, 224737, 350377)


def hard_book() -> faregate.Book:
    """Sizes of packs that have nothing in common."""
    tiers = [("0", "0.24"), ("10000", "0.18"), ("100000", "0.12"), ("1000000", "0.08")]
    packs = [
        {"id": f"k{size}", "units": size, "price": str(size * (20 - 2 * place) // 100), "validity": {"years": 1}}
        for place, size in enumerate(SIZES)
    ]
    price = {"model": "volume", "tiers": [{"from": int(edge), "price": price} for edge, price in tiers]}
    return faregate.Book(
        {"format": "faregate-book/2", "id": "odd", "title": "Odd", "currency": "EUR", "minor_digits": 2,
         "time_zone": "+00:00", "rounding": "none",
         "products": [{"id": "p", "meter": "calls", "price": price, "packs": packs}]}
    )  # fmt: skip


def forecast(months: int) -> dict:
    calls = [900_001 + 104_729 * (month * month % 17) for month in range(months)]
    return {"product": "p", "start": "2025-01", "calls": calls}


def long_forecast() -> dict:
    """Ten years that take seconds: however fast a machine is, someone is heard and a limit passes meanwhile."""
    drawn = random.Random(5)
    calls = [drawn.randrange(300_000_000, 3_000_000_000_000) for _ in range(120)]
    return {"product": "p", "start": "2025-01", "calls": calls}


def test_without_a_limit_it_is_proven() -> None:
    plan = faregate.cheapest(hard_book(), forecast(12))
    assert plan.proven
    assert plan.gap == 0
    assert "proven" not in repr(plan)
    assert plan.to_dict()["proven"] is True


def test_a_limit_tells_a_gap_that_holds() -> None:
    exact = faregate.cheapest(hard_book(), forecast(24))
    soon = faregate.cheapest(hard_book(), forecast(24), time_limit=0.01)
    assert soon.gap >= soon.total - exact.total >= 0
    assert faregate.replay(soon.timeline)["statement"]["spent"]["total"] == str(soon.total)
    assert soon.proven == (soon.gap == 0)
    assert pickle.loads(pickle.dumps(soon)).gap == soon.gap


def test_a_plan_that_is_not_proven_says_so() -> None:
    plan = faregate.cheapest(hard_book(), long_forecast(), time_limit=0.001)
    assert not plan.proven
    assert plan.gap > 0
    assert f"not proven: any other costs at most {plan.gap} less" in repr(plan)
    assert "not proven" in plan._repr_html_()


def test_the_limit_holds() -> None:
    begin = time.process_time()
    faregate.cheapest(hard_book(), long_forecast(), time_limit=0.2)
    assert time.process_time() - begin < 2  # of the processor's time: a busy machine may take its time


def test_a_plan_that_is_given_has_no_gap() -> None:
    plan = faregate.follow(hard_book(), forecast(3), "postpaid")
    with pytest.raises(AttributeError, match="gap"):
        _ = plan.gap


@pytest.mark.parametrize("limit", [0, -1, float("nan"), 1e10])
def test_a_limit_is_above_0(limit: float) -> None:
    with pytest.raises(faregate.Invalid, match="time_limit"):
        faregate.cheapest(hard_book(), forecast(3), time_limit=limit)


@pytest.mark.parametrize("limit", ["1", True, []])
def test_a_limit_is_a_number(limit: object) -> None:
    with pytest.raises(faregate.InvalidType, match="time_limit"):
        faregate.cheapest(hard_book(), forecast(3), time_limit=limit)  # type: ignore[arg-type]


def test_who_hears_may_end_it() -> None:
    class Enough(Exception):
        pass

    heard: list[tuple[float, Decimal | None, Decimal]] = []

    def hear(seconds: float, best: Decimal | None, proven: Decimal) -> None:
        heard.append((seconds, best, proven))
        raise Enough

    with pytest.raises(Enough):
        faregate.cheapest(hard_book(), long_forecast(), progress=hear)
    [(seconds, best, proven)] = heard
    assert seconds > 0
    assert best is not None
    assert best >= proven >= 0


def test_ctrl_c_ends_it_soon() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored in the background
    sent: list[float] = []

    def interrupt() -> None:
        sent.append(time.process_time())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.1, interrupt)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        for _ in range(1000):
            faregate.cheapest(hard_book(), long_forecast())
    assert time.process_time() - sent[0] < 1
    timer.join()
    signal.signal(signal.SIGINT, before)


def test_simulations_and_comparisons_take_a_limit() -> None:
    book = hard_book()
    compared = faregate.compare(book, forecast(12), ["cheapest", "postpaid"], time_limit=5, progress=False)
    assert compared.plans
    anew = faregate.simulate(book, forecast(6), "anew", trials=5, time_limit=5, progress=False)
    assert len(anew.totals) == 5


def test_the_command_tells_the_gap(tmp_path) -> None:
    document = tmp_path / "forecast.json"
    calls = [9_000_000 + month for month in range(120)]
    document.write_text(f'{{"product": "image", "start": "2025-01", "calls": {calls}}}')
    command = [sys.executable, "-m", "faregate", "cheapest", str(document), "--book", "tencent-facefusion"]
    told = subprocess.run([*command, "--time-limit", "0.0001"], capture_output=True, text=True, check=True)
    assert "not proven: any other costs at most" in told.stdout
    assert told.stderr == ""
