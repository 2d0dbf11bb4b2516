"""Arguments of the Python functions that are none are refused by their names, and none is read as another."""

import ast
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import faregate
import pytest

FORECAST = {"product": "image", "start": "2025-01", "calls": [15_000] * 3, "peak_qps": [5] * 3}
ROW = {"account": "a", "time": "2024-11-05", "product": "image", "quantity": 5000}
POSTPAID = {"product": "image"}


def simulated(book, **options):
    return faregate.simulate(book, FORECAST, **({"trials": 2} | options))


WRONG = [
    (lambda book: faregate.diff(7, 8), "^a: "),
    (lambda book: faregate.diff("ab", "cd"), "^a: "),
    (lambda book: simulated(book, threads=0), "threads: expected 1 to 1024, not 0"),
    (lambda book: simulated(book, threads="x"), "threads: "),
    (lambda book: simulated(book, trials=2.5), "trials: "),
    (lambda book: simulated(book, trials=True), "trials: "),
    (lambda book: simulated(book, spread=0.0004), "spread: .*0.0004"),
    (lambda book: simulated(book, spread=float("nan")), "spread: "),
    (lambda book: simulated(book, spread=float("inf")), "spread: "),
    (lambda book: simulated(book, spread=-0.1), "spread: "),
    (lambda book: simulated(book, spread="0.2"), "spread: "),
    (lambda book: simulated(book).quantile("x"), "part: "),
    (lambda book: simulated(book).quantile(95), "part: .* not 95"),
    (lambda book: faregate.break_even(None, POSTPAID | {"book": book}, 10), "^a: "),
    (lambda book: faregate.break_even(POSTPAID | {"book": book, "pack": "calls-1k", "packs": 0}, {}, 10), "packs: "),
    (
        lambda book: faregate.break_even(
            POSTPAID | {"book": book, "capacity": 0, "months": 1}, POSTPAID | {"book": book}, 10
        ),
        "capacity: ",
    ),
    (lambda book: book.curve("image", pack="calls-1k", packs=0), "packs: expected 1 or more"),
    (lambda book: book.cliffs("image", pack="calls-1k", packs=0), "packs: expected 1 or more"),
    (lambda book: faregate.break_even(POSTPAID | {"book": book}, POSTPAID | {"book": book}, "x"), "most: "),
    (lambda book: faregate.cheapest(book, None), "forecast: "),
    (lambda book: faregate.compare(book, None), "forecast: "),
    (lambda book: faregate.compare(book, FORECAST, 7), "ways: "),
    (lambda book: faregate.compare(book, FORECAST, "postpaid"), "ways: "),
    (lambda book: faregate.compare(book, FORECAST, [(book, "postpaid", 1)]), "ways: "),
    (lambda book: faregate.compare(book, FORECAST, None, fx=7), "fx: "),
    (lambda book: faregate.sensitivity(book, FORECAST, by="x"), "by: "),
    (lambda book: faregate.follow(book, FORECAST, {"orders": 7}), "orders: "),
    (lambda book: faregate.follow(book, FORECAST, {"orders": [7]}), r"orders\[0\]: "),
    (
        lambda book: faregate.follow(book, FORECAST, {"orders": [{"capacity": float("nan")}]}),
        r"orders\[0\].capacity: .* nan",
    ),
    (lambda book: faregate.bill([ROW], book, accounts=7), "accounts: "),
    (lambda book: faregate.bill([ROW], book, accounts={"a": 7}), r"accounts\['a'\]: "),
    (lambda book: faregate.bill([ROW], book, accounts={"a": {"commands": 7}}), r"accounts\['a'\].commands: "),
    (lambda book: faregate.bill([ROW], book, accounts={"a": {"commands": [7]}}), r"accounts\['a'\].commands\[0\]: "),
    (lambda book: faregate.bill([ROW], book, progress="x"), "progress: "),
    (lambda book: faregate.bill([ROW], 7), "book: "),
    (lambda book: faregate.bill([ROW, [ROW]], book), "rows or sources"),
    (lambda book: faregate.diff([7], [8]), "^a: expected an account, its invoices, Bills, .* not int"),
    (lambda book: simulated(book).fan("x"), "parts: "),
    (lambda book: simulated(book).fan([101]), "parts: expected a part from 0 to 1"),
    (lambda book: faregate.compare(book, FORECAST, [7]), "ways: expected ways"),
    (lambda book: faregate.compare(book, FORECAST, {"a": None}), "ways: expected ways"),
    (lambda book: faregate.open(7), "path: expected a path, not int"),
    (lambda book: faregate.export(7), "path: expected a path, not int"),
    (lambda book: faregate.import_ledger({}, 7), "path: expected a path, not int"),
    (lambda book: faregate.import_ledger(7, "x.db"), "document: expected a path, bytes or a dict, not int"),
    (lambda book: book.price("image", "calls", 2**63), r"quantity: expected a whole number from 0 to 2\^63-1"),
    (lambda book: faregate.bill([], book).lines.to_csv(7), "to: expected a path or a text file, not int"),
]


@pytest.mark.parametrize("place", range(len(WRONG)))
def test_what_is_no_argument_is_refused_by_its_name(book, place):
    call, message = WRONG[place]
    with pytest.raises((faregate.Invalid, faregate.InvalidType), match=message):
        call(book)


