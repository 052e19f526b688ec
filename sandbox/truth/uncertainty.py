"""How sure channels' credits are, and how far the models disagree.

What is drawn by chance is told as the range in which the ends of the marts' intervals must lie, by draws of
our own, many times as many; a drawn chain is solved by folding one state after the other into the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sandbox.truth.attribution import fct_attribution_credits
from sandbox.truth.business import Business, Row, grouped
from sandbox.truth.chain import has_values, kinds, paths_of, worth_of
from sandbox.truth.paths import SHIPPED, null_journeys

VERDICT = "too few conversions"
MART_DRAWS, DRAWS, AT_ONCE = 400, 4_000, 1_000
BELOW, TAIL = 10, 1e-6  # of the mart's draws so many lie below the 2.5th percentile
SEED = 20_260_701
Floats = NDArray[np.float64]
ByModel = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Journeys:
    """The journeys of a conversion type in numbers: those that converted first."""

    channels: list[str]
    touches: Floats  # conversion × channel: touches in the path
    values: Floats  # per conversion
    steps: Floats  # journey × (from, to): the start first, conversion and null last

    @property
    def count(self) -> int:
        """How many journeys."""
        return len(self.steps)

    @cached_property
    def states(self) -> int:
        """The start and the channels."""
        return len(self.channels) + 1


def journeys_of(business: Business, kind: str) -> Journeys:
    """The journeys of a conversion type."""
    mine = paths_of(business, kind)
    ways = [path.channels for path in mine] + null_journeys(business, kind)
    channels = sorted({channel for way in ways for channel in way})
    place = {channel: number for number, channel in enumerate(channels, 1)}
    states = len(channels) + 1
    touches, steps = np.zeros((len(mine), len(channels))), np.zeros((len(ways), states, states + 2))
    for number, way in enumerate(ways):
        state = 0
        for channel in way:
            steps[number, state, place[channel]] += 1
            state = place[channel]
            if number < len(mine):
                touches[number, state - 1] += 1
        steps[number, state, states if number < len(mine) else states + 1] += 1
    values = np.array([worth_of(path) for path in mine])
    return Journeys(channels, touches, values, steps.reshape(len(ways), -1))


def credited(business: Business, kind: str, column: str) -> ByModel:
    """What each model gives each channel."""
    found: ByModel = {}
    for row in grouped(fct_attribution_credits(business), "conversion_type").get(kind, []):
        if row["channel"] is not None:
            mine = found.setdefault(row["model"], {})
            mine[row["channel"]] = mine.get(row["channel"], 0.0) + (row[column] or 0.0)
    return found


def fct_attribution_intervals(business: Business) -> list[Row]:
    """One row per conversion type, model and channel with credit."""
    return [row for kind in kinds(business) for row in _intervals_of(business, kind)]


def _intervals_of(business: Business, kind: str) -> Iterator[Row]:
    """The intervals of one conversion type."""
    mine, journeys = paths_of(business, kind), journeys_of(business, kind)
    by_count = credited(business, kind, "credit")
    by_value = credited(business, kind, "credited_value_reporting")
    few, is_valued = len(mine) < SHIPPED.min_conversions, has_values(mine)
    drawn = {} if few else _drawn(business, kind, journeys)
    for model, channels in by_count.items():
        for channel in channels:
            ends = drawn.get((model, channel), {})
            yield {
                "conversion_type": kind, "model": model, "channel": channel,
                "conversions": None if few else channels[channel],
                "conversions_low": ends.get("conversions_low"),
                "conversions_high": ends.get("conversions_high"),
                "value_reporting": None if few or not is_valued else by_value[model][channel],
                "value_low": ends.get("value_low") if is_valued else None,
                "value_high": ends.get("value_high") if is_valued else None,
                "journeys": journeys.count,
                "verdict": VERDICT if few else None,
            }  # fmt: skip


def _drawn(business: Business, kind: str, journeys: Journeys) -> dict[tuple[str, str], Row]:
    """The ranges of the ends of every model's and channel's interval."""
    keys, shares = _shares(business, kind)
    rng = np.random.default_rng(SEED)
    parts = []
    for _ in range(DRAWS // AT_ONCE):
        weights = rng.poisson(1.0, (AT_ONCE, journeys.count)).astype(float)
        of_conversions = weights[:, : len(journeys.values)]
        worth = of_conversions * journeys.values
        chains = _markov(journeys, weights)
        parts.append((
            np.hstack([of_conversions @ shares, chains(of_conversions)]),
            np.hstack([worth @ shares, chains(worth)]),
        ))  # fmt: skip
    counts, values = (np.vstack(part) for part in zip(*parts, strict=True))
    keys += [("markov", channel) for channel in journeys.channels]
    return {
        key: {**_ends("conversions", counts[:, place]), **_ends("value", values[:, place])}
        for place, key in enumerate(keys)
    }


def _shares(business: Business, kind: str) -> tuple[list[tuple[str, str]], Floats]:
    """Conversion × (model, channel): what the models but markov give."""
    place = {path.conversion["conversion_id"]: number for number, path in enumerate(paths_of(business, kind))}
    rows = [
        row for row in fct_attribution_credits(business)
        if row["conversion_id"] in place and row["channel"] is not None and row["model"] != "markov"
    ]  # fmt: skip
    keys = sorted({(row["model"], row["channel"]) for row in rows})
    column = {key: number for number, key in enumerate(keys)}
    shares = np.zeros((len(place), len(keys)))
    for row in rows:
        shares[place[row["conversion_id"]], column[row["model"], row["channel"]]] += row["credit"]
    return keys, shares


def _markov(journeys: Journeys, weights: Floats) -> Any:
    """What the chains of these draws give each channel of conversions, as a function of their weights."""
    size = journeys.states
    counts = (weights @ journeys.steps).reshape(len(weights), size, size + 2)
    whole = _chances(counts, None)
    effects = np.stack([1 - _chances(counts, state) / whole for state in range(1, size)], axis=1)
    below = effects @ journeys.touches.T
    equally = journeys.touches.sum(axis=1)

    def give(of_conversions: Floats) -> Floats:
        sure = np.where(below > 0, of_conversions / np.where(below > 0, below, 1), 0.0)
        rest = np.where(below > 0, 0.0, of_conversions / equally)
        return effects * (sure @ journeys.touches) + rest @ journeys.touches

    return give


def _chances(counts: Floats, without: int | None) -> Floats:
    """The chance of a conversion in each draw's chain, when a state leads nowhere."""
    totals = counts.sum(axis=2, keepdims=True)
    chance = np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0)
    size = counts.shape[1]
    for state in range(size - 1, 0, -1):
        into, out = chance[:, :, state].copy(), chance[:, state, :].copy()
        chance[:, :, state] = 0.0
        if state != without:
            stays = out[:, state].copy()
            out[:, state] = 0.0
            out /= np.where(stays < 1, 1 - stays, 1.0)[:, None]
            chance += into[:, :, None] * out[:, None, :]
    return chance[:, 0, size] / (1 - chance[:, 0, 0])


