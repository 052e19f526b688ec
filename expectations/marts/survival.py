"""What must hold of the survival marts before they are shown."""

from expectations.claims import at_least, between, no_more_than
from expectations.suite import Check, Suite


def suite(table: str, *claims: Check) -> Suite:
    """A suite of this domain; trials leave no rows, so that none is no fault."""
    return Suite("marts", "survival", table, ("subscription_periods",), claims, empty="warn")


SUITES = (
    suite(
        "fct_churn_survival",
        *at_least(0, "tenure_months", "churned", "censored"),
        *at_least(1, "at_risk"),
        *between(0, 1, "survival", "survival_low", "survival_high"),
        no_more_than("churned", "at_risk"),
        no_more_than("survival_low", "survival"),
        no_more_than("survival", "survival_high"),
    ),
    suite(
        "fct_churn_survival_summary",
        *at_least(1, "customers"),
        *at_least(0, "churned", "restricted_mean_months", "log_rank_chi_square"),
        *between(0, 1, "p_value"),
        no_more_than("churned", "customers"),
        no_more_than("restricted_mean_months", "horizon_months"),
        no_more_than("restricted_mean_low", "restricted_mean_months"),
        no_more_than("restricted_mean_months", "restricted_mean_high"),
    ),
)
