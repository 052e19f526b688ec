"""What sales closed and lost, period by period, by what the deals are about and by when they began."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from statistics import fmean, median
from typing import Any

from sandbox.truth.business import UNKNOWN, Business, Row
from sandbox.truth.calendar import midnight, month_of, next_month, quarter_of
from sandbox.truth.core import size_band
from sandbox.truth.deals import fct_deals, placed_deals, won_deals

DIMENSIONS = ("all", "owner", "product", "segment", "lead_source", "company_segment", "deal_type")
GRAINS = ("all", "year", "quarter", "month")


def fct_sales_performance(business: Business) -> list[Row]:
    """One row per period of closing, dimension and value; the grain all also counts open deals."""
    return [
        _performance(grain, start, dimension, value, mine)
        for dimension, value, mine in _by_dimension(business)
        for grain in GRAINS
        for start in _starts(grain, mine)
    ]


def fct_sales_performance_by_cohort(business: Business) -> list[Row]:
    """One row per month of creation, dimension and value: what has become of the deals created in it."""
    return [
        _cohort(month, dimension, value, [deal for deal in mine if month_of(deal["created_at"]) == month])
        for dimension, value, mine in _by_dimension(business)
        for month in sorted({month_of(deal["created_at"]) for deal in mine})
    ]


def fct_deal_losses(business: Business) -> list[Row]:
    """One row per month of closing, pipeline, last open stage, reason and size of the company."""
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for deal in fct_deals(business):
        if deal["is_closed"] and not deal["is_won"]:
            band = size_band(business.companies.get(deal["company_id"], {}).get("employee_count"))
            key = (month_of(deal["closed_at"]), deal["pipeline"], deal["last_open_stage"] or UNKNOWN,
                   deal["lost_reason"] or "not recorded", band)  # fmt: skip
            groups[key].append(deal)
    names = ("period_month", "pipeline", "last_open_stage", "lost_reason", "size_band")
    return [
        {**dict(zip(names, key, strict=True)), "deals": len(mine), "amount_reporting": _worth(mine)}
        for key, mine in sorted(groups.items())
    ]


def _by_dimension(business: Business) -> Iterator[tuple[str, str, list[Row]]]:
    """The deals of each value of each dimension, with whether each was its customer's first win."""
    customer = {deal["deal_id"]: deal["customer"] for deal in placed_deals(business)}
    firsts: dict[str, str] = {}
    for deal in won_deals(business):
        if deal["deal_type"] == "new" and deal["customer"]:
            firsts.setdefault(deal["customer"], deal["deal_id"])
    deals = [
        {
            **deal,
            "all": "all",
            "is_first_win": firsts.get(customer[deal["deal_id"]]) == deal["deal_id"],
            "company_segment": business.companies.get(deal["company_id"], {}).get("segment") or UNKNOWN,
        }
        for deal in fct_deals(business)
    ]
    for dimension in DIMENSIONS:
        for value in sorted({deal[dimension] or UNKNOWN for deal in deals}):
            yield dimension, value, [deal for deal in deals if (deal[dimension] or UNKNOWN) == value]


def _starts(grain: str, deals: list[Row]) -> Iterator[date | None]:
    """The periods in which some of the deals closed; the grain all has one without a start."""
    if grain == "all":
        yield None
        return
    yield from sorted({period_start(grain, deal["closed_at"]) for deal in deals if deal["closed_at"]})


def period_start(grain: str, moment: datetime) -> date:
    """The first day of the calendar period."""
    return {"year": date(moment.year, 1, 1), "quarter": quarter_of(moment.date()), "month": month_of(moment)}[
        grain
    ]


def period_end(grain: str, start: date) -> date:
    """The first day of the next calendar period."""
    end = start
    for _ in range({"year": 12, "quarter": 3, "month": 1}[grain]):
        end = next_month(end)
    return end


def _performance(grain: str, start: date | None, dimension: str, value: str, deals: list[Row]) -> Row:
    """One period's figures; cycle and average are of won deals, ratios are ratios of sums."""
    closed = [
        d for d in deals if d["is_closed"] and (start is None or period_start(grain, d["closed_at"]) == start)
    ]
    won = [deal for deal in closed if deal["is_won"]]
    outcome = _outcome(closed)
    revenue, new_customers = outcome["revenue_reporting"], outcome["new_customers"]
    win_rate, average, cycle = (
        outcome[name] for name in ("win_rate", "average_deal_value", "mean_cycle_days")
    )
    since_touch = [d["days_first_touch_to_won"] for d in won if d["days_first_touch_to_won"] is not None]
    at_hand = [
        d for d in deals if start is None or _was_open(d, midnight(start), midnight(period_end(grain, start)))
    ]
    computable = win_rate is not None and average is not None and cycle
    return {
        "period_grain": grain,
        "period_start": start,
        "dimension": dimension,
        "dimension_value": value,
        "deals": len(deals) if start is None else len(closed),
        **outcome,
        "median_first_touch_to_won_days": median(since_touch) if since_touch else None,
        "revenue_per_new_customer": None
        if revenue is None or not new_customers
        else float(revenue) / new_customers,
        "sales_velocity_per_day": len(at_hand) * win_rate * average / cycle if computable else None,
    }


def _cohort(month: date, dimension: str, value: str, deals: list[Row]) -> Row:
    """What has become of the deals that one month created."""
    closed = [deal for deal in deals if deal["is_closed"]]
    return {
        "period_month": month,
        "dimension": dimension,
        "dimension_value": value,
        "deals": len(deals),
        "open_deals": len(deals) - len(closed),
        **_outcome(closed),
    }


def _outcome(closed: list[Row]) -> Row:
    """How closed deals ended; cycles and the average are of the won ones, ratios are ratios of sums."""
    won = [deal for deal in closed if deal["is_won"]]
    revenue, all_value = _worth(won), _worth(closed)
    cycles = [deal["days_to_close"] for deal in won if deal["days_to_close"] is not None]
    return {
        "won": len(won),
        "lost": len(closed) - len(won),
        "win_rate": len(won) / len(closed) if closed else None,
        "win_rate_by_value": float((revenue or 0) / all_value) if all_value else None,
        "revenue_reporting": revenue,
        "average_deal_value": float(revenue) / len(won) if won and revenue is not None else None,
        "median_cycle_days": median(cycles) if cycles else None,
        "mean_cycle_days": fmean(cycles) if cycles else None,
        "new_customers": sum(deal["is_first_win"] for deal in won),
    }


def _worth(deals: list[Row]) -> Decimal | None:
    """The sum of the deals' known amounts; none known of some deals is unknown, no deals are worth 0."""
    known = [deal["amount_reporting"] for deal in deals if deal["amount_reporting"] is not None]
    return sum(known, Decimal(0)) if known or not deals else None


def _was_open(deal: Row, start: datetime, end: datetime) -> bool:
    """Whether the deal was open when the period began or was created in it."""
    created_in = start <= deal["created_at"] < end
    return created_in or (
        deal["created_at"] < start and (deal["closed_at"] is None or deal["closed_at"] >= start)
    )
