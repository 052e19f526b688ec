"""What we ask of HubSpot, and what we make of its answers."""

from datetime import UTC, datetime, timedelta

import pytest

from ingestion.landing import Read
from ingestion.replies import VendorError
from ingestion.sources import hubspot as module
from ingestion.sources.hubspot import (
    Changed,
    HubSpot,
    association_rows,
    changes_since,
    history_rows,
    object_rows,
    owner_rows,
    pipeline_rows,
)

CONTACTS = "/crm/v3/objects/contacts"
NO_LAG = timedelta(0)


@pytest.fixture
def hubspot() -> HubSpot:
    return HubSpot("pat-secret", "https://api.hubapi.com", {"deals": ["shoe_size"]})


def thing(number: int, day: int = 1, **more) -> dict:
    moment = f"2026-01-{day:02}T00:00:00.000Z"
    return {
        "id": str(number),
        "createdAt": moment,
        "updatedAt": moment,
        "archived": False,
        "properties": {"hs_object_id": str(number), "email": f"{number}@example.com"},
    } | more


def page(*rows, after: str | None = None) -> dict:
    link = {"paging": {"next": {"after": after, "link": "https://elsewhere.example/x"}}} if after else {}
    return {"results": list(rows)} | link


def test_lists_follow_the_cursor_and_never_the_link(vendor, hubspot):
    vendor.on(CONTACTS, page(thing(1), after="a"), page(thing(2), after="b"), page(thing(3)))
    pages = list(hubspot.listed("contacts", archived=False))
    assert [row["id"] for rows in pages for row in rows] == ["1", "2", "3"]
    assert [one.query.get("after") for one in vendor.asked] == [None, "a", "b"]
    first = vendor.asked[0]
    assert first.headers["authorization"] == "Bearer pat-secret"
    assert first.query["archived"] == "false"
    assert first.query["limit"] == "100"
    assert "lifecyclestage" in first.query["properties"].split(",")
    assert "archived_at" not in first.query["properties"]


def test_a_cursor_that_comes_back_stops_the_reading(vendor, hubspot):
    vendor.on(CONTACTS, page(thing(1), after="a"), page(thing(2), after="b"), page(thing(3), after="a"))
    with pytest.raises(VendorError, match=r"gave the page cursor 'a' twice.*Run again"):
        list(hubspot.listed("contacts", archived=False))


def test_extra_properties_are_asked_for_and_kept(vendor, hubspot):
    vendor.on("/crm/v3/objects/deals", page(thing(1, properties={"hs_object_id": "1", "shoe_size": "44"})))
    (rows,) = hubspot.listed("deals", archived=False)
    assert vendor.asked[0].query["properties"].endswith(",shoe_size")
    ((row,),) = object_rows(Changed("deals", rows), "deals")
    assert row["shoe_size"] == "44"
    assert "hs_object_id" not in row


