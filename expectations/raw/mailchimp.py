"""What must hold of what Mailchimp sent."""

from expectations.claims import at_least, filled, fresh, no_more_than, one_of, plausible, unique
from expectations.suite import Check, Severity, Suite

MEMBER_STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")
REPORTED = (
    "emails_sent",
    "opens_total",
    "unique_opens",
    "proxy_excluded_opens",
    "proxy_excluded_unique_opens",
    "clicks_total",
    "unique_clicks",
    "hard_bounces",
    "soft_bounces",
    "unsubscribed",
    "abuse_reports",
)


def suite(
    table: str,
    fed_by: tuple[str, ...],
    *claims: Check,
    personal: tuple[str, ...] = (),
    empty: Severity = "error",
) -> Suite:
    """A suite of this source."""
    return Suite("raw", "mailchimp", table, fed_by, claims, frozenset(personal), empty)


SUITES = (
    suite("lists", (), unique("id"), *filled("id", "name")),
    suite(
        "members",
        (),
        unique("list_id", "id"),
        *filled("list_id", "id", "email_address"),
        one_of("status", MEMBER_STATUSES, severity="warn"),
        *plausible("last_changed"),
        personal=("email_address", "full_name", "merge_fields"),
    ),
    suite(
        "campaigns",
        (),
        unique("id"),
        *filled("id", "status"),
        *at_least(0, "emails_sent"),
        *plausible("create_time"),
    ),
    suite(
        "reports",
        (),
        unique("id"),
        *filled("id", "send_time"),
        *plausible("send_time"),
        fresh("send_time", 45),
        *at_least(0, *REPORTED),
        no_more_than("unique_opens", "opens_total", severity="warn"),
        no_more_than("unique_clicks", "clicks_total", severity="warn"),
    ),
    suite(
        "sent_to",
        ("email_events",),
        unique("campaign_id", "email_id"),
        *filled("campaign_id", "email_id", "email_address"),
        one_of("status", ("sent", "hard", "soft"), severity="warn"),
        personal=("email_address",),
    ),
    suite(
        "email_activity",
        ("email_events",),
        *filled("campaign_id", "email_id", "email_address", "action", "occurred_at"),
        one_of("action", ("open", "click", "bounce")),
        *plausible("occurred_at"),
        fresh("occurred_at", 45),
        personal=("email_address", "ip", "url"),
    ),
    suite(
        "open_details",
        (),
        unique("campaign_id", "email_id", "occurred_at"),
        *filled("campaign_id", "email_id", "occurred_at"),
        *plausible("occurred_at"),
        personal=("email_address",),
    ),
    # A month in which nobody leaves is no fault.
    suite(
        "unsubscribes",
        (),
        unique("campaign_id", "email_id"),
        *filled("campaign_id", "email_id", "occurred_at"),
        *plausible("occurred_at"),
        personal=("email_address", "reason"),
        empty="warn",
    ),
)
