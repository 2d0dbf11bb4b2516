"""Makes invoices of a vendor whose view of an account differs: histories, hidden causes, and what he charges.

Each hidden cause is a change of the timeline, which a replay bills. The module knows nothing of how the library looks
for causes; `names` recognises the hidden cause in an answer of the library.
"""

import copy
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import faregate

Timeline = dict[str, Any]
Rows = list[dict[str, Any]]
MONTHS = ("2024-10", "2024-11", "2024-12")
SIZES = (1, 1, 7, 40, 150, 900, 2_500, 6_000)


@dataclass
class Hidden:
    """A cause that makes the vendor's invoice differ: a change of the timeline, and a function that tells whether a
    cause in an answer of the library is this one."""

    what: str
    change: Callable[[Timeline], Timeline]
    names: Callable[[dict[str, Any]], bool]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def history(seed: int) -> Timeline:
    """Three months of an account: packs, usage of all sizes, calls with every kind of end, usage around midnight."""
    dice = random.Random(seed)
    commands: Rows = [{"at": "2024-09-20T08:00:00", "do": "open", "product": "image"}]
    if dice.random() < 0.4:
        commands.append({"at": "2024-09-20T08:00:00", "do": "open", "product": "image-pro"})
    products = [command["product"] for command in commands]
    for number in range(dice.randint(0, 3)):
        bought = instant("2023-10-02T09:00:00") if dice.random() < 0.3 else instant("2024-09-21T09:00:00")
        bought += timedelta(hours=dice.randint(0, 24 * 80), minutes=dice.randint(0, 59))
        pack = dice.choice(("calls-1k", "calls-1k", "calls-10k"))
        commands.append(
            {
                "at": bought.isoformat(),
                "do": "buy_pack",
                "product": dice.choice(products),
                "pack": pack,
                "id": f"p{number}",
            }
        )
    for number in range(dice.randint(10, 45)):
        at = instant("2024-09-25T00:00:00") + timedelta(seconds=dice.randint(0, 97 * 86_400))
        if dice.random() < 0.25:
            edge = instant(dice.choice(("2024-10-01", "2024-11-01", "2024-12-01", "2025-01-01")))
            at = edge + timedelta(seconds=dice.choice((-1, 1)) * dice.randint(1, 900))
        commands += usage(dice, number, at, dice.choice(products), dice.choice(SIZES))
    return accepted({"book": "tencent-facefusion", "commands": sorted(commands, key=lambda command: command["at"])})


def accepted(timeline: Timeline) -> Timeline:
    """The timeline without the commands that the rules refuse, because a ledger does not keep these."""
    outcomes = faregate.replay(timeline)["outcomes"]
    kept = [command for command, outcome in zip(timeline["commands"], outcomes, strict=True) if outcome["ok"]]
    return {**timeline, "commands": [{**command, "place": place} for place, command in enumerate(kept)]}


def plain(timeline: Timeline) -> Timeline:
    """The timeline without the places of its commands, as the library reads it."""
    commands = [{key: value for key, value in command.items() if key != "place"} for command in timeline["commands"]]
    return {**timeline, "commands": commands}


def usage(dice: random.Random, number: int, at: datetime, product: str, quantity: int) -> Rows:
    """Commands of one usage: a use, or a call that is committed, canceled, or left without an end."""
    kind = dice.choice(("use", "use", "use", "commit", "cancel", "uncertain"))
    if kind == "use":
        return [{"at": at.isoformat(), "do": "use", "product": product, "quantity": quantity, "id": f"u{number}"}]
    quantity = min(quantity, 20 if product == "image" else 10)
    call = {"at": at.isoformat(), "do": "call", "product": product, "quantity": quantity, "id": f"c{number}"}
    end = {"at": (at + timedelta(milliseconds=300)).isoformat(), "do": kind, "id": f"c{number}"}
    return [call] if kind == "uncertain" else [call, end]


def invoice(timeline: Timeline, with_packs: bool) -> Rows:
    """The rows of the invoice of a vendor for whom the account lived this timeline."""
    whole = plain(copy.deepcopy(timeline))
    whole["commands"].append({"at": "2025-01-05T00:00:00", "do": "advance"})
    answer = faregate.replay(whole)
    rows: dict[tuple[str, str, str], dict[str, Any]] = defaultdict(lambda: defaultdict(Decimal))
    for told in answer["statement"]["invoices"]:
        for line in told["lines"]:
            row = rows[told["month"], line["product"], "usage"]
            row["units"] += line["free"] + line["packs"] + line["units"]
            row["deducted"] += line["free"] + line["packs"]
            row["charged"] += line["units"]
            row["amount"] += Decimal(line["amount"])
    for command, outcome in zip(whole["commands"], answer["outcomes"], strict=True):
        if command["do"] == "buy_pack" and outcome["ok"]:
            rows[command["at"][:7], command["product"], "pack"]["amount"] += Decimal(outcome["amount"])
    return [
        {"month": month, "product": product, "kind": kind, **{name: f"{value:f}" for name, value in row.items()}}
        for (month, product, kind), row in sorted(rows.items())
        if month in MONTHS and (kind == "usage" or with_packs)
    ]


