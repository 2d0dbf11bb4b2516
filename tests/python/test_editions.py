"""Editions of a price book (R37): what stands when, what differs, and lives over a change."""

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import faregate
import pytest
from toy import HEAD


def product(name: str, price: dict, **keys) -> dict:
    return {"id": name, "meter": "units", "price": price, **keys}


def flat(price: str) -> dict:
    return {"model": "flat", "price": price}


def book_of(*editions: tuple[str, list]) -> faregate.Book:
    listed = [{"effective": effective, "products": products} for effective, products in editions]
    return faregate.Book({**HEAD, "editions": listed})


TWO = book_of(
    ("2024-01-01", [product("p", flat("1"))]), ("2025-03-16", [product("p", flat("2")), product("q", flat("5"))])
)


def spent(account) -> Decimal:
    return account.statement().spent.total


def test_the_price_of_a_date():
    assert [edition.effective for edition in TWO.editions] == ["2024-01-01", "2025-03-16"]
    for day, price in (("2020-01-01", 1), ("2025-03-15", 1), ("2025-03-16", 2), (date(2030, 1, 1), 2)):
        assert TWO.price("p", "units", 1, at=day).amount == price
        assert TWO.as_of(day).price("p", "units", 1).amount == price
        assert list(TWO.price_many("p", "units", [3], at=day)) == [3 * price]
        assert TWO.curve("p", most=7, at=day).pieces[-1].last == 7 * price
    with pytest.raises(faregate.UnknownProduct):
        TWO.price("q", "units", 1, at="2025-03-15")
    assert TWO.as_of("2026-01-01").editions == ()


def test_totals_of_a_month_in_which_prices_change_ask_for_what_came_before():
    with pytest.raises(faregate.Invalid, match="before"):
        TWO.bill_many("p", [1], at="2025-03-01")
    assert TWO.bill_many("p", [5], at="2025-03-01", before={"2025-03-16": 3})["amount"].tolist() == [3 * 1 + 2 * 2]
    assert TWO.as_of("2025-03-01").bill_many("p", [2], at="2025-03-01") is not None


def test_what_differs():
    diff = TWO.as_of("2024-01-01").diff(TWO.as_of("2026-01-01"))
    assert [(each.path, each.for_people) for each in diff] == [
        ("products[p].price.price", False),
        ("products[q]", False),
    ]
    assert (diff[0].ours, diff[0].theirs) == (Decimal(1), Decimal(2))
    assert diff[1].ours is None
    assert str(diff).startswith("products[p].price.price: 1.00 -> 2.00\nproducts[q]: nothing -> {id: q")
    titled = faregate.Book(TWO.to_dict() | {"title": "Toys <b>"})
    assert str(TWO.diff(titled)) == "texts for people:\n  title: Toy -> Toys <b>"
    assert "Toys &lt;b&gt;" in TWO.diff(titled)._repr_html_()
    assert TWO.diff(TWO) == ()
    with pytest.raises(faregate.InvalidType):
        TWO.diff(7)
    with pytest.raises(faregate.UnknownBook):
        TWO.diff("toy")


def test_a_bill_over_a_change_and_at_the_prices_of_a_date():
    pyarrow = pytest.importorskip("pyarrow")
    events = pyarrow.table(
        {
            "time": ["2025-03-15T12:00", "2025-03-16T12:00"],
            "quantity": [10, 10],
            "product": ["p", "p"],
            "account": ["a", "a"],
        }
    )
    assert faregate.bill(events, book=TWO).total == 30
    assert faregate.bill(events, book=TWO.as_of("2024-06-01")).total == 20
    assert faregate.bill(events, book=TWO.as_of("2025-06-01")).total == 40


