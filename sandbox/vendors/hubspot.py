"""HubSpot's CRM: private-app token, cursor paging, search, batch reads with history, v4 associations."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.state import Sandbox
from sandbox.vendors.hubspot_associations import association_types, listed_associations
from sandbox.vendors.hubspot_errors import batch_error, error_answer
from sandbox.vendors.hubspot_properties import OBJECTS
from sandbox.vendors.hubspot_records import Objects, Records, records
from sandbox.vendors.hubspot_search import MAX_PAGE, matching_rows
from sandbox.vendors.hubspot_settings import ACCOUNT, contact_pipelines, deal_pipelines
from sandbox.vendors.vendor import (
    Refusal,
    Vendor,
    application,
    choice,
    faults_met,
    integer,
    json_object,
    only,
    query_values,
)
from sandbox.vendors.wording import iso_moment

ACCESS_TOKEN = "sandbox-token"
LIST_PARAMETERS = {
    "limit", "after", "properties", "propertiesWithHistory", "associations", "archived",
}  # fmt: skip
RATE_LIMIT_HEADERS = {
    "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
    "X-HubSpot-RateLimit-Max": "190",
    "X-HubSpot-RateLimit-Remaining": "189",
}
Endpoint = Callable[[Request], Awaitable[Response]]


class HubSpot:
    """The portal's endpoints."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def vendor(self) -> Vendor:
        """The application, its error form, and where its rows are."""
        paths: list[tuple[str, str, Endpoint]] = [
            ("GET", "/crm/v3/objects/{kind}", self.list_objects),
            ("POST", "/crm/v3/objects/{kind}/search", self.search),
            ("POST", "/crm/v3/objects/{kind}/batch/read", self.batch_read),
            ("POST", "/crm/v4/associations/{left}/{right}/batch/read", self.read_associations),
            ("GET", "/crm/v3/owners", self.owners),
            ("GET", "/crm/v3/pipelines/{kind}", self.pipelines),
            ("GET", "/account-info/v3/details", self.account),
        ]
        routes = [Route(path, self.guarded(run), methods=[method]) for method, path, run in paths]
        return Vendor("hubspot", application(routes, self.refuse), self.refuse, lambda body: body["results"])

    def guarded(self, run: Endpoint) -> Endpoint:
        """Check the token before anything else; every answer carries the rate-limit headers."""

        async def checked(request: Request) -> Response:
            if "token_expired" in faults_met(request):
                raise Refusal("expired")
            if request.headers.get("authorization") != f"Bearer {ACCESS_TOKEN}":
                raise Refusal("unauthenticated")
            response = await run(request)
            response.headers.update(RATE_LIMIT_HEADERS)
            return response

        return checked

    def refuse(self, request: Request, refusal: Refusal) -> Response:
        """An error in HubSpot's form."""
        return error_answer(refusal, self.sandbox.request_id())

    @property
    def records(self) -> Records:
        """The portal now."""
        return self.sandbox.view(records)

    def objects(self, request: Request, lag_seconds: float = 0) -> Objects:
        """The objects of the kind that the path names."""
        kind = request.path_params["kind"]
        if kind not in OBJECTS:
            raise Refusal("invalid", f"Unable to infer object type from: {kind}", "objectType")
        return self.sandbox.view(records, lag_seconds).objects[kind]

    async def list_objects(self, request: Request) -> Response:
        """A page of objects by ascending id; `after` is the last id of the page before."""
        objects = self.objects(request)
        lists = ("properties", "propertiesWithHistory", "associations")
        values = query_values(request, LIST_PARAMETERS, lists)
        properties = objects.chosen(values.get("properties"))
        histories = objects.named(values.get("propertiesWithHistory"))
        limit = integer(values, "limit", 10, 1, 50 if histories else 100)
        after = integer(values, "after", 0, 0, 2**62)
        archived = choice(values, "archived", "false", ("true", "false")) == "true"
        rows = np.flatnonzero((objects.archived == archived) & (objects.ids > after))
        results = objects.render(rows[:limit], properties, histories)
        if others := [name for name in values.get("associations", "").split(",") if name]:
            for record in results:
                found = listed_associations(self.records.links, objects.kind, others, int(record["id"]))
                if found:
                    record["associations"] = found
        body: dict[str, Any] = {"results": results}
        if len(rows) > limit:
            cursor = results[-1]["id"]
            link = str(request.url.include_query_params(after=cursor))
            body["paging"] = {"next": {"after": cursor, "link": link}}
        return JSONResponse(body)

    async def search(self, request: Request) -> Response:
        """A page of what the filters match, as far as the search's ceiling."""
        query_values(request, ())
        lag = faults_met(request).get("search_index_lag", {}).get("seconds", 0)
        objects = self.objects(request, lag)
        known = ("filterGroups", "sorts", "limit", "after", "properties")
        body = await json_object(request, known)
        limit = integer(body, "limit", 10, 1, MAX_PAGE)
        after = integer({"after": body.get("after") or 0}, "after", 0, 0, 2**62)
        if after + limit > self.sandbox.search_ceiling:
            message = f"Search results are limited to {self.sandbox.search_ceiling:,}; narrow the filters."
            raise Refusal("invalid", message, "after")
        properties = objects.chosen(body.get("properties"))
        rows = matching_rows(objects, body.get("filterGroups", []), body.get("sorts", []))
        page = rows[after : after + limit]
        answer: dict[str, Any] = {"total": len(rows), "results": objects.render(page, properties, [])}
        if len(rows) > after + limit:
            answer["paging"] = {"next": {"after": str(after + limit)}}
        return JSONResponse(answer)

    async def batch_read(self, request: Request) -> Response:
        """The objects with the given ids; 207 where some don't exist."""
        objects = self.objects(request)
        values = query_values(request, ("archived",))
        archived = choice(values, "archived", "false", ("true", "false")) == "true"
        body = await json_object(request, ("inputs", "properties", "propertiesWithHistory"))
        properties = objects.chosen(body.get("properties"))
        histories = objects.named(body.get("propertiesWithHistory"))
        wanted = self.input_ids(body, 50 if histories else 100, ("id",))
        rows = objects.rows_of(wanted, archived)
        missing = sorted(set(wanted.tolist()) - set(objects.ids[rows].tolist()))
        context = {"ids": [str(missed) for missed in missing]}
        message = (f"Could not get some {objects.kind.upper()} objects, they may be deleted or not exist. "
                   "Check that ids are valid.")  # fmt: skip
        errors = [batch_error(message, context)] if missing else []
        return self.batch(objects.render(rows, properties, histories), errors)

    def input_ids(self, body: Mapping[str, Any], most: int, known: tuple[str, ...]) -> np.ndarray:
        """The ids among a batch's inputs, at most as many as HubSpot takes."""
        inputs = body.get("inputs")
        if not isinstance(inputs, list) or not inputs:
            raise Refusal("invalid", "inputs must be a list of objects with an id.", "inputs")
        if len(inputs) > most:
            raise Refusal("invalid", f"The maximum number of inputs supported in a batch request is {most}.",
                          "inputs")  # fmt: skip
        for given in inputs:
            only(given, known, "inputs")
            integer(given, "id", -1, 0, 2**62)
        return np.array([int(given["id"]) for given in inputs], np.int64)

    def batch(self, results: list[dict[str, Any]], errors: list[dict[str, Any]]) -> Response:
        """A batch's answer: 200 if all succeeded, else 207 with what failed."""
        moment = iso_moment(self.sandbox.now)
        body: dict[str, Any] = {
            "status": "COMPLETE", "results": results,
            "requestedAt": moment, "startedAt": moment, "completedAt": moment,
        }  # fmt: skip
        if errors:
            body |= {"numErrors": len(errors), "errors": errors}
        return JSONResponse(body, 207 if errors else 200)

    async def read_associations(self, request: Request) -> Response:
        """What each given object is associated with, a page at a time for each."""
        query_values(request, ())
        pair = (request.path_params["left"], request.path_params["right"])
        links = self.records.links.get(pair)
        if links is None:
            raise Refusal("invalid", f"No association types exist between {pair[0]} and {pair[1]}.")
        body = await json_object(request, ("inputs",))
        wanted = self.input_ids(body, 1000, ("id", "after")).tolist()
        results, errors, most = [], [], self.sandbox.association_page
        for object_id, given in zip(wanted, body["inputs"], strict=True):
            start = integer({"after": given.get("after") or 0}, "after", 0, 0, 2**62)
            found = links.of(object_id)
            if not found:
                message = f"No {pair[1]} are associated with {pair[0]} {object_id}."
                context = {
                    "fromObjectId": [str(object_id)],
                    "fromObjectType": [pair[0]],
                    "toObjectType": [pair[1]],
                }
                errors.append(batch_error(message, context, "crm.associations.NO_ASSOCIATIONS_FOUND"))
                continue
            result: dict[str, Any] = {
                "from": {"id": str(object_id)},
                "to": [
                    {"toObjectId": other, "associationTypes": association_types(pair, labels)}
                    for other, labels in found[start : start + most]
                ],
            }
            if len(found) > start + most:
                result["paging"] = {"next": {"after": str(start + most)}}
            results.append(result)
        return self.batch(results, errors)

    async def owners(self, request: Request) -> Response:
        """A page of the portal's users."""
        values = query_values(request, ("limit", "after", "archived", "email"))
        limit = integer(values, "limit", 100, 1, 500)
        after = integer(values, "after", 0, 0, 2**62)
        archived = choice(values, "archived", "false", ("true", "false")) == "true"
        owners = [
            owner
            for owner in self.records.owners
            if owner["archived"] == archived and values.get("email", owner["email"]) == owner["email"]
        ]
        body: dict[str, Any] = {"results": owners[after : after + limit]}
        if len(owners) > after + limit:
            link = str(request.url.include_query_params(after=after + limit))
            body["paging"] = {"next": {"after": str(after + limit), "link": link}}
        return JSONResponse(body)

    async def pipelines(self, request: Request) -> Response:
        """The deal pipelines, or the lifecycle of contacts, with their stages."""
        query_values(request, ())
        held, kind = self.records, request.path_params["kind"]
        if kind not in ("deals", "contacts"):
            raise Refusal("invalid", f"Unable to infer object type from: {kind}", "objectType")
        found = (
            deal_pipelines(held.pipelines, held.since) if kind == "deals" else contact_pipelines(held.since)
        )
        return JSONResponse({"results": found})

    async def account(self, request: Request) -> Response:
        """The portal itself."""
        query_values(request, ())
        return JSONResponse(dict(ACCOUNT))
