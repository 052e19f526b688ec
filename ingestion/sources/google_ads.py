"""Google Ads: accounts, campaigns, ad groups, ads, and what they did by day, by GAQL over searchStream."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic
from typing import Any

import dlt
from dlt.common.typing import TSecretStrValue
from dlt.extract import DltResource
from dlt.sources.helpers.rest_client.auth import OAuth2AuthBase
from requests import PreparedRequest, Response

from ingestion.landing import Read, land
from ingestion.registry import Misconfigured
from ingestion.replies import Replies, Row, VendorError, together
from ingestion.table import Table

Window = tuple[date, date]

# A stream is parsed as one document, so a long history is asked for in pieces.
DAYS_A_QUERY = 90
# Google tells of single clicks of so many days before the request, one day a query.
CLICK_DAYS = 90
# A token is renewed a little before it ends, so that no request carries it into its last second.
EARLY_SECONDS = 60


@dataclass(frozen=True)
class Report:
    """A raw table and the GAQL that fills it: column → field, of one resource."""

    table: Table
    resource: str
    fields: Mapping[str, str]

    def query(self, window: Window | None = None) -> str:
        """The GAQL of the report, of some days where it has days."""
        asked = f"SELECT {', '.join(self.fields.values())} FROM {self.resource}"  # noqa: S608
        if window is None:
            return asked
        first, last = window
        days = f"= '{first}'" if first == last else f"BETWEEN '{first}' AND '{last}'"
        return f"{asked} WHERE segments.date {days}"

    def rows(self, results: Sequence[Row]) -> list[Row]:
        """Results as rows: ad_group_ad.ad.id of GAQL is adGroupAd → ad → id of JSON."""
        paths = [(column, *map(camel, field.split("."))) for column, field in self.fields.items()]
        return [{column: reach(result, path) for column, *path in paths} for result in results]


def camel(name: str) -> str:
    """A GAQL name as JSON spells it."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def reach(result: Row, path: Sequence[str]) -> Any:
    """The value at a path, None where a part is missing."""
    found: Any = result
    for part in path:
        found = found.get(part) if found is not None else None
    return found


MEASURES = {
    "impressions": "metrics.impressions", "clicks": "metrics.clicks", "cost_micros": "metrics.cost_micros",
    "conversions": "metrics.conversions", "conversions_value": "metrics.conversions_value",
}  # fmt: skip
MEASURE_TYPES = {
    "impressions": "bigint", "clicks": "bigint", "cost_micros": "bigint",
    "conversions": "double", "conversions_value": "double",
}  # fmt: skip

