"""The world as Google Ads reports it: one account's entities and daily figures, answered by query."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.vendors.gaql import Condition, Query
from sandbox.vendors.google_ads_clicks import click_rows
from sandbox.vendors.google_ads_fields import FIELDS, RESOURCES
from sandbox.world import World

COMPARE = {
    "=": pc.equal, "!=": pc.not_equal, ">": pc.greater, "<": pc.less, ">=": pc.greater_equal,
    "<=": pc.less_equal,
}  # fmt: skip
FACT_KEYS = {"customer": "customer.id", "campaign": "campaign.id", "ad_group": "ad_group.id",
             "ad_group_ad": "ad_group_ad.ad.id", "click_view": "click_view.resource_name"}  # fmt: skip
METRICS = [name for name in FIELDS if name.startswith("metrics.")]


@dataclass(frozen=True)
class Account:
    """One customer's entities, by the resource one may ask for, its daily figures and where its days end."""

    entities: Mapping[str, pa.Table]
    facts: pa.Table
    time_zone: ZoneInfo


def accounts(world: World) -> dict[str, Account]:
    """Every account of the world, by customer id."""
    return {
        customer_id: _account(world, customer_id)
        for customer_id in world["ad_accounts"]["customer_id"].to_pylist()
    }


def _of(world: World, name: str, column: str, customer_id: str) -> pa.Table:
    return world[name].filter(pc.equal(world[name][column], customer_id)).combine_chunks()


def _path(*parts: Any) -> pa.Array:
    """Resource names from constants and columns."""
    return pc.binary_join_element_wise(*parts, "")


def _account(world: World, customer_id: str) -> Account:
    customer = _customer(_of(world, "ad_accounts", "customer_id", customer_id))
    campaign = _with_customer(_campaigns(_of(world, "ad_campaigns", "customer_id", customer_id)), customer)
    ad_group = _joined(_groups(_of(world, "ad_groups", "customer_id", customer_id)), campaign, "campaign.id")
    ad_group_ad = _joined(_ads(_of(world, "ads", "customer_id", customer_id)), ad_group, "ad_group.id")
    groups = ad_group.select([name for name in ad_group.column_names if name.startswith("ad_group.")])
    clicks = _joined(click_rows(_of(world, "ad_clicks", "customer_id", customer_id)), campaign, "campaign.id")
    entities = {
        "customer": customer, "campaign": campaign, "ad_group": ad_group, "ad_group_ad": ad_group_ad,
        "click_view": _joined(clicks, groups, "ad_group.id"),
    }  # fmt: skip
    facts = _facts(_of(world, "ad_performance", "account_id", customer_id))
    return Account(entities, facts, ZoneInfo(customer["customer.time_zone"][0].as_py()))


def _customer(rows: pa.Table) -> pa.Table:
    return pa.table({
        "customer.resource_name": _path("customers/", rows["customer_id"]),
        "customer.id": rows["customer_id"].cast(pa.int64()),
        "customer.descriptive_name": rows["name"],
        "customer.currency_code": rows["currency"],
        "customer.time_zone": rows["time_zone"],
        "customer.manager": pa.array(np.zeros(len(rows), bool)),
    })  # fmt: skip


def _campaigns(rows: pa.Table) -> pa.Table:
    customer = rows["customer_id"]
    return pa.table({
        "campaign.resource_name": _path("customers/", customer, "/campaigns/", rows["campaign_id"]),
        "campaign.id": rows["campaign_id"].cast(pa.int64()),
        "campaign.name": rows["name"],
        "campaign.status": rows["status"],
        "campaign.advertising_channel_type": rows["channel_type"],
        "campaign.tracking_url_template": rows["tracking_url_template"],
        "campaign.final_url_suffix": rows["final_url_suffix"],
    })  # fmt: skip


def _groups(rows: pa.Table) -> pa.Table:
    customer = rows["customer_id"]
    return pa.table({
        "ad_group.resource_name": _path("customers/", customer, "/adGroups/", rows["ad_group_id"]),
        "ad_group.id": rows["ad_group_id"].cast(pa.int64()),
        "ad_group.name": rows["name"],
        "ad_group.status": rows["status"],
        "ad_group.campaign": _path("customers/", customer, "/campaigns/", rows["campaign_id"]),
        "ad_group.tracking_url_template": pa.nulls(len(rows), pa.string()),
        "ad_group.final_url_suffix": pa.nulls(len(rows), pa.string()),
        "campaign.id": rows["campaign_id"].cast(pa.int64()),
    })  # fmt: skip


def _ads(rows: pa.Table) -> pa.Table:
    customer, group, ad = rows["customer_id"], rows["ad_group_id"], rows["ad_id"]
    return pa.table({
        "ad_group_ad.resource_name": _path("customers/", customer, "/adGroupAds/", group, "~", ad),
        "ad_group_ad.status": rows["status"],
        "ad_group_ad.ad_group": _path("customers/", customer, "/adGroups/", group),
        "ad_group_ad.ad.resource_name": _path("customers/", customer, "/ads/", ad),
        "ad_group_ad.ad.id": ad.cast(pa.int64()),
        "ad_group_ad.ad.name": rows["name"],
        "ad_group_ad.ad.final_urls": rows["final_url"],
        "ad_group_ad.ad.tracking_url_template": rows["tracking_url_template"],
        "ad_group_ad.ad.final_url_suffix": rows["final_url_suffix"],
        "ad_group.id": group.cast(pa.int64()),
    })  # fmt: skip


