"""The points that the company's rules give each lead."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

from sandbox.choices import POINTS
from sandbox.schemas import LIFECYCLE_STAGES
from sandbox.truth.business import UNKNOWN, Business, Row
from sandbox.truth.calendar import midnight, month_of, months_between
from sandbox.truth.core import size_band
from sandbox.truth.deals import fct_conversions
from sandbox.truth.leads import AT_WORK, run_starts, sold_at, stage_entries
from sandbox.truth.selling import activities_of

MONTH, QUARTER, DAY = timedelta(days=30), timedelta(days=90), timedelta(days=1)
NO_CONTENT = (None, "page", "form")
REASONS = 3
WORDS = {
    "lifecycle_stage": "stage", "segment": "segment", "country": "country", "industry": "industry",
    "size_band": "employees", "lead_source": "lead source", "acquisition_channel": "first came by",
    "touchpoints_30d": "touches in the last 30 days", "touchpoints_90d": "touches in the last 90 days",
    "email_clicks_30d": "e-mail clicks in the last 30 days",
    "content_downloads_90d": "pieces of content taken in the last 90 days",
    "demo_requests_90d": "demo requests in the last 90 days",
    "activities_inbound_30d": "answers to us in the last 30 days",
    "activities_outbound_30d": "times we reached out in the last 30 days",
    "meetings_90d": "meetings in the last 90 days", "days_since_last_touch": "days since the last touch",
    "days_in_stage": "days in the stage", "days_as_lead": "days as a lead",
    "times_recycled": "times sent back to an earlier stage",
}  # fmt: skip


def fct_lead_scores(business: Business) -> list[Row]:
    """One row per lead without an opportunity; what is learnt is not the truth's to say."""
    return [
        {
            "person": person,
            "contact_id": business.only_contact(person),
            "rule_score": rule_score(business, person, business.as_of),
            "rule_reasons": rule_reasons(business, person, business.as_of),
            "lifecycle_stage": stage_entries(business)[person][-1]["stage"],
            "segment": business.segment_of_person(person),
            "owner": business.contact_of_person[person]["owner"],
            "scored_at": business.as_of,
        }
        for person in leads_at(business, business.as_of)
    ]


