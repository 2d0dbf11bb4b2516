"""Lists of results. Types are in a stub, because the module typing takes longer to import than all of faregate."""


class Results(tuple):
    """A tuple of results. Notebooks show it as a table, and `table` is one for pandas, Polars, Arrow and files."""

    __slots__ = ()

    @property
    def table(self):
        """A row for each result. The values within a result have columns by both names, such as cost_packs; lists are
        left out."""
        from faregate._row_table import table_of

        return table_of(self)

    def _repr_html_(self):
        from faregate._html import table

        return table(self) or None
