"""The page's charts, one function a chart: rows of a figure in, a plotly figure out."""

from collections.abc import Callable, Mapping

import plotly.graph_objects as go

from report.attribution_charts import channels, spend
from report.customer_charts import (
    churn,
    loyalty,
    renewals,
    retention,
    retention_curves,
    risk,
    survival,
    value,
    waterfall,
)
from report.published import Rows
from report.sales_charts import forecast, funnel, funnel_segments, movements, pipeline

CHARTS: Mapping[str, Callable[[Rows], go.Figure]] = {
    "funnel": funnel,
    "funnel_segments": funnel_segments,
    "channels": channels,
    "spend": spend,
    "pipeline": pipeline,
    "movements": movements,
    "forecast": forecast,
    "retention": retention,
    "retention_curves": retention_curves,
    "churn": churn,
    "waterfall": waterfall,
    "survival": survival,
    "value": value,
    "loyalty": loyalty,
    "renewals": renewals,
    "risk": risk,
}
