"""Tables of answers go on: into other libraries, into files, into other processes."""

import copy
import csv
import io
import pickle
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import faregate
import pytest
from faregate import Table
from faregate._core import _column, _integer_column, _text_column

CHINA = timezone(timedelta(hours=8))
ROWS = [
    {"account": "a", "time": "2024-11-05T10:00", "product": "image", "quantity": 89_000},
    {"account": "客户", "time": "2024-11-06T10:00", "product": "image", "quantity": 1},
    {"account": "客户", "time": "2024-11-06T11:00", "product": "hats", "quantity": 1},
]


@pytest.fixture
def bills(book):
    return faregate.bill(ROWS, book)


@pytest.fixture
def tables(bills):
    names = ("invoices", "lines", "adjustments", "refusals", "bad_rows", "repeats", "later")
    return {name: getattr(bills, name) for name in names}


def test_a_table_comes_back_from_pickle(tables, book):
    assert len(tables["lines"]) == 2 and len(tables["refusals"]) == 1 and len(tables["repeats"]) == 0
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        for table in tables.values():
            again = pickle.loads(pickle.dumps(table, protocol))
            assert again == table and type(again) is Table and list(again) == list(table)
            assert [again[name].null_count for name in again.columns] == [
                table[name].null_count for name in table.columns
            ]
            assert [again[name].type for name in again.columns] == [table[name].type for name in table.columns]
    for column in (
        book.price_many("image", "calls", [None, 1, 89_000]),
        book.price_many("image", "calls", [None, 1, 89_000], out="minor"),
        book.price_many("image", "calls", [1, 89_000], out="float"),
        _text_column([]),
        _text_column(["", None, "é"]),
    ):
        assert pickle.loads(pickle.dumps(column)).tolist() == column.tolist()
        assert copy.copy(column) is copy.deepcopy(column) is column


@pytest.mark.parametrize(
    "kept",
    [
        (9, 0, 0, b"", None, None, None),
        (-1, 0, 0, b"", None, None, None),
        (0, 0, 1, b"1234567", None, None, None),
        (0, 0, -1, b"", None, None, None),
        (0, 0, 2**62, b"", None, None, None),
        (0, 99, 1, bytes(8), None, None, None),
        (0, 0, 9, bytes(72), b"1", None, None),
        (2, 0, 1, bytes(8), None, None, None),
        (2, 12, 1, (10**38).to_bytes(16, "little"), None, None, None),
        (2, 0, 1, (-(10**26)).to_bytes(16, "little", signed=True), None, None, None),
        (4, 0, 1, bytes(8), None, None, None),
        (4, 0, 1, bytes(8), None, None, "book"),
        (5, 0, 1, bytes(8), None, None, None),
        (5, 0, 1, bytes(8) + (9).to_bytes(8, "little"), None, b"text", None),
        (
            5,
            0,
            2,
            (0).to_bytes(8, "little") + (4).to_bytes(8, "little") + (3).to_bytes(8, "little"),
            None,
            b"text",
            None,
        ),
        (5, 0, 1, b"\xff" * 8 + (3).to_bytes(8, "little"), None, b"text", None),
    ],
)
def test_bytes_that_are_no_column_are_refused(kept):
    with pytest.raises(faregate.Invalid, match="no column"):
        _column(*kept)


def test_a_pickled_time_before_the_calendar_is_refused(book):
    long_ago = (-(2**62)).to_bytes(8, "little", signed=True)
    with pytest.raises(faregate.Invalid, match="no column"):
        _column(4, 0, 1, long_ago, None, None, book)
    assert _column(4, 0, 1, long_ago, b"\0", None, book).tolist() == [None]  # what is under a null does not matter
    assert _column(2, 0, 1, (10**26 - 1).to_bytes(16, "little"), None, None, None).tolist() == [10**26 - 1]


def test_columns_and_tables_are_equal_by_their_values(bills, book):
    again = faregate.bill(ROWS, book)
    assert bills.lines == again.lines and bills.lines["amount"] == again.lines["amount"]
    assert bills.lines != bills.invoices and bills.lines["amount"] != bills.lines["units"] != 1
    assert bills.lines != faregate.bill(ROWS[:1], book).lines and bills.lines != 1
    assert _integer_column([1, None]) == _integer_column([1, None]) != _integer_column([1, 0])
    for unhashable in (bills.lines, bills.lines["amount"]):
        with pytest.raises(TypeError, match="unhashable"):
            hash(unhashable)


def test_columns_of_a_table_are_of_one_length(bills):
    columns = {"total": bills.invoices["total"], "month": bills.invoices["month"][:1]}
    with pytest.raises(faregate.Invalid, match="^columns: expected columns of equal length"):
        Table(columns)
    assert len(Table({name: column[:1] for name, column in columns.items()})) == 1 and len(Table({})) == 0


def test_amounts_as_floats(bills):
    pandas = pytest.importorskip("pandas")
    exact, floats = bills.lines.to_pandas(), bills.lines.to_pandas(amounts="float")
    assert exact["amount"].tolist() == [Decimal("15840.00"), Decimal("0.00")]
    assert floats["amount"].dtype == "float64" and floats["amount"].tolist() == [15840.0, 0.0]
    assert floats["units"].equals(exact["units"]) and floats["account"].equals(exact["account"])
    assert isinstance(floats["amount"].sum(), float) and exact["amount"].sum() == Decimal("15840.00")
    assert pandas.isna(bills.invoices.to_pandas("float")["balance_after"]).all()
    with pytest.raises(faregate.Invalid, match="amounts: expected 'decimal' or 'float', not 'f'"):
        bills.lines.to_pandas(amounts="f")


