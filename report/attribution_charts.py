"""The charts of what channels earned: rows of a figure in, a plotly figure out."""

from itertools import groupby

import plotly.graph_objects as go

from report.look import INK, PALETTE, dressed
from report.published import Rows

# The other models are there, too, one click in the legend away: a dozen at once can't be read.
SHOWN_MODELS = ("first_touch", "last_touch", "linear", "markov", "shapley")


def channels(rows: Rows) -> go.Figure:
    """Won value by channel, a mark a model, with its interval."""
    known = [row for row in rows if row["value_reporting"] is not None]
    models = sorted({str(row["model"]) for row in known}, key=lambda name: (name not in SHOWN_MODELS, name))
    chart = go.Figure()
    for position, model in enumerate(models):
        of_model = [row for row in known if row["model"] == model]
        values = [float(str(row["value_reporting"])) for row in of_model]
        chart.add_bar(
            name=model,
            x=[row["channel"] for row in of_model],
            y=values,
            marker_color=PALETTE[position % len(PALETTE)],
            visible=True if model in SHOWN_MODELS else "legendonly",
            error_y={
                "array": [
                    float(str(row["value_high"])) - value for row, value in zip(of_model, values, strict=True)
                ],
                "arrayminus": [
                    value - float(str(row["value_low"])) for row, value in zip(of_model, values, strict=True)
                ],
                "thickness": 1,
                "width": 2,
                "color": INK,
            },
        )
    return dressed(chart, barmode="group", yaxis_title="value, reporting currency", height=460)


def spend(rows: Rows) -> go.Figure:
    """Spend of each paid channel against what it earned, a mark a model; the line is where they are equal."""
    chart = go.Figure()
    for position, model in enumerate(SHOWN_MODELS):
        of_model = [row for row in rows if row["model"] == model]
        chart.add_scatter(
            name=model,
            x=[row["spend_reporting"] for row in of_model],
            y=[row["value_reporting"] for row in of_model],
            text=[row["channel"] for row in of_model],
            mode="markers+text" if position == 0 else "markers",
            textposition="top center",
            cliponaxis=False,
            marker={"size": 11, "color": PALETTE[position % len(PALETTE)]},
        )
    most = max((float(str(row["spend_reporting"])) for row in rows), default=0.0)
    chart.add_scatter(
        name="earned = spent", x=[0, most], y=[0, most], mode="lines", line={"color": INK, "dash": "dot"}
    )
    return dressed(chart, xaxis_title="spend, reporting currency", yaxis_title="value of won deals")


def shortened(path: str) -> str:
    """A path with runs of one channel told once: direct > sales ×3."""
    runs = [(channel, len(list(run))) for channel, run in groupby(path.split(" > "))]
    return " > ".join(f"{channel} ×{length}" if length > 1 else channel for channel, length in runs)
