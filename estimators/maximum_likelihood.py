"""The parameters, all positive, that make what was seen most likely, or why there are none to tell."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

Columns = Mapping[str, np.ndarray]
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
# What it takes: the parameters. What it gives: the log-likelihood and its derivative by each of them.
Likelihood = Callable[[Floats], tuple[float, Floats]]

FITTED, TOO_FEW_CUSTOMERS, TOO_FEW_EVENTS, NOT_CONVERGED, WITHOUT_MEAN = range(5)
DIGITS = 9
FARTHEST = 12.0  # of a parameter's logarithm: 160,000, and one by as much
NEWTON_STEPS = 60
CLOSE_ENOUGH = 1e-6
WIDTH = 1e-4


class Fit(NamedTuple):
    """Parameters and log-likelihood, NaN beside a refusal; needed: of what was too few."""

    parameters: Floats
    log_likelihood: float
    refusal: int
    needed: int = 0


class Predictions(NamedTuple):
    """Of the rows of one fit: the fit, how many customers it learnt from, and figures, each a value a row."""

    fit: Fit
    customers: int
    figures: Sequence[Floats]


def of_each_fit(
    columns: Columns,
    keys: Sequence[str],
    figures: Sequence[str],
    parameters: Sequence[str],
    predict: Callable[[Columns], Predictions],
) -> dict[str, np.ndarray]:
    """The keys of every row and the figures that are predicted of it, fit by fit (fit_no).

    Every row repeats its fit's parameters and log-likelihood, or its refusal with how many were needed, and
    the customers it was fitted to.
    """
    size = len(columns["fit_no"])
    found = {name: np.full(size, np.nan) for name in (*figures, *parameters, "log_likelihood")}
    counts = {name: np.zeros(size, dtype=np.int64) for name in ("refusal", "needed", "fitted_customers")}
    for number in np.unique(columns["fit_no"]):
        rows = np.flatnonzero(columns["fit_no"] == number)
        made, customers, values = predict({name: column[rows] for name, column in columns.items()})
        for name, value in zip(figures, values, strict=True):
            found[name][rows] = np.round(value, DIGITS)
        for name, parameter in zip(parameters, made.parameters, strict=True):
            found[name][rows] = parameter
        found["log_likelihood"][rows] = made.log_likelihood
        counts["refusal"][rows], counts["needed"][rows] = made.refusal, made.needed
        counts["fitted_customers"][rows] = customers
    return {**{name: columns[name] for name in keys}, **found, **counts}


def refused(parameters: int, refusal: int, needed: int = 0) -> Fit:
    """No fit of so many parameters."""
    return Fit(np.full(parameters, np.nan), np.nan, refusal, needed)


def fit(likelihood: Likelihood, starts: Sequence[Sequence[float]], customers: float) -> Fit:
    """The best of what is found from several starts, if it is a maximum.

    Found on logarithms. What tells a maximum from a ridge that rises for ever is Newton's step: near the one
    it shrinks, along the other it goes on until the parameter is out of all proportion.
    """
    # Threads would add up in an order of their own, and so to other last digits.
    with threadpool_limits(1):
        loss = _loss(likelihood, customers)
        bounds = [(-FARTHEST, FARTHEST)] * len(starts[0])
        tried = [
            minimize(
                loss, np.log(start), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}
            )
            for start in starts
        ]
        top = _climbed(loss, min(tried, key=lambda one: float(one.fun)).x)
        if top is None:
            return refused(len(starts[0]), NOT_CONVERGED)
        parameters = np.asarray(np.round(np.exp(top), DIGITS), dtype=np.float64)
        return Fit(parameters, round(likelihood(parameters)[0], DIGITS), FITTED)


def _loss(likelihood: Likelihood, customers: float) -> Likelihood:
    """What is to be least, per customer, by the parameters' logarithms."""

    def loss(place: Floats) -> tuple[float, Floats]:
        value, gradient = likelihood(np.exp(place))
        return -value / customers, -gradient * np.exp(place) / customers

    return loss


def _climbed(loss: Likelihood, place: Floats) -> Floats | None:
    """Where Newton's way from there ends, if that is a maximum."""
    for _ in range(NEWTON_STEPS):
        if np.abs(place).max() >= FARTHEST - CLOSE_ENOUGH:
            return None
        curvature = np.array(
            [
                (loss(place + step)[1] - loss(place - step)[1]) / (2 * WIDTH)
                for step in WIDTH * np.eye(len(place))
            ]
        )
        values, directions = np.linalg.eigh((curvature + curvature.T) / 2)
        if values.min() <= 0:
            return None
        step = -directions @ ((directions.T @ loss(place)[1]) / values)
        if np.abs(step).max() < CLOSE_ENOUGH:
            return np.asarray(place + step)
        place = np.clip(place + step * min(1.0, 1.0 / np.abs(step).max()), -FARTHEST, FARTHEST)
    return None
