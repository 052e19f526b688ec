"""Shapley credits and transitions, in SQL, against what their definitions say one journey after the other."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial
from typing import cast

import duckdb
import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT

MODELS = ROOT / "dbt_project" / "intermediate" / "attribution"
CHECKS = ROOT / "dbt_project" / "tests"
MACROS = ROOT / "dbt_project" / "macros"
CHANNELS = "abcde"
TOUCH = "channel varchar, previous_channel varchar, channel_before_previous varchar, is_last boolean"
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
        rows_checksum=lambda columns: "0",
        markov_state=macro("markov_state", "markov_state", **variables),
    )
    engine.execute(f"create or replace temp table {model} as {sql}")


def macro(file: str, name: str, **variables: object) -> Callable[..., str]:
    """A macro that needs nothing of dbt but vars."""
    template = jinja2.Template((MACROS / f"{file}.sql").read_text())
    return cast(Callable[..., str], getattr(template.make_module({"var": lambda one: variables[one]}), name))


def lay(engine: duckdb.DuckDBPyConnection, paths: Sequence[str]) -> None:
    """The paths of conversions, numbered from 0, as int_attribution__paths has them."""
    fill(
        engine,
        "int_attribution__paths",
        "conversion_type varchar, conversion_key varchar, touchpoint_key varchar, fingerprint bigint,"
        f" {TOUCH}",
        [
            ("won", str(number), f"{number}/{place}", 0, *touch)
            for number, path in enumerate(paths)
            for place, touch in enumerate(touches(path))
        ],
    )


def touches(path: str) -> list[tuple[str, str | None, str | None, bool]]:
    """A path's touches with the two before each."""
    before = [None, None, *path]
    return [
        (channel, before[place + 1], before[place], place + 1 == len(path))
        for place, channel in enumerate(path)
    ]


def fill(engine: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Sequence[tuple]) -> None:
    """Make a table of these rows, and of no others."""
    engine.execute(f"create or replace temp table {name} ({columns})")
    if rows:
        engine.executemany(f"insert into {name} values ({', '.join('?' * len(rows[0]))})", rows)


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
    for model in ("shares", "credits"):
        run(engine, f"int_attribution__shapley_{model}")
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
    for model in ("shares", "credits"):
        run(engine, f"int_attribution__shapley_{model}")
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
    fill(engine, "int_attribution__channel_numbers", "channel varchar, channel_no bigint", [*numbers.items()])
    fill(engine, "int_attribution__type_numbers", "conversion_type varchar, type_no bigint", [("won", 1)])
    ways = Counter(lost)
    # Of each way one stands for all where journeys are told; where touches are counted, everybody is there.
    walked = [(f"{way}/{number}", way) for way, count in ways.items() for number in range(count)]
    converted = [(f"sold/{number}", path) for number, path in enumerate(sold)]
    fill(
        engine,
        "int_attribution__subject_touches",
        "subject_key varchar, " + TOUCH,
        [(subject, *touch) for subject, way in walked + converted for touch in touches(way)],
    )
    fill(
        engine,
        "int_attribution__converted_subjects",
        "conversion_type varchar, subject_key varchar",
        [("won", subject) for subject, _ in converted],
    )
    worth = {str(number): 10.0 * number for number in range(len(sold))}
    columns = "conversion_key varchar, value_reporting decimal(24, 6)"
    fill(engine, "fct_conversions", columns, [*worth.items()])
    fill(
        engine,
        "int_attribution__journeys",
        "type_no bigint, journey_no bigint, conversion_key varchar, journeys bigint, value_reporting double",
        [(1, number + 1, str(number), 1, worth[str(number)]) for number in range(len(sold))],
    )
    fill(
        engine,
        "int_attribution__lost_journeys",
        "lost_types bigint, journey_no bigint, example_subject_key varchar, journeys bigint",
        [(1, number + 1, f"{way}/0", count) for number, (way, count) in enumerate(ways.items())],
    )
    run(engine, "int_attribution__journey_transitions", markov_order=order)
    for model in ("lost_touches", "steps", "transitions"):
        run(engine, f"int_attribution__{model}", markov_order=order)
    expected: Counter[tuple[int, int]] = Counter()
    for path, end in [*((path, -1) for path in sold), *((path, -2) for path in lost)]:
        state, previous = 0, 0
        for channel in path:
            following = numbers[channel] + (previous * 1_000_000 if order == 2 else 0)
            expected[state, following] += 1
            state, previous = following, numbers[channel]
        expected[state, end] += 1
    for count, relation in (
        ("journeys", "journey_transitions"),
        ("transitions", "transitions"),
    ):
        counted = engine.execute(
            f"select from_no, to_no, sum({count}) from int_attribution__{relation} group by all"
        ).fetchall()
        assert {(start, end): int(made) for start, end, made in counted} == dict(expected)
    sales = "select sum(value) from int_attribution__{} where to_no = -1"
    for relation in ("journey_transitions", "transitions"):
        assert engine.execute(sales.format(relation)).fetchall() == [(sum(worth.values()),)]
    check = (CHECKS / "assert_transitions_are_those_of_journeys.sql").read_text()
    failing = jinja2.Template(check).render(
        ref=lambda name: name, config=lambda **told: "", holds_type=macro("type_bits", "holds_type")
    )
    assert engine.execute(failing).fetchall() == []
    for wrong in ("transitions = transitions + 1", "value = value + 0.01"):
        engine.execute(f"update int_attribution__transitions set {wrong} where to_no = -1")
        assert engine.execute(failing).fetchall() != []
        engine.execute(f"update int_attribution__transitions set {wrong.replace('+', '-')} where to_no = -1")


