"""Every public function is called with every kind of wrong argument in every place: what is refused is refused by the
argument's name, or by the path within it, and never by an exception of Python's own."""

import inspect
import itertools
import re
import warnings
from typing import Any

import faregate
import pytest

BOOK = faregate.Book("tencent-facefusion")
FORECAST = {"product": "image", "start": "2025-01", "calls": [15_000] * 2, "peak_qps": [5] * 2}
ROWS = [{"account": "a", "time": "2024-11-05", "product": "image", "quantity": 5000}]
WAY = {"book": BOOK, "product": "image"}
TIMELINE = {"book": "tencent-facefusion", "commands": []}
OF_WAYS = {"pack": None, "packs": None, "days": None, "months": None, "free": None, "at": None, "attributes": None}
TRIALS = {"trials": 2, "spread": 0.1, "level_spread": 0, "correlation": 0, "samples": None, "seed": 0, "threads": 1}


class Strange:
    """No type that anything takes."""


WRONG = [None, 7, -1, 2**70, 1.5, float("nan"), True, "x", "", "\0", b"x", [], [7], ["x"], (), {}, {"x": 7}, {7: 8},
         Strange(), Strange, faregate.Column]  # fmt: skip


def lived() -> faregate.Account:
    account = faregate.Account(BOOK)
    account.open("image", at="2024-11-05T10:00")
    account.use("image", 5, at="2024-11-05T11:00")
    return account


