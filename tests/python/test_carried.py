"""Accounts are carried: as bytes, by pickle, by copy; between processes, and into the bills of the next month."""

import concurrent.futures
import copy
import json
import multiprocessing
import pickle
from pathlib import Path

import faregate
import pytest

VECTORS = Path(__file__).parents[2] / "tests" / "vectors"


def lives():
    """The timelines of the shared vectors that are lived through to their end."""
    for file in sorted(VECTORS.glob("*.json")):
        document = json.loads(file.read_text(encoding="utf-8"))
        for case in document.get("cases", []):
            if "timeline" in case:
                yield pytest.param(case["timeline"], id=f"{file.stem}: {case['name']}")


def begun(timeline):
    given = {key: timeline[key] for key in ("wallet", "policy", "attributes", "keep_ids_days") if key in timeline}
    return faregate.Account(faregate.Book(timeline["book"]), **given)


def do(account, command):
    """What the command answers, or the code of its refusal."""
    fields = {key: value for key, value in command.items() if key != "do"}
    fields = {{"from": "start"}.get(key, key): value for key, value in fields.items()}
    try:
        answer = getattr(account, command["do"])(**fields)
    except faregate.Error as error:
        return error.code
    if command["do"] == "call":
        return answer.to_dict() if answer is not None else None
    return answer.to_dict() if hasattr(answer, "to_dict") else answer


