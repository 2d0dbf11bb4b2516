"""reconcile: what ours and theirs may be, how messy an invoice may be, what is told, and what is refused."""

import json
import pickle
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import faregate
import pytest
from faregate._zone import book_keys_of
from faregate.cli import main
from toy import HEAD, toy

BOOK = faregate.Book("tencent-facefusion")
FORM = "tencent-bill-detail"
TIMELINE = {
    "book": "tencent-facefusion",
    "commands": [
        {"at": "2024-11-01T00:00:00", "do": "open", "product": "image"},
        {"at": "2024-11-05T10:05:00", "do": "buy_pack", "product": "image", "pack": "calls-10k"},
        {"at": "2024-11-20T12:00:00", "do": "use", "product": "image", "quantity": 15_000, "id": "u1"},
        {"at": "2024-11-21T12:00:00", "do": "call", "product": "image", "quantity": 7, "id": "c1"},
        {"at": "2024-11-30T23:59:58", "do": "use", "product": "image", "quantity": 40, "id": "u2"},
        {"at": "2024-12-10T12:00:00", "do": "use", "product": "image", "quantity": 3_000, "id": "u3"},
    ],
}
# 15,047 less 1,000 free and 10,000 of the pack, at 0.24; 3,000 less 1,000 at 0.24
NOVEMBER, DECEMBER = Decimal("971.28"), Decimal("480.00")
DETAIL = {
    "Response": {
        "DetailSet": [
            {
                "BusinessCode": "p_facefusion",
                "ProductCode": "sp_facefusion_image",
                "ActionTypeName": action,
                "FeeBeginTime": begin,
                "BillMonth": "2024-12",
                "ComponentSet": [
                    {
                        "RealTotalMeasure": total,
                        "DeductedMeasure": deducted,
                        "UsedAmount": used,
                        "RealCost": cost,
                        "CashPayAmount": cost,
                        "IncentivePayAmount": "0.00000000",
                        "TransferPayAmount": "0.00000000",
                        "VoucherPayAmount": "0.00000000",
                    }
                ],
            }
            for action, begin, total, deducted, used, cost in (
                ("pay-as-you-go, monthly", "2024-11-01 00:00:00", "15040", "11000", "4040", "969.60000000"),
                ("purchase", "2024-11-05 10:05:00", "1", "0", "1", "1500.00000000"),
            )
        ]
        + [{"BusinessCode": "p_cvm", "ComponentSet": [{"RealCost": "7"}]}]
    }
}


def row(month="2024-11", amount: object = "971.28", **more):
    return {"month": month, "product": "image", "amount": amount, **more}


def causes(found):
    return [[cause["cause"] for cause in one["causes"]] for one in found.to_dict()["explanations"]]


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "booth.db"
    (tmp_path / "booth.json").write_text(json.dumps(TIMELINE))
    faregate.import_ledger(tmp_path / "booth.json", path)
    return path


def test_a_ledger_its_path_its_account_and_its_timeline_are_alike(ledger, tmp_path):
    theirs = [row(amount="969.60", units=15_040)]
    with faregate.open(ledger) as account:
        of_account = faregate.reconcile(account, theirs)
    others = [faregate.reconcile(ours, theirs) for ours in (str(ledger), ledger, TIMELINE, tmp_path / "booth.json")]
    assert all(other.to_dict()["explanations"] == of_account.to_dict()["explanations"] for other in others)
    assert causes(of_account)[0] == ["uncertain"]
    assert repr(of_account) == "<Reconciliation: 1 of 1 rows differ, by -1.68 CNY; 1 explained, 0.00 CNY left>"


def test_an_account_in_memory_has_nothing_to_replay():
    with pytest.raises(faregate.Invalid, match="keeps no commands"):
        faregate.reconcile(faregate.Account(BOOK), [])


@pytest.mark.parametrize("ours", [5, None, BOOK])
def test_ours_is_refused_by_name(ours):
    with pytest.raises(faregate.InvalidType, match="ours: expected"):
        faregate.reconcile(ours, [])


def test_what_is_equal():
    found = faregate.reconcile(TIMELINE, [row(), row("2024-12", "480")])
    assert found.equal and found.complete and found.difference == 0 and found.left == 0
    assert repr(found) == "<Reconciliation: 2 rows equal>"
    assert [(line["ours_amount"], line["is"]) for line in found.rows] == [(NOVEMBER, "equal"), (DECEMBER, "equal")]


@pytest.mark.parametrize(
    "amount", ["971.28", " CNY 971.28 ", "¥971.28", "RMB 971.2800", Decimal("971.28"), 971.28, "971.28元"]
)
@pytest.mark.parametrize("month", ["2024-11", "202411", "2024/11/30", "Nov 2024", "11/2024", date(2024, 11, 1)])
def test_amounts_and_months_as_people_write_them(amount, month):
    assert faregate.reconcile(TIMELINE, [row(month, amount)]).equal


@pytest.mark.parametrize("offset", ["Z", "z", "+00:00", "+0000", "+00", " +00:00", " UTC"])
def test_a_time_with_an_offset_is_of_the_month_of_the_book(offset):
    theirs = [row("2024-10-31T16:00:00" + offset), row("2024-11-30 16:00" + offset, "480")]
    assert faregate.reconcile(TIMELINE, theirs).equal


