"""Ids that are known for some days: the same in memory, in a ledger of several handles, and after an opening."""

import json
from datetime import UTC, datetime, timedelta
from random import Random

import faregate
import pytest

BOOK = faregate.Book("tencent-facefusion")
BEGIN = datetime(2024, 11, 5, tzinfo=UTC)


class Known:
    """What is known of ids, by the words of docs/timeline.md alone: the commands that did something under each."""

    def __init__(self, days):
        self.days = days
        self.said = {}  # id: (first command's fields, how the call ended or None, instant of the last)

    def stretch(self, at):
        return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(days=self.days)

    def is_known(self, id, at):
        fields, ended, last = self.said.get(id, (None, None, None))
        if fields is None:
            return False
        is_open = fields[0] == "call" and ended is None
        return is_open or fields[0] == "top_up" or self.stretch(at) - self.stretch(last) <= 1

    def expected(self, command, at):
        """What a command answers of its id: "new", "repeated", or the code of a refusal."""
        do, id = command["do"], command["id"]
        fields, ended, _ = self.said[id] if self.is_known(id, at) else (None, None, None)
        said = (do, command.get("quantity"), command.get("amount"))
        if do in ("commit", "cancel"):
            if fields is None or fields[0] != "call":
                return "unknown_id"
            return "new" if ended is None else "repeated" if ended == do else "already_finished"
        if fields is None:
            return "new"
        if fields[0] == "call" and do == "call":
            if ended == "cancel":
                return "new"
            return "id_conflict" if fields != said else "in_flight" if ended is None else "already_finished"
        return "repeated" if fields == said and do != "call" else "id_conflict"

    def note(self, command, at):
        do, id = command["do"], command["id"]
        if do in ("commit", "cancel"):
            self.said[id] = (self.said[id][0], do, at)
        else:
            self.said[id] = ((do, command.get("quantity"), command.get("amount")), None, at)


def draw(rng, ids):
    do = rng.choice(("use", "use", "call", "call", "call", "commit", "commit", "commit", "cancel", "top_up"))
    command = {"do": do, "id": f"{do if do == 'top_up' else 'x'}{rng.randint(1, ids)}"}
    if rng.random() < 0.05:
        command["id"] = f"x{rng.randint(1, ids)}"
    if do in ("use", "call"):
        command |= {"product": "image", "quantity": rng.choice((1, 1, 2))}
    if do == "top_up":
        command["amount"] = "1"
    return command


def answered(account, command, at):
    """Whether it was new, repeated, or refused with which code."""
    fields = {key: value for key, value in command.items() if key != "do"}
    try:
        if command["do"] == "call":
            account.call(**fields, at=at)  # its object is dropped at once, so it is uncertain until a command ends it
            return "new"
        outcome = getattr(account, command["do"])(**fields, at=at)
    except faregate.Refusal as refusal:
        return refusal.code
    return "repeated" if getattr(outcome, "repeated", False) else "new"


def renamed(command, names):
    """The command for an account that forgets nothing: an id that was forgotten comes under another name."""
    return command | {"id": names.get(command["id"], command["id"])}


@pytest.mark.parametrize("seed", range(12))
def test_a_life_is_the_one_without_but_for_repeats_of_forgotten_ids(tmp_path, seed):
    """In memory, in a ledger of three handles that come and go, and without `keep_ids_days`, where an id that was
    forgotten is given as another one: the same answers, and the same statement at the end."""
    rng = Random(seed)
    days, ids = rng.choice((1, 2, 3)), rng.choice((6, 30))
    path = tmp_path / "booth.db"
    given = {"wallet": {"cash": "100000"}}
    memory = faregate.Account(BOOK, keep_ids_days=days, **given)
    plain = faregate.Account(BOOK, **given)
    handles = [faregate.open(path, book=BOOK, keep_ids_days=days, group_ms=1000, **given) for _ in range(3)]
    known, names, at = Known(days), {}, BEGIN
    for account in (memory, plain, handles[0]):
        account.open("image", at=at)
    for number in range(400):
        at += timedelta(seconds=rng.choice((1, 60, 3600, 3600, 20_000, 100_000, 400_000)))
        if rng.random() < 0.03:
            at = datetime(1970, 1, 1, tzinfo=UTC) + (known.stretch(at) + 1) * timedelta(days=days)
            at -= rng.choice((timedelta(0), timedelta(microseconds=1)))
        command = draw(rng, ids)
        expected = known.expected(command, at)
        was_known = known.is_known(command["id"], at)
        if command["id"] in known.said and not was_known:
            names[command["id"]] = f"{command['id']}-{number}"
        place = rng.randrange(3)
        if rng.random() < 0.05:
            handles[place].release()
            handles[place] = faregate.open(path, group_ms=1000)
        answers = [
            answered(memory, command, at),
            answered(handles[place], command, at),
            answered(plain, renamed(command, names), at),
        ]
        assert answers == [expected] * 3, (number, command, at)
        if expected == "new":
            known.note(command, at)
    for account in (memory, plain, handles[0]):
        account.advance(at=at + timedelta(minutes=1))
    lived = memory.statement()
    assert plain.statement() == lived and handles[0].statement() == lived
    for handle in handles:
        handle.release()
    assert faregate.verify(path).ok
    with faregate.open(path) as account:
        assert account.statement() == lived
    exported = json.loads(faregate.export(path))
    assert exported["keep_ids_days"] == days
    faregate.import_ledger(exported, tmp_path / "again.db")
    assert faregate.verify(tmp_path / "again.db").ok
    with faregate.open(tmp_path / "again.db") as account:
        assert account.statement() == lived


