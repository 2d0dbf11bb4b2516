"""Reads an invoice, in whatever form it comes, as rows of texts and whole numbers; the core reads what these mean."""

import csv
import io
import math
import operator
import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from faregate._arguments import wrong
from faregate._convert import needed
from faregate._core import Invalid
from faregate._documents import failure, parsed, read_bytes


def invoice_of(theirs: Any) -> Any:
    if isinstance(theirs, (str, os.PathLike)):
        return _file(Path(theirs))
    if isinstance(theirs, Mapping):
        return _plain("theirs", theirs)
    return [_row(place, row) for place, row in enumerate(_rows(theirs))]


def _rows(theirs: Any) -> Iterable[Any]:
    """The rows of a table of any library, or of any iterable."""
    if hasattr(theirs, "to_dicts"):  # Polars, whose columns have different names
        rows: Iterable[Any] = theirs.to_dicts()
    elif hasattr(theirs, "to_pylist"):  # pyarrow
        rows = _different(getattr(theirs, "column_names", ()), theirs).to_pylist()
    elif type(theirs).__module__.partition(".")[0] == "pandas" and hasattr(theirs, "columns"):
        levels = [name for name in theirs.index.names if name is not None and name not in theirs.columns]
        rows = _different(theirs.columns, theirs).reset_index(level=levels).to_dict("records")
    elif hasattr(theirs, "__arrow_c_stream__") and not isinstance(theirs, Iterable):
        table = needed("pyarrow", "arrow").table(theirs)
        rows = _different(table.column_names, table).to_pylist()
    elif isinstance(theirs, Iterable) and not isinstance(theirs, (bytes, bytearray)):
        rows = theirs
    else:
        raise wrong("theirs", "a table, a list of dicts, a path or JSON", theirs)
    return rows


def _different(names: Iterable[Any], table: Any) -> Any:
    """Returns the table if its columns have different names, because of two with one name a row would have the last."""
    listed = [str(name).strip() for name in names]
    twice = next((name for name in listed if listed.count(name) > 1), None)
    if twice is not None:
        raise failure(Invalid, f"theirs: two columns have one name, {twice!r}")
    return table


def _row(place: int, row: Any) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        raise wrong(f"theirs[{place}]", "a dict", row)
    made = {str(name).strip(): _plain(f"theirs[{place}].{name}", value) for name, value in row.items()}
    return made if len(made) == len(row) else _different(row, made)


def _plain(path: str, value: Any) -> Any:
    """A value as JSON can hold it; numbers that are not whole become text."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(f"{path}.{key}", part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(f"{path}[{place}]", part) for place, part in enumerate(value)]
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else None
    if isinstance(value, (date, datetime)):
        return None if value != value else value.isoformat()  # NaT of pandas is not equal to itself
    return _number_or_text(path, value)


def _number_or_text(path: str, value: Any) -> Any:
    try:
        return operator.index(value)
    except TypeError:
        pass
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None if type(value).__name__ in ("NAType", "NaTType") else str(value)  # a Period of pandas, or text
    if math.isnan(number):
        return None
    if math.isinf(number):
        raise failure(Invalid, f"{path}: expected a number, not {number}")
    return format(Decimal(repr(number)), "f")


def _file(path: Path) -> Any:
    kind = path.suffix.lower()
    if kind in (".parquet", ".pq"):
        return invoice_of(needed("pyarrow.parquet", "arrow").read_table(path))
    if kind in (".feather", ".arrow"):
        return invoice_of(needed("pyarrow.feather", "arrow").read_table(path))
    if kind in (".xlsx", ".xlsm", ".xls", ".ods"):
        needed("openpyxl", "pandas")
        return invoice_of(needed("pandas", "pandas").read_excel(path, dtype=object))
    text = _decoded(read_bytes(path))
    if kind in (".json", ".jsonl", ".ndjson") or text.lstrip()[:1] in ("{", "["):
        return _json(path, text)
    return _table(path, text)


def _decoded(raw: bytes) -> str:
    """Decodes a file: UTF-8, or what spreadsheets on Windows write: UTF-16 with a byte order mark, or else GB 18030."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _json(path: Path, text: str) -> Any:
    """Reads a document, rows, or lines with one row each. An object with neither object nor list in it is a row, the
    only one of its file, because a document has rows in it."""
    try:
        read = parsed(text, parse_float=str)
    except (ValueError, RecursionError) as error:
        try:
            # Only a line feed ends a line: other signs that Python takes for an end may stand within a text.
            return [parsed(line, parse_float=str) for line in text.split("\n") if line.strip()]
        except (ValueError, RecursionError):
            raise failure(Invalid, f"{path}: {error}") from None
    is_row = isinstance(read, dict) and not any(isinstance(value, (dict, list)) for value in read.values())
    return [read] if is_row else read


def _table(path: Path, text: str) -> list[dict[str, Any]]:
    """Reads CSV, with the delimiter that most lines have. The header is the first line with more than half as many
    values as the longest line; lines before it belong to the letter around the table."""
    lines = io.StringIO(text, newline="").readlines()  # splitlines() would also end a line at signs within a text
    mark = max("\t;,|", key=lambda sign: sum(sign in line for line in lines))
    rows = [row for row in csv.reader(lines, delimiter=mark) if any(map(str.strip, row))]
    if not rows:
        raise failure(Invalid, f"{path}: there is no row")
    widths = [sum(1 for value in row if value.strip()) for row in rows]
    first = next(place for place, width in enumerate(widths) if 2 * width > max(widths))
    head = [name.strip() for name in rows[first]]
    named = [name for name in head if name]
    if len(set(named)) < len(named):
        raise failure(Invalid, f"{path}: two columns have one name")
    for number, row in enumerate(rows[first + 1 :], 1):
        if any(map(str.strip, row[len(head) :])):
            raise failure(Invalid, f"{path}: row {number} has {len(row)} values, and there are {len(head)} columns")
    return [{name: value for name, value in zip(head, row) if name} for row in rows[first + 1 :]]
