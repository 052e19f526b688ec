import io

from dagster import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetSpec,
    DagsterInstance,
    Definitions,
    MaterializeResult,
    define_asset_job,
    multi_asset,
)
from rich.console import Console

from orchestration.progress import Progress, label


def shown(is_configured: bool, passed: bool = True) -> str:
    @multi_asset(
        name="ingest_files",
        specs=[AssetSpec("deals"), AssetSpec("contacts")],
        check_specs=[AssetCheckSpec("sound", asset="deals")],
    )
    def ingest_files() -> object:
        for key in ("deals", "contacts"):
            yield MaterializeResult(asset_key=key, metadata={"rows": 1200, "is_configured": is_configured})
        yield AssetCheckResult(asset_key="deals", check_name="sound", passed=passed)

    definitions = Definitions(assets=[ingest_files], jobs=[define_asset_job("full")])
    told = io.StringIO()
    run_id = "3f1b3d1e-0000-4000-8000-000000000000"
    with DagsterInstance.ephemeral() as instance, Progress(Console(file=told, width=120)) as progress:
        instance.add_event_listener(run_id, progress.on_entry)
        definitions.resolve_job_def("full").execute_in_process(
            instance=instance,
            run_id=run_id,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    return told.getvalue()


def test_a_step_is_one_line_with_rows_and_checks() -> None:
    [line] = shown(is_configured=True).splitlines()
    assert line.startswith("✓ ingest files")
    assert "2,400 rows, 1 checks" in line


def test_a_failed_check_is_counted() -> None:
    assert "1 checks, 1 failed" in shown(is_configured=True, passed=False)


def test_a_source_that_is_off_says_so() -> None:
    assert "not configured" in shown(is_configured=False)


def test_parts_and_estimates_are_told_in_words() -> None:
    assert label("dbt_models_0") == "build and test models 1"
    assert label("expectations_on_marts_2") == "check what leaves 3"
    assert label("raw_estimates__person_components") == "estimate person_components"
