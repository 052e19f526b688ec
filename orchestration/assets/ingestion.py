"""Every raw table as an asset; a source's tables are loaded together."""

from collections.abc import Iterator
from typing import Any

import dlt
from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    BackfillPolicy,
    DailyPartitionsDefinition,
    MaterializeResult,
    multi_asset,
)
from dagster_dlt import DagsterDltTranslator
from dagster_dlt.translator import DltResourceTranslatorData

from ingestion.pipeline import LoadReport, ingest
from ingestion.registry import SOURCES, Source
from ingestion.table import Table
from orchestration.assets.begin import AS_OF
from orchestration.resources import Home, Options

# Days that can be read again one by one, in the UI or by `funnelhouse backfill`.
DAYS = DailyPartitionsDefinition(start_date="2015-01-01")


class Translator(DagsterDltTranslator):
    """A raw table's key is [raw_<source>, table], as dbt's source names it."""

    def __init__(self, source: str, table: Table) -> None:
        self.source, self.table = source, table

    def get_asset_spec(self, data: DltResourceTranslatorData) -> AssetSpec:
        return (
            super()
            .get_asset_spec(data)
            .replace_attributes(
                key=raw_key(self.source, self.table.name),
                group_name=f"raw_{self.source}",
                deps=[AS_OF],
                description=self.table.description or None,
                kinds={"dlt", "duckdb"},
            )
        )


def raw_key(source: str, table: str) -> AssetKey:
    return AssetKey([f"raw_{source}", table])


def spec_of(source: str, table: Table) -> AssetSpec:
    resource = dlt.resource([], name=table.name)
    return Translator(source, table).get_asset_spec(
        DltResourceTranslatorData(resource=resource, pipeline=None)
    )


def raw_tables(source: Source) -> AssetsDefinition:
    """The tables of a source, loaded by one operation; by days where the source can read a range again."""

    @multi_asset(
        name=f"ingest_{source.name}",
        specs=[spec_of(source.name, table) for table in source.tables],
        pool="warehouse",
        partitions_def=DAYS if source.accepts_window else None,
        backfill_policy=BackfillPolicy.single_run() if source.accepts_window else None,
    )
    def ingested(context: AssetExecutionContext, home: Home, options: Options) -> Iterator[MaterializeResult]:
        if not source.is_configured():
            context.log.info(
                f"{source.name} is not configured: its tables stay as they are. {source.how_to_configure}"
            )
            for table in source.tables:
                yield MaterializeResult(
                    asset_key=raw_key(source.name, table.name), metadata={"rows": 0, "is_configured": False}
                )
            return
        report = ingest(
            source.name,
            home.folder,
            options.day(context),
            window=options.window(context),
            full_refresh=options.full_refresh,
        )
        for table in source.tables:
            yield MaterializeResult(
                asset_key=raw_key(source.name, table.name), metadata=counts(report, table.name)
            )

    return ingested


def counts(report: LoadReport, table: str) -> dict[str, Any]:
    """What a load did to one table."""
    found = report.tables.get(table)
    told = {
        "rows": found.loaded if found else 0,
        "extracted": found.extracted if found else 0,
        "deduplicated": found.deduplicated if found else 0,
        "quarantined": found.quarantined if found else 0,
    }
    return {**told, "load_id": report.load_id or "nothing new", "is_configured": True}


def all_raw_tables() -> list[AssetsDefinition]:
    return [raw_tables(source) for source in SOURCES.values()]
