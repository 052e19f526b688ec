"""What a month will book: open deals, each won with an uncertain chance, and new business, by drawing it."""

from collections.abc import Mapping

import numpy as np

Columns = Mapping[str, np.ndarray]

BOOKED, OPEN_DEAL, EARLIER_WIN, EARLIER_MONTH = range(4)
WIDER_GROUPS = ("of_due", "of_stay")
PRIOR_DEALS = 3  # as many deals of the wider group count beside a group's own
QUANTILES = (0.1, 0.5, 0.9)
DIGITS = 6
LEAST = 1e-9  # a Beta distribution has no parameter 0, to which 1 − a mean next to 1 rounds
DEALS_DRAWN_EACH = 256


def draw_forecasts(columns: Columns, seed: int = 7, draws: int = 10_000) -> dict[str, np.ndarray]:
    """Quantiles of what each forecast's month books, and the share of draws that reach its target.

    Rows of a forecast by row_kind: one with what is booked, the target (NaN: none) and how many wins new
    business brought in how many earlier months; one an open deal with its group, how many deals of it and of
    wider groups were seen and won, and its amount (NaN: not told); one an earlier win with its amount; one an
    earlier month with the deals open before it and won in it. All is NaN where no earlier month was seen.
    Every forecast draws the same numbers for its rows in order of kind, group and amount, so that neither
    another forecast nor the numbering changes its result.
    """
    order = np.lexsort((columns["amount"], columns["cell_no"], columns["row_kind"], columns["forecast_no"]))
    numbers, starts = np.unique(columns["forecast_no"][order], return_index=True)
    quantiles = np.full((len(numbers), len(QUANTILES)), np.nan)
    reached = np.full(len(numbers), np.nan)
    for row, rows in enumerate(np.split(order, starts[1:]) if len(order) else []):
        forecast = {name: values[rows] for name, values in columns.items()}
        if not is_learnt(forecast):
            continue
        sums = drawn_sums(forecast, np.random.default_rng(seed), draws)
        quantiles[row] = np.quantile(sums, QUANTILES, method="inverted_cdf")
        target = forecast["target"][0]
        if not np.isnan(target):
            reached[row] = np.mean(sums >= target)
    return {
        "forecast_no": numbers,
        "checksum": columns["checksum"][order][starts],
        "p10": quantiles[:, 0],
        "p50": quantiles[:, 1],
        "p90": quantiles[:, 2],
        "probability_of_target": reached,
    }


def is_learnt(forecast: Columns) -> bool:
    """Whether an earlier month was seen, with open deals where there are some to judge."""
    is_open = forecast["row_kind"] == OPEN_DEAL
    return bool(forecast["new_months"][0] > 0 and (forecast["seen_of_all"][is_open] > 0).all())


def drawn_sums(forecast: Columns, generator: np.random.Generator, draws: int) -> np.ndarray:
    """So many draws of what is booked, what open deals bring and what new business brings."""
    kind, amount = forecast["row_kind"], forecast["amount"]
    is_open = kind == OPEN_DEAL
    deals = {name: values[is_open] for name, values in forecast.items()}
    won, missed = beta_of(deals)
    luck = drawn_luck(
        {name: values[kind == EARLIER_MONTH] for name, values in forecast.items()}, generator, draws
    )
    chances = np.minimum(luck * generator.beta(won[:, None], missed[:, None], (len(won), draws)), 1)
    _, first = np.unique(deals["cell_no"], return_index=True)
    sums, picks = np.full(draws, amount[kind == BOOKED][0]), drawn_new_wins(forecast, luck, generator)
    for chance, amounts in zip(chances, np.split(deals["amount"], first[1:]), strict=bool(len(first))):
        told = amounts[~np.isnan(amounts)]
        sums += sums_of_wins(told, chance, generator)
        picks += generator.binomial(len(amounts) - len(told), chance)
    return np.round(sums + sums_of_picks(amount[kind == EARLIER_WIN], picks, generator), DIGITS)


def beta_of(deals: Columns) -> tuple[np.ndarray, np.ndarray]:
    """Both parameters of the Beta distribution of each group's chance to be won within the month.

    A group counts its own deals, and PRIOR_DEALS more that were won as often as those of the wider group;
    the widest is every deal that was seen (Jeffreys' half a deal won, half a deal not).
    """
    _, first = np.unique(deals["cell_no"], return_index=True)
    mean = (deals["won_of_all"][first] + 0.5) / (deals["seen_of_all"][first] + 1)
    for wider in WIDER_GROUPS:
        won, seen = deals[f"won_{wider}"][first], deals[f"seen_{wider}"][first]
        mean = (won + PRIOR_DEALS * mean) / (seen + PRIOR_DEALS)
    won, seen = deals["won"][first], deals["seen"][first]
    return won + PRIOR_DEALS * mean, np.maximum(seen - won + PRIOR_DEALS * (1 - mean), LEAST)


def sums_of_wins(amounts: np.ndarray, chance: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Per draw the sum of the amounts of the deals that are won, each with the draw's chance.

    Of many deals as many are picked as are won, each at random. Amounts are added one after the other and
    never by a matrix product, whose order is the machine's.
    """
    if len(amounts) > DEALS_DRAWN_EACH:
        return sums_of_picks(amounts, generator.binomial(len(amounts), chance), generator)
    is_won = generator.random((len(amounts), len(chance))) < chance
    return np.where(is_won, amounts[:, None], 0.0).sum(axis=0)


def drawn_luck(months: Columns, generator: np.random.Generator, draws: int) -> np.ndarray:
    """By how much the whole month is better than others; 1 where chance alone explains how months differ.

    The variance of earlier months' wins about what their open deals and the usual new business let expect,
    less that of as many independent wins (Poisson), relative to what was expected: a moment estimator.
    """
    won, seen, new = months["won_of_all"], months["seen_of_all"], months["new_won"]
    variance = 0.0
    if len(seen) > 1 and won.sum() + new.sum() > 0:
        expected = seen * (won.sum() / seen.sum()) + new.mean()
        spread = np.sum((won + new - expected) ** 2) * len(seen) / (len(seen) - 1)
        variance = max(spread - expected.sum(), 0.0) / np.sum(expected**2)
    return np.maximum(1 + np.sqrt(variance) * generator.standard_normal(draws), 0)


def drawn_new_wins(forecast: Columns, luck: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """How many wins new business brings: Poisson, its mean drawn from what the latest months brought.

    All earlier months together count as one month beside the latest.
    """
    usual = forecast["new_won"][0] / forecast["new_months"][0]
    won, months = forecast["latest_new_won"][0] + usual, forecast["latest_new_months"][0] + 1
    return generator.poisson(luck * generator.gamma(won, 1 / months, len(luck)))


def sums_of_picks(amounts: np.ndarray, picks: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Per draw the sum of so many amounts, each picked at random; nothing where there are none."""
    if not len(amounts):
        return np.zeros(len(picks))
    picked = amounts[generator.integers(0, len(amounts), int(picks.sum()))]
    return np.bincount(np.repeat(np.arange(len(picks)), picks), weights=picked, minlength=len(picks))
