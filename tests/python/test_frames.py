"""Logs as libraries of tables hold them: levels of an index, periods, scanners; and what is no log is refused in words."""

import io
from datetime import date
from decimal import Decimal

import faregate
import pytest

ROWS = [
    {"account": "a", "time": "2024-11-05T10:00", "product": "image", "quantity": 9_000},
    {"account": "a", "time": "2024-12-05T10:00", "product": "image", "quantity": 5_000},
]
TOTAL = Decimal("1920.00") + Decimal("960.00")  # (9,000 − 1,000) × 0.24, (5,000 − 1,000) × 0.24


def total_of(book, events, **how):
    bills = faregate.bill(events, book, **how)
    assert bills.rows.billed == bills.rows.read
    return bills.total


@pytest.mark.parametrize("levels", ["account", "time", ["account", "time"], ["account", "time", "product"]])
def test_levels_of_an_index_are_columns(book, levels):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(ROWS)
    assert total_of(book, frame.set_index(levels)) == TOTAL
    assert total_of(book, frame.set_index(levels, drop=False)) == TOTAL  # columns of the same names are taken


def test_a_column_is_taken_before_a_level_of_its_name(book):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(ROWS).set_index(pandas.Index(["2024-11-06", "2025-06-01"], name="time"))
    assert faregate.bill(frame, book).months["month"].tolist() == ["2024-11", "2024-12"]


def test_sums_by_groups_are_a_log(book):
    pandas = pytest.importorskip("pandas")
    halves = pandas.DataFrame([{**row, "quantity": row["quantity"] // 2} for row in ROWS for _ in range(2)])
    assert total_of(book, halves.groupby(["account", "time", "product"])[["quantity"]].sum()) == TOTAL


@pytest.mark.parametrize("freq", ["D", "M", "h"])
def test_a_period_stands_for_its_begin(book, freq):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pandas.DataFrame(ROWS)
    frame["time"] = pandas.PeriodIndex(frame["time"], freq=freq)
    assert total_of(book, frame) == total_of(book, frame.set_index("time")) == TOTAL
    detail = faregate.bill(frame, book, detail=True).detail
    first = {"D": "2024-11-05T00:00", "M": "2024-11-01T00:00", "h": "2024-11-05T10:00"}[freq]
    assert detail["time"][0].isoformat().startswith(first)


def test_a_scanner_of_a_dataset_is_a_log(book):
    pyarrow = pytest.importorskip("pyarrow")
    dataset = pytest.importorskip("pyarrow.dataset")
    assert total_of(book, dataset.dataset(pyarrow.Table.from_pylist(ROWS)).scanner(batch_size=1)) == TOTAL


def test_one_column_is_no_log(book):
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    for column in (pandas.Series([1]), polars.Series([1])):
        with pytest.raises(faregate.InvalidType, match="expected a table, not one column"):
            faregate.bill(column, book)


def test_tuples_are_no_rows(book):
    rows = [tuple(row.values()) for row in ROWS]
    with pytest.raises(faregate.InvalidType, match="expected rows as dicts, not as tuples"):
        faregate.bill(rows, book)


@pytest.mark.parametrize("bytes_of_it", [b"PAR1" + b"x" * 40, b"PAR1", b"ARROW1" + b"x" * 40])
def test_a_damaged_file_object_raises_an_error_of_this_package(book, bytes_of_it):
    pytest.importorskip("pyarrow")
    with pytest.raises(faregate.Invalid, match="^events: "):
        faregate.bill(io.BytesIO(bytes_of_it), book)


@pytest.mark.parametrize("value", [None, True, ["image"], {"x": 1}, float("nan"), object()])
def test_a_constant_that_is_none_is_refused(book, value):
    rows = [{name: row[name] for name in ("account", "time", "quantity")} for row in ROWS]
    with pytest.raises(faregate.InvalidType, match="^constants.product: expected a text, a whole number or a time"):
        faregate.bill(rows, book, constants={"product": value})


@pytest.mark.parametrize(
    ("name", "value", "total"),
    [("time", date(2024, 11, 5), "2340.00"), ("quantity", 5_000, "1920.00"), ("quantity", Decimal(5_000), "1920.00")],
)
def test_constants_are_of_any_type_that_a_column_has(book, name, value, total):
    rows = [{key: part for key, part in row.items() if key != name} for row in ROWS]
    # (14,000 − 1,000) × 0.18; twice (5,000 − 1,000) × 0.24
    assert total_of(book, rows, constants={name: value}) == Decimal(total)


@pytest.mark.parametrize("quantity", ["12,000", "1.000.000", "12 000", "12\u00a0000", "12'000", "-1,000", "1_000"])
def test_a_mark_between_digits_that_was_not_named_is_told(book, quantity):
    bills = faregate.bill([{**ROWS[0], "quantity": quantity}], book)
    assert "say by thousands" in bills.bad_rows["reason"][0]


@pytest.mark.parametrize("quantity", ["n/a", "1.2e4", "12.5", ",", "1,2,3x"])
def test_what_is_no_number_with_any_mark_is_told_without_that(book, quantity):
    bills = faregate.bill([{**ROWS[0], "quantity": quantity}], book)
    assert bills.bad_rows["reason"][0] == "expected a whole number, 0 to 9223372036854775807"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"account": ""}, "expected a name, there is none"),
        ({"account": None}, "expected a name, there is none"),
        ({"account": " \u3000"}, "expected a name, there is none"),
        ({"account": "a\0b"}, "expected a name in UTF-8 without a 0"),
        ({"product": None}, "expected a name, there is none"),
    ],
)
def test_what_is_wrong_with_a_name(book, row, reason):
    assert faregate.bill([{**ROWS[0], **row}], book).bad_rows["reason"].tolist() == [reason]


def test_products_that_the_book_does_not_have_are_warned_of(book):
    rows = [{**ROWS[0], "product": name} for name in ("Images", "Images", "fusion")]
    with pytest.warns(UserWarning, match="the book has no product 'Images'"):
        bills = faregate.bill([*rows, ROWS[0]], book)
    [warning] = bills.warnings
    assert warning == (
        "the book has no product 'Images' (2 events), and 1 other name of none; the nearest is image, of image, image-pro"
    )
    assert faregate.bill(ROWS, book).warnings == ()
