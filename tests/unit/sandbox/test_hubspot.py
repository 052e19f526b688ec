"""HubSpot as it is known to answer: cursors, limits, texts, histories, associations, errors."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from sandbox.state import Sandbox
from sandbox.vendors.hubspot_records import records
from sandbox.world import make_world
from tests.unit.sandbox.conftest import at

CRM = "/hubspot/crm/v3/objects"


@pytest.fixture
def hubspot(client: TestClient) -> TestClient:
    """A client with the token of the private app."""
    client.headers["authorization"] = "Bearer sandbox-token"
    return client


def ms(*moment: int) -> str:
    """A moment of June 2026 in HubSpot's milliseconds."""
    return str(int(at(*moment).timestamp() * 1000))


def search(client: TestClient, kind: str = "contacts", **body: Any) -> Any:
    """The answer to a search."""
    return client.post(f"{CRM}/{kind}/search", json=body)


def filtered(**given: Any) -> dict[str, Any]:
    """The body of a search with one filter."""
    return {"filterGroups": [{"filters": [given]}]}


def ids(answer: Any) -> list[str]:
    """The ids of the objects in an answer."""
    assert answer.status_code in (200, 207), answer.text
    return [result["id"] for result in answer.json()["results"]]


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic sandbox-token"])
def test_without_the_token_it_answers_401_in_its_own_form(client: TestClient, header: str | None) -> None:
    answer = client.get(f"{CRM}/contacts", headers={"authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.json().items() >= {"status": "error", "category": "INVALID_AUTHENTICATION"}.items()
    assert set(answer.json()) == {"status", "message", "correlationId", "category"}


def test_list_pages_by_the_last_id_until_no_cursor_is_left(hubspot: TestClient) -> None:
    first = hubspot.get(f"{CRM}/contacts", params={"limit": 2})
    assert ids(first) == ["101", "102"]
    paging = first.json()["paging"]["next"]
    assert paging["after"] == "102"
    assert paging["link"].endswith("/hubspot/crm/v3/objects/contacts?limit=2&after=102")
    last = hubspot.get(f"{CRM}/contacts", params={"limit": 2, "after": "102"})
    assert ids(last) == ["103"]
    assert "paging" not in last.json()


def test_without_a_choice_it_answers_its_default_properties(hubspot: TestClient) -> None:
    for kind, names in {
        "contacts": {"createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"},
        "companies": {"createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"},
        "deals": {"amount", "closedate", "createdate", "dealname", "dealstage", "hs_lastmodifieddate",
                  "hs_object_id", "pipeline"},
    }.items():  # fmt: skip
        assert set(hubspot.get(f"{CRM}/{kind}").json()["results"][0]["properties"]) == names


def test_every_value_is_a_text_or_nothing_in_hubspots_words(hubspot: TestClient) -> None:
    names = "amount,closedate,dealstage,dealtype,hubspot_owner_id,hs_deal_stage_probability,product"
    won, opened = (
        result["properties"]
        for result in hubspot.get(f"{CRM}/deals", params={"properties": names}).json()["results"]
    )
    assert won == {
        "amount": "1200.5", "closedate": "2026-06-20T15:00:00.000Z", "dealstage": "closedwon",
        "dealtype": "newbusiness", "hubspot_owner_id": "61", "hs_deal_stage_probability": "1.0",
        "product": "Growth", "createdate": "2026-06-08T09:00:00.000Z",
        "hs_lastmodifieddate": "2026-06-20T15:00:00.000Z", "hs_object_id": "901",
    }  # fmt: skip
    assert opened["closedate"] == "2026-07-15T00:00:00.000Z", "while open, the close date is the expected one"
    assert opened["dealtype"] == "existingbusiness"
    assert opened["product"] == "", "a cleared property is an empty text"


def test_contacts_keep_what_people_typed(hubspot: TestClient) -> None:
    contact = hubspot.get(
        f"{CRM}/contacts", params={"properties": "email,lifecyclestage,hs_email_optout"}
    ).json()
    assert contact["results"][0]["properties"]["email"] == " Aya@Nile.example"
    assert contact["results"][1]["properties"]["hs_email_optout"] == "true"
    assert contact["results"][2]["properties"]["lifecyclestage"] == "marketingqualifiedlead"


def test_archived_objects_come_only_when_asked_for(hubspot: TestClient) -> None:
    archived = hubspot.get(f"{CRM}/contacts", params={"archived": "true"})
    assert ids(archived) == ["1004"]
    assert archived.json()["results"][0].items() >= {
        "archived": True, "archivedAt": "2026-06-15T09:00:00.000Z",
    }.items()  # fmt: skip
    wanted = {"inputs": [{"id": "1004"}], "properties": ["email"]}
    assert hubspot.post(f"{CRM}/contacts/batch/read", json=wanted).status_code == 207
    assert ids(hubspot.post(f"{CRM}/contacts/batch/read?archived=true", json=wanted)) == ["1004"]
    assert ids(search(hubspot)) == ["101", "102", "103"]


def test_list_shows_associations_without_labels(hubspot: TestClient) -> None:
    deal = hubspot.get(f"{CRM}/deals", params={"associations": "contacts,companies"}).json()["results"][0]
    assert deal["associations"]["contacts"]["results"] == [
        {"id": "101", "type": "deal_to_contact"},
        {"id": "103", "type": "deal_to_contact"},
    ]
    assert deal["associations"]["companies"]["results"] == [
        {"id": "501", "type": "deal_to_company"},
        {"id": "501", "type": "deal_to_company_unlabeled"},
    ]


def test_search_finds_what_changed_since_a_moment_in_milliseconds(hubspot: TestClient) -> None:
    changed = {"propertyName": "lastmodifieddate", "operator": "GTE", "value": ms(10)}
    body = {
        "filterGroups": [{"filters": [changed]}], "limit": 1, "properties": ["email"],
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
    }  # fmt: skip
    first = search(hubspot, **body)
    assert (ids(first), first.json()["total"]) == (["101"], 2)
    after = first.json()["paging"]["next"]["after"]
    last = search(hubspot, **body, after=after)
    assert ids(last) == ["103"]
    assert "paging" not in last.json()
    assert "associations" not in last.json()["results"][0]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"propertyName": "lifecyclestage", "operator": "EQ", "value": "LEAD"}, ["102"]),
        ({"propertyName": "lifecyclestage", "operator": "IN", "values": ["lead", "customer"]},
         ["101", "102"]),
        ({"propertyName": "hs_object_id", "operator": "GT", "value": "101"}, ["102", "103"]),
        ({"propertyName": "createdate", "operator": "LT", "value": ms(2)}, ["101"]),
        ({"propertyName": "createdate", "operator": "LTE", "value": "2026-06-02T09:00:00Z"}, ["101", "102"]),
        ({"propertyName": "createdate", "operator": "BETWEEN", "value": ms(2), "highValue": ms(4)},
         ["102", "103"]),
        ({"propertyName": "hubspot_owner_id", "operator": "HAS_PROPERTY"}, ["101"]),
        ({"propertyName": "hubspot_owner_id", "operator": "NOT_HAS_PROPERTY"}, ["102", "103"]),
    ],
)  # fmt: skip
def test_search_filters(hubspot: TestClient, given: dict[str, Any], found: list[str]) -> None:
    assert ids(search(hubspot, filterGroups=[{"filters": [given]}])) == found


