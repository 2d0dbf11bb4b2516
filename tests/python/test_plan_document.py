"""What docs/plan.md says that the search refuses is what its sources refuse."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SEARCH = ("plan_editions.c", "packs_on_sale.c", "entitlements.c", "cheapest_capacity.c")
SHARED = ("fg_require_own_units", "fg_require_months")  # of all questions about a product alone


def _section() -> str:
    text = (ROOT / "docs/plan.md").read_text()
    return text.split("## What is refused\n", 1)[1].split("\n## ", 1)[0]


def _body_of(function: str) -> str:
    for path in (ROOT / "core/src").rglob("*.c"):
        found = re.search(rf"^fg_status {function}\(.*?^}}", path.read_text(), re.M | re.S)
        if found:
            return found[0]
    raise AssertionError(function)


def _refused_keys() -> set:
    sources = [(ROOT / "core/src/whatif" / name).read_text() for name in SEARCH]
    text = "\n".join([*sources, *map(_body_of, SHARED)])
    features = re.findall(r'fg_refuse_feature\([^"]*"([a-z_.]+)"', text)
    messages = re.findall(r"FG_UNSUPPORTED,(.*?)\);", text, re.S)
    told = [key for message in messages for key in re.findall(r'\\"([a-z_]+)\\"', message)]
    chosen = re.findall(r'\? "([a-z_.]+)(?:\\")?"', text)
    return {key.split(".")[-1] for key in (*features, *told, *chosen)}


def test_every_key_that_the_search_refuses_is_listed():
    keys = _refused_keys()
    assert {"rules", "policy", "pools", "issue", "editions", "settle", "least"} <= keys
    section = _section()
    assert sorted(key for key in keys if f"`{key}`" not in section) == []
