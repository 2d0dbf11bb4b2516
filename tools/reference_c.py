"""Makes the reference of the C API from the public headers, a page for each header.

A header has sections, each of which begins with a ruler `/* ---- title */`. A section has groups, each of a comment and
the declarations that follow it without a blank line. A line that fits nowhere is an error, so that nothing is left out.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from reference_text import UNLISTED, directive, first_page, linked, markdown

INCLUDE = Path(__file__).parents[1] / "core" / "include"
# faregate.h first, then the headers that it includes, then one for each further use.
HEADERS = [
    "faregate",
    "faregate_base",
    *(f"faregate_{use}" for use in ("book", "timeline", "outlook", "bulk", "whatif", "ledger")),
]

INTRO = """The public headers of `core/include`, one for each use. `faregate.h` says what holds for all functions.

`FG_API` stands in front of every function, and `FG_MUST_CHECK` of those whose status has to be looked at; both are left
out here."""

TITLE = re.compile(r"/\* -{3,} *(.+?) *\*/")
MACROS = re.compile(r"\bFG_(?:API|MUST_CHECK) +|\s*\bFG_PRINTF\([^)]*\)")
TRAILING = re.compile(r"[ \t]*///< ?(.*)")
FORMS = [  # the form of a declaration without its comments, and the directive of Sphinx for it
    (re.compile(r"#define (?P<name>\w+(?:\([^)]*\))?)(?: (?P<value>.*))?", re.S), "macro"),
    (re.compile(r"typedef struct (?P<name>\w+) \w+;"), "struct"),
    (re.compile(r"struct (?P<name>\w+);"), "struct"),
    (re.compile(r"typedef struct (?P<name>\w+) \{.*\} \w+;", re.S), "struct"),
    (re.compile(r"typedef enum (?P<name>\w+) \{.*\} \w+;", re.S), "enum"),
    (re.compile(r"(?P<name>enum) \{.*\};", re.S), "constants"),
    (re.compile(r"typedef (?P<name>[\w ]+?\w+);"), "type"),
    (re.compile(r"(?P<name>[\w ]+[ *]\w+\(.*\));", re.S), "function"),
]
CONSTANT = re.compile(r"\b(FG_\w+)(?: = ([^,]+?))?[ \t]*(?:,|$)")


@dataclass
class Section:
    title: str
    groups: list[str]  # the texts of the groups: in each a comment, or none, and declarations


def head_and_sections(text: str) -> tuple[str, list[Section]]:
    """Splits a header into the comment at its beginning and its sections."""
    head, _, rest = text.partition("*/")
    rest = re.sub(r"^#ifdef __cplusplus\n.*?^#endif\n", "", rest, flags=re.M | re.S)
    rest = re.sub(r"^#else\n.*?(?=^#endif\n)", "", rest, flags=re.M | re.S)
    rest = re.sub(r"^#(?:include .*|if.*|else|endif|define FAREGATE\w*_H)\n", "", rest, flags=re.M)
    sections = [Section("Declarations", [])]
    for group in _groups(rest):
        title = TITLE.fullmatch(group)
        if title:
            sections.append(Section(title[1], []))
        else:
            sections[-1].groups.append(group)
    return re.sub(r"^ \* ?", "", head.split("\n", 1)[1], flags=re.M).rstrip(), [
        part for part in sections if part.groups
    ]


def _groups(text: str) -> list[str]:
    """Splits a text at blank lines, but not within comments and braces."""
    groups: list[list[str]] = [[]]
    depth = 0
    for line in text.split("\n"):
        depth += line.count("/*") - line.count("*/") + line.count("{") - line.count("}")
        if line.strip() or depth:
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return _with_comments_apart(["\n".join(lines) for lines in groups if lines])


def _with_comments_apart(groups: list[str]) -> list[str]:
    """Splits groups before each comment within them."""
    apart: list[str] = []
    for group in groups:
        apart += [part for part in re.split(r"\n(?=/\*)", group) if part]
    return apart


def declarations(group: str) -> tuple[str, list[str]]:
    """Splits a group into the text of its comment and its declarations."""
    comment, rest = "", group
    if group.startswith("/*"):
        comment, _, rest = group.partition("*/")
        comment = re.sub(r"^ {2,3}", "", comment.removeprefix("/*").strip(), flags=re.M)
    found: list[str] = []
    lines: list[str] = []
    depth = 0
    for line in rest.strip("\n").split("\n") if rest.strip() else []:
        code = re.sub(r"/\*.*?\*/|///<.*", "", line)
        if not lines and not code.strip() and found:  # a trailing comment goes on
            found[-1] += "\n" + line
            continue
        lines.append(line)
        depth += code.count("{") - code.count("}")
        is_macro = lines[0].startswith("#")
        if (is_macro and not line.endswith("\\")) or (not is_macro and depth == 0 and code.rstrip().endswith(";")):
            found.append("\n".join(lines))
            lines = []
    if lines:
        raise SystemExit(f"reference: a declaration without an end: {lines}")
    return comment, found


def symbols_of(declaration: str) -> tuple[str, str, str, str]:
    """Describes a declaration: its directive, the argument of the directive, the value of a macro, and the trailing
    comment."""
    comments = " ".join(TRAILING.findall(declaration)) if "{" not in declaration else ""
    code = re.sub(r"/\*.*?\*/", "", TRAILING.sub("", declaration), flags=re.S).strip()
    code = MACROS.sub("", code) if not code.startswith("#") else code.replace("\\\n", " ")
    for form, kind in FORMS:
        match = form.fullmatch(code)
        if match:
            value = (match.groupdict().get("value") or "").strip()
            return kind, re.sub(r"\s+", " ", match["name"]), value, comments
    raise SystemExit(f"reference: what is this? {declaration}")


def constants(declaration: str) -> list[str]:
    """The directives of an enumeration's constants, each with the comment behind it."""
    body = declaration[declaration.index("{") + 1 : declaration.rindex("}")]
    found: list[tuple[str, str]] = []
    for line in re.sub(r"/\*.*?\*/", "", body, flags=re.S).split("\n"):
        comment = " ".join(TRAILING.findall(line))
        names = CONSTANT.findall(TRAILING.sub("", line))
        found += [(f"{name} = {value}" if value else name, "") for name, value in names]
        if comment and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {comment}".strip())
    return [directive("c:enumerator", constant, says(comment), UNLISTED) for constant, comment in found]


