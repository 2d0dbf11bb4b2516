"""Lists of results. Its types are in a stub, because typing takes longer to import than all of faregate."""


class Results(tuple):
    """A tuple of results. Notebooks show it as a table, and `table` is one for pandas, Polars, Arrow and files."""

    __slots__ = ()

    @property
    def table(self):
        """A row for each result. What a result holds inside has columns by both names, as cost_packs; lists in it are
        left out."""
        from faregate._row_table import table_of

        return table_of(self)

    def _repr_html_(self):
        from faregate._html import table

        return table(self) or None
