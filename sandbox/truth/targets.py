"""What was reached of what the company had set out to reach."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sandbox.truth.business import Business, Row
from sandbox.truth.calendar import midnight, month_of, next_month
from sandbox.truth.deals import fct_deals
from sandbox.truth.funnel import travellers
from sandbox.truth.journeys import FUNNELS
from sandbox.truth.lives import lives


def fct_stage_targets(business: Business) -> list[Row]:
    """One row per target, with what was reached by as_of and how that stands to the time gone."""
    return [_row(business, target) for target in business["stage_targets"]]


def _row(business: Business, target: Row) -> Row:
    """One target."""
    month, aim = target["period_month"], Decimal(target["target"])
    actual = _actual(business, target, month)
    begin, end = midnight(month), midnight(next_month(month))
    gone = min(max((business.as_of - begin) / (end - begin), 0.0), 1.0)
    reached = float(actual)
    pace = reached / (float(aim) * gone) if aim and gone else None
    return {
        **{name: target[name] for name in ("period_month", "metric", "funnel_or_pipeline", "step_or_stage")},
        "owner": target["owner"] or "all",
        "target": aim,
        "actual": actual,
        "attainment": reached / float(aim) if aim else None,
        "elapsed_share": gone,
        "pace": pace,
        "projected": Decimal(reached / gone) if gone else None,
        "is_on_pace": None if pace is None else pace >= 1,
    }


def _actual(business: Business, target: Row, month: date) -> Decimal:
    """What was reached in the month."""
    name, stage, owner = target["funnel_or_pipeline"], target["step_or_stage"], target["owner"]

    def counts(moment: datetime | None, owned_by: Any) -> bool:
        return moment is not None and month_of(moment) == month and (not owner or owned_by == owner)

    if name in FUNNELS:
        reached = _entered(business)[name, stage]
        return Decimal(reached[month, owner] if owner else reached[month, None])
    if stage:
        entered = [deal for deal, moment, who in _entries(business, name, stage) if counts(moment, who)]
        return Decimal(len(entered) if target["metric"] == "entered" else len(set(entered)))
    deals = (deal for deal in fct_deals(business) if deal["is_won"] and deal["pipeline"] == name)
    won = [deal for deal in deals if counts(deal["closed_at"], deal["owner"])]
    if target["metric"] == "deals":
        return Decimal(len(won))
    return sum((deal["amount_reporting"] or Decimal(0) for deal in won), Decimal(0))


@lru_cache(maxsize=1)
def _entered(business: Business) -> dict[tuple[str, str], Counter[tuple[date, str | None]]]:
    """How many people entered each step of a funnel, by month and owner; with None as owner all of them."""
    found: dict[tuple[str, str], Counter[tuple[date, str | None]]] = defaultdict(Counter)
    for funnel, people in travellers(business, "ordered").items():
        for one in people:
            owner = business.contact_of_person.get(one.person, {}).get("owner")
            for step, (moment, _) in zip(FUNNELS[funnel], one.attempt.reached, strict=False):
                found[funnel, step.name].update({(month_of(moment), None), (month_of(moment), owner)})
    return found


def _entries(business: Business, pipeline: str, stage: str) -> Iterator[tuple[str, datetime, str | None]]:
    """(deal, moment, owner) of every entry of the pipeline's deals into a stage."""
    standing = {row["deal_id"]: row for row in business["deals"] if row["pipeline"] == pipeline}
    for life in lives(business):
        if life.id in standing:
            for entry in life.entries:
                if entry.stage == stage:
                    yield life.id, entry.entered_at, standing[life.id]["owner"]
