"""How every chart of the page looks."""

from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from report.published import Rows

INK = "#1f2933"
SCALE = [[0.0, "#f4f7fb"], [0.5, "#7fb2e5"], [1.0, "#14508f"]]
PALETTE = ["#14508f", "#e07a3f", "#3f9c7a", "#8e5ea8", "#c9a227", "#b3434b", "#5b7083"]
RISE, FALL = PALETTE[2], PALETTE[5]


def dressed(chart: go.Figure, **layout: Any) -> go.Figure:
    """The chart in the page's fonts, margins and height."""
    return (
        chart.update_layout(
            template="plotly_white",
            font={"family": "system-ui, sans-serif", "color": INK},
            margin={"l": 10, "r": 20, "t": 30, "b": 10},
            legend={"orientation": "h", "y": 1.08, "yanchor": "bottom"},
            **({"height": 400} | layout),
        )
        .update_xaxes(automargin=True)
        .update_yaxes(automargin=True)
    )


def bridge(opening: object, moves: dict[str, float], closing: object, **layout: Any) -> go.Figure:
    """A waterfall from an opening over moves to a closing."""
    chart = go.Figure(
        go.Waterfall(
            x=["opening", *moves, "closing"],
            y=[opening, *moves.values(), closing],
            measure=["absolute", *("relative" for _ in moves), "total"],
            increasing_marker_color=RISE,
            decreasing_marker_color=FALL,
            totals_marker_color=PALETTE[0],
        )
    )
    return dressed(chart, **layout)


def in_panels(rows: Rows, column: str, *, rows_down: bool = True) -> tuple[go.Figure, list[tuple[int, Rows]]]:
    """An empty chart with a panel for each value of a column, and the rows of each panel by its number."""
    names = sorted({str(row[column]) for row in rows})
    count = max(len(names), 1)
    chart = make_subplots(
        rows=count if rows_down else 1,
        cols=1 if rows_down else count,
        subplot_titles=names if len(names) > 1 else None,
        vertical_spacing=0.3 / count,
        horizontal_spacing=0.15 / count,
    )
    parted = [[row for row in rows if str(row[column]) == name] for name in names]
    return chart, list(enumerate(parted, 1))
