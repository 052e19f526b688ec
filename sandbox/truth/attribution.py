"""Which touches take the credit, what channels cost and bring, and what the platform says of itself."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sandbox.truth.business import Business, Row
from sandbox.truth.calendar import month_of
from sandbox.truth.core import campaign_name
from sandbox.truth.credits import credits_by_model
from sandbox.truth.paths import paths

CLAIMS = {"google_ads": "lead"}
CampaignMonth = tuple[date, str | None, str | None]
Earned = tuple[float, float | None]


@lru_cache(maxsize=1)
def fct_attribution_credits(business: Business) -> list[Row]:
    """One row per conversion, model and touch with credit, or for the remainder that no touch may take."""
    rows = []
    for path in paths(business):
        for model, shares in credits_by_model(business, path).items():
            if not shares:
                reason = {"unattributed_reason": path.reason or "no_touch"}
                rows.append(_credit_row(path.conversion, model, None, reason))
            for number, credit in sorted(shares.items()):
                place = {"touch_no": number + 1, "touches_in_path": len(path.touches), "credit": credit}
                rows.append(_credit_row(path.conversion, model, path.touches[number], place))
    return rows


def _credit_row(conversion: Row, model: str, touch: Row | None, place: Row) -> Row:
    """One share of a conversion; without a touch all of it."""
    value, credit = conversion["value_reporting"], place.get("credit", 1.0)
    waited = conversion["converted_at"] - touch["occurred_at"] if touch else None
    return {
        "conversion_id": conversion["conversion_id"],
        "conversion_type": conversion["conversion_type"],
        "converted_at": conversion["converted_at"],
        "model": model,
        "touchpoint_id": touch["touchpoint_id"] if touch else None,
        "channel": touch["channel"] if touch else None,
        "campaign": campaign_name(touch["campaign"]) if touch else None,
        "is_retargeting": touch["is_retargeting"] if touch else None,
        "touch_no": place.get("touch_no"),
        "touches_in_path": place.get("touches_in_path", 0),
        "hours_to_conversion": waited / timedelta(hours=1) if waited is not None else None,
        "credit": credit,
        "credited_value_reporting": float(value) * credit if value is not None else None,
        "unattributed_reason": place.get("unattributed_reason"),
    }


def spend_by_month(business: Business) -> dict[CampaignMonth, dict[str, Any]]:
    """Spend, impressions and clicks of each ad campaign and month."""
    sums: dict[CampaignMonth, dict[str, Any]] = defaultdict(
        lambda: {"spend": Decimal(0), "impressions": 0, "clicks": 0}
    )
    for row in business["ad_performance"]:
        campaign = (row["platform"], row["campaign_id"])
        key = (month_of(row["date_day"]), business.channel_of_campaign[campaign], campaign_name(campaign))
        sums[key]["spend"] += business.rates.reporting(row["spend"], row["currency"], row["date_day"])
        sums[key]["impressions"] += row["impressions"]
        sums[key]["clicks"] += row["clicks"]
    return sums


def fct_channel_spend(business: Business) -> list[Row]:
    """One row per month, channel and campaign."""
    return [
        {"period_month": month, "channel": channel, "campaign": campaign, "spend_reporting": cost["spend"],
         "impressions": cost["impressions"], "clicks": cost["clicks"]}
        for (month, channel, campaign), cost in sorted(spend_by_month(business).items())
    ]  # fmt: skip


def fct_channel_performance(business: Business) -> list[Row]:
    """One row per model, conversion type, month, channel and campaign with credit or spend."""
    return channel_performance(business, lambda credit: month_of(credit["converted_at"]))


def channel_performance(business: Business, month: Callable[[Row], date]) -> list[Row]:
    """Spend in its month beside credit in the month that is given for it."""
    spend = spend_by_month(business)
    earned: dict[tuple[str, str], dict[CampaignMonth, Earned]] = defaultdict(dict)
    credit_rows = fct_attribution_credits(business)
    valued = {row["conversion_type"] for row in credit_rows if row["credited_value_reporting"] is not None}
    for row in credit_rows:
        key = (month(row), row["channel"], row["campaign"])
        mine = earned[row["model"], row["conversion_type"]]
        conversions, value = mine.get(key, (0.0, None))
        if row["credited_value_reporting"] is not None:
            value = (value or 0.0) + row["credited_value_reporting"]
        mine[key] = (conversions + row["credit"], value)
    return [
        {"model": model, "conversion_type": kind, **_performance(key, mine, spend, kind in valued)}
        for (model, kind), mine in sorted(earned.items())
        for key in sorted(mine.keys() | spend.keys(), key=lambda key: (key[0], key[1] or "", key[2] or ""))
    ]


def _performance(
    key: CampaignMonth, earned: Mapping[CampaignMonth, Earned],
    spend: Mapping[CampaignMonth, Row], has_values: bool,
) -> Row:  # fmt: skip
    """Credit beside spend; unconverted, a type that has values earned 0, and another nothing known."""
    conversions, value = earned.get(key, (0.0, 0.0 if has_values else None))
    cost = spend[key]["spend"] if key in spend else None
    return {
        "period_month": key[0],
        "channel": key[1],
        "campaign": key[2],
        "conversions": conversions,
        "value_reporting": value,
        "spend_reporting": cost,
        "cost_per_conversion": float(cost) / conversions if cost is not None and conversions else None,
        "return_on_ad_spend": value / float(cost) if cost and value is not None else None,
    }


def fct_platform_claims(business: Business) -> list[Row]:
    """One row per platform, month and conversion type that the platform claims or last_touch gives it."""
    claimed: dict[tuple[str, date], float] = defaultdict(float)
    found: dict[tuple[str, date], float] = defaultdict(float)
    for row in business["ad_performance"]:
        claimed[row["platform"], month_of(row["date_day"])] += row["conversions"]
    for row in fct_attribution_credits(business):
        platform = (row["campaign"] or "").split(":")[0]
        if row["model"] == "last_touch" and CLAIMS.get(platform) == row["conversion_type"]:
            found[platform, month_of(row["converted_at"])] += row["credit"]
    return [
        {
            "platform": platform,
            "period_month": month,
            "conversion_type": CLAIMS[platform],
            "claimed_conversions": claimed[platform, month],
            "claimed_modelled_conversions": None,
            "attributed_conversions": found[platform, month],
            "overclaim_ratio": claimed[platform, month] / found[platform, month]
            if found[platform, month]
            else None,
        }
        for platform, month in sorted(set(claimed) | set(found))
    ]
