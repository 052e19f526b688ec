"""What must hold of churn's marts before they are shown."""

from expectations.claims import at_least, before_as_of, between, no_more_than
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
        *at_least(
            0, "opening", "gained", "returned", "expansion", "contraction", "lost", "closing", "churn_rate"
        ),
        no_more_than("lost_voluntary", "lost"),
        no_more_than("lost_involuntary", "lost"),
    ),
    suite(
        "fct_churn_definition_bridge",
        *before_as_of("period_month"),
        *at_least(0, "customers_from", "customers_to"),
    ),
    suite(
        "fct_churn_patterns",
        *at_least(0, "lost", "mrr_lost_reporting", "lift"),
        *between(0, 1, "churn_rate", "churn_rate_low", "churn_rate_high", "share_of_lost"),
        no_more_than("lost", "customer_months"),
        no_more_than("churn_rate_low", "churn_rate"),
        no_more_than("churn_rate", "churn_rate_high"),
    ),
    suite(
        "fct_revenue_retention_monthly",
        *before_as_of("period_month"),
        *at_least(0, "mrr_reporting", "customers", "net_revenue_retention_12m", "quick_ratio"),
        *between(0, 1, "gross_revenue_retention_12m"),
    ),
)
