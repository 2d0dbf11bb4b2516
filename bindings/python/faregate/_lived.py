"""The timelines that the accounts of bills lived: the commands that were entered, and the events of the log that
happened."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from faregate._core import Book, Invalid
from faregate._documents import failure

if TYPE_CHECKING:
    from faregate.billing import Bills

Command = dict[str, Any]


def timeline_of(bills: "Bills", account: str) -> dict[str, Any]:
    begun = bills._begun.of(account)
    given = [_plain_command(command) for command in begun.pop("commands", ())]
    # By time, because a log that was sorted for billing (`sort`) has its rows here in the order of the log.
    events = sorted(_events_of(bills, account), key=lambda event: _instant(bills.book, event["at"]))
    opened = {command["product"] for command in given if command["do"] == "open"}
    commands = sorted(
        [*given, *_openings(bills.book, events, opened), *events],
        key=lambda command: _instant(bills.book, command["at"]),
    )
    return {"book": bills.book.to_dict(), **begun, "commands": commands}


def _instant(book: Book, at: str) -> datetime:
    instant = datetime.fromisoformat(at)
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=_offset_of(book, instant))


def _offset_of(book: Book, civil: datetime) -> Any:
    """The offset of a command's time that has none of its own: that of the price book."""
    from datetime import timedelta, timezone

    offset = str(book.to_dict().get("utc_offset", "+00:00"))
    minutes = int(offset[1:3]) * 60 + int(offset[4:6])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def _openings(book: Book, events: list[Command], opened: set[str]) -> Iterator[Command]:
    """Yields a command `open` at the first event of each product that was not opened by a command (R33)."""
    parts = {event["id"]: event["products"] for event in book.to_dict().get("events", ())}
    for event in events:
        for product in parts.get(event["product"], [event["product"]]):
            if product not in opened:
                opened.add(product)
                yield {"at": event["at"], "do": "open", "product": product}


def _events_of(bills: "Bills", account: str) -> Iterator[Command]:
    """Yields the events of an account. All events are sorted to their accounts at the first call, because each account
    may be asked for."""
    if bills._events_by_account is None:
        bills._events_by_account = defaultdict(list)
        for row in bills._events:
            bills._events_by_account[row["account"]].append(row)
    for row in bills._events_by_account.get(account, ()):
        yield _event(bills, row)


def _event(bills: "Bills", row: Mapping[str, Any]) -> Command:
    told: Command = {"at": row["time"].isoformat(), "do": "use", "product": row["product"], "quantity": row["quantity"]}
    if row["quantity"] < 0:
        told |= {"do": "adjust", "reason": "a row of the log"}
    if row["id"] is not None:
        told["id"] = row["id"]
    attributes = {
        name: bills._begun.value(name, row.get(column))
        for name, column in bills._begun.attributes.items()
        if row.get(column) is not None
    }
    return {**told, "attributes": attributes} if attributes else told


def set_aside_of(bills: "Bills") -> dict[str, dict[str, list[Command]]]:
    """The rows of the log that were not billed, by account, and within it by what became of them."""
    tables = {"repeated": bills.repeats, "after the end": bills.later, "not read": bills.bad_rows}
    rows = [(what, row) for what, table in tables.items() for row in table]
    rows += [(f"refused: {row['code']}", row) for row in bills.refusals]
    aside: dict[str, dict[str, list[Command]]] = defaultdict(lambda: defaultdict(list))
    for what, row in rows:
        is_event = row["account"] is not None and row["row"] is not None and row["time"] is not None
        if is_event and row["product"] is not None and row["quantity"] is not None and row["quantity"] > 0:
            told = {"at": row["time"].isoformat(), "do": "use", "product": row["product"], "quantity": row["quantity"]}
            aside[row["account"]][what].append(told)
    return aside


def _plain_command(command: Mapping[str, Any]) -> Command:
    return {key: _plain(value) for key, value in command.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Book):
        return value.to_dict()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return value


class Begun:
    """What the accounts of bills began with: wallet, policy, attributes and commands."""

    def __init__(
        self,
        accounts: Mapping[str, Any],
        wallet: Mapping[str, Any] | None,
        policy: Mapping[str, Any] | None,
        attributes: Mapping[str, str],
        book: Book,
    ) -> None:
        self._known = {
            name.strip() if isinstance(name, str) else name: dict(known) if isinstance(known, Mapping) else None
            for name, known in accounts.items()
        }
        self._others = {"wallet": wallet, "policy": policy}
        self.attributes = dict(attributes)
        declared = book.to_dict().get("attributes", ()) if attributes else ()
        self._numbers = frozenset(attribute["id"] for attribute in declared if "whole" in attribute)

    def of(self, account: str) -> dict[str, Any]:
        known = self._known.get(account, self._others)
        if known is None:
            raise failure(
                Invalid,
                f"ours: account {account!r} was entered with a past that is not in the bills: enter it as a dict with "
                "its commands",
            )
        return {key: _plain(value) for key, value in known.items() if value is not None}

    def value(self, name: str, value: Any) -> Any:
        """The value of an attribute for a command; where the book declares a whole number, the log may have it as
        text."""
        return int(value) if name in self._numbers and isinstance(value, str) else value
