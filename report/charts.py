"""The page's charts, one function a chart: rows of a figure in, a plotly figure out."""

from collections.abc import Callable, Mapping

import plotly.graph_objects as go

from report.attribution_charts import channels, spend
from report.look import PALETTE, SCALE, bridge, dressed
from report.published import Rows
from report.sales_charts import forecast, funnel, funnel_segments, movements, pipeline


def retention(rows: Rows) -> go.Figure:
    """Share of each subscription cohort still active, by months since it began."""
    of_type = [row for row in rows if row["cohort_type"] == "subscriptions"]
    months = sorted({str(row["cohort_month"])[:7] for row in of_type})
    periods = sorted({int(str(row["period_no"])) for row in of_type})
    rate = {(str(row["cohort_month"])[:7], row["period_no"]): row["retention_rate"] for row in of_type}
    grid = [[rate.get((month, period)) for period in periods] for month in months]
    chart = go.Figure(
        go.Heatmap(
            x=periods,
            y=months,
            z=grid,
            zmin=0,
            zmax=1,
            colorscale=SCALE,
            texttemplate="%{z:.0%}",
            hoverongaps=False,
            colorbar={"tickformat": ".0%"},
        )
    )
    return dressed(
        chart,
        xaxis_title="months since the first",
        yaxis={"autorange": "reversed", "type": "category"},
        height=max(320, 90 + 26 * len(months)),
    )


def churn(rows: Rows) -> go.Figure:
    """Rate of customers and of money lost, by month."""
    chart = go.Figure()
    series = {"logo_churn_rate": "customers", "revenue_churn_rate": "money", "net_churn_rate": "money, net"}
    for (column, name), color in zip(series.items(), PALETTE, strict=False):
        chart.add_scatter(
            name=name,
            x=[row["period_month"] for row in rows],
            y=[row[column] for row in rows],
            mode="lines+markers",
            line_color=color,
        )
    return dressed(chart, yaxis_tickformat=".1%")


def waterfall(rows: Rows) -> go.Figure:
    """Monthly recurring revenue from the opening of the last twelve months to now, movement by movement."""
    last = rows[-12:]
    names = ["gained", "returned", "expansion", "contraction", "lost", "fx"]
    if not last:
        return dressed(go.Figure())
    moves = {name: sum(float(str(row[name] or 0)) for row in last) for name in names}
    return bridge(last[0]["opening"], moves, last[-1]["closing"], yaxis_title="MRR, reporting currency")


CHARTS: Mapping[str, Callable[[Rows], go.Figure]] = {
    "funnel": funnel,
    "funnel_segments": funnel_segments,
    "channels": channels,
    "spend": spend,
    "pipeline": pipeline,
    "movements": movements,
    "forecast": forecast,
    "retention": retention,
    "churn": churn,
    "waterfall": waterfall,
}
