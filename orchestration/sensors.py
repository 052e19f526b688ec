"""Who hears of a failed run."""

import json
from urllib.request import Request, urlopen

from dagster import DefaultSensorStatus, RunFailureSensorContext, run_failure_sensor

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
