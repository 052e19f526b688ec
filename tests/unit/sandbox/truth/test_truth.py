"""The judge as a whole: all marts, quickly, and sums that agree with one another."""

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sandbox.truth import MARTS, truth
from sandbox.world import World

Judged = dict[str, list[dict[str, Any]]]
GRAINS = {
    "dim_dates": ("date_day",),
    "dim_people": ("person",),
    "dim_companies": ("company_id",),
    "dim_customers": ("customer",),
    "dim_campaigns": ("platform", "campaign_id"),
    "dim_channels": ("channel",),
    "fct_touchpoints": ("touchpoint_id",),
    "fct_orders": ("order_id",),
    "fct_ad_performance": ("date_day", "account_id", "campaign_id", "ad_group_id", "ad_id"),
    "fct_conversions": ("conversion_id",),
    "fct_deals": ("deal_id",),
    "fct_email_performance": ("campaign", "date_day"),
    "fct_funnel_progress": ("person", "funnel", "order_mode", "attempt_no", "step_no"),
    "fct_funnel_conversion": (
        "funnel",
        "order_mode",
        "cohort_month",
        "segment_name",
        "segment_value",
        "step_no",
    ),
    "fct_sales_performance": ("period_grain", "period_start", "dimension", "dimension_value"),
    "fct_pipeline_daily": ("date_day", "pipeline", "stage", "owner", "segment", "deal_type"),
    "fct_attribution_credits": ("conversion_id", "model", "touchpoint_id"),
    "fct_channel_spend": ("period_month", "channel", "campaign"),
    "fct_channel_performance": ("model", "conversion_type", "period_month", "channel", "campaign"),
    "fct_platform_claims": ("platform", "period_month", "conversion_type"),
    "fct_cohort_retention": ("cohort_type", "cohort_month", "period_no", "segment_name", "segment_value"),
    "fct_mrr_monthly": ("customer", "period_month"),
    "fct_mrr_movements": ("customer", "period_month", "movement"),
    "fct_churn_monthly": ("period_month", "definition", "segment_name", "segment_value"),
}


def test_every_mart_has_rows_one_a_grain(judged: Judged) -> None:
    assert set(judged) == set(MARTS) == set(GRAINS)
    for name, grain in GRAINS.items():
        keys = [tuple(row[column] for column in grain) for row in judged[name]]
        assert keys, name
        assert len(keys) == len(set(keys)), name


def test_a_moment_that_is_not_midnight_is_refused(made: World) -> None:
    with pytest.raises(
        ValueError, match=r"the marts are as of midnight, not 09:30:00; cut the world with World\.at first"
    ):
        truth(made.at(datetime(2026, 1, 1, 9, 30, tzinfo=UTC)))


def test_a_world_without_events_has_empty_marts(made: World) -> None:
    empty = truth(made.at(datetime(2024, 12, 1, tzinfo=UTC)))
    assert {name for name, table in empty.items() if table.num_rows} == set()


def test_details_sum_to_their_totals(judged: Judged) -> None:
    sums: dict[tuple[Any, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in judged["fct_funnel_conversion"]:
        sums[row["cohort_month"], row["step"]][row["segment_name"]] += row["entered"]
    assert all(len(set(totals.values())) == 1 and len(totals) == 7 for totals in sums.values())
    revenue: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in judged["fct_sales_performance"]:
        revenue[row["dimension"], row["period_grain"]] += row["revenue_reporting"] or 0
    assert len(revenue) == 7 * 4
    assert len(set(revenue.values())) == 1


def test_the_last_days_pipeline_is_what_is_open(judged: Judged) -> None:
    last_day = max(row["date_day"] for row in judged["fct_pipeline_daily"])
    assert last_day == date(2026, 6, 30)
    counted = sum(row["open_deals"] for row in judged["fct_pipeline_daily"] if row["date_day"] == last_day)
    as_of = datetime(2026, 7, 1, tzinfo=UTC)
    open_before = [
        deal for deal in judged["fct_deals"]
        if deal["created_at"] < as_of and (deal["closed_at"] is None or deal["closed_at"] >= as_of)
    ]  # fmt: skip
    assert counted == len(open_before)


def test_spend_is_the_same_by_day_and_by_month(judged: Judged) -> None:
    by_day = sum(row["spend_reporting"] for row in judged["fct_ad_performance"])
    assert by_day == sum(row["spend_reporting"] for row in judged["fct_channel_spend"]) > 0
