"""Great Expectations' pages without what they fetch from the network: styles, scripts and a logo."""

import re
from collections.abc import Callable
from typing import Any

from great_expectations.render.view.view import (
    DefaultJinjaIndexPageView,
    DefaultJinjaPageView,
    PackageLoader,
)

REMOTE = re.compile(
    r"""<link [^>]*https://[^>]*>|<script src="https://[^>]*></script>|background: url\('https://[^;]*;"""
)

STYLES = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2933; margin: 0 auto; padding: 1rem 2rem; }
a { color: #0b5cad; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
th, td { border-bottom: 1px solid #d9dee4; padding: .4rem .6rem; text-align: left; vertical-align: top; }
h1, h2, h3, h4 { line-height: 1.25; }
ul { padding-left: 1.2rem; }
.nav-tabs, .ge-toc, #ge-cta-footer, .navigation-section, .modal { display: none; }
.tab-content > .tab-pane, .collapse { display: block; }
.fa-check-circle::before { content: "passed"; color: #187a3c; }
.fa-times::before { content: "failed"; color: #b3261e; }
.fa-exclamation-triangle::before { content: "error"; color: #b3261e; }
.fas { font-style: normal; font-weight: 600; }
.badge { background: #eef1f4; border-radius: .3rem; padding: 0 .3rem; }
@media (prefers-color-scheme: dark) {
  body { background: #14181d; color: #e4e7eb; } a { color: #7db7ff; } th, td { border-color: #39424d; }
  .badge { background: #2a323b; }
}
"""

HOME = """
{% set up = 4 if "ValidationResults" in renderer_type else 1 %}
{% if "SiteIndex" not in renderer_type %}
<nav><a href="{{ (expectation_suite_name.count('.') + up) * '../' }}index.html">All suites</a></nav>
{% endif %}
"""

TABLE = """
{% include 'content_block_header.j2' %}
{% set columns = content_block["table_columns"] %}
<table>
<thead><tr>{% for column in columns %}<th>{{ column["title"] }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in content_block["table_data"] | render_bootstrap_table_data %}
<tr>{% for column in columns %}<td>
{%- if loop.first and row.get("_table_row_link_path") -%}
<a href="{{ row["_table_row_link_path"] }}">{{ row[column["field"]] }}</a>
{%- else -%}{{ row[column["field"]] }}{%- endif -%}
</td>{% endfor %}</tr>
{% endfor %}
</tbody>
</table>
"""

OWN = {
    "js_script_imports.j2": "",
    "cloud-footer.j2": "",
    "cta_footer.j2": "",
    # Its filter is a script, and it repeats the first link.
    "page_action_card.j2": "",
    "data_docs_custom_styles.css": STYLES,
    "top_navbar.j2": HOME,
    "bootstrap_table.j2": TABLE,
}


class OfflineLoader(PackageLoader):
    """Own templates where Great Expectations' need a network, theirs without remote parts elsewhere."""

    def __init__(self, theirs: Any) -> None:
        super().__init__("great_expectations", "render/view/templates")
        self.theirs = theirs

    def get_source(self, environment: Any, template: str) -> tuple[str, str, Callable[[], bool] | None]:
        """A template's text."""
        if template in OWN:
            return OWN[template], template, None
        text, name, is_current = self.theirs.get_source(environment, template)
        return REMOTE.sub("", text), name, is_current


class OfflinePage(DefaultJinjaPageView):
    """A page of a suite or a result."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.env.loader = OfflineLoader(self.env.loader)


class OfflineIndex(DefaultJinjaIndexPageView):
    """The index."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.env.loader = OfflineLoader(self.env.loader)
