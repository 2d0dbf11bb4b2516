"""Forecasts as they come: lists, arrays, generators, Series, Periods; and forecasts from usage that was."""

from datetime import date, datetime
from decimal import Decimal

import faregate
import pytest
from faregate.forecast import read_forecast

CALLS = [15_000, 18_000, 0]
PLAIN = {"product": "image", "start": "2025-01", "calls": CALLS}


def test_what_is_no_list_is_read_as_one(book):
    total = faregate.cheapest(book, PLAIN).total
    numpy = pytest.importorskip("numpy")
    for calls in (tuple(CALLS), iter(CALLS), (each for each in CALLS), numpy.array(CALLS), numpy.array(CALLS, float),
                  [Decimal(each) for each in CALLS], {"2025-01": 15_000, "2025-02": 18_000, "2025-03": 0}):  # fmt: skip
        plan = faregate.cheapest(book, PLAIN | {"calls": calls})
        assert plan.total == total and plan.forecast == PLAIN
    for start in (date(2025, 1, 1), datetime(2025, 1, 31, 5), numpy.datetime64("2025-01")):
        assert read_forecast(PLAIN | {"start": start}) == PLAIN
    once = faregate.compare(book, PLAIN | {"calls": iter(CALLS)})  # a generator is read for all ways
    assert once.plans["cheapest"].total == total and len(once.plans) > 3
    assert faregate.cheapest(book, faregate.Forecast(PLAIN)) == faregate.cheapest(book, PLAIN)


def test_series_and_periods(book):
    pandas = pytest.importorskip("pandas")
    index = pandas.period_range("2025-01", periods=3, freq="M")
    series = pandas.Series(CALLS, index=index, name="image")
    assert read_forecast(series) == PLAIN
    assert read_forecast({"product": "image", "calls": series}) == PLAIN
    assert read_forecast({"product": "image", "calls": pandas.Series(CALLS, index=index.to_timestamp())}) == PLAIN
    assert read_forecast({"product": "image", "start": index[0], "calls": pandas.Series(CALLS)}) == PLAIN
    for kind in ("float64", "Int64", "object"):  # NaN, NA and None
        peaks = pandas.Series([5, None, 7], index=index, dtype=kind)
        assert read_forecast({"product": "image", "calls": series, "peak_qps": peaks})["peak_qps"] == [5, None, 7]
    assert faregate.cheapest(book, series).total == faregate.cheapest(book, PLAIN).total


@pytest.mark.parametrize(
    ("forecast", "message"),
    [
        (7, "^forecast: expected a dict"),
        ("image", "^forecast: "),
        ([1, 2], "^forecast: "),
        ({7: 8}, "^forecast: "),
        (PLAIN | {"calls": [1.5]}, r"^calls\[0\]: expected a whole number, not 1.5"),
        (PLAIN | {"calls": [1, True]}, r"^calls\[1\]: "),
        (PLAIN | {"calls": [1, "x"]}, r"^calls\[1\]: "),
        (PLAIN | {"calls": [float("inf")]}, r"^calls\[0\]: "),
        (PLAIN | {"calls": 7}, "^calls: "),
        (PLAIN | {"calls": "789"}, "^calls: "),
        (PLAIN | {"calls": [None]}, "^calls"),
        (PLAIN | {"calls": []}, "^calls: "),
        (PLAIN | {"calls": {"2025-01": 1, "2025-03": 1}}, "^calls: 2025-03 follows 2025-01"),
        (PLAIN | {"calls": {"2025-02": 1}}, "^calls: begins in 2025-02, and the forecast in 2025-01"),
        (PLAIN | {"calls": {"January": 1}}, "^calls: expected months such as"),
        (PLAIN | {"start": 2025}, "^start: "),
        (PLAIN | {"start": "2025-13"}, "^start: "),
        (PLAIN | {"product": 7}, "^product: "),
        (PLAIN | {"product": {"other": "image"}}, "^product: "),
        (PLAIN | {"opening": 7}, "^opening: "),
        (PLAIN | {"colour": 7}, "^colour: "),
    ],
)
def test_what_is_no_forecast_is_named(book, forecast, message):
    with pytest.raises(faregate.Invalid, match=message):
        faregate.cheapest(book, forecast)


def year(units):
    return {f"2024-{month:02}": units(month) for month in range(1, 13)}


def test_the_months_of_a_year_before():
    made = faregate.Forecast.from_usage(year(lambda month: 1000 * month), product="image", growth=0.1)
    assert made == {"product": "image", "start": "2025-01", "calls": [1100 * month for month in range(1, 13)]}
    longer = faregate.Forecast.from_usage(year(lambda month: 1000 * month), growth="0.1", months=14)
    assert longer["calls"][12:] == [1210, 2420]  # a second year of growth
    assert faregate.Forecast.from_usage(year(lambda _: 5), season=1, growth=1, months=3)["calls"] == [10, 20, 40]
    shrinks = faregate.Forecast.from_usage({"2024-11": 3, "2024-12": 5}, season=2, growth=-0.5, months=2)
    assert shrinks["calls"] == [2, 3]  # 1.5 and 2.5, halves up
    gap = faregate.Forecast.from_usage({"2024-10": 3, "2024-12": 5}, season=3, months=3)
    assert gap["calls"] == [3, 0, 5]


