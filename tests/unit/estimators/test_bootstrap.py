"""Intervals: their weights, what they are on simulated journeys, and that they cover what they should."""

import resource
import sys
import time
from itertools import pairwise

import numpy as np
import pytest
from scipy.sparse import csc_array
from scipy.stats import poisson

from estimators.bootstrap import credit_intervals, drawn_sums, markov_intervals, weights
from estimators.markov import CONVERSION, LOST, removal_effects

Rows = dict[str, np.ndarray]


def all_weights(alike: np.ndarray, seed: int = 7, draws: int = 400) -> np.ndarray:
    return np.concatenate([counted.copy() for _, counted in weights(alike, seed, draws)])


def test_weights_are_poisson_numbers() -> None:
    """Each probability within four standard errors over 800,000 draws, up to the rare."""
    found = all_weights(np.ones(2000))
    for number in range(9):
        chance = poisson.pmf(number, 1)
        error = np.sqrt(chance * (1 - chance) / found.size)
        assert (found == number).mean() == pytest.approx(chance, abs=4 * error + 1e-9)
    assert np.corrcoef(found[:2])[0, 1] == pytest.approx(0, abs=0.2)


def test_journeys_that_are_alike_count_as_many() -> None:
    found = all_weights(np.array([1.0, 50.0, 1.0]), draws=20_000)
    assert found.mean(axis=1) == pytest.approx([1, 50, 1], rel=0.03)
    assert found.var(axis=1) == pytest.approx([1, 50, 1], rel=0.05)


def test_a_journey_s_weights_depend_on_nothing_behind_it() -> None:
    many = all_weights(np.concatenate([np.ones(1300), np.full(40, 9.0)]))
    assert (many[:1300] == all_weights(np.ones(1300))).all()
    assert (many == all_weights(np.concatenate([np.ones(1300), np.full(40, 9.0)]))).all()
    assert not (many[:1300] == all_weights(np.ones(1300), seed=8)).all()


def test_sums_are_those_of_the_counted_journeys() -> None:
    rng = np.random.default_rng(2)
    amounts = rng.random((3, 1100)) * (rng.random((3, 1100)) < 0.2)
    value = rng.random(1100)
    sums, worth = drawn_sums(csc_array(amounts), np.ones(1100), value, seed=7, draws=50)
    counted = all_weights(np.ones(1100), draws=50)
    assert sums == pytest.approx(amounts @ counted)
    assert worth == pytest.approx((amounts * value) @ counted)


def credits(shares: np.ndarray, value: np.ndarray, type_no: int = 1) -> Rows:
    """Rows of one model from a matrix of journeys × channels."""
    journey, channel = np.nonzero(shares)
    return {
        "type_no": np.full(len(journey), type_no),
        "journey_no": journey + 1,
        "model_no": np.full(len(journey), 3),
        "channel_no": channel + 1,
        "credit": shares[journey, channel],
        "value": value[journey],
    }


def test_an_interval_covers_the_expected_credit_in_95_of_100_samples() -> None:
    """A month brings a Poisson number of conversions, half of them to a, an average of 100 each."""
    rng = np.random.default_rng(4)
    covered = {"conversions": 0, "value": 0}
    for _ in range(300):
        count = rng.poisson(200)
        to_first = rng.random(count) < 0.5
        value = rng.exponential(100, count)
        found = credit_intervals(
            credits(np.stack([to_first, ~to_first], axis=1).astype(float), value), draws=200
        )
        for name, expected in (("conversions", 100), ("value", 10_000)):
            covered[name] += bool(found[f"{name}_low"][0] <= expected <= found[f"{name}_high"][0])
    assert 0.915 <= covered["conversions"] / 300 <= 0.985
    assert 0.905 <= covered["value"] / 300 <= 0.985


def test_an_interval_is_as_wide_as_theory_says() -> None:
    """The sum of n Poisson(1) numbers has variance n; credits of a half each of 400: 200 ± 1.96 × 10."""
    rows = credits(np.full((400, 2), 0.5), np.full(400, np.nan))
    found = credit_intervals(rows, draws=4000)
    assert found["conversions_low"] == pytest.approx([200 - 19.6] * 2, abs=1.5)
    assert found["conversions_high"] == pytest.approx([200 + 19.6] * 2, abs=1.5)
    assert np.isnan(found["value_low"]).all() and np.isnan(found["value_high"]).all()


