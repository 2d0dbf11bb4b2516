"""Lists of results."""

from typing import Any


class Results(tuple[Any, ...]):
    """A tuple of results, which notebooks show as a table."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        from faregate._html import table

        return table(self)
