"""The charts of customers: who stays, who leaves, how revenue moves, what customers are worth."""

import plotly.graph_objects as go

from report.look import FALL, PALETTE, RISE, SCALE, bridge, dressed, in_panels
from report.published import Rows


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


def retention_curves(rows: Rows) -> go.Figure:
    """Share still active by months since they began: each month thin, all and segments."""
    chart = go.Figure()
    for month in sorted({str(row["cohort_month"])[:7] for row in rows if row["cohort_month"]}):
        mine = [row for row in rows if row["cohort_month"] and str(row["cohort_month"])[:7] == month]
        chart.add_scatter(
            name=month,
            x=[row["period_no"] for row in mine],
            y=[row["retention_rate"] for row in mine],
            mode="lines",
            line={"color": "#c5d3e0", "width": 1},
            showlegend=False,
        )
    together = [row for row in rows if row["cohort_month"] is None]
    for nth, name in enumerate(dict.fromkeys(str(row["segment_value"]) for row in together)):
        mine = [row for row in together if row["segment_value"] == name]
        chart.add_scatter(
            name=name,
            x=[row["period_no"] for row in mine],
            y=[row["retention_rate"] for row in mine],
            customdata=[row["customers"] for row in mine],
            hovertemplate="%{y:.0%} of %{customdata}",
            mode="lines",
            line={"color": PALETTE[nth % len(PALETTE)], "width": 3 if name == "all" else 1.5},
        )
    return dressed(
        chart, xaxis_title="months since the first", yaxis={"tickformat": ".0%", "range": [0, 1.02]}
    )


def churn(rows: Rows) -> go.Figure:
    """Rate of customers and of money lost by month, a line a definition."""
    chart = go.Figure()
    series = {
        "logo_churn_rate": "customers",
        "revenue_churn_rate": "money",
        "net_churn_rate": "money, net",
        "same_month_included_churn_rate": "customers, same month included",
        "inactivity_churn_rate": "buyers who stopped",
        "inactivity_probability_churn_rate": "buyers probably gone",
    }
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


def survival(rows: Rows) -> go.Figure:
    """Share of subscribers who stay beyond so many months: all with its interval, and each segment."""
    chart = go.Figure()
    for nth, name in enumerate(dict.fromkeys(str(row["segment_value"]) for row in rows)):
        mine = [row for row in rows if row["segment_value"] == name]
        months = [row["tenure_months"] for row in mine]
        look = {"shape": "hv", "color": PALETTE[nth % len(PALETTE)], "width": 3 if name == "all" else 1.5}
        if name == "all":
            for column, fill in (("survival_high", None), ("survival_low", "tonexty")):
                chart.add_scatter(
                    x=months,
                    y=[row[column] if row[column] is not None else row["survival"] for row in mine],
                    mode="lines",
                    line={"shape": "hv", "width": 0},
                    fill=fill,
                    fillcolor="rgba(20, 80, 143, .12)",
                    showlegend=False,
                    hoverinfo="skip",
                )
        chart.add_scatter(name=name, x=months, y=[row["survival"] for row in mine], mode="lines", line=look)
    return dressed(chart, xaxis_title="completed months", yaxis={"tickformat": ".0%", "range": [0, 1.02]})


def value(rows: Rows) -> go.Figure:
    """Money by segment: what customers brought, and what orders and subscriptions are expected to bring."""
    series = {
        "historic": "so far",
        "orders_12m": "orders of the next 12 months",
        "subscriptions": "subscriptions still to come",
    }
    chart = go.Figure()
    for (column, name), color in zip(series.items(), PALETTE, strict=False):
        chart.add_bar(
            name=name, x=[row["segment"] for row in rows], y=[row[column] for row in rows], marker_color=color
        )
    return dressed(chart, yaxis_title="reporting currency")


def risk(rows: Rows) -> go.Figure:
    """Predicted against actual share of customers lost: on the line, what was said came true."""
    series = {"learnt": "learnt", "base_rate": "one number for everybody"}
    highest = max(
        (float(str(row[name])) for row in rows for name in ("mean_predicted", "actual_rate")), default=1.0
    )
    chart = go.Figure()
    chart.add_scatter(
        x=[0, highest], y=[0, highest], mode="lines", line={"dash": "dot", "color": "#999"}, showlegend=False
    )
    for (method, name), color in zip(series.items(), PALETTE, strict=False):
        mine = [row for row in rows if row["method"] == method]
        chart.add_scatter(
            name=name,
            x=[row["mean_predicted"] for row in mine],
            y=[row["actual_rate"] for row in mine],
            text=[f"{row['customers']} customers" for row in mine],
            mode="markers",
            marker={"color": color, "size": 10},
        )
    return dressed(
        chart,
        xaxis={"tickformat": ".0%", "title": "predicted"},
        yaxis={"tickformat": ".0%", "title": "left within 90 days"},
    )


def loyalty(rows: Rows) -> go.Figure:
    """Share of buyers who ever came back, and of each month's revenue that returning ones brought."""
    series = {
        "repeat_rate": "buyers who bought again",
        "returning_revenue_share": "revenue of returning buyers",
    }
    chart = go.Figure()
    for (column, name), color in zip(series.items(), PALETTE, strict=False):
        chart.add_scatter(
            name=name,
            x=[row["period_month"] for row in rows],
            y=[row[column] for row in rows],
            customdata=[[row["returning_buyers"], row["buyers"]] for row in rows],
            hovertemplate="%{y:.0%} (%{customdata[0]} of the month's %{customdata[1]} buyers returned)",
            mode="lines+markers",
            line_color=color,
        )
    return dressed(chart, yaxis={"tickformat": ".0%", "range": [0, 1.02]})


def renewals(rows: Rows) -> go.Figure:
    """Terms that fell due by month, renewed and lost; a panel for subscriptions and one for deals."""
    chart, panels = in_panels(rows, "source")
    for position, months in panels:
        for name, color in (("renewed", RISE), ("lost", FALL)):
            chart.add_bar(
                name=name,
                legendgroup=name,
                showlegend=position == 1,
                x=[row["period_month"] for row in months],
                y=[row[name] for row in months],
                customdata=[row["due"] for row in months],
                hovertemplate="%{y} of %{customdata} due",
                marker_color=color,
                row=position,
                col=1,
            )
    return dressed(chart, barmode="stack", yaxis_title="terms due", height=max(400, 260 * len(panels)))
