"""What open deals will bring: the distribution of a sum of independent deals, by drawing it."""

from collections.abc import Mapping

import numpy as np

Columns = Mapping[str, np.ndarray]

QUANTILES = (0.1, 0.5, 0.9)
DIGITS = 6
DEALS_AT_ONCE = 256


def draw_forecasts(columns: Columns, seed: int = 7, draws: int = 10_000) -> dict[str, np.ndarray]:
    """Quantiles of what each forecast's deals bring, and the share of draws that reach its target.

    A row is a deal of a forecast: forecast_no, probability of winning, amount, and the forecast's target
    (NaN: none). Every forecast draws the same numbers for its deals in order of probability and amount, so
    that neither another forecast nor the numbering changes its result.
    """
    order = np.lexsort((columns["amount"], columns["probability"], columns["forecast_no"]))
    numbers, starts = np.unique(columns["forecast_no"][order], return_index=True)
    quantiles = np.full((len(numbers), len(QUANTILES)), np.nan)
    expected, reached = np.zeros(len(numbers)), np.full(len(numbers), np.nan)
    ends = [*starts[1:], len(order)]
    for row, (start, end) in enumerate(zip(starts, ends, strict=False)):
        deals = order[start:end]
        probability, amount = columns["probability"][deals], columns["amount"][deals]
        sums = drawn_sums(probability, amount, seed, draws)
        quantiles[row] = quantiles_of(sums)
        expected[row] = np.round(np.sum(probability * amount), DIGITS)
        target = columns["target"][deals[0]]
        if not np.isnan(target):
            reached[row] = np.mean(sums >= target)
    return {
        "forecast_no": numbers,
        "expected": expected,
        "p10": quantiles[:, 0],
        "p50": quantiles[:, 1],
        "p90": quantiles[:, 2],
        "probability_of_target": reached,
    }


def drawn_sums(probability: np.ndarray, amount: np.ndarray, seed: int, draws: int) -> np.ndarray:
    """So many draws of the sum of the amounts of the deals that are won.

    Amounts are added one after the other and never by a matrix product, whose order is the machine's.
    """
    certain = np.sum(amount[probability >= 1])
    is_open = (probability > 0) & (probability < 1)
    chance, worth = probability[is_open, None], amount[is_open, None]
    generator = np.random.default_rng(seed)
    sums = np.full(draws, float(certain))
    for start in range(0, len(chance), DEALS_AT_ONCE):
        batch = slice(start, start + DEALS_AT_ONCE)
        lots = generator.random((len(chance[batch]), draws))
        sums += np.where(lots < chance[batch], worth[batch], 0.0).sum(axis=0)
    return np.round(sums, DIGITS)


def quantiles_of(sums: np.ndarray) -> np.ndarray:
    """Of each share, the least sum that at least this share of the draws doesn't exceed."""
    return np.quantile(sums, QUANTILES, method="inverted_cdf")
