"""Ordered attempts and their conversion, worked out by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from sandbox.truth.business import Business
from sandbox.truth.funnel import attempts, best, fct_funnel_conversion, fct_funnel_progress, wilson


def at(day: int, hour: int = 0, month: int = 3, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


WINDOW = timedelta(days=10)


def test_each_first_step_starts_an_attempt_that_goes_on_at_the_earliest() -> None:
    found = attempts([[at(1), at(5)], [at(3), at(4), at(6)], [at(2), at(6)]], WINDOW)
    assert found == [[at(1), at(3), at(6)], [at(5), at(6), at(6)]]
    assert best(found) == 0, "both are as deep; the earlier counts"


def test_the_window_includes_its_end_and_no_more() -> None:
    inside, outside = [[at(1)], [at(11)]], [[at(1)], [at(11, 1)]]
    assert attempts(inside, WINDOW) == [[at(1), at(11)]]
    assert attempts(outside, WINDOW) == [[at(1)]]
    assert attempts(outside, None) == [[at(1), at(11, 1)]]


def test_a_later_attempt_that_goes_deeper_is_the_best() -> None:
    found = attempts([[at(1), at(20)], [at(25)]], WINDOW)
    assert [len(reached) for reached in found] == [1, 2]
    assert best(found) == 1


def test_events_at_one_moment_count_in_step_order() -> None:
    assert attempts([[at(1)], [at(1)], [at(1)]], WINDOW) == [[at(1), at(1), at(1)]]


def test_wilson_bounds_are_where_the_score_test_just_accepts() -> None:
    # By its definition a bound p satisfies (share - p)^2 = z^2 p (1 - p) / n.
    for successes, trials in ((10, 100), (1, 3), (0, 5), (7, 7)):
        low, high = wilson(successes, trials)
        assert low is not None and high is not None and low <= successes / trials <= high
        for bound in (low, high):
            distance = (successes / trials - bound) ** 2
            assert distance == pytest.approx(1.959964**2 * bound * (1 - bound) / trials, abs=1e-12)
    assert wilson(0, 0) == (None, None)


def test_people_count_once_in_the_month_of_their_best_attempt(business: Callable[..., Business]) -> None:
    told = business(
        as_of=date(2026, 7, 1),
        contacts=[{"contact_id": "1", "email": "a@x.example", "created_at": at(1), "country": "Egypt"}],
        identities=[{"anonymous_id": "a", "email": "a@x.example", "seen_at": at(1)}],
        touchpoints=[
            {"touchpoint_id": "t1", "anonymous_id": "a", "occurred_at": at(1, year=2025)},
            {"touchpoint_id": "t2", "anonymous_id": "a", "occurred_at": at(30)},
            {"touchpoint_id": "t3", "anonymous_id": "b", "occurred_at": at(31)},
        ],
        lifecycle_history=[{"contact_id": "1", "stage": "lead", "entered_at": at(1, month=4)},
                           {"contact_id": "1", "stage": "mql", "entered_at": at(3, month=4)},
                           {"contact_id": "1", "stage": "sql", "entered_at": at(5, month=4)}],
    )  # fmt: skip
    mine = [row for row in fct_funnel_progress(told) if row["person"] == "a@x.example"]
    assert [(row["attempt_no"], row["is_best_attempt"], row["step"]) for row in mine] == [
        (1, False, "visitor"), (2, True, "visitor"), (2, True, "lead"), (2, True, "mql"),
    ]  # fmt: skip
    assert [row["days_from_previous"] for row in mine] == [None, None, 2.0, 2.0]
    rows = {(r["segment_name"], r["segment_value"], r["step"]): r for r in fct_funnel_conversion(told)}
    assert {row["cohort_month"] for row in rows.values()} == {date(2026, 3, 1)}
    everybody = rows["all", "all", "visitor"]
    assert (everybody["entered"], everybody["advanced"], everybody["conversion_rate"]) == (2, 1, 0.5)
    assert everybody["median_days_to_next"] == 2
    assert not everybody["is_mature"]
    assert rows["all", "all", "mql"]["cumulative_rate"] == 0.5
    assert rows["all", "all", "sal"]["entered"] == 0
    assert rows["all", "all", "customer"]["advanced"] is None
    assert rows["country", "Egypt", "lead"]["advanced"] == 1
    assert rows["country", "unknown", "visitor"]["entered"] == 1


def test_a_cohort_is_mature_once_its_last_day_is_a_window_ago(business: Callable[..., Business]) -> None:
    visit = [{"touchpoint_id": "t", "anonymous_id": "a", "occurred_at": at(1, year=2025)}]
    for as_of, mature in ((date(2026, 3, 30), False), (date(2026, 3, 31), True)):
        rows = fct_funnel_conversion(business(as_of=as_of, touchpoints=visit))
        assert {row["is_mature"] for row in rows} == {mature}
