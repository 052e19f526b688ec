"""What the queries and charts of customers say of marts of a few rows."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from report.customer_charts import loyalty, renewals, retention_curves
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


def asked(name: str, tables: dict[str, str]) -> Rows:
    """What a query of the page gives where these relations are queries of literals."""
    with duckdb.connect() as connection:
        connection.execute("create schema marts; create schema observability")
        for relation, query in tables.items():
            connection.execute(f"create table {relation} as {query}")
        result = connection.execute(Path(FIGURES, f"{name}.sql").read_text())
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def test_loyalty_is_told_of_all_buyers_in_months_that_are_over() -> None:
    months = """
        select * from (values
            (date '2026-02-01', 'all', 5, 3, 0.4, 0.75, true),
            (date '2026-01-01', 'all', 4, 0, 0.25, 0.0, true),
            (date '2026-03-01', 'all', 1, 1, 0.9, 1.0, false),
            (date '2026-01-01', 'segment', 2, 1, 0.5, 0.6, true)
        ) as months(
            period_month, segment_name, buyers, returning_buyers, repeat_rate, returning_revenue_share,
            is_complete
        )
    """
    again, revenue = loyalty(asked("loyalty", {"marts.fct_loyalty_monthly": months})).data
    assert list(again.x) == [JANUARY, FEBRUARY]
    assert [float(share) for share in again.y] == [0.25, 0.4]
    assert [float(share) for share in revenue.y] == [0.0, 0.75]
    assert [list(of) for of in again.customdata] == [[0, 4], [3, 5]]


def test_renewals_are_counted_by_what_became_of_them_in_months_that_are_over() -> None:
    terms = """
        select * from (values
            ('subscription', date '2026-01-01', 'renewed'),
            ('subscription', date '2026-01-01', 'expanded'),
            ('subscription', date '2026-01-01', 'contracted'),
            ('subscription', date '2026-01-01', 'lost'),
            ('subscription', date '2026-02-01', 'renewed'),
            ('subscription', date '2026-03-01', 'lost'),
            ('subscription', date '2026-03-01', 'open'),
            ('deal', date '2026-02-01', 'lost')
        ) as terms(source, period_month, outcome)
    """
    versions = """
        select timestamp '2026-03-01' as as_of, true as is_current
        union all
        select timestamp '2027-01-01', false
    """
    found = asked("renewals", {"marts.fct_renewals": terms, "observability.published_versions": versions})
    assert found == [
        {"source": "subscription", "period_month": JANUARY, "due": 4, "renewed": 3, "lost": 1},
        {"source": "subscription", "period_month": FEBRUARY, "due": 1, "renewed": 1, "lost": 0},
        {"source": "deal", "period_month": FEBRUARY, "due": 1, "renewed": 0, "lost": 1},
    ]
    deals_kept, deals_lost, kept, lost = renewals(found).data
    assert (list(deals_kept.y), list(deals_lost.y)) == ([0], [1])
    assert (list(kept.y), list(lost.y), list(kept.customdata)) == ([3, 1], [1, 0], [4, 1])


def test_a_model_is_shown_by_its_totals_and_a_refused_one_by_why() -> None:
    held = """
        select * from (values
            ('sbg', 'renewals', 'all', 30, null, 28.0, 27.5, 'too few'),
            ('sbg', 'renewals', 'month_of_contract', 30, null, 28.0, 27.5, 'too few'),
            ('bg_nbd', 'purchases', 'all', 55, 88.5, 102.0, 164.4, null)
        ) as held(model, measure, group_name, customers, predicted, actual, naive, refusal)
        cross join (select date '2025-10-11' as calibrated_until)
    """
    found = asked("holdout", {"marts.fct_value_holdout": held})
    assert [(row["measure"], row["predicted"], row["refusal"]) for row in found] == [
        ("purchases", 88.5, None),
        ("renewals", None, "too few"),
    ]
