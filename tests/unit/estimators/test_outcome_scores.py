import numpy as np
import pytest

from estimators.outcome_scores import (
    NO_BETTER_THAN_CHANCE,
    NOTHING_TO_JUDGE_BY,
    SCORED,
    TOO_FEW_OUTCOMES,
    TOO_FEW_SUBJECTS,
    judged,
    main_reasons,
    score_outcomes,
)

TRAINED, EVALUATED, CURRENT = 2000, 1000, 200


def leads(seed: int = 1, effect: float = 2.0) -> dict[str, np.ndarray]:
    """Leads who become opportunities more often with more visits (signal 1) and in category 2 (signal 2)."""
    rng = np.random.default_rng(seed)
    count = TRAINED + EVALUATED + CURRENT
    part = np.repeat([0, 1, 2], [TRAINED, EVALUATED, CURRENT])
    visits, noise = rng.integers(0, 9, count), rng.integers(0, 9, count)
    category = rng.choice([1, 2, 3], count, p=[0.5, 0.2, 0.3])
    log_odds = -3 + effect * (np.log1p(visits) - 1.5) + effect * (category == 2)
    return {
        "row_no": np.arange(count) + 1,
        "checksum": np.arange(count) * 3,
        "lead_no": np.arange(count) + 1,
        "is_current": (part == 2).astype(int),
        "is_training": (part == 0).astype(int),
        "is_evaluation": (part == 1).astype(int),
        "is_opportunity": (rng.random(count) < 1 / (1 + np.exp(-log_odds))).astype(int),
        "visits": visits.astype(float),
        "category_code": category,
        "noise": noise.astype(float),
    }


def scores_of(given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return score_outcomes(given, "lead_no", "is_opportunity")


@pytest.fixture(scope="module")
def scored() -> dict[str, np.ndarray]:
    """What is said of leads()."""
    return scores_of(leads())


def test_scores_are_probabilities_that_later_leads_bear_out(scored: dict[str, np.ndarray]) -> None:
    given, found = leads(), scored
    evaluated = given["is_evaluation"][found["row_no"] - 1] == 1
    outcome = given["is_opportunity"][found["row_no"] - 1]
    score = found["score"]
    assert set(found["refusal"]) == {SCORED}
    assert found["auc"][0] > 0.8
    assert score[evaluated].mean() == pytest.approx(outcome[evaluated].mean(), abs=0.03)
    high = evaluated & (score > np.quantile(score, 0.8))
    assert score[high].mean() == pytest.approx(outcome[high].mean(), abs=0.08)


def test_the_reasons_are_what_moves_a_lead_and_in_which_direction(scored: dict[str, np.ndarray]) -> None:
    given, found = leads(), scored
    rows = found["row_no"] - 1
    current = given["is_current"][rows] == 1
    unvisited, in_category = given["visits"][rows] == 0, given["category_code"][rows] == 2
    assert set(found["reason_1"][current & unvisited]) == {-1}
    assert set(found["reason_2"][current & unvisited & in_category]) == {2}
    assert set(found["reason_1"][~current]) == {0}


def test_what_is_scored_is_what_is_current_or_under_evaluation(scored: dict[str, np.ndarray]) -> None:
    given = leads()
    assert scored["row_no"].tolist() == given["row_no"][TRAINED:].tolist()
    assert scored["checksum"].tolist() == given["checksum"][TRAINED:].tolist()


def test_twice_the_same_is_the_same_to_the_bit_and_no_outcome_but_training_s_matters(
    scored: dict[str, np.ndarray],
) -> None:
    changed = leads()
    changed["is_opportunity"] = np.where(changed["is_training"] == 1, changed["is_opportunity"], 0)
    changed["is_opportunity"][TRAINED] = 1
    again, other = scores_of(leads()), scores_of(changed)
    assert all(np.array_equal(scored[name], again[name], equal_nan=True) for name in scored)
    assert np.array_equal(scored["score"], other["score"])


def test_a_score_and_its_reasons_hang_on_training_and_the_own_row_alone(
    scored: dict[str, np.ndarray],
) -> None:
    given, changed = leads(), leads()
    changed["visits"] = np.where(changed["is_evaluation"] == 1, 8.0, changed["visits"])
    one, other = scored, scores_of(changed)
    current = given["is_current"][one["row_no"] - 1] == 1
    for name in ("score", "reason_1", "reason_2", "reason_3"):
        assert np.array_equal(one[name][current], other[name][current])


def test_missing_numbers_and_rare_or_new_categories_are_scored() -> None:
    given = leads()
    given["visits"][::3] = np.nan
    given["noise"][:] = np.nan
    given["category_code"][:5] = 4
    given["category_code"][-5:] = 999
    found = scores_of(given)
    assert np.isfinite(found["score"]).all()
    assert not {3, -3} & set(found["reason_1"])


@pytest.mark.parametrize(
    ("changed", "value", "refusal", "needed"),
    [
        ("is_training", 0, TOO_FEW_SUBJECTS, 200),
        ("is_opportunity", 0, TOO_FEW_OUTCOMES, 50),
    ],
)
def test_too_little_is_refused_with_what_was_needed(
    changed: str, value: int, refusal: int, needed: int
) -> None:
    given = leads()
    given[changed] = np.full(len(given[changed]), value)
    found = scores_of(given)
    assert set(found["refusal"]) == {refusal}
    assert set(found["needed"]) == {needed}
    assert np.isnan(found["score"]).all()
    assert set(found["reason_1"]) == {0}


def test_who_is_seen_on_many_days_is_one_to_learn_from() -> None:
    given = leads()
    given["lead_no"] = given["lead_no"] % 199
    found = scores_of(given)
    assert set(found["refusal"]) == {TOO_FEW_SUBJECTS}
    assert set(found["training_subjects"]) == {199}


def test_subject_and_outcome_are_no_signals() -> None:
    given = leads()
    renamed = {
        {"lead_no": "customer_no", "is_opportunity": "is_lost"}.get(name, name): values
        for name, values in given.items()
    }
    found, same = scores_of(given), score_outcomes(renamed, "customer_no", "is_lost")
    assert all(np.array_equal(found[name], same[name], equal_nan=True) for name in found)
    given["is_opportunity"] = np.where(given["is_training"] == 1, given["is_opportunity"], 0)
    assert np.array_equal(found["score"], scores_of(given)["score"])


def test_a_score_that_later_leads_belie_is_refused_and_still_shown() -> None:
    given = leads()
    later = given["is_training"] == 0
    given["is_opportunity"] = np.where(later, given["visits"] == 0, given["is_opportunity"]).astype(int)
    found = scores_of(given)
    assert set(found["refusal"]) == {NO_BETTER_THAN_CHANCE}
    assert np.isfinite(found["score"]).all()
    assert found["auc"][0] < 0.5


def test_without_both_outcomes_later_there_is_nothing_to_judge_by() -> None:
    assert judged(np.array([0.1, 0.9]), np.array([True, True]))[0] == NOTHING_TO_JUDGE_BY


def test_the_area_under_the_curve_counts_pairs_in_the_right_order() -> None:
    assert judged(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True])) == (SCORED, 0.75)


def test_nobody_to_score_gives_no_row() -> None:
    found = scores_of({name: values[:0] for name, values in leads().items()})
    assert {len(values) for values in found.values()} == {0}


def test_reasons_are_the_strongest_three_and_none_where_nothing_moves() -> None:
    added = np.array([[0.1, -0.5, 0.0, 0.2], [0.0, 0.0, 0.0, 0.0]])
    assert main_reasons(added).tolist() == [[-2, 4, 1], [0, 0, 0]]