def test_search_joins_filters_by_and_and_groups_by_or(hubspot: TestClient) -> None:
    over = {"propertyName": "hs_object_id", "operator": "GT", "value": "101"}
    lead = {"propertyName": "lifecyclestage", "operator": "EQ", "value": "lead"}
    first = {"propertyName": "hs_object_id", "operator": "EQ", "value": "101"}
    assert ids(search(hubspot, filterGroups=[{"filters": [over, lead]}])) == ["102"]
    either = [{"filters": [over, lead]}, {"filters": [first]}]
    assert ids(search(hubspot, filterGroups=either)) == ["101", "102"]


def test_search_sorts_downwards_too(hubspot: TestClient) -> None:
    sorts = [{"propertyName": "lastmodifieddate", "direction": "DESCENDING"}]
    assert ids(search(hubspot, sorts=sorts)) == ["101", "103", "102"]


def test_search_stops_at_its_ceiling(hubspot: TestClient, sandbox: Sandbox) -> None:
    sandbox.search_ceiling = 2
    assert ids(search(hubspot, limit=2)) == ["101", "102"]
    refused = search(hubspot, limit=2, after="2")
    assert refused.status_code == 400
    assert refused.json()["category"] == "VALIDATION_ERROR"


def test_search_index_may_lag_behind(hubspot: TestClient, sandbox: Sandbox) -> None:
    sandbox.set_clock(at(4, 9))
    sandbox.faults.switch_on({"name": "search_index_lag", "vendor": "hubspot", "seconds": 3600})
    assert ids(search(hubspot)) == ["101", "102"]
    assert ids(search(hubspot)) == ["101", "102", "103"], "a fault meets one request unless told otherwise"


