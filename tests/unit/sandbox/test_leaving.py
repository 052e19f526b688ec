"""What makes customers leave is planted, and the world keeps to it."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sandbox.columns import DAY_SECONDS, NEVER, Flags, dice, month_number, months_later
from sandbox.customers import ENTERPRISE, STARTER, TEAM, TERM_WEIGHTS, TERMS, Customers
from sandbox.engagement import make_health
from sandbox.hazards import EARLY, EARLY_MONTHS, MONTH, hazard, time_to_leave
from sandbox.people import Span
from sandbox.subscriptions import FIRST_ADDON, PAYMENT_FAILED, Periods, make_periods
from sandbox.world import World, make_world

COUNT = 8_000
START = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
SPAN = Span(11, START, int(datetime(2026, 7, 1, tzinfo=UTC).timestamp()), COUNT)


@pytest.fixture(scope="module")
def customers() -> Customers:
    """Many customers who begin in the first half year, a third on each plan, without trials."""
    rng, nobody = dice(11, "many"), np.full(COUNT, -1)
    return Customers(
        company=np.arange(COUNT), person=nobody, starts_at=START + rng.integers(0, 180 * DAY_SECONDS, COUNT),
        plan=np.array([STARTER, TEAM, ENTERPRISE])[np.arange(COUNT) % 3],
        is_trial=np.zeros(COUNT, dtype=bool), currency=np.zeros(COUNT, dtype=np.int64), segment=nobody,
        term=rng.choice(TERMS, COUNT, p=TERM_WEIGHTS), discount=nobody,
    )  # fmt: skip


@pytest.fixture(scope="module")
def periods(customers: Customers) -> Periods:
    return make_periods(SPAN, customers, make_health(SPAN, customers))


def left_a_month(periods: Periods, among: Flags) -> float:
    """Departures for each month that those periods lasted."""
    lasted = (np.minimum(periods.ends_at, SPAN.end) - periods.starts_at)[among].sum() / MONTH
    return float((periods.reason[among] >= 0).sum() / lasted)


def test_who_is_served_badly_leaves_sooner(customers: Customers, periods: Periods) -> None:
    health = make_health(SPAN, customers)[periods.customer]
    paid = periods.cents > 0
    low, high = left_a_month(periods, paid & (health < 0)), left_a_month(periods, paid & (health >= 0))
    assert low > 1.8 * high
    shuffled = dice(11, "anybody").permutation(health)
    low, high = left_a_month(periods, paid & (shuffled < 0)), left_a_month(periods, paid & (shuffled >= 0))
    assert 0.85 < low / high < 1.15


def test_the_smallest_plan_is_left_sooner(periods: Periods) -> None:
    paid = (periods.cents > 0) & (periods.sequence < FIRST_ADDON)
    small, large = periods.plan == STARTER, periods.plan == ENTERPRISE
    assert left_a_month(periods, paid & small) > 1.3 * left_a_month(periods, paid & large)


def test_whose_payment_failed_leaves_sooner_and_by_another(customers: Customers, periods: Periods) -> None:
    failed_at = np.full(COUNT, NEVER)
    fails = periods.reason == PAYMENT_FAILED
    np.minimum.at(failed_at, periods.customer[fails], periods.ends_at[fails])
    paid = (periods.cents > 0) & (periods.sequence < FIRST_ADDON)
    after = paid & (periods.starts_at >= failed_at[periods.customer])
    assert left_a_month(periods, after) > 1.5 * left_a_month(periods, paid & ~after)
    by_payment = [fails[among & (periods.reason >= 0)].mean() for among in (after, paid & ~after)]
    assert by_payment[0] > by_payment[1] + 0.2


def test_time_to_leave_is_shorter_in_the_first_months() -> None:
    a_month = np.full(COUNT * 5, 0.1)
    young = time_to_leave(dice(11, "young"), a_month, np.zeros(COUNT * 5, dtype=np.int64)) / MONTH
    old = time_to_leave(dice(11, "old"), a_month, np.full(COUNT * 5, 12 * MONTH)) / MONTH
    assert old.mean() == pytest.approx(10, rel=0.03)
    early = 1 - np.exp(-EARLY * 0.1 * EARLY_MONTHS)
    assert (young < EARLY_MONTHS).mean() == pytest.approx(early, abs=0.01)
    assert (young[young >= EARLY_MONTHS] - EARLY_MONTHS).mean() == pytest.approx(10, rel=0.03)


def test_each_sign_multiplies_the_hazard() -> None:
    usual, low, small, failed = hazard(
        np.array([0.0, -1, 0, 0]), np.array([False, False, True, False]), np.array([False] * 3 + [True])
    )
    assert low / usual == pytest.approx(np.exp(0.8))
    assert (small / usual, failed / usual) == (pytest.approx(1.7), pytest.approx(2.5))


def test_who_pays_for_a_year_leaves_as_it_ends(customers: Customers, periods: Periods) -> None:
    begun_at = np.full(COUNT, NEVER)
    np.minimum.at(begun_at, periods.customer, periods.starts_at)
    left = (periods.reason >= 0) & (periods.sequence == 0) & (periods.cents > 0)
    left &= periods.ends_at - begun_at[periods.customer] > 10 * DAY_SECONDS
    shares = {}
    for term in TERMS:
        mine = left & (customers.term[periods.customer] == term)
        begun, ended = begun_at[periods.customer[mine]], periods.ends_at[mine]
        months = month_number(ended) - month_number(begun)
        shares[term] = ((months % term == 0) & (months_later(begun, months) == ended)).mean()
    assert shares[3] > 0.75 and shares[12] > 0.5 and shares[1] < 0.05


def test_a_month_later_is_the_same_day_or_the_last() -> None:
    at = datetime(2026, 1, 31, 17, 5, tzinfo=UTC)
    (feb, leap, next_year) = months_later(np.full(3, int(at.timestamp())), np.array([1, 25, 12])).tolist()
    assert datetime.fromtimestamp(feb, UTC) == datetime(2026, 2, 28, 17, 5, tzinfo=UTC)
    assert datetime.fromtimestamp(leap, UTC) == datetime(2028, 2, 29, 17, 5, tzinfo=UTC)
    assert datetime.fromtimestamp(next_year, UTC) == datetime(2027, 1, 31, 17, 5, tzinfo=UTC)


@pytest.fixture(scope="module", params=[7, 11])
def made(request: pytest.FixtureRequest) -> World:
    return make_world(seed=request.param)


def by_customer(world: World) -> dict[str, list[dict[str, Any]]]:
    """Every customer's paid periods in order of time."""
    found = defaultdict(list)
    for row in world["subscription_periods"].to_pylist():
        if row["monthly_amount"] > 0 and not row["is_trial"]:
            found[row["customer_id"]].append(row)
    return found


