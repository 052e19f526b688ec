"""How long customers of a contract will stay: the shifted-beta-geometric model.

Fader and Hardie (2007): How to project customer retention. Journal of Interactive Marketing 21; what is still
to come of a customer: Fader and Hardie (2010): Customer-base valuation in a contractual setting. Marketing
Science 29. Each leaves at the end of a term with a chance of its own, Beta distributed (alpha, beta).
"""

import numpy as np
from scipy.special import betaln, digamma, hyp2f1

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

PARAMETERS = ("alpha", "beta")
STARTS = ((1.0, 1.0), (0.5, 5.0), (5.0, 50.0))


def project_terms(
    columns: Columns, least_customers: int = 50, least_churned: int = 30
) -> dict[str, np.ndarray]:
    """Of each row the share that survives its term, and the terms still to come of who is in it.

    A row is a term of a fit (from 1): how many customers left at its end (churned) and how many were seen to
    its end and no further (censored); discount is a term's rate.
    """

    def predict(rows: Columns) -> Predictions:
        term, churned, censored = (rows[name] for name in ("term", "churned", "censored"))
        made = fit_terms(term, churned, censored, least_customers, least_churned)
        to_come = residual_terms(made.parameters, term, rows["discount"])
        figures = (survival(made.parameters, term), to_come)
        return Predictions(made, int(churned.sum() + censored.sum()), figures)

    keys, figures = ("fit_no", "term", "checksum"), ("survival", "residual_terms")
    return of_each_fit(columns, keys, figures, PARAMETERS, predict)


def fit_terms(
    term: np.ndarray, churned: np.ndarray, censored: np.ndarray, least_customers: int, least_churned: int
) -> Fit:
    """The fit of one set of terms, or why there is none."""
    customers = churned.sum() + censored.sum()
    if customers < least_customers:
        return refused(len(PARAMETERS), TOO_FEW_CUSTOMERS, least_customers)
    if churned.sum() < least_churned:
        return refused(len(PARAMETERS), TOO_FEW_EVENTS, least_churned)
    order = np.argsort(term, kind="stable")
    counts = tuple(column[order].astype(float) for column in (term, churned, censored))
    return fit(lambda given: log_likelihood(given, *counts), STARTS, customers)


def log_likelihood(
    parameters: Floats, term: Floats, churned: Floats, censored: Floats
) -> tuple[float, Floats]:
    """Of all customers, and its derivatives; equations (5) and (6) of the paper, as beta functions."""
    alpha, beta = parameters
    left = betaln(alpha + 1, beta + term - 1)
    stayed = betaln(alpha, beta + term)
    customers = churned.sum() + censored.sum()
    at_end = digamma(alpha + beta + term)
    total = churned @ left + censored @ stayed - customers * betaln(alpha, beta)
    gradient = (
        churned @ (digamma(alpha + 1) - at_end)
        + censored @ (digamma(alpha) - at_end)
        - customers * (digamma(alpha) - digamma(alpha + beta)),
        churned @ (digamma(beta + term - 1) - at_end)
        + censored @ (digamma(beta + term) - at_end)
        - customers * (digamma(beta) - digamma(alpha + beta)),
    )
    return float(total), np.array(gradient)


def survival(parameters: Floats, term: np.ndarray) -> Floats:
    """The share of customers that renew after so many terms."""
    alpha, beta = parameters
    return np.asarray(np.exp(betaln(alpha, beta + term) - betaln(alpha, beta)))


def residual_terms(parameters: Floats, term: np.ndarray, discount: np.ndarray) -> Floats:
    """The discounted terms to expect of a customer beyond the running one; NaN where they are endless."""
    alpha, beta = parameters
    series = hyp2f1(1, beta + term, alpha + beta + term, 1 / (1 + discount))
    to_come = (beta + term - 1) / (alpha + beta + term - 1) * series
    return np.asarray(np.where(np.isfinite(to_come), to_come, np.nan))