def test_adopt():
    account = faregate.Account(TWO.as_of("2024-01-01"))
    account.open("p", at="2025-03-01")
    done = account.adopt(TWO, at="2025-03-01")
    assert (done.edition, done.effective) == ("2025-03-16", "2025-03-16")
    assert account.adopt(TWO, at="2025-03-02").repeated
    assert [edition.effective for edition in account.book.editions] == ["2024-01-01", "2025-03-16"]
    fork = account.fork()
    for each in (account, fork):
        each.use("p", 1, at="2025-03-15T23:59:59")
        each.use("p", 1, at="2025-03-16")
        each.advance(at="2025-04-01")
        assert spent(each) == 3
    [invoice] = account.statement().invoices
    assert [(line.units, line.amount) for line in invoice.lines] == [(2, 3)]
    with pytest.raises(faregate.StartInPast):
        account.adopt(TWO.as_of("2024-01-01").to_dict(), effective="2025-04-01")
    with pytest.raises(faregate.BookMismatch, match="currency"):
        account.adopt(TWO.to_dict() | {"currency": "USD"}, effective="2025-05-01")


def ruled(*order: str) -> dict:
    """A price list whose two rules meet in usage of b in y, for which the first of them says the price."""
    rules = {
        "by-model": {"id": "by-model", "when": {"model": "b"}, "price": flat("2")},
        "by-region": {"id": "by-region", "when": {"region": "y"}, "price": flat("3")},
    }
    return {
        "attributes": [{"id": "model", "values": ["a", "b"]}, {"id": "region", "values": ["x", "y"]}],
        "products": [product("p", flat("1"), rules=[rules[name] for name in order])],
    }


def test_what_a_commit_adds_has_the_price_of_its_call_where_the_product_is_sold_no_more():
    p, q = product("p", flat("3")), product("q", flat("1"))
    book = book_of(("2025-01-01", [p, q]), ("2025-02-01", [q]))
    account = faregate.Account(book)
    account.open("p", at="2025-01-01")
    account.call("p", "c", quantity=2, at="2025-01-31")
    assert account.commit("c", quantity=7, at="2025-02-02").extra.postpaid == 5
    account.advance(at="2025-03-01")
    assert [invoice.total for invoice in account.statement().invoices] == [2 * 3, 5 * 3]


def test_the_order_of_rules_is_a_difference():
    asked = {"model": "b", "region": "y"}
    first, other = ruled("by-model", "by-region"), ruled("by-region", "by-model")
    before, after = (faregate.Book({**HEAD, **keys}) for keys in (first, other))
    assert [book.price("p", "units", 1, attributes=asked).amount for book in (before, after)] == [2, 3]
    [found] = before.diff(after)
    assert (found.path, found.for_people) == ("products[p].rules", False)
    assert [rule["id"] for rule in found.ours] == ["by-model", "by-region"]
    assert [rule["id"] for rule in found.theirs] == ["by-region", "by-model"]

    dated = faregate.Book({**HEAD, "editions": [{"effective": "2024-01-01", **first}]})
    account = faregate.Account(dated)
    account.open("p", at="2025-03-01")
    past = {**HEAD, "editions": [{"effective": "2024-01-01", **other}, {"effective": "2025-03-16", **other}]}
    with pytest.raises(faregate.BookMismatch, match="rules"):
        account.adopt(past, at="2025-03-01")
    past["editions"][0] = {"effective": "2024-01-01", **first}
    assert account.adopt(past, at="2025-03-01").edition == "2025-03-16"
    account.use("p", 1, attributes=asked, at="2025-03-15")
    account.use("p", 1, attributes=asked, at="2025-03-16")
    account.advance(at="2025-04-01")
    assert spent(account) == 2 + 3


def test_the_order_of_keys_is_no_difference():
    def book(sources: dict, asked: dict) -> faregate.Book:
        example = {"label": "e", "commands": [{"do": "use", "attributes": asked}], "total": "0"}
        return faregate.Book({**HEAD, **ruled("by-model"), "sources": sources, "examples": [example]})

    ours = book({"a": "1", "b": "2"}, {"model": "b", "region": "y"})
    assert ours.diff(book({"b": "2", "a": "1"}, {"region": "y", "model": "b"})) == ()
    others = ours.diff(book({"b": "1", "a": "2"}, {"region": "b", "model": "y"}))
    assert [found.path for found in others] == ["sources", "examples[0].commands"]


