"""Who hears of a failed run, and of deals at risk."""

import json
from urllib.request import Request, urlopen

from dagster import (
    DefaultSensorStatus,
    RunFailureSensorContext,
    SensorEvaluationContext,
    SkipReason,
    run_failure_sensor,
    sensor,
)

from orchestration.deal_alerts import Told, deals_at_risk, next_alert, words
from orchestration.publication import current_file, history
from orchestration.settings import read_settings

TIMEOUT_SECONDS = 10


def message(job: str, run_id: str, steps: dict[str, str]) -> str:
    """What failed, without the errors' words: those may quote data or credentials."""
    failed = ", ".join(f"{step} ({kind})" for step, kind in sorted(steps.items())) or "before its first step"
    return (
        f"Funnelhouse: run {run_id[:8]} of job {job} failed in {failed}. "
        "The last publication is still served. See the run in Dagster's UI (funnelhouse dev)."
    )


def post(url: str, text: str) -> int:
    """Send a text as chat webhooks take it; return the HTTP status."""
    request = Request(
        url, data=json.dumps({"text": text}).encode(), headers={"Content-Type": "application/json"}
    )
    with urlopen(request, timeout=TIMEOUT_SECONDS) as reply:
        return int(reply.status)


@run_failure_sensor(default_status=DefaultSensorStatus.RUNNING)
def alert_on_failure(context: RunFailureSensorContext) -> None:
    """Post to FUNNELHOUSE_ALERT_WEBHOOK_URL, where it is set, that a run failed and in which steps."""
    url = read_settings().alert_webhook_url
    if url is None:
        context.log.info("No FUNNELHOUSE_ALERT_WEBHOOK_URL is set, so nobody is told.")
        return
    steps = {
        str(event.step_key): event.step_failure_data.error.cls_name or "Error"
        for event in context.get_step_failure_events()
        if event.step_failure_data.error
    }
    status = post(
        url.get_secret_value(), message(context.dagster_run.job_name, context.dagster_run.run_id, steps)
    )
    context.log.info(f"The webhook answered {status}.")


@sensor(minimum_interval_seconds=60, default_status=DefaultSensorStatus.RUNNING)
def alert_on_deals_at_risk(context: SensorEvaluationContext) -> SkipReason:
    """After each publication, tell once of each deal and risk; without a webhook the words go to the log.

    What was told is the cursor, which Dagster writes when a tick ends well: a tick sends one message, so one
    that could not be sent is sent again by the next, and one that was sent is not repeated.
    """
    settings = read_settings()
    version = next((str(row["version"]) for row in history(settings.marts) if row["is_current"]), None)
    told = Told.read(context.cursor)
    if version is None or version == told.version:
        return SkipReason("Nothing has been published since.")
    deals, remembered = next_alert(told, version, deals_at_risk(current_file(settings.home)))
    if deals:
        text = words(version, deals)
        if settings.alert_webhook_url is None:
            context.log.info(text)
        else:
            post(settings.alert_webhook_url.get_secret_value(), text)
    context.update_cursor(remembered.written())
    return SkipReason(f"Version {version}: told of {len(deals)} deals newly at risk.")
