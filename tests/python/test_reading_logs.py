"""Logs in every form that they come in: each says the same as a plain table does."""

import bz2
import csv
import gzip
import io
import re
import subprocess
import sys
import textwrap
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import faregate
import pytest
from faregate import Table
from faregate._core import _csv_lines, _text_column
from hypothesis import example, given
from hypothesis import strategies as st

CHINA = timezone(timedelta(hours=8))
NAMES = ("account", "time", "product", "quantity")
#: 1,200 and 6,000 calls in November: less 1,000 that are free each 200 × 0.24, and 5,000 × 0.24
ROWS = [
    ("7", datetime(2024, 11, 5, 10, tzinfo=CHINA), "image", 1200),
    ("8", datetime(2024, 11, 6, 10, tzinfo=CHINA), "image", 6000),
]
TOTAL = Decimal("1248.00")


def table(rows=ROWS, **columns):
    import pyarrow as pa

    made = {
        "account": pa.array([row[0] for row in rows]),
        "time": pa.array([row[1] for row in rows], pa.timestamp("us", "UTC")),
        "product": pa.array([row[2] for row in rows]),
        "quantity": pa.array([row[3] for row in rows]),
    }
    return pa.table(made | columns)


def text(rows=ROWS, delimiter=",", header=NAMES):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows((account, time.isoformat(), *rest) for account, time, *rest in rows)
    return out.getvalue()


def same(bills):
    return (bills.total, bills.events, bills.apart) == (TOTAL, 2, {})


def test_numbers_of_every_type_that_are_whole(book):
    pa = pytest.importorskip("pyarrow")
    whole = pa.array([1200, 6000])
    kinds = [pa.int16(), pa.uint64(), pa.float32(), pa.float64(), pa.decimal128(19, 0), pa.decimal128(21, 2),
             pa.decimal256(40, 3), pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.int64())]  # fmt: skip
    for kind in kinds:
        column = whole.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else whole.cast(kind)
        assert same(faregate.bill(table(quantity=column), book)), kind
    assert same(faregate.bill(table(quantity=pa.array(["1200.0", " 6000.00 "])), book))
    assert same(faregate.bill(table(quantity=pa.array(["1,200", "6,000.0"])), book, thousands=","))
    assert same(faregate.bill(table(quantity=pa.array(["1.200", "6.000,0"])), book, thousands="."))


def test_numbers_that_are_not_whole_are_told_each_by_its_row(book):
    pa = pytest.importorskip("pyarrow")
    for values in (
        pa.array([1200.0, 2.5, None]),
        pa.array([Decimal("1200.00"), Decimal("2.50"), None], pa.decimal128(18, 2)),
        pa.array(["1200", "2.5", None]),
        pa.array([1200, float("nan"), None]),
    ):
        three = table([*ROWS, ROWS[1]], quantity=values)
        bad = list(faregate.bill(three, book).bad_rows)
        assert [(row["row"], row["column"]) for row in bad] == [(1, "quantity"), (2, "quantity")]
        assert bad[0]["text"] in ("2.5", "2.50", "nan") and "whole number" in bad[0]["reason"]
        assert (bad[1]["text"], bad[1]["reason"]) == (None, "expected a whole number, there is none")


def test_names_may_be_numbers(book):
    pa = pytest.importorskip("pyarrow")
    for kind in (pa.int64(), pa.uint8(), pa.float64(), pa.decimal128(21, 2), pa.dictionary(pa.int8(), pa.int64())):
        column = pa.array([7, 8])
        column = column.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else column.cast(kind)
        bills = faregate.bill(table(account=column, event=column), book, id="event")
        assert same(bills) and list(bills.accounts) == ["7", "8"], kind
        halves = pa.concat_tables([table(account=column).slice(0, 1), table(account=column).slice(1)])
        assert same(faregate.bill(halves, book)), kind
    assert same(faregate.bill(table(account=pa.array([b"7", b"8"])), book))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns", None])