def _with_customer(table: pa.Table, customer: pa.Table) -> pa.Table:
    same = pa.array(np.zeros(len(table), np.int64))
    for name in customer.column_names:
        table = table.append_column(name, customer[name].take(same))
    return table


def _joined(table: pa.Table, parents: pa.Table, key: str) -> pa.Table:
    rows = pc.index_in(table[key], value_set=parents[key].combine_chunks())
    for name in (name for name in parents.column_names if name != key):
        table = table.append_column(name, parents[name].take(rows))
    return table


def _facts(days: pa.Table) -> pa.Table:
    micros = pc.multiply(days["spend"].cast(pa.decimal128(26, 6)), pa.scalar(Decimal(1_000_000)))
    return pa.table({
        "customer.id": days["account_id"].cast(pa.int64()),
        "campaign.id": days["campaign_id"].cast(pa.int64()),
        "ad_group.id": days["ad_group_id"].cast(pa.int64()),
        "ad_group_ad.ad.id": days["ad_id"].cast(pa.int64()),
        "segments.date": days["date_day"],
        "metrics.impressions": days["impressions"],
        "metrics.clicks": days["clicks"],
        "metrics.cost_micros": micros.cast(pa.int64()),
        "metrics.conversions": pc.fill_null(days["conversions"], 0.0),
        "metrics.conversions_value": pc.fill_null(days["conversion_value"].cast(pa.float64()), 0.0),
    })  # fmt: skip


def _mask(table: pa.Table, condition: Condition) -> pa.ChunkedArray:
    column, values = table[condition.field], condition.values
    if condition.operator == "IN":
        return pc.is_in(column, value_set=pa.array(values, column.type))
    if condition.operator == "BETWEEN":
        low, high = (pa.scalar(value, column.type) for value in values)
        return pc.and_(pc.greater_equal(column, low), pc.less_equal(column, high))
    return COMPARE[condition.operator](column, pa.scalar(values[0], column.type))


def _measured(account: Account, query: Query, entities: pa.Table) -> pa.Table:
    """The entities with their figures: by day only where there are any, else with zeros."""
    facts = account.facts
    for condition in query.where:
        if condition.field == "segments.date":
            facts = facts.filter(_mask(facts, condition))
    key = FACT_KEYS[query.resource]
    keys = [key, "segments.date"] if query.by_date else [key]
    facts = facts.filter(pc.is_valid(facts[key]))
    sums = facts.group_by(keys).aggregate([(metric, "sum") for metric in METRICS])
    sums = sums.rename_columns([name.removesuffix("_sum") for name in sums.column_names])
    if query.by_date:
        if query.metrics:
            masks = [pc.not_equal(sums[metric], 0).to_numpy() for metric in query.metrics]
            sums = sums.filter(pa.array(np.logical_or.reduce(masks)))
        return _joined(sums, entities, key)
    rows = pc.index_in(entities[key], value_set=sums[key].combine_chunks())
    for metric in METRICS:
        entities = entities.append_column(metric, pc.fill_null(sums[metric].take(rows), 0))
    return entities


def answer(account: Account, query: Query) -> list[dict[str, Any]]:
    """The rows that a query selects, as Google writes them."""
    table = account.entities[query.resource]
    dated = query.by_date or any(condition.field == "segments.date" for condition in query.where)
    if (query.metrics or dated) and "segments.date" not in table.column_names:
        table = _measured(account, query, table)
    for condition in query.where:
        if condition.field in table.column_names:
            table = table.filter(_mask(table, condition))
    order = {field: "descending" if down else "ascending" for field, down in query.order_by}
    order.setdefault(FACT_KEYS[query.resource], "ascending")
    if query.by_date:
        order.setdefault("segments.date", "ascending")
    table = table.sort_by(list(order.items()))
    if query.limit is not None:
        table = table.slice(0, query.limit)
    return _rows(table, query)


def _rows(table: pa.Table, query: Query) -> list[dict[str, Any]]:
    """Nested objects in camel case: 64-bit numbers as text, what has no value left out."""
    named = list(dict.fromkeys(query.select))
    for resource in RESOURCES[query.resource]:
        fields = [f"{resource}.resource_name"]
        if resource == "ad_group_ad" and any(name.startswith("ad_group_ad.ad.") for name in named):
            fields.append("ad_group_ad.ad.resource_name")
        if resource == query.resource or any(name.startswith(f"{resource}.") for name in named):
            named += [field for field in fields if field not in named]
    paths = [[camel(part) for part in name.split(".")] for name in named]
    kinds = [FIELDS[name] for name in named]
    rows = []
    for values in zip(
        *(_texts(table[name], kind) for name, kind in zip(named, kinds, strict=True)), strict=True
    ):
        row: dict[str, Any] = {}
        for path, value in zip(paths, values, strict=True):
            if value is not None:
                holder = row
                for part in path[:-1]:
                    holder = holder.setdefault(part, {})
                holder[path[-1]] = value
        rows.append(row)
    return rows


def _texts(column: pa.ChunkedArray, kind: Any) -> list[Any]:
    if kind in ("int64", "date"):
        return column.cast(pa.string()).to_pylist()
    if kind == "list":
        return [None if value is None else [value] for value in column.to_pylist()]
    return column.to_pylist()


def camel(name: str) -> str:
    """cost_micros → costMicros."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
