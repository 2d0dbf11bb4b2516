"""Usage that carries attributes, through every door: accounts, calls, ledgers, logs. The book is 6.1, 6.2 and 6.15 in
one."""

import collections
import copy
import io
import json
from decimal import Decimal

import faregate
import pytest
from toy import toy

DAY = "2025-01-10T12:00:00"
BOOK = {
    "format": "faregate-book/2",
    "id": "toy-parrot",
    "title": "Parrot",
    "currency": "EUR",
    "minor_digits": 2,
    "time_zone": "+00:00",
    "rounding": "none",
    "attributes": [
        {"id": "model", "values": ["big", "mini"]},
        {"id": "region", "values": ["eu", "us"], "default": "eu"},
        {"id": "prompt", "whole": {"from": 0}, "default": 0},
        {"id": "plan", "values": ["gold", "none"], "of": "account", "default": "none"},
        {"id": "ms", "whole": {"from": 0}, "default": 0},
        {"id": "do", "values": ["scan", "ping"], "default": "scan"},
    ],
    "events": [{"id": "run", "products": ["runs", "ticks"]}],
    "products": [
        {
            "id": "tokens",
            "meter": "tokens",
            "price": {"model": "flat", "per": 1000000, "price": "3"},
            "grants": [{"id": "gift", "quantity": 1000, "issue": "monthly", "validity": "month"}],
            "rules": [
                {"when": {"region": "us"}, "factor": "1.2"},
                {"when": {"plan": "gold"}, "factor": "0.5"},
                {"id": "mini", "when": {"model": "mini"}, "price": {"model": "flat", "per": 1000000, "price": "0.30"}},
                {
                    "id": "long",
                    "when": {"prompt": {"from": 100000}},
                    "price": {"model": "flat", "per": 1000000, "price": "6"},
                },
            ],
        },
        {
            "id": "runs",
            "meter": "runs",
            "price": {"model": "flat", "per": 1000, "price": "0.10"},
            "packs": [{"id": "p", "units": 100, "price": "1", "validity": {"days": 30}}],
        },
        {
            "id": "ticks",
            "meter": "ticks",
            "quantity": [{"of": "ms", "divide": 100}],
            "price": {"model": "flat", "per": 1000, "price": "0.50"},
        },
        {
            "id": "scan",
            "meter": "calls",
            "price": {"model": "flat", "price": "0.01"},
            "rules": [{"when": {"do": "ping"}, "billable": "no"}],
        },
    ],
}


@pytest.fixture(scope="module")
def book():
    return faregate.Book(BOOK)


def opened(account):
    for product in ("tokens", "runs", "ticks", "scan"):
        account.ensure_open(product, at="2025-01-01")
    return account


@pytest.fixture
def account(book):
    return opened(faregate.Account(book))


def month(account, product):
    return account.statement()["products"][product]["month"].to_dict()


def spent(account):
    account.advance(at="2025-02-01")
    return account.statement()["spent"]["postpaid"]


def test_each_usage_at_its_own_price(account):
    account.use("tokens", 1000, at=DAY, attributes={"model": "big"})  # the grant
    account.use("tokens", 50_000, at=DAY, attributes={"model": "big", "prompt": 50_000})
    account.use("tokens", 200_000, at=DAY, attributes={"model": "big", "prompt": 200_000, "region": "us"})
    account.use("tokens", 10_000, at=DAY, attributes={"prompt": 200_000, "model": "mini"})
    # 50,000 × 3/M + 200,000 × 6/M × 1.2 + 10,000 × 0.30/M
    assert str(spent(account)) == "1.593"