@pytest.mark.parametrize("timeline", list(lives()))
def test_a_life_goes_on_in_another_process_as_here(timeline):
    commands = timeline["commands"]
    for cut in sorted({len(commands) // 3, len(commands) // 2, len(commands)}):
        account = begun(timeline)
        for command in commands[:cut]:
            do(account, command)
        twins = [pickle.loads(pickle.dumps(account)), copy.copy(account), copy.deepcopy(account)]
        finished = {command.get("id") for command in commands[:cut]} - {None}
        for twin in twins:
            assert twin.statement() == account.statement() and twin.calls == account.calls
            assert twin.upcoming() == account.upcoming() and twin.now == account.now
            assert twin.to_bytes() == account.to_bytes()
        for command in commands[cut:]:
            if command.get("id") not in finished:  # which the twin by bytes does not know
                answers = [do(each, command) for each in (account, *twins)]
                assert all(answer == answers[0] for answer in answers[1:]), command
        for twin in twins:
            assert twin.statement() == account.statement()


def toy(**entries):
    """An account of a small book, which the tests of what is carried live on."""
    head = {"format": "faregate-book/2", "id": "toy", "title": "Toy", "currency": "EUR", "minor_digits": 2}
    return faregate.Account(faregate.Book({**head, "time_zone": "+00:00", "rounding": "none"} | entries))


def flat(price, **more):
    return {"model": "flat", "price": price, **more}


def assert_carried(account):
    twin = pickle.loads(pickle.dumps(account))
    assert twin.to_bytes() == account.to_bytes() and twin.statement() == account.statement()
    assert twin.upcoming() == account.upcoming() and twin.preview() == account.preview()
    return twin


@pytest.mark.parametrize("tiers", ["day", "week", "month", "year", {"days": 3}, {"months": 1}])
@pytest.mark.parametrize("until", ["2025-01-16T12:00", "2025-01-19", "2025-02-02", "2025-03-01"])
def test_settled_days_that_are_counted_from_an_opening(tiers, until):
    account = toy(products=[{"id": "p", "meter": "u", "settle": {"days": 1}, "tier_period": tiers, "price": flat("2")}])
    account.open("p", at="2025-01-16T07:00")
    account.use("p", 1, at="2025-01-16T08:00")
    account.advance(at=until)
    twin = assert_carried(account)
    for each in (account, twin):
        each.use("p", 2, at="2025-03-02T08:00")
        each.advance(at="2025-03-04")
    assert twin.statement() == account.statement()


def pool_of(*products):
    return [{"id": "pl", "covers": [{"product": each, "weight": "1"} for each in products]}]


def test_a_settled_day_that_packs_covered_beside_a_call_in_flight():
    pack = {"id": "k", "units": 97, "price": "1", "validity": {"days": 10}}
    daily = {"id": "p0", "meter": "u", "settle": "day", "price": flat("1"), "packs": [pack]}
    monthly = {"id": "p1", "meter": "u", "price": flat("1")}
    account = toy(products=[daily | {"policy": {"pack_reach": "whole_month"}}, monthly], pools=pool_of("p0", "p1"))
    account.open("p0", at="2025-01-15")
    account.open("p1", at="2025-01-15")
    account.call("p1", id="c1", at="2025-01-16T19:00")
    account.use("p0", 1, at="2025-01-16T19:00")
    account.buy_pack("p0", "k", at="2025-01-16T19:00")
    account.advance(at="2025-01-17T02:00")
    twin = assert_carried(account)
    for each in (account, twin):
        each.cancel("c1", at="2025-01-17T03:00")
        assert_carried(each)
    assert twin.statement() == account.statement()


def test_a_settled_day_that_packs_covered_is_drawn_from_a_lot_that_a_cancel_gives_back():
    pack = {"id": "k", "units": 97, "price": "1", "validity": {"days": 10}}
    price = {"model": "graduated", "edges": "upper", "tiers": [{"from": 0, "price": "5"}, {"from": 3, "price": "2"}]}
    daily = {"id": "p0", "meter": "u", "settle": "day", "price": price, "packs": [pack]}
    monthly = {"id": "p1", "meter": "u", "price": flat("1")}
    pools = pool_of("p0", "p1")
    pools[0]["grants"] = [{"id": "g", "quantity": 4, "issue": "opening", "validity": {"days": 30}}]
    account = toy(products=[daily | {"policy": {"pack_reach": "whole_month"}}, monthly], pools=pools)
    account.open("p0", at="2025-01-15")
    account.open("p1", at="2025-01-15")
    account.call("p1", id="c0", at="2025-01-16T19:00")
    account.call("p1", quantity=3, id="c1", at="2025-01-16T19:00")
    account.use("p0", 5, at="2025-01-16T19:00")
    account.buy_pack("p0", "k", at="2025-01-16T19:00")
    account.cancel("c1", at="2025-01-17T03:00")
    twin = assert_carried(account)
    month = twin.statement()["products"]["p0"]["month"]
    assert (month["total"], month["free"], month["packs"], month["postpaid"]) == (5, 3, 2, 0)
    twin.cancel("c0", at="2025-01-17T03:00")
    month = assert_carried(twin).statement()["products"]["p0"]["month"]
    assert (month["total"], month["free"], month["packs"], month["postpaid"]) == (5, 4, 1, 0)


def test_a_correction_of_a_settled_day_after_a_call_of_its_counter_is_undone():
    daily = {"id": "p0", "meter": "u", "settle": "day", "price": flat("1", counter="c")}
    monthly = {"id": "p2", "meter": "u", "price": flat("3", counter="c")}
    account = toy(products=[daily, monthly])
    account.open("p0", at="2025-01-21")
    account.open("p2", at="2025-01-21")
    account.call("p2", id="c3", at="2025-01-22T07:00")
    account.use("p0", 10, at="2025-01-22T12:00")
    account.adjust("p0", -2, "x", at="2025-01-23T17:00")
    before = account.statement()["products"]["p0"]
    account.cancel("c3", at="2025-01-23T17:00")
    assert account.statement()["products"]["p0"] == before  # the call was of the other product
    assert_carried(account)


def test_a_period_that_is_kept_until_the_next_settlement():
    events = {"id": "p1", "meter": "u", "tier_period": "event", "quantity": ["n"], "settle": "day", "price": flat("2")}
    hours = {"id": "p2", "meter": "u", "tier_period": {"hours": 5}, "settle": {"hours": 5}, "price": flat("2")}
    hours["fees"] = [{"id": "f", "amount": "14", "every": {"months": 2}}]
    account = toy(attributes=[{"id": "n", "whole": {}}], products=[events, hours], pools=pool_of("p1", "p2"))
    account.open("p2", at="2025-01-26T02:28")
    account.call("p2", id="c", at="2025-01-27T02:18")
    assert_carried(account)


@pytest.mark.parametrize("zone", ["+00:00", "-05:00", "+09:00"])
@pytest.mark.parametrize("settle", ["day", "week", "month"])
@pytest.mark.parametrize("tiers", ["week", "month", "year"])
def test_periods_that_began_before_the_first_year(zone, settle, tiers):
    product = {"id": "p", "meter": "u", "settle": settle, "tier_period": tiers, "price": flat("2")}
    if (settle, tiers) in {("week", "month"), ("week", "year"), ("month", "week")}:
        pytest.skip("neither is made of whole ones of the other")
    account = toy(products=[product], time_zone=zone)
    account.open("p", at="1970-01-01T05:00+00:00")
    account.use("p", 1, at="1970-01-01T05:00+00:00")
    account.call("p", id="c", at="1970-01-01T06:00+00:00")
    for until in ("1970-01-01T08:00+00:00", "1970-01-05T18:00+00:00", "1970-02-05T18:00+00:00"):
        account.advance(at=until)
        assert_carried(account)


@pytest.fixture
def lived(book):
    account = faregate.Account(book, wallet={"cash": "5000"}, policy={"tier_basis": "total"})
    account.open("image", at="2024-11-05T10:00")
    account.buy_pack("image", "calls-1k", id="p", at="2024-11-06")
    account.use("image", 2_500, id="u", at="2024-11-06")
    account.call("image", "held", at="2024-11-06T12:00")
    return account


def test_calls_without_an_id_keep_their_names_and_ends(book):
    account = faregate.Account(book, wallet={"cash": "5000"})
    account.open("image", at="2024-11-05T10:00")
    first = [account.call("image", at=f"2024-11-05T11:{minute:02}").id for minute in range(20)]
    twin = pickle.loads(pickle.dumps(account))
    later = [twin.call("image", quantity=2, at=f"2024-11-05T12:{minute:02}") for minute in range(20)]
    assert not set(first) & {call.id for call in later}
    assert twin.cancel(first[2], at="2024-11-05T13:00").returned == 1
    later[2].cancel(at="2024-11-05T13:00")
    fork = pickle.loads(pickle.dumps(twin)).fork()
    assert fork.cancel(later[3].id, at="2024-11-05T13:00").returned == 2
    assert fork.cancel(first[19], at="2024-11-05T13:00").returned == 1
    assert fork.call("image", at="2024-11-05T13:00:01").id not in first + [call.id for call in later]
    assert [call.id for call in twin.calls] == first[:2] + first[3:] + [c.id for c in later[:2] + later[3:]]


def test_what_is_carried_and_what_is_not(lived, book):
    twin = faregate.Account.from_bytes(lived.to_bytes(), book)
    assert twin.statement() == lived.statement() and twin.book is book
    assert [call.id for call in twin.calls] == ["held"]
    assert twin.buy_pack("image", "calls-1k", id="p", at="2024-11-06T12:00").repeated
    assert lived.use("image", 2_500, id="u", at="2024-11-06T12:00").repeated
    assert not twin.use("image", 2_500, id="u", at="2024-11-06T12:00").repeated  # finished usage is forgotten
    settled = [account.preview(at="2024-11-30").total for account in (lived, lived.fork(), copy.copy(lived))]
    assert settled[0] == settled[1] == settled[2]


def test_damaged_bytes_are_refused(lived, book):
    data = lived.to_bytes()
    for bad in (b"", data[:-1], data[1:], data + b"\0", b"x" * 200, data[:60] + bytes([data[60] ^ 1]) + data[61:]):
        with pytest.raises(faregate.Invalid, match="no account, or are damaged"):
            faregate.Account.from_bytes(bad, book)
    other = faregate.Book(book.to_dict() | {"id": "other"})
    with pytest.raises(faregate.Invalid, match="another price book"):
        faregate.Account.from_bytes(data, other)
    for wrong in (("text", book), (data, 7), (None, book)):
        with pytest.raises(faregate.InvalidType):
            faregate.Account.from_bytes(*wrong)
    for same in (book, "tencent-facefusion", book.to_dict()):
        assert faregate.Account.from_bytes(bytearray(data), same).statement() == lived.statement()


def test_a_later_version_is_told(lived, book):
    import hashlib

    data = bytearray(lived.to_bytes()[:-32])
    for place in (4, 5):
        later = bytearray(data)
        later[place] = 99
        with pytest.raises(faregate.Invalid, match="another version of the library"):
            faregate.Account.from_bytes(bytes(later) + hashlib.sha256(later).digest(), book)
    for length in range(6, len(data)):  # a right digest of what is cut off
        with pytest.raises(faregate.Invalid):
            faregate.Account.from_bytes(bytes(data[:length]) + hashlib.sha256(data[:length]).digest(), book)


def test_a_list_of_accounts_has_its_book_once(lived, book):
    one, many = len(pickle.dumps([lived])), len(pickle.dumps([lived] + [lived.fork() for _ in range(9)]))
    assert many - one < 9 * 2 * len(lived.to_bytes())
    again = pickle.loads(pickle.dumps([lived, lived.fork()]))
    assert again[0].book is again[1].book


def test_an_account_in_a_ledger_is_carried_as_its_fork_alone(tmp_path, book):
    with faregate.open(tmp_path / "a.db", book=book) as account:
        account.open("image", at="2024-11-05T10:00")
        with pytest.raises(faregate.InvalidType, match="pickle its fork"):
            pickle.dumps(account)
        assert pickle.loads(pickle.dumps(account.fork())).statement() == account.statement()
        assert "in a ledger" in repr(account) and "ledger" not in repr(account.fork())


def test_the_repr_says_what_it_is(book, lived):
    assert repr(faregate.Account(book)) == "<Account of tencent-facefusion, new>"
    assert repr(lived) == "<Account of tencent-facefusion at 2024-11-06T12:00:00+08:00>"


def bill_part(rows, book, accounts):
    return faregate.bill(rows, book, accounts=accounts, until="2024-12-01")


def test_a_process_pool_bills_parts(book):
    rows = [
        {"account": name, "time": f"2024-11-{day:02}T10:00", "product": "image", "quantity": 700 * day}
        for day in range(1, 29)
        for name in ("a", "b")
    ]
    known = {"a": faregate.Account(book, wallet={"cash": "100"})}
    whole = faregate.bill(rows, book, accounts=known, until="2024-12-01")
    parts = [([row for row in rows if row["account"] == name], book, {**known} if name == "a" else {}) for name in "ab"]
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        made = list(pool.map(bill_part, *zip(*parts)))
    assert [list(part.lines) for part in made] == [[row for row in whole.lines if row["account"] == n] for n in "ab"]
    assert sum(part.total for part in made) == whole.total
    assert made[0].accounts["a"].statement() == whole.accounts["a"].statement()


def test_bills_come_back_from_pickle(book):
    rows = [
        {"account": name, "time": f"2024-11-{day:02}T10:00", "product": product, "quantity": 700 * day}
        for day in range(1, 29)
        for name in ("a", "b")
        for product in ("image", "hats")
    ]
    bills = faregate.bill(rows, book)
    again = pickle.loads(pickle.dumps(bills))
    assert repr(again) == repr(bills) and again.total == bills.total and again.rows == bills.rows
    assert all(getattr(again, name) == getattr(bills, name) for name in ("lines", "invoices", "refusals", "later"))
    assert {n: a.statement() for n, a in again.accounts.items()} == {
        n: a.statement() for n, a in bills.accounts.items()
    }
    account = again.accounts["a"]
    account.use("image", 5, at="2025-02-01")
    assert again.accounts["a"].now == bills.accounts["a"].now  # each one looked up is a copy
    assert pickle.loads(pickle.dumps(again)).lines == bills.lines
    later = [{"account": "a", "time": "2025-01-03T10:00", "product": "image", "quantity": 10}]
    known = [faregate.bill(later, book, accounts=each.accounts).lines for each in (bills, again)]
    assert known[0] == known[1]


def test_bills_are_equal_that_say_the_same(book):
    rows = [{"account": name, "time": "2024-11-05", "product": "image", "quantity": 9_000} for name in ("a", "b")]
    bills = faregate.bill(rows, book)
    for same in (faregate.bill(rows, book, threads=2), pickle.loads(pickle.dumps(bills)), copy.deepcopy(bills)):
        assert same == bills and not same != bills
    more = [*rows, {**rows[0], "time": "2025-01-05"}]
    others = [
        faregate.bill(rows[:1], book),
        faregate.bill([rows[0], {**rows[1], "quantity": 9_001}], book),
        faregate.bill(rows, book, until="2025-02-05"),  # the accounts went on
        faregate.bill(more, book, until="2024-12-01"),  # a row is told
        faregate.bill(rows, book, detail=True),
        faregate.bill(rows, book.with_price("image", percent=0)),
    ]
    assert all(other != bills for other in others)
    assert bills != bills.lines and bills != 5
    with pytest.raises(TypeError, match="unhashable"):
        hash(bills)


def test_accounts_are_equal_that_stand_alike(book, lived, tmp_path):
    again = lived.fork()
    assert again == lived == faregate.Account.from_bytes(lived.to_bytes(), book) == copy.copy(lived)
    again.use("image", 1, at="2025-03-01")
    assert again != lived and not again == lived
    assert faregate.Account(book) == faregate.Account(book) != faregate.Account(book, wallet={"cash": "5"})
    assert faregate.Account(book) != faregate.Account(book.with_price("image", percent=1))
    assert lived != 5 and lived is not None and [lived].index(lived) == 0
    with faregate.open(tmp_path / "a.db", book=book) as account:
        account.open("image", at="2024-11-05")
        fork = account.fork()
        assert fork == account == account
    assert fork == account  # also after it was closed
    with pytest.raises(TypeError, match="unhashable"):
        hash(lived)


def test_an_account_of_a_book_that_differs_is_no_account_of_the_log(book):
    other = faregate.Account(faregate.Book(book.to_dict() | {"title": "another"}))
    with pytest.raises(faregate.Invalid, match="expected an account of the same book"):
        faregate.bill([], book, accounts={"a": other})


FORECAST = {"product": "image", "start": "2025-01", "calls": [15_000, 18_000, 90_000], "peak_qps": [5, None, 20]}


def test_plans_are_frozen_values(book):
    plan, same = faregate.cheapest(book, FORECAST), faregate.cheapest(faregate.Book("tencent-facefusion"), FORECAST)
    other = faregate.follow(book, FORECAST, plan)
    assert plan == same and hash(plan) == hash(same) and plan != other and plan != 1 and len({plan, same, other}) == 2
    for again in (pickle.loads(pickle.dumps(plan)), copy.copy(plan), copy.deepcopy(plan)):
        assert again == plan and again.timeline == plan.timeline and again.naive == plan.naive
        assert faregate.follow(book, FORECAST, again) == other and again.to_dict() == plan.to_dict()
    assert {"total", "orders", "months", "naive", "runner_up", "timeline", "book", "forecast", "currency"} <= set(
        dir(plan)
    )
    assert repr(plan).startswith("Plan(") and other.runner_up is None
    with pytest.raises(AttributeError, match="naive: this plan was given"):
        other.naive
    with pytest.raises(AttributeError):
        plan.totl


def answers(book):
    """One of each kind of answer."""
    forecast = faregate.Forecast(product="image", start="2025-01", calls=[15_000] * 3)
    compared = faregate.compare(book, forecast, ["postpaid", "cheapest"])
    plans = list(compared.plans.values())
    return [
        book.with_price("image", percent=10), book.price_many("image", "calls", [5, None, 7]), book.cliffs("image"),
        book.cliffs("image").table, book.diff(book.with_price("image", percent=10)), forecast, compared,
        compared.simulate(trials=3), faregate.simulate(book, forecast, trials=3), faregate.diff(*plans),
        faregate.sensitivity(book, forecast), book.quote({"image": {"calls": 5}}, at="2025-01-01"),
    ]  # fmt: skip


def test_answers_come_back_from_a_process_that_was_spawned(book):
    told = answers(book)
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(copy.copy, told)) == told
        with pytest.raises(faregate.UnknownProduct, match="product") as caught:
            pool.submit(faregate.cheapest, book, {"product": "none", "start": "2025-01", "calls": [1]}).result()
    assert caught.value.code == "unknown_product"


def test_answers_go_through_joblib(book):
    joblib = pytest.importorskip("joblib")
    assert joblib.Parallel(2)(joblib.delayed(copy.copy)(each) for each in answers(book)) == answers(book)
