"""Asks the core why an invoice differs, account by account, within a limit of time, and shows how far the search is."""

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from time import monotonic
from typing import Any, TypeAlias

from faregate._core import _reconcile
from faregate._documents import encode
from faregate._progress import listener, microseconds
from faregate._reconciliation import Part

#: a function of the seconds that have passed, of how many replays there were, and of how many explanations are known
Heard: TypeAlias = Callable[[float, int, int], object]

#: the name of an account, and a function that writes the question about it for at most so many causes at once
Question: TypeAlias = tuple[str | None, Callable[[int], str]]

_WRITTEN_AT_ONCE = 10_000  # commands, because Ctrl-C does not take effect while a piece of JSON is written


def reconcile_json(
    document: str | bytes, *, time_limit: float | None = None, progress: bool | Heard | None = None
) -> bytes:
    """Reconcile a timeline with a vendor's invoice and answer the core's own bytes: the same in every language.

    document  JSON as str or as UTF-8 bytes: ours, theirs, form, books, set_aside, causes, commands; docs/reconcile.md
    time_limit, progress  as of faregate.reconcile

    The answer is JSON. Raises Invalid, UnknownBook or UnknownProduct, with the path to the place. Other threads run
    meanwhile.
    """
    with listener(progress, searching) as heard:
        return _reconcile(document, microseconds(time_limit), heard)


def searching(tried: int, found: int) -> str:
    return f"looking for causes: {tried:,} replays, {found:,} explanation{'' if found == 1 else 's'} so far"


def document_of(question: Mapping[str, Any], timeline: str) -> str:
    """Writes a question as JSON, with a timeline that is JSON text already."""
    return f'{{"ours":{timeline},{encode(question)[1:]}'


def written(timeline: Mapping[str, Any]) -> str:
    commands = timeline.get("commands")
    if not isinstance(commands, list):
        return encode(dict(timeline))
    places = range(0, len(commands), _WRITTEN_AT_ONCE)
    pieces = ",".join(encode(commands[place : place + _WRITTEN_AT_ONCE])[1:-1] for place in places)
    head = encode({key: value for key, value in timeline.items() if key != "commands"})
    return f'{{"commands":[{pieces}]{"," if len(timeline) > 1 else ""}{head[1:]}'


def answered(
    questions: Sequence[Question], causes: int, limit_us: int, heard: Callable[..., object] | None
) -> list[Part]:
    """Asks all questions. If time is limited, both sides are compared for all accounts first, so that those that differ
    share the time."""
    search = _Search(heard)
    at_first = 0 if limit_us > 0 and len(questions) > 1 else causes
    parts = [(name, search.answer(document(at_first), limit_us)) for name, document in questions]
    differing = [place for place, (_, part) in enumerate(parts) if any(row["is"] != "equal" for row in part["rows"])]
    for done, place in enumerate(differing if at_first < causes else ()):
        left_us = limit_us - int(search.seconds() * 1e6)
        name, document = questions[place]
        parts[place] = name, search.answer(document(causes), max(1, left_us // (len(differing) - done)))
    return parts


class _Search:
    def __init__(self, heard: Callable[..., object] | None) -> None:
        self._heard = None if heard is None else self._hear
        self._told = heard
        self._begun = monotonic()
        self._tried = self._found = 0

    def seconds(self) -> float:
        return monotonic() - self._begun

    def answer(self, document: str, limit_us: int) -> dict[str, Any]:
        """Asks one question; amounts in the answer become Decimal."""
        answer: dict[str, Any] = json.loads(_reconcile(document, limit_us, self._heard))
        self._tried += answer["tried"]
        self._found += len(answer["explanations"])
        for row in answer["rows"]:
            for name in ("ours_amount", "theirs_amount", "difference"):
                row[name] = None if row[name] is None else Decimal(row[name])
        for row in answer["absent"]:
            row["amount"] = Decimal(row["amount"])
        for row in answer["funds"]:
            for name in ("ours", "theirs", "difference"):
                row[name] = Decimal(row[name])
        for name in ("difference", "unexplained"):
            answer[name] = Decimal(answer[name])
        return answer

    def _hear(self, _: float, tried: int, found: int) -> None:
        """Tells the caller's function how far the search is: the numbers of the current account and of those before
        it."""
        assert self._told is not None
        self._told(self.seconds(), self._tried + tried, self._found + found)
