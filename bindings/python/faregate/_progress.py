"""Shows how far long work is, if a person looks at a terminal or a notebook."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

from faregate._arguments import wrong
from faregate._core import Invalid
from faregate._documents import failure

QUIET = 2.0  # seconds before a line is shown

_Result = TypeVar("_Result")


def microseconds(time_limit: Any) -> int:
    """Reads a limit in seconds as microseconds; None, for no limit, is 0."""
    if time_limit is None:
        return 0
    if isinstance(time_limit, (bool, str)) or not hasattr(time_limit, "__float__"):
        raise wrong("time_limit", "seconds", time_limit)
    seconds = float(time_limit)
    if not 1e-6 <= seconds <= 1e9:
        raise failure(Invalid, f"time_limit: expected seconds above 0, not {time_limit!r}")
    return int(seconds * 1_000_000)


@contextmanager
def listener(progress: Any, in_words: Callable[..., str]) -> Iterator[Callable[..., object] | None]:
    """Yields what is told of the progress: the function that is given, the line on the terminal for True, and for None
    this line if a person looks. It is told the seconds that have passed and how far the work is, of which `in_words`
    makes the line."""
    if progress is False or (progress is None and not is_looked_at()):
        yield None
    elif progress is True or progress is None:
        line = _Line()

        def hear(seconds: float, *how_far: Any) -> None:
            if seconds >= QUIET:
                line.tell(f"{in_words(*how_far)}, {seconds:.0f} s")

        try:
            yield hear
        finally:
            line.close()
    elif callable(progress):
        yield progress
    else:
        raise wrong("progress", "True, False or a function", progress)


def is_looked_at() -> bool:
    return "ipykernel" in sys.modules or (sys.stderr is not None and sys.stderr.isatty())


def counted(results: Iterable[_Result], total: int, progress: Any, of: str = "trials") -> Iterator[_Result]:
    """Yields the same results, and shows a line with how many there are already."""
    line = _Line() if progress is True or (progress is None and is_looked_at()) else None
    begin = told = monotonic()
    try:
        for number, result in enumerate(results, start=1):
            now = monotonic()
            if line is not None and now - begin > QUIET and now - told > 0.1:
                line.tell(f"{number:,} of {total:,} {of}, {now - begin:.0f} s")
                told = now
            yield result
    finally:
        if line is not None:
            line.close()


class _Rows:
    """A line of how many rows are done, for work that has taken so many seconds already."""

    def __init__(self, total: int | None, seconds: float) -> None:
        self._line = _Line()
        self._of = "" if total is None else f" of {total:,}"
        self._begin = monotonic() - seconds
        self._told = 0.0

    def __call__(self, done: int) -> None:
        now = monotonic()
        if now - self._begin >= QUIET and now - self._told > 0.1:
            self._line.tell(f"{done:,}{self._of} rows, {now - self._begin:.0f} s")
            self._told = now

    def close(self) -> None:
        self._line.close()


def rows_line(total: int, asked: bool | None) -> _Rows | None:
    """What hears how many rows are done, and is closed in the end, for work that has taken QUIET seconds; None where it
    is not asked for and nobody looks."""
    return _Rows(total, QUIET) if asked or is_looked_at() else None


@contextmanager
def more_rows(progress: Any, total: int | None) -> Iterator[Callable[[int], object] | None]:
    """Yields what is told how many more rows are done, chosen as by `listener`."""
    if callable(progress):
        yield progress
        return
    if progress is not None and not isinstance(progress, bool):
        raise wrong("progress", "True, False or a function", progress)
    if progress is False or not (progress or is_looked_at()):
        yield None
        return
    line = _Rows(total, 0.0)
    done = 0

    def hear(more: int) -> None:
        nonlocal done
        done += more
        line(done)

    try:
        yield hear
    finally:
        line.close()


class _Line:
    """A line of text that is replaced again and again; tqdm shows it where it is installed, in notebooks too."""

    def __init__(self) -> None:
        self._bar: Any = None  # is compared with None alone: a bar without a total is neither true nor false
        self._has_bars = True
        self._is_written = False

    def tell(self, text: str) -> None:
        if self._bar is None and self._has_bars:
            try:
                from tqdm.auto import tqdm  # type: ignore[import-untyped]

                self._bar = tqdm(bar_format="{desc}", leave=False)
            except ImportError:
                self._has_bars = False
        if self._bar is not None:
            self._bar.set_description_str(text)
        elif sys.stderr is not None:
            sys.stderr.write(f"\r{text}")
            sys.stderr.flush()
            self._is_written = True

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
        if self._is_written:
            sys.stderr.write("\n")
