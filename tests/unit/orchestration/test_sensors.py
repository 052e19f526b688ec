import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from dagster import (
    DagsterInstance,
    Definitions,
    build_run_status_sensor_context,
    job,
    op,
)

from orchestration.sensors import alert_on_failure, message

SECRET = "sandbox-token"


class Webhook(BaseHTTPRequestHandler):
    received: list[dict[str, str]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append(json.loads(body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """A test prints nothing."""


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    Webhook.received = []
    server = HTTPServer(("127.0.0.1", 0), Webhook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", Webhook.received
    server.shutdown()


@op
def ingest_hubspot() -> None:
    raise ValueError(f"401 for token {SECRET}")


@job
def full() -> None:
    ingest_hubspot()


def fail_and_alert() -> None:
    instance = DagsterInstance.ephemeral()
    result = (
        Definitions(jobs=[full])
        .resolve_job_def("full")
        .execute_in_process(instance=instance, raise_on_error=False)
    )
    context = build_run_status_sensor_context(
        sensor_name="alert_on_failure",
        dagster_instance=instance,
        dagster_run=result.dagster_run,
        dagster_event=result.get_run_failure_event(),
    ).for_run_failure()
    alert_on_failure(context)


def test_a_failed_run_is_told_with_its_step_and_without_its_words(
    webhook: tuple[str, list[dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, received = webhook
    monkeypatch.setenv("FUNNELHOUSE_ALERT_WEBHOOK_URL", url)
    fail_and_alert()
    [told] = received
    assert "job full failed in ingest_hubspot" in told["text"]
    assert "The last publication is still served" in told["text"]
    assert SECRET not in told["text"]


def test_without_a_webhook_nobody_is_told(
    webhook: tuple[str, list[dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FUNNELHOUSE_ALERT_WEBHOOK_URL", raising=False)
    fail_and_alert()
    assert webhook[1] == []


def test_a_run_that_failed_before_its_first_step_says_so() -> None:
    assert "before its first step" in message("full", "0123456789", {})
