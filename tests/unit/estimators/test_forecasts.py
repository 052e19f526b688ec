from typing import Any

import numpy as np
import pytest

from estimators.forecasts import beta_of, draw_forecasts, drawn_luck, sums_of_picks, sums_of_wins

BOOKED, OPEN_DEAL, EARLIER_WIN, EARLIER_MONTH = range(4)
SURE = 10**9  # deals seen, after which a chance is no longer uncertain
COLUMNS = (
    "forecast_no", "row_kind", "cell_no", "won_of_all", "seen_of_all", "won_of_due", "seen_of_due",
    "won_of_stay", "seen_of_stay", "won", "seen", "new_won", "new_months", "latest_new_won",
    "latest_new_months", "checksum",
)  # fmt: skip


def group(won: int, seen: int, cell_no: int = 1) -> dict[str, int]:
    """Counts of an open deal's group, the same for all wider ones."""
    wider = {f"{what}_{which}": number for what, number in (("won", won), ("seen", seen))
             for which in ("of_all", "of_due", "of_stay")}  # fmt: skip
    return {**wider, "won": won, "seen": seen, "cell_no": cell_no}


def deal(amount: float, chance: float, cell_no: int = 1) -> dict[str, Any]:
    """An open deal whose chance is known for certain."""
    return {"row_kind": OPEN_DEAL, "amount": amount, **group(round(chance * SURE), SURE, cell_no)}


def forecast(
    *rows: dict[str, Any], booked: float = 0, target: float = np.nan, number: int = 1, **new: int
) -> list[dict[str, Any]]:
    """The rows of a forecast, whose checksum is ten times its number."""
    head = {"row_kind": BOOKED, "amount": booked, "target": target, "new_months": 1, "latest_new_months": 1}
    return [row | {"forecast_no": number, "checksum": number * 10} for row in (head | new, *rows)]


def columns(*forecasts: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    rows = [row for rows in forecasts for row in rows]
    whole = {name: np.array([row.get(name, 0) for row in rows], dtype=np.int64) for name in COLUMNS}
    return whole | {
        name: np.array([row.get(name, np.nan) for row in rows], dtype=float) for name in ("amount", "target")
    }


def drawn(*rows: dict[str, Any], **given: Any) -> dict[str, float]:
    return {name: values[0] for name, values in draw_forecasts(columns(forecast(*rows, **given))).items()}


def test_one_deal_of_even_chance_reaches_its_amount_in_half_of_the_draws() -> None:
    found = drawn(deal(1000, 0.5), target=1000)
    assert (found["p10"], found["p90"], found["checksum"]) == (0, 1000, 10)
    assert found["probability_of_target"] == pytest.approx(0.5, abs=0.02)


def test_what_is_booked_is_certain_and_what_is_hopeless_brings_nothing() -> None:
    found = drawn(deal(700, 0), booked=0.3, target=0.3)
    assert [found[name] for name in ("p10", "p50", "p90")] == pytest.approx([0.3] * 3)
    assert found["probability_of_target"] == 1


def test_quantiles_are_those_of_the_exact_distribution() -> None:
    rng = np.random.default_rng(3)
    chances, amounts = rng.uniform(0.1, 0.9, 14), rng.integers(5, 90, 14)
    shares = np.ones(1)
    for chance, amount in zip(chances, amounts, strict=True):
        won = np.zeros(amount + 1)
        won[0], won[-1] = 1 - chance, chance
        shares = np.convolve(shares, won)
    deals = [deal(float(a), c, cell) for cell, (c, a) in enumerate(zip(chances, amounts, strict=True))]
    found = drawn(*deals, target=300)
    for name, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9)):
        # Ten thousand draws miss a share of one half by 0.005 in one of three cases.
        low, high = np.searchsorted(np.cumsum(shares), [share - 0.02, share + 0.02])
        assert low <= found[name] <= high
    assert found["probability_of_target"] == pytest.approx(shares[300:].sum(), abs=0.02)


def test_a_group_leans_on_the_wider_one_as_long_as_few_of_it_were_seen() -> None:
    counts = {"won_of_all": 4, "seen_of_all": 8, "won_of_due": 0, "seen_of_due": 3, "won_of_stay": 1,
              "seen_of_stay": 2, "won": 0, "seen": 0, "cell_no": 5}  # fmt: skip
    won, missed = beta_of({name: np.array([value, value]) for name, value in counts.items()})
    overdue = (0 + 3 * 0.5) / (3 + 3)
    stay = (1 + 3 * overdue) / (2 + 3)
    assert (won, missed) == (pytest.approx([3 * stay]), pytest.approx([3 * (1 - stay)])), "once a group"


