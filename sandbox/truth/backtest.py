"""How wrong forecasts were, against what was booked and against saying that all goes on as last month."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from sandbox.truth.business import Business, Row
from sandbox.truth.forecast import Range, fct_sales_forecast, months_ahead

NAIVE = "last_month"


def fct_forecast_backtest(business: Business) -> list[Row]:
    """One row per method, pipeline and months ahead with forecasts of months that are over."""
    groups: dict[tuple[str, str, int], list[Row]] = defaultdict(list)
    for row in fct_sales_forecast(business):
        if row["actual"] is not None and row["as_of_date"] < business.as_of.date():
            groups[row["method"], row["pipeline"], months_ahead(row)].append(row)
    return [
        {"method": method, "pipeline": pipeline, "months_ahead": ahead,
         **_errors(rows, groups[NAIVE, pipeline, ahead])}
        for (method, pipeline, ahead), rows in sorted(groups.items())
    ]  # fmt: skip


def _errors(rows: list[Row], naive: list[Row]) -> Row:
    """The error measures of forecasts of one kind; each NULL where it is not defined."""
    booked = float(sum(row["actual"] for row in rows))
    misses = [_moved(row["forecast_p50"], -float(row["actual"])) for row in rows]
    miss = _mean(map(_size, misses))
    usual = _mean(_size(_moved(row["forecast_p50"], -float(row["actual"]))) for row in naive)["low"]
    spread = [row for row in rows if row["forecast_p10"]]
    aimed = [row for row in rows if row["probability_of_target"]]
    return {
        "forecasts": len(rows),
        "mean_absolute_error": miss,
        "weighted_absolute_percentage_error": _scaled(miss, len(rows) / booked) if booked else None,
        "bias": _scaled(_mean(misses), len(rows) / booked) if booked else None,
        "error_to_naive": _scaled(miss, 1 / usual) if usual else None,
        "interval_coverage": _mean(map(_covers, spread)) if spread else None,
        "brier_score": _mean(map(_brier, aimed)) if aimed else None,
    }


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


def _mean(values: Iterable[Range]) -> Range:
    listed = list(values)
    return {end: sum(value[end] for value in listed) / len(listed) for end in ("low", "high")}