@pytest.mark.parametrize("time", ["2024-11-30 23:00:00 CST", "2024-11-30T23:00PST", "Sat Nov 30 23:00:00 CST 2024"])
def test_the_name_of_a_zone_does_not_say_which_month(time):
    assert "in place of the name of a zone" in str(faregate.reconcile(TIMELINE, [row(time)]))


@pytest.mark.parametrize("time", ["2024-11-05 10:00 AM", "2024-11-05 10:00 GMT", "10:00 05 NOV 2024", "NOV 2024"])
def test_times_as_people_write_them(time):
    assert faregate.reconcile(TIMELINE, [row(time), row("2024-12", "480")]).equal


@pytest.mark.parametrize("amount", ["(480", "-480)", "480)"])
def test_a_parenthesis_has_two_ends(amount):
    assert f"not read: row 0, amount {amount!r}" in str(faregate.reconcile(TIMELINE, [row("2024-11", amount)]))


def test_a_constant_is_of_a_column_that_there_is():
    with pytest.raises(faregate.Invalid, match="form.constants.currenzy"):
        faregate.reconcile(TIMELINE, [row()], constants={"currenzy": "USD"})


def test_instants_are_of_the_zone_of_the_book():
    found = faregate.reconcile(TIMELINE, [row(datetime.fromisoformat("2024-10-31T16:00:00+00:00"))])
    assert found.equal


def test_thousands_and_decimals_of_elsewhere():
    timeline = {**TIMELINE, "commands": TIMELINE["commands"][:3]}
    rows = [row(amount="960,00 CNY", units="15.000")]
    assert faregate.reconcile(timeline, rows, form={"thousands": ".", "decimal": ","}).equal


def test_tables_of_other_libraries():
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    pyarrow = pytest.importorskip("pyarrow")
    rows = {"month": [date(2024, 11, 1)], "product": ["image"], "amount": [NOVEMBER], "note": [None]}
    frame = pandas.DataFrame({**rows, "month": pandas.to_datetime(["2024-11-01"]), "units": [15_047.0]})
    for table in (frame, polars.DataFrame(rows), pyarrow.table(rows)):
        assert faregate.reconcile(TIMELINE, table).equal
    periods = frame.assign(month=pandas.PeriodIndex(["2024-11"], freq="M"), units=pandas.array([None], dtype="Int64"))
    assert faregate.reconcile(TIMELINE, periods).equal


CSV = """\ufeffBilling period ;Item;Service;Calls;Total (CNY);Remark
2024-11-01;Face Fusion (image);Face Fusion;15,047;¥971.28;
2024-12-01;Face Fusion (image);Face Fusion;3,000;480;"paid; in time"
2024-12-01;CVM S5.LARGE;CVM;1;1,300.00;

"""
COLUMNS = {"month": "Billing period", "product": "Item", "units": "Calls", "amount": "Total (CNY)"}
MORE = {"products": {"Face Fusion (image)": "image"}, "only": {"Service": "Face Fusion"}}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_messy_file(tmp_path, encoding, mark):
    text = CSV.replace(";", mark).replace(f"paid{mark} in", "paid; in")
    path = tmp_path / "invoice.csv"
    path.write_bytes((text if encoding == "utf-8" else text.removeprefix("\ufeff")).encode(encoding))
    found = faregate.reconcile(TIMELINE, path, columns=COLUMNS, **MORE)
    assert found.equal and (found.read, found.skipped) == (2, 1)


def test_a_letter_around_the_table_and_a_total_below(tmp_path):
    path = tmp_path / "invoice.csv"
    path.write_text(
        "Invoice no. 5;;;\nof 2025-01-02;CNY;;\nMonth;Product;Note;Amount\n2024-11;image;;971.28\n"
        "2024-12;image;;480.00\n;;;\nTotal;;;1,451.28\n"
    )
    columns = {"month": "Month", "product": "Product", "amount": "Amount"}
    found = faregate.reconcile(TIMELINE, path, columns=columns)
    assert found.equal and (found.read, found.skipped) == (2, 1)
    path.write_text(path.read_text().replace("1,451.28", "1,451.29"))
    assert faregate.reconcile(TIMELINE, path, columns=columns).unread["text"].tolist() == ["Total"]


CHINESE = """\
账单编号,B-001,,,,
账期,产品名称,计费方式,用量,优惠后金额,备注
2024年11月,人脸融合-图片,后付费,"15,040次",￥969.60,
2024年11月,人脸融合-图片,资源包购买,1个,"￥1,500.00",资源包1万次
2024年12月,人脸融合-图片,后付费,"3,000次",480.00元,"含税, 已付"
合计,,,,"￥2,949.60",
"""


def test_a_chinese_invoice(tmp_path):
    path = tmp_path / "账单.csv"
    path.write_bytes(CHINESE.encode("gb18030"))
    columns = {"month": "账期", "product": "产品名称", "kind": "计费方式", "units": "用量", "amount": "优惠后金额"}
    names = {"products": {"人脸融合-图片": "image"}, "kinds": {"后付费": "usage", "资源包购买": "pack"}}
    found = faregate.reconcile(TIMELINE, path, columns=columns, **names)
    assert found.rows["is"].tolist() == ["explained", "equal", "equal"] and found.skipped == 1
    assert causes(found)[0] == ["uncertain"]


