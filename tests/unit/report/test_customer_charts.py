"""Retention as curves and what cohorts paid back, from a mart of a few rows."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from report.customer_charts import retention_curves
from report.published import FIGURES, Rows

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
COLUMNS = {
    "cohort_type": "varchar",
    "cohort_month": "date",
    "period_no": "integer",
    "segment_name": "varchar",
    "segment_value": "varchar",
    "cohort_size": "bigint",
    "active_customers": "bigint",
    "retention_rate": "double",
    "cumulative_margin_per_customer": "decimal(24, 6)",
    "acquisition_cost_per_customer": "decimal(24, 6)",
    "predicted_ltv": "decimal(24, 6)",
    "ltv_to_cac": "double",
    "payback_period_no": "integer",
    "is_complete": "boolean",
}


def cohort(month: date, period_no: int, active: int, size: int = 10, **more: Any) -> dict[str, Any]:
    """A row of the mart, of all subscribers of a month unless said."""
    given = {
        "cohort_type": "subscriptions",
        "segment_name": "all",
        "segment_value": "all",
        "cohort_month": month,
        "period_no": period_no,
        "cohort_size": size,
        "active_customers": active,
        "retention_rate": active / size,
        "is_complete": True,
    }
    return {**dict.fromkeys(COLUMNS), **given, **more}


def figure(name: str, rows: list[dict[str, Any]]) -> Rows:
    """What a query of the page gives where the mart holds these rows."""
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        listed = ", ".join(f"{column} {kind}" for column, kind in COLUMNS.items())
        connection.execute(f"create table marts.fct_cohort_retention ({listed})")
        marks = ", ".join("?" * len(COLUMNS))
        connection.executemany(
            f"insert into marts.fct_cohort_retention values ({marks})", [list(row.values()) for row in rows]
        )
        result = connection.execute(Path(FIGURES, f"{name}.sql").read_text())
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


# February's second month has only begun: its one active customer of 30 would pull every average down.
HISTORY = [
    cohort(JANUARY, 0, 10),
    cohort(JANUARY, 1, 8),
    cohort(FEBRUARY, 0, 30, 30),
    cohort(FEBRUARY, 1, 1, 30, is_complete=False),
]


@pytest.mark.parametrize("name", ["retention", "retention_curves"])
def test_a_month_that_is_not_over_is_in_no_share(name: str) -> None:
    shares = {row["retention_rate"] for row in figure(name, HISTORY) if row["period_no"] == 1}
    assert shares == {0.8}
    over = [*HISTORY[:-1], HISTORY[-1] | {"is_complete": True}]
    assert {row["retention_rate"] for row in figure(name, over) if row["period_no"] == 1} != {0.8}


def test_cohorts_are_averaged_by_their_customers() -> None:
    late = cohort(FEBRUARY, 1, 12, 30)
    [together] = [
        row
        for row in figure("retention_curves", [*HISTORY[:-1], late])
        if row["cohort_month"] is None and row["period_no"] == 1
    ]
    assert (together["customers"], together["retention_rate"]) == (40, (8 + 12) / 40)


def test_curves_are_one_a_month_one_of_all_and_one_a_segment() -> None:
    smb = cohort(JANUARY, 0, 4, 5, segment_name="segment", segment_value="smb")
    elsewhere = [
        cohort(JANUARY, 0, 1, 9, cohort_type="orders"),
        cohort(JANUARY, 0, 1, 9, segment_name="plan", segment_value="team"),
    ]
    curves = retention_curves(figure("retention_curves", [*HISTORY, smb, *elsewhere])).data
    assert {curve.name: list(curve.y) for curve in curves} == {
        "2026-01": [1.0, 0.8],
        "2026-02": [1.0],
        "all": [1.0, 0.8],
        "smb": [0.8],
    }
    assert [curve.name for curve in curves if curve.showlegend is not False] == ["all", "smb"]


def test_a_cohort_s_money_is_that_of_its_last_month() -> None:
    cost = {"acquisition_cost_per_customer": Decimal(20), "predicted_ltv": Decimal(50), "ltv_to_cac": 2.5}
    rows = [
        cohort(JANUARY, 0, 10, cumulative_margin_per_customer=Decimal(15), payback_period_no=1, **cost),
        cohort(JANUARY, 1, 8, cumulative_margin_per_customer=Decimal(25), payback_period_no=1, **cost),
        cohort(JANUARY, 1, 8, cohort_type="orders", cumulative_margin_per_customer=Decimal(99), **cost),
    ]
    assert figure("payback", rows) == [
        {
            "cohort_month": JANUARY,
            "cohort_size": 10,
            "acquisition_cost_per_customer": 20,
            "cumulative_margin_per_customer": 25,
            "predicted_ltv": 50,
            "ltv_to_cac": 2.5,
            "payback_period_no": 1,
        }
    ]
