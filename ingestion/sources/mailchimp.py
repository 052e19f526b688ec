"""Mailchimp: audiences, their members, campaigns, reports, and who did what with each campaign."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dlt
from dlt.common.typing import TSecretStrValue
from dlt.extract import DltResource
from dlt.sources.helpers.rest_client.auth import HttpBasicAuth
from dlt.sources.helpers.rest_client.paginators import OffsetPaginator
from dlt.sources.rest_api import rest_api_resources
from requests import Request, Response

from ingestion.landing import land
from ingestion.registry import Misconfigured
from ingestion.replies import Replies, Row, VendorError, together
from ingestion.table import Table

Page = list[Row]

COUNT, OVERLAP = 1000, 20
ACTIVITY_LAG = timedelta(days=1)

LISTS = Table(
    name="lists",
    key=("id",),
    description="One row per audience.",
    columns={"id": "text", "name": "text", "date_created": "timestamp"},
)
MEMBERS = Table(
    name="members",
    key=("list_id", "id"),
    newest_by="last_changed",
    description="One row per address in an audience; id is the hash of the address and changes with it.",
    columns={
        "list_id": "text",
        "id": "text",
        "email_address": "text",
        "unique_email_id": "text",
        "full_name": "text",
        "status": "text",
        "timestamp_signup": "timestamp",
        "timestamp_opt": "timestamp",
        "last_changed": "timestamp",
        "source": "text",
        "merge_fields": "json",
    },
)
CAMPAIGNS = Table(
    name="campaigns",
    key=("id",),
    description="One row per campaign, sent or not.",
    columns={
        "id": "text",
        "type": "text",
        "status": "text",
        "create_time": "timestamp",
        "send_time": "timestamp",
        "emails_sent": "bigint",
        "list_id": "text",
        "title": "text",
        "subject_line": "text",
    },
)
REPORTS = Table(
    name="reports",
    key=("id",),
    description="One row per sent campaign: Mailchimp's own counts.",
    columns={
        "id": "text",
        "list_id": "text",
        "campaign_title": "text",
        "emails_sent": "bigint",
        "send_time": "timestamp",
        "opens_total": "bigint",
        "unique_opens": "bigint",
        "proxy_excluded_opens": "bigint",
        "proxy_excluded_unique_opens": "bigint",
        "clicks_total": "bigint",
        "unique_clicks": "bigint",
        "hard_bounces": "bigint",
        "soft_bounces": "bigint",
        "unsubscribed": "bigint",
        "abuse_reports": "bigint",
    },
)
SENT_TO = Table(
    name="sent_to",
    key=("campaign_id", "email_id"),
    description="One row per campaign and recipient, with what became of the delivery.",
    columns={"campaign_id": "text", "email_id": "text", "email_address": "text", "status": "text"},
)
EMAIL_ACTIVITY = Table(
    name="email_activity",
    key=("campaign_id", "email_id", "action", "occurred_at", "url"),
    empty_in_key=("url",),
    description="One row per open, click or bounce of a recipient.",
    columns={
        "campaign_id": "text",
        "list_id": "text",
        "email_id": "text",
        "email_address": "text",
        "action": "text",
        "type": "text",
        "occurred_at": "timestamp",
        "url": "text",
        "ip": "text",
    },
)
OPEN_DETAILS = Table(
    name="open_details",
    key=("campaign_id", "email_id", "occurred_at"),
    description="One row per open, saying whether a mail proxy opened in the reader's place.",
    columns={
        "campaign_id": "text",
        "email_id": "text",
        "email_address": "text",
        "occurred_at": "timestamp",
        "is_proxy_open": "bool",
    },
)
UNSUBSCRIBES = Table(
    name="unsubscribes",
    key=("campaign_id", "email_id"),
    description="One row per campaign and recipient who unsubscribed by it.",
    columns={
        "campaign_id": "text",
        "list_id": "text",
        "email_id": "text",
        "email_address": "text",
        "occurred_at": "timestamp",
        "reason": "text",
    },
)
TABLES = (LISTS, MEMBERS, CAMPAIGNS, REPORTS, SENT_TO, EMAIL_ACTIVITY, OPEN_DETAILS, UNSUBSCRIBES)


class OverlappingOffset(OffsetPaginator):
    """Offset paging that begins each page some rows before the end of the last.

    A row removed while we read moves the others forward; without the overlap one would slip between two
    pages. Rows seen before are dropped. A page that shows none of the last one's end, and fewer rows in all
    than total_items said at first and at last, are errors.
    """

    def __init__(
        self, key: str, is_filtered: bool = False, count: int = COUNT, overlap: int = OVERLAP
    ) -> None:
        super().__init__(
            limit=count, limit_param="count", total_path="total_items", stop_after_empty_page=False
        )
        self.key, self.overlap = key, overlap
        # Nobody states whether total_items of a report's details heeds `since`: there it proves nothing.
        self.is_filtered = is_filtered
        self._forget()

    def _forget(self) -> None:
        self.seen: set[str] = set()
        self.tail: set[str] = set()
        self.least: int | None = None

    def init_request(self, request: Request) -> None:
        """Start a listing."""
        super().init_request(request)
        self._forget()

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Drop the rows of the overlap; go on, or see whether all rows came."""
        page = data if data is not None else []
        total, ids = response.json()["total_items"], [row[self.key] for row in page]
        self.least = total if self.least is None else min(self.least, total)
        is_torn = bool(self.tail) and self.tail.isdisjoint(ids)
        # The client hands this very list on as the page.
        page[:] = [row for row in page if row[self.key] not in self.seen]
        self.seen.update(ids)
        self.tail = set(ids[-self.overlap :])
        end = self.current_value + len(ids)
        self._has_next_page = end < total and bool(page) and not is_torn
        if self._has_next_page:
            self.current_value = max(end - self.overlap, self.current_value + 1)
        elif (is_torn or len(self.seen) < self.least) and not self.is_filtered:
            raise VendorError(
                f"Mailchimp: GET {response.request.path_url.split('?')[0]} says total_items {total}, but "
                f"rows were lost after {len(self.seen)}: too much changed while it was read. Run again",
                response=response,
            )


