"""A source's rows reach the warehouse once, whatever happens to the process on the way."""

import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import dlt
import duckdb
import pytest
from dlt.destinations.impl.duckdb.duck import DuckDbClient
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.errors import Misconfigured
from ingestion.judging import TypeFlip
from ingestion.landing import Read, land
from ingestion.pipeline import LoadReport, declare, ingest, load, prepare
from ingestion.registry import SOURCES, Source
from ingestion.table import DDL_TYPES, Table

Query = Callable[[str], list[tuple]]
DAY = date(2026, 7, 1)
DEALS = Table(
    "deals",
    {"id": "text", "url": "text", "amount": "decimal", "updated_at": "timestamp", "stages": "json"},
    key=("id", "url"),
    empty_in_key=("url",),
    newest_by="updated_at",
)
MEMBERS = Table("members", {"list_id": "text", "id": "text"}, key=("list_id", "id"), replaces=("list_id",))


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A vendor whose replies a test sets, as pages of `deals` and `members`; `asked`: the cursors it saw."""
    module = ModuleType("shop_of_tests")
    module.TABLES = (DEALS, MEMBERS)
    module.deals, module.members, module.asked = [], [], []

    def resources(as_of: date, window: Any) -> list[Any]:
        @dlt.resource(name="deal_pages")
        def deal_pages() -> Iterator[Any]:
            state = dlt.current.resource_state()
            module.asked.append(state.get("cursor"))
            yield from module.deals
            state["cursor"] = len(module.asked)

        @dlt.resource(name="member_pages")
        def member_pages() -> Iterator[Any]:
            yield from module.members

        return [deal_pages | land(DEALS, "shop-1"), member_pages | land(MEMBERS, "shop-1")]

    module.resources = resources
    monkeypatch.setitem(sys.modules, module.__name__, module)
    shop = Source("shop", module.__name__, ("token", "secret"), "Set SOURCES__SHOP__TOKEN and __SECRET.")
    monkeypatch.setitem(SOURCES, "shop", shop)
    monkeypatch.setenv("SOURCES__SHOP__TOKEN", "token-of-tests")
    monkeypatch.setenv("SOURCES__SHOP__SECRET", "secret-of-tests")
    yield module


@pytest.fixture
def query(tmp_path: Path) -> Query:
    def ask(sql: str) -> list[tuple]:
        with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()

    return ask


def deal(id_: str, amount: Any = 1, day: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": id_, "amount": amount, "updated_at": f"2026-01-{day:02}T00:00:00Z", **more}


def conserved(report: LoadReport) -> dict[str, tuple[int, int, int, int]]:
    assert report.is_complete
    return {
        name: (counts.extracted, counts.loaded, counts.deduplicated, counts.quarantined)
        for name, counts in report.tables.items()
    }


def test_rows_are_merged_by_key_and_all_are_accounted_for(shop: ModuleType, tmp_path: Path, query) -> None:
    shop.deals = [[deal("1", 10, 2), deal("1", 5, 1), deal("2", "lots"), deal("3", stages=[{"a": 1}])]]
    first = ingest("shop", tmp_path, DAY)
    assert conserved(first) == {"deals": (4, 2, 1, 1)}
    assert query("select id, amount::int, stages from raw_shop.deals order by id") == [
        ("1", 10, None),
        ("3", 1, '[{"a": 1}]'),
    ]
    shop.deals = [[deal("1", 11, 3)], [deal("4", url="u")]]
    second = ingest("shop", tmp_path, DAY)
    assert conserved(second) == {"deals": (2, 2, 0, 0)}
    assert query("select id, amount::int from raw_shop.deals order by id") == [("1", 11), ("3", 1), ("4", 1)]
    assert query(
        "select load_id, extracted, loaded, is_conserved from observability.row_conservation order by 1"
    ) == [
        (first.load_id, 4, 2, True),
        (second.load_id, 2, 2, True),
    ]
    assert query(
        "select source_system, entity, row_number, reason, load_id from observability.quarantined_rows"
    ) == [("shop", "deals", 3, "column amount: 'lots' is not a decimal", first.load_id)]


def test_a_silent_source_has_its_tables(shop: ModuleType, tmp_path: Path, query: Query) -> None:
    ingest("shop", tmp_path, DAY)
    assert query("select count(*) from raw_shop.deals") == [(0,)]
    assert query("select count(*) from raw_shop.members") == [(0,)]


def test_what_a_replaced_group_no_longer_has_goes(shop: ModuleType, tmp_path: Path, query: Query) -> None:
    shop.members = [
        [{"list_id": "a", "id": "1"}, {"list_id": "a", "id": "2"}, {"list_id": "b", "id": "1"}],
        Read([("a",), ("b",)]),
    ]
    assert conserved(ingest("shop", tmp_path, DAY)) == {"members": (3, 3, 0, 0)}
    shop.members = [[{"list_id": "a", "id": "2"}], Read([("a",)])]
    ingest("shop", tmp_path, DAY)
    assert query("select list_id, id from raw_shop.members order by all") == [("a", "2"), ("b", "1")]
    shop.members = [Read([("b",)])]
    ingest("shop", tmp_path, DAY)
    assert query("select list_id, id from raw_shop.members") == [("a", "2")]


def test_a_new_column_is_added(shop: ModuleType, tmp_path: Path, query: Query) -> None:
    shop.deals = [[deal("1")]]
    ingest("shop", tmp_path, DAY)
    shop.deals = [[deal("2", discount=0.5)]]
    ingest("shop", tmp_path, DAY)
    assert query("select id, discount from raw_shop.deals order by id") == [("1", None), ("2", 0.5)]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ([deal("2", discount="half")], "column discount: stored as double, arrives as text"),
        ([deal("2", "a"), deal("3", "b")], "column amount: stored as decimal, arrives as text"),
    ],
)
def test_a_type_flip_stops_loudly_and_keeps_nothing(
    shop: ModuleType, tmp_path: Path, query: Query, page: list[dict], words: str
) -> None:
    shop.deals = [[deal("1", discount=0.5)]]
    ingest("shop", tmp_path, DAY)
    shop.deals = [[deal("9")], page]
    with pytest.raises(TypeFlip, match=f"table deals, {words}"):
        ingest("shop", tmp_path, DAY)
    assert query("select id from raw_shop.deals") == [("1",)]
    shop.deals = [[deal("2")]]
    ingest("shop", tmp_path, DAY)
    assert query("select id from raw_shop.deals order by id") == [("1",), ("2",)]
    assert shop.asked == [None, 1, 1], "a failed run must not move the cursor"


def test_a_run_killed_before_loading_is_completed_later(shop: ModuleType, tmp_path: Path, query) -> None:
    shop.deals = [[deal("1"), deal("2", "lots")]]
    prepare("shop", tmp_path, DAY)
    shop.deals = [[deal("3")]]
    assert conserved(ingest("shop", tmp_path, DAY)) == {"deals": (1, 1, 0, 0)}
    assert query("select id from raw_shop.deals order by id") == [("1",), ("3",)]
    assert shop.asked == [None, 1]
    assert query(
        "select extracted, loaded, quarantined from observability.row_conservation order by load_id"
    ) == [
        (2, 1, 1),
        (1, 1, 0),
    ]
    assert query("select count(*) from observability.quarantined_rows") == [(1,)]


def test_a_run_killed_in_the_middle_of_loading_counts_no_row_twice(
    shop: ModuleType, tmp_path: Path, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.deals = [[deal("1"), deal("2", "lots")]]
    with monkeypatch.context() as killed:

        def die(*_: Any) -> None:
            raise KeyboardInterrupt

        killed.setattr(DuckDbClient, "complete_load", die)
        with pytest.raises(PipelineStepFailed, match="KeyboardInterrupt"):
            ingest("shop", tmp_path, DAY)
    assert query("select id from raw_shop.deals") == [("1",)]
    shop.deals = []
    ingest("shop", tmp_path, DAY)
    assert query("select id from raw_shop.deals") == [("1",)]
    assert query("select extracted, loaded, quarantined from observability.row_conservation") == [(2, 1, 1)]
    assert query("select count(*) from observability.quarantined_rows") == [(1,)]


def test_a_package_that_is_loaded_again_counts_once(shop: ModuleType, tmp_path: Path, query: Query) -> None:
    shop.deals = [[deal("1"), deal("2", "lots")]]
    prepared = prepare("shop", tmp_path, DAY)
    shutil.copytree(tmp_path / "dlt", tmp_path / "before")
    load(prepared)
    # As if the process had died after its last insert, before it could write that the load is complete.
    shutil.rmtree(tmp_path / "dlt")
    (tmp_path / "before").rename(tmp_path / "dlt")
    for table in ("raw_shop._dlt_loads", "observability.row_conservation", "observability.quarantined_rows"):
        query(f"delete from {table}")
    shop.deals = []
    ingest("shop", tmp_path, DAY)
    assert query("select extracted, loaded, quarantined from observability.row_conservation") == [(2, 1, 1)]
    assert query("select count(*) from observability.quarantined_rows") == [(1,)]


def spoil(home: Path) -> None:
    """Make the pending package one that can never be loaded."""
    packages = list((home / "dlt" / "shop" / "load" / "normalized").glob("*/new_jobs/deals.*.parquet"))
    assert packages
    for package in packages:
        package.write_bytes(b"no parquet")


def test_a_package_that_can_never_load_is_extracted_anew(
    shop: ModuleType, tmp_path: Path, query: Query, caplog: pytest.LogCaptureFixture
) -> None:
    shop.deals = [[deal("1")]]
    prepare("shop", tmp_path, DAY)
    spoil(tmp_path)
    assert conserved(ingest("shop", tmp_path, DAY)) == {"deals": (1, 1, 0, 0)}
    assert query("select id from raw_shop.deals") == [("1",)]
    assert shop.asked == [None, None]
    assert "shop: the package cannot be loaded and is extracted anew" in caplog.text


def test_a_failed_load_does_not_move_the_cursor(shop: ModuleType, tmp_path: Path, query: Query) -> None:
    shop.deals = [[deal("1")]]
    prepared = prepare("shop", tmp_path, DAY)
    spoil(tmp_path)
    with pytest.raises(PipelineStepFailed):
        load(prepared)
    ingest("shop", tmp_path, DAY)
    assert query("select id from raw_shop.deals") == [("1",)]
    assert shop.asked == [None, None]


def test_a_deleted_warehouse_is_filled_again(shop: ModuleType, tmp_path: Path, query: Query) -> None:
    shop.deals = [[deal("1")]]
    ingest("shop", tmp_path, DAY)
    prepare("shop", tmp_path, DAY)
    (tmp_path / "warehouse.duckdb").unlink()
    declare(tmp_path)
    ingest("shop", tmp_path, DAY)
    assert query("select id from raw_shop.deals") == [("1",)]
    assert shop.asked == [None, 1, None]


def test_a_deleted_working_folder_changes_nothing(shop: ModuleType, tmp_path: Path) -> None:
    ingest("shop", tmp_path, DAY)
    shop.deals = [[deal("1")]]
    ingest("shop", tmp_path, DAY)
    shutil.rmtree(tmp_path / "dlt")
    ingest("shop", tmp_path, DAY)
    assert shop.asked[2] is not None


def test_a_full_refresh_reads_everything_anew(shop: ModuleType, tmp_path: Path, query: Query) -> None:
    shop.deals = [[deal("1", discount=1), deal("2")]]
    shop.members = [[{"list_id": "a", "id": "1"}]]
    ingest("shop", tmp_path, DAY)
    shop.deals, shop.members = [[deal("2", discount="half")]], []
    ingest("shop", tmp_path, DAY, full_refresh=True)
    assert query("select id, discount from raw_shop.deals") == [("2", "half")]
    assert query("select count(*) from raw_shop.members") == [(0,)]
    assert shop.asked == [None, None]


def test_sources_are_prepared_in_threads_and_loaded_in_turn(
    shop: ModuleType, tmp_path: Path, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.deals = [[deal(str(n)) for n in range(500)]]
    names = ["shop", "shop_two", "shop_three"]
    for name in names[1:]:
        monkeypatch.setitem(SOURCES, name, Source(name, shop.__name__, (), "Always on."))
    with ThreadPoolExecutor() as threads:
        prepared = list(threads.map(lambda name: prepare(name, tmp_path, DAY), names))
    reports = [load(one) for one in prepared]
    assert [report.tables["deals"].loaded for report in reports] == [500, 500, 500]
    assert [query(f"select count(*) from raw_{name}.deals") for name in names] == [[(500,)]] * 3


def test_declaring_makes_every_table_and_keeps_what_is_there(tmp_path: Path, query: Query) -> None:
    declare(tmp_path)
    query("insert into raw_files.costs (category) values ('salaries')")
    declare(tmp_path)
    assert query("select category from raw_files.costs") == [("salaries",)]
    types = {
        (schema, table, column): kind.lower()
        for schema, table, column, kind in query(
            "select table_schema, table_name, column_name, data_type from information_schema.columns"
        )
    }
    for source in SOURCES.values():
        for table in source.tables:
            for column, kind in table.all_columns.items():
                found = types[(source.dataset, table.name, column)].replace(",", ", ")
                assert found == DDL_TYPES[kind], f"{source.dataset}.{table.name}.{column}"
    assert ("observability", "row_conservation", "is_conserved") in types
    assert types[("observability", "quarantined_rows", "rejected_at")] == "timestamp"


def test_a_declared_table_gains_a_column_that_is_declared_later(tmp_path: Path, query: Query) -> None:
    declare(tmp_path)
    query("alter table raw_files.costs drop column channel")
    declare(tmp_path)
    assert query("select channel from raw_files.costs") == []


def test_a_load_accepts_the_declared_tables(shop: ModuleType, tmp_path: Path, query: Query) -> None:
    declare(tmp_path)
    before = query("describe raw_shop.deals")
    shop.deals = [[deal("1", stages={"a": [1]})]]
    ingest("shop", tmp_path, DAY)
    assert query("describe raw_shop.deals") == before


def test_an_unconfigured_source_says_how_to_turn_it_on(
    shop: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCES__SHOP__TOKEN")
    with pytest.raises(Misconfigured, match="shop is half configured: SOURCES__SHOP__TOKEN missing"):
        ingest("shop", tmp_path, DAY)
    monkeypatch.delenv("SOURCES__SHOP__SECRET")
    with pytest.raises(Misconfigured, match=r"shop is not configured\. Set SOURCES__SHOP__TOKEN and"):
        ingest("shop", tmp_path, DAY)
    with pytest.raises(Misconfigured, match="no source is called 'shoop'; there are hubspot, google_ads"):
        ingest("shoop", tmp_path, DAY)
    assert not (tmp_path / "warehouse.duckdb").exists()


def test_a_window_is_refused_where_nothing_is_read_by_the_day(shop: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="shop takes no window of days"):
        ingest("shop", tmp_path, DAY, window=(DAY, DAY))


def test_telemetry_is_off_wherever_it_runs(shop: ModuleType, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    ingest("shop", tmp_path, DAY)
    assert dlt.config["runtime.dlthub_telemetry"] is False
