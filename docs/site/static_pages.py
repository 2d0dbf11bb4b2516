"""Folders of the documents that go into the site as they are, such as a page with a program in it.

What tools/site_source.py names so becomes `NAME` beside the front page. A document of docs/ leads there as if the
folder were beside it: `[try it](NAME/index.html)`.
"""

import posixpath

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms.post_transforms import SphinxPostTransform

FOLDER = "static_pages"  # what tools/site_source.py copies these folders to


class Links(SphinxPostTransform):
    """Links into such a folder, which Sphinx knows no document of."""

    default_priority = 8  # before MyST looks at what is left, at 9

    def run(self, **options: object) -> None:
        for node in list(self.document.findall(pending_xref)):
            path, _, place = node["reftarget"].partition("#")
            here = posixpath.dirname(self.env.docname)
            path = posixpath.normpath(posixpath.join(here, path)).removeprefix("docs/")
            if node.get("reftype") == "myst" and path and (self.app.srcdir / FOLDER / path).is_file():
                address = posixpath.relpath(path, here) + (f"#{place}" if place else "")
                node.replace_self(nodes.reference("", "", *node.children, refuri=address))


def on_config(app: Sphinx, config: Config) -> None:
    config.html_extra_path = [str(app.srcdir / FOLDER)]


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", on_config)
    app.add_post_transform(Links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
