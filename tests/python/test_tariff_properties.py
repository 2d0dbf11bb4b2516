"""What must hold of any book of format 2 holds of the core, of the features that it accepts."""

import faregate
import pytest
from tariff_properties import NOT_SPLIT, bills, in_equal_editions, in_pools, may_be_split, random_life, split
from tariffs import FEATURES

SEEDS = range(20)


def _lives(name: str, feature: str | None, change):
    """A life, and the same changed, of books that the core loads both."""
    for seed in SEEDS:
        timeline = random_life(f"{name} {feature} {seed}", [feature] if feature else [])
        changed = change(timeline)
        if not faregate.Book.errors(timeline["book"]) and not faregate.Book.errors(changed["book"]):
            yield seed, faregate.replay(timeline), faregate.replay(changed)


@pytest.mark.parametrize("feature", sorted(set(FEATURES) - NOT_SPLIT))
def test_splitting_a_usage_never_changes_a_bill(feature):
    for seed, whole, parts in _lives("split", feature, split):
        if may_be_split(whole):
            assert bills(parts) == bills(whole), seed


@pytest.mark.parametrize("feature", sorted(set(FEATURES) - {"editions"}))
def test_editions_with_equal_prices_change_nothing(feature):
    for seed, plain, edited in _lives("equal", feature, in_equal_editions):
        assert bills(edited) == bills(plain), seed


@pytest.mark.parametrize("feature", [None, "rules", "terms", "recurring_grants", "recurring_packs", "order", "ranks"])
def test_a_pool_of_one_product_is_a_plain_grant(feature):
    for seed, own, pooled in _lives("pool", feature, in_pools):
        assert bills(pooled) == bills(own), seed
