"""Deals stage by stage, what moved the pipeline, and what became of deals, worked out by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sandbox.truth.business import Business
from sandbox.truth.movements import fct_deal_slippage, fct_pipeline_movements, fct_pipeline_then_and_now
from sandbox.truth.performance import fct_deal_losses, fct_sales_performance_by_cohort
from sandbox.truth.pipeline import fct_deal_history, fct_deal_stage_intervals, fct_pipeline_daily

Rows = list[dict[str, Any]]
FIRST, SECOND, THIRD = "appointment_scheduled", "qualified_to_buy", "presentation_scheduled"


def at(day: int, hour: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def deal(deal_id: str, **more: Any) -> dict[str, Any]:
    return {
        "deal_id": deal_id, "stage": FIRST, "created_at": at(1), "pipeline": "default",
        "amount": Decimal(100), "currency": "USD", "deal_type": "new", **more,
    }  # fmt: skip


def moved(deal_id: str, *stays: tuple[str, datetime]) -> Rows:
    return [{"deal_id": deal_id, "stage": stage, "entered_at": moment} for stage, moment in stays]


def changed(deal_id: str, field: str, *values: tuple[str, datetime]) -> Rows:
    return [
        {"deal_id": deal_id, "field": field, "value": value, "changed_at": moment} for value, moment in values
    ]


def deleted(deal_id: str, moment: datetime) -> Rows:
    return [{"object": "deal", "id": deal_id, "archived_at": moment}]


def test_each_stay_in_a_stage_says_how_it_came_about(business: Callable[..., Business]) -> None:
    stays = (
        (FIRST, at(1)), (FIRST, at(2)), (THIRD, at(4)), (SECOND, at(5)), (THIRD, at(7)), ("lost", at(8)),
        (FIRST, at(10)), ("won", at(10, 12)),
    )  # fmt: skip
    told = business(
        deals=[deal("1", stage="won", closed_at=at(10, 12), is_won=True)],
        deal_stage_history=moved("1", *stays),
    )
    found = [
        (row["entry_no"], row["movement"], row["days_in_stage"]) for row in fct_deal_stage_intervals(told)
    ]
    assert found == [
        (1, "created", 3), (2, "skipped", 1), (3, "regressed", 2), (4, "advanced", 1), (5, "lost", 2),
        (6, "reopened", 0.5), (7, "won", None),
    ]  # fmt: skip


def test_a_deleted_deal_ends_where_it_was_deleted(business: Callable[..., Business]) -> None:
    told = business(
        as_of=date(2026, 3, 10),
        deals=[deal("1"), deal("2")],
        deal_stage_history=moved("1", (FIRST, at(1))),
        archived_objects=deleted("1", at(4, 12)),
    )
    first, second = fct_deal_stage_intervals(told)
    assert (first["exited_at"], first["days_in_stage"]) == (at(4, 12), 3.5)
    assert (second["exited_at"], second["days_in_stage"]) == (None, 9)
    assert [row["valid_to"] for row in fct_deal_history(told)] == [at(4, 12), None]
    days = [row["date_day"] for row in fct_pipeline_daily(told) if row["open_deals"] == 2]
    assert days == [date(2026, 3, day) for day in (1, 2, 3)]


def test_history_has_a_row_where_something_changed(business: Callable[..., Business]) -> None:
    told = business(
        deals=[deal("1", currency="EUR", stage="won", closed_at=at(31), is_won=True)],
        deal_stage_history=moved("1", (FIRST, at(1)), ("won", at(31))),
        deal_field_history=[
            *changed("1", "amount", ("50", at(3)), ("50", at(4)), ("80", at(31))),
            *changed("1", "owner", ("Ann", at(1)), ("Bea", at(5))),
            *changed("1", "close_date_expected", ("2026-04-01", at(1))),
        ],
    )
    found = [
        (row["valid_from"], row["owner"], row["amount_reporting"], row["is_open"])
        for row in fct_deal_history(told)
    ]
    assert found == [
        (at(1), "Ann", Decimal("55.0"), True),
        (at(5), "Bea", Decimal("55.0"), True),
        (at(31), "Bea", Decimal("96.0"), False),
    ]


def test_a_month_of_movements(business: Callable[..., Business]) -> None:
    """In March a euro rises from 1.1 to 1.2 on the 31st."""
    told = business(
        as_of=date(2026, 4, 11),
        deals=[
            deal("1", currency="EUR", created_at=at(20, month=2)),
            deal("2", stage="won", closed_at=at(9), is_won=True),
            deal("3"), deal("4"),
            deal("5", stage="lost", closed_at=at(1, month=2), is_won=False),
        ],
        deal_stage_history=[
            *moved("1", (FIRST, at(20, month=2))), *moved("2", (FIRST, at(2)), ("won", at(9))),
            *moved("3", (FIRST, at(1)), ("lost", at(4)), (SECOND, at(6))),
        ],
        deal_field_history=[
            *changed("1", "amount", ("100", at(20, month=2)), ("130", at(10))),
            *changed("2", "amount", ("70", at(2)), ("90", at(9))),
            *changed("3", "pipeline", ("default", at(1)), ("partners", at(12))),
        ],
        archived_objects=deleted("4", at(15)),
    )  # fmt: skip
    found = {
        row["movement"]: (row["deals"], row["amount_reporting"])
        for row in fct_pipeline_movements(told)
        if (row["pipeline"], row["period_month"]) == ("default", date(2026, 3, 1))
    }
    assert found == {
        "opening": (1, Decimal(110)), "created": (3, Decimal(270)), "reopened": (1, Decimal(100)),
        "increased": (0, Decimal(53)), "decreased": (0, Decimal(0)), "transferred_in": (0, Decimal(0)),
        "transferred_out": (-1, Decimal(-100)), "won": (-1, Decimal(-90)), "lost": (-1, Decimal(-100)),
        "deleted": (-1, Decimal(-100)), "fx": (0, Decimal(13)), "closing": (1, Decimal(156)),
    }  # fmt: skip
    april = [row for row in fct_pipeline_movements(told) if row["period_month"] == date(2026, 4, 1)]
    assert {(row["pipeline"], row["movement"]) for row in april if row["amount_reporting"]} == {
        ("default", "opening"), ("default", "closing"), ("partners", "opening"), ("partners", "closing"),
    }  # fmt: skip


def test_what_became_of_what_was_open(business: Callable[..., Business]) -> None:
    told = business(
        as_of=date(2026, 4, 11),
        deals=[
            deal("1", currency="EUR"),
            deal("2", stage="won", closed_at=at(9, month=4), is_won=True, amount=Decimal(90)),
            deal("3"),
        ],
        deal_stage_history=moved("2", (FIRST, at(2)), ("won", at(9, month=4))),
        deal_field_history=changed("2", "amount", ("70", at(2)), ("90", at(9, month=4))),
        archived_objects=deleted("3", at(2, month=4)),
    )
    assert [tuple(row.values()) for row in fct_pipeline_then_and_now(told)] == [
        (date(2026, 3, 31), "default", FIRST, FIRST, "open", 1, Decimal("120.0"), Decimal("120.0")),
        (date(2026, 3, 31), "default", FIRST, "deleted", "deleted", 1, Decimal(100), Decimal(0)),
        (date(2026, 3, 31), "default", FIRST, "won", "won", 1, Decimal(70), Decimal(90)),
    ]


def test_a_closing_that_slips(business: Callable[..., Business]) -> None:
    told = business(
        deals=[deal("1", stage="lost", closed_at=at(20), is_won=False), deal("2")],
        deal_field_history=changed(
            "1", "close_date_expected", ("2026-04-10", at(1)), ("2026-04-20", at(5)), ("2026-05-05", at(6)),
            ("2026-05-01", at(20)), ("2027-01-01", at(21)),
        ),
    )  # fmt: skip
    (row,) = fct_deal_slippage(told)
    assert (row["first_close_date"], row["current_close_date"]) == (date(2026, 4, 10), date(2026, 5, 1))
    assert (row["times_pushed"], row["days_pushed"], row["times_pulled"]) == (2, 25, 1)
    assert row["days_slipped"] == 21
    assert (row["times_pushed_to_later_month"], row["last_pushed_at"]) == (1, at(6))


def test_deals_by_the_month_of_their_creation_and_those_lost(business: Callable[..., Business]) -> None:
    lost = {"stage": "lost", "is_won": False, "amount": Decimal(300)}
    told = business(
        companies=[{"company_id": "c", "name": "C", "employee_count": 51, "created_at": at(1)}],
        deals=[
            deal("1", stage="won", is_won=True, closed_at=at(11), company_id="c"),
            deal("2", closed_at=at(2, month=4), company_id="c", lost_reason="price", **lost),
            deal("3"),
            deal("4", created_at=at(1, month=4), closed_at=at(5, month=4), **lost),
        ],
        deal_stage_history=moved("2", (SECOND, at(1)), ("lost", at(2, month=4))),
    )
    march = next(row for row in fct_sales_performance_by_cohort(told) if row["dimension"] == "all")
    assert (march["period_month"], march["deals"], march["open_deals"]) == (date(2026, 3, 1), 3, 1)
    assert (march["won"], march["lost"], march["win_rate"], march["new_customers"]) == (1, 1, 0.5, 1)
    assert march["win_rate_by_value"] == pytest.approx(0.25)
    assert (march["mean_cycle_days"], march["average_deal_value"]) == (10, 100)
    names = ("last_open_stage", "lost_reason", "size_band", "deals", "amount_reporting")
    assert [tuple(row[name] for name in names) for row in fct_deal_losses(told)] == [
        (SECOND, "price", "51-200", 1, 300),
        ("unknown", "not recorded", "unknown", 1, 300),
    ]
