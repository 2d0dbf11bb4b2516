"""Timelines as dicts."""

import json
from typing import Any

from faregate._core import replay_json
from faregate._documents import encode


def replay(timeline: dict[str, Any] | str | bytes) -> dict[str, Any]:
    """Replay a timeline and answer its outcomes and its final statement.

    timeline  a dict, or its JSON as str or UTF-8 bytes

    The answer is that of replay_json as a dict: money and times are str. Raises Invalid, with the path to the place,
    or UnknownBook for a document that cannot be read; a command that the rules refuse is an outcome.
    """
    text = encode(timeline) if isinstance(timeline, dict) else timeline
    answer: dict[str, Any] = json.loads(replay_json(text))
    return answer
