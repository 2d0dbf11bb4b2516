"""What must hold of any book of format 2 holds of the reference."""

import format2
import pytest
from tariff_properties import NOT_SPLIT, bills, in_equal_editions, in_pools, may_be_split, random_life, split
from tariffs import FEATURES

SEEDS = range(5)


@pytest.mark.parametrize("feature", sorted(set(FEATURES) - NOT_SPLIT))
def test_splitting_a_usage_never_changes_a_bill(feature):
    for seed in SEEDS:
        timeline = random_life(f"split {feature} {seed}", [feature])
        whole = format2.replay(timeline)
        if may_be_split(whole):
            assert bills(format2.replay(split(timeline))) == bills(whole), seed


@pytest.mark.parametrize("feature", sorted(set(FEATURES) - {"editions"}))
def test_editions_with_equal_prices_change_nothing(feature):
    for seed in SEEDS:
        timeline = random_life(f"equal {feature} {seed}", [feature])
        assert format2.replay(in_equal_editions(timeline)) == format2.replay(timeline), seed


@pytest.mark.parametrize("feature", [None, "rules", "terms", "recurring_grants", "recurring_packs", "order", "ranks"])
def test_a_pool_of_one_product_is_a_plain_grant(feature):
    for seed in range(12):
        timeline = random_life(f"pool {feature} {seed}", [feature] if feature else [])
        assert bills(format2.replay(in_pools(timeline))) == bills(format2.replay(timeline)), seed
