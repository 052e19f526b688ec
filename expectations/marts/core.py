"""What must hold of the core marts before they are shown; keys and relationships are dbt's to prove."""

from expectations.claims import at_least, before_as_of, between, filled, no_more_than, one_of, until_as_of
from expectations.suite import Check, Severity, Suite

PEOPLE = ("contacts", "touchpoints", "identities", "email_events")


def suite(table: str, fed_by: tuple[str, ...], *claims: Check, empty: Severity = "error") -> Suite:
    """A suite of this domain."""
    return Suite("marts", "core", table, fed_by, claims, empty=empty)


SUITES = (
    suite("dim_dates", (*PEOPLE, "deals", "orders", "ad_performance"), *between(1, 4, "fiscal_quarter")),
    suite(
        "dim_people",
        PEOPLE,
        *until_as_of(
            "first_seen_at",
            "became_lead_at",
            "became_mql_at",
            "became_sal_at",
            "became_sql_at",
            "became_customer_at",
        ),
        *filled("acquisition_channel", "is_customer"),
    ),
    suite(
        "bridge_person_identifiers",
        PEOPLE,
        *until_as_of("valid_from", "valid_to"),
        *filled("identifier_hash"),
    ),
    suite("dim_companies", ("companies",), *at_least(0, "employee_count", severity="warn")),
    suite("dim_customers", ("orders", "subscription_periods"), *until_as_of("became_customer_at")),
    suite("dim_campaigns", ("ad_performance",), *filled("platform", "channel")),
    suite("dim_channels", ("touchpoints", "ad_performance"), *filled("is_paid", "is_direct")),
    suite("fct_touchpoints", ("touchpoints",), *until_as_of("occurred_at"), *filled("channel")),
    suite(
        "fct_conversions",
        ("conversions", "deals", "lifecycle_history", "orders"),
        *until_as_of("converted_at"),
        empty="warn",
    ),
    suite(
        "fct_deals",
        ("deals",),
        *until_as_of("created_at", "closed_at", "first_touch_at", "delivered_at"),
        *at_least(0, "amount_reporting", "days_to_close", "days_first_touch_to_won", "days_won_to_delivered"),
    ),
    suite(
        "fct_activities",
        ("activities",),
        *until_as_of("occurred_at"),
        one_of("type", ("call", "meeting", "email", "task", "chat", "social_message"), severity="warn"),
        one_of("direction", ("inbound", "outbound", "unknown"), severity="warn"),
        one_of("prospecting", ("cold", "warm", "unknown"), severity="warn"),
    ),
    suite("fct_orders", ("orders",), *until_as_of("ordered_at"), *filled("amount_reporting")),
    suite(
        "fct_ad_performance",
        ("ad_performance",),
        *before_as_of("date_day"),
        # A campaign's total less that of its ads may fall below zero where the platform rounds.
        *at_least(0, "spend_reporting", "impressions", "clicks", severity="warn"),
        no_more_than("clicks", "impressions", severity="warn"),
    ),
    suite(
        "fct_email_performance",
        ("email_events",),
        *until_as_of("date_day"),
        *between(0, 1, "open_rate", "click_rate", "unsubscribe_rate"),
        *at_least(0, "sent", "delivered", "bounced"),
        no_more_than("delivered", "sent", severity="warn"),
    ),
)
