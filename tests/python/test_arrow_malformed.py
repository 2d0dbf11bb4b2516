"""Arrow structs from elsewhere: whatever can be seen to be wrong is an exception, and never a crash."""

import ctypes
import random
from decimal import Decimal

import faregate
import pytest
from arrow_structs import NO_ARRAY, NO_SCHEMA, Array, Handmade, integers, texts, usage


def test_the_good_log_is_good(book):
    log = usage()
    assert faregate.bill(log, book).total == Decimal("480.00")  # (3,000 − 1,000) × 0.24
    assert (log.schemas, log.arrays) == (1, 1)


def refused(log, book):
    with pytest.raises(faregate.Invalid, match="malformed Arrow data") as raised:
        faregate.bill(log, book)
    return str(raised.value)


def test_structs_are_consumed_once(book):
    log = usage()
    faregate.bill(log, book)
    assert "consumed already" in refused(log, book)
    log = usage()
    log.array.release = NO_ARRAY
    assert "consumed already" in refused(log, book)
    log = usage()
    log.schema.release = NO_SCHEMA
    assert "consumed already" in refused(log, book)


def test_a_stream_is_consumed_once(book):
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"account": ["a"], "time": ["2024-11-05"], "product": ["image"], "quantity": [1]})

    class Once:
        def __init__(self):
            self.capsule = table.__arrow_c_stream__()

        def __arrow_c_stream__(self, requested_schema=None):
            return self.capsule

    log = Once()
    assert faregate.bill(log, book).rows.billed == 1
    assert "consumed already" in refused(log, book)
    log = Once()
    pa.RecordBatchReader._import_from_c_capsule(log.capsule).read_all()
    assert "consumed already" in refused(log, book)


WRONG = {
    "length below 0": lambda log: setattr(log.array, "length", -1),
    "offset below 0": lambda log: setattr(log.array, "offset", -1),
    "lengths that overflow": lambda log: setattr(log.array, "offset", 2**63 - 1),
    "more rows than a column has": lambda log: setattr(log.array, "length", 4),
    "an offset beyond the columns": lambda log: setattr(log.array, "offset", 1),
    "a column of fewer rows": lambda log: setattr(log.fields[1][1], "length", 2),
    "a column's offset below 0": lambda log: setattr(log.fields[3][1], "offset", -5),
    "more nulls than rows": lambda log: setattr(log.fields[3][1], "null_count", 4),
    "nulls that are nowhere": lambda log: setattr(log.fields[3][1], "null_count", 1),
    "null records that are nowhere": lambda log: setattr(log.array, "null_count", 2),
    "no buffers": lambda log: setattr(log.fields[3][1], "buffers", None),
    "one buffer too few": lambda log: setattr(log.fields[0][1], "n_buffers", 2),
    "a number of buffers below 0": lambda log: setattr(log.fields[0][1], "n_buffers", -3),
    "values that are missing": lambda log: log.fields[3][1].buffers.__setitem__(1, None),
    "offsets that are missing": lambda log: log.fields[0][1].buffers.__setitem__(1, None),
    "texts that are missing": lambda log: log.fields[0][1].buffers.__setitem__(2, None),
    "values that are not aligned": lambda log: log.fields[3][1].buffers.__setitem__(1, log.fields[3][1].buffers[1] + 1),
    "fewer children than the schema": lambda log: setattr(log.array, "n_children", 3),
    "children below 0": lambda log: setattr(log.schema, "n_children", -1),
    "children that are missing": lambda log: setattr(log.array, "children", None),
    "a child that is missing": lambda log: log.array.children.__setitem__(2, ctypes.POINTER(Array)()),
    "a schema's children missing": lambda log: setattr(log.schema, "children", None),
    "a child's schema released": lambda log: setattr(log.fields[2][0], "release", NO_SCHEMA),
    "no format": lambda log: setattr(log.fields[2][0], "format", None),
    "a dictionary without a schema": lambda log: setattr(log.fields[2][1], "dictionary", ctypes.pointer(log.array)),
    "a schema's dictionary alone": lambda log: setattr(log.fields[2][0], "dictionary", ctypes.pointer(log.schema)),
}  # fmt: skip


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_what_is_malformed_is_refused(book, change):
    log = usage()
    change(log)
    refused(log, book)