CUSTOMERS = Report(
    Table(
        name="customers",
        key=("id",),
        description="One row per ad account, with the currency and time zone of its figures.",
        columns={"id": "bigint", "descriptive_name": "text", "currency_code": "text", "time_zone": "text"},
    ),
    "customer",
    {
        "id": "customer.id",
        "descriptive_name": "customer.descriptive_name",
        "currency_code": "customer.currency_code",
        "time_zone": "customer.time_zone",
    },
)
CAMPAIGNS = Report(
    Table(
        name="campaigns",
        key=("customer_id", "id"),
        description="One row per campaign, removed ones included.",
        columns={
            "customer_id": "bigint",
            "id": "bigint",
            "name": "text",
            "status": "text",
            "advertising_channel_type": "text",
            "tracking_url_template": "text",
            "final_url_suffix": "text",
        },
    ),
    "campaign",
    {
        "customer_id": "customer.id",
        "id": "campaign.id",
        "name": "campaign.name",
        "status": "campaign.status",
        "advertising_channel_type": "campaign.advertising_channel_type",
        "tracking_url_template": "campaign.tracking_url_template",
        "final_url_suffix": "campaign.final_url_suffix",
    },
)
AD_GROUPS = Report(
    Table(
        name="ad_groups",
        key=("customer_id", "id"),
        description="One row per ad group, removed ones included.",
        columns={
            "customer_id": "bigint",
            "id": "bigint",
            "campaign_id": "bigint",
            "name": "text",
            "status": "text",
            "tracking_url_template": "text",
            "final_url_suffix": "text",
        },
    ),
    "ad_group",
    {
        "customer_id": "customer.id",
        "id": "ad_group.id",
        "campaign_id": "campaign.id",
        "name": "ad_group.name",
        "status": "ad_group.status",
        "tracking_url_template": "ad_group.tracking_url_template",
        "final_url_suffix": "ad_group.final_url_suffix",
    },
)
ADS = Report(
    Table(
        name="ads",
        key=("customer_id", "ad_group_id", "id"),
        description="One row per ad in an ad group, removed ones included.",
        columns={
            "customer_id": "bigint",
            "ad_group_id": "bigint",
            "id": "bigint",
            "name": "text",
            "status": "text",
            "final_urls": "json",
            "tracking_url_template": "text",
            "final_url_suffix": "text",
        },
    ),
    "ad_group_ad",
    {
        "customer_id": "customer.id",
        "ad_group_id": "ad_group.id",
        "id": "ad_group_ad.ad.id",
        "name": "ad_group_ad.ad.name",
        "status": "ad_group_ad.status",
        "final_urls": "ad_group_ad.ad.final_urls",
        "tracking_url_template": "ad_group_ad.ad.tracking_url_template",
        "final_url_suffix": "ad_group_ad.ad.final_url_suffix",
    },
)
AD_DAILY = Report(
    Table(
        name="ad_daily",
        key=("customer_id", "ad_group_id", "ad_id", "date"),
        replaces=("customer_id", "date"),
        description="One row per ad and day with any activity; money in millionths of its account's unit.",
        columns={
            "customer_id": "bigint",
            "campaign_id": "bigint",
            "ad_group_id": "bigint",
            "ad_id": "bigint",
            "date": "date",
        }
        | MEASURE_TYPES,
    ),
    "ad_group_ad",
    {
        "customer_id": "customer.id",
        "campaign_id": "campaign.id",
        "ad_group_id": "ad_group.id",
        "ad_id": "ad_group_ad.ad.id",
        "date": "segments.date",
    }
    | MEASURES,
)
CAMPAIGN_DAILY = Report(
    Table(
        name="campaign_daily",
        key=("customer_id", "campaign_id", "date"),
        replaces=("customer_id", "date"),
        description="One row per campaign and day; Performance Max spends here and in no ad.",
        columns={"customer_id": "bigint", "campaign_id": "bigint", "date": "date"} | MEASURE_TYPES,
    ),
    "campaign",
    {"customer_id": "customer.id", "campaign_id": "campaign.id", "date": "segments.date"} | MEASURES,
)
# No metrics, which are refused for a manager account, and nothing of ad_group, which a click on Performance
# Max doesn't have: the ad's own name tells the group. Clicks without an id can't be told apart, so of those
# there is one a day, campaign and ad.
CLICK_VIEWS = Report(
    Table(
        name="click_views",
        key=("customer_id", "date", "campaign_id", "ad_group_ad", "gclid"),
        empty_in_key=("ad_group_ad", "gclid"),
        replaces=("customer_id", "date"),
        description="One row per click and day; what Google has forgotten since it was read stays.",
        columns={
            "customer_id": "bigint",
            "campaign_id": "bigint",
            "ad_group_ad": "text",
            "gclid": "text",
            "date": "date",
        },
    ),
    "click_view",
    {
        "customer_id": "customer.id",
        "campaign_id": "campaign.id",
        "ad_group_ad": "click_view.ad_group_ad",
        "gclid": "click_view.gclid",
        "date": "segments.date",
    },
)
ENTITIES = (CUSTOMERS, CAMPAIGNS, AD_GROUPS, ADS)
DAILIES = (AD_DAILY, CAMPAIGN_DAILY)
TABLES = tuple(report.table for report in (*ENTITIES, *DAILIES, CLICK_VIEWS))

