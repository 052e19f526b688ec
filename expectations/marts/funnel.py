"""What must hold of the funnel's marts before they are shown."""

from expectations.claims import at_least, between, filled, no_more_than, until_as_of
from expectations.suite import Suite

# The funnel begins with a visit; without touchpoints nobody enters it.
FED_BY = ("touchpoints",)

SUITES = (
    Suite(
        "marts",
        "funnel",
        "fct_funnel_progress",
        FED_BY,
        (
            *until_as_of("entered_at"),
            *at_least(1, "attempt_no", "step_no"),
            *at_least(0, "days_from_previous"),
            *filled("segment", "acquisition_channel"),
        ),
    ),
    Suite(
        "marts",
        "funnel",
        "fct_funnel_conversion",
        FED_BY,
        (
            *until_as_of("cohort_month"),
            *between(
                0,
                1,
                "conversion_rate",
                "conversion_rate_low",
                "conversion_rate_high",
                "matured_rate",
                "cumulative_rate",
            ),
            *at_least(0, "entered", "advanced", "median_days_to_next"),
            no_more_than("advanced", "entered"),
        ),
    ),
)
