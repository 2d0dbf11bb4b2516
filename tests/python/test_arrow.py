"""Columns in and out, against everyone who speaks Arrow."""

import gc
import sys
from decimal import Decimal

import faregate
import pytest

VALUES = [0, 1, None, 10_000, 89_000, None, 19_999_000, 7]
PRICES = [
    None if value is None else faregate.Book("tencent-facefusion").price("image", "calls", value).amount
    for value in VALUES
]


def priced(book, quantities, **keywords):
    return book.price_many("image", "calls", quantities, **keywords)


@pytest.mark.parametrize("width", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"])
def test_pyarrow_arrays_of_any_width(book, width):
    pa = pytest.importorskip("pyarrow")
    values = [None if value is None else value % 128 for value in VALUES]
    array = pa.array(values, type=getattr(pa, width)())
    assert priced(book, array).tolist() == priced(book, values).tolist()
    assert priced(book, array[3:6]).tolist() == priced(book, values[3:6]).tolist()


@pytest.mark.parametrize("first", range(9))
def test_slices_of_all_offsets(book, first):
    pa = pytest.importorskip("pyarrow")
    values = VALUES * 3
    array = pa.array(values).slice(first)
    assert priced(book, array).tolist() == (PRICES * 3)[first:]
    table = pa.record_batch({"q": pa.array(values)}).slice(first, 10)
    assert priced(book, table).tolist() == (PRICES * 3)[first : first + 10]


def test_chunks_are_one_column(book):
    pa = pytest.importorskip("pyarrow")
    chunked = pa.chunked_array([VALUES[:3], [], VALUES[3:4], VALUES[4:]], type=pa.int64())
    assert priced(book, chunked).tolist() == PRICES
    assert priced(book, pa.table({"q": chunked})).tolist() == PRICES
    assert priced(book, pa.table({"q": chunked}).to_reader()).tolist() == PRICES
    assert priced(book, chunked.slice(2, 4)).tolist() == PRICES[2:6]
    table = book.bill_many("image", chunked, periods=4, free=0, packs=pa.chunked_array([[5], [10**6]]))
    assert table["packs"].tolist() == [0, 1, None, 4, 89_000, None, 911_000, 0]


def test_the_bad_row_is_counted_over_chunks(book):
    pa = pytest.importorskip("pyarrow")
    with pytest.raises(faregate.Invalid) as raised:
        priced(book, pa.chunked_array([[1, 2], [3, None, -4]]))
    assert (raised.value.row, raised.value.path) == (4, "quantities[4]")


def test_empty_columns(book):
    pa = pytest.importorskip("pyarrow")
    for empty in (
        pa.array([], pa.int64()),
        pa.chunked_array([], pa.int64()),
        [],
        pa.table({"q": pa.array([], pa.int32())}),
    ):
        for out in ("decimal", "minor", "float"):
            column = priced(book, empty, out=out)
            assert (len(column), column.tolist(), len(pa.array(column))) == (0, [], 0)
    assert len(pa.table(book.bill_many("image", []))) == 0


def test_all_null(book):
    pa = pytest.importorskip("pyarrow")
    column = priced(book, pa.array([None, None], pa.int64()))
    assert (column.null_count, column.tolist(), pa.array(column).null_count) == (2, [None, None], 2)


def test_what_lies_under_a_null_does_not_matter(book):
    pa = pytest.importorskip("pyarrow")
    bits = pa.py_buffer(bytes([0b101]))
    values = pa.py_buffer((1).to_bytes(8, "little") + b"\xff" * 8 + (2).to_bytes(8, "little"))
    array = pa.Array.from_buffers(pa.int64(), 3, [bits, values])
    assert priced(book, array).tolist() == [Decimal("0.24"), None, Decimal("0.48")]


def test_wide_integers_of_databases(book):
    pa = pytest.importorskip("pyarrow")
    array = pa.array([Decimal(value) if value is not None else None for value in VALUES], pa.decimal128(38, 0))
    assert priced(book, array).tolist() == PRICES
    with pytest.raises(faregate.Invalid):
        priced(book, pa.array([Decimal(2**64)], pa.decimal128(38, 0)))


@pytest.mark.parametrize("kind", ["float64", "string", "bool_", "date32", "decimal128"])
def test_other_types_are_refused(book, kind):
    pa = pytest.importorskip("pyarrow")
    array = pa.nulls(2, pa.decimal128(10, 2) if kind == "decimal128" else getattr(pa, kind)())
    with pytest.raises(faregate.InvalidType, match="expected integers"):
        priced(book, array)


def test_a_table_of_several_columns_is_refused(book):
    pa = pytest.importorskip("pyarrow")
    with pytest.raises(faregate.Invalid, match="one column"):
        priced(book, pa.table({"a": [1], "b": [2]}))


def test_a_stream_that_fails_is_an_error(book):
    pa = pytest.importorskip("pyarrow")

    def batches():
        yield pa.record_batch({"q": [1]})
        raise OSError("the disk is gone")

    with pytest.raises((faregate.Invalid, OSError), match="the disk is gone"):
        priced(book, pa.RecordBatchReader.from_batches(pa.schema({"q": pa.int64()}), batches()))


def test_columns_come_out_as_what_they_are(book):
    pa = pytest.importorskip("pyarrow")
    for out, kind in (("decimal", pa.decimal128(38, 2)), ("minor", pa.int64()), ("float", pa.float64())):
        column = priced(book, VALUES, out=out)
        array = pa.array(column)
        array.validate(full=True)
        assert (array.type, array.to_pylist()) == (kind, column.tolist())
    table = pa.table(book.bill_many("image", VALUES))
    table.validate(full=True)
    assert table.column_names == ["free", "packs", "postpaid", "amount"]
    assert table["amount"].type == pa.decimal128(38, 2)


def test_arrow_memory_outlives_the_column(book):
    pa = pytest.importorskip("pyarrow")
    array = pa.array(priced(book, VALUES * 1000))
    table = pa.table(book.bill_many("image", VALUES * 1000, packs=50))
    gc.collect()
    assert array.to_pylist() == PRICES * 1000
    assert table["free"].null_count == 2000


def test_capsules_that_nobody_takes_are_freed(book):
    column = priced(book, VALUES)
    references = sys.getrefcount(column)
    for _ in range(100):
        column.__arrow_c_array__()
        column.__arrow_c_schema__()
        column.__arrow_c_array__(requested_schema=None)
        book.bill_many("image", VALUES).__arrow_c_stream__()
    assert sys.getrefcount(column) == references


def test_numpy(book):
    np = pytest.importorskip("numpy")
    values = [0 if value is None else value for value in VALUES]
    expected = priced(book, values).tolist()
    for kind in (np.int64, np.uint64, np.int32, np.uint32, ">i8", "<i4"):
        assert priced(book, np.array(values, kind)).tolist() == expected
        assert priced(book, np.array(values, kind)[::-2]).tolist() == expected[::-2]
    assert np.asarray(priced(book, values, out="minor")).tolist() == [int(amount * 100) for amount in expected]
    assert np.asarray(priced(book, values, out="float")).tolist() == [float(amount) for amount in expected]
    assert not np.asarray(priced(book, values, out="minor")).flags.writeable
    for wrong in (np.array([1.0]), np.array([True]), np.array(["1"]), np.array(["2024-01-01"], "M8[D]")):
        with pytest.raises(faregate.InvalidType):
            priced(book, wrong)
    with pytest.raises(faregate.Invalid, match="one dimension"):
        priced(book, np.ones((2, 2), int))


def test_numpy_of_objects_and_nothing(book):
    np = pytest.importorskip("numpy")
    assert priced(book, np.array(VALUES, object)).tolist() == PRICES
    assert priced(book, np.array([], np.int64)).tolist() == []


def test_polars(book):
    pl = pytest.importorskip("polars")
    series = pl.Series("q", VALUES)
    assert priced(book, series).tolist() == PRICES
    assert priced(book, pl.concat([series, series], rechunk=False)).tolist() == PRICES * 2
    assert priced(book, series[2:5]).tolist() == PRICES[2:5]
    assert priced(book, series.to_frame()).tolist() == PRICES
    assert pl.Series(priced(book, VALUES)).to_list() == PRICES
    assert pl.DataFrame(book.bill_many("image", series))["amount"].null_count() == 2


def test_pandas(book):
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    assert priced(book, pd.Series([1, 10_000])).tolist() == priced(book, [1, 10_000]).tolist()
    assert priced(book, pd.Series(VALUES, dtype="Int64")).tolist() == PRICES
    assert priced(book, pd.Series(VALUES, dtype="int64[pyarrow]")).tolist() == PRICES
    assert priced(book, pd.DataFrame({"q": pd.Series(VALUES, dtype="Int64")})).tolist() == PRICES
    with pytest.raises(faregate.InvalidType):
        priced(book, pd.Series(VALUES))  # with a None pandas makes floats of them
    frame = book.bill_many("image", VALUES).to_pandas()
    assert (
        frame["amount"].dropna().tolist()
        == book.bill_many("image", [v for v in VALUES if v is not None])["amount"].tolist()
    )


def test_pandas_without_pyarrow(book, monkeypatch):
    pd = pytest.importorskip("pandas")

    def missing(*unused):
        raise ImportError("no pyarrow")

    monkeypatch.setattr(pd.Series, "__arrow_c_stream__", missing, raising=False)
    assert priced(book, pd.Series([1, 10_000])).tolist() == priced(book, [1, 10_000]).tolist()


def test_duckdb(book):
    duckdb = pytest.importorskip("duckdb")
    relation = duckdb.sql(
        "select case when i % 3 = 2 then null else i * 1000 end as q from range(3000) r(i) order by i"
    )
    if not hasattr(relation, "__arrow_c_stream__"):
        pytest.skip("this DuckDB has no Arrow streams")
    values = [None if i % 3 == 2 else i * 1000 for i in range(3000)]
    assert priced(book, relation).tolist() == priced(book, values).tolist()
    sums = duckdb.sql("select sum(i) as q from range(1000) r(i)")
    assert priced(book, sums).tolist() == priced(book, [499_500]).tolist()
    bills = book.bill_many("image", values)  # the query finds it by its name
    total = sum(amount for amount in bills["amount"].tolist() if amount is not None)
    assert duckdb.sql("select sum(amount), count(*) from bills").fetchall() == [(total, 3000)]


def test_nanoarrow(book):
    na = pytest.importorskip("nanoarrow")
    array = na.Array(VALUES, na.int64())
    assert priced(book, array).tolist() == PRICES
    assert list(na.Array(priced(book, VALUES)).iter_py()) == PRICES
    assert list(na.Array(priced(book, VALUES, out="minor")).iter_py()) == priced(book, VALUES, out="minor").tolist()
    stream = na.ArrayStream(book.bill_many("image", VALUES))
    assert sum(len(batch) for batch in stream) == len(VALUES)


def test_its_own_columns_and_tables_can_go_in_again(book):
    free = book.bill_many("image", VALUES)["free"]
    assert priced(book, free).tolist() == priced(book, free.tolist()).tolist()


def test_what_is_not_arrow_is_an_error(book):
    class Pretends:
        def __init__(self, answer):
            self.answer = answer

        def __arrow_c_array__(self, requested_schema=None):
            return self.answer

    for answer in (None, (), (1, 2), "text"):
        with pytest.raises((faregate.Invalid, ValueError, TypeError)):
            priced(book, Pretends(answer))
