"""Books to play with: other prices, packs and rules, each told, and rated as those of any book."""

import copy
import pickle
from decimal import Decimal

import faregate
import pytest


def test_a_price_by_tier_pack_and_meter(book):
    dearer = book.with_price("image", tier=10_000, percent=10)
    assert dearer.price("image", "calls", 10_000).amount == 10_000 * Decimal("0.198")
    assert dearer.price("image", "calls", 9_999).amount == book.price("image", "calls", 9_999).amount
    assert book.with_price("image", "0.20", tier=0).price("image", "calls", 10).amount == Decimal("2.00")
    cheaper = book.with_price("image", percent="-2.5", meter="qps")
    assert cheaper.price("image", "qps", 60, months=1).amount == 60 * 1950  # 2,000 less 2.5 %
    assert cheaper.price("image", "qps", 60, days=1).amount == 60 * Decimal("82.875")  # 85 less 2.5 %
    packs = {pack.id: pack.price for pack in book.with_price("image", 180, pack="calls-1k").products[0].packs}
    assert packs["calls-1k"] == 180 and packs["calls-10k"] == 1500
    free = book.with_price("image", percent=-100)
    assert free.price("image", "calls", 5_000_000).amount == 0
    third = book.with_price("image", tier=0, percent="33.3333333333333")
    assert third.price("image", "calls", 1).amount == Decimal("0.32")  # 0.24 × 1.333…, to 12 decimals


def test_a_changed_book_says_so(book):
    changed = book.with_price("image", tier=10_000, percent=10).without_pack("calls-1k", product="image")
    words = "image: price of calls from 10,000 on +10 %; image: without pack calls-1k"
    assert book.changed is None and repr(book) == "Book('tencent-facefusion')"
    assert changed.changed == words and repr(changed) == f"<Book 'tencent-facefusion', changed: {words}>"
    assert changed != book and hash(changed) != hash(book)
    for same in (pickle.loads(pickle.dumps(changed)), copy.copy(changed), faregate.Account(changed).book,
                 faregate.Book(changed.to_dict())):  # fmt: skip
        assert same == changed and repr(same) == repr(changed)
    decides = [(each.path, each.ours, each.theirs) for each in book.diff(changed) if not each.for_people]
    assert ("products[image].price.tiers[1].price", Decimal("0.18"), Decimal("0.198")) in decides
    assert any("calls-1k" in path for path, _, _ in decides) and len(decides) == 2


def test_a_pack_that_is_not_sold(book):
    without = book.without_pack("calls-1k")
    assert all("calls-1k" not in {pack.id for pack in product.packs} for product in without.products)
    account = faregate.Account(without)
    account.open("image", at="2024-11-05")
    with pytest.raises(faregate.UnknownPack):
        account.buy_pack("image", "calls-1k", at="2024-11-05")
    kept = book.without_pack("calls-1k", product="image").products[1]
    assert "calls-1k" in {pack.id for pack in kept.packs}


def test_other_keys(book):
    ungranted = book.replace("image", grants=[])
    assert ungranted.products[0].grants == () and ungranted.changed == "image: other grants"
    assert book.replace(refund_days=0).refund_days == 0
    assert book.replace(refund_days=None).refund_days == 7  # as the format has it
    rounded = book.with_price("image", percent=1).replace(notice_days=60)
    assert rounded.changed == "image: price of calls +1 %; other notice_days"


def test_prices_of_rules():
    book = faregate.Book("aliyun-qwen")
    product = next(item for item in book.products if item.rules)
    rule = next(each for each in product.rules if each.price is not None)
    changed = book.with_price(product.id, percent=50, rule=rule.id)
    found = next(
        each for item in changed.products if item.id == product.id for each in item.rules if each.id == rule.id
    )
    assert found.price.price == rule.price.price * Decimal("1.5")
    assert len([each for each in book.diff(changed) if not each.for_people]) == 1


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda book: book.with_price("image"), "Invalid", "^price: expected either"),
        (lambda book: book.with_price("image", "1", percent=1, tier=0), "Invalid", "^price: expected either"),
        (lambda book: book.with_price("image", "1"), "Invalid", "^tier: there are 5 prices"),
        (lambda book: book.with_price("image", 0.5, tier=0), "Invalid", "^price: .*0.5"),
        (lambda book: book.with_price("image", "x", tier=0), "Invalid", r"price"),
        (lambda book: book.with_price("image", "-1", tier=0), "Invalid", r"products\[0\].price.tiers\[0\].price"),
        (lambda book: book.with_price("image", percent=1, tier=5), "Invalid", "^tier: .* 0, 10000, 100000"),
        (lambda book: book.with_price("image", percent="x"), "Invalid", "^percent: .*'x'"),
        (lambda book: book.with_price("image", percent="1/3"), "Invalid", "^percent: .*'1/3'"),
        (lambda book: book.with_price("image", percent="1e100"), "Invalid", "^percent: .*'1e100'"),
        (lambda book: book.with_price("image", percent=-101), "Invalid", "^percent: .*-101"),
        (lambda book: book.with_price("image", percent=float("nan")), "Invalid", "^percent: "),
        (lambda book: book.with_price("image", percent=True), "Invalid", "^percent: "),
        (lambda book: book.with_price("image", percent=1, pack="calls-9k"), "UnknownPack", "^pack: .*calls-10k"),
        (lambda book: book.with_price("image", percent=1, meter="rps"), "UnknownMeter", "^meter: .*calls, qps"),
        (lambda book: book.with_price("image", percent=1, rule="r"), "Invalid", "^rule: .*none"),
        (lambda book: book.with_price("image", percent=1, rule="r", pack="p"), "Invalid", "^pack: expected one of"),
        (lambda book: book.with_price(7, percent=1), "UnknownProduct", "^product: .*image, image-pro"),
        (lambda book: book.without_pack("calls-9k"), "UnknownPack", "^pack: .*calls-1k"),
        (lambda book: book.without_pack("materials-10", product="image-pro"), "UnknownPack", "^pack: "),
        (lambda book: book.replace(), "Invalid", "^keys: "),
        (lambda book: book.replace("images", grants=[]), "UnknownProduct", "^product: "),
        (lambda book: book.replace(colour="red"), "Invalid", "^colour: there is no"),
        (lambda book: book.replace("image", grants=7), "Invalid", r"^products\[0\].grants: "),
    ],
)
def test_what_cannot_be_changed_is_named(book, change, error, message):
    with pytest.raises(getattr(faregate, error), match=message):
        change(book)


def test_a_book_with_editions_is_changed_by_edition(book):
    described = book.to_dict()
    editions = [{"effective": date, "products": described["products"]} for date in ("2024-01-01", "2025-01-01")]
    common = ("format", "id", "title", "currency", "minor_digits", "time_zone", "rounding", "sources")
    many = faregate.Book({**{key: described[key] for key in common}, "editions": editions})
    with pytest.raises(faregate.Invalid, match="ask book.as_of"):
        many.with_price("image", percent=1)
    one = many.as_of("2024-06-01").with_price("image", percent=1)
    assert one.price("image", "calls", 1000).amount == Decimal("242.40")
