"""Random timelines: the core, by replay and by calls, against the independent reference.

FAREGATE_COMMANDS says how many commands to run in all (3,000 if not set), FAREGATE_SEED where to begin.
"""

import os
from random import Random

import facefusion_reference
import faregate
import library_calls
from hypothesis import HealthCheck, given, settings
from timelines import random_timeline, timelines

COMMANDS = int(os.environ.get("FAREGATE_COMMANDS", "3000"))
SEED = int(os.environ.get("FAREGATE_SEED", "0"))
LENGTH = 50  # of one timeline
FOR_PEOPLE = {"message", "rule", "explanation", "parts"}


def facts(value):
    """An answer without its sentences, which are each implementation's own."""
    if isinstance(value, dict):
        return {key: facts(part) for key, part in value.items() if key not in FOR_PEOPLE}
    if isinstance(value, list):
        return [facts(part) for part in value]
    return value


def check(timeline: dict) -> None:
    answer = faregate.replay(timeline)
    assert facts(answer) == facts(facefusion_reference.replay(timeline))
    assert library_calls.replay(timeline) == answer


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(timelines(max_commands=30))
def test_small_timelines(timeline):
    check(timeline)


def test_long_timelines():
    for number in range(max(COMMANDS // LENGTH, 1)):
        seed = f"{SEED}/{number}"
        timeline = random_timeline(Random(seed), LENGTH)
        try:
            check(timeline)
        except AssertionError as error:
            raise AssertionError(f"timeline of seed {seed!r}: {error}") from error
