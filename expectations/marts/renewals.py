"""What must hold of renewals, expansions, deliveries and answers before they are shown."""

from expectations.claims import at_least, between, no_more_than, plausible, until_as_of
from expectations.suite import Check, Suite


def suite(table: str, *claims: Check, fed_by: tuple[str, ...]) -> Suite:
    """A suite of this domain; trials and open deals leave no rows, so that none is no fault."""
    return Suite("marts", "renewals", table, fed_by, claims, empty="warn")


SUITES = (
    suite(
        "fct_renewals",
        *plausible("term_started_at", "decided_at"),
        *until_as_of("term_started_at", "decided_at"),
        *at_least(1, "term_no", "term_months"),
        no_more_than("term_started_at", "due_at"),
        fed_by=("subscription_periods", "deals"),
    ),
    suite(
        "fct_expansions",
        *until_as_of("period_month"),
        *at_least(0, "customers"),
        *at_least(0, "amount_reporting", severity="warn"),
        fed_by=("subscription_periods", "orders", "deals"),
    ),
    suite(
        "fct_deliveries",
        *until_as_of("period_month"),
        *at_least(1, "won"),
        *at_least(0, "delivered", "waiting", "overdue", "median_days_to_delivery", "typical_days"),
        no_more_than("delivered", "won"),
        no_more_than("overdue", "waiting"),
        fed_by=("deals",),
    ),
    suite(
        "fct_feedback_retention",
        *until_as_of("period_month"),
        *at_least(1, "responses"),
        *at_least(0, "customers"),
        *between(-1, 1, "nps"),
        *between(0, 1, "retained_90d"),
        no_more_than("customers", "responses"),
        no_more_than("followed_responses", "responses"),
        no_more_than("retained_responses", "followed_responses"),
        fed_by=("feedback",),
    ),
)