def test_floats_below_nothing(book):
    bills = faregate.bill(ROWS[:1], book, wallet={"cash": "0.3"})
    assert bills.invoices["balance_after"].tolist() == [Decimal("-15839.70")]
    assert bills.invoices.with_amounts("float")["balance_after"].tolist() == [-15839.7]


def test_polars_and_arrow(bills):
    polars, pyarrow = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    assert bills.lines.to_polars()["amount"].to_list() == bills.lines["amount"].tolist()
    assert bills.lines.to_polars(amounts="float")["amount"].dtype == polars.Float64
    assert bills.lines.to_arrow()["amount"].to_pylist() == bills.lines["amount"].tolist()
    assert bills.lines.to_arrow(amounts="float")["amount"].type == pyarrow.float64()


def test_files(bills, tmp_path):
    path = tmp_path / "lines.csv"
    assert bills.invoices.to_csv(path) is None
    text = path.read_text(encoding="utf-8")
    assert text == bills.invoices.to_csv()
    assert text.splitlines()[0] == ",".join(bills.invoices.columns)
    read = list(csv.DictReader(io.StringIO(text)))
    assert [row["total"] for row in read] == ["15840.00", "0.00"] and read[1]["account"] == "客户"
    assert [row["balance_after"] for row in read] == ["", ""]
    assert datetime.fromisoformat(read[0]["issued"]) == datetime(2024, 12, 1, tzinfo=CHINA)
    written = io.StringIO()
    bills.invoices.to_csv(written)
    assert written.getvalue() == text
    parquet = pytest.importorskip("pyarrow.parquet")
    bills.lines.to_parquet(tmp_path / "lines.parquet")
    again = parquet.read_table(tmp_path / "lines.parquet")
    assert again.to_pylist() == list(bills.lines)
    with open(tmp_path / "floats.parquet", "wb") as file:
        bills.lines.to_parquet(file, amounts="float")
    assert parquet.read_table(tmp_path / "floats.parquet")["amount"].to_pylist() == [15840.0, 0.0]


def test_what_is_not_installed_is_named(bills, monkeypatch, tmp_path):
    import sys

    ways = {
        "polars": bills.lines.to_polars,
        "pyarrow": bills.lines.to_arrow,
        "pandas": bills.lines.to_pandas,
        "pyarrow.parquet": lambda: bills.lines.to_parquet(tmp_path / "x"),
    }
    for library, call in ways.items():
        monkeypatch.setitem(sys.modules, library, None)
        with pytest.raises(faregate.Invalid, match=f"this needs {library}: pip install"):
            call()


def test_books_are_equal_that_say_the_same(book):
    same = faregate.Book("tencent-facefusion")
    other = faregate.Book(book.to_dict() | {"id": "other"})
    assert same == book != other and hash(same) == hash(book) and len({same, book, other}) == 2
    assert book != "tencent-facefusion" and copy.copy(book) is copy.deepcopy(book) is book
    again = pickle.loads(pickle.dumps(book))
    assert (
        again == book
        and again.to_json() == book.to_json()
        and again.price("image", "calls", 1) == book.price("image", "calls", 1)
    )
    assert pickle.loads(pickle.dumps(book)) is again  # loaded once


def test_an_edition_comes_back_as_that_edition():
    for name in faregate.shipped_books():
        whole = faregate.Book(name)
        for edition in [whole, *(whole.as_of(edition.effective) for edition in whole.editions)]:
            assert pickle.loads(pickle.dumps(edition)) == edition


def test_times_of_an_empty_table_are_those_of_the_book_too(bills):
    pandas = pytest.importorskip("pandas")
    later, invoices = bills.later.to_pandas(), bills.invoices.to_pandas()
    assert len(later) == 0 and later["time"].dt.tz.utcoffset(None) == timedelta(hours=8)
    assert invoices["begin"].isna().all() and invoices["begin"].dtype == invoices["issued"].dtype
    assert pandas.concat([later["time"], invoices["issued"]]).dtype == invoices["issued"].dtype


def test_a_parquet_file_is_written_in_parts(bills, tmp_path, monkeypatch):
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("faregate._convert._PART", 2)
    table = faregate.bill(ROWS[2:] * 3, bills.book).refusals
    for path in (tmp_path / "a.parquet", str(tmp_path / "b.parquet")):
        table.to_parquet(path)
        whole = parquet.ParquetFile(path)
        assert whole.metadata.num_row_groups == 2 and whole.read() == table.to_arrow()
    table[:0].to_parquet(tmp_path / "a.parquet")
    assert parquet.read_table(tmp_path / "a.parquet").num_rows == 0

    class Interrupted(parquet.ParquetWriter):
        def write_table(self, part):
            super().write_table(part)
            raise KeyboardInterrupt

    monkeypatch.setattr(parquet, "ParquetWriter", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        table.to_parquet(tmp_path / "d.parquet")
    assert not (tmp_path / "d.parquet").exists()
