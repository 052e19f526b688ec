"""The dbt vars of a run: those of the project and those told, judged before anything is read."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import duckdb

from orchestration.attribution_rules import LONGEST_LOOKBACK
from orchestration.failures import ConfigurationError
from orchestration.settings import DBT_PROJECT

Fits = Callable[[Any], bool]
CURRENCY = re.compile(r"[A-Z]{3}")


def _whole(least: int, most: int) -> tuple[Fits, str]:
    return (
        lambda value: type(value) is int and least <= value <= most
    ), f"whole numbers from {least} to {most}"


def _number(least: float, most: float, *, above: bool = False) -> tuple[Fits, str]:
    def fits(value: Any) -> bool:
        return _is_number(value) and (least < value if above else least <= value) and value <= most

    return fits, f"numbers {'above' if above else 'from'} {least:g} {'up ' if above else ''}to {most:g}"


def _one_of(*allowed: str | int) -> tuple[Fits, str]:
    def fits(value: Any) -> bool:
        return type(value) in (str, int) and value in allowed

    return fits, " or ".join(map(str, allowed))


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


@cache
def _is_time_zone(name: Any) -> bool:
    """Whether the engine that will use the time zone knows it."""
    with duckdb.connect() as engine:
        found = engine.execute("select count(*) from pg_timezone_names() where name = ?", [name]).fetchone()
    return bool(found and found[0])


SWITCH: tuple[Fits, str] = (lambda value: type(value) is bool), "true or false"
SOME_NUMBER: tuple[Fits, str] = (lambda value: _is_number(value) and value >= 0), "numbers from 0"
SOME_TEXT: tuple[Fits, str] = (lambda value: type(value) is str and bool(value.strip())), "a text"

RULES: Mapping[str, tuple[Fits, str]] = {
    "reporting_currency": (
        lambda value: type(value) is str and CURRENCY.fullmatch(value) is not None,
        "a currency of three capital letters, such as USD",
    ),
    "reporting_time_zone": (
        lambda value: type(value) is str and _is_time_zone(value),
        "a name of the time zone database, such as UTC or Europe/Berlin",
    ),
    "attribution_lookback_days": _whole(1, LONGEST_LOOKBACK),
    "attribution_subject": _one_of("person", "company"),
    "attribution_paths": _one_of("per_conversion", "cycles"),
    "time_decay_half_life_days": _number(0, LONGEST_LOOKBACK, above=True),
    "markov_order": _one_of(1, 2),
    "attribution_min_conversions": _whole(1, 1_000_000),
    "gross_margin": _number(0, 1),
    "inactivity_churn_days": _whole(1, 36_500),
    "alive_probability_floor": _number(0, 1, above=True),
    "subscription_gap_days": _whole(0, 36_500),
    "deal_term_months": _whole(1, 120),
    "restricted_mean_months": _whole(1, 999),
    "value_holdout_share": _number(0, 1, above=True),
    "value_discount_rate": _number(0, 1),
    "churn_risk_high_share": _number(0, 1),
    "churn_risk_medium_share": _number(0, 1),
    "churn_risk_most_learnt_from": _whole(200, 1_000_000),
    "dark_after_days": _whole(1, 36_500),
    "dark_after_outbound": _whole(1, 1_000),
    "fiscal_year_start_month": _whole(1, 12),
}


def known_vars() -> dict[str, Any]:
    """The dbt vars and their defaults, as dbt_project.yml has them."""
    import yaml  # type: ignore[import-untyped]

    project = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text())
    return dict(project.get("vars", {}))


def judge_vars(text: str | None = None) -> None:
    """Raise the first thing wrong with the vars of a run: the project's, and those told as YAML instead."""
    known = known_vars()
    told = _told(text) if text else {}
    if unknown := sorted(set(map(str, told)) - set(known)):
        raise ConfigurationError(
            f"--vars: unknown {', '.join(unknown)}. The vars are {', '.join(sorted(known))}."
        )
    for problem in problems(known | told, known):
        raise ConfigurationError(problem)


def problems(values: Mapping[str, Any], defaults: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the values of vars; one without a rule of its own is of its default's kind."""
    for name, value in values.items():
        fits, allowed = RULES.get(name) or _kind(defaults.get(name))
        if not fits(value):
            yield f"var {name} is {_shown(value)}. Allowed: {allowed}."


def _kind(default: Any) -> tuple[Fits, str]:
    if type(default) is bool:
        return SWITCH
    return SOME_NUMBER if _is_number(default) else SOME_TEXT


def _shown(value: Any) -> str:
    """A value as YAML has it: a text in quotes, so that '30' and 30 differ to the reader, too."""
    if type(value) is bool:
        return str(value).lower()
    return "empty" if value is None else repr(value)


def _told(text: str) -> dict[str, Any]:
    import yaml

    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigurationError(
            f"--vars: not YAML ({error}). Write for example '{{markov_order: 2}}'."
        ) from error
    if not isinstance(given, dict):
        raise ConfigurationError(
            "--vars: not a mapping. Write for example '{attribution_lookback_days: 30}'."
        )
    return given
