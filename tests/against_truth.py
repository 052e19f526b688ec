"""The published marts beside what the sandbox's truth says of the same world, row by row, by natural ids."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

Row = dict[str, Any]

GRAIN: Mapping[str, tuple[str, ...]] = {
    "dim_dates": ("date_day",),
    "dim_people": ("person",),
    "bridge_person_identifiers": ("kind", "identifier_hash", "valid_from"),
    "dim_companies": ("company_id",),
    "dim_customers": ("customer",),
    "dim_campaigns": ("platform", "campaign_id"),
    "dim_channels": ("channel",),
    "fct_touchpoints": ("touchpoint_id",),
    "fct_orders": ("order_id",),
    "fct_ad_performance": ("platform", "account_id", "campaign_id", "ad_group_id", "ad_id", "date_day"),
    "fct_conversions": ("conversion_id",),
    "fct_deals": ("deal_id",),
    "fct_email_performance": ("campaign", "date_day"),
    "fct_activities": ("activity_id",),
    "fct_touches_to_outcome": ("person", "outcome"),
    "fct_activity_conversion": ("period_month", "owner", "type", "prospecting"),
    "fct_handover": ("person", "handover_no"),
    "fct_leads_at_risk": ("person", "risk"),
    "fct_lead_scores": ("person",),
    "fct_lead_score_calibration": ("score_name", "bin_no"),
    "fct_funnel_progress": ("funnel", "order_mode", "person", "attempt_no", "step_no"),
    "fct_funnel_conversion": (
        "funnel",
        "order_mode",
        "cohort_month",
        "segment_name",
        "segment_value",
        "step_no",
    ),
    "fct_funnel_bottlenecks": ("funnel", "step_no", "segment_name", "segment_value"),
    "fct_stage_targets": ("period_month", "metric", "funnel_or_pipeline", "step_or_stage", "owner"),
    "fct_cart_abandonment": ("person", "cart_no"),
    "fct_content_performance": ("funnel", "zone", "content_type", "period_month"),
    "fct_sales_performance": ("period_grain", "period_start", "dimension", "dimension_value"),
    "fct_sales_performance_by_cohort": ("period_month", "dimension", "dimension_value"),
    "fct_deal_losses": ("period_month", "pipeline", "last_open_stage", "lost_reason", "size_band"),
    "fct_deal_stage_intervals": ("deal_id", "entry_no"),
    "fct_deal_history": ("deal_id", "valid_from"),
    "fct_pipeline_daily": ("date_day", "pipeline", "stage", "owner", "segment", "deal_type"),
    "fct_pipeline_movements": ("period_month", "pipeline", "movement"),
    "fct_pipeline_then_and_now": ("date_day", "pipeline", "stage_then", "stage_now"),
    "fct_deal_slippage": ("deal_id",),
    "fct_deals_at_risk": ("deal_id",),
    "fct_sales_forecast": ("as_of_date", "period_month", "pipeline", "method"),
    "fct_forecast_backtest": ("method", "pipeline", "months_ahead"),
    "fct_attribution_credits": ("conversion_id", "model", "touchpoint_id"),
    "fct_channel_spend": ("period_month", "channel", "campaign"),
    "fct_channel_performance": ("model", "conversion_type", "period_month", "channel", "campaign"),
    "fct_platform_claims": ("platform", "period_month", "conversion_type"),
    "fct_channel_removal_effects": ("conversion_type", "channel"),
    "fct_conversion_paths": ("conversion_type", "path"),
    "fct_attribution_intervals": ("conversion_type", "model", "channel"),
    "fct_model_disagreement": ("conversion_type", "model", "other_model"),
    "fct_channel_performance_by_touch_month": (
        "model",
        "conversion_type",
        "period_month",
        "channel",
        "campaign",
    ),
    "fct_spend_ledger": ("platform", "account_id", "currency", "date_day"),
    "fct_acquisition_cost": ("period_month", "channel"),
    "fct_utm_audit": ("issue", "utm_source", "utm_medium", "utm_campaign", "channel", "campaign"),
    "fct_self_reported_sources": ("conversion_type", "model", "self_reported_source", "channel"),
    "fct_cohort_retention": ("cohort_type", "cohort_month", "period_no", "segment_name", "segment_value"),
    "fct_mrr_monthly": ("customer", "period_month"),
    "fct_mrr_movements": ("customer", "period_month", "movement"),
    "fct_churn_monthly": ("period_month", "definition", "segment_name", "segment_value"),
    "fct_churn_definition_bridge": (
        "period_month",
        "from_definition",
        "to_definition",
        "segment_name",
        "segment_value",
        "reason",
    ),
    "fct_churn_patterns": ("pattern", "pattern_value"),
    "fct_revenue_retention_monthly": ("period_month", "segment_name", "segment_value"),
    "fct_churn_risk": ("customer",),
    "fct_churn_risk_backtest": ("method", "bin_no"),
    "fct_renewals": ("source", "subscription_id", "deal_id", "term_started_at"),
    "fct_expansions": ("period_month", "source", "kind", "product"),
    "fct_deliveries": ("period_month", "product"),
    "fct_feedback_retention": (
        "period_month",
        "survey_type",
        "segment_name",
        "segment_value",
        "score_band",
    ),
    "fct_churn_survival": ("segment_name", "segment_value", "tenure_months"),
    "fct_churn_survival_summary": ("segment_name", "segment_value"),
    "fct_customer_value": ("customer",),
    "fct_value_model_parameters": ("model", "parameter"),
    "fct_value_holdout": ("measure", "group_name", "group_value"),
    "fct_loyalty_monthly": ("period_month", "segment_name", "segment_value"),
}

# Ratios of money, whose terms have six decimals; every other rate is one of counts.
MONEY_RATIOS = (
    "win_rate_by_value",
    "average_deal_value",
    "average_order_value",
    "revenue_per_new_customer",
    "sales_velocity_per_day",
    "cost_per_conversion",
    "cost_per_lead",
    "cost_per_mql",
    "paid_cac",
    "full_cac",
    "return_on_ad_spend",
    "cumulative_revenue_per_customer",
    "cumulative_margin_per_customer",
    "acquisition_cost_per_customer",
    "returning_revenue_share",
    "net_revenue_retention",
    "gross_revenue_retention",
    "net_revenue_retention_12m",
    "gross_revenue_retention_12m",
    "quick_ratio",
    "average_revenue_per_customer",
    "churn_rate",
    "net_churn_rate",
    "credited_value_reporting",
    "value_reporting",
    "markov_value_reporting",
    "removal_effect_value",
)

# Half of the last decimal that the marts keep of money.
ROUNDING = 0.5e-6

# They hold what a calendar, the rules and what was learnt name, too, not only what the world has used.
MAY_HOLD_MORE = ("dim_dates", "dim_channels", "fct_lead_score_calibration", "fct_churn_risk_backtest")

# A natural id that a mart carries as a key only: the key's column, and the relation that says the id.
NATURAL_IDS: Mapping[str, tuple[str, str]] = {
    "person": ("person_key", "select person_key, person from people"),
    "company_id": ("company_key", "select company_key, company_id from marts.dim_companies"),
    "campaign": (
        "campaign_key",
        "select campaign_key, platform || ':' || campaign_id from marts.dim_campaigns",
    ),
    "acquisition_campaign": (
        "acquisition_campaign_key",
        "select campaign_key, platform || ':' || campaign_id from marts.dim_campaigns",
    ),
    "deal_id": ("deal_key", "select deal_key, deal_id from marts.fct_deals"),
    "touchpoint_id": ("touchpoint_key", "select touchpoint_key, touchpoint_id from marts.fct_touchpoints"),
    "customer": (
        "customer_key",
        "select customers.customer_key, coalesce(companies.company_id, people.person)"
        " from marts.dim_customers as customers"
        " left join marts.dim_companies as companies using (company_key)"
        " left join people on customers.person_key = people.person_key",
    ),
}

# A person's key is made of one of its identifiers, and the truth must say of which; keys of old count, too.
PEOPLE = """
create temp view people as
select distinct
    md5(
        case when kind = 'email' then 'email|' else kind || '|' || source_system || '|' end
        || replace(replace(identifier, '~', '~0'), '|', '~1')
    ) as person_key,
    identifier as person
