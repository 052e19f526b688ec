"""The histories that HubSpot keeps of properties, newest entry first."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.vendors.hubspot_properties import (
    DEAL_STAGES,
    LIFECYCLE_STAGES,
    is_closed,
    mapped,
    owner_ids,
)
from sandbox.vendors.wording import Column, epoch_ms, iso, milliseconds
from sandbox.world import World

BY_PEOPLE = ("CRM_UI", "userId:1001")
BY_WORKFLOW = ("AUTOMATION_PLATFORM", "enrollmentId:1")
BY_CALCULATION = ("CALCULATED", "DealCloseDate")
OUTCOMES = ("won", "lost")
SCHEMA = pa.schema([
    ("property", pa.string()), ("value", pa.string()), ("timestamp", pa.string()),
    ("sourceType", pa.string()), ("sourceId", pa.string()),
])  # fmt: skip

Change = tuple[str, Column, Column, Column, tuple[str, str]]


@dataclass(frozen=True)
class History:
    """Changes of properties, by ascending id of their object."""

    ids: np.ndarray
    changes: pa.Table

    def of(self, object_id: int, wanted: list[str]) -> dict[str, list[dict[str, Any]]]:
        """The changes of some properties of one object."""
        start, end = np.searchsorted(self.ids, [object_id, object_id + 1])
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in wanted}
        for change in self.changes.slice(start, end - start).to_pylist():
            if (name := change.pop("property")) in found:
                found[name].append(change)
        return found


def history_of(world: World, kind: str, table: pa.Table) -> History:
    """The histories of one kind of object."""
    if kind == "contacts":
        entries = world["lifecycle_history"]
        stages = mapped(entries["stage"], LIFECYCLE_STAGES)
        return _history(
            [("lifecyclestage", entries["contact_id"], stages, entries["entered_at"], BY_WORKFLOW)]
        )
    return _history(_deal_changes(world, table) if kind == "deals" else [])


def _history(changes: list[Change]) -> History:
    parts = []
    for name, ids, values, moments, (source_type, source_id) in changes:
        same = pa.array(np.zeros(len(ids), np.int64))
        parts.append(pa.table({
            "id": ids.cast(pa.int64()),
            "ms": milliseconds(moments),
            "property": pa.array([name]).take(same),
            "value": values,
            "timestamp": iso(moments),
            "sourceType": pa.array([source_type]).take(same),
            "sourceId": pa.array([source_id]).take(same),
        }))  # fmt: skip
    if not parts:
        return History(np.empty(0, np.int64), SCHEMA.empty_table())
    table = pa.concat_tables(parts).sort_by(
        [("id", "ascending"), ("property", "ascending"), ("ms", "descending")]
    )
    return History(table["id"].to_numpy(), table.select(SCHEMA.names))


def _deal_changes(world: World, deals: pa.Table) -> list[Change]:
    """A deal's changes; each closing sets the actual close date, and a reopening takes none back."""
    stages, fields = world["deal_stage_history"], world["deal_field_history"]
    amounts, dates, owners, pipelines = (
        fields.filter(pc.equal(fields["field"], name))
        for name in ("amount", "close_date_expected", "owner", "pipeline")
    )
    owned = owner_ids(owners["value"], world["owners"])
    expected = epoch_ms(dates["value"].cast(pa.date32()))
    stage_ids = mapped(stages["stage"], DEAL_STAGES)
    closed = deals.filter(is_closed(deals))
    # A closing that lies before the deal's entry is told when the deal is entered.
    backdated = closed.filter(pc.less(closed["closed_at"], closed["created_at"]))
    closings = stages.filter(
        pc.and_(
            pc.is_in(stages["stage"], value_set=pa.array(OUTCOMES)),
            pc.invert(pc.is_in(stages["deal_id"], value_set=backdated["deal_id"].combine_chunks())),
        )
    )
    closed_at, told_at = epoch_ms(closings["entered_at"]), epoch_ms(backdated["closed_at"])
    return [
        ("dealstage", stages["deal_id"], stage_ids, stages["entered_at"], BY_PEOPLE),
        ("amount", amounts["deal_id"], amounts["value"], amounts["changed_at"], BY_PEOPLE),
        ("pipeline", pipelines["deal_id"], pipelines["value"], pipelines["changed_at"], BY_PEOPLE),
        ("hubspot_owner_id", owners["deal_id"], owned, owners["changed_at"], BY_PEOPLE),
        ("closedate", dates["deal_id"], expected, dates["changed_at"], BY_PEOPLE),
        ("closedate", closings["deal_id"], closed_at, closings["entered_at"], BY_CALCULATION),
        ("closedate", backdated["deal_id"], told_at, backdated["created_at"], BY_CALCULATION),
    ]
