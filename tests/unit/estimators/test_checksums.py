import numpy as np
import pytest

from estimators.checksums import rows_checksum

GROUP = np.array([1, 1, 2])


def test_it_is_a_group_s_and_whatever_the_order() -> None:
    first, second = np.array([5, 7, 5]), np.array([0.25, np.nan, 0.25])
    found = rows_checksum(GROUP, first, second)
    assert found[0] == found[1] != found[2]
    assert rows_checksum(GROUP[[1, 0, 2]], first[[1, 0, 2]], second[[1, 0, 2]]).tolist() == found.tolist()


def test_it_is_as_worked_by_hand() -> None:
    """One row of 2 and 0.5: millionths as digits to base 1,000,003, modulo 2^31 - 1, squared."""
    digits = (2_000_000 * 1_000_003 + 500_000) % 2_147_483_647
    assert rows_checksum(np.array([1]), np.array([2]), np.array([0.5])) == [digits * digits % 2_147_483_647]


@pytest.mark.parametrize(
    "other", [[[7, 5, 5], [1, 2, 3]], [[5, 7, 5], [1, 2.001, 3]], [[5, 7, 5], [np.nan, 2, 3]]]
)
def test_other_rows_have_another(other: list[list[float]]) -> None:
    """Rows that exchange a number, one that is a little larger, one that is missing."""
    found = rows_checksum(GROUP, np.array([5, 7, 5]), np.array([1.0, 2.0, 3.0]))
    assert rows_checksum(GROUP, *(np.array(column) for column in other))[0] != found[0]


def test_large_numbers_have_one_too() -> None:
    assert rows_checksum(np.array([1]), np.array([9e15]))[0] >= 0
    assert len(rows_checksum(np.empty(0, dtype=int), np.empty(0))) == 0
