"""Which channels win visitors is planted, and the world keeps to it."""

from math import prod

import numpy as np
import pytest

from sandbox.columns import NEVER, dice, group_starts
from sandbox.people import Span
from sandbox.sources import (
    CHANNELS,
    SOURCES,
    WINS,
    causes_table,
    drawn,
    lead_share,
    own_interest,
    true_shares,
    winning,
)
from sandbox.world import World, make_world

CHANNEL_OF_SOURCE = np.array([CHANNELS.index(channel) for _, channel, *_ in SOURCES])


def test_every_source_is_of_a_channel_with_a_known_chance() -> None:
    assert {channel for _, channel, *_ in SOURCES} == set(WINS)
    assert WINS["direct"] == 0, "who knows the address has been won before"
    assert prod(1 - chance for chance in WINS.values()) > 1 - lead_share(), "own interest stays positive"


def test_own_interest_leaves_as_many_leads_however_many_visits() -> None:
    interest = own_interest(np.array([0, 1, 2, 5_000]))
    weights = [first for _, _, first, _, _ in SOURCES]
    missed = sum(
        weight / sum(weights) * (1 - WINS[channel])
        for weight, (_, channel, *_) in zip(weights, SOURCES, strict=True)
    )
    assert interest[1] == pytest.approx(1 - (1 - lead_share()) / missed)
    never = prod(1 - chance for chance in WINS.values())
    assert interest[3] == pytest.approx(1 - (1 - lead_share()) / never)
    assert 1 == interest[0] > interest[1] > interest[2] > interest[3] > 0


@pytest.mark.parametrize("channel", CHANNELS)
def test_those_who_saw_a_channel_become_leads_as_often_as_planted(channel: str) -> None:
    rng, count = dice(11, f"planted {channel}"), 60_000
    becomes_lead = rng.random(count) < lead_share()
    before = 1 + rng.poisson(5, count)
    person = np.repeat(np.arange(count), before)
    is_first = np.arange(len(person)) == group_starts(before)[person]
    source = winning(rng, drawn(rng, is_first), before, before, becomes_lead)
    seen = np.zeros((count, len(CHANNELS)), dtype=bool)
    seen[person, CHANNEL_OF_SOURCE[source]] = True
    chances = np.array([WINS[name] for name in CHANNELS])
    told = 1 - (1 - own_interest(before)) * np.where(seen, 1 - chances, 1).prod(axis=1)
    for group in (seen[:, CHANNELS.index(channel)], ~seen[:, CHANNELS.index(channel)]):
        error = 0.5 / np.sqrt(group.sum())
        assert becomes_lead[group].mean() == pytest.approx(told[group].mean(), abs=4 * error)


def test_what_is_lost_without_a_channel_is_counted_by_switching_it_off() -> None:
    names = [name for name, *_ in SOURCES]
    source = np.array([names.index(one) for one in ("google", "blog", "bing", "direct", "blog", "chatgpt")])
    person = np.array([0, 0, 0, 0, 1, 2])
    causes = causes_table(
        Span(7, 0, 100, 3), person, source, before=np.array([3, 1, 1]),
        lead_at=np.array([50, NEVER, 60]), first_visits=np.array([True, True, True, False, True, True]),
    ).to_pylist()  # fmt: skip
    assert [(row["person_no"], row["channel"]) for row in causes] == [
        (1, "organic_search"), (1, "referral"), (3, "ai_assistant"),
    ]  # fmt: skip
    alone = 1 - own_interest(np.array([3]))[0]
    is_lead = 1 - alone * 0.92 * 0.86
    assert causes[0]["lost_without"] == pytest.approx((is_lead - (1 - alone * 0.86)) / is_lead)
    assert causes[1]["lost_without"] == pytest.approx((is_lead - (1 - alone * 0.92)) / is_lead)


def test_the_true_shares_add_up_and_follow_chance_and_reach(world: World) -> None:
    shares = true_shares(world["lead_causes"])
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["direct"] == 0
    assert shares["referral"] > shares["ai_assistant"] > shares["organic_social"] > shares["display"] > 0


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()
