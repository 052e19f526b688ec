"""How far channel totals would differ, had other journeys of the same kind come: the Poisson bootstrap.

In each draw a journey counts as often as a Poisson(1) number says (Hanley, MacGibbon 2006: Creating
non-parametric bootstrap samples using Poisson frequencies), so that journeys are drawn one by one.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from scipy.sparse import csc_array, csr_array
from scipy.stats import poisson

from estimators.checksums import rows_checksum
from estimators.markov import CONVERSION, LOST, START, Chain, chain_of, effects_of, solve

Columns = Mapping[str, np.ndarray]
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

PERCENTILES = (2.5, 97.5)
DIGITS = 9
# 512 journeys × 400 draws stay near the processor; a chain's matrices take 64 MB at a time.
JOURNEYS_AT_ONCE = 512
MOST_NUMBERS = 8_000_000


def weights(alike: np.ndarray, seed: int, draws: int) -> Iterator[tuple[slice, Floats]]:
    """How often each journey counts in each draw, some journeys at a time; alike: how many each stands for.

    So many journeys count as often as a Poisson number of that mean says. A journey's numbers depend on
    nothing behind it.
    """
    generator = np.random.default_rng(seed)
    below = poisson.cdf(np.arange(16), 1)
    # 32 random bits against the distribution function; the upper 16 nearly always tell.
    least, most = (
        np.searchsorted(below, (np.arange(2**16) + end) / 2**16, "right") for end in (0, 1 - 2**-16)
    )
    table, is_unsure = least.astype(float), least != most
    for start in range(0, len(alike), JOURNEYS_AT_ONCE):
        some = slice(start, start + JOURNEYS_AT_ONCE)
        bits = generator.integers(0, 2**32, (len(alike[some]), draws), dtype=np.uint32)
        counted, unsure = table[bits >> 16], is_unsure[bits >> 16]
        counted[unsure] = np.searchsorted(below, bits[unsure] / 2**32, "right")
        several = np.flatnonzero(alike[some] != 1)
        counted[several] = generator.poisson(alike[some][several, None], (len(several), draws))
        yield some, counted


def drawn_sums(
    amounts: csc_array, alike: np.ndarray, value: np.ndarray, seed: int, draws: int
) -> tuple[Floats, Floats]:
    """Of each row of amounts (one column a journey) its sum by draw, and that of amounts × value."""
    sums, worth = np.zeros((amounts.shape[0], draws)), np.zeros((amounts.shape[0], draws))
    for some, counted in weights(alike, seed, draws):
        sums += amounts[:, some] @ counted
        if value.any():
            worth += amounts[:, some] @ (counted * value[some, None])
    return sums, worth


def ends_of(conversions: Floats, worth: Floats, has_value: bool) -> dict[str, Floats]:
    """The ends of the middle 95 % of the draws of each row; NaN where nobody knows a value."""
    found = {}
    for name, sums in (("conversions", conversions), ("value", worth)):
        ends = np.percentile(sums, PERCENTILES, axis=1)
        ends = np.round(ends, DIGITS) if name == "conversions" or has_value else np.full(ends.shape, np.nan)
        found[f"{name}_low"], found[f"{name}_high"] = ends
    return found


def credit_intervals(columns: Columns, seed: int = 7, draws: int = 400) -> dict[str, np.ndarray]:
    """Intervals of what each model gives each channel, by count and by value.

    A row is the credit of a conversion of a type (journey_no, from 1) to a channel by a model, and the
    conversion's value (NaN: none). The checksum is that of the type's rows.
    """
    names = ("journey_no", "model_no", "channel_no", "credit", "value")
    checksum = rows_checksum(columns["type_no"], *(columns[name] for name in names))
    parts = []
    for type_no, is_mine in by_type(columns):
        mine = {name: columns[name][is_mine] for name in names}
        span, journeys = int(mine["channel_no"].max()) + 1, int(mine["journey_no"].max())
        code = mine["model_no"].astype(np.int32) * span + mine["channel_no"]
        cells = np.flatnonzero(np.bincount(code))
        size, places = len(cells), (np.searchsorted(cells, code), mine["journey_no"] - 1)
        matrix = csc_array((mine["credit"], places), shape=(size, journeys))
        value = np.zeros(journeys)
        value[places[1]] = np.nan_to_num(mine["value"])
        sums = drawn_sums(matrix, np.ones(journeys), value, seed, draws)
        has_value = not np.isnan(mine["value"]).all()
        numbers = {"type_no": np.full(size, type_no), "model_no": cells // span, "channel_no": cells % span}
        told = {"checksum": np.full(size, checksum[is_mine][0])}
        parts.append(numbers | told | ends_of(*sums, has_value))
    return together(parts, ("type_no", "model_no", "channel_no", "checksum"))


def markov_intervals(columns: Columns, seed: int = 7, draws: int = 400) -> dict[str, np.ndarray]:
    """Intervals of what the Markov model gives each channel, its chain solved anew in each draw.

    A row is a transition that a journey makes, as often as it makes it, as removal_effects reads them, with
    how many journeys are alike (journeys) and the conversion's value (NaN: none). A conversion's journey is
    of a type (type_no, journey_no from 1); a lost one is of type 0, numbered from 1 too, and lost to the
    types that are bits of lost_types. A conversion is spread over its touches in proportion to their effects.
    """
    names = ("type_no", "lost_types", "journey_no", "from_no", "to_no", "channel_no", "journeys", "value")
    size = len(columns["type_no"])
    checksum = rows_checksum(np.zeros(size, dtype=np.int8), *(columns[name] for name in names))
    parts = []
    for type_no in np.unique(columns["type_no"][columns["to_no"] == CONVERSION]):
        mine = journeys_of(columns, int(type_no))
        ends = np.flatnonzero(mine["to_no"] < START)
        ends = ends[np.argsort(mine["place"][ends])]
        alike, value = mine["journeys"][ends].astype(float), np.nan_to_num(mine["value"][ends])
        chain, effects = drawn_effects(mine, alike, seed, draws)
        is_touch = (mine["to_no"] > START) & mine["is_converted"]
        places = mine["place"][is_touch], np.searchsorted(chain.channels, mine["channel_no"][is_touch])
        shape = (int((mine["to_no"] == CONVERSION).sum()), len(chain.channels))
        sold = csr_array((np.ones(len(places[0])), places), shape=shape)
        conversions, worth = spread(sold, effects, value, seed)
        has_value = not np.isnan(mine["value"]).all()
        numbers = {"type_no": np.full(shape[1], type_no), "channel_no": chain.channels}
        told = {"checksum": np.full(shape[1], checksum[0])}
        parts.append(numbers | told | ends_of(conversions, worth, has_value))
    return together(parts, ("type_no", "channel_no", "checksum"))


def journeys_of(columns: Columns, type_no: int) -> dict[str, np.ndarray]:
    """The transitions of a type's journeys; place: a journey's from 0, conversions first."""
    is_converted = columns["type_no"] == type_no
    is_mine = is_converted | ((columns["lost_types"] >> (type_no - 1)) & 1).astype(bool)
    names = ("from_no", "to_no", "channel_no", "journeys", "value")
    mine = {name: columns[name][is_mine] for name in names}
    mine["is_converted"] = is_converted[is_mine]
    # As many places as journeys: conversions keep theirs, whoever else was lost.
    number = columns["journey_no"][is_mine].astype(np.int64)
    sold = number[mine["is_converted"]].max()
    _, mine["place"] = np.unique(np.where(mine["is_converted"], number, number + sold), return_inverse=True)
    return mine


def drawn_effects(mine: Columns, alike: np.ndarray, seed: int, draws: int) -> tuple[Chain, Floats]:
    """The chain of all journeys, and of each channel (rows) the removal effect in each draw."""
    span = int(mine["to_no"].max()) + 1 - LOST
    pairs, first, pair = np.unique(
        mine["from_no"].astype(np.int64) * span + mine["to_no"] - LOST, return_index=True, return_inverse=True
    )
    chain = chain_of(pairs // span, pairs % span + LOST, mine["channel_no"][first])
    times = csc_array((np.ones(len(pair)), (pair, mine["place"])), shape=(len(pairs), len(alike)))
    counted = drawn_sums(times, alike, np.zeros(len(alike)), seed, draws)[0].T
    at_once = max(1, MOST_NUMBERS // max(1, len(chain.states)) ** 2)
    effects = []
    for start in range(0, draws, at_once):
        some = counted[start : start + at_once]
        found = solve(chain, some, np.zeros_like(some))
        effects.append(np.nan_to_num(effects_of(found.lost_conversions, found.conversions)))
    return chain, np.concatenate(effects).T


def spread(touches: csr_array, effects: Floats, value: np.ndarray, seed: int) -> tuple[Floats, Floats]:
    """Of each channel (rows) the conversions and the value that its share of the effects takes in each draw.

    touches: one row a conversion, one column a channel. A drawn conversion has a channel with an effect.
    """
    conversions, worth = np.zeros(effects.shape), np.zeros(effects.shape)
    for some, counted in weights(np.ones(touches.shape[0]), seed, effects.shape[1]):
        mine = touches[some]
        among = mine @ effects
        each = np.divide(counted, among, out=np.zeros_like(among), where=among > 0)
        conversions += mine.T @ each
        worth += mine.T @ (each * value[some.start : some.start + len(each), None])
    return effects * conversions, effects * worth


def by_type(columns: Columns) -> Iterator[tuple[int, np.ndarray]]:
    """The types, and which rows are of each."""
    for type_no in np.unique(columns["type_no"]):
        yield int(type_no), columns["type_no"] == type_no


def together(parts: list[dict[str, np.ndarray]], numbers: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The types' columns as one; without any, columns without rows."""
    empty = ends_of(np.empty((0, 1)), np.empty((0, 1)), has_value=True)
    none = {name: np.empty(0, dtype=np.int64) for name in numbers} | empty
    return {name: np.concatenate([column, *(part[name] for part in parts)]) for name, column in none.items()}
