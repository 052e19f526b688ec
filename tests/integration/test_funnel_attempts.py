"""The funnel's models against a reference that follows one event at a time: thousands of made-up people."""

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT, bare_environment
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

START = datetime(2026, 1, 1)  # noqa: DTZ001 (the warehouse's timestamps are naive UTC)
PEOPLE = 250
NAMES = ("a", "b", "c", "d", "other")
MODELS = (
    "int_funnel__people", "int_funnel__steps", "int_funnel__windows", "int_funnel__candidates",
    "int_funnel__events", "int_funnel__next_steps", "int_funnel__ordered_attempts",
    "int_funnel__disturbed_transitions", "int_funnel__strict_attempts", "int_funnel__any_attempts",
    "int_funnel__attempts", "int_funnel__best_attempt_steps", "int_funnel__cohort_steps",
    "int_funnel__time_to_next", "fct_funnel_progress", "fct_funnel_conversion",
)  # fmt: skip
EMPTY = """
create table warehouse.intermediate.canonical_lifecycle_history
    (contact_id text, person_key text, stage text, entered_at timestamp);
create table warehouse.intermediate.canonical_deals
    (deal_key text, deal_id text, person_key text, segment text, deal_type text);
create table warehouse.intermediate.canonical_deal_stage_history
    (deal_key text, stage text, entered_at timestamp);
create table warehouse.marts.fct_conversions
    (conversion_id text, deal_key text, person_key text, conversion_type text, converted_at timestamp);
create table warehouse.marts.dim_companies (company_key text, industry text, size_band text);
"""


class Models:
    """The compiled models over inputs of one's own, in memory."""

    def __init__(self, compiled: Path) -> None:
        self.sql = [
            (file.parent.parent.name, name, file.read_text())
            for name in MODELS
            for file in compiled.glob(f"*/*/{name}.sql")
        ]
        self.database = duckdb.connect()
        self.database.execute("set TimeZone = 'UTC'; attach ':memory:' as warehouse")
        for schema in ("intermediate", "marts", "seeds"):
            self.database.execute(f"create schema warehouse.{schema}")
        self.database.execute(EMPTY)

    def judge(self, inputs: dict[str, pa.Table]) -> None:
        """Build every model over the inputs."""
        for name, rows in inputs.items():
            self.database.register("rows", rows)
            self.database.execute(f"create or replace table warehouse.{name} as select * from rows")
        for schema, name, sql in self.sql:
            self.database.execute(f"create or replace table warehouse.{schema}.{name} as {sql}")

    def rows(self, sql: str) -> list[tuple]:
        return self.database.execute(sql).fetchall()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    home = tmp_path_factory.mktemp("funnel")
    folders = ["--project-dir", "dbt_project", "--profiles-dir", "dbt_project"]
    folders += ["--target-path", str(home / "target"), "--log-path", str(home / "logs")]
    subprocess.run(
        [Path(sys.executable).parent / "dbt", "--no-version-check", "compile", *folders, "--select", *MODELS],
        cwd=ROOT,
        env=bare_environment() | {"FUNNELHOUSE_HOME": str(home), "PATH": os.environ["PATH"]},
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=600,
    )
    found = Models(home / "target" / "compiled" / "funnelhouse")
    assert len(found.sql) == len(MODELS)
    return found


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
    kinds = pa.schema(
        [(name, pa.int64() if name.endswith(("_no", "_seconds")) else pa.string()) for name in seed[0]]
    )
    happened = [
        {"person_key": person, "occurred_at": START + timedelta(seconds=one.second), "id": one.id,
         "name": one.name, "kind": one.kind}
        for person, happenings in people.items() for one in happenings
    ]  # fmt: skip
    table = pa.Table.from_pylist(happened)
    nothing = pa.nulls(table.num_rows, pa.string())
    touches = pa.table({
        "touchpoint_id": table["id"], "person_key": table["person_key"], "occurred_at": table["occurred_at"],
        "touch_type": nothing,
    })  # fmt: skip
    events = pa.table({
        "event_id": table["id"], "person_key": table["person_key"], "occurred_at": table["occurred_at"],
        "event_name": table["name"], "segment": nothing,
    })  # fmt: skip
    columns = ("company_key", "segment", "lead_source", "acquisition_channel", "country")
    moment = START + timedelta(seconds=as_of)
    return {
        "seeds.funnels": pa.Table.from_pylist(seed, schema=kinds),
        "marts.fct_touchpoints": touches.filter(pa.compute.equal(table["kind"], "touchpoint")),
        "intermediate.canonical_funnel_events": events.filter(pa.compute.equal(table["kind"], "event")),
        "marts.dim_people": pa.table(
            {"person_key": list(people)} | {name: pa.nulls(len(people), pa.string()) for name in columns}
        ),
        "intermediate.canonical_as_of": pa.table({"as_of": [moment], "as_of_date": [moment.date()]}),
    }


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
    models: Models, funnel: list[Step], seed: int, patience: int
) -> None:
    people = crowd(seed)
    as_of = max(one.second for happenings in people.values() for one in happenings) + patience
    models.judge(inputs(funnel, people, as_of))
    found = defaultdict(set)
    for row in models.rows(
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
        for mode, step_no, rate in models.rows(
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
