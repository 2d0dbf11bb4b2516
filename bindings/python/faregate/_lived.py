"""The timelines that the accounts of bills lived: the commands that were entered, and the events of the log that
happened."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from faregate._begun import Begun, Command
from faregate._core import Book
from faregate._table import Table


class Lived:
    """What the accounts of bills lived, as timelines that can be replayed."""

    def __init__(self, events: Table, begun: Begun, book: Book) -> None:
        self._events = events
        self._begun = begun
        self._book = book
        self._by_account: dict[str, list[dict[str, Any]]] | None = None

    def timeline(self, account: str) -> dict[str, Any]:
        begun, given = self._begun.of(account)
        # By time, because a log that was sorted for billing (`sort`) has its rows here in the order of the log.
        events = sorted(map(self._event, self._rows_of(account)), key=_instant)
        opened = {command["product"] for command in given if command["do"] == "open"}
        commands = sorted([*given, *_openings(self._book, events, opened), *events], key=_instant)
        return {"book": self._book.to_dict(), **begun, "commands": commands}

    def _rows_of(self, account: str) -> list[dict[str, Any]]:
        """The events of an account. All are sorted to their accounts at the first call, because each account may be
        asked for."""
        if self._by_account is None:
            self._by_account = defaultdict(list)
            for row in self._events:
                self._by_account[row["account"]].append(row)
        return self._by_account.get(account, [])

    def _event(self, row: Mapping[str, Any]) -> Command:
        told = _usage(row)
        if row["quantity"] < 0:
            told |= {"do": "adjust", "reason": "a row of the log"}
        if row["id"] is not None:
            told["id"] = row["id"]
        attributes = {
            name: self._begun.value(name, row.get(column))
            for name, column in self._begun.attributes.items()
            if row.get(column) is not None
        }
        return {**told, "attributes": attributes} if attributes else told

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_by_account": None}


def set_aside_of(apart: Mapping[str, Table]) -> dict[str, dict[str, list[Command]]]:
    """The rows of the log that were not billed, by account, and within it by what became of them: `apart` of bills."""
    aside: dict[str, dict[str, list[Command]]] = defaultdict(lambda: defaultdict(list))
    for what, table in apart.items():
        for row in table:
            is_event = row["account"] is not None and row["row"] is not None and row["time"] is not None
            if is_event and row["product"] is not None and row["quantity"] is not None and row["quantity"] > 0:
                because = f"refused: {row['code']}" if what == "refused" else what
                aside[row["account"]][because].append(_usage(row))
    return aside


def _usage(row: Mapping[str, Any]) -> Command:
    return {"at": row["time"].isoformat(), "do": "use", "product": row["product"], "quantity": row["quantity"]}


def _instant(command: Command) -> datetime:
    return datetime.fromisoformat(command["at"])


def _openings(book: Book, events: list[Command], opened: set[str]) -> Iterator[Command]:
    """Yields a command `open` at the first event of each product that was not opened by a command (R33)."""
    parts = {event["id"]: event["products"] for event in book.to_dict().get("events", ())}
    for event in events:
        for product in parts.get(event["product"], [event["product"]]):
            if product not in opened:
                opened.add(product)
                yield {"at": event["at"], "do": "open", "product": product}
