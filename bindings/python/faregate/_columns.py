"""Brings the columns of a log into the few types that the core reads.

Names are text, plain or by a dictionary; times are timestamps, dates, whole numbers or text; quantities are whole
numbers or text. Other types are converted, a column at a time: a column of whole numbers becomes integers, and one
where some number is not whole becomes text, because the core says of each row what is wrong with it.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from faregate._arguments import is_none
from faregate._core import Invalid, InvalidType, _text_column
from faregate._documents import failure
from faregate._table import Table

ROLES = ("account", "time", "product", "quantity")
NAMES = ("account", "product", "id")
NUMBER = " row"  # the name of the column of row numbers; the blank keeps it apart from a log's own names
ATTRIBUTE = "attribute "  # begins the role of an attribute's column; the attribute's name follows
BLANKS = "".join(map(chr, range(1, 33))) + "\u00a0\u3000"  # around a text they are not part of it, as in the core
_WIDE = 1 << 1024  # whole numbers from here on are written by 16: Python refuses to write thousands of digits by 10
CARRIED = "carried "  # begins the role of a column that the detail repeats; the column's name follows


Wanted: TypeAlias = Mapping[str, str]
"""The columns that a log has to have, each with its role."""


class Names(NamedTuple):
    """The names of the columns in the log."""

    account: str = "account"
    time: str = "time"
    product: str = "product"
    quantity: str = "quantity"
    id: str | None = None
    attributes: Mapping[str, str] = MappingProxyType({})
    """columns by attribute"""
    carried: tuple[str, ...] = ()
    """further columns, which go through to the detail"""

    def of_roles(self, constants: Mapping[str, Any]) -> dict[str, str]:
        """The names of the columns that the log has to have, by their roles."""
        named = {role: getattr(self, role) for role in (*ROLES, "id") if role not in constants}
        named |= {ATTRIBUTE + attribute: column for attribute, column in self.attributes.items()}
        named |= {CARRIED + name: name for name in self.carried}
        return {role: name for role, name in named.items() if name is not None}


def missing(name: str, there: Sequence[str]) -> Exception:
    """An error for a column that is missing: it names the columns that there are, and the most similar of them."""
    if not there:
        return failure(Invalid, f"events.{name}: there is no such column, nor any other: it is empty")
    from difflib import get_close_matches

    folded = {other.casefold().strip(): other for other in there}
    near = get_close_matches(name.casefold(), folded, n=1, cutoff=0.5)
    perhaps = f"; perhaps {folded[near[0]]!r}" if near else ""
    return failure(Invalid, f"events.{name}: there is no such column among {', '.join(map(repr, there))}{perhaps}")


def pick(names: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """The places of the wanted columns among the names."""
    places = []
    for name in wanted:
        found = [place for place, other in enumerate(names) if other == name]
        found = found or [place for place, other in enumerate(names) if other.strip() == name]
        if len(found) > 1:
            columns = " and ".join(str(place + 1) for place in found)
            raise failure(Invalid, f"events.{name}: there are {len(found)} columns of that name, {columns}")
        if not found:
            raise missing(name, names)
        places.append(found[0])
    return places


class Columns:
    """Takes batches of a log to batches that the core reads, with the columns of ROLES and, where they are there, `id`
    and NUMBER."""

    def __init__(self, names: Names, constants: Mapping[str, Any]) -> None:
        self._constants = constants
        self._of_roles = names.of_roles(constants)
        wanted: dict[str, str] = {}
        for role, name in self._of_roles.items():
            wanted.setdefault(name, role)
        self.wanted: Wanted = wanted

    def of_batch(self, batch: Any, numbers: Any = None) -> Any:
        """Returns the columns that the core reads, from a RecordBatch or Table of pyarrow."""
        import pyarrow  # type: ignore[import-untyped]

        places = pick(batch.schema.names, list(self._of_roles.values()))
        columns = {role: self._column(role, batch.column(place)) for role, place in zip(self._of_roles, places)}
        for role, value in self._constants.items():
            columns[role] = _repeated(value, batch.num_rows)
        if numbers is not None:
            columns[NUMBER] = numbers
        make = pyarrow.table if isinstance(batch, pyarrow.Table) else pyarrow.RecordBatch.from_pydict
        return make(columns)

    def of_table(self, table: Table, numbers: Any = None) -> Table:
        """Returns the columns that the core reads, from a table of texts that this package made."""
        places = pick(table.columns, list(self._of_roles.values()))
        columns = {role: table[table.columns[place]] for role, place in zip(self._of_roles, places)}
        for role, value in self._constants.items():
            columns[role] = _text_column([text_of(value)] * len(table))
        return Table({NUMBER: numbers, **columns} if numbers is not None else columns)

    def _column(self, role: str, column: Any) -> Any:
        kind = next((kind for kind in (ATTRIBUTE, CARRIED) if role.startswith(kind)), role)
        made = _TO[kind](column)
        if made is None:
            raise failure(
                InvalidType, f"events.{self._of_roles[role]}: expected {_EXPECTED[kind]}, not {in_words(column.type)}"
            )
        return made


_EXPECTED = {
    "account": "names",
    "product": "names",
    "id": "names",
    "time": "timestamps, dates, text or numbers since 1970",
    "quantity": "whole numbers",
    ATTRIBUTE: "text or whole numbers",
    CARRIED: "what text can say",
}


def text_of(value: Any) -> str | None:
    """Writes a value of Python as a text that the core reads."""
    if isinstance(value, Decimal):
        return None if value.is_nan() else format(value, "f") if abs(value.adjusted()) < 40 else str(value)
    if isinstance(value, (bool, list, dict)):
        return json.dumps(value, default=str)
    if is_none(value):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int) and not -_WIDE < value < _WIDE:
        return hex(value)
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def texts_of(values: Sequence[Any]) -> Any:
    kinds = set(map(type, values))
    if kinds == {str} or (kinds == {int} and -_WIDE < min(values) and max(values) < _WIDE):
        return _text_column(list(map(str, values)))
    return _text_column([text_of(value) for value in values])


def _repeated(value: Any, count: int) -> Any:
    """A column with the same value in every row, which is held in memory once."""
    import pyarrow

    codes = pyarrow.repeat(pyarrow.scalar(0, pyarrow.int8()), count)
    return pyarrow.DictionaryArray.from_arrays(codes, pyarrow.array([text_of(value)], pyarrow.string()))


def _is_plain_text(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    return _is_plain_text(kind.value_type if types.is_dictionary(kind) else kind)


def _is_number(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind))


def _whole(column: Any) -> Any:
    """Casts a column of numbers to integers, or, where one of them is not whole, to text without exponents."""
    import pyarrow
    from pyarrow import compute

    try:
        return column.cast(pyarrow.int64())
    except pyarrow.ArrowInvalid:
        written = column.cast(pyarrow.string())
    if compute.any(compute.match_substring(written, "e", ignore_case=True)).as_py():
        return pyarrow.array([text_of(value) for value in column.to_pylist()], pyarrow.string())
    return written


def _by_dictionary(column: Any) -> Any:
    """Writes a column of whole numbers as names, by a dictionary, so that each different number is written only
    once."""

    def written(chunk: Any) -> Any:
        encoded = chunk.dictionary_encode()
        return _with_dictionary(encoded.indices, encoded.dictionary)

    return _by_chunk(column, written)


def _with_dictionary(indices: Any, dictionary: Any) -> Any:
    import pyarrow

    indices = indices.cast(pyarrow.int32())
    return pyarrow.DictionaryArray.from_arrays(indices, dictionary.cast(pyarrow.string()))


def _by_chunk(column: Any, made: Callable[[Any], Any]) -> Any:
    """Makes a column of text by a dictionary, chunk by chunk from another column."""
    import pyarrow

    if not isinstance(column, pyarrow.ChunkedArray):
        return made(column)
    kind = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    return pyarrow.chunked_array([made(chunk) for chunk in column.chunks], kind)


def _plain_runs(column: Any) -> Any:
    """Runs of plain values, which alone pyarrow decodes: in place of a dictionary or of views of text."""
    import pyarrow
    from pyarrow import types

    kind = column.type.value_type
    if not types.is_dictionary(kind) and not types.is_string_view(kind):
        return column
    made = kind.value_type if types.is_dictionary(kind) else pyarrow.string()
    made = pyarrow.string() if types.is_string_view(made) else made

    def plain(chunk: Any) -> Any:
        whole = pyarrow.RunEndEncodedArray.from_arrays(chunk.run_ends, chunk.values.cast(made))
        return whole.slice(chunk.offset, len(chunk))

    if not isinstance(column, pyarrow.ChunkedArray):
        return plain(column)
    runs = pyarrow.run_end_encoded(column.type.run_end_type, made)
    return pyarrow.chunked_array([plain(chunk) for chunk in column.chunks], runs)


def _plain(column: Any) -> Any:
    """Replaces types that the core does not read: an extension type by its storage, runs and a dictionary of values
    other than text by these values, nulls and bytes by text."""
    import pyarrow
    from pyarrow import compute, types

    kind = column.type
    if isinstance(kind, pyarrow.BaseExtensionType):
        return _plain(column.cast(kind.storage_type))
    if types.is_run_end_encoded(kind):
        return _plain(compute.run_end_decode(_plain_runs(column)))
    if types.is_dictionary(kind) and types.is_string_view(kind.value_type):
        return _by_chunk(column, lambda chunk: _with_dictionary(chunk.indices, chunk.dictionary))
    if types.is_dictionary(kind) and not _is_text(kind):
        return _plain(column.cast(kind.value_type))
    if types.is_null(kind):
        return column.cast(pyarrow.string())
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind):
        return column.cast(pyarrow.string(), safe=False)
    return column


def _names(column: Any) -> Any:
    column = _plain(column)
    if _is_text(column.type):
        return column
    if not _is_number(column.type):
        return None
    _exact(column, "a name")
    numbers = _whole(column)
    return numbers if _is_text(numbers.type) else _by_dictionary(numbers)


def _exact(column: Any, what: str, below: float = math.inf) -> None:
    """Refuses floats below a bound that are so large that one float stands for several whole numbers: two names would
    become one."""
    from pyarrow import compute, types

    digits = next((bits for test, bits in _DIGITS.items() if getattr(types, test)(column.type)), None)
    if digits is None:
        return
    sizes = compute.abs(column.cast("float64"))
    lost = sizes.filter(compute.and_(compute.greater_equal(sizes, 2.0**digits), compute.less(sizes, below)))
    if len(lost) > 0:
        raise failure(
            Invalid,
            f"events: {lost[0].as_py():.0f} is {what} in a column of floats, which has lost its last digits; "
            "read the column as text or integers",
        )


_DIGITS = {"is_float64": 53, "is_float32": 24, "is_float16": 11}


def _times(column: Any) -> Any:
    from pyarrow import types

    column = _plain(column)
    kind = column.type
    if _is_text(kind) or types.is_timestamp(kind) or types.is_date(kind) or types.is_integer(kind):
        return column
    if types.is_float16(kind) or types.is_float32(kind):
        return None  # floats this short can only tell times apart that are minutes from each other
    return _whole(column) if _is_number(kind) else None


def _quantities(column: Any, what: str = "a quantity") -> Any:
    from pyarrow import types

    column = _plain(column)
    if _is_text(column.type) or types.is_integer(column.type):
        return column
    if not _is_number(column.type):
        return None
    _exact(column, what, 2.0**63)
    return _whole(column)


def _carried(column: Any) -> Any:
    """Casts a column of any type to text."""
    import pyarrow

    column = _plain(column)
    if _is_text(column.type):
        return column
    if _is_number(column.type):
        numbers = _whole(column)
        return numbers if _is_text(numbers.type) else _by_dictionary(numbers)
    try:
        return column.cast(pyarrow.string())
    except (pyarrow.ArrowInvalid, pyarrow.ArrowNotImplementedError):
        return None


_TO = {
    "account": _names,
    "product": _names,
    "id": _names,
    "time": _times,
    "quantity": _quantities,
    ATTRIBUTE: lambda column: _quantities(column, "an attribute"),
    CARRIED: _carried,
}


def in_words(kind: Any) -> str:
    """Names a type of Arrow in the words that people use for it."""
    from pyarrow import types

    words = {
        "true and false": types.is_boolean,
        "text": _is_text,
        "timestamps": types.is_timestamp,
        "dates": types.is_date,
        "times of day": types.is_time,
        "floats of few digits": lambda kind: types.is_float16(kind) or types.is_float32(kind),
        "durations": types.is_duration,
        "records": types.is_struct,
        "maps": types.is_map,
        "lists": lambda kind: types.is_nested(kind),
        "bytes of one length": types.is_fixed_size_binary,
    }
    return next((f"{name} ({kind})" for name, test in words.items() if test(kind)), str(kind))