def known(rows: Rows, columns: tuple[str, ...]) -> Rows:
    """The rows with only these columns, because not every vendor lists all, such as units."""
    return [{name: value for name, value in row.items() if name in columns} for row in rows]


def without(places: set[int]) -> Callable[[Timeline], Timeline]:
    """Leaves out commands by their places in the history, which stay valid when another cause has moved or left out
    commands."""

    def change(timeline: Timeline) -> Timeline:
        kept = [command for command in timeline["commands"] if command.get("place") not in places]
        return {**timeline, "commands": kept}

    return change


def with_policy(switch: str, value: Any) -> Callable[[Timeline], Timeline]:
    return lambda timeline: {**timeline, "policy": {**timeline.get("policy", {}), switch: value}}


def at_other(moved: dict[int, str]) -> Callable[[Timeline], Timeline]:
    def change(timeline: Timeline) -> Timeline:
        commands = [
            {**command, "at": moved.get(command.get("place"), command["at"])} for command in timeline["commands"]
        ]
        return {**timeline, "commands": sorted(commands, key=lambda command: instant(command["at"]))}

    return change


def places_of(cause: dict[str, Any]) -> set[int]:
    return {command["command"] for command in cause.get("commands", ())}


def calls_of(timeline: Timeline, end: str | None) -> list[int]:
    """The places of calls that end with this command; of calls without an end for None."""
    ends = {command["id"]: command["do"] for command in timeline["commands"] if command["do"] in ("commit", "cancel")}
    return [
        place
        for place, command in enumerate(timeline["commands"])
        if command["do"] == "call" and ends.get(command["id"]) == end
    ]


def a_switch(dice: random.Random, timeline: Timeline) -> Hidden | None:
    switch, value = dice.choice(
        (
            ("tier_basis", "total"),
            ("tier_basis", "after_free"),
            ("pack_expiry", "anniversary_start"),
            ("pack_expiry", "instant"),
            ("pack_reach", "whole_month"),
            ("pack_order", "purchase"),
        )
    )
    return Hidden(
        f"{switch} {value}",
        with_policy(switch, value),
        lambda cause: cause["cause"] == "switch" and (cause["switch"], cause["value"]) == (switch, value),
    )


def uncertain_calls(dice: random.Random, timeline: Timeline) -> Hidden | None:
    calls = calls_of(timeline, None)
    if not calls:
        return None
    chosen = set(calls) if dice.random() < 0.5 else {dice.choice(calls)}
    return Hidden(
        f"uncertain {chosen}",
        without(chosen),
        lambda cause: cause["cause"] in ("uncertain", "missing_in_theirs") and stands_for(timeline, cause, chosen),
    )


def canceled_calls(dice: random.Random, timeline: Timeline) -> Hidden | None:
    calls = calls_of(timeline, "cancel")
    if not calls:
        return None
    chosen = set(calls) if dice.random() < 0.5 else {dice.choice(calls)}
    ids = {timeline["commands"][place]["id"] for place in chosen}
    ends = {
        place
        for place, command in enumerate(timeline["commands"])
        if command["do"] == "cancel" and command["id"] in ids
    }
    return Hidden(
        f"canceled {chosen}",
        without(ends),
        lambda cause: cause["cause"] == "canceled" and stands_for(timeline, cause, chosen),
    )


def lost_usage(dice: random.Random, timeline: Timeline) -> Hidden | None:
    places = [place for place, command in enumerate(timeline["commands"]) if command["do"] == "use"]
    if not places:
        return None
    chosen = {dice.choice(places)}
    if dice.random() < 0.4:
        day = timeline["commands"][min(chosen)]["at"][:10]
        chosen = {place for place in places if timeline["commands"][place]["at"][:10] == day}
        calls = {p for p, c in enumerate(timeline["commands"]) if c["do"] == "call" and c["at"][:10] == day}
        if calls:
            return None
    return Hidden(
        f"lost {chosen}",
        without(chosen),
        lambda cause: cause["cause"] == "missing_in_theirs" and stands_for(timeline, cause, chosen),
    )