def said(body: Any) -> str:
    """Mailchimp's own words in an error."""
    return f"{body.get('title', '')}: {body.get('detail', '')}" if isinstance(body, dict) else ""


ADVICE = {
    401: "Set SOURCES__MAILCHIMP__API_KEY to a key that still exists",
    403: "The key's user may not read this; use a key of a manager or admin",
    404: "Check that the key's suffix names the account's data centre",
    429: "More than ten requests at a time are open for this account; run again when the others are done",
}


def base_url_of(api_key: str) -> str:
    """The address of the data centre that the key's suffix names."""
    _, dash, data_centre = api_key.rpartition("-")
    if not dash or not data_centre.isalnum():
        raise Misconfigured(
            "mailchimp: the API key names no data centre (a key ends like -us21). Copy it again from the "
            "account's settings into SOURCES__MAILCHIMP__API_KEY, or set SOURCES__MAILCHIMP__BASE_URL"
        )
    return f"https://{data_centre}.api.mailchimp.com"


class Mailchimp:
    """The calls that a load makes, each yielding Mailchimp's items page by page."""

    def __init__(self, api_key: str, base_url: str | None) -> None:
        self.auth = HttpBasicAuth(username="funnelhouse", password=api_key)
        self.replies = Replies(
            "Mailchimp", base_url or base_url_of(api_key), auth=self.auth, said=said, advice=ADVICE
        )

    def account_id(self) -> str:
        """The id of the account that the key opens."""
        return str(self.replies.ask("/3.0/", params={"fields": "account_id"})["account_id"])

    def pages(
        self, path: str, key: str, identity: str, since: Mapping[str, str], is_filtered: bool = False
    ) -> Iterator[Page]:
        """All items of a listing, or those since a moment."""
        yield from self.replies.client.paginate(
            path,
            params={"exclude_fields": f"_links,{key}._links", **since},
            paginator=OverlappingOffset(identity, is_filtered),
            data_selector=key,
            hooks={"response": [self.replies.holding(key)]},
        )


def list_rows(page: Page) -> Iterator[Page]:
    """Audiences with our column names."""
    yield [{column: row.get(column) for column in LISTS.columns} for row in page]


