"""Dagster's own state: one folder under the home, with a configuration that fits one DuckDB file."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from dotenv import dotenv_values

from orchestration.failures import ConfigurationError
from orchestration.lock import held
from orchestration.settings import Settings, read_settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

CONFIGURATION = """\
# Written by funnelhouse; what is changed here is kept.
telemetry:
  enabled: false
nux:
  enabled: false
# DuckDB has one writer a file: one run at a time, and one operation on the warehouse.
concurrency:
  runs:
    max_concurrent_runs: 1
  pools:
    default_limit: 1
freshness:
  enabled: true
"""
NO_CAPTURE = {
    "compute_logs": {
        "module": "dagster._core.storage.noop_compute_log_manager",
        "class": "NoOpComputeLogManager",
    }
}


def prepare(dagster_home: Path) -> Path:
    """The folder that DAGSTER_HOME names, with a dagster.yaml if it has none."""
    dagster_home.mkdir(parents=True, exist_ok=True)
    configuration = dagster_home / "dagster.yaml"
    if not configuration.exists():
        configuration.write_text(CONFIGURATION)
    return dagster_home


def command_instance(dagster_home: Path) -> "DagsterInstance":
    """The same runs as the UI shows, without capturing this process's output step by step."""
    from dagster import DagsterInstance
    from dagster._core.instance.ref import InstanceRef

    return DagsterInstance.from_ref(InstanceRef.from_dir(str(prepare(dagster_home)), overrides=NO_CAPTURE))


def end_orphans(instance: "DagsterInstance") -> int:
    """Mark as failed the runs whose process was killed, and free what they hold: held as running, they
    would block the queue, and their place in the pool `warehouse` the next run's first step, for ever.

    Call it while holding the home's lock: nobody else can be running then.
    """
    from dagster import DagsterRunStatus, RunsFilter

    orphans = instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.STARTED]))
    for run in orphans:
        instance.report_run_failed(run, "The process of this run ended without a word.")
    storage = instance.event_log_storage
    for run_id in storage.get_concurrency_run_ids():
        storage.free_concurrency_slots_for_run(run_id)
    return len(orphans)


def serve(settings: Settings, port: int) -> NoReturn:
    """Become Dagster's UI and its daemon, with this home's state."""
    dagster_home = prepare(settings.dagster_home)
    named = dotenv_values(Path.cwd() / ".env").get("DAGSTER_HOME")
    if named and Path(named).resolve() != dagster_home.resolve():
        # Dagster reads .env after the environment, so the UI would silently show another home's runs.
        raise ConfigurationError(
            f"{Path.cwd() / '.env'} names DAGSTER_HOME={named}, but this home's is {dagster_home}. "
            "Call funnelhouse dev from another folder, or change that line."
        )
    with command_instance(dagster_home) as instance, held(settings.home):
        end_orphans(instance)
    environment = {**os.environ, **settings.environment(), "DAGSTER_HOME": str(dagster_home)}
    command = [sys.executable, "-m", "dagster", "dev", "-m", "orchestration.definitions", "-p", str(port)]
    # In place of this process, so that whoever stops it stops Dagster.
    os.execve(sys.executable, command, environment)


if __name__ == "__main__":
    prepare(read_settings().dagster_home)
