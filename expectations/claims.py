"""The claims that suites make, each with the condition that finds the rows which break it."""

from collections.abc import Iterable
from datetime import date

from expectations.suite import AfterLoad, Check, DaysFromAsOf, Severity

OLDEST_PLAUSIBLE = date(2000, 1, 1)


def unique(*columns: str, severity: Severity = "error") -> Check:
    """No two rows share the columns' values."""
    listed = ", ".join(f'"{column}"' for column in columns)
    key = listed if len(columns) == 1 else f"({listed})"
    single = len(columns) == 1
    return Check(
        f"{'_'.join(columns)}_is_unique",
        "ExpectColumnValuesToBeUnique" if single else "ExpectCompoundColumnsToBeUnique",
        {"column": columns[0]} if single else {"column_list": list(columns)},
        f"{', '.join(columns)} occurs more than once",
        f"{key} in (select {listed} from {{table}} group by {listed} having count(*) > 1)",  # noqa: S608
        columns,
        severity,
    )


def filled(*columns: str, severity: Severity = "error") -> tuple[Check, ...]:
    """None of the columns is NULL."""
    return tuple(
        Check(
            f"{column}_is_filled",
            "ExpectColumnValuesToNotBeNull",
            {"column": column},
            f"{column} is empty",
            f'"{column}" is null',
            (column,),
            severity,
        )
        for column in columns
    )


def at_least(minimum: float, *columns: str, severity: Severity = "error") -> tuple[Check, ...]:
    """No value lies below the minimum."""
    return tuple(
        Check(
            f"{column}_is_at_least_{minimum}",
            "ExpectColumnValuesToBeBetween",
            {"column": column, "min_value": minimum},
            f"{column} is below {minimum}",
            f'"{column}" < {minimum}',
            (column,),
            severity,
        )
        for column in columns
    )


def between(low: float, high: float, *columns: str, severity: Severity = "error") -> tuple[Check, ...]:
    """Every value lies between the ends, both included."""
    return tuple(
        Check(
            f"{column}_is_between_{low}_and_{high}",
            "ExpectColumnValuesToBeBetween",
            {"column": column, "min_value": low, "max_value": high},
            f"{column} is not between {low} and {high}",
            f'"{column}" < {low} or "{column}" > {high}',
            (column,),
            severity,
        )
        for column in columns
    )


def one_of(column: str, values: Iterable[str], severity: Severity = "error") -> Check:
    """Every value that is given is among the allowed ones."""
    allowed = sorted(values)
    listed = ", ".join(f"'{value}'" for value in allowed)
    return Check(
        f"{column}_is_known",
        "ExpectColumnValuesToBeInSet",
        {"column": column, "value_set": allowed},
        f"{column} is none of {', '.join(allowed)}",
        f'"{column}" not in ({listed})',
        (column,),
        severity,
    )


def no_more_than(smaller: str, larger: str, severity: Severity = "error") -> Check:
    """In no row does the first column exceed the second, where both are given."""
    return Check(
        f"{smaller}_is_no_more_than_{larger}",
        "ExpectColumnPairValuesAToBeGreaterThanB",
        {
            "column_A": larger,
            "column_B": smaller,
            "or_equal": True,
            "ignore_row_if": "either_value_is_missing",
        },
        f"{smaller} exceeds {larger}",
        f'"{smaller}" > "{larger}"',
        (smaller, larger),
        severity,
    )


def plausible(*columns: str) -> tuple[Check, ...]:
    """Moments of the past: not before 2000 (calendars would start there), and none that was still to come."""
    return tuple(
        check
        for column in columns
        for check in (
            Check(
                f"{column}_is_after_1999",
                "ExpectColumnValuesToBeBetween",
                {"column": column, "min_value": OLDEST_PLAUSIBLE},
                f"{column} lies before 2000",
                f"\"{column}\" < '{OLDEST_PLAUSIBLE}'",
                (column,),
            ),
            Check(
                f"{column}_is_before_the_load",
                "ExpectColumnValuesToBeBetween",
                {"column": column, "max_value": AfterLoad()},
                f"{column} lies after the day it was loaded",
                f"\"{column}\" > '{{max_value}}'",
                (column,),
                "warn",
            ),
        )
    )


def fresh(column: str, days: int) -> Check:
    """The newest value is no more than so many days older than as_of."""
    return Check(
        f"{column}_is_fresh",
        "ExpectColumnMaxToBeBetween",
        {"column": column, "min_value": DaysFromAsOf(-days)},
        f"{column} ends more than {days} days before as_of: has the source stopped sending?",
        columns=(column,),
        severity="warn",
    )


def until_as_of(*columns: str, days: int = 0) -> tuple[Check, ...]:
    """Nothing happens after as_of, or after a day counted from it."""
    return tuple(
        Check(
            f"{column}_is_until_as_of",
            "ExpectColumnValuesToBeBetween",
            {"column": column, "max_value": DaysFromAsOf(days)},
            f"{column} lies after as_of",
            f"\"{column}\" > '{{max_value}}'",
            (column,),
        )
        for column in columns
    )


def before_as_of(*columns: str) -> tuple[Check, ...]:
    """A day or month that is counted to its end, or to as_of, began by as_of's day.

    dbt's began_before_as_of, which knows the reporting time zone, says by which moment of it.
    """
    return until_as_of(*columns)
