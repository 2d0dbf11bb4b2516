"""Writes the JSON Schema of price books, and the tables of docs/price-book.md."""

import json
import re
from typing import NamedTuple

from generate_tables import ROOT, SOURCE, Row, rows

BOOK = SOURCE / "book"

HEADERS = "".join((SOURCE / name).read_text("utf-8") for name in ("book/book.h", "book/offer.h", "book/price.h")) + (
    ROOT / "core" / "include" / "faregate_base.h"
).read_text("utf-8")


def number(written: str) -> int | None:
    """Reads a number of a row, which may be written as the name of a constant; None where no number is written."""
    if re.fullmatch(r"-?\d+", written):
        return int(written)
    special = {"INT64_MAX": 2**63 - 1, "FG_NO_DATE": None}
    return special[written] if written in special else int(re.search(rf"\b{written} =? ?(\d+)", HEADERS)[1])


MONTHS_MAX = number("FG_MONTHS_MAX")
DAYS_MAX = number("FG_DAYS_MAX")
HOURS_MAX = number("FG_HOURS_MAX")
LIST_MAX = number("FG_LIST_MAX")
DECIMALS_MAX = number("FG_MONEY_DECIMALS")


class Model(NamedTuple):
    name: str
    has_tiers: bool
    per_units: bool
    help: str


class Switch(NamedTuple):
    key: str
    rule: str
    help: str
    values: list[str]

    @property
    def choices(self) -> list[str | int]:
        return [int(value) if value.isdigit() else value for value in self.values]


class Key(NamedTuple):
    name: str
    kind: str
    required: bool
    low: int | None
    high: int | None
    default: int | str | None  # the value where the key is left out, as a document writes it; None: no value, or null
    words: list[str]
    form: str
    condition: str
    since: int  # the first version of the format that has the key
    until: int
    needed_until: int  # the last version of the format in which the key is required though `required` is false
    help: str
    unless: str = ""  # the key refused if this other key of the object is there; "": none


class Form(NamedTuple):
    name: str
    help: str
    keys: list[Key]


def texts(written: str) -> list[str]:
    return [json.loads(text) for text in re.findall(r'"(?:[^"\\]|\\.)*"', written)]


def read_models() -> list[Model]:
    named = [row.cells for row in rows(BOOK / "price_models.def")]
    return [Model(cells[1], cells[2] == "true", cells[3] == "true", cells[-1]) for cells in named]


def read_switches() -> list[Switch]:
    switches: list[Switch] = []
    for row in rows(BOOK / "switches.def"):
        if row.macro == "SWITCH":
            switches.append(Switch(*row.cells[1:], []))
        elif row.macro == "VALUE":
            switches[-1].values.append(row.cells[1])
    return switches


def read_key(row: Row) -> Key:
    name, kind, _member, *details = row.cells
    # A detail is written as NAME or NAME(…).
    given = {written.split("(")[0]: written.partition("(")[2][:-1] for written in details}
    low, high = map(number, given["RANGE"].split(",")) if "RANGE" in given else (None, None)
    words = [model.name for model in MODELS] if "MODELS" in given else texts(given.get("WORDS", ""))
    default: int | str | None = None
    if "TEXT" in given:
        default = texts(given["TEXT"])[0]
    elif "DEFAULT" in given:
        default = number(given["DEFAULT"])
        default = None if default == -1 else words[default] if words else default
    elif words and "REQUIRED" not in given:
        default = words[0]
    form = given.get("LIST", given.get("OF", "")).split(",")[-1]
    return Key(
        name,
        kind,
        "REQUIRED" in given,
        low,
        high,
        default,
        words,
        form,
        given.get("IF", ""),
        int(given.get("SINCE", 1)),
        int(given.get("UNTIL", len(FORMATS))),
        int(given.get("NEEDED_UNTIL", 0)),
        "".join(texts(given["HELP"])),
    )


