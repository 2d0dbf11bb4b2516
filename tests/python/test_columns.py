"""Many prices at once: as exact as one by one, by the price list worked out anew in fractions."""

import math
import os
import random
from array import array
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import faregate
import pytest

LONG = "FAREGATE_LONG" in os.environ
RANDOM_ROWS = 1_000_000 if LONG else 10_000
MOST = 2**63 - 1
MONTHS = ("2023-02-10", "2024-02-10", "2024-04-10", "2024-05-10")  # of 28 to 31 days


def cases():
    """book, product, meter, keyword arguments and schedule of everything that has a price. What is counted from
    attributes has its columns in test_rules.py."""
    for name in faregate.shipped_books():
        document = faregate.Book(name).to_dict()
        for product in document["products"]:
            if "quantity" in product:
                continue
            months = MONTHS if product["price"].get("per_hours_of_month") else MONTHS[:1]
            for at in months:
                yield name, product["id"], product["meter"], {"at": at}, product["price"]
            capacity = product.get("capacity") or {}
            for period in ("day", "month"):
                if capacity.get(period):
                    periods = {f"{period}s": 7}
                    yield name, product["id"], capacity["meter"], periods, capacity[period]


CASES = list(cases())


def identity(case):
    return "-".join(str(part) for part in (*case[:3], *case[3].values()))


def edges(schedule, hours):
    """Quantities at and around each edge, each block, and the ends of what 64 bits hold."""
    block = int(schedule.get("block") or 1)
    tiers = schedule.get("tiers") or [{"from": 0}]
    around = {0, 1, block, 2**31, 2**32, 2**53, 2**62, MOST} | {int(tier["from"]) * hours for tier in tiers}
    near = {quantity + step for quantity in around for step in (-block, -2, -1, 0, 1, 2, block)}
    return sorted(quantity for quantity in near if 0 <= quantity <= MOST)


def random_quantities(rows, seed):
    generator = random.Random(seed)
    return [generator.randrange(2 ** generator.randint(1, 50)) for _ in range(rows)]


def rounded(amount, rounding):
    """A line's amount, rounded as the book says."""
    if rounding == "none":
        return amount
    step = Fraction(1, 10 ** rounding["digits"])
    count = amount / step
    down = math.floor(count)
    rest = count - down
    up = {
        "half_up": rest >= Fraction(1, 2),
        "half_even": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and down % 2 == 1),
        "up": rest > 0,
        "down": False,
    }
    return (down + up[rounding["mode"]]) * step