@pytest.mark.parametrize("sort", [False, True])
def test_times_beyond_64_bits_are_none(book, unit, sort):
    pa = pytest.importorskip("pyarrow")
    last = [2**64 - 1, 2**63]
    with pytest.warns(UserWarning, match="not one of 2 rows was read"):
        bills = faregate.bill(table(time=pa.array(last, pa.uint64())), book, time_unit=unit, sort=sort)
    assert (bills.rows.billed, bills.rows.apart["not read"]) == (0, 2)
    assert [(row["column"], row["text"]) for row in bills.bad_rows] == [("time", str(number)) for number in last]
    assert {row["reason"] for row in bills.bad_rows} == {
        "expected a time such as 2024-11-05T10:00:00+08:00, of the years 1970 to 9999"
    }


@pytest.mark.parametrize("beyond", [2**63, 2**70, -(2**70)])
@pytest.mark.parametrize("column", ["quantity", "time", "account", "event"])
def test_objects_of_pandas_beyond_64_bits(book, column, beyond):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pandas.DataFrame({**dict(zip(NAMES, zip(*ROWS))), "event": [1, 2]})
    frame[column] = pandas.Series([beyond, frame[column][1]], dtype=object)
    bills = faregate.bill(frame, book, id="event")
    if column in ("quantity", "time"):
        assert [(row["row"], row["column"], row["text"]) for row in bills.bad_rows] == [(0, column, str(beyond))]
    else:
        assert same(bills)
        assert column == "event" or str(beyond) in bills.accounts


def test_values_of_pandas_that_stand_for_none(book):
    pandas = pytest.importorskip("pandas")
    row = dict(zip(NAMES, ROWS[0]))
    for none in (pandas.NA, pandas.NaT, float("nan"), Decimal("nan"), None):
        bills = faregate.bill([row, row | {"quantity": none}], book)
        assert [bad["reason"] for bad in bills.bad_rows] == ["expected a whole number, there is none"], none
    mixed = pandas.DataFrame([row, row | {"quantity": "5"}, row | {"quantity": pandas.NA}])
    assert [bad["text"] for bad in faregate.bill(mixed, book).bad_rows] == [None]


def test_runs_are_read_as_what_they_stand_for(book):
    pa = pytest.importorskip("pyarrow")
    for role, value in zip(NAMES, ROWS[0]):
        runs = pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int32()), pa.array([value]))
        plain = faregate.bill(table(**{role: pa.array([value] * 2)}), book)
        assert faregate.bill(table(**{role: runs}), book) == plain
    names = pa.array(["image", "nothing", "image-pro"])
    expected = ["image", "nothing", "nothing", "image-pro"]
    times = {"account": ["a"] * 4, "time": ["2024-11-05T10:00"] * 4, "quantity": [1, 2, 3, 4]}
    plain = faregate.bill(pa.table({**times, "product": expected}), book)
    for values in (
        names,
        names.dictionary_encode(),
        pa.array(names.to_pylist(), pa.string_view()),
        names.cast(pa.large_string()),
    ):
        runs = pa.RunEndEncodedArray.from_arrays(pa.array([2, 4, 5], pa.int32()), values)[1:]
        for column in (runs, pa.chunked_array([runs[:2], runs[2:]])):
            assert faregate.bill(pa.table({**times, "product": column}), book).months == plain.months


def test_columns_of_nothing_but_nulls(book):
    pa = pytest.importorskip("pyarrow")
    for name in NAMES:
        bills = faregate.bill(table(**{name: pa.nulls(2)}), book)
        assert set(bills.bad_rows["column"].tolist()) == {name} and len(bills.bad_rows) == 2
        assert bills.rows.read == 2
    assert same(faregate.bill(table(event=pa.nulls(2)), book, id="event"))


@pytest.mark.parametrize("name", [*NAMES, "event"])
def test_a_type_that_cannot_be_meant_is_named_in_words(book, name):
    pa = pytest.importorskip("pyarrow")
    for values, words in ((pa.array([True, False]), "true and false"), (pa.array([[1], [2]]), "lists"),
                          (pa.array([timedelta(1)] * 2), "durations")):  # fmt: skip
        with pytest.raises(faregate.InvalidType, match=rf"events\.{name}: expected .*, not {words}"):
            faregate.bill(table(**{name: values}), book, id="event" if name == "event" else None)


