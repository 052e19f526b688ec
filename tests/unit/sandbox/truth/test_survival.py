"""Lives, their curves and the test between them, worked out by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from scipy.stats import chi2

from sandbox.truth.business import Business
from sandbox.truth.survival import (
    completed_months,
    curve_of,
    lives,
    log_rank,
    restricted_mean,
    upper_tail,
)
from tests.freireich import MERCAPTOPURINE, PLACEBO


def at(day: int, month: int) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


def period(start: datetime, end: datetime | None = None, amount: int = 100, **more: Any) -> dict[str, Any]:
    given = {
        "subscription_id": f"s{start}",
        "customer_id": "c",
        "company_id": "c",
        "started_at": start,
        "ended_at": end,
        "monthly_amount": Decimal(amount),
        "quantity": None,
        "discount_amount": None,
        "is_trial": False,
    }
    return {**given, **more}


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 1, 31), date(2026, 2, 27), 0),
        (date(2026, 1, 31), date(2026, 3, 30), 1),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2025, 12, 5), date(2026, 1, 4), 0),
        (date(2026, 3, 5), date(2026, 3, 5), 0),
    ],
)
def test_months_are_completed_on_the_day_they_began(first: date, last: date, told: int) -> None:
    assert completed_months(first, last) == told


def test_a_life_is_the_first_spell_and_is_split_by_what_customers_had_first(
    business: Callable[..., Business],
) -> None:
    ended = [period(at(1, 1), at(1, 2), segment="smb"), period(at(1, 2), at(1, 3)), period(at(2, 3))]
    told = lives(business(subscription_periods=[*ended, period(at(31, 5), customer_id="d", company_id="d")]))
    assert told["all", "all"] == [(2, True), (1, False)]
    assert told["segment", "smb"] == [(2, True)]
    assert told["segment", "unknown"] == [(1, False)]
    assert {name for name, _ in told} == {"all", "segment", "plan", "acquisition_channel", "country"}


def test_the_published_remissions() -> None:
    curve = {row["tenure_months"]: row for row in curve_of(MERCAPTOPURINE)}
    assert [round(curve[week]["survival"], 3) for week in (5, 6, 22, 23)] == [1, 0.857, 0.538, 0.448]
    assert (round(curve[6]["survival_low"], 3), round(curve[6]["survival_high"], 3)) == (0.620, 0.952)
    assert (curve[5]["survival_low"], curve[0]["median_tenure_months"]) == (None, 23)
    assert round(restricted_mean(curve_of(MERCAPTOPURINE), 35)["restricted_mean_months"], 2) == 23.29
    assert round(restricted_mean(curve_of(PLACEBO), 35)["restricted_mean_months"], 2) == 8.67
    assert restricted_mean(curve_of(MERCAPTOPURINE), 37)["restricted_mean_months"] is None
    test = log_rank([MERCAPTOPURINE, PLACEBO])
    assert (round(test["log_rank_chi_square"]["low"], 2), test["degrees_of_freedom"]) == (16.79, 1)


def test_nobody_beside_another_is_no_test() -> None:
    assert log_rank([[(0, False)], [(3, True)]])["refusal"] == "nobody left beside customers of another value"


@pytest.mark.parametrize("degrees", range(1, 9))
def test_the_tail_is_chi_square_s(degrees: int) -> None:
    for value in (0.0, 0.5, 3.84, 16.79, 60.0):
        assert upper_tail(value, degrees) == pytest.approx(float(chi2.sf(value, degrees)), rel=1e-10)
