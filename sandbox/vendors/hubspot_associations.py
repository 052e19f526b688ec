"""HubSpot's associations: type ids of its own, and labels that people gave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.vendors.hubspot_properties import text_ids
from sandbox.vendors.vendor import Refusal
from sandbox.vendors.wording import Column
from sandbox.world import World

# (type id, label) of the associations that HubSpot defines
DEFINED: Mapping[tuple[str, str], tuple[tuple[int, str | None], ...]] = {
    ("deals", "contacts"): ((3, None),),
    ("contacts", "deals"): ((4, None),),
    ("deals", "companies"): ((5, "Primary"), (341, None)),
    ("companies", "deals"): ((6, "Primary"), (342, None)),
    ("contacts", "companies"): ((1, "Primary"), (279, None)),
    ("companies", "contacts"): ((2, "Primary"), (280, None)),
}
SINGULAR = {"contacts": "contact", "companies": "company", "deals": "deal"}
PRIMARY_CONTACT = "Primary contact"
FIRST_LABEL_ID = 101


@dataclass(frozen=True)
class Links:
    """Which object is associated with which, by ascending ids of both, with the labels that people gave."""

    from_ids: np.ndarray
    to_ids: np.ndarray
    labels: list[tuple[str, ...]]

    def of(self, object_id: int) -> list[tuple[int, tuple[str, ...]]]:
        """The objects associated with one."""
        start, end = np.searchsorted(self.from_ids, [object_id, object_id + 1])
        return list(zip(self.to_ids[start:end].tolist(), self.labels[start:end], strict=True))


AllLinks = Mapping[tuple[str, str], Links]


def links(world: World, alive: Mapping[str, np.ndarray]) -> AllLinks:
    """Associations in both directions; those of archived objects are gone."""
    pairs = _deal_contacts(world)
    labels = [
        tuple(word for word in (PRIMARY_CONTACT if primary else None, role) if word)
        for primary, role in zip(pairs["is_primary"].to_pylist(), pairs["role"].to_pylist(), strict=True)
    ]
    found = {("deals", "contacts"): (text_ids(pairs["deal_id"]), text_ids(pairs["contact_id"]), labels)}
    for kind, id_column in (("deals", "deal_id"), ("contacts", "contact_id")):
        owned = world[kind].filter(pc.is_valid(world[kind]["company_id"]))
        unlabelled: list[tuple[str, ...]] = [()] * len(owned)
        found[kind, "companies"] = (text_ids(owned[id_column]), text_ids(owned["company_id"]), unlabelled)
    both = {}
    for (left, right), (from_ids, to_ids, words) in found.items():
        rows = np.flatnonzero(np.isin(from_ids, alive[left]) & np.isin(to_ids, alive[right]))
        kept = [words[row] for row in rows]
        both[left, right] = _ordered(from_ids[rows], to_ids[rows], kept)
        both[right, left] = _ordered(to_ids[rows], from_ids[rows], kept)
    return both


def _ordered(from_ids: np.ndarray, to_ids: np.ndarray, labels: list[tuple[str, ...]]) -> Links:
    order = np.lexsort((to_ids, from_ids))
    return Links(from_ids[order], to_ids[order], [labels[row] for row in order])


def _pair(table: pa.Table) -> Column:
    return pc.binary_join_element_wise(table["deal_id"], table["contact_id"], "/")


def _deal_contacts(world: World) -> pa.Table:
    """Deal and contact pairs: the table's, and a deal's own contact where the table has it not."""
    pairs = world["deal_contacts"]
    deals = world["deals"].select(["deal_id", "contact_id"]).filter(pc.is_valid(world["deals"]["contact_id"]))
    known = _pair(pairs)
    if isinstance(known, pa.ChunkedArray):
        known = known.combine_chunks()
    own = deals.filter(pc.invert(pc.is_in(_pair(deals), value_set=known)))
    own = own.append_column("role", pa.nulls(len(own), pa.string()))
    own = own.append_column("is_primary", pa.array(np.ones(len(own), bool)))
    return pa.concat_tables([pairs.select(own.column_names), own])


def association_types(pair: tuple[str, str], labels: tuple[str, ...]) -> list[dict[str, Any]]:
    """The types that one association has."""
    defined = [
        {"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": label} for type_id, label in DEFINED[pair]
    ]
    own = [{"category": "USER_DEFINED", "typeId": label_id(label), "label": label} for label in labels]
    return defined + own


def label_id(label: str) -> int:
    """The type id of a label that people gave, the same at every moment of the world."""
    return FIRST_LABEL_ID if label == PRIMARY_CONTACT else FIRST_LABEL_ID + 1 + sum(label.encode())


def listed_associations(held: AllLinks, kind: str, others: list[str], object_id: int) -> dict[str, Any]:
    """The associations of one object as the object list shows them: without labels."""
    found = {}
    for other in others:
        if (kind, other) not in DEFINED:
            raise Refusal(
                "invalid", f"No association types exist between {kind} and {other}.", "associations"
            )
        names = [f"{SINGULAR[kind]}_to_{SINGULAR[other]}"]
        names += [f"{names[0]}_unlabeled"] * (len(DEFINED[kind, other]) - 1)
        linked = held[kind, other].of(object_id)
        if linked:
            found[other] = {
                "results": [{"id": str(other_id), "type": name} for other_id, _ in linked for name in names]
            }
    return found
