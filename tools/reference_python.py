"""Makes the reference of the Python package from its stubs, its annotations and its docstrings.

The parts in C are declared in _core.pyi, and their docstrings are those of the running module. The parts in Python are
declared and documented in their source. The reference has all names that `faregate` exports, the plots, and the names
in the annotations of these.
"""

import ast
import copy
import inspect
import io
import re
import tokenize
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import faregate
import faregate._core
from reference_text import UNLISTED, directive, first_page, linked, markdown

PACKAGE = Path(__file__).parents[1] / "bindings" / "python" / "faregate"
Node = ast.ClassDef | ast.FunctionDef | ast.AnnAssign | ast.Assign
RULER = re.compile(r"^# -{3,} *(.+)$", re.M)

# The pages of the reference: a title, and the modules (or sections of the stub) whose names are on the page.
PAGES = {
    "books": ("Books and prices", ["_core: book", "_documents", "_diff"]),
    "account": ("Accounts and calls", ["_core: account"]),
    "ledger": ("Ledgers", ["_core: ledger", "_ledger"]),
    "bills": ("Bills of usage logs", ["billing", "_bills", "_rows", "_table", "_sources", "_core: columns"]),
    "plans": ("Forecasts and plans", ["forecast", "plan", "whatif", "_simulation", "_difference"]),
    "reconcile": ("A vendor's invoice", ["_reconcile", "_reconcile_search", "_reconciliation"]),
    "timeline": ("Timelines", ["_timeline", "_core: timeline"]),
    "plot": ("Pictures", ["plot"]),
    "answers": ("What is answered", ["_core: answers", "_core: outlook", "_results"]),
    "values": ("Types of arguments", []),
    "errors": ("Errors", ["_core: errors"]),
    "more": ("More", []),
}
INTROS = {
    "answers": "Each of these is a `Result` when the program runs: a dict whose keys are attributes too. The classes are "
    "there for type checkers, under `if TYPE_CHECKING:`, and say which attributes an answer has.",
    "values": "What annotations of the other pages stand for. These are names of the stubs alone.",
    "plot": "`from faregate import plot`, which `faregate[notebook]` brings what it needs for.",
}
HOMES = {"Used": "account", "Call": "account"}  # names that are on another page than their section


@dataclass
class Name:
    """A public name: the module that declares it, its declaration, and the comment behind the declaration."""

    name: str
    module: str
    section: str
    nodes: list[Node]  # the declarations, of which an overloaded function has several

    @property
    def node(self) -> Node:
        return self.nodes[-1]


def _is_error(name: str) -> bool:
    value = vars(faregate).get(name)
    return isinstance(value, type) and issubclass(value, faregate.Error) and value is not faregate.Error


# The names of errors, which become links in any text, because they are no words of English; other names would be.
ERRORS = re.compile(rf"\b(?:{'|'.join(one for one in dir(faregate) if _is_error(one))})\b(?!\.\w)")


@cache
def source_of(module: str) -> str:
    stub = PACKAGE / f"{module}.pyi"
    return (stub if stub.exists() else PACKAGE / f"{module}.py").read_text(encoding="utf-8")


@cache
def comments_of(module: str) -> dict[int, str]:
    """The comment at the end of each line that has one, by the number of the line."""
    tokens = tokenize.generate_tokens(io.StringIO(source_of(module)).readline)
    return {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}


