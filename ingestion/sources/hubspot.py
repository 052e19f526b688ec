"""HubSpot's CRM: contacts, companies, deals, their history and associations, owners, pipelines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any

import dlt
from dlt.common.typing import TSecretStrValue
from dlt.extract import DltResource
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator
from dlt.sources.rest_api import rest_api_resources
from requests import Response

from ingestion.landing import Read, land
from ingestion.replies import Replies, Row, VendorError, together
from ingestion.table import Table

Page = list[Row]

LIST_LIMIT, SEARCH_LIMIT, SEARCH_CEILING = 100, 200, 10_000
READ_LIMIT, HISTORY_LIMIT = 100, 50
OBJECTS_TOGETHER = 1_000

ENVELOPE = {
    "id": "text", "created_at": "timestamp", "updated_at": "timestamp", "archived": "bool",
    "archived_at": "timestamp",
}  # fmt: skip
CONTACTS = Table(
    name="contacts",
    key=("id",),
    newest_by="updated_at",
    description="One row per contact, deleted ones kept with archived = true.",
    columns=ENVELOPE
    | {
        "email": "text",
        "firstname": "text",
        "lastname": "text",
        "createdate": "timestamp",
        "lastmodifieddate": "timestamp",
        "lifecyclestage": "text",
        "hubspot_owner_id": "text",
        "associatedcompanyid": "text",
        "country": "text",
        "hs_analytics_source": "text",
        "hs_email_optout": "bool",
        "segment": "text",
        "self_reported_source": "text",
        "hs_merged_object_ids": "text",
    },
)
COMPANIES = Table(
    name="companies",
    key=("id",),
    newest_by="updated_at",
    description="One row per company, deleted ones kept with archived = true.",
    columns=ENVELOPE
    | {
        "name": "text",
        "domain": "text",
        "industry": "text",
        "numberofemployees": "bigint",
        "country": "text",
        "segment": "text",
        "createdate": "timestamp",
        "hs_lastmodifieddate": "timestamp",
    },
)
DEALS = Table(
    name="deals",
    key=("id",),
    newest_by="updated_at",
    description="One row per deal, deleted ones kept with archived = true.",
    columns=ENVELOPE
    | {
        "dealname": "text",
        "dealstage": "text",
        "pipeline": "text",
        "amount": "decimal",
        "deal_currency_code": "text",
        "closedate": "timestamp",
        "createdate": "timestamp",
        "hs_lastmodifieddate": "timestamp",
        "hubspot_owner_id": "text",
        "dealtype": "text",
        "product": "text",
        "lead_source": "text",
        "segment": "text",
        "closed_lost_reason": "text",
        "delivered_at": "timestamp",
        "notes_last_updated": "timestamp",
        "notes_next_activity_date": "timestamp",
        "hs_deal_stage_probability": "decimal",
    },
)
HISTORY = Table(
    name="property_history",
    key=("object_type", "object_id", "property_name", "changed_at", "value"),
    empty_in_key=("value",),
    description="One row per change of lifecyclestage (contacts) or of dealstage, amount, closedate, "
    "pipeline, owner (deals).",
    columns={
        "object_type": "text",
        "object_id": "text",
        "property_name": "text",
        "value": "text",
        "changed_at": "timestamp",
        "source_type": "text",
        "source_id": "text",
    },
)
ASSOCIATIONS = Table(
    name="associations",
    key=("from_type", "from_id", "to_type", "to_id", "type_id"),
    replaces=("from_type", "from_id", "to_type"),
    description="One row per labelled link from a deal to a contact or company, or a contact to a company.",
    columns={
        "from_type": "text",
        "from_id": "text",
        "to_type": "text",
        "to_id": "text",
        "type_id": "bigint",
        "category": "text",
        "label": "text",
    },
)
OWNERS = Table(
    name="owners",
    key=("id",),
    newest_by="updated_at",
    description="One row per user who may own records, deactivated ones kept with archived = true.",
    columns={
        "id": "text",
        "email": "text",
        "first_name": "text",
        "last_name": "text",
        "user_id": "bigint",
        "archived": "bool",
        "created_at": "timestamp",
        "updated_at": "timestamp",
    },
)
PIPELINES = Table(
    name="pipelines",
    key=("object_type", "id"),
    description="One row per deal pipeline, its stages as JSON.",
    columns={
        "object_type": "text",
        "id": "text",
        "label": "text",
        "display_order": "bigint",
        "archived": "bool",
        "stages": "json",
    },
)
TABLES = (CONTACTS, COMPANIES, DEALS, HISTORY, ASSOCIATIONS, OWNERS, PIPELINES)


@dataclass(frozen=True)
class Kind:
    """A kind of CRM object: its table, its clock, and what else is read of each that changed."""

    table: Table
    modified: str
    history: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def properties(self) -> list[str]:
        """HubSpot's names of what the table holds beside the envelope."""
        return [column for column in self.table.columns if column not in ENVELOPE]


