"""Lists of results."""

TYPE_CHECKING = False  # as typing has it, which takes longer to import than all of faregate
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    _Tuple: TypeAlias = tuple[Any, ...]
else:
    _Tuple = tuple


class Results(_Tuple):
    """A tuple of results, which notebooks show as a table."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        from faregate._html import table

        return table(self)
