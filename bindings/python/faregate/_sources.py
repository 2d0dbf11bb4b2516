"""Reads a log in any form as pieces that can be read as Arrow.

Files are read a part at a time, by pyarrow; CSV also without pyarrow. A source that is neither a file nor made of files
has the Arrow interface, or is converted to an object that has it.
"""

import csv
import glob
import io
import os
import sys
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain
from typing import Any

from faregate import _csv
from faregate._arguments import a_path
from faregate._columns import Wanted, pick, text_of, texts_of
from faregate._convert import found, needed
from faregate._core import Error, Invalid, InvalidType
from faregate._dicts import Row, keys_of, piece_of
from faregate._documents import failure
from faregate._jsonl import json_pieces
from faregate._rows import Piece
from faregate._stream import Stream
from faregate._table import Table

_TRUSTED = ("pyarrow", "polars", "duckdb")
_BATCH_ROWS = 1 << 20
_DICT_ROWS = 1 << 16
_PACKED = {".gz": "gzip", ".zst": "zstd", ".bz2": "bz2", ".lz4": "lz4"}
_KINDS = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".jsonl": "lines of json",
    ".ndjson": "lines of json",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".feather": "feather",
    ".arrow": "feather",
    ".ipc": "feather",
}
_BEGINNINGS = {b"PAR1": "parquet", b"ARROW1": "feather", b"{": "json", b"[": "json"}
_PACKED_BEGINNINGS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bz2", b"\x04\x22\x4d\x18": "lz4"}


def sources_of(events: Any) -> Iterator[tuple[str | None, Any]]:
    """Yields each source with its name: files by path, others by None. A file that comes twice is refused, because it
    would be billed twice."""
    known = set()
    for name, source in _each(events):
        if isinstance(source, str) or name == "-":
            place = os.path.realpath(str(name))
            if place in known:
                raise failure(Invalid, f"events: {name} is there twice")
            known.add(place)
        yield name, source


def _each(events: Any) -> Iterator[tuple[str | None, Any]]:
    if isinstance(events, (str, os.PathLike)):
        yield from _files(a_path("events", events))
    elif isinstance(events, (list, tuple)) and not all(isinstance(item, Mapping) for item in events):
        for item in events:
            if isinstance(item, Mapping):
                raise failure(InvalidType, "events: expected rows or sources in a list, not both")
            if isinstance(item, tuple):
                raise failure(
                    InvalidType, "events: expected rows as dicts, not as tuples, which have no columns by name"
                )
            yield from _each(item)
    elif isinstance(events, Iterator) and not _is_file(events):
        first = next(events, None)
        if first is None:
            return
        items = chain([first], events)
        if isinstance(first, (str, os.PathLike)) or _is_file(first):
            yield from _each(list(items))
        else:
            yield None, items
    else:
        name = getattr(events, "name", None) if _is_file(events) else None
        yield name if isinstance(name, str) else None, events


def _is_file(source: Any) -> bool:
    """Whether a source is a file object. The reader of pandas for chunks has `read` too, but is an iterator of
    tables."""
    return hasattr(source, "read") and not hasattr(source, "get_chunk")


def _files(path: Any) -> Iterator[tuple[str, Any]]:
    path = os.fsdecode(path)
    if path == "-":
        yield "-", sys.stdin.buffer
    elif not os.path.exists(path) and glob.has_magic(path):
        matching = sorted(glob.glob(path, recursive=True))
        if not matching:
            raise failure(Invalid, f"events: there is no file {path!r}")
        for each in matching:
            yield each, each
    else:
        yield path, path


