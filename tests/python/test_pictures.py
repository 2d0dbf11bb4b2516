"""Pictures say what they show: labels that do not overlap, scales for the data, units in words, a legend."""

import random

import faregate
import pytest

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
from faregate import plot
from faregate._axes import month_ticks
from matplotlib import pyplot


@pytest.fixture(autouse=True)
def no_picture_stays_open():
    yield
    pyplot.close("all")


def drawn(axes):
    axes.figure.canvas.draw()
    return axes


def overlaps(labels):
    boxes = [label.get_window_extent() for label in labels if label.get_text() and label.get_visible()]
    return [(a, b) for place, a in enumerate(boxes) for b in boxes[place + 1 :] if a.overlaps(b)]


def forecast(months, start="2024-11"):
    generator = random.Random(months)
    return {"product": "image", "start": start, "calls": [generator.randrange(5_000, 120_000) for _ in range(months)]}


@pytest.mark.parametrize("months", [1, 2, 7, 12, 13, 24, 36])
def test_labels_of_months_do_not_overlap(book, months):
    units, money = plot.plan(faregate.follow(book, forecast(months), "postpaid"))
    labels = drawn(money).get_xticklabels()
    assert not overlaps(labels) and 1 <= len(labels) <= 14
    assert not overlaps(money.get_yticklabels()) and not overlaps(units.get_yticklabels())
    assert "2024" in labels[0].get_text() or "2025" in labels[0].get_text()


def test_bars_end_below_the_frame(book):
    """Also where the highest one has something of no height on it."""
    for axes in plot.plan(faregate.cheapest(book, {**forecast(12), "materials": 30})):
        tops = [bar.get_y() + bar.get_height() for bar in axes.patches]
        assert max(tops) < axes.get_ylim()[1] and axes.get_ylim()[0] == 0


@pytest.mark.parametrize("count", [1, 11, 14, 36, 60, 240])
def test_months_of_any_number_are_labelled(count):
    _, axes = pyplot.subplots(figsize=(8, 4.5))
    months = [f"{2020 + place // 12}-{place % 12 + 1:02}" for place in range(count)]
    month_ticks(axes, months)
    labels = drawn(axes).get_xticklabels()
    assert not overlaps(labels) and labels[0].get_text() == "Jan\n2020"


def test_scales_follow_the_data(book):
    near, far = plot.curve(book, "image", 30_000), plot.curve(book, "image")
    assert (near.get_xscale(), near.get_yscale()) == ("linear", "linear")
    assert (far.get_xscale(), far.get_yscale()) == ("log", "log")
    assert near.get_xlabel() == "calls, thousands" and near.get_ylabel() == "CNY, thousands"
    assert far.get_xlabel() == "calls" and not overlaps(drawn(far).get_xticklabels())
    for axes in (near, far):
        assert [text.get_text() for text in axes.get_legend().get_texts()] == [
            "here more costs less",
            "what to buy instead",
        ]


