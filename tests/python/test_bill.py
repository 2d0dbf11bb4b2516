"""A usage log to bills: each account as if its events had been a timeline."""

import csv
import os
import random
import signal
import threading
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, localcontext

import faregate
import pytest
from faregate import Table
from faregate._core import _integer_column, _text_column
from faregate._doubts import not_in_the_log

CHINA = timezone(timedelta(hours=8))
START = datetime(2024, 11, 5, 10, tzinfo=CHINA)
CORRECTED = datetime(2024, 11, 20, tzinfo=CHINA)


def log(rows, **columns):
    """A table of (account, time, product, quantity[, id]) in plain text, for which nothing needs to be installed."""
    names = ("account", "time", "product", "quantity", "id")[: max((len(row) for row in rows), default=4)]
    values = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    made = {name: _text_column([None if v is None else str(v) for v in texts]) for name, texts in values.items()}
    return Table(made | columns)


def random_events(seed, accounts=20, count=2000, days=120):
    generator = random.Random(seed)
    names = [f"客户-{number}" if number % 3 == 0 else f"customer {number}" for number in range(accounts)]
    times = sorted(START + timedelta(seconds=generator.randrange(days * 86400)) for _ in range(count))
    rows = []
    for number, time in enumerate(times):
        product = generator.choice(["image", "image", "image", "image-pro"])
        quantity = generator.choice([0, 1, 3, generator.randrange(3000), generator.randrange(60_000)])
        rows.append((generator.choice(names), time.isoformat(), product, quantity, f"e{number}"))
    return rows


def commands_of(events, name, beforehand=()):
    """The timeline of one account, products opened at their first event."""
    commands, opened = list(beforehand), set()
    for account, time, product, quantity, *id_ in events:
        if account != name:
            continue
        if product not in opened:
            commands.append({"at": time, "do": "open", "product": product})
            opened.add(product)
        use = {"at": time, "do": "use", "product": product, "quantity": str(quantity)}
        commands.append(use | ({"id": id_[0]} if id_ and id_[0] else {}))
    return commands


def replayed(events, name, until, **document):
    beforehand = document.pop("commands", ())
    timeline = {
        "book": "tencent-facefusion",
        "commands": [*commands_of(events, name, beforehand), {"at": until, "do": "advance"}],
        **document,
    }
    return faregate.replay(timeline)


def invoices_of(bills, name):
    """As the statement of a timeline has them, as far as the tables go."""
    rows = []
    for invoice in bills.invoices:
        if invoice["account"] == name:
            lines = [line for line in bills.lines if (line["account"], line["month"]) == (name, invoice["month"])]
            put_right = [row for row in bills.adjustments if (row["account"], row["month"]) == (name, invoice["month"])]
            told = set(bills.lines.columns) - {*"account month begin book edition price day kind fee".split()}
            rows.append(
                {
                    "month": invoice["month"],
                    "issued": invoice["issued"].isoformat(),
                    "total": invoice["total"],
                    "balance_after": invoice["balance_after"],
                    "lines": [{key: line[key] for key in told} for line in lines],
                    "adjustments": [{key: row[key] for key in ("at", "units", "reason")} for row in put_right],
                }
            )
    return rows


def as_decimals(invoices):
    """The invoices of a replay with numbers in place of texts."""
    for invoice in invoices:
        balance = invoice["balance_after"]
        invoice |= {"total": Decimal(invoice["total"]), "balance_after": None if balance is None else Decimal(balance)}
        for adjustment in invoice["adjustments"]:
            adjustment["at"] = datetime.fromisoformat(adjustment["at"])
        for line in invoice["lines"]:
            line |= {"amount": Decimal(line["amount"]), "unit_price": Decimal(line["unit_price"])}
            line.setdefault("unpriced", 0)
    return invoices


@pytest.mark.parametrize("seed", range(5))
def test_bills_are_those_of_each_account_s_timeline(book, seed):
    events = random_events(seed)
    bills = faregate.bill(log(events), book, id="id")
    names = {event[0] for event in events}
    assert set(bills.accounts) == names
    assert (bills.rows.read, bills.events, bills.apart) == (2000, 2000, {})
    until = max(invoice["issued"] for invoice in bills.invoices)
    for name in names:
        statement = replayed(events, name, until.isoformat())["statement"]
        assert invoices_of(bills, name) == as_decimals(statement["invoices"])
        assert bills.accounts[name].statement(at=until).to_dict()["products"] == with_times(statement["products"])
    assert bills.total == sum(bills.invoices["total"].tolist())


def with_times(products):
    """The products of a replay with datetimes in place of texts."""
    for product in products.values():
        for grant in [*product["grants"], *product["packs"]]:
            grant["bought"] = datetime.fromisoformat(grant["bought"])
            grant["expires"] = grant["expires"] and datetime.fromisoformat(grant["expires"])
    return products