def test_what_channels_are_given_is_held_against_their_touches(engine: duckdb.DuckDBPyConnection) -> None:
    fill(engine, "int_attribution__type_numbers", "conversion_type varchar, type_no bigint", [("won", 1)])
    fill(engine, "int_attribution__models", "model varchar, model_no bigint", [("shapley", 1), ("markov", 2)])
    fill(
        engine, "int_attribution__channel_numbers", "channel varchar, channel_no bigint", [("a", 1), ("b", 2)]
    )
    columns = "type_no bigint, model_no bigint, channel_no bigint, credit double"
    fill(engine, "int_attribution__credit_shares", columns, [(1, 1, 1, 0.5), (1, 1, 2, 0.5), (1, 1, 2, 1.0)])
    fill(
        engine,
        "fct_attribution_credits",
        "conversion_type varchar, model varchar, channel varchar, touchpoint_key varchar, credit double",
        [
            *(("won", "shapley", channel, "t", credit) for channel, credit in (("a", 0.5), ("b", 1.5))),
            ("won", "markov", "a", "t", 1.0),
            ("won", "shapley", None, None, 1.0),
        ],
    )
    check = (CHECKS / "assert_credit_shares_are_the_credits_of_channels.sql").read_text()
    failing = jinja2.Template(check).render(ref=lambda name: name, config=lambda **told: "")
    assert engine.execute(failing).fetchall() == []
    for wrong in ("credit = 2 * credit", "channel_no = 3 - channel_no"):
        engine.execute(f"update int_attribution__credit_shares set {wrong}")
        assert engine.execute(failing).fetchall() != []
        engine.execute(f"update int_attribution__credit_shares set {wrong.replace('2 * ', '0.5 * ')}")


def test_the_rounding_of_many_credits_is_no_fault(engine: duckdb.DuckDBPyConnection) -> None:
    """A million conversions of three thirds, which a sum of doubles doesn't bring back to a million."""
    engine.execute(
        "create or replace temp table fct_attribution_credits as select 'lead' as conversion_type,"
        " 'linear' as model, 't' as touchpoint_key, cast(1 as double) / 3 as credit,"
        " cast(null as decimal(38, 12)) as credited_value_reporting from range(3000000)"
    )
    fill(
        engine,
        "fct_attribution_intervals",
        "conversion_type varchar, model varchar, conversions double, conversions_low double,"
        " conversions_high double, value_reporting double, value_low double, value_high double,"
        " verdict varchar",
        [("lead", "linear", 1e6, 1e6, 1e6, None, None, None, None)],
    )
    check = (CHECKS / "assert_intervals_hold_every_credit.sql").read_text()
    failing = jinja2.Template(check).render(ref=lambda name: name)
    assert engine.execute(failing).fetchall() == []
    engine.execute("update fct_attribution_intervals set conversions = conversions + 0.00001")
    assert len(engine.execute(failing).fetchall()) == 1
