"""Attribution by the words of the contract, one conversion at a time: what the models are held against."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations
from math import factorial

SECOND = 1_000_000
DAY = 86_400 * SECOND
Credit = Fraction | float


@dataclass(frozen=True)
class Touch:
    """A touchpoint, at a microsecond."""

    key: str
    id: str
    person: str | None
    at: int
    channel: str
    campaign: str | None = None
    is_retargeting: bool = False


@dataclass(frozen=True)
class Conversion:
    """A conversion, at a microsecond."""

    key: str
    id: str
    type: str
    at: int
    person: str | None = None
    company: str | None = None
    deal: str | None = None
    value: Fraction | None = None


@dataclass(frozen=True)
class Consent:
    """What a person allowed or forbade from a microsecond on."""

    person: str
    at: int
    status: str
    purpose: str = "analytics"


@dataclass(frozen=True)
class World:
    """What the models read."""

    touches: Sequence[Touch]
    conversions: Sequence[Conversion]
    consents: Sequence[Consent]
    employers: Mapping[str, str | None]
    committees: Mapping[str, frozenset[str]]
    direct: frozenset[str]


@dataclass(frozen=True)
class Rules:
    """The choices in seeds and vars; a lookback is (conversion type or None, channel or None, days)."""

    subject: str = "person"
    paths: str = "per_conversion"
    collapse: bool = False
    lookback_days: int = 90
    lookbacks: tuple[tuple[str | None, str | None, int], ...] = ()
    half_life_days: float = 7
    markov_order: int = 1
    weights: tuple[tuple[str, str, Fraction], ...] = ()
    time_zone: str = "UTC"


def subjects(world: World, rules: Rules, conversion: Conversion) -> set[str]:
    """The people whose touches count for a conversion."""
    named = {conversion.person} - {None}
    if named and rules.subject == "person":
        return named
    colleagues = {
        person
        for person, company in world.employers.items()
        if company is not None and company == conversion.company
    }
    alone = named if conversion.company is None else set()
    return alone | colleagues | world.committees.get(conversion.deal or "", frozenset())


def subject(rules: Rules, conversion: Conversion) -> tuple[str, str | None]:
    """Whose conversion it is, of whom earlier ones end a cycle."""
    person = ("person", conversion.person)
    company = ("company", conversion.company)
    if rules.subject == "company":
        return company if conversion.company is not None else person
    return person if conversion.person is not None else company


def lookback(rules: Rules, type_: str, channel: str) -> int:
    """How far back a touch of the channel counts for conversions of the type, in microseconds."""
    given = {(of_type, of_channel): days for of_type, of_channel, days in rules.lookbacks}
    for key in ((type_, channel), (type_, None), (None, channel), (None, None)):
        if key in given:
            return given[key] * DAY
    return rules.lookback_days * DAY


def previous(world: World, rules: Rules, conversion: Conversion) -> Conversion | None:
    """The subject's conversion of the same type before this one."""
    if subject(rules, conversion)[1] is None:
        return None
    earlier = [
        other
        for other in world.conversions
        if other.type == conversion.type
        and subject(rules, other) == subject(rules, conversion)
        and (other.at, other.id, other.key) < (conversion.at, conversion.id, conversion.key)
    ]
    return max(earlier, key=lambda other: (other.at, other.id, other.key), default=None)


def is_withheld(world: World, touch: Touch) -> bool:
    """Whether the newest word of its person on analytics is a denial; at one moment, denied stands."""
    words = [
        (consent.at, consent.status == "denied")
        for consent in world.consents
        if (consent.person, consent.purpose) == (touch.person, "analytics") and consent.at <= touch.at
    ]
    return bool(words) and max(words)[1]


def candidates(world: World, rules: Rules, conversion: Conversion) -> list[Touch]:
    """The touches in the conversion's window, withheld ones too."""
    people = subjects(world, rules, conversion)
    before = previous(world, rules, conversion) if rules.paths == "cycles" else None
    return in_order(
        touch
        for touch in world.touches
        if touch.person in people
        and conversion.at - lookback(rules, conversion.type, touch.channel) <= touch.at <= conversion.at
        and (before is None or touch.at > before.at)
    )


def in_order(touches: Iterable[Touch]) -> list[Touch]:
    return sorted(touches, key=lambda touch: (touch.at, touch.id, touch.key))


def collapsed(rules: Rules, touches: Sequence[Touch]) -> list[Touch]:
    """Of consecutive touches of one channel the first, where the rules say so."""
    return [
        touch
        for place, touch in enumerate(touches)
        if not rules.collapse or place == 0 or touches[place - 1].channel != touch.channel
    ]


def path(world: World, rules: Rules, conversion: Conversion) -> list[Touch]:
    """The touches among which the conversion is shared, in their order."""
    allowed = [touch for touch in candidates(world, rules, conversion) if not is_withheld(world, touch)]
    return collapsed(rules, allowed)


def reason(world: World, rules: Rules, conversion: Conversion) -> str:
    """Why no touch may take the conversion; no_touch also where a model weighs no position of the path."""
    if path(world, rules, conversion):
        return "no_touch"
    people = subjects(world, rules, conversion)
    if conversion.person is None and conversion.company is None and not people:
        return "no_identity"
    if candidates(world, rules, conversion):
        return "withheld_by_consent"
    touched = any(touch.person in people and touch.at <= conversion.at for touch in world.touches)
    return "outside_window" if touched else "no_touch"


