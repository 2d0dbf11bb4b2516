"""A year of a million usages by Python's calls, against an empty C method called as often with the same arguments."""

import json
import time
from datetime import UTC, datetime, timedelta

import empty
import faregate

COMMANDS = 1_000_000
ROUNDS = 5
BEGIN = datetime(2023, 12, 31, 16, tzinfo=UTC)
STEP = timedelta(seconds=31.6)


def fresh_account() -> faregate.Account:
    account = faregate.Account(faregate.Book("tencent-facefusion"))
    account.open("image", at=BEGIN)
    return account


def seconds(account, times) -> float:
    use = account.use
    began = time.process_time()
    for at in times:
        use("image", 1, at=at)
    return time.process_time() - began


def seconds_of_replay(commands: int) -> float:
    use = {"do": "use", "product": "image", "quantity": 1}
    at = [(BEGIN + STEP * i).isoformat() for i in range(commands)]
    opened = {"at": at[0], "do": "open", "product": "image"}
    document = {"book": "tencent-facefusion", "commands": [opened, *({"at": instant, **use} for instant in at)]}
    text = json.dumps(document)
    began = time.process_time()
    faregate.replay_json(text)
    return time.process_time() - began


def report(what: str, times: list) -> None:
    floor = spent = float("inf")
    for _ in range(ROUNDS):  # by turns: when the machine is slow, it is slow for both
        floor = min(floor, seconds(empty.Account(), times))
        spent = min(spent, seconds(fresh_account(), times))
    print(
        f"{what:41} {spent / COMMANDS * 1e9:8.1f} ns each, {COMMANDS / spent / 1e6:5.1f} M/s, "
        f"{spent / floor:5.1f} x an empty method ({floor / COMMANDS * 1e9:.1f} ns)"
    )


def main() -> None:
    first = int(BEGIN.timestamp()) * 1_000_000
    report("a year of 1,000,000 usages, Python", [first + 31_600_000 * i for i in range(COMMANDS)])
    report("  with a datetime each", [BEGIN + STEP * i for i in range(COMMANDS)])
    report("  with ISO text each", [(BEGIN + STEP * i).isoformat() for i in range(COMMANDS)])
    commands = COMMANDS // 10
    print(f"replaying 100,000 commands as JSON        {seconds_of_replay(commands) / commands * 1e9:8.1f} ns each")


if __name__ == "__main__":
    main()