def test_times_of_every_type(book):
    pa = pytest.importorskip("pyarrow")
    seconds = [int(row[1].timestamp()) for row in ROWS]
    for values in ([float(s) for s in seconds], [Decimal(s) for s in seconds], [str(s) for s in seconds], seconds,
                   [s + 0.5 for s in seconds]):  # fmt: skip
        assert same(faregate.bill(table(time=pa.array(values)), book, time_unit="s"))
    assert same(faregate.bill(table(time=pa.array([row[1].date() for row in ROWS])), book))
    assert same(faregate.bill(table(time=table()["time"].dictionary_encode()), book))
    days = faregate.bill(table(time=pa.array([date(2024, 11, 5), date(2024, 11, 6)])), book)
    assert days.accounts["7"].now == datetime(2024, 12, 1, tzinfo=CHINA)


@pytest.mark.parametrize("name", ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Africa/Casablanca", "UTC"])
def test_zones_by_name(book, name):
    """Every hour of a year as the zone's clocks show it; those that they show twice or never are no times."""
    pytest.importorskip("tzdata")
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(name)
    civil = [datetime(2024, 1, 1) + timedelta(hours=hour, minutes=30) for hour in range(366 * 24)]

    def instants(at):
        found = {at.replace(tzinfo=zone, fold=fold).astimezone(CHINA) for fold in (0, 1)}
        return [instant for instant in found if instant.astimezone(zone).replace(tzinfo=None) == at]

    expected = [instants(at) for at in civil]
    rows = {"account": ["a"] * len(civil), "product": ["picture"] * len(civil), "quantity": ["1"] * len(civil)}
    texts = Table({name: _text_column(v) for name, v in {**rows, "time": [at.isoformat() for at in civil]}.items()})
    bills = faregate.bill(texts, book, tz=name)
    assert bills.bad_rows["row"].tolist() == [place for place, found in enumerate(expected) if len(found) != 1]
    assert bills.refusals["time"].tolist() == [found[0] for found in expected if len(found) == 1]


def test_zones_that_there_are_not(book):
    for tz in ("Mars/Base", "", "../etc/passwd", 8):
        with pytest.raises((faregate.Invalid, faregate.InvalidType), match="tz"):
            faregate.bill([], book, tz=tz)


@pytest.mark.parametrize(
    ("name", "pack"),
    [("u.csv", bytes), ("u.csv.gz", gzip.compress), ("u.csv.bz2", bz2.compress), ("U.CSV", bytes), ("u.txt", bytes)],
)
def test_packed_files(book, tmp_path, name, pack):
    path = tmp_path / name
    path.write_bytes(pack(text().encode()))
    assert same(faregate.bill(path, book))
    with open(path, "rb") as file:
        assert same(faregate.bill(file, book))


def test_zstandard_and_what_pyarrow_writes(book, tmp_path):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.dataset
    import pyarrow.feather
    import pyarrow.parquet

    with pa.output_stream(str(tmp_path / "u.csv.zst"), compression="zstd") as file:
        file.write(text().encode())
    pyarrow.feather.write_feather(table(), tmp_path / "u.feather", compression="zstd")
    pyarrow.parquet.write_table(table(), tmp_path / "u.parquet")
    with pa.ipc.new_stream(str(tmp_path / "u.arrow"), table().schema) as writer:
        writer.write_table(table())
    for ending in ("csv.zst", "feather", "parquet", "arrow"):
        assert same(faregate.bill(tmp_path / f"u.{ending}", book)), ending
        if ending != "arrow":
            with open(tmp_path / f"u.{ending}", "rb") as file:
                assert same(faregate.bill(file, book)), ending
    dataset = pyarrow.dataset.dataset(tmp_path / "u.parquet")
    assert same(faregate.bill(dataset, book)) and same(faregate.bill(dataset, book, sort=True))


def test_json(book, tmp_path):
    rows = [
        '{"account": 7, "time": "2024-11-05T10:00:00+08:00", "product": "image", "quantity": 1200.0, "x": [1]}',
        '{"account": "8", "time": "2024-11-06T10:00:00+08:00", "product": "image", "quantity": "6000"}',
    ]
    for name, content in {
        "lines.jsonl": "\n".join(rows),
        "lines.ndjson": "\n\n".join(rows) + "\n",
        "lines.json": "\ufeff" + "\r\n".join(rows),
        "array.json": f"[{','.join(rows)}]",
    }.items():
        (tmp_path / name).write_text(content, "utf-8")
        assert same(faregate.bill(tmp_path / name, book)), name
        assert same(faregate.bill(io.StringIO(content.removeprefix("\ufeff")), book)), name
    bad = ["{", "7", '{"account": true}', rows[0], '{"a": 1} {}', "\x00", rows[1]]
    (tmp_path / "bad.jsonl").write_text("\n".join(bad), "utf-8")
    bills = faregate.bill(tmp_path / "bad.jsonl", book)
    assert bills.total == TOTAL
    assert sorted(bills.bad_rows["row"].tolist()) == [1, 2, 3, 5, 6]
    assert {row["row"]: row["text"] for row in bills.bad_rows if not row["column"]}[1] == "{"


def test_file_objects_and_standard_input(book, monkeypatch):
    assert same(faregate.bill(io.StringIO(text()), book))
    assert same(faregate.bill(io.BytesIO(text(delimiter=";").encode()), book))
    assert same(faregate.bill(io.BytesIO(gzip.compress(text(delimiter="\t").encode())), book))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text().encode())))
    assert same(faregate.bill("-", book))