def milestone(world: World, rules: Rules, conversion: Conversion, kind: str) -> int | None:
    """When the subjects first became a lead or an opportunity; a deal's conversion has its deal's."""
    people = subjects(world, rules, conversion)
    moments = [
        other.at
        for other in world.conversions
        if other.type == kind
        and other.at <= conversion.at
        and (
            other.deal == conversion.deal
            if kind == "opportunity" and conversion.deal is not None
            else other.person in people
        )
    ]
    return min(moments, default=None)


def positions(world: World, rules: Rules, conversion: Conversion) -> dict[str, Touch]:
    """The touch at each position that the path has."""
    touches = path(world, rules, conversion)
    found = {"first": touches[0], "last": touches[-1]} if touches else {}
    for kind in ("lead", "opportunity"):
        moment = milestone(world, rules, conversion, kind)
        by_then = [touch for touch in touches if moment is not None and touch.at <= moment]
        if by_then:
            found[kind] = by_then[-1]
    return found


def weighted(
    weights: Mapping[str, Fraction], touches: Sequence[Touch], held: Mapping[str, Touch]
) -> dict[Touch, Fraction]:
    """Shares by position: coinciding ones add, what is missing is shared among the others in proportion.

    A position of weight 0 is named all the same, and so keeps its touch out of the spread.
    """
    present = {position: [held[position]] for position in weights if position in held}
    taken = {touch for holders in present.values() for touch in holders}
    rest = [touch for touch in touches if touch not in taken]
    if "spread" in weights and rest:
        present["spread"] = rest
    whole = sum((weights[position] for position in present), Fraction(0))
    shares: dict[Touch, Fraction] = {}
    for position, holders in present.items() if whole else ():
        for touch in holders:
            shares[touch] = shares.get(touch, Fraction(0)) + weights[position] / whole / len(holders)
    return {touch: share for touch, share in shares.items() if share}


def last_non_direct(touches: Sequence[Touch], direct: frozenset[str]) -> dict[Touch, Fraction]:
    others = [touch for touch in touches if touch.channel not in direct]
    return {(others or list(touches))[-1]: Fraction(1)}


def time_decay(touches: Sequence[Touch], converted_at: int, half_life_days: float) -> dict[Touch, float]:
    """Half as much for every half-life before the conversion; after a thousand nothing is left."""
    halvings = {touch: (converted_at - touch.at) / (half_life_days * DAY) for touch in touches}
    nearest = min(halvings.values())
    weights = {touch: 2.0 ** (nearest - age) for touch, age in halvings.items() if age - nearest < 1000}
    return {touch: weight / sum(weights.values()) for touch, weight in weights.items()}


@cache
def unanimity_shares(players: frozenset[str]) -> dict[str, Fraction]:
    """Shapley's value of the game that a set of channels wins where it holds all of the players."""

    def worth(members: Iterable[str]) -> int:
        return int(players <= set(members))

    return shapley_values(sorted(players), worth)


def shapley_values(players: Sequence[str], worth: Callable[[Iterable[str]], int]) -> dict[str, Fraction]:
    """Each player's mean contribution over all orders of arrival (Shapley 1953), subset by subset."""
    count = len(players)
    values = {}
    for player in players:
        others = [other for other in players if other != player]
        values[player] = sum(
            (
                Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
                * (worth((*members, player)) - worth(members))
                for size in range(count)
                for members in combinations(others, size)
            ),
            Fraction(0),
        )
    return values


def shapley(touches: Sequence[Touch]) -> dict[Touch, Fraction]:
    """The conversion's channels by Shapley's value; a channel's touches share equally."""
    of_channel = unanimity_shares(frozenset(touch.channel for touch in touches))
    repeats = {channel: sum(touch.channel == channel for touch in touches) for channel in of_channel}
    return {touch: of_channel[touch.channel] / repeats[touch.channel] for touch in touches}


def markov(touches: Sequence[Touch], effects: Mapping[str, Fraction]) -> dict[Touch, Fraction]:
    """In proportion to the effects of the touches' channels; where all are 0, equally."""
    whole = sum((effects[touch.channel] for touch in touches), Fraction(0))
    return {
        touch: effects[touch.channel] / whole if whole else Fraction(1, len(touches)) for touch in touches
    }


def rule_credits(
    world: World, rules: Rules, conversion: Conversion
) -> Iterator[tuple[str, Mapping[Touch, Credit]]]:
    """The shares by each model that needs no other conversion."""
    touches = path(world, rules, conversion)
    held = positions(world, rules, conversion)
    nothing: dict[Touch, Credit] = {}
    for model in sorted({model for model, _, _ in rules.weights}):
        weights = {position: weight for name, position, weight in rules.weights if name == model}
        yield model, weighted(weights, touches, held)
    yield "last_non_direct", last_non_direct(touches, world.direct) if touches else nothing
    yield "time_decay", time_decay(touches, conversion.at, rules.half_life_days) if touches else nothing
    yield "shapley", shapley(touches)
