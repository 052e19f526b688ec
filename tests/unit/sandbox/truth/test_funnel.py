"""Ordered attempts and their conversion, worked out by hand."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from sandbox.truth.business import Business
from sandbox.truth.funnel import fct_funnel_conversion, fct_funnel_progress, matured_rate, wilson
from sandbox.truth.journeys import Attempt, Journey, Step, best


def at(day: int, hour: int = 0, month: int = 3, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


DAY = timedelta(days=1)
FUNNEL = [Step(name, "tofu", "event", name, 10 * DAY) for name in ("one", "two", "three")]


def tried(
    mode: str, *steps: list[datetime], other: Sequence[datetime] = (), funnel: list[Step] | None = None
):
    """The moments of every attempt of one person with these events, `other` ones enter no step."""
    told = [(moment, frozenset({number})) for number, moments in enumerate(steps, 1) for moment in moments]
    told += [(moment, frozenset()) for moment in other]
    journey = Journey([list(moments) for moments in steps], told, {})
    return journey.attempts(funnel or FUNNEL[: len(steps)], mode)


def moments(attempts: list[Attempt]) -> list[list[datetime]]:
    return [[moment for moment, _ in attempt.reached] for attempt in attempts]


def waits(attempts: list[Attempt]) -> list[list[timedelta | None]]:
    return [[wait for _, wait in attempt.reached] for attempt in attempts]


def test_each_first_step_starts_an_attempt_that_goes_on_at_the_earliest() -> None:
    found = tried("ordered", [at(1), at(5)], [at(3), at(4), at(6)], [at(2), at(6)])
    assert moments(found) == [[at(1), at(3), at(6)], [at(5), at(6), at(6)]]
    assert best(found) == 0, "both are as deep; the earlier counts"


def test_the_window_includes_its_end_and_no_more() -> None:
    for mode in ("ordered", "strict", "any"):
        assert moments(tried(mode, [at(1)], [at(11)])) == [[at(1), at(11)]]
        assert moments(tried(mode, [at(1)], [at(11, 1)])) == [[at(1)]]


def test_a_step_window_runs_from_the_step_before() -> None:
    funnel = [FUNNEL[0], FUNNEL[1], Step("three", "bofu", "event", "three", 10 * DAY, 2 * DAY)]
    for mode in ("ordered", "strict", "any"):
        assert len(tried(mode, [at(1)], [at(4)], [at(6)], funnel=funnel)[0].reached) == 3
        assert len(tried(mode, [at(1)], [at(4)], [at(6, 1)], funnel=funnel)[0].reached) == 2


def test_a_later_attempt_that_goes_deeper_is_the_best() -> None:
    found = tried("ordered", [at(1), at(20)], [at(25)])
    assert [len(attempt.reached) for attempt in found] == [1, 2]
    assert best(found) == 1


def test_events_at_one_moment_count_in_step_order() -> None:
    for mode in ("ordered", "strict"):
        assert moments(tried(mode, [at(1)], [at(1)], [at(1)])) == [[at(1), at(1), at(1)]]


@pytest.mark.parametrize(
    ("steps", "other", "reached"),
    [
        (([at(1)], [at(3)]), [at(2)], 1),
        (([at(1)], [at(3)]), [at(1)], 1),
        (([at(1)], [at(3)]), [at(3)], 2),
        (([at(1), at(2)], [at(3)]), [], 2),
        (([at(1)], [at(3)], [at(2)]), [], 1),
        (([at(1)], [at(2), at(4)], [at(5)]), [], 3),
        (([at(1), at(4)], [at(2)], [at(5)]), [], 2),
    ],
    ids=[
        "a foreign event between", "one at the first step's moment comes after it",
        "one at the next step's moment comes after that", "a repeat of the current step is none",
        "a later step too early", "a repeat of step two", "a first step between two and three",
    ],
)  # fmt: skip
def test_any_other_event_ends_a_strict_attempt(steps, other, reached) -> None:
    assert len(tried("strict", *steps, other=other)[0].reached) == reached


def test_in_any_order_an_event_of_any_step_opens_an_attempt() -> None:
    found = tried("any", [at(3)], [at(1)], [at(8)])
    assert [attempt.started_at for attempt in found] == [at(1), at(3)]
    assert moments(found)[0] == [at(3), at(1), at(8)]
    assert waits(found)[0] == [None, timedelta(0), 5 * DAY], "two had been done when one came"
    assert moments(found)[1] == [at(3)], "the opening event's step must be among those reached"


def test_matured_rate_counts_who_is_still_on_the_way_as_far_as_known() -> None:
    # Two of four go on, after 2 and 6 days; one is seen for 4 days; one's window is over.
    tries = [Attempt(at(1), [(at(1), None), (at(3), 2 * DAY)]),
             Attempt(at(1), [(at(1), None), (at(7), 6 * DAY)]),
             Attempt(at(16), [(at(16), None)]), Attempt(at(2), [(at(2), None)])]  # fmt: skip
    assert matured_rate(at(20), FUNNEL, 0, tries) == pytest.approx(1 - (3 / 4) * (1 / 2))
    assert matured_rate(at(20), FUNNEL, 1, tries[2:]) is None
    assert matured_rate(at(20), FUNNEL, 0, tries[2:]) == 0.0


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
    mine = [
        row
        for row in fct_funnel_progress(told)
        if row["person"] == "a@x.example" and row["order_mode"] == "ordered"
    ]
    assert [(row["attempt_no"], row["is_best_attempt"], row["step"]) for row in mine] == [
        (1, False, "visitor"), (2, True, "visitor"), (2, True, "lead"), (2, True, "mql"),
    ]  # fmt: skip
    assert [row["days_from_previous"] for row in mine] == [None, None, 2.0, 2.0]
    rows = {
        (r["segment_name"], r["segment_value"], r["step"]): r
        for r in fct_funnel_conversion(told)
        if r["order_mode"] == "ordered"
    }
    assert {row["cohort_month"] for row in rows.values()} == {date(2026, 3, 1)}
    everybody = rows["all", "all", "visitor"]
    assert (everybody["entered"], everybody["advanced"], everybody["conversion_rate"]) == (2, 1, 0.5)
    assert everybody["median_days_to_next"] == 2
    assert not everybody["is_mature"]
    assert rows["all", "all", "mql"]["cumulative_rate"] == 0.5
    assert rows["all", "all", "sal"]["entered"] == 0
    assert rows["all", "all", "renewed"]["advanced"] is None
    assert rows["country", "Egypt", "lead"]["advanced"] == 1
    assert rows["country", "unknown", "visitor"]["entered"] == 1


def test_a_cohort_is_mature_once_its_last_day_is_a_window_ago(business: Callable[..., Business]) -> None:
    visit = [{"touchpoint_id": "t", "anonymous_id": "a", "occurred_at": at(1, year=2025)}]
    for as_of, mature in ((date(2026, 3, 31), False), (date(2026, 4, 1), True)):
        rows = fct_funnel_conversion(business(as_of=as_of, touchpoints=visit))
        assert {row["is_mature"] for row in rows if row["step"] == "visitor"} == {mature}