def test_several_sources_are_one_log(book, tmp_path):
    pytest.importorskip("pyarrow")
    for place, row in enumerate(ROWS):
        (tmp_path / f"u{place}.csv").write_text(text([row]), "utf-8")
    (tmp_path / "u2.csv").write_text("account,time,product,quantity\n9,noon,image,1\n", "utf-8")
    files = sorted(tmp_path.glob("*.csv"))
    for log in (files, tmp_path / "u*.csv", [str(files[0]), table(ROWS[1:]), open(files[2], "rb")]):
        for sort in (False, True):
            bills = faregate.bill(log, book, sort=sort)
            assert (bills.total, str(bills.rows)) == (TOTAL, "3 rows read = 2 billed + 1 not read")
            [bad] = bills.bad_rows
            assert (bad["row"], bad["file"], bad["text"]) == (2, str(files[2]), "noon")
            if isinstance(log, list) and not isinstance(log[1], Path):
                log[2].seek(0)
    with pytest.raises(faregate.TimeReversal, match=r"u0\.csv, row 2: .* account 7 .*sort=True"):
        late = tmp_path / "a.csv"
        late.write_text(text([(ROWS[0][0], ROWS[1][1], *ROWS[0][2:])]), "utf-8")
        faregate.bill([late, files[0]], book)
    with pytest.raises(faregate.Invalid, match="there is no file"):
        faregate.bill(str(tmp_path / "*.parquet"), book)


def test_frames_relations_and_rows_of_python(book):
    pl = pytest.importorskip("polars")
    pd = pytest.importorskip("pandas")
    duckdb = pytest.importorskip("duckdb")
    frame = pl.from_arrow(table())
    rows = [dict(zip(NAMES, row)) for row in ROWS]
    usage = table()  # noqa: F841
    naive = [{**row, "time": row["time"].replace(tzinfo=None)} for row in rows]
    logs = [
        frame,
        frame.lazy(),
        frame.with_columns(pl.col("account").cast(pl.Int32), pl.col("product").cast(pl.Categorical)),
        frame.with_columns(pl.col("time").dt.convert_time_zone("Europe/Berlin")),
        table().to_pandas(),
        pd.DataFrame(rows).assign(time=lambda log: log["time"].dt.tz_convert("Asia/Tokyo")),
        pd.DataFrame(rows).assign(quantity=[1200.0, "6000"], account=[7, "8"], product=pd.Categorical(["image"] * 2)),
        duckdb.sql("select account::int account, time, product, quantity::decimal(18, 2) quantity from usage"),
        duckdb.sql("select account, time, product::enum('image') product, sum(quantity) quantity from usage group by all "
                   "order by time"),
        duckdb.sql("select account, timezone('Asia/Shanghai', time) time, product, quantity from usage").to_arrow_table(),
        rows,
        tuple(naive),
        iter(rows),
        iter(table().to_batches(max_chunksize=1)),
        (row for row in naive),
    ]  # fmt: skip
    for place, log in enumerate(logs):
        assert same(faregate.bill(log, book)), place
    for place, log in enumerate(logs[:-3]):
        assert same(faregate.bill(log, book, sort=True)), place