from warehouse.intermediate.canonical_person_identifiers
"""


def differences(marts: Path, warehouse: Path, truth: Mapping[str, pa.Table]) -> dict[str, list[str]]:
    """What differs, by mart, in words. Only who is behind a person_key is read from the warehouse."""
    assert truth.keys() == GRAIN.keys()
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{marts}' as published (read_only)")
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute(PEOPLE)
        connection.execute("use published")
        found = {
            mart: list(_differences(mart, _rows(connection, mart, told), told.to_pylist()))
            for mart, told in truth.items()
        }
    return {mart: said for mart, said in found.items() if said}


def _rows(connection: duckdb.DuckDBPyConnection, mart: str, told: pa.Table) -> list[Row]:
    """The mart's rows with the columns of the truth."""
    there = {name for name, *_ in connection.execute(f"describe marts.{mart}").fetchall()}
    columns, joins = [], []
    for column in told.column_names:
        if column in there:
            columns.append(f"mart.{column}")
            continue
        key, relation = NATURAL_IDS[column]
        joins.append(f"left join ({relation}) as by_{key}(key, id) on mart.{key} = by_{key}.key")
        columns.append(f"by_{key}.id as {column}")
    result = connection.execute(f"select {', '.join(columns)} from marts.{mart} as mart {' '.join(joins)}")
    return [dict(zip(told.column_names, row, strict=True)) for row in result.fetchall()]