def fct_lead_score_calibration(business: Business) -> list[Row]:
    """One row per tenth of the leads by their rule score, of the months whose outcome is known."""
    days = evaluation_days(business.as_of)
    scored = sorted(
        (rule_score(business, person, midnight(day)), is_won_over(business, person, midnight(day)))
        for day in days
        for person in leads_at(business, midnight(day))
    )
    if not scored:
        return []
    scores = [score for score, _ in scored]
    tenths = [bisect_left(scores, score) * 10 // len(scores) + 1 for score in scores]
    return [
        {
            "score_name": "rule", "bin_no": number, "score_low": mine[0][0], "score_high": mine[-1][0],
            "leads": len(mine), "mean_predicted": None, "opportunities": sum(won for _, won in mine),
            "actual_rate": sum(won for _, won in mine) / len(mine), "evaluated_from": days[0],
            "evaluated_to": days[-1], "auc": pairs_in_order(scored), "brier_score": None,
        }
        for number in sorted(set(tenths))
        if (mine := [one for one, tenth in zip(scored, tenths, strict=True) if tenth == number])
    ]  # fmt: skip


def evaluation_days(as_of: datetime) -> list[date]:
    """The month starts from two horizons ago on whose horizon is over."""
    first = month_of(as_of - 2 * QUARTER)
    return [day for day in months_between(first, as_of.date()) if midnight(day) + QUARTER <= as_of]


def leads_at(business: Business, moment: datetime) -> list[str]:
    """Who was a lead at the moment: in a stage before the opportunity, without one."""
    sold = {person for person, at in sold_at(business).items() if at <= moment}
    found = []
    for person, entries in sorted(stage_entries(business).items()):
        passed = [row for row in entries if row["entered_at"] <= moment]
        if passed and passed[-1]["stage"] in AT_WORK and person not in sold:
            found.append(person)
    return found


def is_won_over(business: Business, person: str, moment: datetime) -> bool:
    """Whether the lead became an opportunity within the horizon."""
    return any(moment < at <= moment + QUARTER for at in _opportunities(business).get(person, []))


@lru_cache(maxsize=1)
def _opportunities(business: Business) -> dict[str, list[datetime]]:
    """When each person became an opportunity."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for row in fct_conversions(business):
        if row["conversion_type"] == "opportunity" and row["person"]:
            found[row["person"]].append(row["converted_at"])
    return found


def pairs_in_order(scored: list[tuple[float, bool]]) -> float | None:
    """The share of pairs of a lead won over and another in which the first has the higher score."""
    won = [score for score, is_won in scored if is_won]
    others = [score for score, is_won in scored if not is_won]
    if not won or not others:
        return None
    above = sum(bisect_left(others, score) + bisect_right(others, score) for score in won) / 2
    return above / (len(won) * len(others))


def rule_score(business: Business, person: str, moment: datetime) -> float:
    """The points of all rules that match what was known of a lead."""
    return sum(points_of_signals(signals(business, person, moment)).values())


def rule_reasons(business: Business, person: str, moment: datetime) -> str | None:
    """What moved the points of a lead most, up or down; of equal ones the first of the signals."""
    known = signals(business, person, moment)
    points = points_of_signals(known)
    most = sorted((name for name in WORDS if points.get(name)), key=lambda name: -abs(points[name]))
    return "; ".join(f"{WORDS[name]}: {known[name]} ({points[name]:+g})" for name in most[:REASONS]) or None


def points_of_signals(known: Mapping[str, Any]) -> dict[str, float]:
    """The points that the rules give for each signal."""
    points: dict[str, float] = defaultdict(float)
    for signal, match, worth in POINTS:
        if matches(match, known[signal]):
            points[signal] += worth
    return points


def matches(match: str, value: Any) -> bool:
    """Whether a value is what a rule asks for: words by a pattern of the whole, numbers by their range."""
    if value is None:
        return False
    if isinstance(value, str):
        return re.fullmatch(match, value, re.IGNORECASE) is not None
    if match[:2] in (">=", "<="):
        limit = float(match[2:])
        return bool(value >= limit if match.startswith(">") else value <= limit)
    low, _, high = match.partition("..")
    return float(low) <= value <= float(high or low)


def known_touches(business: Business, person: str, moment: datetime) -> list[Row]:
    """A lead's touches that were known as the lead's: a visit of a browser is from its first link on."""
    linked_at = business.identity.linked_at

    def known_at(touch: Row) -> datetime:
        links = linked_at.get(("anonymous", touch.get("anonymous_id") or ""), [])
        first = min((link for link in links if link is not None), default=touch["occurred_at"])
        return max(first, touch["occurred_at"])

    return [touch for touch in business.touches_of.get(person, []) if known_at(touch) <= moment]


def signals(business: Business, person: str, moment: datetime) -> dict[str, Any]:
    """What was known of a lead at the moment; what never was is nothing."""
    contact = business.contact_of_person[person]
    company = business.companies.get(business.company_of_person(person) or "", {})
    touches = known_touches(business, person, moment)
    done = [row for row in activities_of(business).get(person, []) if row["occurred_at"] <= moment]
    entries = [row for row in stage_entries(business)[person] if row["entered_at"] <= moment]
    runs = run_starts(entries)
    ranks = [LIFECYCLE_STAGES.index(row["stage"]) for row in runs]

    def lately(rows: list[Row], within: timedelta, **told: str) -> int:
        return sum(
            row["occurred_at"] >= moment - within
            and all(row.get(name) == value for name, value in told.items())
            for row in rows
        )

    own = [touch for touch in touches if "activity_id" not in touch]  # activities are signals of their own
    content = [touch for touch in touches if touch.get("content_type") not in NO_CONTENT]
    last = touches[-1]["occurred_at"] if touches else None
    return {
        "lifecycle_stage": entries[-1]["stage"],
        "segment": business.segment_of_person(person),
        "country": contact["country"] or UNKNOWN,
        "industry": company.get("industry") or UNKNOWN,
        "size_band": size_band(company.get("employee_count")),
        "lead_source": contact["lead_source"] or UNKNOWN,
        "acquisition_channel": touches[0]["channel"] if touches else UNKNOWN,
        "touchpoints_30d": lately(own, MONTH),
        "touchpoints_90d": lately(own, QUARTER),
        "email_clicks_30d": lately(touches, MONTH, touch_type="email_click"),
        "content_downloads_90d": lately(content, QUARTER),
        "demo_requests_90d": lately(touches, QUARTER, touch_type="demo_request"),
        "activities_inbound_30d": lately(done, MONTH, direction="inbound"),
        "activities_outbound_30d": lately(done, MONTH, direction="outbound"),
        "meetings_90d": lately(done, QUARTER, type="meeting"),
        "days_since_last_touch": None if last is None else (moment - last) // DAY,
        "days_in_stage": (moment - runs[-1]["entered_at"]) // DAY,
        "days_as_lead": (moment - entries[0]["entered_at"]) // DAY,
        "times_recycled": sum(later < before for before, later in pairwise(ranks)),
    }