KINDS = {
    "contacts": Kind(CONTACTS, "lastmodifieddate", ("lifecyclestage",), ("companies",)),
    "companies": Kind(COMPANIES, "hs_lastmodifieddate"),
    "deals": Kind(
        DEALS,
        "hs_lastmodifieddate",
        ("dealstage", "amount", "closedate", "pipeline", "hubspot_owner_id"),
        ("contacts", "companies"),
    ),
}


@dataclass(frozen=True)
class Changed:
    """Objects of one kind that are new, changed or (archived) deleted since the last load."""

    kind: str
    objects: Page
    archived: bool = False

    @property
    def ids(self) -> list[str]:
        """Their ids."""
        return [row["id"] for row in self.objects]


class Cursor(JSONResponseCursorPaginator):
    """Pages by `after`, as paging.next.link leads away from base_url; a cursor that comes twice stops."""

    def __init__(self) -> None:
        super().__init__(cursor_path="paging.next.after", cursor_param="after")
        self.seen: set[str] = set()

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Take the next cursor, which must be a new one."""
        super().update_state(response, data)
        if self.has_next_page:
            if self._next_reference in self.seen:
                raise VendorError(
                    f"HubSpot: {response.request.path_url} gave the page cursor {self._next_reference!r} "
                    "twice; the same pages would be read for ever. Run again, and tell HubSpot if it stays",
                    response=response,
                )
            self.seen.add(str(self._next_reference))


def said(body: Any) -> str:
    """HubSpot's own words in an error."""
    return f"{body.get('category', '')}: {body.get('message', '')}" if isinstance(body, dict) else ""


ADVICE = {
    400: "Check extra_properties for names that HubSpot doesn't have",
    401: "Set SOURCES__HUBSPOT__ACCESS_TOKEN to the token of a private app that still exists",
    403: "Give the private app the read scopes of contacts, companies, deals and owners",
    414: "Name fewer extra_properties",
    429: "The account's request limit is used up; run again later",
}


