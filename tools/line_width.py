"""Checks that lines have at most 120 columns: comments, which no formatter breaks, and documents.

`line_width.py FILE…` names the lines that are longer and exits with 1; `line_width.py --wrap FILE…` wraps their
paragraphs. A line of code with a string in it, a row of a table and a quotation may be longer; so may generated files
and documents in Chinese.
"""

import re
import sys
from pathlib import Path

WIDTH = 120
UNSPACED = ".zh.md"  # because a paragraph in Chinese is one line, which has no blanks to be wrapped at
GENERATED = ("bindings/lua/library/", "bindings/python/command_docs.h", "bindings/python/error_classes.h")
# Parts that a line must not break within: a code span, and a link.
WORD = re.compile(r"(?:`[^`]*`|\[[^\]]*\]\([^)]*\)|[^\s`\[]|[`\[])+")
# Words that would begin a list, a heading or a quotation if they came first on a line.
MARKS = re.compile(r"(?:[-+*>]|#+|\d+[.)]|\|.*)$")


def fill(text: str, first: str, rest: str) -> list[str]:
    """Fills lines of WIDTH columns with a text; the first line begins with `first`, the others with `rest`."""
    lines = [first]
    is_empty = True
    for word in WORD.findall(text):
        if not is_empty and len(lines[-1]) + 1 + len(word) > WIDTH and not MARKS.match(word):
            lines.append(rest)
            is_empty = True
        lines[-1] += word if is_empty else " " + word
        is_empty = False
    return lines


def is_long(line: str) -> bool:
    return len(line) > WIDTH


def paragraphs(lines: list[str]) -> list[tuple[int, int, str]]:
    """The first and last lines of paragraphs and of items of lists, and the indentation of their lines after the
    first."""
    found = []
    is_quoted, indent = False, ""
    begin = None
    for number, line in enumerate([*lines, ""]):
        item = re.match(r"\s*(?:[-*]|\d+\.) +", line)
        fence = line.lstrip().startswith("```")
        ends = not line.strip() or line.startswith(("|", "#", ">", "<", "    ")) or fence or item or is_quoted
        if begin is not None and ends:
            found.append((begin, number, indent))
            begin = None
        is_quoted = is_quoted != fence
        if begin is None and not is_quoted and not fence and (item or not ends):
            begin = number
            indent = " " * (item.end() if item else len(line) - len(line.lstrip()))
    return found


def wrap_document(lines: list[str]) -> list[str]:
    for begin, end, indent in reversed(paragraphs(lines)):
        if any(map(is_long, lines[begin:end])):
            item = re.match(r"\s*(?:[-*]|\d+\.) +|\s*", lines[begin]).group()
            text = " ".join(line.strip() for line in lines[begin:end])[len(item.strip()) :]
            lines[begin:end] = fill(text, item, indent)
    return lines


def comment_paragraphs(lines: list[str]) -> list[tuple[int, int]]:
    """The first and last lines of paragraphs in comments of C. Lists and tables, which are indented further, are left
    out."""
    found = []
    begin, margin = None, 0
    for number, line in enumerate(lines):
        opens = re.match(r" */\*(?= \w| `)", line)
        if begin is None and opens:
            begin, margin = number, len(opens.group()) + 1
        if begin is None:
            continue
        is_plain = number == begin or (re.match(r" *", line).end() == margin and line.strip() != "")
        if not is_plain:
            found.append((begin, number))
            begin = None
            if line.strip() == "":
                begin = number + 1 if not line.rstrip().endswith("*/") else None
        elif line.rstrip().endswith("*/"):
            found.append((begin, number + 1))
            begin = None
    return found


def shorten_ruler(line: str) -> str:
    return re.sub("-" * (len(line) - WIDTH), "", line, count=1) if is_long(line) and "/* ----" in line else line


def wrap_comments(lines: list[str]) -> list[str]:
    for begin, end in reversed(comment_paragraphs(lines)):
        if any(map(is_long, lines[begin:end])) and end > begin:
            opens = re.match(r" */\* ", lines[begin])
            first = opens.group() if opens else re.match(r" *", lines[begin]).group()
            text = " ".join(line.strip() for line in lines[begin:end])[len(first.strip()) :]
            filled = fill(text.replace(" */", "\0*/"), first, " " * len(first))
            lines[begin:end] = [line.replace("\0", " ") for line in filled]
    return [shorten_ruler(line) for line in lines]


def may_be_long(path: Path, line: str, is_quoted: bool) -> bool:
    if path.suffix == ".md":
        return line.startswith("|") or is_quoted or len(WORD.findall(line)) == 1
    if path.suffix == ".def":
        return not line.lstrip().startswith("/*")
    return '"' in line or line.endswith("\\")


WRAPPERS = {".md": wrap_document, ".c": wrap_comments, ".h": wrap_comments, ".def": wrap_comments}


def main(arguments: list[str]) -> int:
    wrap = arguments[:1] == ["--wrap"]
    too_long = False
    for path in map(Path, arguments[wrap:]):
        if str(path).startswith(GENERATED) or path.name.endswith(UNSPACED):
            continue
        lines = path.read_text(encoding="utf-8").split("\n")
        if wrap and path.suffix in WRAPPERS:
            lines = WRAPPERS[path.suffix](lines)
            path.write_text("\n".join(lines), encoding="utf-8")
        is_quoted = False
        for number, line in enumerate(lines, 1):
            is_quoted = is_quoted != line.lstrip().startswith("```")
            if is_long(line) and not may_be_long(path, line, is_quoted):
                print(f"{path}:{number}: {len(line)} columns, {WIDTH} at most", file=sys.stderr)
                too_long = True
    return int(too_long)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