def test_usage_of_bills(book):
    rows = [
        {"account": "a", "time": f"2024-{month:02}-10T10:00", "product": "image", "quantity": 5_000 * month}
        for month in range(1, 13)
    ]
    bills = faregate.bill(rows, book)
    made = faregate.Forecast.from_usage(bills)
    assert made == {"product": "image", "start": "2025-01", "calls": [5_000 * month for month in range(1, 13)]}
    assert faregate.cheapest(book, made).total > 0
    months = bills.months
    pandas = pytest.importorskip("pandas")
    series = pandas.Series(months["units"].tolist(), index=months["month"].tolist(), name="image")
    for table in (months, months.to_pandas(), months.to_polars(), months.to_arrow(), series, pandas.DataFrame(rows),
                  rows, [row | {"quantity": float(row["quantity"])} for row in rows]):  # fmt: skip
        assert faregate.Forecast.from_usage(table) == made


def test_a_month_that_is_not_over_is_refused(book):
    rows = [
        {"account": "a", "time": f"2024-{month:02}-10", "product": "image", "quantity": 5_000} for month in (10, 11)
    ]
    bills = faregate.bill(rows, book, until="2024-11-15")
    with pytest.raises(faregate.Invalid, match="until: 2024-11 is not settled yet; until='2024-10' leaves it out"):
        faregate.Forecast.from_usage(bills, season=1)
    months = bills.months
    pytest.importorskip("pandas")
    frame = months.to_pandas()  # of which a time that is not there is NaT
    for table in (months, frame, frame.to_dict("records"), months.to_polars(), months.to_arrow()):
        with pytest.raises(faregate.Invalid, match="until: 2024-11 is not settled yet; until='2024-10' leaves it out"):
            faregate.Forecast.from_usage(table, season=1)
        assert faregate.Forecast.from_usage(table, season=1, until="2024-10")["calls"][0] == 5_000
    assert faregate.Forecast.from_usage(bills, season=1, until="2024-10")["start"] == "2024-11"
    assert faregate.Forecast.from_usage(bills, season=2, until=date(2024, 11, 1))["start"] == "2024-12"


@pytest.mark.parametrize("kind", ["float64", "Int64", "object"])
def test_a_month_without_a_number_is_no_month_of_nothing(kind):
    pandas = pytest.importorskip("pandas")
    units = pandas.Series([500, None], index=["2024-10", "2024-11"], name="image", dtype=kind)
    with pytest.raises(faregate.Invalid, match="^usage: 2024-11 has no number of units"):
        faregate.Forecast.from_usage(units, season=1)
    assert faregate.Forecast.from_usage(units, season=1, until="2024-10", months=2)["calls"] == [500, 500]
    assert faregate.Forecast.from_usage(units.fillna(0), season=1, months=2)["calls"] == [0, 0]


def test_an_account_and_a_product_are_chosen(book):
    rows = [
        {"account": account, "time": "2024-11-05", "product": product, "quantity": units}
        for account, product, units in (("a", "image", 10), ("b", "image", 20), ("b", "image-pro", 40))
    ]
    bills = faregate.bill(rows, book)
    with pytest.raises(faregate.Invalid, match="^product: .*image, image-pro, not None"):
        faregate.Forecast.from_usage(bills, season=1)
    with pytest.raises(faregate.Invalid, match="^account: .*a, b, not None"):
        faregate.Forecast.from_usage(bills, season=1, product="image")
    with pytest.raises(faregate.Invalid, match="^account: .*a, b, not 'c'"):
        faregate.Forecast.from_usage(bills, season=1, product="image", account="c")
    made = faregate.Forecast.from_usage(bills, season=1, product="image", account="b", months=2)
    assert made["calls"] == [20, 20]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"usage": 7}, "^usage: expected a table"),
        ({"usage": {}}, "^usage: there is none"),
        ({"usage": {"x": 1}}, "^usage: expected months"),
        ({"usage": {"2024-01": "x"}}, "^usage: "),
        ({"usage": [{"day": 1}]}, "^usage: expected the columns"),
        ({"usage": [7]}, "^usage: "),
        ({"growth": "x"}, "^growth: "),
        ({"growth": -2}, "^growth: "),
        ({"growth": True}, "^growth: "),
        ({"season": 0}, "^season: "),
        ({"season": 13}, "^season: 13 months of usage are needed, and there are 12"),
        ({"months": 121}, "^months: "),
        ({"until": 7}, "^until: "),
    ],
)
def test_what_is_no_usage_is_named(given, message):
    with pytest.raises(faregate.Invalid, match=message):
        faregate.Forecast.from_usage(**{"usage": year(lambda _: 1)} | given)


def test_until_after_the_last_month_of_usage_is_refused(book):
    """Months of which nothing is known would be taken for months without usage."""
    usage = {"2024-10": 5, "2024-11": 7}
    assert faregate.Forecast.from_usage(usage, season=1, months=2, until="2024-11")["calls"] == [7, 7]
    with pytest.raises(faregate.Invalid, match="until: 2025-06 is after the last month of usage, 2024-11"):
        faregate.Forecast.from_usage(usage, season=1, until="2025-06")
