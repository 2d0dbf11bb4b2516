"""The stubs of the Python binding, and the texts of its exceptions."""

import json

from generate_tables import STATUSES, Status


def text(value: str) -> str:
    """A text as C writes it."""
    return json.dumps(value, ensure_ascii=False)


def error_class(status: Status) -> str:
    rule = f", rule {status.rule}" if status.rule else ""
    cells = [
        status.constant,
        text(f"faregate.{status.class_name}"),
        f"PyExc_{status.exception}",
        text(status.name),
        text(status.rule),
        text(f"{status.name}: {status.text}{rule}."),
    ]
    return f"ERROR_CLASS({', '.join(cells)})\n"


def error_classes() -> str:
    head = (
        "/* Generated from core/src/base/statuses.def by `make generated`, not to be edited: the class of every status but\n"
        "   FG_OK.\n\n"
        "   ERROR_CLASS(NAME, name of the class, built-in exception that it is besides, code, rule, documentation) */\n"
        "/* clang-format off */\n"
    )
    return head + "".join(error_class(status) for status in STATUSES if status.number != 0)


def stub_of(status: Status) -> str:
    bases = "Refusal" if status.kind == "REFUSAL" else "Error"
    if status.exception != "Exception":
        bases += f", {status.exception}"
    if status.name == "rate_limited":
        return f"\nclass {status.class_name}({bases}):\n    retry_after: float | None\n\n"
    return f"class {status.class_name}({bases}): ...\n"


def exceptions() -> str:
    return "".join(stub_of(status) for status in STATUSES if status.number != 0) + "\n"


OUTPUTS = [
    ("bindings/python/error_classes.h", None, error_classes),
    ("bindings/python/faregate/_core.pyi", "exceptions", exceptions),
]
