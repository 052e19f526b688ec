"""What every make-believe vendor is to the server, and how it reads a request strictly."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class Refusal(Exception):
    """A request that the vendor refuses; each vendor words it in its own form.

    reason: unauthenticated, expired, forbidden, not_found, method_not_allowed, invalid, rate_limited or
    server_error.
    """

    def __init__(self, reason: str, message: str = "", field: str = "", **details: Any) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.field = field
        self.details = details


@dataclass(frozen=True)
class Vendor:
    """A vendor's application, its error form, and where the rows are in its answers."""

    name: str
    app: Starlette
    refuse: Callable[[Request, Refusal], Response]
    rows: Callable[[Any], list[dict[str, Any]]]


def application(routes: list[Route], refuse: Callable[[Request, Refusal], Response]) -> Starlette:
    """An application that answers unknown paths and methods in the vendor's own form."""

    def refused(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException):
            reason = "method_not_allowed" if error.status_code == 405 else "not_found"
            return refuse(request, Refusal(reason, field=request.url.path))
        assert isinstance(error, Refusal)
        return refuse(request, error)

    app = Starlette(routes=routes, exception_handlers={HTTPException: refused, Refusal: refused})
    app.router.redirect_slashes = False
    return app


def faults_met(request: Request) -> Mapping[str, dict[str, Any]]:
    """The faults that this request meets."""
    return request.scope.get("faults", {})


def query_values(request: Request, known: Collection[str], lists: Collection[str] = ()) -> dict[str, str]:
    """The query parameters, none of them unknown; list parameters may repeat and are joined by commas."""
    values: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise Refusal("invalid", f"Unknown query parameter {name!r}.", name, kind="unknown_parameter")
        if name in values and name not in lists:
            raise Refusal("invalid", f"Query parameter {name!r} is given twice.", name, kind="repeated")
        values[name] = f"{values[name]},{value}" if name in values else value
    return values


def integer(values: Mapping[str, Any], name: str, default: int, low: int, high: int) -> int:
    """A whole number between bounds."""
    value = values.get(name, default)
    if not str(value).lstrip("-").isdecimal() or isinstance(value, bool):
        raise Refusal("invalid", f"{name} must be an integer, not {value!r}.", name, kind="not_integer")
    if not low <= int(value) <= high:
        raise Refusal("invalid", f"{name} must be between {low} and {high}, not {value}.", name, kind="range")
    return int(value)


def choice(values: Mapping[str, str], name: str, default: str, allowed: Collection[str]) -> str:
    """One of the allowed words."""
    value = values.get(name, default)
    if value not in allowed:
        words = ", ".join(word for word in allowed if word)
        raise Refusal("invalid", f"{name} must be one of {words}, not {value!r}.", name, kind="choice")
    return value


def only(given: Mapping[str, Any], known: Collection[str], where: str) -> None:
    """Refuse an object that holds a field the vendor doesn't know."""
    for name in given:
        if name not in known:
            raise Refusal("invalid", f"Unknown field {name!r} in {where}.", name, kind="unknown_field")


async def json_object(request: Request, known: Collection[str]) -> dict[str, Any]:
    """The request's JSON object, none of its fields unknown."""
    try:
        body = json.loads(await request.body())
    except ValueError as error:
        raise Refusal("invalid", f"The body is not JSON: {error}.", kind="not_json") from error
    if not isinstance(body, dict):
        raise Refusal("invalid", "The body must be a JSON object.", kind="not_json")
    only(body, known, "the request body")
    return body
