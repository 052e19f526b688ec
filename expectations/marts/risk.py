"""What must hold of the churn risk marts before they are shown."""

from expectations.claims import at_least, between, no_more_than, one_of
from expectations.suite import Check, Suite


def suite(table: str, *claims: Check) -> Suite:
    """A suite of this domain; where nobody pays at as_of there are no rows, so that none is no fault."""
    return Suite("marts", "risk", table, ("subscription_periods",), claims, empty="warn")


SUITES = (
    suite(
        "fct_churn_risk",
        *between(0, 1, "churn_probability_90d"),
        one_of("risk_band", ("high", "medium", "low")),
    ),
    suite(
        "fct_churn_risk_backtest",
        one_of("method", ("base_rate", "learnt")),
        *at_least(1, "customers"),
        *between(
            0, 1, "probability_low", "probability_high", "mean_predicted", "actual_rate", "auc", "brier_score"
        ),
        no_more_than("lost", "customers"),
        no_more_than("probability_low", "probability_high"),
        no_more_than("brier_score", "brier_score_of_base_rate", severity="warn"),
    ),
)