ADVICE = {
    400: "The query or an id is wrong for this account or api_version",
    401: "Check SOURCES__GOOGLE_ADS__DEVELOPER_TOKEN, or make a new refresh token and set __REFRESH_TOKEN",
    403: "Check developer_token, login_customer_id and that the refresh token's user may read it",
    404: "Check api_version: Google retires a version about a year after it appears",
    429: "The developer token's quota is used up; run again later or ask Google for a higher access level",
}

SIGN_IN_ADVICE = {
    400: "Make a new refresh token and set SOURCES__GOOGLE_ADS__REFRESH_TOKEN",
    401: "Check SOURCES__GOOGLE_ADS__CLIENT_ID and __CLIENT_SECRET",
}


def refused(body: Any) -> str:
    """The sign-in server's own words in an error."""
    return f"{body.get('error', '')}: {body.get('error_description', '')}" if isinstance(body, dict) else ""


def failures(body: Any) -> list[Row]:
    """The errors in a reply: searchStream wraps them, like everything, in a list."""
    batches = [batch for batch in (body if isinstance(body, list) else [body]) if isinstance(batch, dict)]
    return [batch["error"] for batch in batches if isinstance(batch.get("error"), dict)]


def said(body: Any) -> str:
    """Google's own words in an error, the precise ones of Google Ads before the general one."""
    words = []
    for error in failures(body):
        precise = [
            f"{next(iter(one.get('errorCode', {}).values()), '')}: {one.get('message', '')}"
            for detail in error.get("details", [])
            for one in detail.get("errors", [])
        ]
        words.append(f"{error.get('status', '')}: " + ("; ".join(precise) or error.get("message", "")))
    return " / ".join(words)


def is_too_old(refused: VendorError) -> bool:
    """Whether single clicks were asked for of a day that lies too far back."""
    try:
        errors = failures(refused.response.json())  # type: ignore[union-attr]
    except (AttributeError, ValueError):
        return False
    codes = [
        one.get("errorCode", {})
        for error in errors
        for detail in error.get("details", [])
        for one in detail.get("errors", [])
    ]
    return {"clickViewError": "DATE_TOO_OLD"} in codes


def passes(response: Response | None, _: BaseException | None) -> bool:
    """Whether a stream that began well broke off with an error that a repetition may cure."""
    # An error can only be the last batch, so a good stream isn't parsed twice.
    if response is None or response.status_code != 200 or b'"error"' not in response.content[-20_000:]:
        return False
    try:
        errors = failures(response.json())
    except ValueError:
        return False
    return any(error.get("status") in ("RESOURCE_EXHAUSTED", "INTERNAL", "UNAVAILABLE") for error in errors)


