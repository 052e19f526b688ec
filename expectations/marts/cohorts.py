"""What must hold of the cohorts' marts before they are shown."""

from expectations.claims import at_least, before_as_of, between, no_more_than
from expectations.suite import Suite

SUITES = (
    Suite(
        "marts",
        "cohorts",
        "fct_cohort_retention",
        ("orders", "subscription_periods", "deals"),
        (
            *before_as_of("cohort_month"),
            *at_least(0, "period_no", "active_customers", "payback_period_no"),
            # Credit notes may exceed what a month spent.
            *at_least(0, "acquisition_cost_per_customer", severity="warn"),
            *at_least(1, "cohort_size"),
            *between(0, 1, "retention_rate"),
            no_more_than("active_customers", "cohort_size"),
            no_more_than("gross_revenue_retention", "net_revenue_retention"),
        ),
        # Trials alone, or deals none of which is won, make no customer.
        empty="warn",
    ),
)
