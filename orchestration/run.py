"""One run from the command line: the same job as in Dagster's UI, in this process, told in a few lines."""

import logging
import sys
import uuid
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from orchestration.failures import ChecksFailed, ConfigurationError, FailedCheck, Stopped
from orchestration.lock import held, need_free
from orchestration.observability import failed_checks
from orchestration.publication import history
from orchestration.seeds import judged_replacements
from orchestration.settings import DBT_PROJECT, Settings
from orchestration.variables import judge_vars

if TYPE_CHECKING:
    from dagster import AssetCheckKey, Definitions, ExecuteInProcessResult

KEPT_LOGS = 30
# The jobs that load seeds: they are judged before a source is read, not after.
BUILDING_JOBS = ("full", "build")
# What Dagster and our gate raise when a check did not hold; anything else is a failure of its own.
CHECK_ERRORS = ("DagsterAssetCheckFailedError", "NotGood")
# What says more than its cause, of which it is made.
TOLD_ERRORS = ("EstimateError",)


@dataclass(frozen=True)
class Request:
    """What to run: a job of the definitions, what it is told, and which part of it, if not all."""

    job: str
    as_of: date
    options: Mapping[str, Any] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    select: str | None = None
    checks: "frozenset[AssetCheckKey]" = frozenset()


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    published: bool
    version: str | None
    as_of: date
    blocked_by: tuple[FailedCheck, ...] = ()
    warnings: tuple[FailedCheck, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The four names that --json promises."""
        return {
            "published": self.published,
            "version": self.version,
            "as_of": self.as_of.isoformat(),
            "blocked_by": [asdict(check) for check in self.blocked_by],
        }


def execute(request: Request, settings: Settings, console: Console) -> Outcome:
    """Run a job while holding the home's lock; raise Stopped when it did not end well."""
    if request.job in BUILDING_JOBS:
        judged_replacements(DBT_PROJECT / "seeds", settings.seeds)
        judge_vars(request.options.get("vars"))
    with held(settings.home):
        need_free(settings.warehouse)
        failed: list[FailedCheck] = []
        warned: list[FailedCheck] = []
        for part in _parts(request, settings):
            run_id = str(uuid.uuid4())
            with _log(settings.logs / f"{run_id}.log") as log:
                result = _run_job(part, settings, run_id, console)
                warned += failed_checks(settings.warehouse, run_id, "warn")
                try:
                    outcome = _outcome(part, settings, result, log)
                except ChecksFailed as stopped:
                    if not part.checks:
                        raise
                    failed += stopped.failed
        if failed:
            raise ChecksFailed(failed, served_version(settings))
        return replace(outcome, warnings=tuple(warned))


def _parts(request: Request, settings: Settings) -> tuple[Request, ...]:
    """What is run, in order: before a selection, what every run begins with; checks in their rounds.

    In one run Dagster would see no dependency between a selection and what comes before it, and might build
    on yesterday's as_of.
    """
    if not request.select and request.job != "checks":
        return (request,)
    from orchestration.selection import BEGINNING, check_rounds, selected

    if request.select:
        selected(request.select, _definitions(settings.home))
        return replace(request, select=None, groups=BEGINNING), request
    return tuple(replace(request, checks=checks) for checks in check_rounds(_definitions(settings.home)))


@lru_cache(maxsize=1)
def _definitions(home: Path) -> "Definitions":
    """The definitions for a home, made once: that takes seconds."""
    from orchestration.definitions import defs

    return defs()


@contextmanager
def _log(path: Path) -> Iterator[Path]:
    """Send what Dagster, dlt, dbt and Great Expectations say to a file, not to the person."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in sorted(path.parent.glob("*.log"), key=lambda file: file.stat().st_mtime)[: 1 - KEPT_LOGS]:
        old.unlink()
    with path.open("w", encoding="utf-8") as file:
        handler = logging.StreamHandler(file)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        logging.getLogger().addHandler(handler)
        try:
            with redirect_stdout(file), redirect_stderr(file), warnings.catch_warnings():
                yield path
        finally:
            logging.getLogger().removeHandler(handler)


def _run_job(request: Request, settings: Settings, run_id: str, console: Console) -> "ExecuteInProcessResult":
    from orchestration.instance import command_instance, end_orphans
    from orchestration.progress import Progress
    from orchestration.selection import in_groups, selected

    definitions = _definitions(settings.home)
    job = definitions.resolve_job_def(request.job)
    keys = None
    if request.select:
        keys = selected(request.select, definitions)
    elif request.groups:
        keys = in_groups(request.groups, definitions)
    elif request.checks:
        job = job.get_subset(asset_check_selection=request.checks)
    with command_instance(settings.dagster_home) as instance, Progress(console) as progress:
        end_orphans(instance)
        instance.add_event_listener(run_id, progress.on_entry)
        return job.execute_in_process(
            run_config=_run_config(request),
            instance=instance,
            run_id=run_id,
            raise_on_error=False,
            asset_selection=keys,
        )


def _run_config(request: Request) -> dict[str, Any]:
    options = {"as_of": request.as_of.isoformat(), "select": request.select, **request.options}
    return {
        "resources": {"options": {"config": options}},
        "loggers": {"console": {"config": {"log_level": "INFO"}}},
    }


def _outcome(request: Request, settings: Settings, result: "ExecuteInProcessResult", log: Path) -> Outcome:
    """Read from the events what happened: published, stopped by checks, or failed."""
    failures = [event for event in result.all_events if event.is_step_failure]
    blocked = failed_checks(settings.warehouse, result.run_id)
    served = served_version(settings)
    for event in failures:
        error = event.step_failure_data.error
        while error and error.cause and error.cls_name not in TOLD_ERRORS:
            error = error.cause
        if error and error.cls_name in ("ConfigurationError", "Misconfigured"):
            raise ConfigurationError(_plain(error.message))
        if error and not (blocked and error.cls_name in CHECK_ERRORS):
            raise Stopped(_failure(event.step_key, _plain(error.message), settings, result.run_id, log))
    if blocked:
        raise ChecksFailed(blocked, served)
    if not result.success:
        raise Stopped(_failure(request.job, "no step failed, yet the run did.", settings, result.run_id, log))
    version = _published_by(result.run_id, settings)
    return Outcome(version is not None, version or served, request.as_of)


def _plain(message: str) -> str:
    """An error's words without the class that Dagster writes before them."""
    first, _, rest = message.strip().partition(": ")
    return rest if rest and " " not in first else message.strip()


def _failure(step: str | None, message: str, settings: Settings, run_id: str, log: Path) -> str:
    served = served_version(settings)
    if served and served == _published_by(run_id, settings):
        kept = f"Version {served} had been published before this failed, and is served."
    elif served:
        kept = f"Still served: version {served}, unchanged."
    else:
        kept = "Nothing has been published yet."
    return f"Failed in {step}: {message}\n{kept}\nEverything that was said is in {log}."


def served_version(settings: Settings) -> str | None:
    """The version that marts.duckdb is."""
    return next((str(row["version"]) for row in history(settings.marts) if row["is_current"]), None)


def _published_by(run_id: str, settings: Settings) -> str | None:
    """The version that a run has published."""
    return next((str(row["version"]) for row in history(settings.marts) if row["run_id"] == run_id), None)


def configured(settings: Settings) -> tuple[str, ...]:
    """The names of the sources that are on; with none, say which exist and how to turn one on."""
    from ingestion.registry import Misconfigured, configured_sources, how_to_turn_on

    try:
        names = tuple(source.name for source in configured_sources())
    except Misconfigured as error:
        raise ConfigurationError(str(error)) from error
    if not names:
        raise ConfigurationError(how_to_turn_on())
    return names


def stderr_console() -> Console:
    """Messages for people; stdout belongs to --json and to tables that were asked for."""
    return Console(file=sys.stderr, soft_wrap=True)