def test_lines_of_an_invoice(tmp_path):
    """A single line is a row too; only a line feed ends a line, whatever else stands in a text; no value of a key that
    stands twice is taken for the row's."""
    path = tmp_path / "invoice.jsonl"
    path.write_text(json.dumps(row()), "utf-8")
    assert faregate.reconcile(TIMELINE, path, causes=0).rows["theirs_amount"].tolist() == [NOVEMBER]
    for sign in ("\u2028", "\x85", "\x0b", "\x1c"):
        told = [row(note=f"of{sign}November"), row("2024-12", "480.00")]
        path.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in told), "utf-8")
        assert faregate.reconcile(TIMELINE, path).equal, sign
        table = tmp_path / "invoice.csv"
        lines = [f"note{sign}of it,month,amount,product", f"a{sign}b,2024-11,971.28,image", f"{sign},2024-12,480,image"]
        table.write_text("\n".join(lines), "utf-8")
        assert faregate.reconcile(TIMELINE, table).equal, sign
    twice = json.dumps(row()).replace("{", '{"amount": "1.00", ')
    for text in (twice, f"[{twice}]", f"{twice}\n{twice}"):
        path.write_text(text, "utf-8")
        with pytest.raises(faregate.Invalid, match="invoice.jsonl: a key is there twice"):
            faregate.reconcile(TIMELINE, path)


def test_a_spreadsheet(tmp_path):
    pytest.importorskip("openpyxl")
    pandas = pytest.importorskip("pandas")
    pandas.DataFrame([row(), row("2024-12", 480.0)]).to_excel(tmp_path / "invoice.xlsx", index=False)
    assert faregate.reconcile(TIMELINE, tmp_path / "invoice.xlsx").equal


def test_purchases_of_every_kind():
    ours = {
        "book": "tencent-facefusion",
        "commands": [
            {"at": "2024-11-01T00:00:00", "do": "open", "product": "image"},
            {"at": "2024-11-02", "do": "buy_capacity", "product": "image", "meter": "qps", "quantity": 50, "days": 3},
            {"at": "2024-11-03", "do": "buy_pack", "product": "image", "pack": "calls-1k", "id": "p"},
            {"at": "2024-11-04", "do": "refund", "id": "p"},
            {"at": "2024-11-05", "do": "buy_pack", "product": "image", "pack": "materials-10", "quantity": 2},
        ],
    }
    rows = [
        row(amount="12,750.00", kind="capacity", units="50"),  # 50 at 85 for three days; what units are is his to say
        row(amount="1,000.00", kind="pack", units="3"),
        row(amount="(200.00)", kind="refund"),
    ]
    assert faregate.reconcile(ours, rows).equal
    found = faregate.reconcile(ours, rows[:2])
    assert found.unexplained["kind"].tolist() == [] and causes(found)[0] == ["missing_in_theirs"]
    assert found.explanations["text"][0].startswith("the vendor lacks refund p at 2024-11-04")


def test_an_invoice_without_rows_is_not_equal():
    for theirs in ([], [row(Service="CVM")]):
        found = faregate.reconcile(TIMELINE, theirs, only={"Service": "Face Fusion"} if theirs else None)
        assert not found.equal and repr(found) == "<Reconciliation: the invoice has no row to be compared>"


def test_months_that_the_invoice_has_not_are_told():
    found = faregate.reconcile(TIMELINE, [row("2024-12", "480")])
    assert found.equal and found.absent == ("2024-11",)
    assert "the invoice has no row of 2024-11" in str(found)


@pytest.mark.parametrize("amount, decimals, equal", [("971", 0, True), ("971.3", 1, True), ("971.2", 1, False)])
def test_a_vendor_who_rounds(amount, decimals, equal):
    assert faregate.reconcile(TIMELINE, [row(amount=amount)], decimals=decimals, causes=0).equal is equal
    assert not faregate.reconcile(TIMELINE, [row(amount=amount)], causes=0).equal


def test_rows_that_cannot_be_read_are_told():
    found = faregate.reconcile(TIMELINE, [row(), row("01/11/2024"), row(amount="EUR 5"), row(product="images")])
    assert not found.equal and len(found.unread) == 3
    assert [(line["row"], line["column"], line["text"]) for line in found.unread] == [
        (1, "month", "01/11/2024"),
        (2, "amount", "EUR 5"),
        (3, "product", "images"),
    ]
    assert "3 of the invoice not read" in repr(found)


def test_the_answer_of_a_vendors_interface(tmp_path):
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(DETAIL))
    for theirs in (DETAIL, DETAIL["Response"], path):
        found = faregate.reconcile(TIMELINE, theirs, form=FORM)
        assert [(line["kind"], line["is"]) for line in found.rows] == [("usage", "explained"), ("pack", "equal")]
        assert causes(found)[0] == ["uncertain"]
        assert (found.read, found.skipped, found.unbalanced) == (2, 1, 0)


def test_funds_that_do_not_add_up_are_counted():
    document = json.loads(json.dumps(DETAIL))
    document["Response"]["DetailSet"][1]["ComponentSet"][0]["CashPayAmount"] = "1400"
    assert faregate.reconcile(TIMELINE, document, form=FORM).unbalanced == 1


