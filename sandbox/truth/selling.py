"""What sales did with people: activities, what they led to, and how many touches an outcome took."""

from bisect import bisect_left
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from functools import lru_cache

from sandbox.truth.business import UNKNOWN, Business, Row, grouped
from sandbox.truth.calendar import days_between, month_of
from sandbox.truth.deals import fct_conversions, placed_deals

CREDITED_WITHIN = {
    "reply": timedelta(days=30), "meeting": timedelta(days=30), "opportunity": timedelta(days=90),
    "won": timedelta(days=365),
}  # fmt: skip


@lru_cache(maxsize=1)
def fct_activities(business: Business) -> list[Row]:
    """One row per activity; one without a contact is of its deal's person."""
    deals = {deal["deal_id"]: deal["person"] for deal in placed_deals(business)}
    return [
        {
            **{name: row[name] for name in ("activity_id", "occurred_at", "type", "owner", "outcome")},
            "direction": row["direction"] or UNKNOWN,
            "prospecting": row["prospecting"] or UNKNOWN,
            "person": row["person"] or deals.get(row["deal_id"]),
            "deal_id": row["deal_id"] if row["deal_id"] in deals else None,
        }
        for row in sorted(business["activities"], key=lambda row: (row["occurred_at"], row["activity_id"]))
    ]


@lru_cache(maxsize=1)
def activities_of(business: Business) -> dict[str, list[Row]]:
    """Each person's activities in order of time."""
    return grouped((row for row in fct_activities(business) if row["person"]), "person")


def outcomes(business: Business) -> dict[str, dict[str, list[datetime]]]:
    """By kind, the moments at which each person replied, met us, was an opportunity, or bought."""
    found: dict[str, dict[str, list[datetime]]] = {kind: defaultdict(list) for kind in CREDITED_WITHIN}
    for row in fct_activities(business):
        if row["person"]:
            if row["direction"] == "inbound":
                found["reply"][row["person"]].append(row["occurred_at"])
            if row["type"] == "meeting":
                found["meeting"][row["person"]].append(row["occurred_at"])
    for row in fct_conversions(business):
        if row["conversion_type"] in ("opportunity", "won") and row["person"]:
            found[row["conversion_type"]][row["person"]].append(row["converted_at"])
    return found


def fct_touches_to_outcome(business: Business) -> list[Row]:
    """One row per person and outcome, with the touches up to the first time it was reached."""
    reached = outcomes(business)
    del reached["meeting"]
    entered = (row for row in business["lifecycle_history"] if row["stage"] == "mql")
    reached["mql"] = defaultdict(list)
    for row in entered:
        reached["mql"][row["person"]].append(row["entered_at"])
    return [
        _outcome_row(business, person, outcome, min(moments))
        for outcome, people in sorted(reached.items())
        for person, moments in sorted(people.items())
    ]


def _outcome_row(business: Business, person: str, outcome: str, reached_at: datetime) -> Row:
    """One outcome of one person; an activity that is a touchpoint is one touch."""
    touchpoints = [t for t in business.touches_of.get(person, []) if t["occurred_at"] <= reached_at]
    visits = [touch for touch in touchpoints if "activity_id" not in touch]
    counted = {touch.get("activity_id") for touch in touchpoints}
    spoken = [a for a in activities_of(business).get(person, []) if a["occurred_at"] <= reached_at
              and (a["direction"] == "outbound" or a["activity_id"] in counted)]  # fmt: skip
    kinds = Counter(row["type"] for row in spoken)
    clicks = sum(touch["touch_type"] == "email_click" for touch in visits)
    first = min((row["occurred_at"] for row in visits + spoken), default=None)
    return {
        "person": person, "outcome": outcome, "contact_id": business.only_contact(person),
        "reached_at": reached_at, "first_touch_at": first,
        "days_from_first_touch": days_between(first, reached_at) if first else None,
        "touches": len(visits) + len(spoken), "touchpoints": len(touchpoints),
        "email_clicks": clicks, "email_opens": 0,
        "web_visits": len(visits) - clicks, "calls": kinds["call"], "emails": kinds["email"],
        "meetings": kinds["meeting"],
        "other_activities": len(spoken) - kinds["call"] - kinds["email"] - kinds["meeting"],
        "segment": business.segment_of_person(person),
    }  # fmt: skip


def fct_activity_conversion(business: Business) -> list[Row]:
    """One row per month, owner, type and prospecting of outbound activities, with what followed them."""
    spoken = [row for row in fct_activities(business) if row["direction"] == "outbound"]
    of_person = grouped((row for row in spoken if row["person"]), "person")
    credited: dict[str, list[str]] = {}
    for kind, people in outcomes(business).items():
        credited[kind] = [
            told
            for person, moments in people.items()
            for moment in moments
            if (told := _latest_before(of_person.get(person, []), moment, CREDITED_WITHIN[kind]))
        ]
    led = {kind: Counter(ids) for kind, ids in credited.items()}
    groups: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for row in spoken:
        key = (month_of(row["occurred_at"]), row["owner"] or UNKNOWN, row["type"], row["prospecting"])
        groups[key].append(row["activity_id"])
    return [_conversion_row(key, ids, led) for key, ids in groups.items()]


def _latest_before(spoken: list[Row], moment: datetime, within: timedelta) -> str | None:
    """The last activity strictly before the moment, if it isn't too long ago."""
    place = bisect_left([row["occurred_at"] for row in spoken], moment) - 1
    if place < 0 or moment - spoken[place]["occurred_at"] > within:
        return None
    return str(spoken[place]["activity_id"])


def _conversion_row(key: tuple[object, ...], ids: list[str], led: dict[str, Counter[str]]) -> Row:
    """Counts and rates of a group of activities."""
    counts = {
        "replied": sum(led["reply"][one] > 0 for one in ids),
        "meetings": sum(led["meeting"][one] for one in ids),
        "opportunities": sum(led["opportunity"][one] for one in ids),
        "wins": sum(led["won"][one] for one in ids),
    }
    rates = zip(("reply_rate", "meeting_rate", "opportunity_rate", "win_rate"), counts.values(), strict=True)
    return {
        **dict(zip(("period_month", "owner", "type", "prospecting"), key, strict=True)),
        "activities": len(ids),
        **counts,
        **{name: count / len(ids) for name, count in rates},
    }
