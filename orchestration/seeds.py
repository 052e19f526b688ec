"""A run's seeds: the project's, replaced by the user's files of the same name, and judged."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import duckdb

from ingestion.entities import CONTRACT
from orchestration.attribution_rules import lookback_row_problems, weight_row_problems
from orchestration.failures import ConfigurationError
from orchestration.funnel_rules import (
    funnel_row_problems,
    funnels_problems,
    target_row_problems,
    unknown_steps,
)
from orchestration.tenure_rules import tenure_band_row_problems, tenure_bands_problems
from orchestration.touchpoint_rules import activity_channel_row_problems, activity_channels_problems

# The one seed to which a user's file adds: nobody who wants a model of their own wants to lose the others.
ADDING = "attribution_weights.csv"
STAGE_PHASES = ("prospecting", "qualification", "consideration", "decision", "delivery")
BOOLEANS = ("true", "false", "")

# What scores a lead, as the macro lead_signals lists it: compared with a pattern, or with a range of numbers.
CATEGORIES = (
    "lifecycle_stage", "segment", "country", "industry", "size_band", "lead_source", "acquisition_channel",
)  # fmt: skip
NUMBERS = (
    "touchpoints_30d", "touchpoints_90d", "email_clicks_30d", "content_downloads_90d", "demo_requests_90d",
    "activities_inbound_30d", "activities_outbound_30d", "meetings_90d", "days_since_last_touch",
    "days_in_stage", "days_as_lead", "times_recycled",
)  # fmt: skip
POINTS = re.compile(r"[+-]?\d+(\.\d+)?")
RANGE = re.compile(r"(>=|<=)?\d+|\d+\.\.\d+")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "funnels": (
        "funnel", "step_no", "step", "zone", "entered_by", "match", "step_window_seconds",
        "funnel_window_seconds",
    ),
    "stage_map": (
        "source_system", "object", "source_stage", "stage", "stage_order", "pipeline_phase", "is_closed",
        "is_won", "probability",
    ),
    "channel_rules": (
        "rule_order", "channel", "click_id", "utm_source", "utm_medium", "utm_campaign", "referrer_host",
        "is_paid", "is_direct",
    ),
    "activity_channels": ("type", "direction", "channel"),
    "attribution_weights": ("model", "position", "weight"),
    "attribution_lookbacks": ("conversion_type", "channel", "lookback_days"),
    "stage_targets": ("period_month", "metric", "funnel_or_pipeline", "step_or_stage", "owner", "target"),
    "exchange_rates": ("rate_date", "currency", "rate_to_reporting"),
    "exclusions": ("object", "field", "pattern", "reason"),
    "shared_identifiers": ("kind", "pattern", "reason"),
    "free_mail_domains": ("domain",),
    "lead_score_points": ("signal", "match", "points"),
    "tenure_bands": ("from_months", "tenure_band"),
}  # fmt: skip

ALLOWED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("funnels", "zone"): ("tofu", "mofu", "bofu", "post_sale"),
    ("funnels", "entered_by"): ("event", "touchpoint", "lifecycle_stage", "deal_stage", "conversion"),
    ("stage_map", "object"): ("contact", "deal"),
    ("stage_map", "pipeline_phase"): (*STAGE_PHASES, ""),
    ("stage_map", "is_closed"): BOOLEANS,
    ("stage_map", "is_won"): BOOLEANS,
    ("channel_rules", "is_paid"): BOOLEANS,
    ("channel_rules", "is_direct"): BOOLEANS,
    ("activity_channels", "direction"): ("inbound", "outbound", "unknown", ""),
    ("attribution_weights", "position"): ("first", "lead", "opportunity", "last", "spread"),
    ("stage_targets", "metric"): ("entered", "revenue", "deals"),
    ("lead_score_points", "signal"): (*CATEGORIES, *NUMBERS),
    ("shared_identifiers", "kind"): ("email", "contact", "customer", "member", "anonymous", "click"),
}

# What can be excluded, and the entity of the files whose columns are its fields.
EXCLUDABLE: Mapping[str, str] = {
    "contact": "contacts", "company": "companies", "deal": "deals", "touchpoint": "touchpoints",
    "email_event": "email_events", "order": "orders", "activity": "activities",
}  # fmt: skip

ROW_JUDGES: Mapping[str, Callable[[Mapping[str, str]], Iterator[str]]] = {
    "activity_channels": activity_channel_row_problems,
    "attribution_lookbacks": lookback_row_problems,
    "attribution_weights": weight_row_problems,
    "funnels": funnel_row_problems,
    "stage_targets": target_row_problems,
    "tenure_bands": tenure_band_row_problems,
}
SEED_JUDGES: Mapping[str, Callable[[Sequence[Mapping[str, str]]], Iterator[str]]] = {
    "activity_channels": activity_channels_problems,
    "funnels": funnels_problems,
    "tenure_bands": tenure_bands_problems,
}

# Columns that are regular expressions, and whether an empty one means anything.
PATTERNS: Mapping[str, tuple[tuple[str, ...], bool]] = {
    "exclusions": (("pattern",), False),
    "shared_identifiers": (("pattern",), False),
    "channel_rules": (("click_id", "utm_source", "utm_medium", "utm_campaign", "referrer_host"), True),
}


def assemble(project_seeds: Path, user_seeds: Path | None, target: Path) -> list[str]:
    """Fill target with the seeds of this run; return the names that the user's folder replaced."""
    replaced = judged_replacements(project_seeds, user_seeds)
    chosen = {file.name: file for file in sorted(project_seeds.glob("*.csv"))} | replaced
    target.mkdir(parents=True, exist_ok=True)
    for stale in target.glob("*.csv"):
        if stale.name not in chosen:
            stale.unlink()
    for name, file in chosen.items():
        text = file.read_text(encoding="utf-8-sig")
        if name == ADDING and name in replaced:
            text = with_models(project_seeds / name, file)
        copy = target / name
        if not copy.exists() or copy.read_text(encoding="utf-8") != text:
            copy.write_text(text, encoding="utf-8")
    return sorted(replaced)


