"""Whatever is asked, the answer is one, or an error that says where; asked again, it is the same."""

import copy
import json
import os
import random

import faregate
import invoices
import pytest

SEEDS = range(50 if os.environ.get("FAREGATE_SHORT") else 300)
STRANGE = (
    *(None, True, -1, 0, 2**63 - 1, "", "x", "2024-11", "9999-12", "1970-01", "-5", "1e5", "9" * 20, "9" * 27, "image"),
    *("usage", "2024-11-01T00:00:00", "9999-12-31T23:59:59", [], {}, [1], {"a": "b"}, "call", "cancel", "#1", "c3"),
)


def places(value, path=()):
    """The paths to all that a document holds."""
    of = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in of:
        yield (*path, key)
        yield from places(part, (*path, key))


def damage(dice, document):
    *way, last = dice.choice(list(places(document)))
    within = document
    for key in way:
        within = within[key]
    if dice.random() < 0.2:
        del within[last]
    else:
        within[last] = copy.deepcopy(dice.choice(STRANGE))


def question(seed):
    dice = random.Random(seed)
    timeline = invoices.plain(invoices.history(seed))
    timeline["commands"] = timeline["commands"][: dice.randint(0, 14)]
    rows = invoices.invoice(timeline, with_packs=True)
    for row in rows[:2]:
        row["amount"] = str(dice.randint(0, 10**6))
    aside = [command for command in timeline["commands"] if command["do"] == "use"][:2]
    form = {"kinds": {"usage": "usage"}, "only": {}, "decimals": 2}
    document = {"ours": timeline, "theirs": rows, "form": form, "set_aside": {"r": aside}, "commands": 20_000}
    document = json.loads(json.dumps(document))
    for _ in range(dice.randint(0, 3)):
        damage(dice, document)
    return json.dumps(document)


@pytest.mark.parametrize("seed", SEEDS)
def test_damaged_documents(seed):
    asked = question(seed)
    try:
        answer = faregate.reconcile_json(asked)
    except faregate.Error as error:
        assert error.message
        return
    assert faregate.reconcile_json(asked) == answer
    told = json.loads(answer)
    assert not told["equal"] or all(row["is"] == "equal" for row in told["rows"])
