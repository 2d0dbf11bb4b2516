#!/usr/bin/env python3
"""Collects the sources of the site: site_source.py FOLDER.

The documents have the same paths in FOLDER as in the repository, so that links between them work as on a forge. The
front page, the reference, and the notebooks with their output are added.
"""

import re
import shutil
import sys
from pathlib import Path

import nbclient
import nbformat
import reference_c
import reference_lua
import reference_python
from reference_text import first_page

ROOT = Path(__file__).parents[1]
STATIC = {"calculator": ROOT / "build" / "calculator"}  # folders that go into the site unchanged
STATIC_FOLDER = "static_pages"  # the folder in which docs/site/static_pages.py looks for them
# Files that documents link to, which are no pages but can be loaded from the site.
FILES = [
    "LICENSE",
    "Makefile",
    "books",
    "core/include",
    "core/src",
    "examples",
    "forms",
    "bindings/lua/library",
    "tools",
]
REFERENCES = {"python": reference_python, "lua": reference_lua, "c": reference_c}
SECONDS = 600  # seconds that a cell of a notebook may take, at most


def copy_documents(to: Path) -> None:
    for path in ROOT.glob("*.md"):
        shutil.copy(path, to)
    shutil.copytree(ROOT / "docs", to / "docs", ignore=shutil.ignore_patterns("site", *STATIC, ".ipynb_checkpoints"))
    (to / STATIC_FOLDER).mkdir()
    for name, built in STATIC.items():
        shutil.copytree(built, to / STATIC_FOLDER / name)
    for name in FILES:
        source = ROOT / name
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
        else:
            shutil.copy(source, to / name)
    shutil.copy(ROOT / "docs" / "site" / "index.md", to)


def write_reference(to: Path) -> None:
    for language, reference in REFERENCES.items():
        folder = to / "reference" / language
        folder.mkdir(parents=True)
        for name, text in reference.pages().items():
            (folder / f"{name}.md").write_text(text, encoding="utf-8")


def write_decisions(to: Path) -> None:
    """Writes the page with links to the decisions, by their numbers."""
    folder = to / "docs" / "decisions"
    names = sorted(path.stem for path in folder.glob("0*.md"))
    (folder / "index.md").write_text(
        first_page(
            "Decisions",
            "Why it is built this way, a page each: the shape that was chosen, and those that were not.",
            names,
        ),
        encoding="utf-8",
    )


def list_notebooks(to: Path) -> None:
    """Adds the notebooks to the navigation below the page of the gallery, in the order of that page."""
    page = to / "docs" / "gallery" / "README.md"
    text = page.read_text(encoding="utf-8")
    names = "\n".join(re.findall(r"\]\(([\w-]+)\.ipynb\)", text))
    page.write_text(f"{text}\n:::{{toctree}}\n:hidden:\n\n{names}\n:::\n", encoding="utf-8")


def run_notebooks(to: Path) -> None:
    """Runs every notebook in the copy, so that its pictures are of this version."""
    for path in sorted(to.glob("**/*.ipynb")):
        print(f"site: {path.relative_to(to)}", flush=True)
        notebook = nbformat.read(path, as_version=4)
        client = nbclient.NotebookClient(
            notebook,
            timeout=SECONDS,
            startup_timeout=SECONDS,
            resources={"metadata": {"path": str(path.parent)}},
            extra_arguments=["--log-level=ERROR"],
        )
        client.execute()
        nbformat.write(notebook, path)


def main() -> None:
    to = Path(sys.argv[1])
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    copy_documents(to)
    write_reference(to)
    write_decisions(to)
    list_notebooks(to)
    run_notebooks(to)


if __name__ == "__main__":
    main()
