"""Aggregates: the events of a period become one event at its end (FORMAT2, Aggregates)."""

from fractions import Fraction

from .civil import SECOND
from .life import live
from .rating import attributes_at, rate, scaled
from .state import Account, Draw, Product, Sample

GRAIN = {"second": SECOND, "minute": 60 * SECOND, "hour": 3600 * SECOND, "day": 86400 * SECOND}
TAKE = {"sum": sum, "max": max, "last": lambda units: units[-1]}


def period_of(account: Account, product: Product, aggregate: dict, instant: int) -> tuple[int, int]:
    return account.zone.period(aggregate["over"], instant, product.first_opened)


def _slots(samples: list, aggregate: dict, begin: int) -> list:
    """The value of each slot that has a sample; without `sample` each event is a slot."""
    sample = aggregate.get("sample")
    if sample is None:
        return [entry.units for entry in samples]
    slots = {}
    for entry in samples:
        slots.setdefault((entry.at - begin) // (sample["seconds"] * SECOND), []).append(entry.units)
    return [TAKE[sample["take"]](units) for units in slots.values()]


def _percentile(slots: list, aggregate: dict, begin: int, end: int) -> int:
    """The one at place ceil(p N / 100), sorted ascending."""
    if aggregate.get("missing", "zero") == "zero":
        all_slots = -(-(end - begin) // (aggregate["sample"]["seconds"] * SECOND))
        slots = [0] * (all_slots - len(slots)) + slots
    place = -(-Fraction(aggregate["percent"]) * len(slots) // 100)
    return sorted(slots)[place - 1]


def _held(samples: list, aggregate: dict, begin: int, end: int) -> Fraction:
    """The sum of level × time, in grains."""
    total, level, since = Fraction(0), 0, begin
    for entry in samples:
        at = max(entry.at, begin)
        total += level * (at - since)
        level, since = entry.units, at
    return (total + level * (end - since)) / GRAIN[aggregate["grain"]]


def value(samples: list, aggregate: dict, begin: int, end: int) -> int | None:
    """What the samples of one value of `by` come to in [begin, end); None where there is nothing."""
    within = [entry for entry in samples if begin <= entry.at < end]
    if aggregate["take"] == "held":
        before = [entry for entry in samples if entry.at < begin]
        if not within and not (before and before[-1].units):
            return None
        return scaled(_held([*before[-1:], *within], aggregate, begin, end), aggregate)
    if not within:
        return None
    slots = _slots(within, aggregate, begin)
    if aggregate["take"] == "percentile":
        found = _percentile(slots, aggregate, begin, end)
    else:
        found = max(slots) if aggregate["take"] == "max" else sum(slots)
    return scaled(Fraction(found), aggregate)


def add_sample(account: Account, product: Product, units: int, by) -> None:
    product.samples.append(Sample(account.now, units, by))


def close_held(account: Account, product: Product) -> None:
    """Closing the product sets 0."""
    for by in dict.fromkeys(sample.by for sample in product.samples):
        add_sample(account, product, 0, by)


def _made_before(account: Account, name: str, begin: int, by_attributes: dict) -> int:
    """Of the period's running total, what an edition that cut it has taken."""
    return sum(
        draw.fixed_units
        for draw in account.draws(name)
        if draw.fixed_units is not None and draw.at >= begin and by_attributes.items() <= draw.attributes.items()
    )


def events(account: Account, name: str, begin: int, end: int, at: int) -> list[Draw]:
    """The events that the period [begin, end) becomes at `at`, its last microsecond or now."""
    number = account.book.edition_at(at)
    edition = account.book.editions[number]
    keys = edition.products[name]
    aggregate = keys["aggregate"]
    product = account.products[name]
    made = []
    for by in dict.fromkeys(sample.by for sample in product.samples):
        found = value([sample for sample in product.samples if sample.by == by], aggregate, begin, end)
        if found is None:
            continue
        own = {aggregate["by"]: by} if aggregate.get("by") else {}
        if aggregate["take"] == "held":
            found -= _made_before(account, name, begin, own)
        attributes = attributes_at(edition, account.zone, at, own, account.attributes)
        made.append(
            Draw(at, name, 1, attributes, number, rate(keys, attributes, with_terms=False), "billed", fixed_units=found)
        )
    return made


def _cuts(account: Account, begin: int) -> list:
    """Where an edition cuts what is held."""
    return [edition.begin for edition in account.book.editions[1:] if edition.begin > begin]


def next_event(account: Account) -> int | None:
    """The last microsecond of the next period of any aggregate."""
    instants = []
    for name, keys in account.edition.products.items():
        product = account.products[name]
        if not keys.get("aggregate") or not product.samples:
            continue
        since = max(product.aggregated_until, product.samples[0].at)
        _, end = period_of(account, product, keys["aggregate"], since)
        cuts = _cuts(account, since) if keys["aggregate"]["take"] == "held" else []
        instants.append(min([end, *cuts]) - 1)
    return min(instants, default=None)


def aggregate_due(account: Account) -> None:
    end = account.now + 1
    for name, keys in account.edition.products.items():
        product = account.products[name]
        if not keys.get("aggregate") or not product.samples:
            continue
        begin, period_end = period_of(account, product, keys["aggregate"], account.now)
        cut = keys["aggregate"]["take"] == "held" and end in _cuts(account, begin)
        if end == period_end or cut:
            for draw in events(account, name, begin, end, account.now):
                live(account, draw)
            product.aggregated_until = end