def judged_replacements(project_seeds: Path, user_seeds: Path | None) -> dict[str, Path]:
    """The user's seed files by name; the first thing wrong in a seed of either folder is raised."""
    replaced = _replacements(project_seeds, user_seeds)
    ours = {file.name: file for file in sorted(project_seeds.glob("*.csv"))}
    chosen = ours | replaced
    for file in chosen.values():
        for problem in problems(file):
            raise ConfigurationError(problem)
    if {"funnels.csv", "stage_targets.csv"} <= chosen.keys():
        for problem in _target_problems(chosen["stage_targets.csv"], chosen["funnels.csv"]):
            raise ConfigurationError(problem)
    return replaced


def _target_problems(targets: Path, funnels: Path) -> Iterator[str]:
    """Targets of steps that the chosen funnels don't have."""
    aims, steps = ([*csv.DictReader(file.open(encoding="utf-8-sig"))] for file in (targets, funnels))
    for position, problem in unknown_steps(aims, steps):
        yield f"{targets}, line {position + 2}: {problem}"


def with_models(project: Path, user: Path) -> str:
    """The project's attribution models and the user's; of a model that both have, the user's."""
    theirs, ours = ([*csv.DictReader(file.open(encoding="utf-8-sig"))] for file in (user, project))
    models = {row["model"] for row in theirs}
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS[Path(ADDING).stem], lineterminator="\n")
    writer.writeheader()
    writer.writerows([row for row in ours if row["model"] not in models] + theirs)
    return text.getvalue()


def _replacements(project_seeds: Path, user_seeds: Path | None) -> dict[str, Path]:
    if user_seeds is None:
        return {}
    if not user_seeds.is_dir():
        raise ConfigurationError(
            f"FUNNELHOUSE_SEEDS: {user_seeds} is not a folder. "
            "Name one, or unset it to use the project's seeds."
        )
    known = {file.name for file in project_seeds.glob("*.csv")}
    files = {file.name: file for file in sorted(user_seeds.glob("*.csv"))}
    for name in files:
        if name not in known:
            raise ConfigurationError(
                f"{user_seeds / name}: no seed has this name. Rename or remove it; "
                f"the seeds are {', '.join(sorted(known))}."
            )
    return files


