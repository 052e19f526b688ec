"""Gamma-gamma against its note, by the mean it must have, on simulated customers, and where it refuses."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import approx_fprime
from scipy.stats import gamma as gamma_distribution

from estimators import gamma_gamma
from estimators.gamma_gamma import expected_value, log_likelihood, predict_spend
from estimators.maximum_likelihood import (
    FITTED,
    NOT_CONVERGED,
    TOO_FEW_EVENTS,
    WITHOUT_MEAN,
)
from tests.cdnow import cdnow

PLANTED = np.array([6.0, 4.0, 15.0])


def columns_of(x: np.ndarray, value: np.ndarray) -> dict[str, np.ndarray]:
    size = len(x)
    return {
        "row_no": np.arange(size),
        "checksum": np.full(size, 5),
        "fit_no": np.zeros(size, dtype=np.int64),
        "x": x,
        "mean_value": value,
    }


def simulated(customers: int, q: float, seed: int) -> dict[str, np.ndarray]:
    """Customers whose purchases are Gamma distributed about means that differ, the less the larger q."""
    p, _, gamma = PLANTED
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 8, customers)
    scale = 1 / rng.gamma(q, 1 / gamma, customers)
    return columns_of(x, rng.gamma(p * x, scale) / x)


def fitted(found: dict[str, np.ndarray]) -> list[float]:
    return [float(found[name][0]) for name in gamma_gamma.PARAMETERS]


def test_the_note_s_estimates() -> None:
    """p 6.25, q 3.74, gamma 15.44; a mean of 35.2 for everybody, and 24.66 for who spent 22.35 twice."""
    found = predict_spend(columns_of(cdnow()["x"], cdnow()["mean_value"]))
    assert fitted(found) == pytest.approx([6.25, 3.74, 15.44], abs=0.01)
    assert round(found["expected_value"][0], 2) == 24.66
    assert found["expected_value"][cdnow()["x"] == 0] == pytest.approx(35.17, abs=0.005)
    assert (found["refusal"][0], found["fitted_customers"][0]) == (FITTED, 946)


def test_its_gradient_is_that_of_differences() -> None:
    kept = cdnow()["x"] > 0
    x, value = cdnow()["x"][kept].astype(float), cdnow()["mean_value"][kept]
    for place in (np.array([6.25, 3.74, 15.44]), np.array([0.5, 1.5, 200.0])):
        told = approx_fprime(place, lambda one: log_likelihood(one, x, value)[0], 1e-7)
        assert log_likelihood(place, x, value)[1] == pytest.approx(told, rel=1e-4, abs=1e-2)


def test_what_is_likely_is_a_density() -> None:
    """Of two customers with 3 purchases each one mean is certain: the likelihood integrates to 1."""

    def density(value: float) -> float:
        return float(np.exp(log_likelihood(PLANTED, np.array([3.0]), np.array([value]))[0]))

    assert quad(density, 0, 30)[0] + quad(density, 30, np.inf)[0] == pytest.approx(1, abs=1e-7)


def test_an_expectation_is_that_of_integration() -> None:
    """The mean of p / nu over what nu may be once 2 purchases of 22.35 were seen."""
    p, q, gamma = PLANTED
    nu = gamma_distribution(p * 2 + q, scale=1 / (gamma + 2 * 22.35))
    told = quad(lambda one: p / one * nu.pdf(one), 0, 5, limit=200)[0]
    assert expected_value(PLANTED, np.array([2.0]), np.array([22.35]))[0] == pytest.approx(told, rel=1e-7)


def test_planted_parameters_are_found() -> None:
    """Each within three of its standard errors, which the curvature at the maximum tells."""
    given = simulated(20_000, PLANTED[1], seed=3)
    found = np.array(fitted(predict_spend(given)))
    steps = 1e-5 * np.diag(found)

    def gradient(place: np.ndarray) -> np.ndarray:
        return log_likelihood(place, given["x"].astype(float), given["mean_value"])[1]

    curvature = np.array(
        [(gradient(found + step) - gradient(found - step)) / (2 * step.max()) for step in steps]
    )
    errors = np.sqrt(np.diag(np.linalg.inv(-(curvature + curvature.T) / 2)))
    assert (np.abs(found - PLANTED) < 3 * errors).all(), (found, errors)


def test_neither_order_nor_currency_matters() -> None:
    given = simulated(3_000, 4.0, seed=4)
    order = np.random.default_rng(1).permutation(3_000)
    one = predict_spend(given)
    shuffled = predict_spend(columns_of(given["x"][order], given["mean_value"][order]))
    assert fitted(one) == fitted(shuffled)
    assert (one["expected_value"][order] == shuffled["expected_value"]).all()
    dear = predict_spend(columns_of(given["x"], given["mean_value"] * 1e7))
    assert dear["expected_value"] == pytest.approx(one["expected_value"] * 1e7, rel=1e-6)


@pytest.mark.parametrize(
    ("given", "refusal", "needed"),
    [
        (simulated(29, 4.0, seed=1), TOO_FEW_EVENTS, 30),
        (columns_of(np.full(500, 3), np.zeros(500)), TOO_FEW_EVENTS, 30),
        (columns_of(np.zeros(500, dtype=np.int64), np.full(500, np.nan)), TOO_FEW_EVENTS, 30),
        (simulated(2_000, 1e7, seed=1), NOT_CONVERGED, 0),
        (simulated(2_000, 0.6, seed=1), WITHOUT_MEAN, 0),
    ],
    ids=["too few customers", "nothing spent", "nobody came back", "all alike", "without a mean"],
)
def test_what_cannot_be_fitted_is_refused(given: dict[str, np.ndarray], refusal: int, needed: int) -> None:
    found = predict_spend(given)
    assert set(found["refusal"]) == {refusal}
    assert set(found["needed"]) == {needed}
    for name in (*gamma_gamma.PARAMETERS, "log_likelihood", "expected_value"):
        assert np.isnan(found[name]).all(), name
