"""What is to come and what wants attention; values are worked out by hand from the rules named beside them."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import faregate
import pytest
from toy import HEAD

CHINA = timezone(timedelta(hours=8))
NOV = "2024-11-05T10:00"


def test_what_is_to_come(book):
    """R14: 5,000 × 0.24 of 800.00 that a pack left; R26: suspended a day later; R28: January's grant is held back."""
    account = faregate.Account(book, wallet={"cash": "1000"})
    account.open("image", at=NOV)
    account.buy_pack("image", "calls-1k", id="p1", at=NOV)
    account.use("image", 7000, at="2024-11-20T12:00")
    before = account.statement()
    ahead = account.upcoming(until="2025-01-31")
    assert (ahead.from_, ahead.until, ahead.complete) == (
        datetime(2024, 11, 20, 12, tzinfo=CHINA),
        datetime(2025, 1, 31, tzinfo=CHINA),
        True,
    )
    settlement, issued, suspension, expired = ahead.events
    assert settlement.to_dict() == {
        "at": datetime(2024, 12, 1, tzinfo=CHINA),
        "kind": "settlement",
        "product": None,
        "id": None,
        "units": None,
        "amount": Decimal("1200.00"),
        "rule": "R14",
        "month": "2024-11",
        "balance_after": Decimal("-400.00"),
    }
    assert (issued.kind, issued.id, issued.units, issued.rule) == (
        "grant_issued",
        "image/free-calls/2024-12",
        1000,
        "R1",
    )
    assert (suspension.at, suspension.kind, suspension.amount) == (
        datetime(2024, 12, 2, tzinfo=CHINA),
        "suspension",
        Decimal("400.00"),
    )
    assert (expired.kind, expired.units, expired.at) == ("grant_expires", 1000, datetime(2025, 1, 1, tzinfo=CHINA))
    assert account.statement() == before and account.now == datetime(2024, 11, 20, 12, tzinfo=CHINA)


def test_capacity_and_budgets(account):
    """R19, R23: a day of QPS ends at midnight, and calls are refused in qps mode; 20 × 0.24 of a budget come back."""
    account.use("image", 1020, at=NOV)
    account.set_budget(month="5", at=NOV)
    account.buy_capacity("image", "qps", 50, days=1, id="c1", at=NOV)
    account.set_mode("image", "qps", at=NOV)
    [end] = account.upcoming(until=datetime(2024, 11, 30, tzinfo=UTC)).events
    assert (end.kind, end.id, end.units, end.meter, end.mode, end.limit, end.rule) == (
        "capacity_ends",
        "c1",
        50,
        "qps",
        "qps",
        0,
        "R19",
    )
    assert [event.kind for event in account.upcoming().events] == [
        "capacity_ends",
        "settlement",
        "grant_issued",
        "budget_month",
    ]
    assert account.upcoming().events[-1].amount == Decimal("4.80")
    assert account.upcoming().until == datetime(2024, 12, 6, 10, tzinfo=CHINA)


def test_how_far_one_can_look(account):
    with pytest.raises(faregate.TimeReversal):
        account.upcoming(until="2024-11-05T09:59")
    with pytest.raises(faregate.InvalidType):
        account.upcoming(until=1.5)
    ahead = account.upcoming("9999-12-31")
    assert not ahead.complete and ahead.until == datetime(2034, 11, 6, 10, tzinfo=CHINA)
    nothing = faregate.Account(account.book).upcoming()
    assert nothing.to_dict() == {"from": None, "events": [], "until": None, "complete": True}