def test_funds_are_compared_where_ours_are_limited():
    ours = {**TIMELINE, "wallet": {"cash": "9000", "gift": "1000"}}  # gift goes first: all of it for the pack
    rows = [
        row(amount="1500", kind="pack", gift="1000", cash="500"),
        row(kind="usage", cash="971.28"),
        row("2024-12", "480", kind="usage", cash="480.00"),
    ]
    found = faregate.reconcile(ours, rows)
    assert found.equal and len(found.funds) == 12
    other = [*rows[:2], {**rows[2], "cash": "400", "voucher": "80"}]
    found = faregate.reconcile(ours, other)
    assert not found.equal and found.difference == 0
    assert "2024-12 usage: 80.00 of voucher, ours 0.00" in str(found)
    assert faregate.reconcile(TIMELINE, other).equal  # unlimited funds say nothing
    assert len(faregate.reconcile(ours, [row()]).funds) == 0  # nor does the vendor


def test_without_an_amount_the_funds_are_it():
    assert faregate.reconcile(
        TIMELINE, [{"month": "2024-11", "product": "image", "cash": "900", "gift": "71.28"}]
    ).equal


@pytest.mark.parametrize(
    "rows, expected",
    [
        ([row(amount="969.60", units=15_040)], "uncertain"),
        ([row(amount="961.68", units=15_007), row("2024-12", "489.60", units=3_040)], "month_edge"),
        ([row(amount="1500.00", kind="pack"), row(amount="961.68", kind="usage"), row("2024-12", "480", kind="usage")],
         "missing_in_theirs"),
    ],
)  # fmt: skip
def test_the_simplest_comes_first(rows, expected):
    found = faregate.reconcile(TIMELINE, rows)
    assert causes(found)[0] == [expected]
    assert found.rows["because"][0] == found.explanations["text"][0]


def edition(effective, price):
    return {"effective": effective, "products": [{"id": "p", "meter": "m", "price": {"model": "flat", "price": price}}]}


EDITIONS = {
    "book": {
        "format": "faregate-book/2",
        "id": "toy",
        "title": "Toy",
        "currency": "EUR",
        "minor_digits": 2,
        "time_zone": "+00:00",
        "rounding": "none",
        "editions": [edition("2025-01-01", "1"), edition("2025-02-15", "2"), edition("2025-06-01", "3")],
    },
    "commands": [
        {"at": "2025-01-10T00:00:00", "do": "open", "product": "p"},
        *(
            {"at": f"2025-0{month}-{day}T00:00:00", "do": "use", "product": "p", "quantity": 10}
            for month in (1, 2, 3, 4)
            for day in (11, 20)
        ),
    ],
}


@pytest.mark.parametrize(
    "amounts, told",
    [
        (("20", "30", "40", "40"), None),  # as the account was
        (("20", "20", "20", "20"), "all is billed by the edition of 2025-01-01"),
        (("20", "40", "40", "40"), "the edition of 2025-02-15 is in force from 2025-02-01T00:00:00+00:00 on"),
        (("20", "20", "20", "40"), "the edition of 2025-02-15 is in force from 2025-04-01T00:00:00+00:00 on"),
    ],
)
def test_editions(amounts, told):
    rows = [{"month": f"2025-0{month}", "amount": amount} for month, amount in enumerate(amounts, 1)]
    found = faregate.reconcile(EDITIONS, rows)
    assert found.equal is (told is None)
    assert told is None or found.explanations["text"][0] == told


@pytest.mark.parametrize(
    "zone, uses, amounts",
    [
        # The book's clock is an hour ahead of UTC in February, and two in August.
        (
            book_keys_of("Europe/Madrid"),
            [("2025-02-01T00:30", 7), ("2025-02-01T01:30", 50), ("2025-08-01T01:30", 11), ("2025-08-05", 3)],
            {"2025-01": 107, "2025-02": 50, "2025-07": 11, "2025-08": 3},
        ),
        # It is five hours and a half ahead.
        (
            {"time_zone": "+05:30"},
            [("2025-02-01T05:10", 7), ("2025-02-01T05:40", 50)],
            {"2025-01": 107, "2025-02": 50},
        ),
    ],
    ids=["summer time", "half an hour"],
)
def test_months_of_utc(zone, uses, amounts):
    timeline = {
        "book": toy([{"id": "p", "meter": "m", "price": {"model": "flat", "price": "1"}}], **zone),
        "commands": [
            {"at": "2025-01-10", "do": "open", "product": "p"},
            *({"at": at, "do": "use", "product": "p", "quantity": n} for at, n in [("2025-01-10", 100), *uses]),
        ],
    }
    found = faregate.reconcile(timeline, [{"month": month, "amount": str(n)} for month, n in amounts.items()])
    whole = [text for text, is_whole in zip(found.explanations["text"], found.explanations["whole"]) if is_whole]
    assert "the vendor's months are those of UTC+00:00" in whole


def test_another_book():
    cheaper = BOOK.to_dict()
    image = next(product for product in cheaper["products"] if product["id"] == "image")
    image["price"]["tiers"][0]["price"] = "0.20"
    cheaper["examples"] = []
    theirs = [row(amount=Decimal("4047") * Decimal("0.20"))]
    assert causes(faregate.reconcile(TIMELINE, theirs)) == []
    found = faregate.reconcile(TIMELINE, theirs, books=[faregate.Book(cheaper)])
    assert causes(found)[0] == ["edition"]


def test_what_nothing_explains_is_left():
    found = faregate.reconcile(TIMELINE, [row(amount="971.29"), row("2024-12", "480")])
    assert found.left == Decimal("0.01") and len(found.unexplained) == 1
    assert "unexplained: 2024-11 image usage, 0.01 CNY" in str(found)


