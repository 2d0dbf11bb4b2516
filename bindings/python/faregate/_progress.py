"""A search that takes long says how far it is, where somebody looks."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from time import monotonic
from typing import Any, TypeAlias, TypeVar

from faregate._arguments import wrong
from faregate._core import Invalid
from faregate._documents import failure

#: hears the seconds that have passed, what the best plan known costs, and below what there is none
Heard: TypeAlias = Callable[[float, Decimal | None, Decimal], object]

QUIET = 2.0  # seconds

_Result = TypeVar("_Result")


def microseconds(time_limit: Any) -> int:
    """A limit in seconds; None: none."""
    if time_limit is None:
        return 0
    if isinstance(time_limit, (bool, str)) or not hasattr(time_limit, "__float__"):
        raise wrong("time_limit", "seconds", time_limit)
    seconds = float(time_limit)
    if not 1e-6 <= seconds <= 1e9:
        raise failure(Invalid, f"time_limit: expected seconds above 0, not {time_limit!r}")
    return int(seconds * 1_000_000)


@contextmanager
def listener(progress: Any) -> Iterator[Heard | None]:
    """A function that is given, a line for True, and for None a line where somebody looks."""
    if progress is False or (progress is None and not is_looked_at()):
        yield None
    elif progress is True or progress is None:
        line = _Line()
        try:
            yield line.hear
        finally:
            line.close()
    elif callable(progress):
        yield progress
    else:
        raise wrong("progress", "True, False or a function", progress)


def is_looked_at() -> bool:
    return "ipykernel" in sys.modules or (sys.stderr is not None and sys.stderr.isatty())


def counted(results: Iterable[_Result], total: int, progress: Any) -> Iterator[_Result]:
    """The same results, with a line of how many there are already."""
    line = _Line() if progress is True or (progress is None and is_looked_at()) else None
    begin = told = monotonic()
    try:
        for number, result in enumerate(results, start=1):
            now = monotonic()
            if line is not None and now - begin > QUIET and now - told > 0.1:
                line.tell(f"{number:,} of {total:,} trials, {now - begin:.0f} s")
                told = now
            yield result
    finally:
        if line is not None:
            line.close()


class _Line:
    """By tqdm where it is installed, for a notebook too."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._is_written = False

    def hear(self, seconds: float, best: Decimal | None, proven: Decimal) -> None:
        if seconds < QUIET:
            return
        known = "no plan yet" if best is None else f"a plan for {best:,f}"
        self.tell(f"looking for the cheapest plan: {known}, none below {proven:,f}, {seconds:.0f} s")

    def tell(self, text: str) -> None:
        if self._bar is None:
            try:
                from tqdm.auto import tqdm  # type: ignore[import-untyped]

                self._bar = tqdm(bar_format="{desc}", leave=False)
            except ImportError:
                self._bar = False
        if self._bar:
            self._bar.set_description_str(text)
        elif sys.stderr is not None:
            sys.stderr.write(f"\r{text}")
            sys.stderr.flush()
            self._is_written = True

    def close(self) -> None:
        if self._bar:
            self._bar.close()
        if self._is_written:
            sys.stderr.write("\n")
