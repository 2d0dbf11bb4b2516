"""Aggregates: the events of a period become one event at its end (decision 25)."""

from fractions import Fraction

from .book import LISTS
from .civil import SECOND
from .life import live
from .rating import attributes_at, rate, scaled
from .state import Account, Draw, Product, Sample
from .values import Refusal

GRAIN = {"second": SECOND, "minute": 60 * SECOND, "hour": 3600 * SECOND, "day": 86400 * SECOND}
TAKE = {"sum": lambda so_far, units: so_far + units, "max": max, "last": lambda _, units: units}


def period_of(account: Account, product: Product, aggregate: dict, instant: int) -> tuple[int, int]:
    return account.zone.period(aggregate["over"], instant, product.first_opened)


def _slots(samples: list, aggregate: dict, begin: int) -> list:
    """The value of each slot that has a sample; without `sample` each event is a slot. A correction is of the last."""
    sample = aggregate.get("sample")
    slots, slot = {}, None
    for number, entry in enumerate(samples):
        if entry.corrects:
            slots[slot] += entry.units
            continue
        slot = number if sample is None else (entry.at - begin) // (sample["seconds"] * SECOND)
        slots[slot] = TAKE[sample["take"]](slots[slot], entry.units) if slot in slots else entry.units
    return list(slots.values())


def _split(samples: list) -> tuple[list, int]:
    """The events, and what corrections of the whole period come to."""
    events = [entry for entry in samples if not entry.corrects]
    return events, sum(entry.units for entry in samples if entry.corrects)


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
    samples, more = _split(samples)
    for entry in samples:
        at = max(entry.at, begin)
        total += level * (at - since)
        level, since = entry.units, at
    return (total + level * (end - since)) / GRAIN[aggregate["grain"]] + more


def value(samples: list, aggregate: dict, begin: int, end: int) -> int | None:
    """What the samples of one value of `by` come to in [begin, end); None where there is nothing."""
    within = [entry for entry in samples if begin <= entry.at < end]
    if aggregate["take"] == "held":
        before = [entry for entry in samples if entry.at < begin and not entry.corrects]
        if not within and not (before and before[-1].units):
            return None
        return scaled(_held([*before[-1:], *within], aggregate, begin, end), aggregate)
    if not within:
        return None
    if aggregate["take"] == "sum":
        events, more = _split(within)
        return scaled(Fraction(sum(_slots(events, aggregate, begin)) + more), aggregate)
    slots = _slots(within, aggregate, begin)
    found = _percentile(slots, aggregate, begin, end) if aggregate["take"] == "percentile" else max(slots)
    return scaled(Fraction(found), aggregate)


def add_sample(account: Account, product: Product, units: int, by) -> None:
    product.samples.append(Sample(account.now, units, by))


def correct(account: Account, product: Product, aggregate: dict, units: int, by) -> None:
    """The open slot, of a sum and of what is held the open period; nothing is open where nothing was recorded."""
    begin, _ = period_of(account, product, aggregate, account.now)
    of_value = [sample for sample in product.samples if sample.by == by]
    within = [sample for sample in of_value if sample.at >= begin]
    if aggregate["take"] == "held":
        _correct_held(account, product, aggregate, units, by, of_value, begin)
    elif not within or (aggregate["take"] != "sum" and not _is_open(within, aggregate, begin, account.now)):
        raise Refusal("aggregate_closed")
    else:
        slots = _slots([entry for entry in within if not entry.corrects], aggregate, begin)
        open_value = (
            sum(slots) + _split(within)[1] if aggregate["take"] == "sum" else _slots(within, aggregate, begin)[-1]
        )
        if open_value + units < 0:
            raise Refusal("adjust_underflow")
        product.samples.append(Sample(account.now, units, by, corrects=True))


def _is_open(within: list, aggregate: dict, begin: int, now: int) -> bool:
    if "sample" not in aggregate:
        return True
    length = aggregate["sample"]["seconds"] * SECOND
    return (within[-1].at - begin) // length == (now - begin) // length


def _correct_held(account, product, aggregate, units, by, of_value, begin) -> None:
    if units < 0 and value(of_value, aggregate, begin, account.now + 1) is None:
        raise Refusal("aggregate_closed")
    corrected = [*of_value, Sample(account.now, units, by, corrects=True)]
    events = [entry for entry in corrected if entry.at >= begin or not entry.corrects]
    before = [entry for entry in events if entry.at < begin]
    inside = [entry for entry in events if entry.at >= begin]
    total = _held([*before[-1:], *inside], aggregate, begin, account.now)
    own = {aggregate["by"]: by} if aggregate.get("by") else {}
    if total < 0 or scaled(total, aggregate) < _made_before(account, product.id, begin, own):
        raise Refusal("adjust_underflow")
    product.samples.append(corrected[-1])


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


def _values(product: Product, edition, aggregate: dict) -> list:
    """In the order of the book."""
    values = edition.attributes[aggregate["by"]]["values"] if aggregate.get("by") else [None]
    return sorted({sample.by for sample in product.samples}, key=lambda by: values.index(by) if by in values else -1)


def events(account: Account, name: str, begin: int, end: int, at: int) -> list[Draw]:
    """The events that the period [begin, end) becomes at `at`, its last microsecond or now."""
    number = account.book.edition_at(at)
    edition = account.book.editions[number]
    keys = edition.products[name]
    aggregate = keys["aggregate"]
    product = account.products[name]
    made = []
    for by in _values(product, edition, aggregate):
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
    """Where an edition cuts what is held: one that says what the one before says changes nothing."""
    pairs = zip(account.book.editions, account.book.editions[1:])
    return [edition.begin for before, edition in pairs if edition.begin > begin and _said(before) != _said(edition)]


SAID = (*LISTS, "settle", "bill", "freeze", "arrears")
FOR_PEOPLE = ("title", "source", "unit")


def _said(edition) -> dict:
    """What decides an amount; the keys of a book stand beside those of its only list."""
    return _without({key: edition.keys[key] for key in SAID if edition.keys.get(key)}, FOR_PEOPLE)


def _without(value, names: tuple):
    if isinstance(value, dict):
        return {key: _without(each, names) for key, each in value.items() if key not in names}
    return [_without(each, names) for each in value] if isinstance(value, list) else value


def next_event(account: Account) -> int | None:
    """The end of the next period of any aggregate: until then its last microsecond may see usage."""
    instants = []
    for name, keys in account.edition.products.items():
        product = account.products[name]
        if not keys.get("aggregate") or not product.samples:
            continue
        since = max(product.aggregated_until, product.samples[0].at)
        _, end = period_of(account, product, keys["aggregate"], since)
        cuts = _cuts(account, since) if keys["aggregate"]["take"] == "held" else []
        instants.append(min([end, *cuts]))
    return min(instants, default=None)


def aggregate_due(account: Account) -> None:
    """Before all else that is due at `end`, because the events are of the microsecond before."""
    end = account.now
    account.now = end - 1
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
    account.now = end
