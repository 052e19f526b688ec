"""The portal at one moment: its objects, histories, associations and users."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.vendors.hubspot_associations import AllLinks, links
from sandbox.vendors.hubspot_history import History, history_of
from sandbox.vendors.hubspot_properties import (
    DEFAULT_PROPERTIES,
    OBJECTS,
    emptied,
    numbers_of,
    properties_of,
    text_ids,
)
from sandbox.vendors.vendor import Refusal
from sandbox.vendors.wording import Column, iso, take
from sandbox.world import World

ID_COLUMNS = {"contacts": "contact_id", "companies": "company_id", "deals": "deal_id"}


@dataclass(frozen=True)
class Objects:
    """The objects of one kind, by ascending id."""

    kind: str
    ids: np.ndarray
    archived: np.ndarray
    envelope: pa.Table
    properties: pa.Table
    numbers: Mapping[str, np.ndarray]
    history: History

    def rows_of(self, ids: np.ndarray, archived: bool) -> np.ndarray:
        """The positions of the objects with these ids that are (not) archived."""
        if not len(self.ids):
            return np.empty(0, np.int64)
        rows = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return rows[(self.ids[rows] == ids) & (self.archived[rows] == archived)]

    def render(self, rows: np.ndarray, properties: list[str], history: list[str]) -> list[dict[str, Any]]:
        """These objects as HubSpot answers them."""
        records = take(self.envelope, rows)
        for record, row, values in zip(records, rows, take(self.properties, rows, properties), strict=True):
            if record["archivedAt"] is None:
                del record["archivedAt"]
            record["properties"] = values
            if history:
                record["propertiesWithHistory"] = self.history.of(int(self.ids[row]), history)
        return records

    def chosen(self, asked: str | list[str] | None) -> list[str]:
        """The properties to answer: HubSpot's defaults if none are asked for, else those and the stamps."""
        names = self.named(asked)
        if not names:
            return list(DEFAULT_PROPERTIES[self.kind])
        changed = "lastmodifieddate" if self.kind == "contacts" else "hs_lastmodifieddate"
        return list(dict.fromkeys([*names, "createdate", changed, "hs_object_id"]))

    def named(self, asked: str | list[str] | None) -> list[str]:
        """The properties that a request names.

        HubSpot leaves out a name it doesn't know; here it is refused, so that a misspelt one is noticed.
        """
        names = asked.split(",") if isinstance(asked, str) else asked or []
        if not isinstance(names, list):
            raise Refusal("invalid", "properties must be a list of names.", "properties")
        for name in names:
            if name not in self.properties.column_names:
                raise Refusal("invalid", f"Property {name!r} does not exist.", str(name))
        return names


@dataclass(frozen=True)
class Records:
    """All that the portal holds at one moment."""

    objects: Mapping[str, Objects]
    links: AllLinks
    owners: list[dict[str, Any]]
    pipelines: tuple[str, ...]
    since: str


def _archived(world: World, kind: str, ids: Column) -> Column:
    """The moments at which objects were deleted, null for those that were not."""
    gone = world["archived_objects"]
    gone = gone.filter(pc.is_in(gone["object"], value_set=pa.array([kind, kind.removesuffix("s")])))
    return gone["archived_at"].take(pc.index_in(ids, value_set=gone["id"].combine_chunks()))


def _unmerged(world: World, kind: str) -> pa.Table:
    """The objects without those that HubSpot merged into another: they are gone, not archived."""
    if kind != "contacts":
        return world[kind]
    losers = world["crm_merges"]["loser_id"].combine_chunks()
    return world[kind].filter(pc.invert(pc.is_in(world[kind]["contact_id"], value_set=losers)))


def _objects(world: World, kind: str) -> Objects:
    id_column = ID_COLUMNS[kind]
    table = _unmerged(world, kind).combine_chunks()
    table = table.take(pa.array(np.argsort(text_ids(table[id_column]), kind="stable")))
    ids = text_ids(table[id_column])
    properties = properties_of(world, kind, table)
    numbers = numbers_of(kind, table, properties, ids)
    properties["hs_object_id"] = table[id_column]
    archived_at = _archived(world, kind, table[id_column])
    changed = "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"
    envelope = pa.table({
        "id": table[id_column],
        "createdAt": properties["createdate"],
        "updatedAt": properties[changed],
        "archived": pc.is_valid(archived_at),
        "archivedAt": iso(archived_at),
    })  # fmt: skip
    filled = emptied(properties, ids, DEFAULT_PROPERTIES[kind])
    is_archived = pc.is_valid(archived_at).to_numpy()
    return Objects(kind, ids, is_archived, envelope, filled, numbers, history_of(world, kind, table))


def _owners(world: World, since: str) -> list[dict[str, Any]]:
    return [
        {
            "id": owner["owner_id"], "email": owner["email"], "type": "PERSON",
            "firstName": owner["first_name"], "lastName": owner["last_name"],
            "userId": 1001 + row, "userIdIncludingInactive": 1001 + row,
            "createdAt": since, "updatedAt": since, "archived": False,
        }
        for row, owner in enumerate(world["owners"].to_pylist())
    ]  # fmt: skip


def records(world: World) -> Records:
    """The portal at the world's moment."""
    objects = {kind: _objects(world, kind) for kind in OBJECTS}
    alive = {kind: held.ids[~held.archived] for kind, held in objects.items()}
    first = pc.min(world["companies"]["created_at"]).as_py()
    since = iso(pa.array([first], pa.timestamp("us", "UTC"))).to_pylist()[0] or "2024-01-01T00:00:00.000Z"
    pipelines = {name for name in pc.unique(world["deals"]["pipeline"]).to_pylist() if name is not None}
    names = tuple(sorted({"default", *pipelines}))
    return Records(objects, links(world, alive), _owners(world, since), names, since)
