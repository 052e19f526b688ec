"""Open deals at the end of every day, as known that day."""

from bisect import bisect_left
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sandbox.schemas import DEAL_STAGES, STAGE_PROBABILITIES
from sandbox.truth.business import UNKNOWN, Business, Row, grouped
from sandbox.truth.calendar import DAY, midnight
from sandbox.truth.deals import OPEN_STAGES, placed_deals

PROBABILITY = dict(zip(DEAL_STAGES, map(Decimal, STAGE_PROBABILITIES), strict=True))
Key = tuple[date, str, str, str, str, str]


class History:
    """Values in order of time; before the first change the first value held."""

    def __init__(self, changes: list[tuple[datetime, Any]], current: Any) -> None:
        ordered = sorted(changes, key=lambda change: change[0])
        self._moments = [moment for moment, _ in ordered]
        self._values = [value for _, value in ordered]
        self._current = current

    def before(self, moment: datetime) -> Any:
        """The value just before the moment; without any history the current one."""
        if not self._values:
            return self._current
        return self._values[max(bisect_left(self._moments, moment) - 1, 0)]


def fct_pipeline_daily(business: Business) -> list[Row]:
    """One row per day, pipeline, stage, owner, segment and deal type with open deals, at the day's rates."""
    groups: dict[Key, list[tuple[Decimal | None, Decimal]]] = defaultdict(list)
    moves = grouped(business["deal_stage_history"], "deal_id")
    changes = grouped(business["deal_field_history"], "deal_id")
    for deal in placed_deals(business):
        stage = History([(m["entered_at"], m["stage"]) for m in moves[deal["deal_id"]]], deal["stage"])
        amount = History(
            [(c["changed_at"], c["value"]) for c in changes[deal["deal_id"]] if c["field"] == "amount"],
            deal["amount"],
        )
        day = deal["created_at"].date()
        while day < business.as_of.date():
            end = midnight(day + DAY)
            if stage.before(end) in OPEN_STAGES:
                value = amount.before(end)
                worth = None if value is None else Decimal(value)
                key = (day, deal["pipeline"], stage.before(end), deal["owner"] or UNKNOWN,
                       deal["segment"] or UNKNOWN, deal["deal_type"])  # fmt: skip
                groups[key].append(
                    (business.rates.reporting(worth, deal["currency"], day), PROBABILITY[key[2]])
                )
            day += DAY
    return [_group_row(key, deals) for key, deals in sorted(groups.items())]


def _group_row(key: Key, deals: list[tuple[Decimal | None, Decimal]]) -> Row:
    """Sums over a group's deals that leave out unknown amounts; none known is NULL."""
    known = [(amount, probability) for amount, probability in deals if amount is not None]
    names = ("date_day", "pipeline", "stage", "owner", "segment", "deal_type")
    return {
        **dict(zip(names, key, strict=True)),
        "open_deals": len(deals),
        "amount_reporting": sum((amount for amount, _ in known), Decimal(0)) if known else None,
        "weighted_amount_reporting": sum((a * p for a, p in known), Decimal(0)) if known else None,
        "probability_source": "stage_map",
    }
