"""Random lives of the gate against a dictionary: calls with and without ids, ids said again and free again, ended
through their objects or by id, in forks and in ledgers."""

import random
from dataclasses import dataclass, replace

import faregate
import pytest

NOV = 1_730_772_000_000_000  # 2024-11-05T10:00 in the book's offset
STEPS = 300


@dataclass
class Known:
    """The latest that was accepted under an id."""

    kind: str
    quantity: int
    attempt: int = 0
    state: str = ""


class Life:
    """An account, what it should know under each id, and the calls that somebody has in hand."""

    def __init__(self, account, known=(), attempts=0, now=NOV) -> None:
        self.account, self.attempts, self.now = account, attempts, now
        self.known = {id: replace(what) for id, what in dict(known).items()}
        self.calls = []

    def take(self, call, quantity) -> None:
        self.attempts += 1
        assert (call.attempt, call.repeated, call.state) == (self.attempts, False, "held")
        self.known[call.id] = Known("call", quantity, self.attempts, "held")
        self.calls.append(call)

    def let_in(self, draw) -> None:
        quantity = draw.randint(1, 3)
        try:
            call = self.account.call("image", quantity=quantity, at=self.now)
        except faregate.RateLimited:
            return
        assert call.id not in self.known
        self.take(call, quantity)

    def refusal_of_call(self, id, quantity):
        """What a call under this id is refused with, but for the rate limit."""
        there = self.known.get(id)
        if id.startswith("#"):
            return faregate.IdReserved
        if there is None or there.state == "canceled":
            return None
        if (there.kind, there.quantity) != ("call", quantity):
            return faregate.IdConflict
        return faregate.InFlight if there.state == "held" else faregate.AlreadyFinished

    def call_by_name(self, draw) -> None:
        id, quantity = self.any_id(draw), draw.randint(1, 3)
        expected = self.refusal_of_call(id, quantity)
        try:
            call = self.account.call("image", id=id, quantity=quantity, at=self.now)
        except faregate.RateLimited:
            assert expected is None
        except faregate.Refusal as refusal:
            assert type(refusal) is expected
        else:
            assert expected is None
            self.take(call, quantity)

    def use_by_name(self, draw) -> None:
        id, quantity = self.any_id(draw), draw.randint(1, 3)
        there = self.known.get(id)
        try:
            used = self.account.use("image", quantity, id=id, at=self.now)
        except faregate.IdReserved:
            assert id.startswith("#")
        except faregate.IdConflict:
            assert (there.kind, there.quantity) != ("use", quantity)
        else:
            assert used.repeated == (there is not None) and there in (None, Known("use", quantity))
            self.known[id] = Known("use", quantity)

    def any_id(self, draw) -> str:
        made_up = [id for id in self.known if id.startswith("#")]
        return draw.choice(
            [f"host-{draw.randint(0, 30)}", draw.choice([*made_up, "#call-0-1"]), str(draw.randint(1, 5))]
        )

    def end(self, draw) -> None:
        how = draw.choice(["commit", "cancel"])
        call = draw.choice(self.calls) if self.calls and draw.random() < 0.5 else None
        id = call.id if call else draw.choice([*self.known, self.any_id(draw)])
        there = self.known.get(id, Known("", 0))
        is_latest = call is None or call.attempt == there.attempt
        done = {"commit": "committed", "cancel": "canceled"}[how]
        try:
            answer = getattr(call, how)(at=self.now) if call else getattr(self.account, how)(id, at=self.now)
        except faregate.UnknownId:
            assert there.kind != "call"
        except faregate.AlreadyFinished:
            assert not is_latest or there.state not in ("held", done)
        else:
            assert is_latest and there.state in ("held", done)
            assert how == "commit" or answer.returned + answer.lost == there.quantity
            there.state = done
        if call:
            assert call.state == (there.state if is_latest else "canceled")

    def check(self) -> None:
        held = {id: what.attempt for id, what in self.known.items() if what.state == "held"}
        assert sorted(call.id for call in self.account.calls) == sorted(held)
        in_hand = {call.attempt for call in self.calls}
        loose = sorted(id for id, attempt in held.items() if attempt not in in_hand)
        assert sorted(call.id for call in self.account.uncertain()) == loose


def live(draw, first, may_fork) -> None:
    first.account.open("image", at=NOV)
    lives = [first]
    for step in range(STEPS):
        life = draw.choice(lives)
        life.now += draw.choice([0, 100_000, 1_000_000])
        draw.choice([life.let_in, life.call_by_name, life.use_by_name, life.end, life.end])(draw)
        if may_fork and len(lives) < 5 and draw.random() < 0.05:
            lives.append(Life(life.account.fork(), life.known, life.attempts, life.now))
        if step % 20 == 0:
            for each in lives:
                each.check()


@pytest.mark.parametrize("seed", range(60))
def test_in_memory(book, seed):
    live(random.Random(seed), Life(faregate.Account(book)), may_fork=True)


@pytest.mark.parametrize("seed", range(6))
def test_in_a_ledger(book, seed, tmp_path):
    path = tmp_path / "booth.db"
    with faregate.open(path, book=book, group_ms=50) as account:
        live(random.Random(seed), Life(account), may_fork=False)
    assert faregate.verify(path).ok
