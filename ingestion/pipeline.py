"""A source → its dlt pipeline: extract and normalize, load, and account for every row."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import dlt
from dlt.common.configuration.exceptions import ConfigurationException
from dlt.pipeline.exceptions import PipelineStepFailed
from requests import RequestException

from ingestion.errors import IngestionError
from ingestion.registry import Misconfigured, Source, Window, source_named
from ingestion.warehouse import declare, has_loaded, settle, warehouse, warehouse_path

__all__ = ["LoadReport", "TableCounts", "declare", "ingest", "load", "prepare"]
log = logging.getLogger(__name__)
# Sources are extracted in threads; DuckDB lets one of them change the catalogue at a time.
WRITING = threading.RLock()


@dataclass(frozen=True)
class TableCounts:
    """What became of the rows of one table in one load."""

    extracted: int
    loaded: int
    deduplicated: int
    quarantined: int

    @property
    def is_conserved(self) -> bool:
        """Whether no row went nowhere."""
        return self.extracted == self.loaded + self.deduplicated + self.quarantined


@dataclass(frozen=True)
class LoadReport:
    """One run of one source: counts by table, ids of its loads (none: nothing was new), refused files."""

    source: str
    load_ids: tuple[str, ...] = ()
    tables: Mapping[str, TableCounts] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether every file was taken and every row is accounted for."""
        return not self.refused and all(counts.is_conserved for counts in self.tables.values())

    @property
    def load_id(self) -> str | None:
        """The load of this run; None when nothing was new."""
        return self.load_ids[-1] if self.load_ids else None


@dataclass(frozen=True)
class Prepared:
    """A source's rows, extracted and normalized, waiting to be loaded."""

    source: Source
    home: Path
    pipeline: dlt.Pipeline


def ingest(
    name: str, home: Path, as_of: date, window: Window | None = None, full_refresh: bool = False
) -> LoadReport:
    """Bring one source into its raw tables."""
    return load(prepare(name, home, as_of, window, full_refresh))


def prepare(
    name: str, home: Path, as_of: date, window: Window | None = None, full_refresh: bool = False
) -> Prepared:
    """Extract and normalize one source; several may run in threads, as only `load` writes the warehouse."""
    _configure_dlt()
    source = source_named(name)
    if window is not None and not source.accepts_window:
        raise Misconfigured(f"{name} takes no window of days: it has nothing that is read by the day")
    pipeline = _open(source, home)
    with WRITING:
        _finish_pending(source, home, pipeline)
    resources = dlt.source(
        lambda: list(source.resources(as_of, window)), name=name, section=name, max_table_nesting=0
    )
    try:
        pipeline.extract(resources(), refresh="drop_sources" if full_refresh else None)
        pipeline.normalize()
    except PipelineStepFailed as failure:
        raise _spoken(failure, source) from failure
    except ConfigurationException as error:
        what = str(error).partition("\n")[0]
        raise Misconfigured(f"{name}: {what}. {source.how_to_configure}") from None
    except RequestException as error:
        raise _spoken(error, source) from None
    return Prepared(source, home, pipeline)


def load(prepared: Prepared) -> LoadReport:
    """Load what was prepared, then account for it."""
    source, home, pipeline = prepared.source, prepared.home, prepared.pipeline
    with WRITING:
        loads = tuple(pipeline.load().loads_ids)
        return _report(source, home, loads)


def _configure_dlt() -> None:
    dlt.config["runtime.dlthub_telemetry"] = False
    # dlt gives arrow tables no load id by itself, and loaded rows are counted by it.
    dlt.config["normalize.parquet_normalizer.add_dlt_load_id"] = True


def _open(source: Source, home: Path) -> dlt.Pipeline:
    return dlt.pipeline(
        pipeline_name=source.name,
        pipelines_dir=str(home.resolve() / "dlt"),
        destination=dlt.destinations.duckdb(str(warehouse_path(home))),
        dataset_name=source.dataset,
    )


def _finish_pending(source: Source, home: Path, pipeline: dlt.Pipeline) -> None:
    """Load what a killed run left behind; what cannot be loaded is dropped and extracted anew."""
    declare(home, [source])
    with warehouse(home) as connection:
        # A package of another warehouse would bring only what was new to that one.
        is_elsewhere = not pipeline.first_run and not has_loaded(connection, source)
    if pipeline.has_pending_data and not is_elsewhere:
        log.warning("%s: an earlier run left a package behind, loading it first", source.name)
        try:
            pipeline.normalize()
            pipeline.load()
        except PipelineStepFailed as failure:
            log.warning("%s: the package cannot be loaded and is extracted anew: %s", source.name, failure)
    # The warehouse alone says how far a source was loaded. A working folder that is ahead of it, after a
    # failed load or a deleted warehouse, would skip rows that are nowhere.
    pipeline.drop()
    pipeline.sync_destination()
    with warehouse(home) as connection:
        settle(connection, source)


def _report(source: Source, home: Path, load_ids: tuple[str, ...]) -> LoadReport:
    # A full refresh has dropped the tables for which nothing came.
    declare(home, [source])
    with warehouse(home) as connection:
        settle(connection, source)
        rows = connection.execute(
            "select entity, sum(extracted), sum(loaded), sum(deduplicated), sum(quarantined) "
            "from observability.row_conservation "
            "where source_system = ? and load_id in (select unnest(?)) group by 1",
            [source.name, list(load_ids)],
        ).fetchall()
        refused = connection.execute(
            "select file_or_endpoint, reason from observability.quarantined_rows "
            "where source_system = ? and load_id in (select unnest(?)) and row_number is null "
            "order by file_or_endpoint",
            [source.name, list(load_ids)],
        ).fetchall()
    counts = {entity: TableCounts(*map(int, numbers)) for entity, *numbers in rows}
    ordered = {table.name: counts[table.name] for table in source.tables if table.name in counts}
    return LoadReport(source.name, load_ids, ordered, dict(refused))


def _spoken(failure: BaseException, source: Source) -> BaseException:
    """The error of ours that made dlt's step fail, or ours for an answer that never came, else dlt's own."""
    cause: BaseException | None = failure
    while cause is not None:
        if type(cause).__module__.partition(".")[0] == "ingestion":
            return cause
        if isinstance(cause, RequestException):
            return IngestionError(
                f"{source.name}: no answer came: {cause}. Check the network and "
                f"SOURCES__{source.name.upper()}__BASE_URL if it is set, then run again"
            )
        cause = cause.__cause__ or cause.__context__
    return failure
