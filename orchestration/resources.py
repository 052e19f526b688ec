"""What assets share: the state folder with its lock, the options of a run, and dbt."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

from dagster import AssetExecutionContext, ConfigurableResource, InitResourceContext
from dagster_dbt import DbtCliResource
from packaging.version import Version

from orchestration.lock import held
from orchestration.settings import DBT_PROJECT, Settings, read_settings


class Home(ConfigurableResource):
    """The state folder; a run that uses it holds its lock until it ends."""

    path: str

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator["Home"]:
        """Every run takes the lock: those of the UI and of the command never write at once."""
        with held(self.folder):
            yield self

    @property
    def folder(self) -> Path:
        return Path(self.path)

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"


class Options(ConfigurableResource):
    """What a run may be told: the moment that rules the data, and what to read, build or read again."""

    as_of: str | None = None
    vars: str | None = None
    select: str | None = None
    full_refresh: bool = False
    window_from: str | None = None
    window_to: str | None = None

    def day(self, context: AssetExecutionContext) -> date:
        """as_of: as told, else FUNNELHOUSE_AS_OF, else the day on which the run was created."""
        told = date.fromisoformat(self.as_of) if self.as_of else read_settings().as_of
        if told:
            return told
        record = context.instance.get_run_record_by_id(context.run_id)
        if record is None:
            raise LookupError(f"Dagster keeps no record of run {context.run_id}; tell the run its as_of.")
        return record.create_timestamp.astimezone(UTC).date()

    def window(self, context: AssetExecutionContext) -> tuple[date, date] | None:
        """The days to read again, both included: as told, else the run's partitions, else none."""
        if self.window_from and self.window_to:
            return date.fromisoformat(self.window_from), date.fromisoformat(self.window_to)
        if context.has_partition_key_range:
            keys = context.partition_key_range
            return date.fromisoformat(keys.start), date.fromisoformat(keys.end)
        if context.has_partition_key:
            day = datetime.strptime(context.partition_key, "%Y-%m-%d").replace(tzinfo=UTC).date()
            return day, day
        return None


class Dbt(DbtCliResource):
    """dagster-dbt's command, without what it does beside: asking the registry for newer versions, and
    loading dbt a second time in this process for an adapter that we don't use."""

    @cached_property
    def _cli_version(self) -> Version:
        return Version(installed_version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Any) -> Any:
        return None


def dbt_command(settings: Settings) -> Dbt:
    """dbt on this project, its state in this home; dbt itself reads the environment."""
    os.environ.update(settings.environment())
    executable = Path(sys.executable).parent / "dbt"
    return Dbt(
        project_dir=str(DBT_PROJECT),
        profiles_dir=str(DBT_PROJECT),
        dbt_executable=str(executable) if executable.exists() else "dbt",
        global_config_flags=["--no-version-check"],
    )
