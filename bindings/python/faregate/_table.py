"""Tables of columns, for whoever reads Arrow."""

from collections.abc import Iterator
from typing import Any

from faregate._core import Column, _table_stream


class Table:
    """Columns of equal length by name.

    What reads Arrow takes it without a copy: pyarrow.table(t), polars.DataFrame(t), duckdb.sql("from t").
    """

    def __init__(self, columns: dict[str, Column]) -> None:
        self._columns = columns

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(self._columns)

    def __getitem__(self, name: str) -> Column:
        return self._columns[name]

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), ()))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Its rows, each a dict by column."""
        names = self.columns
        for values in zip(*self._columns.values()):
            yield dict(zip(names, values))

    def __repr__(self) -> str:
        return f"<Table of {len(self)} rows: {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        """Its first rows, for notebooks."""
        from faregate._html import rows

        return rows(self)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The table as an Arrow stream of one batch."""
        return _table_stream(self._columns)

    def to_pandas(self) -> Any:
        """A pandas DataFrame: amounts as Decimal, times aware, nulls as pandas has them for the type."""
        import pandas  # type: ignore[import-untyped]

        return pandas.DataFrame({name: column.tolist() for name, column in self._columns.items()})
