"""How old what we serve may be."""

from datetime import timedelta

from dagster import FreshnessPolicy

# The daily run is at 05:00 UTC: one that is late warns, one that was missed fails.
PUBLISHED_DAILY = FreshnessPolicy.time_window(
    fail_window=timedelta(hours=36), warn_window=timedelta(hours=26)
)
