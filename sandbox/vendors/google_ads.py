"""Google Ads: tokens that expire, searchStream answering queries in batches, errors in Google's form."""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.state import Sandbox
from sandbox.vendors.gaql import QueryError, parse
from sandbox.vendors.google_ads_clicks import judge
from sandbox.vendors.google_ads_report import Account, accounts, answer, camel
from sandbox.vendors.vendor import Refusal, Vendor, application, faults_met, json_object, query_values

API_VERSION = "v25"
CLIENT_ID, CLIENT_SECRET = "sandbox-client-id", "sandbox-client-secret"
REFRESH_TOKEN, DEVELOPER_TOKEN = "sandbox-refresh-token", "sandbox-developer-token"
TOKEN_SECONDS = 3599
BATCH_ROWS = 10_000
STREAM = f"/{API_VERSION}/customers/{{customer_id}}/googleAds:searchStream"
FAILURE = f"type.googleapis.com/google.ads.googleads.{API_VERSION}.errors.GoogleAdsFailure"
# reason → HTTP status, canonical status, message, (kind of error, its name)
REASONS: Mapping[str, tuple[int, str, str, tuple[str, str]]] = {
    "unauthenticated": (401, "UNAUTHENTICATED", "Request had invalid authentication credentials.",
                        ("authenticationError", "OAUTH_TOKEN_INVALID")),
    "expired": (401, "UNAUTHENTICATED", "Request had invalid authentication credentials.",
                ("authenticationError", "OAUTH_TOKEN_EXPIRED")),
    "forbidden": (403, "PERMISSION_DENIED", "The caller does not have permission",
                  ("authorizationError", "USER_PERMISSION_DENIED")),
    "not_found": (404, "NOT_FOUND", "Method not found.", ("requestError", "UNKNOWN")),
    "method_not_allowed": (404, "NOT_FOUND", "Method not found.", ("requestError", "UNKNOWN")),
    "invalid": (400, "INVALID_ARGUMENT", "Request contains an invalid argument.",
                ("requestError", "UNKNOWN")),
    "rate_limited": (429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).",
                     ("quotaError", "RESOURCE_EXHAUSTED")),
    "server_error": (500, "INTERNAL", "Internal error encountered.", ("internalError", "INTERNAL_ERROR")),
}  # fmt: skip
OAUTH_STATUS = {"invalid_client": 401}
NO_PERMISSION = (
    "User doesn't have permission to access customer. Note: If you're accessing a client customer, the "
    "manager's customer id must be set in the 'login-customer-id' header."
)

Endpoint = Callable[[Request], Awaitable[Response]]


def rows(body: Any) -> list[dict[str, Any]]:
    """The rows of all batches."""
    return [row for batch in body for row in batch.get("results", [])]


