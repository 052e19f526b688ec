"""The world's columns as HubSpot's properties: names, stages and types in its words, every value a text."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.vendors.wording import Column, iso, milliseconds, number
from sandbox.world import World

OBJECTS = ("contacts", "companies", "deals")

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
FIGURES = ("amount", "numberofemployees", "hs_deal_stage_probability")


def text_ids(column: Column) -> np.ndarray:
    """Ids as whole numbers; HubSpot has no others."""
    return column.cast(pa.int64()).to_numpy()


def mapped(column: Column, words: Mapping[str, Any]) -> Column:
    """Each value by its word in HubSpot; a value without one stays."""
    keys = pa.array(list(words), pa.string())
    targets = pa.array([word if isinstance(word, str) else word[0] for word in words.values()], pa.string())
    return pc.coalesce(targets.take(pc.index_in(column, value_set=keys)), column)


def booleans(column: Column) -> Column:
    return pc.if_else(column, "true", "false")


def owner_ids(names: Column, owners: pa.Table) -> Column:
    """The ids of owners by their full names."""
    full = pc.binary_join_element_wise(owners["first_name"], owners["last_name"], " ")
    return owners["owner_id"].take(pc.index_in(names, value_set=full.combine_chunks()))


def emptied(properties: dict[str, Column], ids: np.ndarray, kept: tuple[str, ...]) -> pa.Table:
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
        "hubspot_owner_id": owner_ids(contacts["owner"], world["owners"]),
        "associatedcompanyid": contacts["company_id"],
        "country": contacts["country"],
        "hs_analytics_source": contacts["lead_source"],
        "hs_email_optout": booleans(contacts["is_opted_out"]),
        "segment": contacts["segment"],
        "self_reported_source": contacts["self_reported_source"],
        "hs_merged_object_ids": _merged_ids(contacts["contact_id"], world["crm_merges"]),
    }


def _merged_ids(ids: Column, merges: pa.Table) -> Column:
    """The ids of the contacts that were merged into each, separated by semicolons."""
    losers: dict[str, list[str]] = {}
    for row in merges.to_pylist():
        losers.setdefault(row["winner_id"], []).append(row["loser_id"])
    winners, told = pa.array(list(losers), pa.string()), [";".join(found) for found in losers.values()]
    return pa.array(told, pa.string()).take(pc.index_in(ids, value_set=winners))


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
    """HubSpot's one close date: the expected one while a deal is open, the actual one once it is closed."""
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
        "hubspot_owner_id": owner_ids(deals["owner"], world["owners"]),
        "notes_last_updated": iso(deals["last_activity_at"]),
        "notes_next_activity_date": iso(deals["next_activity_at"]),
        "dealtype": mapped(deals["deal_type"], DEAL_TYPES),
        "product": deals["product"],
        "lead_source": deals["lead_source"],
        "segment": deals["segment"],
        "closed_lost_reason": deals["lost_reason"],
        "delivered_at": iso(deals["delivered_at"]),
        "hs_deal_stage_probability": mapped(deals["stage"], probabilities),
        "hs_is_closed": booleans(is_closed(deals)),
        "hs_is_closed_won": booleans(pc.equal(deals["stage"], "won")),
    }


def properties_of(world: World, kind: str, table: pa.Table) -> dict[str, Column]:
    """The properties of one kind of object, except its id."""
    if kind == "contacts":
        return _contact_properties(world, table)
    return _company_properties(table) if kind == "companies" else _deal_properties(world, table)


def numbers_of(
    kind: str, table: pa.Table, properties: dict[str, Column], ids: np.ndarray
) -> dict[str, np.ndarray]:
    """What a search compares as numbers: dates in milliseconds since 1970, and figures."""
    updated = table["updated_at"] if "updated_at" in table.column_names else table["created_at"]
    moments = {"createdate": table["created_at"], "lastmodifieddate": updated, "hs_lastmodifieddate": updated}
    if kind == "deals":
        moments["closedate"] = closing_moments(table)
    numbers = {"hs_object_id": ids.astype(float)}
    for name in (name for name in moments if name in properties):
        numbers[name] = milliseconds(moments[name]).cast(pa.float64()).to_numpy()
    for name in (name for name in FIGURES if name in properties):
        numbers[name] = pc.cast(properties[name], pa.float64()).to_numpy()
    return numbers
