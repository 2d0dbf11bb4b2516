"""Ledgers as files: written out and made of what was written, sealed, compared, looked at."""

import io
import json
import subprocess
import sys

import faregate
import pytest

BOOK = "tencent-facefusion"
DAY = "2024-11-05T10:00"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "booth.db"


def live(path, *, uses=3):
    with faregate.open(path, book=BOOK, wallet={"cash": "5000"}) as account:
        account.open("image", at=DAY)
        account.buy_pack("image", "calls-1k", at=DAY)
        for number in range(uses):
            account.use("image", 600, id=f"u{number}", at="2024-11-06T10:00")
        account.use("image", 1, at="2024-11-07T10:00")
    return path


def statement(path):
    with faregate.open(path, read_only=True) as account:
        return account.statement().to_dict()


def test_there_and_back(path, tmp_path):
    live(path)
    document = tmp_path / "booth.json"
    assert faregate.export(path, document) is None
    text = document.read_text()
    assert faregate.export(path) == text
    buffer = io.BytesIO()
    faregate.export(path, buffer)
    assert buffer.getvalue().decode() == text
    for number, given in enumerate(
        [document, str(document), text.encode(), bytearray(text.encode()), json.loads(text)]
    ):
        copy = tmp_path / f"copy-{number}.db"
        assert faregate.import_ledger(given, copy) is None
        assert faregate.verify(copy).ok
        assert faregate.export(copy) == text
        assert statement(copy) == statement(path)


def test_an_export_that_is_refused_replaces_no_file(path, tmp_path):
    live(path)
    older = tmp_path / "older.json"
    older.write_text("kept")
    with pytest.raises(faregate.LedgerMissing):
        faregate.export(tmp_path / "none.db", older)
    with pytest.raises(faregate.LedgerForeign):
        faregate.export(older, older)
    with pytest.raises(faregate.Invalid):
        faregate.export(path, older, until="soon")
    assert older.read_text() == "kept"
    faregate.export(path, older)
    assert older.read_text() == faregate.export(path)


class Grudging(io.RawIOBase):
    """An unbuffered file that takes seven bytes at a time, and nothing beyond its room."""

    def __init__(self, room=1 << 30):
        self.taken = b""
        self.room = room

    def write(self, data):
        part = bytes(data[: min(7, self.room - len(self.taken))])
        self.taken += part
        return len(part) or None


def test_an_export_goes_on_where_a_file_takes_a_part(path):
    live(path)
    to = Grudging()
    faregate.export(path, to)
    assert to.taken.decode() == faregate.export(path)
    with pytest.raises(BlockingIOError):
        faregate.export(path, Grudging(room=20))


def test_an_export_never_replaces_a_ledger(path, tmp_path):
    live(path)
    other, link = tmp_path / "other.db", tmp_path / "link"
    other.write_bytes(path.read_bytes())
    link.symlink_to(path)
    before = path.read_bytes()
    for to in (path, other, link):
        with pytest.raises(faregate.LedgerExists, match=to.name):
            faregate.export(path, to)
        assert to.read_bytes() == before
    with faregate.open(path) as account, pytest.raises(faregate.LedgerExists):
        account.use("image", 1, at="2024-11-08")
        faregate.export(path, path)
    assert faregate.verify(path).ok


def test_a_writer_that_fails(path):
    class Full:
        def write(self, data):
            raise ZeroDivisionError

    live(path)
    with pytest.raises(ZeroDivisionError):
        faregate.export(path, Full())
    with pytest.raises(TypeError):
        faregate.export(path, io.StringIO())
    assert faregate.verify(path).ok


def test_until(path, tmp_path):
    live(path)
    assert len(json.loads(faregate.export(path, until=2))["commands"]) == 2
    assert len(json.loads(faregate.export(path, until="2024-11-06T23:59:59"))["commands"]) == 5
    with pytest.raises(faregate.Invalid, match="until"):
        faregate.export(path, until="soon")
    faregate.import_ledger(faregate.export(path, until=5).encode(), tmp_path / "repaired.db")
    assert statement(tmp_path / "repaired.db")["products"]["image"]["month"]["total"] == 1800


def test_documents_that_are_refused(path, tmp_path):
    opened = {"at": DAY, "do": "open", "product": "image"}
    with pytest.raises(faregate.Invalid, match=r"commands\[1\].*already_open"):
        faregate.import_ledger({"book": BOOK, "commands": [opened, opened]}, path)
    with pytest.raises(faregate.Invalid, match=r"commands\[0\].do"):
        faregate.import_ledger({"book": BOOK, "commands": [{"at": DAY, "do": "dance"}]}, path)
    with pytest.raises(faregate.UnknownBook):
        faregate.import_ledger({"book": "none", "commands": []}, path)
    empty = tmp_path / "empty.json"
    empty.touch()
    with pytest.raises(faregate.Invalid):
        faregate.import_ledger(empty, path)
    with pytest.raises(TypeError):
        faregate.import_ledger(io.BytesIO(b"{}"), path)
    assert not path.exists()
    live(path)
    with pytest.raises(faregate.LedgerExists):
        faregate.import_ledger({"book": BOOK, "commands": [opened]}, path)
    assert faregate.verify(path).ok


