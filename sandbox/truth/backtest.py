"""How wrong forecasts were, against what was booked and against saying that all goes on as last month."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.truth.business import Business, Row
from sandbox.truth.forecast import Range, fct_sales_forecast, months_ahead

NAIVE = "last_month"


def fct_forecast_backtest(business: Business) -> list[Row]:
    """One row per method, pipeline and months ahead with forecasts of months that are over."""
    groups: dict[tuple[str, str, int], list[Row]] = defaultdict(list)
    naive: dict[tuple[Any, ...], Row] = {}
    for row in fct_sales_forecast(business):
        if row["actual"] is not None:
            groups[row["method"], row["pipeline"], months_ahead(row)].append(row)
            if row["method"] == NAIVE:
                naive[_of(row)] = row
    return [
        {"method": method, "pipeline": pipeline, "months_ahead": ahead,
         **_errors(rows, [(row, naive[_of(row)]) for row in rows])}
        for (method, pipeline, ahead), rows in sorted(groups.items())
    ]  # fmt: skip


def _of(row: Row) -> tuple[Any, ...]:
    """What a row forecasts, by whatever method."""
    return row["as_of_date"], row["period_month"], row["pipeline"]


def _errors(rows: list[Row], beside: list[tuple[Row, Row]]) -> Row:
    """The error measures of forecasts of one kind, also beside naive ones; each NULL where not defined."""
    told = [row for row in rows if row["forecast_p50"]]
    both = [pair for pair in beside if pair[0]["forecast_p50"] and pair[1]["forecast_p50"]]
    booked = float(sum(row["actual"] for row in told))
    miss, total = _mean(_size(_miss(row)) for row in told), _sum(_miss(row) for row in told)
    usual = _sum(_size(_miss(row)) for _, row in both)["low"]
    spread = [row for row in rows if row["forecast_p10"]]
    aimed = [row for row in rows if row["probability_of_target"]]
    return {
        "forecasts": len(told),
        "mean_absolute_error": miss,
        "weighted_absolute_percentage_error": _scaled(miss, len(told) / booked) if miss and booked else None,
        "bias": _scaled(total, 1 / booked) if booked else None,
        "error_to_naive": _scaled(_sum(_size(_miss(row)) for row, _ in both), 1 / usual) if usual else None,
        "interval_coverage": _mean(map(_covers, spread)),
        "brier_score": _mean(map(_brier, aimed)),
    }


def _miss(row: Row) -> Range:
    """By how much a forecast was too high."""
    return _moved(row["forecast_p50"], -float(row["actual"]))


def _covers(row: Row) -> Range:
    """Whether what was booked lies between the outer quantiles: surely, at most, or not at all."""
    actual, least, most = float(row["actual"]), row["forecast_p10"], row["forecast_p90"]
    return {
        "low": float(least["high"] <= actual <= most["low"]),
        "high": float(least["low"] <= actual <= most["high"]),
    }


def _brier(row: Row) -> Range:
    """The squared distance of a probability from what came of it."""
    reached = float(row["actual"] >= row["target"])
    return _squared(_moved(row["probability_of_target"], -reached))


def _moved(value: Range, by: float) -> Range:
    return {"low": value["low"] + by, "high": value["high"] + by}


def _scaled(value: Range, by: float) -> Range:
    return {"low": value["low"] * by, "high": value["high"] * by}


def _size(value: Range) -> Range:
    return _folded(value, abs)


def _squared(value: Range) -> Range:
    return _folded(value, lambda number: number * number)


def _folded(value: Range, fold: Callable[[float], float]) -> Range:
    """The range of a function that falls to 0 and rises again."""
    ends = sorted((fold(value["low"]), fold(value["high"])))
    return {"low": 0.0 if value["low"] < 0 < value["high"] else ends[0], "high": ends[1]}


def _sum(values: Iterable[Range]) -> Range:
    listed = list(values)
    return {end: sum(value[end] for value in listed) for end in ("low", "high")}


def _mean(values: Iterable[Range]) -> Range | None:
    listed = list(values)
    return _scaled(_sum(listed), 1 / len(listed)) if listed else None
