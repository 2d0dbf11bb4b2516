"""What notebooks show: tables made for reading."""

import re
from decimal import Decimal

import faregate
import pytest
from faregate._html import two_decimals


def texts(html):
    """The rows of all tables, as texts of their cells."""
    rows = re.findall(r"<tr>(.*?)</tr>", html)
    return [[re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row)] for row in rows]


@pytest.fixture
def lived(account):
    account.buy_pack("image", "calls-1k", id="p", at="2024-11-06")
    account.use("image", 2_500, at="2024-11-06")
    account.advance(at="2024-12-02T10:30")
    account.buy_pack("image", "calls-10k", id="q", at="2024-12-02T10:30")
    account.use("image", 1_500, at="2024-12-02T10:30")
    return account


def test_a_statement_is_a_page(lived):
    html = lived.statement()._repr_html_()
    assert html.startswith("<p><b>active</b>, 2024-12-02 10:30+08:00, unlimited funds</p>")
    rows = texts(html)
    assert rows[0][:4] == ["product", "mode", "total this month", "free this month"]
    assert rows[1] == ["image", "calls", "1,500", "1,000", "500", "0", "0", "0", "0", "9,500"]
    assert rows[3][:5] == ["image", "q", "paid", "calls-10k", "10,000"]
    assert rows[5][:2] == ["2024-11", "image"] and "amount (CNY)" in rows[4] and "120.00" in rows[5]
    assert "image-pro" not in html and len(html) < 6_000  # what was never open says nothing
    assert lived.fork().statement()._repr_html_() == html
    limited = faregate.Account(lived.book, wallet={"cash": "12.5"}).statement()._repr_html_()
    assert "balance 12.50 CNY" in limited


def test_a_long_statement_shows_the_latest_lines(book):
    account = faregate.Account(book)
    account.open("image", at="2020-01-01")
    for month in range(48):
        account.use("image", 2_000, at=f"{2020 + month // 12}-{month % 12 + 1:02}-05")
    html = account.statement()._repr_html_()
    assert "<p>and 27 lines before</p>" in html and "2023-11" in html and "2020-01" not in html


def test_lists_of_results_are_tables(lived, book):
    for results in (lived.invoices, book.products, book.cliffs("image"), book.price("image", "calls", 5).lines):
        assert isinstance(results, tuple) and results._repr_html_().startswith("<table>")
        assert results == tuple(results) and repr(results) == repr(tuple(results))
    ways = {"book": book, "product": "image"}, {"book": book, "product": "image", "pack": "calls-10k"}
    rows = texts(faregate.break_even(*ways, 20_000)._repr_html_())
    assert rows[0] == ["from", "to", "cheaper", "a", "b"] and rows[2] == ["1", "6,249", "a", "0.24", "1,500.00"]
    assert faregate.Account(book).invoices._repr_html_() is None  # the notebook shows its repr


def test_numbers_stand_to_the_right(book):
    html = book.price("image", "calls", 89_000)._repr_html_()
    assert '<td style="text-align:right">16,020.00</td>' in html and ">image</td>" in html


def test_money_has_its_currency(book):
    rows = [{"account": "a", "time": "2024-11-05", "product": "image", "quantity": 5_000}]
    html = faregate.bill(rows, book, until="2024-11-20")._repr_html_()
    assert "<p>960.00 CNY not settled yet</p>" in html
    html = faregate.bill(rows, book)._repr_html_()
    assert "<th>amount (CNY)</th>" in html and "not settled" not in html and "<th>edition</th>" not in html
    forecast = {"product": "image", "start": "2025-01", "calls": [15_000]}
    assert "<th>total (CNY)</th>" in faregate.compare(book, forecast)._repr_html_()
    assert "<th>amount (CNY)</th>" in faregate.cheapest(book, forecast)._repr_html_()


def test_differences_have_two_decimals(book):
    def bills(*units):
        return faregate.bill(
            [
                {"account": "a", "time": f"2024-{11 + place}-05", "product": "image", "quantity": quantity}
                for place, quantity in enumerate(units)
            ],
            book,
        )

    difference = faregate.diff(bills(3_000, 11_111), bills(20_000, 7_777))
    amounts = [row[1] for row in texts(difference._repr_html_())[1:]]
    assert len(amounts) == 5 and all(re.fullmatch(r"-?[\d,]+\.\d\d", amount) for amount in amounts)
    assert two_decimals(Decimal("-1.005")) == Decimal("-1.00") and two_decimals(Decimal("1.016")) == Decimal("1.02")
    assert two_decimals(Decimal("98765432109876543210.129")) == Decimal("98765432109876543210.13")


def test_a_quote_is_a_page_with_its_currency(book):
    html = book.quote({"image": {"calls": 90_000}}, at="2024-11-05")._repr_html_()
    assert html.startswith("<p><b>16,020.00 CNY</b>, prices of tencent-facefusion</p><table>")
    rows = texts(html)
    line = dict(zip(rows[0], rows[1]))
    assert line["month"] == "2024-11" and line["amount (CNY)"] == "16,020.00" and line["unit_price (CNY)"] == "0.18"
    assert "pack" not in rows[0]  # no column that no row has a value of
    assert rows[2] == ["product", "grant", "month", "units", "used"]
    assert rows[3:] == [["image", "free-calls", "2024-11", "1,000", "1,000"]]


def test_rows_of_rows_are_flat(book):
    months = faregate.follow(book, {"product": "image", "start": "2025-01", "calls": [5_000]}, "postpaid").months
    rows = texts(months._repr_html_())
    assert len(rows) == 2 and dict(zip(*rows))["cost postpaid"] == "960.00"
    products = texts(book.products._repr_html_())
    assert len(products) < 25  # only tiers, which have no names, are tables within
    head = products[0]
    assert "packs" in head and "rules" not in head
    assert "calls-1k, calls-10k, calls-100k" in book.products._repr_html_()


def test_a_month_is_not_broken(book):
    bills = faregate.bill([{"account": "a", "time": "2024-11-05", "product": "image", "quantity": 5}], book)
    assert '<td style="white-space:nowrap">2024-11</td>' in bills._repr_html_()
