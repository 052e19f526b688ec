"""What somebody deleted in the CRM: a few contacts that never mattered and a few deals that led nowhere."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.columns import DAY_SECONDS, dice, seconds_of, table
from sandbox.people import Span

ONE_IN = 60


def archived_table(span: Span, crm: Mapping[str, pa.Table], buyers: pa.Array) -> pa.Table:
    """Deleted objects and when; deals are never won ones, contacts have no deal and bought nothing."""
    rng = dice(span.seed, "archive")
    won = _rows(crm["deal_stage_history"], "stage", "won")["deal_id"]
    contacts = crm["contacts"]
    idle = contacts.filter(pc.invert(pc.is_in(contacts["person_no"], value_set=buyers)))
    rows = [("deal", crm["deals"], "deal_id", won, crm["deal_stage_history"], "entered_at"),
            ("contact", idle, "contact_id", crm["deal_contacts"]["contact_id"],
             crm["lifecycle_history"], "entered_at")]  # fmt: skip
    kinds: list[str] = []
    ids: list[str] = []
    moments: list[np.ndarray] = []
    for kind, objects, key, kept, history, changed in rows:
        free = objects.filter(pc.invert(pc.is_in(objects[key], value_set=kept.combine_chunks())))
        gone = free.take(pa.array(np.arange(ONE_IN // 2, free.num_rows, ONE_IN)))
        last = _last_changes(gone, key, history, changed)
        at = last + rng.integers(DAY_SECONDS, 60 * DAY_SECONDS, gone.num_rows)
        seen = at <= span.end
        kinds += [kind] * int(seen.sum())
        ids += gone[key].filter(pa.array(seen)).to_pylist()
        moments.append(at[seen])
    at = np.concatenate(moments)
    return table("archived_objects", {"object": kinds, "id": ids, "archived_at": at}).take(
        pa.array(np.argsort(at, kind="stable"))
    )


def _rows(rows: pa.Table, column: str, value: str) -> pa.Table:
    """Rows with that value."""
    return rows.filter(pc.equal(rows[column], value))


def _last_changes(objects: pa.Table, key: str, history: pa.Table, changed: str) -> np.ndarray:
    """When each object last changed, in seconds."""
    last = seconds_of(objects["created_at"]).copy()
    owner = np.asarray(pc.index_in(history[key], value_set=objects[key].combine_chunks()).fill_null(-1))
    np.maximum.at(last, owner[owner >= 0], seconds_of(history[changed])[owner >= 0])
    return last
