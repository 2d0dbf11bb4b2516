"""How Sphinx builds the site of build/site-source, which tools/site_source.py has put together."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project = "faregate"
author = "the faregate authors"
copyright = "the faregate authors, MIT licence"
language = "en"
root_doc = "index"

extensions = ["myst_nb", "lua_reference", "chinese", "static_pages", "rule_places"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4  # as a forge makes them
nb_execution_mode = "off"  # tools/site_source.py has run them

smartquotes = False
highlight_language = "text"
pygments_dark_style = "github-dark"
python_maximum_signature_line_length = 80
c_maximum_signature_line_length = 80
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = "faregate"
html_static_path = [str(HERE / "static")]
html_css_files = ["site.css"]
html_js_files = ["offline.js"]
templates_path = [str(HERE / "templates")]
exclude_patterns = ["static_pages"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": False, "top_of_page_buttons": []}
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "language.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
