"""What makes customers leave: the risks that survival and churn models are to find."""

import numpy as np

from sandbox.columns import DAY_SECONDS, Flags, Floats, Ints

MONTH = 30 * DAY_SECONDS
LEAVES_A_MONTH = 0.055  # at usual health, after the first months, on a larger plan
LOW_HEALTH = 0.8  # log of what a standard deviation of health less multiplies the hazard by
EARLY, EARLY_MONTHS = 2.0, 2
ON_STARTER = 1.7
AFTER_FAILED_PAYMENT = 2.5


def hazard(health: Floats, is_starter: Flags, has_failed: Flags) -> Floats:
    """The chance of leaving in a month once the first months are over."""
    return (
        LEAVES_A_MONTH
        * np.exp(-LOW_HEALTH * health)
        * np.where(is_starter, ON_STARTER, 1.0)
        * np.where(has_failed, AFTER_FAILED_PAYMENT, 1.0)
    )


def time_to_leave(rng: np.random.Generator, a_month: Floats, age: Ints) -> Ints:
    """Seconds until each leaves, by a hazard that is higher while the age is below the early months."""
    due = rng.exponential(1, len(age))
    early_left = np.maximum(EARLY_MONTHS - age / MONTH, 0)
    met_early = EARLY * a_month * early_left
    months = np.where(due < met_early, due / (EARLY * a_month), early_left + (due - met_early) / a_month)
    return (months * MONTH).astype(np.int64)