def test_batch_read_gives_histories_newest_first_with_steps_back(hubspot: TestClient) -> None:
    body = {"inputs": [{"id": "101"}], "properties": [], "propertiesWithHistory": ["lifecyclestage"]}
    contact = hubspot.post(f"{CRM}/contacts/batch/read", json=body).json()["results"][0]
    entries = contact["propertiesWithHistory"]["lifecyclestage"]
    assert [entry["value"] for entry in entries] == [
        "customer", "salesqualifiedlead", "lead", "marketingqualifiedlead", "lead",
    ]  # fmt: skip
    assert entries[0]["timestamp"] == "2026-06-20T09:00:00.000Z"
    assert entries[0]["sourceType"] == "AUTOMATION_PLATFORM"


def test_deals_keep_the_history_of_their_properties(hubspot: TestClient) -> None:
    names = ["dealstage", "amount", "closedate", "pipeline", "hubspot_owner_id"]
    body = {"inputs": [{"id": "901"}, {"id": "902"}], "properties": [], "propertiesWithHistory": names}
    won, opened = (
        deal["propertiesWithHistory"]
        for deal in hubspot.post(f"{CRM}/deals/batch/read", json=body).json()["results"]
    )
    values = {name: [entry["value"] for entry in won[name]] for name in names}
    assert values == {
        "dealstage": ["closedwon", "contractsent", "appointmentscheduled"],
        "amount": ["1200.50", "1000.00"],
        "closedate": ["1781967600000", "1782345600000"],
        "pipeline": ["default", "partners"],
        "hubspot_owner_id": ["61", "62"],
    }, "dates in milliseconds; closing set the actual close date"
    assert [entry["value"] for entry in opened["amount"]] == ["300"]


def test_deals_tell_the_last_activity_and_the_next_one_while_they_are_open(hubspot: TestClient) -> None:
    names = "notes_last_updated,notes_next_activity_date"
    won, opened = (
        result["properties"]
        for result in hubspot.get(f"{CRM}/deals", params={"properties": names}).json()["results"]
    )
    assert won["notes_last_updated"] == "2026-06-18T09:00:00.000Z"
    assert not won["notes_next_activity_date"]
    assert opened["notes_next_activity_date"] == "2026-07-03T09:00:00.000Z"


def test_deals_tell_when_they_were_delivered(hubspot: TestClient) -> None:
    answer = hubspot.get(f"{CRM}/deals", params={"properties": "delivered_at"}).json()
    delivered, opened = (result["properties"]["delivered_at"] for result in answer["results"])
    assert delivered == "2026-06-20T15:00:00.000Z"
    assert not opened


