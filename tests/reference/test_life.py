"""Lives lived again: it changes nothing by itself, and a canceled call is as if it had never been made."""

from collections import Counter
from random import Random

from facefusion_reference import replay, run_command
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_document import read_document
from reference_life import live_again
from reference_state import Account
from timeline_builders import do, use
from timelines import random_timeline

SOURCES = ("free", "packs", "postpaid", "unbilled")


def _drawn(account: Account) -> dict:
    """What follows from the life of each product."""
    return {
        name: (
            [(pack.id, pack.left, pack.used) for pack in (*product.grants, *product.packs)],
            {month: usage for month, usage in product.usage.items() if usage.total},
        )
        for name, product in account.products.items()
    }


def test_living_again_changes_nothing():
    for seed in range(150):
        document = read_document(random_timeline(Random(f"again {seed}"), 40))
        account = Account(document.policy, document.wallet, document.commands[0].at)
        for command in document.commands:
            run_command(account, command)
            before = _drawn(account)
            for product in account.products.values():
                live_again(account, product)
            assert _drawn(account) == before


def _day(number: int) -> str:
    return f"2024-11-{5 + number // 24:02d}T{number % 24:02d}:00:00"


@st.composite
def lives_of_a_month(draw) -> tuple[list, list]:
    """Commands, and the same as if what they undo had never been asked for. With at most 9 calls no slot is missing."""
    lived, undone, calls, ended = [], [], {}, {}
    for number in range(draw(st.integers(1, 40))):
        kind = draw(st.sampled_from(("use", "use", "call", "call", "end", "buy", "give", "claim", "adjust")))
        at, units = _day(number), draw(st.sampled_from((1, 40, 300, 999, 1_000, 1_400)))
        if kind == "end" and calls:
            id = draw(st.sampled_from(sorted(calls)))
            held = calls.pop(id)
            kept = draw(st.sampled_from((0, 0, held // 2, held)))
            ended[id] = kept
            canceled = kept == 0 and draw(st.booleans())
            lived.append(do(at, "cancel", id=id) if canceled else do(at, "commit", id=id, quantity=kept))
        elif kind == "call" and len(calls) + len(ended) < 9:
            id = f"c{number}"
            calls[id] = units
            lived.append(do(at, "call", product="image-pro", id=id, quantity=units))
        elif kind == "adjust":
            units = draw(st.sampled_from((-30, -400, 70)))
            lived.append(do(at, "adjust", product="image-pro", quantity=units, reason="recount"))
        elif kind == "claim":
            lived.append(do(at, "claim", product="image-pro", grant="free-calls"))
        elif kind in ("buy", "give"):
            pack = draw(st.sampled_from(("calls-1k", "calls-1k", "calls-10k")))
            lived.append(do(at, f"{kind}_pack", product="image-pro", pack=pack, id=f"p{number}"))
        else:
            lived.append(use(at, units, "image-pro"))
    for command in lived:
        if command["do"] == "call" and command["id"] in ended:
            command = {**command, "quantity": ended[command["id"]]}
        if command["do"] != "cancel" and command.get("quantity") != 0:
            undone.append(command)
    return lived, undone


@settings(max_examples=300, deadline=None)
@given(lives_of_a_month(), st.sampled_from(("expiry", "purchase", "smallest_left")))
def test_what_is_undone_leaves_no_trace(lives, pack_order):
    opened = do("2024-11-05", "open", product="image-pro")
    document = {"book": "tencent-facefusion", "policy": {"pack_order": pack_order}}
    lived, undone = (replay({**document, "commands": [opened, *commands]}) for commands in lives)
    refused = [command for command, outcome in zip(lives[0], lived["outcomes"][1:], strict=True) if not outcome["ok"]]
    if any(command["do"] == "adjust" for command in refused):
        return  # an adjust that was refused beside a call in flight could be accepted without it
    product, without = (answer["statement"]["products"]["image-pro"] for answer in (lived, undone))
    assert product == without


def _ways(command: dict, outcome: dict):
    """What an accepted command shows of undoing and correcting."""
    do = outcome["do"]
    if "repeated" in outcome:
        yield f"repeated {do}"
        return
    if "returned" in outcome:
        yield from (f"{part} of {do}" for part in ("returned", "lost") if outcome[part])
        if outcome["returned"] and outcome["lost"]:
            yield "some lost, some returned"
    deducted = outcome if do == "adjust" else outcome.get("extra", {})
    sign = "-" if do == "adjust" and int(command["quantity"]) < 0 else "+"
    yield from (f"{do} {sign} {source}" for source in (*SOURCES, "lost") if deducted.get(source))


def test_the_random_timelines_undo_in_every_way():
    reached = Counter()
    for seed in range(500):
        timeline = random_timeline(Random(f"undone {seed}"), 45)
        for command, outcome in zip(timeline["commands"], replay(timeline)["outcomes"], strict=True):
            if outcome["ok"]:
                reached.update(_ways(command, outcome))
    expected = {
        *("repeated commit", "repeated cancel", "repeated top_up", "repeated adjust"),
        *("returned of cancel", "lost of cancel", "returned of commit", "lost of commit", "some lost, some returned"),
        *(f"commit + {source}" for source in SOURCES),
        *(f"adjust + {source}" for source in SOURCES),
        *(f"adjust - {source}" for source in (*SOURCES, "lost")),
    }
    missed = {what: reached[what] for what in sorted(expected) if reached[what] < 3}
    assert not missed, missed
