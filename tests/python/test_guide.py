"""The guide of ten tasks and the recipes: each block prints what stands below it, and the numbers are those that a hand
comes to from the prices of the vendor's guide."""

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from hand_prices import FREE, PACKS, by_one_size, grouped, money, postpaid, spent
from shown import ROOT, blocks, lived

for needed in ("pyarrow", "pandas", "polars", "duckdb", "matplotlib"):
    pytest.importorskip(needed)

GUIDE = ROOT / "docs" / "guide.md"
RECIPES = sorted((ROOT / "docs" / "recipes").glob("*.md"))

CALLS = [4_000, 5_000, 9_500, 15_000, 16_000, 22_000, 60_000, 58_000, 21_000, 15_000, 9_000, 30_000]
ORDERS = {1: ["calls-10k", "calls-1k", "calls-1k"], 3: ["calls-10k"], 4: ["calls-10k"]}
ORDERS |= {5: ["calls-10k", "calls-10k"], 6: ["calls-100k"], 8: ["calls-100k"]}


def stretches(most: int) -> Iterator[str]:
    """Of a month's calls, where one pack of 10,000 is cheaper than none."""
    words = {-1: "postpaid", 0: "the same", 1: "one pack"}
    begin, before = 0, None
    for units in range(most + 1):
        without = postpaid(max(0, units - FREE))
        with_one = 1_500 + postpaid(max(0, units - FREE - 10_000))
        now = (without > with_one) - (without < with_one)
        if before is not None and now != before:
            yield f"{begin:,} to {units - 1:,}: {words[before]}"
            begin = units
        before = now
    yield f"{begin:,} to {most:,}: {words[before]}"


