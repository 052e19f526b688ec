import re
from pathlib import Path

import pytest

from ingestion.entities import CONTRACT
from orchestration.failures import ConfigurationError
from orchestration.seeds import CATEGORIES, COLUMNS, EXCLUDABLE, NUMBERS, assemble, problems
from orchestration.settings import DBT_PROJECT

WEIGHTS = "model,position,weight\nfirst_touch,first,1\n"
RATES = "rate_date,currency,rate_to_reporting\n2026-01-01,EUR,1.1\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "attribution_weights.csv").write_text(WEIGHTS)
    (folder / "exchange_rates.csv").write_text(RATES)
    return folder


@pytest.fixture
def user(tmp_path: Path) -> Path:
    folder = tmp_path / "user"
    folder.mkdir()
    return folder


def test_a_users_file_replaces_the_projects_whole_and_the_others_stay(
    project: Path, user: Path, tmp_path: Path
) -> None:
    (user / "exchange_rates.csv").write_text("rate_date,currency,rate_to_reporting\n2026-01-01,EGP,0.02\n")
    target = tmp_path / "seeds"
    assert assemble(project, user, target) == ["exchange_rates.csv"]
    assert "EGP" in (target / "exchange_rates.csv").read_text()
    assert "EUR" not in (target / "exchange_rates.csv").read_text()
    assert (target / "attribution_weights.csv").read_text() == WEIGHTS


def test_a_users_attribution_models_stand_beside_the_projects(
    project: Path, user: Path, tmp_path: Path
) -> None:
    (project / "attribution_weights.csv").write_text(WEIGHTS + "linear,spread,1\n")
    (user / "attribution_weights.csv").write_text("model,position,weight\nours,last,1\nlinear,first,1\n")
    assemble(project, user, tmp_path / "seeds")
    assert (tmp_path / "seeds" / "attribution_weights.csv").read_text() == (
        "model,position,weight\nfirst_touch,first,1\nours,last,1\nlinear,first,1\n"
    )


def test_assembling_again_touches_no_unchanged_file_and_drops_what_is_gone(
    project: Path, tmp_path: Path
) -> None:
    target = tmp_path / "seeds"
    assemble(project, None, target)
    before = (target / "attribution_weights.csv").stat().st_mtime_ns
    (project / "exchange_rates.csv").unlink()
    assemble(project, None, target)
    assert (target / "attribution_weights.csv").stat().st_mtime_ns == before
    assert not (target / "exchange_rates.csv").exists()


def test_a_name_that_no_seed_has_stops_and_lists_the_names(project: Path, user: Path, tmp_path: Path) -> None:
    (user / "exchange_rate.csv").write_text(RATES)
    with pytest.raises(
        ConfigurationError, match=r"exchange_rate\.csv.*attribution_weights\.csv, exchange_rates\.csv"
    ):
        assemble(project, user, tmp_path / "seeds")
    assert not (tmp_path / "seeds").exists()


