"""Funnels by the words of the contract, one event at a time: what the models are held against."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

MODES = ("strict", "ordered", "any")
LAST = 99


@dataclass(frozen=True)
class Step:
    """What enters a step, and its windows in seconds (None: none)."""

    names: str
    entered_by: str = "event"
    funnel_window: float | None = None
    step_window: float | None = None


@dataclass(frozen=True)
class Happening:
    """Something that a person did, at a second."""

    second: int
    id: str
    name: str
    kind: str = "event"


@dataclass(frozen=True)
class Attempt:
    """The second at which each step was entered, and the one at which all up to it had been."""

    started: int
    entered: tuple[int, ...]
    reached: tuple[int, ...]


def enters(step: Step, happening: Happening, all_of_them: Sequence[Happening]) -> bool:
    """Whether the happening enters the step; 'x:repeat' is a second or later x."""
    if step.entered_by != happening.kind:
        return False
    if not step.names.endswith(":repeat"):
        return happening.name == step.names or (step.entered_by == "touchpoint" and not step.names)
    same = [other for other in all_of_them if (other.kind, other.name) == (happening.kind, happening.name)]
    first = min(same, key=lambda other: (other.second, other.id))
    return happening.name + ":repeat" == step.names and happening is not first


def attempts(steps: Sequence[Step], happenings: Sequence[Happening], mode: str) -> list[Attempt]:
    """All attempts of one person in their order."""
    numbers = {
        happening.id: {number for number, step in enumerate(steps, 1) if enters(step, happening, happenings)}
        for happening in happenings
    }
    openings = sorted(
        (happening.second, number, happening.id)
        for happening in happenings
        for number in numbers[happening.id]
        if mode == "any" or number == 1
    )
    found = []
    for second, number, _ in openings:
        if mode == "any":
            attempt = _in_any_order(steps, happenings, numbers, second)
            if number > len(attempt.entered):
                continue
        else:
            attempt = _in_order(steps, happenings, numbers, second, strictly=mode == "strict")
        found.append(attempt)
    return found


def _in_order(
    steps: Sequence[Step],
    happenings: Sequence[Happening],
    numbers: dict[str, set[int]],
    start: int,
    strictly: bool,
) -> Attempt:
    chain = [start]
    for number, step in enumerate(steps[1:], 2):
        seconds = [h.second for h in happenings if number in numbers[h.id] and h.second >= chain[-1]]
        if not seconds:
            break
        second = min(seconds)
        if not _within(second - start, step.funnel_window) or not _within(
            second - chain[-1], step.step_window
        ):
            break
        between = [
            h
            for h in happenings
            if h.kind == "event"
            and not numbers[h.id] & {number - 1, number}
            and any(
                (chain[-1], number - 1) < (h.second, place) < (second, number)
                for place in numbers[h.id] or {LAST}
            )
        ]
        if strictly and between:
            break
        chain.append(second)
    return Attempt(start, tuple(chain), tuple(chain))


def _in_any_order(
    steps: Sequence[Step], happenings: Sequence[Happening], numbers: dict[str, set[int]], start: int
) -> Attempt:
    entered: list[int] = []
    reached: list[int] = []
    for number, step in enumerate(steps, 1):
        seconds = [h.second for h in happenings if number in numbers[h.id] and h.second >= start]
        if not seconds or not _within(min(seconds) - start, step.funnel_window):
            break
        depth_at = max([*entered, min(seconds)])
        if entered and not _within(depth_at - max(entered), step.step_window):
            break
        entered.append(min(seconds))
        reached.append(depth_at)
    return Attempt(start, tuple(entered), tuple(reached))


def _within(seconds: float, window: float | None) -> bool:
    return window is None or seconds <= window


def best(tries: Sequence[Attempt]) -> int:
    """The position of the deepest attempt, of several the earliest."""
    deepest = max(len(attempt.entered) for attempt in tries)
    return next(place for place, attempt in enumerate(tries) if len(attempt.entered) == deepest)


def product_limit(times: Iterable[float], is_event: Iterable[bool]) -> float:
    """1 − the product-limit estimate after the last event (Kaplan and Meier 1958); inf is never censored."""
    time, event = np.asarray(list(times), dtype=float), np.asarray(list(is_event), dtype=bool)
    moments = np.unique(time[event])
    at_risk = (time[:, None] >= moments).sum(axis=0)
    events = (time[event][:, None] == moments).sum(axis=0)
    return float(1 - np.prod(1 - events / at_risk))


def matured_rate(steps: Sequence[Step], step_no: int, bests: Sequence[Attempt], as_of: int) -> float | None:
    """The share of those who entered the step that goes on to the next, by product_limit."""
    if step_no == len(steps):
        return None
    following = steps[step_no]
    times, events = [], []
    for attempt in (one for one in bests if len(one.entered) >= step_no):
        entered = attempt.reached[step_no - 1]
        advanced = len(attempt.entered) > step_no
        deadlines = [
            since + window
            for since, window in (
                (attempt.started, following.funnel_window),
                (entered, following.step_window),
            )
            if window is not None
        ]
        if advanced:
            times.append(attempt.reached[step_no] - entered)
        else:
            times.append(np.inf if deadlines and min(deadlines) <= as_of else as_of - entered)
        events.append(advanced)
    return product_limit(times, events) if times else None
