"""A part of the project is built for the day that was asked for, and never published."""

import json
from pathlib import Path

import duckdb

from tests.conftest import DATA, House, bare_environment


def test_a_selection_is_built_on_the_day_that_it_was_asked_for(tmp_path: Path) -> None:
    environment = bare_environment() | {"SOURCES__FILES__BUCKET_URL": str(DATA / "crm_opportunities")}
    house = House(tmp_path / "home", environment)
    house.run("run", "--as-of", "2017-06-01", "--select", "+canonical_as_of")
    told = house.run("run", "--as-of", "2017-07-01", "--select", "canonical_as_of", "--json")
    assert json.loads(told.stdout)["published"] is False
    assert not (house.home / "marts.duckdb").exists()
    with duckdb.connect(str(house.home / "warehouse.duckdb"), read_only=True) as connection:
        days = connection.execute("select as_of_date::varchar from intermediate.canonical_as_of").fetchall()
    assert days == [("2017-07-01",)]
