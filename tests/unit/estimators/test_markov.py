"""The absorbing chain against published examples, against simulated journeys, and against itself."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimators import markov
from estimators.markov import CONVERSION, LOST, START, removal_effects

Journey = tuple[str, float | None]  # channels as letters, and the value of the conversion; None: lost
LOST_JOURNEY = None


def states(path: str, order: int) -> list[tuple[str, str]]:
    """The states of a path: its channels, with the one before at order 2."""
    return [(path[place - 1 : place] if order == 2 else "", channel) for place, channel in enumerate(path)]


def transitions(journeys: Sequence[Journey], order: int = 1) -> dict[str, np.ndarray]:
    """What the estimator reads, counted one journey after the other."""
    numbers = {state: place + 1 for place, state in enumerate(sorted({
        state for path, _ in journeys for state in states(path, order)
    }))}  # fmt: skip
    channels = sorted({channel for path, _ in journeys for channel in path})
    counts: Counter[tuple[int, int]] = Counter()
    values: Counter[tuple[int, int]] = Counter()
    channel_of = {CONVERSION: 0, LOST: 0} | {
        number: channels.index(state[1]) + 1 for state, number in numbers.items()
    }
    for path, value in journeys:
        steps = [START, *(numbers[state] for state in states(path, order))]
        steps.append(LOST if value is None else CONVERSION)
        counts.update(pairwise(steps))
        values[steps[-2], steps[-1]] += value or 0
    rows = sorted(counts)
    return {
        "type_no": np.ones(len(rows), dtype=np.int64),
        "checksum": np.full(len(rows), 77),
        "from_no": np.array([start for start, _ in rows], dtype=np.int64),
        "to_no": np.array([end for _, end in rows], dtype=np.int64),
        "channel_no": np.array([channel_of[end] for _, end in rows], dtype=np.int64),
        "transitions": np.array([counts[row] for row in rows], dtype=np.int64),
        "value": np.array([values[row] for row in rows], dtype=float),
    }


def effects(journeys: Sequence[Journey], order: int = 1, by: str = "removal_effect") -> dict[str, float]:
    """Each channel's effect."""
    found = removal_effects(transitions(journeys, order))
    channels = sorted({channel for path, _ in journeys for channel in path})
    assert found["channel_no"].tolist() == list(range(1, len(channels) + 1))
    return dict(zip(channels, found[by].tolist(), strict=True))


def walked(journeys: Sequence[Journey], order: int, without: str, rounds: int = 400) -> tuple[float, float]:
    """What share converts and what a journey is worth, by walking the chances on, step by step."""
    steps: dict[tuple, Counter] = {}
    worth: dict[tuple, float] = Counter()
    for path, value in journeys:
        walk = [("start",), *states(path, order), ("lost",) if value is None else ("sold",)]
        for here, there in pairwise(walk):
            steps.setdefault(here, Counter())[there] += 1
        worth[walk[-2]] += value or 0
    there, sold, value = {("start",): 1.0}, 0.0, 0.0
    for _ in range(rounds):
        after: dict[tuple, float] = Counter()
        for state, chance in there.items():
            total = sum(steps[state].values())
            value += chance * worth[state] / total
            for following, count in steps[state].items():
                if following == ("sold",):
                    sold += chance * count / total
                elif following != ("lost",) and following[-1] != without:
                    after[following] += chance * count / total
        there = after
    return sold, value


BRYL = [("abc", 1.0), ("a", LOST_JOURNEY), ("bc", LOST_JOURNEY)]


def test_three_channels_as_published() -> None:
    """Bryl (2016), Marketing multi-channel attribution model with R, part 1: 1/3 converts, without C1 1/6.

    C2 and C3 lie on every way to a purchase: 0.5, 1 and 1, so 0.2, 0.4 and 0.4 of the conversion.
    """
    assert effects(BRYL) == pytest.approx({"a": 0.5, "b": 1, "c": 1}, abs=1e-14)


def test_two_channels_as_published() -> None:
    """Puzyrov (2019), Markov chain attribution, simple explanation of removal effect.

    0.8 × (0.5 + 0.25) + 0.2 = 0.8 converts; without Google Ads 0.2, without mailing 0.8 × 0.5 = 0.4.
    """
    journeys = [("g", 1.0), ("g", 1.0), ("m", 1.0), ("gm", 1.0), ("g", LOST_JOURNEY)]
    assert effects(journeys) == pytest.approx({"g": 0.75, "m": 0.5}, abs=1e-14)


def test_a_conversion_is_worth_the_mean_of_those_from_its_state() -> None:
    """By hand: a brings 100 once of two, b 20. Worth (100 + 20) / 4 = 30; without a 5, without b 25."""
    journeys = [("a", 100.0), ("a", LOST_JOURNEY), ("b", 20.0), ("b", LOST_JOURNEY)]
    found = effects(journeys, by="removal_effect_value")
    assert found == pytest.approx({"a": 25 / 30, "b": 5 / 30}, abs=1e-14)
    assert effects(journeys) == pytest.approx({"a": 0.5, "b": 0.5}, abs=1e-14)


