"""Credits, spend and claims, worked out by hand."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sandbox.truth.attribution import (
    fct_attribution_credits,
    fct_channel_performance,
    fct_channel_spend,
    fct_platform_claims,
)
from sandbox.truth.business import Business
from sandbox.truth.credits import WEIGHTS

SEARCH = {"campaign_id": "11", "name": "Brand", "channel_type": "SEARCH"}
PAID = {"click_id": "x", "utm_source": "google", "utm_medium": "cpc", "utm_campaign": "11"}


def at(day: int, hour: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def visit(name: str, moment: datetime, anonymous_id: str = "a", **more: Any) -> dict[str, Any]:
    return {"touchpoint_id": name, "anonymous_id": anonymous_id, "occurred_at": moment, **more}


def order(name: str, moment: datetime, **more: Any) -> dict[str, Any]:
    return {
        "order_id": name,
        "customer_id": name,
        "ordered_at": moment,
        "amount": Decimal(90),
        "currency": "USD",
        **more,
    }


KNOWN = [{"anonymous_id": "a", "email": "a@x.example", "seen_at": at(1)}]


def shares(rows: list[dict[str, Any]], model: str) -> dict[str | None, float]:
    return {row["touchpoint_id"]: row["credit"] for row in rows if row["model"] == model}


def test_the_path_includes_both_ends_and_breaks_ties_by_id(business: Callable[..., Business]) -> None:
    told = business(
        identities=KNOWN,
        touchpoints=[
            visit("t4", at(1, month=4)),
            visit("t3", at(1, month=4)),
            visit("t1", at(1, month=1)),
            visit("t0", datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC)),
            visit("t9", at(1, 1, month=4)),
        ],
        orders=[order("o", at(1, month=4), email="A@x.example")],
    )
    rows = fct_attribution_credits(told)
    assert shares(rows, "first_touch") == {"t1": 1.0}, "1 January is 90 days before 1 April"
    assert shares(rows, "last_touch") == {"t4": 1.0}
    assert shares(rows, "linear") == {"t1": 1 / 3, "t3": 1 / 3, "t4": 1 / 3}
    first = next(row for row in rows if row["model"] == "first_touch")
    assert (first["touch_no"], first["touches_in_path"], first["hours_to_conversion"]) == (1, 3, 90 * 24)
    assert sum(row["credited_value_reporting"] for row in rows if row["model"] == "linear") == pytest.approx(
        90
    )


def test_what_no_touch_may_take_says_why(business: Callable[..., Business]) -> None:
    told = business(
        identities=KNOWN,
        touchpoints=[visit("t", at(1, month=1))],
        orders=[
            order("late", at(1, month=6), email="a@x.example"),
            order("never", at(1), email="b@x.example"),
            order("before", datetime(2025, 12, 1, tzinfo=UTC), email="a@x.example"),
            order("nobody", at(1)),
        ],
    )
    rows = fct_attribution_credits(told)
    reasons = {row["conversion_id"]: row["unattributed_reason"] for row in rows}
    assert reasons == {
        "order:late": "outside_window",
        "order:never": "no_touch",
        "order:before": "no_touch",
        "order:nobody": "no_touch",
    }
    assert all(row["credit"] == 1 and row["touchpoint_id"] is None and row["channel"] is None for row in rows)


def test_a_deal_without_a_contact_takes_its_companys_touches(business: Callable[..., Business]) -> None:
    told = business(
        companies=[{"company_id": "c", "name": "C", "created_at": at(1)}],
        contacts=[
            {"contact_id": name, "email": f"{name}@x.example", "company_id": "c", "created_at": at(1)}
            for name in "ab"
        ],
        identities=[{"anonymous_id": name, "email": f"{name}@x.example", "seen_at": at(1)} for name in "ab"],
        touchpoints=[visit("t2", at(2), "b"), visit("t1", at(1), "a"), visit("t3", at(3), "z")],
        deals=[
            {
                "deal_id": "d",
                "stage": "won",
                "is_won": True,
                "created_at": at(4),
                "closed_at": at(5),
                "company_id": "c",
                "deal_type": "new",
                "pipeline": "default",
            }
        ],
    )
    rows = [row for row in fct_attribution_credits(told) if row["conversion_type"] == "won"]
    assert shares(rows, "linear") == {"t1": 0.5, "t2": 0.5}
    assert {row["credited_value_reporting"] for row in rows} == {None}


def ad_day(day: date, spend: str, conversions: float = 0.0) -> dict[str, Any]:
    return {
        "platform": "google_ads",
        "date_day": day,
        "campaign_id": "11",
        "ad_id": "1",
        "impressions": 10,
        "clicks": 2,
        "spend": Decimal(spend),
        "currency": "EUR",
        "conversions": conversions,
    }


def test_spend_stands_beside_credit_and_alone(business: Callable[..., Business]) -> None:
    told = business(
        ad_campaigns=[SEARCH],
        ad_performance=[
            ad_day(date(2026, 3, 30), "10"),
            ad_day(date(2026, 3, 31), "10"),
            ad_day(date(2026, 5, 1), "5"),
        ],
        identities=KNOWN,
        touchpoints=[visit("t1", at(1), **PAID), visit("t2", at(2))],
        orders=[order("o", at(3), email="a@x.example")],
    )
    spend = {row["period_month"]: (row["spend_reporting"], row["clicks"]) for row in fct_channel_spend(told)}
    assert spend == {date(2026, 3, 1): (Decimal("23.0"), 4), date(2026, 5, 1): (Decimal("6.0"), 2)}
    rows = [row for row in fct_channel_performance(told) if row["model"] == "linear"]
    found = {(row["period_month"].month, row["channel"]): row for row in rows}
    assert set(found) == {(3, "direct"), (3, "paid_search"), (5, "paid_search")}
    march = found[3, "paid_search"]
    assert (march["conversions"], march["value_reporting"], march["cost_per_conversion"]) == (0.5, 45, 46)
    assert march["return_on_ad_spend"] == pytest.approx(45 / 23)
    assert found[3, "direct"]["spend_reporting"] is None
    assert (found[5, "paid_search"]["conversions"], found[5, "paid_search"]["cost_per_conversion"]) == (
        0,
        None,
    )


def test_the_platform_claims_more_than_the_last_touch_gives(business: Callable[..., Business]) -> None:
    told = business(
        ad_campaigns=[SEARCH],
        ad_performance=[ad_day(date(2026, 3, 1), "1", 2.0), ad_day(date(2026, 4, 1), "1", 0.5)],
        contacts=[{"contact_id": "1", "email": "a@x.example", "created_at": at(1)}],
        identities=KNOWN,
        touchpoints=[visit("t1", at(1), **PAID)],
        lifecycle_history=[{"contact_id": "1", "stage": "lead", "entered_at": at(2)}],
    )
    claims = [
        (
            row["period_month"].month,
            row["claimed_conversions"],
            row["attributed_conversions"],
            row["overclaim_ratio"],
        )
        for row in fct_platform_claims(told)
    ]
    assert claims == [(3, 2.0, 1.0, 2.0), (4, 0.5, 0.0, None)]


def test_every_conversion_is_shared_out_whole(judged: dict[str, list[dict[str, Any]]]) -> None:
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for row in judged["fct_attribution_credits"]:
        sums[row["conversion_id"], row["model"]] += row["credit"]
    models = {model for _, model in sums}
    assert models == {*WEIGHTS, "last_non_direct", "time_decay", "shapley", "markov"}
    assert len(sums) == len(models) * len(judged["fct_conversions"])
    assert all(abs(total - 1) < 1e-9 for total in sums.values())
    reasons = {row["unattributed_reason"] for row in judged["fct_attribution_credits"]}
    assert reasons == {None, "no_identity", "no_touch", "outside_window", "withheld_by_consent"}


def test_the_demos_platform_over_claims(judged: dict[str, list[dict[str, Any]]]) -> None:
    claims = judged["fct_platform_claims"]
    assert sum(row["claimed_conversions"] for row in claims) > 1.5 * sum(
        row["attributed_conversions"] for row in claims
    )
