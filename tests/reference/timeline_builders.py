"""Short ways to write a timeline and to ask its answer for one thing, for the tests done by hand."""

from facefusion_reference import replay


def do(at: str, command: str, **fields) -> dict:
    """`at` may leave out the seconds, or the whole time of day."""
    if len(at) == 10:
        at += "T00:00"
    if len(at) == 16:
        at += ":00"
    return {"at": at, "do": command, **fields}


def answer(*commands, wallet=None, **policy) -> dict:
    document = {"book": "tencent-facefusion", "policy": policy, "commands": list(commands)}
    if wallet is not None:
        document["wallet"] = wallet
    return replay(document)


def last(*commands, wallet=None, **policy) -> dict:
    return answer(*commands, wallet=wallet, **policy)["outcomes"][-1]


def error(*commands, wallet=None, **policy) -> str:
    outcome = last(*commands, wallet=wallet, **policy)
    assert not outcome["ok"], outcome
    return outcome["error"]


def statement(*commands, wallet=None, **policy) -> dict:
    return answer(*commands, wallet=wallet, **policy)["statement"]


def image(*commands, wallet=None, **policy) -> dict:
    return statement(*commands, wallet=wallet, **policy)["products"]["image"]


def lines(*commands, wallet=None, **policy) -> list:
    return [line for invoice in statement(*commands, wallet=wallet, **policy)["invoices"] for line in invoice["lines"]]


OPEN = do("2024-11-05T10:00", "open", product="image")
OPEN_PRO = do("2024-11-05T10:00", "open", product="image-pro")
SETTLED = do("2024-12-01", "advance")


def use(at: str, quantity, product="image", **fields) -> dict:
    return do(at, "use", product=product, quantity=quantity, **fields)


def buy(at: str, pack: str, id: str, product="image", **fields) -> dict:
    return do(at, "buy_pack", product=product, pack=pack, id=id, **fields)


def qps(at: str, quantity: int, id: str, **fields) -> dict:
    return do(at, "buy_capacity", product="image", meter="qps", quantity=quantity, id=id, **fields)


def slots(at: str, quantity: int, id: str, **fields) -> dict:
    return do(at, "buy_capacity", product="image-pro", meter="concurrency", quantity=quantity, id=id, **fields)


def mode(at: str, name: str, product="image") -> dict:
    return do(at, "set_mode", product=product, mode=name)


def call(at: str, id: str, product="image", **fields) -> dict:
    return do(at, "call", product=product, id=id, **fields)
