"""Every estimate as an asset: between the relation that it reads and the models that read it."""

from dagster import AssetKey, AssetsDefinition, MaterializeResult, asset

from orchestration.estimates import ESTIMATES, SCHEMA, Estimate, make_estimate
from orchestration.resources import Home


def estimate_key(name: str) -> AssetKey:
    return AssetKey([SCHEMA, name])


def estimated(estimate: Estimate) -> AssetsDefinition:
    """One estimate, made after the relation that it reads."""

    @asset(
        key=estimate_key(estimate.name),
        deps=[AssetKey(estimate.reads.split("."))],
        group_name="estimates",
        kinds={"python", "duckdb"},
        description=estimate.description,
        pool="warehouse",
    )
    def made(home: Home) -> MaterializeResult:
        rows_in, rows_out = make_estimate(estimate, home.warehouse)
        return MaterializeResult(metadata={"rows read": rows_in, "rows": rows_out})

    return made


def all_estimates() -> list[AssetsDefinition]:
    return [estimated(estimate) for estimate in ESTIMATES]
