from pathlib import Path

import pytest
import yaml
from dagster import DagsterRunStatus, Definitions, job, op

from orchestration.failures import ConfigurationError
from orchestration.instance import command_instance, end_orphans, prepare, serve
from orchestration.settings import Settings


@op
def nothing() -> None:
    """Does nothing."""


@job
def full() -> None:
    nothing()


def test_a_fresh_dagster_home_is_configured_and_a_changed_one_is_kept(tmp_path: Path) -> None:
    configuration = prepare(tmp_path / "dagster") / "dagster.yaml"
    told = yaml.safe_load(configuration.read_text())
    assert told["telemetry"] == {"enabled": False}
    assert told["concurrency"] == {"runs": {"max_concurrent_runs": 1}, "pools": {"default_limit": 1}}
    configuration.write_text("telemetry:\n  enabled: false\n")
    prepare(tmp_path / "dagster")
    assert configuration.read_text() == "telemetry:\n  enabled: false\n"


def test_a_run_whose_process_is_gone_does_not_hold_the_queue(tmp_path: Path) -> None:
    with command_instance(tmp_path / "dagster") as instance:
        resolved = Definitions(jobs=[full]).resolve_job_def("full")
        killed = instance.create_run_for_job(resolved, status=DagsterRunStatus.STARTED)
        done = resolved.execute_in_process(instance=instance)
        assert end_orphans(instance) == 1
        assert instance.get_run_by_id(killed.run_id).status == DagsterRunStatus.FAILURE  # type: ignore[union-attr]
        assert instance.get_run_by_id(done.run_id).status == DagsterRunStatus.SUCCESS  # type: ignore[union-attr]
        assert end_orphans(instance) == 0


def test_a_run_whose_process_is_gone_does_not_hold_the_warehouse(tmp_path: Path) -> None:
    with command_instance(tmp_path / "dagster") as instance:
        resolved = Definitions(jobs=[full]).resolve_job_def("full")
        killed = instance.create_run_for_job(resolved, status=DagsterRunStatus.STARTED)
        ended = instance.create_run_for_job(resolved, status=DagsterRunStatus.FAILURE)
        slots = instance.event_log_storage
        slots.initialize_concurrency_limit_to_default("warehouse")
        assert slots.claim_concurrency_slot("warehouse", killed.run_id, "dbt_models").is_claimed
        assert not slots.claim_concurrency_slot("warehouse", ended.run_id, "dbt_models").is_claimed
        end_orphans(instance)
        assert slots.claim_concurrency_slot("warehouse", "the next run", "run__as_of").is_claimed


def test_the_ui_refuses_to_show_another_homes_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("DAGSTER_HOME=/somewhere/else\n")
    with pytest.raises(ConfigurationError, match="names DAGSTER_HOME=/somewhere/else"):
        serve(Settings(home=tmp_path / "home"), 3000)
