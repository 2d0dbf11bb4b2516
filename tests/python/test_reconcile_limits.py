"""A search for causes that takes long: it ends by a limit of time or by Ctrl-C, and says how far it is."""

import json
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta

import faregate
import pytest
from ctrl_c import listen_to_ctrl_c, processor_seconds, seconds_to_hear

BOOK = faregate.Book("tencent-facefusion")


def timeline(usages: int) -> dict:
    """Usages of November, one in ten of them a call that nobody ended: as many causes as are thought of."""
    begin, step = datetime(2024, 11, 1), timedelta(days=25) / usages
    commands = [{"at": "2024-11-01T00:00:00", "do": "open", "product": "image"}]
    for number in range(usages):
        at = begin + step * (number + 1)
        do = "call" if number % 10 == 0 else "use"
        usage = {"at": at.isoformat(), "do": do, "product": "image", "quantity": 1 + number * 7 % 9}
        commands.append({**usage, "id": f"c{number}"})
    return {"book": "tencent-facefusion", "commands": commands}


def nothing_leads_to(**more: str) -> dict:
    return {"month": "2024-11", "product": "image", "units": "1", "amount": "0.01", **more}


def test_a_limit_ends_the_search_and_says_so() -> None:
    found = faregate.reconcile(timeline(1_000), [nothing_leads_to()], time_limit=1e-6)
    assert not found.complete
    assert found.tried < 1_000
    assert len(found.unexplained) == 1  # both sides are compared all the same
    assert found.difference != 0
    assert "the search was not complete" in str(found)
    whole = faregate.reconcile(timeline(3), [nothing_leads_to()], time_limit=3_600)
    assert whole.complete
    assert "not complete" not in str(whole)


def with_time_enough(ask, is_enough):
    """What is found within half a second; within more where a machine is slow or busy."""
    for limit in (0.5, 5, 50):
        found = ask(limit)
        if is_enough(found):
            break
    return found


def test_what_was_found_before_the_limit_is_told() -> None:
    """The uncertain calls explain all; then the pairs are tried until the limit."""
    log = timeline(500)
    uncertain = [one for one in log["commands"] if one["do"] == "call"]
    charged = sum(one.get("quantity", 0) for one in log["commands"]) - sum(one["quantity"] for one in uncertain) - 1_000
    amount = f"{charged * 24 / 100:.2f}"  # below 10,000 each is 0.24
    theirs = [{"month": "2024-11", "product": "image", "amount": amount}]
    found = with_time_enough(
        lambda limit: faregate.reconcile(log, theirs, time_limit=limit), lambda found: len(found.explanations) > 0
    )
    assert next(iter(found.explanations))["cause"] == "uncertain"
    assert found.left == 0


def test_accounts_that_differ_share_the_limit() -> None:
    events = [
        {
            "account": account,
            "time": f"2024-11-{1 + n % 28:02}T10:00:{n % 60:02}",
            "product": "image",
            "quantity": 1 + n % 9,
        }
        for account in ("a", "b", "c")
        for n in sorted(range(600), key=lambda n: (n % 28, n % 60))
    ]
    bills = faregate.bill(events, BOOK, detail=True, sort=True)
    units = {month["account"]: month["units"] for month in bills.months}
    right = nothing_leads_to(account="b", units=str(units["b"]), amount=f"{(units['b'] - 1_000) * 24 / 100:.2f}")
    invoice = [nothing_leads_to(account="a"), right, nothing_leads_to(account="c")]
    begin = time.process_time()
    faregate.reconcile(bills, invoice, columns={"account": "account"}, time_limit=0.5)
    assert time.process_time() - begin < 5  # about 0.5 s, and 5 where each account had a limit of its own and more

    def tried(found) -> dict[str, int]:
        return {account: part["tried"] for account, part in found.to_dict().items()}

    found = with_time_enough(
        lambda limit: faregate.reconcile(bills, invoice, columns={"account": "account"}, time_limit=limit),
        lambda found: min(tried(found)["a"], tried(found)["c"]) > 1,
    )
    assert not found.complete
    assert [row["is"] for row in found.rows] == ["unexplained", "equal", "unexplained"]
    assert tried(found)["b"] == 1
    assert tried(found)["a"] > 1
    assert tried(found)["c"] > 1


def test_it_says_how_far_it_is() -> None:
    heard: list[tuple[float, int, int]] = []
    faregate.reconcile(timeline(1_000), [nothing_leads_to()], time_limit=0.5, progress=lambda *far: heard.append(far))
    assert heard
    assert all(seconds > 0 for seconds, _, _ in heard)
    assert [tried for _, tried, _ in heard] == sorted(tried for _, tried, _ in heard)
    assert {found for _, _, found in heard} == {0}


def test_who_hears_may_end_it() -> None:
    class Enough(Exception):
        pass

    def hear(*far: object) -> None:
        raise Enough

    with pytest.raises(Enough):
        faregate.reconcile(timeline(1_000), [nothing_leads_to()], progress=hear)


def test_the_core_has_the_same_limit() -> None:
    document = json.dumps({"ours": timeline(1_000), "theirs": [nothing_leads_to()]})
    answer = json.loads(faregate.reconcile_json(document, time_limit=1e-6))
    assert answer["complete"] is False
    assert answer["rows"][0]["is"] == "unexplained"


@pytest.mark.parametrize(("argument", "value"), [("time_limit", 0), ("time_limit", "1"), ("progress", 1)])
def test_wrong_limits_are_refused_by_name(argument: str, value: object) -> None:
    with pytest.raises((faregate.Invalid, faregate.InvalidType), match=argument):
        faregate.reconcile(timeline(1), [nothing_leads_to()], **{argument: value})


def test_the_command_takes_a_limit(tmp_path) -> None:
    ours, theirs = files(tmp_path, 1_000)
    command = [sys.executable, "-m", "faregate", "reconcile", str(ours), str(theirs)]
    told = subprocess.run([*command, "--time-limit", "0.001"], capture_output=True, text=True)
    assert told.returncode == 2
    assert "the search was not complete" in told.stdout
    assert told.stderr == ""


def files(directory, usages: int):
    ours, theirs = directory / "ours.json", directory / "theirs.csv"
    ours.write_text(json.dumps(timeline(usages)))
    theirs.write_text("month,product,units,amount\n2024-11,image,1,0.01\n")
    return ours, theirs


def test_the_command_ends_quietly_by_ctrl_c(tmp_path) -> None:
    ours, theirs = files(tmp_path, 100_000)
    command = [sys.executable, "-m", "faregate", "reconcile", str(ours), str(theirs)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=listen_to_ctrl_c)
    while processor_seconds(process.pid) < 1:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told == "faregate: interrupted\n"


SETUP = """
import sys, faregate
ours, theirs = sys.argv[1:]
"""
WORK = "while True: faregate.reconcile(ours, theirs)"


@pytest.mark.parametrize("after", [0.05, 0.3, 1.0, 2.5])
def test_ctrl_c_ends_it_within_a_fifth_of_a_second(tmp_path, after: float) -> None:
    """While the documents are read, both sides compared, causes thought of, tried alone and in pairs. Where what else
    the machine does slows this down too, one of some tries has to do."""
    arguments = [str(path) for path in files(tmp_path, 100_000 if after < 1 else 3_000)]
    assert any(seconds_to_hear(SETUP, WORK, *arguments, after=after) < 0.2 for _ in range(10))
