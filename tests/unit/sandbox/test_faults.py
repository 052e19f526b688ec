"""Faults: switched on by name, met by the requests they are for, worked into answers as the vendor would."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.faults import FAULTS, Faults, WrongFault, spoil
from sandbox.state import Sandbox

CONTACTS = "/hubspot/crm/v3/objects/contacts"
BEARER = {"authorization": "Bearer sandbox-token"}
KEY = ("anyone", "sandbox-us1")


@pytest.fixture
def faults(sandbox: Sandbox) -> Faults:
    """The faults of the running sandbox."""
    return sandbox.faults


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"name": "gremlin"}, "choose one of rate_limited"),
        ({}, "choose one of"),
        ({"name": "rate_limited", "seconds": 5}, "'seconds'; it takes"),
        ({"name": "type_flip"}, "needs the option 'field'"),
        ({"name": "html_200", "vendor": "salesforce"}, "choose one of hubspot, google_ads, mailchimp"),
    ],
)
def test_a_fault_that_does_not_exist_is_refused_with_what_does(given: dict[str, Any], named: str) -> None:
    with pytest.raises(WrongFault, match=named):
        Faults().switch_on(given)


def test_a_fault_meets_its_vendor_and_path_after_some_requests_as_often_as_said() -> None:
    faults = Faults()
    faults.switch_on({"name": "html_200", "vendor": "hubspot", "path": "/deals$", "after": 1, "count": 2})
    met = [
        bool(faults.meeting(vendor, path))
        for vendor, path in [
            ("mailchimp", "/deals"), ("hubspot", "/contacts"),
            ("hubspot", "/deals"), ("hubspot", "/deals"), ("hubspot", "/deals"), ("hubspot", "/deals"),
        ]
    ]  # fmt: skip
    assert met == [False, False, False, True, True, False]
    assert faults.listed() == []


def test_without_a_count_a_fault_stays_until_cleared() -> None:
    faults = Faults()
    faults.switch_on({"name": "server_error", "count": None})
    assert all(faults.meeting("mailchimp", "/3.0/lists") for _ in range(5))
    faults.clear()
    assert not faults.meeting("mailchimp", "/3.0/lists")


def test_every_fault_says_what_it_does() -> None:
    assert set(FAULTS) >= {
        "rate_limited", "server_error", "drop_connection_mid_body", "html_200", "truncated_json", "type_flip",
        "new_field", "malformed_row", "search_index_lag", "token_expired",
    }  # fmt: skip
    assert all(kind.description for kind in FAULTS.values())


def test_hubspot_limits_in_its_own_form(client: TestClient, faults: Faults) -> None:
    faults.switch_on({"name": "rate_limited", "vendor": "hubspot", "retry_after": 3})
    answer = client.get(CONTACTS, headers=BEARER)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")
    assert answer.json().items() >= {"errorType": "RATE_LIMIT", "category": "RATE_LIMITS"}.items()
    assert client.get(CONTACTS, headers=BEARER).status_code == 200


def test_google_limits_in_its_own_form(client: TestClient, faults: Faults) -> None:
    faults.switch_on({"name": "rate_limited", "vendor": "google_ads", "retry_after": 3})
    answer = client.post("/google_ads/v25/customers/7001/googleAds:searchStream", json={"query": ""})
    error = answer.json()[0]["error"]
    assert (answer.status_code, error["status"]) == (429, "RESOURCE_EXHAUSTED")
    failed = error["details"][0]["errors"][0]
    assert failed["errorCode"] == {"quotaError": "RESOURCE_EXHAUSTED"}
    assert failed["details"]["quotaErrorDetails"]["retryDelay"] == "3s"


def test_mailchimp_limits_in_its_own_form(client: TestClient, faults: Faults) -> None:
    faults.switch_on({"name": "rate_limited", "vendor": "mailchimp"})
    answer = client.get("/mailchimp/3.0/lists", auth=KEY)
    assert (answer.status_code, answer.json()["title"]) == (429, "Too Many Requests")
    assert "10 simultaneous connections" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path", [CONTACTS, "/google_ads/v25/customers/7001/googleAds:searchStream", "/mailchimp/3.0/lists"]
)
def test_a_server_error_has_the_status_that_was_asked_for(
    client: TestClient, faults: Faults, path: str
) -> None:
    faults.switch_on({"name": "server_error", "status": 502})
    assert client.get(path).status_code == 502


def test_an_expired_token_is_refused_once(client: TestClient, faults: Faults) -> None:
    faults.switch_on({"name": "token_expired"})
    answer = client.get(CONTACTS, headers=BEARER)
    assert (answer.status_code, answer.json()["category"]) == (401, "EXPIRED_AUTHENTICATION")
    faults.switch_on({"name": "token_expired"})
    assert client.get("/mailchimp/3.0/lists", auth=KEY).status_code == 401


def test_an_expired_google_token_stays_refused_until_another_is_fetched(
    client: TestClient, faults: Faults
) -> None:
    grant = {
        "grant_type": "refresh_token", "client_id": "sandbox-client-id",
        "client_secret": "sandbox-client-secret", "refresh_token": "sandbox-refresh-token",
    }  # fmt: skip
    faults.switch_on({"name": "token_expired", "path": "searchStream"})

    def ask(token: str) -> int:
        headers = {"authorization": f"Bearer {token}", "developer-token": "sandbox-developer-token"}
        path = "/google_ads/v25/customers/7001/googleAds:searchStream"
        return client.post(
            path, json={"query": "SELECT customer.id FROM customer"}, headers=headers
        ).status_code

    old = client.post("/google_ads/token", data=grant).json()["access_token"]
    assert [ask(old), ask(old)] == [401, 401]
    assert ask(client.post("/google_ads/token", data=grant).json()["access_token"]) == 200


def test_a_gateway_may_answer_html_with_200(client: TestClient, faults: Faults) -> None:
    faults.switch_on({"name": "html_200"})
    answer = client.get(CONTACTS, headers=BEARER)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.text.startswith("<html>")


def test_json_may_be_cut_off(client: TestClient, faults: Faults) -> None:
    faults.switch_on({"name": "truncated_json"})
    answer = client.get(CONTACTS, headers=BEARER)
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_a_dropped_connection_promises_more_than_it_sends(client: TestClient, faults: Faults) -> None:
    faults.switch_on({"name": "drop_connection_mid_body"})
    answer = client.get(CONTACTS, headers=BEARER)
    whole = client.get(CONTACTS, headers=BEARER).content
    assert int(answer.headers["content-length"]) == len(whole)
    assert answer.content == whole[: len(whole) // 2]


def test_a_type_may_flip_in_every_row(client: TestClient, faults: Faults) -> None:
    faults.switch_on({"name": "type_flip", "vendor": "mailchimp", "field": "emails_sent", "value": "three"})
    assert client.get("/mailchimp/3.0/reports", auth=KEY).json()["reports"][0]["emails_sent"] == "three"
    assert client.get("/mailchimp/3.0/reports", auth=KEY).json()["reports"][0]["emails_sent"] == 3


def test_a_field_may_come_and_go(client: TestClient, faults: Faults) -> None:
    faults.switch_on({"name": "new_field", "field": "properties.favourite", "value": "tea"})
    faults.switch_on({"name": "missing_field", "field": "properties.email"})
    results = client.get(CONTACTS, headers=BEARER).json()["results"]
    assert {result["properties"]["favourite"] for result in results} == {"tea"}
    assert not any("email" in result["properties"] for result in results)


def test_one_row_may_be_unreadable(client: TestClient, faults: Faults) -> None:
    faults.switch_on({"name": "malformed_row", "field": "properties.createdate", "value": "soon", "row": 1})
    results = client.get(CONTACTS, headers=BEARER).json()["results"]
    assert [result["properties"]["createdate"] == "soon" for result in results] == [False, True, False]


def test_spoiling_reaches_into_rows_of_batches() -> None:
    rows: list[dict[str, Any]] = [{"metrics": {"clicks": "1"}}, {}]
    spoil(rows, {"type_flip": {"field": "metrics.clicks", "value": [1]}, "rate_limited": {}})
    assert rows == [{"metrics": {"clicks": [1]}}, {"metrics": {"clicks": [1]}}]


def test_data_faults_leave_errors_as_they_are(client: TestClient, faults: Faults) -> None:
    faults.switch_on({"name": "new_field", "field": "x"})
    assert client.get(CONTACTS).json()["category"] == "INVALID_AUTHENTICATION"