def test_what_wants_attention(account):
    """R6: void after 6 November 2025; 999 of 10,000 are less than 10 %; 30 × 0.24 = 7.20 are postpaid."""
    assert account.notices() == ()
    account.buy_pack("image", "calls-10k", id="p1", at=NOV)
    account.use("image", 10_001, at=NOV)
    [low] = account.notices()
    assert low.to_dict() == {
        "code": "packs_low",
        "message": "image: 999 of 10,000 calls are left in the packs",
        "product": "image",
        "id": None,
        "units": 999,
        "of": 10_000,
        "amount": None,
        "limit": None,
        "at": None,
        "rule": "R7",
    }
    assert account.notices(pack_percent=9) == ()
    [ending] = account.notices(pack_percent=0, pack_days=366)
    assert (ending.code, ending.id, ending.units, ending.at) == (
        "pack_ending",
        "p1",
        999,
        datetime(2025, 11, 6, tzinfo=CHINA),
    )
    account.set_budget(day="9", at=NOV)
    account.use("image", 1029, at=NOV)
    assert [notice.code for notice in account.notices()] == ["budget_used", "packs_used_up", "postpaid_begun"]
    assert [notice.amount for notice in account.notices()] == [Decimal("7.20"), None, Decimal("7.20")]
    assert [notice.code for notice in account.notices(budget_percent=81)] == ["packs_used_up", "postpaid_begun"]


RULES = {
    **HEAD,
    "arrears": [
        {"products": ["q"], "hours": 2, "keeps": "prepaid"},
        {"products": ["r"], "threshold": "3"},
    ],
    "products": [{"id": name, "meter": "units", "price": {"model": "flat", "price": "1"}} for name in "pqrs"],
}


def test_arrears_of_each_product(tmp_path):
    """3.00 are owed on 1 February: `q` stops 2 hours later, `p` 24 (`suspension_hours`), `r` not at all; `s` is not open."""
    with faregate.open(tmp_path / "a.db", book=faregate.Book(RULES), wallet={"cash": "0"}) as account:
        for name in "pqr":
            account.open(name, at="2025-01-10")
        account.use("p", 3, at="2025-01-10")
        events = account.upcoming(until="2025-02-03").events
        assert [(event.at.isoformat(), event.kind, event.product, event.amount) for event in events[1:]] == [
            ("2025-02-01T02:00:00+00:00", "suspension", "q", Decimal("3.00")),
            ("2025-02-02T00:00:00+00:00", "suspension", "p", Decimal("3.00")),
        ]
        account.advance(at="2025-02-01T03:00")
    with faregate.open(tmp_path / "a.db") as account:
        suspect, first, second = account.notices()
        assert (suspect.code, first.code, second.code) == ("clock_suspect", "arrears", "suspended")
        assert (first.product, second.product) == ("p", "q")
        assert "p: the account is in arrears: the service stops at 2025-02-02 00:00 unless 3.00 EUR" in first.message
        assert "q: the service is suspended for arrears, but for what is prepaid" in second.message
        with pytest.raises(faregate.Suspended):
            account.use("q", 1, at="2025-02-01T03:00")
        account.use("r", 1, at="2025-02-03")
        assert [product.suspended for product in account.statement().products.values()] == [True, True, False, True]
        account.top_up("3", at="2025-02-03")
        assert len(account.notices()) == 1 and not account.statement().products["q"].suspended


def test_arrears(book):
    account = faregate.Account(book, wallet={"cash": "2000"})
    account.open("image", at=NOV)
    account.use("image", 10_000, at=NOV)
    account.advance(at="2024-12-01")
    [arrears] = account.notices()
    assert (arrears.code, arrears.amount, arrears.at) == (
        "arrears",
        Decimal("160.00"),
        datetime(2024, 12, 2, tzinfo=CHINA),
    )
    account.advance(at="2024-12-02")
    assert account.notices()[0].code == "suspended"


@pytest.mark.parametrize("limit", ["pack_percent", "pack_days", "budget_percent"])
@pytest.mark.parametrize(
    "value, error", [(-1, "Invalid"), (36_526, "Invalid"), (0.5, "InvalidType"), (True, "InvalidType")]
)
def test_wrong_limits(account, limit, value, error):
    with pytest.raises(getattr(faregate, error), match=limit):
        account.notices(**{limit: value})


def test_on_a_ledger(book, tmp_path):
    with faregate.open(tmp_path / "booth.db", book=book) as account:
        account.open("image", at=NOV)
        with faregate.open(tmp_path / "booth.db") as other:
            other.use("image", 1030, at="2024-11-06")
        assert account.upcoming(until="2024-12-01").events[0].amount == Decimal("7.20")
        [begun] = [notice for notice in account.notices() if notice.code == "postpaid_begun"]
        assert begun.units == 30
