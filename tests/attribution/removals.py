"""Removal effects by the words of the contract, in fractions: what SQL and the estimator are held against."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from tests.attribution.reference import (
    Rules,
    World,
    collapsed,
    in_order,
    is_withheld,
    path,
    subject,
    subjects,
)

START, NULL, WON = "(start)", "(null)", "(conversion)"
State = tuple[str, ...]


@dataclass(frozen=True)
class Journey:
    """Channels in their order, and what came of them; hours from the first touch to the conversion."""

    channels: tuple[str, ...]
    is_won: bool
    value: Fraction | None = None
    days: Fraction | None = None


def converted(world: World, rules: Rules, type_: str) -> set[tuple[str, str | None]]:
    """The people (or companies) that had a part in a conversion of the type."""
    own = [one for one in world.conversions if one.type == type_]
    if rules.subject == "company":
        return {subject(rules, one) for one in own}
    return {("person", person) for one in own for person in subjects(world, rules, one)}


def allowed_paths(world: World, rules: Rules) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """Each person (or company) with touches that may be used, and their channels in order."""
    wholes: dict[tuple[str, str], set[str]] = {}
    for person, company in world.employers.items():
        whole = ("company", company) if rules.subject == "company" and company else ("person", person)
        wholes.setdefault(whole, set()).add(person)
    for whole, people in wholes.items():
        touches = in_order(touch for touch in world.touches if touch.person in people)
        allowed = collapsed(rules, [touch for touch in touches if not is_withheld(world, touch)])
        if allowed:
            yield whole, tuple(touch.channel for touch in allowed)


def journeys(world: World, rules: Rules, type_: str) -> list[Journey]:
    """The paths of the type's conversions, and one for each person (or company) that had a part in none."""
    found = []
    for conversion in (one for one in world.conversions if one.type == type_):
        touches = path(world, rules, conversion)
        if touches:
            days = Fraction(conversion.at - touches[0].at, 86_400_000_000)
            channels = tuple(touch.channel for touch in touches)
            found.append(Journey(channels, True, conversion.value, days))
    had_part = converted(world, rules, type_)
    found += [
        Journey(channels, False) for whole, channels in allowed_paths(world, rules) if whole not in had_part
    ]
    return found


def chain(found: Sequence[Journey], order: int) -> Counter[tuple[State, State]]:
    """How often each state was followed by each other."""
    steps: Counter[tuple[State, State]] = Counter()
    for journey in found:
        names = [START] * order + list(journey.channels)
        states = [tuple(names[place : place + order]) for place in range(len(journey.channels) + 1)]
        states.append((WON,) if journey.is_won else (NULL,))
        steps.update(pairwise(states))
    return steps


def visits(steps: Counter[tuple[State, State]], order: int, without: str | None) -> dict[State, Fraction]:
    """How often one who starts is expected in each state, where the removed channel's states lead to null."""
    left = Counter[State]()
    for (state, _), count in steps.items():
        left[state] += count
    names = sorted(left)
    size = len(names)
    rows = [[Fraction(int(row == column)) for column in range(size)] for row in range(size)]
    for (state, following), count in steps.items():
        if following in left and following[-1] != without:
            rows[names.index(following)][names.index(state)] -= Fraction(count, left[state])
    target = [Fraction(int(state == (START,) * order)) for state in names]
    return dict(zip(names, solved(rows, target), strict=True))


def solved(rows: list[list[Fraction]], target: list[Fraction]) -> list[Fraction]:
    """x with rows · x = target, by Gauss's elimination."""
    size = len(rows)
    table = [[*row, value] for row, value in zip(rows, target, strict=True)]
    for place in range(size):
        pivot = next(row for row in range(place, size) if table[row][place])
        table[place], table[pivot] = table[pivot], table[place]
        table[place] = [value / table[place][place] for value in table[place]]
        for row in range(size):
            if row != place and table[row][place]:
                factor = table[row][place]
                table[row] = [a - factor * b for a, b in zip(table[row], table[place], strict=True)]
    return [row[size] for row in table]


def worth(found: Sequence[Journey], order: int, without: str | None, by_value: bool) -> Fraction:
    """What one who starts is expected to bring, in conversions or in value."""
    steps = chain(found, order)
    left = Counter[State]()
    for (state, _), count in steps.items():
        left[state] += count
    ends: dict[State, list[Fraction]] = {}
    for journey in found:
        if journey.is_won:
            last = tuple(([START] * order + list(journey.channels))[-order:])
            ends.setdefault(last, []).append((journey.value or Fraction(0)) if by_value else Fraction(1))
    expected = visits(steps, order, without)
    return sum(
        (
            expected[state] * Fraction(steps[state, (WON,)], left[state]) * sum(values) / len(values)
            for state, values in ends.items()
        ),
        Fraction(0),
    )


def removal_effects(
    found: Sequence[Journey], order: int, by_value: bool = False
) -> dict[str, Fraction | None]:
    """The share of what is expected that each channel's removal takes away."""
    names = {channel for journey in found for channel in journey.channels}
    if by_value and all(journey.value is None for journey in found if journey.is_won):
        return dict.fromkeys(names)
    whole = worth(found, order, None, by_value) if found else Fraction(0)
    return {name: 1 - worth(found, order, name, by_value) / whole if whole else None for name in names}
