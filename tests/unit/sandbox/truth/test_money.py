"""The ledger of spend, performance by month of touch and the cost of customers, worked out by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sandbox.truth.business import Business
from sandbox.truth.money import (
    fct_acquisition_cost,
    fct_channel_performance_by_touch_month,
    fct_spend_ledger,
)

BERLIN = {"customer_id": "e", "name": "Europe", "currency": "EUR", "time_zone": "Europe/Berlin"}


def at(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=UTC)


def billed(day: date, spend: str, campaign: str = "11", **more: Any) -> dict[str, Any]:
    return {
        "platform": "google_ads",
        "account_id": "e",
        "date_day": day,
        "campaign_id": campaign,
        "ad_group_id": "2",
        "ad_id": "3",
        "impressions": 10,
        "clicks": 2,
        "spend": Decimal(spend),
        "currency": "EUR",
        "conversions": 0.0,
        **more,
    }


def campaign(campaign_id: str, status: str = "ENABLED") -> dict[str, Any]:
    return {
        "customer_id": "e",
        "campaign_id": campaign_id,
        "name": campaign_id,
        "status": status,
        "channel_type": "SEARCH",
    }


VISIT = {"touchpoint_id": "t", "anonymous_id": "a", "occurred_at": at(2)}


def test_each_cent_has_the_outermost_reason(business: Callable[..., Business]) -> None:
    told = business(
        touchpoints=[VISIT],
        ad_accounts=[BERLIN],
        ad_campaigns=[campaign("11"), campaign("12", "REMOVED")],
        ads=[
            {"customer_id": "e", "campaign_id": "11", "ad_group_id": "2", "ad_id": "4", "status": "REMOVED"}
        ],
        ad_performance=[
            billed(date(2026, 3, 1), "1", "13"),
            billed(date(2026, 3, 2), "2", "13", ad_id=None),
            billed(date(2026, 3, 2), "4", "12", ad_group_id=None, ad_id=None),
            billed(date(2026, 3, 2), "8", ad_id="4"),
            billed(date(2026, 3, 2), "16", ad_group_id=None, ad_id=None),
            billed(date(2026, 3, 2), "32"),
        ],
    )
    first, second = sorted(fct_spend_ledger(told), key=lambda row: row["date_day"])
    assert (first["billed_spend"], first["outside_window_spend"]) == (1, 1)
    buckets = ("unmatched", "deleted_entity", "non_ad_grain", "matched", "outside_window", "billed")
    assert [second[f"{name}_spend"] for name in buckets] == [2, 12, 16, 32, 0, 62]
    assert second["billed_spend_reporting"] == Decimal("68.2")
    assert second["time_zone"] == "Europe/Berlin"


def test_a_day_in_utc_can_hold_two_of_berlins(business: Callable[..., Business]) -> None:
    told = business(
        as_of=date(2026, 3, 5),
        ad_accounts=[BERLIN],
        ad_campaigns=[campaign("11")],
        ad_performance=[
            billed(date(2026, 3, day), str(10 * day), currency=None, account_id=account)
            for day in (2, 3, 4)
            for account in ("e", "elsewhere")
        ],
    )
    bounds = {
        (row["account_id"], row["date_day"].day): (row["billed_reporting_low"], row["billed_reporting_high"])
        for row in fct_spend_ledger(told)
    }
    assert bounds == {
        ("e", 2): (0, 50), ("e", 3): (0, 70), ("e", 4): (0, None),
        ("elsewhere", 2): (20, 20), ("elsewhere", 3): (30, 30), ("elsewhere", 4): (40, 40),
    }  # fmt: skip


def test_credit_stands_in_the_month_of_the_touch(business: Callable[..., Business]) -> None:
    told = business(
        identities=[{"anonymous_id": "a", "email": "a@x.example", "seen_at": at(1)}],
        touchpoints=[VISIT, {**VISIT, "touchpoint_id": "u", "occurred_at": at(3, month=4)}],
        orders=[
            {"order_id": name, "customer_id": name, "ordered_at": at(9, month=4), "amount": Decimal(90),
             "email": f"{name}@x.example", "currency": "USD"}
            for name in "ab"
        ],
    )  # fmt: skip
    rows = [row for row in fct_channel_performance_by_touch_month(told) if row["model"] == "linear"]
    found = {(row["period_month"].month, row["channel"]): row["value_reporting"] for row in rows}
    assert found == {(3, "direct"): 45, (4, "direct"): 45, (4, None): 90}


def test_nobody_is_cheap_where_nothing_was_spent(business: Callable[..., Business]) -> None:
    told = business(
        ad_campaigns=[campaign("11")],
        ad_performance=[billed(date(2026, 3, 2), "100")],
        costs=[
            {"month": date(2026, 3, 1), "category": "salaries", "amount": Decimal(300)},
            {"month": date(2026, 3, 1), "category": "agency", "amount": Decimal(10),
             "channel": " Paid_Search", "currency": "EUR"},
        ],
        contacts=[{"contact_id": "1", "email": "a@x.example", "created_at": at(1)}],
        identities=[{"anonymous_id": "a", "email": "a@x.example", "seen_at": at(1)}],
        touchpoints=[VISIT],
        lifecycle_history=[{"contact_id": "1", "stage": "lead", "entered_at": at(2)}],
        orders=[{"order_id": "o", "customer_id": "c", "ordered_at": at(9), "amount": Decimal(90),
                 "email": "a@x.example"}],
    )  # fmt: skip
    rows = {row["channel"]: row for row in fct_acquisition_cost(told)}
    assert set(rows) == {"all", "paid_search", "direct", "unallocated"}
    assert (rows["paid_search"]["ad_spend_reporting"], rows["paid_search"]["costs_reporting"]) == (110, 11)
    assert rows["direct"]["new_leads"] == rows["direct"]["new_customers"] == 1
    assert rows["direct"]["cost_per_lead"] is rows["direct"]["full_cac"] is None
    total = rows["all"]
    assert (total["cost_per_lead"], total["cost_per_mql"], total["paid_cac"], total["full_cac"]) == (
        110, None, 110, 421,
    )  # fmt: skip


def test_the_demo_spends_in_ways_that_no_ad_shows(judged: dict[str, list[dict[str, Any]]]) -> None:
    ledger = judged["fct_spend_ledger"]
    for name in ("matched", "non_ad_grain", "deleted_entity"):
        assert sum(row[f"{name}_spend_reporting"] for row in ledger) > 100
    assert {row["time_zone"] for row in ledger} == {"Etc/UTC", "Europe/Berlin"}
    assert any(row["full_cac"] for row in judged["fct_acquisition_cost"])
