"""BG/NBD against its paper, by integration, on simulated customers, and where it must refuse."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import approx_fprime
from scipy.stats import beta as beta_distribution

from estimators import bg_nbd
from estimators.bg_nbd import log_likelihood, predict_purchases
from estimators.maximum_likelihood import FITTED, NOT_CONVERGED, TOO_FEW_CUSTOMERS, TOO_FEW_EVENTS
from tests.cdnow import cdnow

PUBLISHED = np.array([0.243, 4.414, 0.793, 2.426])
PLANTED = np.array([0.8, 6.0, 0.7, 2.5])


def columns_of(
    histories: dict[str, np.ndarray], horizon_days: int = 365, fit_no: int = 0
) -> dict[str, np.ndarray]:
    """What the estimator takes: a row a customer, unless customers says otherwise."""
    size = len(histories["x"])
    taken = {name: histories[name] for name in ("x", "recency_days", "age_days")}
    return {
        "row_no": np.arange(size),
        "checksum": np.full(size, 5),
        "fit_no": np.full(size, fit_no),
        "horizon_days": np.full(size, horizon_days),
        "customers": histories.get("customers", np.ones(size, dtype=np.int64)),
        **taken,
    }


def simulated(parameters: np.ndarray, customers: int, seed: int, days: int = 700) -> dict[str, np.ndarray]:
    """Customers who buy and leave as the model says, first bought on a day of the first half."""
    r, alpha, a, b = parameters
    rng = np.random.default_rng(seed)
    rate, leaves = rng.gamma(r, 1 / alpha, customers), rng.beta(a, b, customers)
    age = rng.integers(days // 2, days, customers)
    x, recency, moment = np.zeros(customers, dtype=np.int64), np.zeros(customers), np.zeros(customers)
    alive = np.ones(customers, dtype=bool)
    while alive.any():
        moment += rng.exponential(1 / rate) * 7
        alive &= moment <= age
        x[alive] += 1
        recency[alive] = moment[alive]
        alive &= rng.random(customers) > leaves
    return {"x": x, "recency_days": recency, "age_days": age.astype(float)}


def test_the_paper_s_estimates() -> None:
    """r .243, alpha 4.414, a .793, b 2.426, likelihood -9582.4; customer 1 buys 1.226 times in 39 weeks."""
    found = predict_purchases(columns_of(cdnow(), horizon_days=39 * 7))
    fitted = [found[name][0] for name in bg_nbd.PARAMETERS]
    assert fitted == pytest.approx(PUBLISHED, abs=5e-4)
    assert found["log_likelihood"][0] == pytest.approx(-9582.429, abs=1e-3)
    assert round(found["expected_orders"][0], 3) == 1.226
    assert (found["refusal"][0], found["fitted_customers"][0]) == (FITTED, 2357)
    assert (found["probability_alive"][found["row_no"][cdnow()["x"] == 0]] == 1).all()


def test_its_gradient_is_that_of_differences() -> None:
    given = columns_of(cdnow())
    x, recency, age, _ = bg_nbd.weeks_of(given)
    weights = np.linspace(0.5, 2, len(x))
    for place in (PUBLISHED, PLANTED, np.array([5.0, 0.3, 0.1, 0.2])):
        told = approx_fprime(place, lambda one: log_likelihood(one, x, recency, age, weights)[0], 1e-7)
        assert log_likelihood(place, x, recency, age, weights)[1] == pytest.approx(told, rel=1e-4, abs=1e-1)


@pytest.mark.parametrize("a", [0.4, 0.793, 0.99995, 1.0, 1.00008, 3.0])
@pytest.mark.parametrize(
    ("x", "recency", "age"), [(0, 0.0, 20.0), (2, 30.43, 38.86), (7, 10.0, 50.0), (300, 90.0, 91.0)]
)
def test_expectations_are_those_of_integration(a: float, x: int, recency: float, age: float) -> None:
    """The mean over the rate and the chance to leave that the living may have, by quadrature."""
    r, alpha, b, weeks = 0.243, 4.414, 2.426, 52.0
    parameters, ones = np.array([r, alpha, a, b]), np.ones(1)
    leaves = beta_distribution(a, b + x)

    def purchases(chance: float) -> float:
        share = ((alpha + age) / (alpha + age + chance * weeks)) ** (r + x)
        return (1 - share) / chance * leaves.pdf(chance)

    told = quad(purchases, 0, 0.05, limit=200)[0] + quad(purchases, 0.05, 1, limit=200)[0]
    given = (x * ones, recency * ones, age * ones)
    alive = bg_nbd.probability_alive(parameters, *given)[0]
    found = bg_nbd.expected_purchases(parameters, *given, weeks * ones)[0]
    assert found == pytest.approx(told * alive, rel=1e-5)


def test_planted_parameters_are_found() -> None:
    """Each within three of its standard errors, which the curvature at the maximum tells."""
    histories = simulated(PLANTED, 20_000, seed=3)
    given = columns_of(histories)
    found = predict_purchases(given)
    fitted = np.array([found[name][0] for name in bg_nbd.PARAMETERS])
    x, recency, age, _ = bg_nbd.weeks_of(given)

    def gradient(place: np.ndarray) -> np.ndarray:
        return log_likelihood(place, x, recency, age, np.ones(len(x)))[1]

    steps = 1e-5 * np.diag(fitted)
    curvature = np.array(
        [(gradient(fitted + step) - gradient(fitted - step)) / (2 * step.max()) for step in steps]
    )
    errors = np.sqrt(np.diag(np.linalg.inv(-(curvature + curvature.T) / 2)))
    assert np.abs(fitted - PLANTED).max() > 0
    assert (np.abs(fitted - PLANTED) < 3 * errors).all(), (fitted, errors)


def test_shared_histories_count_as_often_and_their_order_changes_nothing() -> None:
    single = cdnow()
    names = ("x", "recency_days", "age_days")
    rows, customers = np.unique(np.stack([single[name] for name in names]), axis=1, return_counts=True)
    shared = dict(zip(names, rows, strict=True)) | {"customers": customers}
    shuffled = np.random.default_rng(1).permutation(len(customers))
    one = predict_purchases(columns_of(single))
    two, three = (
        predict_purchases(columns_of({name: column[order] for name, column in shared.items()}))
        for order in (np.arange(len(customers)), shuffled)
    )
    for name in (*bg_nbd.PARAMETERS, "log_likelihood"):
        assert one[name][0] == pytest.approx(two[name][0], rel=1e-7)
        assert two[name][0] == three[name][0]
    assert (two["expected_orders"][shuffled] == three["expected_orders"]).all()


@pytest.mark.parametrize(
    ("histories", "refusal", "needed"),
    [
        ({name: column[:49] for name, column in cdnow().items()}, TOO_FEW_CUSTOMERS, 50),
        ({name: column[cdnow()["x"] == 0] for name, column in cdnow().items()}, TOO_FEW_EVENTS, 30),
        (simulated(np.array([1e9, 4e9, 1e-12, 1.0]), 2_000, seed=5), NOT_CONVERGED, 0),
    ],
    ids=["too few customers", "nobody came back", "all alike, and nobody leaves"],
)
def test_what_cannot_be_fitted_is_refused(
    histories: dict[str, np.ndarray], refusal: int, needed: int
) -> None:
    found = predict_purchases(columns_of(histories))
    assert set(found["refusal"]) == {refusal}
    assert set(found["needed"]) == {needed}
    for name in (*bg_nbd.PARAMETERS, "log_likelihood", "probability_alive", "expected_orders"):
        assert np.isnan(found[name]).all(), name


def test_fits_are_made_apart() -> None:
    whole = columns_of(cdnow())
    thin = columns_of({name: column[:40] for name, column in cdnow().items()}, fit_no=1)
    both = {name: np.concatenate([thin[name], whole[name]]) for name in whole}
    found, alone = predict_purchases(both), predict_purchases(whole)
    assert found["refusal"].tolist() == [TOO_FEW_CUSTOMERS] * 40 + [FITTED] * 2357
    assert (found["expected_orders"][40:] == alone["expected_orders"]).all()
    nothing = predict_purchases({name: column[:0] for name, column in whole.items()})
    assert {len(column) for column in nothing.values()} == {0}
