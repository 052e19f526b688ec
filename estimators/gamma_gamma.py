"""What a customer's purchases are worth on average: the gamma-gamma model of spend.

Fader and Hardie (2013): The Gamma-Gamma model of monetary value, note 25 at brucehardie.com; Colombo and
Jiang (1999): A stochastic RFM model. Journal of Interactive Marketing 13. A purchase is Gamma distributed (p,
nu), and customers' nu again (q, gamma).
"""

import numpy as np
from scipy.special import digamma, gammaln

from estimators.maximum_likelihood import (
    DIGITS,
    TOO_FEW_EVENTS,
    WITHOUT_MEAN,
    Columns,
    Fit,
    Floats,
    Predictions,
    fit,
    of_each_fit,
    refused,
)

PARAMETERS = ("p", "q", "gamma")
STARTS = ((6.0, 4.0, 3.0), (1.0, 2.0, 1.0), (20.0, 10.0, 1.0))


def predict_spend(columns: Columns, least_repeat_buyers: int = 30) -> dict[str, np.ndarray]:
    """Of each row the mean value to expect of a purchase of its customer.

    A row is a customer of a fit: x purchases (the first left out) of mean_value each. Who bought but once (x
    0, NaN) gets everybody's mean and adds nothing to the fit, nor does a mean of zero.
    """

    def predict(rows: Columns) -> Predictions:
        x, value = rows["x"].astype(float), rows["mean_value"]
        made = fit_spend(x, value, least_repeat_buyers)
        customers = int(((x > 0) & (value > 0)).sum())
        return Predictions(made, customers, (expected_value(made.parameters, x, value),))

    return of_each_fit(columns, ("row_no", "checksum"), ("expected_value",), PARAMETERS, predict)


def fit_spend(x: Floats, value: Floats, least_repeat_buyers: int) -> Fit:
    """The fit of one set of customers; without a finite mean (q up to 1) there is none to tell."""
    order = np.lexsort((value, x))
    order = order[(x[order] > 0) & (value[order] > 0)]
    if len(order) < least_repeat_buyers:
        return refused(len(PARAMETERS), TOO_FEW_EVENTS, least_repeat_buyers)
    x, value = x[order], value[order]
    # As shares of the mean, so that no currency is nearer to the bounds than another.
    scale = float(value.mean())
    made = fit(lambda given: log_likelihood(given, x, value / scale), STARTS, len(x))
    if made.refusal:
        return made
    p, q, gamma = made.parameters
    if q <= 1:
        return refused(len(PARAMETERS), WITHOUT_MEAN)
    parameters = np.array([p, q, round(gamma * scale, DIGITS)])
    return Fit(parameters, round(made.log_likelihood - len(x) * float(np.log(scale)), DIGITS), made.refusal)


def log_likelihood(parameters: Floats, x: Floats, value: Floats) -> tuple[float, Floats]:
    """Of all customers, and its derivatives; equation (1a) of the note."""
    p, q, gamma = parameters
    number, place, times = np.unique(x, return_inverse=True, return_counts=True)
    spent = x * value
    log_spent, log_both = np.log(spent), np.log(gamma + spent)
    of_number = gammaln(p * number + q) - gammaln(p * number) - gammaln(q)
    by_both, by_p, by_q = digamma(p * number + q), digamma(p * number), digamma(q)
    total = times @ of_number + len(x) * q * np.log(gamma)
    total += (p * x) @ log_spent - np.log(value).sum() - (p * x + q) @ log_both
    gradient = (
        x @ ((by_both - by_p)[place] + log_spent - log_both),
        times @ (by_both - by_q) + len(x) * np.log(gamma) - log_both.sum(),
        len(x) * q / gamma - ((p * x + q) / (gamma + spent)).sum(),
    )
    return float(total), np.array(gradient)


def expected_value(parameters: Floats, x: Floats, value: Floats) -> Floats:
    """A customer's mean purchase: what it spent so far, weighed against everybody's mean; equation (5)."""
    p, q, gamma = parameters
    return np.asarray(p * (gamma + np.where(x > 0, x * np.nan_to_num(value), 0)) / (p * x + q - 1))
