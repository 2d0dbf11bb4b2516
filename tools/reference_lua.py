"""Makes the reference of the Lua module from the definitions that language servers read (LuaCATS)."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from reference_text import definitions, directive, escaped, first_page, linked, markdown

DEFINITIONS = Path(__file__).parents[1] / "bindings" / "lua" / "library" / "faregate.d.lua"
INTRO = "What every name is, as the definitions say that come with the module: `bindings/lua/library/faregate.d.lua`."
PAGES = {
    "module": "The module",
    "book": "A price book",
    "account": "An account and its calls",
    "commands": "What methods are given",
    "answers": "What methods answer",
    "values": "Values: texts, numbers, money",
}

# The pages of classes with methods or operators, where that is not the page of the account.
PLACES = {"faregate": "module", "faregate.Book": "book", "faregate.Money": "values"}


@dataclass
class Declaration:
    """A function, class or alias: its lines of documentation, and its tags in their order."""

    kind: str
    name: str
    text: list[str]
    tags: list[tuple[str, str]]
    signature: str = ""
    is_object: bool = False  # whether a class has methods
    choices: list[str] = field(default_factory=list)  # the values of an alias

    def of(self, tag: str) -> list[str]:
        return [told for name, told in self.tags if name == tag]


def declarations(text: str) -> list[Declaration]:
    """The declarations of the definitions, in their order."""
    found: list[Declaration] = []
    block: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        function = re.fullmatch(r"function ([\w.:]+)(\(.*\)) end", line)
        if line.startswith("---"):
            block.append(line[3:])
        elif function:
            found.append(_declared(block, function[1], function[2]))
            block = []
        elif line.startswith("local "):
            found += _classes(block)
            found[-1].is_object = True
            block = []
        elif not line or line.startswith("return "):
            found += _classes(block)
            block = []
        elif not line.startswith("-- "):
            raise SystemExit(f"reference: {DEFINITIONS.name}, line {number}: what is this? {line}")
    return found


def _tagged(block: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Splits a block into its text and its tags, each with the lines below that belong to it."""
    text: list[str] = []
    tags: list[tuple[str, str]] = []
    for line in block:
        tag = re.match(r"@(\w+) ?(.*)", line)
        if tag:
            tags.append((tag[1], tag[2]))
        elif line.startswith("| "):
            tags.append(("choice", line[2:]))
        elif tags and line.strip():
            tags[-1] = (tags[-1][0], f"{tags[-1][1]} {line.strip()}")
        else:
            text.append(line.removeprefix(" "))
    return text, tags


def _declared(block: list[str], name: str, signature: str) -> Declaration:
    text, tags = _tagged(block)
    return Declaration("function", name, text, tags, signature)


def _classes(block: list[str]) -> list[Declaration]:
    """The classes and aliases of a block, which may declare several, each after its own text."""
    found: list[Declaration] = []
    begins = [place for place, line in enumerate(block) if re.match(r"@(?:class|alias) ", line)]
    for begin, end in zip(begins, [*begins[1:], len(block)]):
        kind, name, rest = re.match(r"@(class|alias) ([\w.]+)(.*)", block[begin]).groups()
        text = (
            [line.removeprefix(" ") for line in block[:begin] if not line.startswith("@")] if begin == begins[0] else []
        )
        _, tags = _tagged(block[begin + 1 : end])
        found.append(
            Declaration(kind, name, text, tags, rest.strip(" :"), choices=[t for n, t in tags if n == "choice"])
        )
    return found


NAME = re.compile(r"\bfaregate\.[A-Za-z_]\w*")
TYPE = re.compile(r"(?:fun\(.*?\)(?:: *\S+)?|\{.*?\}\??|table<[^>]*(?:<[^>]*>)?[^>]*>|[^\s])+")