@pytest.mark.filterwarnings("ignore:a command of account")
def test_wallets_packs_and_suspension(book):
    """Accounts that are known beforehand: arrears refuse usage, packs are bought in between."""
    events = random_events(seed=7, accounts=6)
    known = {
        "customer 1": {"wallet": {"cash": "20"}},
        "customer 2": {
            "policy": {"tier_basis": "total"},
            "commands": [
                {"at": "2024-11-05", "do": "open", "product": "image"},
                {"at": "2024-11-20T00:00:00", "do": "buy_pack", "product": "image", "pack": "calls-100k", "id": "p"},
                {"at": "2024-12-24T00:00:00", "do": "buy_pack", "product": "image", "pack": "calls-1k", "quantity": 3},
                {"at": "2025-02-10T12:00:00", "do": "adjust", "product": "image", "quantity": -7, "reason": "credit"},
                {"at": "2025-03-01T12:00:00", "do": "refund", "id": "p"},
            ],
        },
    }
    bills = faregate.bill(log(events), book, accounts=known)
    until = max(invoice["issued"] for invoice in bills.invoices).isoformat()
    refused = {row["row"]: row for row in bills.refusals}
    for name in {event[0] for event in events}:
        fields = dict(known.get(name, {}))
        mine = [(place, event) for place, event in enumerate(events) if event[0] == name]
        commands = fields.pop("commands", [])
        timeline = merge(commands, mine)
        answer = faregate.replay(
            {
                "book": "tencent-facefusion",
                "commands": [*(command for _, command in timeline), {"at": until, "do": "advance"}],
                **fields,
            }
        )
        assert invoices_of(bills, name) == as_decimals(answer["statement"]["invoices"])
        for (place, _command), outcome in zip(timeline, answer["outcomes"]):
            if not outcome["ok"]:
                row = refused.pop(place)
                assert (row["code"], row["message"], row["rule"]) == (
                    outcome["error"],
                    outcome["message"],
                    outcome.get("rule") or "",
                )
    assert not refused
    [correction] = bills.adjustments
    assert (correction["account"], correction["month"], correction["units"]) == ("customer 2", "2025-02", -7)
    assert {"suspended", "pack_used"} <= set(bills.refusals["code"].tolist())


def merge(commands, events):
    """(row, command): planned commands go before the events of the same instant; None is the row of a command."""
    timeline, planned, opened = [], list(commands), {c["product"] for c in commands if c["do"] == "open"}
    for place, (_, time, product, quantity, *id_) in events:
        while planned and datetime.fromisoformat(planned[0]["at"]).replace(tzinfo=CHINA) <= datetime.fromisoformat(
            time
        ):
            timeline.append((None, planned.pop(0)))
        if product not in opened:
            timeline.append((place, {"at": time, "do": "open", "product": product}))
            opened.add(product)
        use = {"at": time, "do": "use", "product": product, "quantity": str(quantity), "id": id_[0]}
        timeline.append((place, use))
    return timeline + [(None, command) for command in planned]


def test_an_account_goes_on_from_where_it_was(book):
    account = faregate.Account(book)
    account.open("image", at="2024-11-01")
    account.use("image", 900, at="2024-11-02")
    bills = faregate.bill(log([("a", "2024-11-05", "image", 200)]), book, accounts={"a": account})
    assert bills.lines["units"].tolist() == [100]
    assert account.now == datetime(2024, 11, 2, tzinfo=CHINA)  # what was given is copied
    assert bills.accounts["a"].now == datetime(2024, 12, 1, tzinfo=CHINA)


def test_what_was_not_charged_and_what_was_corrected(book):
    """1,000 calls a month are free: of 1,700 less 200 that the vendor did not count, 500 are charged at 0.24."""
    commands = [
        {"at": "2024-11-05", "do": "open", "product": "image"},
        {"at": "2024-11-20", "do": "adjust", "product": "image", "quantity": -200, "reason": "console"},
    ]
    rows = [("a", "2024-11-06", "image", 1700), ("a", "2024-12-02", "image", 3)]
    bills = faregate.bill(log(rows), book, accounts={"a": {"commands": commands}})
    told = ("month", "units", "free", "packs", "unbilled", "unpriced", "amount")
    [line, later] = [{key: line[key] for key in told} for line in bills.lines]
    assert tuple(line.values()) == ("2024-11", 500, 1000, 0, 0, 0, Decimal("120.00"))
    assert tuple(later.values()) == ("2024-12", 0, 3, 0, 0, 0, 0)
    assert list(bills.adjustments) == [
        {"account": "a", "month": "2024-11", "at": CORRECTED, "units": -200, "reason": "console"}
    ]


def test_nothing_is_dropped(book):
    rows = [
        ("a", "2024-11-05", "image", "5000"),
        (None, "2024-11-05", "image", "1"),
        ("a", "2024-13-05", "image", "1"),
        ("a", None, "image", "1"),
        ("a", "2024-11-05", None, "1"),
        ("a", "2024-11-05", "image", "-1"),
        ("a", "2024-11-05", "image", "1.5"),
        ("a", "2024-11-05", "image", None),
        ("a", "2024-11-05", "picture", "1"),
        ("a", "2024-11-04", "image", "1"),
        ("a", "1969-12-30", "image", "1"),
        ("a", "2024-11-06", "image", "9223372036854775807"),
        ("a", "2024-11-07", "image", "10"),
    ]
    with pytest.raises(faregate.TimeReversal, match="row 9: 2024-11-04T.* account a .* sort=True"):
        faregate.bill(log(rows), book)
    rows[9] = ("a", "2024-11-05", "image", "1")
    early = faregate.Account(book)
    early.open("image", at="2024-11-05")
    bills = faregate.bill(log([*rows, ("early", "2024-11-04", "image", 1)]), book, accounts={"early": early})
    assert bills.bad_rows["row"].tolist() == [1, 2, 3, 4, 5, 6, 7, 10]
    assert bills.bad_rows["column"].tolist() == [
        "account", "time", "time", "product", "quantity", "quantity", "quantity", "time"
    ]  # fmt: skip
    assert [(row["row"], row["code"]) for row in bills.refusals] == [
        (8, "unknown_product"),
        (11, "overflow"),
        (13, "time_reversal"),
    ]
    assert bills.bad_rows["text"].tolist() == [None, "2024-13-05", None, None, "-1", "1.5", None, "1969-12-30"]
    assert bills.lines["units"].tolist() == [4011]
    assert dict(bills.rows) == {
        "read": 14, "billed": 3, "refused": 3, "not read": 8, "repeated": 0, "after the end": 0
    }  # fmt: skip
    assert str(bills.rows) == "14 rows read = 3 billed + 3 refused + 8 not read"


