"""Names of the Lua module for Sphinx: the directive `lua` declares one, the role `luatype` writes a type of them."""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.std import GenericObject
from sphinx.util.docutils import SphinxRole

NAME = re.compile(r"(\bfaregate\.[A-Za-z_]\w*)")


def parse_signature(env: object, text: str, node: addnodes.desc_signature) -> str:
    """`Account:use(command)` shown in parts; its name is what stands before the parentheses."""
    name, parenthesis, arguments = text.partition("(")
    owner = re.match(r"(?:\w+[.:])?", name)[0]
    if owner:
        node += addnodes.desc_addname(owner, owner)
    node += addnodes.desc_name(name, name.removeprefix(owner))
    if parenthesis:
        parameters = addnodes.desc_parameterlist(arguments, "")
        for argument in filter(None, (part.strip() for part in arguments.rstrip(")").split(","))):
            parameters += addnodes.desc_parameter(argument, "", addnodes.desc_sig_name(argument, argument))
        node += parameters
    node["fullname"] = name
    return name


class LuaObject(GenericObject):
    """A name of the module, which stands in the contents of its page."""

    parse_node = staticmethod(parse_signature)

    def _object_hierarchy_parts(self, node: addnodes.desc_signature) -> tuple[str, ...]:
        return (node["fullname"],)

    def _toc_entry_name(self, node: addnodes.desc_signature) -> str:
        return node["fullname"]


class TypeRole(SphinxRole):
    """A type in code, in which each name of the module is a link."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        code = nodes.literal(self.text, "", classes=["lua-type"])
        for place, part in enumerate(NAME.split(self.text)):
            if place % 2:
                code += addnodes.pending_xref(
                    "", nodes.inline(part, part), refdomain="std", reftype="lua", reftarget=part, refwarn=False
                )
            elif part:
                code += nodes.inline(part, part)
        return [code], []


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_object_type("lua", "lua", "pair: %s; Lua", parse_signature, objname="Lua")
    app.add_directive_to_domain("std", "lua", LuaObject, override=True)
    app.add_role("luatype", TypeRole())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
