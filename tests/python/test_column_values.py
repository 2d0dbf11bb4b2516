"""Columns in the hands of other libraries: they are values there, never one object in every cell."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import faregate
import pytest
from faregate._core import _integer_column, _table_stream, _text_column
from faregate._zone import book_keys_of

CALLS = [0, 9_999, 10_000, 90_000]
AMOUNTS = [Decimal("0.00"), Decimal("2399.76"), Decimal("1800.00"), Decimal("16200.00")]  # R11, by hand


@pytest.fixture
def amounts(book):
    return book.price_many("image", "calls", CALLS)


@pytest.fixture
def bills(book):
    pa = pytest.importorskip("pyarrow")
    log = {
        "account": ["a", "b"],
        "time": ["2024-11-05", "2024-12-05"],
        "product": ["image"] * 2,
        "quantity": [5000, 2000],
    }
    return faregate.bill(pa.table(log), book)


def test_a_column_is_walked(amounts):
    assert list(iter(amounts)) == amounts.tolist() == AMOUNTS
    assert [amount for amount in amounts] == AMOUNTS
    assert Decimal("1800.00") in amounts


def test_pandas_takes_values(amounts):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"calls": CALLS})
    frame["cost"] = amounts
    assert frame["cost"].tolist() == AMOUNTS
    assert frame.assign(cost=amounts)["cost"].tolist() == AMOUNTS
    assert pd.Series(amounts).tolist() == AMOUNTS
    assert pd.DataFrame({"cost": amounts})["cost"].tolist() == AMOUNTS
    assert amounts.to_pandas().tolist() == AMOUNTS
    frame.loc[:, "again"] = amounts
    assert frame["again"].tolist() == AMOUNTS
    assert frame["cost"].sum() == Decimal("20399.76")


def test_polars_takes_values(amounts):
    pl = pytest.importorskip("polars")
    assert pl.Series("cost", amounts).to_list() == AMOUNTS
    assert pl.DataFrame({"calls": CALLS, "cost": amounts})["cost"].to_list() == AMOUNTS
    assert pl.DataFrame({"calls": CALLS}).with_columns(cost=pl.Series(amounts))["cost"].to_list() == AMOUNTS
    assert amounts.to_polars().dtype == pl.Decimal(38, 2)


def test_numpy_and_pyarrow_take_values(amounts, book):
    np, pa = pytest.importorskip("numpy"), pytest.importorskip("pyarrow")
    assert np.asarray(amounts).tolist() == np.array(amounts).tolist() == amounts.to_numpy().tolist() == AMOUNTS
    assert np.asarray(amounts, dtype=float).tolist() == [0.0, 2399.76, 1800.0, 16200.0]
    assert amounts.to_arrow().to_pylist() == pa.array(amounts).to_pylist() == AMOUNTS
    minor = book.price_many("image", "calls", CALLS, out="minor")
    assert np.asarray(minor).dtype == np.int64 and np.asarray(minor).tolist() == [0, 239976, 180000, 1620000]
    assert np.array(minor, copy=True).tolist() == minor.to_numpy().tolist()


def test_nulls_times_and_texts(amounts, book, bills):
    pd, np = pytest.importorskip("pandas"), pytest.importorskip("numpy")
    some = book.price_many("image", "calls", [None, 10_000])
    assert some.to_pandas().tolist() == np.asarray(some).tolist() == [None, Decimal("1800.00")]
    issued = bills.invoices["issued"]
    china = timezone(timedelta(hours=8))
    assert issued.to_pandas().tolist() == [datetime(2024, 12, 1, tzinfo=china), datetime(2025, 1, 1, tzinfo=china)]
    assert (
        bills.invoices["account"].to_pandas().tolist() == np.asarray(bills.invoices["account"]).tolist() == ["a", "b"]
    )
    units = bills.lines["units"].to_pandas()
    assert units.dtype == np.int64 and units.tolist() == [4000, 1000]
    lines = bills.lines.to_pandas()
    lines["twice"] = bills.lines["amount"]
    assert lines["twice"].tolist() == bills.lines["amount"].tolist()
    nulls = book.price_many("image", "calls", [None, 1], out="minor")
    assert nulls.to_pandas().dtype == pd.Int64Dtype() and nulls.to_pandas()[1] == 24


def test_times_over_a_change_of_the_clock(book):
    pytest.importorskip("pandas")
    described = {key: value for key, value in book.to_dict().items() if key not in ("utc_offset", "examples")}
    berlin = faregate.Book(described | {"id": "berlin"} | book_keys_of("Europe/Berlin"))
    rows = [
        {"account": "a", "time": f"2024-{month}-05T10:00", "product": "image", "quantity": 2_000}
        for month in ("03", "06", "11")
    ]
    issued = faregate.bill(rows, berlin).invoices["issued"]
    assert [time.utcoffset() for time in issued] == [timedelta(hours=hours) for hours in (2, 2, 1)]
    series = issued.to_pandas()
    assert series.tolist() == issued.tolist() and str(series.dt.tz) == "Europe/Berlin"
    assert [time.utcoffset() for time in series] == [time.utcoffset() for time in issued]


def test_what_is_not_installed_is_named(amounts, monkeypatch):
    import sys

    for library, call in (("polars", amounts.to_polars), ("pyarrow", amounts.to_arrow), ("pandas", amounts.to_pandas)):
        monkeypatch.setitem(sys.modules, library, None)
        with pytest.raises(faregate.Invalid, match=f"this needs {library}: pip install"):
            call()


@pytest.mark.parametrize("make", [_integer_column, _text_column])
@pytest.mark.parametrize("given", [None, 5, (1,), "ab", {}])
def test_a_column_is_made_of_a_list(make, given):
    with pytest.raises(faregate.InvalidType, match="expected a list"):
        make(given)


def test_a_stream_is_of_columns_of_equal_length():
    one, two = _integer_column([1]), _integer_column([1, 2])
    with pytest.raises(faregate.Invalid, match="equal length"):
        _table_stream({"a": one, "b": two})
    for wrong in ([one], {"a": 1}, {1: one}, None):
        with pytest.raises(faregate.InvalidType):
            _table_stream(wrong)


SLICES = [slice(*at) for at in ((None,), (1, 3), (-2, None), (None, None, 2), (None, None, -1), (3, 0, -2), (9, 12))]


@pytest.mark.parametrize("part", SLICES)
def test_a_slice_of_a_column_is_a_column_of_these_rows(book, amounts, part):
    pyarrow = pytest.importorskip("pyarrow")
    times = faregate.bill([{"account": "a", "time": f"2024-{month:02}-05", "product": "image", "quantity": 9_000}
                           for month in (1, 2, 3, 4)], book).invoices["issued"]  # fmt: skip
    floats = faregate.Table({"x": amounts}).with_amounts("float")["x"]
    columns = [amounts, times, floats, _integer_column([5, None, -(2**63) + 1, 7]), _text_column(["é", None, "", "ab"])]
    for column in columns:
        sliced = column[part]
        assert isinstance(sliced, faregate.Column)
        assert sliced.tolist() == column.tolist()[part]
        assert (sliced.type, sliced.scale) == (column.type, column.scale)
        assert sliced.null_count == column.tolist()[part].count(None)
        assert pyarrow.array(sliced).to_pylist() == pyarrow.array(column).to_pylist()[part]


def test_a_slice_keeps_what_a_float_is(amounts):
    numpy = pytest.importorskip("numpy")
    from faregate._core import _decimal_column, _floats

    floats = _floats(_decimal_column([Decimal("-0.5"), None, Decimal("2")], 1))
    assert numpy.isnan(numpy.asarray(floats[:2])[1])  # a null is NaN in a buffer
    assert numpy.asarray(floats[::2]).tolist() == [-0.5, 2.0]


def test_rows_are_asked_by_number(amounts):
    assert amounts[-1] == AMOUNTS[-1]
    numpy = pytest.importorskip("numpy")
    assert amounts[numpy.int64(1)] == AMOUNTS[1]
    for beyond in (4, -5, 2**70):
        with pytest.raises(IndexError):
            amounts[beyond]
    for strange in ("x", 1.5, None, [0]):
        with pytest.raises(faregate.InvalidType, match="^row: expected the number of a row or a slice, not "):
            amounts[strange]


def test_a_slice_of_a_table_is_a_table(bills):
    assert bills.lines[:1] == bills.lines[0:1] != bills.lines
    assert list(bills.lines[::-1]) == list(bills.lines)[::-1]
    assert bills.lines[5:].columns == bills.lines.columns
    assert len(bills.lines[5:]) == 0
    with pytest.raises(faregate.InvalidType, match="^row: expected a column's name, the number of a row or a slice"):
        bills.lines[["amount"]]
