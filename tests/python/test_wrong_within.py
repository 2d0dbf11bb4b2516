"""What is wrong within an argument is refused by its path: each value of a forecast, of a way, of the commands of an
account, of a basket, of a way to pay and of a price book is replaced by each wrong one."""

import itertools
import warnings
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import faregate
import pytest
from json_pointer import replaced

BOOK = faregate.Book("tencent-facefusion")
HELD = {"pack": "calls-10k", "left": 4_000, "bought": "2024-06-20"}
FORECAST = {"product": "image", "start": "2025-01", "calls": [15_000, 9_000], "peak_qps": [5, 5], "materials": 5,
            "opening": {"packs": [HELD]}, "policy": {"tier_basis": "total"}}  # fmt: skip
PLAIN = {"product": "image", "start": "2025-01", "calls": [15_000, 9_000]}
ORDERS = {"orders": [{"month": "2025-01", "pack": "calls-10k", "quantity": 1},
                     {"month": "2025-01", "capacity": 30, "months": 1, "start": "2025-02"}]}  # fmt: skip
ROW = {"account": "a", "time": "2024-11-05", "product": "image", "quantity": 5_000}
ENTERED = {"a": {"wallet": {"cash": "500"}, "policy": {"tier_basis": "total"},
                 "commands": [{"at": "2024-11-01", "do": "buy_pack", "product": "image", "pack": "calls-1k"},
                              {"at": "2024-11-02", "do": "top_up", "amount": "5"}]}}  # fmt: skip
BASKET = {"image": {"calls": 90_000, "packs": {"calls-10k": 1}, "qps": {"quantity": 30, "months": 1}, "materials": 5}}
WAY = {"product": "image", "pack": "calls-10k", "packs": 1, "free": 1_000}
INVOICE = [{"month": "2024-11", "product": "image", "amount": "5"}]
TIMELINE = {"book": "tencent-facefusion", "wallet": {"cash": "5"},
            "commands": [{"at": "2024-11-01", "do": "open", "product": "image"}]}  # fmt: skip


class Strange:
    """No type that anything takes."""


WRONG = [None, -1, 2**70, 1.5, float("nan"), float("inf"), Decimal("NaN"), True, "x", "", "\0", b"x", [], [7], {}, {"x": 7},
         {("x",): 8}, Strange(), Strange, range(2)]  # fmt: skip
ASKED = {
    "forecast": (FORECAST, lambda given: faregate.cheapest(BOOK, given)),
    "orders": (ORDERS, lambda given: faregate.follow(BOOK, PLAIN, given)),
    "compare": (ORDERS, lambda given: faregate.compare(BOOK, PLAIN, {"ours": given})),
    "accounts": (ENTERED, lambda given: faregate.bill([ROW], BOOK, accounts=given)),
    "basket": (BASKET, lambda given: BOOK.quote(given)),
    "break_even": (WAY, lambda given: faregate.break_even({"book": BOOK, **given}, {"book": BOOK, **WAY}, 10)),
    "book": (BOOK.to_dict(), lambda given: faregate.Book(given)),
    "invoice": (INVOICE, lambda given: faregate.reconcile(TIMELINE, given)),
    "timeline": (TIMELINE, lambda given: faregate.replay(given)),
    "form": ({"columns": {"month": "month"}, "only": {"product": "image"}, "decimals": 2, "usage_later": 0},
             lambda given: faregate.reconcile(TIMELINE, INVOICE, form=given)),
}  # fmt: skip


# Where one value makes another one wrong: the months of a peak; the columns and transitions that are then missing.
NAMED_OTHERWISE = ("peak_qps: expected as many", "form.columns.", "transitions: missing")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of each value within, of lists only that of the first two."""
    if path:
        yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*path, key))


def complaint(ask: Any, given: Any, path: tuple[Any, ...]) -> str | None:
    """What is not as it should be; an answer is right where a value may be left out, or be of another kind."""
    names = [key for key in path if isinstance(key, str)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ask(given)
    except faregate.Refusal:
        return None
    except faregate.Error as error:
        told = str(error)
        at_it = told.startswith((f"{path[0]}", f"theirs[{path[0]}]", *NAMED_OTHERWISE)) or any(n in told for n in names)
        return None if at_it else f"without a path: {told}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


@pytest.mark.parametrize("name", ASKED)
def test_what_is_wrong_within_is_refused_by_its_path(name: str) -> None:
    document, ask = ASKED[name]
    ask(document)
    found = []
    tried = 0
    for path, wrong in itertools.product(list(places(document))[:60], WRONG):
        said = complaint(ask, replaced(document, path, wrong), path)
        tried += 1
        if said is not None:
            found.append(f"{path} = {wrong!r}: {said}")
    assert tried >= 3 * len(WRONG)
    assert not found, "\n".join(found[:40])


@pytest.mark.parametrize("name", ASKED)
def test_a_key_that_there_is_not_is_refused_by_its_path(name: str) -> None:
    """Where names are the caller's own, such as those of accounts, any is right."""
    document, ask = ASKED[name]
    own = {"accounts": [()], "invoice": [(0,)], "form": [("only",)], "book": [("sources",)]}.get(name, [])
    for path in [(), *list(places(document))[:60]]:
        within = document
        for key in path:
            within = within[key]
        if not isinstance(within, dict) or path in own:
            continue
        given = replaced(document, (*path, "unheard_of"), "x")
        with pytest.raises(faregate.Error, match="unheard_of"):
            ask(given)
