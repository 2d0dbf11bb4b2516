"""Writes messy logs as text: CSV with any separator, JSON by lines or as a list, compressed or not, in one file or
several."""

import bz2
import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

from messy_logs import Event, Making, MessyLog

MARK = b"\xef\xbb\xbf"


def packed(data: bytes, how: str) -> bytes:
    import pyarrow as pa

    if how == ".gz":
        return gzip.compress(data)
    if how == ".bz2":
        return bz2.compress(data)
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, {".zst": "zstd", ".lz4": "lz4"}[how]) as stream:
        stream.write(data)
    made: bytes = sink.getvalue().to_pybytes()
    return made


def source_of(making: Making, log: MessyLog, ending: str, data: bytes, nameless: bool = True) -> None:
    """Puts the bytes into a file, a stream or standard input, and makes this the source of the log."""
    make = making.make
    how = make.choice(["", "", "", ".gz", ".zst", ".bz2", ".lz4"])
    data = packed(data, how) if how else data
    path = making.folder / f"usage{ending}{how}"
    path.write_bytes(data)
    where = make.choice(["path", "text", "list", "pattern", "open", "bytes", "stdin"])
    if where in ("bytes", "stdin") and not nameless:
        where = "open"
    log.form += f" {how} {where}"
    if where == "stdin":
        log.source, log.stdin = "-", data
    elif where == "open":
        log.source = open(path, "rb")
    elif where == "bytes":
        log.source = io.BytesIO(data)
    elif where == "pattern":
        log.source = str(making.folder / f"usag?{ending}{how}")
    else:
        log.source = {"path": path, "text": str(path), "list": [path]}[where]


