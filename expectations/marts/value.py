"""What must hold of the value marts before they are shown."""

from expectations.claims import at_least, before_as_of, between, no_more_than, plausible, until_as_of
from expectations.suite import Check, Suite

PURCHASES = ("orders", "subscription_periods")


def suite(table: str, *claims: Check, fed_by: tuple[str, ...] = PURCHASES) -> Suite:
    """A suite of this domain; trials alone leave no rows, so that none is no fault."""
    return Suite("marts", "value", table, fed_by, claims, empty="warn")


SUITES = (
    suite(
        "fct_customer_value",
        *plausible("first_order_at"),
        *until_as_of("first_order_at"),
        *at_least(0, "orders", "repeat_orders", "recency_days", "tenure_days", "mrr_reporting"),
        *at_least(
            0, "expected_orders_12m", "expected_order_value", "predicted_ltv_12m", "residual_ltv_reporting"
        ),
        *between(0, 1, "probability_alive"),
        no_more_than("repeat_purchase_days", "repeat_orders"),
        no_more_than("recency_days", "tenure_days"),
    ),
    suite("fct_value_model_parameters", *at_least(0, "value", "customers")),
    suite(
        "fct_value_holdout",
        *before_as_of("calibrated_until"),
        *at_least(1, "customers"),
        *at_least(0, "validation_days", "predicted", "actual", "naive"),
    ),
    suite(
        "fct_loyalty_monthly",
        *before_as_of("period_month"),
        *at_least(0, "new_buyers", "returning_buyers", "median_days_between_purchases"),
        *between(0, 1, "repeat_rate"),
        no_more_than("new_buyers", "customers_so_far"),
        no_more_than("buyers", "customers_so_far"),
        no_more_than("repeat_customers", "customers_so_far"),
        fed_by=("orders",),
    ),
)
