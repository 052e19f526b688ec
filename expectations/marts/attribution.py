"""What must hold of attribution's marts before they are shown."""

from expectations.claims import at_least, before_as_of, between, filled, no_more_than, until_as_of
from expectations.suite import Check, Severity, Suite

CONVERSIONS = ("conversions", "deals", "lifecycle_history", "orders")


def suite(table: str, fed_by: tuple[str, ...], *claims: Check, empty: Severity = "error") -> Suite:
    """A suite of this domain."""
    return Suite("marts", "attribution", table, fed_by, claims, empty=empty)


SUITES = (
    suite(
        "fct_attribution_credits",
        CONVERSIONS,
        *between(0, 1, "credit"),
        *until_as_of("converted_at"),
        *at_least(1, "touch_no"),
        *at_least(0, "hours_to_conversion"),
        no_more_than("touch_no", "touches_in_path"),
        empty="warn",
    ),
    suite(
        "fct_channel_spend",
        ("ad_performance",),
        *before_as_of("period_month"),
        *at_least(0, "spend_reporting"),
        *filled("channel"),
    ),
    suite(
        "fct_channel_performance",
        CONVERSIONS,
        *until_as_of("period_month"),
        *at_least(0, "conversions", "spend_reporting", "cost_per_conversion"),
        empty="warn",
    ),
    suite(
        "fct_platform_claims",
        ("ad_performance",),
        *until_as_of("period_month"),
        *at_least(
            0,
            "claimed_conversions",
            "claimed_modelled_conversions",
            "attributed_conversions",
            "overclaim_ratio",
        ),
        no_more_than("claimed_modelled_conversions", "claimed_conversions", severity="warn"),
        empty="warn",
    ),
    suite(
        "fct_channel_performance_by_touch_month",
        CONVERSIONS,
        *until_as_of("period_month"),
        *at_least(0, "conversions", "spend_reporting", "cost_per_conversion"),
        empty="warn",
    ),
    suite(
        "fct_spend_ledger",
        ("ad_performance",),
        *before_as_of("date_day"),
        *at_least(0, "billed_spend", "billed_reporting_high", severity="warn"),
        # A campaign's total less that of its ads may fall below zero where the platform rounds.
        *at_least(0, "non_ad_grain_spend", severity="warn"),
        no_more_than("billed_reporting_low", "billed_reporting_high"),
        *filled("currency"),
    ),
    suite(
        "fct_acquisition_cost",
        ("ad_performance", "costs", "lifecycle_history", "contacts", "orders", "subscription_periods"),
        *until_as_of("period_month"),
        *at_least(0, "new_leads", "new_mqls", "new_customers", "cost_per_lead", "cost_per_mql", "paid_cac"),
        *filled("channel"),
        empty="warn",
    ),
    suite(
        "fct_self_reported_sources",
        CONVERSIONS,
        *at_least(0, "conversions"),
        *filled("self_reported_source"),
        empty="warn",
    ),
    # Where every name is right it has nothing to say.
    suite(
        "fct_utm_audit",
        (),
        *until_as_of("first_seen_at", "last_seen_at"),
        *at_least(0, "touchpoints", "clicks"),
        *filled("channel"),
    ),
    # Nothing feeds it but an earlier publication that said otherwise.
    suite(
        "fct_restatements",
        (),
        *before_as_of("period_month"),
        *filled("channel", "reason"),
    ),
    suite(
        "fct_channel_removal_effects",
        CONVERSIONS,
        *between(0, 1, "removal_effect"),
        *at_least(0, "markov_conversions"),
        *filled("channel"),
        empty="warn",
    ),
    suite(
        "fct_conversion_paths",
        CONVERSIONS,
        *between(0, 1, "conversion_rate"),
        *at_least(1, "journeys"),
        *at_least(0, "conversions", "median_days"),
        no_more_than("conversions", "journeys"),
        empty="warn",
    ),
    suite(
        "fct_attribution_intervals",
        CONVERSIONS,
        *at_least(0, "conversions", "conversions_low"),
        no_more_than("conversions_low", "conversions_high"),
        no_more_than("value_low", "value_high"),
        empty="warn",
    ),
    suite(
        "fct_model_disagreement",
        CONVERSIONS,
        *between(0, 1, "share_distance"),
        empty="warn",
    ),
)
