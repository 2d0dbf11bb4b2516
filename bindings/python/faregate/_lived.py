"""The timelines that the accounts of bills lived: the commands that were entered, and the events of the log that
happened."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from faregate._begun import Begun, Command
from faregate._core import Book
from faregate._table import Table

_Rows: TypeAlias = dict[str, list[dict[str, Any]]]
_Unopened: TypeAlias = set[tuple[str, str, datetime]]


class Lived:
    """What the accounts of bills lived, as timelines that can be replayed."""

    def __init__(self, events: Table, refusals: Table, begun: Begun, book: Book, is_sorted: bool) -> None:
        self._events = events
        self._refusals = refusals
        self._begun = begun
        self._book = book
        self._is_sorted = is_sorted
        self._by_account: _Rows | None = None
        self._unopened: _Unopened | None = None

    def timeline(self, account: str, book: Book) -> dict[str, Any]:
        """What an account lived; `book` is its own, as the bills left it."""
        begun, given = self._begun.of(account)
        if self._by_account is None:
            self._by_account = _by_account(self._events)
            self._unopened = _not_opened(self._refusals)
        happened = self._by_account.get(account, [])
        # By time, because a log that was sorted for billing (`sort`) has its rows here in the order of the log; there
        # usage comes before corrections of its instant.
        events = sorted(map(self._event, happened), key=_instant)
        if self._is_sorted:
            events.sort(key=lambda event: (_instant(event), event["do"] == "adjust"))
        unopened = self._unopened or ()
        done = [each for each in given if (account, each.get("product"), _instant(each)) not in unopened]
        commands = sorted([*given, *_openings(book, done, events), *events], key=_instant)
        return {"book": self._book.to_dict(), **begun, "commands": commands}

    def set_aside(self, apart: Mapping[str, Table]) -> dict[str, dict[str, list[Command]]]:
        """The rows of the log that were not billed, by account, and within it by what became of them: `apart` of
        bills. A repeat has the attributes of the event that it repeats; those of other rows are not known."""
        first: dict[Any, Mapping[str, Any]] = {}
        if self._begun.attributes and "repeated" in apart:
            first = {(row["file"], row["row"]): row for row in self._events}
        aside: dict[str, dict[str, list[Command]]] = defaultdict(lambda: defaultdict(list))
        for what, table in apart.items():
            for row in table:
                is_event = row["account"] is not None and row["row"] is not None and row["time"] is not None
                if is_event and row["product"] is not None and row["quantity"] is not None and row["quantity"] > 0:
                    because = f"refused: {row['code']}" if what == "refused" else what
                    event = first.get((row.get("first_file"), row.get("first_row")))
                    attributes = {} if event is None else self._begun.attributes_of(event)
                    told = {"attributes": attributes} if attributes else {}
                    aside[row["account"]][because].append({**_usage(row), **told})
        return aside

    def _event(self, row: Mapping[str, Any]) -> Command:
        told = _usage(row)
        if row["quantity"] < 0:
            told |= {"do": "adjust", "reason": "a row of the log"}
        if row["id"] is not None:
            told["id"] = row["id"]
        attributes = self._begun.attributes_of(row)
        return {**told, "attributes": attributes} if attributes else told

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_by_account": None, "_unopened": None}


def _by_account(table: Table) -> _Rows:
    """The rows of a table by account: all of them at once, because each account may be asked for."""
    rows: _Rows = defaultdict(list)
    for row in table:
        rows[row["account"]].append(row)
    return rows


def _not_opened(refusals: Table) -> _Unopened:
    """The account, product and time of given commands that were refused because there was no such product yet: they are
    in a table of the log's rows, but have no row. Any other refusal of `open` says that the product is open."""
    told = zip(*(refusals[name] for name in ("account", "product", "time", "row", "code")))
    return {
        (account, product, at) for account, product, at, row, code in told if row is None and code == "unknown_product"
    }


def _usage(row: Mapping[str, Any]) -> Command:
    return {"at": row["time"].isoformat(), "do": "use", "product": row["product"], "quantity": row["quantity"]}


def _instant(command: Command) -> datetime:
    return datetime.fromisoformat(command["at"])


def _products_at(book: Book) -> Callable[[str, datetime], list[str]]:
    """What a name in a log counts for: a product, or the products of an event, which each edition may have otherwise."""
    keys = book.to_dict()
    editions = [
        (edition.get("effective") or "", {event["id"]: event["products"] for event in edition.get("events") or ()})
        for edition in keys.get("editions") or [keys]
    ]

    def at(name: str, time: datetime) -> list[str]:
        day = time.date().isoformat()  # in the book's time, as those of all answers
        events = next((events for begin, events in reversed(editions) if begin <= day), editions[0][1])
        return list(events.get(name, [name]))

    return at


def _openings(book: Book, done: list[Command], used: list[Command]) -> Iterator[Command]:
    """Yields a command `open` at the first usage of each product, unless a command has opened it by that time (R33).
    `book` is the account's, with the editions that it has adopted. What was refused, a usage or a command, opens
    nothing: `done` and `used` are what happened."""
    products_at = _products_at(book)
    opened: dict[str, datetime] = {}
    for command in done:
        if command["do"] == "open":
            at = _instant(command)
            opened[command["product"]] = min(at, opened.get(command["product"], at))
    seen: set[str] = set()
    for event in sorted((event for event in used if event["do"] == "use"), key=_instant):
        for product in products_at(event["product"], _instant(event)):
            if product not in seen and (product not in opened or opened[product] > _instant(event)):
                yield {"at": event["at"], "do": "open", "product": product}
            seen.add(product)