class GoogleAds:
    """The token endpoint and the accounts' reports."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.tokens: dict[str, datetime] = {}
        self._issued = 0

    def vendor(self) -> Vendor:
        """The application, its error form, and where its rows are."""
        routes = [
            Route("/token", self.token, methods=["POST"]),
            Route(STREAM, self.search_stream, methods=["POST"]),
            Route(f"/{API_VERSION}/customers:listAccessibleCustomers", self.accessible, methods=["GET"]),
        ]
        return Vendor("google_ads", application(routes, self.refuse), self.refuse, rows)

    def refuse(self, request: Request, refusal: Refusal) -> Response:
        """An error in Google's form; a stream answers even its errors as an array."""
        if request.url.path.endswith("/token"):
            return self.refuse_token(refusal)
        status, name, message, (kind, code) = REASONS[refusal.reason]
        kind, code = refusal.details.get("error", (kind, code))
        specific = refusal.message or message
        error: dict[str, Any] = {
            "code": refusal.details.get("status", status),
            "message": message,
            "status": name,
        }
        if refusal.details.get("kind") in ("unknown_field", "unknown_parameter", "not_json"):
            error["message"] = f"Invalid JSON payload received. {specific}"
            violation = {"description": error["message"]}
            error["details"] = [
                {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
            ]
        elif refusal.reason not in ("not_found", "method_not_allowed"):
            failed: dict[str, Any] = {"errorCode": {kind: code}, "message": specific}
            if refusal.reason == "rate_limited":
                delay = f"{refusal.details.get('retry_after', 1)}s"
                failed["details"] = {"quotaErrorDetails": {"rateScope": "DEVELOPER", "retryDelay": delay}}
            error["details"] = [
                {"@type": FAILURE, "errors": [failed], "requestId": self.sandbox.request_id()}
            ]
        body: Any = {"error": error}
        return JSONResponse([body] if request.url.path.endswith(":searchStream") else body, error["code"])

    def refuse_token(self, refusal: Refusal) -> Response:
        """An error in the form of OAuth 2."""
        code = refusal.details.get("oauth", "invalid_request")
        status = OAUTH_STATUS.get(code, 400)
        if refusal.reason in ("rate_limited", "server_error"):
            status, code = refusal.details.get("status", REASONS[refusal.reason][0]), "internal_failure"
        return JSONResponse({"error": code, "error_description": refusal.message or "Bad Request"}, status)

    async def token(self, request: Request) -> Response:
        """A new access token for the refresh token."""
        query_values(request, ())
        if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            raise Refusal("invalid", "Required parameter is missing: grant_type", oauth="invalid_request")
        form = dict(parse_qsl((await request.body()).decode()))
        unknown = sorted(set(form) - {"grant_type", "client_id", "client_secret", "refresh_token"})
        if unknown:
            raise Refusal("invalid", f"Parameter not allowed for this message type: {unknown[0]}",
                          oauth="invalid_request")  # fmt: skip
        if form.get("grant_type") != "refresh_token":
            raise Refusal(
                "invalid", f"Invalid grant_type: {form.get('grant_type')}", oauth="unsupported_grant_type"
            )
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            raise Refusal("invalid", "The OAuth client was not found.", oauth="invalid_client")
        if form.get("refresh_token") != REFRESH_TOKEN:
            raise Refusal("invalid", "Token has been expired or revoked.", oauth="invalid_grant")
        self._issued += 1
        access_token = f"ya29.sandbox-{self._issued}"
        self.tokens[access_token] = self.sandbox.now + timedelta(seconds=TOKEN_SECONDS)
        return JSONResponse({
            "access_token": access_token, "expires_in": TOKEN_SECONDS, "token_type": "Bearer",
            "scope": "https://www.googleapis.com/auth/adwords",
        })  # fmt: skip

    def authenticate(self, request: Request) -> None:
        """Refuse a request without a living access token or the developer token."""
        if "token_expired" in faults_met(request):
            self.tokens.clear()
            raise Refusal("expired")
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise Refusal("unauthenticated")
        if self.tokens[token] < self.sandbox.now:
            raise Refusal("expired")
        if "developer-token" not in request.headers:
            raise Refusal("unauthenticated", "The developer-token parameter is required for all requests.",
                          error=("requestError", "DEVELOPER_TOKEN_PARAMETER_MISSING"))  # fmt: skip
        if request.headers["developer-token"] != DEVELOPER_TOKEN:
            raise Refusal("unauthenticated", "The developer token is not valid.",
                          error=("authenticationError", "DEVELOPER_TOKEN_INVALID"))  # fmt: skip

    def account(self, request: Request) -> Account:
        """The account that the path names, if the caller may see it."""
        held = self.sandbox.view(accounts)
        customer_id = request.path_params["customer_id"]
        if not customer_id.isdecimal():
            raise Refusal("invalid", f"Invalid customer ID '{customer_id}'.",
                          error=("requestError", "INVALID_CUSTOMER_ID"))  # fmt: skip
        login = request.headers.get("login-customer-id", customer_id)
        if customer_id not in held or login not in held:
            raise Refusal("forbidden", NO_PERMISSION)
        return held[customer_id]

    async def accessible(self, request: Request) -> Response:
        """The accounts that the caller may see."""
        self.authenticate(request)
        query_values(request, ())
        return JSONResponse({"resourceNames": [f"customers/{name}" for name in self.sandbox.view(accounts)]})

    async def search_stream(self, request: Request) -> Response:
        """The answer to a query, an array of batches."""
        self.authenticate(request)
        query_values(request, ())
        account = self.account(request)
        body = await json_object(request, ("query",))
        try:
            query = parse(str(body.get("query", "")))
            if query.resource == "click_view":
                judge(query, self.sandbox.now.astimezone(account.time_zone).date())
        except QueryError as error:
            raise Refusal("invalid", error.message, error=(error.kind, error.code)) from error
        found = answer(account, query)
        common = {
            "fieldMask": ",".join(".".join(map(camel, name.split("."))) for name in query.select),
            "requestId": self.sandbox.request_id(),
        }
        batches: list[dict[str, Any]] = [
            {"results": found[start : start + BATCH_ROWS], **common}
            for start in range(0, len(found), BATCH_ROWS)
        ] or [common]
        batches[-1]["queryResourceConsumption"] = str(len(found))
        return Response(json.dumps(batches, ensure_ascii=False), media_type="application/json")
