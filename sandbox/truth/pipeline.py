"""Deals stage by stage and stretch by stretch, and those open at the end of every day, as known that day."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from sandbox.schemas import DEAL_STAGES, STAGE_PROBABILITIES
from sandbox.truth.business import REPORTING, UNKNOWN, Business, Row
from sandbox.truth.calendar import DAY, MOMENT, days_between, midnight
from sandbox.truth.lives import OPEN_STAGES, Life, State, lives

PROBABILITY = dict(zip(DEAL_STAGES, map(Decimal, STAGE_PROBABILITIES), strict=True))
Key = tuple[date, str, str, str, str, str]


def fct_deal_stage_intervals(business: Business) -> list[Row]:
    """One row per deal and entry into a stage; a stay without an end lasts until as_of if it is open."""
    rows = []
    for life in lives(business):
        for number, entry in enumerate(life.entries):
            is_last = number + 1 == len(life.entries)
            ends = not is_last or entry.stage in OPEN_STAGES
            until = entry.exited_at or business.as_of
            rows.append({
                "deal_id": life.id, "entry_no": number + 1, "stage": entry.stage,
                "entered_at": entry.entered_at, "exited_at": entry.exited_at,
                "days_in_stage": days_between(entry.entered_at, until) if ends else None,
                "movement": entry.movement,
            })  # fmt: skip
    return rows


def fct_deal_history(business: Business) -> list[Row]:
    """One row per deal and stretch in which nothing of it changed."""
    return [row for life in lives(business) for row in _stretches(business, life)]


def _stretches(business: Business, life: Life) -> list[Row]:
    """A deal's stretches, each at the rate of the day on which it begins."""
    rows: list[Row] = []
    known: State | None = None
    for moment in life.moments():
        state = life.at(moment)
        if state == known:
            continue
        if rows:
            rows[-1]["valid_to"] = moment
        known = state
        if state is None:
            break
        currency = life.deal["currency"]
        rows.append({
            "deal_id": life.id, "valid_from": moment, "valid_to": None, "stage": state.stage,
            "pipeline": state.pipeline, "owner": state.owner, "amount": state.amount,
            "currency": currency or REPORTING,
            "amount_reporting": business.rates.reporting(state.amount, currency, moment.date()),
            "close_date_expected": state.close_date_expected, "is_open": state.is_open,
        })  # fmt: skip
    return rows


def fct_pipeline_daily(business: Business) -> list[Row]:
    """One row per day, pipeline, stage, owner, segment and deal type with open deals, at the day's rates."""
    groups: dict[Key, list[tuple[Decimal | None, Decimal]]] = defaultdict(list)
    for life in lives(business):
        deal, day, last_change = life.deal, life.created_at.date(), life.moments()[-1]
        while life.is_dated and day < business.as_of.date():
            end = midnight(day + DAY)
            state = life.at(end - MOMENT)
            if state is None or not state.is_open:
                if last_change < end:
                    break
            else:
                key = (day, state.pipeline, state.stage, state.owner or UNKNOWN,
                       deal["segment"] or UNKNOWN, deal["deal_type"])  # fmt: skip
                amount = business.rates.reporting(state.amount, deal["currency"], day)
                groups[key].append((amount, PROBABILITY[state.stage]))
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
