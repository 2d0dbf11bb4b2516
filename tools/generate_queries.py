"""Writes the fields of price queries and of ways to pay: members of the public structs, what the bindings read,
definitions for language servers."""

from typing import NamedTuple

from generate_tables import SOURCE, rows

QUERIES_FILE = SOURCE / "book" / "queries.def"
DEFINITIONS = "bindings/lua/library/faregate.d.lua"

C_TYPES = {"NAME": "fg_string", "UNITS": "int64_t", "TIME": "fg_time", "ATTRIBUTES": "fg_attributes"}
LUA_MEMBERS = {"NAME": "text", "UNITS": "quantity", "TIME": "time", "ATTRIBUTES": "attributes"}
LUA_TYPES = {
    "NAME": "string",
    "UNITS": "faregate.Quantity",
    "TIME": "faregate.Time",
    "ATTRIBUTES": "faregate.Attributes",
}


class QueryField(NamedTuple):
    name: str
    kind: str
    need: str
    help: str

    @property
    def required(self) -> bool:
        return self.need in ("REQUIRED", "EACH")


def fields(macro: str) -> list[QueryField]:
    return [QueryField(*row.cells) for row in rows(QUERIES_FILE) if row.macro == macro]


PRICE, WAY = fields("PRICE"), fields("WAY")
# The fields of a query for many prices at once, which have their quantities elsewhere.
MANY_PRICES = [field for field in PRICE if field.need in ("REQUIRED", "OPTIONAL")]


def plain(text: str) -> str:
    return text.replace("left out, ", "absent: ")


def members(of: list[QueryField]) -> str:
    """The members of a struct, with a comment behind each."""
    declared = [f"  {C_TYPES[field.kind]} {field.name};" for field in of]
    width = max(map(len, declared))
    return "".join(f"{line:{width}} ///< {plain(field.help)}\n" for line, field in zip(declared, of, strict=True))


def head(comment: str) -> str:
    return f"/* Generated from core/src/book/queries.def by `make generated`, not to be edited: {comment} */\n/* clang-format off */\n"


def macro(name: str, argument: str, lines: list[str]) -> str:
    return f"#define {name}({argument}) \\\n" + " \\\n".join(f"  {line}" for line in lines) + "\n"


def lua_entries(of: list[QueryField]) -> list[str]:
    room = {"ATTRIBUTES": ", .room = room"}
    return [
        f'{{"{field.name}", .{LUA_MEMBERS[field.kind]} = &(query)->{field.name}{room.get(field.kind, "")}}},'
        for field in of
    ]


def lua_fields() -> str:
    return (
        head(
            "the fields of\n   tables that ask a price, many prices and a way to pay, for lfg_read_fields;\n   attributes go to `room`."
        )
        + macro("LFG_PRICE_FIELDS", "query", lua_entries(PRICE))
        + macro("LFG_MANY_PRICES_FIELDS", "query", lua_entries(MANY_PRICES))
        + macro("LFG_WAY_FIELDS", "query", lua_entries(WAY))
    )


def python_entries(of: list[QueryField]) -> list[str]:
    return [f"X({field.name}, {field.kind}, {'true' if field.required else 'false'})" for field in of]


def python_arguments() -> str:
    return (
        head("the arguments\n   of a price and of a way to pay, X(name, kind, required).")
        + macro("PFG_PRICE_ARGUMENTS", "X", python_entries(PRICE))
        + macro("PFG_WAY_ARGUMENTS", "X", python_entries(WAY))
    )


def definitions(of: list[QueryField]) -> str:
    return "".join(
        f"---@field {field.name}{'' if field.required else '?'} {LUA_TYPES[field.kind]} {plain(field.help)}\n"
        for field in of
    )


OUTPUTS = [
    ("core/include/faregate.h", "price query", lambda: members(PRICE)),
    ("core/include/faregate_whatif.h", "way", lambda: members(WAY)),
    ("bindings/lua/query_fields.h", None, lua_fields),
    ("bindings/python/query_arguments.h", None, python_arguments),
    (DEFINITIONS, "price query", lambda: definitions(PRICE)),
    (DEFINITIONS, "prices query", lambda: definitions(MANY_PRICES)),
    (DEFINITIONS, "way", lambda: definitions(WAY)),
]