def test_the_same_event_counts_once(book):
    rows = [("a", "2024-11-05", "image", 1500, "x"), ("a", "2024-11-06", "image", 1500, "x"),
            ("a", "2024-11-06", "image", 7, "x"), ("b", "2024-11-06", "image", 1500, "x"),
            ("a", "2024-11-06", "image", 1, None)]  # fmt: skip
    bills = faregate.bill(log(rows), book, id="id")
    assert [(row["row"], row["account"], row["id"], row["quantity"]) for row in bills.repeats] == [(1, "a", "x", 1500)]
    assert bills.refusals["code"].tolist() == ["id_conflict"]
    assert [table["first_row"].tolist() for table in (bills.repeats, bills.refusals)] == [[0], [0]]
    assert (
        bills.repeats["first_time"].tolist()
        == bills.refusals["first_time"].tolist()
        == [datetime(2024, 11, 5, tzinfo=CHINA)]
    )
    assert bills.lines["units"].tolist() == [501, 500]
    assert "1 repeated" in repr(bills) and "<p>repeated: 1</p>" in bills._repr_html_()


def test_an_account_that_the_log_does_not_have_is_warned_of(book):
    pack = {"commands": [{"at": "2024-11-01", "do": "buy_pack", "product": "image", "pack": "calls-10k"}]}
    rows = [("north", "2024-11-05", "image", 12000), ("south", "2024-11-05", "image", -1)]
    with pytest.warns(UserWarning, match="the log has nothing of 'nroth', the nearest is 'north'"):
        faregate.bill(log(rows), book, accounts={"nroth": pack})
    assert faregate.bill(log(rows), book, accounts={" north": pack, "south": {}}).warnings == (
        "1 of 2 rows was not read, such as row 1: expected a whole number, not one below 0; corrections are to be asked for",
    )


def test_of_many_accounts_none_is_told_as_the_nearest():
    accounts, nothing = ["nroth", *(f"a{number}" for number in range(10_000))], Table({"account": _text_column([])})

    def told(names):
        return list(not_in_the_log(["north"], [nothing], Table({"account": _text_column(names)})))

    assert told(accounts[:-1]) == ["accounts: the log has nothing of 'north', the nearest is 'nroth'"]
    assert told(accounts) == ["accounts: the log has nothing of 'north'"]


def test_a_source_with_other_columns_is_named_by_its_place(book):
    rows = [("a", "2024-11-05", "image", 12000)]
    other = Table({"customer": _text_column(["a"])})
    with pytest.raises(faregate.Invalid, match="source 1: events"):
        faregate.bill([log(rows), other], book)
    with pytest.raises(faregate.Invalid, match="^events"):
        faregate.bill(other, book)
    several = faregate.bill([log([("a", "2024-13-05", "image", 1)])] * 2, book)
    assert [(row["file"], row["row"]) for row in several.bad_rows] == [("source 0", 0), ("source 1", 0)]


def test_the_help_of_bills_names_all_that_they_have(book):
    bills = faregate.bill(log([("a", "2024-11-05", "image", 1)]), book)
    for name in vars(bills):
        assert name.startswith("_") or name in type(bills).__doc__


def test_sorted_a_correction_comes_after_the_usage_of_its_instant(book):
    """It is written in front of it: 5,000 − 1,500 − 1,000 free."""
    rows = [("a", "2024-11-05", "image", -1500), ("a", "2024-11-05", "image", 5000)]
    bills = faregate.bill(log(rows), book, corrections=True, sort=True)
    assert len(bills.refusals) == 0 and bills.lines["units"].tolist() == [2500]
    plain = faregate.bill(log(rows), book, corrections=True)
    assert plain.refusals["code"].tolist() == ["not_open"]


def test_the_range_of_quantities_is_told_as_corrections_have_it(book):
    rows = [("a", "2024-11-05", "image", "many")]
    reasons = [faregate.bill(log(rows), book, corrections=asked).bad_rows["reason"][0] for asked in (False, True)]
    assert reasons == [
        f"expected a whole number, {least} to 9223372036854775807" for least in (0, "-9223372036854775807")
    ]


