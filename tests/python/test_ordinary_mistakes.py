"""What an analyst does on an ordinary day, and what would then be a plausible wrong number: each is told."""

import bz2
import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
import warnings
from datetime import UTC, datetime
from decimal import Decimal

import faregate
import pytest

#: 5,000 calls of a month, less 1,000 that are free, × 0.24; two months of one account, or one each of two
ONE, TWO = Decimal("960.00"), Decimal("1920.00")
NOVEMBER = "2024-11-05T10:00:00"
HEADER = "account,time,product,quantity\n"
LINE = "a,2024-11-05,image,5000\n"


def row(account="a", time=NOVEMBER, product="image", quantity=5000, **more):
    return {"account": account, "time": time, "product": product, "quantity": quantity, **more}


def add_up(bills):
    """What the rows say adds up by the tables, too; commands are no rows."""
    tables = (bills.refusals, bills.bad_rows, bills.repeats, bills.later)
    rows = sum(len(table) - table["row"].null_count for table in tables)
    return bills.rows.read == bills.rows.billed + rows


def test_seconds_that_pandas_took_for_nanoseconds(book):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame([row(time=1_730_772_000)])
    with pytest.warns(UserWarning, match="usage of 1970-01, outside of the years 2000 to 2099"):
        bills = faregate.bill(frame.assign(time=pandas.to_datetime(frame["time"])), book)
    assert "1970-01" in bills._repr_html_()
    with pytest.warns(UserWarning, match="usage from 1970-01 to 2100-01,"):
        faregate.bill([row(time="1970-01-01"), row(time="2000-01-01"), row(time="2100-01-01")], book)


def test_numbers_that_are_sorted_are_times_as_they_are_without(book):
    pandas = pytest.importorskip("pandas")
    seconds = [1_733_450_400, 1_730_772_000]  # in December and in November
    frame = pandas.DataFrame([row(time=each * 1_000_000) for each in seconds])
    assert faregate.bill(frame, book, sort=True).total == TWO
    with pytest.raises(faregate.Invalid, match="row 1: as microseconds, 1730772000 is not of the years .* perhaps s"):
        wrong = pandas.DataFrame([row(time=seconds[0] * 1_000_000), row(time=seconds[1])])
        faregate.bill(wrong, book, sort=True)


def test_floats_of_milliseconds(book):
    pytest.importorskip("pyarrow")
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame([row(time=1_730_772_000_000.0), row("b", time=1_730_772_000_000.5)])
    assert faregate.bill(frame, book, time_unit="ms").total == TWO
    with pytest.raises(faregate.InvalidType, match="not floats of few digits"):
        faregate.bill(frame.astype({"time": "float32"}), book, time_unit="ms")


@pytest.mark.filterwarnings("ignore:a command of account")
def test_the_last_instant_there_is(book):
    """A date that stands for "never" is in no bill, and can be shown."""
    bills = faregate.bill([row(), row(time="9999-12-31T23:59:59Z"), row("b", time="9999-12-31T23:59:59Z")], book)
    assert bills.total == ONE and bills.rows.apart["refused"] == 2 and add_up(bills)
    assert bills.refusals["time"].tolist()[0] == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_a_number_of_more_than_64_bits_is_no_other_value():
    pa = pytest.importorskip("pyarrow")
    product = {"id": "p", "meter": "u", "price": {"model": "flat", "price": "1"}}
    head = {"format": "faregate-book/2", "id": "toy", "title": "Toy", "currency": "EUR", "minor_digits": 2}
    attributes = [{"id": "zone", "values": ["-1", "5"]}]
    book = faregate.Book(
        {**head, "time_zone": "+00:00", "rounding": "none", "attributes": attributes, "products": [product]}
    )
    columns = {"account": ["a"] * 2, "time": [NOVEMBER] * 2, "product": ["p"] * 2, "quantity": [1] * 2}
    zones = pa.array([5, 2**64 - 1], pa.uint64())
    bills = faregate.bill(pa.table({**columns, "zone": zones}), book, attributes=["zone"])
    assert bills.total == 1 and "a number beyond 64 bits" in bills.refusals["message"].tolist()[0]


