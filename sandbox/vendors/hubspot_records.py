"""The world as HubSpot keeps it: objects whose properties are text, their histories, their associations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.vendors.vendor import Refusal
from sandbox.vendors.wording import Column, epoch_ms, iso, milliseconds, number, take
from sandbox.world import World

OBJECTS = ("contacts", "companies", "deals")
PORTAL_ID = 24_070_707

# canonical stage → HubSpot's id, label, probability
DEAL_STAGES: Mapping[str, tuple[str, str, str]] = {
    "appointment_scheduled": ("appointmentscheduled", "Appointment Scheduled", "0.2"),
    "qualified_to_buy": ("qualifiedtobuy", "Qualified To Buy", "0.4"),
    "presentation_scheduled": ("presentationscheduled", "Presentation Scheduled", "0.6"),
    "decision_maker_bought_in": ("decisionmakerboughtin", "Decision Maker Bought-In", "0.8"),
    "contract_sent": ("contractsent", "Contract Sent", "0.9"),
    "won": ("closedwon", "Closed Won", "1.0"),
    "lost": ("closedlost", "Closed Lost", "0.0"),
}
LIFECYCLE_STAGES: Mapping[str, tuple[str, str]] = {
    "lead": ("lead", "Lead"),
    "mql": ("marketingqualifiedlead", "Marketing Qualified Lead"),
    "sal": ("salesacceptedlead", "Sales Accepted Lead"),
    "sql": ("salesqualifiedlead", "Sales Qualified Lead"),
    "opportunity": ("opportunity", "Opportunity"),
    "customer": ("customer", "Customer"),
}
DEAL_TYPES = {"new": "newbusiness", "expansion": "existingbusiness", "renewal": "renewal"}

DEFAULT_PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "contacts": ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
    "companies": ("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"),
    "deals": ("amount", "closedate", "createdate", "dealname", "dealstage", "hs_lastmodifieddate",
              "hs_object_id", "pipeline"),
}  # fmt: skip
DATE_PROPERTIES = ("createdate", "lastmodifieddate", "hs_lastmodifieddate", "closedate")
NUMBER_PROPERTIES = ("amount", "numberofemployees", "hs_object_id", "hs_deal_stage_probability")


@dataclass(frozen=True)
class Objects:
    """The objects of one kind, by ascending id."""

    ids: np.ndarray
    archived: np.ndarray
    envelope: pa.Table
    properties: pa.Table
    numbers: Mapping[str, np.ndarray]
    history: pa.Table
    history_ids: np.ndarray

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
                record["propertiesWithHistory"] = self._histories(int(self.ids[row]), history)
        return records

    def _histories(self, object_id: int, wanted: list[str]) -> dict[str, list[dict[str, Any]]]:
        start, end = np.searchsorted(self.history_ids, [object_id, object_id + 1])
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in wanted}
        for entry in self.history.slice(start, end - start).to_pylist():
            if (name := entry.pop("property")) in found:
                found[name].append(entry)
        return found


@dataclass(frozen=True)
class Links:
    """Which object is associated with which, by ascending ids of both."""

    from_ids: np.ndarray
    to_ids: np.ndarray
    labels: list[tuple[str, ...]]

    def of(self, object_id: int) -> list[tuple[int, tuple[str, ...]]]:
        """The objects associated with one, with the labels that people gave."""
        start, end = np.searchsorted(self.from_ids, [object_id, object_id + 1])
        return list(zip(self.to_ids[start:end].tolist(), self.labels[start:end], strict=True))


@dataclass(frozen=True)
class Records:
    """All that the portal holds at one moment."""

    objects: Mapping[str, Objects]
    links: Mapping[tuple[str, str], Links]
    owners: list[dict[str, Any]]
    pipelines: tuple[str, ...]


def chosen_properties(kind: str, objects: Objects, asked: str | list[str] | None) -> list[str]:
    """The properties to answer: HubSpot's defaults if none are asked for, and always the object's id.

    HubSpot leaves out a name it doesn't know; here it is refused, so that a misspelt one is noticed.
    """
    if not asked:
        return list(DEFAULT_PROPERTIES[kind])
    names = asked.split(",") if isinstance(asked, str) else asked
    if not isinstance(names, list):
        raise Refusal("invalid", "properties must be a list of names.", "properties")
    for name in names:
        if name not in objects.properties.column_names:
            raise Refusal("invalid", f"Property {name!r} does not exist.", name)
    stamps = (
        "createdate",
        "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate",
        "hs_object_id",
    )
    return list(dict.fromkeys([*names, *stamps]))


def known_histories(objects: Objects, asked: str | list[str] | None) -> list[str]:
    """The properties whose history is asked for."""
    names = asked.split(",") if isinstance(asked, str) else list(asked or [])
    for name in names:
        if name not in objects.properties.column_names:
            raise Refusal("invalid", f"Property {name!r} does not exist.", name)
    return names


def text_ids(column: Column) -> np.ndarray:
    """Ids as whole numbers; HubSpot has no others."""
    return column.cast(pa.int64()).to_numpy()


def mapped(column: Column, words: Mapping[str, Any]) -> Column:
    """Each value by its word in HubSpot; a value without one stays."""
    keys = pa.array(list(words), pa.string())
    targets = pa.array([word if isinstance(word, str) else word[0] for word in words.values()], pa.string())
    return pc.coalesce(targets.take(pc.index_in(column, value_set=keys)), column)


def _booleans(column: Column) -> Column:
    return pc.if_else(column, "true", "false")


def _owner_ids(names: Column, owners: pa.Table) -> Column:
    full = pc.binary_join_element_wise(owners["first_name"], owners["last_name"], " ")
    return owners["owner_id"].take(pc.index_in(names, value_set=full.combine_chunks()))


def _emptied(properties: dict[str, Column], ids: np.ndarray, kept: tuple[str, ...]) -> pa.Table:
    """What was never filled is null, what somebody cleared is "": both mean that there is no value."""
    cleared = pa.array(ids % 2 == 0)
    return pa.table(
        {
            name: column if name in kept else pc.if_else(pc.and_(pc.is_null(column), cleared), "", column)
            for name, column in properties.items()
        }
    )


def _contact_properties(world: World, contacts: pa.Table) -> dict[str, Column]:
    return {
        "email": contacts["email"],
        "firstname": contacts["first_name"],
        "lastname": contacts["last_name"],
        "createdate": iso(contacts["created_at"]),
        "lastmodifieddate": iso(contacts["updated_at"]),
        "lifecyclestage": mapped(contacts["lifecycle_stage"], LIFECYCLE_STAGES),
        "hubspot_owner_id": _owner_ids(contacts["owner"], world["owners"]),
        "associatedcompanyid": contacts["company_id"],
        "country": contacts["country"],
        "hs_analytics_source": contacts["lead_source"],
        "hs_email_optout": _booleans(contacts["is_opted_out"]),
        "segment": contacts["segment"],
        "self_reported_source": contacts["self_reported_source"],
        "hs_merged_object_ids": pa.nulls(len(contacts), pa.string()),
    }


def _company_properties(companies: pa.Table) -> dict[str, Column]:
    return {
        "name": companies["name"],
        "domain": companies["domain"],
        "industry": companies["industry"],
        "numberofemployees": number(companies["employee_count"]),
        "country": companies["country"],
        "segment": companies["segment"],
        "createdate": iso(companies["created_at"]),
        "hs_lastmodifieddate": iso(companies["created_at"]),
    }


def closing_moments(deals: pa.Table) -> Column:
    """HubSpot keeps one close date: the expected one while a deal is open, the actual one once it is closed."""
    expected = deals["close_date_expected"].cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    return pc.if_else(is_closed(deals), deals["closed_at"], expected)


def is_closed(deals: pa.Table) -> Column:
    """Whether a deal stands in a closed stage."""
    return pc.is_in(deals["stage"], value_set=pa.array(["won", "lost"]))


def _deal_properties(world: World, deals: pa.Table) -> dict[str, Column]:
    probabilities = {stage: parts[2] for stage, parts in DEAL_STAGES.items()}
    return {
        "dealname": deals["name"],
        "dealstage": mapped(deals["stage"], DEAL_STAGES),
        "pipeline": deals["pipeline"],
        "amount": number(deals["amount"]),
        "deal_currency_code": deals["currency"],
        "closedate": iso(closing_moments(deals)),
        "createdate": iso(deals["created_at"]),
        "hs_lastmodifieddate": iso(deals["updated_at"]),
        "hubspot_owner_id": _owner_ids(deals["owner"], world["owners"]),
        "dealtype": mapped(deals["deal_type"], DEAL_TYPES),
        "product": deals["product"],
        "lead_source": deals["lead_source"],
        "segment": deals["segment"],
        "closed_lost_reason": deals["lost_reason"],
        "hs_deal_stage_probability": mapped(deals["stage"], probabilities),
        "hs_is_closed": _booleans(is_closed(deals)),
        "hs_is_closed_won": _booleans(pc.equal(deals["stage"], "won")),
    }


def _history(rows: list[tuple[str, Column, Column, Column, str, str]]) -> tuple[pa.Table, np.ndarray]:
    """Entries (property, ids, values, moments, source type, source id) by object, newest first."""
    parts = []
    for name, ids, values, moments, source_type, source_id in rows:
        part = pa.table({"id": ids.cast(pa.int64()), "ms": milliseconds(moments), "value": values})
        part = part.append_column("timestamp", iso(moments))
        for column, word in (("property", name), ("sourceType", source_type), ("sourceId", source_id)):
            part = part.append_column(column, pa.array([word]).take(pa.array(np.zeros(len(part), np.int64))))
        parts.append(part)
    table = pa.concat_tables(parts) if parts else pa.table({"id": pa.array([], pa.int64())})
    if parts:
        table = table.sort_by([("id", "ascending"), ("property", "ascending"), ("ms", "descending")])
    return table.drop_columns([c for c in ("id", "ms") if c in table.column_names]), table["id"].to_numpy()


def _deal_history(world: World, deals: pa.Table) -> tuple[pa.Table, np.ndarray]:
    stages, fields = world["deal_stage_history"], world["deal_field_history"]
    amounts = fields.filter(pc.equal(fields["field"], "amount"))
    dates = fields.filter(pc.equal(fields["field"], "close_date_expected"))
    expected = dates["value"].cast(pa.date32()) if len(dates) else pa.array([], pa.date32())
    closed = deals.filter(is_closed(deals))
    silent = deals.filter(
        pc.and_(
            pc.is_valid(deals["amount"]),
            pc.invert(pc.is_in(deals["deal_id"], value_set=amounts["deal_id"].combine_chunks())),
        )
    )
    by_people, by_workflow = ("CRM_UI", "userId:1001"), ("CALCULATED", "DealCloseDate")
    return _history([
        ("dealstage", stages["deal_id"], mapped(stages["stage"], DEAL_STAGES), stages["entered_at"], *by_people),
        ("amount", amounts["deal_id"], amounts["value"], amounts["changed_at"], *by_people),
        ("amount", silent["deal_id"], number(silent["amount"]), silent["created_at"], *by_people),
        ("closedate", dates["deal_id"], epoch_ms(expected), dates["changed_at"], *by_people),
        ("closedate", closed["deal_id"], epoch_ms(closed["closed_at"]), closed["closed_at"], *by_workflow),
    ])  # fmt: skip


def _archived(world: World, kind: str, ids: Column) -> Column:
    """The moments at which objects were deleted, null for those that were not."""
    gone = world["archived_objects"]
    gone = gone.filter(pc.is_in(gone["object"], value_set=pa.array([kind, kind.removesuffix("s")])))
    return gone["archived_at"].take(pc.index_in(ids, value_set=gone["id"].combine_chunks()))


def _objects(world: World, kind: str) -> Objects:
    id_column = {"contacts": "contact_id", "companies": "company_id", "deals": "deal_id"}[kind]
    table = world[kind].combine_chunks()
    table = table.take(pa.array(np.argsort(text_ids(table[id_column]), kind="stable")))
    ids = text_ids(table[id_column])
    updated = table["updated_at"] if kind != "companies" else table["created_at"]
    archived_at = _archived(world, kind, table[id_column])
    history: tuple[pa.Table, np.ndarray] = _history([])
    if kind == "contacts":
        properties = _contact_properties(world, table)
        entries = world["lifecycle_history"]
        stages = mapped(entries["stage"], LIFECYCLE_STAGES)
        history = _history([("lifecyclestage", entries["contact_id"], stages, entries["entered_at"],
                             "AUTOMATION_PLATFORM", "enrollmentId:1")])  # fmt: skip
    elif kind == "companies":
        properties = _company_properties(table)
    else:
        properties = _deal_properties(world, table)
        history = _deal_history(world, table)
    properties["hs_object_id"] = table[id_column]
    numbers = {"hs_object_id": ids.astype(float)}
    moments = {"createdate": table["created_at"], "lastmodifieddate": updated, "hs_lastmodifieddate": updated}
    if kind == "deals":
        moments["closedate"] = closing_moments(table)
    for name in (name for name in moments if name in properties):
        numbers[name] = milliseconds(moments[name]).cast(pa.float64()).to_numpy()
    for name in (name for name in NUMBER_PROPERTIES[:2] if name in properties):
        numbers[name] = pc.cast(properties[name], pa.float64()).to_numpy()
    envelope = pa.table({
        "id": table[id_column], "createdAt": iso(table["created_at"]), "updatedAt": iso(updated),
        "archived": pc.is_valid(archived_at), "archivedAt": iso(archived_at),
    })  # fmt: skip
    return Objects(
        ids, pc.is_valid(archived_at).to_numpy(), envelope,
        _emptied(properties, ids, DEFAULT_PROPERTIES[kind]), numbers, *history,
    )  # fmt: skip


def _links(from_ids: np.ndarray, to_ids: np.ndarray, labels: list[tuple[str, ...]]) -> Links:
    order = np.lexsort((to_ids, from_ids))
    return Links(from_ids[order], to_ids[order], [labels[row] for row in order])


def _deal_contacts(world: World) -> pa.Table:
    """Deal and contact pairs: the table's, and a deal's own contact where the table has it not."""
    pairs = world["deal_contacts"].select(["deal_id", "contact_id", "role", "is_primary"])
    deals = world["deals"].select(["deal_id", "contact_id"]).filter(pc.is_valid(world["deals"]["contact_id"]))

    def both(table: pa.Table) -> Column:
        return pc.binary_join_element_wise(table["deal_id"], table["contact_id"], "/")

    missing = deals.filter(pc.invert(pc.is_in(both(deals), value_set=both(pairs).combine_chunks())))
    missing = missing.append_column("role", pa.nulls(len(missing), pa.string()))
    missing = missing.append_column("is_primary", pa.array(np.ones(len(missing), bool)))
    return pa.concat_tables([pairs, missing.cast(pairs.schema)])


def _association_index(world: World, objects: Mapping[str, Objects]) -> dict[tuple[str, str], Links]:
    """Associations in both directions; those of archived objects are gone."""
    alive = {kind: held.ids[~held.archived] for kind, held in objects.items()}
    pairs = _deal_contacts(world)
    labels = [
        tuple(word for word in ("Primary contact" if primary else None, role) if word)
        for primary, role in zip(pairs["is_primary"].to_pylist(), pairs["role"].to_pylist(), strict=True)
    ]
    found = {("deals", "contacts"): (text_ids(pairs["deal_id"]), text_ids(pairs["contact_id"]), labels)}
    for kind, id_column in (("deals", "deal_id"), ("contacts", "contact_id")):
        owned = world[kind].filter(pc.is_valid(world[kind]["company_id"]))
        unlabelled: list[tuple[str, ...]] = [()] * len(owned)
        found[kind, "companies"] = (text_ids(owned[id_column]), text_ids(owned["company_id"]), unlabelled)
    links = {}
    for (left, right), (from_ids, to_ids, words) in found.items():
        rows = np.flatnonzero(np.isin(from_ids, alive[left]) & np.isin(to_ids, alive[right]))
        kept = [words[row] for row in rows]
        links[left, right] = _links(from_ids[rows], to_ids[rows], kept)
        links[right, left] = _links(to_ids[rows], from_ids[rows], kept)
    return links


def _owners(world: World) -> list[dict[str, Any]]:
    started = world["companies"]["created_at"]
    since = pc.min(started) if len(started) else pa.scalar(0, pa.timestamp("us", "UTC"))
    written = iso(pa.array([since.as_py()], pa.timestamp("us", "UTC")))[0].as_py()
    return [
        {
            "id": owner["owner_id"], "email": owner["email"], "type": "PERSON",
            "firstName": owner["first_name"], "lastName": owner["last_name"],
            "userId": 1001 + row, "userIdIncludingInactive": 1001 + row,
            "createdAt": written, "updatedAt": written, "archived": False,
        }
        for row, owner in enumerate(world["owners"].to_pylist())
    ]  # fmt: skip


def records(world: World) -> Records:
    """The portal at the world's moment."""
    objects = {kind: _objects(world, kind) for kind in OBJECTS}
    names = [name for name in pc.unique(world["deals"]["pipeline"]).to_pylist() if name is not None]
    return Records(
        objects, _association_index(world, objects), _owners(world), tuple(sorted({"default", *names}))
    )