def test_constants_and_other_names(book, tmp_path):
    pytest.importorskip("pyarrow")
    short = [(row[0], row[1], row[3]) for row in ROWS]
    path = tmp_path / "u.csv"
    path.write_text(text(short, header=("who", " when ", "calls")), "utf-8")
    names = {"account": "who", "time": "when", "quantity": "calls"}
    bills = faregate.bill(path, book, columns=names, constants={"product": "image"})
    assert bills.total == TOTAL and "1 name trimmed" in str(bills.rows)
    with pytest.raises(faregate.Invalid, match=r"constants\.quantity"):
        faregate.bill(path, book, columns=names, constants={"quantity": 1})
    dicts = [{"who": "7", "when": row[1], "calls": row[3]} for row in ROWS[:1]]
    assert faregate.bill(dicts, book, columns=names, constants={"product": "image"}).total == Decimal("48.00")
    one = faregate.bill(table(), book, constants={"account": 1, "quantity": 1, "product": "image"})
    assert list(one.accounts) == ["1"] and one.lines["free"].tolist() == [2]


def test_a_column_that_is_not_there_comes_with_those_that_are(book, tmp_path):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet

    wrong = table().rename_columns(["Acount", "time", "product", "qty"])
    pyarrow.parquet.write_table(wrong, tmp_path / "u.parquet")
    (tmp_path / "u.csv").write_text(text(header=wrong.column_names), "utf-8")
    (tmp_path / "u.jsonl").write_text('{"Acount": "7", "time": "x", "product": "image", "qty": 1}\n', "utf-8")
    rows = [dict(zip(wrong.column_names, ROWS[0]))]
    frames = [wrong.to_pandas(), pa.table(wrong).to_reader(), rows]
    for log in (wrong, tmp_path / "u.parquet", tmp_path / "u.csv", tmp_path / "u.jsonl", *frames):
        with pytest.raises(
            faregate.Invalid, match=r"events\.account: .*'Acount', 'time', 'product', 'qty'; perhaps 'Acount'"
        ):
            faregate.bill(log, book)
    twice = pa.Table.from_arrays([*table().columns, pa.array(["x", "y"])], [*NAMES, "account"])
    with pytest.raises(faregate.Invalid, match="2 columns of that name"):
        faregate.bill(twice, book)
    with pytest.raises(faregate.Invalid, match="2 columns of that name, 1 and 4"):
        faregate.bill(io.StringIO("account,time,product,account,quantity\n"), book)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"thousands": "x"}, "thousands"),
        ({"thousands": 1000}, "thousands"),
        ({"sort": 1}, "sort"),
        ({"corrections": "yes"}, "corrections"),
        ({"columns": ["account"]}, "columns"),
        ({"constants": {"customer": "a"}}, "constants.customer"),
        ({"constants": {"account": None}}, "constants.account"),
    ],
)
def test_options_are_checked(book, options, message):
    with pytest.raises((faregate.Invalid, faregate.InvalidType), match=message):
        faregate.bill([], book, **options)