def test_a_repeat_names_its_first_row_and_is_warned_of_when_it_is_late(book):
    """Ids that begin anew each month: 12,000 calls on 5 October, and 12,000 on 5 November that are not billed."""
    first = [("a", "2024-10-05", "image", 1, "0"), ("a", "2024-10-05T01:00", "image", 12000, "1"),
             ("b", "2024-10-05", "image", 5, "1")]  # fmt: skip
    second = [("b", "2024-10-05T01:00", "image", 5, "1"), ("a", "2024-11-05", "image", 12000, "1"),
              ("a", "2024-11-06", "image", 3, "1"), ("a", "2024-11-07", "image", 1, "k")]  # fmt: skip
    known = {
        "a": {"commands": [{"at": "2024-10-01", "do": "buy_pack", "product": "image", "pack": "calls-1k", "id": "k"}]}
    }
    with pytest.warns(UserWarning, match="1 event with the id of one more than an hour before, '1' of 2024-11-05"):
        bills = faregate.bill([log(first), log(second)], book, id="id", accounts=known)
    assert bills.repeats["row"].tolist() == [0, 1] and bills.repeats["first_row"].tolist() == [2, 1]
    assert bills.refusals["id"].tolist() == ["1", "k"]
    assert bills.refusals["first_row"].tolist() == [1, None]  # a command is no row
    assert bills.repeats["first_time"].tolist()[1] == datetime(2024, 10, 5, 1, tzinfo=CHINA)


def test_a_repeat_within_the_hour_is_one_that_was_sent_again(book):
    rows = [("a", "2024-11-05T10:00", "image", 7, "x"), ("a", "2024-11-05T11:00", "image", 7, "x")]
    assert faregate.bill(log(rows), book, id="id").warnings == ()
    rows[1] = ("a", "2024-11-05T11:00:00.000001", "image", 7, "x")
    with pytest.warns(UserWarning, match="more than an hour"):
        faregate.bill(log(rows), book, id="id")


def test_a_column_called_id_is_no_id_unless_it_is_asked_for(book):
    """Twenty rows of one customer's number are twenty events: 20 × 1,000 − 1,000 free, at 0.18."""
    rows = [("a", f"2024-11-{day:02}", "image", 1000, "customer 7") for day in range(1, 21)]
    bills = faregate.bill(log(rows), book)
    assert (bills.total, bills.apart) == (Decimal("3420.00"), {})


def test_what_lies_after_the_end_is_not_billed_but_told(book):
    rows = [("a", "2024-11-05", "image", 5000), ("a", "2024-12-01", "image", 1), ("b", "2024-12-02", "image", 9),
            ("a", "2024-12-01T00:00:01", "image", 7), ("a", "2025-03-01", "picture", 1)]  # fmt: skip
    later = {"commands": [{"at": "2024-12-24", "do": "top_up", "amount": "1"}], "wallet": {"cash": "5000"}}
    bills = faregate.bill(log(rows), book, until="2024-12-01", accounts={"c": later})
    assert [(row["row"], row["account"]) for row in bills.later] == [(2, "b"), (3, "a"), (4, "a"), (None, "c")]
    assert bills.total == Decimal("960.00")  # (5,000 − 1,000) × 0.24, and nothing of December
    assert {bills.accounts[name].now for name in bills.accounts if name == "a"} == {datetime(2024, 12, 1, tzinfo=CHINA)}
    assert bills.accounts["a"].statement().products["image"].month.total == 1
    assert bills.accounts["c"].statement().wallet.cash == Decimal("5000.00")
    assert len(bills.apart["after the end"]) == 4
    assert "5 rows read = 2 billed + 3 after the end" in repr(bills)  # the command was no row