def listed_price(schedule, quantity, rounding, hours, periods):
    """By the words of the price list; None where a unit that is charged has no price."""
    block = int(schedule.get("block") or 1)
    units = -(-quantity // block) * block
    per = int(schedule.get("per") or 1) * hours
    tiers = [(int(tier["from"]) * hours, tier["price"]) for tier in schedule.get("tiers", ())]
    tiers = tiers or [(0, schedule["price"])]
    upper = schedule.get("edges") == "upper"
    if schedule["model"] == "graduated":
        total = Fraction(0)
        for (low, price), (high, _) in zip(tiers, [*tiers[1:], (math.inf, None)]):
            slice_units = min(units, high) - low
            if slice_units > 0:
                if price is None:
                    return None
                total += rounded(Fraction(price) * slice_units * periods / per, rounding)
        return total
    reached = [price for low, price in tiers if low == 0 or (units > low if upper else units >= low)]
    if reached[-1] is None:
        return None if units > 0 else Fraction(0)
    charged = (units > 0) if schedule["model"] == "stairstep" else Fraction(units, per)
    return rounded(Fraction(reached[-1]) * charged * periods, rounding)


def hours_of_month(schedule, at):
    days = {"2023-02-10": 28, "2024-02-10": 29, "2024-04-10": 30, "2024-05-10": 31}
    return 24 * days[at] if schedule.get("per_hours_of_month") else 1


def one_by_one(book, product, meter, quantities, keywords):
    """The amounts, or the class of what is raised."""
    amounts = []
    for quantity in quantities:
        try:
            amounts.append(book.price(product, meter, quantity, **keywords).amount)
        except faregate.Refusal as refusal:
            amounts.append(type(refusal))
    return amounts


@pytest.mark.parametrize("case", CASES, ids=identity)
def test_every_price_is_that_of_one_quantity_and_of_the_list(case):
    name, product, meter, keywords, schedule = case
    book = faregate.Book(name)
    rounding = book.to_dict()["rounding"]
    hours = hours_of_month(schedule, keywords.get("at"))
    periods = keywords.get("days") or keywords.get("months") or 1
    share = sum(other[0] == name for other in CASES)
    quantities = edges(schedule, hours) + random_quantities(RANDOM_ROWS // share, seed=name)
    expected = one_by_one(book, product, meter, quantities, keywords)
    for quantity, amount in zip(quantities, expected[: 200 if LONG else len(quantities)]):
        listed = listed_price(schedule, quantity, rounding, hours, periods)
        if isinstance(amount, type):  # a whole block more may be too many units to count
            assert amount is faregate.Overflow or listed is None, quantity
        else:
            assert Fraction(amount) == listed, quantity
    good = [(quantity, amount) for quantity, amount in zip(quantities, expected) if isinstance(amount, Decimal)]
    column = book.price_many(product, meter, array("q", [quantity for quantity, _ in good]), **keywords)
    assert column.tolist() == [amount for _, amount in good]
    for quantity, amount in zip(quantities, expected):
        if isinstance(amount, type):
            with pytest.raises(amount) as raised:
                book.price_many(product, meter, [0, quantity], **keywords)
            assert raised.value.row == 1


SCHEDULES = [
    {"model": "stairstep", "tiers": [{"from": 0, "price": "5"}, {"from": 100, "price": "12.50"}]},
    {
        "model": "stairstep",
        "edges": "upper",
        "block": 10,
        "tiers": [{"from": 0, "price": "5"}, {"from": 100, "price": "8"}],
    },
    {"model": "volume", "edges": "upper", "per": 7, "tiers": [{"from": 0, "price": "1"}, {"from": 70, "price": "0.9"}]},
    {
        "model": "graduated",
        "per": 3,
        "block": 2,
        "tiers": [{"from": 0, "price": "1"}, {"from": 8, "price": "0.333333"}],
    },
    {
        "model": "graduated",
        "edges": "upper",
        "per": 1000,
        "tiers": [{"from": 0, "price": "0"}, {"from": 5, "price": "9.99"}],
    },
    {"model": "volume", "tiers": [{"from": 0, "price": None}, {"from": 4, "price": "2"}]},
    {"model": "graduated", "tiers": [{"from": 0, "price": "2"}, {"from": 4, "price": None}, {"from": 9, "price": "1"}]},
    {"model": "flat", "per": 2**40 + 1, "price": "99999999999999"},
    {"model": "volume", "tiers": [{"from": edge, "price": str(1 + edge % 3)} for edge in range(64)]},
]


@pytest.mark.parametrize("mode", ["half_up", "half_even", "up", "down"])
@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: schedule["model"])
@pytest.mark.parametrize("digits", [0, 2, 12])
def test_every_model_and_rounding(schedule, mode, digits):
    book = book_of(schedule, {"digits": digits, "mode": mode})
    quantities = sorted({*range(150), *edges(schedule, 1)})
    expected = one_by_one(book, "p", "units", quantities, {})
    for quantity, amount in zip(quantities, expected):
        listed = listed_price(schedule, quantity, {"digits": digits, "mode": mode}, 1, 1)
        if isinstance(amount, type):
            assert amount is faregate.Overflow or listed is None
        else:
            assert Fraction(amount) == listed
    good = [(quantity, amount) for quantity, amount in zip(quantities, expected) if isinstance(amount, Decimal)]
    assert book.price_many("p", "units", [quantity for quantity, _ in good]).tolist() == [amount for _, amount in good]


def book_of(schedule, rounding, **product):
    return faregate.Book(
        {
            "format": "faregate-book/1",
            "id": "test",
            "title": "Test",
            "currency": "EUR",
            "minor_digits": 2,
            "utc_offset": "+00:00",
            "rounding": rounding,
            "products": [{"id": "p", "meter": "units", "price": schedule, **product}],
        }
    )


def test_decimals_minor_units_and_floats_are_one_amount(book):
    quantities = [0, 1, 9_999, 10_000, 89_000, 10**13]
    decimals = book.price_many("image", "calls", quantities)
    minor = book.price_many("image", "calls", quantities, out="minor")
    floats = book.price_many("image", "calls", quantities, out="float")
    assert (decimals.type, decimals.scale, minor.type, minor.scale, floats.type) == (
        "decimal128",
        2,
        "int64",
        2,
        "float64",
    )
    assert minor.tolist() == [int(amount * 100) for amount in decimals.tolist()]
    assert floats.tolist() == [float(amount) for amount in decimals.tolist()]


def test_a_float_is_the_nearest_one_also_where_64_bits_are_not_enough(book):
    quantities = [2**53 + 1, 2**60 + 1, MOST]
    amounts = book.price_many("image", "calls", quantities).tolist()
    assert book.price_many("image", "calls", quantities, out="float").tolist() == [float(amount) for amount in amounts]


def test_minor_units_that_do_not_hold_an_amount_are_refused_by_row():
    book = faregate.Book("baidu-face-qps")
    product = next(p for p in book.to_dict()["products"] if "0.0004" in str(p["price"]))
    with pytest.raises(faregate.Invalid) as raised:
        book.price_many(product["id"], product["meter"], [0, 100, 1], out="minor")
    assert raised.value.row == 2
    assert book.price_many(product["id"], product["meter"], [1], out="minor", scale=4).tolist() == [4]


def test_minor_units_beyond_64_bits_are_an_overflow(book):
    with pytest.raises(faregate.Overflow) as raised:
        book.price_many("image", "calls", [1, MOST], out="minor", scale=12)
    assert raised.value.row == 1


@pytest.mark.parametrize("bad", [-1, -MOST - 1, 2**63, 2**200, -(2**200)])
@pytest.mark.parametrize("row", [0, 1, 1023, 1024, 5000])
def test_a_bad_row_is_named(book, bad, row):
    quantities = [7] * 6000
    quantities[row] = bad
    with pytest.raises(faregate.Invalid) as raised:
        book.price_many("image", "calls", quantities)
    assert (raised.value.row, raised.value.path) == (row, f"quantities[{row}]")


@pytest.mark.parametrize("bad", [1.0, True, "1", b"1", Decimal(1), [1]])
def test_what_is_no_integer_is_refused(book, bad):
    with pytest.raises(faregate.InvalidType, match=r"quantities\[1\]"):
        book.price_many("image", "calls", [1, bad])


@pytest.mark.parametrize("bad", [None, 7, "12", array("d", [1.0]), memoryview(b"ab").cast("?"), object()])
def test_what_is_no_column_is_refused(book, bad):
    with pytest.raises(faregate.InvalidType, match="quantities"):
        book.price_many("image", "calls", bad)


@pytest.mark.parametrize(
    ("keywords", "path"),
    [({"out": "euro"}, "out"), ({"scale": 13}, "scale"), ({"scale": -1}, "scale"), ({"days": 1}, "days")],
)
def test_options_are_checked(book, keywords, path):
    with pytest.raises(faregate.Invalid, match=path):
        book.price_many("image", "calls", [1], **keywords)


def test_names_are_checked(book):
    with pytest.raises(faregate.UnknownProduct):
        book.price_many("picture", "calls", [1])
    with pytest.raises(faregate.UnknownMeter):
        book.price_many("image", "units", [1])
    with pytest.raises(faregate.UnknownProduct):
        book.bill_many("picture", [1])


@pytest.mark.parametrize("raised", [ZeroDivisionError, KeyboardInterrupt, MemoryError])
def test_what_the_caller_s_own_code_raises_is_not_replaced(book, raised):
    def quantities():
        yield 1
        raise raised

    class Interrupted:
        def __array__(self):
            raise KeyboardInterrupt

    with pytest.raises(raised):
        book.price_many("image", "calls", quantities())
    with pytest.raises(KeyboardInterrupt):
        book.price_many("image", "calls", Interrupted())


@pytest.mark.parametrize("code", "bBhHiIlLqQ")
def test_a_buffer_of_any_integers(book, code):
    values = [0, 1, 100, 127]
    expected = book.price_many("image", "calls", values).tolist()
    assert book.price_many("image", "calls", array(code, values)).tolist() == expected
    assert book.price_many("image", "calls", memoryview(array(code, values))[::-1]).tolist() == expected[::-1]


def test_unaligned_and_read_only_buffers(book):
    values = array("q", [5, 89_000, 0])
    shifted = memoryview(b"x" + values.tobytes())[1:].cast("q")
    assert book.price_many("image", "calls", shifted).tolist() == book.price_many("image", "calls", values).tolist()


def test_integers_and_floats_are_a_buffer_and_nulls_are_not(book):
    minor = memoryview(book.price_many("image", "calls", [1, 10], out="minor"))
    assert (minor.format, minor.shape, minor.readonly, minor.tolist()) == ("q", (2,), True, [24, 240])
    floats = memoryview(book.price_many("image", "calls", [1, None], out="float"))
    assert floats.format == "d" and floats[0] == 0.24 and math.isnan(floats[1])
    with pytest.raises(BufferError):
        memoryview(book.price_many("image", "calls", [1, None], out="minor"))
    with pytest.raises(BufferError):
        memoryview(book.price_many("image", "calls", [1]))


def test_a_column_is_a_sequence(book):
    column = book.price_many("image", "calls", range(5))
    assert (len(column), column[1], list(column), column.null_count) == (5, Decimal("0.24"), column.tolist(), 0)
    assert "decimal128(38, 2)" in repr(column)
    with pytest.raises(IndexError):
        column[5]


def billed(book, total, free, packs, basis):
    """R7, R11, R12, one row."""
    of_free = min(total, free)
    of_packs = min(total - of_free, packs)
    rest = total - of_free - of_packs
    picks = {"residual": rest, "after_free": rest + of_packs, "total": total}[basis]
    return of_free, of_packs, rest, book.price("image", "calls", rest, tier_quantity=picks).amount


@pytest.mark.parametrize("basis", ["residual", "after_free", "total"])
def test_bills_cover_and_price_each_month_of_each_account(book, basis):
    generator = random.Random(basis)
    accounts, months = 300, 7
    totals = [
        generator.choice([0, 500, 1000, 9_999, 11_000, generator.randrange(10**7)]) for _ in range(accounts * months)
    ]
    free = [generator.choice([0, 1000]) for _ in totals]
    packs = [generator.choice([0, 10_000, 1_000_000]) for _ in range(accounts)]
    table = book.bill_many("image", totals, periods=months, free=free, packs=packs, tier_basis=basis)
    rows = []
    for account in range(accounts):
        left = packs[account]
        for row in range(account * months, (account + 1) * months):
            rows.append(billed(book, totals[row], free[row], left, basis))
            left -= rows[-1][1]
    assert [tuple(row.values()) for row in table] == rows


def test_bills_by_default_have_the_monthly_quota_and_no_packs(book):
    table = book.bill_many("image", [500, 90_000, 15_000], packs=10_000)
    assert table["free"].tolist() == [500, 1000, 1000]
    assert table["packs"].tolist() == [0, 10_000, 10_000]
    assert book.bill_many("image", [90_000])["amount"].tolist() == [Decimal("16020.00")]  # W4
    assert book.bill_many("image-pro", [100])["free"].tolist() == [0]  # R3: claimed, not issued monthly


def test_an_amended_quota_counts_from_its_month():
    document = faregate.Book("tencent-facefusion").to_dict()
    document["amendments"] = [
        {
            "announced": "2025-01-01",
            "effective": "2025-03-01",
            "product": "image",
            "grant": "free-calls",
            "quantity": 200,
        }
    ]
    book = faregate.Book(document)
    table = book.bill_many("image", [5000] * 4, periods=4, at="2025-01-15")
    assert table["free"].tolist() == [1000, 1000, 200, 200]


def test_the_month_of_a_period_has_its_hours():
    book = faregate.Book("aws-s3")
    product = book.products[0]
    starts = [datetime(2024, month, 1) for month in range(1, 7)]
    totals = [10**15] * 6
    table = book.bill_many(product.id, totals, periods=6, free=0, at=starts[0])
    assert table["amount"].tolist() == [book.price(product.id, product.meter, 10**15, at=at).amount for at in starts]


def test_bills_leave_nulls_null_and_name_bad_rows(book):
    table = book.bill_many("image", [5000, None, 7], packs=[None, 5, None])
    assert [table[name].tolist()[1] for name in table.columns] == [None] * 4
    assert table["packs"].tolist() == [0, None, 0]
    for column, arguments in {
        "totals": ([1, -5], {}),
        "free": ([1, 2], {"free": [1, -1]}),
        "packs": ([1, 2], {"packs": [1, -1]}),
    }.items():
        with pytest.raises(faregate.Invalid, match=column) as raised:
            book.bill_many("image", arguments[0], **arguments[1])
        assert raised.value.row == 1


@pytest.mark.parametrize(
    ("keywords", "path"),
    [
        ({"periods": 2}, "periods"),
        ({"periods": 0}, "periods"),
        ({"periods": -1}, "periods"),
        ({"free": [1, 2]}, "free"),
        ({"packs": [1, 2]}, "packs"),
        ({"tier_basis": "all"}, "tier_basis"),
    ],
)
def test_the_shape_of_bills_is_checked(book, keywords, path):
    with pytest.raises(faregate.Invalid, match=path):
        book.bill_many("image", [1, 2, 3], **keywords)


def test_days_have_no_monthly_quota_by_themselves():
    grant = {"id": "g", "quantity": 5, "issue": "monthly", "validity": "month"}
    book = book_of(SCHEDULES[0], "none", tier_period="day", grants=[grant])
    with pytest.raises(faregate.Invalid, match="free"):
        book.bill_many("p", [1])
    assert book.bill_many("p", [1], free=1)["postpaid"].tolist() == [0]


def test_what_is_no_column_of_integers_is_told_in_words(book):
    pa = pytest.importorskip("pyarrow")
    np = pytest.importorskip("numpy")
    columns = {
        "floats": [pa.array([1.0, None]), np.array([1.0])],
        "true and false": [pa.array([True]), np.array([True])],
        "decimals": [pa.array([Decimal("2.00")])],
        "timestamps": [pa.array([1], pa.timestamp("s", "UTC"))],
        "dates": [pa.array([1], pa.date32())],
        "text": [pa.array(["1"]), pa.array(["1"], pa.large_string())],
        "lists": [pa.array([[1]])],
        "categories": [pa.array([5, 6]).dictionary_encode()],
        "runs": [pa.RunEndEncodedArray.from_arrays([1, 2], [5, 6])],
    }
    for words, wrong in columns.items():
        for column in wrong:
            with pytest.raises(faregate.InvalidType, match=f"^quantities: expected integers, not {words} "):
                book.price_many("image", "calls", column)


def test_what_a_masked_array_hides_is_null(book):
    """Its buffer holds the hidden values, too: 20 calls that nobody meant were priced."""
    np = pytest.importorskip("numpy")
    quantities = np.ma.array([10, 20, 30], mask=[False, True, False])
    priced = [Decimal("2.40"), None, Decimal("7.20")]  # R11: 0.24 each
    assert book.price_many("image", "calls", quantities).tolist() == priced
    assert book.price_many("image", "calls", quantities[::-1]).tolist() == priced[::-1]
    assert book.price_many("image", "calls", np.ma.array([10], mask=False)).tolist() == priced[:1]
    assert book.bill_many("image", quantities, free=5)["amount"].tolist() == [Decimal("1.20"), None, Decimal("6.00")]
    for wrong in (np.ma.array([1.0], mask=[False]), np.ma.array([[1]]), np.ma.masked):
        with pytest.raises(faregate.InvalidType, match="quantities"):
            book.price_many("image", "calls", wrong)


@pytest.mark.parametrize("given", [{3, 1}, frozenset({1}), {1: 2}])
def test_what_has_no_order_is_no_column(book, given):
    with pytest.raises(faregate.InvalidType, match="^quantities: expected .* sequence of int, not"):
        book.price_many("image", "calls", given)
    assert book.price_many("image", "calls", sorted(given)).null_count == 0
