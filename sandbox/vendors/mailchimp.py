"""Mailchimp's Marketing API: basic auth, offset paging, members, campaigns, reports, activity by e-mail."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.vendors.mailchimp_details import Details
from sandbox.vendors.mailchimp_documents import (
    audience_document,
    member,
    report,
    settings,
)
from sandbox.vendors.mailchimp_parameters import between, moment
from sandbox.vendors.mailchimp_records import CAMPAIGN_TYPES
from sandbox.vendors.vendor import Refusal, Vendor, application, choice, faults_met, query_values

API_KEY = "sandbox-us1"
ACCOUNT_ID = "8d3a3db4d97663a9074efcc16"
DOCUMENTATION = "https://mailchimp.com/developer/marketing/docs/errors/"
MEMBER_STATUSES = ("", "subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")
CAMPAIGN_STATUSES = ("", "save", "paused", "schedule", "sending", "sent")
# reason → status, title, detail
REASONS: Mapping[str, tuple[int, str, str]] = {
    "unauthenticated": (401, "API Key Invalid",
                        "Your API key may be invalid, or you've attempted to access the wrong datacenter."),
    "expired": (401, "API Key Invalid", "Your API key has been revoked."),
    "forbidden": (403, "Forbidden", "You are not permitted to access this resource."),
    "not_found": (404, "Resource Not Found", "The requested resource could not be found."),
    "method_not_allowed": (405, "Method Not Allowed",
                           "The requested method and resource are not compatible. See the Allow header for "
                           "this resource's available methods."),
    "invalid": (400, "Invalid Resource", "The resource submitted could not be validated. For field-specific "
                "details, see the 'errors' array."),
    "rate_limited": (429, "Too Many Requests", "You have exceeded the limit of 10 simultaneous connections."),
    "server_error": (500, "Internal Server Error", "An unexpected internal error has occurred."),
}  # fmt: skip

Endpoint = Callable[[Request], Awaitable[Response]]


def rows(body: Any) -> list[dict[str, Any]]:
    """The rows of whatever collection an answer holds."""
    for name, value in body.items():
        if isinstance(value, list) and name != "_links":
            return value
    return []


class Mailchimp(Details):
    """The account's endpoints."""

    def vendor(self) -> Vendor:
        """The application, its error form, and where its rows are."""
        paths: list[tuple[str, Endpoint]] = [
            ("/3.0", self.root),
            ("/3.0/", self.root),
            ("/3.0/lists", self.lists),
            ("/3.0/lists/{list_id}/members", self.members),
            ("/3.0/campaigns", self.campaigns),
            ("/3.0/reports", self.reports),
            ("/3.0/reports/{campaign_id}/email-activity", self.email_activity),
            ("/3.0/reports/{campaign_id}/sent-to", self.sent_to),
            ("/3.0/reports/{campaign_id}/open-details", self.open_details),
            ("/3.0/reports/{campaign_id}/unsubscribed", self.unsubscribed),
        ]
        routes = [Route(path, self.guarded(run), methods=["GET"]) for path, run in paths]
        return Vendor("mailchimp", application(routes, self.refuse), self.refuse, rows)

    def guarded(self, run: Endpoint) -> Endpoint:
        """Check the API key before anything else: basic auth with any user name."""

        async def checked(request: Request) -> Response:
            if "token_expired" in faults_met(request):
                raise Refusal("expired")
            scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
            try:
                _, _, key = base64.b64decode(encoded, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError) as error:
                raise Refusal("unauthenticated") from error
            if scheme.lower() != "basic" or key != API_KEY:
                raise Refusal("unauthenticated")
            return await run(request)

        return checked

    def refuse(self, request: Request, refusal: Refusal) -> Response:
        """An error as a problem document."""
        status, title, detail = REASONS[refusal.reason]
        body: dict[str, Any] = {
            "type": DOCUMENTATION,
            "title": title,
            "status": refusal.details.get("status", status),
            "detail": detail if refusal.field else refusal.message or detail,
            "instance": self.sandbox.request_id(),
        }
        if refusal.field and refusal.reason == "invalid":
            body["errors"] = [{"field": refusal.field, "message": refusal.message}]
        headers = {}
        if "retry_after" in refusal.details:
            headers["Retry-After"] = str(refusal.details["retry_after"])
        return JSONResponse(body, body["status"], headers, media_type="application/problem+json")

    async def root(self, request: Request) -> Response:
        """The account itself."""
        values = query_values(request, ("fields", "exclude_fields"), ("fields", "exclude_fields"))
        total = sum(len(table) for table in self.records.members.values())
        return self.answer({
            "account_id": ACCOUNT_ID, "login_id": "1001", "account_name": "Funnelhouse Sandbox",
            "email": "marketing@funnelhouse.example", "role": "owner", "account_timezone": "UTC",
            "contact": {"company": "Funnelhouse Sandbox", "country": "US"}, "total_subscribers": total,
            "_links": [],
        }, values)  # fmt: skip

    async def lists(self, request: Request) -> Response:
        """The audiences."""
        values = self.values(request, "since_date_created", "before_date_created", "sort_field", "sort_dir")
        choice(values, "sort_field", "date_created", ("date_created",))
        after, before = moment(values, "since_date_created"), moment(values, "before_date_created")
        found = [
            audience
            for audience in self.records.lists
            if (after is None or audience["created_at"] > after)
            and (before is None or audience["created_at"] < before)
        ]  # fmt: skip
        found.sort(key=lambda audience: audience["created_at"],
                   reverse=choice(values, "sort_dir", "ASC", ("ASC", "DESC")) == "DESC")  # fmt: skip
        body = [audience_document(self.records, audience) for audience in self.page(values, found)]
        return self.answer({"lists": body, "total_items": len(found), "_links": []}, values)

    async def members(self, request: Request) -> Response:
        """The members of one audience."""
        names = ("status", "since_last_changed", "before_last_changed", "since_timestamp_opt",
                 "before_timestamp_opt", "sort_field", "sort_dir")  # fmt: skip
        values, list_id = self.values(request, *names), request.path_params["list_id"]
        if list_id not in self.records.members:
            raise Refusal("not_found")
        table = self.records.members[list_id]
        if status := choice(values, "status", "", MEMBER_STATUSES):
            table = table.filter(pc.equal(table["status"], status))
        for column, name in (("last_changed_at", "last_changed"), ("opted_in_at", "timestamp_opt")):
            table = between(table, column, moment(values, f"since_{name}"), moment(values, f"before_{name}"))
        sorts = {"": "id", "timestamp_opt": "opted_in_at", "timestamp_signup": "opted_in_at",
                 "last_changed": "last_changed_at"}  # fmt: skip
        column = sorts[choice(values, "sort_field", "", tuple(sorts))]
        down = choice(values, "sort_dir", "ASC", ("ASC", "DESC")) == "DESC"
        if column != "id":
            table = table.sort_by([(column, "descending" if down else "ascending"), ("id", "ascending")])
        body = [member(row) for row in self.page(values, table).to_pylist()]
        return self.answer(
            {"members": body, "list_id": list_id, "total_items": len(table), "_links": []}, values
        )

    def sent_campaigns(self, values: Mapping[str, str]) -> pa.Table:
        """The campaigns that the parameters choose, by time of sending."""
        table = self.records.campaigns
        table = between(
            table, "sent_at", moment(values, "since_send_time"), moment(values, "before_send_time")
        )
        table = between(
            table, "sent_at", moment(values, "since_create_time"), moment(values, "before_create_time")
        )
        if "list_id" in values:
            table = table.filter(pc.equal(table["list_id"], values["list_id"]))
        if values.get("status", "sent") != "sent":
            table = table.slice(0, 0)
        if "type" in values:
            kinds = [kind for kind, word in CAMPAIGN_TYPES.items() if word == values["type"]]
            table = table.filter(pc.is_in(table["kind"], value_set=pa.array(kinds, pa.string())))
        if values.get("sort_dir") == "DESC":
            table = table.sort_by([("sent_at", "descending"), ("campaign_id", "ascending")])
        return table

    async def campaigns(self, request: Request) -> Response:
        """The campaigns, with their settings."""
        names = ("type", "status", "list_id", "since_send_time", "before_send_time", "since_create_time",
                 "before_create_time", "sort_field", "sort_dir")  # fmt: skip
        values = self.values(request, *names)
        choice(values, "status", "", CAMPAIGN_STATUSES)
        choice(values, "sort_field", "send_time", ("send_time", "create_time"))
        choice(values, "sort_dir", "ASC", ("ASC", "DESC"))
        table = self.sent_campaigns(values)
        body = [settings(self.records, row) for row in self.page(values, table).to_pylist()]
        return self.answer({"campaigns": body, "total_items": len(table), "_links": []}, values)

    async def reports(self, request: Request) -> Response:
        """The figures of each campaign."""
        values = self.values(request, "type", "since_send_time", "before_send_time")
        table = self.sent_campaigns(values)
        body = [report(self.records, row) for row in self.page(values, table).to_pylist()]
        return self.answer({"reports": body, "total_items": len(table), "_links": []}, values)
