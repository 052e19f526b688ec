"""What a user's funnels and targets may say, row by row and together."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

Row = Mapping[str, str]
MOST_STEPS = 10
# Seconds are added to moments as 32-bit numbers; 68 years are longer than any funnel.
LONGEST_WINDOW = 2**31 - 1
WHOLE_NUMBER = re.compile(r"\d{1,10}")
DECIMAL_NUMBER = re.compile(r"\d+(\.\d+)?")
REPEATABLE = ("event", "conversion")


def funnel_row_problems(row: Row) -> Iterator[str]:
    """What is wrong with one step."""
    for column in ("funnel", "step"):
        if not row[column].strip():
            yield f"{column} is empty. Give it a name."
    if not (WHOLE_NUMBER.fullmatch(row["step_no"]) and 1 <= int(row["step_no"]) <= MOST_STEPS):
        yield f"step_no is '{row['step_no']}'. Allowed: 1 to {MOST_STEPS}."
    for column in ("step_window_seconds", "funnel_window_seconds"):
        value = row[column]
        if value and not (WHOLE_NUMBER.fullmatch(value) and int(value) <= LONGEST_WINDOW):
            yield f"{column} is '{value}'. Allowed: whole seconds up to {LONGEST_WINDOW}, or empty for none."
    if not row["match"] and row["entered_by"] != "touchpoint":
        yield f"match is empty. Say which {row['entered_by']} enters the step; only touchpoint may match any."
    if row["match"].endswith(":repeat") and row["entered_by"] not in REPEATABLE:
        yield f"match is '{row['match']}'. ':repeat' is for entered_by {' and '.join(REPEATABLE)}."


def funnels_problems(rows: Sequence[Row]) -> Iterator[str]:
    """What is wrong with the steps of a funnel together."""
    numbers: dict[str, list[int]] = {}
    for row in rows:
        if WHOLE_NUMBER.fullmatch(row["step_no"]):
            numbers.setdefault(row["funnel"], []).append(int(row["step_no"]))
    for funnel, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            told = ", ".join(map(str, sorted(found)))
            yield f"the steps of {funnel} are numbered {told}. Number them from 1 without gaps, each once."


def target_row_problems(row: Row) -> Iterator[str]:
    """What is wrong with one target."""
    try:
        is_month = date.fromisoformat(row["period_month"]).day == 1
    except ValueError:
        is_month = False
    if not is_month:
        yield f"period_month is '{row['period_month']}'. Give the first day of a month, such as 2026-07-01."
    if not DECIMAL_NUMBER.fullmatch(row["target"]):
        yield f"target is '{row['target']}'. Give a number that isn't negative."
    if row["metric"] == "entered" and not row["step_or_stage"]:
        yield "step_or_stage is empty. Say what is to be entered."


def unknown_steps(targets: Sequence[Row], funnels: Sequence[Row]) -> Iterator[tuple[int, str]]:
    """(position, words) of each target of a funnel's step that the funnel doesn't have."""
    steps: dict[str, list[str]] = {}
    for row in funnels:
        steps.setdefault(row["funnel"], []).append(row["step"])
    for position, row in enumerate(targets):
        known = steps.get(row["funnel_or_pipeline"])
        if known and row["step_or_stage"] not in known:
            yield (
                position,
                f"step_or_stage is '{row['step_or_stage']}'. Steps of {row['funnel_or_pipeline']}: "
                f"{', '.join(known)}.",
            )
