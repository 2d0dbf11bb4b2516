"""Plans beside each other: by several books, over trials of demand; and what lies between two of a kind."""

import json
import random
import statistics
from decimal import Decimal, localcontext
from fractions import Fraction

import faregate
import pytest

FORECAST = {"product": "image", "start": "2025-01", "calls": [15_000 + 2_000 * month for month in range(12)]}


def total_of(rows, name):
    return next(row["total"] for row in rows if row["plan"] == name)


def test_several_books_are_compared(book):
    cheaper = book.with_price("image", percent=-50)
    compared = faregate.compare([book, cheaper], FORECAST, ["postpaid", {"pack": "calls-10k"}])
    changed = "tencent-facefusion (image: price of calls -50 %)"
    assert set(compared.plans) == {
        f"{name}: {way}" for name in ("tencent-facefusion", changed) for way in ("postpaid", "only calls-10k")
    }
    totals = {name: total_of(compared.rows, f"{name}: postpaid") for name in ("tencent-facefusion", changed)}
    assert totals[changed] * 2 == totals["tencent-facefusion"]
    assert compared.rows["more"][0] == 0 and compared.rows["plan"][0] == next(iter(compared.plans))
    assert faregate.compare(["tencent-facefusion"], FORECAST).rows == faregate.compare(book, FORECAST).rows
    assert faregate.compare("tencent-facefusion", FORECAST).rows == faregate.compare(book, FORECAST).rows


def test_books_that_name_a_product_otherwise(book):
    vision = faregate.Book("google-vision")
    product = vision.products[0].id
    forecast = FORECAST | {"product": {book.id: "image", vision.id: product}, "calls": [90_000] * 3}
    compared = faregate.compare([book, vision], forecast, ["postpaid"], fx={"USD": "7"})
    theirs = compared.plans[f"{vision.id}: postpaid"]
    assert theirs.product == product and theirs.currency == "USD"
    assert total_of(compared.rows, f"{vision.id}: postpaid") == theirs.total * 7
    assert compared.currency == "CNY"
    with pytest.raises(faregate.Invalid, match="^product: there is none for 'google-vision'"):
        faregate.compare([book, vision], FORECAST | {"product": {book.id: "image"}})
    with pytest.raises(faregate.Invalid, match="^book: expected at least one"):
        faregate.compare([], FORECAST)


def test_ways_of_a_book_of_their_own_are_asked_once(book):
    other = faregate.Book(book.to_dict() | {"id": "other"})
    compared = faregate.compare([book, other], FORECAST, ["postpaid", (book, {"pack": "calls-10k"})])
    names = ["tencent-facefusion: postpaid", "other: postpaid", "tencent-facefusion: only calls-10k"]
    assert sorted(compared.plans) == sorted(names)


def test_plans_over_the_same_trials(book):
    compared = faregate.compare(book, FORECAST, ["cheapest", "postpaid", {"pack": "calls-1k"}])
    ranking = compared.simulate(trials=40, spread=0.3, seed=1)
    for name, simulation in ranking.simulations.items():
        alone = faregate.simulate(book, FORECAST, compared.plans[name], trials=40, spread=0.3, seed=1)
        assert simulation == alone and ranking.totals[name] == alone.totals
    rows = {row["plan"]: row for row in ranking.rows}
    best = [min(trial) for trial in zip(*ranking.totals.values())]
    for name, totals in ranking.totals.items():
        row = rows[name]
        assert row["mean"] == statistics.mean(totals)
        regrets = [total - least for total, least in zip(totals, best)]
        assert (row["regret"], row["worst_regret"]) == (statistics.mean(regrets), max(regrets))
        assert row["cheapest"] == regrets.count(0)
        assert row["quantile"] == sorted(totals)[37]  # the 38th of 40
    for criterion in ("mean", "quantile", "regret", "worst_regret"):
        values = ranking.by(criterion)[criterion].tolist()
        assert values == sorted(values)
    assert ranking.by("quantile", 0.5)["quantile"].tolist() == sorted(
        simulation.quantile(0.5) for simulation in ranking.simulations.values()
    )
    assert repr(ranking).startswith("Ranking(") and "<table>" in ranking._repr_html_()
    for wrong in ("median", 7, None):
        with pytest.raises(faregate.Invalid, match="^criterion: "):
            ranking.by(wrong)
    with pytest.raises(faregate.Invalid, match="^quantile: "):
        ranking.by("quantile", 95)


