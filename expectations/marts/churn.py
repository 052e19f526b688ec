"""What must hold of churn's marts before they are shown."""

from expectations.claims import at_least, before_as_of, between
from expectations.suite import Check, Suite


def suite(table: str, *claims: Check) -> Suite:
    """A suite of this domain; trials and periods inside one month leave no rows, so that none is no fault."""
    return Suite("marts", "churn", table, ("subscription_periods",), claims, empty="warn")


SUITES = (
    suite("fct_mrr_monthly", *before_as_of("period_month"), *at_least(0, "mrr_reporting")),
    suite(
        "fct_mrr_movements",
        *before_as_of("period_month"),
        *at_least(0, "mrr_before_reporting", "mrr_after_reporting"),
    ),
    suite(
        "fct_churn_monthly",
        *before_as_of("period_month"),
        *between(0, 1, "churn_rate"),
        *at_least(0, "opening", "gained", "returned", "expansion", "contraction", "lost", "closing"),
    ),
)
