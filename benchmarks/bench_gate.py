"""A call and its commit through the gate, against two empty C methods called with the same arguments, and against the
limiters people use, which only limit the rate: no price, no packs, no record, nothing to take back. All live by a clock
that is told to them and goes at half the rate allowed, so that every call is let through."""

import gc
import time
from itertools import count

import empty
import faregate
import limits
from pyrate_limiter import AbstractClock, Duration, InMemoryBucket, Limiter, Rate

CALLS = 200_000
ROUNDS = 7
BEGIN = 1_704_038_400_000_000  # 2024-01-01T00:00:00+08:00, in microseconds
STEP = 100_000
LIMIT = 20  # R16


def fresh_account() -> faregate.Account:
    account = faregate.Account(faregate.Book("tencent-facefusion"))
    account.open("image", at=BEGIN)
    return account


def by_methods(account) -> float:
    ask = account.call
    began = time.process_time()
    for at in range(BEGIN, BEGIN + CALLS * STEP, STEP):
        ask("image", at=at).commit(at=at)
    return time.process_time() - began


def by_with(account) -> float:
    ask = account.call
    began = time.process_time()
    for at in range(BEGIN, BEGIN + CALLS * STEP, STEP):
        with ask("image", at=at):
            pass
    return time.process_time() - began


def by_limits(limiter) -> float:
    rate = limits.RateLimitItemPerSecond(LIMIT)
    wall_clock = time.time
    time.time = count(BEGIN / 1e6, STEP / 1e6 / 2).__next__  # it reads the clock twice for each hit
    try:
        began = time.process_time()
        for _ in range(CALLS):
            assert limiter.hit(rate, "image")
        return time.process_time() - began
    finally:
        time.time = wall_clock


class ToldClock(AbstractClock):
    def __init__(self) -> None:
        self.times = count(BEGIN // 1000, STEP // 1000)

    def now(self) -> int:
        return next(self.times)


class ToldBucket(InMemoryBucket):
    def __init__(self, rates) -> None:
        super().__init__(rates)
        self._clock = ToldClock()


def by_pyrate(limiter) -> float:
    began = time.process_time()
    for _ in range(CALLS // 10):
        assert limiter.try_acquire("image", blocking=False)
    return (time.process_time() - began) * 10


moving_window = limits.strategies.MovingWindowRateLimiter
SUBJECTS = {
    "two empty methods": (by_methods, empty.Account),
    "call and commit through the gate, Python": (by_methods, fresh_account),
    "  by a with statement": (by_with, fresh_account),
    "  beside it: making an empty object each": (by_methods, empty.Maker),
    "  beside it: limits, moving window": (by_limits, lambda: moving_window(limits.storage.MemoryStorage())),
    "  beside it: pyrate-limiter": (by_pyrate, lambda: Limiter(ToldBucket([Rate(LIMIT, Duration.SECOND)]))),
}


def least_times() -> dict[str, float]:
    """Nanoseconds a call. Turn by turn: when the machine is slow, it is slow for all of them."""
    least = dict.fromkeys(SUBJECTS, float("inf"))
    for _ in range(ROUNDS):
        for what, (measure, make) in SUBJECTS.items():
            subject = make()
            gc.collect()
            least[what] = min(least[what], measure(subject) / CALLS * 1e9)
    return least


def main() -> None:
    (_, floor), *others = least_times().items()
    for what, spent in others:
        print(f"{what:41} {spent:8.1f} ns, {spent / floor:5.2f} x two empty methods ({floor:.1f} ns)")


if __name__ == "__main__":
    main()
