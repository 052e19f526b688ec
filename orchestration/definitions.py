"""Everything that Dagster knows of Funnelhouse, on one screen."""

from dagster import Definitions, definitions, in_process_executor

from orchestration.settings import read_settings


@definitions
def defs() -> Definitions:
    """The lineage from raw tables to the page; loading it makes dbt's manifest where it is missing."""
    from orchestration.assets.begin import as_of, seed_files, served
    from orchestration.assets.dbt import dbt_models, prepared_manifest
    from orchestration.assets.estimates import all_estimates
    from orchestration.assets.ingestion import all_raw_tables
    from orchestration.assets.publication import dbt_docs, page, publication
    from orchestration.checks import expectations_on_marts, expectations_on_raw, rows_conserved
    from orchestration.resources import Home, Options, dbt_command
    from orchestration.schedules import JOBS, SCHEDULES
    from orchestration.sensors import alert_on_deals_at_risk, alert_on_failure

    settings = read_settings()
    manifest = prepared_manifest(settings)
    return Definitions(
        assets=[
            as_of,
            served,
            seed_files,
            *all_raw_tables(),
            *dbt_models(manifest, settings),
            *all_estimates(),
            publication(manifest, settings),
            dbt_docs(manifest),
            page,
        ],
        asset_checks=[rows_conserved(), expectations_on_raw(), *expectations_on_marts(manifest)],
        jobs=JOBS,
        schedules=SCHEDULES,
        sensors=[alert_on_failure, alert_on_deals_at_risk],
        resources={"home": Home(path=str(settings.home)), "options": Options(), "dbt": dbt_command(settings)},
        executor=in_process_executor,
    )