class RefreshToken(OAuth2AuthBase):
    """Access tokens from a refresh token: one while it lasts, and after a 401 a new one, once."""

    def __init__(self, token_url: str, client_id: str, client_secret: str, refresh_token: str) -> None:
        super().__init__()
        self.token_url = token_url
        self.grant = {
            "grant_type": "refresh_token",
            "client_id": client_id,
            "client_secret": client_secret,
            "refresh_token": refresh_token,
        }
        self.replies = Replies("Google sign-in", token_url, said=refused, advice=SIGN_IN_ADVICE)
        self.good_until = 0.0

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign a request."""
        if monotonic() >= self.good_until:
            self.renew()
        request.register_hook("response", self.again)
        return super().__call__(request)

    def renew(self) -> None:
        """Exchange the refresh token for an access token."""
        granted = self.replies.ask(self.token_url, data=self.grant)
        self.access_token = granted["access_token"]
        self.good_until = monotonic() + int(granted.get("expires_in", 3600)) - EARLY_SECONDS

    def again(self, response: Response, **sending: Any) -> Response:
        """Repeat a request whose token was refused, with a new token; a second refusal stands."""
        if response.status_code != 401:
            return response
        response.content  # noqa: B018 - the connection is free for the next request once the body is read
        self.renew()
        repeated = OAuth2AuthBase.__call__(self, response.request.copy())
        answer = response.connection.send(repeated, **sending)  # type: ignore[attr-defined]
        answer.history.append(response)
        answer.request = repeated
        return answer


class GoogleAds:
    """One sign-in and the reports of its accounts."""

    def __init__(
        self, auth: RefreshToken, base_url: str, api_version: str, headers: Mapping[str, str]
    ) -> None:
        self.api_version = api_version
        self.replies = Replies(
            "Google Ads",
            base_url,
            auth=auth,
            headers=headers,
            said=said,
            advice=ADVICE,
            retry_condition=passes,
        )

    def stream(self, customer_id: str, report: Report, window: Window | None = None) -> Iterator[list[Row]]:
        """The rows of a report of one account, batch by batch."""
        path = f"/{self.api_version}/customers/{customer_id}/googleAds:searchStream"
        batches = self.replies.ask(path, json={"query": report.query(window)})
        if not isinstance(batches, list) or failures(batches):
            words = said(batches).rstrip(". ") or "it holds no list of batches"
            raise VendorError(
                f"Google Ads: POST {path} broke off: {words}. Nothing of it was kept; run again"
            )
        yield from (report.rows(batch.get("results", [])) for batch in batches)


def entity_pages(google: GoogleAds, customer_ids: Sequence[str], report: Report) -> Iterator[list[Row]]:
    """All rows of an entity; Google keeps removed ones, so nothing has to be noticed as missing."""
    yield from together(page for customer_id in customer_ids for page in google.stream(customer_id, report))


@dataclass(frozen=True)
class Reading:
    """Which days a run reads: an explicit window, or from `lookback` days before the last loaded day."""

    as_of: date
    window: Window | None
    lookback: timedelta
    history: timedelta

    def days(self, last: date | None) -> Window:
        """First and last day, given the last day that an earlier load has read."""
        if self.window:
            return self.window
        yesterday = self.as_of - timedelta(days=1)
        if last is None:
            return yesterday - self.history, yesterday
        return min(last, yesterday) - self.lookback, yesterday


def daily_pages(
    google: GoogleAds, customer_ids: Sequence[str], report: Report, reading: Reading
) -> Iterator[list[Row] | Read]:
    """The days to read, by the last days that were committed with earlier loads."""
    yield from daily_pages_since(google, customer_ids, report, reading, dlt.current.resource_state())


def daily_pages_since(
    google: GoogleAds,
    customer_ids: Sequence[str],
    report: Report,
    reading: Reading,
    loaded: dict[str, str],
) -> Iterator[list[Row] | Read]:
    """The days to read of every account; days of which Google no longer reports a row are emptied.

    An explicit window never moves the last day: it may lie apart, and the days between would be missed.
    """
    for customer_id in customer_ids:
        last = date.fromisoformat(loaded[customer_id]) if customer_id in loaded else None
        first_day, last_day = reading.days(last)
        yield Read([(int(customer_id), day) for day in days_of(first_day, last_day)])
        windows = pieces(first_day, last_day)
        yield from together(page for window in windows for page in google.stream(customer_id, report, window))
        if not reading.window:
            loaded[customer_id] = max(last or last_day, last_day).isoformat()


def click_pages(
    google: GoogleAds, customer_ids: Sequence[str], reading: Reading
) -> Iterator[list[Row] | Read]:
    """The clicks of the days to read, by the last days that were committed with earlier loads."""
    yield from click_pages_since(google, customer_ids, reading, dlt.current.resource_state())


def click_pages_since(
    google: GoogleAds, customer_ids: Sequence[str], reading: Reading, loaded: dict[str, str]
) -> Iterator[list[Row] | Read]:
    """The clicks of every account; those of days that Google has forgotten since they were read stay."""
    oldest = reading.as_of - timedelta(days=CLICK_DAYS)
    for customer_id in customer_ids:
        last = date.fromisoformat(loaded[customer_id]) if customer_id in loaded else None
        first_day, last_day = reading.days(last)
        read: list[date] = []
        days = days_of(max(first_day, oldest), last_day)
        yield from together(clicks_of_days(google, customer_id, days, read))
        yield Read([(int(customer_id), day) for day in read])
        if not reading.window:
            loaded[customer_id] = max(last or last_day, last_day).isoformat()


def clicks_of_days(
    google: GoogleAds, customer_id: str, days: Sequence[date], read: list[date]
) -> Iterator[list[Row]]:
    """The clicks of each day, the newest day first, noting in `read` which were had.

    Google's clock decides which days are too old (as_of may lie in the past); those before them are, too.
    """
    for day in reversed(days):
        try:
            pages = list(google.stream(customer_id, CLICK_VIEWS, (day, day)))
        except VendorError as refused:
            if is_too_old(refused):
                return
            raise
        read.append(day)
        yield from pages


def pieces(first: date, last: date) -> Iterator[Window]:
    """A stretch of days in windows short enough for one reply."""
    while first <= last:
        end = min(last, first + timedelta(days=DAYS_A_QUERY - 1))
        yield first, end
        first = end + timedelta(days=1)


def days_of(first: date, last: date) -> list[date]:
    """Every day of a stretch, its ends included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@dlt.source(name="google_ads", section="google_ads")