def pieces_of(source: Any, wanted: Wanted) -> Iterator[Piece]:
    """Yields the pieces of one source, in its order."""
    if isinstance(source, str):
        return _whole(_file_pieces(source, wanted))
    if hasattr(source, "iter_batches"):
        return _whole(_parquet_pieces(source, wanted))
    if hasattr(source, "num_record_batches"):  # a reader of a Feather file
        return _whole(_numbered(source.get_batch(place) for place in range(source.num_record_batches)))
    if hasattr(source, "fragments"):  # a ParquetDataset
        return _whole(_arrow_pieces(source.read(), wanted))
    if _is_file(source):
        return _whole(_stream_pieces(source, wanted))
    if isinstance(source, (list, tuple)):
        return _dict_pieces(source, wanted)
    if hasattr(source, "collect") and hasattr(source, "collect_schema"):
        return _lazy_pieces(source, wanted)
    if hasattr(source, "scanner"):
        return _dataset_pieces(source, wanted)
    if hasattr(source, "to_arrow_reader") and not hasattr(source, "__arrow_c_stream__"):
        return _numbered(source.to_arrow_reader(_BATCH_ROWS))
    if hasattr(source, "to_reader") and not hasattr(source, "__arrow_c_stream__"):  # a scanner of a dataset
        return _numbered(source.to_reader())
    if isinstance(source, Iterator):
        return _item_pieces(source, wanted)
    return _whole(_arrow_pieces(source, wanted))


