"""How each model shares a conversion among the touches of its path."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import timedelta

from sandbox.truth.business import DIRECT, Business
from sandbox.truth.chain import effects
from sandbox.truth.paths import SHIPPED, Choices, Path

Credits = dict[int, float]  # by the touch's place in the path, from 0; none: nobody takes it

# What a position weighs.
WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "first_touch": {"first": 1},
    "last_touch": {"last": 1},
    "linear": {"spread": 1},
    "position_based": {"first": 0.4, "last": 0.4, "spread": 0.2},
    "u_shaped": {"first": 0.5, "lead": 0.5},
    "w_shaped": {"first": 0.3, "lead": 0.3, "opportunity": 0.3, "spread": 0.1},
    "full_path": {"first": 0.225, "lead": 0.225, "opportunity": 0.225, "last": 0.225, "spread": 0.1},
}


def credits_by_model(business: Business, path: Path, choices: Choices = SHIPPED) -> dict[str, Credits]:
    """Every model's credits of one path."""
    found = {model: by_position(path, weights) for model, weights in WEIGHTS.items()}
    found |= {
        "last_non_direct": last_non_direct(path),
        "time_decay": time_decay(path, choices),
        "shapley": shapley(path),
        "markov": markov(business, path, choices),
    }
    return found


def positions(path: Path) -> dict[str, int]:
    """Which touch holds each position that the path has."""
    if not path.touches:
        return {}
    found = {"first": 0, "last": len(path.touches) - 1}
    for name, moment in path.milestones.items():
        before = [place for place, touch in enumerate(path.touches) if touch["occurred_at"] <= moment]
        if before:
            found[name] = before[-1]
    return found


def by_position(path: Path, weights: Mapping[str, float]) -> Credits:
    """The positions' weights; one that isn't there is shared among the others in proportion."""
    held = {name: place for name, place in positions(path).items() if name in weights}
    between = [place for place in range(len(path.touches)) if place not in held.values()]
    there = sum(weights[name] for name in held) + (weights.get("spread", 0) if between else 0)
    credits: Credits = defaultdict(float)
    for name, place in held.items():
        credits[place] += weights[name] / there
    for place in between:
        credits[place] += weights.get("spread", 0) / len(between) / there if there else 0
    return {place: credit for place, credit in credits.items() if credit}


def last_non_direct(path: Path) -> Credits:
    """The last touch that isn't direct, of direct ones only the last."""
    places = [place for place, channel in enumerate(path.channels) if channel not in DIRECT]
    return {(places or [len(path.touches) - 1])[-1]: 1.0} if path.touches else {}


def time_decay(path: Path, choices: Choices) -> Credits:
    """Half as much for every half-life that a touch is older than the last."""
    half_life = timedelta(days=choices.half_life_days)
    ages = [(path.touches[-1]["occurred_at"] - touch["occurred_at"]) / half_life for touch in path.touches]
    total = sum(2**-age for age in ages)
    return {place: 2**-age / total for place, age in enumerate(ages)}


def shapley(path: Path) -> Credits:
    """The distinct channels share equally, and so do the touches of each."""
    touches = Counter(path.channels)
    return {place: 1 / len(touches) / touches[channel] for place, channel in enumerate(path.channels)}


def markov(business: Business, path: Path, choices: Choices = SHIPPED) -> Credits:
    """In proportion to what the removal of each touch's channel loses; equally where that is nothing."""
    if not path.touches:
        return {}
    lost = effects(business, path.conversion["conversion_type"], choices)
    parts = [lost[channel].conversions or 0.0 for channel in path.channels]
    if not sum(parts):
        parts = [1.0] * len(parts)
    return {place: part / sum(parts) for place, part in enumerate(parts) if part}
