"""Limits of any window: all are asked, all must have room, none is touched otherwise (docs/price-book.md)."""

from fractions import Fraction

from .capacity import covers, limit_in_force
from .civil import HOUR, SECOND, as_civil, as_instant
from .life import covered_by_capacity
from .rating import fits
from .state import Account, Draw
from .values import Refusal

ENTRIES = 4096


def limits_of(account: Account, name: str) -> list:
    """The product's own, and those of the book that name it, or no product."""
    of_book = [limit for limit in account.edition.limits if name in limit.get("products", [name])]
    return [*account.keys(name)["limits"], *of_book]


def _key(account: Account, limit: dict, draw: Draw) -> tuple:
    """A limit of the book is one for all its products."""
    of_product = any(limit is own for own in account.keys(draw.product)["limits"])
    by = limit.get("by")
    return draw.product if of_product else None, limit["id"], draw.attributes.get(by) if by else None


def _size(account: Account, limit: dict, draw: Draw, later: int = 0) -> int:
    """What a bought rate covers does not count to the limit that it stands beside: units, or events covered whole."""
    capacities = account.keys(draw.product)["capacities"]
    covered = 0
    if any(covers(capacity) and capacity["limit"] == limit["id"] for capacity in capacities):
        was_drawn = any(entry is draw for entry in account.life)
        covered = draw.covered if was_drawn else covered_by_capacity(account, draw, account.life, later)
    if limit.get("counts", "quantity") == "units":
        return draw.units - covered
    return draw.quantity - (covered // draw.rating.unit if covered else 0)


def _kind(account: Account, limit: dict, product: str) -> str:
    if limit.get("kind"):
        return limit["kind"]
    return "clock" if account.book.switch("limiter", account.keys(product)) == "clock_second" else "sliding"


class Window:
    """The units that one limit let through."""

    def __init__(self, account: Account, limit: dict, most: int, kind: str, admitted: list, rates: list):
        self.account, self.most, self.kind, self.admitted, self.rates = account, most, kind, admitted, rates
        self.length = limit["window"]["seconds"] * SECOND
        self.burst = int(limit.get("burst", most))

    def wait(self, size: int) -> Fraction | None:
        """Microseconds until there is room: 0 where there is now, None where there never is."""
        most = self.burst if self.kind == "bucket" else self.most
        if size > most:
            return None
        if self.kind == "bucket":
            over = self._level() + size - most
            return max(Fraction(0), over * self.length / self.most) if self.most else None
        if self.kind == "clock":
            begin, end = self._clock_window()
            used = sum(units for at, units, _ in self.admitted if at >= begin)
            return Fraction(0) if used + size <= most else Fraction(end - self.account.now)
        return self._sliding_wait(size)

    def _sliding_wait(self, size: int) -> Fraction:
        now = self.account.now
        within = [(leaves, units) for _, units, leaves in self.admitted if leaves > now]
        over = sum(units for _, units in within) + size - self.most
        for leaves, units in within:
            if over <= 0:
                break
            over -= units
            if over <= 0:
                return Fraction(leaves - now)
        return Fraction(0)

    def admit(self, size: int) -> None:
        self.admitted.append((self.account.now, size, self._leaves(self.account.now)))

    def _leaves(self, at: int) -> int:
        """Counted in cells where the limit is large, a cell leaves as a whole."""
        if self.most <= ENTRIES:
            return at + self.length
        cell = Fraction(self.length, ENTRIES)
        end = (at // cell + 1) * cell
        return -(-(end + self.length) // 1)

    def _clock_window(self) -> tuple[int, int]:
        """From 00:00 of the civil day, of a length that divides it or of whole days: as hours are up to an hour, longer
        ones by the civil times at which they begin."""
        zone, now = self.account.zone, self.account.now
        civil = as_instant(zone.civil(now))
        if self.length <= HOUR:
            begin = now - civil % self.length
            return zone.between_changes(begin, begin + self.length, now)
        near = range(civil // self.length - 24, civil // self.length + 26)
        edges = [zone.instant(as_civil(number * self.length)) for number in near if number >= 0]
        return max(edge for edge in edges if edge <= now), min(edge for edge in edges if edge > now)

    def _level(self) -> Fraction:
        """Draining `max` a window, exact: as much as was in force at each time."""
        level, since = Fraction(0), 0
        for at, units, _ in self.admitted:
            level = self._drained(level, since, at) + units
            since = at
        return self._drained(level, since, self.account.now)

    def _drained(self, level: Fraction, since: int, until: int) -> Fraction:
        for (begin, most), (end, _) in zip(self.rates, [*self.rates[1:], (until, None)]):
            time = max(0, min(end, until) - max(begin, since))
            level = max(Fraction(0), level - Fraction(most * time, self.length))
        return level


# What was in force when: a bucket drains by it


def note_rates(account: Account) -> None:
    account.noted_until = account.now
    for name in account.edition.products:
        for limit in limits_of(account, name):
            rates = account.rates.setdefault((name, limit["id"]), [])
            most = limit_in_force(account, account.products[name], limit) or 0
            if not rates or rates[-1][1] != most:
                rates.append((account.now, most))


def next_change(account: Account) -> int | None:
    """When capacity begins or ends, or an edition begins."""
    orders = [order for product in account.products.values() for order in product.capacity]
    instants = [edition.begin for edition in account.book.editions[1:]]
    instants += [instant for order in orders for instant in (order.begin, order.end)]
    return min((instant for instant in instants if instant > account.noted_until), default=None)


def _windows(account: Account, draws: list, later: int = 0) -> list:
    """Each window that is asked, and for how much: an event may ask one for several products."""
    windows = {}
    for draw in draws:
        product = account.products[draw.product]
        for limit in limits_of(account, draw.product):
            if limit["window"] == "slots" or not fits(limit.get("when"), draw.attributes):
                continue
            most = limit_in_force(account, product, limit)
            if most is not None:
                key = _key(account, limit, draw)
                admitted = account.admitted.setdefault(key, [])
                rates = account.rates[draw.product, limit["id"]]
                window = Window(account, limit, most, _kind(account, limit, draw.product), admitted, rates)
                _, size = windows.get(key, (None, 0))
                windows[key] = window, size + _size(account, limit, draw, later)
    return list(windows.values())


def _wait(account: Account, draws: list) -> Fraction | None:
    """Until all windows have room; None where one never has."""
    longest = Fraction(0)
    for number in range(len(_windows(account, draws))):
        waits = []
        for later in _instants_of_cover(account, draws):
            window, size = _windows(account, draws, later)[number]
            wait = Fraction(0) if size == 0 else window.wait(size)
            waits += [] if wait is None else [max(wait, Fraction(later))]
        if not waits:
            return None
        longest = max(longest, min(waits))
    return longest


def _instants_of_cover(account: Account, draws: list) -> list:
    """How much later what a bought rate covers may leave its second, and more of the call be covered."""
    names = {draw.product for draw in draws}
    used = [entry for entry in account.life if isinstance(entry, Draw) and entry.product in names and entry.covered]
    instants = {entry.at + SECOND - account.now for entry in used}
    return [0, *sorted(later for later in instants if later > 0)]


def require_room(account: Account, draws: list) -> None:
    """`retry_after` is the longest; null where one never has room."""
    wait = _wait(account, draws)
    if wait is None:
        raise Refusal("rate_limited", retry_after=None)
    if wait > 0:
        micros = -(-wait // 1)
        text = f"{micros // SECOND}.{micros % SECOND:06d}".rstrip("0").rstrip(".")
        raise Refusal("rate_limited", retry_after=text)


def admit(account: Account, draws: list) -> None:
    for window, size in _windows(account, draws):
        if size:
            window.admit(size)


def _slots_of(account: Account, draws: list) -> dict:
    """The limits of tasks at once that a call asks, each with what is in force."""
    asked = {}
    for draw in draws:
        for limit in limits_of(account, draw.product):
            if limit["window"] == "slots" and fits(limit.get("when"), draw.attributes):
                most = limit_in_force(account, account.products[draw.product], limit)
                asked[_key(account, limit, draw)] = most
    return asked


def require_slots(account: Account, draws: list) -> None:
    for key, most in _slots_of(account, draws).items():
        holds = [hold for hold in account.calls.values() if hold.has_slot_at(account.now)]
        taken = sum(key in _slots_of(account, hold.draws) for hold in holds)
        if most is not None and taken >= most:
            raise Refusal("concurrency_limited")
