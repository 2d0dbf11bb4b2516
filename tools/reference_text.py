"""Makes Markdown for the site of the text of a contract, from a docstring or a comment.

Contracts are plain text with code in `backticks`: paragraphs, lists, sessions with >>>, code that is indented by four
blanks, and tables with names in the first column and explanations in the second.
"""

import re
import textwrap
from collections.abc import Callable

# Signs that Markdown or MyST would read as markup.
MARKUP = re.compile(r"[\\*_<>\[\]{}$|~^]")
GAP = re.compile(r"(\S(?:.*?\S)?)  +(\S.*)")
UNLISTED = ("no-contents-entry:",)  # left out of the contents of a page, which would be too long
BULLET = re.compile(r" *[-*] ")


def escaped(text: str) -> str:
    """Escapes a text outside of its code, so that Markdown reads none of it as markup."""
    parts = re.split(r"(\{[a-z:]+\}`[^`]+`|`[^`]+`)", text)
    return "".join(part if place % 2 else _plain(part) for place, part in enumerate(parts))


def _plain(text: str) -> str:
    """Escapes words, and makes links of the rules and documents that they name."""
    text = MARKUP.sub(r"\\\g<0>", text)
    text = re.sub(r"\bR(\d+)\b", r"{ref}`R\1 <rule-\1>`", text)
    return re.sub(r"\bdocs/([\w-]+\.md)", r"[docs/\1](../../docs/\1)", text)  # from a page of the reference


def linked(text: str, names: re.Pattern[str], link: Callable[[str], str]) -> str:
    """Makes links of the names in a text, whether they stand in `code` or not; longer pieces of code stay as they
    are."""
    parts = re.split(r"(`[^`]+`)", text)
    for place, part in enumerate(parts):
        if place % 2 == 0:
            parts[place] = names.sub(lambda match: link(match[0]), part)
        elif names.fullmatch(part.strip("`")):
            parts[place] = link(part.strip("`"))
    return "".join(parts)


def markdown(text: str) -> str:
    """A contract in Markdown."""
    text = textwrap.dedent(text).strip("\n")
    return "\n\n".join(filter(None, map(_block, _blocks(text)))) if text.strip() else ""


def _blocks(text: str) -> list[list[str]]:
    """Splits a text into paragraphs; code may go on over blank lines."""
    blocks: list[list[str]] = []
    for part in re.split(r"\n[ \t]*\n", text):
        lines = part.split("\n")
        is_code = all(line.startswith("    ") for line in lines)
        if is_code and blocks and all(line.startswith("    ") or not line for line in blocks[-1]):
            blocks[-1] += ["", *lines]
        else:
            blocks.append(lines)
    return blocks


def _block(lines: list[str]) -> str:
    if all(line.startswith("    ") or not line for line in lines):
        return f"```text\n{textwrap.dedent(chr(10).join(lines))}\n```"
    if lines[0].lstrip().startswith(">>>"):
        return f"```pycon\n{textwrap.dedent(chr(10).join(lines))}\n```"
    if BULLET.match(lines[0]):
        return _list(lines)
    rows = _rows(lines)
    if rows:
        return definitions(rows)
    for place in range(1, len(lines)):
        if BULLET.match(lines[place]):
            return _sentence(lines[:place]) + "\n\n" + _list(lines[place:])
        rows = _rows(textwrap.dedent("\n".join(lines[place:])).split("\n")) if lines[place].startswith("  ") else []
        if rows:
            return _sentence(lines[:place]) + "\n\n" + definitions(rows)
    return _sentence(lines)


def _sentence(lines: list[str]) -> str:
    """Joins lines with a blank, so that a line break never makes a list by chance."""
    text = escaped(" ".join(line.strip() for line in lines))
    return re.sub(
        r"^(\d+)([.)] )|^([-+#])", lambda match: f"{match[1]}\\{match[2]}" if match[1] else f"\\{match[3]}", text
    )


def _list(lines: list[str]) -> str:
    items: list[list[str]] = []
    for line in lines:
        if BULLET.match(line):
            items.append([BULLET.sub("", line, count=1)])
        else:
            items[-1].append(line)
    return "\n".join(f"- {_sentence(item)}" for item in items)


def _rows(lines: list[str]) -> list[tuple[str, str]]:
    """Reads lines as a table of names and explanations, these in Markdown; [] if the lines are no such table."""
    first = GAP.fullmatch(lines[0])
    if not first or lines[0].startswith(" "):
        return []
    column = first.start(2)
    rows: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith(" "):
            rows[-1][1].append(line)
            continue
        gap = GAP.fullmatch(line)
        if gap:
            rows.append((gap[1], [gap[2]]))
        elif line[column - 1 : column] == " ":
            rows.append((line[:column].strip(), [line[column:]]))
        else:
            return []
    return [(name, _told(told)) for name, told in rows]


def _told(lines: list[str]) -> str:
    """An explanation in Markdown: a sentence, which a table of its own may follow."""
    further = textwrap.dedent("\n".join(lines[1:])).split("\n") if lines[1:] else []
    rows = _rows(further) if further else []
    if rows:
        return _sentence(lines[:1]) + "\n\n" + definitions(rows)
    return _sentence(lines)


def definitions(rows: list[tuple[str, str]]) -> str:
    """A list of definitions in Markdown."""
    return "\n\n".join(f"{_names(name)}\n: {textwrap.indent(told, '  ').lstrip()}" for name, told in rows)


def _names(text: str) -> str:
    """The names in a cell as code, where `a, b` is two names."""
    return text if "`" in text else ", ".join(f"`{name.strip()}`" for name in text.split(","))


def directive(name: str, argument: str, body: str, options: tuple[str, ...] = ()) -> str:
    """A directive of MyST around a body, with more colons than any directive within it."""
    inside = max((len(colons) for colons in re.findall(r"^\s*(:{3,})", body, re.M)), default=2)
    fence = ":" * (inside + 1)
    head = "".join(f"\n:{option}" for option in options)
    return (
        f"{fence}{{{name}}} {argument}{head}\n\n{body}\n{fence}"
        if body
        else f"{fence}{{{name}}} {argument}{head}\n{fence}"
    )


def first_page(title: str, text: str, pages: list[str]) -> str:
    """The first page of a reference, with links to the others."""
    names = "\n".join(pages)
    return f"# {title}\n\n{text}\n\n:::{{toctree}}\n:maxdepth: 1\n\n{names}\n:::\n"
