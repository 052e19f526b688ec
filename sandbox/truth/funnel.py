"""The funnels: every attempt of every person, and how many people come how far."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import sqrt
from statistics import median

from sandbox.truth.business import UNKNOWN, Business, Row
from sandbox.truth.calendar import midnight, month_of, next_month
from sandbox.truth.core import size_band
from sandbox.truth.journeys import FUNNELS, Attempt, Journey, Step, best, journeys

MODES = ("strict", "ordered", "any")
Z = 1.959964
SEGMENT_NAMES = ("all", "segment", "lead_source", "acquisition_channel", "country", "industry", "size_band")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Traveller:
    """A person's best attempt with the person's segments."""

    person: str
    attempt: Attempt
    segments: dict[str, str]


def in_days(wait: timedelta | None) -> float | None:
    """A wait in days with their fraction."""
    return None if wait is None else wait / DAY


def segment_of_attempt(business: Business, person: str, journey: Journey, attempt: Attempt) -> str:
    """The segment that the attempt's first event carries, else the person's."""
    return journey.segment_of.get(attempt.started_at) or business.segment_of_person(person)


def fct_funnel_progress(business: Business) -> list[Row]:
    """One row per person, funnel, order mode, attempt and step reached."""
    return [
        row
        for funnel, people in journeys(business).items()
        for person, journey in sorted(people.items())
        for mode in MODES
        for row in _attempt_rows(business, funnel, mode, person, journey)
    ]


def _attempt_rows(business: Business, funnel: str, mode: str, person: str, journey: Journey) -> Iterator[Row]:
    """All attempts of one person."""
    tries = journey.attempts(FUNNELS[funnel], mode)
    for number, attempt in enumerate(tries):
        segment = segment_of_attempt(business, person, journey, attempt)
        for step, (moment, wait) in enumerate(attempt.reached):
            yield {
                "funnel": funnel, "order_mode": mode, "person": person, "attempt_no": number + 1,
                "is_best_attempt": number == best(tries), "step_no": step + 1,
                "step": FUNNELS[funnel][step].name, "entered_at": moment, "days_from_previous": in_days(wait),
                "segment": segment, "acquisition_channel": business.acquisition_channel(person),
            }  # fmt: skip


def segments_of(business: Business, person: str) -> dict[str, str]:
    """How each segment name sorts a person."""
    contact = business.contact_of_person.get(person, {})
    company = business.companies.get(business.company_of_person(person) or "", {})
    return {
        "all": "all",
        "segment": business.segment_of_person(person),
        "lead_source": contact.get("lead_source") or UNKNOWN,
        "acquisition_channel": business.acquisition_channel(person),
        "country": contact.get("country") or UNKNOWN,
        "industry": company.get("industry") or UNKNOWN,
        "size_band": size_band(company.get("employee_count")),
    }


@lru_cache(maxsize=3)
def travellers(business: Business, mode: str) -> dict[str, list[Traveller]]:
    """Of each funnel everybody who tried, by the best attempt."""
    found: dict[str, list[Traveller]] = defaultdict(list)
    for funnel, people in journeys(business).items():
        for person, journey in sorted(people.items()):
            if tries := journey.attempts(FUNNELS[funnel], mode):
                attempt = tries[best(tries)]
                own = {"segment": segment_of_attempt(business, person, journey, attempt)}
                found[funnel].append(Traveller(person, attempt, {**segments_of(business, person), **own}))
    return found


def fct_funnel_conversion(business: Business) -> list[Row]:
    """One row per funnel, order mode, cohort month, segment and step; people count by their best attempt."""
    return [
        row
        for mode in MODES
        for funnel, people in travellers(business, mode).items()
        for (month, name, value), attempts in sorted(_cohorts(people).items())
        for row in _cohort_rows(business.as_of, (funnel, mode, month, name, value), attempts)
    ]


def _cohorts(people: list[Traveller]) -> dict[tuple[date, str, str], list[Attempt]]:
    """Attempts by the month they began in and by segment."""
    groups: dict[tuple[date, str, str], list[Attempt]] = defaultdict(list)
    for one in people:
        for name, value in one.segments.items():
            groups[month_of(one.attempt.started_at), name, value].append(one.attempt)
    return groups


def _cohort_rows(
    as_of: datetime, key: tuple[str, str, date, str, str], attempts: list[Attempt]
) -> Iterator[Row]:
    """All steps of a cohort, those that nobody reached included."""
    funnel, mode, month, name, value = key
    steps = FUNNELS[funnel]
    entered = [sum(len(one.reached) > step for one in attempts) for step in range(len(steps))]
    for step, count in enumerate(entered):
        is_last = step + 1 == len(steps)
        advanced = None if is_last else entered[step + 1]
        low, high = wilson(advanced, count)
        waits = [in_days(one.reached[step + 1][1]) or 0.0 for one in attempts if len(one.reached) > step + 1]
        window = steps[step if is_last else step + 1].window
        yield {
            "funnel": funnel, "order_mode": mode, "cohort_month": month, "segment_name": name,
            "segment_value": value, "step_no": step + 1, "step": steps[step].name, "entered": count,
            "advanced": advanced,
            "conversion_rate": advanced / count if advanced is not None and count else None,
            "conversion_rate_low": low, "conversion_rate_high": high,
            "matured_rate": None if is_last else matured_rate(as_of, steps, step, attempts),
            "cumulative_rate": count / entered[0],
            "median_days_to_next": median(waits) if waits else None,
            "is_mature": midnight(next_month(month)) + window <= as_of,
        }  # fmt: skip


def matured_rate(as_of: datetime, steps: list[Step], step: int, attempts: list[Attempt]) -> float | None:
    """The share that goes on within the windows, people still on their way counted as far as they are known.

    Kaplan and Meier 1958; who can't go on any more stays at risk to the end. Waiting for the next step begins
    when all steps up to this one have been entered.
    """
    following = steps[step + 1]
    waits: list[timedelta] = []
    censored: list[timedelta] = []
    for one in (one for one in attempts if len(one.reached) > step):
        if len(one.reached) > step + 1:
            waits.append(one.reached[step + 1][1] or timedelta(0))
            continue
        entered_at = max(moment for moment, _ in one.reached[: step + 1])
        deadline = one.started_at + following.window
        if following.step_window is not None:
            deadline = min(deadline, entered_at + following.step_window)
        censored.append(timedelta.max if deadline <= as_of else as_of - entered_at)
    if not waits:
        return 0.0 if censored else None
    left = 1.0
    for wait in sorted(set(waits)):
        at_risk = sum(other >= wait for other in waits) + sum(other >= wait for other in censored)
        left *= 1 - waits.count(wait) / at_risk
    return 1 - left


def wilson(successes: int | None, trials: int) -> tuple[float | None, float | None]:
    """The Wilson score interval of a share (Wilson 1927), NULL without trials."""
    if successes is None or trials == 0:
        return None, None
    share, square = successes / trials, Z * Z
    centre = (share + square / (2 * trials)) / (1 + square / trials)
    half = Z * sqrt(share * (1 - share) / trials + square / (4 * trials * trials)) / (1 + square / trials)
    return max(centre - half, 0.0), min(centre + half, 1.0)
