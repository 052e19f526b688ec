"""UTM names and campaigns that miss each other, and what people say led them here."""

from collections import defaultdict
from decimal import Decimal

from sandbox.truth.attribution import fct_attribution_credits
from sandbox.truth.business import UNKNOWN, Business, Row
from sandbox.truth.core import campaign_name
from sandbox.truth.deals import fct_conversions

UTM = ("utm_source", "utm_medium", "utm_campaign")


def fct_utm_audit(business: Business) -> list[Row]:
    """One row per UTM values that name no campaign, and per campaign of ads that brought nobody."""
    return [*_names_without_campaign(business), *_campaigns_without_touches(business)]


def _names_without_campaign(business: Business) -> list[Row]:
    found: dict[tuple[str | None, ...], list[Row]] = defaultdict(list)
    for touch in business.touches:
        if (touch.get("utm_campaign") or "").strip() and touch["campaign"] is None:
            found[(*(touch[name] for name in UTM), touch["channel"])].append(touch)
    return [
        {
            "issue": "touchpoints_without_campaign",
            **dict(zip((*UTM, "channel"), key, strict=True)),
            "campaign": None, "campaign_id": None, "touchpoints": len(touches),
            "first_seen_at": touches[0]["occurred_at"], "last_seen_at": touches[-1]["occurred_at"],
            "clicks": None, "spend_reporting": None,
        }
        for key, touches in found.items()
    ]  # fmt: skip


def _campaigns_without_touches(business: Business) -> list[Row]:
    touched = {touch["campaign"] for touch in business.touches}
    clicks: dict[tuple[str, str], int] = defaultdict(int)
    spend: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in business["ad_performance"]:
        campaign = (row["platform"], row["campaign_id"])
        clicks[campaign] += row["clicks"]
        spend[campaign] += business.rates.reporting(row["spend"], row["currency"], row["date_day"]) or 0
    return [
        {
            "issue": "campaign_without_touchpoints",
            **dict.fromkeys(UTM),
            "channel": business.channel_of_campaign[campaign],
            "campaign": campaign_name(campaign), "campaign_id": campaign[1], "touchpoints": 0,
            "first_seen_at": None, "last_seen_at": None, "clicks": clicks[campaign],
            "spend_reporting": spend[campaign],
        }
        for campaign in sorted(spend)
        if campaign not in touched and (clicks[campaign] or spend[campaign])
    ]  # fmt: skip


def fct_self_reported_sources(business: Business) -> list[Row]:
    """One row per type, model, what people said and channel."""
    said = {row["conversion_id"]: _said(business, row["person"]) for row in fct_conversions(business)}
    conversions: dict[tuple[str | None, ...], float] = defaultdict(float)
    values: dict[tuple[str | None, ...], float] = {}
    for row in fct_attribution_credits(business):
        key = (row["conversion_type"], row["model"], said[row["conversion_id"]], row["channel"])
        conversions[key] += row["credit"]
        if row["credited_value_reporting"] is not None:
            values[key] = values.get(key, 0.0) + row["credited_value_reporting"]
    names = ("conversion_type", "model", "self_reported_source", "channel")
    return [
        {**dict(zip(names, key, strict=True)), "conversions": count, "value_reporting": values.get(key)}
        for key, count in conversions.items()
    ]


def _said(business: Business, person: str | None) -> str:
    """The source that the person's newest contact reports."""
    contact = business.contact_of_person.get(person) if person else None
    return ((contact or {}).get("self_reported_source") or "").strip() or UNKNOWN
