"""What we ask of Google Ads, and what we make of its answers."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from ingestion.landing import Landing, Read
from ingestion.registry import Misconfigured
from ingestion.replies import VendorError
from ingestion.sources.google_ads import (
    AD_DAILY,
    ADS,
    CAMPAIGN_DAILY,
    CLICK_VIEWS,
    GoogleAds,
    Reading,
    RefreshToken,
    click_pages_since,
    daily_pages_since,
    digits,
    entity_pages,
    google_ads_source,
    pieces,
)

TOKEN = "/token"
STREAM = "/v25/customers/111/googleAds:searchStream"
GRANTED = {"access_token": "first", "expires_in": 3599, "token_type": "Bearer"}
MONTH = timedelta(days=30)
YEAR = timedelta(days=365)


@pytest.fixture
def google(vendor) -> GoogleAds:
    vendor.on(TOKEN, GRANTED)
    auth = RefreshToken("https://oauth2.googleapis.com/token", "an-id", "a-secret", "a-refresh-token")
    headers = {"developer-token": "a-developer-token", "login-customer-id": "999"}
    return GoogleAds(auth, "https://googleads.googleapis.com", "v25", headers)


def spent(day: str, cost: str = "1000000") -> dict:
    return {
        "customer": {"resourceName": "customers/111", "id": "111"},
        "campaign": {"id": "9007199254740993"},
        "adGroup": {"id": "3"},
        "adGroupAd": {"ad": {"id": "4"}},
        "segments": {"date": day},
        "metrics": {"impressions": "10", "clicks": "0", "costMicros": cost, "conversions": 0.5},
    }


def failure(status: str, code: str = "", message: str = "", general: str = "Request failed.") -> dict:
    details = [{"errors": [{"errorCode": {"queryError": code}, "message": message}]}] if code else []
    return {"error": {"code": 400, "message": general, "status": status, "details": details}}


def test_a_report_is_asked_for_in_gaql_with_all_headers(vendor, google):
    vendor.on(STREAM, [])
    list(google.stream("111", CAMPAIGN_DAILY, (date(2026, 1, 1), date(2026, 1, 31))))
    (asked,) = vendor.to(STREAM)
    assert asked.body["query"] == (
        "SELECT customer.id, campaign.id, segments.date, metrics.impressions, metrics.clicks, "
        "metrics.cost_micros, metrics.conversions, metrics.conversions_value FROM campaign "
        "WHERE segments.date BETWEEN '2026-01-01' AND '2026-01-31'"
    )
    assert asked.headers["authorization"] == "Bearer first"
    assert asked.headers["developer-token"] == "a-developer-token"
    assert asked.headers["login-customer-id"] == "999"


def test_results_become_rows_of_strings_as_google_wrote_them(vendor, google):
    vendor.on(STREAM, [{"results": [spent("2026-01-01")]}, {"results": [spent("2026-01-02")]}])
    first, second = google.stream("111", AD_DAILY)
    assert first == [
        {
            "customer_id": "111",
            "campaign_id": "9007199254740993",
            "ad_group_id": "3",
            "ad_id": "4",
            "date": "2026-01-01",
            "impressions": "10",
            "clicks": "0",
            "cost_micros": "1000000",
            "conversions": 0.5,
            "conversions_value": None,
        }
    ]
    assert second[0]["date"] == "2026-01-02"


def test_entities_of_every_account_are_read_whole(vendor, google):
    ad = {"status": "REMOVED", "ad": {"id": "4", "finalUrls": ["https://a.example"]}}
    vendor.on(STREAM, [{"results": [{"customer": {"id": "111"}, "adGroup": {"id": "3"}, "adGroupAd": ad}]}])
    vendor.on(STREAM.replace("111", "222"), [])
    ((row,),) = entity_pages(google, ["111", "222"], ADS)
    assert row["final_urls"] == ["https://a.example"]
    assert row["status"] == "REMOVED"
    assert row["name"] is None
    assert len(vendor.to(STREAM.replace("111", "222"))) == 1
    assert "WHERE" not in vendor.to(STREAM)[0].body["query"]


def test_one_token_serves_until_it_nears_its_end(vendor, google):
    vendor.on(STREAM, [])
    for _ in range(3):
        list(google.stream("111", ADS))
    (asked,) = vendor.to(TOKEN)
    assert asked.form == {
        "grant_type": "refresh_token",
        "client_id": "an-id",
        "client_secret": "a-secret",
        "refresh_token": "a-refresh-token",
    }
    vendor.on(TOKEN, GRANTED | {"expires_in": 30})
    google.replies.client.auth.good_until = 0
    for _ in range(2):
        list(google.stream("111", ADS))
    assert len(vendor.to(TOKEN)) == 3


def test_a_refused_token_is_renewed_once(vendor, google, answer):
    vendor.on(TOKEN, GRANTED, GRANTED | {"access_token": "second"})
    vendor.on(STREAM, answer([failure("UNAUTHENTICATED")], 401), [{"results": [spent("2026-01-01")]}])
    ((row,),) = google.stream("111", AD_DAILY)
    assert row["date"] == "2026-01-01"
    assert [one.headers["authorization"] for one in vendor.to(STREAM)] == ["Bearer first", "Bearer second"]


def test_a_second_refusal_stands_and_says_what_to_do(vendor, google, answer):
    vendor.on(STREAM, answer([failure("UNAUTHENTICATED", general="Invalid credentials.")], 401))
    with pytest.raises(VendorError) as refused:
        list(google.stream("111", AD_DAILY))
    assert "refused with 401 UNAUTHENTICATED: Invalid credentials." in str(refused.value)
    assert "SOURCES__GOOGLE_ADS__DEVELOPER_TOKEN, or make a new refresh token" in str(refused.value)
    assert len(vendor.to(STREAM)) == 2


def test_a_dead_refresh_token_is_named_without_being_shown(vendor, google, answer):
    grant = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    vendor.on(TOKEN, answer(grant, 400))
    with pytest.raises(VendorError) as refused:
        list(google.stream("111", ADS))
    words = str(refused.value)
    assert "Google sign-in: POST /token was refused with 400 invalid_grant: Token has been expired" in words
    assert "Make a new refresh token" in words
    assert not any(secret in words for secret in ("a-secret", "a-refresh-token", "a-developer-token"))


def test_a_query_error_tells_googles_precise_words(vendor, google, answer):
    vendor.on(STREAM, answer([failure("INVALID_ARGUMENT", "UNRECOGNIZED_FIELD", "No field 'shoe'.")], 400))
    with pytest.raises(
        VendorError, match=r"INVALID_ARGUMENT: UNRECOGNIZED_FIELD: No field 'shoe'\. The query"
    ):
        list(google.stream("111", ADS))
    assert len(vendor.to(STREAM)) == 1


@pytest.mark.parametrize(
    ("status", "name"), [(429, "RESOURCE_EXHAUSTED"), (500, "INTERNAL"), (503, "UNAVAILABLE")]
)
def test_passing_errors_are_asked_again(vendor, google, answer, status, name):
    vendor.on(STREAM, answer([failure(name)], status), [{"results": [spent("2026-01-01")]}])
    assert len(list(google.stream("111", AD_DAILY))) == 1


def test_a_stream_that_breaks_off_is_read_anew(vendor, google):
    good = {"results": [spent("2026-01-01")]}
    vendor.on(STREAM, [good, failure("INTERNAL")], [good, good])
    assert len(list(google.stream("111", AD_DAILY))) == 2


def test_a_stream_that_keeps_breaking_off_keeps_nothing(vendor, google):
    vendor.on(STREAM, [{"results": [spent("2026-01-01")]}, failure("INTERNAL", general="Internal error.")])
    with pytest.raises(VendorError, match=r"searchStream broke off: INTERNAL: Internal error\. Nothing"):
        next(google.stream("111", AD_DAILY))
    assert len(vendor.to(STREAM)) == 5


def test_a_truncated_stream_is_named_by_its_endpoint(vendor, google, answer):
    vendor.on(STREAM, answer('[{"results": [{"customer": {"id"'))
    with pytest.raises(VendorError, match=r"POST /v25/customers/111/googleAds:searchStream .* isn't JSON"):
        list(google.stream("111", AD_DAILY))


AS_OF = date(2026, 7, 1)


def test_the_first_load_reaches_back_through_the_history():
    assert Reading(AS_OF, None, MONTH, YEAR).days(None) == (date(2025, 6, 30), date(2026, 6, 30))


def test_later_loads_begin_the_lookback_before_the_last_loaded_day():
    reading = Reading(AS_OF, None, MONTH, YEAR)
    assert reading.days(date(2026, 6, 20)) == (date(2026, 5, 21), date(2026, 6, 30))


def test_a_run_of_an_earlier_day_still_reads_its_lookback():
    reading = Reading(date(2026, 3, 1), None, MONTH, YEAR)
    assert reading.days(date(2026, 6, 30)) == (date(2026, 1, 29), date(2026, 2, 28))


def test_an_explicit_window_is_read_as_given():
    window = (date(2024, 1, 1), date(2024, 1, 31))
    assert Reading(AS_OF, window, MONTH, YEAR).days(date(2026, 6, 30)) == window


def test_long_stretches_are_cut_without_gap_or_overlap():
    cut = list(pieces(date(2025, 1, 1), date(2025, 12, 31)))
    assert cut[0][0] == date(2025, 1, 1)
    assert cut[-1][1] == date(2025, 12, 31)
    assert all(after[0] - before[1] == timedelta(days=1) for before, after in pairwise(cut))
    assert sum((last - first).days + 1 for first, last in cut) == 365


def test_every_day_that_is_read_is_named_even_if_google_has_nothing_for_it(vendor, google):
    vendor.on(STREAM, [{"results": [spent("2026-06-29")]}])
    loaded: dict = {"111": "2026-06-29"}
    reading = Reading(AS_OF, None, timedelta(days=2), YEAR)
    read, rows = daily_pages_since(google, ["111"], AD_DAILY, reading, loaded)
    assert read == Read([(111, date(2026, 6, day)) for day in (27, 28, 29, 30)])
    assert len(rows) == 1
    assert loaded == {"111": "2026-06-30"}


def test_a_window_leaves_the_last_day_where_it_was(vendor, google):
    vendor.on(STREAM, [])
    loaded: dict = {}
    window = (date(2024, 1, 1), date(2024, 1, 2))
    list(daily_pages_since(google, ["111"], AD_DAILY, Reading(AS_OF, window, MONTH, YEAR), loaded))
    assert loaded == {}
    assert "BETWEEN '2024-01-01' AND '2024-01-02'" in vendor.to(STREAM)[0].body["query"]


def test_a_new_account_gets_its_whole_history(vendor, google):
    vendor.on(STREAM, [])
    vendor.on(STREAM.replace("111", "222"), [])
    loaded = {"111": "2026-06-30"}
    list(daily_pages_since(google, ["111", "222"], AD_DAILY, Reading(AS_OF, None, MONTH, YEAR), loaded))
    assert len(vendor.to(STREAM)) == 1
    assert "BETWEEN '2025-06-30'" in vendor.to(STREAM.replace("111", "222"))[0].body["query"]
    assert loaded == {"111": "2026-06-30", "222": "2026-06-30"}


def clicked(*ids: str | None, day: str = "2026-06-30", campaign: str = "7") -> list[dict]:
    """What Google says of the clicks of a day."""
    return [
        {
            "customer": {"id": "111"},
            "campaign": {"id": campaign},
            "clickView": {"adGroupAd": "customers/111/adGroupAds/3~4"} | ({"gclid": one} if one else {}),
            "segments": {"date": day},
        }
        for one in ids
    ]


def day_of(asked) -> str:
    """The day of a query of clicks."""
    return asked.body["query"].partition("segments.date = ")[2].strip("'")


def too_old(answer):
    error = failure("INVALID_ARGUMENT")
    failed = {"errorCode": {"clickViewError": "DATE_TOO_OLD"}, "message": "The requested date is too old."}
    error["error"]["details"] = [{"errors": [failed]}]
    return answer([error], 400)


CLICKS = Reading(AS_OF, None, timedelta(days=3), timedelta(days=89))


def test_clicks_are_asked_for_a_day_at_a_time_without_metrics(vendor, google):
    vendor.on(STREAM, [{"results": clicked("a", None)}])
    rows, read = click_pages_since(google, ["111"], CLICKS, loaded := {})
    asked = vendor.to(STREAM)
    assert asked[0].body["query"] == (
        "SELECT customer.id, campaign.id, click_view.ad_group_ad, click_view.gclid, segments.date "
        "FROM click_view WHERE segments.date = '2026-06-30'"
    )
    assert rows[0] == {
        "customer_id": "111",
        "campaign_id": "7",
        "ad_group_ad": "customers/111/adGroupAds/3~4",
        "gclid": "a",
        "date": "2026-06-30",
    }
    assert (rows[1]["gclid"], len(rows)) == (None, 180)
    days = [AS_OF - timedelta(days=n) for n in range(1, 91)]
    assert [day_of(one) for one in asked] == [day.isoformat() for day in days]
    assert read == Read([(111, day) for day in days])
    assert loaded == {"111": "2026-06-30"}


def test_later_loads_ask_for_the_days_since_and_a_few_before(vendor, google):
    vendor.on(STREAM, [])
    loaded = {"111": "2026-06-28"}
    *_, read = click_pages_since(google, ["111"], CLICKS, loaded)
    assert [day for _, day in read.groups] == [date(2026, 6, day) for day in (30, 29, 28, 27, 26, 25)]
    assert loaded == {"111": "2026-06-30"}


def test_after_a_long_pause_clicks_are_asked_for_as_far_back_as_google_tells(vendor, google):
    vendor.on(STREAM, [])
    *_, read = click_pages_since(google, ["111"], CLICKS, {"111": "2025-12-31"})
    assert (read.groups[-1], len(read.groups)) == ((111, date(2026, 4, 2)), 90)


@pytest.mark.parametrize(
    ("window", "days"),
    [
        ((date(2026, 6, 3), date(2026, 6, 4)), ["2026-06-04", "2026-06-03"]),
        ((date(2026, 3, 30), date(2026, 4, 2)), ["2026-04-02"]),
        ((date(2025, 1, 1), date(2025, 1, 31)), []),
    ],
)
def test_a_window_of_clicks_reaches_back_no_further_than_google_tells(vendor, google, window, days):
    vendor.on(STREAM, [])
    loaded: dict = {}
    reading = Reading(AS_OF, window, timedelta(days=3), timedelta(days=89))
    *_, read = click_pages_since(google, ["111"], reading, loaded)
    assert [day_of(one) for one in vendor.to(STREAM)] == days
    assert [day.isoformat() for _, day in read.groups] == days
    assert loaded == {}


def test_days_that_google_has_forgotten_are_left_as_they_were(vendor, google, answer):
    vendor.on(STREAM, lambda asked: [] if day_of(asked) >= "2026-06-20" else too_old(answer))
    vendor.on(STREAM.replace("111", "222"), lambda asked: too_old(answer))
    _, first, _, second = click_pages_since(google, ["111", "222"], CLICKS, {})
    assert [day for _, day in first.groups] == [date(2026, 6, day) for day in range(30, 19, -1)]
    assert second == Read([])
    assert len(vendor.to(STREAM)) == 12, "what lies before a day that is too old isn't asked for"
    assert len(vendor.to(STREAM.replace("111", "222"))) == 1


@pytest.mark.parametrize(("status", "name"), [(500, "INTERNAL"), (400, "INVALID_ARGUMENT")])
def test_a_day_of_clicks_that_fails_stops_the_load(vendor, google, answer, status, name):
    broken = answer([failure(name, general="It broke.")], status)
    vendor.on(STREAM, lambda asked: broken if day_of(asked) == "2026-06-15" else [{"results": clicked("a")}])
    loaded = {"111": "2026-06-01"}
    with pytest.raises(VendorError, match=rf"refused with {status} {name}: It broke\."):
        list(click_pages_since(google, ["111"], CLICKS, loaded))
    assert loaded == {"111": "2026-06-01"}


def test_clicks_without_an_id_are_rows_of_their_day_campaign_and_ad():
    landing = Landing(CLICK_VIEWS.table, "111", "click_views")
    again = clicked("a", day="2026-06-29")
    found = [*clicked("a", "a", None, None, ""), *again, *clicked(None, campaign="8")]
    rows, counts = landing.typed(CLICK_VIEWS.rows(found))
    assert rows.data["gclid"].to_pylist().count("a") == 3
    (count,) = counts.data.to_pylist()
    assert (count["extracted"], count["deduplicated"], count["quarantined"]) == (7, 3, 0)


def test_a_click_of_no_campaign_is_quarantined():
    landing = Landing(CLICK_VIEWS.table, "111", "click_views")
    _, rejected, _ = landing.typed(CLICK_VIEWS.rows([*clicked("a"), *clicked("b", campaign="")]))
    assert rejected.data["reason"].to_pylist() == ["column campaign_id: required, but empty"]


def test_customer_ids_may_have_their_dashes():
    assert digits("123-456-7890") == "1234567890"


def test_without_an_account_it_says_what_to_set():
    secrets = dict.fromkeys(("client_id", "client_secret", "refresh_token", "developer_token"), "x")
    with pytest.raises(Misconfigured, match=r"no account is named\. Set SOURCES__GOOGLE_ADS__CUSTOMER_IDS"):
        google_ads_source(AS_OF, **secrets)
