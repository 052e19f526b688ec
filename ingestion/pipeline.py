"""A source → its dlt pipeline: extract and normalize, load, and account for every row."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import dlt
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.landing import TypeFlip
from ingestion.registry import Misconfigured, Source, Window, source_named
from ingestion.warehouse import declare, declare_source, settle, warehouse, warehouse_path

__all__ = ["LoadReport", "TableCounts", "declare", "ingest", "load", "prepare"]
log = logging.getLogger(__name__)


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
    """One run of one source: counts by table, ids of its loads (none: nothing was new), files that were refused."""

    source: str
    load_ids: tuple[str, ...] = ()
    tables: Mapping[str, TableCounts] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)

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
        raise Misconfigured(f"{name} takes no window of days: its API has no reports by day to read again")
    pipeline = _open(source, home)
    _finish_pending(source, home, pipeline)
    everything = dlt.source(
        lambda: list(source.resources(as_of, window)), name=name, section=name, max_table_nesting=0
    )
    try:
        pipeline.extract(everything(), refresh="drop_sources" if full_refresh else None)
        pipeline.normalize()
    except PipelineStepFailed as failure:
        _forget(pipeline)
        raise (_cause(failure, TypeFlip) or failure) from failure
    return Prepared(source, home, pipeline)


def load(prepared: Prepared) -> LoadReport:
    """Load what was prepared, then account for it."""
    source, home, pipeline = prepared.source, prepared.home, prepared.pipeline
    info = pipeline.load()
    return _report(source, home, tuple(info.loads_ids))


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
    if pipeline.has_pending_data:
        log.warning("%s: an earlier run left a package behind, loading it first", source.name)
        try:
            pipeline.normalize()
            pipeline.load()
        except PipelineStepFailed as failure:
            log.warning("%s: the package cannot be loaded and is dropped: %s", source.name, failure)
            _forget(pipeline)
    pipeline.sync_destination()
    with warehouse(home) as connection:
        declare_source(connection, source)
    declare(home)
    with warehouse(home) as connection:
        settle(connection, source)


def _forget(pipeline: dlt.Pipeline) -> None:
    """Drop the working folder: what was loaded, and how far, is then read back from the warehouse."""
    pipeline.drop()


def _report(source: Source, home: Path, load_ids: tuple[str, ...]) -> LoadReport:
    with warehouse(home) as connection:
        declare_source(connection, source)
        settle(connection, source)
        rows = connection.execute(
            "select entity, sum(extracted), sum(loaded), sum(deduplicated), sum(quarantined) "
            "from observability.row_conservation where source_system = ? and load_id in (select unnest(?)) group by 1",
            [source.name, list(load_ids)],
        ).fetchall()
        refused = connection.execute(
            "select file_or_endpoint, reason from observability.quarantined_rows "
            "where source_system = ? and load_id in (select unnest(?)) and row_number is null",
            [source.name, list(load_ids)],
        ).fetchall()
    counts = {entity: TableCounts(*map(int, numbers)) for entity, *numbers in rows}
    ordered = {table.name: counts[table.name] for table in source.tables if table.name in counts}
    return LoadReport(source.name, load_ids, ordered, dict(refused))


def _cause(failure: BaseException, kind: type[Exception]) -> Exception | None:
    cause: BaseException | None = failure
    while cause is not None:
        if isinstance(cause, kind):
            return cause
        cause = cause.__cause__ or cause.__context__
    return None