def test_a_ranking_is_in_one_currency(book):
    dollars = faregate.Book(book.to_dict() | {"id": "dollars", "currency": "USD"})
    ways = {"here": (book, "postpaid"), "there": (dollars, "postpaid")}
    ranking = faregate.compare(book, FORECAST, ways, fx={"USD": "7.1"}).simulate(trials=3)
    assert ranking.totals["there"] == tuple(total * Decimal("7.1") for total in ranking.totals["here"])
    assert ranking.rows["cheapest"].tolist() == [3, 0]


def test_samples_are_lived_as_they_are(book):
    rng = random.Random(5)
    samples = [[rng.randint(0, 50_000) for _ in range(12)] for _ in range(5)]
    told = faregate.simulate(book, FORECAST, "postpaid", samples=samples)
    assert told.totals == tuple(
        faregate.follow(book, FORECAST | {"calls": calls}, "postpaid").total for calls in samples
    )
    numpy = pytest.importorskip("numpy")
    pandas = pytest.importorskip("pandas")
    for same in (numpy.array(samples), pandas.DataFrame(samples), (tuple(row) for row in samples)):
        assert faregate.simulate(book, FORECAST, "postpaid", samples=same) == told
    assert faregate.compare(book, FORECAST).simulate(samples=numpy.array(samples)).simulations["postpaid"] == told
    for wrong in (7, "x", [], [[1, 2]], [[1.5] * 12], [[None] * 12], [7]):
        with pytest.raises(faregate.Invalid, match="^samples"):
            faregate.simulate(book, FORECAST, samples=wrong)


def trials_of(book, **how):
    """By month, the calls of many trials: what `postpaid` comes to at a price of 1 without free calls."""
    plain = book.replace("image", grants=[], price={"model": "flat", "price": "1"})
    forecast = {"product": "image", "start": "2025-01", "calls": [10_000] * 3}
    told = faregate.simulate(plain, forecast, "postpaid", trials=600, **how)
    months = [[int(costs[0]) for costs in told.cumulative]]
    months += [[int(b[at] - b[at - 1]) for b in told.cumulative] for at in (1, 2)]
    return months


def test_months_that_belong_together(book):
    """Six hundred trials: a correlation is within 0.1 of what it is, four standard errors at 0."""
    alone = trials_of(book, spread=0.2)
    assert abs(statistics.correlation(alone[0], alone[1])) < 0.16
    level = trials_of(book, spread=0, level_spread=0.2)
    assert level[0] == level[1] == level[2] and 0.18 < statistics.stdev(level[0]) / 10_000 < 0.22
    half = trials_of(book, spread=0.2, correlation=0.5)
    assert half[0] == alone[0]  # the first month takes over nothing
    assert statistics.correlation(half[0], half[1]) == pytest.approx(0.5, abs=0.1)
    assert statistics.correlation(half[0], half[2]) == pytest.approx(0.25, abs=0.12)
    assert all(0.18 < statistics.stdev(month) / 10_000 < 0.22 for month in half)
    both = trials_of(book, spread=0.1, level_spread=0.1)
    assert statistics.correlation(both[0], both[2]) == pytest.approx(0.5, abs=0.1)
    assert trials_of(book, spread=0.2, correlation=1)[0] == trials_of(book, spread=0.2, correlation=1)[2]


@pytest.mark.parametrize(
    "how",
    [
        {"level_spread": -0.1},
        {"level_spread": "x"},
        {"level_spread": 0.0001},
        {"correlation": 1.5},
        {"correlation": -0.5},
        {"correlation": None},
        {"seed": -1},
        {"seed": 1.5},
    ],
)
def test_what_is_no_demand_is_named(book, how):
    for simulate in (faregate.compare(book, FORECAST).simulate, lambda **how: faregate.simulate(book, FORECAST, **how)):
        with pytest.raises(faregate.Invalid, match=f"^{next(iter(how))}: "):
            simulate(trials=2, **how)