def test_parts_are_told_where_nothing_explains_all():
    found = faregate.reconcile(TIMELINE, [row(amount="969.60"), row("2024-12", "480.01")])
    assert found.to_dict()["explanations"][0]["whole"] is False
    assert causes(found)[0] == ["uncertain"] and found.left == Decimal("0.01")


def test_a_bound_is_told():
    found = faregate.reconcile(TIMELINE, [row(amount="969.60")], commands=200)
    assert not found.complete
    assert causes(faregate.reconcile(TIMELINE, [row(amount="969.60")], causes=0)) == []


LOG = [
    {"customer": "a", "time": "2024-11-20T12:00", "product": "image", "quantity": 5_000, "id": "x"},
    {"customer": "a", "time": "2024-11-20T12:00", "product": "image", "quantity": 5_000, "id": "x"},
    {"customer": "b", "time": "2024-11-21T12:00", "product": "image", "quantity": 1_500, "id": "y"},
    {"customer": "b", "time": "2024-11-21T12:00", "product": "imag", "quantity": 100, "id": "z"},
]
ENTERED = {"a": {"commands": [{"at": datetime(2024, 11, 5), "do": "buy_pack", "product": "image", "pack": "calls-1k"}]}}


def billed(**more):
    return faregate.bill(LOG, BOOK, columns={"account": "customer"}, id="id", accounts=ENTERED, **more)


def test_bills_of_several_accounts():
    bills = billed(detail=True)
    theirs = [
        {"who": "a", "month": "2024-11", "amount": "1920"},  # the repeated event, too
        {"who": "b", "month": "2024-11", "amount": "120.00"},
        {"who": "c", "month": "2024-11", "amount": "1.00"},
    ]
    found = faregate.reconcile(bills, theirs, columns={"account": "who"}, constants={"product": "image"})
    assert [(line["account"], line["is"]) for line in found.rows] == [("a", "explained"), ("b", "equal")]
    assert found.to_dict()["a"]["explanations"][0]["causes"][0]["cause"] == "set_aside"
    assert found.unread["text"].tolist() == ["c"] and found.without_invoice == ()
    one = faregate.reconcile(bills, theirs[:1], account="a", constants={"product": "image"})
    assert one.rows["account"].tolist() == ["a"]


def test_a_column_called_account_says_of_which_account_a_row_is():
    bills = billed(detail=True)
    theirs = [row(account="a", amount="1920"), row(account="b", amount="120.00")]
    found = faregate.reconcile(bills, theirs)
    assert [(line["account"], line["is"]) for line in found.rows] == [("a", "explained"), ("b", "equal")]
    assert found == faregate.reconcile(bills, theirs, columns={"account": "account"})
    assert found != faregate.reconcile(bills, theirs[:1])
    assert faregate.reconcile(bills, theirs[1:], account="b").equal  # which account is asked for goes before
    with pytest.raises(TypeError):
        hash(found)


def test_bills_without_detail_or_a_choice_are_refused():
    with pytest.raises(faregate.Invalid, match="detail=True"):
        faregate.reconcile(billed(), [], account="a")
    with pytest.raises(faregate.Invalid, match="2 accounts"):
        faregate.reconcile(billed(detail=True), [])
    with pytest.raises(faregate.Invalid, match="no account 'c'"):
        faregate.reconcile(billed(detail=True), [], account="c")
    with pytest.raises(faregate.Invalid, match="ours is one account"):
        faregate.reconcile(TIMELINE, [], account="a")


def test_the_timeline_of_bills_replays_to_their_invoices():
    bills = billed(detail=True)
    for account in bills.accounts:
        timeline = bills.timeline(account)
        timeline["commands"].append({"at": "2024-12-01T00:00", "do": "advance"})
        invoices = faregate.replay(timeline)["statement"]["invoices"]
        own = sum(line["total"] for line in bills.invoices if line["account"] == account)
        assert sum(Decimal(invoice["total"]) for invoice in invoices) == own
    assert pickle.loads(pickle.dumps(bills)).timeline("a") == bills.timeline("a")


def test_the_timeline_of_a_log_that_was_sorted_is_in_the_order_of_time():
    """The newest row comes first, and the product opens with the oldest."""
    log = [
        {"account": "a", "time": f"2024-11-{day}T12:00", "product": "image", "quantity": 1_500} for day in (25, 15, 10)
    ]
    bills = faregate.bill(log, BOOK, sort=True, detail=True)
    commands = bills.timeline("a")["commands"]
    assert [command["do"] for command in commands] == ["open", "use", "use", "use"]
    assert [command["at"][8:10] for command in commands] == ["10", "10", "15", "25"]
    theirs = [{"month": "2024-11", "amount": "840.00"}]  # (4,500 − 1,000) × 0.24
    assert faregate.reconcile(bills, theirs, account="a", constants={"product": "image"}).equal


def log_of(*usage):
    return [{"account": "a", "time": time, "product": "image", "quantity": units} for time, units in usage]


