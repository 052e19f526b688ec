"""Checks beside dbt's tests: that no row went nowhere, and what Great Expectations finds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    MetadataValue,
    multi_asset_check,
)

from expectations.validate import Layer, suites, validate
from ingestion.registry import SOURCES
from orchestration.assets.ingestion import raw_key
from orchestration.dbt_parts import part_numbers
from orchestration.observability import CheckRow, read_as_of, record
from orchestration.resources import Home

SEVERITY = {"error": AssetCheckSeverity.ERROR, "warn": AssetCheckSeverity.WARN}


def raw_keys() -> list[AssetKey]:
    return [raw_key(source.name, table.name) for source in SOURCES.values() for table in source.tables]


def rows_conserved() -> AssetChecksDefinition:
    """Of every raw table, in its newest load: did a row go nowhere, did one go to quarantine?"""

    @multi_asset_check(
        name="rows_conserved",
        specs=[
            spec
            for key in raw_keys()
            for spec in (
                AssetCheckSpec(
                    "rows_conserved",
                    asset=key,
                    blocking=True,
                    description="Rows extracted = loaded (counted there) + deduplicated + quarantined.",
                ),
                AssetCheckSpec("rows_typed", asset=key, description="No row, and no file, was quarantined."),
            )
        ],
        can_subset=True,
        pool="warehouse",
    )
    def conserved(context: AssetCheckExecutionContext, home: Home) -> Iterator[AssetCheckResult]:
        newest, reasons = newest_loads(home.warehouse), quarantine_reasons(home.warehouse)
        judge = {
            "rows_conserved": lambda key, load: conservation(key, load),
            "rows_typed": lambda key, load: quarantine(key, load, reasons),
        }
        rows = [
            judge[chosen.name](chosen.asset_key, newest.get(source_and_entity(chosen.asset_key)))
            for chosen in sorted(context.selected_asset_check_keys)
        ]
        record(home.warehouse, context.run.run_id, rows)
        yield from map(result, rows)

    return conserved


def source_and_entity(key: AssetKey) -> tuple[str, str]:
    return key.path[0].removeprefix("raw_"), key.path[1]


def quarantine_reasons(warehouse: Path) -> dict[tuple[str, str], list[str]]:
    """The first reasons for which a load quarantined rows or refused files, by its id and the entity."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(
            "select load_id, entity, list("
            "file_or_endpoint || coalesce(', row ' || row_number, '') || ': ' || reason "
            "order by file_or_endpoint, row_number)[1:3] from observability.quarantined_rows group by all"
        ).fetchall()
    return {(load_id, entity): reasons for load_id, entity, reasons in found}


def quarantine(
    key: AssetKey, load: Mapping[str, Any] | None, reasons: Mapping[tuple[str, str], Sequence[str]]
) -> CheckRow:
    """Whether a table's newest load put rows aside; a file that was refused counts as one."""
    asset = ".".join(key.path)
    if load is None:
        return CheckRow("rows_typed", asset, "conservation", "warn", True, 0, 0, "not supplied")
    count, load_id = load["quarantined"], load["load_id"]
    message = ""
    if count:
        message = (
            f"{count:,} rows were quarantined, the others are loaded: "
            f"{'; '.join(reasons[load_id, key.path[1]])}. "
            f"See them in observability.quarantined_rows where load_id = '{load_id}'"
        )
    return CheckRow("rows_typed", asset, "conservation", "warn", not count, load["extracted"], count, message)


