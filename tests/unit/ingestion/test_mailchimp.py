"""What we ask of Mailchimp, and what we make of its answers."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from ingestion.registry import Misconfigured
from ingestion.replies import VendorError
from ingestion.sources.mailchimp import (
    DETAILS,
    Mailchimp,
    OverlappingOffset,
    activity_rows,
    base_url_of,
    campaign_rows,
    declared,
    details_since,
    members_since,
    open_rows,
    report_rows,
    unsubscribe_rows,
)

LISTS = "/3.0/lists"
MEMBERS = "/3.0/lists/l1/members"
SENT_TO, ACTIVITY, OPENS, UNSUBSCRIBED = DETAILS
NO_LAG = timedelta(0)


@pytest.fixture
def mailchimp() -> Mailchimp:
    return Mailchimp("secret-us21", None)


def listing(key: str, rows: list[dict]):
    """A listing with offset, count and a living list of rows."""

    def answers(asked):
        offset, count = int(asked.query["offset"]), int(asked.query["count"])
        return {key: rows[offset : offset + count], "total_items": len(rows)}

    return answers


def people(*numbers: int) -> list[dict]:
    return [{"email_id": f"e{n}", "campaign_id": "c1", "status": "sent"} for n in numbers]


def pages_of(mailchimp, vendor, rows, count=4, overlap=2, change=None, **more) -> list[str]:
    """What paging a list yields while `change` happens to it after the first page."""
    answers = listing("sent_to", rows)

    def changing(asked):
        given = answers(asked)
        if change and len(vendor.asked) == 1:
            change(rows)
        return given

    vendor.on("/3.0/x", changing)
    paginator = OverlappingOffset("email_id", count=count, overlap=overlap, **more)
    pages = mailchimp.replies.client.paginate("/3.0/x", paginator=paginator, data_selector="sent_to")
    return [row["email_id"] for page in pages for row in page]


def test_the_key_opens_its_own_data_centre(vendor, mailchimp):
    vendor.on("/3.0/", {"account_id": "abc"})
    assert mailchimp.account_id() == "abc"
    assert mailchimp.replies.base_url == "https://us21.api.mailchimp.com"
    assert base64.b64decode(vendor.asked[0].headers["authorization"].split()[1]) == b"funnelhouse:secret-us21"


def test_a_key_without_data_centre_says_what_to_do():
    with pytest.raises(
        Misconfigured, match=r"no data centre .*SOURCES__MAILCHIMP__API_KEY, or set .*BASE_URL"
    ):
        base_url_of("secret")


@pytest.mark.parametrize("number", [0, 1, 4, 5, 6, 7, 11])
def test_every_row_comes_once(vendor, mailchimp, number):
    assert pages_of(mailchimp, vendor, people(*range(number))) == [f"e{n}" for n in range(number)]


def test_rows_removed_while_reading_lose_no_other(vendor, mailchimp):
    found = pages_of(mailchimp, vendor, people(*range(10)), change=lambda rows: rows.pop(0))
    assert found == [f"e{n}" for n in range(10)]


def test_rows_added_while_reading_double_no_other(vendor, mailchimp):
    found = pages_of(mailchimp, vendor, people(*range(10)), change=lambda rows: rows.insert(0, *people(99)))
    assert found == [f"e{n}" for n in range(10)]


def test_rows_lost_between_two_pages_are_noticed(vendor, mailchimp):
    def shrink(rows):
        rows[:] = [*rows[5:], *people(*range(100, 107))]

    with pytest.raises(
        VendorError, match=r"GET /3\.0/x says total_items 14, but rows were lost .* Run again"
    ):
        pages_of(mailchimp, vendor, people(*range(12)), change=shrink, overlap=1)


def test_fewer_rows_than_promised_are_noticed(vendor, mailchimp):
    vendor.on("/3.0/x", {"sent_to": people(1, 2), "total_items": 3})
    paginator = OverlappingOffset("email_id", count=4, overlap=1)
    with pytest.raises(VendorError, match=r"says total_items 3, but rows were lost after 2"):
        list(mailchimp.replies.client.paginate("/3.0/x", paginator=paginator, data_selector="sent_to"))


def test_a_total_that_ignores_the_filter_proves_nothing(vendor, mailchimp):
    vendor.on("/3.0/x", {"sent_to": people(1, 2), "total_items": 50})
    paginator = OverlappingOffset("email_id", is_filtered=True, count=4, overlap=1)
    pages = mailchimp.replies.client.paginate("/3.0/x", paginator=paginator, data_selector="sent_to")
    assert [row["email_id"] for page in pages for row in page] == ["e1", "e2"]


def test_listings_are_declared_with_a_stable_order(vendor, mailchimp):
    vendor.on(
        LISTS, listing("lists", [{"id": "l1", "name": "News", "date_created": "2026-01-01T00:00:00+00:00"}])
    )
    resources = declared(mailchimp)
    assert [row["id"] for row in resources["lists_pages"]] == ["l1"]
    assert vendor.asked[0].query == {
        "exclude_fields": "_links,lists._links",
        "sort_field": "date_created",
        "sort_dir": "ASC",
        "offset": "0",
        "count": "1000",
    }
    assert set(resources) == {"lists_pages", "campaigns_pages", "reports_pages"}


def test_a_reply_without_its_list_does_not_read_as_empty(vendor, mailchimp):
    vendor.on(LISTS, {"audiences": [], "total_items": 0})
    with pytest.raises(Exception, match=r"GET /3.0/lists holds no list `lists`"):
        list(declared(mailchimp)["lists_pages"])


def member(number: int, day: int) -> dict:
    return {"id": f"m{number}", "list_id": "l1", "last_changed": f"2026-01-{day:02}T00:00:00+00:00"}


def test_members_are_read_from_each_audiences_newest_change(vendor, mailchimp):
    state: dict = {}
    vendor.on(MEMBERS, listing("members", [member(1, 3), member(2, 7)]))
    (rows,) = members_since([{"id": "l1"}], mailchimp, NO_LAG, state)
    assert [row["id"] for row in rows] == ["m1", "m2"]
    assert "since_last_changed" not in vendor.asked[0].query
    assert vendor.asked[0].query["sort_field"] == "timestamp_opt"
    assert state == {"l1": "2026-01-07T00:00:00+00:00"}

    list(members_since([{"id": "l1"}], mailchimp, timedelta(hours=1), state))
    assert vendor.asked[-1].query["since_last_changed"] == "2026-01-06T23:00:00+00:00"


def test_a_new_audience_is_read_whole(vendor, mailchimp):
    vendor.on("/3.0/lists/l2/members", listing("members", []))
    assert list(members_since([{"id": "l2"}], mailchimp, NO_LAG, {"l1": "2026-01-07T00:00:00+00:00"})) == [[]]
    assert "since_last_changed" not in vendor.asked[0].query


def report(number: int, day: int, **counts: int) -> dict:
    zeros = dict.fromkeys(
        ("emails_sent", "opens_total", "clicks_total", "hard_bounces", "soft_bounces", "unsubscribed"), 0
    )
    return {"id": f"c{number}", "send_time": f"2026-01-{day:02}T00:00:00+00:00"} | zeros | counts


RECENT = datetime(2026, 1, 10, tzinfo=UTC)


def asked_of(vendor) -> list[str]:
    return [one.path.split("/")[3] for one in vendor.asked]


def read(vendor, mailchimp, detail, reports, state) -> list[list[dict]]:
    vendor.asked.clear()
    for one in reports:
        vendor.on(f"/3.0/reports/{one['id']}/{detail.path}", listing(detail.key, []))
    return list(details_since(reports, mailchimp, detail, RECENT, state))


def test_details_are_read_of_new_recent_and_moved_campaigns(vendor, mailchimp):
    state: dict = {}
    reports = [report(1, 1), report(2, 2), report(3, 20)]
    read(vendor, mailchimp, UNSUBSCRIBED, reports, state)
    assert asked_of(vendor) == ["c1", "c2", "c3"]

    read(vendor, mailchimp, UNSUBSCRIBED, reports, state)
    assert asked_of(vendor) == ["c3"]

    read(vendor, mailchimp, UNSUBSCRIBED, [report(1, 1), report(2, 2, unsubscribed=1)], state)
    assert asked_of(vendor) == ["c2"]


def test_a_count_of_another_detail_moves_nothing(vendor, mailchimp):
    state: dict = {}
    read(vendor, mailchimp, SENT_TO, [report(1, 1)], state)
    read(vendor, mailchimp, SENT_TO, [report(1, 1, opens_total=5)], state)
    assert asked_of(vendor) == []


def test_activity_is_read_from_a_day_before_its_newest(vendor, mailchimp):
    path = "/3.0/reports/c1/email-activity"
    opened = {"action": "open", "timestamp": "2026-01-15T12:00:00+00:00"}
    emails = [{"campaign_id": "c1", "email_id": "e1", "activity": [opened]}]
    vendor.on(path, listing("emails", emails))
    state: dict = {}
    ((row,),) = details_since([report(1, 14)], mailchimp, ACTIVITY, RECENT, state)
    assert row["occurred_at"] == "2026-01-15T12:00:00+00:00"
    list(details_since([report(1, 14)], mailchimp, ACTIVITY, RECENT, state))
    assert [one.query.get("since") for one in vendor.asked] == [None, "2026-01-14T12:00:00+00:00"]


def test_activity_opens_and_unsubscribes_become_one_row_each():
    email = {"campaign_id": "c1", "list_id": "l1", "email_id": "e1", "email_address": "a@b.example"}
    click = {"action": "click", "timestamp": "t2", "url": "https://a.example", "ip": "1.2.3.4"}
    bounce = {"action": "bounce", "type": "hard", "timestamp": "t3"}
    rows = activity_rows([email | {"activity": [click, bounce]}, email | {"activity": []}])
    assert [(row["action"], row["type"], row["occurred_at"], row["url"]) for row in rows] == [
        ("click", None, "t2", "https://a.example"),
        ("bounce", "hard", "t3", None),
    ]
    opens = [{"timestamp": "t1", "is_proxy_open": True}, {"timestamp": "t2", "is_proxy_open": False}]
    assert [(row["occurred_at"], row["is_proxy_open"]) for row in open_rows([email | {"opens": opens}])] == [
        ("t1", True),
        ("t2", False),
    ]
    (row,) = unsubscribe_rows([email | {"timestamp": "t9", "reason": "NORMAL"}])
    assert (row["occurred_at"], row["list_id"], row["reason"]) == ("t9", "l1", "NORMAL")


def test_reports_and_campaigns_lie_flat():
    ((row,),) = report_rows(
        [
            {
                "id": "c1",
                "emails_sent": 5,
                "opens": {"opens_total": 3, "unique_opens": 2, "proxy_excluded_opens": 1},
                "clicks": {"clicks_total": 4, "unique_clicks": 1},
                "bounces": {"hard_bounces": 1, "soft_bounces": 2},
                "unsubscribed": 6,
            }
        ]
    )
    assert (row["opens_total"], row["unique_clicks"], row["soft_bounces"], row["unsubscribed"]) == (
        3,
        1,
        2,
        6,
    )
    assert row["abuse_reports"] is None
    ((row,),) = campaign_rows(
        [{"id": "c1", "recipients": {"list_id": "l1"}, "settings": {"title": "T", "subject_line": "S"}}]
    )
    assert (row["list_id"], row["title"], row["subject_line"], row["send_time"]) == ("l1", "T", "S", None)


def test_a_refusal_says_what_to_do_and_never_the_key(vendor, mailchimp, answer):
    problem = {"title": "API Key Invalid", "status": 401, "detail": "Your API key may be invalid."}
    vendor.on("/3.0/", answer(problem, 401))
    with pytest.raises(VendorError) as refused:
        mailchimp.account_id()
    assert "refused with 401 API Key Invalid: Your API key may be invalid." in str(refused.value)
    assert "SOURCES__MAILCHIMP__API_KEY" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_too_many_connections_are_waited_out(vendor, mailchimp, answer):
    vendor.on("/3.0/", answer({"title": "Too Many Requests"}, 429), {"account_id": "abc"})
    assert mailchimp.account_id() == "abc"