def test_a_folder_that_is_not_there_stops(project: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"FUNNELHOUSE_SEEDS: .*nowhere is not a folder"):
        assemble(project, tmp_path / "nowhere", tmp_path / "seeds")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "model,position,weight\nlinear,spread,1\nmine,middle,1\n",
            "line 3: position is 'middle'. Allowed: first, lead, opportunity, last, spread.",
        ),
        ("model,place,weight\n", "line 1: no column position. The columns are model, position, weight."),
        (
            "model,position,weight,note\nmine,first,1,x\n",
            "line 1: no such column: note. Allowed: model, position, weight.",
        ),
        ("model,position,weight\nmine,first\n", "line 2: as many values as the header has"),
        ("model,position,weight\nmine,first,1,2\n", "line 2: as many values as the header has"),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_what_is_allowed(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "attribution_weights.csv"
    file.write_text(text)
    [problem] = problems(file)
    assert problem.startswith(str(file))
    assert said in problem


@pytest.mark.parametrize(
    ("seed", "row", "said"),
    [
        (
            "attribution_weights",
            "time_decay,first,1",
            "line 2: model is 'time_decay', which weights can't change.",
        ),
        ("attribution_weights", "Markov,first,1", "line 2: model is 'Markov', which weights can't change."),
        ("attribution_weights", ",first,1", "line 2: model is empty. Give it a name."),
        ("attribution_weights", "mine,first,-1", "line 2: weight is '-1'. Allowed: a number that isn't neg"),
        (
            "attribution_weights",
            "mine,first,half",
            "line 2: weight is 'half'. Allowed: a number that isn't neg",
        ),
        ("attribution_lookbacks", ",,30", "line 2: conversion_type and channel are empty. Name one;"),
        (
            "attribution_lookbacks",
            "won,,0",
            "line 2: lookback_days is '0'. Allowed: whole days from 1 to 36500.",
        ),
        ("attribution_lookbacks", ",email,1.5", "line 2: lookback_days is '1.5'. Allowed: whole days from 1"),
        ("attribution_lookbacks", "won,email,", "line 2: lookback_days is ''. Allowed: whole days from 1"),
        ("exclusions", "invoice,email,x,test", "line 2: object is 'invoice'. Allowed: contact, company"),
        ("exclusions", "deal,email,x,test", "line 2: field is 'email'. Allowed for deal: deal_id, stage, "),
        ("exclusions", "contact,email,(,test", "line 2: pattern is '(', no regular expression (missing ): "),
        ("exclusions", "contact,email,a)(b,test", "line 2: pattern is 'a)(b', no regular expression"),
        ("exclusions", "contact,email,(?=a),test", "line 2: pattern is '(?=a)', no regular expression"),
        ("exclusions", "contact,email,,test", "line 2: pattern is empty, which would match everything."),
        (
            "activity_channels",
            "call,inwards,sales",
            "line 2: direction is 'inwards'. Allowed: inbound, outbo",
        ),
        (
            "activity_channels",
            ",inbound,sales",
            "line 2: type is empty. Say which activities are touchpoints.",
        ),
        ("activity_channels", "call,,", "line 2: channel is empty. Say of which channel they are."),
        ("shared_identifiers", "email,[,test", "line 2: pattern is '[', no regular expression"),
        ("tenure_bands", "0,new\n-1,old", "line 3: from_months is '-1'. Allowed: whole months from 0."),
        ("tenure_bands", "0,", "line 2: tenure_band is empty. Give the band a name."),
        ("tenure_bands", "3,later", "no band begins at 0 months. Add one:"),
        ("tenure_bands", "0,new\n6,old\n6,older", "two bands begin at 6 months. Keep one of the rows."),
        ("lead_score_points", "shoe_size,x,1", "line 2: signal is 'shoe_size'. Allowed: lifecycle_stage, "),
        ("lead_score_points", "segment,(,1", "line 2: match is '(', no regular expression"),
        ("lead_score_points", "segment,,1", "line 2: match is empty, which would match everything."),
        ("lead_score_points", "segment,smb,many", "line 2: points is 'many', no number."),
        (
            "lead_score_points",
            "days_in_stage,>30,1",
            "line 2: match is '>30', and days_in_stage is a number. Allowed: 3, >=3, <=3 or 3..7.",
        ),
        ("channel_rules", "1,x,,*,,,,false,false", "line 2: utm_source is '*', no regular expression"),
        ("funnels", "f,1,,tofu,event,visit,,", "line 2: step is empty. Give it a name."),
        ("funnels", "f,1,a,tofu,event,,,", "line 2: match is empty. Say which event enters the step;"),
        (
            "funnels",
            "f,1,a,tofu,event,visit,-1,",
            "line 2: step_window_seconds is '-1'. Allowed: whole seconds",
        ),
        (
            "funnels",
            "f,1,a,tofu,event,visit,,1 day",
            "line 2: funnel_window_seconds is '1 day'. Allowed: whole",
        ),
        ("funnels", "f,1,a,tofu,event,visit,,2147483648", "line 2: funnel_window_seconds is '2147483648'."),
        (
            "funnels",
            "f,1,a,tofu,deal_stage,won:repeat,,",
            "line 2: match is 'won:repeat'. ':repeat' is for entered_by event and conversion.",
        ),
        (
            "funnels",
            "f,2,a,tofu,event,visit,,",
            "funnels.csv: the steps of f are numbered 2. Number them from 1",
        ),
        (
            "stage_targets",
            "2026-07-02,deals,main,,,1",
            "line 2: period_month is '2026-07-02'. Give the first",
        ),
        ("stage_targets", "2026-07,deals,main,,,1", "line 2: period_month is '2026-07'. Give the first day"),
        ("stage_targets", "2026-07-01,deals,main,,,-1", "line 2: target is '-1'. Give a number that isn't"),
        ("stage_targets", "2026-07-01,entered,main,,,1", "line 2: step_or_stage is empty. Say what is to be"),
    ],
)
def test_what_a_rule_names_must_be_known_and_its_pattern_readable(
    tmp_path: Path, seed: str, row: str, said: str
) -> None:
    file = tmp_path / f"{seed}.csv"
    file.write_text(f"{','.join(COLUMNS[seed])}\n{row}\n")
    [problem] = problems(file)
    assert said in problem


@pytest.mark.parametrize("row", ["contact,email,@ours\\.example$,test", "touchpoint,landing_url,/test/,test"])
def test_a_readable_exclusion_has_no_problem(tmp_path: Path, row: str) -> None:
    file = tmp_path / "exclusions.csv"
    file.write_text(f"object,field,pattern,reason\n{row}\n")
    assert list(problems(file)) == []


def test_an_activity_is_named_once(tmp_path: Path) -> None:
    file = tmp_path / "activity_channels.csv"
    file.write_text("type,direction,channel\ncall,,sales\ncall,inbound,phone\n Call,,phone\n")
    assert [problem.removeprefix(str(file)) for problem in problems(file)] == [
        ": type 'call' with direction '' is there twice. Keep one of the rows."
    ]


def test_steps_are_numbered_without_gaps_and_within_what_attempts_follow(tmp_path: Path) -> None:
    file = tmp_path / "funnels.csv"
    steps = [f"f,{number},s{number},tofu,event,visit,," for number in (1, 3, 11)]
    file.write_text("\n".join([",".join(COLUMNS["funnels"]), *steps, ""]))
    assert [problem.removeprefix(str(file)) for problem in problems(file)] == [
        ", line 4: step_no is '11'. Allowed: 1 to 10.",
        ": the steps of f are numbered 1, 3, 11. Number them from 1 without gaps, each once.",
    ]


def test_a_target_of_a_step_that_its_funnel_lacks_stops(project: Path, user: Path, tmp_path: Path) -> None:
    (project / "funnels.csv").write_text(f"{','.join(COLUMNS['funnels'])}\nf,1,visit,tofu,touchpoint,,,\n")
    (project / "stage_targets.csv").write_text(f"{','.join(COLUMNS['stage_targets'])}\n")
    (user / "stage_targets.csv").write_text(
        f"{','.join(COLUMNS['stage_targets'])}\n2026-07-01,entered,main,demo,,1\n2026-07-01,entered,f,mql,,1\n"
    )
    with pytest.raises(ConfigurationError, match=r"line 3: step_or_stage is 'mql'. Steps of f: visit\."):
        assemble(project, user, tmp_path / "seeds")


def test_a_good_file_has_no_problem(project: Path) -> None:
    assert [problem for file in project.glob("*.csv") for problem in problems(file)] == []


def test_the_signals_that_a_seed_may_name_are_those_that_sql_knows() -> None:
    macro = (DBT_PROJECT / "macros" / "lead_signals.sql").read_text()
    for kind, signals in (("category", CATEGORIES), ("number", NUMBERS)):
        assert tuple(re.findall(rf"'(\w+)': \('{kind}'", macro)) == signals


def test_the_seeds_of_the_project_have_no_problem() -> None:
    assert [problem for file in (DBT_PROJECT / "seeds").glob("*.csv") for problem in problems(file)] == []


@pytest.mark.parametrize(("excludable", "entity"), EXCLUDABLE.items())
def test_every_field_that_a_rule_may_name_is_matched(excludable: str, entity: str) -> None:
    models = (DBT_PROJECT / "intermediate" / "canonical").glob("canonical_excl*.sql")
    calls = [
        re.findall(r"'(\w+)'", call)
        for model in models
        for call in re.findall(rf"excluded_records\('{excludable}', .*?\) }}}}", model.read_text(), re.DOTALL)
    ]
    matched = {name for call in calls for name in call}
    fields = {field.partition(":")[0] for field in CONTRACT[entity].replace("*", "").split()}
    assert calls
    assert fields <= matched
