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
        *at_least(0, "claimed_conversions", "attributed_conversions", "overclaim_ratio"),
        empty="warn",
    ),
)
