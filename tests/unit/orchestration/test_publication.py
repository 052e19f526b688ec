from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.publication import Description, history, publish, recall

MARTS = {"dim_days": Description("One row per day.", {"day": "The day's number."})}


def make_warehouse(folder: Path, days: int = 3) -> Path:
    warehouse = folder / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists marts")
        connection.execute("create schema if not exists observability")
        connection.execute(
            "create or replace table marts.dim_days as"
            f" select range as day from range({days}) order by 1 desc"
        )
        connection.execute("create or replace table marts.left_over as select 1 as one")
        for table in ("quarantined_rows", "row_conservation", "check_results"):
            connection.execute(f"create or replace table observability.{table} as select '{table}' as name")
    return warehouse


def publish_days(home: Path, days: int, keep: int = 5, run_id: str = "run") -> None:
    publish(make_warehouse(home, days), home, date(2026, 7, 1), run_id, keep, MARTS)


def read(home: Path, query: str) -> list[tuple[object, ...]]:
    """As a reader should: attached by another name, since "marts" alone is both the file and its schema."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home / 'marts.duckdb'}' as published (read_only)")
        connection.execute("use published")
        return connection.execute(query).fetchall()


def test_publishes_the_named_marts_in_row_order_with_their_meaning(tmp_path: Path) -> None:
    publish_days(tmp_path, days=3)
    assert read(tmp_path, "select day from marts.dim_days") == [(0,), (1,), (2,)]
    assert read(tmp_path, "select comment from duckdb_tables() where table_name = 'dim_days'") == [
        ("One row per day.",)
    ]
    assert read(tmp_path, "select comment from duckdb_columns() where table_name = 'dim_days'") == [
        ("The day's number.",)
    ]
    assert read(tmp_path, "select name from observability.check_results") == [("check_results",)]
    assert read(tmp_path, "from duckdb_tables() where table_name = 'left_over'") == []


def test_publishes_what_was_observed_with_the_marts(tmp_path: Path) -> None:
    warehouse = make_warehouse(tmp_path)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table observability.excluded_rows as select 7 as rows")
    publish(warehouse, tmp_path, date(2026, 7, 1), "run", 5, MARTS, ["excluded_rows"])
    assert read(tmp_path, "select rows from observability.excluded_rows") == [(7,)]


def test_publications_are_numbered_recorded_and_one_is_current(tmp_path: Path) -> None:
    publish_days(tmp_path, days=3, run_id="first")
    publish_days(tmp_path, days=4, run_id="second")
    known = "select version, run_id, row_counts, is_current from observability.published_versions order by 1"
    expected = [
        ("0001-2026-07-01", "first", '{"dim_days": 3}', False),
        ("0002-2026-07-01", "second", '{"dim_days": 4}', True),
    ]
    assert read(tmp_path, known) == expected
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute(known).fetchall() == expected
    assert [row["version"] for row in history(tmp_path / "marts.duckdb")] == [
        "0002-2026-07-01",
        "0001-2026-07-01",
    ]


def test_keeps_the_newest_versions_and_no_unfinished_file(tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "0001-2020-01-01.duckdb.tmp").write_bytes(b"half")
    for days in (1, 2, 3):
        publish_days(tmp_path, days, keep=2)
    assert sorted(file.name for file in (tmp_path / "versions").iterdir()) == [
        "0002-2026-07-01.duckdb",
        "0003-2026-07-01.duckdb",
    ]


def test_a_mart_that_the_warehouse_lacks_leaves_the_earlier_version_served(tmp_path: Path) -> None:
    publish_days(tmp_path, days=3)
    with pytest.raises(duckdb.CatalogException, match="fct_missing"):
        publish(
            tmp_path / "warehouse.duckdb",
            tmp_path,
            date(2026, 7, 2),
            "run",
            5,
            {"fct_missing": Description("One row per nothing.", {})},
        )
    assert read(tmp_path, "select count(*) from marts.dim_days") == [(3,)]


def test_history_of_nothing_is_empty(tmp_path: Path) -> None:
    assert history(tmp_path / "marts.duckdb") == []


def test_a_run_recalls_what_is_served_and_the_name_it_will_have(tmp_path: Path) -> None:
    warehouse = make_warehouse(tmp_path)
    told = "select (select version from run.version), count(*), min(channel) from run.published_figures"
    recall(warehouse, tmp_path, date(2026, 7, 1))
    with duckdb.connect(str(warehouse)) as connection:
        assert connection.execute(told).fetchall() == [("0001-2026-07-01", 0, None)]
        for table in ("published_figures", "published_evidence"):
            connection.execute(f"create table observability.{table} as from run.{table}")
        connection.execute(
            "insert into observability.published_figures (figure, channel) values ('spend', 'x')"
        )
    observed = ["published_figures", "published_evidence"]
    publish(warehouse, tmp_path, date(2026, 7, 1), "run", 5, MARTS, observed)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("delete from observability.published_figures")
    recall(warehouse, tmp_path, date(2026, 7, 2))
    with duckdb.connect(str(warehouse)) as connection:
        assert connection.execute(told).fetchall() == [("0002-2026-07-02", 1, "x")]
