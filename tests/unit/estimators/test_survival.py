"""The log-rank test against its published example, another implementation and one written out in loops."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import CensoredData, chi2, logrank

from estimators.survival import NOBODY_LEFT_BESIDE_ANOTHER, ONE_VALUE_ONLY, TESTED, log_rank
from tests.freireich import MERCAPTOPURINE, PLACEBO, Life

Group = Sequence[Life]
lives = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=15)


def columns_of(*names: Sequence[Group]) -> dict[str, np.ndarray]:
    """What the estimator takes, of names with groups of lives."""
    rows = [
        (
            name_no,
            value_no,
            tenure,
            sum(length >= tenure for length, _ in group),
            group_left(group, tenure),
            7,
        )
        for name_no, groups in enumerate(names, 1)
        for value_no, group in enumerate(groups, 1)
        for tenure in range(max(length for length, _ in group) + 1)
    ]
    columns = ("name_no", "value_no", "tenure_months", "at_risk", "churned", "checksum")
    return dict(zip(columns, np.array(rows, dtype=np.int64).T, strict=True))


def group_left(group: Group, tenure: int) -> int:
    return sum(length == tenure and left for length, left in group)


def verdict(*groups: Group) -> tuple[float, int, float, int]:
    """Statistic, degrees of freedom, p-value and refusal of one name."""
    found = log_rank(columns_of(groups))
    assert found["name_no"].tolist() == [1] and found["checksum"].tolist() == [7]
    numbers = (found[name][0] for name in ("chi_square", "degrees_of_freedom", "p_value", "refusal"))
    statistic, degrees, p_value, refusal = numbers
    return float(statistic), int(degrees), float(p_value), int(refusal)


def written_out(groups: Sequence[Group]) -> tuple[float, int]:
    """The statistic by loops, over all groups that were at risk when somebody left but the last of them."""
    tenures = sorted({length for group in groups for length, left in group if left})
    here = [[sum(length >= tenure for length, _ in group) for group in groups] for tenure in tenures]
    gone = [[group_left(group, tenure) for group in groups] for tenure in tenures]
    size = len(groups)
    excess, covariance = np.zeros(size), np.zeros((size, size))
    for n, d in zip(here, gone, strict=True):
        total, left = sum(n), sum(d)
        for i in range(size):
            excess[i] += d[i] - left * n[i] / total
            for j in range(size):
                if total > 1:
                    alike = (i == j) * n[i] * total - n[i] * n[j]
                    covariance[i, j] += left * (total - left) / (total - 1) * alike / total**2
    compared = [i for i in range(size) if covariance[i, i] > 1e-12][:-1]
    if not compared:
        return np.nan, 0
    part = excess[compared]
    return float(part @ np.linalg.solve(covariance[np.ix_(compared, compared)], part)), len(compared)


def test_the_published_example() -> None:
    """Chi-square 16.79 on one degree of freedom, as in Kalbfleisch and Prentice (2002) and R's survdiff."""
    statistic, degrees, p_value, refusal = verdict(MERCAPTOPURINE, PLACEBO)
    assert (round(statistic, 2), degrees, refusal) == (16.79, 1, TESTED)
    assert p_value == pytest.approx(4.17e-5, rel=2e-3)


@example(
    [*[(0, False)] * 3, (0, True), *[(2, True)] * 3, (3, False), (3, True)],
    [*[(0, False)] * 2, (1, True), *[(2, True)] * 3, (3, False), (3, True)],
)
@given(lives, lives)
def test_two_groups_are_those_of_another_implementation(one: Group, other: Group) -> None:
    statistic, degrees, p_value, _ = verdict(one, other)
    if degrees:
        censored = [
            CensoredData(
                uncensored=[length for length, left in group if left],
                right=[length for length, left in group if not left],
            )
            for group in (one, other)
        ]
        told = logrank(*censored)
        assert statistic == pytest.approx(told.statistic**2, abs=1e-8)
        assert p_value == pytest.approx(told.pvalue, abs=1e-8)


@given(st.lists(lives, min_size=2, max_size=5))
def test_several_groups_are_those_written_out(groups: list[Group]) -> None:
    statistic, degrees, p_value, refusal = verdict(*groups)
    told, told_degrees = written_out(groups)
    assert degrees == told_degrees
    assert statistic == pytest.approx(told, abs=1e-7, nan_ok=True)
    assert (refusal == TESTED) == (degrees > 0)
    assert p_value == pytest.approx(chi2.sf(told, told_degrees) if degrees else np.nan, abs=1e-7, nan_ok=True)


@given(st.lists(lives, min_size=3, max_size=4), st.randoms())
def test_the_order_of_values_changes_nothing(groups: list[Group], random) -> None:
    shuffled = random.sample(groups, len(groups))
    assert verdict(*groups) == pytest.approx(verdict(*shuffled), abs=1e-8, nan_ok=True)


def test_the_same_curves_do_not_differ() -> None:
    assert verdict(PLACEBO, PLACEBO, PLACEBO)[:3] == pytest.approx((0.0, 2, 1.0))


def test_one_value_is_refused() -> None:
    statistic, degrees, p_value, refusal = verdict(MERCAPTOPURINE)
    assert np.isnan([statistic, p_value]).all() and (degrees, refusal) == (0, ONE_VALUE_ONLY)


@pytest.mark.parametrize(
    "groups",
    [
        ([(3, False), (5, False)], [(4, False)]),
        ([(0, False)], [(4, True), (6, True)]),
        ([(0, True)], [(0, True)]),
    ],
    ids=["nobody left", "the others were gone before", "all left at once"],
)
def test_nothing_to_compare_is_refused(groups: tuple[Group, ...]) -> None:
    statistic, degrees, p_value, refusal = verdict(*groups)
    assert np.isnan([statistic, p_value]).all() and (degrees, refusal) == (0, NOBODY_LEFT_BESIDE_ANOTHER)


def test_names_are_tested_apart_and_no_rows_give_none() -> None:
    both = log_rank(columns_of([MERCAPTOPURINE, PLACEBO], [PLACEBO]))
    assert both["refusal"].tolist() == [TESTED, ONE_VALUE_ONLY]
    assert both["chi_square"][0] == pytest.approx(verdict(MERCAPTOPURINE, PLACEBO)[0])
    nothing = log_rank({name: column[:0] for name, column in columns_of([PLACEBO]).items()})
    assert {len(column) for column in nothing.values()} == {0}