def functions(folder: Any) -> dict[str, tuple[Any, dict[str, Any]]]:
    """By name, what is called, and good arguments for it by name, those by position first."""
    fresh = (str(folder / f"{number}.db") for number in itertools.count())
    ledger = next(fresh)
    with faregate.open(ledger, book=BOOK) as account:
        account.open("image", at="2024-11-05")
    bills = faregate.bill(ROWS, BOOK, detail=True)
    compared = faregate.compare(BOOK, FORECAST, ["postpaid"])
    plan = compared.plans["postpaid"]
    simulation = faregate.simulate(BOOK, FORECAST, "postpaid", trials=2)
    plans = {"book": BOOK, "forecast": FORECAST, "way": "postpaid"}
    lists = {"days": None, "months": None, "at": None, "attributes": None, "out": "decimal", "scale": None}
    ledgers = {
        "wallet": None,
        "policy": None,
        "attributes": None,
        "group_ms": 0,
        "wait_ms": None,
        "max_jump": None,
        "keep_ids_days": None,
    }
    logs = {"accounts": None, "columns": None, "constants": None, "id": None, "attributes": (), "time_unit": None,
            "tz": None, "thousands": None, "corrections": False, "sort": False, "detail": False, "wallet": None,
            "policy": None, "until": None, "threads": 1, "progress": None}  # fmt: skip
    return {
        "Book": (faregate.Book, {"source": BOOK.id}),
        "Book.errors": (faregate.Book.errors, {"source": BOOK.id}),
        "Book.price": (BOOK.price, {"product": "image", "meter": "calls", "quantity": 5, "days": None, "months": None,
                                    "tier_quantity": None, "at": "2025-01-01", "attributes": None}),
        "Book.quote": (BOOK.quote, {"basket": {"image": {"calls": 5}}, "months": 1, "at": "2025-01-01", "free": True,
                                    "policy": None, "attributes": None}),
        "Book.price_many": (BOOK.price_many, {"product": "image", "meter": "calls", "quantities": [5], **lists}),
        "Book.bill_many": (BOOK.bill_many, {"product": "image", "totals": [5], "periods": 1, "free": None, "packs": None,
                                            "at": None, "tier_basis": None, "out": "decimal", "scale": None}),
        "Book.as_of": (BOOK.as_of, {"date": "2024-01-01"}),
        "Book.diff": (BOOK.diff, {"other": BOOK}),
        "Book.outcome": (BOOK.outcome, {"product": "image", "code": "Success"}),
        "Book.curve": (BOOK.curve, {"product": "image", "meter": None, "most": 100, **OF_WAYS}),
        "Book.cliffs": (BOOK.cliffs, {"product": "image", "meter": None, "most": 100, **OF_WAYS}),
        "Book.with_price": (BOOK.with_price, {"product": "image", "price": "0.5", "tier": 0, "pack": None, "meter": None,
                                              "rule": None}),
        "Book.with_price by percent": (BOOK.with_price, {"product": "image", "percent": 5}),
        "Book.without_pack": (BOOK.without_pack, {"pack": "calls-1k", "product": None}),
        "Book.replace": (lambda grants: BOOK.replace("image", grants=grants), {"grants": []}),
        "Account": (faregate.Account, {"book": BOOK, "wallet": None, "policy": None, "attributes": None,
                                       "max_jump": None, "keep_ids_days": None}),
        "Account.from_bytes": (faregate.Account.from_bytes, {"data": lived().to_bytes(), "book": BOOK}),
        "bill": (faregate.bill, {"events": ROWS, "book": BOOK, **logs}),
        "Bills.allocate": (bills.allocate, {}),
        "cheapest": (faregate.cheapest, {"book": BOOK, "forecast": FORECAST}),
        "follow": (faregate.follow, plans),
        "Plan": (faregate.Plan, plans),
        "compare": (faregate.compare, {"book": BOOK, "forecast": FORECAST, "ways": ["postpaid"], "fx": None}),
        "Comparison.simulate": (compared.simulate, TRIALS),
        "simulate": (faregate.simulate, {**plans, **TRIALS}),
        "sensitivity": (faregate.sensitivity, {**plans, "by": 0.2, "months": False}),
        "break_even": (faregate.break_even, {"a": WAY, "b": WAY, "most": 10}),
        "diff of plans": (faregate.diff, {"a": plan, "b": plan}),
        "diff of bills": (faregate.diff, {"a": bills, "b": bills}),
        "Simulation.quantile": (simulation.quantile, {"part": 0.5}),
        "Simulation.fan": (simulation.fan, {"parts": (0.5,)}),
        "Ranking.by": (compared.simulate(trials=2).by, {"criterion": "mean", "quantile": 0.5}),
        "Forecast.from_usage": (faregate.Forecast.from_usage, {"usage": {"2024-01": 5}, "product": None, "account": None,
                                                               "growth": 0, "season": 1, "months": 2, "until": None}),
        "Table": (faregate.Table, {"columns": {}}),
        "Table.to_csv": (bills.lines.to_csv, {"to": None}),
        "Table.with_amounts": (bills.lines.with_amounts, {"amounts": "decimal"}),
        "replay": (faregate.replay, {"timeline": TIMELINE}),
        "replay_json": (faregate.replay_json, {"timeline": '{"book":"tencent-facefusion","commands":[]}'}),
        "open": (faregate.open, {"path": ledger, "book": None, **ledgers, "read_only": True}),
        "export": (faregate.export, {"path": ledger, "to": None, "until": None}),
        "import_ledger": (lambda document: faregate.import_ledger(document, next(fresh)), {"document": TIMELINE}),
        "import_ledger to": (faregate.import_ledger, {"document": TIMELINE, "path": next(fresh)}),
        "reconcile": (faregate.reconcile, {"ours": ledger, "theirs": [{"month": "2024-11", "amount": "5"}],
                                           "form": None, "columns": None, "products": None, "kinds": None, "only": None,
                                           "constants": {"product": "image"}, "decimals": None, "account": None,
                                           "books": (), "causes": 2, "commands": None}),
        "reconcile_json": (faregate.reconcile_json, {"document": "{}"}),
        "verify": (faregate.verify, {"path": ledger, "predecessor": None}),
        "compare_ledgers": (faregate.compare_ledgers, {"a": ledger, "b": ledger}),
        "seal_ledger": (faregate.seal_ledger, {"path": str(folder / "none.db"), "successor": next(fresh),
                                               "keep_ids_days": None}),
        **{f"Account.{name}": (command(name), good) for name, good in COMMANDS.items()},
        **pictures(bills, compared, simulation),
    }  # fmt: skip


COMMANDS: dict[str, dict[str, Any]] = {
    "open": {"product": "image-pro"}, "close": {"product": "image"}, "claim": {"product": "image", "grant": "g"},
    "set_mode": {"product": "image", "mode": "calls"}, "buy_pack": {"product": "image", "pack": "calls-1k"},
    "give_pack": {"product": "image", "pack": "calls-1k"},
    "buy_capacity": {"product": "image", "meter": "qps", "quantity": 5, "days": 1},
    "use": {"product": "image", "quantity": 5}, "call": {"product": "image"}, "commit": {"id": "x"},
    "cancel": {"id": "x"}, "adjust": {"product": "image", "quantity": 5, "reason": "r"}, "set_budget": {},
    "add_materials": {"product": "image", "quantity": 1}, "remove_materials": {"product": "image", "quantity": 1},
    "top_up": {"amount": "5"}, "withdraw": {"amount": "5"}, "refund": {"id": "x"}, "suspend": {}, "reinstate": {},
    "announce": {"product": "image", "grant": "free-calls", "quantity": 5, "effective": "2025-06-01"},
    "preview": {}, "statement": {}, "advance": {}, "set": {"attributes": {}}, "change_capacity": {"id": "x"},
    "adopt": {"book": "tencent-facefusion"}, "set_postpaid": {"product": "image", "on": True},
    "buy_bundle": {"bundle": "x"}, "marginal": {"product": "image", "quantity": 5}, "upcoming": {}, "notices": {},
    "resume": {"id": "x"}, "ensure_open": {"product": "image"},
}  # fmt: skip


