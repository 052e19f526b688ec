"""What must hold of what Google Ads sent."""

from expectations.claims import at_least, filled, fresh, no_more_than, one_of, plausible, unique
from expectations.suite import Check, Suite

STATUSES = ("ENABLED", "PAUSED", "REMOVED")
CHANNEL_TYPES = (
    "SEARCH",
    "DISPLAY",
    "SHOPPING",
    "HOTEL",
    "VIDEO",
    "MULTI_CHANNEL",
    "LOCAL",
    "SMART",
    "PERFORMANCE_MAX",
    "LOCAL_SERVICES",
    "TRAVEL",
    "DEMAND_GEN",
)
MEASURES = (
    *at_least(0, "impressions", "clicks", "cost_micros", "conversions", "conversions_value"),
    no_more_than("clicks", "impressions", severity="warn"),
)


def suite(table: str, fed_by: tuple[str, ...], *claims: Check) -> Suite:
    """A suite of this source."""
    return Suite("raw", "google_ads", table, fed_by, claims)


SUITES = (
    suite("customers", (), unique("id"), *filled("id", "currency_code", "time_zone")),
    suite(
        "campaigns",
        (),
        unique("customer_id", "id"),
        *filled("customer_id", "id", "name"),
        one_of("status", STATUSES, severity="warn"),
        one_of("advertising_channel_type", CHANNEL_TYPES, severity="warn"),
    ),
    suite(
        "ad_groups",
        (),
        unique("customer_id", "id"),
        *filled("customer_id", "id", "campaign_id"),
        one_of("status", STATUSES, severity="warn"),
    ),
    suite(
        "ads",
        (),
        unique("customer_id", "ad_group_id", "id"),
        *filled("customer_id", "ad_group_id", "id"),
        one_of("status", STATUSES, severity="warn"),
    ),
    suite(
        "ad_daily",
        ("ad_performance",),
        unique("customer_id", "ad_group_id", "ad_id", "date"),
        *filled("customer_id", "campaign_id", "ad_group_id", "ad_id", "date"),
        *plausible("date"),
        fresh("date", 3),
        *MEASURES,
    ),
    suite(
        "campaign_daily",
        ("ad_performance",),
        unique("customer_id", "campaign_id", "date"),
        *filled("customer_id", "campaign_id", "date"),
        *plausible("date"),
        fresh("date", 3),
        *MEASURES,
    ),
    suite(
        "click_views",
        (),
        unique("customer_id", "date", "campaign_id", "ad_group_ad", "gclid"),
        *filled("customer_id", "campaign_id", "date"),
        *plausible("date"),
    ),
)
