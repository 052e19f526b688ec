"""sBG against its paper's table, its sums written out, on simulated customers, and where it must refuse."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from estimators import sbg
from estimators.maximum_likelihood import FITTED, NOT_CONVERGED, TOO_FEW_CUSTOMERS, TOO_FEW_EVENTS
from estimators.sbg import log_likelihood, project_terms, residual_terms, survival

# Fader and Hardie (2007), table 1: who is left of 1,000 after each year; fitted on the first seven.
HIGH_END = (1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394)
REGULAR = (1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173)
TERMS = np.arange(1, 8)


def columns_of(churned: np.ndarray, censored: np.ndarray, discount: float = 0.1) -> dict[str, np.ndarray]:
    size = len(churned)
    return {
        "fit_no": np.zeros(size, dtype=np.int64),
        "term": np.arange(1, size + 1),
        "churned": churned,
        "censored": censored,
        "discount": np.full(size, discount),
        "checksum": np.full(size, 5),
    }


def table(left: tuple[int, ...]) -> dict[str, np.ndarray]:
    """The first seven years of a column of the table."""
    churned = -np.diff(left[:8])
    return columns_of(churned, np.array([0] * 6 + [left[7]]))


@pytest.mark.parametrize(
    ("left", "alpha", "beta", "likelihood"),
    [(HIGH_END, 0.668, 3.806, -1611.158), (REGULAR, 0.704, 1.182, -1680.265)],
    ids=["high end", "regular"],
)
def test_the_paper_s_table(left: tuple[int, ...], alpha: float, beta: float, likelihood: float) -> None:
    """Its estimates; and five years on, the share left is no further off than the paper's figure shows."""
    found = project_terms(table(left))
    assert (round(found["alpha"][0], 3), round(found["beta"][0], 3)) == (alpha, beta)
    assert found["log_likelihood"][0] == pytest.approx(likelihood, abs=1e-3)
    assert (found["refusal"][0], found["fitted_customers"][0]) == (FITTED, 1000)
    later = survival(np.array([found["alpha"][0], found["beta"][0]]), np.arange(8, 13))
    assert later == pytest.approx(np.array(left[8:]) / 1000, abs=0.017)


def test_survival_is_the_paper_s_recursion() -> None:
    """P(T = 1) = alpha / (alpha + beta), P(T = t) = P(T = t − 1) (beta + t − 2) / (alpha + beta + t − 1)."""
    alpha, beta = 0.668, 3.806
    chances = [alpha / (alpha + beta)]
    for term in range(2, 30):
        chances.append(chances[-1] * (beta + term - 2) / (alpha + beta + term - 1))
    found = survival(np.array([alpha, beta]), np.arange(1, 30))
    assert found == pytest.approx(1 - np.cumsum(chances), abs=1e-12)
    likely = log_likelihood(np.array([alpha, beta]), np.arange(1.0, 30), np.eye(29)[4], np.zeros(29))[0]
    assert likely == pytest.approx(np.log(chances[4]), abs=1e-12)


@pytest.mark.parametrize("discount", [0.01, 0.1, 0.5])
@pytest.mark.parametrize(("alpha", "beta"), [(0.668, 3.806), (3.0, 2.0)])
def test_the_terms_to_come_are_their_sum(alpha: float, beta: float, discount: float) -> None:
    parameters, terms = np.array([alpha, beta]), np.arange(1, 6_000)
    shares = survival(parameters, terms)
    for term in (1, 2, 12):
        before = survival(parameters, np.array([term - 1]))
        later = terms >= term
        told = (shares[later] / before * (1 + discount) ** -(terms[later] - term)).sum()
        found = residual_terms(parameters, np.array([term]), np.array([discount]))
        assert found[0] == pytest.approx(told, rel=1e-10)


def test_without_a_discount_few_who_stay_stay_for_ever() -> None:
    found = residual_terms(np.array([0.7, 2.0]), np.array([1, 5]), np.zeros(2))
    assert np.isnan(found).all()
    assert residual_terms(np.array([3.0, 2.0]), np.array([1]), np.zeros(1)) == pytest.approx([1.0])


def test_its_gradient_is_that_of_differences() -> None:
    terms, churned, censored = TERMS.astype(float), np.arange(7.0), np.arange(7.0)[::-1]
    for place in (np.array([0.668, 3.806]), np.array([20.0, 0.3])):
        told = approx_fprime(place, lambda one: log_likelihood(one, terms, churned, censored)[0], 1e-7)
        assert log_likelihood(place, terms, churned, censored)[1] == pytest.approx(told, rel=1e-4, abs=1e-3)


def test_planted_parameters_are_found() -> None:
    """From customers who are watched for differing lengths of time, within three standard errors."""
    rng, planted, size = np.random.default_rng(3), np.array([1.2, 6.0]), 30_000
    stays, watched = rng.geometric(rng.beta(*planted, size)), rng.integers(1, 25, size)
    has_left = stays <= watched
    counts = [
        np.bincount(np.minimum(stays, watched)[mine], minlength=25)[1:] for mine in (has_left, ~has_left)
    ]
    found = project_terms(columns_of(*counts))
    fitted = np.array([found["alpha"][0], found["beta"][0]])
    terms = np.arange(1.0, 25)

    def gradient(place: np.ndarray) -> np.ndarray:
        return log_likelihood(place, terms, *counts)[1]

    steps = 1e-5 * np.diag(fitted)
    curvature = np.array(
        [(gradient(fitted + step) - gradient(fitted - step)) / (2 * step.max()) for step in steps]
    )
    errors = np.sqrt(np.diag(np.linalg.inv(-(curvature + curvature.T) / 2)))
    assert (np.abs(fitted - planted) < 3 * errors).all(), (fitted, errors)


@pytest.mark.parametrize(
    ("churned", "censored", "refusal", "needed"),
    [
        ([30, 10], [0, 9], TOO_FEW_CUSTOMERS, 50),
        ([20, 9], [0, 971], TOO_FEW_EVENTS, 30),
        ([1000, 0], [0, 0], NOT_CONVERGED, 0),
        ([512, 256, 128, 64], [0, 0, 0, 64], NOT_CONVERGED, 0),
    ],
    ids=["too few customers", "hardly anybody left", "everybody left at once", "all alike"],
)
def test_what_cannot_be_fitted_is_refused(
    churned: list[int], censored: list[int], refusal: int, needed: int
) -> None:
    found = project_terms(columns_of(np.array(churned), np.array(censored)))
    assert set(found["refusal"]) == {refusal}
    assert set(found["needed"]) == {needed}
    for name in (*sbg.PARAMETERS, "log_likelihood", "survival", "residual_terms"):
        assert np.isnan(found[name]).all(), name
