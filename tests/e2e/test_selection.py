"""A part of the project is built for the day that was asked for, and never published."""

import json
from pathlib import Path

from tests.conftest import DATA, House, bare_environment


def test_a_selection_is_built_on_the_day_that_it_was_asked_for(tmp_path: Path) -> None:
    environment = bare_environment() | {"SOURCES__FILES__BUCKET_URL": str(DATA / "crm_opportunities")}
    house = House(tmp_path / "home", environment)
    house.run("run", "--as-of", "2017-06-01", "--select", "+canonical_as_of")
    told = house.run("run", "--as-of", "2017-07-01", "--select", "canonical_as_of", "--json")
    assert json.loads(told.stdout)["published"] is False
    assert not (house.home / "marts.duckdb").exists()
    days = house.built("select as_of_date::varchar from intermediate.canonical_as_of")
    assert days == [("2017-07-01",)]


def test_a_selection_that_stands_behind_an_estimate_has_it_estimated(tmp_path: Path) -> None:
    files = tmp_path / "files"
    contacts = "contact_id,created_at,email\n1,2026-01-01,ann@example.org\n2,2026-01-02,bob@example.org\n"
    identities = "anonymous_id,email,seen_at\nvisitor,ann@example.org,2026-01-03\n"
    for folder, rows in (("contacts", contacts), ("identities", identities)):
        (files / folder).mkdir(parents=True)
        (files / folder / "all.csv").write_text(rows)
    house = House(tmp_path / "home", bare_environment() | {"SOURCES__FILES__BUCKET_URL": str(files)})
    house.run("run", "--as-of", "2026-02-01", "--select", "stg_estimates__person_components")
    sizes = house.built(
        "select count(*) from staging.stg_estimates__person_components group by component_no order by 1"
    )
    built = house.built("select count(*) from duckdb_tables() where schema_name = 'marts'")
    assert sizes == [(2,), (3,)], "a contact with its address, and one with an anonymous visitor beside"
    assert built == [(0,)]
