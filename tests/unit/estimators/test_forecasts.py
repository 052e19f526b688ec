import numpy as np
import pytest

from estimators.forecasts import draw_forecasts, drawn_sums


def forecast(
    deals: list[tuple[float, float]], target: float = np.nan, number: int = 1
) -> dict[str, np.ndarray]:
    return {
        "forecast_no": np.full(len(deals), number),
        "probability": np.array([probability for probability, _ in deals], dtype=float),
        "amount": np.array([amount for _, amount in deals], dtype=float),
        "target": np.full(len(deals), target),
    }


def together(*forecasts: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([one[name] for one in forecasts]) for name in forecasts[0]}


def exact(deals: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Every sum that whole amounts can make, and its probability, by convolution."""
    chances = np.ones(1)
    for probability, amount in deals:
        won = np.zeros(int(amount) + 1)
        won[0], won[-1] = 1 - probability, probability
        chances = np.convolve(chances, won)
    return np.flatnonzero(chances > 0), chances[chances > 0]


def test_one_deal_of_even_chance_reaches_its_amount_in_half_of_the_draws() -> None:
    found = draw_forecasts(forecast([(0.5, 1000)], target=1000))
    assert (found["p10"][0], found["p90"][0]) == (0, 1000)
    assert found["probability_of_target"][0] == pytest.approx(0.5, abs=0.015)
    assert found["expected"][0] == 500


def test_quantiles_are_those_of_the_exact_distribution() -> None:
    rng = np.random.default_rng(3)
    deals = [
        (float(p), float(a)) for p, a in zip(rng.uniform(0.1, 0.9, 14), rng.integers(5, 90, 14), strict=True)
    ]
    sums, chances = exact(deals)
    below = np.cumsum(chances)
    found = draw_forecasts(forecast(deals, target=300.0))
    for name, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9)):
        # Ten thousand draws miss a share of one half by 0.005 in one of three cases.
        low, high = sums[np.searchsorted(below, [share - 0.02, share + 0.02])]
        assert low <= found[name][0] <= high
    assert found["probability_of_target"][0] == pytest.approx(chances[sums >= 300].sum(), abs=0.02)


def test_what_is_booked_is_certain_and_what_is_hopeless_brings_nothing() -> None:
    found = draw_forecasts(forecast([(1, 0.1), (1, 0.2), (0, 700)], target=0.3))
    assert [found[name][0] for name in ("p10", "p50", "p90")] == [0.3, 0.3, 0.3]
    assert found["probability_of_target"][0] == 1


def test_without_a_target_there_is_no_probability_of_it() -> None:
    assert np.isnan(draw_forecasts(forecast([(0.5, 10)]))["probability_of_target"][0])


def test_no_other_forecast_and_no_order_of_deals_changes_a_bit() -> None:
    deals = [(0.3, 17.25), (0.6, 3.5), (0.6, 90.125), (0.9, 41.0)]
    alone = draw_forecasts(forecast(deals, target=60.0, number=1))
    beside = draw_forecasts(
        together(forecast(deals[::-1], target=60.0, number=8), forecast([(0.5, 5)], number=3))
    )
    assert beside["forecast_no"].tolist() == [3, 8]
    assert all(alone[name][0] == beside[name][1] for name in alone if name != "forecast_no")


def test_many_deals_are_drawn_in_batches_and_average_to_their_expected_value() -> None:
    chance, worth = np.full(1000, 0.25), np.full(1000, 8.0)
    sums = drawn_sums(chance, worth, seed=7, draws=2000)
    assert sums.mean() == pytest.approx(2000, rel=0.01)
    assert sums.std() == pytest.approx(8 * np.sqrt(1000 * 0.25 * 0.75), rel=0.1)


def test_no_forecast_gives_no_row() -> None:
    found = draw_forecasts(forecast([]))
    assert {len(values) for values in found.values()} == {0}
