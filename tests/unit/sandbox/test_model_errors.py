"""The error of a model is the share of its credit that is misplaced."""

import pytest

from tests.benchmarks.model_errors import misses, shown

TRUE = {"search": 0.5, "referral": 0.5, "direct": 0.0}


def test_models_stand_by_the_share_they_misplace() -> None:
    found = misses(
        {
            "last": {"direct": 6.0, "search": 4.0},
            "fair": {"search": 3.0, "referral": 3.0},
            "first": {"search": 1.0},
        },
        TRUE,
    )
    assert [(miss.model, miss.error) for miss in found] == [
        ("fair", 0), ("first", pytest.approx(0.5)), ("last", pytest.approx(0.6)),
    ]  # fmt: skip
    assert found[-1].by_channel == pytest.approx({"direct": 0.6, "search": -0.1, "referral": -0.5})


def test_the_table_says_who_gets_too_much() -> None:
    lines = shown(misses({"last": {"direct": 1.0, "search": 1.0}}, TRUE), TRUE).splitlines()
    assert lines[0].split() == ["model", "error", "direct", "referral", "search"]
    assert lines[1].split() == ["truth", "0.0%", "50.0%", "50.0%"]
    assert lines[2].split() == ["last", "50.0%", "+50.0", "-50.0", "+0.0"]