class HubSpot:
    """The calls that a load makes, each yielding HubSpot's objects page by page."""

    def __init__(
        self, access_token: str, base_url: str, extra_properties: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.auth = BearerTokenAuth(token=access_token)
        self.replies = Replies("HubSpot", base_url, auth=self.auth, said=said, advice=ADVICE)
        self.properties = {
            name: [*dict.fromkeys([*kind.properties, *(extra_properties or {}).get(name, ())])]
            for name, kind in KINDS.items()
        }

    def account_id(self) -> str:
        """The id of the HubSpot account (portal) that the token opens."""
        return str(self.replies.ask("/account-info/v3/details")["portalId"])

    def listed(self, kind: str, archived: bool) -> Iterator[Page]:
        """All objects of a kind: the living, or the deleted of the last 90 days."""
        params = {
            "limit": LIST_LIMIT,
            "properties": ",".join(self.properties[kind]),
            "archived": str(archived).lower(),
        }
        yield from self.replies.client.paginate(
            f"/crm/v3/objects/{kind}",
            params=params,
            paginator=Cursor(),
            data_selector="results",
            hooks={"response": [self.replies.holding("results")]},
        )

    def changed(self, kind: str, since: datetime) -> Iterator[Page]:
        """Living objects modified at or after a moment, by id, so that later changes can't move the pages."""
        last, after, read = "0", None, 0
        while True:
            body = self.replies.ask(
                f"/crm/v3/objects/{kind}/search", "results", json=self._search(kind, since, last, after)
            )
            page = body["results"]
            yield page
            after, read = body.get("paging", {}).get("next", {}).get("after"), read + len(page)
            if not after or not page:
                return
            if read + SEARCH_LIMIT > SEARCH_CEILING:
                # HubSpot answers 400 to an offset of 10,000: a new search goes on behind the last id.
                last, after, read = page[-1]["id"], None, 0

    def _search(self, kind: str, since: datetime, last: str, after: str | None) -> Row:
        moment = str(int(since.timestamp() * 1000))
        return {
            "filterGroups": [
                {
                    "filters": [
                        {"propertyName": KINDS[kind].modified, "operator": "GTE", "value": moment},
                        {"propertyName": "hs_object_id", "operator": "GT", "value": last},
                    ]
                }
            ],
            "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
            "properties": self.properties[kind],
            "limit": SEARCH_LIMIT,
        } | ({"after": after} if after else {})

    def read(
        self, kind: str, ids: Sequence[str], archived: bool = False, history: Sequence[str] = ()
    ) -> Iterator[Page]:
        """Objects by id, with all properties or with the history of some; those not there are left out."""
        size = HISTORY_LIMIT if history else READ_LIMIT
        for batch in batches(ids, size):
            body = self.replies.ask(
                f"/crm/v3/objects/{kind}/batch/read",
                "results",
                params={"archived": str(archived).lower()},
                json={
                    "inputs": [{"id": one} for one in batch],
                    "properties": [] if history else self.properties[kind],
                    "propertiesWithHistory": list(history),
                },
            )
            complain(body, f"/crm/v3/objects/{kind}/batch/read")
            yield body["results"]

    def associated(self, kind: str, to: str, ids: Sequence[str]) -> Iterator[Page]:
        """The links of objects to another kind, one row an object and page of its links."""
        path = f"/crm/v4/associations/{kind}/{to}/batch/read"
        for batch in batches(ids, READ_LIMIT):
            inputs: list[Row] = [{"id": one} for one in batch]
            seen: set[tuple[str, str]] = set()
            while inputs:
                body = self.replies.ask(path, "results", json={"inputs": inputs})
                complain(body, path)
                yield body["results"]
                inputs = [
                    {"id": row["from"]["id"], "after": row["paging"]["next"]["after"]}
                    for row in body["results"]
                    if row.get("paging", {}).get("next")
                ]
                cursors = {(one["id"], one["after"]) for one in inputs}
                if again := seen & cursors:
                    raise VendorError(
                        f"HubSpot: POST {path} gave a page cursor twice: {min(again)}; run again"
                    )
                seen |= cursors


def batches(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Ids in lists of at most `size`."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def complain(body: Row, path: str) -> None:
    """Stop at a failure inside an accepted batch, unless an object or a link is simply not there."""
    failures = [error for error in body.get("errors", []) if error.get("category") != "OBJECT_NOT_FOUND"]
    if failures:
        raise VendorError(f"HubSpot: POST {path} answered only in part: {said(failures[0])}; run again")


def changes(hubspot: HubSpot, lag: timedelta) -> Iterator[Changed]:
    """What changed since the last load, by the cursors that were committed with it."""
    yield from changes_since(hubspot, lag, dlt.current.resource_state())


def changes_since(hubspot: HubSpot, lag: timedelta, state: dict[str, Any]) -> Iterator[Changed]:
    """What was deleted, restored, created or modified since the state's cursors (without: everything).

    Deleted objects are read first: an object deleted while we read is then seen next time, never lost.
    """
    for kind in KINDS:
        before = state.get(kind, {"cursor": None, "archived": {}})
        began, newest = datetime.now(UTC), before["cursor"] and datetime.fromisoformat(before["cursor"])
        known: dict[str, str] = before["archived"]
        archived: dict[str, str] = {}
        for page in together(hubspot.listed(kind, archived=True), OBJECTS_TOGETHER):
            archived |= {row["id"]: row["archivedAt"] for row in page}
            yield Changed(kind, [row for row in page if known.get(row["id"]) != row["archivedAt"]], True)
        restored = hubspot.read(kind, sorted(known.keys() - archived.keys()))
        living = hubspot.changed(kind, newest - lag) if newest else hubspot.listed(kind, archived=False)
        for page in together(chain(restored, living), OBJECTS_TOGETHER):
            moments = [datetime.fromisoformat(row["updatedAt"]) for row in page]
            newest = max([*moments, *([newest] if newest else [])], default=None)
            yield Changed(kind, page)
        # What changed after we began may lie on a page already read, however new the newest row is.
        state[kind] = {"cursor": newest and min(newest, began).isoformat(), "archived": archived}


def object_rows(changed: Changed, kind: str) -> Iterator[Page]:
    """Objects of one kind as rows of its table: the envelope and the properties side by side."""
    if changed.kind == kind:
        yield [
            {
                "id": row["id"],
                "created_at": row["createdAt"],
                "updated_at": row["updatedAt"],
                "archived": row.get("archived", False),
                "archived_at": row.get("archivedAt"),
            }
            # hs_object_id comes unasked and repeats the id.
            | {name: value for name, value in row["properties"].items() if name != "hs_object_id"}
            for row in changed.objects
        ]


def history_rows(changed: Changed, hubspot: HubSpot) -> Iterator[Page]:
    """All kept changes of the properties whose history we follow, deleted objects included."""
    if names := KINDS[changed.kind].history:
        pages = hubspot.read(changed.kind, changed.ids, changed.archived, names)
        yield from together(entries_of(changed.kind, page) for page in pages)


def entries_of(kind: str, page: Page) -> Page:
    """The histories of objects as rows, one a change."""
    return [
        {
            "object_type": kind,
            "object_id": row["id"],
            "property_name": name,
            "value": entry["value"],
            "changed_at": entry["timestamp"],
            "source_type": entry["sourceType"],
            "source_id": entry.get("sourceId"),
        }
        for row in page
        for name, entries in row.get("propertiesWithHistory", {}).items()
        for entry in entries
    ]


def association_rows(changed: Changed, hubspot: HubSpot) -> Iterator[Page | Read]:
    """The links of changed objects; all that were stored of these objects go, so a removed link goes too.

    HubSpot has no list of removed links: a link removed without a change of its object stays until the object
    changes. A deleted object has no links.
    """
    for to in KINDS[changed.kind].links:
        yield Read([(changed.kind, one, to) for one in changed.ids])
        pages = hubspot.associated(changed.kind, to, [] if changed.archived else changed.ids)
        yield from together(links_of(changed.kind, to, page) for page in pages)


def links_of(kind: str, to: str, page: Page) -> Page:
    """The links of objects to another kind as rows, one a link and label."""
    return [
        {
            "from_type": kind,
            "from_id": row["from"]["id"],
            "to_type": to,
            "to_id": str(link["toObjectId"]),
            "type_id": label["typeId"],
            "category": label["category"],
            "label": label.get("label"),
        }
        for row in page
        for link in row["to"]
        for label in link["associationTypes"]
    ]


def owner_rows(page: Page) -> Iterator[Page]:
    """Owners with our column names."""
    yield [
        {
            "id": row["id"],
            "email": row.get("email"),
            "first_name": row.get("firstName"),
            "last_name": row.get("lastName"),
            "user_id": row.get("userId") or row.get("userIdIncludingInactive"),
            "archived": row["archived"],
            "created_at": row["createdAt"],
            "updated_at": row["updatedAt"],
        }
        for row in page
    ]


def pipeline_rows(page: Page) -> Iterator[Page]:
    """Pipelines with our column names."""
    yield [
        {
            "object_type": "deals",
            "id": row["id"],
            "label": row["label"],
            "display_order": row["displayOrder"],
            "archived": row["archived"],
            "stages": row["stages"],
        }
        for row in page
    ]


def declared(hubspot: HubSpot) -> dict[str, DltResource]:
    """The small lists, read whole each time."""
    resources = rest_api_resources(
        {
            "client": {
                "base_url": hubspot.replies.base_url,
                "auth": hubspot.auth,
                "session": hubspot.replies.session,
            },
            "resource_defaults": {
                "endpoint": {
                    "data_selector": "results",
                    "response_actions": [hubspot.replies.holding("results")],
                }
            },
            "resources": [
                dlt.resource([[{"archived": "false"}, {"archived": "true"}]], name="owner_states"),
                {
                    "name": "owner_pages",
                    "endpoint": {
                        "path": "/crm/v3/owners",
                        "params": {"limit": LIST_LIMIT, "archived": "{resources.owner_states.archived}"},
                        "paginator": Cursor(),
                    },
                },
                {
                    "name": "pipeline_pages",
                    "endpoint": {"path": "/crm/v3/pipelines/deals", "paginator": "single_page"},
                },
            ],
        }
    )
    return {resource.name: resource for resource in resources}


@dlt.source(name="hubspot", section="hubspot")
def hubspot_source(
    access_token: TSecretStrValue = dlt.secrets.value,
    base_url: str = "https://api.hubapi.com",
    extra_properties: dict[str, list[str]] | None = None,
    lag_minutes: int = 30,
) -> list[DltResource]:
    """HubSpot's tables; extra_properties names, by object, properties of your own to keep as text columns.

    lag_minutes is how far behind the newest change the next load begins, as HubSpot's search index runs late.
    """
    hubspot = HubSpot(access_token, base_url, extra_properties)
    account, pages = hubspot.account_id(), declared(hubspot)
    # One resource feeds five tables, so that each object is read once.
    changed = dlt.resource(changes, name="changes")(hubspot, timedelta(minutes=lag_minutes))
    objects = dlt.transformer(object_rows)
    return [
        *(
            changed | objects.with_name(f"{name}_rows")(name) | land(kind.table, account)
            for name, kind in KINDS.items()
        ),
        changed | dlt.transformer(history_rows)(hubspot) | land(HISTORY, account),
        changed | dlt.transformer(association_rows)(hubspot) | land(ASSOCIATIONS, account),
        pages["owner_pages"] | dlt.transformer(owner_rows) | land(OWNERS, account),
        pages["pipeline_pages"] | dlt.transformer(pipeline_rows) | land(PIPELINES, account),
    ]


def resources(as_of: date, window: Any = None) -> list[DltResource]:
    """The tables of one run; HubSpot tells its present state, whatever as_of."""
    return list(hubspot_source().resources.values())