def campaign_rows(page: Page) -> Iterator[Page]:
    """Campaigns, their recipients and settings side by side."""
    yield [
        {
            column: row.get(column)
            for column in ("id", "type", "status", "create_time", "send_time", "emails_sent")
        }
        | {
            "list_id": row.get("recipients", {}).get("list_id"),
            "title": row.get("settings", {}).get("title"),
            "subject_line": row.get("settings", {}).get("subject_line"),
        }
        for row in page
    ]


def report_rows(page: Page) -> Iterator[Page]:
    """Reports, their opens, clicks and bounces side by side."""
    yield [
        {column: counts.get(column) for column in REPORTS.columns}
        for row in page
        for counts in [row | row.get("opens", {}) | row.get("clicks", {}) | row.get("bounces", {})]
    ]


def member_rows(page: Page, mailchimp: Mailchimp, lag: timedelta) -> Iterator[Page]:
    """The members that changed since the last load, by the cursors that were committed with it."""
    yield from together(members_since(page, mailchimp, lag, dlt.current.resource_state()))


def members_since(page: Page, mailchimp: Mailchimp, lag: timedelta, state: dict[str, str]) -> Iterator[Page]:
    """The members of each audience that changed since its own newest change."""
    for audience in page:
        began, before = datetime.now(UTC), state.get(audience["id"])
        newest = datetime.fromisoformat(before) if before else None
        since = {"since_last_changed": (newest - lag).isoformat(timespec="seconds")} if newest else {}
        # timestamp_opt never changes for a member, so that rows keep their places while we read.
        order = {"sort_field": "timestamp_opt", "sort_dir": "ASC"}
        for members in mailchimp.pages(
            f"/3.0/lists/{audience['id']}/members", "members", "id", since | order
        ):
            changes = [datetime.fromisoformat(row["last_changed"]) for row in members if row["last_changed"]]
            newest = max([*changes, *([newest] if newest else [])], default=None)
            yield [{column: row.get(column) for column in MEMBERS.columns} for row in members]
        if newest:
            # What changed after we began may lie on a page already read, however new the newest row is.
            state[audience["id"]] = min(newest, began).isoformat()


def sent_rows(page: Page) -> Page:
    """Recipients of a campaign."""
    return [{column: row.get(column) for column in SENT_TO.columns} for row in page]


def activity_rows(page: Page) -> Page:
    """Activities, one row each, with their recipient."""
    return [
        {
            "campaign_id": row["campaign_id"],
            "list_id": row.get("list_id"),
            "email_id": row["email_id"],
            "email_address": row.get("email_address"),
            "action": activity.get("action"),
            "type": activity.get("type"),
            "occurred_at": activity.get("timestamp"),
            "url": activity.get("url"),
            "ip": activity.get("ip"),
        }
        for row in page
        for activity in row["activity"]
    ]


def open_rows(page: Page) -> Page:
    """Opens, one row each, with their recipient."""
    return [
        {
            "campaign_id": row["campaign_id"],
            "email_id": row["email_id"],
            "email_address": row.get("email_address"),
            "occurred_at": opened.get("timestamp"),
            "is_proxy_open": opened.get("is_proxy_open"),
        }
        for row in page
        for opened in row["opens"]
    ]


def unsubscribe_rows(page: Page) -> Page:
    """Who unsubscribed by a campaign."""
    return [
        {column: row.get(column) for column in UNSUBSCRIBES.columns} | {"occurred_at": row.get("timestamp")}
        for row in page
    ]


@dataclass(frozen=True)
class Detail:
    """An endpoint under a campaign's report, and the report's counts that move when it has something new."""

    table: Table
    path: str
    key: str
    rows: Callable[[Page], Page]
    counts: tuple[str, ...]
    takes_since: bool = False


DETAILS = (
    Detail(SENT_TO, "sent-to", "sent_to", sent_rows, ("emails_sent", "hard_bounces", "soft_bounces")),
    Detail(
        EMAIL_ACTIVITY,
        "email-activity",
        "emails",
        activity_rows,
        ("opens_total", "clicks_total", "hard_bounces", "soft_bounces"),
        takes_since=True,
    ),
    Detail(OPEN_DETAILS, "open-details", "members", open_rows, ("opens_total",), takes_since=True),
    Detail(UNSUBSCRIBES, "unsubscribed", "unsubscribes", unsubscribe_rows, ("unsubscribed",)),
)


