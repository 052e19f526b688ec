"""The funnel's models in memory, over people of whom nothing but what they did is known."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tests.models import Model, Warehouse

MODELS = (
    "int_funnel__people", "int_funnel__steps", "int_funnel__windows", "int_funnel__candidates",
    "int_funnel__events", "int_funnel__next_steps", "int_funnel__ordered_attempts",
    "int_funnel__disturbed_transitions", "int_funnel__strict_attempts", "int_funnel__any_attempts",
    "int_funnel__attempts", "int_funnel__best_attempt_steps", "int_funnel__cohort_steps",
    "int_funnel__time_to_next", "fct_funnel_progress", "fct_funnel_conversion",
)  # fmt: skip
EMPTY = """
create table warehouse.intermediate.canonical_lifecycle_history
    (contact_id text, person_key text, stage text, entered_at timestamp);
create table warehouse.intermediate.canonical_deals
    (deal_key text, deal_id text, person_key text, segment text, deal_type text);
create table warehouse.intermediate.canonical_deal_stage_history
    (deal_key text, stage text, entered_at timestamp);
create table warehouse.marts.fct_conversions
    (conversion_id text, deal_key text, person_key text, conversion_type text, converted_at timestamp);
create table warehouse.marts.dim_companies (company_key text, industry text, size_band text);
"""
FUNNEL = (
    "funnel", "step_no", "step", "zone", "entered_by", "match", "step_window_seconds",
    "funnel_window_seconds",
)  # fmt: skip
TRAITS = ("company_key", "segment", "lead_source", "acquisition_channel", "country")
HAPPENING = pa.schema(
    [("person_key", pa.string()), ("occurred_at", pa.timestamp("us")), ("id", pa.string()),
     ("name", pa.string()), ("kind", pa.string()), ("segment", pa.string())]
)  # fmt: skip


def inputs_of(
    funnels: Sequence[dict[str, Any]], happened: Sequence[dict[str, Any]], as_of: datetime
) -> dict[str, pa.Table]:
    """The relations that the models read: the seed's rows, and events and touchpoints by their kind."""
    kinds = pa.schema(
        [(name, pa.int64() if name.endswith(("_no", "_seconds")) else pa.string()) for name in FUNNEL]
    )
    table = pa.Table.from_pylist(list(happened), schema=HAPPENING)
    common = {"person_key": table["person_key"], "occurred_at": table["occurred_at"]}
    nothing = pa.nulls(table.num_rows, pa.string())
    touches = pa.table(common | {"touchpoint_id": table["id"], "touch_type": nothing})
    events = pa.table(
        common | {"event_id": table["id"], "event_name": table["name"], "segment": table["segment"]}
    )
    people = pc.unique(table["person_key"])
    return {
        "seeds.funnels": pa.Table.from_pylist(list(funnels), schema=kinds),
        "marts.fct_touchpoints": touches.filter(pc.equal(table["kind"], "touchpoint")),
        "intermediate.canonical_funnel_events": events.filter(pc.equal(table["kind"], "event")),
        "marts.dim_people": pa.table(
            {"person_key": people} | {name: pa.nulls(len(people), pa.string()) for name in TRAITS}
        ),
        "intermediate.canonical_as_of": pa.table({"as_of": [as_of], "as_of_date": [as_of.date()]}),
    }


def built(models: Sequence[Model], inputs: dict[str, pa.Table]) -> Warehouse:
    """A warehouse with every model over the inputs."""
    warehouse = Warehouse()
    warehouse.database.execute(EMPTY)
    warehouse.give(inputs)
    warehouse.build(models)
    return warehouse
