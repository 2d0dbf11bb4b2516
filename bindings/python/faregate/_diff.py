"""Where two price books differ."""

from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any

from faregate._results import Results

if TYPE_CHECKING:
    from faregate._core import Difference


class BookDiff(Results["Difference"]):
    """The differences of two books, those first that decide an amount or an instant: each has path, ours, theirs,
    for_people."""

    __slots__ = ()

    def __str__(self) -> str:
        """One line for each difference; texts for people come after all others."""
        lines = [f"{each.path}: {_said(each.ours)} -> {_said(each.theirs)}" for each in self if not each.for_people]
        texts = [f"  {each.path}: {_said(each.ours)} -> {_said(each.theirs)}" for each in self if each.for_people]
        return "\n".join(lines + (["texts for people:", *texts] if texts else []))

    def _repr_html_(self) -> str:
        """Two tables for notebooks: the differences that decide an amount or an instant, and those of texts."""
        decides = _table("what decides", [each for each in self if not each.for_people])
        return decides + _table("texts for people", [each for each in self if each.for_people])


def _said(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_said(part)}" for key, part in value.items()) + "}"
    return "[" + ", ".join(map(_said, value)) + "]" if isinstance(value, tuple) else str(value)


def _table(caption: str, differences: "list[Difference]") -> str:
    if not differences:
        return ""
    head = "<tr><th>path</th><th>ours</th><th>theirs</th></tr>"
    rows = "".join(
        f"<tr><td>{escape(each.path)}</td><td>{escape(_said(each.ours))}</td><td>{escape(_said(each.theirs))}</td></tr>"
        for each in differences
    )
    return f"<table><caption>{escape(caption)}</caption>{head}{rows}</table>"