def detail_rows(reports: Page, mailchimp: Mailchimp, detail: Detail, reread_from: datetime) -> Iterator[Page]:
    """A detail of the campaigns that have something new, by what was committed with earlier loads."""
    state = dlt.current.resource_state()
    yield from together(details_since(reports, mailchimp, detail, reread_from, state))


def details_since(
    reports: Page, mailchimp: Mailchimp, detail: Detail, reread_from: datetime, state: dict[str, Any]
) -> Iterator[Page]:
    """A detail of the campaigns that are new, were sent lately, or whose counts moved."""
    for report in reports:
        before = state.get(report["id"])
        counts = [report[column] for column in detail.counts]
        is_late = bool(report["send_time"]) and datetime.fromisoformat(report["send_time"]) >= reread_from
        if before and before["counts"] == counts and not is_late:
            continue
        newest = before and before["newest"]
        since = {"since": since_before(newest)} if newest and detail.takes_since else {}
        path = f"/3.0/reports/{report['id']}/{detail.path}"
        for page in mailchimp.pages(path, detail.key, "email_id", since, is_filtered=bool(since)):
            rows = detail.rows(page)
            newest = max([row["occurred_at"] for row in rows if row.get("occurred_at")] + [newest or ""])
            yield rows
        state[report["id"]] = {"counts": counts, "newest": newest}


def since_before(newest: str) -> str:
    """A moment some time before the newest event read, as events are reported late."""
    return (datetime.fromisoformat(newest) - ACTIVITY_LAG).astimezone(UTC).isoformat(timespec="seconds")


def declared(mailchimp: Mailchimp) -> dict[str, DltResource]:
    """The listings that are read whole each time."""

    def listing(key: str, **order: str) -> Any:
        return {
            "name": f"{key}_pages",
            "endpoint": {
                "path": f"/3.0/{key}",
                "params": {"exclude_fields": f"_links,{key}._links", **order},
                "data_selector": key,
                "paginator": OverlappingOffset("id"),
                "response_actions": [mailchimp.replies.holding(key)],
            },
        }

    resources = rest_api_resources(
        {
            "client": {
                "base_url": mailchimp.replies.base_url,
                "auth": mailchimp.auth,
                "session": mailchimp.replies.session,
            },
            "resources": [
                listing("lists", sort_field="date_created", sort_dir="ASC"),
                listing("campaigns", sort_field="create_time", sort_dir="ASC"),
                listing("reports"),
            ],
        }
    )
    return {resource.name: resource for resource in resources}


@dlt.source(name="mailchimp", section="mailchimp")
def mailchimp_source(
    as_of: date,
    api_key: TSecretStrValue = dlt.secrets.value,
    base_url: str | None = None,
    reread_days: int = 30,
    lag_minutes: int = 60,
) -> list[DltResource]:
    """Mailchimp's tables; reread_days is how long after sending a campaign's details are read anew each time.

    lag_minutes is how far behind the newest change of a member the next load begins.
    """
    mailchimp = Mailchimp(api_key, base_url)
    account, pages = mailchimp.account_id(), declared(mailchimp)
    reread_from = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC) - timedelta(days=reread_days)
    reports = pages["reports_pages"] | dlt.transformer(report_rows)
    lag = timedelta(minutes=lag_minutes)
    return [
        pages["lists_pages"] | dlt.transformer(list_rows) | land(LISTS, account),
        pages["lists_pages"] | dlt.transformer(member_rows)(mailchimp, lag) | land(MEMBERS, account),
        pages["campaigns_pages"] | dlt.transformer(campaign_rows) | land(CAMPAIGNS, account),
        reports | land(REPORTS, account),
        *(
            reports
            | dlt.transformer(detail_rows, name=f"{detail.table.name}_rows")(mailchimp, detail, reread_from)
            | land(detail.table, account)
            for detail in DETAILS
        ),
    ]


def resources(as_of: date, window: Any = None) -> list[DltResource]:
    """The tables of one run; as_of decides which campaigns were sent lately."""
    return list(mailchimp_source(as_of).resources.values())