@pytest.mark.parametrize(("unit", "scale"), [("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)])
def test_whole_numbers_as_times_count_what_is_said(book, unit, scale):
    seconds = [int((START + timedelta(days=day)).timestamp()) * scale for day in range(20)]
    rows = [("a", None, "image", 1000)] * 20
    numbers, expected = log(rows, time=_integer_column(seconds)), Decimal("3420.00")
    assert faregate.bill(numbers, book, time_unit=unit).total == expected
    texts = log(rows, time=_text_column([str(number) for number in seconds]))
    assert faregate.bill(texts, book, time_unit=unit).total == expected
    assert len(faregate.bill(texts, book).bad_rows) == 20  # no times as ISO 8601 has them
    if unit == "us":
        assert faregate.bill(numbers, book).total == expected
    else:
        with pytest.raises(faregate.Invalid, match=f"row 0: .*{seconds[0]}.* perhaps {unit}"):
            faregate.bill(numbers, book)


@pytest.mark.filterwarnings("ignore:usage")
def test_one_whole_number_of_another_year_is_enough_to_ask(book):
    """2000-01-01 to 2099-12-31, both included, by an independent count of seconds."""
    rows = [("a", None, "image", 1)] * 2
    first = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()) * 10**6
    end = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()) * 10**6
    assert len(faregate.bill(log(rows, time=_integer_column([first, end - 1])), book).bad_rows) == 0
    for wrong in ([first - 1, first], [first, end], [0, first], [first, 2**63 - 1]):
        with pytest.raises(faregate.Invalid, match="say what the numbers count"):
            faregate.bill(log(rows, time=_integer_column(wrong)), book)
    old = faregate.bill(log(rows, time=_integer_column([0, 1])), book, time_unit="s")
    assert old.invoices["month"].tolist() == ["1970-01"]


def test_a_unit_that_is_none(book):
    with pytest.raises(faregate.Invalid, match="time_unit"):
        faregate.bill(log([]), book, time_unit="seconds")


def test_sums_do_not_depend_on_the_caller_s_context(book):
    rows = [(name, "2024-11-05", "image", 60_123) for name in "abc"]
    with localcontext(prec=3):
        bills = faregate.bill(log(rows), book)
        assert bills.total == Decimal("31926.42")  # 3 × 59,123 × 0.18
        forecast = {"product": "image", "start": "2025-01", "calls": [60_123]}
        made = faregate.compare(book, forecast, ["postpaid", "cheapest"])
        assert made.rows["more"][-1] == Decimal("1642.14")  # 59,123 × 0.18 less six packs of 10,000 for 1,500
        simulation = faregate.simulate(book, forecast, "postpaid", samples=[[60_123], [60_124]])
        assert simulation.mean == Decimal("10642.23")  # half a call more, at 0.18
        assert made.simulate(samples=[[60_123], [60_124]]).rows["mean"][-1] == Decimal("10642.23")


def test_the_end_is_the_settlement_of_the_latest_month_or_as_asked(book):
    rows = [("a", "2024-11-05", "image", 5000), ("b", "2025-01-05", "image", 5000)]
    assert faregate.bill(log(rows), book).invoices["month"].tolist() == ["2024-11", "2025-01"]
    assert faregate.bill(log(rows), book, until="2025-01-20").invoices["month"].tolist() == ["2024-11"]
    settled_late = faregate.bill(log(rows), book, policy={"settlement_day": 3})
    assert settled_late.invoices["issued"].tolist()[1] == datetime(2025, 2, 3, tzinfo=CHINA)


def test_balances_are_shown_where_funds_are_limited(book):
    bills = faregate.bill(log([("a", "2024-11-05", "image", 5000)]), book, wallet={"cash": "1000.123456"})
    assert bills.invoices["balance_after"].tolist() == [Decimal("40.123456")]


def test_days_are_parts_of_one_line():
    book = faregate.Book("tencent-tts")
    product = next(p for p in book.products if p.tier_period == "day")
    rows = [("a", f"2024-11-0{day}", product.id, 1_000_000) for day in (5, 5, 6)]
    bills = faregate.bill(log(rows), book)
    assert bills.lines["units"].tolist() == [3_000_000]


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"columns": {"account": "customer"}}, "events.customer"),
        ({"id": "event"}, "events.event"),
        ({"id": 7}, "id: expected the name of a column"),
        ({"columns": {"id": "event"}}, "ids are asked for by id="),
        ({"columns": {"account": None}}, "columns.account"),
        ({"columns": {"price": "x"}}, "columns.price"),
        ({"accounts": {"a": {"purse": 1}}}, "purse"),
        ({"accounts": {"a": {"commands": [{"do": "open", "product": "image"}]}}}, "at"),
        ({"accounts": {"a": {"commands": [{"do": "opens", "at": "2024-11-05"}]}}}, "do"),
        ({"policy": {"tier_basis": "all"}}, "policy.tier_basis"),
        ({"until": "soon"}, "until"),
    ],
)
def test_arguments_are_checked(book, keywords, message):
    with pytest.raises(faregate.Invalid, match=message):
        faregate.bill(log([("a", "2024-11-05", "image", 1)]), book, **keywords)


def test_commands_of_an_account_are_in_order_of_time(book):
    commands = [{"at": at, "do": "top_up", "amount": "1"} for at in ("2024-11-06", "2024-11-05")]
    with pytest.raises(faregate.TimeReversal):
        faregate.bill(log([]), book, accounts={"a": {"commands": commands}})


def test_an_account_of_another_book_is_refused(book):
    known = faregate.Account(faregate.Book("tencent-facefusion"))  # loaded again, it is the same book
    assert set(faregate.bill(log([]), book, accounts={"a": known}).accounts) == {"a"}
    with pytest.raises(faregate.Invalid, match="of the same book"):
        faregate.bill(log([]), book, accounts={"a": faregate.Account(faregate.Book("aws-lambda"))})


def test_what_is_no_log_is_refused(book):
    for wrong in (7, [1, 2], "usage.doc", None):
        with pytest.raises((faregate.Invalid, faregate.InvalidType)):
            faregate.bill(wrong, book)
    with pytest.raises(faregate.InvalidType, match="events.quantity: expected whole numbers, not true and false"):
        pa = pytest.importorskip("pyarrow")
        faregate.bill(pa.table({"account": ["a"], "time": [0], "product": ["image"], "quantity": [True]}), book)


def test_no_events(book):
    bills = faregate.bill(log([]), book)
    assert (bills.events, len(bills.accounts), bills.total) == (0, 0, 0)
    assert repr(bills).startswith("<Bills of 0 accounts: 0 invoices over 0.00 CNY")


def test_progress_is_heard(book):
    heard = []
    faregate.bill(log([("a", "2024-11-05", "image", 1)] * 1000), book, progress=heard.append)
    assert sum(heard) == 1000
    faregate.bill(log([("a", "2024-11-05", "image", 1)]), book, progress=True)


def test_what_progress_raises_comes_out(book):
    def stop(count):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        faregate.bill(log([("a", "2024-11-05", "image", 1)]), book, progress=stop)