@pytest.mark.parametrize(
    "attributes, error, path",
    [
        ({}, faregate.MissingAttribute, "attributes.model"),
        ({"model": "huge"}, faregate.UnknownValue, "attributes.model"),
        ({"model": 1}, faregate.UnknownValue, "attributes.model"),
        ({"model": "big", "prompt": -1}, faregate.UnknownValue, "attributes.prompt"),
        ({"model": "big", "prompt": "5"}, faregate.UnknownValue, "attributes.prompt"),
        ({"model": "big", "plan": "gold"}, faregate.UnknownValue, "attributes.plan"),
        ({"model": "big", "hour": 3}, faregate.UnknownValue, "attributes.hour"),
        ({"modle": "big"}, faregate.UnknownValue, "attributes.modle"),
    ],
)
def test_what_the_book_does_not_declare_is_refused(account, attributes, error, path):
    before = account.statement(at=DAY)
    for refused in (
        lambda: account.use("tokens", 5, at=DAY, attributes=attributes),
        lambda: account.call("tokens", at=DAY, attributes=attributes, id="c"),
        lambda: account.adjust("tokens", 5, "late", at=DAY, attributes=attributes),
    ):
        with pytest.raises(error) as caught:
            refused()
        assert caught.value.path == path
    assert account.statement() == before


def test_a_product_without_rules_takes_what_is_declared(account):
    account.use("runs", 5, at=DAY, attributes={"model": "big"})
    with pytest.raises(faregate.UnknownValue):
        account.use("runs", 5, at=DAY, attributes={"model": "huge"})
    assert month(account, "runs")["postpaid"] == 5


def test_what_a_rule_does_not_bill_is_unbilled(account):
    used = account.use("scan", 50, at=DAY, attributes={"do": "ping"})
    assert (used.postpaid, used.unbilled) == (0, 50)
    assert account.use("scan", 10, at=DAY).postpaid == 10
    assert str(spent(account)) == "0.10"


def test_the_same_command_whatever_the_order_of_names(account):
    first = account.use("tokens", 5, at=DAY, id="u", attributes={"model": "big", "prompt": 1})
    again = account.use("tokens", 5, at=DAY, id="u", attributes={"prompt": 1, "model": "big"})
    assert again.to_dict() == {**first.to_dict(), "repeated": True}
    for other in ({"model": "big"}, {"model": "mini", "prompt": 1}, {"model": "big", "prompt": 2}, None):
        with pytest.raises(faregate.IdConflict):
            account.use("tokens", 5, at=DAY, id="u", attributes=other)


def test_attributes_of_the_account_hold_from_when_they_are_set(book):
    account = opened(faregate.Account(book, attributes={"plan": "none"}))
    account.use("tokens", 1_001_000, at=DAY, attributes={"model": "big"})  # 3
    account.set(attributes={"plan": "gold"}, at=DAY)
    account.use("tokens", 1_000_000, at=DAY, attributes={"model": "big"})  # 3 × 0.5
    assert str(spent(account)) == "4.50"
    with pytest.raises(faregate.UnknownValue) as caught:
        account.set(attributes={"model": "big"}, at="2025-02-01")
    assert caught.value.path == "attributes.model"
    with pytest.raises(faregate.Invalid) as caught:
        faregate.Account(book, attributes={"plan": "lead"})
    assert caught.value.path == "attributes.plan"


def test_a_commit_brings_what_is_known_at_the_end(account):
    call = account.call("ticks", quantity=10, at=DAY, attributes={"ms": 250})  # 10 × 3
    assert call.postpaid == 30
    assert call.commit(attributes={"ms": 90}, at=DAY).to_dict() == {
        "do": "commit",
        "ok": True,
        "returned": 20,
        "lost": 0,
    }
    call = account.call("ticks", quantity=10, at=DAY, attributes={"ms": 250})
    ended = call.commit(attributes={"ms": 410}, quantity=8, at=DAY)  # 8 × 5
    assert (ended.returned, ended.extra.postpaid) == (0, 10)
    assert month(account, "ticks")["postpaid"] == 10 + 40