def test_a_ledger_keeps_the_days_it_was_begun_with(tmp_path):
    path = tmp_path / "booth.db"
    faregate.open(path, book=BOOK, keep_ids_days=2).release()
    with pytest.raises(faregate.LedgerBook, match="keep_ids_days"):
        faregate.open(path, keep_ids_days=3)
    for kept in (None, 0, 2):
        faregate.open(path, keep_ids_days=kept).release()
    faregate.open(tmp_path / "other.db", book=BOOK).release()
    with pytest.raises(faregate.LedgerBook, match="keep_ids_days"):
        faregate.open(tmp_path / "other.db", keep_ids_days=2)


def test_a_successor_knows_what_its_predecessor_knew(tmp_path):
    """More than the 92 days that a seal keeps ids for by itself."""
    path, new = tmp_path / "2024.db", tmp_path / "2025.db"
    with faregate.open(path, book=BOOK, keep_ids_days=100) as account:
        account.open("image", at=BEGIN)
        account.use("image", 5, id="u", at=BEGIN)
        account.advance(at=BEGIN + timedelta(days=99))
    faregate.seal_ledger(path, new)
    with faregate.open(new) as account:
        assert account.use("image", 5, id="u", at=BEGIN + timedelta(days=99)).repeated
        assert not getattr(account.use("image", 5, id="u", at=BEGIN + timedelta(days=200)), "repeated", False)
    assert faregate.verify(new, predecessor=path).ok


def test_the_days_are_carried_with_an_account():
    account = faregate.Account(BOOK, keep_ids_days=1)
    account.open("image", at=BEGIN)
    carried = faregate.Account.from_bytes(account.to_bytes(), BOOK)
    for one in (carried, carried.fork()):
        one.use("image", 5, id="u", at=BEGIN)
        assert one.use("image", 5, id="u", at=BEGIN + timedelta(days=1)).repeated
        assert not getattr(one.use("image", 5, id="u", at=BEGIN + timedelta(days=2)), "repeated", False)


@pytest.mark.parametrize("days", [-1, 36_526, 2**63 - 1])
def test_days_out_of_range(tmp_path, days):
    for begin in (lambda **given: faregate.Account(BOOK, **given),
                  lambda **given: faregate.open(tmp_path / "booth.db", book=BOOK, **given)):  # fmt: skip
        with pytest.raises(faregate.Invalid, match="keep_ids_days"):
            begin(keep_ids_days=days)
    assert not (tmp_path / "booth.db").exists()


@pytest.mark.parametrize("days", [1.5, True, "7"])
def test_days_that_are_none(days):
    with pytest.raises(faregate.Error, match="keep_ids_days"):
        faregate.Account(BOOK, keep_ids_days=days)


def repeats(rows, **kept):
    account = faregate.Account(BOOK, **kept)
    given = [{"account": "a", "time": at, "product": "image", "quantity": quantity, "rid": name}
             for at, quantity, name in rows]  # fmt: skip
    bills = faregate.bill(given, BOOK, accounts={"a": account}, id="rid", columns={}, corrections=True)
    assert bills.rows.billed + len(bills.repeats) == len(rows)
    return list(zip(bills.repeats["first_row"].tolist(), bills.repeats["first_time"].tolist(), strict=True))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_repeat_in_a_log_names_the_row_that_had_the_id_first():
    """In the stretch before, in this one where an older list is still there, and of a correction, whose id lasts."""
    late = BEGIN + timedelta(days=10)
    rows = [(BEGIN + timedelta(seconds=i), 5, f"u{i}") for i in range(50)]
    rows += [(late, 5, "x"), (late, 5, "x"), (late, -2, "c"), (late + timedelta(days=1), 5, "y")]
    rows += [(late + timedelta(days=1), 5, "x"), (late + timedelta(days=5), -2, "d")]
    rows += [(late + timedelta(days=5), -2, "c"), (late + timedelta(days=5), -2, "d")]
    named = [(50, late), (50, late), (52, late), (55, late + timedelta(days=5))]
    assert repeats(rows) == repeats(rows, keep_ids_days=1) == named


@pytest.mark.parametrize("kept", (False, True))
def test_a_call_that_was_ended_by_its_id_and_is_forgotten(tmp_path, kept):
    """Its object says that nobody knows any more how it ended; the end of its block is no failure."""
    options = {"book": BOOK, "keep_ids_days": 2}
    account = faregate.open(tmp_path / "booth.db", **options) if kept else faregate.Account(**options)
    with account:
        account.open("image", at=BEGIN)
        calls = {}
        for how in ("commit", "cancel", "block"):
            calls[how] = account.call("image", id=how, at=BEGIN)
            getattr(account, "cancel" if how == "cancel" else "commit")(how, at=BEGIN)
        account.advance(at=BEGIN + timedelta(days=4))
        for how in ("commit", "cancel"):
            with pytest.raises(faregate.UnknownId):
                getattr(account, how)(how, at=BEGIN + timedelta(days=4))
            assert calls[how].state == "held"  # nobody has asked it yet
            with pytest.raises(faregate.AlreadyFinished, match="not known any more"):
                calls[how].commit(at=BEGIN + timedelta(days=4))
            assert calls[how].state == "forgotten"
        with calls["block"]:
            pass
        assert calls["block"].state == "forgotten"
        assert account.statement()["products"]["image"]["month"]["total"] == 2