def _ends(name: str, draws: Floats) -> Row:
    """Where the ends of an interval of so many draws may lie."""
    least, most = _shares_below()
    return {
        f"{name}_low": {"low": _at(draws, least), "high": _at(draws, most)},
        f"{name}_high": {"low": _at(draws, 1 - most), "high": _at(draws, 1 - least)},
    }


def _at(draws: Floats, share: float) -> float:
    """A quantile of our own draws."""
    return float(np.quantile(draws, share))


def _shares_below() -> tuple[float, float]:
    """Between which shares of all possible draws the 2.5th percentile of the mart's may lie.

    Half and a quarter more as slack, as our own draws are finite, too.
    """
    least = _solved(lambda share: 1 - _at_most(share, BELOW - 1))
    most = _solved(lambda share: 1 - _at_most(share, BELOW), 1 - TAIL)
    return least / 2, most * 1.25


def _solved(chance: Any, wanted: float = TAIL) -> float:
    """The share at which a growing chance is as wanted."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if chance(middle) < wanted else (low, middle)
    return low


def _at_most(share: float, count: int) -> float:
    """The chance that at most so many of the mart's draws lie in a share of all."""
    return sum(
        comb(MART_DRAWS, hits) * share**hits * (1 - share) ** (MART_DRAWS - hits) for hits in range(count + 1)
    )


def fct_model_disagreement(business: Business) -> list[Row]:
    """One row per conversion type and ordered pair of models, and one for their mean."""
    rows: list[Row] = []
    for kind in kinds(business):
        found = credited(business, kind, "credit")
        few = len(paths_of(business, kind)) < SHIPPED.min_conversions
        pairs = {(one, other): _distance(found[one], found[other]) for one, other in permutations(found, 2)}
        if pairs:
            pairs["all", "all"] = sum(pairs.values()) / len(pairs)
        rows += [
            {"conversion_type": kind, "model": one, "other_model": other,
             "share_distance": None if few else distance, "verdict": VERDICT if few else None}
            for (one, other), distance in pairs.items()
        ]  # fmt: skip
    return rows


def _distance(one: dict[str, float], other: dict[str, float]) -> float:
    """Half of what two models' shares of channels differ."""
    total, others = sum(one.values()), sum(other.values())
    return (
        sum(abs(one.get(channel, 0) / total - other.get(channel, 0) / others) for channel in {**one, **other})
        / 2
    )
