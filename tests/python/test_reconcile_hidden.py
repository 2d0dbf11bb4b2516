"""The cause that a vendor's invoice hides is among those that are named: random accounts, all kinds of causes, alone and
two at once. And no cause is named that does not lead to the invoice."""

import json
import os
import random

import faregate
import invoices
import pytest

SHORT = bool(os.environ.get("FAREGATE_SHORT"))
SEEDS = range(20 if SHORT else 80)
PAIRS = range(5 if SHORT else 25)  # each tries thousands of worlds
SAID = (
    ("month", "product", "kind", "units", "deducted", "charged", "amount"),
    ("month", "product", "kind", "amount"),
    ("month", "product", "kind", "units", "amount"),
)


def reconciled(timeline, rows, **more):
    question = {"ours": invoices.plain(timeline), "theirs": rows, **more}
    return json.loads(faregate.reconcile_json(json.dumps(question)))


def some_causes(dice, timeline, count):
    kinds = dice.sample(invoices.CAUSES, len(invoices.CAUSES))
    found = [hidden for hidden in (kind(dice, timeline) for kind in kinds) if hidden is not None]
    return found[:count]


def is_effective(timeline, causes, with_packs, columns):
    """Whether each of the causes makes a difference that the others do not make, in what the invoice says."""

    def told(part):
        return invoices.known(invoices.invoice(apply(timeline, part), with_packs), columns)

    parts = [causes[:place] + causes[place + 1 :] for place in range(len(causes))]
    return all(told(part) != told(causes) for part in (*parts, []))


def go_together(timeline, causes):
    """Whether the changes of two causes do not depend on which is made first, and are more than a net sum."""
    both = [apply(timeline, order)["commands"] for order in (causes, causes[::-1])]
    return both[0] == both[1] and {cause.what.split()[0] for cause in causes} != {"lost", "unknown"}


def apply(timeline, causes):
    for cause in causes:
        timeline = cause.change(timeline)
    return timeline


def are_named(answer, causes):
    return any(
        len(explanation["causes"]) == len(causes) and matches(explanation["causes"], causes)
        for explanation in answer["explanations"]
    )


def matches(named, hidden):
    if len(hidden) == 1:
        return hidden[0].names(named[0])
    return any(hidden[0].names(named[one]) and hidden[1].names(named[1 - one]) for one in (0, 1))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_hidden_cause_is_named(seed):
    dice = random.Random(seed)
    timeline = invoices.history(seed)
    causes = some_causes(dice, timeline, 1)
    with_packs = dice.random() < 0.5
    columns = dice.choice(SAID)
    if not causes or not is_effective(timeline, causes, with_packs, columns):
        return
    theirs = invoices.known(invoices.invoice(apply(timeline, causes), with_packs), columns)
    answer = reconciled(timeline, theirs, form={"columns": {} if with_packs else {"kind": None}}, causes=1)
    if answer["equal"]:  # the vendor does not say what differs
        return
    told = "\n".join(" + ".join(cause["text"] for cause in one["causes"]) for one in answer["explanations"])
    assert are_named(answer, causes), f"{causes[0].what} is not among\n{told}"


@pytest.mark.parametrize("seed", PAIRS)
def test_two_hidden_causes_are_named(seed):
    dice = random.Random(seed + 100_000)
    timeline = invoices.history(seed + 100_000)
    causes = some_causes(dice, timeline, 2)
    with_packs = dice.random() < 0.5
    columns = dice.choice(SAID)
    if len(causes) < 2 or not go_together(timeline, causes) or not is_effective(timeline, causes, with_packs, columns):
        return
    theirs = invoices.known(invoices.invoice(apply(timeline, causes), with_packs), columns)
    answer = reconciled(timeline, theirs, form={"columns": {} if with_packs else {"kind": None}})
    if answer["equal"]:
        return
    assert answer["complete"]
    alone = [one for one in answer["explanations"] if len(one["causes"]) == 1]
    assert are_named(answer, causes) or any(hidden.names(one["causes"][0]) for one in alone for hidden in causes), (
        f"{[cause.what for cause in causes]} are not among {len(answer['explanations'])}"
    )