def test_a_stray_quote_costs_its_own_row_alone(book, tmp_path):
    """100 rows of 100 calls: 99 are billed, 9,900 − 1,000 at 0.24."""
    lines = [f"a,2024-11-05T10:00:{second:02},image,100" for second in range(50)]
    lines += [f"a,2024-11-05T10:01:{second:02},image,100" for second in range(50)]
    for stray in (7, 99):
        for quote in ('"a,', 'a,"', 'a",', 'a"b,'):
            damaged = list(lines)
            damaged[stray] = damaged[stray].replace("a,", quote, 1)
            path = tmp_path / "u.csv"
            path.write_text("\n".join(["account,time,product,quantity", *damaged]), "utf-8")
            bills = faregate.bill(path, book)
            assert bills.total == Decimal("2136.00"), (stray, quote)
            [bad] = bills.bad_rows
            assert (bad["row"], bad["text"]) == (stray + 2, damaged[stray])
            assert str(bills.rows) == "100 rows read = 99 billed + 1 not read"


def test_a_field_of_several_lines_goes_over_the_end_of_a_block(book, tmp_path, monkeypatch):
    monkeypatch.setattr("faregate._csv.BLOCK", 40)
    note = "one\n\ntwo, with a comma\n" * 10
    rows = [(*row, note) for row in ROWS]
    path = tmp_path / "u.csv"
    path.write_text(text(rows, header=(*NAMES, "note")) + 'x,noon,image,1,"never\nclosed', "utf-8")
    bills = faregate.bill(path, book)
    assert bills.total == TOTAL
    assert bills.bad_rows["row"].tolist() == [64, 65]


def test_files_that_were_put_together_with_all_that_they_had(book, tmp_path):
    part = "\ufeff" + text()
    path = tmp_path / "u.csv"
    path.write_text(part + "\n" + part.replace("2024-11", "2024-12"), "utf-8")
    bills = faregate.bill(path, book)
    [bad] = bills.bad_rows
    assert (bad["row"], bad["reason"]) == (5, "a byte order mark inside of the file")
    assert bills.total == 2 * TOTAL and bills.rows.blank == 1
    path.write_bytes(text().encode("utf-16"))
    with pytest.raises(faregate.Invalid, match="UTF-16"):
        faregate.bill(path, book)


@given(
    st.lists(
        st.sampled_from([b'"', b",", b"\n", b"\r\n", b"\r", b"a", b" ", b"\t", b"\xef\xbb\xbf", b'""']), max_size=30
    )
)
@example([b'"', b'"', b'"', b"\n"])
def test_lines_that_are_a_row_each(parts):
    """The same by a regular expression, written from RFC 4180."""
    data = b"".join(parts)
    field = rb'(?:"(?:[^"\r\n]|"")*"|[^",\r\n]*)'
    line = rb"(?!\xef\xbb\xbf|[ \t]*(?:\r|\n|\Z))" + field + rb"(?:," + field + rb")*\r?\n"
    matched = re.match(rb"(?:" + line + rb")*", data)
    assert matched is not None
    end = matched.end()
    assert _csv_lines(data, 0, ",") == (end, data.count(b"\n", 0, end))
    assert _csv_lines(b"x,y\n" + data, 4, ",") == (end + 4, data.count(b"\n", 0, end))


@pytest.mark.filterwarnings("ignore:accounts that differ")
def test_names_that_a_person_takes_for_the_same(book):
    rows = [
        dict(zip(NAMES, (name, *ROWS[0][1:]))) for name in ("Fair", " fair ", "fair", "FAIR", "Straße", "STRASSE", "x")
    ]
    with pytest.warns(UserWarning, match="letter case alone: 'Fair', 'fair', 'FAIR'"):
        bills = faregate.bill(rows, book)
    assert len(bills.warnings) == 2 and "Straße" in bills.warnings[1]
    assert bills.rows.trimmed == 1 and "1 name trimmed" in repr(bills)
    assert "letter case" in bills._repr_html_() and "7 rows read = 7 billed" in bills._repr_html_()