def _differences(mart: str, found: list[Row], told: list[Row]) -> Iterator[str]:
    grain = GRAIN[mart]
    if not told:
        yield "the truth has no rows, so it proves nothing"
    by_key, truths = _by_grain(found, grain), _by_grain(told, grain)
    if len(by_key) < len(found) or len(truths) < len(told):
        here, there = len(found) - len(by_key), len(told) - len(truths)
        yield f"the grain repeats: {here} times here, {there} in the truth"
    for what, keys in (
        ("missing", truths.keys() - by_key.keys()),
        ("too many", by_key.keys() - truths.keys()),
    ):
        if keys and not (what == "too many" and mart in MAY_HOLD_MORE):
            yield f"{len(keys)} rows {what}, such as {sorted(keys, key=str)[:3]}"
    for column in told[0] if told else ():
        tolerance = 1e-6 if column in MONEY_RATIOS else 1e-12
        wrong = [
            key
            for key in truths.keys() & by_key.keys()
            if not same(by_key[key][column], truths[key][column], tolerance)
        ]
        if wrong:
            key = min(wrong, key=str)
            yield (
                f"{column} differs in {len(wrong)} of {len(truths)} rows, such as {key}: "
                f"{by_key[key][column]!r}, the truth is {truths[key][column]!r}"
            )


def _by_grain(rows: list[Row], grain: tuple[str, ...]) -> dict[tuple[Any, ...], Row]:
    return {tuple(_naive(row[column]) for column in grain): row for row in rows}


def _naive(value: Any) -> Any:
    """Moments without a zone, as the marts have them."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def same(found: Any, told: Any, tolerance: float) -> bool:
    """Counts, words and moments exactly, money to the cent, rates within the rounding of their terms.

    Of what is drawn by chance the truth tells the range that so many draws leave possible.
    """
    if found is None or told is None:
        return found is told
    if isinstance(told, dict):
        slack = max(ROUNDING, 1e-9 * abs(told["high"]))
        return told["low"] - slack <= float(found) <= told["high"] + slack
    if isinstance(told, datetime):
        return found == _naive(told)
    if isinstance(told, float):
        return abs(float(found) - told) <= tolerance * max(1.0, abs(told))
    if isinstance(told, Decimal):
        return abs(Decimal(found) - told) < Decimal("0.005")
    return found == told
