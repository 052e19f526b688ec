"""Where every billed cent went, what a channel earned by the month of its touch, and what a customer cost."""

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.truth.attribution import channel_performance, spend_by_month
from sandbox.truth.business import REPORTING, Business, Row
from sandbox.truth.calendar import DAY, midnight, month_of
from sandbox.truth.core import dim_customers, dim_people

BUCKETS = ("matched", "unmatched", "non_ad_grain", "deleted_entity", "outside_window")
NO_CHANNEL = ("", "all", "unallocated")
AccountDays = dict[tuple[str, str | None, str], dict[date, Row]]


def fct_spend_ledger(business: Business) -> list[Row]:
    """One row per platform, account, currency and day, its spend judged, and what the day holds in UTC."""
    zones = {row["customer_id"]: row["time_zone"] for row in business["ad_accounts"]}
    return [
        {
            "date_day": day,
            "platform": platform,
            "account_id": account,
            "time_zone": zones.get(account),
            "currency": currency,
            **sums,
            **_bounds(day, days, zones.get(account), business.as_of.date()),
        }
        for (platform, account, currency), days in _account_days(business).items()
        for day, sums in days.items()
    ]


def _account_days(business: Business) -> AccountDays:
    """What each account billed on each of its days, in both currencies, by reason."""
    names = [f"{name}_spend{ending}" for name in ("billed", *BUCKETS) for ending in ("", "_reporting")]
    found: AccountDays = defaultdict(lambda: defaultdict(lambda: dict.fromkeys(names, Decimal(0))))
    removed = {
        (name, row[f"{name}_id"])
        for name, table in (("campaign", "ad_campaigns"), ("ad_group", "ad_groups"), ("ad", "ads"))
        for row in business[table]
        if row["status"] == "REMOVED"
    }
    campaigns = {row["campaign_id"] for row in business["ad_campaigns"]}
    first = business.touches[0]["occurred_at"].date() if business.touches else date.min
    for row in business["ad_performance"]:
        currency = row["currency"] or REPORTING
        sums = found[row["platform"], row["account_id"], currency][row["date_day"]]
        worth = business.rates.reporting(row["spend"], currency, row["date_day"])
        for name in ("billed", _bucket(row, first, campaigns, removed)):
            sums[f"{name}_spend"] += row["spend"]
            sums[f"{name}_spend_reporting"] += worth
    return found


def _bucket(row: Row, first: date, campaigns: set[str], removed: set[tuple[str, str]]) -> str:
    """The first reason that keeps a row of spend from standing beside what it earned."""
    if row["date_day"] < first:
        return "outside_window"
    if row["campaign_id"] not in campaigns:
        return "unmatched"
    if any((name, row[f"{name}_id"]) in removed for name in ("campaign", "ad_group", "ad")):
        return "deleted_entity"
    return "matched" if row["ad_id"] else "non_ad_grain"


def _bounds(day: date, days: dict[date, Row], zone: str | None, today: date) -> Row:
    """The least and the most that the account billed between two midnights in UTC."""
    low, high = Decimal(0), Decimal(0)
    is_known = True
    for neighbour in (day - DAY, day, day + DAY):
        begin, end = (_begins(one, zone) for one in (neighbour, neighbour + DAY))
        if end <= midnight(day) or begin >= midnight(day + DAY):
            continue
        billed = days[neighbour]["billed_spend_reporting"] if neighbour in days else Decimal(0)
        high += billed
        low += billed if begin >= midnight(day) and end <= midnight(day + DAY) else 0
        is_known = is_known and neighbour < today
    return {"billed_reporting_low": low, "billed_reporting_high": high if is_known else None}


def _begins(day: date, zone: str | None) -> datetime:
    """The moment at which a day begins in a time zone."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone) if zone else UTC).astimezone(UTC)


def fct_channel_performance_by_touch_month(business: Business) -> list[Row]:
    """As fct_channel_performance, with credit in the month of the touch."""
    touched = {touch["touchpoint_id"]: touch["occurred_at"] for touch in business.touches}
    return channel_performance(
        business, lambda credit: month_of(touched.get(credit["touchpoint_id"]) or credit["converted_at"])
    )


def fct_acquisition_cost(business: Business) -> list[Row]:
    """One row per month and channel, and for all, with spend, costs and whom they brought."""
    sums: dict[tuple[date, str], Row] = defaultdict(
        lambda: {"ad_spend": None, "costs": None, "leads": 0, "mqls": 0, "customers": 0}
    )

    def add(month: date, channel: str, measure: str, amount: Any) -> None:
        for name in (channel, "all"):
            sums[month, name][measure] = (sums[month, name][measure] or 0) + amount

    for (month, channel, _), cost in spend_by_month(business).items():
        add(month, channel or "unknown", "ad_spend", cost["spend"])
    for row in business["costs"]:
        month, name = month_of(row["month"]), (row["channel"] or "").strip().lower()
        channel = "unallocated" if name in NO_CHANNEL else name
        add(month, channel, "costs", business.rates.reporting(row["amount"], row["currency"], month))
    for rows, stage in (
        (dim_people(business), "lead"),
        (dim_people(business), "mql"),
        (dim_customers(business), "customer"),
    ):
        for row in rows:
            if moment := row[f"became_{stage}_at"]:
                add(month_of(moment), row["acquisition_channel"], f"{stage}s", 1)
    return [_cost_row(month, channel, mine) for (month, channel), mine in sorted(sums.items())]


def _cost_row(month: date, channel: str, mine: Row) -> Row:
    """What was spent and whom it brought, and the one by the other."""
    full: Decimal = (mine["ad_spend"] or Decimal(0)) + (mine["costs"] or Decimal(0))
    return {
        "period_month": month,
        "channel": channel,
        "ad_spend_reporting": mine["ad_spend"],
        "costs_reporting": mine["costs"],
        "new_leads": mine["leads"],
        "new_mqls": mine["mqls"],
        "new_customers": mine["customers"],
        "cost_per_lead": _each(mine["ad_spend"], mine["leads"]),
        "cost_per_mql": _each(mine["ad_spend"], mine["mqls"]),
        "paid_cac": _each(mine["ad_spend"], mine["customers"]),
        "full_cac": _each(full, mine["customers"]),
    }


def _each(spent: Decimal | None, people: int) -> float | None:
    """What one cost; nothing is known where nothing was spent or nobody came."""
    return float(spent) / people if spent and people else None