@pytest.mark.parametrize("column", range(4))
def test_buffers_are_asked_for_also_where_there_is_no_row(book, column):
    assert faregate.bill(usage(0), book).rows.read == 0
    for count in (0, 1):
        log = usage(0)
        log.fields[column][1].n_buffers = count
        log.fields[column][1].buffers = ctypes.cast(
            (ctypes.c_void_p * 1)() if count else None, ctypes.POINTER(ctypes.c_void_p)
        )
        refused(log, book)


@pytest.mark.parametrize("offsets", [[0, 5, 4, 15], [-1, 5, 10, 15], [0, 2**31 - 1, 10, 15], [3, 2, 1, 0]])
def test_offsets_of_texts_rise(book, offsets):
    log = usage()
    log.fields[0][1].buffers[1] = ctypes.addressof(kept := integers(ctypes.c_int32, offsets))
    refused(log, book)
    assert kept is not None


def views(log, rows, buffers):
    """The column `account` as views: rows of (length, prefix, buffer, offset), and data buffers with their sizes."""
    data = [(ctypes.c_char * len(text))(*text) for text in buffers]
    sizes = integers(ctypes.c_int64, [len(text) for text in buffers] or [0])
    flat = integers(ctypes.c_int32, [part for row in rows for part in row])
    return Handmade(
        [("account", b"vu", [None, flat, *data, sizes]),
         *[(name, field[0].format, buffers_of(field)) for name, field in zip(("time", "product", "quantity"), log.fields[1:])]],
        3,
    )  # fmt: skip


def buffers_of(field):
    array = field[1]
    kinds = {0: ctypes.c_char * 0}
    return [
        None if array.buffers[i] is None else kinds[0].from_address(array.buffers[i]) for i in range(array.n_buffers)
    ]


def test_views_of_texts_lie_in_their_buffers(book):
    text, log = b"kiosk at the station", usage()
    good = (len(text), int.from_bytes(text[:4], "little"), 0, 0)
    assert faregate.bill(views(log, [good] * 3, [text]), book).total == Decimal("480.00")
    for wrong in ((21, 0, 0, 0), (20, 0, 1, 0), (20, 0, -1, 0), (20, 0, 0, 1), (20, 0, 0, -1), (-1, 0, 0, 0),
                  (2**31 - 1, 0, 0, 2**31 - 1)):  # fmt: skip
        refused(views(log, [good, wrong, good], [text]), book)
    refused(views(log, [good] * 3, []), book)


def test_callbacks_run_with_no_exception_pending(book):
    """A producer written in Python is called back while a fault of its data is on the way out."""
    log = usage()
    seen = []
    original = log._array_released

    def released(array):
        seen.append(int("7"))  # calls into Python, which an exception that is pending would break
        original(array)

    log._release_array = type(log._release_array)(released)
    log.array.release = log._release_array
    log.fields[3][1].length = 1
    refused(log, book)
    assert seen == [7]


def test_thousands_of_random_changes_crash_nothing(book):
    """Numbers of the structs are changed at random; every outcome but a crash is right. More rows than a column's
    buffers have cannot be seen: the interface does not say how large they are."""
    generator = random.Random(20241105)
    wrong = (-(2**63), -2, -1, 2**63 - 1)
    outcomes = {"billed": 0, "refused": 0}
    for _ in range(3000):
        log = usage()
        for _ in range(generator.randrange(1, 4)):
            part = generator.choice([log.array, *[field[1] for field in log.fields]])
            name = generator.choice(["length", "null_count", "offset", "n_buffers", "n_children"])
            few = (0,) if name == "offset" and part is not log.array else (0, 1, 2, 3)
            many = () if name in ("length", "offset") and part is not log.array else (4, 5, 2**31, 2**62)
            setattr(part, name, generator.choice((*wrong, *few, *many)))
        try:
            faregate.bill(log, book)
            outcomes["billed"] += 1
        except faregate.Error:
            outcomes["refused"] += 1
    assert outcomes["refused"] > 1000 and outcomes["billed"] > 10


def test_prices_too(book):
    for buffers in ([None, None], [None]):
        column = Handmade([("quantity", b"l", buffers)], 2)
        with pytest.raises(faregate.Invalid, match="malformed"):
            book.price_many("image", "calls", column)
    assert texts([])[0][0] == 0