def lost_pack(dice: random.Random, timeline: Timeline) -> Hidden | None:
    places = [place for place, command in enumerate(timeline["commands"]) if command["do"] == "buy_pack"]
    if not places:
        return None
    chosen = {dice.choice(places)}
    return Hidden(
        f"pack {chosen}",
        without(chosen),
        lambda cause: cause["cause"] == "missing_in_theirs" and stands_for(timeline, cause, chosen),
    )


def at_the_edge(dice: random.Random, timeline: Timeline) -> Hidden | None:
    """The vendor books usage late in a month as usage of the next month."""
    edge = instant(dice.choice(("2024-11-01", "2024-12-01")))
    late = [
        (place, instant(command["at"]))
        for place, command in enumerate(timeline["commands"])
        if command["do"] in ("use", "call") and timedelta() < edge - instant(command["at"]) <= timedelta(hours=1)
    ]
    if not late:
        return None
    chosen = {place for place, _ in late[-dice.randint(1, len(late)) :]}
    ids = {timeline["commands"][place]["id"] for place in chosen}
    moved = {
        place: (edge + timedelta(microseconds=1 if command["do"] in ("commit", "cancel") else 0)).isoformat()
        for place, command in enumerate(timeline["commands"])
        if place in chosen or (command.get("id") in ids and command["do"] in ("commit", "cancel"))
    }
    return Hidden(
        f"edge {chosen}",
        at_other(moved),
        lambda cause: cause["cause"] == "month_edge" and places_of(cause) == chosen,
    )


def another_clock(dice: random.Random, timeline: Timeline) -> Hidden | None:
    """The vendor's clock is fast or slow by some seconds, for all usage and for openings."""
    late = dice.choice((-1, 1)) * timedelta(seconds=dice.randint(1, 600))
    kinds = ("use", "call", "commit", "cancel", "open")
    moved = {
        place: (instant(command["at"]) + late).isoformat()
        for place, command in enumerate(timeline["commands"])
        if command["do"] in kinds
    }
    return Hidden(f"clock {late}", at_other(moved), lambda cause: cause["cause"] in ("clock", "month_edge"))


def another_zone(dice: random.Random, timeline: Timeline) -> Hidden | None:
    hours = dice.choice((-8, -7, -3, 1, 2))
    moved = {
        place: (instant(command["at"]) + timedelta(hours=hours)).isoformat()
        for place, command in enumerate(timeline["commands"])
    }
    return Hidden(
        f"zone {hours}",
        at_other(moved),
        lambda cause: (
            cause["cause"] == "clock"
            and cause["zone"]
            and cause["later_us"] <= hours * 3_600_000_000 <= cause["later_us_to"]
        ),
    )


def unknown_usage(dice: random.Random, timeline: Timeline) -> Hidden | None:
    """We lost a row that the vendor has: a usage at the end of a month."""
    month = dice.choice(("2024-10", "2024-11", "2024-12"))
    last = {"2024-10": "31", "2024-11": "30", "2024-12": "31"}[month]
    units = dice.choice((3, 77, 1_234))
    command = {
        "at": f"{month}-{last}T23:59:59.999999",
        "do": "use",
        "product": "image",
        "quantity": units,
    }

    def change(of: Timeline) -> Timeline:
        return {**of, "commands": sorted([*of["commands"], command], key=lambda one: instant(one["at"]))}

    return Hidden(
        f"unknown {units} in {month}",
        change,
        # an invoice without units does not show units that were free, so the cause may be found in a later month
        lambda cause: cause["cause"] == "missing_in_ours" and cause["month"] >= month,
    )


CAUSES = (
    a_switch,
    uncertain_calls,
    canceled_calls,
    lost_usage,
    lost_pack,
    at_the_edge,
    another_clock,
    another_zone,
    unknown_usage,
)


def stands_for(timeline: Timeline, cause: dict[str, Any], chosen: set[int]) -> bool:
    """Whether a cause in an answer names the chosen commands, or as many with the same size, product and month, because
    an invoice cannot tell such commands apart."""

    def like(places: set[int]) -> list[tuple[Any, ...]]:
        of = [timeline["commands"][place] for place in places]
        return sorted((one["do"], one["product"], one.get("quantity", 1), one["at"][:7]) for one in of)

    return places_of(cause) == chosen or (cause["of"] > cause["count"] and like(places_of(cause)) == like(chosen))
