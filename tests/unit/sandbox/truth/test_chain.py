"""Credits of every model and the effects of removal, against figures from print and by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.truth.chain import Chain, Effect, shares
from sandbox.truth.credits import WEIGHTS, by_position, last_non_direct, shapley, time_decay
from sandbox.truth.paths import Choices, Path

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def path(channels: str, **milestones: int) -> Path:
    """Touches a day apart; a milestone is reached with the touch of that number."""
    touches = [
        {"channel": {"d": "direct"}.get(name, name), "occurred_at": NOON + timedelta(days=day)}
        for day, name in enumerate(channels)
    ]
    moments = {name: touches[number]["occurred_at"] for name, number in milestones.items()}
    return Path({"conversion_type": "lead"}, touches, None, moments)


@pytest.mark.parametrize(
    ("model", "found", "told"),
    [
        ("first_touch", path("abc"), [1, 0, 0]),
        ("last_touch", path("abc"), [0, 0, 1]),
        ("linear", path("abcd"), [0.25, 0.25, 0.25, 0.25]),
        ("position_based", path("abcd"), [0.4, 0.1, 0.1, 0.4]),
        ("position_based", path("ab"), [0.5, 0.5]),
        ("position_based", path("a"), [1]),
        ("u_shaped", path("abcd", lead=2), [0.5, 0, 0.5, 0]),
        ("u_shaped", path("abcd"), [1, 0, 0, 0]),
        ("w_shaped", path("abcde", lead=1, opportunity=3), [0.3, 0.3, 0.05, 0.3, 0.05]),
        ("w_shaped", path("abc", lead=1, opportunity=2), [1 / 3, 1 / 3, 1 / 3]),
        ("w_shaped", path("abc", lead=0, opportunity=1), [0.6, 0.3, 0.1]),
        ("full_path", path("abcde", lead=1, opportunity=3), [0.225, 0.225, 0.1, 0.225, 0.225]),
        ("full_path", path("abc", lead=2, opportunity=2), [0.225, 0.1, 0.675]),
    ],
)
def test_positions_share_as_their_weights_say(model: str, found: Path, told: list[float]) -> None:
    credits = by_position(found, WEIGHTS[model])
    assert [credits.get(place, 0) for place in range(len(told))] == pytest.approx(told)
    assert all(credits.values())


def test_a_milestone_before_the_first_touch_was_reached_without_any() -> None:
    early = Path({}, path("abc").touches, None, {"lead": NOON - timedelta(seconds=1)})
    assert by_position(early, WEIGHTS["u_shaped"]) == {0: 1}
    assert by_position(early, {"lead": 1}) == {}


def test_direct_touches_give_way_to_the_last_other_one() -> None:
    assert last_non_direct(path("abdd")) == {1: 1}
    assert last_non_direct(path("dd")) == {1: 1}
    assert last_non_direct(path("")) == {}


def test_credit_halves_with_every_half_life() -> None:
    assert time_decay(path("abc"), Choices(half_life_days=1)) == pytest.approx({0: 1 / 7, 1: 2 / 7, 2: 4 / 7})
    far = Path({}, [{"occurred_at": NOON - timedelta(days=9_000)}, {"occurred_at": NOON}], None)
    assert time_decay(far, Choices())[1] == pytest.approx(1)


def test_distinct_channels_share_equally() -> None:
    assert shapley(path("abaa")) == pytest.approx({0: 1 / 6, 1: 1 / 2, 2: 1 / 6, 3: 1 / 6})


def chain_of(
    converted: list[tuple[str, float]], others: list[str], order: int = 1
) -> dict[str, Effect]:  # fmt: skip
    return Chain.of([(tuple(way), value) for way, value in converted], map(tuple, others), order).effects()


def test_a_published_chain_has_its_published_effects() -> None:
    """AnalyzeCore, "Attribution model with R (part 1: Markov chains concept)": .5, 1 and 1, so .2, .4, .4."""
    found = chain_of([("123", 1.0)], ["1", "23"])
    assert {channel: effect.conversions for channel, effect in found.items()} == pytest.approx(
        {"1": 0.5, "2": 1, "3": 1}
    )
    assert shares({channel: effect.conversions for channel, effect in found.items()}) == pytest.approx(
        {"1": 0.2, "2": 0.4, "3": 0.4}
    )


def test_repeats_in_a_row_change_nothing_at_order_one() -> None:
    once = chain_of([("ab", 5), ("ba", 1)], ["a", "bab"])
    again = chain_of([("aab", 5), ("bba", 1)], ["aaa", "baaab"])
    for channel in "ab":
        assert again[channel].conversions == pytest.approx(once[channel].conversions)
        assert again[channel].value == pytest.approx(once[channel].value)


def test_value_follows_the_state_that_a_conversion_ends_in() -> None:
    found = chain_of([("a", 90), ("ab", 10)], [])
    assert found["a"] == Effect(1.0, 1.0)
    assert found["b"].conversions == pytest.approx(0.5)
    assert found["b"].value == pytest.approx(0.1)


def test_two_channels_make_a_state_at_order_two() -> None:
    converted, others = [("ab", 1.0)], ["bb", "abb"]
    first, second = chain_of(converted, others), chain_of(converted, others, 2)
    assert second["a"].conversions == pytest.approx(1), "b after b never converts"
    assert first["a"].conversions < 1


def test_without_conversions_nothing_is_known() -> None:
    assert chain_of([], ["ab"]) == {"a": Effect(None, None), "b": Effect(None, None)}
    assert shares({"a": 0.0, "b": None}) == {"a": None, "b": None}
    assert chain_of([], []) == {}
