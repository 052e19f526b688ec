"""How HubSpot words what it refuses, of a request or of a part of a batch."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.vendors.vendor import Refusal

# reason → status, category, message
REASONS: Mapping[str, tuple[int, str, str]] = {
    "unauthenticated": (401, "INVALID_AUTHENTICATION",
                        "Authentication credentials not found. This API supports OAuth 2.0 authentication."),
    "expired": (401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired."),
    "forbidden": (403, "MISSING_SCOPES", "This app hasn't been granted all required scopes."),
    "not_found": (404, "OBJECT_NOT_FOUND", "resource not found"),
    "method_not_allowed": (405, "METHOD_NOT_ALLOWED", "HTTP 405 Method Not Allowed"),
    "invalid": (400, "VALIDATION_ERROR", "Invalid input"),
    "rate_limited": (429, "RATE_LIMITS", "You have reached your ten_secondly_rolling limit."),
    "server_error": (500, "INTERNAL_ERROR", "internal error"),
}  # fmt: skip


def error_answer(refusal: Refusal, correlation_id: str) -> Response:
    """The answer to a request that is refused."""
    status, category, message = REASONS[refusal.reason]
    body: dict[str, Any] = {
        "status": "error", "message": refusal.message or message, "correlationId": correlation_id,
        "category": category,
    }  # fmt: skip
    headers = {}
    if refusal.field and refusal.reason == "invalid":
        body["errors"] = [{"message": body["message"], "in": refusal.field}]
    if refusal.reason == "rate_limited":
        body |= {"errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING"}
        headers["Retry-After"] = str(refusal.details.get("retry_after", 1))
    return JSONResponse(body, refusal.details.get("status", status), headers)


def batch_error(
    message: str, context: dict[str, list[str]], sub_category: str | None = None
) -> dict[str, Any]:
    """What failed in a batch that otherwise succeeded."""
    error: dict[str, Any] = {
        "status": "error", "category": "OBJECT_NOT_FOUND", "message": message, "context": context,
        "errors": [], "links": {},
    }  # fmt: skip
    if sub_category:
        error["subCategory"] = sub_category
    return error
