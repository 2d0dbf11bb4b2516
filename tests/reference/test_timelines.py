"""Properties of the reference on random timelines, and proof that the timelines reach every rule."""

import copy
import functools
import json
import re
from collections import Counter
from random import Random

import pytest
from facefusion_reference import replay
from hypothesis import given, settings
from reference_document import read_document
from reference_prices import POLICY, PRODUCTS
from reference_values import parse_money
from timelines import random_timeline, timelines

REFUSALS = """
    unknown_product unknown_pack unknown_grant unknown_id unknown_meter not_sold start_in_past not_open already_open
    already_claimed time_reversal id_conflict insufficient_funds payment_mismatch mode_locked unknown_mode no_capacity
    capacity_limit rate_limited concurrency_limited suspended violation material_limit material_underflow pack_used
    refund_window not_paid campaign_final already_refunded capacity_begun material_in_use notice_too_short
    already_finished in_flight id_reserved adjust_underflow overflow
""".split()
GATE_ONLY = {"rate_limited", "concurrency_limited", "already_finished", "in_flight", "adjust_underflow"}


@functools.cache
def sample(gate: bool = True, n_timelines: int = 400, n_commands: int = 45) -> list:
    drawn = [random_timeline(Random(seed), n_commands, gate) for seed in range(n_timelines)]
    return [(timeline, replay(timeline)) for timeline in drawn]


@pytest.mark.parametrize("gate", [True, False])
def test_every_refusal_is_reached_and_most_commands_are_accepted(gate):
    outcomes = [outcome for _, answer in sample(gate) for outcome in answer["outcomes"]]
    codes = Counter(outcome["error"] for outcome in outcomes if not outcome["ok"])
    expected = set(REFUSALS) if gate else set(REFUSALS) - GATE_ONLY
    assert set(codes) == expected
    assert min(codes.values()) >= 5, codes
    assert sum(outcome["ok"] for outcome in outcomes) > 0.7 * len(outcomes)
    assert sum("repeated" in outcome for outcome in outcomes) > 0.01 * len(outcomes)
    accepted = Counter(outcome["do"] for outcome in outcomes if outcome["ok"])
    assert min(accepted.values()) >= 50, accepted
    assert gate == ("call" in accepted)


def test_every_switch_value_is_drawn():
    drawn = Counter((name, timeline.get("policy", {}).get(name)) for timeline, _ in sample() for name in POLICY)
    for name, choices in POLICY.items():
        for value in (None, *choices):
            assert drawn[name, value] >= 10, (name, value)


@pytest.mark.parametrize("name, value", [(name, value) for name, values in POLICY.items() for value in values[1:]])
def test_every_switch_changes_something(name, value):
    def with_switch(timeline, chosen):
        return replay({**timeline, "policy": {**timeline.get("policy", {}), name: chosen}})

    default = POLICY[name][0]
    changed = sum(with_switch(timeline, value) != with_switch(timeline, default) for timeline, _ in sample()[:250])
    assert changed >= 3


def test_a_seed_gives_one_timeline_and_it_is_json():
    for seed in range(20):
        timeline = random_timeline(Random(seed), 30)
        assert len(timeline["commands"]) == 30
        assert timeline == random_timeline(Random(seed), 30)
        assert timeline == json.loads(json.dumps(timeline))


def _with_views(timeline: dict) -> dict:
    """The same timeline with views and empty steps between its commands."""
    commands = []
    for command in timeline["commands"]:
        commands += [{"at": command["at"], "do": do} for do in ("preview", "statement", "advance")]
        commands.append(command)
    return {**timeline, "commands": commands}


@settings(max_examples=100, deadline=None)
@given(timelines(max_commands=30))
def test_views_change_nothing(timeline):
    answer, watched = replay(timeline), replay(_with_views(timeline))
    assert watched["outcomes"][3::4] == answer["outcomes"]
    assert watched["statement"] == answer["statement"]


@settings(max_examples=100, deadline=None)
@given(timelines(max_commands=30))
def test_a_refused_or_repeated_command_might_as_well_be_left_out(timeline):
    before = copy.deepcopy(timeline)
    answer = replay(timeline)
    assert timeline == before
    pairs = list(zip(timeline["commands"], answer["outcomes"], strict=True))
    kept = [(command, outcome) for command, outcome in pairs if outcome["ok"] and "repeated" not in outcome]
    shorter = replay({**timeline, "commands": [command for command, _ in kept]})
    assert shorter["outcomes"] == [outcome for _, outcome in kept]


