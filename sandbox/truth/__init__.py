"""What each mart must say about a world, computed from the world alone and never from our SQL.

Rows carry natural ids instead of keys: a person is its normalised e-mail, else its contact, else its
anonymous id; a company its company_id; a customer its company, else its person; a campaign
platform:campaign_id.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from sandbox.truth import (
    after_the_win,
    attribution,
    backtest,
    bottlenecks,
    bridge,
    carts,
    chain,
    churn,
    churn_definitions,
    churn_patterns,
    churn_risk,
    cohorts,
    content,
    core,
    deals,
    email,
    forecast,
    funnel,
    holdout,
    leads,
    loyalty,
    money,
    movements,
    performance,
    pipeline,
    renewals,
    risk,
    scores,
    selling,
    sources,
    survival,
    targets,
    uncertainty,
    value,
)
from sandbox.truth.business import Business, Row, read_business
from sandbox.world import World

__all__ = ["MARTS", "truth"]

MARTS: Mapping[str, Callable[[Business], list[Row]]] = {
    "dim_dates": core.dim_dates,
    "dim_people": core.dim_people,
    "bridge_person_identifiers": bridge.bridge_person_identifiers,
    "dim_companies": core.dim_companies,
    "dim_customers": core.dim_customers,
    "dim_campaigns": core.dim_campaigns,
    "dim_channels": core.dim_channels,
    "fct_touchpoints": core.fct_touchpoints,
    "fct_orders": core.fct_orders,
    "fct_ad_performance": core.fct_ad_performance,
    "fct_conversions": deals.fct_conversions,
    "fct_deals": deals.fct_deals,
    "fct_email_performance": email.fct_email_performance,
    "fct_activities": selling.fct_activities,
    "fct_touches_to_outcome": selling.fct_touches_to_outcome,
    "fct_activity_conversion": selling.fct_activity_conversion,
    "fct_handover": leads.fct_handover,
    "fct_leads_at_risk": leads.fct_leads_at_risk,
    "fct_lead_scores": scores.fct_lead_scores,
    "fct_lead_score_calibration": scores.fct_lead_score_calibration,
    "fct_funnel_progress": funnel.fct_funnel_progress,
    "fct_funnel_conversion": funnel.fct_funnel_conversion,
    "fct_funnel_bottlenecks": bottlenecks.fct_funnel_bottlenecks,
    "fct_stage_targets": targets.fct_stage_targets,
    "fct_cart_abandonment": carts.fct_cart_abandonment,
    "fct_content_performance": content.fct_content_performance,
    "fct_sales_performance": performance.fct_sales_performance,
    "fct_sales_performance_by_cohort": performance.fct_sales_performance_by_cohort,
    "fct_deal_losses": performance.fct_deal_losses,
    "fct_deal_stage_intervals": pipeline.fct_deal_stage_intervals,
    "fct_deal_history": pipeline.fct_deal_history,
    "fct_pipeline_daily": pipeline.fct_pipeline_daily,
    "fct_pipeline_movements": movements.fct_pipeline_movements,
    "fct_pipeline_then_and_now": movements.fct_pipeline_then_and_now,
    "fct_deal_slippage": movements.fct_deal_slippage,
    "fct_deals_at_risk": risk.fct_deals_at_risk,
    "fct_sales_forecast": forecast.fct_sales_forecast,
    "fct_forecast_backtest": backtest.fct_forecast_backtest,
    "fct_attribution_credits": attribution.fct_attribution_credits,
    "fct_channel_spend": attribution.fct_channel_spend,
    "fct_channel_performance": attribution.fct_channel_performance,
    "fct_platform_claims": attribution.fct_platform_claims,
    "fct_channel_removal_effects": chain.fct_channel_removal_effects,
    "fct_conversion_paths": chain.fct_conversion_paths,
    "fct_attribution_intervals": uncertainty.fct_attribution_intervals,
    "fct_model_disagreement": uncertainty.fct_model_disagreement,
    "fct_channel_performance_by_touch_month": money.fct_channel_performance_by_touch_month,
    "fct_spend_ledger": money.fct_spend_ledger,
    "fct_acquisition_cost": money.fct_acquisition_cost,
    "fct_utm_audit": sources.fct_utm_audit,
    "fct_self_reported_sources": sources.fct_self_reported_sources,
    "fct_cohort_retention": cohorts.fct_cohort_retention,
    "fct_mrr_monthly": churn.fct_mrr_monthly,
    "fct_mrr_movements": churn.fct_mrr_movements,
    "fct_churn_monthly": churn_definitions.fct_churn_monthly,
    "fct_churn_definition_bridge": churn_definitions.fct_churn_definition_bridge,
    "fct_churn_patterns": churn_patterns.fct_churn_patterns,
    "fct_revenue_retention_monthly": churn_definitions.fct_revenue_retention_monthly,
    "fct_churn_risk": churn_risk.fct_churn_risk,
    "fct_churn_risk_backtest": churn_risk.fct_churn_risk_backtest,
    "fct_renewals": renewals.fct_renewals,
    "fct_expansions": after_the_win.fct_expansions,
    "fct_deliveries": after_the_win.fct_deliveries,
    "fct_feedback_retention": after_the_win.fct_feedback_retention,
    "fct_churn_survival": survival.fct_churn_survival,
    "fct_churn_survival_summary": survival.fct_churn_survival_summary,
    "fct_customer_value": value.fct_customer_value,
    "fct_value_model_parameters": value.fct_value_model_parameters,
    "fct_value_holdout": holdout.fct_value_holdout,
    "fct_loyalty_monthly": loyalty.fct_loyalty_monthly,
}


def truth(world: World) -> dict[str, pa.Table]:
    """Every mart as of midnight of the world's moment; a mart without rows is a table without columns."""
    if world.now.replace(hour=0, minute=0, second=0, microsecond=0) != world.now:
        raise ValueError(
            f"the marts are as of midnight, not {world.now:%H:%M:%S}; cut the world with World.at first"
        )
    business = read_business(world)
    return {name: table_of(mart(business)) for name, mart in MARTS.items()}


def table_of(rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as a table; columns in the order of the first row."""
    return pa.Table.from_pylist(rows)