@pytest.mark.parametrize(
    ("log", "commands", "sort", "done"),
    [
        (  # the correction stands before what it corrects, in the same second
            [("2024-11-05T10:00", -500), ("2024-11-05T10:00", 2_000)],
            [],
            True,
            ["open", "use", "adjust"],
        ),
        (  # the product is in use before the command that opens it
            [("2024-11-05T10:00", 2_000), ("2024-11-07T10:00", 2_000)],
            [{"at": "2024-11-06T10:00", "do": "open", "product": "image"}],
            False,
            ["open", "use", "open", "use"],
        ),
        (  # the first usage is refused, and opens nothing: fees begin with the second
            [("2024-11-05T10:00", 2_000), ("2024-12-07T10:00", 2_000)],
            [{"at": "2024-11-04T10:00", "do": "suspend"}, {"at": "2024-11-06T10:00", "do": "reinstate"}],
            False,
            ["suspend", "reinstate", "open", "use"],
        ),
        (  # a command of the same instant comes before the usage
            [("2024-11-05T10:00", 2_000)],
            [{"at": "2024-11-05T10:00", "do": "open", "product": "image"}],
            False,
            ["open", "use"],
        ),
    ],
)
def test_the_timeline_of_bills_opens_products_as_the_bills_did(log, commands, sort, done):
    book = BOOK.replace("image", fees=[{"id": "line", "amount": "30", "every": "month", "prorate": "days"}])
    book = book.replace(examples=None)
    known = {"a": {"commands": commands}}
    bills = faregate.bill(log_of(*log), book, accounts=known, sort=sort, corrections=True, detail=True)
    timeline = bills.timeline("a")
    assert [command["do"] for command in timeline["commands"]] == done
    end = bills.accounts["a"].now.isoformat()
    replayed = faregate.replay({**timeline, "commands": [*timeline["commands"], {"at": end, "do": "advance"}]})
    invoices = replayed["statement"]["invoices"]
    assert [Decimal(invoice["total"]) for invoice in invoices] == bills.invoices["total"].tolist() and bills.total > 0


def test_the_timeline_of_bills_has_attributes():
    book = faregate.Book("anthropic-claude")
    log = [
        {"account": "a", "time": "2026-01-05T10:00", "product": "message", "quantity": 1, "in": 50_000, "out": "15000"}
    ]
    bills = faregate.bill(log, book, attributes={"input": "in", "output": "out"}, detail=True)
    assert "in" not in bills.detail.columns
    use = bills.timeline("a")["commands"][-1]
    assert use["attributes"] == {"input": 50_000, "output": 15_000}
    assert all(outcome["ok"] for outcome in faregate.replay(bills.timeline("a"))["outcomes"])


def replayed_total(bills, account, until):
    """What an account of bills comes to by its timeline."""
    timeline = bills.timeline(account)
    timeline["commands"].append({"at": until, "do": "advance"})
    answer = faregate.replay(timeline)
    assert all(outcome["ok"] for outcome in answer["outcomes"]), answer["outcomes"]
    return Decimal(answer["statement"]["spent"]["total"])


def in_editions(first, second):
    return faregate.Book(
        {**HEAD, "editions": [{"effective": "2025-01-01", **first}, {"effective": "2025-03-01", **second}]}
    )


FLAT = {"model": "flat", "price": "1"}
USES = {
    "attributes": [{"id": "k", "whole": {"from": 0}, "default": 0}, {"id": "m", "values": ["1", "x"], "default": "x"}],
    "products": [
        {"id": "t", "meter": "u", "price": FLAT, "rules": [
            {"id": "long", "when": {"k": {"from": 100}}, "price": {"model": "flat", "price": "5"}},
            {"id": "one", "when": {"m": "1"}, "price": {"model": "flat", "price": "7"}}]},
    ],
}  # fmt: skip


@pytest.mark.parametrize("book", [faregate.Book({**HEAD, **USES}), in_editions(USES, USES)], ids=["plain", "editions"])
def test_the_timeline_of_bills_has_attributes_as_the_bills_read_them(book):
    """A text, a number with a point, blanks around both, and what is blank: 2 × 5 + 3 × 7 + 4 × 1."""
    values = [(2, " 150.0 ", "x\u3000"), (3, "50", "1"), (4, " ", " ")]
    log = [
        {"account": "a", "time": f"2025-03-0{units}", "product": "t", "quantity": units, "k": k, "m": m}
        for units, k, m in values
    ]
    bills = faregate.bill(log, book, attributes=["k", "m"], detail=True)
    told = [command.get("attributes") for command in bills.timeline("a")["commands"] if command["do"] == "use"]
    assert told == [{"k": 150, "m": "x"}, {"k": 50, "m": "1"}, None]
    assert replayed_total(bills, "a", "2025-04-01") == bills.total == 35
    assert faregate.reconcile(
        bills, [{"month": "2025-03", "amount": "35"}], account="a", constants={"product": "t"}
    ).equal


def test_an_invoice_of_which_two_columns_have_one_name():
    """A dict of a row would have the last of them without a word."""
    pandas, pa = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    frame = pandas.DataFrame([["2024-11", "240.00", "1.00"]], columns=["month", "amount", "amount"])
    blank = frame.set_axis(["month", "amount", " amount"], axis=1)
    table = pa.Table.from_arrays([pa.array(frame.iloc[:, place]) for place in range(3)], ["month", "amount", "amount"])
    for theirs in (frame, blank, table, table.to_batches()[0], blank.to_dict("records")):
        with pytest.raises(faregate.Invalid, match="^theirs: two columns have one name, 'amount'$"):
            faregate.reconcile(TIMELINE, theirs, constants={"product": "image"})


