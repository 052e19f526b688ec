"""Great Expectations suites as code: did what arrived make sense, is what leaves fit to show."""

from expectations.validate import CheckResult, suites, validate

__all__ = ["CheckResult", "suites", "validate"]
