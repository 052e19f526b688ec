"""What a run ends with: the served marts, dbt's docs and the page."""

from collections.abc import Mapping
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    MaterializeResult,
    MetadataValue,
    asset,
)

from orchestration.assets.dbt import published_models
from orchestration.dbt_docs import write_page
from orchestration.failures import NotGood
from orchestration.freshness import PUBLISHED_DAILY
from orchestration.observability import failed_checks, kinds_recorded
from orchestration.publication import Version, current_file, publish
from orchestration.resources import Home, Options
from orchestration.settings import Settings

MARTS = AssetKey(["published", "marts"])
DBT_DOCS = AssetKey(["published", "dbt_docs"])
PAGE = AssetKey(["published", "page"])
# A publication is only of what the same run has judged.
NEEDED_KINDS = frozenset({"dbt_test", "gx"})


def publication(manifest: Mapping[str, Any], settings: Settings) -> AssetsDefinition:
    """marts.duckdb, replaced whole by what passed the checks of this run."""
    marts = published_models(manifest, "marts")
    observed = published_models(manifest, "observability")

    @asset(
        key=MARTS,
        deps=[
            *(AssetKey(["marts", mart]) for mart in marts),
            *(AssetKey(["observability", table]) for table in observed),
        ],
        group_name="published",
        kinds={"duckdb"},
        freshness_policy=PUBLISHED_DAILY,
        pool="warehouse",
    )
    def published(context: AssetExecutionContext, home: Home, options: Options) -> MaterializeResult:
        """marts.duckdb: the marts that passed, written to a new file and served by one rename."""
        gate(home, context.run_id)
        day = options.day(context)
        version = publish(
            home.warehouse, home.folder, day, context.run_id, settings.keep_versions, marts, observed
        )
        return MaterializeResult(metadata=_told(version))

    return published


def gate(home: Home, run_id: str) -> None:
    """Let pass only what this run has checked and found good."""
    if missing := NEEDED_KINDS - kinds_recorded(home.warehouse, run_id):
        raise NotGood(
            f"Not published: this run made no checks of kind {', '.join(sorted(missing))}. "
            "Materialize the publication together with the marts and their checks: job full or hourly."
        )
    if failed := failed_checks(home.warehouse, run_id):
        raise NotGood("Not published: " + "; ".join(map(str, failed)))


def _told(version: Version) -> dict[str, Any]:
    return {
        "version": version.name,
        "file": MetadataValue.path(str(version.file)),
        "rows": sum(version.row_counts.values()),
        "rows by mart": MetadataValue.json(dict(version.row_counts)),
    }


def dbt_docs(manifest: Mapping[str, Any]) -> AssetsDefinition:
    """dbt's documentation of what was published."""

    @asset(key=DBT_DOCS, deps=[MARTS], group_name="published", kinds={"dbt", "html"}, pool="warehouse")
    def documented(home: Home) -> MaterializeResult:
        """dbt's documentation as one page that opens without a network."""
        written = write_page(manifest, home.warehouse, home.folder / "docs" / "dbt" / "index.html")
        return MaterializeResult(metadata={"page": MetadataValue.path(str(written))})

    return documented


@asset(key=PAGE, deps=[MARTS, DBT_DOCS], group_name="published", kinds={"html"})
def page(home: Home) -> MaterializeResult:
    """The page for Monday morning, from the published marts alone."""
    from report.site import build

    written = build(current_file(home.folder), home.folder / "docs")
    return MaterializeResult(metadata={"page": MetadataValue.path(str(written))})