def entry(declaration: str, comment: str) -> str:
    kind, argument, value, trailing = symbols_of(declaration)
    if kind == "constants":
        return "\n\n".join(filter(None, [says(comment), *constants(declaration)]))
    body = [says(comment)] if comment else []
    body += [says(trailing)] if trailing else []
    body += [f"`{value}`"] if value else []
    if kind == "enum":
        body += constants(declaration)
    elif "{" in declaration:
        body.append(f"```c\n{declaration}\n```")
    return directive(f"c:{kind}", argument, "\n\n".join(body))


def is_subject(declaration: str) -> bool:
    """Whether the comment above a group can be about a declaration, which is not so for a helper macro, or for a struct
    that is only named."""
    return not re.match(r"#define|struct \w+;", declaration)


def page(name: str) -> str:
    """The page of a header in Markdown."""
    head, sections = head_and_sections(text_of(name))
    parts = [f"# {name}.h", says(head)]
    for section in sections:
        parts.append(f"## {section.title.capitalize()}")
        for group in section.groups:
            comment, found = declarations(group)
            if not found:
                parts.append(says(comment))
            subject = next((place for place, one in enumerate(found) if is_subject(one)), 0)
            parts += [entry(one, comment if place == subject else "") for place, one in enumerate(found)]
    return "\n\n".join(filter(None, parts)) + "\n"


def text_of(name: str) -> str:
    return (INCLUDE / f"{name}.h").read_text(encoding="utf-8")


def says(comment: str) -> str:
    """A comment in Markdown, with links from the names in it."""
    return markdown(linked(comment, NAME, lambda name: f"{{{ROLES[name]}}}`{name}`" if name in ROLES else name))


def _roles() -> dict[str, str]:
    """By the name of each symbol, the role of Sphinx that links to it."""
    roles = {}
    for name in HEADERS:
        for section in head_and_sections(text_of(name))[1]:
            for declaration in (one for group in section.groups for one in declarations(group)[1]):
                kind, argument, _, _ = symbols_of(declaration)
                if kind in ("enum", "constants"):
                    roles |= dict.fromkeys(re.findall(r"^ *(FG_\w+)", declaration, re.M), "c:enumerator")
                symbol = re.search(r"(\w+)(?:\(.*\))?$", argument)[1]
                roles[symbol] = {"function": "c:func", "macro": "c:macro"}.get(kind, f"c:{kind}")
    return roles


NAME = re.compile(r"\b(?:fg_[a-z]|FG_[A-Z])\w*")
ROLES = _roles()


def pages() -> dict[str, str]:
    """The pages of the reference by their names."""
    return {"index": first_page("C", INTRO, HEADERS)} | {name: page(name) for name in HEADERS}