class Reference:
    def __init__(self) -> None:
        self.all = declarations(DEFINITIONS.read_text(encoding="utf-8"))
        self.names = {one.name for one in self.all}

    def says(self, text: str) -> str:
        return markdown(linked(text, NAME, lambda name: self.type(name) if name in self.names else f"`{name}`"))

    def type(self, text: str) -> str:
        """A type as code, in which the role of Sphinx makes links of classes."""
        return f"{{luatype}}`{text}`"

    def told(self, text: str) -> tuple[str, str]:
        """Splits a type from the text after it ("integer units charged"), and makes Markdown of both."""
        match = TYPE.match(text)
        return self.type(match[0]), text[match.end() :].strip().removeprefix("# ")

    def rows(self, tags: list[str]) -> str:
        """Makes a list of definitions of parameters and fields, which are written `name type text`."""
        rows = []
        for tag in tags:
            name, _, rest = tag.partition(" ")
            type_, text = self.told(rest)
            said = self.says(text)
            rows.append(
                (
                    f"`{name.rstrip('?')}`",
                    f"{type_}{', may be absent' if name.endswith('?') else ''}" + (f" – {said}" if said else ""),
                )
            )
        return definitions(rows)

    def answers(self, tags: list[str]) -> str:
        items = []
        for tag in tags:
            type_, rest = self.told(tag)
            name, _, text = rest.partition(" ")
            items.append(f"- {f'`{name}`: ' if name else ''}{type_}" + (f" – {self.says(text)}" if text else ""))
        return "\n".join(items)

    def entry(self, one: Declaration) -> str:
        body = [self.says("\n".join(one.text))]
        if one.kind == "function":
            body += [f"**Takes**\n\n{self.rows(one.of('param'))}"] if one.of("param") else []
            body += [f"**Answers**\n\n{self.answers(one.of('return'))}"] if one.of("return") else []
            body += [f"**Also** {self.type(overload)}" for overload in one.of("overload")]
        elif one.kind == "class":
            body += (
                [f"As {self.type(one.signature)}, and:" if one.of("field") else f"As {self.type(one.signature)}."]
                if one.signature
                else []
            )
            body += [self.rows(one.of("field"))] if one.of("field") else []
            body += [f"**Operators**\n\n{self.operators(one)}"] if one.of("operator") else []
        else:
            type_, text = self.told(one.signature) if one.signature else ("", "")
            body += [type_ + (f" – {self.says(text)}" if text else "")] if type_ else []
            body += [self.choices(one.choices)] if one.choices else []
        return directive(
            "lua", one.name + (one.signature if one.kind == "function" else ""), "\n\n".join(filter(None, body))
        )

    def operators(self, one: Declaration) -> str:
        return "\n".join(f"- {self.type(operator)}" for operator in one.of("operator"))

    def choices(self, choices: list[str]) -> str:
        rows = [choice.partition(" # ") for choice in choices]
        return "\n".join(f"- `{value.strip()}`" + (f" – {escaped(text)}" if text else "") for value, _, text in rows)

    def page_of(self, one: Declaration) -> str:
        if one.kind == "function":
            owner = one.name.partition(":")[0]
            return {"Book": "book", "Account": "account", "Call": "account"}.get(owner, "module")
        if one.is_object or one.name in PLACES:
            return PLACES.get(one.name, "account")
        if one.kind == "alias":
            return "values"
        taken = re.compile(rf"\b{re.escape(one.name)}\b")
        is_given = any(taken.search(param) for other in self.all for param in other.of("param")) or one.name.endswith(
            "Command"
        )
        return "commands" if is_given else "answers"


def pages() -> dict[str, str]:
    """The pages of the reference by their names."""
    reference = Reference()
    texts = {page: [f"# {title}"] for page, title in PAGES.items()}
    for one in reference.all:
        texts[reference.page_of(one)].append(reference.entry(one))
    first = {"index": first_page("Lua", INTRO, list(PAGES))}
    return first | {page: "\n\n".join(parts) + "\n" for page, parts in texts.items()}