def newest_loads(warehouse: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """The newest row of observability.row_conservation for each (source, entity)."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(
            "select * from observability.row_conservation "
            "qualify row_number() over (partition by source_system, entity order by load_id desc) = 1"
        )
        names = [column[0] for column in found.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {(row["source_system"], row["entity"]): row for row in rows}


def conservation(key: AssetKey, load: Mapping[str, Any] | None) -> CheckRow:
    """What a table's newest load says of its rows;
    a table that nothing was ever loaded into was not supplied.
    """
    asset = ".".join(key.path)
    if load is None:
        return CheckRow("rows_conserved", asset, "conservation", "error", True, 0, 0, "not supplied")
    extracted, loaded, deduplicated, quarantined = (
        load[name] for name in ("extracted", "loaded", "deduplicated", "quarantined")
    )
    lost = extracted - loaded - deduplicated - quarantined
    message = (
        f"extracted {extracted:,} = loaded {loaded:,} + deduplicated {deduplicated:,}"
        f" + quarantined {quarantined:,}"
        if load["is_conserved"]
        else f"load {load['load_id']}: extracted {extracted:,}, but loaded {loaded:,},"
        f" deduplicated {deduplicated:,} and quarantined {quarantined:,}: {lost:,} rows are unaccounted for"
    )
    return CheckRow(
        "rows_conserved",
        asset,
        "conservation",
        "error",
        bool(load["is_conserved"]),
        extracted,
        abs(lost),
        message,
    )


def result(row: CheckRow) -> AssetCheckResult:
    """A check's row as Dagster shows it."""
    return AssetCheckResult(
        check_name=row.check_name,
        asset_key=AssetKey(row.asset.split(".")),
        passed=row.passed,
        severity=SEVERITY[row.severity],
        description=row.message or None,
        metadata={
            name: value
            for name, value in (("rows seen", row.rows_seen), ("rows failing", row.rows_failing))
            if value is not None
        },
    )


def expectations_on_raw() -> AssetChecksDefinition:
    """Does what arrived make sense: one check a table, its suite."""
    assets = [suite.asset for suite in suites() if suite.layer == "raw"]
    return _expectations("expectations_on_raw", "raw", assets)


def expectations_on_marts(manifest: Mapping[str, Any]) -> list[AssetChecksDefinition]:
    """Is what leaves fit to show: one check a mart, its suite; judged after the part of dbt that builds it.

    One operation over the marts of several parts would stand before and behind the later ones.
    """
    part_of = part_numbers(manifest)
    by_part: dict[int, list[str]] = {}
    for suite in suites():
        if suite.layer == "marts":
            by_part.setdefault(part_of.get(suite.asset, 0), []).append(suite.asset)
    return [
        _expectations(f"expectations_on_marts_{part}", "marts", assets)
        for part, assets in sorted(by_part.items())
    ]


def _expectations(name: str, layer: Layer, assets: Sequence[str]) -> AssetChecksDefinition:
    @multi_asset_check(
        name=name,
        specs=[
            AssetCheckSpec(
                "expectations",
                asset=AssetKey(asset.split(".")),
                blocking=True,
                description=f"The suite of {asset}; Great Expectations' Data Docs show it.",
            )
            for asset in assets
        ],
        can_subset=True,
        pool="warehouse",
    )
    def judged(context: AssetCheckExecutionContext, home: Home) -> Iterator[AssetCheckResult]:
        chosen = {".".join(key.asset_key.path) for key in context.selected_asset_check_keys}
        found = validate(
            home.warehouse,
            layer,
            "all",
            read_as_of(home.warehouse),
            supplied(home.warehouse),
            home.folder / "docs" / "data_docs",
            context.run.run_id,
            chosen,
        )
        rows = [CheckRow(**asdict(result)) for result in found]
        record(home.warehouse, context.run.run_id, rows)
        for asset in sorted(chosen):
            yield suite_result(asset, [row for row in rows if row.asset == asset])

    return judged


def supplied(warehouse: Path) -> set[str]:
    """The raw tables that should have rows: all of a source that is on, and whatever was ever loaded."""
    on = {
        f"raw_{source.name}.{table.name}"
        for source in SOURCES.values()
        if source.name != "files" and not source.missing_settings()
        for table in source.tables
    }
    return on | {f"raw_{source}.{entity}" for source, entity in newest_loads(warehouse)}


def suite_result(asset: str, rows: Sequence[CheckRow]) -> AssetCheckResult:
    """A relation's suite as one check; a suite without an expectation has judged nothing, and fails."""
    failed = [row for row in rows if not row.passed]
    blocks = not rows or any(row.severity == "error" for row in failed)
    return AssetCheckResult(
        check_name="expectations",
        asset_key=AssetKey(asset.split(".")),
        passed=bool(rows) and not failed,
        severity=AssetCheckSeverity.ERROR if blocks else AssetCheckSeverity.WARN,
        description="; ".join(row.message for row in failed)
        or (f"{len(rows)} expectations hold" if rows else "no expectation is declared for this relation"),
        metadata={
            "expectations": len(rows),
            "failed": MetadataValue.json(
                [{"check": row.check_name, "message": row.message} for row in failed]
            ),
        },
    )
