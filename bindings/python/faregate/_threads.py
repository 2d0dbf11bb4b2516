"""Work on several threads that Ctrl-C ends at any moment.

The locks of `threading` and `concurrent.futures` are in part written in Python: an interrupt in the middle of one
leaves it locked, and whoever waits for it waits for ever. So these threads share nothing but an iterator and a queue,
both of which are written in C.
"""

import _thread
from collections.abc import Callable, Generator
from queue import SimpleQueue
from typing import TypeVar

_Answer = TypeVar("_Answer")


def by_threads(
    work: Callable[[int, Callable[..., None]], _Answer], count: int, threads: int
) -> Generator[tuple[int, _Answer], None, None]:
    """Yields each number below `count` with its `work(number, go_on)`, as they are done. `go_on` raises once nobody
    waits any more, so work that takes long calls it. What one raises ends all, and is raised here."""
    numbers = iter(range(count))
    done: SimpleQueue[tuple[int, _Answer] | BaseException | None] = SimpleQueue()
    is_over = False

    def go_on(*_: object) -> None:
        if is_over:
            raise KeyboardInterrupt

    def run() -> None:
        try:
            for number in numbers:
                done.put((number, work(number, go_on)))
                go_on()
        except BaseException as error:  # of whatever kind, it is for who waits
            done.put(error)
        finally:
            done.put(None)

    running = 0
    try:
        while running < min(threads, count):
            _thread.start_new_thread(run, ())
            running += 1
        while running > 0:
            answer = done.get()
            if isinstance(answer, BaseException):
                raise answer
            if answer is None:
                running -= 1
            else:
                yield answer
    finally:
        is_over = True
        while running > 0:
            running -= done.get() is None
