"""What runs, and when."""

from dagster import (
    AssetSelection,
    RunRequest,
    ScheduleEvaluationContext,
    define_asset_job,
    schedule,
)

from orchestration.assets.publication import DBT_DOCS

ADS_AND_MAIL = AssetSelection.groups("raw_google_ads", "raw_mailchimp")

full = define_asset_job(
    "full",
    AssetSelection.all(),
    description="Every configured source, every mart, every check; publishes, writes the docs and the page.",
)
hourly = define_asset_job(
    "hourly",
    AssetSelection.all() - ADS_AND_MAIL - AssetSelection.assets(DBT_DOCS),
    description="Files and CRM again, then every mart and check, and a publication; the rest as it was.",
)
build = define_asset_job(
    "build",
    AssetSelection.all() - AssetSelection.groups("published"),
    description="As full, but nothing is published; what a selection runs.",
)
ingest = define_asset_job(
    "ingest",
    AssetSelection.groups("raw_hubspot", "raw_google_ads", "raw_mailchimp", "raw_files"),
    description="The raw tables alone; what a backfill runs.",
)
checks = define_asset_job(
    "checks",
    AssetSelection.all_asset_checks(),
    description="Every check on the warehouse as it is.",
)
JOBS = [full, hourly, build, ingest, checks]


def _as_of(context: ScheduleEvaluationContext) -> RunRequest:
    """as_of is the day of the tick, so that a run started late tells of the day it was meant for."""
    day = context.scheduled_execution_time.date().isoformat()
    return RunRequest(run_config={"resources": {"options": {"config": {"as_of": day}}}})


@schedule(job=full, cron_schedule="0 5 * * *", execution_timezone="UTC")
def daily_full(context: ScheduleEvaluationContext) -> RunRequest:
    """Every day at 05:00 UTC: everything up to the midnight before."""
    return _as_of(context)


@schedule(job=hourly, cron_schedule="30 6-22 * * *", execution_timezone="UTC")
def hourly_light(context: ScheduleEvaluationContext) -> RunRequest:
    """At half past, while people work: what the CRM and the files have corrected since."""
    return _as_of(context)


SCHEDULES = [daily_full, hourly_light]
