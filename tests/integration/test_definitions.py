"""What Dagster is told: one lineage from raw tables to the page, its checks, jobs and schedules."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dagster import AssetKey, DagsterInstance, Definitions, build_schedule_context

from ingestion.registry import SOURCES
from orchestration.estimates import ESTIMATES
from orchestration.selection import check_rounds


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory, parsed: Path) -> Definitions:
    """Of a home that dbt's manifest has been made for."""
    home = tmp_path_factory.mktemp("home")
    (home / "dbt").mkdir()
    shutil.copy(parsed / "target" / "manifest.json", home / "dbt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUNNELHOUSE_HOME", str(home))
        patch.delenv("FUNNELHOUSE_SEEDS", raising=False)
        from orchestration.definitions import defs

        return defs()


def test_importing_the_definitions_touches_no_file(tmp_path: Path) -> None:
    code = (
        "import sys, orchestration.definitions; assert 'dbt' not in sys.modules and 'dlt' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    assert list(tmp_path.iterdir()) == []


def test_every_asset_has_a_group_and_a_description(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    assets = [graph.get(key) for key in graph.get_all_asset_keys()]
    assert len(assets) > 150
    assert [asset.key for asset in assets if not asset.description and asset.group_name != "seeds"] == []
    groups = {asset.group_name for asset in assets}
    for source in SOURCES:
        assert {f"raw_{source}", f"staging_{source}"} <= groups
    assert {"run", "seeds", "canonical", "marts_core", "marts_funnel", "marts_churn", "published"} <= groups
    assert [asset.key for asset in assets if not asset.is_materializable] == []


def test_the_lineage_is_one_from_as_of_through_every_raw_table_to_the_page(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()

    def ancestors(key: AssetKey) -> set[AssetKey]:
        seen: set[AssetKey] = set()
        waiting = [key]
        while waiting:
            for parent in graph.get(waiting.pop()).parent_keys - seen:
                seen.add(parent)
                waiting.append(parent)
        return seen

    page = ancestors(AssetKey(["published", "page"]))
    marts = {key for key in graph.get_all_asset_keys() if key.path[0] == "marts"}
    assert len(marts) >= 24
    assert marts <= page
    assert AssetKey(["run", "as_of"]) in page
    raw = {
        AssetKey([f"raw_{source.name}", table.name]) for source in SOURCES.values() for table in source.tables
    }
    assert raw <= set(graph.get_all_asset_keys())
    staged = {key for asset in graph.get_all_asset_keys() for key in graph.get(asset).parent_keys} & raw
    assert staged == raw, "a raw table that no model reads"


def test_no_operation_is_split_by_dagster_to_break_a_circle(definitions: Definitions) -> None:
    """A part of a part would start dbt once more, and see none of what the whole is told."""
    declared = {asset.op.name for asset in definitions.assets or []}  # type: ignore[union-attr]
    declared |= {check.op.name for check in definitions.asset_checks or []}  # type: ignore[union-attr]
    assert {node.name for node in definitions.resolve_job_def("full").nodes} == declared


def test_an_estimate_stands_between_what_it_reads_and_what_reads_it(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for estimate in ESTIMATES:
        asset = graph.get(AssetKey(["raw_estimates", estimate.name]))
        assert asset.group_name == "estimates"
        assert asset.parent_keys == {AssetKey(estimate.reads.split("."))}
        assert {key.path[0] for key in asset.child_keys} == {"staging"}


def test_every_raw_table_and_mart_has_checks_that_block(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    checks = {(key.asset_key, key.name) for key in graph.asset_check_keys}
    for source in SOURCES.values():
        for table in source.tables:
            key = AssetKey([f"raw_{source.name}", table.name])
            assert {(key, "rows_conserved"), (key, "expectations")} <= checks
            assert graph.get(graph_check(graph, key, "expectations")).blocking
    for key in graph.get_all_asset_keys():
        if key.path[0] == "marts":
            assert (key, "expectations") in checks


def graph_check(graph: object, asset: AssetKey, name: str) -> object:
    [found] = [key for key in graph.asset_check_keys if (key.asset_key, key.name) == (asset, name)]  # type: ignore[attr-defined]
    return found


def test_every_check_is_made_in_a_round_that_no_other_part_can_stop(definitions: Definitions) -> None:
    rounds = check_rounds(definitions)
    assert len(rounds) == 4, "checks beside dbt, and three parts of dbt"
    assert sum(map(len, rounds)) == len(frozenset().union(*rounds))
    assert frozenset().union(*rounds) == definitions.resolve_asset_graph().asset_check_keys


def test_only_sources_that_can_be_read_by_day_are_partitioned(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    partitioned = {key.path[0] for key in graph.get_all_asset_keys() if graph.get(key).partitions_def}
    assert partitioned == {f"raw_{source.name}" for source in SOURCES.values() if source.accepts_window}


def test_the_hourly_job_leaves_ads_mail_and_docs_alone(definitions: Definitions) -> None:
    def assets(job: str) -> set[str]:
        keys = definitions.resolve_job_def(job).asset_layer.selected_asset_keys
        return {key.path[0] if key.path[0].startswith("raw_") else "/".join(key.path) for key in keys}

    full, hourly = assets("full"), assets("hourly")
    assert full - hourly == {"raw_google_ads", "raw_mailchimp", "published/dbt_docs"}
    assert {"raw_hubspot", "raw_files", "published/marts", "published/page"} <= hourly
    assert not any(key.startswith("published/") for key in assets("build"))


@pytest.mark.parametrize("name", ["daily_full", "hourly_light"])
def test_a_scheduled_run_tells_of_the_day_it_was_meant_for(definitions: Definitions, name: str) -> None:
    schedule = definitions.resolve_schedule_def(name)
    tick = datetime(2026, 7, 1, 5, tzinfo=UTC)
    with DagsterInstance.ephemeral() as instance:
        context = build_schedule_context(instance, scheduled_execution_time=tick)
        request = schedule(context)
    assert request.run_config == {"resources": {"options": {"config": {"as_of": "2026-07-01"}}}}


def test_the_publication_says_how_old_it_may_be(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    assert graph.get(AssetKey(["published", "marts"])).freshness_policy is not None


def test_failures_and_deals_at_risk_are_told_without_being_turned_on(definitions: Definitions) -> None:
    sensors = {sensor.name: sensor.default_status.value for sensor in definitions.sensors or []}  # type: ignore[union-attr]
    assert sensors == {"alert_on_failure": "RUNNING", "alert_on_deals_at_risk": "RUNNING"}
