"""The funnels, and every person's attempts to go through them: in order, strictly in order, in any order."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import inf

from sandbox.truth.business import Business
from sandbox.truth.deals import fct_conversions, placed_deals

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Step:
    """A step of a funnel: what enters it, how long after the first step, how long after the one before."""

    name: str
    zone: str
    entered_by: str
    match: str
    window: timedelta
    step_window: timedelta | None = None


def _b2b() -> list[Step]:
    year = 365 * DAY
    stages = [Step(name, "tofu" if name == "lead" else "mofu", "stage", name, year)
              for name in ("lead", "mql", "sal", "sql")]  # fmt: skip
    return [
        Step("visitor", "tofu", "touch", "", year), *stages,
        Step("opportunity", "bofu", "conversion", "opportunity", year),
        Step("customer", "bofu", "conversion", "won", year),
        Step("renewed", "post_sale", "conversion", "won:renewal", 2 * year),
    ]  # fmt: skip


def _of_events(window: int, steps: str, last: int) -> list[Step]:
    """Steps entered by events, written zone:step:event."""
    told = [step.split("/") for step in steps.split()]
    days = [window] * (len(told) - 1) + [last]
    return [
        Step(name, zone, "event", event, most * DAY, 30 * DAY if event == "paid" else None)
        for (zone, name, event), most in zip(told, days, strict=True)
    ]


FUNNELS: dict[str, list[Step]] = {
    "b2b_sales": _b2b(),
    "saas_trial": _of_events(
        90,
        "tofu/visit/visit tofu/sign_up/sign_up mofu/activated/activated mofu/trial/trial_started "
        "bofu/paid/paid post_sale/retained/retained",
        180,
    ),
    "ecommerce_checkout": _of_events(
        30,
        "tofu/view/view_item mofu/cart/add_to_cart bofu/checkout/begin_checkout bofu/purchase/purchase "
        "post_sale/repeat/purchase:repeat",
        180,
    ),
}
Reached = list[tuple[datetime, timedelta | None]]  # per step: when, and how long after the depth before


@dataclass(frozen=True)
class Attempt:
    """One way into a funnel and how far it went."""

    started_at: datetime
    reached: Reached


@dataclass
class Journey:
    """One person's events in one funnel: moments by step, and all rows of events with their steps."""

    steps: list[list[datetime]]
    others: list[tuple[datetime, frozenset[int]]]
    segment_of: dict[datetime, str]

    def attempts(self, funnel: list[Step], mode: str) -> list[Attempt]:
        """All attempts of a mode in their order."""
        if mode == "any":
            return any_order(self, funnel)
        chains = (ordered(self, funnel, start) for start in self.steps[0])
        found = [Attempt(chain[0][0], chain) for chain in chains]
        return [self._strictly(attempt) for attempt in found] if mode == "strict" else found

    def _strictly(self, attempt: Attempt) -> Attempt:
        """The attempt up to the first other event of the person's that comes between two steps."""
        chain = attempt.reached
        for step in range(1, len(chain)):
            left, right = (chain[step - 1][0], step), (chain[step][0], step + 1)
            for moment, numbers in self.others:
                place = (moment, min(numbers, default=inf))
                if left < place < right and step not in numbers:
                    return Attempt(attempt.started_at, chain[:step])
        return attempt


def ordered(journey: Journey, funnel: list[Step], start: datetime) -> Reached:
    """From a first step the earliest next one each time, as long as the windows allow."""
    chain: Reached = [(start, None)]
    for step, moments in zip(funnel[1:], journey.steps[1:], strict=True):
        last = chain[-1][0]
        place = bisect_left(moments, last)
        if place == len(moments) or moments[place] - start > step.window:
            break
        if step.step_window is not None and moments[place] - last > step.step_window:
            break
        chain.append((moments[place], moments[place] - last))
    return chain


def any_order(journey: Journey, funnel: list[Step]) -> list[Attempt]:
    """From any event on the earliest of every step; as deep as the first steps are all there."""
    opened = sorted((moment, number) for number, moments in enumerate(journey.steps, 1) for moment in moments)
    found = []
    for start, number in opened:
        chain: Reached = []
        for step, moments in zip(funnel, journey.steps, strict=True):
            place = bisect_left(moments, start)
            if place == len(moments) or moments[place] - start > step.window:
                break
            deepest = max((moment for moment, _ in chain), default=None)
            wait = max(moments[place] - deepest, timedelta(0)) if deepest is not None else None
            if step.step_window is not None and wait is not None and wait > step.step_window:
                break
            chain.append((moments[place], wait))
        if number <= len(chain):
            found.append(Attempt(start, chain))
    return found


def best(attempts: list[Attempt]) -> int:
    """The position of the deepest attempt, of several the earliest."""
    return max(range(len(attempts)), key=lambda place: (len(attempts[place].reached), -place))


@lru_cache(maxsize=1)
def journeys(business: Business) -> dict[str, dict[str, Journey]]:
    """Each funnel's people with their events."""
    entries = _entries(business)
    told: dict[str, list[tuple[datetime, str, str, str | None]]] = defaultdict(list)
    for row in business["funnel_events"]:
        told[row["person"]].append((row["occurred_at"], row["event_id"], row["event_name"], row["segment"]))
    return {name: _of_funnel(steps, entries, told) for name, steps in FUNNELS.items()}


def _entries(business: Business) -> dict[tuple[str, str], list[tuple[str, datetime]]]:
    """(person, moment) of everything but events that enters a step, by what it is."""
    found: dict[tuple[str, str], list[tuple[str, datetime]]] = defaultdict(list)
    kinds = {deal["deal_id"]: deal["deal_type"] for deal in placed_deals(business)}
    for touch in business.touches:
        if touch["person"]:
            found["touch", ""].append((touch["person"], touch["occurred_at"]))
    for row in business["lifecycle_history"]:
        found["stage", row["stage"]].append((row["person"], row["entered_at"]))
    for row in fct_conversions(business):
        if row["person"]:
            entry, kind = (row["person"], row["converted_at"]), row["conversion_type"]
            found["conversion", kind].append(entry)
            if row["deal_id"]:
                found["conversion", f"{kind}:{kinds[row['deal_id']]}"].append(entry)
    return found


def _of_funnel(
    funnel: list[Step], entries: dict[tuple[str, str], list[tuple[str, datetime]]],
    told: dict[str, list[tuple[datetime, str, str, str | None]]],
) -> dict[str, Journey]:  # fmt: skip
    """The people of one funnel."""
    found: dict[str, Journey] = {}

    def of(person: str) -> Journey:
        return found.setdefault(person, Journey([[] for _ in funnel], [], {}))

    for number, step in enumerate(funnel):
        for person, moment in entries.get((step.entered_by, step.match), []):
            of(person).steps[number].append(moment)
    names = [step.match if step.entered_by == "event" else None for step in funnel]
    for person, rows in told.items():
        seen: set[str] = set()
        journey = of(person)
        for moment, _, name, segment in sorted(rows, key=lambda row: row[:2]):
            matches = {name, f"{name}:repeat"} if name in seen else {name}
            seen.add(name)
            numbers = frozenset(place for place, match in enumerate(names, 1) if match in matches)
            for number in numbers:
                journey.steps[number - 1].append(moment)
            journey.others.append((moment, numbers))
            if segment and numbers:
                journey.segment_of.setdefault(moment, segment)
    for journey in found.values():
        for moments in journey.steps:
            moments.sort()
    return {person: journey for person, journey in found.items() if any(journey.steps)}
