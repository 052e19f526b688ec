"""The funnel's models against a reference that follows one event at a time: thousands of made-up people."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.funnel_models import built, inputs_of
from tests.funnel_reference import (
    MODES,
    Attempt,
    Happening,
    Step,
    attempts,
    best,
    matured_rate,
    product_limit,
)
from tests.models import Model

START = datetime(2026, 1, 1)  # noqa: DTZ001 (the warehouse's timestamps are naive UTC)
PEOPLE = 250
NAMES = ("a", "b", "c", "d", "other")
windows = st.none() | st.integers(0, 40)
steps = st.builds(
    Step,
    names=st.sampled_from((*NAMES[:4], "a:repeat", "b:repeat")),
    funnel_window=windows,
    step_window=st.none() | st.none() | st.integers(0, 15),
) | st.builds(Step, names=st.just(""), entered_by=st.just("touchpoint"))


@st.composite
def funnels(draw: st.DrawFn) -> list[Step]:
    """Two to six steps whose windows are as the models read them: own, else the greatest of the funnel."""
    drawn = draw(st.lists(steps, min_size=2, max_size=6))
    greatest = max((step.funnel_window for step in drawn if step.funnel_window is not None), default=None)
    return [
        Step(step.names, step.entered_by, greatest if step.funnel_window is None else step.funnel_window,
             step.step_window)
        for step in drawn
    ]  # fmt: skip


def crowd(seed: int) -> dict[str, list[Happening]]:
    """People with up to two dozen happenings within less than a minute, so that many fall on one second."""
    random = np.random.default_rng(seed)
    people = {}
    for person in range(PEOPLE):
        count, span = random.integers(1, 25), random.integers(1, 60)
        happenings = zip(
            random.integers(0, span, count), random.choice(NAMES, count), random.random(count), strict=True
        )
        people[f"p{person}"] = [
            Happening(int(second), f"{person}-{number:02}", "" if is_touch < 0.15 else str(name),
                      "touchpoint" if is_touch < 0.15 else "event")
            for number, (second, name, is_touch) in enumerate(happenings)
        ]  # fmt: skip
    return people


def inputs(funnel: Sequence[Step], people: dict[str, list[Happening]], as_of: int) -> dict[str, pa.Table]:
    """The relations that the models read."""
    seed = [
        {"funnel": "f", "step_no": number, "step": f"s{number}", "zone": "tofu",
         "entered_by": step.entered_by, "match": step.names or None, "step_window_seconds": step.step_window,
         "funnel_window_seconds": step.funnel_window}
        for number, step in enumerate(funnel, 1)
    ]  # fmt: skip
    happened = [
        {"person_key": person, "occurred_at": START + timedelta(seconds=one.second), "id": one.id,
         "name": one.name, "kind": one.kind}
        for person, happenings in people.items() for one in happenings
    ]  # fmt: skip
    return inputs_of(seed, happened, START + timedelta(seconds=as_of))


def progress(tries: dict[str, list[Attempt]], mode: str) -> Iterator[tuple]:
    """The rows that fct_funnel_progress has of one mode."""
    for person, found in tries.items():
        for number, attempt in enumerate(found):
            for place, entered in enumerate(attempt.entered):
                wait = attempt.reached[place] - attempt.reached[place - 1] if place else None
                yield (
                    mode, person, number + 1, number == best(found), place + 1,
                    START + timedelta(seconds=entered), None if wait is None else round(wait),
                )  # fmt: skip


@settings(
    max_examples=24,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(funnel=funnels(), seed=st.integers(0, 2**32 - 1), patience=st.integers(0, 60))
def test_attempts_and_rates_are_those_of_the_reference(
    funnel_models: list[Model], funnel: list[Step], seed: int, patience: int
) -> None:
    people = crowd(seed)
    as_of = max(one.second for happenings in people.values() for one in happenings) + patience
    warehouse = built(funnel_models, inputs(funnel, people, as_of))
    found = defaultdict(set)
    for row in warehouse.rows(
        "select person_key, order_mode, person_key, attempt_no, is_best_attempt, step_no, entered_at,"
        " round(days_from_previous * 86400)::bigint from warehouse.marts.fct_funnel_progress"
    ):
        found[row[0]].add(row[1:])
    told = defaultdict(set)
    rates: dict[tuple[str, int], float | None] = {}
    for mode in MODES:
        tries = {person: attempts(funnel, happenings, mode) for person, happenings in people.items()}
        for row in progress(tries, mode):
            told[row[1]].add(row)
        bests = [one[best(one)] for one in tries.values() if one]
        for step_no in range(1, len(funnel) + 1):
            rates[mode, step_no] = matured_rate(funnel, step_no, bests, as_of)
    wrong = {
        person: (people[person], told[person] ^ found[person])
        for person in people
        if told[person] != found[person]
    }
    assert not wrong, f"{funnel}: {next(iter(wrong.items()))}"
    matured = {
        (mode, step_no): rate
        for mode, step_no, rate in warehouse.rows(
            "select order_mode, step_no, matured_rate from warehouse.marts.fct_funnel_conversion"
            " where segment_name = 'all'"
        )
    }
    assert matured == pytest.approx({key: rates[key] for key in matured}, abs=1e-9)
    assert bool(matured) == bool(any(told.values()))


@pytest.mark.parametrize(
    ("waits", "advanced", "rate"),
    [
        ([1, 2, 3, 3, 3, np.inf], [True, False, True, True, False, False], 7 / 12),
        ([1, 2, 3], [False, False, False], 0),
        ([1, 2, 2], [True, True, True], 1),
        ([1, 2, np.inf, np.inf], [True, True, False, False], 0.5),
        ([2, 2, 5], [True, False, True], 1),
    ],
    ids=["ties", "nobody advanced", "everybody advanced", "nobody censored", "the last one advanced"],
)
def test_the_reference_is_right_where_the_answer_is_known_by_hand(
    waits: list[float], advanced: list[bool], rate: float
) -> None:
    assert product_limit(waits, advanced) == pytest.approx(rate, abs=1e-12)