def test_threads_answer_alike(book):
    """Whatever their number: with corrections, repeats, refusals, rows that cannot be read, packs and detail."""
    events = random_events(5, accounts=700, count=12_000)
    rows = [event[:4] for event in events]
    rows[100] = ("a", "no time", "image", "1")
    rows[11_000] = (rows[11_000][0], rows[11_000][1], "nothing", "1")
    rows[6_000:6_000] = [(*row[:3], "-1") for row in rows[6_000:6_100]]
    ids = [f"e{number % 9_000}" for number in range(len(rows))]
    rows, ids = rows + rows[:50], ids + ids[:50]
    names = sorted({name for name, *_ in events})
    commands = [
        {"at": "2024-11-01", "do": "open", "product": "image"},
        {"at": "2024-11-01", "do": "buy_pack", "product": "image", "pack": "calls-10k"},
    ]
    given = {"accounts": {name: {"commands": commands} for name in names[::3]}, "id": "id", "corrections": True}

    def answered(threads):
        heard = []
        bills = faregate.bill(
            log(rows, id=_text_column(ids)), book, **given, detail=True, sort=True, threads=threads,
            progress=heard.append
        )  # fmt: skip
        tables = (*bills.apart.values(), bills.invoices, bills.lines, bills.months, bills.adjustments, bills.detail,
                  bills.draws)  # fmt: skip
        return [table.to_arrow() for table in tables], bills.states, str(bills.rows), sum(heard), list(bills.accounts)

    one = answered(1)
    assert len(one[0]) == 9 and one[3] == len(rows)  # with three tables of what was set aside
    for threads in (2, 3, 8):
        assert answered(threads) == one


@pytest.mark.parametrize("names", ["string", "string_view", "dictionary"])
def test_batches_answer_as_one(book, names):
    """Names are looked for together, and those of earlier batches are known: also with blanks around them."""
    pa = pytest.importorskip("pyarrow")
    generator = random.Random(names)
    events = [event[:4] for event in random_events(8, accounts=300, count=3_000)]
    padded = [f"{generator.choice(['', ' ', '  '])}{event[0]}{generator.choice(['', ' '])}" for event in events]
    column = pa.array(padded, pa.string()).dictionary_encode() if names == "dictionary" else pa.array(
        padded, getattr(pa, names)()
    )  # fmt: skip
    _, times, products, quantities = zip(*events)
    table = pa.table({"account": column, "time": times, "product": products, "quantity": quantities})
    in_batches = faregate.bill(iter(table.to_batches(max_chunksize=170)), book)
    whole = faregate.bill(log([(name, *event[1:]) for name, event in zip(padded, events)]), book)
    plain = faregate.bill(log(events), book)
    for bills in (in_batches, whole):
        assert list(bills.accounts) == list(plain.accounts) and bills.lines.to_arrow() == plain.lines.to_arrow()
        assert bills.rows.trimmed == sum(name != event[0] for name, event in zip(padded, events)) > 1_000
    assert in_batches.rows.read == sum(in_batches.rows.apart.values()) + in_batches.events == 3_000


def test_ids_are_known_for_some_days(book):
    """The ids of November are forgotten in March where 30 days are kept; without a limit they are known for ever."""
    rows = log([("a", "2024-11-05", "image", 2_000), ("a", "2024-11-06", "image", 2_000), ("a", "2025-03-05", "image", 2_000)],
               id=_text_column(["e1", "e1", "e1"]))  # fmt: skip
    of_all = {"keep_ids_days": 30}
    for given, billed in (
        ({}, 1),
        (of_all, 2),
        ({"accounts": {"a": of_all}}, 2),
        ({"accounts": {"a": {}}, **of_all}, 1),
    ):
        bills = faregate.bill(rows, book, id="id", detail=True, until="2025-05-01", **given)
        assert (bills.events, len(bills.repeats)) == (billed, 3 - billed)
        timeline = bills.timeline("a")
        timeline["commands"].append({"at": "2025-05-01", "do": "advance"})
        replayed = faregate.replay(timeline)["statement"]["invoices"]
        assert [invoice["total"] for invoice in replayed] == [f"{total:f}" for total in bills.invoices["total"]]
        assert bills.timeline("a").get("keep_ids_days") == (30 if billed == 2 else None)
    for wrong in (-1, 40_000, True, "30"):
        with pytest.raises((faregate.Invalid, faregate.InvalidType), match="^keep_ids_days: expected"):
            faregate.bill(rows, book, id="id", keep_ids_days=wrong)


@pytest.mark.parametrize("threads", [0, -1, 257, 2**70, True, 1.5, "2", None])
def test_threads_that_are_none(book, threads):
    with pytest.raises((faregate.Invalid, faregate.InvalidType), match="^threads: expected "):
        faregate.bill([], book, threads=threads)


def test_many_accounts_are_interrupted(book):
    """While they come to the end of the bills, too."""
    rows = [
        {"account": f"a{number}", "time": "2024-11-05", "product": "image", "quantity": 1} for number in range(9_000)
    ]
    started = threading.Event()

    def interrupt():
        started.wait()
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            faregate.bill(rows, book, until="2090-01-01", progress=lambda count: started.set(), threads=2)
            pytest.fail("nothing interrupted it")
    finally:
        thread.join()
        signal.signal(signal.SIGINT, before)


def test_row_numbers_may_be_anything(book):
    biller = faregate._core._Biller(faregate.Account(book))
    table = log([("a", "x", "image", 1)], line=_integer_column([77]))
    biller.run(table, "account", "time", "product", "quantity", row="line")
    assert biller.finish()["bad_rows"]["row"].tolist() == [77]


def test_a_biller_makes_its_bills_once(book):
    past = faregate.Account(book)
    past.open("image", at="2024-10-01")
    past.use("image", 2_000, at="2024-10-02")
    past.advance(at="2024-12-01")
    biller = faregate._core._Biller(past, None, ())
    table = log([("a", "2024-12-02", "image", 1)])
    biller.run(table, "account", "time", "product", "quantity")
    assert len(biller.finish()["lines"]["amount"]) == 2
    for again in (biller.finish, lambda: biller.run(table, "account", "time", "product", "quantity")):
        with pytest.raises(RuntimeError, match="made already"):
            again()
    assert biller.names() == ["a"]


