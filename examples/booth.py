"""A photo booth that pays per fused photo and may lose its power at any instant.

    python examples/booth.py            the whole story, with the plug pulled twice
    python examples/booth.py run …      the booth itself

The booth asks its ledger before each call to the vendor, so that it knows at once whether the call may go out. The plug
is pulled once while a call is under way at the vendor and once just before one is sent (the process kills itself with
SIGKILL); each time the booth is started again. In the end the books and the vendor's own count agree.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import faregate

PHOTOS = 45
STUB = Path(__file__).with_name("fusion_stub.py")


# ------------------------------------------------------------------------------------------------------- the booth


def run(ledger: str, vendor: str, pull: str) -> None:
    with faregate.open(ledger, book="tencent-facefusion") as account:
        if not account.statement().products["image"].open:
            account.open("image")
        settle_uncertain(account, vendor)
        for number in range(1, PHOTOS + 1):
            fuse_photo(account, vendor, f"photo-{number}", pull)


def settle_uncertain(account: faregate.Account, vendor: str) -> None:
    """Calls that were in flight when the power went: the vendor knows whether they arrived."""
    for call in account.uncertain():
        if asks(f"{vendor}/seen/{call.id}"):
            print(f"  {call.id} had reached the vendor: committed")
            account.commit(call.id)
        else:
            print(f"  {call.id} had not: its unit goes back")
            account.cancel(call.id)


def fuse_photo(account: faregate.Account, vendor: str, photo: str, pull: str) -> None:
    """Tries until the photo is fused. Each try is a call of its own, known by its id also after a restart."""
    for attempt in range(1, 9):
        call_id = photo if attempt == 1 else f"{photo}.{attempt}"
        if done(account, vendor, call_id, pull):
            return


def done(account: faregate.Account, vendor: str, call_id: str, pull: str) -> bool:
    try:
        with let_in(account, call_id) as call:
            if not call.repeated:
                send(vendor, call_id, pull)
    except faregate.AlreadyFinished:  # it was ended before the power went
        return asks(f"{vendor}/seen/{call_id}")
    except urllib.error.HTTPError as error:  # the with statement has canceled the call: it is not paid
        print(f"  {call_id}: {error.code}, once more")
        return False
    return True


def send(vendor: str, call_id: str, pull: str) -> None:
    if pull == f"before {call_id}":
        pull_the_plug()
    urllib.request.urlopen(f"{vendor}/fuse/{call_id}", data=b"").close()
    if pull == f"after {call_id}":
        pull_the_plug()


def let_in(account: faregate.Account, call_id: str) -> faregate.Call:
    while True:
        try:
            return account.call("image", id=call_id)
        except faregate.RateLimited as refusal:  # 20 a second (R16)
            time.sleep(refusal.retry_after or 1)


def asks(address: str) -> bool:
    try:
        urllib.request.urlopen(address).close()
    except urllib.error.HTTPError:
        return False
    return True


def pull_the_plug() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


# ------------------------------------------------------------------------------------------------------- the story


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger = os.path.join(folder, "booth.db")
        stub = subprocess.Popen([sys.executable, str(STUB)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        vendor = stub.stdout.readline().strip()
        for pull in ("after photo-12", "before photo-30", ""):
            print("the booth is switched on")
            booth = subprocess.run([sys.executable, __file__, "run", ledger, vendor, pull], check=False)
            print("the power is gone" if booth.returncode == -signal.SIGKILL else "the booth is switched off")
        compare(ledger, vendor)
        stub.stdin.close()
        stub.wait()


def compare(ledger: str, vendor: str) -> None:
    with faregate.open(ledger) as account:
        used = account.statement().products["image"].month.total
        left_over = len(account.calls)
    with urllib.request.urlopen(f"{vendor}/count") as answer:
        counted = int(answer.read())
    report = faregate.verify(ledger)
    print(f"books: {used} calls used, {left_over} in flight; vendor: {counted} calls counted; ledger good: {report.ok}")
    if not (used == counted == PHOTOS and left_over == 0 and report.ok):
        raise SystemExit("the books do not agree")


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        run(*sys.argv[2:5])
    else:
        main()
