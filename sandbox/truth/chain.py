"""What is lost without a channel: journeys as a chain of channels, walked until all have ended."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import Any

import numpy as np

from sandbox.truth.business import Business, Row
from sandbox.truth.calendar import days_between
from sandbox.truth.deals import fct_conversions
from sandbox.truth.paths import SHIPPED, Choices, Path, null_journeys, paths

State = tuple[str, ...]
START: State = ("",)
CONVERSION, NULL = "conversion", "null"
ENDED = 1e-18


@dataclass(frozen=True)
class Effect:
    """What a channel's removal loses of the conversions and of their value; NULL where there is nothing."""

    conversions: float | None
    value: float | None


@dataclass
class Chain:
    """How often each state was followed by each other, and what the conversions after it were worth."""

    order: int
    follows: dict[State, dict[State | str, float]]
    worth: dict[State, list[float]]

    @classmethod
    def of(
        cls, converted: Iterable[tuple[tuple[str, ...], float]], others: Iterable[tuple[str, ...]], order: int
    ) -> "Chain":
        """The chain of journeys that converted, with their value, and of those that never did."""
        chain = cls(order, defaultdict(lambda: defaultdict(float)), defaultdict(list))
        for channels, value in converted:
            chain.worth[chain._walk(channels, CONVERSION)].append(value)
        for channels in others:
            chain._walk(channels, NULL)
        return chain

    def _walk(self, channels: tuple[str, ...], end: str) -> State:
        """Count a journey's steps; the state from which it ends."""
        state = START
        for channel in channels:
            following = (*state, channel)[-self.order :]
            self.follows[state][following] += 1
            state = following
        self.follows[state][end] += 1
        return state

    def conversions_without(self, channel: str | None) -> tuple[float, float]:
        """The chance that a journey converts and what it is worth when a channel leads nowhere."""
        states = sorted(self.follows)
        place = {state: number for number, state in enumerate(states)}
        step, converts = np.zeros((len(states), len(states))), np.zeros(len(states))
        for state, following in self.follows.items():
            total = sum(following.values())
            converts[place[state]] = following.get(CONVERSION, 0.0) / total
            for to, count in following.items():
                if isinstance(to, tuple) and to[-1] != channel:
                    step[place[state], place[to]] += count / total
        here, passed = np.zeros(len(states)), np.zeros(len(states))
        if states:
            here[place[START]] = 1.0
        while here.sum() > ENDED:
            passed += here * converts
            here = here @ step
        mean = np.array([np.mean(self.worth[state]) if self.worth.get(state) else 0.0 for state in states])
        return float(passed.sum()), float(passed @ mean)

    def effects(self) -> dict[str, Effect]:
        """What each channel's removal loses, as a share."""
        chance, value = self.conversions_without(None)
        channels = {
            to[-1] for following in self.follows.values() for to in following if isinstance(to, tuple)
        }
        found = {}
        for channel in sorted(channels):
            less, less_value = self.conversions_without(channel)
            found[channel] = Effect(
                1 - less / chance if chance else None, 1 - less_value / value if value else None
            )
        return found


def paths_of(business: Business, kind: str, choices: Choices = SHIPPED) -> list[Path]:
    """The paths of a conversion type that have touches."""
    return [
        path for path in paths(business, choices)
        if path.touches and path.conversion["conversion_type"] == kind
    ]  # fmt: skip


def kinds(business: Business) -> list[str]:
    """The types of conversions that there are."""
    return sorted({row["conversion_type"] for row in fct_conversions(business)})


def worth_of(path: Path) -> float:
    """What a conversion is worth, unknown as nothing."""
    return float(path.conversion["value_reporting"] or 0)


def has_values(found: Iterable[Path]) -> bool:
    """Whether any of the conversions has a value."""
    return any(path.conversion["value_reporting"] is not None for path in found)


@lru_cache(maxsize=32)
def effects(business: Business, kind: str, choices: Choices = SHIPPED) -> dict[str, Effect]:
    """What the removal of each channel loses of a conversion type."""
    converted = [(path.channels, worth_of(path)) for path in paths_of(business, kind, choices)]
    return Chain.of(converted, null_journeys(business, kind, choices), choices.markov_order).effects()


def shares(parts: Mapping[str, float | None]) -> dict[str, float | None]:
    """Each part of their sum, NULL where they sum to nothing."""
    total = sum(part or 0.0 for part in parts.values())
    return {name: (part or 0.0) / total if total else None for name, part in parts.items()}


def fct_channel_removal_effects(business: Business) -> list[Row]:
    """One row per conversion type and channel on the way to it or to nothing."""
    return [row for kind in kinds(business) for row in _effects_of(business, kind)]


def _effects_of(business: Business, kind: str) -> list[Row]:
    """The effects of one conversion type's channels, and the conversions and the value shared by them."""
    found, mine = effects(business, kind), paths_of(business, kind)
    is_valued, value = has_values(mine), sum(worth_of(path) for path in mine)
    by_count = shares({channel: effect.conversions for channel, effect in found.items()})
    by_value = shares({channel: effect.value for channel, effect in found.items()})
    return [
        {
            "conversion_type": kind,
            "channel": channel,
            "removal_effect": effect.conversions,
            "removal_effect_value": effect.value if is_valued else None,
            "markov_conversions": _of(by_count[channel], len(mine)),
            "markov_value_reporting": _of(by_value[channel], value) if is_valued else None,
        }
        for channel, effect in found.items()
    ]


def _of(share: float | None, whole: float) -> float | None:
    """A share of a whole."""
    return None if share is None else share * whole


def fct_conversion_paths(business: Business) -> list[Row]:
    """One row per conversion type and sequence of channels."""
    return [row for kind in kinds(business) for row in _paths_of(business, kind)]


def _paths_of(business: Business, kind: str) -> list[Row]:
    """The channel paths of one conversion type."""
    mine = paths_of(business, kind)
    ways: dict[tuple[str, ...], dict[str, Any]] = defaultdict(lambda: {"paths": [], "others": 0})
    for path in mine:
        ways[path.channels]["paths"].append(path)
    for channels in null_journeys(business, kind):
        ways[channels]["others"] += 1
    return [_way(kind, channels, found["paths"], found["others"]) for channels, found in sorted(ways.items())]


def _way(kind: str, channels: tuple[str, ...], found: list[Path], others: int) -> Row:
    """One channel path of a conversion type."""
    waits = [days_between(path.touches[0]["occurred_at"], path.conversion["converted_at"]) for path in found]
    return {
        "conversion_type": kind,
        "path": " > ".join(channel.replace(">", ">>") for channel in channels),
        "journeys": len(found) + others,
        "conversions": len(found),
        "value_reporting": sum(map(worth_of, found)) if has_values(found) else None,
        "conversion_rate": len(found) / (len(found) + others),
        "median_days": median(waits) if waits else None,
    }