def test_search_goes_on_behind_the_last_id_where_hubspot_stops(vendor, hubspot, monkeypatch):
    monkeypatch.setattr(module, "SEARCH_CEILING", 4)
    monkeypatch.setattr(module, "SEARCH_LIMIT", 2)

    def search(asked):
        filters = asked.body["filterGroups"][0]["filters"]
        left = [n for n in range(1, 8) if n > int(filters[1]["value"])]
        offset = int(asked.body.get("after", 0))
        assert offset < 4, "HubSpot answers 400 here"
        rows = left[offset : offset + 2]
        after = str(offset + 2) if len(left) > offset + 2 else None
        return page(*(thing(n) for n in rows), after=after)

    vendor.on(f"{CONTACTS}/search", search)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    found = [row["id"] for rows in hubspot.changed("contacts", since) for row in rows]
    assert found == ["1", "2", "3", "4", "5", "6", "7"]
    body = vendor.asked[0].body
    assert body["filterGroups"][0]["filters"][0] == {
        "propertyName": "lastmodifieddate",
        "operator": "GTE",
        "value": "1767225600000",
    }
    assert body["sorts"] == [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
    assert [one.body["filterGroups"][0]["filters"][1]["value"] for one in vendor.asked] == list("0044")


def test_deals_are_searched_by_their_own_clock(vendor, hubspot):
    vendor.on("/crm/v3/objects/deals/search", page())
    list(hubspot.changed("deals", datetime(2026, 1, 1, tzinfo=UTC)))
    assert vendor.asked[0].body["filterGroups"][0]["filters"][0]["propertyName"] == "hs_lastmodifieddate"


def test_history_is_read_fifty_objects_at_a_time(vendor, hubspot):
    vendor.on("/crm/v3/objects/deals/batch/read", page())
    list(history_rows(Changed("deals", [thing(n) for n in range(120)]), hubspot))
    assert [len(one.body["inputs"]) for one in vendor.asked] == [50, 50, 20]
    assert vendor.asked[0].body["propertiesWithHistory"] == [
        "dealstage", "amount", "closedate", "pipeline", "hubspot_owner_id",
    ]  # fmt: skip


def test_every_change_of_a_property_is_a_row(vendor, hubspot):
    entries = [
        {"value": "lead", "timestamp": "2026-01-01T00:00:00Z", "sourceType": "FORM", "sourceId": "f"},
        {"value": "", "timestamp": "2026-01-02T00:00:00Z", "sourceType": "API"},
    ]
    vendor.on(f"{CONTACTS}/batch/read", page(thing(1, propertiesWithHistory={"lifecyclestage": entries})))
    (rows,) = history_rows(Changed("contacts", [thing(1)], archived=True), hubspot)
    assert vendor.asked[0].query == {"archived": "true"}
    assert rows == [
        {"object_type": "contacts", "object_id": "1", "property_name": "lifecyclestage", "value": "lead",
         "changed_at": "2026-01-01T00:00:00Z", "source_type": "FORM", "source_id": "f"},
        {"object_type": "contacts", "object_id": "1", "property_name": "lifecyclestage", "value": "",
         "changed_at": "2026-01-02T00:00:00Z", "source_type": "API", "source_id": None},
    ]  # fmt: skip


def test_companies_have_no_history_to_read(vendor, hubspot):
    assert list(history_rows(Changed("companies", [thing(1)]), hubspot)) == []
    assert vendor.asked == []


def link(source: int, *targets: int, after: str | None = None) -> dict:
    kind = {"category": "HUBSPOT_DEFINED", "typeId": 5, "label": None}
    to = [{"toObjectId": target, "associationTypes": [kind]} for target in targets]
    return {"from": {"id": str(source)}, "to": to} | ({"paging": {"next": {"after": after}}} if after else {})


def test_associations_are_read_to_their_last_page(vendor, hubspot):
    path = "/crm/v4/associations/contacts/companies/batch/read"
    missing = {"category": "OBJECT_NOT_FOUND", "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND"}
    vendor.on(
        path,
        {"results": [link(1, 10, after="x"), link(2, 20)], "errors": [missing]},
        {"results": [link(1, 11)]},
    )
    read, *pages = association_rows(Changed("contacts", [thing(1), thing(2), thing(3)]), hubspot)
    assert read == Read(
        [("contacts", "1", "companies"), ("contacts", "2", "companies"), ("contacts", "3", "companies")]
    )
    assert [(row["from_id"], row["to_id"], row["type_id"]) for rows in pages for row in rows] == [
        ("1", "10", 5),
        ("2", "20", 5),
        ("1", "11", 5),
    ]
    assert vendor.to(path)[1].body == {"inputs": [{"id": "1", "after": "x"}]}


def test_an_association_cursor_that_comes_back_stops_the_reading(vendor, hubspot):
    vendor.on("/crm/v4/associations/contacts/companies/batch/read", {"results": [link(1, 10, after="x")]})
    with pytest.raises(VendorError, match="page cursor twice"):
        list(association_rows(Changed("contacts", [thing(1)]), hubspot))


def test_a_deleted_object_loses_its_links_without_a_question(vendor, hubspot):
    read, none, another, _ = association_rows(Changed("deals", [thing(1)], archived=True), hubspot)
    assert (read.groups, another.groups) == ([("deals", "1", "contacts")], [("deals", "1", "companies")])
    assert none == []
    assert vendor.asked == []


def test_a_batch_that_failed_in_part_is_no_success(vendor, hubspot):
    failed = {"category": "VALIDATION_ERROR", "message": "id is not a number"}
    vendor.on(f"{CONTACTS}/batch/read", page() | {"errors": [failed]})
    with pytest.raises(VendorError, match=r"batch/read answered only in part.*id is not a number"):
        list(hubspot.read("contacts", ["x"]))


def quiet(vendor, archived=(), living=(), found=()) -> None:
    """All three kinds empty, except contacts."""
    for kind in ("contacts", "companies", "deals"):
        vendor.on(f"/crm/v3/objects/{kind}", lambda asked: page())
        vendor.on(f"/crm/v3/objects/{kind}/search", page())
    vendor.on(CONTACTS, lambda asked: page(*(archived if asked.query["archived"] == "true" else living)))
    vendor.on(f"{CONTACTS}/search", page(*found))


def contacts_of(changes) -> list[tuple[str, bool]]:
    return [(one, change.archived) for change in changes if change.kind == "contacts" for one in change.ids]


GONE = {"archived": True, "archivedAt": "2026-01-05T00:00:00.000Z"}


def test_the_first_load_lists_and_the_next_searches_from_the_newest_change(vendor, hubspot):
    state: dict = {}
    quiet(vendor, living=[thing(1, day=3), thing(2, day=7)], archived=[thing(9, **GONE)])
    assert contacts_of(changes_since(hubspot, NO_LAG, state)) == [("9", True), ("1", False), ("2", False)]
    assert state["contacts"]["cursor"] == "2026-01-07T00:00:00+00:00"
    assert vendor.to(f"{CONTACTS}/search") == []

    quiet(vendor, found=[thing(3, day=8)], archived=[thing(9, **GONE)])
    assert contacts_of(changes_since(hubspot, timedelta(days=1), state)) == [("3", False)]
    since = vendor.to(f"{CONTACTS}/search")[0].body["filterGroups"][0]["filters"][0]["value"]
    assert datetime.fromtimestamp(int(since) / 1000, UTC) == datetime(2026, 1, 6, tzinfo=UTC)
    assert state["contacts"]["cursor"] == "2026-01-08T00:00:00+00:00"


def test_a_cursor_never_runs_ahead_of_the_moment_the_load_began(vendor, hubspot):
    state: dict = {}
    quiet(vendor, living=[thing(1, updatedAt="2999-01-01T00:00:00Z")])
    list(changes_since(hubspot, NO_LAG, state))
    assert datetime.fromisoformat(state["contacts"]["cursor"]) < datetime(2999, 1, 1, tzinfo=UTC)


def test_an_empty_account_stays_a_first_load(vendor, hubspot):
    state: dict = {}
    quiet(vendor)
    assert contacts_of(changes_since(hubspot, NO_LAG, state)) == []
    assert state["contacts"]["cursor"] is None


def test_a_restored_object_is_read_again(vendor, hubspot):
    state = {"contacts": {"cursor": "2026-01-07T00:00:00+00:00", "archived": {"9": GONE["archivedAt"]}}}
    quiet(vendor)
    vendor.on(f"{CONTACTS}/batch/read", page(thing(9)))
    assert contacts_of(changes_since(hubspot, NO_LAG, state)) == [("9", False)]
    assert vendor.to(f"{CONTACTS}/batch/read")[0].body["inputs"] == [{"id": "9"}]
    assert state["contacts"]["archived"] == {}


def test_an_object_deleted_twice_is_told_twice(vendor, hubspot):
    state = {"contacts": {"cursor": "2026-01-07T00:00:00+00:00", "archived": {"9": GONE["archivedAt"]}}}
    quiet(vendor, archived=[thing(9, archived=True, archivedAt="2026-01-09T00:00:00.000Z")])
    assert contacts_of(changes_since(hubspot, NO_LAG, state)) == [("9", True)]


def test_rows_carry_the_envelope_beside_the_properties():
    gone = thing(9, **GONE)
    ((row,),) = object_rows(Changed("contacts", [gone], archived=True), "contacts")
    assert row == {
        "id": "9",
        "created_at": gone["createdAt"],
        "updated_at": gone["updatedAt"],
        "archived": True,
        "archived_at": GONE["archivedAt"],
        "email": "9@example.com",
    }
    assert list(object_rows(Changed("contacts", [gone]), "deals")) == []


def test_owners_and_pipelines_have_our_column_names():
    owner = {"id": "1", "email": "a@b", "firstName": "A", "lastName": "B", "userId": 7, "archived": False,
             "createdAt": "c", "updatedAt": "u"}  # fmt: skip
    ((row,),) = owner_rows([owner])
    assert (row["first_name"], row["last_name"], row["user_id"]) == ("A", "B", 7)
    stages = [{"id": "s", "metadata": {"probability": "0.2"}}]
    pipeline = {"id": "default", "label": "Sales", "displayOrder": 0, "archived": False, "stages": stages}
    ((row,),) = pipeline_rows([pipeline])
    assert (row["object_type"], row["display_order"], row["stages"]) == ("deals", 0, stages)


REFUSED = {"status": "error", "category": "INVALID_AUTHENTICATION", "message": "Authentication not found"}


def test_a_refusal_says_what_to_do_and_never_the_token(vendor, hubspot, answer):
    vendor.on("/account-info/v3/details", answer(REFUSED, 401))
    with pytest.raises(VendorError) as refused:
        hubspot.account_id()
    words = str(refused.value)
    assert "GET /account-info/v3/details was refused with 401 INVALID_AUTHENTICATION" in words
    assert "SOURCES__HUBSPOT__ACCESS_TOKEN" in words
    assert "pat-secret" not in words
    assert len(vendor.asked) == 1


def test_a_passing_failure_is_asked_again(vendor, hubspot, answer):
    vendor.on(
        "/account-info/v3/details",
        answer("busy", 503),
        answer(REFUSED, 429, {"Retry-After": "0"}),
        {"portalId": 42},
    )
    assert hubspot.account_id() == "42"
    assert len(vendor.asked) == 3


def test_a_lasting_failure_is_told_after_five_times(vendor, hubspot, answer):
    vendor.on("/account-info/v3/details", answer("<h1>busy</h1>", 503))
    with pytest.raises(VendorError, match="GET /account-info/v3/details was refused with 503"):
        hubspot.account_id()
    assert len(vendor.asked) == 5


@pytest.mark.parametrize("text", ["<html><body>Sign in</body></html>", '{"results": [{"id": "1", "proper'])
def test_what_is_not_json_is_named_by_its_endpoint(vendor, hubspot, answer, text):
    vendor.on(CONTACTS, answer(text))
    with pytest.raises(VendorError, match=r"GET /crm/v3/objects/contacts .* isn't JSON .* check base_url"):
        list(hubspot.listed("contacts", archived=False))


def test_a_reply_without_its_list_does_not_read_as_empty(vendor, hubspot):
    vendor.on(CONTACTS, {"items": []})
    with pytest.raises(VendorError, match=r"contacts holds no list `results` \(it holds: items\)"):
        list(hubspot.listed("contacts", archived=False))
