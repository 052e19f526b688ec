"""What must hold of what the files said; allowed values are those of the contract for files."""

from expectations.claims import at_least, between, filled, fresh, no_more_than, one_of, plausible, unique
from expectations.suite import Check, Severity, Suite

# The same id may stand in an older and a newer export, of which staging keeps the newest.
REPEATS: Severity = "warn"


def suite(table: str, *claims: Check, personal: tuple[str, ...] = ()) -> Suite:
    """A suite of this source; each folder is the entity of its name."""
    return Suite("raw", "files", table, (table,), claims, frozenset(personal))


SUITES = (
    suite(
        "contacts",
        unique("contact_id", severity=REPEATS),
        *filled("contact_id", "created_at"),
        *plausible("created_at"),
        personal=("email", "first_name", "last_name"),
    ),
    suite(
        "companies",
        unique("company_id", severity=REPEATS),
        *filled("company_id", "name"),
        *at_least(0, "employee_count", severity="warn"),
    ),
    suite("contact_merges", *filled("loser_id", "winner_id", "merged_at"), *plausible("merged_at")),
    suite(
        "identities",
        *filled("anonymous_id", "seen_at"),
        *plausible("seen_at"),
        personal=("email",),
    ),
    suite("lifecycle_history", *filled("contact_id", "stage", "entered_at"), *plausible("entered_at")),
    suite(
        "deals",
        unique("deal_id", severity=REPEATS),
        *filled("deal_id", "stage"),
        *at_least(0, "amount"),
        *between(0, 1, "probability"),
        one_of("deal_type", ("new", "expansion", "renewal")),
        *plausible("created_at"),
    ),
    suite("deal_contacts", *filled("deal_id", "contact_id")),
    suite("deal_stage_history", *filled("deal_id", "stage", "entered_at"), *plausible("entered_at")),
    suite(
        "deal_field_history",
        *filled("deal_id", "field", "changed_at"),
        one_of("field", ("amount", "close_date_expected", "owner", "pipeline"), severity="warn"),
        *plausible("changed_at"),
    ),
    suite(
        "activities",
        unique("activity_id", severity=REPEATS),
        *filled("activity_id", "occurred_at", "type"),
        one_of("type", ("call", "meeting", "email", "task", "chat", "social_message")),
        one_of("direction", ("inbound", "outbound")),
        one_of("prospecting", ("cold", "warm")),
        *plausible("occurred_at"),
    ),
    suite(
        "touchpoints",
        unique("touchpoint_id", severity=REPEATS),
        *filled("touchpoint_id", "occurred_at"),
        *plausible("occurred_at"),
        fresh("occurred_at", 7),
        personal=("email", "landing_url"),
    ),
    suite(
        "conversions",
        unique("conversion_id", severity=REPEATS),
        *filled("conversion_id", "conversion_type", "converted_at"),
        *at_least(0, "value"),
        *plausible("converted_at"),
        fresh("converted_at", 31),
        personal=("email",),
    ),
    suite(
        "ad_performance",
        *filled("platform", "date_day", "campaign_id", "impressions", "clicks", "spend"),
        *at_least(
            0, "impressions", "clicks", "spend", "conversions", "conversion_value", "modelled_conversions"
        ),
        no_more_than("clicks", "impressions", severity="warn"),
        no_more_than("modelled_conversions", "conversions", severity="warn"),
        *plausible("date_day"),
        fresh("date_day", 3),
    ),
    # A correction of a cost is a negative one.
    suite("costs", *filled("month", "category", "amount"), *plausible("month")),
    suite(
        "email_events",
        unique("event_id", severity=REPEATS),
        *filled("event_id", "campaign_id", "email", "event_type", "occurred_at"),
        one_of(
            "event_type",
            (
                "send",
                "delivered",
                "open",
                "click",
                "bounce_hard",
                "bounce_soft",
                "unsubscribe",
                "complaint",
            ),
        ),
        one_of("campaign_kind", ("broadcast", "automation", "sequence")),
        *plausible("occurred_at"),
        fresh("occurred_at", 45),
        personal=("email", "url"),
    ),
    # A refund is a negative order, so amounts have no lower end.
    suite(
        "orders",
        unique("order_id", severity=REPEATS),
        *filled("order_id", "customer_id", "ordered_at", "amount"),
        *plausible("ordered_at"),
        fresh("ordered_at", 31),
        personal=("email",),
    ),
    suite(
        "subscription_periods",
        *filled("subscription_id", "customer_id", "started_at", "monthly_amount"),
        *at_least(0, "monthly_amount", "quantity", "discount_amount"),
        no_more_than("started_at", "ended_at"),
        one_of("churn_type", ("voluntary", "involuntary")),
        *plausible("started_at"),
        personal=("email", "cancel_reason"),
    ),
    suite(
        "consents",
        *filled("email", "purpose", "status", "recorded_at"),
        one_of("purpose", ("marketing", "analytics")),
        one_of("status", ("granted", "denied")),
        *plausible("recorded_at"),
        personal=("email",),
    ),
    suite(
        "funnel_events",
        unique("event_id", severity=REPEATS),
        *filled("event_id", "occurred_at", "event_name"),
        *plausible("occurred_at"),
        fresh("occurred_at", 7),
        personal=("email",),
    ),
    suite(
        "feedback",
        unique("response_id", severity=REPEATS),
        *filled("response_id", "customer_id", "survey_type", "score", "responded_at"),
        one_of("survey_type", ("nps", "csat", "ces")),
        *at_least(0, "score"),
        *plausible("responded_at"),
    ),
)
