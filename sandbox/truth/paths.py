"""Which touches lie on the way to each conversion, and who came without ever converting."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from sandbox.truth.business import Business, Row
from sandbox.truth.consent import is_withheld
from sandbox.truth.deals import fct_conversions

Subject = tuple[str, str]  # person or company, its id


@dataclass(frozen=True)
class Choices:
    """How attribution is wanted; as shipped unless said."""

    by_company: bool = False
    lookback_days: int = 90
    lookbacks: tuple[tuple[str | None, str | None, int], ...] = ()  # type, channel (None: any), days
    in_cycles: bool = False
    collapses_repeats: bool = False
    markov_order: int = 1
    half_life_days: float = 7
    min_conversions: int = 30

    def lookback(self, kind: str, channel: str) -> timedelta:
        """How long before a conversion of the type a touch of the channel counts: the most specific rule."""
        rules = {(of_kind, of_channel): days for of_kind, of_channel, days in self.lookbacks}
        for key in ((kind, channel), (kind, None), (None, channel), (None, None)):
            if key in rules:
                return timedelta(days=rules[key])
        return timedelta(days=self.lookback_days)


SHIPPED = Choices()


@dataclass(frozen=True, eq=False)
class Path:
    """A conversion with the touches that may share it, or the reason why none may."""

    conversion: Row
    touches: list[Row]
    reason: str | None
    milestones: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels in order."""
        return tuple(touch["channel"] for touch in self.touches)


def subject_of(conversion: Row, choices: Choices) -> Subject | None:
    """Whose conversion it is: the person's, else the company's, or the reverse."""
    person, company = conversion["person"], conversion["company_id"]
    found = [("person", person), ("company", company)]
    return next((one for one in (found[::-1] if choices.by_company else found) if one[1]), None)


def people_behind(business: Business, conversion: Row, choices: Choices) -> set[str]:
    """Everybody whose touches count; of a company also those who take part in the deal."""
    subject = subject_of(conversion, choices)
    if subject is not None and subject[0] == "person":
        return {subject[1]}
    people = set(business.people_of_company.get(subject[1], [])) if subject else set()
    return people | _members(business).get(conversion["deal_id"], set())


@lru_cache(maxsize=1)
def _members(business: Business) -> dict[str | None, set[str]]:
    """The persons who take part in each deal."""
    found: dict[str | None, set[str]] = defaultdict(set)
    for row in business["deal_contacts"]:
        if row["contact_id"] in business.contacts:
            found[row["deal_id"]].add(business.person_of_contact(row["contact_id"]))
    return found


def touches_of(business: Business, people: Iterable[str]) -> list[Row]:
    """All touches of these people in order of time and id."""
    found = [touch for person in people for touch in business.touches_of.get(person, [])]
    return sorted(found, key=lambda touch: (touch["occurred_at"], touch["touchpoint_id"]))


@lru_cache(maxsize=4)
def paths(business: Business, choices: Choices = SHIPPED) -> list[Path]:
    """One path per conversion."""
    conversions = fct_conversions(business)
    previous = _previous(conversions, choices) if choices.in_cycles else {}
    entered = _milestones(conversions)
    return [
        _path(business, conversion, choices, previous.get(conversion["conversion_id"]), entered)
        for conversion in conversions
    ]


def _previous(conversions: list[Row], choices: Choices) -> dict[str, datetime]:
    """When the subject converted in the same way before, by conversion."""
    last: dict[tuple[Subject, str], datetime] = {}
    found: dict[str, datetime] = {}
    for row in sorted(conversions, key=lambda row: (row["converted_at"], row["conversion_id"])):
        subject = subject_of(row, choices)
        if subject is None:
            continue
        key = (subject, row["conversion_type"])
        if key in last:
            found[row["conversion_id"]] = last[key]
        last[key] = row["converted_at"]
    return found


Entered = Mapping[tuple[str, str], list[datetime]]


def _milestones(conversions: list[Row]) -> Entered:
    """When each person became a lead and an opportunity, and when each deal began."""
    found: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for row in conversions:
        if row["conversion_type"] in ("lead", "opportunity"):
            if row["person"]:
                found[row["conversion_type"], row["person"]].append(row["converted_at"])
            if row["deal_id"]:
                found["deal", row["deal_id"]].append(row["converted_at"])
    return found


def _path(
    business: Business, conversion: Row, choices: Choices, previous: datetime | None, entered: Entered
) -> Path:
    """The path of one conversion."""
    people, moment = people_behind(business, conversion, choices), conversion["converted_at"]
    if subject_of(conversion, choices) is None and not people:
        return Path(conversion, [], "no_identity")
    before = [touch for touch in touches_of(business, people) if touch["occurred_at"] <= moment]
    inside = [
        touch for touch in before
        if touch["occurred_at"] >= moment - choices.lookback(conversion["conversion_type"], touch["channel"])
        and (previous is None or touch["occurred_at"] > previous)
    ]  # fmt: skip
    kept = [touch for touch in inside if not is_withheld(business, touch)]
    if not kept:
        reason = "withheld_by_consent" if inside else "outside_window" if before else "no_touch"
        return Path(conversion, [], reason)
    deal = conversion["deal_id"]
    moments = {
        "lead": [at for person in people for at in entered.get(("lead", person), [])],
        "opportunity": entered.get(("deal", deal), []) if deal
        else [at for person in people for at in entered.get(("opportunity", person), [])],
    }  # fmt: skip
    known = {name: [at for at in found if at <= moment] for name, found in moments.items()}
    milestones = {name: min(found) for name, found in known.items() if found}
    return Path(conversion, collapsed(kept) if choices.collapses_repeats else kept, None, milestones)


def collapsed(touches: list[Row]) -> list[Row]:
    """Of consecutive touches of one channel the first."""
    return [
        touch for place, touch in enumerate(touches)
        if place == 0 or touches[place - 1]["channel"] != touch["channel"]
    ]  # fmt: skip


@lru_cache(maxsize=32)
def null_journeys(business: Business, kind: str, choices: Choices = SHIPPED) -> list[tuple[str, ...]]:
    """The channels of everybody who was touched and never converted in this way, however long ago.

    Those whose touches count for a conversion have converted.
    """
    conversions = [row for row in fct_conversions(business) if row["conversion_type"] == kind]
    converted = {subject_of(row, choices) for row in conversions}
    if not choices.by_company:
        people = set().union(*(people_behind(business, row, choices) for row in conversions))
        converted = {("person", person) for person in people}
    groups: dict[Subject, list[str]] = defaultdict(list)
    for person in filter(None, business.touches_of):
        company = business.company_of_person(person) if choices.by_company else None
        groups[("company", company) if company else ("person", person)].append(person)
    found = []
    for subject, members in sorted(groups.items()):
        if subject in converted:
            continue
        touches = [touch for touch in touches_of(business, members) if not is_withheld(business, touch)]
        if choices.collapses_repeats:
            touches = collapsed(touches)
        if touches:
            found.append(tuple(touch["channel"] for touch in touches))
    return found
