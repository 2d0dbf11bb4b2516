#!/usr/bin/env python3
"""Checks the pages of a built site: site_check.py FOLDER. Exits with 1 where

- a link leads to no file, or to no place in it;
- a page, script or style loads something from elsewhere, so that the site would not work from a folder.

Links to other sites are not followed."""

import re
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "object": "data"}


class Page(HTMLParser):
    """Collects the anchors of a page, its links, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.places |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if LOADED.get(tag) in given and given.get("rel") not in ("index", "search", "next", "prev", "canonical"):
            self.loads.append(given[LOADED[tag]])


@cache
def page(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def faults(site: Path) -> list[str]:
    """The faults in the pages of a site, in words."""
    found = []
    for path in sorted(site.rglob("*.html")):
        here = path.relative_to(site)
        found += [f"{here}: {fault}" for link in page(path).links for fault in _of_link(site, path, link)]
        found += [f"{here}: loads {load}" for load in page(path).loads if urlsplit(load).netloc]
        found += [f"{here}: loads {load}, which is not there" for load in page(path).loads if not _is_there(path, load)]
    for path in sorted(site.rglob("*.css")):
        loads = re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//[^)\"' ]+", path.read_text(encoding="utf-8"))
        found += [f"{path.relative_to(site)}: loads {load}" for load in loads]
    return found


def _is_there(path: Path, load: str) -> bool:
    address = urlsplit(load)
    return bool(address.scheme or address.netloc) or (path.parent / unquote(address.path)).exists()


def _of_link(site: Path, path: Path, link: str) -> list[str]:
    address = urlsplit(link)
    if address.scheme or address.netloc:
        return []
    target = (path.parent / unquote(address.path)).resolve() if address.path else path
    if not target.is_relative_to(site.resolve()) and target != path:
        return [f"{link} leads out of the site"]
    if target.is_dir():
        target /= "index.html"
    if not target.exists():
        return [f"{link} leads to no file"]
    if address.fragment and target.suffix == ".html" and unquote(address.fragment) not in page(target).places:
        return [f"{link} leads to no place of its page"]
    return []


def main() -> int:
    site = Path(sys.argv[1])
    found = faults(site)
    print("\n".join(found) or f"site: {len(list(site.rglob('*.html')))} pages, and no link without an end")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
