"""The server: control plane, log, and the process that people start."""

import json
import signal
import subprocess
import sys
import time
import urllib.request
from http.client import IncompleteRead
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.__main__ import parser
from sandbox.server import environment
from sandbox.state import Sandbox
from sandbox.world import World

CONTACTS = "/hubspot/crm/v3/objects/contacts"
BEARER = {"authorization": "Bearer sandbox-token"}


def test_the_log_shows_requests_without_credentials(client: TestClient) -> None:
    client.get(f"{CONTACTS}?limit=1&access_token=geheim", headers={"authorization": "Bearer geheim"})
    client.post(f"{CONTACTS}/search", json={"limit": 1}, headers=BEARER)
    form = {"grant_type": "refresh_token", "client_secret": "geheim", "refresh_token": "geheim"}
    client.post("/google_ads/token", data=form)
    client.get("/mailchimp/3.0/lists", auth=("geheim", "geheim"))
    log = client.get("/control/log").json()
    assert [(entry["vendor"], entry["method"], entry["path"], entry["status"]) for entry in log] == [
        ("hubspot", "GET", "/crm/v3/objects/contacts", 401),
        ("hubspot", "POST", "/crm/v3/objects/contacts/search", 200),
        ("google_ads", "POST", "/token", 401),
        ("mailchimp", "GET", "/3.0/lists", 401),
    ]
    assert log[0]["query"] == {"limit": "1", "access_token": "***"}
    assert json.loads(log[1]["body"]) == {"limit": 1}
    assert "geheim" not in json.dumps(log)


def test_the_log_names_the_faults_that_a_request_met(client: TestClient, sandbox: Sandbox) -> None:
    sandbox.faults.switch_on({"name": "html_200"})
    client.get(CONTACTS)
    assert client.get("/control/log").json()[0]["faults"] == ["html_200"]
    assert client.delete("/control/log").json() == []
    assert client.get("/control/log").json() == []


def test_the_clock_is_the_callers(client: TestClient) -> None:
    assert client.get("/control/clock").json() == {"now": "2026-07-01T00:00:00+00:00"}
    moved = client.post("/control/clock", json={"now": "2026-06-02T12:00:00Z"})
    assert moved.json() == {"now": "2026-06-02T12:00:00+00:00"}
    found = client.get(CONTACTS, headers=BEARER).json()["results"]
    assert [contact["id"] for contact in found] == ["101", "102"]
    client.post("/control/clock", json={"now": "2026-06-01T12:00:00"})
    assert len(client.get(CONTACTS, headers=BEARER).json()["results"]) == 1, "without an offset it is UTC"


@pytest.mark.parametrize("body", [{"now": "noon"}, {"time": "2026-06-02"}, {"now": None}])
def test_a_wrong_clock_is_refused_with_an_example(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post("/control/clock", json=body)
    assert answer.status_code == 400
    assert '{"now": "2026-07-01T00:00:00Z"}' in answer.json()["error"]


def test_faults_are_switched_by_name(client: TestClient) -> None:
    asked = {"name": "rate_limited", "vendor": "hubspot", "path": "/contacts", "count": 2, "retry_after": 7}
    answer = client.post("/control/faults", json=asked)
    assert (answer.status_code, answer.json()["options"]) == (201, {"retry_after": 7})
    assert client.get(CONTACTS, headers=BEARER).headers["retry-after"] == "7"
    listed = client.get("/control/faults").json()
    assert [(fault["name"], fault["count"]) for fault in listed["on"]] == [("rate_limited", 1)]
    assert "type_flip" in listed["known"]
    assert client.delete("/control/faults").json() == {"on": []}
    assert client.get(CONTACTS, headers=BEARER).status_code == 200


@pytest.mark.parametrize("body", ['{"name": "gremlin"}', "[]", "{"])
def test_a_wrong_fault_is_refused(client: TestClient, body: str) -> None:
    answer = client.post("/control/faults", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_the_variables_lead_the_pipeline_to_the_sandbox(world: World) -> None:
    variables = environment("http://127.0.0.1:8000", world)
    assert variables["SOURCES__HUBSPOT__BASE_URL"] == "http://127.0.0.1:8000/hubspot"
    assert variables["SOURCES__GOOGLE_ADS__TOKEN_URL"] == "http://127.0.0.1:8000/google_ads/token"
    assert json.loads(variables["SOURCES__GOOGLE_ADS__CUSTOMER_IDS"]) == ["7001"]
    assert variables["SOURCES__MAILCHIMP__BASE_URL"] == "http://127.0.0.1:8000/mailchimp"
    assert all(name.startswith("SOURCES__") for name in variables)


def test_the_command_line_refuses_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    options = parser().parse_args(
        ["serve", "--size", "M", "--as-of", "2026-05-01", "--clock", "2026-04-01T06:00"]
    )
    assert (options.size, options.as_of.isoformat()) == ("M", "2026-05-01")
    assert options.clock.isoformat() == "2026-04-01T06:00:00+00:00"
    with pytest.raises(SystemExit):
        parser().parse_args(["serve", "--size", "XXL"])
    assert "invalid choice: 'XXL'" in capsys.readouterr().err


def test_the_process_says_where_it_listens_and_leaves_on_sigterm(tmp_path: Path) -> None:
    port_file, env_file = tmp_path / "port", tmp_path / "env.json"
    command = [
        sys.executable,
        "-m",
        "sandbox",
        "serve",
        "--port-file",
        str(port_file),
        "--env-file",
        str(env_file),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout and process.stderr
            base_url = process.stdout.readline().strip()
            deadline = time.monotonic() + 30
            while not port_file.exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            assert base_url == f"http://127.0.0.1:{port_file.read_text().strip()}"
            variables = json.loads(env_file.read_text())
            url = variables["SOURCES__HUBSPOT__BASE_URL"] + "/crm/v3/objects/contacts?limit=100"
            request = urllib.request.Request(url, headers=BEARER)
            with urllib.request.urlopen(request, timeout=30) as answer:
                assert len(json.load(answer)["results"]) == 100
            fault = json.dumps({"name": "drop_connection_mid_body"}).encode()
            urllib.request.urlopen(f"{base_url}/control/faults", fault, timeout=30).close()
            with urllib.request.urlopen(request, timeout=30) as answer, pytest.raises(IncompleteRead):
                answer.read()
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=15) == 0
            assert process.stderr.read() == ""
        finally:
            process.kill()
