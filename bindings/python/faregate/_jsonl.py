"""Reads JSON, with one object on each line, or one array of objects.

A block of lines is read by pyarrow at once, with the types that its first line has. Where a line is damaged, or has
other types, the block is read line by line.
"""

import json
from array import array
from collections.abc import Iterator, Mapping
from typing import Any

from faregate._columns import Wanted, pick
from faregate._convert import found
from faregate._core import Invalid
from faregate._dicts import keys_of, piece_of
from faregate._documents import failure, parsed
from faregate._rows import Aside, Piece

BLOCK = 1 << 23


def json_pieces(stream: Any, wanted: Wanted, may_be_array: bool) -> Iterator[Piece]:
    line = 1
    left = b""
    known: dict[str, None] = {}
    while True:
        read = stream.read(BLOCK)
        left = left.removeprefix(b"\xef\xbb\xbf") if line == 1 else left
        if may_be_array and line == 1 and (left + read).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
            yield from _array_pieces(left + read + stream.read(), wanted)
            return
        end = len(read) if not read else read.rfind(b"\n") + 1
        block, left = (left + read[:end], read[end:]) if end or not read else (b"", left + read)
        if block and not block.endswith(b"\n"):
            block += b"\n"
        if block:
            yield _read_block(block, line, wanted, known)
            line += block.count(b"\n")
        if not read:
            break
    if known:
        pick(list(known), list(wanted))


def _array_pieces(text: bytes, wanted: Wanted) -> Iterator[Piece]:
    try:
        rows = _parsed(text.removeprefix(b"\xef\xbb\xbf"))
    except ValueError as error:
        raise failure(Invalid, f"events: {error}") from None
    aside = [
        Aside(place, "expected an object", json.dumps(row)) for place, row in enumerate(rows) if not _is_object(row)
    ]
    numbers = array("q", [place for place, row in enumerate(rows) if _is_object(row)])
    objects = [row for row in rows if _is_object(row)]
    piece = piece_of(objects, numbers, keys_of(objects, wanted) if objects else {}, wanted)
    piece.aside += aside
    yield piece


def _is_object(row: Any) -> bool:
    return isinstance(row, Mapping)


def _parsed(text: bytes) -> Any:
    """Reads JSON; numbers with a point become text, so that they keep all digits."""
    return parsed(text, parse_float=str)


def _read_block(block: bytes, line: int, wanted: Wanted, known: dict[str, None]) -> Piece:
    reader = found("pyarrow.json")
    lines = block.count(b"\n")
    if reader is not None:
        table = _at_once(reader, block, wanted, known)
        if table is not None and table.num_rows == lines:
            return Piece(table, first=line)
    return _line_by_line(block, line, wanted, known)


def _at_once(reader: Any, block: bytes, wanted: Wanted, known: dict[str, None]) -> Any:
    """Reads all lines of a block as one table; None where not all of them are of one kind."""
    import pyarrow  # type: ignore[import-untyped]

    kinds = {str: pyarrow.string(), int: pyarrow.int64()}
    try:
        first = json.loads(block[: block.index(b"\n")])
        fields = [(name, kinds[type(first[name])]) for name in wanted]
        table = reader.read_json(
            pyarrow.py_buffer(block),
            reader.ReadOptions(use_threads=False, block_size=len(block) + 1),
            reader.ParseOptions(explicit_schema=pyarrow.schema(fields), unexpected_field_behavior="ignore"),
        )
    except (ValueError, KeyError, TypeError):
        return None
    known.update(dict.fromkeys(first))
    return table


def _line_by_line(block: bytes, line: int, wanted: Wanted, known: dict[str, None]) -> Piece:
    rows: list[Mapping[str, Any]] = []
    numbers = array("q")
    aside: list[Aside] = []
    blank = 0
    for number, text in enumerate(block.split(b"\n")[:-1], line):
        if not text.strip():
            blank += 1
            continue
        try:
            row = _parsed(text)
            reason = None if _is_object(row) else "expected an object"
        except ValueError as error:
            reason = f"expected JSON: {error}"
        except RecursionError:
            reason = "expected JSON: it is nested too deeply"
        if reason is not None:
            aside.append(Aside(number, reason, text.decode("utf-8", "backslashreplace")))
        else:
            known.update(dict.fromkeys(row))
            rows.append(row)
            numbers.append(number)
    piece = piece_of(rows, numbers, _keys(known, wanted), wanted)
    piece.aside += aside
    piece.blank = blank
    return piece


def _keys(known: Mapping[str, None], wanted: Wanted) -> dict[str, str]:
    """The keys of the wanted columns as the lines write them; a key that no line has had so far may still come."""
    bare = {key.strip(): key for key in known}
    return {name: name if name in known else bare.get(name, name) for name in wanted}