def test_a_merged_contact_is_gone_and_its_winner_names_it() -> None:
    world = make_world()
    merge = world["crm_merges"].to_pylist()[0]
    before = records(world.at(merge["merged_at"] - timedelta(days=1))).objects["contacts"]
    after = records(world.at(merge["merged_at"])).objects["contacts"]
    loser, winner = int(merge["loser_id"]), int(merge["winner_id"])
    assert (loser in before.ids, loser in after.ids) == (True, False)
    (row,) = after.rows_of(np.array([winner]), archived=False)
    assert after.properties["hs_merged_object_ids"][row].as_py() == merge["loser_id"]
    assert after.envelope["updatedAt"][row].as_py() >= f"{merge['merged_at']:%Y-%m-%dT%H:%M}"


def test_batch_read_says_which_objects_are_missing(hubspot: TestClient) -> None:
    body = {"inputs": [{"id": "101"}, {"id": "9"}], "properties": ["email"]}
    answer = hubspot.post(f"{CRM}/contacts/batch/read", json=body)
    assert (answer.status_code, answer.json()["numErrors"]) == (207, 1)
    assert answer.json()["errors"][0]["context"] == {"ids": ["9"]}
    assert ids(answer) == ["101"]


def test_associations_name_types_and_page_for_each_object(hubspot: TestClient, sandbox: Sandbox) -> None:
    path = "/hubspot/crm/v4/associations/deals/contacts/batch/read"
    sandbox.association_page = 1
    answer = hubspot.post(path, json={"inputs": [{"id": "901"}, {"id": "5"}]})
    assert answer.status_code == 207
    assert answer.json()["errors"][0]["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    (first,) = answer.json()["results"]
    assert first["to"][0]["toObjectId"] == 101
    assert [(kind["category"], kind["label"]) for kind in first["to"][0]["associationTypes"]] == [
        ("HUBSPOT_DEFINED", None), ("USER_DEFINED", "Primary contact"), ("USER_DEFINED", "decision_maker"),
    ]  # fmt: skip
    after = first["paging"]["next"]["after"]
    rest = hubspot.post(path, json={"inputs": [{"id": "901", "after": after}]}).json()["results"][0]
    assert ([other["toObjectId"] for other in rest["to"]], "paging" in rest) == ([103], False)


def test_associations_go_both_ways(hubspot: TestClient) -> None:
    path = "/hubspot/crm/v4/associations/companies/contacts/batch/read"
    (result,) = hubspot.post(path, json={"inputs": [{"id": "501"}]}).json()["results"]
    assert [other["toObjectId"] for other in result["to"]] == [101, 103], "the archived contact is gone"
    assert [kind["typeId"] for kind in result["to"][0]["associationTypes"]] == [2, 280]


def test_owners_page(hubspot: TestClient) -> None:
    first = hubspot.get("/hubspot/crm/v3/owners", params={"limit": 1})
    assert first.json()["results"][0].items() >= {"id": "61", "firstName": "Sam", "type": "PERSON"}.items()
    after = first.json()["paging"]["next"]["after"]
    assert ids(hubspot.get("/hubspot/crm/v3/owners", params={"limit": 1, "after": after})) == ["62"]
    assert ids(hubspot.get("/hubspot/crm/v3/owners", params={"archived": "true"})) == []


def test_pipelines_carry_stages_with_their_probability(hubspot: TestClient) -> None:
    (pipeline,) = hubspot.get("/hubspot/crm/v3/pipelines/deals").json()["results"]
    assert pipeline["id"] == "default"
    assert [(stage["id"], stage["metadata"]) for stage in pipeline["stages"]][-2:] == [
        ("closedwon", {"isClosed": "true", "probability": "1.0"}),
        ("closedlost", {"isClosed": "true", "probability": "0.0"}),
    ]


def test_the_account_and_the_limits_are_told(hubspot: TestClient) -> None:
    answer = hubspot.get("/hubspot/account-info/v3/details")
    assert answer.json()["companyCurrency"] == "USD"
    assert answer.headers["x-hubspot-ratelimit-max"] == "190"


@pytest.mark.parametrize(
    ("path", "named"),
    [
        (f"{CRM}/contacts?limitt=5", "limitt"),
        (f"{CRM}/contacts?limit=101", "limit"),
        (f"{CRM}/contacts?limit=51&propertiesWithHistory=email", "limit"),
        (f"{CRM}/contacts?limit=abc", "limit"),
        (f"{CRM}/contacts?after=x", "after"),
        (f"{CRM}/contacts?archived=yes", "archived"),
        (f"{CRM}/contacts?properties=emial", "emial"),
        (f"{CRM}/contacts?associations=tickets", "tickets"),
        (f"{CRM}/tickets", "tickets"),
        ("/hubspot/crm/v3/owners?limit=501", "limit"),
        ("/hubspot/crm/v3/pipelines/deals?archived=true", "archived"),
    ],
)
def test_what_it_does_not_know_in_a_query_is_refused(hubspot: TestClient, path: str, named: str) -> None:
    answer = hubspot.get(path)
    assert answer.status_code == 400
    assert answer.json()["category"] == "VALIDATION_ERROR"
    assert named in answer.json()["message"]


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("contacts/search", {"filters": []}, "filters"),
        ("contacts/search", {"limit": 201}, "limit"),
        ("contacts/search", {"sorts": ["createdate", "email"]}, "sort"),
        ("contacts/search", filtered(propertyName="x", operator="EQ"), "'x'"),
        ("contacts/search", filtered(propertyName="email", operator="IS"), "IS"),
        ("contacts/search", filtered(propertyName="email", operator="IN"), "values"),
        ("contacts/search", filtered(propertyName="email", operator="EQ", values=["x"]), "value"),
        ("contacts/search", filtered(propertyName="email", operator="GT", value="x"), "text"),
        ("contacts/search", filtered(propertyName="createdate", operator="GT", value="x"), "createdate"),
        ("contacts/search", {"filterGroups": [{"filters": []}]}, "filter"),
        ("contacts/batch/read", {"inputs": [{"id": "1"}], "idProperty": "email"}, "idProperty"),
        ("contacts/batch/read", {"inputs": [{"id": str(n)} for n in range(101)]}, "100"),
        ("contacts/batch/read",
         {"inputs": [{"id": str(n)} for n in range(51)], "propertiesWithHistory": ["email"]}, "50"),
        ("contacts/batch/read", {"inputs": []}, "inputs"),
        ("contacts/batch/read", {"inputs": [{"key": "1"}]}, "key"),
    ],
)  # fmt: skip
def test_what_it_does_not_know_in_a_body_is_refused(
    hubspot: TestClient, path: str, body: dict[str, Any], named: str
) -> None:
    answer = hubspot.post(f"{CRM}/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["status"] == "error"
    assert named in answer.json()["message"]


def test_unknown_paths_and_methods_are_refused_in_its_own_form(hubspot: TestClient) -> None:
    assert (hubspot.get("/hubspot/crm/v3/objectz").status_code) == 404
    assert hubspot.get("/hubspot/crm/v3/objectz").json()["status"] == "error"
    answer = hubspot.delete(f"{CRM}/contacts")
    assert (answer.status_code, answer.json()["category"]) == (405, "METHOD_NOT_ALLOWED")
    assert hubspot.post(f"{CRM}/contacts/search", content=b"{").status_code == 400


def test_an_earlier_clock_shows_an_earlier_portal(hubspot: TestClient, sandbox: Sandbox) -> None:
    sandbox.set_clock(at(10, 12))
    deal = hubspot.get(f"{CRM}/deals/").status_code
    assert deal == 404, "no trailing slashes"
    deals = hubspot.get(f"{CRM}/deals").json()["results"]
    assert [deal["properties"]["dealstage"] for deal in deals] == ["appointmentscheduled"] * 2
    assert deals[0]["properties"]["amount"] == "1000"
    assert deals[0]["properties"]["closedate"] == "2026-06-25T00:00:00.000Z"
    assert ids(hubspot.get(f"{CRM}/contacts")) == ["101", "102", "103", "1004"], "not archived yet"
