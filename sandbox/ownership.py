"""Who owns each deal and in which pipeline it stands, from its beginning on."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.columns import DAY_SECONDS, NEVER, Ints, dice, pick, table, take
from sandbox.contacts import OWNER_NAMES
from sandbox.deal_records import deal_ids
from sandbox.deals import Deals, evenly
from sandbox.names import OWNERS
from sandbox.people import Span

PIPELINES = ("default", "partners")
PARTNERS_SHARE = 0.14
TRANSFERRED, HANDED_OVER, OWNED_LATE = 0.08, 0.1, 0.5  # the last: of the deals that nobody owned at first


@dataclass(frozen=True)
class Ownership:
    """Per deal: the first owner and pipeline, and when the second came (NEVER: stays)."""

    first: Ints  # −1: nobody
    second: Ints
    handed_over_at: Ints
    pipeline: Ints
    other_pipeline: Ints
    transferred_at: Ints

    def owner_then(self, deal: Ints, at: Ints) -> Ints:
        """Who owned each deal at a moment."""
        return np.where(at < self.handed_over_at[deal], self.first[deal], self.second[deal])


def make_ownership(span: Span, deals: Deals, owners: pa.ChunkedArray) -> Ownership:
    """Most deals keep their owner and pipeline; some change hands, a few go to the partners or come back."""
    rng = dice(span.seed, "ownership")
    first = _codes(owners)
    last_move = deals.created_at.copy()
    np.maximum.at(last_move, deals.move_deal, deals.move_at)
    room = np.maximum(last_move - deals.created_at, 20 * DAY_SECONDS)

    def midway(who: np.ndarray) -> Ints:
        at = deals.created_at + (rng.uniform(0.15, 0.85, deals.count) * room).astype(np.int64)
        return np.where(who & (at <= span.end), at, NEVER)

    lot = rng.random(deals.count)
    changes = np.where(first < 0, lot < OWNED_LATE, lot < HANDED_OVER)
    second = (first + rng.integers(1, len(OWNERS), deals.count)) % len(OWNERS)
    pipeline = (rng.random(deals.count) < PARTNERS_SHARE).astype(np.int64)
    moved = np.zeros(deals.count, dtype=bool)
    for one in range(len(PIPELINES)):
        moved[pipeline == one] = evenly(rng, TRANSFERRED, int((pipeline == one).sum()))
    return Ownership(first, second, midway(changes), pipeline, 1 - pipeline, midway(moved))


def _codes(owners: pa.ChunkedArray) -> Ints:
    """Owners by their number, −1 for nobody."""
    return np.asarray(pc.fill_null(pc.index_in(owners, value_set=pa.array(OWNER_NAMES)), -1), dtype=np.int64)


def ownership_history(deals: Deals, ownership: Ownership) -> pa.Table:
    """Rows of deal_field_history: every owner and pipeline with the moment it began."""
    ids, everyone = deal_ids(deals), np.arange(deals.count)
    handed = np.flatnonzero(ownership.handed_over_at < NEVER)
    moved = np.flatnonzero(ownership.transferred_at < NEVER)
    owned = np.flatnonzero(ownership.first >= 0)
    parts = [
        (0, owned, ownership.first[owned], deals.created_at[owned]),
        (0, handed, ownership.second[handed], ownership.handed_over_at[handed]),
        (1, everyone, ownership.pipeline, deals.created_at),
        (1, moved, ownership.other_pipeline[moved], ownership.transferred_at[moved]),
    ]
    deal, value, at = (np.concatenate([part[place] for part in parts]) for place in (1, 2, 3))
    field = np.repeat([part[0] for part in parts], [len(part[1]) for part in parts])
    return table("deal_field_history", {
        "deal_id": take(ids, deal),
        "field": pick(("owner", "pipeline"), field),
        "value": pick((*OWNER_NAMES, *PIPELINES), np.where(field == 0, value, value + len(OWNER_NAMES))),
        "changed_at": at,
    })  # fmt: skip