def google_ads_source(
    as_of: date,
    window: Window | None = None,
    client_id: TSecretStrValue = dlt.secrets.value,
    client_secret: TSecretStrValue = dlt.secrets.value,
    refresh_token: TSecretStrValue = dlt.secrets.value,
    developer_token: TSecretStrValue = dlt.secrets.value,
    customer_ids: list[str] | None = None,
    login_customer_id: str | None = None,
    base_url: str = "https://googleads.googleapis.com",
    token_url: str = "https://oauth2.googleapis.com/token",
    api_version: str = "v25",
    lookback_days: int = 30,
    click_lookback_days: int = 3,
    history_days: int = 1095,
) -> list[DltResource]:
    """Google Ads' tables; lookback_days is how long Google still adds conversions to a day.

    click_lookback_days is how long it still adds clicks to a day; login_customer_id is the manager account
    through which the others are read; history_days is how far back the first load reaches.
    """
    accounts = [digits(one) for one in customer_ids or []]
    if not accounts:
        raise Misconfigured(
            "google_ads: no account is named. Set SOURCES__GOOGLE_ADS__CUSTOMER_IDS to a JSON list of "
            'customer ids, such as ["123-456-7890"]'
        )
    headers = {"developer-token": developer_token}
    if login_customer_id:
        headers["login-customer-id"] = digits(login_customer_id)
    auth = RefreshToken(token_url, client_id, client_secret, refresh_token)
    google = GoogleAds(auth, base_url, api_version, headers)
    reading = Reading(as_of, window, timedelta(days=lookback_days), timedelta(days=history_days))
    clicks = Reading(as_of, window, timedelta(days=click_lookback_days), timedelta(days=CLICK_DAYS - 1))
    # Each row names its account in customer_id; this is the account that let us in.
    account = digits(login_customer_id or accounts[0])
    return [
        *(
            dlt.resource(entity_pages, name=f"{report.table.name}_pages")(google, accounts, report)
            | land(report.table, account)
            for report in ENTITIES
        ),
        *(
            dlt.resource(daily_pages, name=f"{report.table.name}_pages")(google, accounts, report, reading)
            | land(report.table, account)
            for report in DAILIES
        ),
        dlt.resource(click_pages, name=f"{CLICK_VIEWS.table.name}_pages")(google, accounts, clicks)
        | land(CLICK_VIEWS.table, account),
    ]


def digits(customer_id: str) -> str:
    """A customer id without the dashes in which people write it."""
    return str(customer_id).replace("-", "").strip()


def resources(as_of: date, window: Window | None = None) -> list[DltResource]:
    """The tables of one run: entities whole, days up to the one before as_of, or those of the window."""
    return list(google_ads_source(as_of, window).resources.values())
