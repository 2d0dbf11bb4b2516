"""Each row of a rule in docs/rules.md is a place of its page, which the reference leads to: {ref}`R30 <rule-30>`."""

import re

from docutils import nodes
from sphinx.application import Sphinx

PAGE = "docs/rules"


def on_doctree(app: Sphinx, doctree: nodes.document) -> None:
    if app.env.docname != PAGE:
        return
    for row in doctree.findall(nodes.row):
        rule = re.fullmatch(r"R(\d+)", row[0].astext().strip())
        if rule:
            place = f"rule-{rule[1]}"
            row["ids"].append(place)
            app.env.domains.standard_domain.note_hyperlink_target(place, PAGE, place, rule[0])


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", on_doctree)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