def test_few_deals_seen_leave_a_wider_range() -> None:
    deals = [{"row_kind": OPEN_DEAL, "amount": 1.0} for _ in range(100)]
    few = drawn(*(one | group(1, 4) for one in deals))
    many = drawn(*(one | group(1000, 4000) for one in deals))
    assert few["p90"] - few["p10"] > 3 * (many["p90"] - many["p10"])
    assert many["p50"] == pytest.approx(25, abs=1)


def test_new_business_comes_as_in_the_latest_months_at_amounts_of_earlier_wins() -> None:
    wins = [{"row_kind": EARLIER_WIN, "amount": 7.0}] * 2
    new = {"new_won": 1200, "new_months": 12, "latest_new_won": 600, "latest_new_months": 3}
    assert drawn(*wins, **new)["p50"] == pytest.approx(7 * (600 + 100) / 4, rel=0.02)
    assert drawn(**new)["p90"] == 0, "nobody knows what it would be worth"
    none = {"new_won": 0, "new_months": 12, "latest_new_won": 0, "latest_new_months": 3}
    assert drawn(*wins, **none)["p90"] == 0


def test_a_deal_without_an_amount_brings_what_an_earlier_win_did() -> None:
    found = drawn(deal(np.nan, 1), {"row_kind": EARLIER_WIN, "amount": 50.0}, booked=5)
    assert (found["p10"], found["p90"]) == (55, 55)


def test_months_that_differ_more_than_by_chance_widen_the_range() -> None:
    def month(won: int) -> dict[str, int]:
        return {
            "row_kind": EARLIER_MONTH,
            "won_of_all": won,
            "seen_of_all": 100,
            "new_won": 0,
            "new_months": 1,
        }

    deals = [deal(1.0, 0.2) for _ in range(100)]
    steady = drawn(*deals, *(month(20) for _ in range(6)))
    swinging = drawn(*deals, *(month(won) for won in (5, 35) * 3))
    assert [steady[name] for name in ("p10", "p50", "p90")] == [
        drawn(*deals)[name] for name in ("p10", "p50", "p90")
    ]
    assert swinging["p90"] - swinging["p10"] > 2 * (steady["p90"] - steady["p10"])
    assert swinging["p50"] == pytest.approx(steady["p50"], abs=2)


def test_the_variance_of_luck_is_what_chance_leaves_unexplained() -> None:
    months = {
        "won_of_all": np.array([10, 30]),
        "seen_of_all": np.array([50, 50]),
        "new_won": np.array([0, 0]),
    }
    luck = drawn_luck(months, np.random.default_rng(1), 100_000)
    # Expected 20 each: (10² + 10²) × 2 / 1 = 400 less 40, over 20² + 20².
    variance = (400 - 40) / 800
    assert np.median(luck) == pytest.approx(1, abs=0.02)
    assert np.mean(luck > 1 + np.sqrt(variance)) == pytest.approx(0.159, abs=0.01)
    assert luck.min() == 0


@pytest.mark.parametrize("deals", [[], [{"row_kind": OPEN_DEAL, "amount": 9.0, **group(0, 0)}]])
def test_without_an_earlier_month_nothing_is_forecast(deals: list[dict[str, Any]]) -> None:
    found = drawn(*deals, booked=5, target=4, new_months=0 if not deals else 1)
    assert all(np.isnan(found[name]) for name in ("p10", "p50", "p90", "probability_of_target"))


def test_without_a_target_there_is_no_probability_of_it() -> None:
    assert np.isnan(drawn(deal(10, 0.5))["probability_of_target"])


def test_no_other_forecast_and_no_order_of_deals_changes_a_bit() -> None:
    deals = [deal(17.25, 0.3, 2), deal(3.5, 0.6, 4), deal(90.125, 0.6, 4), deal(41.0, 0.9, 7)]
    alone = draw_forecasts(columns(forecast(*deals, target=60.0)))
    beside = draw_forecasts(
        columns(forecast(*deals[::-1], target=60.0, number=8), forecast(deal(5, 0.5), number=3))
    )
    assert beside["forecast_no"].tolist() == [3, 8]
    assert all(alone[name][0] == beside[name][1] for name in alone if name not in ("forecast_no", "checksum"))


def test_many_deals_of_a_group_are_drawn_as_spread_as_one_by_one() -> None:
    chance = np.full(4000, 0.1)
    worth = np.random.default_rng(2).lognormal(3, 0.5, 1000)
    sums = sums_of_wins(worth, chance, np.random.default_rng(7))
    assert sums.mean() == pytest.approx(0.1 * worth.sum(), rel=0.01)
    assert sums.std() == pytest.approx(np.sqrt(0.09 * np.sum(worth**2)), rel=0.05)


def test_each_draw_sums_its_own_picks() -> None:
    picks = np.array([0, 3, 1, 0])
    assert sums_of_picks(np.array([2.0]), picks, np.random.default_rng(1)).tolist() == [0, 6, 2, 0]


def test_no_forecast_gives_no_row() -> None:
    assert {len(values) for values in draw_forecasts(columns([])).values()} == {0}