def test_whole_numbers_of_numpy_are_numbers(book):
    numpy = pytest.importorskip("numpy")
    orders = [{"month": "2025-01", "capacity": numpy.int64(5), "months": numpy.int64(3)}]
    plan = faregate.follow(book, FORECAST | {"calls": [numpy.int64(15_000)] * 3}, {"orders": orders})
    assert plan.total == Decimal("36000.00")  # 5 × 2,400 × 3
    assert len(simulated(book, trials=numpy.int64(3)).totals) == 3
    table = book.bill_many("image", [5_000, 900], free=numpy.int64(1_000), packs=numpy.uint8(0))
    assert table["amount"].tolist() == [Decimal("960.00"), 0]  # 4,000 × 0.24
    account = faregate.Account(book)
    account.open("image", at=numpy.int64(1_730_772_000_000_000))
    assert account.now == datetime(2024, 11, 5, 2, tzinfo=UTC)


def test_arrays_of_numpy_are_no_numbers(account):
    numpy = pytest.importorskip("numpy")
    with pytest.raises(faregate.InvalidType, match="quantity: expected an int, not ndarray"):
        account.use("image", numpy.array([5, 6]))
    with pytest.raises(faregate.InvalidType, match="at: expected an int, not ndarray"):
        account.use("image", 5, at=numpy.array([1_730_772_000_000_000, 0]))


def test_bills_have_a_difference(book):
    """(5,000 − 1,000) × 0.24 to (90,000 − 1,000) × 0.18: 85,000 more at 0.24, and 0.06 less for each of 89,000."""
    bills = [faregate.bill([ROW | {"quantity": units}, ROW | {"account": "b"}], book) for units in (5000, 90_000)]
    found = faregate.diff(*bills)
    assert found.total == bills[1].total - bills[0].total == Decimal("15060.00")
    assert (found.volume, found.timing) == (Decimal("20400.00"), 0)
    assert found.tier + found.price == Decimal("-5340.00")
    assert faregate.diff(bills[0], bills[0]).total == 0
    with pytest.raises(faregate.Invalid, match="^fx: USD and CNY are not the same money"):
        faregate.diff(bills[0], faregate.bill([], faregate.Book("google-vision")))


def test_ways_that_come_with_their_books(book):
    other = book.to_dict() | {"id": "other"}
    ways = [{"book": other, "pack": "calls-10k"}, {"book": book, "orders": []}, {"orders": []}, {"orders": []}]
    compared = faregate.compare(book, {key: value for key, value in FORECAST.items() if key != "peak_qps"}, ways)
    names = ["other: only calls-10k", "tencent-facefusion: given orders", "given orders", "given orders (2)"]
    assert sorted(compared.plans) == sorted(names)
    assert compared.plans["other: only calls-10k"].book.id == "other"


def test_a_book_with_a_byte_order_mark_and_one_that_is_no_json(book, tmp_path):
    marked, broken = tmp_path / "marked.json", tmp_path / "broken.json"
    marked.write_bytes(b"\xef\xbb\xbf" + json.dumps(book.to_dict()).encode())
    assert faregate.Book(marked) == book or faregate.Book(marked).to_dict() == book.to_dict()
    assert not faregate.Book.errors(marked) and not faregate.Book.errors(marked.read_bytes())
    timeline = json.dumps({"book": "tencent-facefusion", "commands": []})
    assert faregate.replay("\ufeff" + timeline) == faregate.replay(timeline)
    whole = json.dumps(book.to_dict())
    for text in (b"{", b"\xff", b"[" * 100_000, whole.encode("utf-16-le"), whole.encode("utf-32")):
        broken.write_bytes(text)
        with pytest.raises(faregate.Invalid, match="broken.json"):
            faregate.Book(broken)
    broken.write_bytes(whole.encode("utf-16"))
    with pytest.raises(faregate.Invalid, match=r"broken.json: the file is in UTF-16; save it in UTF-8$"):
        faregate.Book(broken)
    with pytest.raises(faregate.Invalid, match="^book: expected a name, a path or a dict, not JSON: json.loads makes"):
        faregate.Book(whole)


def test_a_map_of_a_product_that_has_no_capacity(book):
    plot = pytest.importorskip("faregate.plot", exc_type=ImportError)
    with pytest.raises(faregate.UnknownProduct, match="there is no 'nope' among 'image'"):
        plot.cheapest_map(book, "nope", [10], [1])
    without = book.to_dict()
    for product in without["products"]:
        product.pop("capacity", None)
        product.pop("free_capacity", None)
    try:
        bare = faregate.Book(without)
    except faregate.Invalid:
        bare = faregate.Book("google-vision")
    axes = plot.cheapest_map(bare, bare.products[0].id, [10, 10_000])
    assert (axes.get_ylabel(), list(axes.get_yticks())) == ("", [])
    with pytest.raises(faregate.Invalid, match="^peaks: .* has no capacity"):
        plot.cheapest_map(bare, bare.products[0].id, [10, 10_000], [1, 5])
    with pytest.raises(faregate.Invalid, match="^peaks: expected at least one"):
        plot.cheapest_map(book, "image", [10])


def imports_of(path: Path) -> set[str]:
    """Modules of the package that a module needs, also within its functions; not those of annotations alone."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = []
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "faregate":
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("faregate."):
            found.add(str(node.module).removeprefix("faregate."))
    return found


def test_no_module_needs_itself_by_way_of_others():
    folder = Path(faregate.__file__).parent
    needs = {path.stem: imports_of(path) for path in folder.glob("*.py") if not path.stem.startswith("__")}
    assert len(needs) > 15

    def walk(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " → ".join((*way, module))
        for other in needs.get(module, ()):
            walk(other, (*way, module))

    for module in needs:
        walk(module, ())