def _money_in(timeline: dict, outcomes: list, funds: tuple) -> int:
    given_at_start = timeline.get("wallet", {})
    money = sum(parse_money(given_at_start.get(fund, "0")) for fund in funds)
    for command, outcome in zip(timeline["commands"], outcomes, strict=True):
        if not outcome["ok"] or "repeated" in outcome:
            continue
        if command["do"] == "top_up" and command.get("fund", "cash") in funds:
            money += parse_money(command["amount"])
        elif command["do"] == "withdraw" and "cash" in funds:
            money -= parse_money(command["amount"])
    return money


def _money_out(outcomes: list, funds: tuple) -> int:
    fresh = [outcome for outcome in outcomes if outcome["ok"] and "repeated" not in outcome]
    paid = sum(parse_money(share) for o in fresh for fund, share in o.get("paid", {}).items() if fund in funds)
    returned = sum(parse_money(share) for o in fresh for fund, share in o.get("to", {}).items() if fund in funds)
    return paid - returned


def _signed(text: str) -> int:
    return -parse_money(text[1:]) if text.startswith("-") else parse_money(text)


def test_no_money_is_made_or_lost():
    for timeline, answer in sample():
        if "wallet" not in timeline:
            continue
        outcomes, wallet = answer["outcomes"], answer["statement"]["wallet"]
        billed = sum(parse_money(invoice["total"]) for invoice in answer["statement"]["invoices"])
        funds = ("cash", "income", "gift")
        left = _money_in(timeline, outcomes, funds) - _money_out(outcomes, funds) - billed
        assert _signed(wallet["balance"]) == left
        vouchers = _money_in(timeline, outcomes, ("voucher",)) - _money_out(outcomes, ("voucher",))
        assert parse_money(wallet["voucher"]) == vouchers


TERM = re.compile(r"\(?(\d+)(?: − (\d+) free)?(?: − (\d+) packs)?\)? × (\d+\.\d+)")


def test_invoices_add_up():
    """A line is explained by a term of each period that its tier was picked in."""
    for _, answer in sample():
        for invoice in answer["statement"]["invoices"]:
            for line in invoice["lines"]:
                said, _, amount = line["explanation"].replace(",", "").rpartition(" = ")
                matches = [TERM.fullmatch(term) for term in said.split(" + ")]
                terms = [
                    (int(all_) - int(free or 0) - int(packs or 0), price)
                    for all_, free, packs, price in (match.groups() for match in matches)
                ]
                assert amount == line["amount"]
                assert sum(units for units, _ in terms) == line["units"]
                assert sum(units * parse_money(price) for units, price in terms) == parse_money(amount)
                assert line["unit_price"] in [price for _, price in terms]
            assert parse_money(invoice["total"]) == sum(parse_money(line["amount"]) for line in invoice["lines"])


def test_units_are_drawn_once():
    """What packs and grants have given is what the answers say was taken, less what cancels gave back."""
    for timeline, answer in sample(gate=False):
        if timeline.get("policy", {}).get("pack_reach") == "whole_month":
            continue
        taken = Counter()
        for command, outcome in zip(timeline["commands"], answer["outcomes"], strict=True):
            if outcome["do"] == "use" and outcome["ok"] and "repeated" not in outcome:
                asked = outcome["free"] + sum(part["units"] for part in outcome["packs"]) + outcome["postpaid"]
                assert asked + outcome["unbilled"] == int(command["quantity"])
                taken.update({part["id"]: part["units"] for part in outcome["packs"]})
                taken[command["product"], "free"] += outcome["free"]
        for name in PRODUCTS:
            product = answer["statement"]["products"][name]
            given = sum(grant["units"] - grant["left"] for grant in product["grants"])
            assert given == taken[name, "free"]
            for pack in product["packs"]:
                if pack["state"] != "refunded":
                    assert pack["units"] - pack["left"] == taken[pack["id"]]


def test_documents_are_read_without_a_trace():
    for timeline, _ in sample()[:50]:
        assert len(read_document(timeline).commands) == len(timeline["commands"])