@pytest.mark.parametrize("name, product, way", [
    ("google-vision", "label", {}),
    ("google-vision", "label", {"free": 300}),
    ("tencent-facefusion", "image", {"pack": "calls-10k", "free": 1_500}),
])  # fmt: skip
def test_stairs_are_as_high_as_the_price(name, product, way):
    """At each quantity between two steps."""
    source = faregate.Book(name)
    points = [
        point for line in plot.curve(source, product, 24_000, **way).lines for point in line.get_xydata().tolist()
    ]
    treads = [(left, right, level) for (left, level), (right, same) in zip(points, points[1:]) if right - left > 2]
    assert len(treads) > 2
    for left, right, level in treads:
        units = int(left + right) // 2 - way.get("free", 0)
        packs = -(-max(0, units) // 10_000)
        amount = 1_500 * packs if "pack" in way else source.price(product, "units", max(0, units)).amount
        assert level == pytest.approx(float(amount))


def test_a_comparison(book):
    compared = faregate.compare(book, {**forecast(12), "peak_qps": [60] * 12})
    axes = drawn(plot.compare(compared))
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == [*compared.plans, *compared.refused] and len(axes.patches) == len(compared.plans)
    said = [text.get_text() for text in axes.texts]
    assert said[0] == f"{next(iter(compared.plans.values())).total:,f}"
    assert said.count("not possible") == len(compared.refused) > 0 and not overlaps(axes.texts)
    served = drawn(plot.compare(faregate.compare(book, {**forecast(12), "peak_qps": [5] * 12})))
    assert "(+" in served.texts[-1].get_text() and not overlaps(served.texts)


def test_break_even(book):
    ways = {"book": book, "product": "image"}, {"book": book, "product": "image", "pack": "calls-10k"}
    axes = plot.break_even(*ways, 20_000)
    assert axes.get_title(loc="left") == "image: 3 crossings" and axes.get_xlabel() == "calls, thousands"
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["a: price list", "b: packs of calls-10k", "a is cheaper", "b is cheaper"]
    a, b = axes.lines[:2]
    assert b.get_xydata()[:4].tolist() == [[0, 1500], [10_000, 1500], [10_000, 3000], [20_000, 3000]]
    assert a.get_xydata()[:2].tolist() == [[0, 0], [9_999, pytest.approx(2399.76)]]
    month = plot.break_even(ways[0], {"book": book, "product": "image", "capacity": 5, "months": 1}, 120_000)
    assert month.lines[1].get_ydata().tolist() == [12_000, 12_000]
    assert month.get_legend().get_texts()[1].get_text() == "b: 5 qps for 1 month"


def test_a_bill(book):
    rows = [
        {"account": "a", "time": f"2024-{month:02}-10T10:00", "product": product, "quantity": 5_000 * month}
        for month in range(3, 13)
        for product in ("image", "image-pro")
    ]
    bills = faregate.bill(rows, book, until="2024-12-20")
    axes = drawn(plot.bill(bills))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["image-pro", "image", "not settled"]
    assert axes.get_title(loc="left") == f"{bills.total + bills.accrued:,f} CNY" and not overlaps(
        axes.get_xticklabels()
    )
    account = plot.bill(bills.accounts["a"])
    assert account.get_title(loc="left") == axes.get_title(loc="left")
    assert [patch.get_height() for patch in account.patches] == [patch.get_height() for patch in axes.patches]


def test_nothing_is_a_picture_too(book):
    drawn(plot.bill(faregate.bill([], book)))
    drawn(plot.bill(faregate.Account(book)))


def test_a_histogram(book):
    simulation = faregate.simulate(book, forecast(6), "postpaid", trials=50)
    axes = drawn(plot.histogram(simulation))
    assert sum(patch.get_height() for patch in axes.patches) == 50
    said = [text.get_text() for text in axes.get_legend().get_texts()]
    assert said[1] == f"the middle: {simulation.quantile(0.5):,f} CNY" and axes.get_ylabel() == "trials"
    flat = faregate.simulate(book, forecast(6), "postpaid", trials=5, spread=0)
    assert len(drawn(plot.histogram(flat)).patches) == 1


def test_pictures_draw_on_given_axes(book):
    _, axes = pyplot.subplots()
    assert plot.curve(book, "image", 10_000, axes=axes) is axes
    assert plot.histogram(faregate.simulate(book, forecast(2), "postpaid", trials=3), axes=axes) is axes


def test_what_the_module_offers_is_its_pictures():
    assert dir(plot) == sorted(plot.__all__)
    assert all(callable(getattr(plot, name)) for name in plot.__all__)


def test_a_break_even_counts_what_both_ways_count(book):
    ways = {"book": book, "product": "image"}, {"book": book, "product": "image", "pack": "calls-10k"}
    assert plot.break_even(*ways, 20_000).get_xlabel().startswith("calls")
    other = faregate.Book("tencent-tts")
    priced = {"book": other, "product": "standard"}
    assert plot.break_even(ways[0], priced, 20_000).get_xlabel().startswith("quantity")
