"""Bills that go on from the states of earlier ones, by month and by account, are the bills of the whole log."""

import pickle
from decimal import Decimal

import faregate
import pytest

MONTHS = ("2024-11", "2024-12", "2025-01")
ENDS = ("2024-12-03", "2025-01-03", "2025-02-03")
NAMES = tuple(f"c{number}" for number in range(7))


def rows_of(month):
    """About 2,000 units a day of each account but one, which is idle in December."""
    return [
        {"account": name, "time": f"{month}-{day:02}T{place + 1:02}:00:00+08:00", "product": "image", "quantity": 2_000}
        for day in (4, 11, 20, 27)
        for place, name in enumerate(NAMES)
        if (name, month) != ("c3", "2024-12")
    ]


def invoices_of(*runs):
    rows = [(row["account"], row["month"], row["total"]) for bills in runs for row in bills.invoices]
    return sorted(rows)


def lines_of(*runs):
    return sorted((row["account"], row["month"], row["units"], row["amount"]) for bills in runs for row in bills.lines)


@pytest.fixture(scope="module")
def book():
    return faregate.Book("tencent-facefusion")


@pytest.fixture(scope="module")
def whole(book):
    return faregate.bill([row for month in MONTHS for row in rows_of(month)], book, until=ENDS[-1])


def month_by_month(book, wanted=lambda name: True, states=None):
    runs = []
    for month, end in zip(MONTHS, ENDS):
        rows = [row for row in rows_of(month) if wanted(row["account"])]
        runs.append(faregate.bill(rows, book, states=states, until=end))
        states = runs[-1].states
    return runs


def test_months_after_each_other_are_the_whole_log(book, whole):
    runs = month_by_month(book)
    assert invoices_of(*runs) == invoices_of(whole) and lines_of(*runs) == lines_of(whole)
    assert sum((bills.total for bills in runs), Decimal(0)) == whole.total > 0
    assert {name: runs[-1].accounts[name].statement() for name in NAMES} == {
        name: whole.accounts[name].statement() for name in NAMES
    }


def test_an_account_without_events_goes_on(book, whole):
    december = month_by_month(book)[1]
    assert "c3" in december.accounts
    assert [row["total"] for row in december.invoices if row["account"] == "c3"] == [
        row["total"] for row in whole.invoices if (row["account"], row["month"]) == ("c3", "2024-12")
    ]


def test_parts_by_account_are_the_whole_log(book, whole):
    parts = [month_by_month(book, lambda name, rest=rest: int(name[1:]) % 3 == rest) for rest in range(3)]
    runs = [bills for part in parts for bills in part]
    assert invoices_of(*runs) == invoices_of(whole) and lines_of(*runs) == lines_of(whole)


def test_a_month_that_is_run_twice_changes_nothing(book):
    states = month_by_month(book)[0].states
    once, again = (faregate.bill(rows_of("2024-12"), book, states=states, until=ENDS[1]) for _ in range(2))
    assert invoices_of(once) == invoices_of(again) and once.states == again.states


def test_events_that_were_billed_are_refused_and_change_nothing(book):
    states = month_by_month(book)[0].states
    again = faregate.bill(rows_of("2024-11"), book, states=states, until=ENDS[0])
    assert again.rows.billed == 0 and {row["code"] for row in again.refusals} == {"time_reversal"}
    assert len(again.invoices) == 0 and again.states == states


def test_bills_that_were_pickled_have_their_states(book):
    bills = month_by_month(book)[0]
    assert pickle.loads(pickle.dumps(bills)).states == bills.states


def test_states_are_checked(book):
    state = month_by_month(book)[0].states["c1"]
    other = faregate.Book({**book.to_dict(), "title": "another"})
    for states, of, message in (
        ({"c1": state[:-1] + bytes([state[-1] ^ 1])}, book, r"states\['c1'\]: .*damaged"),
        ({"c1": b""}, book, r"states\['c1'\]: .*damaged"),
        ({"c1": state}, other, r"states\['c1'\]: .*another price book"),
        ({"c1": "state"}, book, r"states\['c1'\].*bytes of earlier bills"),
    ):
        with pytest.raises(faregate.Invalid, match=message):
            faregate.bill([], of, states=states)
    with pytest.raises(faregate.IdConflict):
        faregate.bill([], book, states={"c1": state}, accounts={"c1": {}})


def test_what_an_account_lived_before_is_not_in_its_timeline(book):
    first = month_by_month(book)[0]
    bills = faregate.bill(rows_of("2024-12"), book, states=first.states, detail=True)
    with pytest.raises(faregate.Invalid):
        bills.timeline("c1")


def test_a_log_that_begins_before_the_states_end_is_warned_of(book):
    rows = [{"account": "a", "time": f"2024-12-{day:02}", "product": "image", "quantity": 2_000} for day in (1, 2, 3)]
    november = [row | {"time": "2024-11-05"} for row in rows[:1]]
    late = faregate.bill(november, book, until="2024-12-03").states
    with pytest.warns(UserWarning, match="^2 rows lie before .* the first of 'a' at 2024-12-01T00:00:00"):
        bills = faregate.bill(rows, book, states=late)
    assert [str(bills.rows), len(bills.warnings)] == ["3 rows read = 1 billed + 2 refused", 1]
    in_time = faregate.bill(november, book, until="2024-12-01")
    assert in_time.total == 240
    bills = faregate.bill(rows, book, states=in_time.states)
    assert (bills.total, bills.rows.billed, bills.warnings) == (1200, 3, ())
