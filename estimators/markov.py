"""The absorbing Markov chain of journeys, solved exactly: what would convert without each channel.

Anderl, Becker, von Wangenheim, Schumann (2016): Mapping the customer journey. International Journal of
Research in Marketing 33.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy.sparse import csc_array, eye_array
from scipy.sparse.linalg import splu
from threadpoolctl import threadpool_limits

Columns = Mapping[str, np.ndarray]
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

START, CONVERSION, LOST = 0, -1, -2
NUMBERS = ("type_no", "channel_no", "checksum")
SHARES = ("removal_effect", "removal_effect_value")
DIGITS = 14
# A dense inverse of so many states takes 8 MB and 50 ms; beyond, a sparse one is faster.
MOST_DENSE_STATES = 1000


class Chain(NamedTuple):
    """The transitions of a chain whose states are channels, or pairs of channels at order 2.

    states: numbers of the states other than start and ends, ascending. leaves and enters: of each transition
    the position of its states; leaves is -1 at the start, enters -1 at an end. is_sale: it enters conversion.
    channels: numbers of the channels, ascending. of_channel: of each channel the positions of its states.
    """

    states: np.ndarray
    leaves: np.ndarray
    enters: np.ndarray
    is_sale: np.ndarray
    channels: np.ndarray
    of_channel: list[np.ndarray]


class Solution(NamedTuple):
    """One row a weighing: what converts (worth), and by channel what is lost without it."""

    conversions: Floats
    worth: Floats
    lost_conversions: Floats
    lost_worth: Floats


def chain_of(from_no: np.ndarray, to_no: np.ndarray, channel_no: np.ndarray) -> Chain:
    """The chain of distinct transitions; channel_no is that of the state entered."""
    states, first = np.unique(to_no[to_no > START], return_index=True)
    channel_of_state = channel_no[to_no > START][first]
    channels = np.unique(channel_of_state)
    return Chain(
        states,
        np.where(from_no == START, -1, np.searchsorted(states, from_no)),
        np.where(to_no > START, np.searchsorted(states, to_no), -1),
        to_no == CONVERSION,
        channels,
        [np.flatnonzero(channel_of_state == channel) for channel in channels],
    )


def solve(chain: Chain, transitions: Floats, value: Floats) -> Solution:
    """The chain's conversions and value per journey, and what is lost when a channel leads nowhere.

    transitions and value: one row a weighing, one column a transition. With N the expected passages between
    states, N s those from the start and h what a state is worth, a journey that may not enter the states A
    loses (N s)_A (N_AA)^-1 h_A. So nothing is subtracted from nearly as much.
    """
    left = np.zeros((len(transitions), len(chain.states) + 1))
    np.add.at(left.T, chain.leaves, transitions.T)
    total = np.where(left > 0, left, 1)[:, chain.leaves]
    solver = _solve_dense if len(chain.states) <= MOST_DENSE_STATES else _solve_sparse
    # Threads would add up in an order of their own, and so to other last digits.
    with threadpool_limits(1):
        return solver(chain, transitions / total, np.where(chain.is_sale, value / total, 0.0))


def _solve_dense(chain: Chain, chance: Floats, worth: Floats) -> Solution:
    """All weighings at once."""
    size, inner = len(chain.states), (chain.leaves >= 0) & (chain.enters >= 0)
    first = (chain.leaves < 0) & (chain.enters >= 0)
    matrix = np.zeros((len(chance), size, size))
    matrix[:, chain.leaves[inner], chain.enters[inner]] = -chance[:, inner]
    matrix[:, np.arange(size), np.arange(size)] += 1
    begun, ends = np.zeros((len(chance), size)), np.zeros((len(chance), size, 2))
    begun[:, chain.enters[first]] = chance[:, first]
    ends[:, chain.leaves[chain.is_sale], 0] = chance[:, chain.is_sale]
    ends[:, chain.leaves[chain.is_sale], 1] = worth[:, chain.is_sale]
    passages = np.linalg.inv(matrix)
    visits = np.einsum("bi,bij->bj", begun, passages)
    from_state = np.einsum("bij,bjk->bik", passages, ends)
    total = np.einsum("bi,bik->bk", begun, from_state)
    lost = np.zeros((len(chance), len(chain.channels), 2))
    for place, own in enumerate(chain.of_channel):
        among = passages[:, own[:, None], own[None, :]]
        without_return = np.linalg.solve(among, from_state[:, own])
        lost[:, place] = np.einsum("bi,bik->bk", visits[:, own], without_return)
    return Solution(total[:, 0], total[:, 1], lost[:, :, 0], lost[:, :, 1])


def _solve_sparse(chain: Chain, chance: Floats, worth: Floats) -> Solution:
    """One weighing after the other, for chains of thousands of states."""
    size, inner = len(chain.states), (chain.leaves >= 0) & (chain.enters >= 0)
    first = (chain.leaves < 0) & (chain.enters >= 0)
    totals, lost = np.zeros((len(chance), 2)), np.zeros((len(chance), len(chain.channels), 2))
    for row in range(len(chance)):
        pairs = (chain.leaves[inner], chain.enters[inner])
        matrix = eye_array(size) - csc_array((chance[row, inner], pairs), shape=(size, size))
        factors = splu(csc_array(matrix))
        begun, ends = np.zeros(size), np.zeros((size, 2))
        begun[chain.enters[first]] = chance[row, first]
        ends[chain.leaves[chain.is_sale], 0] = chance[row, chain.is_sale]
        ends[chain.leaves[chain.is_sale], 1] = worth[row, chain.is_sale]
        visits, from_state = factors.solve(begun, "T"), factors.solve(ends)
        totals[row] = begun @ from_state
        for place, own in enumerate(chain.of_channel):
            unit = np.zeros((size, len(own)))
            unit[own, np.arange(len(own))] = 1
            among = factors.solve(unit)[own]
            lost[row, place] = visits[own] @ np.linalg.solve(among, from_state[own])
    return Solution(totals[:, 0], totals[:, 1], lost[:, :, 0], lost[:, :, 1])


def effects_of(lost: Floats, total: Floats) -> Floats:
    """Share that is lost without each channel; NaN where nothing is there to lose."""
    there = np.where(total == 0, np.nan, total)
    return np.asarray(np.round(lost / there[:, None], DIGITS), dtype=np.float64)


def removal_effects(columns: Columns) -> dict[str, np.ndarray]:
    """Of every type and channel the share of conversions, and of their value, that removing it would cost.

    A row is a transition of a type: from_no and to_no (0 start, -1 conversion, -2 lost), channel_no of the
    state entered, how often it was made (transitions), and what its conversions are worth together (value;
    NaN: nobody knows, in all rows of the type). checksum goes with the type.
    """
    parts: list[dict[str, np.ndarray]] = [{name: np.empty(0, dtype=np.int64) for name in NUMBERS}]
    parts[0] |= {name: np.empty(0) for name in SHARES}
    for type_no in np.unique(columns["type_no"]):
        mine = {name: values[columns["type_no"] == type_no] for name, values in columns.items()}
        chain = chain_of(mine["from_no"], mine["to_no"], mine["channel_no"])
        value = np.nan_to_num(mine["value"])
        found = solve(chain, mine["transitions"][None].astype(float), value[None])
        worth = np.where(np.isnan(mine["value"]).all(), np.nan, found.worth)
        size = len(chain.channels)
        numbers = (np.full(size, type_no), chain.channels, np.full(size, mine["checksum"][0]))
        effects = (effects_of(found.lost_conversions, found.conversions), effects_of(found.lost_worth, worth))
        shares = zip(SHARES, (by_row[0] for by_row in effects), strict=True)
        parts.append(dict(zip(NUMBERS, numbers, strict=True)) | dict(shares))
    return {name: np.concatenate([part[name] for part in parts]) for name in (*NUMBERS, *SHARES)}
