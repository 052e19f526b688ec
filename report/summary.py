"""The published marts as a page of text for the terminal."""

from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from report.attribution_charts import SHOWN_MODELS
from report.published import Rows, figures


def render(marts: Path) -> RenderableType:
    """The summary that ends a demo: funnel, channels, claims, pipeline, cohorts, churn and the proofs."""
    found = figures(marts)
    return Group(
        *(_table(title, found[name], columns) for name, title, columns in TABLES),
        _channels(found["channels"]),
        _triangle(found["retention"]),
        *_claims(found["claims"]),
        *_proofs(found["proofs"]),
    )


TABLES: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "funnel",
        "Funnel",
        {"funnel": "", "step": "", "entered": ",", "advanced": ",", "conversion_rate": ".1%"},
    ),
    (
        "pipeline",
        "Pipeline, open now",
        {
            "pipeline": "",
            "stage": "",
            "open_deals": ",",
            "amount_reporting": ",.0f",
            "weighted_amount_reporting": ",.0f",
        },
    ),
    (
        "churn",
        "Churn by month",
        {
            "period_month": "%Y-%m",
            "customers_opening": ",",
            "customers_lost": ",",
            "logo_churn_rate": ".1%",
            "mrr_closing": ",.0f",
            "revenue_churn_rate": ".1%",
            "net_churn_rate": ".1%",
        },
    ),
)


def _table(title: str, rows: Rows, columns: dict[str, str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for name, spec in columns.items():
        table.add_column(name.replace("_", " "), justify="left" if spec in ("", "%Y-%m") else "right")
    for row in rows:
        table.add_row(*(_cell(row[name], spec) for name, spec in columns.items()))
    return table


def _cell(value: object, spec: str) -> str:
    return "–" if value is None else format(value, spec)


def _channels(rows: Rows) -> Table:
    models = sorted({str(row["model"]) for row in rows} & set(SHOWN_MODELS))
    spend = {row["channel"]: row["spend_reporting"] for row in rows}
    by_channel = [
        {"channel": channel, "spend": spend[channel]}
        | {model: None for model in models}
        | {str(row["model"]): row["value_reporting"] for row in rows if row["channel"] == channel}
        for channel in spend
    ]
    columns = {"channel": ""} | {model: ",.0f" for model in models} | {"spend": ",.0f"}
    return _table("Won value by channel and model, against spend", by_channel, columns)


def _triangle(rows: Rows) -> Table:
    of_type = [row for row in rows if row["cohort_type"] == "subscriptions"]
    periods = sorted({int(str(row["period_no"])) for row in of_type})
    size = {row["cohort_month"]: row["cohort_size"] for row in of_type}
    cohorts = [
        {"cohort": month, "size": size[month]}
        | {str(period): None for period in periods}
        | {str(row["period_no"]): row["retention_rate"] for row in of_type if row["cohort_month"] == month}
        for month in size
    ]
    columns = {"cohort": "%Y-%m", "size": ","} | {str(period): ".0%" for period in periods}
    return _table("Subscription cohorts: share active after n months", cohorts, columns)


def _claims(rows: Rows) -> list[Text]:
    return [
        Text(
            f"{row['platform']} claims {_cell(row['claimed_conversions'], ',.1f')} {row['conversion_type']}"
            f" conversions, the warehouse finds {_cell(row['attributed_conversions'], ',.1f')}."
        )
        for row in rows
    ]


def _proofs(rows: Rows) -> list[Text]:
    proof = rows[0]
    spend, conserved = (
        "holds" if proof[law] else "BROKEN" for law in ("is_spend_conserved", "are_rows_conserved")
    )
    return [
        Text(
            f"Credits: largest |sum of credits − 1| is {_cell(proof['largest_credit_deviation'], '.1e')}"
            f" over {proof['credited_paths']:,} conversion × model paths."
        ),
        Text(
            f"Spend: billed {proof['billed']:,.2f} = matched {proof['matched']:,.2f}"
            f" + unmatched {proof['unmatched']:,.2f} + known to no ad {proof['non_ad_grain']:,.2f}"
            f" + deleted {proof['deleted_entity']:,.2f}"
            f" + before any touch {proof['outside_window']:,.2f} ({spend})."
        ),
        Text(
            f"Rows: extracted {proof['extracted']:,} = loaded {proof['loaded']:,}"
            f" + deduplicated {proof['deduplicated']:,} + quarantined {proof['quarantined']:,} ({conserved})."
        ),
    ]
