"""The chain solved at once says what it says when it is walked step by step until every journey has ended."""

import numpy as np
import pytest

from estimators.markov import CONVERSION, LOST, START, chain_of, effects_of, solve
from sandbox.truth.chain import CONVERSION as CONVERTED
from sandbox.truth.chain import START as BEGINNING
from sandbox.truth.chain import Chain

Journeys = list[tuple[str, ...]]


def journeys(rng: np.random.Generator, count: int, channels: int) -> Journeys:
    """Paths of one to nine touches, some channels far more often than others."""
    weights = rng.dirichlet(np.ones(channels))
    return [tuple(f"c{one}" for one in rng.choice(channels, 1 + rng.integers(9), p=weights))
            for _ in range(count)]  # fmt: skip


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("seed", range(12))
def test_solving_is_walking(order: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    count, channels = 1 + rng.integers(40), 1 + rng.integers(7)
    sold = [(path, float(rng.integers(1, 900))) for path in journeys(rng, count, channels)]
    walked = Chain.of(sold, journeys(rng, rng.integers(0, 40), channels), order)
    numbers = {BEGINNING: START, CONVERTED: CONVERSION, "null": LOST}
    numbers |= {state: number for number, state in enumerate(sorted(walked.follows.keys() - {BEGINNING}), 1)}
    names = sorted({state[-1] for state in numbers if isinstance(state, tuple)})
    steps = [
        (numbers[state], numbers[to], names.index(to[-1]) if isinstance(to, tuple) else -1, times,
         sum(walked.worth[state]) if to == CONVERTED else 0.0)
        for state, following in walked.follows.items() for to, times in following.items()
    ]  # fmt: skip
    leaves, enters, channel, times, worth = (np.array(column) for column in zip(*steps, strict=True))
    chain = chain_of(leaves, enters, channel)
    solved = solve(chain, times[None].astype(float), worth[None].astype(float))
    by_count = effects_of(solved.lost_conversions, solved.conversions)[0]
    by_value = effects_of(solved.lost_worth, solved.worth)[0]
    told = walked.effects()
    assert {names[number] for number in chain.channels} == set(told)
    for place, number in enumerate(chain.channels):
        assert by_count[place] == pytest.approx(told[names[number]].conversions, abs=1e-11)
        assert by_value[place] == pytest.approx(told[names[number]].value, abs=1e-11)