def test_a_commit_changes_the_price_as_if_the_call_had_been_made_so(account):
    account.use("tokens", 1000, at=DAY, attributes={"model": "mini"})  # the grant
    call = account.call("tokens", quantity=1_000_000, at=DAY, id="c", attributes={"model": "big"})
    account.use("tokens", 1_000_000, at=DAY, attributes={"model": "big"})
    call.commit(attributes={"model": "mini", "region": "us"}, at=DAY)
    again = account.commit("c", attributes={"region": "us", "model": "mini"}, at=DAY)
    assert again.repeated
    with pytest.raises(faregate.AlreadyFinished):
        account.commit("c", attributes={"model": "mini"}, at=DAY)
    assert str(spent(account)) == "3.36"  # 3 + 0.30 × 1.2


def test_the_accounts_attributes_are_those_of_the_call(account):
    account.use("tokens", 1000, at=DAY, attributes={"model": "mini"})
    call = account.call("tokens", quantity=1_000_000, at=DAY, attributes={"model": "mini"})
    account.set(attributes={"plan": "gold"}, at=DAY)
    call.commit(attributes={"model": "big"}, at=DAY)
    assert str(spent(account)) == "3.00"


def test_a_refused_commit_leaves_the_call(account):
    call = account.call("tokens", quantity=5, at=DAY, id="c", attributes={"model": "big"})
    with pytest.raises(faregate.UnknownValue) as caught:
        call.commit(attributes={"model": "huge"}, at=DAY)
    assert caught.value.path == "attributes.model" and call.state == "held"
    call.commit(at=DAY)


def test_a_commit_that_is_billed_after_all(account):
    call = account.call("scan", quantity=3, at=DAY, attributes={"do": "ping"})
    assert call.unbilled == 3
    call.commit(attributes={"do": "scan"}, at=DAY)
    call = account.call("scan", quantity=4, at=DAY)
    call.commit(attributes={"do": "ping"}, at=DAY)
    assert month(account, "scan") == {
        "total": 7,
        "free": 0,
        "packs": 0,
        "postpaid": 3,
        "unbilled": 4,
        "uncertain": 0,
    }


def test_an_event_is_one_of_each_of_its_products(account):
    account.buy_pack("runs", "p", at=DAY, id="pack")
    used = account.use("run", 150, at=DAY, attributes={"ms": 230}, id="e")
    # 100 runs of the pack and 50 more, 150 × 3 ticks
    assert (used.free, used.packs[0].units, used.postpaid) == (0, 100, 50 + 450)
    again = account.use("run", 150, at=DAY, attributes={"ms": 230}, id="e")
    assert again.to_dict() == {**used.to_dict(), "repeated": True}
    assert str(spent(account)) == "0.23"  # 50 × 0.10/1,000 + 450 × 0.50/1,000


def test_an_event_happens_whole_or_not_at_all(book):
    account = faregate.Account(book)
    account.open("runs", at=DAY)
    before = account.statement()
    with pytest.raises(faregate.NotOpen):
        account.use("run", 1, at=DAY, attributes={"ms": 1})
    account.open("ticks", at=DAY)
    with pytest.raises(faregate.UnknownValue) as caught:
        account.use("run", 1, at=DAY, attributes={"ms": -1})
    assert caught.value.path == "attributes.ms"
    with pytest.raises(faregate.Overflow):
        account.use("run", 2**62, at=DAY, attributes={"ms": 1000})
    assert account.statement()["products"]["runs"]["month"] == before["products"]["runs"]["month"]