@cache
def declared(module: str) -> tuple[dict[str, Name], dict[str, tuple[str, str]]]:
    """Reads a module: what it declares by name, and what it imports, as the name here to the module and the name
    there."""
    source = source_of(module)
    rulers = [(source.count("\n", 0, match.start()) + 1, match[1]) for match in RULER.finditer(source)]
    names: dict[str, Name] = {}
    imports: dict[str, tuple[str, str]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("faregate"):
            for alias in node.names:
                imports[alias.asname or alias.name] = ((node.module or "").partition(".")[2], alias.name)
    for node in ast.parse(source).body:
        name = _name_of(node)
        if name is None:
            continue
        section = next((title for line, title in reversed(rulers) if line < node.lineno), "")
        names.setdefault(name, Name(name, module, section, [])).nodes.append(node)
    return names, imports


def _name_of(node: ast.stmt) -> str | None:
    match node:
        case ast.ClassDef() | ast.FunctionDef():
            return node.name
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return None


def resolved(module: str, name: str) -> Name | None:
    """Finds the declaration of a name, which a module may have imported; None if it is not of this package."""
    names, imports = declared(module)
    if name in names:
        return names[name]
    if name not in imports:
        return None
    there, itself = imports[name]
    if not there:  # "from faregate import name", where the name is a module
        return resolved("__init__", name) or resolved("_core", name)
    return resolved(there.replace(".", "/"), itself)


def exported() -> list[Name]:
    """The names that `faregate` exports, without its modules."""
    names, imports = declared("__init__")
    found = [resolved(there, itself) for name, (there, itself) in imports.items() if there and itself != "*"]
    core = [one for name, one in declared("_core")[0].items() if not name.startswith("_")]
    public = [one for one in found if one and not isinstance(one.node, ast.Assign)]
    return [*core, *(one for one in public if one.name not in {c.name for c in core} and one.name != "__version__")]


def plots() -> list[Name]:
    return [
        one
        for name, one in declared("plot")[0].items()
        if isinstance(one.node, ast.FunctionDef) and not name.startswith("_") and ast.get_docstring(one.node)
    ]


def annotations_of(node: Node) -> list[ast.expr]:
    """The annotations of a declaration that its users see."""
    match node:
        case ast.FunctionDef():
            arguments = node.args
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
            return [part for part in (*(one.annotation for one in every if one), node.returns) if part]
        case ast.ClassDef():
            return node.bases + [part for member in members_of(node) for one in member for part in annotations_of(one)]
        case ast.AnnAssign():
            return [node.annotation, *([node.value] if node.value else [])]
    return []


def names_in(annotation: ast.expr) -> set[str]:
    names = {part.id for part in ast.walk(annotation) if isinstance(part, ast.Name)}
    for part in ast.walk(annotation):
        if (
            isinstance(part, ast.Constant)
            and isinstance(part.value, str)
            and re.fullmatch(r"[\w\[\], |.]+", part.value)
        ):
            names |= names_in(ast.parse(part.value, mode="eval").body) if part.value.strip() else set()
    return names


class Unquoted(ast.NodeTransformer):
    """Removes the quotation marks around annotations of what is declared later, but not those within Literal."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        return node if ast.unparse(node.value) == "Literal" else self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return self.visit(ast.parse(node.value, mode="eval").body) if isinstance(node.value, str) else node


def shown(annotation: ast.expr) -> str:
    """An annotation as text for readers."""
    return ast.unparse(Unquoted().visit(copy.deepcopy(annotation)))


def documented() -> dict[str, Name]:
    """All names of the reference by their full name: those that are exported, and those that their annotations name."""
    found: dict[str, Name] = {}
    waiting = [("", one) for one in exported()] + [("plot.", one) for one in plots()]
    while waiting:
        prefix, one = waiting.pop(0)
        if prefix + one.name in found:
            continue
        found[prefix + one.name] = one
        for node in one.nodes:
            for name in sorted(set().union(*map(names_in, annotations_of(node)))):
                other = resolved(one.module, name)
                if other and not _is_type_variable(other.node):
                    waiting.append(("", other))
    return found


def _is_type_variable(node: Node) -> bool:
    return isinstance(node, ast.Assign)


def members_of(node: ast.ClassDef) -> list[list[ast.FunctionDef | ast.AnnAssign]]:
    """The public members of a class; the overloads of a method are one member."""
    members: dict[str, list[ast.FunctionDef | ast.AnnAssign]] = {}
    for one in node.body:
        name = _name_of(one)
        if isinstance(one, ast.FunctionDef | ast.AnnAssign) and name and not name.startswith("_"):
            members.setdefault(name, []).append(one)
    return list(members.values())


def said_behind(module: str, node: Node) -> str:
    """The comment at the end of a declaration's line."""
    return comments_of(module).get(node.end_lineno or 0, "")


def attribute_texts(node: ast.ClassDef) -> dict[str, str]:
    """The texts below the attributes of a class, by the names of the attributes."""
    texts = {}
    for one, after in zip(node.body, node.body[1:]):
        if isinstance(one, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            texts[_name_of(one) or ""] = inspect.cleandoc(str(after.value.value))
    return texts


def docstring(one: Name, member: str = "") -> str:
    """The docstring of a name or of a member of it; for what the core defines, the docstring of the running module."""
    if one.module == "_core":
        value = getattr(faregate._core, one.name, None)
        value = getattr(value, member, None) if member else value
        text = inspect.getdoc(value) if value is not None else ""
        if text and text != inspect.getdoc(type(value)):
            return text
    return ""


def says(text: str) -> str:
    """A docstring in Markdown, in which errors are links."""
    return markdown(linked(text, ERRORS, lambda name: f"{{py:exc}}`{name}`"))


def written(node: ast.AST) -> str:
    return (
        inspect.cleandoc(ast.get_docstring(node, clean=False) or "")
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
        else ""
    )


def signature(node: ast.FunctionDef, drop_first: bool) -> str:
    arguments = ast.parse(f"def f({ast.unparse(node.args)}): ...").body[0].args  # parsed again to have a copy
    if drop_first:
        (arguments.posonlyargs or arguments.args).pop(0)
    for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]:
        if one and one.annotation:
            one.annotation = ast.Name(shown(one.annotation))
    returns = f" -> {shown(node.returns)}" if node.returns else ""
    return f"({ast.unparse(arguments)}){returns}"


def kinds_of(node: ast.FunctionDef) -> set[str]:
    return {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}


def function(name: str, nodes: list[ast.FunctionDef], text: str, in_class: bool) -> str:
    """The directives of a function or method; the text goes to the last of several overloads."""
    made = [one for one in nodes if "overload" in kinds_of(one)] or nodes[-1:]
    parts = []
    for place, one in enumerate(made):
        kinds = kinds_of(one)
        options = [f"{kind}:" for kind in ("classmethod", "staticmethod") if kind in kinds]
        options += ["no-index:"] if place else []
        drop = in_class and "staticmethod" not in kinds
        body = says(text) if place == len(made) - 1 else ""
        parts.append(
            directive("py:method" if in_class else "py:function", name + signature(one, drop), body, tuple(options))
        )
    return "\n\n".join(parts)


def member(one: Name, nodes: list[ast.FunctionDef | ast.AnnAssign], below: dict[str, str]) -> str:
    node = nodes[-1]
    name = _name_of(node) or ""
    if isinstance(node, ast.AnnAssign):
        text = docstring(one, name) or below.get(name, "") or said_behind(one.module, node)
        return directive("py:attribute", name, says(text), (f"type: {shown(node.annotation)}", *UNLISTED))
    text = docstring(one, name) or written(node)
    if kinds_of(node) & {"property", "cached_property"}:
        returns = (f"type: {shown(node.returns)}",) if node.returns else ()
        return directive("py:property", name, says(text), (*returns, *UNLISTED))
    return function(name, nodes, text, in_class=True)


def class_entry(name: str, one: Name, node: ast.ClassDef) -> str:
    """The directive of a class and of its members."""
    begin = next(
        (part for part in node.body if isinstance(part, ast.FunctionDef) and part.name in ("__init__", "__new__")), None
    )
    is_made = begin is not None and one.module in ("_core", "forecast")
    bases = [shown(base) for base in node.bases]
    is_error = bool(re.search(r"(?:Error|Exception|Refusal|Invalid)\b", " ".join(bases)))
    body = [says(docstring(one) or written(node))]
    bases = [base for base in bases if base not in ("Result", "dict[str, Any]") and not base.startswith("Generic")]
    kinds = ", ".join(f"{{py:class}}`{base}`" if base.isidentifier() else f"`{base}`" for base in bases)
    body += [f"A kind of {kinds}."] if kinds else []
    below = attribute_texts(node)
    body += [member(one, nodes, below) for nodes in members_of(node)]
    argument = name + (signature(begin, True).partition(" -> ")[0] if is_made and begin else "")
    return directive("py:exception" if is_error else "py:class", argument, "\n\n".join(filter(None, body)))


def entry(full: str, one: Name) -> str:
    match one.node:
        case ast.ClassDef():
            return class_entry(full, one, one.node)
        case ast.FunctionDef():
            functions = [node for node in one.nodes if isinstance(node, ast.FunctionDef)]
            return function(full, functions, docstring(one) or written(one.node), in_class=False)
        case ast.AnnAssign(value=value) if value:
            options = (f"canonical: {' '.join(shown(value).split())}",)
            return directive("py:type", full, says(said_behind(one.module, one.node)), options)
    raise SystemExit(f"reference: how is {full} told?")


def _home(one: Name) -> str:
    return f"{one.module}: {one.section}" if one.module == "_core" else one.module


def _place(full: str, one: Name) -> tuple[int, bool, int]:
    """The order of names on a page: by the page that was chosen for them, functions before classes, then as they are
    declared."""
    homes = PAGES[page_of(full, one)][1]
    home = homes.index(_home(one)) if _home(one) in homes else len(homes)
    return home, isinstance(one.node, ast.ClassDef), one.nodes[0].lineno


def page_of(full: str, one: Name) -> str:
    if isinstance(one.node, ast.AnnAssign):
        return "values"
    if one.name in HOMES:
        return HOMES[one.name]
    if isinstance(one.node, ast.ClassDef) and any(
        "type_check_only" in ast.unparse(part) for part in one.node.decorator_list
    ):
        return "answers"
    return next((page for page, (_, homes) in PAGES.items() if _home(one) in homes), "more")


def pages() -> dict[str, str]:
    """The pages of the reference by their names; empty pages are left out."""
    entries: dict[str, list[str]] = {page: [] for page in PAGES}
    for full, one in sorted(documented().items(), key=lambda item: _place(*item)):
        entries[page_of(full, one)].append(entry(full, one))
    package = markdown(inspect.cleandoc(faregate.__doc__ or ""))
    texts = {"index": first_page("Python", package, [page for page in PAGES if entries[page]])}
    for page, (title, _) in PAGES.items():
        if entries[page]:
            head = [f"# {title}", *([INTROS[page]] if page in INTROS else []), ":::{py:currentmodule} faregate\n:::"]
            texts[page] = "\n\n".join([*head, *entries[page]]) + "\n"
    return texts