def write_csv(path, rows, header=("account", "time", "product", "quantity", "id"), **options):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, **options)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def test_a_csv_file_is_the_same_log(book, tmp_path):
    events = random_events(seed=3)
    bills = faregate.bill(write_csv(tmp_path / "usage.csv", events), book)
    table = faregate.bill(log(events), book)
    assert list(bills.invoices) == list(table.invoices) and list(bills.lines) == list(table.lines)
    tabs = faregate.bill(str(write_csv(tmp_path / "usage.tsv", events, delimiter="\t")), book)
    assert list(tabs.lines) == list(table.lines)


def test_rows_of_a_csv_file_are_set_aside_by_line(book, tmp_path):
    path = tmp_path / "usage.csv"
    path.write_bytes(
        "\ufeffaccount,time,product,quantity,note\r\n"
        'a,2024-11-05,image,1500,"two\nlines"\r\n'
        "a,2024-11-05,image\r\n"
        "\r\n"
        'a,noon,image,1,"two\nlines"\r\n'.encode()
        + b"\xff\xfe,2024-11-05,image,1,\r\n"
        + b"b\x00c,2024-11-05,image,1,\r\n"
        + b","
        + b"x" * 200_000
        + b",,,\r\n"
        + b'a,2024-11-05,image,"1500",\r\n'
    )
    bills = faregate.bill(path, book)
    assert bills.lines["units"].tolist() == [2000]
    assert bills.bad_rows["row"].tolist() == [4, 8, 6, 9, 10]
    assert {row["row"]: row["column"] for row in bills.bad_rows} == {4: "", 8: "", 10: "time", 6: "time", 9: "account"}
    assert str(bills.rows) == "7 rows read = 2 billed + 5 not read; 1 blank line"
    assert set(bills.bad_rows["file"].tolist()) == {str(path)}
    assert bills.bad_rows["text"].tolist()[:2] == ["a,2024-11-05,image", r"\xff\xfe,2024-11-05,image,1,"]


def test_a_csv_file_without_a_column_is_refused(book, tmp_path):
    for header in ((), ("account", "time", "product")):
        with pytest.raises(faregate.Invalid, match="no such column"):
            faregate.bill(write_csv(tmp_path / "usage.csv", [], header), book)
    with pytest.raises(OSError):
        faregate.bill(tmp_path / "none.csv", book)


def test_a_long_csv_file_goes_in_parts(book, tmp_path, monkeypatch):
    monkeypatch.setattr("faregate._csv.BLOCK", 100)
    events = random_events(seed=4)
    bills = faregate.bill(write_csv(tmp_path / "usage.csv", events), book)
    assert list(bills.lines) == list(faregate.bill(log(events), book).lines)


def arrow_table(events):
    pa = pytest.importorskip("pyarrow")
    accounts, times, products, quantities, ids = zip(*events)
    return pa.table(
        {
            "account": pa.array(accounts),
            "time": pa.array([datetime.fromisoformat(time) for time in times], pa.timestamp("us", "UTC")),
            "product": pa.array(products),
            "quantity": pa.array(quantities, pa.int64()),
            "id": pa.array(ids),
        }
    )


def same(bills, other):
    return list(bills.lines) == list(other.lines) and list(bills.invoices) == list(other.invoices)


def test_pyarrow_tables_of_all_text_types(book):
    pa = pytest.importorskip("pyarrow")
    events = random_events(seed=5)
    table = arrow_table(events)
    expected = faregate.bill(log(events), book)
    for kind in (pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string()),
                 pa.dictionary(pa.uint8(), pa.large_string())):  # fmt: skip
        cast = table
        for place, name in ((0, "account"), (2, "product")):
            cast = cast.set_column(place, name, pa.chunked_array([table[name].combine_chunks().cast(kind)]))
        assert same(faregate.bill(cast, book), expected), kind
        assert same(faregate.bill(pa.Table.from_batches(cast.to_batches(max_chunksize=77)), book), expected)
        halves = pa.concat_tables([cast.slice(0, 777), cast.slice(777)])
        assert same(faregate.bill(halves.to_reader(), book), expected)


def test_times_of_all_kinds(book):
    pa = pytest.importorskip("pyarrow")
    noon = datetime(2024, 11, 30, 23, 30)
    aware = noon.replace(tzinfo=CHINA)
    micros = int(aware.timestamp() * 1_000_000)
    kinds = [
        pa.array([aware], pa.timestamp("us", "UTC")),
        pa.array([aware], pa.timestamp("s", "Asia/Shanghai")),
        pa.array([aware], pa.timestamp("ns", "+08:00")),
        pa.array([noon], pa.timestamp("ms")),
        pa.array([noon], pa.timestamp("ns")),
        pa.array([noon.isoformat()]),
        pa.array(["2024-11-30T15:30:00Z"]),
        pa.array([micros]),
        pa.array([noon.date()], pa.date32()),
        pa.array([noon.date()], pa.date64()),
    ]
    for times in kinds:
        table = pa.table({"account": ["a"], "time": times, "product": ["image"], "quantity": [5000]})
        bills = faregate.bill(table, book)
        assert bills.invoices["month"].tolist() == ["2024-11"], times.type
        begun = datetime(2024, 11, 30, tzinfo=CHINA) if pa.types.is_date(times.type) else aware
        assert bills.accounts["a"].statement(at="2025-01-01").products["image"].grants[0].bought == begun


