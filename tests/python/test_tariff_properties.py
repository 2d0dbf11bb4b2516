"""What must hold of any book of format 2 holds of the core, of the features that it accepts."""

import copy
from random import Random

import pytest
from tariff_properties import (
    NOT_SPLIT,
    bills,
    in_equal_editions,
    in_pools,
    invoiced,
    may_be_split,
    random_life,
    settled,
    split,
)
from tariffs import FEATURES
from toy import answer_of

SEEDS = range(20)
COMPARED = (
    "rules",
    "terms",
    "outcomes",
    "stairstep",
    "switches",
    "limits",
    "ranks",
    "order",
    "recurring_grants",
    "exact_validity",
    "capacities",
    "events",
    "postpaid",
    "freeze",
    "zones",
    "editions",
    "counters",
    "tier_fees",
    "schedule_rounding",
    "choices",
)  # those of test_tariffs_against_reference


def _lives(name: str, feature: str | None, change):
    """A life, and the same changed, where the core lives both."""
    for seed in SEEDS:
        timeline = random_life(f"{name} {feature} {seed}", [feature] if feature else [])
        answer, changed = answer_of(timeline), answer_of(change(timeline))
        if answer is not None and changed is not None:
            yield seed, answer, changed


@pytest.mark.parametrize("feature", sorted(set(COMPARED) - NOT_SPLIT))
def test_splitting_a_usage_never_changes_a_bill(feature):
    for seed, whole, parts in _lives("split", feature, split):
        if may_be_split(whole):
            assert bills(parts) == bills(whole), seed


@pytest.mark.parametrize("feature", sorted(set(COMPARED) - {"editions"}))
def test_editions_with_equal_prices_change_nothing(feature):
    for seed, plain, edited in _lives("equal", feature, in_equal_editions):
        assert bills(edited) == bills(plain), seed


@pytest.mark.parametrize("feature", [None])
def test_a_pool_of_one_product_is_a_plain_grant(feature):
    for seed, own, pooled in _lives("pool", feature, in_pools):
        assert bills(pooled) == bills(own), seed


ALL = sorted(FEATURES)
OFTEN = ((), ("adjust", "call", "end"))  # which commands come often, life by life


def _lives_of_all(name: str, without: set, change):
    """Lives in books of up to three of all features."""
    for seed in range(60):
        rng = Random(f"{name} {seed}")
        features = rng.sample(sorted(set(ALL) - without), rng.randint(1, 3))
        timeline = random_life(f"{name} all {seed}", features, OFTEN[seed % len(OFTEN)])
        answer, changed = answer_of(timeline), answer_of(change(timeline))
        if answer is not None and changed is not None:
            yield seed, answer, changed


def test_splitting_a_usage_never_changes_a_bill_of_any_features():
    for seed, whole, parts in _lives_of_all("split", NOT_SPLIT, split):
        if may_be_split(whole):
            assert bills(parts) == bills(whole), seed


def test_editions_with_equal_prices_change_nothing_of_any_features():
    """But for aggregates: see below."""
    for seed, plain, edited in _lives_of_all("equal", {"editions", "aggregates"}, in_equal_editions):
        assert bills(edited) == bills(plain), seed


def test_editions_with_equal_prices_change_nothing_of_aggregates():
    """What is held is cut by an edition that says something else alone."""
    lived = 0
    for seed in range(60):
        rng = Random(f"cut {seed}")
        features = ["aggregates", *rng.sample(sorted(set(ALL) - {"editions", "aggregates"}), rng.randint(0, 2))]
        life = random_life(f"cut {seed}", features, OFTEN[seed % len(OFTEN)])
        plain, edited = answer_of(life), answer_of(in_equal_editions(life))
        assert (plain is None) == (edited is None), seed
        if plain is not None:
            assert bills(edited) == bills(plain), seed
            lived += 1
    assert lived > 30


def test_a_pool_of_one_product_is_a_plain_grant_of_any_features():
    """Of several editions, and of bundles, the lots are not moved."""
    without = {"editions", "bundles", "pools", "money_pools"}
    for seed, own, pooled in _lives_of_all("pool", without, in_pools):
        assert bills(pooled) == bills(own), seed


SETTLED_OFTEN = [
    "rules",
    "terms",
    "stairstep",
    "counters",
    "tier_fees",
    "schedule_rounding",
    "editions",
    "order",
    "zones",
]


@pytest.mark.parametrize("feature", [None, *SETTLED_OFTEN])
def test_invoices_of_a_month_add_up_to_the_month_rounded_once(feature):
    """Of a running total they are what it came to, less what was invoiced."""
    lived = 0
    for seed in SEEDS:
        life = random_life(f"often {feature} {seed}", [feature] if feature else [])
        year, month = map(int, life["commands"][-1]["at"][:7].split("-"))
        end = f"{year + month // 12}-{month % 12 + 1:02d}-01T00:00:00"  # of the last month
        by_month = answer_of(settled(copy.deepcopy(life), "month", end))
        for period in ("day", "hour"):
            often = answer_of(settled(copy.deepcopy(life), period, end))
            assert (often is None) == (by_month is None), seed
            if often is not None:
                assert invoiced(often) == invoiced(by_month), (seed, period)
                lived += 1
    assert lived > len(SEEDS)
