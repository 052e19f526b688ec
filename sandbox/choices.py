"""What this company chose: which records don't count, what a lead scores, what each month is to bring."""

from collections.abc import Callable, Mapping
from datetime import date

import pyarrow as pa

from sandbox.contacts import OWNER_NAMES
from sandbox.ownership import PIPELINES
from sandbox.strangers import EXCLUSIONS
from sandbox.world import PEOPLE, World

TARGET_MONTHS = (-12, 3)  # from as_of's month
# metric, funnel or pipeline, step or stage, owner, a month's target for a thousand people
TARGETS: tuple[tuple[str, str, str, str, float], ...] = (
    ("revenue", PIPELINES[0], "", "", 45_000),
    ("revenue", PIPELINES[1], "", "", 8_000),
    ("deals", PIPELINES[0], "", "", 2.2),
    ("deals", PIPELINES[1], "", "", 0.4),
    ("deals", PIPELINES[0], "contract_sent", "", 3),
    ("entered", "b2b_sales", "mql", "", 10),
    ("entered", "b2b_sales", "opportunity", "", 5),
    *(("entered", "b2b_sales", "mql", owner, 1.2) for owner in OWNER_NAMES[:4]),
    *(("revenue", PIPELINES[0], "", owner, 6_000) for owner in OWNER_NAMES[:4]),
    ("entered", PIPELINES[0], "presentation_scheduled", "", 4),
)

# What this company's leads score; the project's own points are another's.
POINTS: tuple[tuple[str, str, float], ...] = (
    ("lifecycle_stage", "sql", 25), ("lifecycle_stage", "sal", 15), ("lifecycle_stage", "m.l", 7.5),
    ("segment", "enterprise|mid_market", 8), ("country", "egypt|Saudi Arabia", 4),
    ("industry", "software", 3),
    ("size_band", r"201-1000|1001-5000|5001\+", 5), ("lead_source", "REFERRALS|OFFLINE", 6),
    ("acquisition_channel", "referral|ai_assistant", 5), ("touchpoints_30d", "1..3", 5),
    ("touchpoints_30d", ">=4", 12), ("touchpoints_90d", "0", -6), ("email_clicks_30d", ">=1", 4.5),
    ("content_downloads_90d", ">=2", 7), ("demo_requests_90d", ">=1", 15),
    ("activities_inbound_30d", ">=1", 10),
    ("activities_outbound_30d", ">=5", -3), ("meetings_90d", "1..9", 14),
    ("days_since_last_touch", "31..90", -5), ("days_since_last_touch", ">=91", -10),
    ("days_in_stage", ">=180", -8), ("days_as_lead", "<=14", 2), ("times_recycled", ">=1", -4),
)  # fmt: skip


def lead_score_points(world: World) -> pa.Table:
    """The rules of the lead score, as the seed lead_score_points has them."""
    names = ("signal", "match", "points")
    return pa.table({name: [row[place] for row in POINTS] for place, name in enumerate(names)})


def exclusions(world: World) -> pa.Table:
    """Test and internal records, as the seed exclusions names them."""
    names = ("object", "field", "pattern", "reason")
    return pa.table({name: [row[place] for row in EXCLUSIONS] for place, name in enumerate(names)})


def stage_targets(world: World) -> pa.Table:
    """Targets of the year before as_of and the three months from it, as the seed stage_targets has them."""
    thousands = PEOPLE[world.size] / 1_000
    first = world.as_of.year * 12 + world.as_of.month - 1
    months = [date(month // 12, month % 12 + 1, 1)
              for month in range(first + TARGET_MONTHS[0], first + TARGET_MONTHS[1])]  # fmt: skip
    rows = [
        (month, *target[:4], max(round(target[4] * thousands), 1)) for month in months for target in TARGETS
    ]
    names = ("period_month", "metric", "funnel_or_pipeline", "step_or_stage", "owner", "target")
    return pa.table({name: [row[place] for row in rows] for place, name in enumerate(names)})


SEEDS: Mapping[str, Callable[[World], pa.Table]] = {
    "exchange_rates": lambda world: world["exchange_rates"],
    "exclusions": exclusions,
    "stage_targets": stage_targets,
    "lead_score_points": lead_score_points,
}
