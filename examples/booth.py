"""A photo booth that pays per fused photo and may lose its power at any instant.

    python examples/booth.py            the whole story, with the plug pulled twice
    python examples/booth.py run …      the booth itself

The booth asks its ledger before each call to the vendor, so that it knows at once whether the call may go out. The plug
is pulled once while a call is under way at the vendor and once just before one is sent (the process kills itself with
SIGKILL); each time the booth is started again. Some answers of the vendor come too late, and some say that a picture
has no face or that the vendor failed: what of that is billed stands in the price book. In the end the books and the
vendor's own count agree.
"""

import functools
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
PATIENCE = 0.25  # seconds to wait for the vendor
STUB = Path(__file__).with_name("fusion_stub.py")

say = functools.partial(print, flush=True)  # what was printed into a file or a pipe outlives the power


def run(ledger: str, vendor: str, pull: str) -> None:
    with faregate.open(ledger, book="tencent-facefusion") as account:
        account.ensure_open("image")
        settle_uncertain(account, vendor)
        for number in range(1, PHOTOS + 1):
            while not is_done(account, vendor, f"photo-{number}", pull):
                settle_uncertain(account, vendor)


def settle_uncertain(account: faregate.Account, vendor: str) -> None:
    """Calls that power or a time-out cut off, or whose answer may be billed or not: the vendor knows what it
    counted."""
    for uncertain in account.uncertain():
        call = account.resume(uncertain.id)
        if was_billed(vendor, call.id):
            say(f"  {call.id} was counted by the vendor: committed")
            call.commit()
        else:
            say(f"  {call.id} was not: its unit goes back, its id is free")
            call.cancel()


def is_done(account: faregate.Account, vendor: str, photo: str, pull: str) -> bool:
    """One try. An id is one attempt: it is let in again only after it was canceled."""
    try:
        with let_in(account, photo) as call:
            code = send(vendor, photo, pull)
            call.commit(outcome=code)  # whether that is billed, the price book knows (R36)
    except faregate.AlreadyFinished:  # it was committed before the power went, or when the vendor was asked
        return True
    except TimeoutError:  # nobody knows: the call stays used until the vendor was asked
        say(f"  {photo}: no answer in time")
        return False
    if code != "Success":
        say(f"  {photo}: {code}, {call.state}")
    return call.state == "committed"


def send(vendor: str, photo: str, pull: str) -> str:
    """The vendor's result code."""
    if pull == f"before {photo}":
        pull_the_plug()
    with urllib.request.urlopen(f"{vendor}/fuse/{photo}", data=b"", timeout=PATIENCE) as answer:
        code: str = answer.read().decode()
    if pull == f"after {photo}":
        pull_the_plug()
    return code


def let_in(account: faregate.Account, call_id: str) -> faregate.Call:
    while True:
        try:
            return account.call("image", id=call_id)
        except faregate.RateLimited as refusal:  # 20 a second (R16)
            time.sleep(refusal.retry_after or 1)


def was_billed(vendor: str, photo: str) -> bool:
    """Where the vendor does not say so it is asked again, because a unit that goes back although it was billed is
    missing in the books."""
    while True:
        try:
            urllib.request.urlopen(f"{vendor}/seen/{photo}", timeout=PATIENCE).close()
            return True
        except OSError as failure:  # also of the network, or no answer in time
            if isinstance(failure, urllib.error.HTTPError) and failure.code == 404:
                return False
        time.sleep(PATIENCE)


def pull_the_plug() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger = os.path.join(folder, "booth.db")
        stub = subprocess.Popen([sys.executable, str(STUB)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert stub.stdin is not None and stub.stdout is not None
        vendor = stub.stdout.readline().strip()
        for pull in ("after photo-12", "before photo-30", ""):
            say("the booth is switched on")
            booth = subprocess.run([sys.executable, __file__, "run", ledger, vendor, pull], check=False)
            say("the power is gone" if booth.returncode == -signal.SIGKILL else "the booth is switched off")
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
    say(f"books: {used} calls used, {left_over} in flight; vendor: {counted} calls counted; ledger good: {report.ok}")
    if not (used == counted == PHOTOS and left_over == 0 and report.ok):
        raise SystemExit("the books do not agree")


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        run(*sys.argv[2:5])
    else:
        main()
