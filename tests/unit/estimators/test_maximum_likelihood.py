"""A maximum is told from a ridge and from a saddle, whatever the scale."""

import numpy as np
import pytest

from estimators.maximum_likelihood import FITTED, NOT_CONVERGED, Floats, Likelihood, fit


def normal(parameters: Floats) -> tuple[float, Floats]:
    """A hill in the logarithms, its top at 2 and 5,000."""
    away = np.log(parameters) - np.log([2, 5_000])
    return float(-(away @ away) * 50), -100 * away / parameters


def ridge(parameters: Floats) -> tuple[float, Floats]:
    """A hill in the first alone; the second makes it likelier for ever, by ever less."""
    value, gradient = normal(np.array([parameters[0], 5_000]))
    return value - 1 / parameters[1], np.array([gradient[0], parameters[1] ** -2])


def saddle(parameters: Floats) -> tuple[float, Floats]:
    """Level where both are 1, but no top."""
    one, other = np.log(parameters)
    return float(one * other), np.array([other, one]) / parameters


def test_the_top_is_found_from_afar() -> None:
    found = fit(normal, [(100.0, 0.01), (1.0, 1.0)], 100)
    assert found.refusal == FITTED
    assert found.parameters == pytest.approx([2, 5_000], rel=1e-9)
    assert found.log_likelihood == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("endless", [ridge, saddle])
def test_what_has_no_top_is_refused(endless: Likelihood) -> None:
    found = fit(endless, [(1.0, 1.0)], 1_000)
    assert found.refusal == NOT_CONVERGED
    assert np.isnan([*found.parameters, found.log_likelihood]).all()
