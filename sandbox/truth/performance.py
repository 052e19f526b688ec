"""What sales closed, period by period and by what the deals are about."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from statistics import fmean, median

from sandbox.truth.business import UNKNOWN, Business, Row
from sandbox.truth.calendar import midnight, month_of, next_month, quarter_of
from sandbox.truth.deals import fct_deals, placed_deals, won_deals

DIMENSIONS = ("all", "owner", "product", "segment", "lead_source", "company_segment", "deal_type")
GRAINS = ("all", "year", "quarter", "month")


def fct_sales_performance(business: Business) -> list[Row]:
    """One row per period of closing, dimension and value; the grain all also counts open deals."""
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
    return [
        _performance(grain, start, dimension, value, [d for d in deals if (d[dimension] or UNKNOWN) == value])
        for dimension in DIMENSIONS
        for value in sorted({deal[dimension] or UNKNOWN for deal in deals})
        for grain in GRAINS
        for start in _starts(grain, [d for d in deals if (d[dimension] or UNKNOWN) == value])
    ]


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
    revenue, all_value = _worth(won), _worth(closed)
    cycles = [deal["days_to_close"] for deal in won if deal["days_to_close"] is not None]
    since_touch = [d["days_first_touch_to_won"] for d in won if d["days_first_touch_to_won"] is not None]
    new_customers = sum(deal["is_first_win"] for deal in won)
    win_rate = len(won) / len(closed) if closed else None
    average = float(revenue) / len(won) if won and revenue is not None else None
    cycle = fmean(cycles) if cycles else None
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
        "won": len(won),
        "lost": len(closed) - len(won),
        "win_rate": win_rate,
        "win_rate_by_value": float((revenue or 0) / all_value) if all_value else None,
        "revenue_reporting": revenue,
        "average_deal_value": average,
        "median_cycle_days": median(cycles) if cycles else None,
        "mean_cycle_days": cycle,
        "median_first_touch_to_won_days": median(since_touch) if since_touch else None,
        "new_customers": new_customers,
        "revenue_per_new_customer": None
        if revenue is None or not new_customers
        else float(revenue) / new_customers,
        "sales_velocity_per_day": len(at_hand) * win_rate * average / cycle if computable else None,  # type: ignore[operator]
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