def test_types_and_models_stand_for_themselves() -> None:
    rng = np.random.default_rng(6)
    first = credits(rng.dirichlet(np.ones(3), 60), rng.random(60))
    second = credits(rng.dirichlet(np.ones(2), 90), np.full(90, np.nan), type_no=2)
    other = first | {"model_no": np.full(len(first["credit"]), 1)}
    rows = {name: np.concatenate([first[name], second[name], other[name]]) for name in first}
    found, alone = credit_intervals(rows), credit_intervals(first)
    mine = (found["type_no"] == 1) & (found["model_no"] == 3)
    for name in ("channel_no", "conversions_low", "conversions_high", "value_low", "value_high"):
        assert found[name][mine].tolist() == alone[name].tolist()
    assert np.isnan(found["value_low"][found["type_no"] == 2]).all()
    assert len(set(found["checksum"].tolist())) == 2


def transitions(paths: list[list[int]], sold: list[bool], alike: list[int], value: np.ndarray) -> Rows:
    """Transitions of first order of type 1: what is sold, and what is lost, each numbered from 1."""
    rows = []
    numbers = {True: 0, False: 0}
    for path, is_sold, many, worth in zip(paths, sold, alike, value, strict=True):
        numbers[is_sold] += 1
        of_whom = (1, 0) if is_sold else (0, 1)
        for start, end in pairwise([0, *path, CONVERSION if is_sold else LOST]):
            rows.append((*of_whom, numbers[is_sold], start, end, max(end, 0), many, worth))
    names = ("type_no", "lost_types", "journey_no", "from_no", "to_no", "channel_no", "journeys", "value")
    return dict(zip(names, (np.array(column) for column in zip(*rows, strict=True)), strict=True))


def places(rows: Rows) -> np.ndarray:
    """Of each row its journey's place: what is sold first."""
    sold = rows["journey_no"][rows["type_no"] == 1].max()
    return rows["journey_no"] - 1 + np.where(rows["type_no"] == 1, 0, sold)