@pytest.mark.filterwarnings("ignore:usage")
def test_times_out_of_range_are_set_aside(book):
    pa = pytest.importorskip("pyarrow")
    for unit in ("s", "ms", "us", "ns"):
        times = pa.array([-(2**63) + 1, 2**63 - 1], pa.int64()).cast(pa.timestamp(unit, "UTC"))
        table = pa.table({"account": ["a"] * 2, "time": times, "product": ["image"] * 2, "quantity": [1] * 2})
        in_range = {"ns": [0]}.get(unit, [0, 1])  # 2^63 nanoseconds are the year 2262
        assert faregate.bill(table, book).bad_rows["row"].tolist() == in_range


def test_polars(book):
    pl = pytest.importorskip("polars")
    events = random_events(seed=6, count=500)
    frame, expected = pl.from_arrow(arrow_table(events)), faregate.bill(log(events), book)
    assert same(faregate.bill(frame, book), expected)
    assert same(faregate.bill(frame.with_columns(pl.col("account", "product").cast(pl.Categorical)), book), expected)


def test_pandas(book):
    pytest.importorskip("pandas")
    events = random_events(seed=8, count=500)
    frame = arrow_table(events).to_pandas().rename(columns={"account": "customer"})
    bills = faregate.bill(frame, book, columns={"account": "customer"})
    assert same(bills, faregate.bill(log(events), book))


def test_duckdb(book):
    duckdb = pytest.importorskip("duckdb")
    events = random_events(seed=11, count=500)
    relation = duckdb.from_arrow(arrow_table(events))
    if not hasattr(relation, "__arrow_c_stream__"):
        pytest.skip("this DuckDB has no Arrow streams")
    assert same(faregate.bill(relation, book), faregate.bill(log(events), book))


def test_a_parquet_file_is_the_same_log(book, tmp_path):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet

    events = random_events(seed=9)
    table = arrow_table(events).append_column("note", pa.array([None] * len(events), pa.string()))
    pyarrow.parquet.write_table(table, tmp_path / "usage.parquet", row_group_size=300)
    assert same(faregate.bill(tmp_path / "usage.parquet", book), faregate.bill(log(events), book))
    pyarrow.parquet.write_table(table.drop_columns("quantity"), tmp_path / "less.parquet")
    with pytest.raises(faregate.Invalid, match="events.quantity"):
        faregate.bill(tmp_path / "less.parquet", book)


def test_tables_come_out(book):
    pa = pytest.importorskip("pyarrow")
    bills = faregate.bill(log([*random_events(seed=10, count=300), ("a", "x", "image", 1, None)]), book)
    for table in (bills.invoices, bills.lines, bills.adjustments, bills.refusals, bills.bad_rows):
        arrow = pa.table(table)
        arrow.validate(full=True)
        assert arrow.column_names == list(table.columns)
        assert arrow.num_rows == len(table)
        assert arrow.to_pylist() == list(table) or table is bills.invoices or table is bills.bad_rows
    issued = pa.table(bills.invoices)["issued"]
    assert issued.type == pa.timestamp("us", "+08:00")
    assert [time.as_py() for time in issued] == bills.invoices["issued"].tolist()
    pytest.importorskip("pandas")
    assert bills.lines.to_pandas()["amount"].tolist() == bills.lines["amount"].tolist()
    assert "<table>" in bills.lines._repr_html_()


def test_calls_of_the_accounts_are_named_by_each(book):
    """Also where an account came with a call in flight, and in forks."""
    known = faregate.Account(book)
    known.open("image", at=START)
    held = known.call("image", at=START)
    rows = [(name, "2024-11-05T11:00:00+08:00", "image", 5) for name in ("ann", "bob", "eve")]
    bills = faregate.bill(log(rows), book, until="2024-11-05T12:00", accounts={"eve": known})
    ids = []
    for name in ("ann", "bob", "eve"):
        account = bills.accounts[name]
        call = account.call("image", at="2024-11-05T13:00")
        before = [held.id] if name == "eve" else []
        assert [each.id for each in account.calls] == [each.id for each in account.fork().calls] == [*before, call.id]
        account.commit(call.id, at="2024-11-05T13:00")
        assert [each.id for each in account.calls] == before
        ids.append(call.id)
    assert [held.id, *ids] == ["#call-0-1", "#call-0-1", "#call-0-1", "#call-0-2"]


def test_lines_say_what_they_are_of():
    """Opened on the 1st: 3 units, up to the least of 5 and down to the most of 2, and a fee."""
    product = {"meter": "units", "price": {"model": "flat", "price": "1"}}
    fee = {"id": "base", "amount": "7", "every": "month"}
    book = {"format": "faregate-book/2", "id": "toy", "title": "Toy", "currency": "EUR", "minor_digits": 2}
    book |= {"time_zone": "+00:00", "rounding": "none"}
    book["products"] = [{"id": "a", "least": "5", "fees": [fee], **product}, {"id": "b", "most": "2", **product}]
    events = [("x", "2025-01-01T00:00:00Z", name, 3) for name in ("a", "b")]
    lines = faregate.bill(log(events), faregate.Book(book), until="2025-02-01").lines
    assert [(line["product"], line["kind"], line["fee"], line["amount"]) for line in lines] == [
        ("a", "usage", None, Decimal(3)),
        ("a", "least", None, Decimal(2)),
        ("a", "fee", "base", Decimal(7)),
        ("b", "usage", None, Decimal(3)),
        ("b", "most", None, Decimal(-1)),
    ]
