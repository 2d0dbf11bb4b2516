"""Checks the arguments of faregate.bill that say how a log is billed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from faregate._arguments import wrong
from faregate._columns import ROLES, Names
from faregate._core import Invalid, InvalidType
from faregate._documents import failure

if TYPE_CHECKING:
    from faregate._log import Options

DETAIL = ("row", "file", "account", "time", "product", "quantity", "id", "free", "packs", "postpaid", "unbilled")

# The marks of thousands, by each of their forms: blanks that do not break a line or are narrow are blanks to the core.
_THOUSANDS = {",": ",", ".": ".", "'": "'", "\u2019": "'", "_": "_"}
_THOUSANDS |= dict.fromkeys((" ", "\u00a0", "\u2009", "\u202f"), " ")


def options_of(
    time_unit: str | None, tz: str | None, thousands: str | None, corrections: bool, sort: bool
) -> "Options":
    from faregate._log import Options
    from faregate._zone import zone_of

    if time_unit not in (None, "s", "ms", "us", "ns"):
        raise failure(Invalid, f"time_unit: expected 's', 'ms', 'us' or 'ns', not {time_unit!r}")
    if thousands is not None and (not isinstance(thousands, str) or thousands not in _THOUSANDS):
        raise failure(Invalid, f"thousands: expected one of , . ' _ and the blank, not {thousands!r}")
    for name, value in (("corrections", corrections), ("sort", sort)):
        if not isinstance(value, bool):
            raise failure(InvalidType, f"{name}: expected True or False, not {value!r}")
    mark = "\0" if thousands is None else _THOUSANDS[thousands]
    return Options(time_unit, None if tz is None else zone_of(tz), mark, corrections, sort)


def attributes_of(attributes: Iterable[str] | Mapping[str, str]) -> dict[str, str]:
    """Reads `attributes` as the columns of the log by the names of attributes."""
    if isinstance(attributes, str) or not isinstance(attributes, Iterable):
        raise wrong("attributes", "a list of names, or a dict of names and columns", attributes)
    by_name = dict(attributes) if isinstance(attributes, Mapping) else {name: name for name in attributes}
    for name, column in by_name.items():
        if not isinstance(name, str) or not isinstance(column, str):
            raise wrong("attributes", "names of attributes and of columns", name if isinstance(column, str) else column)
    if len(set(by_name.values())) < len(by_name):
        raise failure(Invalid, "attributes: two of them have one column")
    return by_name


def names_of(
    columns: Mapping[str, str],
    constants: Mapping[str, Any],
    id: str | None,
    attributes: Iterable[str] | Mapping[str, str] = (),
) -> Names:
    for argument, given in (("columns", columns), ("constants", constants)):
        if not isinstance(given, Mapping):
            raise failure(InvalidType, f"{argument}: expected a dict, not {given!r}")
    for role, name in columns.items():
        if role not in ROLES or not isinstance(name, str):
            turned = f"; perhaps the other way round: {{{name!r}: {role!r}}}" if name in ROLES else ""
            raise failure(
                Invalid,
                f"columns.{role}: expected the name of a column for account, time, product or quantity{turned}"
                + ("; ids are asked for by id=" if role == "id" else ""),
            )
    for role, value in constants.items():
        if role not in ROLES or role in columns:
            raise failure(
                Invalid,
                f"constants.{role}: expected the value of account, time, product or quantity, "
                "not of what `columns` has",
            )
        is_whole = hasattr(value, "__index__") and not (isinstance(value, bool) or hasattr(value, "__len__"))
        if not (is_whole or isinstance(value, (str, float, Decimal, date))) or value != value:
            raise wrong(f"constants.{role}", "a text, a whole number or a time", value)
    if not (id is None or isinstance(id, str)):
        raise failure(InvalidType, f"id: expected the name of a column, not {id!r}")
    own: dict[str, Any] = dict(columns)
    names = Names(**own, id=id, attributes=attributes_of(attributes))
    of_roles = list(names.of_roles(constants).values())
    twice = next((name for name in names.attributes.values() if of_roles.count(name) > 1), None)
    if twice is not None:
        raise failure(Invalid, f"attributes: the column {twice!r} is already that of the account, time or the like")
    return names


def carried_of(detail: bool | Iterable[str]) -> tuple[str, ...] | None:
    """Reads `detail` as the names of columns that go through to the detail; None if no detail is asked for."""
    if isinstance(detail, bool):
        return () if detail else None
    if isinstance(detail, str) or not isinstance(detail, Iterable):
        raise wrong("detail", "True, False or a list of names of columns", detail)
    carried = tuple(detail)
    for name in carried:
        if not isinstance(name, str):
            raise wrong("detail", "names of columns", name)
        if name in DETAIL or carried.count(name) > 1:
            raise failure(Invalid, f"detail: there is a column {name!r} already; rename that of the log")
    return carried


def of_attributes(names: Names, carried: Sequence[str]) -> list[str]:
    """The columns of attributes, which go through to the detail too, so that its events can be replayed."""
    return [column for column in names.attributes.values() if column not in carried and column not in DETAIL]