def read_forms() -> list[Form]:
    forms: list[Form] = []
    source = Key(
        "source", "text", False, None, None, "", [], "", "", 1, len(FORMATS), 0, "the rule or page this is from"
    )
    for row in rows(BOOK / "book_keys.def"):
        if row.macro == "FORM":
            forms.append(Form(row.cells[0], row.cells[1], []))
        elif row.macro == "KEY":
            forms[-1].keys.append(read_key(row))
        elif row.macro == "SOURCE":
            forms[-1].keys.append(source)
        elif row.macro == "INCLUDE":
            included = next(form for form in forms if form.name == row.cells[0])
            forms[-1].keys.extend(key._replace(unless=UNLESS.get(row.cells[2], "")) for key in included.keys)
    return forms


def read_formats() -> list[str]:
    """The names of the versions of the format, from the first version on."""
    for row in rows(BOOK / "book_keys.def"):
        if row.macro == "KEY" and row.cells[0] == "format":
            return texts(next(detail for detail in row.cells if str(detail).startswith("WORDS(")))
    raise SystemExit('generate: book_keys.def has no key "format"')


# By the condition of an INCLUDE(…): the other key of the object beside which the included keys are refused.
UNLESS = {"has_no_editions": "editions"}

FORMATS = read_formats()
MODELS = read_models()
SWITCHES = read_switches()
FORMS = read_forms()
FORM_OF = {form.name: form for form in FORMS}
MODEL_OF = {model.name: model for model in MODELS}

# Forms without an entry of their own: one whose keys are written wherever it is included, and one that no key has yet.
INCLUDED = ("price_list", "limit_of_any")

# By the function of book_keys.c that an IF(…) names: whether an object with this word as its first key has the key.
CONDITIONS = {
    "has_tiers": lambda word: MODEL_OF[word].has_tiers,
    "has_one_price": lambda word: not MODEL_OF[word].has_tiers,
    "has_per": lambda word: MODEL_OF[word].per_units,
    "has_samples": lambda word: word != "held",
    "is_percentile": lambda word: word == "percentile",
    "is_held": lambda word: word == "held",
}

COUNT = {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}
DATE = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


def counted(word: str, most: int) -> dict:
    """The schema of a length of time in hours, days, months or years, at most so many."""
    count = {"type": "integer", "minimum": 1, "maximum": most}
    return {"type": "object", "required": [word], "additionalProperties": False, "properties": {word: count}}


def recurrence() -> dict:
    return {
        "type": "object",
        "required": ["every", "for"],
        "additionalProperties": False,
        "properties": {"every": reference("period"), "for": reference("validity")},
    }


def reference(name: str) -> dict:
    return {"$ref": f"#/$defs/{name}"}


