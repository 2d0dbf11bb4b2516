"""Threads share accounts and books."""

import threading

import faregate

NOV = 1_730_772_000_000_000  # 2024-11-05T10:00 in the book's offset
THREADS = 8


def in_threads(work) -> None:
    errors = []

    def guarded(number):
        try:
            work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_one_account(book):
    account = faregate.Account(book)
    account.open("image", at=NOV)
    account.buy_pack("image", "calls-10k", id="p", at=NOV)
    totals = [0] * THREADS

    def work(number):
        for turn in range(2_000):
            used = account.use("image", 1, id=f"{number}/{turn}", at=NOV)
            totals[number] += used.free + used.postpaid + sum(pack.units for pack in used.packs)
            if turn % 200 == 0:
                month = account.statement().products.image.month
                assert month.total == month.free + month.packs + month.postpaid
                account.fork().use("image", 1, at=NOV), account.preview(), account.invoices

    in_threads(work)
    month = account.statement().products.image.month
    assert totals == [2_000] * THREADS
    assert (month.free, month.packs, month.postpaid) == (1_000, 10_000, THREADS * 2_000 - 11_000)


def test_each_id_counts_once(book):
    account = faregate.Account(book)
    account.open("image", at=NOV)
    first = []

    def work(number):
        for turn in range(500):
            if not account.use("image", 1, id=str(turn), at=NOV).repeated:
                first.append(turn)

    in_threads(work)
    assert sorted(first) == list(range(500))
    assert account.statement().products.image.month.total == 500


def test_one_gate(book):
    """Eight booths ask for calls; whatever the turns, the rate window admits its 20 a second, each under its own id."""
    account = faregate.Account(book)
    account.open("image", at=NOV)
    ids = [[] for _ in range(THREADS)]
    limited = []

    def work(number):
        for _ in range(1_000):
            try:
                with account.call("image", at=NOV + 10_000_000) as call:
                    ids[number].append(call.id)
            except faregate.RateLimited as refusal:
                limited.append(refusal.retry_after)

    in_threads(work)
    admitted = [id for thread in ids for id in thread]
    assert len(admitted) == len(set(admitted)) == 20
    assert limited == [1] * (THREADS * 1_000 - 20)
    assert account.calls == () and account.statement().products.image.month.total == 20


def test_slots_are_never_shared(book):
    account = faregate.Account(book)
    account.open("image-pro", at=NOV)
    held, most = set(), []

    def work(number):
        for _ in range(1_000):
            try:
                with account.call("image-pro", at=NOV) as call:
                    held.add(call.id)
                    most.append(len(held))
                    held.discard(call.id)
            except faregate.ConcurrencyLimited:
                pass

    in_threads(work)
    assert max(most) <= 10 and len(most) == account.statement().products["image-pro"].month.total
    assert account.calls == ()


def test_one_book(book):
    def work(number):
        for quantity in range(200):
            assert book.price("image", "calls", quantity).units == quantity
            faregate.Account(book).statement()

    in_threads(work)
