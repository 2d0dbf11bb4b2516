"""Random lives of the gate against a dictionary: calls with and without ids, ids of the host that look like made-up ones,
ended through their objects or by id, in forks and in ledgers."""

import random

import faregate
import pytest

NOV = 1_730_772_000_000_000  # 2024-11-05T10:00 in the book's offset
STEPS = 300


class Life:
    """An account and what it should know: of each id its kind, its quantity and whether it is in flight."""

    def __init__(self, account, known=(), now=NOV) -> None:
        self.account, self.now = account, now
        self.known = {id: list(what) for id, what in dict(known).items()}
        self.calls = []

    def let_in(self, draw) -> None:
        quantity = draw.randint(1, 3)
        try:
            call = self.account.call("image", quantity=quantity, at=self.now)
        except faregate.RateLimited:
            return
        assert not call.repeated and call.id not in self.known
        self.known[call.id] = ["call", quantity, True]
        self.calls.append(call)

    def look_alike(self, draw) -> str:
        """An id that was made up, or may be made up later."""
        made_up = [id for id in self.known if id.startswith("call-")]
        return f"{made_up[0].rsplit('-', 1)[0]}-{draw.randint(1, 60)}" if made_up else "call-1"

    def name(self, draw) -> None:
        kind, quantity = draw.choice(["call", "use"]), draw.randint(1, 3)
        id = draw.choice([f"host-{draw.randint(0, 30)}", self.look_alike(draw), str(draw.randint(1, 5))])
        try:
            answer = getattr(self.account, kind)("image", id=id, quantity=quantity, at=self.now)
        except faregate.RateLimited:
            assert id not in self.known
        except faregate.IdConflict:
            assert self.known[id][:2] != [kind, quantity]
        else:
            assert answer.repeated == (id in self.known)
            assert self.known.setdefault(id, [kind, quantity, kind == "call"])[:2] == [kind, quantity]

    def end(self, draw) -> None:
        how = draw.choice(["commit", "cancel"])
        call = draw.choice(self.calls) if self.calls and draw.random() < 0.5 else None
        id = call.id if call else draw.choice([*self.known, self.look_alike(draw), "1", "2"])
        kind, quantity, in_flight = self.known.get(id, [None, 0, False])
        try:
            answer = getattr(call, how)(at=self.now) if call else getattr(self.account, how)(id, at=self.now)
        except faregate.UnknownId:
            assert kind != "call"
        except faregate.AlreadyFinished:
            assert kind == "call" and not in_flight
        else:
            assert in_flight
            self.known[id][2] = False
            assert how == "commit" or answer.returned + answer.lost == quantity

    def check(self) -> None:
        in_flight = sorted(id for id, (_, _, is_held) in self.known.items() if is_held)
        assert sorted(call.id for call in self.account.calls) == in_flight


def live(draw, first, may_fork) -> None:
    first.account.open("image", at=NOV)
    lives = [first]
    for step in range(STEPS):
        life = draw.choice(lives)
        life.now += draw.choice([0, 100_000, 1_000_000])
        draw.choice([life.let_in, life.name, life.end])(draw)
        if may_fork and len(lives) < 5 and draw.random() < 0.05:
            lives.append(Life(life.account.fork(), life.known, life.now))
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
