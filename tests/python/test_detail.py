"""What each event came to, and bills shared out over further columns of the log."""

import csv
import io
import pickle
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import faregate
import pytest
from faregate._core import _bill_shares
from toy import toy

CHINA = timezone(timedelta(hours=8))
START = datetime(2024, 11, 5, 10, tzinfo=CHINA)
SOURCES = ("free", "packs", "postpaid", "unbilled")


def shares(amount, weights):
    parts, nobody = _bill_shares(Decimal(amount), 0, sum(weights), [(0, weight) for weight in weights])
    assert nobody == 0 and parts.pop() == 0
    return parts


def events(seed, count=300, days=90):
    generator = random.Random(seed)
    times = sorted(START + timedelta(seconds=generator.randrange(days * 86400)) for _ in range(count))
    return [
        {
            "account": generator.choice("abc"),
            "time": time.isoformat(),
            "product": generator.choice(["image", "image", "image-pro", "hats"]),
            "quantity": generator.choice([0, 1, 3, generator.randrange(3000), generator.randrange(60_000)]),
            "event": f"e{number if generator.random() < 0.9 else number // 2}",
            "team": generator.choice(["red", "blue", "grün", None]),
            "region": generator.randrange(3),
        }
        for number, time in enumerate(times)
    ]


def commands():
    packs = [
        {"at": f"2024-{month}-20", "do": "buy_pack", "product": "image", "pack": "calls-10k"} for month in (11, 12)
    ]
    return [{"at": START.isoformat(), "do": "open", "product": "image"}, *packs]


def lived(book, log, name):
    """The answers of an account that does the same, one use after another, by row."""
    account = faregate.Account(book)
    todo = [
        (datetime.fromisoformat(row["time"]), 1, number, row)
        for number, row in enumerate(log)
        if row["account"] == name
    ]
    if name == "a":
        todo += [(datetime.fromisoformat(c["at"]).replace(tzinfo=CHINA), 0, 0, c) for c in commands()]
    answers, opened = {}, set()
    for at, is_row, number, what in sorted(todo, key=lambda each: each[:3]):
        product = what["product"]
        if not is_row and what["do"] == "buy_pack":
            account.buy_pack(product, what["pack"], at=at)
            continue
        try:
            if product not in opened:
                account.open(product, at=at)
                opened.add(product)
            if is_row:
                answers[number] = account.use(product, what["quantity"], id=what["event"], at=at)
        except faregate.Refusal:
            pass
    return {number: used for number, used in answers.items() if not used.repeated}


@pytest.mark.parametrize("seed", range(3))
def test_each_event_is_answered_as_a_use(book, seed):
    log = events(seed)
    bills = faregate.bill(log, book, id="event", accounts={"a": {"commands": commands()}}, detail=["team", "region"])
    expected = {number: used for name in "abc" for number, used in lived(book, log, name).items()}
    assert bills.detail["row"].tolist() == sorted(expected) and len(bills.detail) == bills.rows.billed
    drawn = defaultdict(list)
    for draw in bills.draws:
        drawn[draw["row"]].append((draw["pack"], draw["units"]))
    for row in bills.detail:
        event, used = log[row["row"]], expected[row["row"]]
        assert [row[name] for name in ("account", "product", "quantity", "id", "team")] == [
            event[name] for name in ("account", "product", "quantity", "event", "team")
        ]
        assert row["region"] == str(event["region"]) and row["time"] == datetime.fromisoformat(event["time"])
        assert [(pack.id, pack.units) for pack in used.packs] == drawn.get(row["row"], [])
        packs = sum(pack.units for pack in used.packs)
        assert [row[name] for name in SOURCES] == [used.free, packs, used.postpaid, used.unbilled]


