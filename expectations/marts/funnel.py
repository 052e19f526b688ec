"""What must hold of the funnel's marts before they are shown."""

from expectations.claims import at_least, before_as_of, between, filled, no_more_than, one_of, until_as_of
from expectations.suite import Suite

# The funnel begins with a visit; without touchpoints nobody enters it.
FED_BY = ("touchpoints",)
OUTCOMES = ("activities", "lifecycle_history", "deals", "conversions")

SUITES = (
    Suite(
        "marts",
        "funnel",
        "fct_funnel_progress",
        FED_BY,
        (
            *until_as_of("entered_at"),
            *at_least(1, "attempt_no", "step_no"),
            *at_least(0, "days_from_previous"),
            *filled("segment", "acquisition_channel"),
        ),
    ),
    Suite(
        "marts",
        "funnel",
        "fct_funnel_conversion",
        FED_BY,
        (
            *until_as_of("cohort_month"),
            *between(
                0,
                1,
                "conversion_rate",
                "conversion_rate_low",
                "conversion_rate_high",
                "matured_rate",
                "cumulative_rate",
            ),
            *at_least(0, "entered", "advanced", "median_days_to_next"),
            no_more_than("advanced", "entered"),
        ),
    ),
    Suite(
        "marts",
        "funnel",
        "fct_touches_to_outcome",
        OUTCOMES,
        (
            *until_as_of("reached_at", "first_touch_at"),
            *at_least(0, "touches", "days_from_first_touch"),
            no_more_than("touchpoints", "touches"),
            no_more_than("first_touch_at", "reached_at"),
        ),
        empty="warn",
    ),
    Suite(
        "marts",
        "funnel",
        "fct_activity_conversion",
        ("activities",),
        (
            *until_as_of("period_month"),
            *at_least(1, "activities"),
            *between(0, 1, "reply_rate"),
            *at_least(0, "meeting_rate", "opportunity_rate", "win_rate"),
            no_more_than("replied", "activities"),
        ),
        # Activities may all be inbound, or of unknown direction.
        empty="warn",
    ),
    Suite(
        "marts",
        "funnel",
        "fct_content_performance",
        FED_BY,
        (
            *until_as_of("period_month"),
            *between(0, 1, "advance_rate"),
            no_more_than("people_advanced", "people_touched"),
        ),
        # Touchpoints needn't name their content.
        empty="warn",
    ),
    Suite(
        "marts",
        "funnel",
        "fct_handover",
        ("lifecycle_history",),
        (
            *until_as_of("mql_at", "first_response_at", "sal_at", "sql_at", "rejected_at"),
            *at_least(0, "response_hours", "hours_to_sal", "days_to_sql"),
        ),
        empty="warn",
    ),
    Suite(
        "marts",
        "funnel",
        "fct_leads_at_risk",
        ("lifecycle_history",),
        (
            *until_as_of("entered_at", "first_response_at"),
            *at_least(0, "days_in_stage"),
            *filled("risk_reason"),
            one_of("stage", ("lead", "mql", "sal", "sql")),
        ),
        # Nobody may be at risk.
        empty="warn",
    ),
    Suite(
        "marts",
        "funnel",
        "fct_lead_scores",
        ("lifecycle_history",),
        (
            *until_as_of("scored_at"),
            *between(0, 1, "learnt_score"),
            one_of("lifecycle_stage", ("lead", "mql", "sal", "sql")),
        ),
        # Every lead may have become an opportunity.
        empty="warn",
    ),
    Suite(
        "marts",
        "funnel",
        "fct_lead_score_calibration",
        ("lifecycle_history",),
        (
            *between(0, 1, "mean_predicted", "actual_rate", "auc", "brier_score"),
            *at_least(1, "bin_no", "leads"),
            *before_as_of("evaluated_to"),
            no_more_than("opportunities", "leads"),
            no_more_than("score_low", "score_high"),
            no_more_than("evaluated_from", "evaluated_to"),
        ),
        # A young history has no later leads to judge by.
        empty="warn",
    ),
    Suite(
        "marts",
        "funnel",
        "fct_funnel_bottlenecks",
        FED_BY,
        (
            *between(0, 1, "conversion_rate", "best_rate", "trailing_rate"),
            *at_least(
                0,
                "entered",
                "advanced",
                "lost_people_to_best",
                "lost_people_to_trailing",
                "lost_revenue_to_best_reporting",
                "lost_revenue_to_trailing_reporting",
            ),
            *at_least(1, "bottleneck_rank"),
            no_more_than("advanced", "entered"),
            no_more_than("lost_people_to_best", "entered"),
        ),
        # A young history has no steps that are old enough to see what followed.
        empty="warn",
    ),
    Suite(
        "marts",
        "funnel",
        "fct_stage_targets",
        FED_BY,
        (
            *between(0, 1, "elapsed_share"),
            *at_least(0, "target", "actual", "attainment", "pace", "projected"),
            one_of("metric", ("entered", "revenue", "deals")),
        ),
        # Nobody needs to set targets.
        empty="warn",
    ),
    Suite(
        "marts",
        "funnel",
        "fct_cart_abandonment",
        ("funnel_events",),
        (
            *until_as_of("started_at", "last_active_at", "purchased_at", "abandoned_at"),
            # A shop may report discounts as negative values.
            *at_least(0, "cart_value_reporting", severity="warn"),
            *at_least(1, "cart_no"),
            no_more_than("started_at", "last_active_at"),
        ),
        # Events needn't be those of a shop.
        empty="warn",
    ),
)
