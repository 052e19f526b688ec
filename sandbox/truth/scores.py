"""The points that the company's rules give each lead."""

import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sandbox.choices import POINTS
from sandbox.schemas import LIFECYCLE_STAGES
from sandbox.truth.business import UNKNOWN, Business, Row
from sandbox.truth.core import size_band
from sandbox.truth.leads import AT_WORK, run_starts, sold_people, stage_entries
from sandbox.truth.selling import activities_of

MONTH, QUARTER, DAY = timedelta(days=30), timedelta(days=90), timedelta(days=1)
NO_CONTENT = (None, "page", "form")


def fct_lead_scores(business: Business) -> list[Row]:
    """One row per lead without an opportunity; what is learnt is not the truth's to say."""
    sold = sold_people(business)
    return [
        {
            "person": person,
            "contact_id": business.only_contact(person),
            "rule_score": sum(float(points) for signal, match, points in POINTS
                              if matches(match, signals(business, person)[signal])),
            "lifecycle_stage": entries[-1]["stage"],
            "segment": business.segment_of_person(person),
            "owner": business.contact_of_person[person]["owner"],
            "scored_at": business.as_of,
        }
        for person, entries in sorted(stage_entries(business).items())
        if entries[-1]["stage"] in AT_WORK and person not in sold
    ]  # fmt: skip


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


def signals(business: Business, person: str) -> dict[str, Any]:
    """What is known of a lead; what never was is nothing."""
    contact = business.contact_of_person[person]
    company = business.companies.get(business.company_of_person(person) or "", {})
    touches = business.touches_of.get(person, [])
    done = activities_of(business).get(person, [])
    entries = stage_entries(business)[person]
    runs = run_starts(entries)
    ranks = [LIFECYCLE_STAGES.index(row["stage"]) for row in runs]

    def lately(rows: list[Row], within: timedelta, **told: str) -> int:
        return sum(
            row["occurred_at"] >= business.as_of - within
            and all(row.get(name) == value for name, value in told.items())
            for row in rows
        )

    content = [touch for touch in touches if touch.get("content_type") not in NO_CONTENT]
    last = touches[-1]["occurred_at"] if touches else None
    return {
        "lifecycle_stage": entries[-1]["stage"],
        "segment": business.segment_of_person(person),
        "country": contact["country"] or UNKNOWN,
        "industry": company.get("industry") or UNKNOWN,
        "size_band": size_band(company.get("employee_count")),
        "lead_source": contact["lead_source"] or UNKNOWN,
        "acquisition_channel": business.acquisition_channel(person),
        "touchpoints_30d": lately(touches, MONTH),
        "touchpoints_90d": lately(touches, QUARTER),
        "email_clicks_30d": lately(touches, MONTH, touch_type="email_click"),
        "content_downloads_90d": lately(content, QUARTER),
        "demo_requests_90d": lately(touches, QUARTER, touch_type="demo_request"),
        "activities_inbound_30d": lately(done, MONTH, direction="inbound"),
        "activities_outbound_30d": lately(done, MONTH, direction="outbound"),
        "meetings_90d": lately(done, QUARTER, type="meeting"),
        "days_since_last_touch": None if last is None else (business.as_of - last) // DAY,
        "days_in_stage": (business.as_of - runs[-1]["entered_at"]) // DAY,
        "days_as_lead": (business.as_of - entries[0]["entered_at"]) // DAY,
        "times_recycled": sum(later < before for before, later in pairwise(ranks)),
    }
