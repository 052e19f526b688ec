"""What a suite claims of a table, as plain data: Great Expectations is imported only where suites are run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warn"]
HAS_ROWS = "has_rows"
HAS_NOT_COLLAPSED = "has_not_collapsed"


@dataclass(frozen=True)
class DaysFromAsOf:
    """A bound that is known when the suite runs: midnight so many days after as_of."""

    days: int = 0


@dataclass(frozen=True)
class AfterLoad:
    """A bound that is known when the suite runs: midnight after the newest load, or after a later as_of."""


@dataclass(frozen=True)
class HalfOfUsual:
    """A bound that is known when the suite runs: half of the most rows that earlier runs saw in the table."""


@dataclass(frozen=True)
class Check:
    """One expectation: the class that judges it, and a condition that finds the rows which fail it.

    Bounds (as `DaysFromAsOf`) may stand in `arguments`; `where` names them by their argument in braces.
    Without `where` the check judges the table as a whole.
    """

    name: str
    expectation: str
    arguments: Mapping[str, Any]
    fault: str
    where: str = ""
    columns: tuple[str, ...] = ()
    severity: Severity = "error"


@dataclass(frozen=True)
class Suite:
    """The checks of one table; rows are expected when one of the entities in `fed_by` was supplied.

    `empty` says how bad it is when they are missing: warn where the rules may leave none. Values of
    `personal` columns are never shown.
    """

    layer: Literal["raw", "marts"]
    name: str
    table: str
    fed_by: tuple[str, ...]
    claims: tuple[Check, ...]
    personal: frozenset[str] = field(default=frozenset())
    empty: Severity = "error"

    @property
    def asset(self) -> str:
        """Schema and table."""
        return f"raw_{self.name}.{self.table}" if self.layer == "raw" else f"marts.{self.table}"

    @property
    def checks(self) -> tuple[Check, ...]:
        """What is claimed of every table, and of this one."""
        volume = (has_not_collapsed(),) if self.layer == "raw" else ()
        return (has_rows(self.empty), *volume, *self.claims)


def has_rows(severity: Severity) -> Check:
    """At least a row."""
    return Check(
        HAS_ROWS,
        "ExpectTableRowCountToBeBetween",
        {"min_value": 1},
        "the table has no rows",
        severity=severity,
    )


def has_not_collapsed() -> Check:
    """At least half as many rows as the table ever had."""
    return Check(
        HAS_NOT_COLLAPSED,
        "ExpectTableRowCountToBeBetween",
        {"min_value": HalfOfUsual()},
        "it has fewer rows than half of what earlier runs saw ({min_value} expected): was something deleted, "
        "or is a part of the source missing?",
        severity="warn",
    )
