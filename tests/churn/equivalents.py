"""Mutants that no customers tell from the model: why, and of each the model and how the change begins."""

from tests.sql_mutants import reason_among

# What is told of elsewhere: what makes it isn't changed.
SPARED = {
    "int_survival__log_rank_numbers": ("checksum",),  # tests/unit/estimators/test_checksums.py
    # tests/integration/test_churn_survival.py counts to 400 months.
    "int_survival__counts": ("digit", "units", "tens", "hundreds"),
}
EQUIVALENT: dict[str, tuple[tuple[str, str], ...]] = {
    "the rows of the sides differ, or are told apart no more": (
        ("int_core__customer_traits", "all or distinct"),
        ("int_churn__months", "all or distinct"),
        ("int_churn__buyer_changes", "all or distinct"),
        ("int_churn__customer_months", "all or distinct"),
        ("int_churn__changes", "all or distinct"),
        ("int_churn__buying_months", "all or distinct"),
        ("int_churn__lost_customers", "all or distinct"),
        ("int_churn__losses_paired", "all or distinct"),
        ("int_churn__losses_compared", "all or distinct"),
        ("fct_mrr_movements", "all or distinct"),
        ("fct_churn_definition_bridge", "all or distinct"),
        ("int_churn__retained_revenue", "all or distinct"),
        ("int_survival__counts", "all or distinct"),
        ("int_survival__log_rank_numbers", "all or distinct"),
    ),
    "a number tells apart or is counted, and any other would; nobody stays a hundred months": (
        ("int_core__customer_traits", "one more"),
        ("int_survival__counts", "one more"),
        ("int_survival__restricted_means", "one more: 1 → 2"),
    ),
    "every currency has a rate; a unit test stops where one has none": (
        ("int_churn__running_periods", "left to inner: LEFT JOIN exchange_rates AS exchange_rate"),
        ("int_churn__within_month_spells", "left to inner: LEFT JOIN exchange_rates AS exchange_rate"),
        ("int_churn__within_month_spells", "drop when"),
        ("int_churn__within_month_spells", "other text"),
        ("int_churn__paying_months", "drop when"),
        ("int_churn__paying_months", "other text"),
    ),
    "every row meets one, or has nothing to count": (
        ("int_churn__running_periods", "inner to left"),
        ("int_churn__buyer_changes", "inner to left"),
        ("int_churn__customer_months", "inner to left"),
        ("int_churn__within_month_spells", "inner to left"),
        ("int_churn__lost_buyers", "inner to left"),
        ("int_churn__losses_paired", "inner to left"),
        ("int_churn__segment_months", "inner to left"),
        ("fct_mrr_monthly", "inner to left"),
        ("fct_churn_definition_bridge", "inner to left"),
        ("int_churn__retained_revenue", "inner to left"),
        ("int_survival__lives", "inner to left"),
        ("int_survival__counts", "inner to left"),
        ("int_survival__log_rank_numbers", "inner to left"),
        ("fct_churn_survival", "inner to left"),
    ),
    "every customer is in dim_customers": (
        ("fct_mrr_monthly", "left to inner: LEFT JOIN customers"),
        ("fct_mrr_movements", "left to inner: LEFT JOIN customers"),
    ),
    "there is one a day, a month or a parameter": (
        ("canonical_purchase_days", "swap: ROW_NUMBER() → RANK()"),
        ("int_churn__alive_stretches", "swap: MAX(CASE"),
        ("int_churn__buyer_changes", "swap: ROW_NUMBER() → RANK()"),
        ("int_churn__customer_months", "swap: ROW_NUMBER() → RANK()"),
        ("int_churn__last_endings", "swap: ROW_NUMBER() → RANK()"),
        ("int_churn__losses_paired", "swap: SUM(CASE WHEN lost_customers.definition"),
    ),
    "to an amount a 0 is added": (
        ("int_churn__customer_months", "swap: SUM(mrr_reporting)"),
        ("int_churn__retained_revenue", "swap: SUM(customers) → MAX(customers)"),
        ("int_churn__retained_revenue", "swap: SUM(mrr_reporting) → MAX(mrr_reporting)"),
        ("int_churn__retained_revenue", "swap: SUM(customers_12m_ago) → MAX(customers_12m_ago)"),
        ("int_churn__retained_revenue", "swap: SUM(mrr_12m_ago_reporting) → MAX(mrr_12m_ago_reporting)"),
    ),
    "NULL chooses as false does, is told as 0 and adds nothing": (
        ("int_churn__customer_months", "coalesce to first: COALESCE(LAG"),
        ("int_churn__segment_months", "drop else: CASE WHEN changes.change"),
        ("int_survival__restricted_means", "drop else"),
        ("int_churn__retained_revenue", "drop else"),
    ),
    "only what is lost has a type": (("int_churn__segment_months", "drop left: changes.change = 'lost'"),),
    "an amount of 0 is no row": (
        ("fct_mrr_movements", "swap: mrr_after_reporting - mrr_before_reporting - fx_reporting > 0"),
    ),
    "once all have left neither sum is read": (
        ("fct_churn_survival", "drop else: CASE WHEN churned < at_risk"),
        ("fct_churn_survival", "one more: 0 → 1"),
        ("fct_churn_survival", "swap: churned < at_risk → churned <= at_risk (2)"),
    ),
    "beyond the horizon nothing is still to come": (
        ("int_survival__restricted_means", "drop left: is_within AND churned < at_risk"),
    ),
    "every order here has a customer; a unit test has one without": (
        ("canonical_purchase_days", "drop left"),
    ),
    "as_of is midnight UTC, at which no day of New York begins": (
        ("int_churn__months", "swap: as_of.as_of - INTERVAL"),
    ),
}


def reason(model: str, change: str) -> tuple[str, str] | None:
    """The entry that says why no customers tell the mutant from the model."""
    return reason_among(EQUIVALENT, model, change)