def cliff(edge: int) -> str:
    """Of quantities below an edge, those that cost more than the edge itself."""
    dear = [units for units in range(edge // 2, edge) if postpaid(units) > postpaid(edge)]
    saves = postpaid(dear[-1]) - postpaid(edge)
    return f"{dear[0]:,} to {dear[-1]:,} calls cost more than {edge:,}: up to {saves:,.2f} CNY"


def log_units() -> dict[str, int]:
    """What a person reads in the log: events of November that can be read, each once."""
    block = next(block for block in blocks(GUIDE) if "log.csv" in block.source)
    text = re.search(r'"""\\\n(.*?)"""', block.source, re.DOTALL)[1]
    seen: dict[str, tuple[str, int]] = {}
    for row in csv.DictReader(io.StringIO(text.replace(',"image,500', ",quoted,500"))):
        is_good = row["Service"].strip() == "image" and row["Calls"] != "n/a" and "12-01" not in row["When"]
        if is_good:
            seen[row["Event"]] = (row["Customer"], int(Decimal(row["Calls"].replace(",", ""))))
    totals: dict[str, int] = {}
    for customer, units in seen.values():
        totals[customer] = totals.get(customer, 0) + units
    return totals


def owed(customer: str, packs: int = 0) -> Decimal:
    return postpaid(log_units()[customer] - FREE - packs)


def printed_in(task: int) -> str:
    """What the blocks of a task print."""
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    begins = [place for place, line in enumerate(lines, 1) if line.startswith("## ")] + [len(lines)]
    begin, end = begins[task : task + 2]
    assert lines[begin - 1].startswith(f"## {task}. ")
    return "".join(block.shown for block in blocks(GUIDE) if begin < block.line < end)


@pytest.fixture(scope="module")
def directory(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("guide")


@pytest.fixture(scope="module")
def names(directory) -> dict[str, Any]:
    return lived(GUIDE, directory)


def test_the_guide_prints_what_stands_there(names):
    assert len(names) > 10


@pytest.mark.parametrize("recipe", RECIPES, ids=[path.stem for path in RECIPES])
def test_a_recipe_prints_what_stands_there(recipe, tmp_path):
    lived(recipe, tmp_path)


@pytest.mark.parametrize("recipe", RECIPES, ids=[path.stem for path in RECIPES])
def test_a_recipe_shares_bills_out_as_a_hand_does(recipe):
    """By postpaid units: of north 15,500 calls in November, of which 1,000 of an event of 4,000 are free, and 11,000 in
    December; of south 12,000 and 900."""
    price = Decimal("0.18")
    events = (3_000 + 9_000) * price + 11_000 * price
    retail = 2_500 * price + 10_000 * price
    printed = "".join(block.shown for block in blocks(recipe))
    assert re.search(rf"Chen +{money(retail)}\n *Li +{money(events)}\n", printed)
    assert f"\n{money(events + retail)} (15,500" in "\n" + printed
    assert all(money(amount) in printed for amount in (postpaid(14_500), postpaid(10_000), postpaid(11_000)))


@pytest.mark.parametrize(
    "task, figures",
    [
        (1, [money(postpaid(90_000)), money(postpaid(90_000 - FREE))]),
        (2, [cliff(10_000), cliff(100_000), str(7_501 + FREE)]),
        (3, [money(owed("north") + owed("south")), f"2024-11 {money(owed('north'))} =", "12000 1000 11000 1980.00"]),
        (4, [grouped(owed("north", 10_000)), grouped(4_500 * Decimal("0.18")), money(1_500 + owed("north", 10_000))]),
        (5, [money(spent(CALLS, ORDERS)), money(500 * Decimal("0.24")), money(30 * 2_400 * 2)]),
        (
            6,
            [
                f"postpaid {money(spent(CALLS, {}))}",
                *(f"only {pack} {money(by_one_size(CALLS, pack))}" for pack in PACKS),
            ],
        ),
        (5, [f"'calls': {[(15_500 * 11**month * 2 + 10**month) // (2 * 10**month) for month in (1, 2, 3)]}"]),
        (6, ["\n".join(stretches(30_000)), f"two large packs {money(spent(CALLS, {1: ['calls-100k'] * 2}))}"]),
        (7, [" ".join(money(spent([level] * 12, ORDERS)) for level in (4_000, 20_000, 50_000))]),
        (8, [money((owed("north") + owed("south")) / 10), money(600 * Decimal("0.1") + 400 * Decimal("0.12"))]),
        (8, [money(sum(postpaid(units - FREE, 10_000) for units in CALLS))]),
        (9, [money(postpaid(24_000 - FREE)), money(postpaid(23_000) - owed("south"))]),
        (10, [money(4 * Decimal("0.24")), "5 refused"]),
    ],
)
def test_numbers_are_those_of_a_hand(task, figures):
    for figure in figures:
        assert figure in printed_in(task)


def test_the_summer_costs_what_a_hand_adds_up(names):
    """Capacity in the two months of 30 a second; in the others packs, and 500 calls postpaid."""
    served = names["served"]
    packs = sum(PACKS[order.pack][1] * order.quantity for order in served.orders if "pack" in order)
    at_peak = [3_000, 4_000, 8_500, 14_000, 15_000, 21_000, 20_000, 14_000, 8_000, 29_000]
    units = sum(PACKS[order.pack][0] * order.quantity for order in served.orders if "pack" in order)
    assert served.total == packs + 144_000 + (sum(at_peak) - units) * Decimal("0.24")


def test_a_ranking_is_that_of_its_trials(names):
    ranking = names["ranking"]
    best = [min(trial) for trial in zip(*ranking.totals.values())]
    lines = printed_in(7)
    for name, totals in ranking.totals.items():
        mean = round(sum(totals) / len(totals), 2)
        below = sorted(totals)[ceil(0.95 * len(totals)) - 1]
        wins = sum(total == least for total, least in zip(totals, best))
        assert f"{name} {mean} {below} cheapest in {wins} trials" in lines


def test_the_extras_are_those_of_the_package():
    assert 'pip install ".[all]"' in GUIDE.read_text(encoding="utf-8")
    assert re.search(r"^all = ", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)


def test_a_picture_is_drawn(names, directory):
    assert (directory / "curve.png").read_bytes().startswith(b"\x89PNG")
