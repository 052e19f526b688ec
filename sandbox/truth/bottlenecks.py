"""Where the funnels lose most, against the best segment and against the year before."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache

from sandbox.truth.business import UNKNOWN, Business, Row
from sandbox.truth.deals import fct_conversions
from sandbox.truth.funnel import SEGMENT_NAMES, Traveller, travellers
from sandbox.truth.journeys import FUNNELS

HORIZON, PERIOD, TRAILING = timedelta(days=60), timedelta(days=90), timedelta(days=365)
ENOUGH = 20  # people, for a segment to set an example
Key = tuple[str, str]


def fct_funnel_bottlenecks(business: Business) -> list[Row]:
    """One row per funnel, step but the last, and segment."""
    rows = [
        row
        for funnel, people in travellers(business, "ordered").items()
        for step in range(len(FUNNELS[funnel]) - 1)
        for row in _step_rows(business, funnel, step, people)
    ]
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["funnel"], row["segment_name"], row["segment_value"]].append(row)
    for group in groups.values():
        group.sort(key=_severity)
        for rank, row in enumerate(group, 1):
            row["bottleneck_rank"] = rank
    return rows


def _severity(row: Row) -> tuple[bool, float, bool, float, int]:
    """The greatest loss of revenue first, then of people; unknown losses last."""
    revenue, people = row["lost_revenue_to_best_reporting"], row["lost_people_to_best"]
    return revenue is None, -float(revenue or 0), people is None, -(people or 0.0), row["step_no"]


def _step_rows(business: Business, funnel: str, step: int, people: list[Traveller]) -> list[Row]:
    """All segments of one step."""
    end = business.as_of - HORIZON
    here = [one for one in people if len(one.attempt.reached) > step]
    now = [one for one in here if end - PERIOD < one.attempt.reached[step][0] <= end]
    before = [one for one in here
              if end - PERIOD - TRAILING < one.attempt.reached[step][0] <= end - PERIOD]  # fmt: skip
    recent, earlier = _by_segment(now), _by_segment(before)
    best = _best(recent, step)
    return [
        _row(business, funnel, step, key, recent.get(key, []), earlier.get(key, []), best[key[0]])
        for key in sorted(recent.keys() | earlier.keys())
    ]


def _by_segment(people: Iterable[Traveller]) -> dict[Key, list[Traveller]]:
    """People by segment name and value."""
    groups: dict[Key, list[Traveller]] = defaultdict(list)
    for one in people:
        for name, value in one.segments.items():
            groups[name, value].append(one)
    return groups


def _went_on(people: Iterable[Traveller], step: int) -> int:
    """How many entered the next step within the horizon."""
    return sum(
        len(one.attempt.reached) > step + 1 and (one.attempt.reached[step + 1][1] or timedelta(0)) <= HORIZON
        for one in people
    )


def _best(recent: dict[Key, list[Traveller]], step: int) -> dict[str, tuple[str, str, float] | None]:
    """Of each segment name the value with the highest rate; of all, the best of all names."""
    rates = sorted(
        (-_went_on(people, step) / len(people), name, value)
        for (name, value), people in recent.items()
        if name != "all" and value != UNKNOWN and len(people) >= ENOUGH
    )
    told = [(name, value, -rate) for rate, name, value in rates]
    found: dict[str, tuple[str, str, float] | None] = {"all": told[0] if told else None}
    for wanted in SEGMENT_NAMES[1:]:
        found[wanted] = next((one for one in told if one[0] == wanted), None)
    return found


def _row(
    business: Business, funnel: str, step: int, key: Key, now: list[Traveller], before: list[Traveller],
    best: tuple[str, str, float] | None,
) -> Row:  # fmt: skip
    """What one segment loses at one step."""
    steps = FUNNELS[funnel]
    advanced = _went_on(now, step)
    rate = advanced / len(now) if now else None
    trailing = _went_on(before, step) / len(before) if before else None
    worth = _value_of_advance(business, step, now + before)
    lost = [
        len(now) * max(other - rate, 0.0) if rate is not None and other is not None else None
        for other in (best[2] if best else None, trailing)
    ]
    money = [worth * Decimal(people) if worth is not None and people is not None else None for people in lost]
    return {
        "funnel": funnel, "step_no": step + 1, "step": steps[step].name, "next_step": steps[step + 1].name,
        "zone": steps[step].zone, "segment_name": key[0], "segment_value": key[1], "entered": len(now),
        "advanced": advanced, "conversion_rate": rate, "best_segment_name": best[0] if best else None,
        "best_segment_value": best[1] if best else None, "best_rate": best[2] if best else None,
        "trailing_entered": len(before), "trailing_rate": trailing, "lost_people_to_best": lost[0],
        "lost_people_to_trailing": lost[1], "value_per_advance_reporting": worth,
        "lost_revenue_to_best_reporting": money[0], "lost_revenue_to_trailing_reporting": money[1],
    }  # fmt: skip


@lru_cache(maxsize=1)
def _bought(business: Business) -> dict[str, list[Row]]:
    """Each person's won deals and orders."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in fct_conversions(business):
        if row["conversion_type"] in ("won", "order") and row["person"]:
            found[row["person"]].append(row)
    return found


def _value_of_advance(business: Business, step: int, people: list[Traveller]) -> Decimal | None:
    """What people who entered the next step bought from then on, on average."""
    worths = [
        sum(
            ((row["value_reporting"] or Decimal(0)) for row in _bought(business).get(one.person, [])
             if row["converted_at"] >= one.attempt.reached[step + 1][0]),
            Decimal(0),
        )
        for one in people
        if len(one.attempt.reached) > step + 1
    ]  # fmt: skip
    return sum(worths, Decimal(0)) / len(worths) if worths else None
