"""Each page of a ledger is damaged in turn: what `verify` counts as good is what can be taken out."""

import json
import sqlite3
from pathlib import Path

import faregate
import pytest

PAGE = 4096
COMMANDS = 1200  # more than the 1,024 after which a snapshot is written
START = 1735700000_000000
DAY = 86400_000000


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """Ids are in another order than the commands, so that each of them is on another page of the index."""
    path = tmp_path_factory.mktemp("damage") / "whole.db"
    with faregate.open(path, book="tencent-facefusion", group_ms=1000) as ledger:
        ledger.open("image", at="2025-01-01")
        for number in range(1, COMMANDS):
            ledger.use("image", 1, id=f"photo-{number * 7919 % COMMANDS}", at=START + number * 1000000)
    return path


def commands_of(ledger: Path, tmp_path: Path, until: int) -> list | None:
    """What an export has; None if it is refused."""
    timeline = tmp_path / "out.json"
    try:
        faregate.export(ledger, timeline, until=until)
    except faregate.LedgerCorrupt:
        return None
    return json.loads(timeline.read_text())["commands"]


def pages_by_table(ledger: Path) -> dict[str, list[int]]:
    """As SQLite itself tells them, with the first page, that of the schema, left out."""
    pages: dict[str, list[int]] = {}
    with sqlite3.connect(f"file:{ledger}?mode=ro&immutable=1", uri=True) as database:
        for table, number in database.execute("SELECT name, pageno FROM dbstat WHERE pageno > 1"):
            pages.setdefault(table, []).append(number)
    return pages


@pytest.fixture(scope="module")
def successor(tmp_path_factory) -> Path:
    """It lies beside its predecessor, of which it keeps half of the ids; those that were forgotten are used again."""
    old = tmp_path_factory.mktemp("successor") / "old.db"
    new = old.with_name("new.db")
    with faregate.open(old, book="tencent-facefusion", group_ms=1000) as ledger:
        ledger.open("image", at="2025-01-01")
        for number in range(1, 400):
            ledger.use("image", 1, id=f"photo-{number * 7919 % 400}", at=START + (number // 200 * 2 * DAY) + number)
    faregate.seal_ledger(old, new, keep_ids_days=1)
    with faregate.open(new, group_ms=1000) as ledger:
        for number in range(1, 200):
            ledger.use("image", 1, id=f"photo-{number * 7919 % 400}", at=START + 9 * DAY + number)
            ledger.use("image", 1, id=f"print-{number * 7919 % 400}", at=START + 9 * DAY + number)
    return new


def damaged(whole: Path, tmp_path: Path, *pages: int) -> Path:
    path = tmp_path / "damaged.db"
    content = bytearray(whole.read_bytes())
    for page in pages:
        content[(page - 1) * PAGE + 2000] ^= 0x55
    path.write_bytes(content)
    return path


def test_what_is_good_is_what_can_be_taken_out(whole, tmp_path):
    all_commands = commands_of(whole, tmp_path, COMMANDS)
    pages = pages_by_table(whole)
    assert len(all_commands) == COMMANDS
    assert len(pages["commands_by_id"]) > 3 and len(pages["commands"]) > 20 and pages["snapshots"]
    for table in ("commands_by_id", "snapshots", "commands"):
        for page in pages[table]:
            path = damaged(whole, tmp_path, page)
            told = faregate.verify(path)
            assert not told.ok
            assert told.problem.endswith(f"page {page} is torn or altered")
            assert commands_of(path, tmp_path, told.commands) == all_commands[: told.commands]
            if table == "commands":
                assert told.commands < COMMANDS
                assert commands_of(path, tmp_path, told.commands + 1) is None
            else:
                assert told.commands == COMMANDS


def test_behind_two_bad_pages_too_what_is_good_can_be_taken_out(whole, tmp_path):
    """What the page of commands alone leaves is left also where a page of the index or of a snapshot is bad."""
    all_commands = commands_of(whole, tmp_path, COMMANDS)
    pages = pages_by_table(whole)
    for page in pages["commands"][::7]:
        good = faregate.verify(damaged(whole, tmp_path, page)).commands
        for other in (pages["commands_by_id"][-1], pages["snapshots"][-1]):
            path = damaged(whole, tmp_path, page, other)
            assert faregate.verify(path).commands == good
            assert commands_of(path, tmp_path, good) == all_commands[:good]
            assert commands_of(path, tmp_path, good + 1) is None


def test_what_is_good_of_a_successor_is_what_can_be_taken_out(successor, tmp_path):
    """Its predecessor has what it kept of it, so that damage there is of no command that it alone has."""
    old = successor.with_name("old.db")
    (tmp_path / "old.db").write_bytes(old.read_bytes())
    all_commands = commands_of(successor, tmp_path, 10**6)
    count = 400 + 2 * 199
    assert len(all_commands) == count == faregate.verify(successor, predecessor=old).commands
    assert sum(command.get("id", "").startswith("again-1-photo-") for command in all_commands) == 199
    pages = pages_by_table(successor)
    losses = set()
    for table in ("commands_by_id", "snapshots", "commands"):
        for page in pages[table]:
            path = damaged(successor, tmp_path, page)
            told = faregate.verify(path)
            assert told.problem.endswith(f"page {page} is torn or altered")
            assert commands_of(path, tmp_path, told.commands) == all_commands[: told.commands]
            assert told.commands >= 400 and (told.commands == count or table == "commands")
            if told.commands < count:
                assert commands_of(path, tmp_path, told.commands + 1) is None
                losses.add(told.commands)
    assert len(losses) > 3


def test_a_ledger_whose_index_is_damaged_is_made_again(whole, tmp_path):
    path = damaged(whole, tmp_path, pages_by_table(whole)["commands_by_id"][0])
    timeline, again = tmp_path / "good.json", tmp_path / "again.db"
    faregate.export(path, timeline, until=faregate.verify(path).commands)
    faregate.import_ledger(timeline, again)
    assert faregate.verify(again).ok
    with faregate.open(again) as ledger:
        assert ledger.use("image", 1, id="photo-7", at="2025-01-02").repeated
        assert ledger.statement().products["image"].month.total == COMMANDS - 1
