"""Where visitors come from, and which channels win them: the planted effects that attribution is to find.

A visitor becomes a lead by own interest or because a channel seen before the introduction wins them. Each
channel has its chance, once, however often it is seen: P(lead) = 1 − (1 − own interest) ∏ (1 − chance) over
the distinct channels seen. Own interest falls with the number of visits, so that as many become leads
however often they come; a channel's chance does not. Nothing else about a person depends on the channels.
"""

from collections.abc import Mapping
from itertools import product

import numpy as np
import pyarrow as pa

from sandbox.columns import Flags, Floats, Ints, choose, group_starts, pick, table
from sandbox.people import CONTACT_SHARE, IDENTIFIED_SHARE, SUBSCRIBER_SHARE, Span

OUTBOUND_SHARE = 0.04  # contacts that sales found, without a visit of their own
# name, channel, weight as the first touch, weight later, referrer
SOURCES: tuple[tuple[str, str, float, float, str | None], ...] = (
    ("paid_search", "paid_search", 0.17, 0.09, "https://www.google.com/"),
    ("display", "display", 0.06, 0.07, "https://news.example/story"),
    ("pmax", "paid_other", 0.05, 0.03, "https://www.google.com/"),
    ("google", "organic_search", 0.25, 0.19, "https://www.google.com/search"),
    ("google_de", "organic_search", 0.03, 0.03, "https://www.google.de/"),
    ("bing", "organic_search", 0.03, 0.03, "https://www.bing.com/search?q=funnel"),
    ("linkedin", "organic_social", 0.06, 0.05, "https://www.linkedin.com/feed/"),
    ("x", "organic_social", 0.02, 0.02, "https://x.com/funnelhouse/status/1"),
    ("facebook", "organic_social", 0.02, 0.01, "https://www.facebook.com/"),
    ("blog", "referral", 0.05, 0.05, "https://dataletter.example/issues/42"),
    ("reviews", "referral", 0.04, 0.05, "https://مراجعات.example/برامج"),
    ("partner_email", "email", 0.01, 0.02, None),
    ("chatgpt", "ai_assistant", 0.02, 0.02, "https://chatgpt.com/"),
    ("perplexity", "ai_assistant", 0.01, 0.01, "https://www.perplexity.ai/search"),
    ("claude", "ai_assistant", 0.01, 0.01, "https://claude.ai/chat"),
    ("gemini", "ai_assistant", 0.01, 0.01, "https://gemini.google.com/app"),
    ("direct", "direct", 0.16, 0.31, None),
)
SOURCE_NAMES = [name for name, *_ in SOURCES]
# The chance with which a channel wins a visitor who sees it.
WINS: Mapping[str, float] = {
    "paid_search": 0.11, "display": 0.01, "paid_other": 0.04, "organic_search": 0.08, "organic_social": 0.03,
    "referral": 0.14, "email": 0.06, "ai_assistant": 0.12, "direct": 0.0,
}  # fmt: skip
CHANNELS = tuple(WINS)
_CHANNEL_OF_SOURCE = np.array([CHANNELS.index(channel) for _, channel, *_ in SOURCES])
_CHANCES = np.array([WINS[channel] for channel in CHANNELS])


def lead_share() -> float:
    """How many of those with a visit before the introduction become leads."""
    known = IDENTIFIED_SHARE * (1 - SUBSCRIBER_SHARE)
    leads = known - IDENTIFIED_SHARE * CONTACT_SHARE
    return leads * (1 - OUTBOUND_SHARE) / (1 - known * OUTBOUND_SHARE)


def own_interest(visits: Ints) -> Floats:
    """The chance to become a lead without any channel's help, by the number of visits (0: 1, unused).

    Over all subsets of channels that could win a visitor, weighed by their chances, none of the visits may
    come from one of them: that is the share of visitors whom no channel wins.
    """
    most = int(visits.max(initial=1))
    weights = np.array([[first, later] for _, _, first, later, _ in SOURCES])
    by_channel = np.zeros((len(CHANNELS), 2))
    np.add.at(by_channel, _CHANNEL_OF_SOURCE, weights / weights.sum(axis=0))
    unmoved = np.zeros(most)
    for winning in product((False, True), repeat=len(CHANNELS)):
        chance = float(np.prod(np.where(winning, _CHANCES, 1 - _CHANCES)))
        first, later = 1 - by_channel[np.array(winning)].sum(axis=0)
        unmoved += chance * first * later ** np.arange(most)
    interest = np.concatenate([[1.0], 1 - (1 - lead_share()) / unmoved])
    return interest[visits]


def drawn(rng: np.random.Generator, is_first: Flags) -> Ints:
    """A source for each visit, regardless of what comes of it."""
    return np.where(
        is_first,
        choose(rng, [first for _, _, first, _, _ in SOURCES], len(is_first)),
        choose(rng, [later for _, _, _, later, _ in SOURCES], len(is_first)),
    )


def winning(rng: np.random.Generator, source: Ints, before: Ints, counts: Ints, becomes_lead: Flags) -> Ints:
    """The sources, with the visits before the introduction drawn again until they lead where they did.

    Who becomes a lead is settled beforehand, so it is the journeys that are drawn given the outcome; that
    is the same as drawing the outcomes given the journeys. `before` of each person's `counts` visits lie
    before the introduction.
    """
    source, starts, interest = source.copy(), group_starts(counts), own_interest(before)
    open_, rows, is_new = np.flatnonzero(before), np.empty(0, dtype=np.int64), False
    while len(open_):
        who = np.repeat(np.arange(len(open_)), before[open_])
        nth = np.arange(len(who)) - np.repeat(group_starts(before[open_]), before[open_])
        rows = starts[open_][who] + nth
        if is_new:
            source[rows] = drawn(rng, nth == 0)
        wins = rng.random((len(open_), len(CHANNELS))) < _CHANCES
        won = rng.random(len(open_)) < interest[open_]
        np.logical_or.at(won, who, wins[who, _CHANNEL_OF_SOURCE[source[rows]]])
        open_, is_new = open_[won != becomes_lead[open_]], True
    return source


def causes_table(
    span: Span, person: Ints, source: Ints, before: Ints, lead_at: Ints, first_visits: Flags
) -> pa.Table:
    """Leads by the channels they saw: the chance that without the channel this lead would not be one.

    `person` and `source` are of visits, `first_visits` says which of them lie before the introduction.
    """
    counts = (lead_at <= span.end)[person] & first_visits
    pairs = np.unique(person[counts] * len(CHANNELS) + _CHANNEL_OF_SOURCE[source[counts]])
    lead, channel = pairs // len(CHANNELS), pairs % len(CHANNELS)
    unmoved = 1 - own_interest(before)
    np.multiply.at(unmoved, lead, 1 - _CHANCES[channel])
    without = unmoved[lead] / (1 - _CHANCES[channel])
    order = np.lexsort((channel, lead, lead_at[lead]))
    return table("lead_causes", {
        "person_no": lead[order] + 1,
        "lead_at": lead_at[lead][order],
        "channel": pick(CHANNELS, channel[order]),
        "lost_without": ((without - unmoved[lead]) / (1 - unmoved[lead]))[order],
    })  # fmt: skip


def true_shares(causes: pa.Table) -> dict[str, float]:
    """Each channel's share of the leads lost if one channel after the other were switched off."""
    lost = dict.fromkeys(CHANNELS, 0.0)
    for channel, chance in zip(
        causes["channel"].to_pylist(), causes["lost_without"].to_pylist(), strict=True
    ):
        lost[channel] += chance
    total = sum(lost.values())
    return {channel: share / total for channel, share in lost.items()}
