"""What can be asked of Google Ads: resources with their parents, fields with their kinds."""

RESOURCES = {
    "customer": ("customer",),
    "campaign": ("campaign", "customer"),
    "ad_group": ("ad_group", "campaign", "customer"),
    "ad_group_ad": ("ad_group_ad", "ad_group", "campaign", "customer"),
    "click_view": ("click_view", "ad_group", "campaign", "customer"),
}
# Every field of click_view tells of one click, so of the metrics it has the number of clicks alone.
METRICS_OF = {"click_view": ("metrics.clicks",)}
STATUSES = frozenset({"ENABLED", "PAUSED", "REMOVED", "UNKNOWN", "UNSPECIFIED"})
CHANNELS = frozenset({
    "SEARCH", "DISPLAY", "SHOPPING", "HOTEL", "VIDEO", "MULTI_CHANNEL", "LOCAL", "SMART", "PERFORMANCE_MAX",
    "LOCAL_SERVICES", "TRAVEL", "DEMAND_GEN", "UNKNOWN", "UNSPECIFIED",
})  # fmt: skip
# field → its kind, or the names of its enum
FIELDS: dict[str, str | frozenset[str]] = {
    "customer.resource_name": "text",
    "customer.id": "int64",
    "customer.descriptive_name": "text",
    "customer.currency_code": "text",
    "customer.time_zone": "text",
    "customer.manager": "bool",
    "campaign.resource_name": "text",
    "campaign.id": "int64",
    "campaign.name": "text",
    "campaign.status": STATUSES,
    "campaign.advertising_channel_type": CHANNELS,
    "campaign.tracking_url_template": "text",
    "campaign.final_url_suffix": "text",
    "ad_group.resource_name": "text",
    "ad_group.id": "int64",
    "ad_group.name": "text",
    "ad_group.status": STATUSES,
    "ad_group.campaign": "text",
    "ad_group.tracking_url_template": "text",
    "ad_group.final_url_suffix": "text",
    "ad_group_ad.resource_name": "text",
    "ad_group_ad.status": STATUSES,
    "ad_group_ad.ad_group": "text",
    "ad_group_ad.ad.resource_name": "text",
    "ad_group_ad.ad.id": "int64",
    "ad_group_ad.ad.name": "text",
    "ad_group_ad.ad.final_urls": "list",
    "ad_group_ad.ad.tracking_url_template": "text",
    "ad_group_ad.ad.final_url_suffix": "text",
    "click_view.resource_name": "text",
    "click_view.gclid": "text",
    "click_view.ad_group_ad": "text",
    "segments.date": "date",
    "metrics.impressions": "int64",
    "metrics.clicks": "int64",
    "metrics.cost_micros": "int64",
    "metrics.conversions": "double",
    "metrics.conversions_value": "double",
}