def test_gaps_short_and_long_pauses_and_lives_within_a_month(made: World) -> None:
    gaps, within, overlaps = [], 0, 0
    for rows in by_customer(made).values():
        for earlier, later in pairwise(rows):
            if earlier["ended_at"] and earlier["cancel_reason"]:
                gaps.append(later["started_at"] - earlier["ended_at"])
            overlaps += earlier["ended_at"] is None or later["started_at"] < earlier["ended_at"]
        first, ended_at = rows[0], rows[0]["ended_at"]
        within += ended_at is not None and first["cancel_reason"] is not None and (
            (first["started_at"].year, first["started_at"].month) == (ended_at.year, ended_at.month)
        )  # fmt: skip
    assert any(timedelta(days=3) <= gap <= timedelta(days=10) for gap in gaps)
    assert any(gap >= timedelta(days=20) for gap in gaps)
    assert within > 0 and overlaps > 0
    paused = [
        row for row in made["subscription_periods"].to_pylist()
        if row["monthly_amount"] == 0 and not row["is_trial"]
    ]  # fmt: skip
    assert paused


def test_enough_first_lives_end_to_learn_from(made: World) -> None:
    ended = [rows[0]["customer_id"] for rows in by_customer(made).values()
             if any(row["cancel_reason"] for row in rows)]  # fmt: skip
    assert len(ended) >= 35


def test_terms_seats_and_discounts_vary(made: World) -> None:
    rows = [row for row in made["subscription_periods"].to_pylist() if row["subscription_id"] != "sub_test"]
    assert {row["interval_months"] for row in rows} == {1, 3, 12}
    assert {None, 1} < {row["quantity"] for row in rows}
    discounts = {row["discount_amount"] for row in rows}
    assert {None, 0} < discounts and max(discounts - {None}) > 0
    for row in rows:
        if row["discount_amount"]:
            assert row["discount_amount"] < row["monthly_amount"] * (row["quantity"] or 1)


def test_renewals_are_won_and_lost(made: World) -> None:
    renewals = [deal for deal in made["deals"].to_pylist() if deal["deal_type"] == "renewal"]
    assert {deal["is_won"] for deal in renewals} == {True, False, None}
