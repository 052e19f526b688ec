"""Google Ads as it is known to answer: tokens, queries, nested camel case, 64-bit numbers as text, errors."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.state import Sandbox
from sandbox.vendors import google_ads_report
from sandbox.vendors.gaql import Condition, QueryError, parse
from tests.unit.sandbox.conftest import at

BASE = "/google_ads/v25"
STREAM = f"{BASE}/customers/7001/googleAds:searchStream"
GRANT = {
    "grant_type": "refresh_token", "client_id": "sandbox-client-id", "client_secret": "sandbox-client-secret",
    "refresh_token": "sandbox-refresh-token",
}  # fmt: skip
JUNE = "segments.date BETWEEN '2026-06-01' AND '2026-06-30'"


@pytest.fixture
def google(client: TestClient) -> TestClient:
    """A client with a fresh access token and the developer token."""
    token = client.post("/google_ads/token", data=GRANT).json()
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 3599)
    client.headers["authorization"] = f"Bearer {token['access_token']}"
    client.headers["developer-token"] = "sandbox-developer-token"
    return client


def ask(client: TestClient, query: str) -> list[dict[str, Any]]:
    """The rows that a query finds."""
    answer = client.post(STREAM, json={"query": query})
    assert answer.status_code == 200, answer.text
    return [row for batch in answer.json() for row in batch.get("results", [])]


def error_of(answer: Any) -> tuple[int, str, dict[str, str]]:
    """Status and code of an error; a stream answers errors in an array."""
    (body,) = answer.json()
    (failure,) = body["error"]["details"]
    assert failure["@type"] == "type.googleapis.com/google.ads.googleads.v25.errors.GoogleAdsFailure"
    assert failure["requestId"]
    assert body["error"]["code"] == answer.status_code
    return answer.status_code, body["error"]["status"], failure["errors"][0]["errorCode"]


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"refresh_token": "old"}, 400, "invalid_grant"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"audience": "x"}, 400, "invalid_request"),
    ],
)
def test_wrong_grants_are_refused_as_oauth_says(
    client: TestClient, changed: dict[str, str], status: int, error: str
) -> None:
    answer = client.post("/google_ads/token", data=GRANT | changed)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_grant_is_a_form_not_json(client: TestClient) -> None:
    assert client.post("/google_ads/token", json=GRANT).json()["error"] == "invalid_request"


def test_an_unknown_access_token_is_refused(client: TestClient) -> None:
    answer = client.post(STREAM, json={"query": "SELECT customer.id FROM customer"})
    assert error_of(answer) == (401, "UNAUTHENTICATED", {"authenticationError": "OAUTH_TOKEN_INVALID"})


def test_an_access_token_expires_by_the_clock(google: TestClient, sandbox: Sandbox) -> None:
    sandbox.set_clock(at(1, 1, month=7))
    answer = google.post(STREAM, json={"query": "SELECT customer.id FROM customer"})
    assert error_of(answer) == (401, "UNAUTHENTICATED", {"authenticationError": "OAUTH_TOKEN_EXPIRED"})
    google.headers["authorization"] = (
        "Bearer " + google.post("/google_ads/token", data=GRANT).json()["access_token"]
    )
    assert ask(google, "SELECT customer.id FROM customer")


def test_the_developer_token_is_needed(google: TestClient) -> None:
    google.headers["developer-token"] = "other"
    answer = google.post(STREAM, json={"query": "SELECT customer.id FROM customer"})
    assert error_of(answer)[2] == {"authenticationError": "DEVELOPER_TOKEN_INVALID"}
    del google.headers["developer-token"]
    answer = google.post(STREAM, json={"query": "SELECT customer.id FROM customer"})
    assert error_of(answer)[2] == {"requestError": "DEVELOPER_TOKEN_PARAMETER_MISSING"}


@pytest.mark.parametrize("headers", [{"login-customer-id": "999"}, {}])
def test_an_account_of_others_is_refused(google: TestClient, headers: dict[str, str]) -> None:
    customer = "7001" if headers else "8888"
    answer = google.post(
        f"{BASE}/customers/{customer}/googleAds:searchStream",
        json={"query": "SELECT customer.id FROM customer"}, headers=headers,
    )  # fmt: skip
    assert error_of(answer) == (403, "PERMISSION_DENIED", {"authorizationError": "USER_PERMISSION_DENIED"})


def test_accessible_customers_are_resource_names(google: TestClient) -> None:
    answer = google.get(f"{BASE}/customers:listAccessibleCustomers").json()
    assert answer == {"resourceNames": ["customers/7001"]}


def test_rows_nest_in_camel_case_with_long_numbers_as_text(google: TestClient) -> None:
    entity = "campaign.id, campaign.name, campaign.advertising_channel_type, segments.date"
    figures = "metrics.cost_micros, metrics.clicks, metrics.conversions"
    rows = ask(google, f"SELECT {entity}, {figures} FROM campaign WHERE {JUNE}")
    assert rows[0] == {
        "campaign": {
            "resourceName": "customers/7001/campaigns/11", "id": "11", "name": "بحث",
            "advertisingChannelType": "SEARCH",
        },
        "segments": {"date": "2026-06-10"},
        "metrics": {"costMicros": "12345678", "clicks": "9", "conversions": 1.5},
    }  # fmt: skip


def test_a_batch_says_its_fields_and_request(google: TestClient) -> None:
    (batch,) = google.post(STREAM, json={"query": "SELECT customer.time_zone FROM customer"}).json()
    assert batch["results"] == [{"customer": {"resourceName": "customers/7001", "timeZone": "Europe/Oslo"}}]
    assert batch["fieldMask"] == "customer.timeZone"
    assert batch["requestId"]
    assert batch["queryResourceConsumption"].isdecimal()


def test_a_stream_is_an_array_of_batches(google: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.vendors.google_ads.BATCH_ROWS", 1)
    batches = google.post(STREAM, json={"query": "SELECT campaign.id FROM campaign"}).json()
    assert [[row["campaign"]["id"] for row in batch["results"]] for batch in batches] == [["11"], ["12"]]
    (empty,) = google.post(
        STREAM, json={"query": "SELECT campaign.id FROM campaign WHERE campaign.id = 5"}
    ).json()
    assert "results" not in empty


def test_by_day_only_days_with_figures_come(google: TestClient) -> None:
    query = f"SELECT ad_group_ad.ad.id, segments.date, metrics.clicks FROM ad_group_ad WHERE {JUNE}"
    assert [(row["segments"]["date"], row["metrics"]["clicks"]) for row in ask(google, query)] == [
        ("2026-06-10", "9")
    ]
    seen = ask(google, query.replace("metrics.clicks", "metrics.impressions"))
    assert [row["metrics"]["impressions"] for row in seen] == ["100", "50"], "other metrics, other days"


def test_without_days_what_had_none_comes_with_zeros(google: TestClient) -> None:
    rows = ask(google, "SELECT ad_group_ad.ad.id, metrics.clicks FROM ad_group_ad ORDER BY metrics.clicks")
    assert [(row["adGroupAd"]["ad"]["id"], row["metrics"]["clicks"]) for row in rows] == [
        ("32", "0"),
        ("31", "9"),
    ]


def test_a_filter_on_days_bounds_the_sums(google: TestClient) -> None:
    rows = ask(
        google, "SELECT campaign.id, metrics.impressions FROM campaign WHERE segments.date = '2026-06-11'"
    )
    assert [row["metrics"]["impressions"] for row in rows] == ["50", "0"]


def test_performance_max_spends_on_campaigns_only(google: TestClient) -> None:
    def spend(resource: str) -> int:
        rows = ask(
            google, f"SELECT {resource}.resource_name, metrics.cost_micros FROM {resource} WHERE {JUNE}"
        )
        return sum(int(row["metrics"]["costMicros"]) for row in rows)

    assert (spend("customer"), spend("campaign")) == (15_845_678, 15_845_678)
    assert (spend("ad_group"), spend("ad_group_ad")) == (12_345_678, 12_345_678)


def test_an_ad_knows_its_parents(google: TestClient) -> None:
    fields = "ad_group_ad.ad.id, ad_group_ad.ad.final_urls, ad_group.id, campaign.id, customer.currency_code"
    (row,) = ask(google, f"SELECT {fields} FROM ad_group_ad WHERE ad_group_ad.status = 'REMOVED'")
    assert row["adGroupAd"]["resourceName"] == "customers/7001/adGroupAds/21~32"
    assert row["adGroupAd"]["ad"]["finalUrls"] == ["https://funnelhouse.example/"]
    assert (row["adGroup"]["id"], row["campaign"]["id"], row["customer"]["currencyCode"]) == (
        "21",
        "11",
        "EUR",
    )


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("campaign.id IN (11, 12)", ["11", "12"]),
        ("campaign.name = 'Max'", ["12"]),
        ("campaign.status != 'PAUSED'", ["11"]),
        ("campaign.id >= 12 AND campaign.status IN ('PAUSED', 'ENABLED')", ["12"]),
        ("customer.manager = FALSE", ["11", "12"]),
    ],
)
def test_conditions(google: TestClient, where: str, found: list[str]) -> None:
    rows = ask(google, f"SELECT campaign.id FROM campaign WHERE {where}")
    assert [row["campaign"]["id"] for row in rows] == found


def test_order_and_limit(google: TestClient) -> None:
    rows = ask(google, "SELECT campaign.id, campaign.name FROM campaign ORDER BY campaign.id DESC LIMIT 1")
    assert [row["campaign"]["id"] for row in rows] == ["12"]


def test_conversions_arrive_days_after_the_click(google: TestClient, sandbox: Sandbox) -> None:
    query = (
        f"SELECT campaign.id, segments.date, metrics.conversions, metrics.clicks FROM campaign WHERE {JUNE}"
    )
    sandbox.set_clock(at(14, 0))
    google.headers["authorization"] = (
        "Bearer " + google.post("/google_ads/token", data=GRANT).json()["access_token"]
    )
    assert ask(google, query)[0]["metrics"] == {"conversions": 1.0, "clicks": "9"}
    sandbox.set_clock(at(1, 0, month=7))
    google.headers["authorization"] = (
        "Bearer " + google.post("/google_ads/token", data=GRANT).json()["access_token"]
    )
    assert ask(google, query)[0]["metrics"] == {"conversions": 1.5, "clicks": "9"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT campaign.idd FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT metrics.spend FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT campaign.id FROM keyword_view", "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"),
        ("SELECT campaign.id", "EXPECTED_FROM"),
        ("campaign.id FROM campaign", "EXPECTED_SELECT"),
        ("SELECT campaign.id, segments.date FROM campaign", "EXPECTED_FILTERS_ON_DATE_RANGE"),
        ("SELECT campaign.id, segments.date FROM campaign WHERE segments.date >= '2026-06-01'",
         "EXPECTED_FILTERS_ON_DATE_RANGE"),
        ("SELECT campaign.id FROM campaign WHERE segments.date DURING LAST_7_DAYS",
         "INVALID_VALUE_WITH_DURING_OPERATOR"),
        ("SELECT campaign.id FROM campaign WHERE segments.date = '01.06.2026'", "INVALID_DATE_FORMAT"),
        ("SELECT campaign.id FROM campaign WHERE segments.date = '2026-02-30'", "BAD_VALUE"),
        ("SELECT click_view.gclid, metrics.cost_micros FROM click_view WHERE segments.date = '2026-06-10'",
         "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE"),
        ("SELECT ad_group.id FROM campaign", "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"),
        ("SELECT campaign.id FROM campaign WHERE ad_group.id = 1",
         "PROHIBITED_RESOURCE_TYPE_IN_WHERE_CLAUSE"),
        ("SELECT campaign.id FROM campaign ORDER BY campaign.name",
         "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.status = 'LIVE'", "BAD_ENUM_CONSTANT"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name LIKE 'x%'", "BAD_OPERATOR"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name > 'x'", "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name = 5", "INVALID_STRING_VALUE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = 'x'", "BAD_NUMBER"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id IN ()", "PROHIBITED_EMPTY_LIST_IN_CONDITION"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id BETWEEN 1 OR 2", "EXPECTED_AND"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name = 'x", "STRING_NOT_TERMINATED"),
        ("SELECT campaign.id FROM campaign LIMIT 0", "LIMIT_VALUE_TOO_LOW"),
        ("SELECT campaign.id FROM campaign LIMIT many", "BAD_LIMIT_VALUE"),
        ("SELECT campaign.id FROM campaign ORDER campaign.id", "EXPECTED_BY"),
        ("SELECT campaign.id FROM campaign; DROP", "BAD_SYMBOL"),
        ("SELECT campaign.id FROM campaign campaign.id", "UNEXPECTED_INPUT"),
        ("SELECT", "UNEXPECTED_END_OF_QUERY"),
    ],
)  # fmt: skip
def test_wrong_queries_are_refused_with_googles_names(google: TestClient, query: str, code: str) -> None:
    answer = google.post(STREAM, json={"query": query})
    assert error_of(answer) == (400, "INVALID_ARGUMENT", {"queryError": code})


CLICKS = "SELECT click_view.gclid, click_view.ad_group_ad, campaign.id, segments.date FROM click_view WHERE "


@pytest.mark.parametrize(
    "days",
    [
        "segments.date = '2026-06-10'",
        "segments.date BETWEEN '2026-06-10' AND '2026-06-10'",
        "segments.date > '2026-06-09' AND segments.date <= '2026-06-10'",
        "segments.date IN ('2026-06-10')",
    ],
)
def test_clicks_are_told_one_by_one(google: TestClient, days: str) -> None:
    rows = ask(google, CLICKS + days)
    assert {row["clickView"].get("gclid"): row["campaign"]["id"] for row in rows} == {
        "Cj-1": "11", "Cj-2": "12", None: "11",
    }  # fmt: skip
    (known,) = [row for row in rows if row["clickView"].get("gclid") == "Cj-1"]
    assert known["clickView"] == {
        "resourceName": "customers/7001/clickViews/2026-06-10~Cj-1", "gclid": "Cj-1",
        "adGroupAd": "customers/7001/adGroupAds/21~31",
    }  # fmt: skip
    (largest,) = [row for row in rows if row["clickView"].get("gclid") == "Cj-2"]
    assert "adGroupAd" not in largest["clickView"]


def test_a_click_counts_itself_and_knows_its_parents(google: TestClient) -> None:
    fields = "click_view.gclid, metrics.clicks, ad_group.name, campaign.name, customer.id"
    where = "segments.date = '2026-06-11' AND click_view.gclid = 'Cj-1'"
    (row,) = ask(google, f"SELECT {fields} FROM click_view WHERE {where}")
    assert (row["metrics"], row["adGroup"]["name"], row["campaign"]["name"]) == ({"clicks": "1"}, "A", "بحث")


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("campaign.id = 11", "EXPECTED_FILTER_ON_A_SINGLE_DAY"),
        ("segments.date BETWEEN '2026-06-10' AND '2026-06-11'", "EXPECTED_FILTER_ON_A_SINGLE_DAY"),
        ("segments.date >= '2026-06-10'", "EXPECTED_FILTER_ON_A_SINGLE_DAY"),
        ("segments.date IN ('2026-06-10', '2026-06-11')", "EXPECTED_FILTER_ON_A_SINGLE_DAY"),
        ("segments.date = '2026-04-01'", "DATE_TOO_OLD"),
    ],
)
def test_clicks_of_several_or_old_days_are_refused(google: TestClient, where: str, code: str) -> None:
    answer = google.post(STREAM, json={"query": CLICKS + where})
    assert error_of(answer) == (400, "INVALID_ARGUMENT", {"clickViewError": code})


def test_the_oldest_day_of_clicks_is_ninety_days_before_the_accounts_today(
    google: TestClient, sandbox: Sandbox
) -> None:
    oldest = CLICKS + "segments.date = '2026-04-02'"
    assert [row["clickView"]["gclid"] for row in ask(google, oldest)] == ["Cj-0"]
    # In Oslo it is the next day by then.
    sandbox.set_clock(at(1, 22, month=7))
    google.headers["authorization"] = (
        "Bearer " + google.post("/google_ads/token", data=GRANT).json()["access_token"]
    )
    assert error_of(google.post(STREAM, json={"query": oldest}))[2] == {"clickViewError": "DATE_TOO_OLD"}


@pytest.mark.parametrize("path", [STREAM.replace("v25", "v12"), f"{BASE}/customers/7001/googleAds:mutate"])
def test_other_versions_and_methods_are_not_found(google: TestClient, path: str) -> None:
    answer = google.post(path, json={"query": "SELECT customer.id FROM customer"})
    body = answer.json()
    error = (body[0] if isinstance(body, list) else body)["error"]
    assert (answer.status_code, error["status"]) == (404, "NOT_FOUND")
    assert google.get(STREAM).status_code == 404


def test_unknown_fields_and_parameters_are_refused(google: TestClient) -> None:
    query = "SELECT customer.id FROM customer"
    for path, body in (STREAM, {"query": query, "pageSize": 5}), (f"{STREAM}?alt=sse", {"query": query}):
        answer = google.post(path, json=body)
        assert answer.status_code == 400
        (detail,) = answer.json()[0]["error"]["details"]
        assert detail["@type"] == "type.googleapis.com/google.rpc.BadRequest"
        assert "Unknown" in detail["fieldViolations"][0]["description"]


def test_a_query_keeps_its_parts() -> None:
    query = parse(
        'SELECT campaign.id, metrics.clicks FROM campaign WHERE campaign.name = "a, b" AND metrics.clicks > 2'
    )
    assert query.where == (
        Condition("campaign.name", "=", ("a, b",)), Condition("metrics.clicks", ">", (2,)),
    )  # fmt: skip
    assert (query.metrics, query.by_date, query.limit) == (["metrics.clicks"], False, None)
    with pytest.raises(QueryError, match=r"unexpected end of query"):
        parse("SELECT campaign.id FROM")


def test_names_turn_to_camel_case() -> None:
    assert [google_ads_report.camel(name) for name in ("cost_micros", "ad_group_ad", "id")] == [
        "costMicros", "adGroupAd", "id",
    ]  # fmt: skip