def test_names_that_floats_cannot_tell_apart(book):
    pa = pytest.importorskip("pyarrow")
    pandas = pytest.importorskip("pandas")
    accounts = [10**17 + 1, 10**17 + 3, None]  # what a null makes of whole numbers in pandas
    frame = pandas.DataFrame({"account": accounts, "time": NOVEMBER, "product": "image", "quantity": 5000})
    with pytest.raises(faregate.Invalid, match="lost its last digits; read the column as text or integers"):
        faregate.bill(frame, book)
    with pytest.raises(faregate.Invalid, match="lost its last digits"):
        faregate.bill(frame.assign(account="a", number=accounts), book, id="number")
    assert faregate.bill(frame.assign(account=pandas.array(accounts, "Int64")), book).total == TWO
    for kind, bits in ((pa.float16(), 11), (pa.float32(), 24), (pa.float64(), 53)):
        names = pa.array([2.0**bits - 1, None]).cast(kind)
        table = pa.table({"account": names, "time": [NOVEMBER] * 2, "product": ["image"] * 2, "quantity": [5000] * 2})
        assert set(faregate.bill(table, book).accounts) == {str(2**bits - 1)}
        with pytest.raises(faregate.Invalid, match="lost its last digits"):
            faregate.bill(table.set_column(0, "account", pa.array([2.0**bits, None]).cast(kind)), book)
    bills = faregate.bill([row(1e17), row("b"), row(2.0)], book)
    assert set(bills.accounts) == {"b", "2"} and add_up(bills)
    assert bills.bad_rows["reason"].tolist() == ["expected a name: a float as large as this has lost its last digits"]


@pytest.mark.filterwarnings("ignore:accounts that look alike")
def test_names_that_look_alike(book):
    for one, other in (("é", "e\u0301"), ("a", "a\u200b"), ("a", "ａ"), ("a b", "a  b"), ("a", "A\ufeff")):
        bills = faregate.bill([row(one), row(other)], book)
        assert bills.warnings == (f"accounts that look alike: {ascii(one)}, {ascii(other)}",)
    assert faregate.bill([row("a"), row("b"), row("é"), row("è")], book).warnings == ()


def test_blanks_around_the_names_of_accounts_known_beforehand(book):
    commands = [
        {"at": "2024-11-01", "do": "open", "product": "image"},
        {"at": "2024-11-02", "do": "buy_pack", "product": "image", "pack": "calls-10k"},
    ]
    assert faregate.bill([row()], book, accounts={" a ": {"commands": commands}}).total == 0


def test_a_command_that_was_refused_is_told(book):
    commands = [
        {"at": "2024-11-01", "do": "open", "product": "image"},
        {"at": "2024-11-02", "do": "buy_pack", "product": "image", "pack": "calls-20k"},
        {"at": "2024-11-03", "do": "buy_pack", "product": "image", "pack": "calls-30k"},
    ]
    match = (
        "2 commands of accounts were refused, the first of 'a': there is no pack calls-20k; the nearest is calls-10k"
    )
    with pytest.warns(UserWarning, match=match):
        bills = faregate.bill([row()], book, accounts={"a": {"commands": commands}})
    assert bills.total == ONE and match[-20:] in bills._repr_html_() and add_up(bills)
    with pytest.raises(faregate.Invalid, match=r"accounts\['a'\].commands\[0\]: do: there is no such command"):
        faregate.bill([row()], book, accounts={"a": {"commands": [{"at": "2024-11-01", "do": "bye"}]}})


def test_values_of_rows_that_are_no_names(book):
    rows = [row(["a"]), row({"id": 1}), row(True), row("\ud800"), row(b"a"), row("b", product=("image",)), row("c")]
    bills = faregate.bill(rows, book)
    assert set(bills.accounts) == {"a", "c"} and bills.total == TWO and add_up(bills)
    told = zip(*(bills.bad_rows[name].tolist() for name in ("row", "column", "text")))
    assert list(told) == [
        (0, "account", '["a"]'),
        (1, "account", '{"id": 1}'),
        (2, "account", "true"),
        (3, "account", r"'\ud800'"),
        (5, "product", "('image',)"),
    ]
    lines = "".join(json.dumps(each, default=list) + "\n" for each in rows if each["account"] != b"a")
    for source in (lines, f"[{','.join(lines.splitlines())}]"):
        bills = faregate.bill(io.StringIO(source), book)
        assert set(bills.accounts) == {"c"} and bills.rows.apart["not read"] == 5 and add_up(bills)