def test_an_invoice_by_an_index_of_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame([row(amount="240.00")])
    plain = faregate.reconcile(TIMELINE, frame)
    for theirs in (frame.set_index("month"), frame.set_index("month", drop=False), frame.set_index(["month", "product"]),
                   frame.set_index([["x"], ["y"]])):  # fmt: skip
        assert faregate.reconcile(TIMELINE, theirs) == plain
    with pytest.raises(faregate.InvalidType, match=r"^theirs\[0\]: expected a dict, not str$"):
        faregate.reconcile(TIMELINE, frame["amount"])


def test_a_repeat_has_the_attributes_of_what_it_repeats():
    """5 at 5 that were counted twice, and 3 at 1."""
    event = {"account": "a", "time": "2025-02-10T10:00", "product": "t", "quantity": 5, "k": 150, "n": "1"}
    log = [event, event | {"time": "2025-02-10T11:00"}, event | {"quantity": 3, "k": 50, "n": "2"}]
    bills = faregate.bill(log, faregate.Book({**HEAD, **USES}), attributes=["k"], id="n", sort=True, detail=True)
    theirs = [{"month": "2025-02", "units": 13, "amount": "53"}]
    found = faregate.reconcile(bills, theirs, account="a", constants={"product": "t"})
    assert found.left == 0 and "(repeated) counted" in str(found)


def test_the_timeline_of_bills_opens_what_an_event_counts_for_in_its_edition():
    products = [{"id": name, "meter": "u", "price": FLAT} for name in ("p", "q")]
    both, one = ({"events": [{"id": "run", "products": names}], "products": products} for names in (["p", "q"], ["p"]))
    log = [
        {"account": name, "time": time, "product": product, "quantity": 5}
        for name, time, product in (
            ("early", "2024-12-30", "run"), ("a", "2025-02-10", "run"), ("a", "2025-03-10", "run"),
            ("b", "2025-03-10", "run"), ("b", "2025-03-11", "q"),
        )
    ]  # fmt: skip
    bills = faregate.bill(log, in_editions(both, one), sort=True, detail=True, until="2025-04-01")
    opened = {
        name: [command["product"] for command in bills.timeline(name)["commands"] if command["do"] == "open"]
        for name in bills.accounts
    }
    assert opened == {"early": ["p", "q"], "a": ["p", "q"], "b": ["p", "q"]}
    assert [command["do"] for command in bills.timeline("b")["commands"]] == ["open", "use", "open", "use"]
    assert sum(replayed_total(bills, name, "2025-04-01") for name in bills.accounts) == bills.total == 35


def test_the_timeline_of_bills_opens_what_an_event_of_an_adopted_edition_counts_for():
    products = [{"id": name, "meter": "u", "price": FLAT} for name in ("p", "q")]
    later = in_editions(
        {"products": products}, {"events": [{"id": "run", "products": ["p", "q"]}], "products": products}
    )
    adopt = {"at": "2025-02-01", "do": "adopt", "book": later.to_dict()}
    log = [
        {"account": "a", "time": time, "product": product, "quantity": 5}
        for time, product in (("2025-02-10", "q"), ("2025-03-10", "run"))
    ]
    book = faregate.Book(toy(products))
    bills = faregate.bill(log, book, accounts={"a": {"commands": [adopt]}}, detail=True, until="2025-04-01")
    assert replayed_total(bills, "a", "2025-04-01") == bills.total == 15


@pytest.mark.parametrize(
    ("given", "opened"),
    [
        ([("2025-02-01", "q")], "qqp"),  # no such product before March
        ([("2025-02-01", "p"), ("2025-03-05", "p")], "ppq"),  # open already, so that usage opens q alone
    ],
)
def test_the_timeline_of_bills_opens_what_a_refused_command_did_not(given, opened):
    products = [{"id": name, "meter": "u", "price": FLAT} for name in ("p", "q")]
    book = in_editions({"products": products[:1]}, {"products": products})
    commands = [{"at": at, "do": "open", "product": product} for at, product in given]
    log = [
        {"account": "a", "time": f"2025-03-{day}", "product": product, "quantity": 5}
        for day, product in ((10, "q"), (20, "p"))
    ]
    with pytest.warns(UserWarning, match="a command of account 'a' was refused"):
        bills = faregate.bill(log, book, accounts={"a": {"commands": commands}}, detail=True, until="2025-04-01")
    lived = pickle.loads(pickle.dumps(bills)).timeline("a")
    assert [command["product"] for command in lived["commands"] if command["do"] == "open"] == list(opened)
    answer = faregate.replay({**lived, "commands": [*lived["commands"], {"at": "2025-04-01", "do": "advance"}]})
    assert Decimal(answer["statement"]["spent"]["total"]) == bills.total == 10
    assert [outcome["do"] for outcome in answer["outcomes"] if not outcome["ok"]] == ["open"]


def test_commands_without_an_offset_are_in_the_books_time():
    """A pack of 00:00 comes before usage of 03:00 of that day, which is the day before in UTC."""
    pack = {"at": "2024-11-10", "do": "buy_pack", "product": "image", "pack": "calls-10k"}
    events = [{"account": "a", "time": "2024-11-10T03:00", "product": "image", "quantity": 12_000}]
    bills = faregate.bill(events, BOOK, accounts={"a": {"commands": [pack]}}, detail=True)
    commands = bills.timeline("a")["commands"]
    assert [command["do"] for command in commands] == ["buy_pack", "open", "use"]
    assert commands[0]["at"] == "2024-11-10T00:00:00+08:00"
    invoice = [row(amount="240.00")]  # 12,000 less 1,000 free and 10,000 of the pack, at 0.24
    assert faregate.reconcile(bills, invoice).equal


