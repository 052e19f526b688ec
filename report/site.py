"""One static page from the published marts, readable from the file system without a network."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup
from plotly.graph_objects import Figure
from plotly.offline import get_plotlyjs

from report.attribution_charts import shortened
from report.charts import CHARTS
from report.published import figures

TEMPLATES = Path(__file__).parent / "templates"
LINKS = {"Data Docs (Great Expectations)": "data_docs/index.html", "dbt docs": "dbt/index.html"}


def build(marts: Path, docs: Path) -> Path:
    """Write docs/index.html and the chart library beside it; return the page's path."""
    found = figures(marts)
    charts = {name: _html(name, chart(found[name])) for name, chart in CHARTS.items() if found[name]}
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(["html", "j2"]), trim_blocks=True
    )
    environment.filters["shortened"] = shortened
    links = {title: target for title, target in LINKS.items() if (docs / target).exists()}
    page = environment.get_template("index.html.j2").render(**found, charts=charts, links=links)
    docs.mkdir(parents=True, exist_ok=True)
    (docs / "plotly.min.js").write_text(get_plotlyjs(), encoding="utf-8")
    target = docs / "index.html"
    target.write_text(page, encoding="utf-8")
    return target


def _html(name: str, chart: Figure) -> Markup:
    """The chart as a fragment that expects the page's copy of the chart library; its id is fixed, so that
    the same marts give the same page."""
    shown = {"responsive": True, "displayModeBar": False}
    return Markup(
        chart.to_html(full_html=False, include_plotlyjs=False, div_id=f"chart-{name}", config=shown)
    )
