"""Vars that a run may not take stop it with the var, its value and what is allowed."""

import math
import re

import pytest

from orchestration.attribution_rules import OWN_MODELS
from orchestration.failures import ConfigurationError
from orchestration.settings import DBT_PROJECT
from orchestration.variables import RULES, judge_vars, known_vars, problems


def test_the_project_s_own_vars_may_be_taken() -> None:
    judge_vars()
    assert RULES.keys() <= known_vars().keys()


@pytest.mark.parametrize(
    "told",
    [
        "{attribution_subject: company, attribution_paths: cycles, attribution_collapse_repeats: true}",
        "{attribution_lookback_days: 1, time_decay_half_life_days: 0.5, markov_order: 2}",
        "{reporting_currency: EUR, reporting_time_zone: Europe/Berlin, gross_margin: 0, dark_after_days: 1}",
        "{subscription_gap_days: 0, fiscal_year_start_month: 12, inactivity_churn_days: 36500}",
        "{deal_term_months: 24, alive_probability_floor: 1}",
    ],
)
def test_what_the_contract_allows_is_taken(told: str) -> None:
    judge_vars(told)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            "{attribution_subject: account}",
            "var attribution_subject is 'account'. Allowed: person or company.",
        ),
        ("{attribution_subject: }", "var attribution_subject is empty. Allowed: person or company."),
        (
            "{attribution_paths: cycle}",
            "var attribution_paths is 'cycle'. Allowed: per_conversion or cycles.",
        ),
        (
            "{attribution_collapse_repeats: 'no'}",
            "var attribution_collapse_repeats is 'no'. Allowed: true or false.",
        ),
        (
            "{attribution_lookback_days: 0}",
            "var attribution_lookback_days is 0. Allowed: whole numbers from 1 to 36500.",
        ),
        (
            "{alive_probability_floor: 0}",
            "var alive_probability_floor is 0. Allowed: numbers above 0 up to 1.",
        ),
        (
            "{attribution_lookback_days: '30'}",
            "var attribution_lookback_days is '30'. Allowed: whole numbers from 1",
        ),
        (
            "{attribution_lookback_days: 30.5}",
            "var attribution_lookback_days is 30.5. Allowed: whole numbers",
        ),
        (
            "{attribution_lookback_days: true}",
            "var attribution_lookback_days is true. Allowed: whole numbers",
        ),
        (
            "{time_decay_half_life_days: 0}",
            "var time_decay_half_life_days is 0. Allowed: numbers above 0 up to 36500.",
        ),
        ("{time_decay_half_life_days: -7}", "var time_decay_half_life_days is -7. Allowed: numbers above 0"),
        (
            "{time_decay_half_life_days: .inf}",
            "var time_decay_half_life_days is inf. Allowed: numbers above 0",
        ),
        ("{markov_order: 3}", "var markov_order is 3. Allowed: 1 or 2."),
        ("{markov_order: '1'}", "var markov_order is '1'. Allowed: 1 or 2."),
        ("{markov_order: true}", "var markov_order is true. Allowed: 1 or 2."),
        ("{gross_margin: 60}", "var gross_margin is 60. Allowed: numbers from 0 to 1."),
        (
            "{reporting_currency: usd}",
            "var reporting_currency is 'usd'. Allowed: a currency of three capital letters",
        ),
        (
            "{reporting_time_zone: Berlin}",
            "var reporting_time_zone is 'Berlin'. Allowed: a name of the time zone",
        ),
        (
            "{fiscal_year_start_month: 13}",
            "var fiscal_year_start_month is 13. Allowed: whole numbers from 1 to 12.",
        ),
        ("{dark_after_days: -1}", "var dark_after_days is -1. Allowed: whole numbers from 1"),
        ("{markov_ordr: 2}", "--vars: unknown markov_ordr. The vars are a"),
        ("{2: 2}", "--vars: unknown 2."),
        ("[markov_order]", "--vars: not a mapping."),
        ("{markov_order", "--vars: not YAML"),
    ],
)
def test_what_it_does_not_allow_stops_the_run(told: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(said)) as stopped:
        judge_vars(told)
    assert stopped.value.exit_code == 2


@pytest.mark.parametrize(
    ("default", "good", "bad", "allowed"),
    [(False, True, 1, "true or false"), (30, 2.5, math.nan, "numbers from 0"), ("x", "y", " ", "a text")],
)
def test_a_var_without_a_rule_is_of_its_default_s_kind(
    default: object, good: object, bad: object, allowed: str
) -> None:
    assert not [*problems({"new": good}, {"new": default})]
    [problem] = problems({"new": bad}, {"new": default})
    assert problem.startswith("var new is ") and problem.endswith(f"Allowed: {allowed}.")


def test_the_models_whose_names_are_taken_are_those_of_the_macro() -> None:
    macro = (DBT_PROJECT / "macros" / "attribution_models.sql").read_text()
    named = re.search(r"return\(\[(.*?)\]\)", macro)
    assert named
    assert set(re.findall(r"'(\w+)'", named[1])) <= set(OWN_MODELS)