def test_accounts_with_a_past_have_no_timeline():
    account = faregate.Account(BOOK)
    bills = faregate.bill(LOG[2:3], BOOK, columns={"account": "customer"}, accounts={"b": account}, detail=True)
    with pytest.raises(faregate.Invalid, match="entered with a past"):
        bills.timeline("b")
    with pytest.raises(faregate.Invalid, match="no account"):
        bills.timeline("c")


def test_answers_go_on():
    found = faregate.reconcile(TIMELINE, [row(amount="969.60", units=15_040)])
    assert found.commands["id"].tolist()[0] == "c1" and found.commands["command"].tolist()[0] == 3
    html = found._repr_html_()
    assert "uncertain" in html and "969.60" in html
    assert json.loads(found.to_json())["rows"][0]["theirs_amount"] == "969.60"
    assert pickle.loads(pickle.dumps(found)).to_dict() == found.to_dict()
    assert found.rows.to_csv().startswith("month,product,kind,is,ours_units")
    assert str(found).splitlines()[1].startswith("1. 1 uncertain call of image at 2024-11-21")


@pytest.mark.parametrize(
    "more, message",
    [
        ({"columns": {"amount": "Totl"}}, "form.columns.amount.Totl: there is none of that name; the nearest is"),
        ({"columns": 5}, "columns: expected a dict"),
        ({"form": "tencent"}, "no shipped form 'tencent'; there are: tencent-bill-detail"),
        ({"form": 5}, "form: expected"),
        ({"kinds": {"x": "y"}}, "form.kinds: expected usage"),
        ({"causes": 3}, "causes: expected 0 to 2"),
        ({"books": 5}, "books: expected a list of price books, not int"),
        ({"books": "tencent-tts"}, "books: expected a list of price books, not str"),
        ({"books": [5]}, "book: expected a Book, a name, a path or a dict, not int"),
        ({"account": 1.5}, "account: expected a name, not float"),
        ({"decimals": 13}, "decimals: expected 0 to 12"),
        ({"columns": {"month": 5}}, "form.columns.month: expected the name of a column"),
        ({"causes": "2"}, "causes: expected a whole number"),
        ({"products": {"x": "y"}}, "form.products: the price book has no product y"),
    ],
)
def test_what_is_wrong_is_named(more, message):
    with pytest.raises(faregate.Error) as raised:
        faregate.reconcile(TIMELINE, [row(Total="1")], **more)
    assert message in str(raised.value)


@pytest.mark.parametrize("theirs", [5, b"x", [5]])
def test_theirs_is_refused_by_name(theirs):
    with pytest.raises(faregate.InvalidType, match="theirs"):
        faregate.reconcile(TIMELINE, theirs)


def test_the_command_line(ledger, tmp_path, capsys):
    invoice = tmp_path / "invoice.csv"
    invoice.write_text(CSV.replace("15,047;¥971.28", "15,040;¥969.60"), encoding="utf-8")
    options = [f"--column={name}={column}" for name, column in COLUMNS.items()]
    options += ["--product=Face Fusion (image)=image", "--only=Service=Face Fusion"]
    assert main(["reconcile", str(ledger), str(invoice), *options]) == 2
    told = capsys.readouterr().out
    assert "1. 1 uncertain call of image at 2024-11-21" in told and "explained" in told
    assert main(["reconcile", str(ledger), str(invoice), *options, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["explanations"][0]["causes"][0]["cause"] == "uncertain"
    invoice.write_text(CSV, encoding="utf-8")
    assert main(["reconcile", str(ledger), str(invoice), *options]) == 0
    assert main(["reconcile", str(ledger), str(invoice), "--column=amount"]) == 1


def test_the_shipped_forms_read():
    for path in (Path(__file__).parents[2] / "forms").glob("*.json"):
        assert faregate.reconcile(TIMELINE, {"DetailSet": []}, form=path.stem).read == 0


def test_two_readings_at_once_that_all_accounts_have_in_common():
    """The vendor lets a pack cover the whole month that it was bought in, and picks the tier by all units: what bills by
    his policy come to. Neither alone leads there."""
    sizes = {"a": 25_000, "b": 23_000}
    log = [
        {"account": name, "time": f"2024-11-{day}T10:00", "product": "image", "quantity": size // 2}
        for name, size in sizes.items()
        for day in (10, 25)
    ]
    pack = {"at": "2024-11-20T10:00", "do": "buy_pack", "product": "image", "pack": "calls-10k", "quantity": 2}
    held = {name: {"commands": [pack]} for name in sizes}
    policy = {"tier_basis": "total", "pack_reach": "whole_month"}
    his = faregate.bill(log, BOOK, accounts={name: {**known, "policy": policy} for name, known in held.items()})
    ours = faregate.bill(log, BOOK, accounts=held, detail=True)
    invoice = [
        {"account": line["account"], "month": line["month"], "product": "image", "amount": f"{line['amount']:f}"}
        for line in his.lines
    ]
    found = faregate.reconcile(ours, invoice, columns={"account": "account"})
    assert {row["is"] for row in found.rows} == {"explained"}
    assert any("tier_basis" in text and "pack_reach" in text and " and " in text for text in found.common)
    assert str(found).splitlines()[1].startswith("explains all of a, b: ")
