"""Which content moves people on, zone by zone."""

from collections import defaultdict
from datetime import date, timedelta

from sandbox.truth.business import Business, Row
from sandbox.truth.calendar import month_of
from sandbox.truth.funnel import travellers
from sandbox.truth.journeys import FUNNELS

MOVES_WITHIN = timedelta(days=30)


def fct_content_performance(business: Business) -> list[Row]:
    """One row per funnel, zone, content type and month, with the people touched and those who went on."""
    touched: dict[tuple[str, str, str, date], dict[str, bool]] = defaultdict(dict)
    for funnel, people in travellers(business, "ordered").items():
        for one in people:
            moments = [moment for moment, _ in one.attempt.reached]
            for touch in business.touches_of.get(one.person, []):
                entered = sum(moment <= touch["occurred_at"] for moment in moments)
                if touch.get("content_type") is None or entered == 0:
                    continue
                until = touch["occurred_at"] + MOVES_WITHIN
                goes_on = any(touch["occurred_at"] < moment <= until for moment in moments[entered:])
                key = (funnel, FUNNELS[funnel][entered - 1].zone, touch["content_type"],
                       month_of(touch["occurred_at"]))  # fmt: skip
                touched[key][one.person] = touched[key].get(one.person, False) or goes_on
    return [
        {
            **dict(zip(("funnel", "zone", "content_type", "period_month"), key, strict=True)),
            "people_touched": len(people),
            "people_advanced": sum(people.values()),
            "advance_rate": sum(people.values()) / len(people),
        }
        for key, people in sorted(touched.items())
    ]