def test_trials_are_rows(book):
    told = faregate.simulate(book, FORECAST, "postpaid", trials=3)
    assert told.rows.columns == ("trial", "total", *told.months)
    assert told.rows["total"].tolist() == list(told.totals) == told.rows["2025-12"].tolist()


def test_two_plans(book):
    a = faregate.follow(book, FORECAST, "postpaid")
    b = faregate.follow(book, FORECAST, {"orders": [{"month": "2025-02", "pack": "calls-10k", "quantity": 1}]})
    found = faregate.diff(a, b)
    assert (found.a, found.b, found.total) == (a.total, b.total, b.total - a.total)
    assert sum(found.rows["more"].tolist()) == found.total
    # 16,000 of 17,000 calls of February are charged: 2,880 before, and after a pack 6,000 at 0.24
    assert list(found.rows) == [
        {"month": "2025-02", "product": "image", "what": what, "a": before, "b": after, "more": after - before}
        for what, before, after in (("packs", 0, 1500), ("postpaid", 2880, 1440))
    ]
    assert faregate.diff(a, a).total == 0 and len(faregate.diff(a, a).rows) == 0
    assert "<th>more (CNY)</th>" in found._repr_html_()


def test_two_quotes(book):
    a = book.quote({"image": {"calls": 500}}, at="2025-01-01", months=2)
    b = book.quote({"image": {"calls": 5000, "packs": {"calls-1k": 1}}}, at="2025-01-01", months=2)
    found = faregate.diff(a, b)
    assert found.total == b.total - a.total == sum(found.rows["more"].tolist())
    assert found.rows["what"].tolist() == ["pack calls-1k", "usage calls"] * 2
    assert found.rows["more"].tolist() == [200, 720, 200, 720]  # (5,000 − 1,000 free − 1,000 of the pack) × 0.24


def test_two_books(book):
    other = book.with_price("image", percent=10)
    assert faregate.diff("tencent-facefusion", other) == book.diff(other.to_dict()) == faregate.diff(book, other)
    assert faregate.diff(book, other) == book.diff(other) and len(faregate.diff(book, other)) > 4


def test_what_are_no_two_of_a_kind(book):
    plan = faregate.follow(book, FORECAST, "postpaid")
    quote = book.quote({"image": {"calls": 500}})
    for a, b in ((book, plan), (plan, quote), (faregate.Account(book), book), (quote, 7), (plan, [])):
        with pytest.raises(faregate.Invalid, match="^a, b: expected two of a kind"):
            faregate.diff(a, b)
        with pytest.raises(faregate.Invalid, match="^a, b: expected two of a kind"):
            faregate.diff(b, a)
    dollars = faregate.Book(book.to_dict() | {"currency": "USD"})
    for a, b in (
        (plan, faregate.follow(dollars, FORECAST, "postpaid")),
        (quote, dollars.quote({"image": {"calls": 1}})),
    ):
        with pytest.raises(faregate.Invalid, match="^fx: USD and CNY are not the same money; give fx={'USD': rate}"):
            faregate.diff(a, b)
        found = faregate.diff(a, b, fx={"USD": "7.1"})
        assert (found.currency, found.a, found.b) == ("CNY", a.total, b.total * Decimal("7.1"))
        assert sum(found.rows["more"].tolist()) == found.total == found.b - found.a


def test_bills_in_two_currencies(book):
    """Of 5,000 units 1,000 are free, and the others are 0.24 yuan each here and 0.24 dollars there."""
    log = [{"account": "a", "time": "2024-11-10T10:00", "product": "image", "quantity": 5_000}]
    dollars = faregate.Book(book.to_dict() | {"currency": "USD"})
    pack = {"at": "2024-11-20", "do": "buy_pack", "product": "image", "pack": "calls-10k"}
    ours = faregate.bill(log, book)
    theirs = faregate.bill(log, dollars, accounts={"a": {"commands": [pack]}})
    with pytest.raises(faregate.Invalid, match="^fx: USD and CNY are not the same money"):
        faregate.diff(ours, theirs)
    found = faregate.diff(ours, theirs, fx={"USD": Decimal("7.25")})
    assert found.currency == "CNY" and found.purchases == 1_500 * Decimal("7.25")
    assert (found.volume, found.timing, found.tier) == (0, 0, 0)
    assert found.total == found.price == 4_000 * Decimal("0.24") * Decimal("6.25")
    back = faregate.diff(theirs, ours, fx={"CNY": "0.5"})
    assert (back.currency, back.total) == ("USD", 4_000 * Decimal("0.24") * Decimal("-0.5"))
    with pytest.raises(faregate.Invalid, match="^fx.USD: expected an exact rate above 0"):
        faregate.diff(ours, theirs, fx={"USD": 7.25})


