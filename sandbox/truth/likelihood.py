"""The value models by their plain formulas, and the simplex that climbs to their most likely parameters.

BG/NBD: Fader, Hardie and Lee (2005). Gamma-gamma: Fader and Hardie (2013). sBG: Fader and Hardie (2007).
"""

from collections.abc import Callable, Sequence
from math import exp, inf, lgamma, log

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
History = tuple[int, float, float]  # repeat purchases, weeks from the first to the last and to the end
Spend = tuple[int, float]  # repeat purchases, their mean value
Stay = tuple[int, bool]  # months, whether it ended with the last of them
FARTHEST = 11.5
MOST_MONTHS = 5_000


def most_likely(likelihood: Callable[[Floats], float], starts: Sequence[Sequence[float]]) -> Floats | None:
    """The parameters, all positive, by Nelder and Mead's simplex on logarithms; None where it runs away."""

    def loss(place: Floats) -> float:
        return -likelihood(np.exp(place)) if np.abs(place).max() < FARTHEST + 1 else inf

    best = min((climbed(loss, np.log(start)) for start in starts), key=loss)
    best = climbed(loss, climbed(loss, best))
    return None if np.abs(best).max() > FARTHEST else np.asarray(np.exp(best))


def climbed(loss: Callable[[Floats], float], start: Floats) -> Floats:
    """Where a simplex about the start comes to rest."""
    corners = [_at(loss, place) for place in (start, *(start + 0.3 * unit for unit in np.eye(len(start))))]
    for _ in range(3_000):
        corners.sort(key=lambda corner: corner[0])
        (least, best), (second, _), (most, worst) = corners[0], corners[-2], corners[-1]
        if most - least < 1e-11 and np.abs(worst - best).max() < 1e-7:
            break
        middle = np.mean([corner for _, corner in corners[:-1]], axis=0)
        turned = _at(loss, 2 * middle - worst)
        if turned[0] < least:
            corners[-1] = min(turned, _at(loss, 3 * middle - 2 * worst), key=lambda corner: corner[0])
        elif turned[0] < second:
            corners[-1] = turned
        else:
            nearer = _at(loss, (middle + min(turned, corners[-1], key=lambda corner: corner[0])[1]) / 2)
            if nearer[0] < min(turned[0], most):
                corners[-1] = nearer
            else:
                corners = [corners[0], *(_at(loss, (best + corner) / 2) for _, corner in corners[1:])]
    return min(corners, key=lambda corner: corner[0])[1]


def _at(loss: Callable[[Floats], float], place: Floats) -> tuple[float, Floats]:
    return loss(place), place


def log_beta(one: float, other: float) -> float:
    """The logarithm of the beta function."""
    return lgamma(one) + lgamma(other) - lgamma(one + other)


def bg_nbd(parameters: Floats, histories: Sequence[History]) -> float:
    """The log-likelihood of customers' purchases."""
    r, alpha, a, b = map(float, parameters)
    total = 0.0
    for x, recency, age in histories:
        still = log_beta(a, b + x) - log_beta(a, b) - (r + x) * log(alpha + age)
        total += lgamma(r + x) - lgamma(r) + r * log(alpha)
        if x == 0:
            total += still
            continue
        gone = log_beta(a + 1, b + x - 1) - log_beta(a, b) - (r + x) * log(alpha + recency)
        top = max(still, gone)
        total += top + log(exp(still - top) + exp(gone - top))
    return total


def alive(parameters: Floats, history: History) -> float:
    """The chance that a customer hasn't left."""
    r, alpha, a, b = map(float, parameters)
    x, recency, age = history
    return 1 / (1 + a / (b + x - 1) * ((alpha + age) / (alpha + recency)) ** (r + x)) if x else 1.0


def purchases(parameters: Floats, history: History, weeks: float) -> float:
    """The purchases to expect of a customer, by equation (10) and its hypergeometric series."""
    r, alpha, a, b = map(float, parameters)
    x, _, age = history
    share = weeks / (alpha + age + weeks)
    term = series = 1.0
    for number in range(100_000):
        term *= (r + x + number) * (b + x + number) / ((a + b + x - 1 + number) * (1 + number)) * share
        series += term
        if term < 1e-13 * series:
            break
    fraction = ((alpha + age) / (alpha + age + weeks)) ** (r + x) * series
    return (a + b + x - 1) / (a - 1) * (1 - fraction) * alive(parameters, history)


def gamma_gamma(parameters: Floats, spends: Sequence[Spend]) -> float:
    """The log-likelihood of customers' mean purchases."""
    p, q, gamma = map(float, parameters)
    return sum(
        lgamma(p * x + q) - lgamma(p * x) - lgamma(q) + q * log(gamma)
        + (p * x - 1) * log(mean) + p * x * log(x) - (p * x + q) * log(gamma + x * mean)
        for x, mean in spends
    )  # fmt: skip


def purchase_value(parameters: Floats, x: int, mean: float) -> float:
    """The mean purchase to expect of a customer."""
    p, q, gamma = map(float, parameters)
    return p * (gamma + x * mean) / (p * x + q - 1)


def stays_on(parameters: Floats, months: int) -> float:
    """The share of customers that renew after so many months."""
    alpha, beta = map(float, parameters)
    return exp(log_beta(alpha, beta + months) - log_beta(alpha, beta))


def sbg(parameters: Floats, stays: Sequence[Stay]) -> float:
    """The log-likelihood of stays: of those that ended after so many months, and of those that went on."""
    alpha, beta = map(float, parameters)
    return sum(
        log_beta(alpha + (1 if is_over else 0), beta + months - (1 if is_over else 0)) - log_beta(alpha, beta)
        for months, is_over in stays
    )


def months_to_come(parameters: Floats, month: int, discount: float) -> float:
    """The discounted months to expect of a customer beyond its running one."""
    before = stays_on(parameters, month - 1)
    return sum(
        stays_on(parameters, later) / before / (1 + discount) ** (later - month)
        for later in range(month, month + MOST_MONTHS)
    )