def test_units_of_all_products_of_an_event_are_counted_together():
    """Each product could count them, but what the event answers is their sum."""
    most = 2**63 - 1
    free = {"meter": "u", "price": {"model": "flat", "price": "0"}}
    event = {"id": "e", "products": ["p", "q"]}
    account = faregate.Account(faregate.Book(toy([{"id": "p", **free}, {"id": "q", **free}], events=[event])))
    account.open("p", at=DAY)
    account.open("q", at=DAY)
    with pytest.raises(faregate.Overflow):
        account.use("e", most // 2 + 1, at=DAY)
    account.call("e", quantity=2, at=DAY, id="c")
    for quantity in (most, most // 2 + 1):
        with pytest.raises(faregate.Overflow):
            account.commit("c", quantity=quantity, at=DAY)
    assert [account.statement().products[name].month.total for name in "pq"] == [2, 2]
    assert account.commit("c", quantity=most // 2, at=DAY).extra.postpaid == 2 * (most // 2 - 2)


def test_a_call_of_an_event_ends_whole(account):
    account.buy_pack("runs", "p", at=DAY, id="pack")
    with account.call("run", quantity=150, at=DAY, attributes={"ms": 230}, id="e") as call:
        # 100 runs of the pack and 50 more, 150 × 3 ticks
        assert (call.packs[0].units, call.postpaid) == (100, 50 + 450)
        [told] = account.calls
        assert (told.id, told.product, told.quantity, told.state) == ("e", "run", 150, "held")
        assert month(account, "ticks")["uncertain"] == 450
        ended = call.commit(quantity=160, attributes={"ms": 100}, at=DAY)
    # 160 runs of one tick: 10 runs more, and 450 − 160 ticks fewer
    assert (ended.returned, ended.lost, ended.extra.postpaid) == (290, 0, 10)
    assert account.commit("e", quantity=160, attributes={"ms": 100}, at=DAY).to_dict() == {
        **ended.to_dict(),
        "repeated": True,
    }
    assert account.calls == ()
    assert (month(account, "runs")["postpaid"], month(account, "ticks")["postpaid"]) == (60, 160)


def test_what_more_would_cost(account):
    assert account.marginal("tokens", 101_000, {"model": "big", "prompt": 100_000}) == Decimal("0.60")  # less the grant
    assert account.marginal("tokens", 101_000, attributes={"model": "mini"}) == Decimal("0.03")
    assert account.marginal("run", 20, {"ms": 250}) == Decimal("0.032")  # 20 × 0.10/1,000 + 60 × 0.50/1,000
    assert account.marginal("scan", 7, {"do": "ping"}) == 0
    for attributes, error, path in (
        ({}, faregate.MissingAttribute, "attributes.model"),
        ({"model": "huge"}, faregate.UnknownValue, "attributes.model"),
    ):
        with pytest.raises(error) as caught:
            account.marginal("tokens", 1, attributes)
        assert caught.value.path == path
    with pytest.raises(faregate.UnknownProduct):
        account.marginal("walk", 1)


def test_a_budget_of_an_event(account):
    account.set_budget(month="0.03", at=DAY)
    with pytest.raises(faregate.BudgetExceeded, match="budget of the month"):
        account.call("run", quantity=20, at=DAY, attributes={"ms": 250})
    with pytest.raises(faregate.BudgetExceeded, match="budget of the month"):
        account.use("run", 20, at=DAY, attributes={"ms": 250})
    account.use("run", 20, at=DAY, attributes={"ms": 200})  # 0.022


def test_a_preview_of_an_event_has_the_lines_of_its_products(account):
    account.use("run", 20, at=DAY, attributes={"ms": 250})
    account.use("scan", 1, at=DAY)
    lines = account.preview(product="run", at=DAY)["lines"]
    assert [(line.product, line.units) for line in lines] == [("runs", 20), ("ticks", 60)]


def test_the_price_of_an_event_is_that_of_its_products(book):
    price = book.price("run", "run", 20, attributes={"ms": 250}, at=DAY)
    assert (price.product, price.meter, price.units) == ("run", "run", 20)
    assert price.amount == Decimal("0.032")  # 20 × 0.10/1,000 + 60 × 0.50/1,000
    meters = {product.id: product.meter for product in book.products}
    alone = [book.price(name, meters[name], 20, attributes={"ms": 250}, at=DAY) for name in ("runs", "ticks")]
    assert list(price.products) == alone
    assert price.explanation == "runs 0.002 + ticks 0.03 = 0.032"
    with pytest.raises(faregate.UnknownMeter):
        book.price("run", "runs", 1, at=DAY)
    with pytest.raises(faregate.Invalid) as caught:
        book.price("run", "run", 1, tier_quantity=2, at=DAY)
    assert caught.value.path == "tier_quantity"
    with pytest.raises(faregate.Overflow):
        book.price("run", "run", 2**63 - 1, attributes={"ms": 250}, at=DAY)


def test_an_example_of_an_event_is_proven():
    query = {"product": "run", "meter": "run", "quantity": 20, "attributes": {"ms": 250}}
    for total, faults in (("0.032", 0), ("0.033", 1)):
        document = {**copy.deepcopy(BOOK), "examples": [{"label": "20 runs", "price": query, "total": total}]}
        assert len(faregate.Book.errors(document)) == faults


def test_a_preview_with_a_usage_that_does_not_come(account):
    account.use("run", 20, at=DAY, attributes={"ms": 250})
    lines = account.preview(product="run", quantity=3, attributes={"ms": 101}).lines
    assert [(line.product, line.units) for line in lines] == [("runs", 23), ("ticks", 66)]
    assert [line.units for line in account.preview(product="run", attributes={"ms": 1}).lines] == [21, 61]
    assert [line.units for line in account.preview(product="run").lines] == [20, 60]
    more = account.preview(product="tokens", quantity=101_000, attributes={"model": "big", "prompt": 100_000}).total
    assert more == account.marginal("tokens", 101_000, {"model": "big", "prompt": 100_000})
    with pytest.raises(faregate.MissingAttribute) as caught:
        account.preview(product="tokens", quantity=1)
    assert caught.value.path == "attributes.model"
    with pytest.raises(faregate.Invalid) as caught:
        account.preview(quantity=1)
    assert caught.value.path == "product"


def test_rules_without_an_id_are_compared_by_their_places(book):
    assert book.diff(faregate.Book(BOOK)) == ()
    other = copy.deepcopy(BOOK)
    other["products"][0]["rules"][1]["factor"] = "0.6"
    other["products"][0]["rules"][2]["price"]["price"] = "0.40"
    assert [each.path for each in book.diff(faregate.Book(other))] == [
        "products[tokens].rules[1].factor",
        "products[tokens].rules[mini].price.price",
    ]


def test_through_a_ledger(book, tmp_path):
    path = tmp_path / "booth.db"
    with faregate.open(path, book=book, attributes={"plan": "gold"}) as ledger:
        opened(ledger)
        ledger.use("tokens", 5, at=DAY, id="u", attributes={"model": "big", "prompt": 1})
        ledger.use("run", 5, at=DAY, id="e", attributes={"ms": 1})
        ledger.call("ticks", quantity=2, at=DAY, id="c", attributes={"ms": 300}).commit(attributes={"ms": 1}, at=DAY)
        ledger.call("tokens", quantity=2, at=DAY, id="held", attributes={"model": "mini"})
        ledger.call("run", quantity=2, at=DAY, id="gone", attributes={"ms": 300}).cancel(at=DAY)
        ledger.call("run", quantity=2, at=DAY, id="both", attributes={"ms": 300})
        ledger.set(attributes={"plan": "none"}, at=DAY)
        statement = ledger.statement()
    with pytest.raises(faregate.LedgerBook):
        faregate.open(path, attributes={"plan": "none"})
    timeline = faregate.export(path)
    faregate.import_ledger(timeline.encode(), tmp_path / "again.db")
    for each in (path, tmp_path / "again.db"):
        assert faregate.verify(each).ok
        with faregate.open(each) as ledger:
            assert ledger.statement() == statement
            assert ledger.use("tokens", 5, at=DAY, id="u", attributes={"prompt": 1, "model": "big"}).repeated
            assert ledger.use("run", 5, at=DAY, id="e", attributes={"ms": 1}).repeated
            assert ledger.commit("c", attributes={"ms": 1}, at=DAY).repeated
            with pytest.raises(faregate.IdConflict):
                ledger.use("tokens", 5, at=DAY, id="u", attributes={"model": "big"})
            ledger.resume("held").commit(attributes={"model": "big"}, at=DAY)
            assert ledger.resume("both").commit(attributes={"ms": 90}, at=DAY).returned == 4
            assert ledger.call("run", at=DAY, id="gone").cancel(at=DAY).returned == 1
    replayed = faregate.replay(json.loads(timeline))
    for product, told in statement["products"].items():
        assert replayed["statement"]["products"][product]["month"] == told["month"].to_dict()


LOG = [
    ("tokens", 51_000, "big", None, 50_000),
    ("tokens", 200_000, "big", "us", 200_000),
    ("tokens", 10_000, "mini", None, 200_000),
    ("tokens", 1, "huge", None, None),
    ("tokens", 1, None, None, None),
    ("run", 2, None, None, None),
]
COLUMNS = {"model": "model", "region": "region", "prompt": "size"}


def rows():
    names = ("product", "quantity", "model", "region", "size")
    return [{"account": "a", "time": DAY, **dict(zip(names, row))} for row in LOG]


def csv_file():
    lines = ["account,time,product,quantity,model,region,size"]
    lines += [",".join("" if value is None else str(value) for value in row.values()) for row in rows()]
    return io.BytesIO("\n".join(lines).encode())


@pytest.mark.parametrize("sort", [False, True])
@pytest.mark.parametrize("log", [rows, csv_file, lambda: pytest.importorskip("pyarrow").Table.from_pylist(rows())])
def test_bills_of_a_log_with_attributes(book, log, sort):
    bills = faregate.bill(log(), book, attributes=COLUMNS, sort=sort)
    # 50,000 × 3/M + 200,000 × 6/M × 1.2 + 10,000 × 0.30/M, 2 × 0.10/1,000, and no ticks
    assert str(bills.total).rstrip("0") == "1.5932"
    assert list(bills.refusals["code"]) == ["unknown_value", "missing_attribute"]
    assert bills.events == 4


@pytest.mark.parametrize(
    "attributes, message",
    [
        (["modle"], "events.modle: there is no such column"),
        (["product"], "the column 'product' is already"),
        ("model", "expected a list of names"),
        ({"prompt": "model", "model": "model"}, "two of them have one column"),
        ({"plan": "model"}, "the price book declares no attribute plan of usage"),
    ],
)
def test_columns_that_are_no_attributes(book, attributes, message):
    with pytest.raises(faregate.Error, match=message):
        faregate.bill(rows(), book, attributes=attributes)


@pytest.mark.parametrize("model", ["graduated", "volume", "stairstep"])
def test_the_price_of_an_event_whose_products_share_a_counter_is_what_it_costs_an_account(model):
    tiers = [{"from": 0, "price": "1"}, {"from": 100, "price": "0.1"}]
    price = {"model": model, "counter": "c", "tiers": tiers}
    products = [{"id": each, "meter": "u", "price": price} for each in ("p", "q")]
    shared = faregate.Book(toy(products, events=[{"id": "e", "products": ["p", "q"]}]))
    account = faregate.Account(shared)
    for each in ("p", "q"):
        account.open(each, at="2025-01-01T00:00:00")
    for quantity in (0, 1, 60, 100, 130):
        assert shared.price("e", "e", quantity).amount == account.marginal("e", quantity)
    assert shared.price("e", "e", 100).amount == {"graduated": 110, "volume": 20, "stairstep": Decimal("0.2")}[model]


def tokens():
    """What a message has none of it leaves out; a default above 0 is what the guide says."""
    attributes = [{"id": name, "whole": {"from": 0}, "default": 0} for name in ("in", "cached")]
    products = [
        {"id": name, "meter": "tokens", "quantity": [name], "price": {"model": "flat", "price": price}}
        for name, price in (("in", "5"), ("cached", "0.5"))
    ]
    disk = {"id": "disk", "meter": "mb", "quantity": [{"of": "mb", "less": 512}], "price": products[0]["price"]}
    return faregate.Book(
        toy(
            attributes=[*attributes, {"id": "mb", "whole": {"from": 0}, "default": 512}],
            events=[{"id": "message", "products": ["in", "cached"]}],
            products=[*products, disk],
        )
    )


def test_a_default_makes_nothing_free_that_is_asked_for_by_its_name():
    """Each door that answered 0 names the attribute; 0 itself may be given."""
    book = tokens()
    account = faregate.Account(book)
    for product in ("in", "cached", "disk"):
        account.open(product, at=DAY)
    asked = [
        lambda name, meter, **more: book.price(name, meter, 1_000_000, **more),
        lambda name, meter, **more: book.price_many(name, meter, [1, 2], **more),
        lambda name, meter, **more: account.use(name, 3, at=DAY, **more),
        lambda name, meter, **more: account.marginal(name, 3, **more),
    ]
    for ask in asked:
        for name, meter, lacking in [(name, "tokens", name) for name in ("in", "cached")] + [
            ("message", "message", "in")
        ]:
            with pytest.raises(faregate.MissingAttribute, match=rf"attributes\.{lacking}"):
                ask(name, meter)
            ask(name, meter, attributes={lacking: 0})
        ask("message", "message", attributes={"cached": 2})
        ask("disk", "mb")
    with pytest.raises(faregate.MissingAttribute, match=r"attributes\.in"):
        book.bill_many("message", [1, 2], at=DAY)
    with pytest.raises(faregate.MissingAttribute, match=r"attributes\.in"):
        book.curve("in", "tokens", 10)
    assert book.price("message", "message", 2, attributes={"cached": 3}).amount == Decimal("3")
    assert month(account, "in")["postpaid"] == 0


def test_a_column_without_a_value_makes_no_row_free():
    pyarrow = pytest.importorskip("pyarrow")
    book = tokens()
    column = pyarrow.array([2, None, 0], pyarrow.int64())
    with pytest.raises(faregate.MissingAttribute, match=r"attributes\.in\[1\]"):
        book.price_many("in", "tokens", [1, 1, 1], attributes={"in": column})


def test_texts_come_in_any_sequence():
    np = pytest.importorskip("numpy")
    rules = [{"when": {"model": "big"}, "price": {"model": "flat", "price": "3"}}]
    product = {"id": "p", "meter": "u", "price": {"model": "flat", "price": "1"}, "rules": rules}
    book = faregate.Book(toy([product], attributes=[{"id": "model", "values": ["big", "mini"], "default": "mini"}]))
    texts = ["big", "mini", "big"]
    sequences = [texts, tuple(texts), iter(texts), collections.deque(texts), np.array(texts), np.array(texts, object)]
    for given in sequences:
        assert book.price_many("p", "u", [1, 1, 1], attributes={"model": given}).tolist() == [3, 1, 3]
    for given in (["big", None, "big"], np.ma.array(texts, mask=[False, True, False])):
        assert book.price_many("p", "u", [1, 1, 1], attributes={"model": given}).tolist() == [3, 1, 3]
    with pytest.raises(faregate.InvalidType, match=r"^attributes\.model: expected a str"):
        book.price_many("p", "u", [1, 1], attributes={"model": ["big", 5]})


def test_rows_of_a_log_that_say_nothing_are_set_aside():
    rows = [
        {"account": "a", "time": "2025-01-10T10:00", "product": product, "quantity": 2, "in": value}
        for product, value in (("in", None), ("in", 3), ("message", None), ("message", 4))
    ]
    bills = faregate.bill(rows, tokens(), attributes=["in"])
    assert [(row["row"], row["code"]) for row in bills.refusals] == [(0, "missing_attribute"), (2, "missing_attribute")]
    assert bills.total == 5 * (2 * 3 + 2 * 4)