@pytest.mark.parametrize("rate", [Decimal(1) / Decimal("7.1"), "7.123456789012345", "1." + "3" * 99])
def test_a_rate_of_many_digits(book, rate):
    """Amounts have at most 12 decimals: what a rate makes longer is rounded, and sums are those of what is shown."""
    dollars = faregate.Book(book.to_dict() | {"id": "dollars", "currency": "USD"})
    forecast = FORECAST | {"calls": [15_001] * 3}
    exact = 3 * 14_001 * Fraction("0.18") * Fraction(rate)

    def is_near(amount):
        return abs(Fraction(amount) - exact) <= 3 * Fraction(1, 2 * 10**12) and -amount.as_tuple().exponent <= 12

    compared = faregate.compare([book, dollars], forecast, ["postpaid"], fx={"USD": rate})
    assert is_near(total_of(compared.rows, "dollars: postpaid"))
    assert compared.simulate(trials=2, spread=0).rows["cheapest"].tolist()
    ours, theirs = (faregate.follow(each, forecast, "postpaid") for each in (book, dollars))
    with localcontext(prec=3):
        found = faregate.diff(ours, theirs, fx={"USD": rate})
        assert is_near(found.b)
    assert sum(found.rows["more"].tolist()) == found.total == found.b - found.a
    log = [
        {"account": "a", "time": f"2025-0{month}-10T10:00", "product": "image", "quantity": 15_001}
        for month in (1, 2, 3)
    ]
    with localcontext(prec=3):
        bills = faregate.diff(faregate.bill(log, book), faregate.bill(log, dollars), fx={"USD": rate})
    assert is_near(bills.total + ours.total) and bills.price == bills.total
    assert bills.rows["amount"].tolist()[-1] == bills.total


def lived(book, calls):
    account = faregate.Account(book)
    account.open("image", at="2024-11-01")
    for day, units in enumerate(calls, 1):
        account.use("image", units, at=f"2024-11-{day:02}T10:00")
    account.advance(at="2025-01-05")
    return account


def test_the_difference_of_bills_that_are_settled_by_the_day(book):
    """1,000 free in the month; the tier is the month's. 5,000 and 7,000 make 11,000 × 0.18, 5,000 and 2,000 make
    6,000 × 0.24."""
    daily = book.replace(settle="day", examples=None)
    ours, theirs = lived(daily, [5_000, 7_000]), lived(daily, [5_000, 2_000])
    found = faregate.diff(ours, theirs)
    assert found.total == 6_000 * Decimal("0.24") - 11_000 * Decimal("0.18")
    logs = [
        [{"account": "a", "time": f"2024-11-0{day}T10:00", "product": "image", "quantity": units} for day, units in log]
        for log in ([(1, 5_000), (2, 7_000)], [(1, 5_000), (2, 2_000)])
    ]
    assert faregate.diff(*(faregate.bill(log, daily) for log in logs)) == found


@pytest.mark.parametrize(
    "keys",
    [{"least": "500"}, {"most": "900"}, {"fees": [{"id": "line", "amount": "31", "every": "month"}]}],
)
def test_amounts_that_are_of_no_unit_are_part_of_the_price(book, keys):
    """What a bill has besides units is the same in both: there is no difference, also not between its parts. A month
    without usage has it, too."""
    bounded = book.replace("image", **keys).replace(examples=None)
    plain = book.replace(examples=None)
    for calls in ([1_500], [90_000]):
        account = lived(bounded, calls)
        same = faregate.diff(account, lived(bounded, calls))
        assert (same.volume, same.timing, same.tier, same.price) == (0, 0, 0, 0)
        other = faregate.diff(lived(plain, calls), account)
        assert (other.volume, other.timing, other.tier) == (0, 0, 0)
        assert other.price == sum(invoice.total for invoice in account.invoices) - sum(
            invoice.total for invoice in lived(plain, calls).invoices
        )
    more = faregate.diff(lived(bounded, [1_500]), lived(bounded, [0, 1_700]))
    assert more.total == more.volume + more.timing + more.tier + more.price