def test_a_rule_between_others_is_one_difference():
    three = ruled("by-model", "by-region")
    three["products"][0]["rules"].insert(1, {"id": "more", "when": {"model": "a", "region": "x"}, "price": flat("4")})
    more = faregate.Book({**HEAD, **three})
    less = faregate.Book({**HEAD, **ruled("by-model", "by-region")})
    assert [found.path for found in less.diff(more)] == ["products[p].rules[more]"]
    assert [found.path for found in more.diff(less)] == ["products[p].rules[more]"]


def test_the_order_of_pools_is_a_difference():
    def pooled(*order: str) -> faregate.Book:
        pools = [{"id": name, "unit": "point", "covers": [{"product": "p", "weight": "1"}]} for name in order]
        return faregate.Book({**HEAD, "products": [product("p", flat("1"))], "pools": pools})

    assert [found.path for found in pooled("one", "two").diff(pooled("two", "one"))] == ["pools"]
    assert pooled("one", "two").diff(pooled("one", "two")) == ()


WEEKLY = {"id": "free", "quantity": 5, "issue": {"every": "week", "for": {"days": 70}}, "validity": "period"}


@pytest.mark.parametrize("of_pool", [False, True], ids=["product", "pool"])
@pytest.mark.parametrize(
    "change",
    [
        {"quantity": 4},
        {"issue": {"every": "month", "for": {"days": 70}}},
        {"issue": {"every": "week", "for": {"days": 35}}},
        {"rollover": 2},
        None,
    ],
    ids=str,
)
def test_a_changed_free_quota_is_announced(of_pool, change):
    """R5, of the grants of pools, too, and of everything that decides how many units there are."""

    def edition(effective: str, grants: list, **keys) -> dict:
        covers = [{"product": "p", "weight": "1"}]
        pools = [{"id": "points", "unit": "point", "covers": covers, "grants": grants}] if of_pool else []
        products = [product("p", flat("1"), **({} if of_pool else {"grants": grants}))]
        return {"effective": effective, "products": products, "pools": pools, **keys}

    grants = [] if change is None else [WEEKLY | change]
    days = faregate.Book({**HEAD, "products": [product("p", flat("1"))]}).notice_days
    for notice in (days - 1, days):
        announced = (date(2025, 6, 1) - timedelta(notice)).isoformat()
        later = edition("2025-06-01", grants, announced=announced)
        keys = {**HEAD, "editions": [edition("2024-01-01", [WEEKLY]), later]}
        assert [fault.path for fault in faregate.Book.errors(keys)] == ["editions[1].effective"] * (notice < days)
        if change is None:
            continue  # an account adopts no book without a grant that it has
        account = faregate.Account({**HEAD, "editions": [edition("2024-01-01", [WEEKLY])]})
        account.open("p", at="2025-03-01")
        brought = {**HEAD, "editions": [later]}
        if notice < days:
            with pytest.raises(faregate.NoticeTooShort):
                account.adopt(brought, at="2025-03-01")
        else:
            assert account.adopt(brought, at="2025-03-01").edition == "2025-06-01"


def test_two_handles_of_a_ledger_one_of_which_adopts(tmp_path):
    path = tmp_path / "booth.db"
    first = faregate.open(path, book=TWO.as_of("2024-01-01"))
    first.open("p", at="2025-03-01")
    second = faregate.open(path)
    second.adopt(TWO, at="2025-03-01")
    first.use("p", 1, at="2025-03-15")
    first.use("p", 1, at="2025-03-16")
    second.advance(at="2025-04-01")
    assert spent(first) == spent(second) == 3
    first.release()
    second.release()
    again = faregate.open(path, read_only=True)
    assert spent(again) == 3
    again.release()


def tiers_of(rng: random.Random, first: int) -> dict:
    model = rng.choice(["flat", "volume", "graduated"])
    if model == "flat":
        return flat(str(first))
    edges = sorted({0, *(rng.randrange(1, 60) for _ in range(rng.randrange(3)))})
    prices = [str(first - i) for i in range(len(edges))]
    tiers = [{"from": edge, "price": price} for edge, price in zip(edges, prices, strict=True)]
    return {"model": model, "tiers": tiers}


