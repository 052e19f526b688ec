"""What every run begins with: the moment that rules its data, what is served, and the seeds it follows."""

from collections.abc import Iterator

from dagster import AssetExecutionContext, AssetKey, AssetSpec, MaterializeResult, asset, multi_asset

from ingestion.pipeline import declare
from orchestration.estimates import declare_estimates
from orchestration.observability import write_as_of
from orchestration.publication import recall
from orchestration.resources import Home, Options
from orchestration.seeds import assemble
from orchestration.settings import DBT_PROJECT, read_settings
from orchestration.variables import judge_vars

AS_OF = AssetKey(["run", "as_of"])
SEED_FILES = AssetKey(["run", "seed_files"])
SERVED = {
    "version": "One row: the name that this run's publication will have.",
    "published_figures": "What the served version says of its figures.",
    "published_evidence": "What the served version's figures were made of.",
}


@asset(key=AS_OF, group_name="run", kinds={"duckdb"}, pool="warehouse")
def as_of(context: AssetExecutionContext, home: Home, options: Options) -> MaterializeResult:
    """The moment that rules all data, as the one row of run.as_of; every raw table exists from here on."""
    day = options.day(context).isoformat()
    write_as_of(home.warehouse, day)
    declare(home.folder)
    declare_estimates(home.warehouse)
    return MaterializeResult(metadata={"as_of": day})


@multi_asset(
    specs=[
        AssetSpec(
            AssetKey(["run", name]), group_name="run", kinds={"duckdb"}, deps=[AS_OF], description=description
        )
        for name, description in SERVED.items()
    ],
    pool="warehouse",
)
def served(context: AssetExecutionContext, home: Home, options: Options) -> Iterator[MaterializeResult]:
    """What the served version said, for this run to tell what it says otherwise."""
    recall(home.warehouse, home.folder, options.day(context))
    yield from (MaterializeResult(asset_key=AssetKey(["run", name])) for name in SERVED)


@asset(key=SEED_FILES, group_name="run", kinds={"csv"})
def seed_files(home: Home, options: Options) -> MaterializeResult:
    """The project's seeds, replaced by those of FUNNELHOUSE_SEEDS; they and the vars are judged."""
    judge_vars(options.vars)
    replaced = assemble(DBT_PROJECT / "seeds", read_settings().seeds, home.folder / "seeds")
    return MaterializeResult(metadata={"replaced by the user's": ", ".join(replaced) or "none"})
