"""How often customers will buy again, and whether they are still there: the BG/NBD model.

Fader, Hardie and Lee (2005): "Counting your customers" the easy way. Marketing Science 24. Customers buy at
rates that are Gamma distributed (r, alpha; weeks), and after each purchase leave for good with chances that
are Beta distributed (a, b).
"""

import numpy as np
from scipy.special import betaln, digamma, gammaln, hyp2f1

from estimators.maximum_likelihood import (
    TOO_FEW_CUSTOMERS,
    TOO_FEW_EVENTS,
    Columns,
    Fit,
    Floats,
    Predictions,
    fit,
    of_each_fit,
    refused,
)

PARAMETERS = ("r", "alpha", "a", "b")
STARTS = ((1.0, 5.0, 1.0, 3.0), (0.3, 2.0, 0.3, 0.3), (3.0, 30.0, 0.1, 5.0))
DAYS_A_WEEK = 7
NEAR_ONE = 1e-4


def predict_purchases(
    columns: Columns, least_customers: int = 50, least_repeat_buyers: int = 30
) -> dict[str, np.ndarray]:
    """Of each row the chance that its customers are alive, and the purchases to expect of each.

    A row is a history that so many customers of a fit share: repeat purchases x, days from the first purchase
    to the last (recency_days) and to the end of observation (age_days); horizon_days are what is predicted.
    """

    def predict(history: Columns) -> Predictions:
        made = fit_histories(history, least_customers, least_repeat_buyers)
        x, recency, age, horizon = weeks_of(history)
        alive = probability_alive(made.parameters, x, recency, age)
        expected = expected_purchases(made.parameters, x, recency, age, horizon)
        return Predictions(made, int(history["customers"].sum()), (alive, expected))

    figures = ("probability_alive", "expected_orders")
    return of_each_fit(columns, ("row_no", "checksum"), figures, PARAMETERS, predict)


def fit_histories(history: Columns, least_customers: int, least_repeat_buyers: int) -> Fit:
    """The fit of one set of histories, or why there is none."""
    customers, x = history["customers"], history["x"]
    if customers.sum() < least_customers:
        return refused(len(PARAMETERS), TOO_FEW_CUSTOMERS, least_customers)
    if customers[x > 0].sum() < least_repeat_buyers:
        return refused(len(PARAMETERS), TOO_FEW_EVENTS, least_repeat_buyers)
    order = np.lexsort((customers, history["age_days"], history["recency_days"], x))
    x, recency, age, _ = (column[order] for column in weeks_of(history))
    weights = customers[order].astype(float)
    return fit(lambda given: log_likelihood(given, x, recency, age, weights), STARTS, weights.sum())


def weeks_of(history: Columns) -> tuple[Floats, Floats, Floats, Floats]:
    """Purchases, and recency, age and horizon in weeks."""
    days = (history[name] / DAYS_A_WEEK for name in ("recency_days", "age_days", "horizon_days"))
    return history["x"].astype(float), *days  # type: ignore[return-value]


def log_likelihood(
    parameters: Floats, x: Floats, recency: Floats, age: Floats, customers: Floats
) -> tuple[float, Floats]:
    """Of all customers, and its derivatives; equation (6) of the paper, either way by its logarithm."""
    r, alpha, a, b = parameters
    number, place = np.unique(x, return_inverse=True)
    of_number = gammaln(r + number) - gammaln(r) + r * np.log(alpha) + betaln(a, b + number) - betaln(a, b)
    by_rate = digamma(r + number) - digamma(r) + np.log(alpha)
    by_a = digamma(a + b) - digamma(a + b + number)
    by_b = digamma(b + number) - digamma(b) + by_a
    still, gone = np.log(alpha + age), np.log(alpha + recency)
    stays = -(r + x) * still
    total = stays.copy()
    bought = x > 0
    leaves = np.log(a) - np.log(b + x[bought] - 1) - (r + x[bought]) * gone[bought]
    total[bought] = np.logaddexp(stays[bought], leaves)
    has_left = np.zeros(len(x))
    has_left[bought] = np.exp(leaves - total[bought])
    after = (1 - has_left) / (alpha + age) + has_left / (alpha + recency)
    chance = np.divide(has_left, b + x - 1, out=np.zeros(len(x)), where=bought)
    gradient = (
        customers @ (by_rate[place] - (1 - has_left) * still - has_left * gone),
        customers @ (r / alpha - (r + x) * after),
        customers @ (by_a[place] + has_left / a),
        customers @ (by_b[place] - chance),
    )
    return float(customers @ (of_number[place] + total)), np.array(gradient)


def probability_alive(parameters: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
    """That a customer hasn't left; who never bought again can't have."""
    r, alpha, a, b = parameters
    odds = a / (b + np.maximum(x, 1) - 1) * ((alpha + age) / (alpha + recency)) ** (r + x)
    return np.where(x > 0, 1 / (1 + odds), np.where(np.isnan(r), np.nan, 1.0))


def expected_purchases(
    parameters: Floats, x: Floats, recency: Floats, age: Floats, horizon: Floats
) -> Floats:
    """Of a customer in the weeks of the horizon: equation (10) of the paper, Euler's form of its series.

    Euler's transformation takes the number of purchases out of the powers, which would overflow. Where a is
    1 both sides of the fraction vanish; the value between its neighbours stands for it.
    """
    r, alpha, a, b = parameters
    if abs(a - 1) < NEAR_ONE / 2:
        sides = [np.array([r, alpha, 1 + side, b]) for side in (-NEAR_ONE, NEAR_ONE)]
        low, high = (expected_purchases(side, x, recency, age, horizon) for side in sides)
        return low + (high - low) * (a - 1 + NEAR_ONE) / (2 * NEAR_ONE)
    share = horizon / (alpha + age + horizon)
    series = hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, share)
    of_the_living = (a + b + x - 1) / (a - 1) * (1 - (1 - share) ** (a - 1) * series)
    return of_the_living * probability_alive(parameters, x, recency, age)
