"""The account behind Mailchimp's endpoints: what it holds now, pages of it, and the fields to answer."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.state import Sandbox
from sandbox.vendors.mailchimp_parameters import trimmed
from sandbox.vendors.mailchimp_records import Records, records
from sandbox.vendors.vendor import Refusal, integer, query_values

PAGING = {"count", "offset", "fields", "exclude_fields"}


class Account:
    """What all endpoints share."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    @property
    def records(self) -> Records:
        """The account now."""
        return self.sandbox.view(records)

    def values(self, request: Request, *own: str) -> dict[str, str]:
        """The query parameters of a collection."""
        values = query_values(request, PAGING | set(own), ("fields", "exclude_fields"))
        if "fields" in values and "exclude_fields" in values:
            raise Refusal("invalid", "Use fields or exclude_fields, not both.", "exclude_fields")
        return values

    def answer(self, body: dict[str, Any], values: Mapping[str, str]) -> Response:
        """An answer with the fields that were asked for."""
        for name, keep in (("fields", True), ("exclude_fields", False)):
            if name in values:
                body = trimmed(body, [path.split(".") for path in values[name].split(",")], keep)
        return JSONResponse(body)

    def page(self, values: Mapping[str, str], found: Any) -> Any:
        """The part of a table or array that count and offset name."""
        count, offset = integer(values, "count", 10, 0, 1000), integer(values, "offset", 0, 0, 2**62)
        return found.slice(offset, count) if isinstance(found, pa.Table) else found[offset : offset + count]

    def campaign(self, request: Request) -> dict[str, Any]:
        """The campaign that the path names."""
        table = self.records.campaigns
        found = table.filter(pc.equal(table["campaign_id"], request.path_params["campaign_id"])).to_pylist()
        if not found:
            raise Refusal("not_found")
        return found[0]
