"""Spells of subscriptions, worked out by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.truth.business import Business
from sandbox.truth.core import dim_customers
from sandbox.truth.spells import subscription_spells

Spells = list[tuple[datetime, datetime | None]]


def at(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


def paid(number: int, began: datetime, ended: datetime | None = None, **more: Any) -> dict[str, Any]:
    return {
        "subscription_id": f"s{number}", "customer_id": "c", "email": "a@x.example", "started_at": began,
        "ended_at": ended, "monthly_amount": Decimal(10), **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([paid(1, at(1), at(5)), paid(1, at(5))], [(at(1), None)]),
        ([paid(1, at(1), at(20)), paid(2, at(3), at(4)), paid(3, at(20), at(21))], [(at(1), at(21))]),
        ([paid(1, at(1), at(5)), paid(1, at(15))], [(at(1), None)]),
        ([paid(1, at(1), at(5)), paid(1, at(16))], [(at(1), at(5)), (at(16), None)]),
        ([paid(1, at(1), at(5)), paid(2, at(5), at(16), is_trial=True), paid(3, at(16))],
         [(at(1), at(5)), (at(16), None)]),
        ([paid(1, at(1), at(1)), paid(2, at(4), at(3)), paid(3, at(9), at(2, 7))], [(at(9), None)]),
    ],
    ids=["end is start", "overlap", "gap of the days", "longer gap", "trial between", "nothing and later"],
)  # fmt: skip
def test_spells_meet_across_a_gap_of_the_days(
    business: Callable[..., Business], periods: Any, expected: Spells
) -> None:
    rows = subscription_spells(business(subscription_periods=periods), timedelta(days=10))
    assert [(row["started_at"], row["ended_at"]) for row in rows] == expected
    assert [row["spell_no"] for row in rows] == list(range(1, len(expected) + 1))


def test_a_spell_ends_for_the_reason_of_what_ended_last(business: Callable[..., Business]) -> None:
    why = {"churn_type": "voluntary", "cancel_reason": "price"}
    told = business(
        subscription_periods=[
            paid(2, at(1), at(20), **why),
            paid(1, at(3), at(20), churn_type="involuntary"),
            paid(3, at(4), at(9), **why),
            paid(4, at(21), at(2, 4), **why),
        ]
    )
    first, second = subscription_spells(told)
    assert (first["last_subscription_id"], first["churn_type"], first["cancel_reason"]) == (
        "s1",
        "involuntary",
        None,
    )
    assert (first["is_within_month"], second["is_within_month"]) == (True, False)
    assert second["cancel_reason"] == "price"


def test_a_customer_keeps_what_it_first_bought(business: Callable[..., Business]) -> None:
    order = {"order_id": "o", "customer_id": "c", "email": "a@x.example", "amount": Decimal(5)}
    told = business(
        contacts=[{"contact_id": "1", "email": "a@x.example", "created_at": at(1), "country": "Egypt"}],
        subscription_periods=[
            paid(1, at(1), at(5), plan="trial", is_trial=True),
            paid(1, at(5), at(9), plan="pro"),
            paid(1, at(9), plan="basic"),
        ],
        orders=[
            {**order, "ordered_at": at(3)},
            {**order, "order_id": "p", "ordered_at": at(4), "product": "Setup"},
            {**order, "order_id": "q", "ordered_at": at(5), "product": "Growth"},
        ],
    )
    (customer,) = dim_customers(told)
    assert (customer["country"], customer["first_product"], customer["first_plan"]) == (
        "Egypt",
        "Setup",
        "pro",
    )
    assert customer["acquisition_campaign"] is None
