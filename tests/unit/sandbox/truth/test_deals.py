"""Deals, the pipeline day by day, and sales figures, worked out by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sandbox.truth.business import Business
from sandbox.truth.deals import fct_conversions, fct_deals
from sandbox.truth.performance import fct_sales_performance
from sandbox.truth.pipeline import fct_pipeline_daily


def at(day: int, hour: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def deal(deal_id: str, **more: Any) -> dict[str, Any]:
    return {
        "deal_id": deal_id,
        "stage": "appointment_scheduled",
        "created_at": at(1),
        "pipeline": "default",
        "amount": Decimal(100),
        "currency": "USD",
        "deal_type": "new",
        **more,
    }


def won(deal_id: str, closed_at: datetime, **more: Any) -> dict[str, Any]:
    return deal(deal_id, **{"stage": "won", "closed_at": closed_at, "is_won": True, **more})


def test_the_pipeline_of_a_day_is_what_was_known_at_its_end(business: Callable[..., Business]) -> None:
    told = business(
        as_of=date(2026, 4, 2),
        deals=[deal("1", stage="qualified_to_buy", amount=Decimal(300), currency="EUR", created_at=at(28))],
        deal_stage_history=[
            {"deal_id": "1", "stage": stage, "entered_at": moment}
            for stage, moment in (
                ("appointment_scheduled", at(28)),
                ("lost", at(29, 10)),
                ("qualified_to_buy", at(31)),
                ("contract_sent", at(2, month=4)),
            )
        ],
        deal_field_history=[
            {"deal_id": "1", "field": "amount", "value": "200", "changed_at": at(30)},
            {"deal_id": "1", "field": "amount", "value": "300", "changed_at": at(31, 23)},
            {"deal_id": "1", "field": "close_date_expected", "value": "2026-05-01", "changed_at": at(28)},
        ],
    )
    found = [
        (row["date_day"], row["stage"], row["amount_reporting"], row["weighted_amount_reporting"])
        for row in fct_pipeline_daily(told)
    ]
    assert found == [
        (date(2026, 3, 28), "appointment_scheduled", Decimal("220.0"), Decimal("44.00")),
        (date(2026, 3, 31), "qualified_to_buy", Decimal("360.0"), Decimal("144.00")),
        (date(2026, 4, 1), "qualified_to_buy", Decimal("360.0"), Decimal("144.00")),
    ]


def test_a_deal_closed_before_it_was_created_has_no_days(business: Callable[..., Business]) -> None:
    (row,) = fct_deals(business(deals=[won("1", at(1), created_at=at(5))]))
    assert row["has_date_conflict"] and row["is_won"]
    assert row["days_to_close"] is None and row["days_first_touch_to_won"] is None


def test_a_won_deal_waits_for_its_delivery(business: Callable[..., Business]) -> None:
    told = business(
        deals=[
            won("1", at(9), created_at=at(5), delivered_at=at(10, 12)),
            won("2", at(9), created_at=at(5), delivered_at=at(8)),
            won("3", at(1), created_at=at(5), delivered_at=at(10)),
            deal("4", delivered_at=at(10)),
        ]
    )
    rows = fct_deals(told)
    assert [row["days_won_to_delivered"] for row in rows] == [1.5, None, None, None]
    assert [row["delivered_at"] for row in rows] == [at(10, 12), at(8), at(10), at(10)]


def test_a_deal_waits_from_the_first_touch_of_its_person(business: Callable[..., Business]) -> None:
    told = business(
        contacts=[
            {"contact_id": "7", "email": "P@x.example", "created_at": at(1)},
            {"contact_id": "8", "email": "q@x.example", "created_at": at(1)},
        ],
        identities=[{"anonymous_id": "a", "email": "p@x.example", "seen_at": at(2)}],
        touchpoints=[{"touchpoint_id": "t", "anonymous_id": "a", "occurred_at": at(1)}],
        deals=[won("1", at(11, 12), created_at=at(3)), deal("2", currency="EUR")],
        deal_contacts=[
            {"deal_id": "1", "contact_id": "8", "is_primary": False},
            {"deal_id": "1", "contact_id": "7", "is_primary": True},
        ],
        deal_stage_history=[
            {"deal_id": "1", "stage": "contract_sent", "entered_at": at(4)},
            {"deal_id": "1", "stage": "appointment_scheduled", "entered_at": at(3)},
            {"deal_id": "1", "stage": "won", "entered_at": at(11, 12)},
        ],
    )
    closed, still_open = fct_deals(told)
    assert closed["person"] == "p@x.example"
    assert (closed["days_to_close"], closed["days_first_touch_to_won"]) == (8.5, 10.5)
    assert closed["last_open_stage"] == "contract_sent"
    assert still_open["amount_reporting"] == Decimal("120.0"), "an open deal stands at as_of's rate"
    assert (still_open["person"], still_open["last_open_stage"]) == (None, None)


def test_a_customer_is_new_once(business: Callable[..., Business]) -> None:
    companies = [{"company_id": "c", "name": "C", "created_at": at(1)}]
    told = business(
        companies=companies,
        deals=[
            won("2", at(9), company_id="c"),
            won("1", at(9), company_id="c"),
            won("3", at(8), company_id="c", deal_type="expansion"),
        ],
        orders=[
            {
                "order_id": o,
                "customer_id": "c",
                "company_id": "c",
                "ordered_at": at(9),
                "amount": Decimal(10),
                "currency": "EUR",
            }
            for o in ("b", "a")
        ],
    )
    new = {
        row["conversion_id"]: row["is_new_customer"]
        for row in fct_conversions(told)
        if row["is_new_customer"] is not None
    }
    assert new == {"won:1": False, "won:2": False, "won:3": False, "order:a": True, "order:b": False}
    values = {row["conversion_id"]: row["value_reporting"] for row in fct_conversions(told)}
    assert values["order:a"] == Decimal("11.0")
    assert values["opportunity:1"] == 100


def test_only_the_first_lead_converts(business: Callable[..., Business]) -> None:
    told = business(
        contacts=[{"contact_id": "1", "email": "a@x.example", "created_at": at(1)}],
        lifecycle_history=[
            {"contact_id": "1", "stage": stage, "entered_at": at(day)}
            for stage, day in (("lead", 5), ("lead", 3), ("sal", 6), ("mql", 4))
        ],
    )
    found = {row["conversion_id"]: (row["converted_at"], row["value"]) for row in fct_conversions(told)}
    assert found == {"lead:1": (at(3), None), "mql:1": (at(4), None)}


def test_sales_figures_of_a_month(business: Callable[..., Business]) -> None:
    told = business(
        as_of=date(2026, 5, 1),
        companies=[{"company_id": "c", "name": "C", "segment": "smb", "created_at": at(1)}],
        deals=[
            won("1", at(11), owner="Ann", company_id="c"),
            won("2", at(21), owner="Ann", amount=Decimal(300), company_id="c"),
            deal("3", stage="lost", is_won=False, closed_at=at(31, 23), amount=Decimal(600), owner="Ann"),
            deal("4", stage="lost", is_won=False, closed_at=at(2, month=4), amount=None),
            deal(
                "0",
                stage="lost",
                is_won=False,
                created_at=at(1, month=2),
                closed_at=at(20, month=2),
                amount=None,
            ),
            deal("5", created_at=at(20)),
            deal("6", created_at=at(1, month=4)),
        ],
    )
    rows = {
        (r["period_grain"], r["period_start"], r["dimension"], r["dimension_value"]): r
        for r in fct_sales_performance(told)
    }
    march = rows["month", date(2026, 3, 1), "all", "all"]
    assert (march["deals"], march["won"], march["lost"], march["revenue_reporting"]) == (3, 2, 1, 400)
    assert march["win_rate"] == pytest.approx(2 / 3)
    assert march["win_rate_by_value"] == pytest.approx(0.4)
    assert (march["average_deal_value"], march["mean_cycle_days"], march["median_cycle_days"]) == (
        200,
        15,
        15,
    )
    assert (march["new_customers"], march["revenue_per_new_customer"]) == (1, 400)
    assert march["sales_velocity_per_day"] == pytest.approx(5 * (2 / 3) * 200 / 15), (
        "deals 1 to 5 were at hand"
    )
    whole = rows["all", None, "all", "all"]
    assert (whole["deals"], whole["won"], whole["lost"]) == (7, 2, 3)
    assert rows["all", None, "owner", "unknown"]["deals"] == 4
    assert rows["quarter", date(2026, 1, 1), "company_segment", "smb"]["won"] == 2
    april = rows["month", date(2026, 4, 1), "all", "all"]
    assert (april["win_rate"], april["revenue_reporting"], april["average_deal_value"]) == (0, 0, None)
    assert april["win_rate_by_value"] is None and april["sales_velocity_per_day"] is None
    assert ("month", date(2026, 5, 1), "all", "all") not in rows


def test_a_first_win_of_new_business_counts_even_after_an_expansion(
    business: Callable[..., Business],
) -> None:
    told = business(
        companies=[{"company_id": "c", "name": "C", "created_at": at(1)}],
        deals=[
            won("1", at(9, month=2), created_at=at(1, month=2), company_id="c", deal_type="expansion"),
            won("2", at(3), company_id="c"),
            won("3", at(4, month=4), company_id="c"),
        ],
    )
    new = {
        row["period_start"]: row["new_customers"]
        for row in fct_sales_performance(told)
        if row["period_grain"] == "month" and row["dimension"] == "all"
    }
    assert new == {date(2026, 2, 1): 0, date(2026, 3, 1): 1, date(2026, 4, 1): 0}