def command(name: str) -> Any:
    def on_an_account(*args: Any, **keywords: Any) -> Any:
        return getattr(lived(), name)(*args, **keywords)

    own = inspect.signature(getattr(faregate.Account, name))
    on_an_account.__signature__ = own.replace(parameters=list(own.parameters.values())[1:])  # type: ignore
    return on_an_account


def pictures(bills: Any, compared: Any, simulation: Any) -> dict[str, Any]:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from faregate import plot

    sensitivity = faregate.sensitivity(BOOK, FORECAST, "postpaid")
    return {
        "plot.curve": (plot.curve, {"book": BOOK, "product": "image", "most": 100}),
        "plot.break_even": (plot.break_even, {"a": WAY, "b": WAY, "most": 10}),
        "plot.plan": (plot.plan, {"made": compared.plans["postpaid"]}),
        "plot.compare": (plot.compare, {"comparison": compared}),
        "plot.bill": (plot.bill, {"bills": bills}),
        "plot.fan": (plot.fan, {"simulation": simulation}),
        "plot.histogram": (plot.histogram, {"simulation": simulation}),
        "plot.tornado": (plot.tornado, {"result": sensitivity}),
        "plot.cheapest_map": (plot.cheapest_map, {"book": BOOK, "product": "image", "calls": [10], "peaks": [1],
                                                  "start": "2025-01", "months": 2}),
    }  # fmt: skip


def parameters_of(function: Any, good: dict[str, Any]) -> dict[str, Any]:
    """Those of its signature, and the good ones."""
    found = inspect.signature(function).parameters.values()
    kept = (each for each in found if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD) and each.name != "axes")
    return {**{each.name: each.default for each in kept}, **good}


def called(function: Any, arguments: dict[str, Any], wrong: str) -> Any:
    """By position what can only be given so. What has no default and no good value is left out."""
    by_position, by_name = [], {}
    found = inspect.signature(function).parameters
    for name, value in arguments.items():
        if value is inspect.Parameter.empty or (name != wrong and value is Ellipsis):
            continue
        if name in found and found[name].kind == inspect.Parameter.POSITIONAL_ONLY:
            by_position.append(value)
        else:
            by_name[name] = value
    return function(*by_position, **by_name)


# Where what is wrong is told by a place in the document, or is not looked at but called.
WITHIN = re.compile(r"^(events\.|[\w.\[\]'-]+: |line 1, column 1: |expected an object|expected a field)")


def complaint(function: Any, arguments: dict[str, Any], name: str) -> str | None:
    try:
        answer = called(function, arguments, name)
    except faregate.Error as error:
        named = not isinstance(error, faregate.Invalid) or name in str(error) or WITHIN.match(str(error))
        return None if named else f"{type(error).__name__} without a name: {error}"
    except OSError:
        return None
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if hasattr(answer, "release"):
        answer.release()
    return None


def test_wrong_arguments_are_refused_by_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # some are names of files
    pyplot = pytest.importorskip("matplotlib.pyplot")
    found = []
    count = 0
    for label, (function, good) in functions(tmp_path).items():
        for name in parameters_of(function, good):
            for wrong in WRONG:
                if name == "progress" and callable(wrong):
                    continue  # it is called, and what it raises is its own
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    said = complaint(function, {**parameters_of(function, good), name: wrong}, name)
                count += 1
                if said is not None:
                    found.append(f"{label}({name}={wrong!r}): {said}")
            pyplot.close("all")
    assert count > 5_000
    assert not found, "\n".join(found)


def test_every_public_function_is_among_them(tmp_path):
    told = {name.split()[0] for name in functions(tmp_path)}
    public = {name for name in dir(faregate) if inspect.isroutine(getattr(faregate, name))} - {"shipped_books"}
    assert public - {"__getattr__", "__dir__"} <= told
    plain = {"to_json", "to_dict", "errors"}
    books = {f"Book.{name}" for name, value in vars(faregate.Book).items() if callable(value) and name[0] != "_"}
    assert books - {f"Book.{name}" for name in plain} <= told
    without = {"fork", "to_bytes", "from_bytes", "flush", "release", "uncertain", "trust_clock"}
    accounts = {
        f"Account.{name}" for name, value in vars(faregate.Account).items() if callable(value) and name[0] != "_"
    }
    assert accounts - {f"Account.{name}" for name in without} <= told
