"""The marts are what the world knows, however often and in however many steps a house was run."""

from datetime import UTC, datetime, time

import duckdb
import pytest

from sandbox.truth import truth
from sandbox.world import WORLD_AS_OF, make_world
from tests.against_truth import differences
from tests.conftest import House

# tests/integration/test_demo.py has another company's truth.
SEED = ("--seed", "11")

# The one mart that tells of publications, and not of the company.
OF_PUBLICATIONS = "fct_restatements"


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> House:
    """One run to the last day."""
    house = House(tmp_path_factory.mktemp("once") / "home")
    house.run("demo", *SEED)
    return house


def test_every_mart_says_what_the_world_knows(at_once: House) -> None:
    world = make_world(11).at(datetime.combine(WORLD_AS_OF, time(), UTC))
    assert differences(at_once.home / "marts.duckdb", at_once.home / "warehouse.duckdb", truth(world)) == {}


def test_a_second_run_changes_no_mart(at_once: House) -> None:
    before = at_once.marts()
    loads = at_once.query("select max(load_id) from observability.row_conservation")
    assert len(before) >= 24
    assert all(before[mart] for mart in ("fct_deals", "fct_touchpoints", "fct_mrr_monthly"))
    at_once.run("demo", *SEED)
    assert changed(before, at_once.marts()) == []
    assert before[OF_PUBLICATIONS] == []
    assert at_once.query("select max(load_id) from observability.row_conservation") > loads
    assert at_once.query("select bool_and(is_conserved) from observability.row_conservation") == [(True,)]


@pytest.fixture(scope="module")
def in_steps(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Two runs to the last day."""
    house = House(tmp_path_factory.mktemp("steps") / "home")
    house.run("demo", *SEED, "--as-of", "2026-05-31")
    assert forgotten(house) > 0, "the clicks that Google told of then, and of which one run is never told"
    house.run("demo", *SEED, "--as-of", "2026-07-01")
    return house


def test_several_runs_to_a_day_say_what_one_says(in_steps: House, at_once: House) -> None:
    once, stepped = at_once.marts(), in_steps.marts()
    assert (once.pop(OF_PUBLICATIONS), len(stepped.pop(OF_PUBLICATIONS)) > 0) == ([], True)
    assert changed(once, stepped) == []


def test_what_was_restated_leads_to_what_one_run_says(in_steps: House, at_once: House) -> None:
    last = """
        select figure, period_month, channel, model, conversion_type, value_after
        from observability.published_figures
        qualify row_number() over (
            partition by figure, period_month, channel, model, conversion_type order by version desc
        ) = 1 and value_after != 0
        order by all
    """
    assert in_steps.query(last) == at_once.query(last)
    [(rows, months, unexplained)] = in_steps.query(
        "select count(*), count(distinct period_month), count_if(reason = 'other')"
        " from marts.fct_restatements"
    )
    assert (rows > 0, months > 1, unexplained) == (True, True, 0)


def forgotten(house: House) -> int:
    """Forget the clicks of which Google tells no more on the last day; how many those are."""
    with duckdb.connect(str(house.home / "warehouse.duckdb")) as connection:
        old = "delete from raw_google_ads.click_views where date < date '2026-07-01' - 90"
        return connection.execute(old).fetchall()[0][0]


def changed(before: dict[str, list[tuple]], after: dict[str, list[tuple]]) -> list[str]:
    """The marts that differ, with how many rows do and one of them."""
    assert before.keys() == after.keys()
    differing = {name: set(before[name]) ^ set(after[name]) for name in before if before[name] != after[name]}
    return [f"{name}: {len(rows)} rows, such as {min(rows, key=str)}" for name, rows in differing.items()]