def problems(file: Path) -> Iterator[str]:
    """What is wrong with a seed file, each with file, line and what is allowed."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.DictReader(opened)
        expected = COLUMNS.get(file.stem)
        header = tuple(reader.fieldnames or ())
        if expected and (missing := [name for name in expected if name not in header]):
            yield f"{file}, line 1: no column {', '.join(missing)}. The columns are {', '.join(expected)}."
            return
        if expected and (unknown := [name for name in header if name not in expected]):
            yield f"{file}, line 1: no such column: {', '.join(unknown)}. Allowed: {', '.join(expected)}."
            return
        rows = []
        for row in reader:
            rows.append(row)
            yield from _row_problems(file, reader.line_num, row)
        if judge := SEED_JUDGES.get(file.stem):
            yield from (f"{file}: {problem}" for problem in judge(rows))


def _row_problems(file: Path, line: int, row: Mapping[str | None, str | None]) -> Iterator[str]:
    if None in row or None in row.values():
        yield f"{file}, line {line}: as many values as the header has, please; quote those with commas."
        return
    for column, value in row.items():
        allowed = ALLOWED.get((file.stem, str(column)))
        if allowed and str(value).lower() not in allowed:
            shown = ", ".join(name or "(empty)" for name in allowed)
            yield f"{file}, line {line}: {column} is '{value}'. Allowed: {shown}."
    values = {str(column): str(value) for column, value in row.items()}
    if judge := ROW_JUDGES.get(file.stem):
        yield from (f"{file}, line {line}: {problem}" for problem in judge(values))
    if file.stem == "lead_score_points":
        yield from _points_problems(f"{file}, line {line}", row)
    if file.stem == "exclusions":
        yield from _unknown_fields(f"{file}, line {line}", row)
    columns, may_be_empty = PATTERNS.get(file.stem, ((), True))
    for column in columns:
        if problem := _pattern_problem(row[column] or "", may_be_empty):
            yield f"{file}, line {line}: {column} {problem}"


def _points_problems(place: str, row: Mapping[str | None, str | None]) -> Iterator[str]:
    signal, match, points = (str(row[column]) for column in COLUMNS["lead_score_points"])
    if signal in CATEGORIES and (problem := _pattern_problem(match, may_be_empty=False)):
        yield f"{place}: match {problem}"
    if signal in NUMBERS and not RANGE.fullmatch(match):
        yield f"{place}: match is '{match}', and {signal} is a number. Allowed: 3, >=3, <=3 or 3..7."
    if not POINTS.fullmatch(points):
        yield f"{place}: points is '{points}', no number."


def _unknown_fields(place: str, row: Mapping[str | None, str | None]) -> Iterator[str]:
    entity = EXCLUDABLE.get((row["object"] or "").lower())
    if entity is None:
        yield f"{place}: object is '{row['object']}'. Allowed: {', '.join(EXCLUDABLE)}."
        return
    fields = CONTRACT[entity].replace("*", "").split()
    names = [field.partition(":")[0] for field in fields]
    if (row["field"] or "").lower() not in names:
        yield f"{place}: field is '{row['field']}'. Allowed for {row['object']}: {', '.join(names)}."


def _pattern_problem(pattern: str, may_be_empty: bool) -> str | None:
    """What keeps a pattern from being used; judged by the engine that will use it."""
    if not pattern.strip():
        return None if may_be_empty else "is empty, which would match everything. Name what is meant."
    try:
        _engine().execute("select regexp_matches('', ?)", [pattern])
    except duckdb.Error as error:
        reason = str(error).removeprefix("Invalid Input Error: ").strip()
        return f"is '{pattern}', no regular expression ({reason}). A character meant as such follows a \\."
    return None


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()
