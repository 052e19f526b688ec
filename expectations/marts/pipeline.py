"""What must hold of the pipeline's marts before they are shown."""

from expectations.claims import at_least, before_as_of, between, no_more_than, until_as_of
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
)
