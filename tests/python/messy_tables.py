"""Writes messy logs as tables of pandas, Polars, DuckDB and pyarrow, and as the files that these write."""

import io
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from messy_logs import Event, Making, MessyLog
from messy_values import micros

FORMS = ["arrow", "parquet", "feather", "polars", "lazy", "pandas", "dicts", "batches", "reader", "dataset", "duckdb",
         "chunks", "rows"]  # fmt: skip


def values_of(making: Making, rows: list[Event], first: int, log: MessyLog) -> dict[str, list[Any]]:
    """Columns of Python values by role; some values are missing, and their rows count as damaged."""
    make = making.make
    columns: dict[str, list[Any]] = {role: [getattr(row, role) for row in rows] for role in making.columns()}
    rate = make.choice([0, 0.03])
    for place in range(len(rows)):
        if make.random() < rate:
            columns[make.choice([role for role in making.columns() if role != "id"])][place] = None
            log.damaged.add(first + place)
    return columns


def time_column(making: Making, values: list[datetime | None]) -> Any:
    import pyarrow as pa

    make, manner = making.make, making.manner
    if manner.as_dates:
        return pa.array([None if time is None else date(time.year, time.month, time.day) for time in values])
    if manner.options.get("time_unit") and manner.unit:
        texts = [None if time is None else int(manner.write_time(time)) for time in values]
        return pa.array(texts, pa.int64())
    if manner.zone is not None:
        zone = ZoneInfo(manner.zone)
        naive = [None if time is None else time.astimezone(zone).replace(tzinfo=None) for time in values]
        return pa.array(naive, pa.timestamp("us"))
    if manner.options.get("time_unit") or make.random() < 0.2:
        return pa.array([None if time is None else manner.write_time(time) for time in values], pa.string())
    zone_name = make.choice(["UTC", "+08:00", "Asia/Shanghai", "Europe/Berlin"])
    numbers = [None if time is None else micros(time) for time in values]
    made = pa.array(numbers, pa.int64()).cast(pa.timestamp("us", "UTC"))
    return made.cast(pa.timestamp(make.choice(["us", "ns"]), zone_name))


def quantity_column(making: Making, values: list[int | None]) -> Any:
    import pyarrow as pa

    make, manner = making.make, making.manner
    numbers = pa.array(values, pa.int64())
    kinds = [pa.int64(), pa.int32(), pa.float64(), pa.decimal128(21, 2), "text"]
    kind = make.choice(kinds)
    if kind == "text":
        return pa.array([None if value is None else manner.write_quantity(value) for value in values], pa.string())
    return numbers.cast(kind)


def name_column(making: Making, role: str, values: list[str | None]) -> Any:
    import pyarrow as pa

    make = making.make
    if making.clean.by_number and role in ("account", "id"):
        kind = make.choice([pa.int64(), pa.uint64(), pa.string()])
        return pa.array([None if value is None else int(value) for value in values], pa.int64()).cast(kind)
    column = pa.array(values, make.choice([pa.string(), pa.large_string(), pa.string_view()]))
    return column.cast(pa.string()).dictionary_encode() if make.random() < 0.3 else column


def arrow_table(making: Making, rows: list[Event], first: int, log: MessyLog) -> Any:
    import pyarrow as pa

    columns = {}
    for role, values in values_of(making, rows, first, log).items():
        if role == "time":
            made = time_column(making, values)
        elif role == "quantity":
            made = quantity_column(making, values)
        else:
            made = name_column(making, role, values)
        columns[making.names[role]] = made
    names = list(columns)
    making.make.shuffle(names)
    extra = {"note": pa.array([[1]] * len(rows), pa.list_(pa.int64()))} if making.make.random() < 0.3 else {}
    return pa.table({name: columns[name] for name in names} | extra)


def parquet_data(making: Making, rows: list[Event], first: int, file: str | None, log: MessyLog) -> bytes:
    import pyarrow.parquet

    sink = io.BytesIO()
    made = arrow_table(making, rows, first, log)
    pyarrow.parquet.write_table(made, sink, row_group_size=making.make.randint(1, 100))
    log.places |= {(file, place): first + place for place in range(len(rows))}
    log.form += " parquet"
    return sink.getvalue()


def table(making: Making, rows: list[Event]) -> MessyLog:
    make, folder = making.make, making.folder
    log = MessyLog(None, places={(None, place): place for place in range(len(rows))}, form=make.choice(FORMS))
    if log.form in ("dicts", "rows"):
        columns = values_of(making, rows, 0, log)
        if making.manner.zone or making.manner.options.get("time_unit"):
            columns["time"] = [None if time is None else making.manner.write_time(time) for time in columns["time"]]
        names = [making.names[role] for role in columns]
        made = [dict(zip(names, row)) for row in zip(*columns.values())]
        log.source = made if log.form == "dicts" else iter(made)
        return log
    log.source = _source(make, folder, arrow_table(making, rows, 0, log), log.form)
    return log


def _source(make: Any, folder: Any, made: Any, form: str) -> Any:
    import pandas
    import polars
    import pyarrow.dataset
    import pyarrow.feather
    import pyarrow.parquet

    if form == "parquet":
        pyarrow.parquet.write_table(made, folder / "usage.parquet", row_group_size=make.randint(1, 100))
        return make.choice([folder / "usage.parquet", open(folder / "usage.parquet", "rb")])
    if form == "feather":
        plain = made.drop_columns(["note"]) if "note" in made.column_names else made
        pyarrow.feather.write_feather(plain, folder / "usage.feather", chunksize=make.randint(1, 100))
        return folder / "usage.feather"
    if form in ("polars", "lazy"):
        frame = polars.from_arrow(made)
        assert isinstance(frame, polars.DataFrame)
        return frame if form == "polars" else frame.lazy()
    if form == "pandas":
        return pandas.DataFrame(made.to_pandas())
    if form == "duckdb":
        import duckdb

        return duckdb.connect().from_arrow(made)
    if form == "dataset":
        return pyarrow.dataset.dataset(made)
    batches = made.to_batches(max_chunksize=make.randint(1, 50))
    if form == "reader":
        return pyarrow.RecordBatchReader.from_batches(made.schema, batches)
    if form == "chunks":
        return iter([pandas.DataFrame(batch.to_pandas()) for batch in batches])
    return made if form == "arrow" else iter(batches)
