"""What accounts of bills begin with: a wallet, a policy, attributes, commands, or the state that earlier bills left."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from faregate._arguments import a_dict, a_name, wrong
from faregate._columns import BLANKS
from faregate._core import Account, Book, Error, Invalid, InvalidType, _Biller
from faregate._documents import failure, whole_attributes

Command: TypeAlias = dict[str, Any]


_HEAD = ("wallet", "policy", "attributes", "keep_ids_days")  # what a timeline has besides its book and commands


class Begun:
    """Enters accounts into bills, and keeps what each began with, so that it can be replayed. `others` is what the
    accounts begin with that are not entered."""

    def __init__(
        self,
        book: Book,
        others: Mapping[str, Any],
        attributes: Mapping[str, str],
    ) -> None:
        self._book = book
        self._known: dict[str, tuple[Mapping[str, Any], list[Command]] | None] = {}
        self._others = others
        self.attributes = dict(attributes)
        self._numbers = whole_attributes(book) if attributes else frozenset()

    def enter(self, biller: _Biller, name: str | int, known: Account | Mapping[str, Any]) -> None:
        name = a_name("accounts", name).strip()
        if isinstance(known, Account):
            biller.enter(name, known)
            self._known[name] = None
            return
        unknown = set(a_dict(f"accounts[{name!r}]", known)) - {*_HEAD, "commands"}
        if unknown:
            raise InvalidType(f"accounts[{name!r}]: has no field {min(unknown)!r}")
        begun = {key: known.get(key) for key in _HEAD}
        biller.enter(name, Account(self._book, **begun))
        commands = known.get("commands", ())
        if not isinstance(commands, (list, tuple)):
            raise wrong(f"accounts[{name!r}].commands", "a list", commands)
        self._known[name] = begun, [_given(biller, name, place, command) for place, command in enumerate(commands)]

    def resume(self, biller: _Biller, name: str | int, state: bytes) -> None:
        name = a_name("states", name)
        if not isinstance(state, (bytes, bytearray, memoryview)):
            raise wrong(f"states[{name!r}]", "the bytes of earlier bills", state)
        try:
            biller.resume(name, state)
        except Error as error:
            raise failure(type(error), f"states[{name!r}]: {error}") from error
        self._known[name] = None

    @property
    def names(self) -> tuple[str, ...]:
        """The accounts that were entered, by commands, as an Account or by a state."""
        return tuple(self._known)

    def of(self, account: str) -> tuple[dict[str, Any], list[Command]]:
        """The timeline of an account without commands, and the commands that it was entered with."""
        known = self._known.get(account, (self._others, []))
        if known is None:
            raise failure(
                Invalid,
                f"ours: account {account!r} was entered with a past that is not in the bills: enter it as a dict with "
                "its commands",
            )
        head, commands = known
        return _plain(head), commands

    def attributes_of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The attributes of a row of the log as a command has them, read as the core does: blanks around a text are not
        part of it, a blank one is none, and a whole number may have zeros after a point."""
        attributes = {}
        for name, column in self.attributes.items():
            value = row.get(column)
            text = value.strip(BLANKS) if isinstance(value, str) else value
            if text is not None and text != "":
                is_digits = isinstance(text, str) and name in self._numbers
                attributes[name] = int(text.partition(".")[0]) if is_digits else text
        return attributes


def _given(biller: _Biller, name: str, place: int, command: Mapping[str, Any]) -> Command:
    """Gives a command to an account of the biller, and returns it as a timeline has it, with the offset of its time. A
    budget is lifted by a null and left by no value; elsewhere None counts as no value."""
    path = f"accounts[{name!r}].commands[{place}]"
    fields = dict(a_dict(path, command))
    for key in fields:
        if not isinstance(key, str):
            raise wrong(path, "names as keys", key)
    try:
        at = biller.command(name, fields.pop("do", None), **fields)
    except Error as error:
        raise failure(type(error), f"{path}: {error}") from error
    lifted = {key: None for key, value in command.items() if value is None} if command["do"] == "set_budget" else {}
    told = {key: value for key, value in command.items() if value is not ...}
    return {**_plain(told), **lifted, "at": at.isoformat()}


def _plain(value: Any) -> Any:
    """A value as JSON can hold it; keys with the value None are left out."""
    if isinstance(value, Book):
        return value.to_dict()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items() if part is not None}
    return value