# Schemas by the kind of a value.
VALUES = {
    "name": {"type": "string", "pattern": "^[a-zA-Z0-9._-]{1,64}$"},
    "units": {
        "description": "Whole units of a meter: an integer, or its digits as a string where it passes 2^53.",
        "oneOf": [
            {"type": "integer", "minimum": 0, "maximum": 2**63 - 1},
            {"type": "string", "pattern": "^(0|[1-9][0-9]{0,18})$"},
        ],
    },
    "some_units": {
        "description": "At least one unit.",
        "allOf": [{"$ref": "#/$defs/units"}, {"not": {"enum": [0, "0"]}}],
    },
    "lot_units": {
        "description": "Units of a grant or pack, with decimals in a pool of money alone.",
        "anyOf": [{"$ref": "#/$defs/units"}, {"type": "string", "pattern": "^[0-9]{1,19}\\.[0-9]{1,12}$"}],
    },
    "some_lot_units": {
        "description": "Units of a grant or pack above 0, with decimals in a pool of money alone.",
        "allOf": [{"$ref": "#/$defs/lot_units"}, {"not": {"enum": [0, "0"]}}],
    },
    "price": {
        "description": "A decimal of 0 or more with at most 12 decimals.",
        "type": "string",
        "pattern": "^[0-9]{1,26}(\\.[0-9]{1,12})?$",
    },
    "published_price": {
        "description": "A price, or null where the vendor publishes none.",
        "anyOf": [{"$ref": "#/$defs/price"}, {"type": "null"}],
    },
    "outcome_code": {"type": "string", "pattern": "^[!-)+-~]{1,128}$|^[!-)+-~]{0,127}\\*$"},
    "factor": {
        "description": "A decimal above 0 with at most 12 decimals.",
        "type": "string",
        "pattern": "^(?=.*[1-9])[0-9]{1,26}(\\.[0-9]{1,12})?$",
    },
    "attribute_text": {"type": "string", "minLength": 1, "maxLength": 128},
    "attribute_value": {
        "description": "A text, or a whole number of 0 or more.",
        "anyOf": [{"$ref": "#/$defs/attribute_text"}, {"$ref": "#/$defs/units"}],
    },
    "attribute_default": {"$ref": "#/$defs/attribute_value"},
    "attribute_values": {
        "type": "array",
        "minItems": 1,
        "maxItems": LIST_MAX,
        "uniqueItems": True,
        "items": {"$ref": "#/$defs/attribute_text"},
    },
    "given_attributes": {
        "type": "object",
        "maxProperties": 64,
        "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 0}]},
    },
    "when": {
        "description": "For each attribute a value, a list of values, or the numbers from one on and below another.",
        "type": "object",
        "additionalProperties": {
            "anyOf": [
                {"$ref": "#/$defs/attribute_value"},
                {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": LIST_MAX,
                    "items": {"$ref": "#/$defs/attribute_value"},
                },
                {
                    "type": "object",
                    "minProperties": 1,
                    "additionalProperties": False,
                    "properties": {"from": {"$ref": "#/$defs/units"}, "below": {"$ref": "#/$defs/units"}},
                },
            ]
        },
    },
    "validity": {
        "description": "For ever, to the end of the calendar month or of the period of issue, so many hours or seconds, or to an "
        "anniversary of the day it was issued or bought (switch pack_expiry). Hours, seconds and periods are of faregate-book/2.",
        "oneOf": [
            {"enum": ["permanent", "month", "period"]},
            counted("seconds", 2**31 - 1),
            counted("hours", HOURS_MAX),
            counted("days", DAYS_MAX),
            counted("months", MONTHS_MAX),
            counted("years", 100),
        ],
    },
    "period": {
        "description": "Of the calendar, or so many hours, days or months from an opening or a purchase on.",
        "oneOf": [
            {"enum": ["hour", "day", "week", "month", "year"]},
            counted("hours", HOURS_MAX),
            counted("days", DAYS_MAX),
            counted("months", MONTHS_MAX),
        ],
    },
    "window": {
        "oneOf": [
            {"const": "slots"},
            counted("seconds", DAYS_MAX * 86400),
        ],
    },
    "issue": {
        "description": "Every month, at the first opening, or claimed by hand; or (faregate-book/2) every period while it begins "
        "within so long of the first opening.",
        "oneOf": [{"enum": ["monthly", "opening", "claim"]}, recurrence()],
    },
    "rounding": {
        "oneOf": [
            {"const": "none"},
            {
                "type": "object",
                "required": ["digits", "mode"],
                "additionalProperties": False,
                "properties": {
                    "digits": {
                        "type": "integer",
                        "minimum": 0,
                        "maximum": DECIMALS_MAX,
                        "description": "Decimals that are kept.",
                    },
                    "mode": {"enum": ["half_up", "half_even", "up", "down"]},
                    "least": {
                        "description": "Of the book alone: an amount above 0 becomes no less.",
                        "anyOf": [{"$ref": "#/$defs/price"}, {"type": "null"}],
                    },
                },
            },
        ]
    },
    "policy": {
        "type": "object",
        "description": "Which reading holds where a price guide is silent or contradicts itself; the first value of each "
        "is the default.",
        "additionalProperties": False,
        "properties": {
            switch.key: {"enum": switch.choices, "description": f"{switch.rule}: {switch.help}."} for switch in SWITCHES
        },
    },
}


