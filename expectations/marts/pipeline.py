"""What must hold of the pipeline's marts before they are shown."""

from expectations.claims import (
    at_least,
    before_as_of,
    between,
    filled,
    no_more_than,
    one_of,
    unique,
    until_as_of,
)
from expectations.suite import Suite

SUITES = (
    # Deals without a creation date are in no day, so deals alone don't promise rows.
    Suite(
        "marts",
        "pipeline",
        "fct_pipeline_daily",
        ("deals",),
        (
            *before_as_of("date_day"),
            *at_least(1, "open_deals"),
            *at_least(0, "amount_reporting", "weighted_amount_reporting"),
            no_more_than("weighted_amount_reporting", "amount_reporting"),
        ),
        empty="warn",
    ),
    Suite(
        "marts",
        "pipeline",
        "fct_sales_performance",
        ("deals",),
        (
            *until_as_of("period_start"),
            *between(0, 1, "win_rate", "win_rate_by_value"),
            *at_least(0, "deals", "won", "lost", "revenue_reporting", "average_deal_value"),
            *at_least(0, "median_cycle_days", "mean_cycle_days", "sales_velocity_per_day"),
            no_more_than("won", "deals"),
            no_more_than("lost", "deals"),
        ),
    ),
    Suite(
        "marts",
        "pipeline",
        "fct_deal_stage_intervals",
        ("deals",),
        (
            unique("deal_key", "entry_no"),
            *until_as_of("entered_at", "exited_at"),
            *at_least(0, "days_in_stage"),
            no_more_than("entered_at", "exited_at"),
        ),
    ),
    # Deals without a creation date have no history, so deals alone don't promise rows.
    Suite(
        "marts",
        "pipeline",
        "fct_deal_history",
        ("deals",),
        (
            unique("deal_key", "valid_from"),
            *until_as_of("valid_from", "valid_to"),
            *at_least(0, "amount_reporting"),
            no_more_than("valid_from", "valid_to"),
        ),
        empty="warn",
    ),
    Suite(
        "marts",
        "pipeline",
        "fct_pipeline_movements",
        ("deals",),
        (
            *before_as_of("period_month"),
            *filled("deals", "amount_reporting"),
        ),
        empty="warn",
    ),
    Suite(
        "marts",
        "pipeline",
        "fct_pipeline_then_and_now",
        ("deals",),
        (
            *before_as_of("date_day"),
            one_of("outcome_now", ("open", "won", "lost", "deleted")),
            *at_least(1, "deals"),
            *at_least(0, "amount_then_reporting", "amount_now_reporting"),
        ),
        empty="warn",
    ),
    # A source may tell no day on which its deals are expected to close.
    Suite(
        "marts",
        "pipeline",
        "fct_deal_slippage",
        ("deals",),
        (
            unique("deal_key"),
            *at_least(0, "times_pushed", "times_pulled", "days_pushed"),
            no_more_than("times_pushed_to_later_month", "times_pushed"),
            no_more_than("days_slipped", "days_pushed"),
            *until_as_of("last_pushed_at"),
        ),
        empty="warn",
    ),
    Suite(
        "marts",
        "pipeline",
        "fct_sales_performance_by_cohort",
        ("deals",),
        (
            *until_as_of("period_month"),
            *between(0, 1, "win_rate", "win_rate_by_value"),
            *at_least(0, "deals", "open_deals", "won", "lost", "revenue_reporting", "average_deal_value"),
            *at_least(0, "median_cycle_days", "mean_cycle_days"),
            no_more_than("won", "deals"),
            no_more_than("lost", "deals"),
            no_more_than("new_customers", "won"),
        ),
        empty="warn",
    ),
    Suite(
        "marts",
        "pipeline",
        "fct_deal_losses",
        ("deals",),
        (
            *until_as_of("period_month"),
            *at_least(1, "deals"),
            *at_least(0, "amount_reporting"),
        ),
        # No deal may be lost.
        empty="warn",
    ),
    # Deals of unknown creation are in no forecast until they close.
    Suite(
        "marts",
        "pipeline",
        "fct_sales_forecast",
        ("deals",),
        (
            *until_as_of("as_of_date"),
            *between(0, 1, "probability_of_target"),
            *between(0, 2, "months_ahead"),
            *at_least(0, "open_deals"),
            *at_least(0, "forecast_p10", "forecast_p50", "booked_reporting", severity="warn"),
            no_more_than("forecast_p10", "forecast_p50"),
            no_more_than("forecast_p50", "forecast_p90"),
        ),
        empty="warn",
    ),
    # A young pipeline has no forecast whose month is over.
    Suite(
        "marts",
        "pipeline",
        "fct_forecast_backtest",
        ("deals",),
        (
            *between(0, 1, "interval_coverage", "brier_score"),
            *at_least(0, "forecasts", "mean_absolute_error", "error_to_naive"),
        ),
        empty="warn",
    ),
    # Deals may all be closed.
    Suite(
        "marts",
        "pipeline",
        "fct_deals_at_risk",
        ("deals",),
        (
            unique("deal_key"),
            *filled("stage", "is_stalled", "is_overdue"),
            *at_least(
                0, "days_in_stage", "typical_days_in_stage", "days_since_activity", "outbound_since_reply"
            ),
            *at_least(0, "amount_reporting"),
            one_of("risk", ("stalled", "dark", "overdue")),
            *until_as_of("last_inbound_at"),
        ),
        empty="warn",
    ),
)
