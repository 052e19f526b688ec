"""Whether some groups leave sooner than others: the log-rank test of their survival curves.

Mantel (1966): Evaluation of survival data. Cancer Chemotherapy Reports 50; for several groups and ties as in
Kalbfleisch and Prentice (2002): The statistical analysis of failure time data, section 1.5.
"""

from collections.abc import Mapping

import numpy as np
from scipy.stats import chi2
from threadpoolctl import threadpool_limits

Columns = Mapping[str, np.ndarray]

TESTED, ONE_VALUE_ONLY, NOBODY_LEFT_BESIDE_ANOTHER = range(3)
DIGITS = 9


def log_rank(columns: Columns) -> dict[str, np.ndarray]:
    """Of each name the chi-square of its values' curves, its degrees of freedom and p-value, or the refusal.

    A row is a value of a name and a tenure: how many were still at risk there and how many left then.
    checksum goes with the name. A value that nobody left beside has no say, nor a degree of freedom.
    """
    names, first = np.unique(columns["name_no"], return_index=True)
    tested = [
        _tested({name: column[columns["name_no"] == number] for name, column in columns.items()})
        for number in names
    ]
    chi_square = np.array([statistic for statistic, _, _ in tested], dtype=float)
    degrees = np.array([freedom for _, freedom, _ in tested], dtype=np.int64)
    # Of the statistic before it is rounded: near 0 the p-value hangs on its root.
    p_value = np.full(len(names), np.nan)
    p_value[degrees > 0] = chi2.sf(chi_square[degrees > 0], degrees[degrees > 0])
    return {
        "name_no": names,
        "checksum": columns["checksum"][first],
        "chi_square": np.round(chi_square, DIGITS),
        "degrees_of_freedom": degrees,
        "p_value": p_value,
        "refusal": np.array([refusal for _, _, refusal in tested], dtype=np.int64),
    }


def _tested(rows: Columns) -> tuple[float, int, int]:
    """Chi-square, degrees of freedom and refusal of one name's rows."""
    values, value = np.unique(rows["value_no"], return_inverse=True)
    tenures, tenure = np.unique(rows["tenure_months"], return_inverse=True)
    if len(values) < 2:
        return np.nan, 0, ONE_VALUE_ONLY
    at_risk, churned = np.zeros((2, len(tenures), len(values)))
    at_risk[tenure, value] = rows["at_risk"]
    churned[tenure, value] = rows["churned"]
    excess, covariance = excess_losses(at_risk, churned)
    # Excesses add up to zero, so that the last one says nothing new.
    compared = np.flatnonzero(np.diag(covariance) > 0)[:-1]
    if not len(compared):
        return np.nan, 0, NOBODY_LEFT_BESIDE_ANOTHER
    part = excess[compared]
    # Threads would add up in an order of their own, and so to other last digits.
    with threadpool_limits(1):
        statistic = part @ np.linalg.solve(covariance[np.ix_(compared, compared)], part)
    return float(statistic), len(compared), TESTED


def excess_losses(at_risk: np.ndarray, churned: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """By how many more left of each value than if all were alike, and the covariance of that.

    One row a tenure, one column a value. At each tenure those who leave are drawn without replacement from
    all at risk (hypergeometric), so that ties count as they should.
    """
    everybody, gone = at_risk.sum(axis=1), churned.sum(axis=1)
    seen = everybody > 0
    share = at_risk[seen] / everybody[seen, None]
    everybody, gone = everybody[seen], gone[seen]
    spread = gone * (everybody - gone) / np.maximum(everybody - 1, 1)
    covariance = -np.einsum("t,ti,tj->ij", spread, share, share)
    np.fill_diagonal(covariance, spread @ (share * (1 - share)))
    return churned.sum(axis=0) - gone @ share, covariance