def schema_of_value(key: Key) -> dict:
    """The schema of a key's value, if it is there and not null."""
    match key.kind:
        case "text":
            return {"type": "string"}
        case "flag":
            return {"type": "boolean"}
        case "count":
            return {"type": "integer", "minimum": key.low, "maximum": key.high}
        case "units":
            return reference("some_units" if key.low == 1 else "units")
        case "lot_units":
            return reference("some_lot_units" if key.low == 1 else "lot_units")
        case "choice":
            return {"const": key.words[0]} if len(key.words) == 1 else {"enum": list(key.words)}
        case "date":
            return dict(DATE)
        case "list" | "editions":
            return {"type": "array", "minItems": key.low, "maxItems": key.high, "items": reference(key.form)}
        case "object" | "part" | "usage_price":
            return reference(key.form)
        case "terms":
            term = {"anyOf": [dict(COUNT), reference("name"), reference(key.form)]}
            return {"type": "array", "minItems": 1, "maxItems": LIST_MAX, "items": term}
        case "operand":
            return {"anyOf": [dict(COUNT), reference("name")]}
        case "event_products":
            return {
                "type": "array",
                "minItems": 1,
                "maxItems": LIST_MAX,
                "uniqueItems": True,
                "items": reference("name"),
            }
        case "fee_every":
            return {"anyOf": [{"const": "once"}, reference("period")]}
        case "tier_period":
            return {"anyOf": [{"const": "event"}, reference("period")]}
        case "own_period":
            return reference("period")
        case "bound":
            return reference("price")
        case "only_price":
            return reference("published_price")
        case "pack_price":
            return {"anyOf": [reference("price"), reference(key.form), {"type": "null"}]}
        case "requires":
            names = {"type": "array", "minItems": 1, "maxItems": LIST_MAX, "uniqueItems": True}
            return {**names, "items": reference("name")}
        case "own_policy":
            return reference("policy")
        case "account_when":
            return reference("when")
        case "pack_validity":
            return reference("validity")
        case "recurrence":
            return recurrence()
        case "amended_product" | "amended_grant" | "known_product" | "owner" | "measured" | "by":
            return reference("name")
        case "products":
            return {"type": "array", "minItems": 1, "maxItems": LIST_MAX, "items": reference("name")}
        case "switch":
            return {"anyOf": [{"const": "now"}, reference("period")]}
        case "currency":
            return {"type": "string", "pattern": "^[A-Z]{3}$"}
        case "time_zone":
            return {
                "type": "string",
                "pattern": "^([+-](0[0-9]:[0-5][0-9]|1[0-3]:[0-5][0-9]|14:00)|[A-Za-z][A-Za-z0-9/_+-]*)$",
            }
        case "instant":
            return {"type": "string", "pattern": "Z$"}
        case "utc_offset":
            return {"type": "string", "pattern": "^[+-](0[0-9]:[0-5][0-9]|1[0-3]:[0-5][0-9]|14:00)$"}
        case "criteria":
            words = ["expiry", "bought", "left", "units"]
            return {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"enum": words}}
        case "commands":
            return {"type": "array", "minItems": 1, "maxItems": LIST_MAX, "items": {"type": "object"}}
        case "sources":
            return {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": LIST_MAX}
        case kind:
            return reference(kind)


def schema_of(key: Key) -> dict:
    """The schema of a key's value; that of an optional key may be null."""
    schema = schema_of_value(key)
    if not key.required:
        if "type" in schema:
            schema["type"] = [schema["type"], "null"]
        elif "enum" in schema:
            schema["enum"].append(None)
        else:
            schema = {"anyOf": [schema, {"type": "null"}]}
        schema["default"] = False if key.kind == "flag" else key.default
    schema["description"] = sentence(key.help)
    if key.kind == "choice" and key.words == [model.name for model in MODELS]:
        schema["description"] = sentence("; ".join(f"{model.name}: {model.help}" for model in MODELS))
    return schema


def sentence(text: str) -> str:
    """Makes a sentence of a text of the tables: without Markdown, with a capital letter and a full stop."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("`", '"')
    return plain[0].upper() + plain[1:] + "."


def schema_of_words(keys: list[Key]) -> list[dict]:
    """For each word that the first key may have: the keys that an object must have with it, and the keys that are
    refused."""
    rules = []
    for word in keys[0].words:
        having = {key.name: CONDITIONS[key.condition](word) for key in keys if key.condition}
        needed = [key.name for key in keys if key.required and having.get(key.name)]
        refused = {name: False for name, is_there in having.items() if not is_there}
        condition: dict = {"properties": {keys[0].name: {"const": word}}}
        if not keys[0].required and word != keys[0].default:  # an object without the first key has its default
            condition["required"] = [keys[0].name]
        rules.append({"if": condition, "then": {"required": needed, "properties": refused}})
    return rules


def is_of(key: Key, version: int) -> bool:
    return key.since <= version <= key.until


def is_needed(key: Key, version: int) -> bool:
    return is_of(key, version) and (key.required or version <= key.needed_until)


def is_needed_in_all(key: Key) -> bool:
    return all(is_needed(key, version) for version in range(1, len(FORMATS) + 1))


def is_of_all(key: Key) -> bool:
    return all(is_of(key, version) for version in range(1, len(FORMATS) + 1))


def schema_of_version(form: Form, version: int) -> dict:
    """What one version of the format asks of an object beyond what all versions do: keys that it must have, and keys
    that are refused."""
    needed = [key.name for key in form.keys if is_needed(key, version) and not is_needed_in_all(key)]
    properties: dict[str, dict | bool] = {}
    for key in form.keys:
        inner = schema_of_version(FORM_OF[key.form], version) if key.form else {}
        if not is_of(key, version):
            properties[key.name] = False
        elif inner:
            properties[key.name] = {"items": inner} if key.kind in ("list", "editions") else inner
    parts = {"required": needed, "properties": properties}
    return {name: part for name, part in parts.items() if part}


def schema_of_versions(book: Form) -> list[dict]:
    return [
        {"if": {"properties": {"format": {"const": name}}}, "then": schema_of_version(book, version)}
        for version, name in enumerate(FORMATS, 1)
    ]


def schema_of_alternatives(keys: list[Key]) -> list[dict]:
    """The keys that an object must not have if another key of it is a list that is not empty, and must have
    otherwise."""
    rules = []
    for other in sorted({key.unless for key in keys if key.unless}):
        held = {"required": [other], "properties": {other: {"type": "array", "minItems": 1}}}
        refused = {key.name: False for key in keys if key.unless == other}
        needed = [key.name for key in keys if key.unless == other and key.required]
        rules.append({"if": held, "then": {"properties": refused}, "else": {"required": needed}})
    return rules


def schema_of_form(form: Form) -> dict:
    schema = {
        "description": form.help,
        "type": "object",
        "required": [
            key.name for key in form.keys if key.required and not key.condition and not key.unless and is_of_all(key)
        ],
        "additionalProperties": False,
        "properties": {key.name: schema_of(key) for key in form.keys},
    }
    if any(key.condition for key in form.keys):
        schema["allOf"] = schema_of_words(form.keys)
    return schema


def schema() -> str:
    book = FORMS[-1]
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "book.schema.json",
        "$comment": "Generated from core/src/book/book_keys.def by `make generated`, not to be edited.",
        "title": "A price book of faregate",
        **schema_of_form(book),
        "allOf": schema_of_versions(book) + schema_of_alternatives(book.keys),
        "$defs": {
            **VALUES,
            **{form.name: schema_of_form(form) for form in FORMS[:-1] if form.name not in INCLUDED},
        },
    }
    written = json.dumps(document)
    for name in VALUES:
        if f'"#/$defs/{name}"' not in written:
            del document["$defs"][name]
    document["description"] += (
        " Not everything can be said in a schema: that tiers rise, that ids differ, that amendments keep their notice and "
        "that prices divide exactly is checked when a book is loaded."
    )
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


KINDS = {
    "fee_every": "period or `once`",
    "text": "text",
    "flag": "`true`, `false`",
    "units": "units",
    "lot_units": "units; in a pool of money also a decimal string",
    "price": "price",
    "bound": "price",
    "tier_period": "a period, or `event`",
    "own_period": "a period",
    "period": "a period",
    "published_price": "price or null",
    "only_price": "price or null",
    "pack_price": "price, schedule or null",
    "requires": "1 or more different ids",
    "pack_validity": "validity",
    "recurrence": '`{"every": period, "for": validity}`',
    "owner": "name",
    "attribute_values": "1 … 1,000 different texts of at most 128 bytes",
    "attribute_default": "a value",
    "when": 'object of attributes: a value, a list of values, or `{"from": n, "below": n}`',
    "account_when": "the same, of attributes of the account",
    "given_attributes": "object of texts and whole numbers",
    "measured": "name",
    "operand": "whole number or name",
    "terms": "list of whole numbers, names of attributes and terms, see below",
    "factor": "decimal string above 0",
    "event_products": "1 … 1,000 different names",
    "amended_product": "name",
    "amended_grant": "name",
    "known_product": "name",
    "window": "`seconds`, or `slots`",
    "products": "1 or more ids of products",
    "by": "name",
    "switch": "`now` or a period",
    "currency": "three capitals",
    "utc_offset": "`-14:00` … `+14:00`",
    "time_zone": "`-14:00` … `+14:00`, or a name as `Europe/Madrid`",
    "instant": "time with a `Z`",
    "outcome_code": "1 … 128 printable characters of ASCII, no blank; `*` at the end alone",
    "rounding": '`"none"`, or `digits` 0 … 12 and `mode` `half_up`, `half_even`, `up`, `down`; of the book also `least`',
    "policy": "object of switches",
    "own_policy": "object of switches",
    "sources": "object of texts",
    "commands": "[commands](timeline.md), 1 … 1,000",
    "issue": '`monthly`, `opening`, `claim`, or `{"every": period, "for": validity}` (`faregate-book/2`)',
    "criteria": "list of `expiry`, `bought`, `left`, `units`, each once at most",
}


def said(key: Key) -> str:
    """Describes the value of a key, for a cell of a table."""
    if key.kind == "choice":
        return ", ".join(f"`{word}`" for word in key.words)
    if key.kind == "count":
        return f"{key.low} … {key.high}"
    if key.kind in ("list", "editions"):
        return f"{'' if key.low == 0 else '1 or more '}{key.form}s, see below"
    if key.kind in ("object", "part", "usage_price"):
        return f"{key.form}, see below"
    return KINDS.get(key.kind, key.kind) + (", 1 …" if key.kind == "units" and key.low == 1 else "")


def default_of(key: Key) -> str:
    if key.required:
        return "required"
    if key.needed_until:
        return f"required in `{FORMATS[key.needed_until - 1]}`"
    if key.kind in ("list", "editions", "sources"):
        return "none"
    if key.kind == "flag":
        return "`false`"
    return "none" if key.default is None else f"`{key.default}`" if key.default != "" else "empty"


def table_of(form: Form) -> str:
    lines = [f"| {form.name} key | is | holds | default |", "|---|---|---|---|"]
    for key in form.keys:
        if key.name != "source":
            owners = [word for word in form.keys[0].words if key.condition and CONDITIONS[key.condition](word)]
            if not is_of_all(key):
                owners += [f"`{name}`" for version, name in enumerate(FORMATS, 1) if is_of(key, version)]
            if key.unless:
                owners.append(f"without `{key.unless}`")
            default = default_of(key) + (f" ({', '.join(owners)})" if owners else "")
            lines.append(f"| `{key.name}` | {key.help} | {said(key)} | {default} |")
    return "\n".join(lines) + "\n"


def keys() -> str:
    """A table for each object: first that of the book, then those of its parts, from large to small."""
    return "\n".join(table_of(form) for form in reversed(FORMS) if form.name not in INCLUDED)


def switches() -> str:
    lines = ["| switch | decides | values, the default first |", "|---|---|---|"]
    for switch in SWITCHES:
        values = ", ".join(f"`{value}`" for value in switch.values)
        lines.append(f"| `{switch.key}` | {switch.help} ({switch.rule}) | {values} |")
    return "\n".join(lines) + "\n"


OUTPUTS = [
    ("books/book.schema.json", None, schema),
    ("docs/price-book.md", "keys", keys),
    ("docs/price-book.md", "switches", switches),
]