@pytest.mark.parametrize("policy", [{}, {"tier_basis": "total"}, {"pack_reach": "whole_month"}], ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_allocations_add_up_to_the_last_digit(book, seed, policy):
    known = {"a": {"commands": commands(), "policy": policy}}
    until = datetime(2025, 1, 20, tzinfo=CHINA)
    bills = faregate.bill(events(seed), book, accounts=known, policy=policy, until=until, detail=["team", "region"])
    months = {(row["account"], row["month"], row["product"]): row for row in bills.months}
    for by in (("team", "region"), ("team",), ("region",), ()):
        shared = bills.allocate(*by)
        assert shared.columns == (
            "account",
            "month",
            "begin",
            "product",
            *(by or ("team", "region")),
            "quantity",
            "postpaid",
            "amount",
        )
        sums, quantities = defaultdict(Decimal), defaultdict(int)
        for row in shared:
            sums[row["account"], row["month"], row["product"]] += row["amount"]
            quantities[row["account"], row["month"], row["product"]] += row["quantity"]
        assert dict(sums) == {key: row["amount"] for key, row in months.items()}
        assert dict(quantities) == {key: row["units"] for key, row in months.items()}
        assert sum(shared["amount"]) == bills.total + bills.accrued


def test_a_third_each_is_rounded_up_once(book):
    rows = [
        {"account": "a", "time": "2024-11-05T10:00", "product": "image", "quantity": 1000, "team": "free"},
        *(
            {"account": "a", "time": "2024-11-06T10:00", "product": "image", "quantity": units, "team": team}
            for team, units in (("x", 1), ("y", 1), ("z", 1))
        ),
    ]
    bills = faregate.bill(rows, book, detail=["team"])  # 3 calls at 0.24
    assert [(row["team"], row["postpaid"], row["amount"]) for row in bills.allocate("team")] == [
        ("free", 0, Decimal("0.00")),
        ("x", 1, Decimal("0.24")),
        ("y", 1, Decimal("0.24")),
        ("z", 1, Decimal("0.24")),
    ]
    assert shares(100, [1, 1, 1]) == [34, 33, 33] and shares(-100, [1, 1, 1]) == [-34, -33, -33]
    assert shares(7, [0, 5]) == [0, 7] and shares(0, [1, 2]) == [0, 0] and shares(5, [1, 1, 2]) == [1, 1, 3]


@pytest.mark.parametrize("seed", range(20))
def test_shares_are_exact_and_fair(seed):
    generator = random.Random(seed)
    weights = [generator.randrange(10 ** generator.randrange(1, 18)) for _ in range(generator.randrange(1, 30))] + [1]
    amount = generator.randrange(10**20)
    parts = shares(amount, weights)
    assert sum(parts) == amount
    assert all(abs(part * sum(weights) - amount * weight) < sum(weights) for part, weight in zip(parts, weights))


def test_what_is_nobody_s(book):
    """Usage of planned commands is in no row of the log."""
    used = [{"at": START.isoformat(), "do": "open", "product": "image"}]
    used += [{"at": START.isoformat(), "do": "use", "product": "image", "quantity": 2_000}]
    rows = [{"account": "a", "time": "2024-11-06T10:00", "product": "image", "quantity": 1_000, "team": "x"}]
    bills = faregate.bill(rows, book, accounts={"a": {"commands": used}}, detail=["team"])
    assert [(row["team"], row["postpaid"], row["amount"]) for row in bills.allocate("team")] == [
        ("x", 1_000, Decimal("240.00")),
        (None, 1_000, Decimal("240.00")),
    ]


def test_corrections_take_units_off(book):
    rows = [
        {"account": "a", "time": "2024-11-05T10:00", "product": "image", "quantity": 1_500, "team": "x"},
        {"account": "a", "time": "2024-11-06T10:00", "product": "image", "quantity": -700, "team": "x"},
    ]
    bills = faregate.bill(rows, book, corrections=True, detail=["team"])
    first, second = bills.detail
    assert [first[name] for name in SOURCES] == [1_000, 0, 500, 0]
    assert second["quantity"] == -700 and sum(second[name] for name in SOURCES) == -700
    (row,) = bills.allocate()
    assert (row["quantity"], row["postpaid"], row["amount"]) == (800, 0, Decimal("0.00"))


def test_a_correction_alone_in_its_day_is_not_of_the_day_before(book):
    """It took back free units of a day that was settled: they are told below 0, and what each day used adds up."""
    daily = book.replace(settle="day", examples=None)
    rows = [
        {"account": "a", "time": f"2024-11-{day:02}T10:00", "product": "image", "quantity": units, "team": team}
        for day, units, team in ((4, 10, "z"), (4, -10, "z"), (5, 900, "x"), (6, -100, "y"), (7, 400, "x"))
    ]
    bills = faregate.bill(rows, daily, corrections=True, detail=["team"])
    assert [(row["begin"].day, row["units"]) for row in bills.months] == [(5, 900), (6, -100), (7, 400)]
    assert [(row["begin"].day, row["team"], row["quantity"], row["amount"]) for row in bills.allocate()] == [
        (5, "x", 900, Decimal("0.00")),
        (6, "y", -100, Decimal("0.00")),
        (7, "x", 400, Decimal("48.00")),
    ]


def settled_by_day(attributes=None, **keys):
    product = {"id": "p", "meter": "m", "settle": "day", "price": {"model": "flat", "price": "1"}, **keys}
    return faregate.Book(toy([product], attributes=attributes or []))


CORRECTED = [
    {"account": "a", "time": f"2025-01-{day:02}T{hour:02}:00", "product": "p", "quantity": units, "team": team}
    for day, hour, units, team in (
        (10, 9, 10, "x"),
        (10, 10, 5, "y"),
        (11, 9, -4, "x"),
        (12, 9, 3, "y"),
        (12, 10, -5, "x"),
        (13, 9, -1, "x"),
        (13, 10, 6, "y"),
    )
]


def told(bills):
    used = [(row["begin"].day, row["units"], row["amount"]) for row in bills.months]
    return used, [(row["begin"].day, row["team"], row["quantity"], row["amount"]) for row in bills.allocate()]


def test_what_is_taken_off_a_settled_day_is_paid_back_to_its_team():
    """On the 11th 4 units of the 10th are taken off, on the 12th 3 of its own and 2 more of the 10th. Units and shares
    of all days add up to what was used, 14, and what it costs."""
    months, shared = told(faregate.bill(CORRECTED, settled_by_day(), corrections=True, detail=["team"]))
    assert months == [
        (10, 15, Decimal("15.00")),
        (11, -4, Decimal("-4.00")),
        (12, -2, Decimal("-2.00")),
        (13, 5, Decimal("5.00")),
    ]
    assert shared == [
        (10, "x", 10, Decimal("10.00")),
        (10, "y", 5, Decimal("5.00")),
        (11, "x", -4, Decimal("-4.00")),
        (12, "y", 3, Decimal("0.00")),
        (12, "x", -5, Decimal("-2.00")),
        (13, "x", -1, Decimal("0.00")),
        (13, "y", 6, Decimal("5.00")),
    ]


def test_bills_that_go_on_know_what_earlier_ones_told():
    """The second bills begin with the state that the first left; the open day is told as the settled ones are."""
    whole = told(faregate.bill(CORRECTED, settled_by_day(), corrections=True, detail=["team"]))
    until = datetime(2025, 1, 11, tzinfo=UTC)
    first = faregate.bill(CORRECTED[:2], settled_by_day(), until=until, detail=["team"])
    later = CORRECTED[2:]
    second = faregate.bill(later, settled_by_day(), states=first.states, corrections=True, detail=["team"])
    assert [a + b for a, b in zip(told(first), told(second))] == list(whole)
    until = datetime(2025, 1, 11, 12, tzinfo=UTC)
    still_open = faregate.bill(CORRECTED[:3], settled_by_day(), until=until, corrections=True, detail=["team"])
    assert told(still_open)[0][-1] == (11, -4, Decimal("-4.00"))


def test_a_correction_by_a_command_is_paid_back_to_nobody():
    takes_off = {"at": "2025-01-11T09:00", "do": "adjust", "product": "p", "quantity": -4, "reason": "twice"}
    accounts = {"a": {"commands": [takes_off]}}
    bills = faregate.bill(CORRECTED[:2], settled_by_day(), accounts=accounts, detail=["team"])
    assert told(bills)[1][-1] == (11, None, -4, Decimal("-4.00"))
    assert sum(bills.allocate()["amount"]) == bills.total == Decimal("11.00")


def test_a_row_that_is_refused_opens_nothing():
    """Its fee, its least amount and its grant would be the account's from then on. The 20th opens the product: 12 of
    31 days."""
    book = settled_by_day(
        settle="month",
        least="7",
        rules=[{"when": {"model": "b"}, "factor": "2"}],
        fees=[{"id": "base", "amount": "31", "every": "month", "prorate": "days"}],
        grants=[{"id": "free", "quantity": 3, "issue": "monthly", "validity": "month"}],
        attributes=[{"id": "model", "values": ["a", "b"]}],
    )
    rows = [
        {"account": account, "time": f"2025-01-{day}T09:00", "product": "p", "quantity": 5, "model": model}
        for account, day, model in (("a", 10, "x"), ("b", 10, "x"), ("b", 20, "a"), ("b", 21, None))
    ]
    bills = faregate.bill(rows, book, attributes=["model"], detail=True)
    assert [row["code"] for row in bills.refusals] == ["unknown_value", "unknown_value", "missing_attribute"]
    assert [(row["account"], row["kind"], row["amount"]) for row in bills.lines] == [
        ("b", "usage", Decimal("2.00")),
        ("b", "least", Decimal("5.00")),
        ("b", "fee", Decimal("12.00")),
    ]
    lived = bills.timeline("b")
    assert [command["at"][:10] for command in lived["commands"]] == ["2025-01-20"] * 2
    assert sum(Decimal(invoice["total"]) for invoice in faregate.replay(lived)["statement"]["invoices"]) == 0
    lived["commands"].append({"at": "2025-02-01T00:00:00", "do": "advance"})
    (invoice,) = faregate.replay(lived)["statement"]["invoices"]
    assert Decimal(invoice["total"]) == bills.total == Decimal("19.00")


def random_life(random):
    """A book whose amounts are below a cent, and rows and commands of two accounts: events, corrections, packs."""
    tiers = [{"from": 0, "price": "0.0137"}, {"from": random.randint(2, 30), "price": "0.0041"}]
    prices = [{"model": "volume", "tiers": tiers}, {"model": "graduated", "tiers": tiers}]
    prices += [{"model": "flat", "per": 1000, "price": "7"}, {"model": "flat", "price": "0.00333"}]
    bound = random.choice([{}, {"least": "0.35"}, {"most": "0.05"}])
    products = [
        {
            "id": "p",
            "meter": "m",
            "price": random.choice(prices),
            "rules": [
                {"id": "b", "when": {"model": "b"}, "price": random.choice(prices)},
                {"when": {"model": "c"}, "factor": "1.5"},
            ],
            "grants": [{"id": "free", "quantity": 3, "issue": "monthly", "validity": "month"}],
            "packs": [{"id": "k", "units": 20, "price": "1", "validity": {"years": 1}, "refund": "pro_rata"}],
            **bound,
        },
        {"id": "q", "meter": "m", "price": random.choice(prices)},
    ]
    if random.random() < 0.3:
        products[1]["fees"] = [{"id": "f", "amount": "1.23", "every": "month", "prorate": "days"}]
    keys = {
        "settle": random.choice(["month", "day"]),
        "rounding": {"digits": 2, "mode": "half_up"},
        "attributes": [{"id": "model", "values": ["a", "b", "c"]}],
        "events": [{"id": "both", "products": ["p", "q"]}],
    }
    begin = datetime(2025, 1, 1)
    minutes = sorted(random.randrange(75 * 1440) for _ in range(random.randint(1, 70)))
    rows = [
        {
            "account": random.choice("ab"),
            "time": str(begin + timedelta(minutes=minute)),
            "product": random.choice(["p", "q", "both"]),
            "quantity": random.choice([0, 1, 2, 7, 13, -1, -5]),
            "model": random.choice("abc"),
            "team": random.choice(["x", "y", "z", None]),
        }
        for minute in minutes
    ]
    commands = [
        {"at": "2025-01-08T00:00", "do": "buy_pack", "product": "p", "pack": "k", "id": "k"},
        {"at": "2025-01-21T00:00", "do": "refund", "id": "k"},
        {"at": "2025-02-03T00:00", "do": "adjust", "product": "p", "quantity": -2, "reason": "twice"},
        {"at": "2025-02-04T00:00", "do": "adjust", "product": "q", "quantity": 4, "reason": "forgotten"},
    ]
    some = [command for command in commands if random.random() < 0.6]
    return faregate.Book(toy(products, **keys)), rows, {"a": {"commands": some}}


@pytest.mark.parametrize("seed", range(20))
def test_shares_of_random_lives_add_up_month_by_month(seed):
    book, rows, accounts = random_life(random.Random(seed))
    until = [None, "2025-02-10T05:00"][seed % 2]
    bills = faregate.bill(
        rows, book, accounts=accounts, attributes=["model"], corrections=True, detail=["team"], until=until
    )
    amounts, units = defaultdict(Decimal), defaultdict(int)
    for table, quantity, sign in ((bills.months, "units", 1), (bills.allocate(), "quantity", -1)):
        for row in table:
            amounts[row["account"], row["product"], row["month"], row["begin"]] += sign * row["amount"]
            units[row["account"], row["product"]] += sign * row[quantity]
    assert not any(amounts.values())
    assert sum(bills.allocate()["amount"]) == bills.total + bills.accrued


def every_source(log):
    """The same log from everything that is read, with and without a sort."""
    pyarrow, pandas = pytest.importorskip("pyarrow"), pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    text = io.StringIO()
    writer = csv.DictWriter(text, log[0])
    writer.writeheader()
    writer.writerows(log)
    table = pyarrow.Table.from_pylist(log)
    return [
        log,
        io.StringIO(text.getvalue()),
        table,
        pandas.DataFrame(log),
        polars.DataFrame(log),
        polars.LazyFrame(log),
    ]


@pytest.mark.parametrize("sort", [False, True])
def test_columns_go_through_from_every_source(book, sort):
    log = [row | {"team": row["team"] or "none"} for row in events(seed=5)]
    expected = None
    for source in every_source(log):
        bills = faregate.bill(source, book, sort=sort, detail=["team", "region", "event"])
        rows = {row["row"] - bills.detail["row"][0]: (row["team"], row["region"], row["event"]) for row in bills.detail}
        expected = rows if expected is None else expected
        assert rows == expected, type(source)


def test_a_column_may_be_attribute_and_carried_at_once():
    product = {
        "id": "p",
        "meter": "units",
        "price": {"model": "flat", "price": "1"},
        "rules": [{"when": {"model": "big"}, "price": {"model": "flat", "price": "3"}}],
    }
    toy = {"format": "faregate-book/2", "id": "toy", "title": "Toy", "currency": "EUR", "minor_digits": 2}
    toy |= {"time_zone": "+00:00", "rounding": "none", "products": [product]}
    toy["attributes"] = [{"id": "model", "values": ["big", "small"]}]
    book = faregate.Book(toy)
    rows = [{"account": "a", "time": "2025-01-01", "product": "p", "quantity": 2, "model": m} for m in ("big", "small")]
    bills = faregate.bill(rows, book, attributes=["model"], detail=["model"])
    assert [row["model"] for row in bills.detail] == ["big", "small"] and bills.total == 8


def test_detail_is_asked_for(book):
    rows = events(seed=1, count=5)
    for name in ("detail", "draws"):
        with pytest.raises(faregate.Invalid, match=f"{name}: ask for it by"):
            getattr(faregate.bill(rows, book), name)
    assert len(faregate.bill(rows, book, detail=True).detail) > 0
    for wrong in ("team", 1, None, [1], b"team"):
        with pytest.raises(faregate.Invalid):
            faregate.bill(rows, book, detail=wrong)
    for wrong in (["account"], ["team", "team"], ["free"], ["tem"]):
        with pytest.raises(faregate.Invalid):
            faregate.bill(rows, book, detail=wrong)
    bills = faregate.bill(rows, book, detail=["team"])
    with pytest.raises(faregate.Invalid, match="by: no column 'region' went through"):
        bills.allocate("region")
    for by in (("product",), ("account", "team"), ("quantity",), ("team", "team")):
        with pytest.raises(faregate.Invalid, match="the answer already has a column"):
            bills.allocate(*by)
    again = pickle.loads(pickle.dumps(bills))
    assert again.detail == bills.detail and again.allocate("team") == bills.allocate("team")


def test_use_by_the_day(book):
    rows = [
        ("a", "2024-11-05T10:00", "image", 600),
        ("a", "2024-11-05T23:59", "image", 700),
        ("a", "2024-11-06T00:00", "image", 800),
        ("b", "2024-11-05T10:00", "image-pro", 5),
        ("a", "2024-11-07T00:00", "image", -100),
    ]
    log = [dict(zip(("account", "time", "product", "quantity"), row)) for row in rows]
    bills = faregate.bill(log, book, detail=True, corrections=True)
    days = bills.usage(by="day")
    assert days.columns == ("account", "day", "product", "units", "free", "packs", "postpaid", "unbilled")
    assert [tuple(row.values()) for row in days] == [
        ("a", "2024-11-05", "image", 1300, 1000, 0, 300, 0),
        ("a", "2024-11-06", "image", 800, 0, 0, 800, 0),
        ("a", "2024-11-07", "image", -100, 0, 0, -100, 0),
        ("b", "2024-11-05", "image-pro", 5, 0, 0, 5, 0),
    ]
    assert bills.usage() == bills.months == bills.usage(by="month")
    with pytest.raises(faregate.Invalid, match="^by: expected 'month' or 'day', not 'week'"):
        bills.usage(by="week")
    with pytest.raises(faregate.Invalid, match="detail=True"):
        faregate.bill(log[:1], book).usage(by="day")
    utc = [{**log[0], "time": "2024-11-05T20:00Z"}]  # 04:00 of the next day, in the book's time
    assert faregate.bill(utc, book, detail=True).usage(by="day")["day"].tolist() == ["2024-11-06"]


def test_shares_of_what_was_taken_back(book):
    """A group with more taken off than used has a quantity below 0."""
    log = [
        {"account": "a", "time": "2024-11-05", "product": "image", "quantity": units, "team": team}
        for units, team in ((5000, "red"), (-100, "blue"))
    ]
    bills = faregate.bill(log, book, detail=["team"], corrections=True)
    shares = {row["team"]: (row["quantity"], row["postpaid"]) for row in bills.allocate("team")}
    assert shares == {"red": (5000, 4000), "blue": (-100, -100)}


def test_an_event_of_several_products_is_shared_out_over_each_of_them():
    """By its units of that product: input at 2.00, cached input at 0.50, output at 6.00 for a million, in thirds that
    have no exact share."""
    teams = ("x", "y", "z")
    log = [
        {
            "account": "a",
            "time": f"2026-01-0{day}T10:00",
            "product": "request",
            "quantity": 1,
            "prompt": 1_000,
            "input": units,
            "cached-input": cached,
            "output": 7 * day,
            "team": team,
        }
        for day, (team, units, cached) in enumerate(zip(teams, (100, 100, 101), (0, 5, 10)), 1)
    ]
    columns = ["prompt", "input", "cached-input", "output"]
    for threads in (1, 3):
        bills = faregate.bill(log, "xai-grok", attributes=columns, detail=["team"], threads=threads)
        shares = [
            tuple(row[name] for name in ("product", "team", "quantity", "amount")) for row in bills.allocate("team")
        ]
        prices = {"input": Decimal("2"), "cached-input": Decimal("0.5"), "output": Decimal("6")}
        expected = [
            (product, event["team"], event[product], event[product] * price / 1_000_000)
            for product, price in prices.items()
            for event in log
            if event[product] > 0 or product != "cached-input"
        ]
        told = [share for share in shares if share[2] > 0]
        assert sorted(told) == sorted(expected)
        assert sum(amount for *_, amount in shares) == sum(bills.months["amount"].tolist())


def test_a_correction_of_a_month_that_is_over_says_what_to_do():
    rows = [("2024-11-05", 5), ("2024-12-05", 5), ("2024-12-06", -50)]
    log = [{"account": "a", "time": time, "product": "image", "quantity": quantity} for time, quantity in rows]
    bills = faregate.bill(log, "tencent-facefusion", corrections=True)
    [refused] = bills.refusals
    assert refused["code"] == "adjust_underflow"
    assert "is taken off at a time of that period, before it is settled (R15)" in refused["message"]
    log[2]["time"], log[2]["quantity"] = "2024-11-06", -5  # as it says
    assert faregate.bill(log, "tencent-facefusion", corrections=True, sort=True).rows.billed == 3
