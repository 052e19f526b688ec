"""The funnel b2b_sales: every attempt of every person, and how many people come how far."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from math import sqrt
from statistics import median

from sandbox.truth.business import UNKNOWN, Business, Row
from sandbox.truth.calendar import days_between, last_moment, month_of
from sandbox.truth.core import size_band
from sandbox.truth.deals import fct_conversions

FUNNEL = "b2b_sales"
STEPS = ("visitor", "lead", "mql", "sal", "sql", "opportunity", "customer")
WINDOW = timedelta(days=365)
Z = 1.959964
SEGMENT_NAMES = ("all", "segment", "lead_source", "acquisition_channel", "country", "industry", "size_band")
Steps = list[list[datetime]]


def attempts(events: Steps, window: timedelta | None) -> list[list[datetime]]:
    """The moments reached in each attempt; every first-step event starts one, later steps come earliest.

    Other events may stand between; one moment may hold several steps; the window runs from the first.
    """
    found = []
    for start in events[0]:
        reached = [start]
        for step in events[1:]:
            position = bisect_left(step, reached[-1])
            if position == len(step) or (window is not None and step[position] - start > window):
                break
            reached.append(step[position])
        found.append(reached)
    return found


def best(tries: list[list[datetime]]) -> int:
    """The position of the deepest attempt, of several the earliest."""
    return max(range(len(tries)), key=lambda position: (len(tries[position]), -position))


def step_events(business: Business) -> dict[str, Steps]:
    """Each person's moments of every step, in order."""
    moments: dict[str, Steps] = defaultdict(lambda: [[] for _ in STEPS])
    for touch in business.touches:
        moments[touch["person"]][0].append(touch["occurred_at"])
    for row in business["lifecycle_history"]:
        if row["stage"] in STEPS[1:5]:
            person = business.person_of_contact(row["contact_id"])
            moments[person][STEPS.index(row["stage"])].append(row["entered_at"])
    for conversion in fct_conversions(business):
        step = {"opportunity": 5, "won": 6}.get(conversion["conversion_type"])
        if step and conversion["person"]:
            moments[conversion["person"]][step].append(conversion["converted_at"])
    return {person: [sorted(step) for step in steps] for person, steps in moments.items()}


def fct_funnel_progress(business: Business) -> list[Row]:
    """One row per person, attempt and step reached, in the order mode ordered."""
    rows = []
    for person, events in sorted(step_events(business).items()):
        tries = attempts(events, WINDOW)
        for number, reached in enumerate(tries):
            for step, moment in enumerate(reached):
                rows.append({
                    "funnel": FUNNEL, "order_mode": "ordered", "person": person, "attempt_no": number + 1,
                    "is_best_attempt": number == best(tries), "step_no": step + 1, "step": STEPS[step],
                    "entered_at": moment,
                    "days_from_previous": days_between(reached[step - 1], moment) if step else None,
                    "segment": business.segment_of_person(person),
                    "acquisition_channel": business.acquisition_channel(person),
                })  # fmt: skip
    return rows


def _segmenters(business: Business) -> dict[str, Callable[[str], str]]:
    """How each segment name sorts a person."""

    def of_contact(column: str) -> Callable[[str], str]:
        return lambda person: business.contact_of_person.get(person, {}).get(column) or UNKNOWN

    def company(person: str) -> Row:
        return business.companies.get(business.company_of_person(person) or "", {})

    return {
        "all": lambda person: "all",
        "segment": business.segment_of_person,
        "lead_source": of_contact("lead_source"),
        "acquisition_channel": business.acquisition_channel,
        "country": of_contact("country"),
        "industry": lambda person: company(person).get("industry") or UNKNOWN,
        "size_band": lambda person: size_band(company(person).get("employee_count")),
    }


def fct_funnel_conversion(business: Business) -> list[Row]:
    """One row per cohort month, segment and step; people count once, by their best attempt."""
    groups: dict[tuple[str, str, date], list[list[datetime]]] = defaultdict(list)
    segmenters = _segmenters(business)
    for person, events in step_events(business).items():
        tries = attempts(events, WINDOW)
        if tries:
            reached = tries[best(tries)]
            for name, segment in segmenters.items():
                groups[name, segment(person), month_of(reached[0])].append(reached)
    return [
        row
        for (name, value, month), members in sorted(groups.items())
        for row in _cohort_rows(business.as_of, name, value, month, members)
    ]


def _cohort_rows(
    as_of: datetime, name: str, value: str, month: date, members: list[list[datetime]]
) -> list[Row]:
    """All steps of a cohort, those that nobody reached included."""
    entered = [sum(len(reached) > step for reached in members) for step in range(len(STEPS))]
    rows = []
    for step, count in enumerate(entered):
        advanced = entered[step + 1] if step + 1 < len(STEPS) else None
        low, high = wilson(advanced, count)
        waits = [
            days_between(reached[step], reached[step + 1]) for reached in members if len(reached) > step + 1
        ]
        rows.append({
            "funnel": FUNNEL, "order_mode": "ordered", "cohort_month": month, "segment_name": name,
            "segment_value": value, "step_no": step + 1, "step": STEPS[step], "entered": count,
            "advanced": advanced,
            "conversion_rate": advanced / count if advanced is not None and count else None,
            "conversion_rate_low": low, "conversion_rate_high": high, "cumulative_rate": count / entered[0],
            "median_days_to_next": median(waits) if waits else None,
            "is_mature": last_moment(month).date() + WINDOW <= as_of.date(),
        })  # fmt: skip
    return rows


def wilson(successes: int | None, trials: int) -> tuple[float | None, float | None]:
    """The Wilson score interval of a share (Wilson 1927), NULL without trials."""
    if successes is None or trials == 0:
        return None, None
    share, square = successes / trials, Z * Z
    centre = (share + square / (2 * trials)) / (1 + square / trials)
    half = Z * sqrt(share * (1 - share) / trials + square / (4 * trials * trials)) / (1 + square / trials)
    return max(centre - half, 0.0), min(centre + half, 1.0)