def test_decimals_as_python_has_them(book):
    quantities = [Decimal("5E+3"), Decimal("5000.00"), Decimal("5000.5"), Decimal("sNaN"), Decimal("1E+999999")]
    bills = faregate.bill([row(str(place), quantity=each) for place, each in enumerate(quantities)], book)
    assert bills.total == TWO and bills.bad_rows["row"].tolist() == [2, 3, 4]


def test_keys_as_they_are_written(book):
    rows = [{" account ": "a", "time": NOVEMBER, "product": "image", "quantity": 5000, 7: "x"}]
    assert faregate.bill(rows, book).total == ONE
    assert faregate.bill(io.StringIO(json.dumps(rows)), book).total == ONE
    assert faregate.bill(io.StringIO(json.dumps(rows[0])), book).total == ONE
    twice = json.dumps(row()).replace("{", '{"account": "b", ')
    bills = faregate.bill(io.StringIO(f"{twice}\n{json.dumps(row())}\n"), book)
    assert bills.total == ONE and bills.bad_rows["reason"].tolist() == ["expected JSON: a key is there twice"]


def test_iterators_number_rows_as_they_come_and_lose_none(book, tmp_path):
    pa = pytest.importorskip("pyarrow")
    damaged = tmp_path / "log.csv"
    damaged.write_text(HEADER + 'x"y,1,2,3\n' + LINE)
    items = [row(), row(quantity="x"), pa.Table.from_pylist([row("b", quantity="y")]), [row("b"), row(["c"])]]
    bills = faregate.bill(iter(items), book)
    assert bills.bad_rows["row"].tolist() == [1, 2, 4] and bills.rows.read == 5 and add_up(bills)
    bills = faregate.bill(iter([damaged]), book)
    assert bills.bad_rows["row"].tolist() == [2] and bills.bad_rows["file"].tolist() == [str(damaged)]
    assert bills.total == ONE and add_up(bills)
    for wrong in (iter([1, 2]), iter([("a", NOVEMBER, "image", 5)]), iter([row(), damaged])):
        with pytest.raises(faregate.InvalidType, match="expected (more )?rows"):
            faregate.bill(wrong, book)


def test_a_terminal_that_is_no_utf8(tmp_path):
    (tmp_path / "log.csv").write_text(HEADER + LINE + LINE.replace("a", "客", 1), encoding="utf-8")
    command = [sys.executable, "-m", "faregate", "bill", "--book", "tencent-facefusion", str(tmp_path / "log.csv")]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    shown = subprocess.run(command, env=environment, capture_output=True, check=True).stdout.decode("ascii")
    assert "(5,000 - 1,000 free) x 0.24 = 960.00" in shown and r"\u5ba2" in shown
    shown = subprocess.run([*command, "--json"], env=environment, capture_output=True, check=True).stdout
    answer = json.loads(shown.decode("ascii"))
    told = {"PYTHONIOENCODING", "PYTHONUTF8", "LC_ALL"}
    environment = {name: value for name, value in os.environ.items() if name not in told} | {"LC_ALL": "C"}
    shown = subprocess.run(command, env=environment, capture_output=True, check=True).stdout.decode("ascii")
    assert "(5,000 - 1,000 free) x 0.24 = 960.00" in shown
    assert answer["lines"][1]["account"] == "客" and "− 1,000 free" in answer["lines"][1]["explanation"]


def test_a_file_that_is_named_twice(book, tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text(HEADER + LINE)
    monkeypatch.chdir(tmp_path)
    for twice in (["a.csv", "a.csv"], ["*.csv", tmp_path / "a.csv"], ["a.csv", "./a.csv"], ["-", "-"]):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((HEADER + LINE).encode())))
        with pytest.raises(faregate.Invalid, match="is there twice"):
            faregate.bill(twice, book)