def test_parts_of_a_difference_are_rows(book):
    accounts = []
    for calls in (5_000, 90_000):
        account = faregate.Account(book)
        account.open("image", at="2024-11-01")
        account.use("image", calls, at="2024-11-02")
        account.advance(at="2024-12-01")
        accounts.append(account)
    found = faregate.diff(*accounts)
    assert dict(zip(found.rows["part"], found.rows["amount"]))["total"] == found.total == Decimal("15060.00")


def test_purchases_are_beside_the_difference_of_bills(book):
    """8,000 in the month of the pack, 7,000 of it charged: 7,000 × 0.24 without it, and 1,500 for the pack with it."""
    log = [{"account": "a", "time": "2024-11-10T10:00", "product": "image", "quantity": 8_000}]
    pack = {"at": "2024-11-02", "do": "buy_pack", "product": "image", "pack": "calls-10k"}
    without = faregate.bill(log, book)
    held = faregate.bill(log, book, accounts={"a": {"commands": [pack]}})
    found = faregate.diff(without, held)
    assert (found.total, found.purchases) == (Decimal("-1680.00"), Decimal("1500.00"))
    assert faregate.diff(held, without).purchases == Decimal("-1500.00")
    rows = dict(zip(found.rows["part"], found.rows["amount"]))
    assert rows["total"] == found.total and rows["purchases"] == found.purchases
    assert "purchases" in found._repr_html_()
    accounts = [bills.accounts["a"] for bills in (without, held)]
    assert faregate.diff(*accounts).purchases == Decimal("1500.00")
    assert faregate.diff(*(account.invoices for account in accounts)).purchases is None
    assert faregate.diff(without, without).purchases == 0
    assert "purchases" not in faregate.diff(without, without)._repr_html_()


@pytest.mark.parametrize("rate", [0, "0", "-1", "nan", None, True, 7.1, "7,1"])
def test_every_rate_is_checked_also_one_that_is_not_needed(book, rate):
    forecast = {"product": "image", "start": "2025-01", "calls": [5_000]}
    with pytest.raises(faregate.Invalid, match="^fx.USD: expected an exact rate above 0"):
        faregate.compare(book, forecast, ["postpaid"], fx={"USD": rate})


def test_a_search_that_ended_early_is_told_wherever_plans_are_compared(book, tmp_path, capsys):
    from faregate.cli import main

    calls = [4_000, 5_000, 9_500, 15_000, 16_000, 22_000, 60_000, 58_000, 21_000, 15_000, 9_000, 30_000]
    forecast = {"product": "image", "start": "2025-01", "calls": calls}
    early = faregate.compare(book, forecast, time_limit=1e-6)
    plan = early.plans["cheapest"]
    assert early.unproven == {"cheapest": f"not proven: any other costs at most {plan.gap:f} CNY less"}
    assert plan.total - plan.gap <= Decimal(28_020) < plan.total  # what the guide's search finds
    assert f"cheapest {plan.total} CNY (not proven)" in repr(early)
    assert "cheapest: not proven: any other costs" in early._repr_html_()
    assert faregate.compare(book, forecast).unproven == {}
    file = tmp_path / "forecast.json"
    file.write_text(json.dumps(forecast))
    asked = ["compare", str(file), "--book", "tencent-facefusion", "--time-limit", "0.000001"]
    assert main(asked) in (None, 0)
    assert "cheapest: not proven: any other costs at most" in capsys.readouterr().out
    assert main([*asked, "--json"]) in (None, 0)
    assert list(json.loads(capsys.readouterr().out)["unproven"]) == ["cheapest"]
