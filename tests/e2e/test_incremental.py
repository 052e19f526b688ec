"""How often and in how many steps a house was run shows in no mart."""

from pathlib import Path

import pytest

from tests.conftest import House


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> House:
    """One run to the last day."""
    house = House(tmp_path_factory.mktemp("once") / "home")
    house.run("demo")
    return house


def test_a_second_run_changes_no_mart(at_once: House) -> None:
    before = at_once.marts()
    loads = at_once.query("select max(load_id) from observability.row_conservation")
    assert len(before) >= 24
    assert all(before[mart] for mart in ("fct_deals", "fct_touchpoints", "fct_mrr_monthly"))
    at_once.run("demo")
    assert changed(before, at_once.marts()) == []
    assert at_once.query("select max(load_id) from observability.row_conservation") > loads
    assert at_once.query("select bool_and(is_conserved) from observability.row_conservation") == [(True,)]


def test_several_runs_to_a_day_say_what_one_says(tmp_path: Path, at_once: House) -> None:
    in_steps = House(tmp_path / "home")
    for day in ("2026-03-15", "2026-05-31", "2026-07-01"):
        in_steps.run("demo", "--as-of", day)
    assert changed(at_once.marts(), in_steps.marts()) == []


def changed(before: dict[str, list[tuple]], after: dict[str, list[tuple]]) -> list[str]:
    """The marts that differ, with how many rows do and one of them."""
    assert before.keys() == after.keys()
    differing = {name: set(before[name]) ^ set(after[name]) for name in before if before[name] != after[name]}
    return [f"{name}: {len(rows)} rows, such as {min(rows, key=str)}" for name, rows in differing.items()]
