from typing import TypeVar

from faregate._table import Table

_T = TypeVar("_T")

class Results(tuple[_T, ...]):
    @property
    def table(self) -> Table: ...
    def _repr_html_(self) -> str | None: ...
