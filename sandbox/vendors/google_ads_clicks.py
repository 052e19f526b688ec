"""Google Ads' click_view: one row a click, one day a query, and none of days that lie too far back."""

from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from sandbox.vendors.gaql import Query, QueryError

DAYS_KEPT = 90
DAY = timedelta(days=1)


def judge(query: Query, today: date) -> None:
    """Refuse a query of clicks that isn't limited to one day, or to one that Google has forgotten."""
    day = single_day(query)
    if day is None:
        raise QueryError(
            "EXPECTED_FILTER_ON_A_SINGLE_DAY",
            "Queries including click_view must be limited to a single day.",
            "clickViewError",
        )
    if day < today - DAYS_KEPT * DAY:
        raise QueryError(
            "DATE_TOO_OLD", f"Clicks can be requested for the last {DAYS_KEPT} days only.", "clickViewError"
        )


def single_day(query: Query) -> date | None:
    """The day to which the conditions limit a query; None: none or several."""
    first, last = date.min, date.max
    for condition in query.where:
        if condition.field != "segments.date" or condition.operator == "!=":
            continue
        low, high = min(condition.values), max(condition.values)
        if condition.operator in ("=", "IN", "BETWEEN", ">=", ">"):
            first = max(first, low + DAY if condition.operator == ">" else low)
        if condition.operator in ("=", "IN", "BETWEEN", "<=", "<"):
            last = min(last, high - DAY if condition.operator == "<" else high)
    return first if first == last else None


def click_rows(rows: pa.Table) -> pa.Table:
    """An account's clicks as click_view names them; the ad of one on Performance Max isn't told."""
    customer, day = rows["customer_id"], rows["date_day"]
    names = [pc.fill_null(rows["click_id"], ""), rows["ad_group_id"], rows["ad_id"]]
    resource = ["customers/", customer, "/clickViews/", day.cast(pa.string()), "~", names[0]]
    ad = ["customers/", customer, "/adGroupAds/", names[1], "~", names[2]]
    return pa.table({
        "click_view.resource_name": pc.binary_join_element_wise(*resource, ""),
        "click_view.gclid": rows["click_id"],
        "click_view.ad_group_ad": pc.binary_join_element_wise(*ad, ""),
        "campaign.id": rows["campaign_id"].cast(pa.int64()),
        "ad_group.id": rows["ad_group_id"].cast(pa.int64()),
        "segments.date": day,
        "metrics.clicks": pa.array([1] * rows.num_rows, pa.int64()),
    })  # fmt: skip
