"""How pages travel together."""

import pytest

from ingestion.replies import together


def rows(*numbers: int) -> list[dict]:
    return [{"n": number} for number in numbers]


@pytest.mark.parametrize(
    ("pages", "joined"),
    [
        ([rows(1), rows(2), rows(3)], [rows(1, 2), rows(3)]),
        ([rows(1), [], rows(2)], [rows(1, 2)]),
        ([rows(1, 2, 3), rows(4, 5)], [rows(1, 2, 3), rows(4, 5)]),
        ([[], []], [[]]),
        ([], [[]]),
    ],
)
def test_small_pages_are_joined_and_none_is_lost(pages, joined):
    assert list(together(pages, size=2)) == joined


def test_joining_leaves_the_pages_as_they_were():
    first, second = rows(1), rows(2)
    list(together([first, second], size=5))
    assert (first, second) == (rows(1), rows(2))