def amount_of(price: dict, begin: int, end: int, count: int) -> Fraction:
    """Units begin … end of a period that has `count` in all."""
    if price["model"] == "flat":
        return Fraction(price["price"]) * (end - begin)
    reached = [Fraction(tier["price"]) for tier in price["tiers"] if tier["from"] <= count]
    if price["model"] == "volume":
        return reached[-1] * (end - begin)
    return sum(
        (
            Fraction([tier["price"] for tier in price["tiers"] if tier["from"] <= unit][-1])
            for unit in range(begin, end)
        ),
        Fraction(0),
    )


def live(book: faregate.Book, uses: list[tuple[date, int]]) -> Decimal:
    account = faregate.Account(book)
    account.open("p", at="2025-01-01")
    for day, quantity in uses:
        account.use("p", quantity, at=day)
    account.advance(at="2025-07-01")
    return spent(account)


@pytest.mark.parametrize("seed", range(60))
def test_random_editions_against_a_sum_unit_by_unit(seed):
    rng = random.Random(seed)
    cuts = sorted(rng.sample(range(1, 150), rng.randrange(1, 5)))
    days = [date(2025, 1, 1), *(date(2025, 1, 1) + timedelta(cut) for cut in cuts)]
    prices = [tiers_of(rng, rng.randrange(10, 20)) for _ in days]
    model = prices[0]["model"]
    prices = [price if price["model"] == model else prices[0] for price in prices]
    book = book_of(*((day.isoformat(), [product("p", price)]) for day, price in zip(days, prices, strict=True)))
    uses = sorted((date(2025, 1, 1) + timedelta(rng.randrange(180)), rng.randrange(30)) for _ in range(25))
    expected = Fraction(0)
    for month in range(1, 7):
        of_month = [(day, quantity) for day, quantity in uses if day.month == month]
        count = sum(quantity for _, quantity in of_month)
        begin = 0
        for day, quantity in of_month:
            price = prices[max(i for i, effective in enumerate(days) if effective <= day)]
            expected += amount_of(price, begin, begin + quantity, count)
            begin += quantity
    assert Fraction(live(book, uses)) == expected


@pytest.mark.parametrize("seed", range(20))
def test_editions_with_equal_prices_change_nothing(seed):
    rng = random.Random(seed)
    keys = {
        "grants": [{"id": "free", "quantity": 20, "issue": "monthly", "validity": "month"}],
        "outcomes": [{"code": "Fault*", "billable": "no"}],
    }
    sold = [product("p", tiers_of(rng, 15), **keys)]
    cuts = sorted(rng.sample(range(1, 170), 4))
    dates = ["2025-01-01", *((date(2025, 1, 1) + timedelta(cut)).isoformat() for cut in cuts)]
    uses = sorted((date(2025, 1, 1) + timedelta(rng.randrange(180)), rng.randrange(30)) for _ in range(25))
    assert live(book_of(*((day, sold) for day in dates)), uses) == live(faregate.Book({**HEAD, "products": sold}), uses)


def billed(book, *rows, **options):
    """What a log is billed, (account, product, amount) of each line, and what is refused; a row is account, day, name."""
    log = [{"account": a, "time": day, "product": name, "quantity": 1} for a, day, name in rows]
    bills = faregate.bill(log, book, **options)
    refused = [(row["account"], row["product"], row["code"]) for row in bills.refusals]
    return [(line["account"], line["product"], line["amount"]) for line in bills.lines], refused, bills


def test_a_log_is_billed_by_names_that_later_editions_bring():
    lines, refused, _ = billed(TWO, ("x", "2024-06-01", "p"), ("x", "2025-06-01", "q"), ("y", "2025-06-01", "q"))
    assert lines == [("x", "p", 1), ("x", "q", 5), ("y", "q", 5)] and refused == []
    lines, refused, _ = billed(TWO, ("x", "2024-06-01", "q"), ("x", "2024-06-01", "none"))
    assert lines == [] and refused == [("x", "q", "unknown_product"), ("x", "none", "unknown_product")]