def test_a_damaged_file_is_named(book, tmp_path):
    packed = gzip.compress((HEADER + LINE * 1000).encode())
    files = {
        "short.csv.gz": (packed[:-20], "short.csv.gz: events: .*ended"),
        "plain.csv.gz": (HEADER.encode(), "plain.csv.gz: events: .*gzip"),
        "returns.csv": ((HEADER + LINE).replace("\n", "\r").encode(), "returns.csv: events: .*line feed"),
        "empty.csv": (b"", "empty.csv: events.account: there is no such column, nor any other: it is empty"),
        "other.csv": (b"x,y\n1,2\n", "other.csv: events.account: there is no such column among 'x', 'y'"),
    }
    good = tmp_path / "good.csv"
    good.write_text(HEADER + LINE)
    for name, (data, match) in files.items():
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(faregate.Invalid, match=match):
            faregate.bill([good, path], book)
    with pytest.raises(FileNotFoundError):
        faregate.bill("nowhere.csv", book)


def test_parquet_that_is_none(book, tmp_path):
    pytest.importorskip("pyarrow")
    path = tmp_path / "log.parquet"
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(faregate.Invalid, match="log.parquet: events: "):
        faregate.bill(path, book)


def test_lines_of_json_none_of_which_is_any(book):
    """As where somebody joined an array's parts: told line by line."""
    lines = (json.dumps(row()) + ",\n") * 3
    bills = faregate.bill(io.StringIO(lines), book)
    assert bills.rows.apart["not read"] == 3 and bills.total == 0
    assert faregate.bill(io.StringIO("[]"), book).rows.read == 0