def test_a_channel_that_never_leads_on_has_no_effect() -> None:
    assert effects([("a", 1.0), ("b", LOST_JOURNEY)])["b"] == 0


def test_without_conversions_there_is_no_effect_and_without_values_none_by_value() -> None:
    assert np.isnan([*effects([("a", LOST_JOURNEY), ("ab", LOST_JOURNEY)]).values()]).all()
    rows = transitions([("a", 1.0), ("b", LOST_JOURNEY)])
    found = removal_effects(rows | {"value": np.full(len(rows["value"]), np.nan)})
    assert found["removal_effect"].tolist() == [1, 0]
    assert np.isnan(found["removal_effect_value"]).all()


def test_no_journeys_give_no_rows() -> None:
    assert {len(column) for column in removal_effects(transitions([])).values()} == {0}


journeys_drawn = st.lists(
    st.tuples(st.text("abcd", min_size=1, max_size=6), st.none() | st.sampled_from([0.0, 1.0, 10.0, 250.0])),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(journeys_drawn, st.sampled_from([1, 2]))
def test_effects_are_those_of_walking_the_chain(journeys: list[Journey], order: int) -> None:
    sold, worth = walked(journeys, order, without="")
    converted = [value for _, value in journeys if value is not None]
    assert sold == pytest.approx(len(converted) / len(journeys), abs=1e-6)
    assert worth == pytest.approx(sum(converted) / len(journeys), abs=1e-3)
    counted, valued = effects(journeys, order), effects(journeys, order, "removal_effect_value")
    for channel in counted:
        sold_without, worth_without = walked(journeys, order, channel)
        if converted:
            assert counted[channel] == pytest.approx(1 - sold_without / sold, abs=1e-6)
        if sum(converted):
            assert valued[channel] == pytest.approx(1 - worth_without / worth, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(journeys_drawn)
def test_consecutive_repeats_make_no_difference_at_order_1(journeys: list[Journey]) -> None:
    def collapsed(path: str) -> str:
        return "".join(one for one, before in zip(path, " " + path, strict=False) if one != before)

    once = [(collapsed(path), value) for path, value in journeys]
    for by in ("removal_effect", "removal_effect_value"):
        assert effects(journeys, by=by) == pytest.approx(effects(once, by=by), abs=1e-12, nan_ok=True)


def test_order_2_remembers_what_order_1_forgets() -> None:
    """After a, b converts; after c it never does. At order 1 half of all that come to b convert.

    So at order 1 removing c costs half, although no conversion ever saw it; at order 2 nothing.
    """
    journeys = [("ab", 1.0), ("cb", LOST_JOURNEY)]
    assert effects(journeys) == pytest.approx({"a": 0.5, "b": 1, "c": 0.5}, abs=1e-14)
    assert effects(journeys, order=2) == pytest.approx({"a": 1, "b": 1, "c": 0}, abs=1e-14)


def test_at_order_2_a_repeat_is_a_state_of_its_own() -> None:
    """Behind aa it is forgotten who came by b, and half convert; without the repeat, b leads nowhere."""
    assert effects([("aac", 1.0), ("baad", LOST_JOURNEY)], order=2)["b"] == pytest.approx(0.5, abs=1e-14)
    assert effects([("ac", 1.0), ("bad", LOST_JOURNEY)], order=2)["b"] == 0


def test_many_states_are_solved_likewise(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    journeys: list[Journey] = [
        ("".join(rng.choice([*"abcdefgh"], rng.integers(1, 9))), float(rng.integers(1, 90)) if lot else None)
        for lot in rng.random(400) < 0.3
    ]
    dense = [effects(journeys, 2, by) for by in ("removal_effect", "removal_effect_value")]
    monkeypatch.setattr(markov, "MOST_DENSE_STATES", 0)
    sparse = [effects(journeys, 2, by) for by in ("removal_effect", "removal_effect_value")]
    assert dense[0] == pytest.approx(sparse[0], abs=1e-12)
    assert dense[1] == pytest.approx(sparse[1], abs=1e-12)


def test_effects_are_those_of_simulated_journeys() -> None:
    """Journeys drawn from the chain itself, with and without a channel: what they convert."""
    journeys: list[Journey] = [
        ("aba", 1.0),
        ("ab", LOST_JOURNEY),
        ("bca", 1.0),
        ("c", LOST_JOURNEY),
        ("ca", 1.0),
    ]
    rng, drawn = np.random.default_rng(11), 40_000
    following: dict[str, list[str]] = {}
    for path, value in journeys:
        walk = ["start", *path, "lost" if value is None else "sold"]
        for here, there in pairwise(walk):
            following.setdefault(here, []).append(there)

    def sold(without: str) -> float:
        count = 0
        for _ in range(drawn):
            here = "start"
            while here not in ("sold", "lost", without):
                here = following[here][int(rng.random() * len(following[here]))]
            count += here == "sold"
        return count / drawn

    everything = sold("")
    for channel, effect in effects(journeys).items():
        assert effect == pytest.approx(1 - sold(channel) / everything, abs=0.02)