def damaged_line(making: Making, line: bytes, delimiter: bytes, head: bytes) -> bytes:
    make = making.make
    how = make.randrange(15)
    if how == 0:
        place = make.randrange(len(line) + 1)
        return line[:place] + b'"' + line[place:]
    if how == 1:
        return line + delimiter + b"more"
    if how == 2:
        return line[: line.rindex(delimiter)] if delimiter in line else line + delimiter
    if how == 3:
        return MARK + line
    if how == 4:
        place = make.randrange(len(line) + 1)
        return line[:place] + b"\xff" + line[place:]
    if how == 5:
        place = make.randrange(1, len(line))
        return line[:place] + b"\r" + line[place:]
    if how == 6:
        return b'"' + line
    if how == 7:
        place = make.randrange(len(line) + 1)
        return line[:place] + b"\0" + line[place:]
    if how == 8 and line.count(delimiter) > 1:  # a line cut in its last field can still be read
        return line[: make.randrange(1, line.rindex(delimiter))]
    if how == 9:
        return delimiter + line
    if how == 10:
        return b'"' + line.replace(b'"', b'""') + b'"'  # as a program does that takes a line for one value
    if how == 11:
        return line.decode().encode("utf-16-le")
    if how == 12:
        return head  # where files were put together
    if how == 13:
        return line[: len(line) // 3] + b"\x00" * 64  # as a file ends after a power cut
    return delimiter * 4


def text_data(making: Making, rows: list[Event], first: int, file: str | None, log: MessyLog) -> tuple[str, bytes]:
    """Writes rows as CSV, the first of which is row `first` of the log; returns the suffix for the file and its
    bytes."""
    make, manner = making.make, making.manner
    delimiter = make.choice([",", ",", "\t", ";", "|"])
    names = making.columns()
    make.shuffle(names)
    if make.random() < 0.3:
        names.insert(make.randint(0, len(names)), "note")
    quoting = make.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
    end = make.choice([b"\n", b"\r\n"])
    padded = make.random() < 0.2
    heads = [making.names.get(name, name) for name in names]
    heads = [f" {name}" if make.random() < 0.1 else name for name in heads]
    lines = [line_of(heads, delimiter, quoting)]
    rate = make.choice([0, 0, 0.05, 0.3])
    if make.random() < 0.3:
        lines[0] = MARK + lines[0]
    number = 1
    for place, row in enumerate(rows, first):
        if make.random() < 0.03:
            lines.append(make.choice([b"", b"  "]) if delimiter != "\t" and len(names) > 1 else b"")
            number += 1
        account = f" {row.account} " if padded and make.random() < 0.5 else row.account
        note = make.choice(["", "two\nlines", 'a "word"', "plain"])
        values = {"account": account, "time": manner.write_time(row.time), "product": row.product, "id": row.id}
        values |= {"quantity": manner.write_quantity(row.quantity), "note": note}
        line = line_of([values[name] for name in names], delimiter, quoting)
        number += 1
        if make.random() < rate:
            line = damaged_line(making, line, delimiter.encode(), lines[0].removeprefix(MARK))
            log.damaged.add(place)
        log.places[file, number] = place
        number += line.count(b"\n")
        lines.append(line)
    log.form += f" text {delimiter!r} {quoting}"
    return ".tsv" if delimiter == "\t" else ".csv", end.join(lines) + (end if make.random() < 0.8 else b"")


def text_file(making: Making, rows: list[Event]) -> MessyLog:
    log = MessyLog(None)
    ending, data = text_data(making, rows, 0, None, log)
    source_of(making, log, ending, data)
    return log


def line_of(values: list[str], delimiter: str, quoting: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\r\n").writerow(values)
    return text.getvalue().removesuffix("\r\n").encode()


def json_value(making: Making, row: Event) -> dict[str, Any]:
    make, manner = making.make, making.manner
    time = manner.write_time(row.time)
    whole = int if manner.options.get("thousands") else make.choice([int, float, str])
    made: dict[str, Any] = {"time": int(time) if time.isdigit() else time, "quantity": whole(row.quantity)}
    made |= {"account": row.account, "product": row.product, "id": row.id}
    if making.clean.by_number:
        made |= {"account": int(row.account), "id": int(row.id)}
    return {making.names[name]: made[name] for name in making.columns()} | {"note": [1, {"a": None}]}


def json_data(
    making: Making, rows: list[Event], first: int, file: str | None, log: MessyLog, named: bool = True
) -> tuple[str, bytes]:
    """Writes rows as JSON, as text_data does. The first line is not damaged if the stream has no name, because a reader
    knows by this line that it is JSON."""
    make = making.make
    is_list = make.random() < 0.2
    rate = 0 if is_list else make.choice([0, 0, 0.1])
    lines: list[bytes] = []
    for place, row in enumerate(rows, first):
        if not is_list and make.random() < 0.03:
            lines.append(b"")
        line = json.dumps(json_value(making, row), ensure_ascii=make.random() < 0.5).encode()
        if make.random() < rate and (place > first or named):
            damages = [line[:-1], b"null", b"[]", b"{}", line.replace(b"{", b"{\xff", 1), line + line, line[: len(line) // 2],
                       b'"text"', b"1", line.replace(b":", b"=", 1), line[1:], b"\x00" * 64]  # fmt: skip
            line = make.choice(damages)
            log.damaged.add(place)
        log.places[file, place - first if is_list else len(lines) + 1] = place
        lines.append(line)
    log.form += " json list" if is_list else " json"
    if is_list:
        return ".json", b"[\n" + b",\n".join(lines) + b"]"
    return make.choice([".jsonl", ".ndjson"]), b"\n".join(lines) + b"\n"


def json_file(making: Making, rows: list[Event]) -> MessyLog:
    log = MessyLog(None)
    named = making.make.random() < 0.5
    ending, data = json_data(making, rows, 0, None, log, named)
    source_of(making, log, ending, data, nameless=not named)
    return log


def several_files(making: Making, rows: list[Event]) -> MessyLog:
    """Writes the rows of one log into several files, each in a form of its own."""
    make = making.make
    log = MessyLog([], several=True)
    edges = sorted(make.randint(0, len(rows)) for _ in range(make.randint(1, 3)))
    for number, (first, end) in enumerate(zip([0, *edges], [*edges, len(rows)])):
        part = rows[first:end]
        kind = make.choice(["text", "text", "json", "parquet"]) if part else "text"
        stem = str(making.folder / f"part-{number}")
        if kind == "parquet":
            from messy_tables import parquet_data

            path, data = f"{stem}.parquet", parquet_data(making, part, first, f"{stem}.parquet", log)
        else:
            ending, data = (text_data if kind == "text" else json_data)(making, part, first, "?", log)
            path = stem + ending
            log.places |= {(path, row): place for (file, row), place in log.places.items() if file == "?"}
            log.places = {key: place for key, place in log.places.items() if key[0] != "?"}
        Path(path).write_bytes(data)
        log.source.append(path)
    return log
