"""Mailchimp as it is known to answer: basic auth, count and offset, problem documents, machine opens."""

from hashlib import md5
from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.state import Sandbox
from tests.unit.sandbox.conftest import at

BASE = "/mailchimp/3.0"
AYA, BO, CY = (md5(f"{name}.example".encode()).hexdigest() for name in ("aya@nile", "bo@fjord", "cy@nile"))


@pytest.fixture
def mailchimp(client: TestClient) -> TestClient:
    """A client with the API key."""
    client.auth = ("anyone", "sandbox-us1")
    return client


def get(client: TestClient, path: str, **params: Any) -> Any:
    """The body of a good answer."""
    answer = client.get(f"{BASE}{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("auth", [None, ("anyone", "wrong-us1")])
def test_a_wrong_key_is_refused_by_a_problem_document(
    client: TestClient, auth: tuple[str, str] | None
) -> None:
    answer = client.get(f"{BASE}/lists", auth=auth)
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert set(answer.json()) == {"type", "title", "status", "detail", "instance"}
    assert (answer.status_code, answer.json()["status"], answer.json()["title"]) == (
        401,
        401,
        "API Key Invalid",
    )
    bearer = client.get(f"{BASE}/lists", headers={"authorization": "Bearer sandbox-us1"})
    assert bearer.status_code == 401


def test_the_root_tells_the_account(mailchimp: TestClient) -> None:
    for path in ("/", ""):
        assert get(mailchimp, path)["account_name"] == "Funnelhouse Sandbox"
    assert get(mailchimp, "/", fields="account_id") == {"account_id": "8d3a3db4d97663a9074efcc16"}


def test_lists_count_their_members(mailchimp: TestClient) -> None:
    (audience,) = get(mailchimp, "/lists")["lists"]
    assert (audience["id"], audience["name"]) == ("l1", "النشرة")
    assert audience["stats"] == {"member_count": 1, "unsubscribe_count": 1, "cleaned_count": 1}
    assert get(mailchimp, "/lists", since_date_created="2026-06-02T00:00:00+00:00")["lists"] == []


def test_a_member_is_known_by_the_hash_of_the_lower_case_address(mailchimp: TestClient) -> None:
    members = {member["id"]: member for member in get(mailchimp, "/lists/l1/members")["members"]}
    assert set(members) == {AYA, BO, CY}
    assert members[AYA]["merge_fields"] == {"FNAME": "آية", "LNAME": ""}
    assert members[AYA]["timestamp_opt"] == "2026-06-01T09:00:00+00:00"
    assert {member["email_address"].lower() for member in members.values()} == {
        "aya@nile.example", "bo@fjord.example", "cy@nile.example",
    }  # fmt: skip
    assert len({member["unique_email_id"] for member in members.values()}) == 3


def test_count_and_offset_page_and_ten_are_given_unasked(mailchimp: TestClient) -> None:
    pages = [get(mailchimp, "/lists/l1/members", count=2, offset=offset) for offset in (0, 2, 4)]
    assert [len(page["members"]) for page in pages] == [2, 1, 0]
    assert {page["total_items"] for page in pages} == {3}
    assert len({member["id"] for page in pages for member in page["members"]}) == 3


def test_members_can_be_filtered_and_sorted(mailchimp: TestClient) -> None:
    changed = get(mailchimp, "/lists/l1/members", since_last_changed="2026-06-05T00:00:00+00:00")
    assert {member["id"] for member in changed["members"]} == {BO, CY}
    early = get(mailchimp, "/lists/l1/members", before_last_changed="2026-06-05T00:00:00+00:00")
    assert [member["id"] for member in early["members"]] == [AYA]
    cleaned = get(mailchimp, "/lists/l1/members", status="cleaned")
    assert ([member["id"] for member in cleaned["members"]], cleaned["total_items"]) == ([BO], 1)
    ordered = get(mailchimp, "/lists/l1/members", sort_field="last_changed", sort_dir="DESC")
    assert [member["id"] for member in ordered["members"]] == [CY, BO, AYA]


def test_fields_choose_and_exclude_by_dotted_path(mailchimp: TestClient) -> None:
    assert get(mailchimp, "/campaigns", fields="campaigns.id,campaigns.settings.title,total_items") == {
        "campaigns": [{"id": "c1", "settings": {"title": "June"}}],
        "total_items": 1,
    }
    body = get(mailchimp, "/campaigns", exclude_fields="_links,campaigns._links,campaigns.settings.title")
    assert "_links" not in body
    assert "_links" not in body["campaigns"][0]
    assert body["campaigns"][0]["settings"]["subject_line"] == "Hello"
    assert "title" not in body["campaigns"][0]["settings"]


def test_campaigns_tell_type_status_and_audience(mailchimp: TestClient) -> None:
    (campaign,) = get(mailchimp, "/campaigns", since_send_time="2026-06-09T00:00:00+00:00")["campaigns"]
    assert (campaign["type"], campaign["status"], campaign["emails_sent"]) == ("regular", "sent", 3)
    assert campaign["recipients"]["list_id"] == "l1"
    for filters in (
        {"since_send_time": "2026-06-10T09:00:00+00:00"}, {"status": "save"}, {"list_id": "other"},
        {"type": "automation"},
    ):  # fmt: skip
        assert get(mailchimp, "/campaigns", **filters)["total_items"] == 0, filters


def test_a_report_counts_machine_opens_apart(mailchimp: TestClient) -> None:
    (report,) = get(mailchimp, "/reports")["reports"]
    assert (report["emails_sent"], report["unsubscribed"], report["abuse_reports"]) == (3, 1, 0)
    assert report["bounces"] == {"hard_bounces": 1, "soft_bounces": 0, "syntax_errors": 0}
    assert report["opens"] == {
        "opens_total": 3, "unique_opens": 2, "proxy_excluded_opens": 1, "proxy_excluded_unique_opens": 1,
        "open_rate": 1.0, "proxy_excluded_open_rate": 0.5, "last_open": "2026-06-12T09:00:00+00:00",
    }  # fmt: skip
    assert (report["clicks"]["clicks_total"], report["clicks"]["unique_clicks"]) == (1, 1)


def test_activity_lists_every_recipient_with_what_they_did(mailchimp: TestClient) -> None:
    body = get(mailchimp, "/reports/c1/email-activity")
    emails = {email["email_id"]: email for email in body["emails"]}
    assert (set(emails), body["total_items"]) == ({AYA, BO, CY}, 3)
    assert [(act["action"], act["timestamp"]) for act in emails[AYA]["activity"]] == [
        ("open", "2026-06-10T10:00:00+00:00"),
        ("open", "2026-06-11T09:00:00+00:00"),
        ("click", "2026-06-11T12:00:00+00:00"),
    ]
    assert emails[AYA]["activity"][2]["url"] == "https://funnelhouse.example/price"
    assert emails[BO]["activity"] == [
        {"action": "bounce", "type": "hard", "timestamp": "2026-06-10T09:00:00+00:00"}
    ]
    since = get(mailchimp, "/reports/c1/email-activity", since="2026-06-11T10:00:00+00:00")
    assert [(email["email_id"], len(email["activity"])) for email in since["emails"]] == [(AYA, 1), (CY, 1)]


def test_sent_to_tells_what_bounced(mailchimp: TestClient) -> None:
    body = get(mailchimp, "/reports/c1/sent-to")
    assert {row["email_id"]: (row["status"], row["open_count"]) for row in body["sent_to"]} == {
        AYA: ("sent", 2), BO: ("hard", 0), CY: ("sent", 1),
    }  # fmt: skip
    assert len(get(mailchimp, "/reports/c1/sent-to", count=1, offset=2)["sent_to"]) == 1


def test_open_details_say_which_opens_a_proxy_made(mailchimp: TestClient) -> None:
    body = get(mailchimp, "/reports/c1/open-details")
    assert (body["total_opens"], body["total_proxy_excluded_opens"], body["total_items"]) == (3, 1, 2)
    statuses = {member["email_id"]: member["contact_status"] for member in body["members"]}
    assert statuses == {AYA: "subscribed", CY: "unsubscribed"}
    opens = {member["email_id"]: member["opens"] for member in body["members"]}
    assert opens == {
        AYA: [
            {"timestamp": "2026-06-10T10:00:00+00:00", "is_proxy_open": True},
            {"timestamp": "2026-06-11T09:00:00+00:00", "is_proxy_open": False},
        ],
        CY: [{"timestamp": "2026-06-12T09:00:00+00:00", "is_proxy_open": True}],
    }


def test_unsubscribed_tells_who_left(mailchimp: TestClient) -> None:
    (left,) = get(mailchimp, "/reports/c1/unsubscribed")["unsubscribes"]
    assert (left["email_id"], left["timestamp"]) == (CY, "2026-06-13T09:00:00+00:00")


def test_later_events_are_not_there_yet(mailchimp: TestClient, sandbox: Sandbox) -> None:
    sandbox.set_clock(at(10, 9))
    (report,) = get(mailchimp, "/reports")["reports"]
    assert (report["emails_sent"], report["opens"]["opens_total"]) == (3, 0)
    assert get(mailchimp, "/reports/c1/open-details")["members"] == []
    sandbox.set_clock(at(9))
    assert get(mailchimp, "/reports")["reports"] == []
    assert mailchimp.get(f"{BASE}/reports/c1/sent-to").status_code == 404


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/lists?counts=5", "counts"),
        ("/lists?count=1001", "count"),
        ("/lists?offset=-1", "offset"),
        ("/lists/l1/members?status=gone", "status"),
        ("/lists/l1/members?since_last_changed=yesterday", "since_last_changed"),
        ("/lists/l1/members?sort_field=email", "sort_field"),
        ("/campaigns?sort_dir=UP", "sort_dir"),
        ("/reports?list_id=l1", "list_id"),
        ("/reports/c1/sent-to?since=2026-06-01", "since"),
        ("/lists?fields=lists.id&exclude_fields=lists.name", "exclude_fields"),
        ("/lists?count=1&count=2", "count"),
        ("/?count=1", "count"),
    ],
)
def test_what_it_does_not_know_is_refused(mailchimp: TestClient, path: str, named: str) -> None:
    answer = mailchimp.get(f"{BASE}{path}")
    assert (answer.status_code, answer.json()["title"]) == (400, "Invalid Resource")
    assert [error["field"] for error in answer.json()["errors"]] == [named]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/list", 404),
        ("GET", "/lists/nobody/members", 404),
        ("GET", "/reports/nothing/sent-to", 404),
        ("GET", "/lists/", 404),
        ("POST", "/lists", 405),
    ],
)
def test_unknown_paths_and_methods_are_problems_too(
    mailchimp: TestClient, method: str, path: str, status: int
) -> None:
    answer = mailchimp.request(method, f"{BASE}{path}")
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.json()["type"].startswith("https://mailchimp.com/developer/")