def test_an_event_of_a_log_opens_what_the_edition_of_its_day_says():
    base = [{"id": "base", "amount": "50", "every": "month"}]
    products = [product("a", flat("1")), product("b", flat("10"), fees=base), product("c", flat("100"), fees=base)]
    run, walk = {"id": "run", "products": ["a"]}, {"id": "walk", "products": ["b", "c"]}
    editions = [
        {"effective": "2024-01-01", "products": products, "events": [run]},
        {"effective": "2025-01-01", "products": products, "events": [walk, run]},
    ]
    book = faregate.Book({**HEAD, "editions": editions})
    lines, refused, _ = billed(book, ("x", "2025-06-01", "a"), ("x", "2025-06-02", "run"))
    assert lines == [("x", "a", 2)] and refused == []
    lines, refused, _ = billed(book, ("x", "2024-06-01", "walk"), ("x", "2025-06-02", "walk"), until="2025-06-30")
    assert refused == [("x", "walk", "unknown_product")]
    assert billed(book, ("x", "2025-06-02", "walk"))[0] == [
        ("x", "b", 10),
        ("x", "b", 50),
        ("x", "c", 100),
        ("x", "c", 50),
    ]


def test_a_log_goes_on_from_accounts_of_a_book_with_editions():
    account = faregate.Account(TWO)
    account.open("p", at="2024-02-01")
    account.use("p", 4, at="2024-02-02")
    lines, refused, bills = billed(TWO, ("x", "2024-03-01", "p"), accounts={"x": account}, until="2024-03-15")
    assert lines == [("x", "p", 4)] and refused == []
    lines, refused, _ = billed(TWO, ("x", "2025-04-01", "p"), ("x", "2025-04-02", "q"), states=bills.states)
    assert lines == [("x", "p", 1), ("x", "p", 2), ("x", "q", 5)] and refused == []


def test_a_log_is_billed_by_names_that_its_account_has_adopted():
    begun = faregate.Book({**HEAD, "products": [product("p", flat("1"))]})
    later = book_of(("2025-01-01", [product("p", flat("2")), product("q", flat("5"))]))
    commands = [
        {"at": "2024-06-01", "do": "open", "product": "p"},
        {"at": "2024-07-01", "do": "adopt", "book": later, "effective": "2025-01-01"},
    ]
    rows = [("x", "2025-06-01", "q"), ("x", "2025-06-02", "p"), ("y", "2025-06-02", "q")]
    lines, refused, bills = billed(begun, *rows, accounts={"x": {"commands": commands}}, until="2025-07-15")
    assert lines == [("x", "p", 2), ("x", "q", 5)] and refused == [("y", "q", "unknown_product")]
    lines, refused, _ = billed(begun, ("x", "2025-08-01", "q"), states=bills.states)
    assert lines == [("x", "q", 5)] and refused == []


def test_a_log_has_attributes_that_later_editions_declare():
    rule = {"id": "large", "when": {"size": "l"}, "price": flat("7")}
    size = [{"id": "size", "values": ["s", "l"], "default": "s"}]
    editions = [
        {"effective": "2024-01-01", "products": [product("p", flat("1"))]},
        {"effective": "2025-01-01", "products": [product("p", flat("1"), rules=[rule])], "attributes": size},
    ]
    book = faregate.Book({**HEAD, "editions": editions})
    days = (("2024-06-01", None), ("2025-06-01", "l"), ("2025-06-02", "s"))
    log = [{"account": "x", "time": day, "product": "p", "quantity": 1, "size": value} for day, value in days]
    bills = faregate.bill(log, book, attributes=["size"])
    assert sorted(line["amount"] for line in bills.lines) == [1, 1, 7] and len(bills.refusals) == 0


def test_adopting_is_refused_as_any_command_is_where_too_much_falls_due_before():
    hourly = product("p", flat("1"), tier_period="hour", settle="hour")
    account = faregate.Account({**HEAD, "products": [hourly]})
    account.open("p", at="2000-01-01")
    before = account.statement()
    with pytest.raises(faregate.TooFar, match="advance in steps"):
        account.adopt(book_of(("3000-01-01", [hourly])), at="2999-01-01")
    assert account.statement() == before
