import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.error import HTTPError

import duckdb
import pytest
from dagster import (
    DagsterInstance,
    Definitions,
    SkipReason,
    build_run_status_sensor_context,
    build_sensor_context,
    job,
    op,
)

from orchestration.publication import Description, publish
from orchestration.sensors import alert_on_deals_at_risk, alert_on_failure, message

SECRET = "sandbox-token"


class Webhook(BaseHTTPRequestHandler):
    received: list[dict[str, str]]
    status = 204

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.status < 300:
            self.received.append(json.loads(body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """A test prints nothing."""


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    Webhook.received, Webhook.status = [], 204
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


class Pipeline:
    """A home that publishes deals at risk, and its sensor between two publications."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.cursor: str | None = None
        with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
            connection.execute("create schema marts")
            connection.execute("create schema observability")
            for table in ("quarantined_rows", "row_conservation", "check_results", "published_versions"):
                connection.execute(f"create table observability.{table} (run_id varchar)")

    def publish(self, *deals: tuple[str, bool, bool | None, bool], mart: str = "fct_deals_at_risk") -> None:
        """Publish deals as (id, is_stalled, is_dark, is_overdue); the earlier, the larger."""
        with duckdb.connect(str(self.home / "warehouse.duckdb")) as connection:
            connection.execute(
                f"create or replace table marts.{mart} (deal_key varchar, deal_id varchar, stage varchar,"
                " owner varchar, amount_reporting decimal(28, 6), is_stalled boolean, is_dark boolean,"
                " is_overdue boolean, risk_reason varchar)"
            )
            for place, (deal_id, *flags) in enumerate(deals):
                connection.execute(
                    f"insert into marts.{mart} values (?, ?, 'contract_sent', 'ann@example.org', ?, ?, ?, ?,"
                    " 'Nothing from them for 30 days.')",
                    [f"key-{deal_id}", deal_id, 9000 - place, *flags],
                )
        described = {mart: Description("Deals.", {})}
        publish(self.home / "warehouse.duckdb", self.home, date(2026, 7, 1), "run", 5, described)

    def tick(self) -> str:
        """What the sensor says of one evaluation; its cursor is kept, unless it fails."""
        with build_sensor_context(cursor=self.cursor) as context:
            skipped = alert_on_deals_at_risk(context)
            assert isinstance(skipped, SkipReason)
            self.cursor = context.cursor
        return str(skipped.skip_message)


@pytest.fixture
def pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    monkeypatch.setenv("FUNNELHOUSE_HOME", str(tmp_path))
    monkeypatch.delenv("FUNNELHOUSE_ALERT_WEBHOOK_URL", raising=False)
    return Pipeline(tmp_path)


@pytest.fixture
def told(
    webhook: tuple[str, list[dict[str, str]]], monkeypatch: pytest.MonkeyPatch, pipeline: Pipeline
) -> list[dict[str, str]]:
    """What the webhook hears."""
    monkeypatch.setenv("FUNNELHOUSE_ALERT_WEBHOOK_URL", webhook[0])
    return webhook[1]


def test_a_deal_at_risk_is_told_once_with_its_reason_and_without_its_owner(
    pipeline: Pipeline, told: list[dict[str, str]]
) -> None:
    pipeline.publish(("d-1", True, True, False), ("d-2", False, None, False))
    pipeline.tick()
    [alert] = told
    assert alert["text"] == (
        "Funnelhouse: 1 deal is newly at risk (version 0001-2026-07-01).\n"
        "• d-1 in contract_sent, 9,000: stalled, dark. Nothing from them for 30 days."
    )
    assert pipeline.tick() == "Nothing has been published since."
    pipeline.publish(("d-1", True, True, False))
    assert pipeline.tick() == "Version 0002-2026-07-01: told of 0 deals newly at risk."
    assert len(told) == 1


def test_a_further_risk_of_a_deal_is_told(pipeline: Pipeline, told: list[dict[str, str]]) -> None:
    pipeline.publish(("d-1", False, True, False))
    pipeline.tick()
    pipeline.publish(("d-1", False, True, True))
    pipeline.tick()
    assert ["overdue" in alert["text"] for alert in told] == [False, True]


def test_a_deal_that_recovers_and_falls_back_is_told_anew(
    pipeline: Pipeline, told: list[dict[str, str]]
) -> None:
    for is_stalled in (True, False, True):
        pipeline.publish(("d-1", is_stalled, False, False))
        pipeline.tick()
    assert len(told) == 2


def test_an_alert_that_could_not_be_sent_is_sent_by_the_next_tick(
    pipeline: Pipeline, told: list[dict[str, str]]
) -> None:
    pipeline.publish(("d-1", True, False, False))
    Webhook.status = 503
    with pytest.raises(HTTPError):
        pipeline.tick()
    Webhook.status = 204
    pipeline.tick()
    pipeline.tick()
    assert len(told) == 1


def test_many_deals_are_told_in_several_messages_each_once(
    pipeline: Pipeline, told: list[dict[str, str]]
) -> None:
    pipeline.publish(*((f"d-{number:03}", True, False, False) for number in range(70)))
    while not pipeline.tick().startswith("Nothing"):
        """Until all is told."""
    lines = [line for alert in told for line in alert["text"].splitlines()[1:]]
    assert len(told) == 3
    assert [line.split()[1] for line in lines] == [f"d-{number:03}" for number in range(70)]


def test_without_a_webhook_what_went_to_the_log_counts_as_told(
    webhook: tuple[str, list[dict[str, str]]], pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.publish(("d-1", True, False, False))
    assert pipeline.tick().endswith("told of 1 deals newly at risk.")
    monkeypatch.setenv("FUNNELHOUSE_ALERT_WEBHOOK_URL", webhook[0])
    pipeline.publish(("d-1", True, False, False))
    assert pipeline.tick().endswith("told of 0 deals newly at risk.")
    assert webhook[1] == []


def test_before_the_first_publication_and_without_the_mart_there_is_nothing_to_tell(
    pipeline: Pipeline, told: list[dict[str, str]]
) -> None:
    assert pipeline.tick() == "Nothing has been published since."
    pipeline.publish(mart="fct_deals")
    assert pipeline.tick() == "Version 0001-2026-07-01: told of 0 deals newly at risk."
    assert told == []
