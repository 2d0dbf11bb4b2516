"""Work on several threads that Ctrl-C ends at any moment.

The locks of `threading` and `concurrent.futures` are in part written in Python: an interrupt in the middle of one
leaves it locked, and whoever waits for it waits for ever. So these threads share nothing but an iterator and a queue,
both of which are written in C.
"""

import _thread
import atexit
import os
from collections.abc import Callable, Generator, Iterator
from queue import SimpleQueue
from typing import TypeVar

_Answer = TypeVar("_Answer")
_Item = TypeVar("_Item")


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


_reading: "dict[SimpleQueue[None], SimpleQueue[bool]]" = {}  # queues of the threads of `ahead`: `ended` and `asked`


def ahead(items: Iterator[_Item]) -> Generator[_Item, None, None]:
    """Yields the same items, none of which is None, and makes the next one on a thread while one is used. Nobody waits
    for an item that is not used any more, because it may take longer than Ctrl-C does: only the end of the process
    does, because a thread that is in the middle of a library's code cannot go on without Python."""
    asked: SimpleQueue[bool] = SimpleQueue()
    made: SimpleQueue[_Item | BaseException | None] = SimpleQueue()
    ended: SimpleQueue[None] = SimpleQueue()

    def run() -> None:
        _reading[ended] = asked
        try:
            while asked.get():
                made.put(next(items, None))
        except BaseException as error:  # of whatever kind, it is for who waits
            made.put(error)
        finally:
            _reading.pop(ended, None)
            ended.put(None)

    try:
        _thread.start_new_thread(run, ())
        asked.put(True)
        while (item := made.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            asked.put(True)
            yield item
    finally:
        asked.put(False)


@atexit.register
def _wait() -> None:
    for ended, asked in list(_reading.items()):
        asked.put(False)
        ended.get()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reading.clear)  # a forked process does not have these threads