def test_only_to_look(path):
    live(path)
    with faregate.open(path) as booth, faregate.open(path, read_only=True) as dashboard:
        assert dashboard.statement().products["image"].month.total == 1801
        booth.use("image", 9, at="2024-11-08T10:00")
        assert dashboard.statement().products["image"].month.total == 1810
        with pytest.raises(faregate.LedgerReadOnly):
            dashboard.use("image", 1, at="2024-11-09T10:00")
        booth.use("image", 1, at="2024-11-09T10:00")
    assert faregate.verify(path).ok


def test_sealed(path, tmp_path):
    new = tmp_path / "2025.db"
    live(path)
    before = statement(path)
    assert faregate.seal_ledger(path, new) is None
    assert statement(new) == before == statement(path)
    with pytest.raises(faregate.LedgerSealed, match=r"2025\.db"):
        faregate.open(path)
    with pytest.raises(faregate.LedgerSealed):
        faregate.seal_ledger(path, tmp_path / "other.db")
    report = faregate.verify(new, predecessor=path)
    assert (report.ok, report.commands) == (True, 6)
    with faregate.open(new) as account:
        assert account.use("image", 600, id="u1", at="2024-11-20T10:00").repeated
        account.use("image", 2, at="2024-11-20T10:00")
    assert json.loads(faregate.export(new))["commands"][-1]["quantity"] == 2


@pytest.mark.parametrize("days", [-1, 1.5, True, 40_000])
def test_days_that_ids_are_not_kept_for(path, tmp_path, days):
    live(path)
    with pytest.raises(faregate.Invalid, match="keep_ids_days"):
        faregate.seal_ledger(path, tmp_path / "new.db", keep_ids_days=days)
    assert not (tmp_path / "new.db").exists()


def test_ids_are_kept_for_days(path, tmp_path):
    live(path)
    faregate.seal_ledger(path, tmp_path / "new.db", keep_ids_days=0)
    with faregate.open(tmp_path / "new.db") as account:
        assert not account.use("image", 600, id="u1", at="2024-11-20T10:00").repeated


def test_compared(path, tmp_path):
    copy = tmp_path / "copy.db"
    live(path)
    copy.write_bytes(path.read_bytes())
    report = faregate.compare_ledgers(path, copy)
    assert (report.relation, report.common, report.fork, report.longer) == ("same", 6, None, None)
    with faregate.open(copy) as account:
        account.use("image", 2, id="theirs", at="2024-11-20T10:00")
    report = faregate.compare_ledgers(path, copy)
    assert (report.relation, report.longer, report.by) == ("continuation", "b", 1)
    with faregate.open(path) as account:
        account.use("image", 2, id="ours", at="2024-11-20T10:00")
    report = faregate.compare_ledgers(path, copy)
    assert (report.relation, report.common, report.fork.command) == ("fork", 6, 7)
    assert "ours" in report.fork.a and "theirs" in report.fork.b


def run(*arguments):
    command = [sys.executable, "-m", "faregate", "ledger", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def test_from_the_command_line(path, tmp_path):
    document, copy, new = tmp_path / "booth.json", tmp_path / "copy.db", tmp_path / "new.db"
    live(path)
    assert run("export", path, "--output", document).returncode == 0
    assert run("export", path).stdout == document.read_text()
    assert len(json.loads(run("export", path, "--until", "2024-11-06").stdout)["commands"]) == 2
    assert run("import", document, copy).returncode == 0
    again = run("import", document, copy)
    assert (again.returncode, "there already" in again.stderr) == (1, True)
    assert "the same 6 commands" in run("compare", copy, copy).stdout
    assert run("seal", copy, new, "--keep-ids-days", "30").returncode == 0
    assert run("verify", new, "--predecessor", copy).returncode == 0
    assert run("verify", new, "--predecessor", path).returncode == 1  # an imported one has a chain of its own
    with faregate.open(new) as account:
        account.use("image", 2, id="theirs", at="2024-11-20T10:00")
    assert "1 commands more" in run("compare", copy, new).stdout
    twin = tmp_path / "twin.db"
    twin.write_bytes(new.read_bytes())
    for where in (new, twin):
        with faregate.open(where) as account:
            account.use("image", 2, id=where.stem, at="2024-11-20T10:00")
    forked = run("compare", new, twin)
    assert (forked.returncode, "a fork at command 8" in forked.stdout) == (1, True)
    assert json.loads(run("compare", new, twin, "--json").stdout)["relation"] == "fork"
