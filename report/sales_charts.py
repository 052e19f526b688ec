"""The charts of funnel and pipeline: where people leave, what is open, how it moved, what will close."""

import plotly.graph_objects as go

from report.look import INK, PALETTE, bridge, dressed, in_panels
from report.published import Rows

OUTER = ("opening", "closing")


def funnel(rows: Rows) -> go.Figure:
    """People by step, with the share that goes on; a panel a funnel."""
    chart, panels = in_panels(rows, "funnel", rows_down=False)
    for position, steps in panels:
        chart.add_funnel(
            y=[row["step"] for row in steps],
            x=[row["entered"] for row in steps],
            texttemplate="%{value:,}<br>%{percentPrevious:.0%}",
            marker_color=PALETTE[0],
            showlegend=False,
            row=1,
            col=position,
        )
    return dressed(chart)


def funnel_segments(rows: Rows) -> go.Figure:
    """The share that goes on from each step by segment, with its interval; a panel a funnel."""
    chart, panels = in_panels(rows, "funnel")
    segments = sorted({str(row["segment_value"]) for row in rows})
    for position, steps in panels:
        for nth, segment in enumerate(segments):
            mine = [row for row in steps if row["segment_value"] == segment]
            rates = [_number(row["conversion_rate"]) for row in mine]
            chart.add_scatter(
                name=segment,
                legendgroup=segment,
                showlegend=position == 1,
                mode="markers",
                x=[f"{row['step']} → {row['next_step']}" for row in mine],
                y=rates,
                error_y=_whiskers(mine, "low", "high", rates),
                customdata=[[row["advanced"], row["entered"]] for row in mine],
                hovertemplate="%{x}: %{y:.1%} (%{customdata[0]} of %{customdata[1]})",
                marker={"color": PALETTE[nth % len(PALETTE)], "size": 9},
                row=position,
                col=1,
            )
    return dressed(chart, scattermode="group", height=max(400, 280 * len(panels))).update_yaxes(
        tickformat=".0%", range=[0, 1.05]
    )


def pipeline(rows: Rows) -> go.Figure:
    """Open amount by stage beside its weighted part; a panel a pipeline."""
    chart, panels = in_panels(rows, "pipeline")
    series = (("open", "amount_reporting", "#b9d3ee"), ("weighted", "weighted_amount_reporting", PALETTE[0]))
    for position, stages in panels:
        for name, column, color in series:
            chart.add_bar(
                name=name,
                legendgroup=name,
                showlegend=position == 1,
                y=[row["stage"] for row in stages],
                x=[row[column] for row in stages],
                orientation="h",
                marker_color=color,
                customdata=[row["open_deals"] for row in stages],
                hovertemplate="%{y}: %{x:,.0f} in %{customdata} deals<extra></extra>",
                row=position,
                col=1,
            )
    chart.update_xaxes(title_text="amount, reporting currency", row=len(panels))
    return dressed(chart, barmode="group", height=max(400, 260 * len(panels))).update_yaxes(
        autorange="reversed"
    )


def movements(rows: Rows) -> go.Figure:
    """The open pipeline from the opening of the last three months to now, movement by movement."""
    months = sorted({str(row["period_month"]) for row in rows})[-3:]
    last = [row for row in rows if str(row["period_month"]) in months]
    if not last:
        return dressed(go.Figure())

    def total(movement: object, of_months: list[str]) -> float:
        chosen = [r for r in last if r["movement"] == movement and str(r["period_month"]) in of_months]
        return sum(_number(row["amount_reporting"]) for row in chosen)

    names = list(dict.fromkeys(str(row["movement"]) for row in last))
    moves = {name: total(name, months) for name in names if name not in OUTER}
    return bridge(
        total("opening", months[:1]),
        {name.replace("_", " "): amount for name, amount in moves.items() if amount},
        total("closing", months[-1:]),
        yaxis_title="open amount, reporting currency",
    )


def forecast(rows: Rows) -> go.Figure:
    """Simulated bookings with their 80 % range beside the target and what was booked; a panel a pipeline."""
    chart, panels = in_panels(rows, "pipeline")
    for position, months in panels:
        place = {"row": position, "col": 1}
        when = [row["period_month"] for row in months]
        middle = [_number(row["forecast_p50"]) for row in months]
        is_first = position == 1
        chart.add_bar(
            name="booked", legendgroup="booked", showlegend=is_first, marker_color="#b9d3ee",
            x=when, y=[row["actual"] for row in months], **place,
        )  # fmt: skip
        chart.add_scatter(
            name="forecast, 80 % range", legendgroup="forecast", showlegend=is_first, mode="markers",
            x=when, y=middle,
            error_y=_whiskers(months, "forecast_p10", "forecast_p90", middle),
            marker={"color": PALETTE[0], "size": 8}, **place,
        )  # fmt: skip
        chart.add_scatter(
            name="target", legendgroup="target", showlegend=is_first, mode="markers",
            x=when, y=[row["target"] for row in months],
            marker={"symbol": "line-ew", "size": 24, "line": {"width": 3, "color": INK}}, **place,
        )  # fmt: skip
    return dressed(chart, height=max(400, 260 * len(panels))).update_yaxes(rangemode="tozero")


def _whiskers(rows: Rows, low: str, high: str, middle: list[float]) -> dict[str, list[float]]:
    """Error bars between two columns around a third one's values."""
    return {
        "array": [_number(row[high]) - value for row, value in zip(rows, middle, strict=True)],
        "arrayminus": [value - _number(row[low]) for row, value in zip(rows, middle, strict=True)],
    }


def _number(value: object) -> float:
    return 0.0 if value is None else float(str(value))