def _whole(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Yields the same pieces. A damaged file raises an error of this package, whatever the library raises that reads
    it."""
    try:
        yield from pieces
    except Error:
        raise
    except (EOFError, ValueError, csv.Error, zlib.error) as error:
        raise failure(Invalid, f"events: {error}") from error
    except OSError as error:
        if error.errno is not None:
            raise  # an error of the system, such as a missing file
        raise failure(Invalid, f"events: {error}") from error


def _by_name(path: str) -> tuple[str | None, str | None]:
    """The format of a file by its name (None where the name does not say it), and how it is compressed."""
    rest, ending = os.path.splitext(path.lower())
    packed = _PACKED.get(ending)
    return _KINDS.get(os.path.splitext(rest)[1] if packed else ending), packed


def _kind_of(path: str) -> tuple[str, str | None]:
    """The format of a file by its name, which has to say it, and how it is compressed."""
    kind, packed = _by_name(path)
    if kind is None:
        endings = ", ".join(dict.fromkeys(_KINDS))
        raise failure(
            Invalid, f"events: expected a file of {endings}, perhaps packed as {', '.join(_PACKED)}, not {path!r}"
        )
    return kind, packed


def _file_pieces(path: str, wanted: Wanted) -> Iterator[Piece]:
    kind, packed = _kind_of(path)
    with open(path, "rb") as file:
        yield from _read(kind, file if packed is None else _unpacked(file, packed), wanted)


def _unpacked(file: Any, packed: str) -> Any:
    if packed == "gzip":
        import gzip

        return gzip.open(file, "rb")
    return needed("pyarrow", "arrow").CompressedInputStream(file, packed)


def _read(kind: str, file: Any, wanted: Wanted) -> Iterator[Piece]:
    if kind in ("csv", "tsv"):
        return _csv.pieces(file, wanted, "\t" if kind == "tsv" else None)
    if kind in ("json", "lines of json"):
        return json_pieces(file, wanted, may_be_array=kind == "json")
    whole = file if file.seekable() else io.BytesIO(file.read())
    if kind == "parquet":  # with pre_buffer the whole file would be in memory
        return _parquet_pieces(needed("pyarrow.parquet", "arrow").ParquetFile(whole, pre_buffer=False), wanted)
    return _feather_pieces(whole)


def _parquet_pieces(reader: Any, wanted: Wanted) -> Iterator[Piece]:
    there = [name for name in reader.schema_arrow.names if name.strip() in wanted]
    return _numbered(reader.iter_batches(_BATCH_ROWS, columns=there), reader.schema_arrow, wanted)


def _feather_pieces(file: Any) -> Iterator[Piece]:
    ipc = needed("pyarrow.ipc", "arrow")
    try:
        reader = ipc.open_file(file)
        return _numbered(reader.get_batch(place) for place in range(reader.num_record_batches))
    except needed("pyarrow", "arrow").ArrowInvalid:
        file.seek(0)
        return _numbered(ipc.open_stream(file))


def _numbered(batches: Iterable[Any], schema: Any = None, wanted: Wanted | None = None) -> Iterator[Piece]:
    """Yields pieces of batches, their rows numbered from 0. Large batches are divided, so that between pieces signals
    are handled. With a schema, a wanted column that is missing is an error even where there is no row."""
    row = 0
    if schema is not None:
        pick(schema.names, list(wanted or ()))
    for batch in batches:
        for first in range(0, max(batch.num_rows, 1), _BATCH_ROWS):
            yield Piece(batch.slice(first, _BATCH_ROWS), first=row + first)
        row += batch.num_rows


def _stream_pieces(file: Any, wanted: Wanted) -> Iterator[Piece]:
    """Reads a file object, whose format its name says, or else its first bytes."""
    stream: Any = Stream(file)
    begin = stream.peek(8)
    packed = next((how for magic, how in _PACKED_BEGINNINGS.items() if begin.startswith(magic)), None)
    if packed is not None:
        stream = Stream(_unpacked(io.BytesIO(stream.read()), packed))
        begin = stream.peek(8)
    begins_as = next((kind for magic, kind in _BEGINNINGS.items() if begin.lstrip().startswith(magic)), "csv")
    is_text = begins_as not in ("parquet", "feather")
    yield from _read(is_text and _named_kind(file) or begins_as, stream, wanted)


def _named_kind(file: Any) -> str | None:
    """The format that the name of an open file says. The name decides before the first bytes, because the first line of
    a text may be damaged."""
    name = getattr(file, "name", None)
    return _by_name(name)[0] if isinstance(name, str) else None


def _arrow_pieces(source: Any, wanted: Wanted) -> Iterator[Piece]:
    """Reads an object with the Arrow interface. Objects of known libraries go through pyarrow a batch at a time, which
    trusts them; those of all others go to the core, which checks them."""
    pyarrow = found("pyarrow")
    library = type(source).__module__.partition(".")[0]
    if library == "pandas" and hasattr(source, "columns"):
        yield from _pandas_pieces(_with_index(source, wanted), wanted)
        return
    if library in ("pandas", "polars") and not hasattr(source, "columns"):
        raise failure(InvalidType, f"events: expected a table, not one column ({type(source).__name__})")
    if pyarrow is None or library not in _TRUSTED or not hasattr(source, "__arrow_c_stream__"):
        yield Piece(source)
        return
    if hasattr(source, "select") and not isinstance(source, pyarrow.Table) and hasattr(source, "lazy"):
        source = _narrow(source.select([source.columns[place] for place in pick(source.columns, list(wanted))]))
    with closing(pyarrow.RecordBatchReader.from_stream(source)) as reader:
        yield from _numbered(reader, reader.schema, wanted)


def _narrow(frame: Any) -> Any:
    """A frame of Polars with text in place of what Arrow does not have: integers of 128 bits, and objects of Python."""
    kinds = {name: str(kind) for name, kind in frame.collect_schema().items()}
    wide = [name for name, kind in kinds.items() if kind in ("Int128", "UInt128")]
    objects = [name for name, kind in kinds.items() if kind == "Object" and hasattr(frame, "get_column")]
    if not wide and not objects:
        return frame
    polars = needed("polars", "polars")
    texts = [
        polars.Series(name, list(map(text_of, frame.get_column(name).to_list())), polars.String) for name in objects
    ]
    return frame.with_columns(polars.col(wide).cast(polars.String), *texts)


def _with_index(frame: Any, wanted: Wanted) -> Any:
    """The frame with the levels of its index that are wanted as columns, unless there are such columns."""
    columns = {str(name).strip() for name in frame.columns}
    levels = [name for name in frame.index.names if name is not None and str(name).strip() in set(wanted) - columns]
    return frame.reset_index(level=levels) if levels else frame


def _pandas_pieces(frame: Any, wanted: Wanted) -> Iterator[Piece]:
    """Converts the wanted columns of a DataFrame; a column with values of several types becomes text."""
    pyarrow = found("pyarrow")
    if pyarrow is None:
        yield Piece(Table({str(name): texts_of(frame[name].tolist()) for name in frame.columns if name in wanted}))
        return
    columns, names = [], []
    for place, name in enumerate(frame.columns):
        if str(name).strip() in wanted:
            columns.append(_of_series(pyarrow, frame.iloc[:, place]))
            names.append(str(name))
    if len(set(names)) < len(wanted):
        pick([str(name) for name in frame.columns], list(wanted))
    table = pyarrow.Table.from_arrays(columns, names)
    yield from _numbered(table.to_batches(_BATCH_ROWS), table.schema, wanted)


def _of_series(pyarrow: Any, series: Any) -> Any:
    """Converts a column, a part at a time where all parts become one type, so that between them signals are handled."""
    if hasattr(series.dtype, "freq") and hasattr(series.dt, "to_timestamp"):
        series = series.dt.to_timestamp()  # a period, such as a day, stands for its begin, as a date does
    try:
        parts = [
            pyarrow.array(series.iloc[first : first + _BATCH_ROWS], from_pandas=True)
            for first in range(0, max(len(series), 1), _BATCH_ROWS)
        ]
        if len({part.type for part in parts}) == 1:
            return pyarrow.chunked_array(parts)
        made = pyarrow.array(series, from_pandas=True)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, OverflowError):  # the last of integers beyond 64 bits
        made = pyarrow.array(texts_of(series.tolist()))
    return made


def _dataset_pieces(dataset: Any, wanted: Wanted) -> Iterator[Piece]:
    names = dataset.schema.names
    chosen = [names[place] for place in pick(names, list(wanted))]
    return _numbered(dataset.scanner(columns=chosen, batch_size=_BATCH_ROWS).to_reader())


def _lazy_pieces(frame: Any, wanted: Wanted) -> Iterator[Piece]:
    names = frame.collect_schema().names()
    chosen = [names[place] for place in pick(names, list(wanted))]
    row = 0
    frame = _narrow(frame.select(chosen))
    batches = frame.collect_batches() if hasattr(frame, "collect_batches") else [frame.collect()]
    for batch in batches:
        yield Piece(batch, first=row)
        row += len(batch)


def _dict_pieces(rows: Sequence[Row], wanted: Wanted) -> Iterator[Piece]:
    keys = keys_of(rows, wanted) if rows else {}
    for first in range(0, len(rows), _DICT_ROWS):
        part = rows[first : first + _DICT_ROWS]
        yield piece_of(part, range(first, first + len(part)), keys, wanted)


def _item_pieces(items: Iterator[Any], wanted: Wanted) -> Iterator[Piece]:
    """Reads an iterator over rows, or over tables."""
    row = 0
    for item in _in_parts(items):
        if isinstance(item, (str, os.PathLike)) or _is_file(item):
            raise failure(InvalidType, f"events: expected more rows or tables, not the file {item!r}")
        begin = row
        for piece in pieces_of(item, wanted):
            if not hasattr(piece.table, "__len__"):
                raise failure(InvalidType, f"events: expected rows or tables of an iterator, not {item!r}")
            row += len(piece.table) + len(piece.aside)
            yield _moved(piece, begin)


def _in_parts(items: Iterator[Any]) -> Iterator[Any]:
    """Yields rows many at a time, and tables one by one."""
    rows: list[Row] = []
    for item in items:
        is_row = isinstance(item, Mapping)
        if rows and (not is_row or len(rows) == _DICT_ROWS):
            yield rows
            rows = []
        if is_row:
            rows.append(item)
        elif isinstance(item, (list, tuple)) and not all(isinstance(row, Mapping) for row in item):
            raise failure(InvalidType, f"events: expected rows or tables of an iterator, not {item!r}")
        else:
            yield item
    if rows:
        yield rows


def _moved(piece: Piece, by: int) -> Piece:
    piece.first += by
    if piece.numbers is not None:
        piece.numbers = array("q", (number + by for number in piece.numbers))
    for aside in piece.aside:
        aside.number += by
    return piece