def markov_credit(rows: Rows, counted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The model's conversions and value by channel, each journey counted so often, one after the other."""
    place = places(rows)
    times = counted[place]
    pairs = np.stack([rows["from_no"], rows["to_no"], rows["channel_no"]])
    distinct, pair = np.unique(pairs, axis=1, return_inverse=True)
    total = np.bincount(pair, weights=times)
    kept = total > 0
    point = removal_effects(
        {
            "type_no": np.ones(kept.sum()),
            "checksum": np.ones(kept.sum()),
            "from_no": distinct[0][kept],
            "to_no": distinct[1][kept],
            "channel_no": distinct[2][kept],
            "transitions": total[kept],
            "value": np.zeros(kept.sum()),
        }
    )
    effect = np.zeros(rows["channel_no"].max() + 1)
    effect[point["channel_no"]] = np.nan_to_num(point["removal_effect"])
    conversions, worth = np.zeros(len(effect)), np.zeros(len(effect))
    for journey in place[rows["to_no"] == CONVERSION]:
        mine = (place == journey) & (rows["channel_no"] > 0)
        share = effect[rows["channel_no"][mine]]
        if counted[journey]:
            share = share / share.sum() * counted[journey]
            np.add.at(conversions, rows["channel_no"][mine], share)
            np.add.at(worth, rows["channel_no"][mine], share * np.nan_to_num(rows["value"][mine]))
    return conversions[1:], worth[1:]


def drawn_journeys(count: int, seed: int) -> tuple[list[list[int]], list[bool], list[int], np.ndarray]:
    rng = np.random.default_rng(seed)
    paths = [rng.integers(1, 5, rng.integers(1, 6)).tolist() for _ in range(count)]
    sold = [bool(rng.random() < (0.6 if 2 in path else 0.2)) for path in paths]
    alike = [1 if one else int(rng.integers(1, 4)) for one in sold]
    return paths, sold, alike, np.where(sold, rng.integers(1, 90, count), np.nan)


def test_the_chain_is_solved_anew_in_each_draw() -> None:
    rows = transitions(*drawn_journeys(40, seed=9))
    ends = np.argsort(places(rows)[rows["to_no"] < 0])
    alike = rows["journeys"][rows["to_no"] < 0][ends]
    draws = [markov_credit(rows, counted) for counted in all_weights(alike, draws=60).T]
    found = markov_intervals(rows, draws=60)
    for place, name in enumerate(("conversions", "value")):
        low, high = np.percentile([draw[place] for draw in draws], [2.5, 97.5], axis=0)
        assert found[f"{name}_low"] == pytest.approx(low, abs=1e-8)
        assert found[f"{name}_high"] == pytest.approx(high, abs=1e-8)


def test_a_journey_is_lost_to_the_types_that_it_names() -> None:
    """Types 1 and 3 share what is lost; what is lost to 2 and 3 alone isn't seen by 1."""
    paths, sold, alike, value = drawn_journeys(60, seed=3)
    rows = transitions(paths, sold, alike, value)
    is_lost = rows["type_no"] == 0
    third = {name: column[~is_lost] for name, column in rows.items()} | {
        "type_no": np.full((~is_lost).sum(), 3)
    }
    other = {name: column[is_lost] for name, column in rows.items()}
    other["journey_no"] = other["journey_no"] + rows["journey_no"].max()
    other["lost_types"] = np.full(is_lost.sum(), 0b110)
    rows["lost_types"] = np.where(is_lost, 0b101, 0)
    both = {name: np.concatenate([rows[name], third[name], other[name]]) for name in rows}
    alone = transitions(paths, sold, alike, value)
    first, last = markov_intervals(both, draws=60), markov_intervals(alone, draws=60)
    of_first = first["type_no"] == 1
    for name in ("channel_no", "conversions_low", "conversions_high", "value_low", "value_high"):
        assert first[name][of_first].tolist() == last[name].tolist()
    assert first["conversions_low"][first["type_no"] == 3].tolist() != last["conversions_low"].tolist()
    assert set(first["type_no"].tolist()) == {1, 3}


def test_an_interval_of_the_chain_covers_what_a_large_sample_says() -> None:
    paths, sold, _, value = drawn_journeys(20_000, seed=1)
    large = transitions(paths, sold, [1] * len(paths), value)
    expected = markov_credit_of_all(large) / 100
    covered = 0
    for sample in range(60):
        some = slice(200 * sample, 200 * sample + 200)
        rows = transitions(paths[some], sold[some], [1] * 200, value[some])
        found = markov_intervals(rows, draws=120)
        covered += int(
            ((found["conversions_low"] <= expected) & (expected <= found["conversions_high"])).sum()
        )
    assert 0.88 <= covered / (60 * len(expected)) <= 0.99


def markov_credit_of_all(rows: Rows) -> np.ndarray:
    """The middle of the interval of a sample large enough to have nearly none."""
    found = markov_intervals(rows, draws=60)
    return (found["conversions_low"] + found["conversions_high"]) / 2


def test_a_type_without_conversions_has_no_interval() -> None:
    rows = transitions([[1, 2], [2]], [False, False], [3, 1], np.full(2, np.nan))
    assert {len(column) for column in markov_intervals(rows).values()} == {0}
    assert {
        len(column)
        for column in markov_intervals({name: column[:0] for name, column in rows.items()}).values()
    } == {0}


def test_two_hundred_thousand_conversions_take_seconds_and_little_memory() -> None:
    """Three models and ten channels; the process may grow by less than the 640 MB of all draws at once."""
    rng = np.random.default_rng(3)
    journeys, models = 200_000, 3
    channel = rng.integers(1, 11, (journeys, 3))
    rows = {
        "type_no": np.ones(journeys * 3 * models, dtype=np.int16),
        "journey_no": np.tile(np.repeat(np.arange(1, journeys + 1, dtype=np.int32), 3), models),
        "model_no": np.repeat(np.arange(models, dtype=np.int16), journeys * 3),
        "channel_no": np.tile(channel.ravel(), models).astype(np.int16),
        "credit": np.full(journeys * 3 * models, 1 / 3),
        "value": np.tile(np.repeat(rng.random(journeys), 3), models),
    }
    before, began = peak(), time.process_time()
    found = credit_intervals(rows)
    assert time.process_time() - began < 60
    assert peak() - before < 512 * 2**20
    assert len(found["type_no"]) == models * 10
    assert found["conversions_low"] == pytest.approx(20_000, rel=0.05)


def peak() -> int:
    """Bytes of the largest resident memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
