"""The page's charts, one function a chart: rows of a figure in, a plotly figure out."""

from collections.abc import Callable, Mapping

import plotly.graph_objects as go

from report.published import Rows

INK = "#1f2933"
SCALE = [[0.0, "#f4f7fb"], [0.5, "#7fb2e5"], [1.0, "#14508f"]]
PALETTE = ["#14508f", "#e07a3f", "#3f9c7a", "#8e5ea8", "#c9a227", "#b3434b", "#5b7083"]


def funnel(rows: Rows) -> go.Figure:
    """People by step, with the share that goes on."""
    chart = go.Figure()
    for name in sorted({str(row["funnel"]) for row in rows}):
        steps = [row for row in rows if row["funnel"] == name]
        chart.add_funnel(
            name=name,
            y=[row["step"] for row in steps],
            x=[row["entered"] for row in steps],
            textinfo="value+percent previous",
            marker_color=PALETTE[0],
        )
    return _dressed(chart)


def channels(rows: Rows) -> go.Figure:
    """Won value by channel, a bar a model, with the channel's spend as a mark."""
    chart = go.Figure()
    for position, model in enumerate(sorted({str(row["model"]) for row in rows if row["model"]})):
        of_model = [row for row in rows if row["model"] == model]
        chart.add_bar(
            name=model,
            x=[row["channel"] for row in of_model],
            y=[row["value_reporting"] for row in of_model],
            marker_color=PALETTE[position % len(PALETTE)],
        )
    spend = {row["channel"]: row["spend_reporting"] for row in rows if row["spend_reporting"] is not None}
    chart.add_scatter(
        name="spend",
        x=list(spend),
        y=list(spend.values()),
        mode="markers",
        marker={"symbol": "line-ew", "size": 28, "line": {"width": 4, "color": INK}},
    )
    return _dressed(chart, barmode="group", yaxis_title="value, reporting currency")


def pipeline(rows: Rows) -> go.Figure:
    """Open amount by stage beside its weighted part."""
    chart = go.Figure()
    stages = [row["stage"] for row in rows]
    chart.add_bar(
        name="open",
        y=stages,
        x=[row["amount_reporting"] for row in rows],
        orientation="h",
        marker_color="#b9d3ee",
        customdata=[row["open_deals"] for row in rows],
        hovertemplate="%{y}: %{x:,.0f} in %{customdata} deals<extra></extra>",
    )
    chart.add_bar(
        name="weighted",
        y=stages,
        x=[row["weighted_amount_reporting"] for row in rows],
        orientation="h",
        marker_color=PALETTE[0],
    )
    return _dressed(
        chart, barmode="group", xaxis_title="amount, reporting currency", yaxis_autorange="reversed"
    )


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
    return _dressed(
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
    return _dressed(chart, yaxis_tickformat=".1%")


def waterfall(rows: Rows) -> go.Figure:
    """Monthly recurring revenue from the opening of the last twelve months to now, movement by movement."""
    last = rows[-12:]
    movements = ["gained", "returned", "expansion", "contraction", "lost", "fx"]
    if not last:
        return _dressed(go.Figure())
    sums = [sum(float(str(row[name] or 0)) for row in last) for name in movements]
    chart = go.Figure(
        go.Waterfall(
            x=["opening", *movements, "closing"],
            y=[last[0]["opening"], *sums, last[-1]["closing"]],
            measure=["absolute", *("relative" for _ in movements), "total"],
            increasing_marker_color=PALETTE[2],
            decreasing_marker_color=PALETTE[5],
            totals_marker_color=PALETTE[0],
        )
    )
    return _dressed(chart, yaxis_title="MRR, reporting currency")


CHARTS: Mapping[str, Callable[[Rows], go.Figure]] = {
    "funnel": funnel,
    "channels": channels,
    "pipeline": pipeline,
    "retention": retention,
    "churn": churn,
    "waterfall": waterfall,
}


def _dressed(chart: go.Figure, **layout: object) -> go.Figure:
    return chart.update_layout(
        template="plotly_white",
        font={"family": "system-ui, sans-serif", "color": INK},
        margin={"l": 10, "r": 20, "t": 30, "b": 10},
        legend={"orientation": "h", "y": 1.12},
        **({"height": 400} | layout),
        xaxis_automargin=True,
        yaxis_automargin=True,
    )