def test_a_log_beyond_memory_is_sorted_on_the_disk(book, monkeypatch, tmp_path):
    pytest.importorskip("pyarrow")
    rows = [(f"a{number % 23}", ROWS[0][1] + timedelta(minutes=number * 7919 % 9973), "image", 50 + number)
            for number in range(3000)]  # fmt: skip
    ordered = sorted(rows, key=lambda row: row[1])
    expected = faregate.bill(table(ordered), book)
    small = [table(rows[first : first + 100]) for first in range(0, 3000, 100)]
    in_memory = faregate.bill(small, book, sort=True)
    monkeypatch.setattr("faregate._order.MEMORY", 30_000)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    spilled = faregate.bill(small, book, sort=True)
    for bills in (in_memory, spilled):
        assert (bills.total, bills.events, bills.apart) == (expected.total, 3000, {})
        by_account = lambda bills: sorted((line["account"], line["units"], line["amount"]) for line in bills.lines)  # noqa: E731
        assert by_account(bills) == by_account(expected)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr("faregate._order.MEMORY", 10_000)
    with pytest.raises(faregate.Invalid, match="sort the log by time beforehand"):
        faregate.bill(small, book, sort=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("memory", [1 << 29, 30_000], ids=["in memory", "on the disk"])
def test_sources_of_several_types_are_sorted_together(book, monkeypatch, memory):
    pa = pytest.importorskip("pyarrow")
    polars = pytest.importorskip("polars")
    rows = [(f"a{number % 23}", ROWS[0][1] + timedelta(minutes=number * 7919 % 9973), "image", 50 + number)
            for number in range(3000)]  # fmt: skip
    expected = faregate.bill(table(sorted(rows, key=lambda row: row[1])), book)
    numbers = [int(row[1].timestamp()) * 1_000_000 for row in rows]
    as_text = [row[1].isoformat() for row in rows]
    forms = [
        lambda part: table(rows[part]),
        lambda part: table(rows[part], account=pa.array([row[0] for row in rows[part]]).dictionary_encode()),
        lambda part: table(rows[part], time=pa.array(numbers[part])),
        lambda part: table(
            rows[part], time=pa.array(as_text[part]), quantity=pa.array([str(row[3]) for row in rows[part]])
        ),
        lambda part: polars.DataFrame(table(rows[part])),
    ]
    monkeypatch.setattr("faregate._order.MEMORY", memory)
    by_account = lambda bills: sorted((line["account"], line["units"], line["amount"]) for line in bills.lines)  # noqa: E731
    for form in forms:  # one form alone keeps its types, and several become text
        alone = faregate.bill([form(slice(first, first + 100)) for first in range(0, 3000, 100)], book, sort=True)
        assert by_account(alone) == by_account(expected) and alone.apart == {}
    mixed = [forms[first // 1000 + (first > 2500)](slice(first, first + 100)) for first in range(0, 3000, 100)]
    together = faregate.bill([*mixed[:-1], forms[4](slice(2900, 3000))], book, sort=True)
    assert by_account(together) == by_account(expected) and together.apart == {}
    early = table(rows[:2], time=pa.array([int(row[1].timestamp()) for row in rows[:2]]))
    with pytest.raises(faregate.Invalid, match="source 1, row 0: as microseconds, .* is not of the years"):
        faregate.bill([table(rows[:2]), early], book, sort=True)


def test_a_sorted_log_keeps_its_types(book, monkeypatch):
    pytest.importorskip("pyarrow")
    monkeypatch.setattr("faregate._order.Gathered._as_text", None)
    assert faregate.bill([table(ROWS[::-1]), table(ROWS)], book, sort=True).rows.billed == 4


def test_nobody_waits_for_a_piece_that_is_not_billed():
    from threading import Event

    from faregate._threads import ahead

    billed, waited = Event(), []

    def slow():
        yield "first"
        waited.append(billed.wait(5))
        yield "second"

    pieces = ahead(slow())
    assert next(pieces) == "first"
    pieces.close()
    assert waited == []
    billed.set()


def test_an_account_with_blanks_around_its_name_is_sorted_on_the_disk_too(book, monkeypatch):
    pytest.importorskip("pyarrow")
    blanks = ["{}", " {}", "{}\u3000", "\t{}\u00a0"]
    rows = [(blanks[number % 4].format(f"a{number % 23}"), ROWS[0][1] + timedelta(minutes=number * 7919 % 9973), "image", 50)
            for number in range(3000)]  # fmt: skip
    small = [table(rows[first : first + 100]) for first in range(0, 3000, 100)]
    in_memory = faregate.bill(small, book, sort=True)
    monkeypatch.setattr("faregate._order.MEMORY", 30_000)
    spilled = faregate.bill(small, book, sort=True)
    assert (spilled.total, spilled.events, spilled.rows.trimmed) == (in_memory.total, 3000, 2250)
    assert spilled.apart == {}


def test_corrections_if_they_are_asked_for(book):
    rows = [ROWS[1], ("8", ROWS[1][1] + timedelta(hours=1), "image", -4800)]
    log = [dict(zip(NAMES, row)) for row in rows]
    assert faregate.bill(log, book).bad_rows["text"].tolist() == ["-4800"]
    bills = faregate.bill(log, book, corrections=True)
    assert (bills.total, bills.events) == (Decimal("48.00"), 2)
    assert bills.adjustments["units"].tolist() == [-4800]


def test_without_pyarrow(tmp_path):
    """CSV, JSON and rows of Python need nothing; what does says what it needs."""
    (tmp_path / "u.csv").write_text(text() + "x,noon,image,1\n,,\n", "utf-8")
    (tmp_path / "u.csv.gz").write_bytes(gzip.compress(text().encode()))
    (tmp_path / "u.jsonl").write_text('{"account": 7, "time": "2024-11-05", "product": "image", "quantity": 1200}\n')
    program = """
    import sys
    sys.modules["pyarrow"] = None
    import faregate
    book = faregate.Book("tencent-facefusion")
    print(faregate.bill("u.csv", book).rows, faregate.bill("u.csv", book).total)
    print(faregate.bill("u.csv.gz", book).total, faregate.bill("u.jsonl", book).total)
    for options in ({"sort": True}, {}):
        try:
            faregate.bill("u.csv" if options else "u.csv.zst", book, **options)
        except faregate.Invalid as error:
            print(error)
    """
    (tmp_path / "u.csv.zst").write_bytes(b"")
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    lines = ran.stdout.splitlines()
    assert ran.returncode == 0, ran.stderr
    assert lines[:2] == ["4 rows read = 2 billed + 2 not read 1248.00", "1248.00 48.00"]
    assert len(lines) == 4 and all("pip install 'faregate[arrow]'" in line for line in lines[2:])


def test_integers_of_128_bits_in_polars(book):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame([dict(zip(NAMES, row)) for row in ROWS])
    wide = frame.with_columns(polars.col("account", "quantity").cast(polars.Int128))
    for log in (wide, wide.lazy(), iter([wide])):
        assert same(faregate.bill(log, book))
    beyond = faregate.bill(wide.with_columns(quantity=polars.lit(2**127 - 1, polars.Int128)), book)
    assert beyond.bad_rows["text"].tolist() == [str(2**127 - 1)] * 2


def test_objects_of_python_in_polars(book):
    polars = pytest.importorskip("polars")
    objects = {
        "account": polars.Series([7, "8"], dtype=polars.Object),
        "quantity": polars.Series([Decimal("1200.0"), "6000"], dtype=polars.Object),
    }
    frame = polars.DataFrame(dict(zip(NAMES, map(list, zip(*ROWS)))))
    assert same(faregate.bill(frame.with_columns(**objects), book))
    bad = faregate.bill(frame.with_columns(quantity=polars.Series([None, [5]], dtype=polars.Object)), book).bad_rows
    assert bad["text"].tolist() == [None, "[5]"]


def test_readers_of_pyarrow_that_are_no_streams(book, tmp_path):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet

    pyarrow.parquet.write_table(table(), tmp_path / "log.parquet")
    assert same(faregate.bill(pyarrow.parquet.ParquetDataset(tmp_path), book))
    with pa.OSFile(str(tmp_path / "log.arrow"), "wb") as file, pa.ipc.new_file(file, table().schema) as writer:
        writer.write_table(table())
    assert same(faregate.bill(pa.ipc.open_file(tmp_path / "log.arrow"), book))
