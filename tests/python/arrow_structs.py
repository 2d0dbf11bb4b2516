"""Builds Arrow's C structs by hand, so that a test can make them wrong."""

import ctypes
from ctypes import POINTER, Structure, c_char_p, c_int64, c_void_p, py_object, pythonapi


class Schema(Structure):
    pass


class Array(Structure):
    pass


ReleaseSchema = ctypes.CFUNCTYPE(None, POINTER(Schema))
ReleaseArray = ctypes.CFUNCTYPE(None, POINTER(Array))

Schema._fields_ = [
    ("format", c_char_p), ("name", c_char_p), ("metadata", c_char_p), ("flags", c_int64), ("n_children", c_int64),
    ("children", POINTER(POINTER(Schema))), ("dictionary", POINTER(Schema)), ("release", ReleaseSchema),
    ("private_data", c_void_p),
]  # fmt: skip
Array._fields_ = [
    ("length", c_int64), ("null_count", c_int64), ("offset", c_int64), ("n_buffers", c_int64), ("n_children", c_int64),
    ("buffers", POINTER(c_void_p)), ("children", POINTER(POINTER(Array))), ("dictionary", POINTER(Array)),
    ("release", ReleaseArray), ("private_data", c_void_p),
]  # fmt: skip

pythonapi.PyCapsule_New.restype = py_object
pythonapi.PyCapsule_New.argtypes = [c_void_p, c_char_p, c_void_p]

NO_SCHEMA = ctypes.cast(None, ReleaseSchema)
NO_ARRAY = ctypes.cast(None, ReleaseArray)


class Handmade:
    """A table of columns, each (name, format, buffers). A test may change its structs before __arrow_c_array__ hands
    them over.

    The counters `schemas` and `arrays` say how often its structs were released; the memory itself belongs to Python.
    """

    def __init__(self, columns, length):
        self._kept = []
        self.schemas = self.arrays = 0
        self.pending = []  # exceptions that were pending when a release callback ran
        self._release_schema = ReleaseSchema(self._schema_released)
        self._release_array = ReleaseArray(self._array_released)
        self.fields = [self._column(name, format, buffers, length) for name, format, buffers in columns]
        self.schema, self.array = self._parts(b"+s", "", [None], length)
        self._adopt()

    def _schema_released(self, schema):
        self.schemas += 1
        self.schema.release = NO_SCHEMA

    def _array_released(self, array):
        self.arrays += 1
        array.contents.release = NO_ARRAY

    def _parts(self, format, name, buffers, length):
        schema = Schema(format=format, name=name.encode(), flags=2, release=self._release_schema)
        pointers = (c_void_p * max(1, len(buffers)))()
        for place, buffer in enumerate(buffers):
            pointers[place] = None if buffer is None else ctypes.addressof(buffer)
        self._kept += [schema, pointers, *buffers]
        array = Array(length=length, n_buffers=len(buffers), buffers=pointers, release=self._release_array)
        self._kept.append(array)
        return schema, array

    def _column(self, name, format, buffers, length):
        return self._parts(format, name, buffers, length)

    def _adopt(self):
        for part, place in ((self.schema, 0), (self.array, 1)):
            children = (POINTER(type(part)) * len(self.fields))(
                *[ctypes.pointer(field[place]) for field in self.fields]
            )
            self._kept.append(children)
            part.n_children, part.children = len(self.fields), children

    def __arrow_c_array__(self, requested_schema=None):
        return (
            pythonapi.PyCapsule_New(ctypes.addressof(self.schema), b"arrow_schema", None),
            pythonapi.PyCapsule_New(ctypes.addressof(self.array), b"arrow_array", None),
        )


def integers(ctype, values):
    return (ctype * len(values))(*values)


def texts(values):
    """The offsets and the bytes of a utf8 column."""
    joined = "".join(values).encode()
    offsets = [0]
    for value in values:
        offsets.append(offsets[-1] + len(value.encode()))
    return integers(ctypes.c_int32, offsets), (ctypes.c_char * max(1, len(joined)))(*joined)


def usage(rows=3):
    """A good log: events of 1,000 calls each, of one account."""
    days = [1730772000_000000 + day * 86_400_000000 for day in range(rows)]
    return Handmade(
        [
            ("account", b"u", [None, *texts(["kiosk"] * rows)]),
            ("time", b"tsu:UTC", [None, integers(c_int64, days)]),
            ("product", b"u", [None, *texts(["image"] * rows)]),
            ("quantity", b"l", [None, integers(c_int64, [1000] * rows)]),
        ],
        rows,
    )
