"""What must hold of any book of format 2 holds of the core, of the features that it accepts."""

import pytest
from tariff_properties import NOT_SPLIT, bills, in_equal_editions, in_pools, may_be_split, random_life, split
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
