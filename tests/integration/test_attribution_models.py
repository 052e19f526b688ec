"""Shapley credits and transitions, in SQL, against what their definitions say one journey after the other."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from math import factorial

import duckdb
import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT

MODELS = ROOT / "dbt_project" / "intermediate" / "attribution"
CHANNELS = "abcde"
drawn_paths = st.lists(st.text(CHANNELS, min_size=1, max_size=6), min_size=1, max_size=10)


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def run(engine: duckdb.DuckDBPyConnection, model: str, **variables: object) -> None:
    """Make a table of a model whose SQL refers to others only by ref."""
    sql = jinja2.Template((MODELS / f"{model}.sql").read_text()).render(
        ref=lambda name: name,
        var=lambda name: variables[name],
        config=lambda **told: "",
        before_begin=lambda text: text,
        of_conversions_to_build=lambda relation: f"select * from {relation}",
    )
    engine.execute(f"create or replace temp table {model} as {sql}")


def lay(engine: duckdb.DuckDBPyConnection, paths: Sequence[str]) -> None:
    """The paths of conversions, numbered from 0, as int_attribution__paths has them."""
    engine.execute(
        "create or replace temp table int_attribution__paths (conversion_key varchar, channel varchar,"
        " touch_no bigint, touchpoint_key varchar, fingerprint bigint)"
    )
    engine.executemany(
        "insert into int_attribution__paths values (?, ?, ?, ?, 0)",
        [
            (str(number), channel, place + 1, f"{number}/{place}")
            for number, path in enumerate(paths)
            for place, channel in enumerate(path)
        ],
    )


def shapley_value(paths: Sequence[str], channel: str) -> float:
    """What the channel adds to the worth of every set of others, weighed by how often just they come first.

    Shapley (1953). A set is worth the conversions whose channels all lie in it.
    """
    others = [one for one in CHANNELS if one != channel]
    players = len(CHANNELS)
    total = 0.0
    for size in range(players):
        weight = factorial(size) * factorial(players - size - 1) / factorial(players)
        for before in combinations(others, size):
            worth, worth_with = (
                sum(set(path) <= set(members) for path in paths) for members in (before, (*before, channel))
            )
            total += weight * (worth_with - worth)
    return total


@settings(max_examples=60, deadline=None)
@given(paths=drawn_paths)
def test_shapley_credits_are_the_shapley_values_over_all_sets(
    engine: duckdb.DuckDBPyConnection, paths: list[str]
) -> None:
    lay(engine, paths)
    run(engine, "int_attribution__shapley_credits")
    found = dict(
        engine.execute(
            "select channel, sum(credit) from int_attribution__shapley_credits"
            " inner join int_attribution__paths using (conversion_key, touchpoint_key) group by channel"
        ).fetchall()
    )
    for channel in CHANNELS:
        assert found.get(channel, 0.0) == pytest.approx(shapley_value(paths, channel), abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(paths=drawn_paths)
def test_a_channel_s_touches_share_its_part_of_a_conversion(
    engine: duckdb.DuckDBPyConnection, paths: list[str]
) -> None:
    lay(engine, paths)
    run(engine, "int_attribution__shapley_credits")
    rows = engine.execute("select touchpoint_key, credit from int_attribution__shapley_credits").fetchall()
    assert len(rows) == sum(map(len, paths))
    for key, credit in rows:
        number, place = map(int, key.split("/"))
        path = paths[number]
        assert credit == pytest.approx(1 / len(set(path)) / path.count(path[place]))


@settings(max_examples=40, deadline=None)
@given(sold=drawn_paths, lost=drawn_paths, order=st.sampled_from([1, 2]))
def test_transitions_are_those_of_every_journey(
    engine: duckdb.DuckDBPyConnection, sold: list[str], lost: list[str], order: int
) -> None:
    lay(engine, sold)
    numbers = {channel: place + 1 for place, channel in enumerate(CHANNELS)}
    engine.execute(
        "create or replace temp table int_attribution__channel_numbers (channel varchar, channel_no bigint)"
    )
    engine.executemany("insert into int_attribution__channel_numbers values (?, ?)", [*numbers.items()])
    ways = Counter(lost)
    engine.execute(
        "create or replace temp table int_attribution__subject_touches"
        " (subject_key varchar, touch_no bigint, channel varchar)"
    )
    engine.executemany(
        "insert into int_attribution__subject_touches values (?, ?, ?)",
        [(way, place + 1, channel) for way in ways for place, channel in enumerate(way)],
    )
    engine.execute(
        "create or replace temp table int_attribution__journeys (type_no bigint, journey_no bigint,"
        " conversion_key varchar, example_subject_key varchar, is_converted boolean, journeys bigint,"
        " value_reporting double)"
    )
    engine.executemany(
        "insert into int_attribution__journeys values (1, ?, ?, ?, ?, ?, ?)",
        [(number + 1, str(number), None, True, 1, 10.0 * number) for number in range(len(sold))]
        + [
            (len(sold) + 1 + number, None, way, False, count, None)
            for number, (way, count) in enumerate(ways.items())
        ],
    )
    run(engine, "int_attribution__journey_transitions", markov_order=order)
    found = engine.execute(
        "select from_no, to_no, sum(transitions * journeys)"
        " from int_attribution__journey_transitions group by all"
    ).fetchall()
    expected: Counter[tuple[int, int]] = Counter()
    for path, end in [*((path, -1) for path in sold), *((path, -2) for path in lost)]:
        state, previous = 0, 0
        for channel in path:
            following = numbers[channel] + (previous * 1_000_000 if order == 2 else 0)
            expected[state, following] += 1
            state, previous = following, numbers[channel]
        expected[state, end] += 1
    assert {(start, end): int(count) for start, end, count in found} == dict(expected)
