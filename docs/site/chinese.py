"""Pages in Chinese: their language, the way to and from the English ones, and a search that finds Chinese words.

`guide.zh.md` stands beside `guide.md`. Words are not set apart in Chinese, so a run of its signs is taken as all pairs
of neighbours, in the index and in the question alike: who asks for 免费额度 gets the pages that have 免费, 费额 and 额度.
"""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

FRONT_PAGES = {"index": "README.zh", "README.zh": "index"}
WORDS = {"Search": "搜索", "Next": "下一页", "Previous": "上一页", "On this page": "本页内容", "Home": "首页"}
RUN = re.compile(r"[\u4e00-\u9fff]+|[^\W\u4e00-\u9fff]+")

SPLIT_QUERY = r"""
var splitQuery = (query) =>
  (query.match(/[\u4e00-\u9fff]+|[\p{Letter}\p{Number}_]+/gu) || []).flatMap((run) =>
    /^[\u4e00-\u9fff]{3,}$/.test(run) ? [...run].slice(1).map((sign, place) => [...run][place] + sign)
    : run.match(/[\u4e00-\u9fff]+|[^\u4e00-\u9fff]+/g));
"""


class SearchBoth(SearchEnglish):
    """English by its stems, Chinese by pairs of signs."""

    js_splitter_code = SPLIT_QUERY

    def split(self, input: str) -> list[str]:
        return [word for run in RUN.findall(input) for word in pairs(run)]


def pairs(run: str) -> list[str]:
    """A word as it is; of Chinese each sign and each pair of neighbours."""
    if not "\u4e00" <= run[0] <= "\u9fff":
        return [run]
    return [*run, *(first + second for first, second in zip(run, run[1:]))]


def other_language(page: str, pages: set[str]) -> str | None:
    """The same page in the other language; the front page where there is none; None without any Chinese page."""
    other = FRONT_PAGES.get(page) or (page.removesuffix(".zh") if page.endswith(".zh") else page + ".zh")
    fallback = "index" if page.endswith(".zh") else "README.zh"
    return next((name for name in (other, fallback) if name in pages), None)


def on_page(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    is_chinese = page.endswith(".zh")
    context["is_chinese"] = is_chinese
    context["other_language"] = other_language(page, set(app.env.found_docs))
    if is_chinese:
        context["language"] = "zh-CN"
        context["_"] = lambda text: WORDS.get(text, text)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_search_language(SearchBoth)
    app.connect("html-page-context", on_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