def test_readers_of_other_libraries(book, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    pandas = pytest.importorskip("pandas")
    text = HEADER + LINE + LINE.replace("a", "b", 1)
    assert faregate.bill(pandas.read_csv(io.StringIO(text), chunksize=1), book).total == TWO
    pandas.DataFrame([row()]).to_parquet(tmp_path / "log.parquet")
    assert faregate.bill(pq.ParquetFile(tmp_path / "log.parquet"), book).total == ONE
    assert faregate.bill(csv.DictReader(io.StringIO(text)), book).total == TWO


def test_objects_that_arrow_does_not_have(book):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame([row()]).with_columns(quantity=polars.Series([object()], dtype=polars.Object))
    with pytest.warns(UserWarning, match="not one of 1 row was read: expected a whole number"):
        [bad] = faregate.bill(frame, book).bad_rows
    assert bad["column"] == "quantity" and bad["text"].startswith("<object object")


@pytest.mark.parametrize(
    ("written", "units", "warned"),
    [
        (["1.000", "12.000", "7"], [1, 12, 7], 2),
        (["1.000", "24.0"], [1, 24], 0),  # all have decimals
        (["1.000", "1234.000"], [1, 1234], 0),
        (["0.000", "5.000"], [0, 5], 0),
    ],
)
def test_points_that_may_stand_between_thousands(book, written, units, warned):
    rows = [row(account=f"a{place}", quantity=text) for place, text in enumerate(written)]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        bills = faregate.bill(rows, book, detail=True)
    assert bills.detail["quantity"].tolist() == units and add_up(bills)
    quantities = "quantity" if warned == 1 else "quantities"
    told = f"{warned} {quantities} such as '1.000' were read as 1: if the point stands between thousands, "
    assert [str(warning.message) for warning in caught] == ([told + "say thousands='.'"] if warned else [])
    meant = faregate.bill(rows[:1], book, thousands=".", detail=True)
    assert meant.detail["quantity"].tolist() == [0 if written[0] == "0.000" else 1000]


@pytest.mark.parametrize("name", ["nan", "NULL", "N/A", "None", "<NA>"])
def test_accounts_named_as_what_is_missing(book, name):
    with pytest.warns(UserWarning, match="^accounts with names as of a missing value: "):
        bills = faregate.bill([row(account=name), row()], book)
    assert list(bills.accounts) == [name, "a"] and bills.total == TWO


@pytest.mark.parametrize("quantity", [2.0**53, 1e18, -(2.0**60)])
def test_quantities_of_floats_that_lost_digits(book, quantity):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame([row(), row(quantity=quantity)]).astype({"quantity": "float64"})
    with pytest.raises(faregate.Invalid, match="is a quantity in a column of floats, which has lost its last digits"):
        faregate.bill(frame, book, corrections=True)
    frame["quantity"] = [5000.0, 2.0**53 - 1]
    assert faregate.bill(frame, book).events == 2
    frame["quantity"] = [5000.0, float("inf")]
    assert len(faregate.bill(frame, book).bad_rows) == 1
    [bad] = faregate.bill([row(), row(quantity=quantity)], book, corrections=True).bad_rows
    assert bad["reason"] == "expected a whole number: a float as large as this has lost its last digits"


@pytest.mark.parametrize("packed", ["", ".gz", ".bz2"])
@pytest.mark.parametrize("first", [b"null", b"[]", b"{", b"x"])
def test_an_open_file_is_what_its_name_says(book, tmp_path, first, packed):
    """Its first line is damaged, and says something else."""
    pytest.importorskip("pyarrow")
    text = first + b"\n" + json.dumps(row()).encode() + b"\n"
    path = tmp_path / f"u.jsonl{packed}"
    path.write_bytes({"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress}[packed](text))
    with open(path, "rb") as file:
        bills = faregate.bill(file, book)
    assert (bills.total, bills.bad_rows["row"].tolist(), bills.bad_rows["text"].tolist()) == (
        ONE,
        [1],
        [first.decode()],
    )


def test_a_packed_list_of_json_from_a_stream(book):
    pytest.importorskip("pyarrow")
    text = json.dumps([row(), row(account="b")]).encode()
    for packed in (text, gzip.compress(text), bz2.compress(text)):
        assert faregate.bill(io.BytesIO(packed), book).total == TWO


def test_files_whose_columns_are_in_other_orders_are_sorted_together(book, tmp_path):
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {name: [value] for name, value in row().items()}
    orders = (list(columns), list(columns)[::-1], ["time", "quantity", "account", "product"])
    paths = []
    for place, names in enumerate(orders):
        paths.append(tmp_path / f"{place}.parquet")
        parquet.write_table(pa.table({name: columns[name] for name in names}), paths[-1])
    (tmp_path / "u.csv").write_text("quantity,product,account,time\n5000,image,b,2024-11-01\n")
    bills = faregate.bill([*paths, tmp_path / "u.csv"], book, sort=True)
    assert bills.total == Decimal("2520.00") + ONE  # (15,000 − 1,000) × 0.18


@pytest.mark.parametrize(("number", "unit"), [(10**9, "s"), (10**12, "ms"), (10**15, "us"), (10**18, "ns")])
def test_a_number_as_a_time_names_the_unit_that_it_is_likely_of(book, number, unit):
    """17 times as much is of the year 2023, by seconds, and so on."""
    given = str(17 * number // 10)
    bills = faregate.bill([row(time=given)], book)
    [reason] = bills.bad_rows["reason"]
    assert reason == f'expected a time; say by time_unit what a whole number counts, here perhaps "{unit}"'
    if unit in ("ms", "us"):
        [reason] = faregate.bill([row(time=given)], book, time_unit="s").bad_rows["reason"]
        assert reason == f'not of the years 1970 to 9999 in this time_unit, perhaps it is "{unit}"'


def test_a_source_of_which_nothing_was_read_is_warned_of(book, tmp_path):
    """One of two files has its times as numbers."""
    head = "account,time,product,quantity\n"
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(head + "a,2024-11-05,image,5\na,n/a,image,5\n")
    bad.write_text(head + "a,1731000000,image,5\na,1731000001,image,5\n")
    with pytest.warns(UserWarning, match=r"not one of 2 rows of .*bad.csv was read: expected a time; say by time_unit"):
        bills = faregate.bill([str(good), str(bad)], book)
    assert len(bills.warnings) == 2
    assert re.fullmatch(
        "1 of 4 rows was not read, such as row 3 of .*good.csv: expected a time such as .*", bills.warnings[1]
    )
    for sort in (False, True):
        with pytest.warns(UserWarning, match=r"not one of 1 row was read: expected a time"):
            faregate.bill([row(time="1731000000")], book, sort=sort)


@pytest.mark.parametrize("mark", [" ", "\u00a0", "\u202f", "\u2009"])
def test_blanks_between_thousands_are_of_any_width(book, mark):
    rows = [row(quantity=f"1{blank}234{blank}567") for blank in (" ", "\u00a0", "\u202f", "\u2009")]
    bills = faregate.bill(rows, book, thousands=mark)
    assert bills.months["units"].tolist() == [4 * 1_234_567]
    [reason] = faregate.bill([row(quantity="1\u202f23")], book, thousands=mark).bad_rows["reason"]
    assert reason.startswith("expected a whole number")
    assert faregate.bill([row(quantity="1\u2019234")], book, thousands="'").months["units"].tolist() == [1_234]


def test_the_reason_that_most_rows_have_is_told(book, tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("account,time,product,quantity\na,n/a,image,5\na,1731000000,image,5\na,1731000001,image,5\n")
    with pytest.warns(UserWarning, match=r"not one of 3 rows of .*log.csv was read: expected a time; say by time_unit"):
        faregate.bill(log, book)


def test_columns_the_other_way_round_are_told(book):
    with pytest.raises(faregate.Invalid, match=r"perhaps the other way round: \{'time': 'When'\}"):
        faregate.bill([row()], book, columns={"When": "time"})


def test_a_timeline_of_bills_lifts_budgets_as_its_commands_did(book):
    begin = {"at": "2024-11-01", "do": "open", "product": "image"}
    cap = {"at": "2024-11-01", "do": "set_budget", "month": "10", "day": "10000"}
    lift = {"at": "2024-11-01", "do": "set_budget", "month": None, "day": ...}
    bills = faregate.bill([row()], book, accounts={"a": {"commands": [begin, cap, lift]}}, detail=True)
    assert bills.warnings == () and bills.rows.billed == 1
    outcomes = faregate.replay(bills.timeline("a"))["outcomes"]
    assert [(outcome["do"], outcome["ok"]) for outcome in outcomes] == [
        ("open", True), ("set_budget", True), ("set_budget", True), ("use", True)
    ]  # fmt: skip


def test_names_of_accounts_may_be_whole_numbers(book):
    pack = {"at": "2024-11-01", "do": "buy_pack", "product": "image", "pack": "calls-10k"}
    bills = faregate.bill([row(account=17)], book, accounts={17: {"commands": [pack]}}, detail=True)
    assert bills.warnings == () and bills.entered == ("17",) and bills.total == 0
    assert 17 in bills.accounts and "17" in bills.accounts and 18 not in bills.accounts and None not in bills.accounts
    assert True not in bills.accounts and bills.accounts.get(1.5) is None and b"17" not in bills.accounts
    whole = pytest.importorskip("numpy").int64(17)
    assert whole in bills.accounts and bills.timeline(whole) == bills.timeline(17)
    assert bills.accounts[17].statement().spent.packs == 1500
    assert [command["do"] for command in bills.timeline(17)["commands"]] == ["buy_pack", "open", "use"]
    invoice = [{"month": "2024-11", "product": "image", "amount": "0.00"}]
    assert faregate.reconcile(bills, invoice, account=17).equal
    assert faregate.Forecast.from_usage(bills, account=17, season=1, months=1)["calls"] == [5000]
    for wrong in (True, 1.5, None):
        with pytest.raises(faregate.InvalidType, match="accounts: expected a name"):
            faregate.bill([row()], book, accounts={wrong: {}})


def test_an_account_that_is_not_there_comes_with_the_nearest(book):
    bills = faregate.bill([row(account="north")], book, detail=True)
    with pytest.raises(KeyError, match="there is no account 'nort' in the bills; the nearest is 'north'"):
        bills.accounts["nort"]
    with pytest.raises(faregate.Invalid, match="the nearest is 'north'"):
        bills.timeline("nort")


def test_rows_of_a_table_by_their_numbers(book):
    bills = faregate.bill([row(account="a"), row(account="b")], book)
    assert bills.lines[0] == next(iter(bills.lines)) and bills.lines[-1]["account"] == "b"
    with pytest.raises(IndexError):
        bills.lines[2]
    with pytest.raises(KeyError, match="there is no column 'amout' among account, month"):
        bills.lines["amout"]


@pytest.mark.parametrize("column", ["quantity", "time"])
def test_a_number_too_long_to_be_written_costs_its_own_row_alone(column):
    """Python refuses to write a whole number of more than 4,300 digits by 10."""
    row = {"account": "a", "time": "2024-11-05T10:00", "product": "image", "quantity": 7}
    bills = faregate.bill([row, {**row, column: 10**5000}, {**row, column: -(10**5000)}], "tencent-facefusion")
    assert (bills.rows.billed, bills.rows.apart["not read"]) == (1, 2)
    assert [(bad["row"], bad["column"], bad["text"][:6]) for bad in bills.bad_rows] == [
        (1, column, hex(10**5000)[:6]),
        (2, column, hex(-(10**5000))[:6]),
    ]
