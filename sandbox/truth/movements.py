"""How the pipeline's worth moved from month to month, how far closings slipped, and what became of deals."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from sandbox.truth.business import UNKNOWN, Business, Row
from sandbox.truth.calendar import DAY, MOMENT, last_moment, last_month, midnight, month_of, months_between
from sandbox.truth.calendar import next_month as after
from sandbox.truth.deals import fct_deals
from sandbox.truth.lives import Life, State, lives

MOVEMENTS = ("opening", "created", "reopened", "increased", "decreased", "transferred_in", "transferred_out",
             "won", "lost", "deleted", "fx", "closing")  # fmt: skip
REVALUED = ("increased", "decreased", "fx")
OUTFLOWS = ("transferred_out", "won", "lost", "deleted")
Move = tuple[str, str, Decimal]
Sums = dict[tuple[date, str, str], tuple[int, Decimal]]


def fct_pipeline_movements(business: Business) -> list[Row]:
    """One row per month, pipeline and movement, from the month in which the pipeline got its first deal."""
    sums: Sums = defaultdict(lambda: (0, Decimal(0)))
    firsts: dict[str, date] = {}
    for life in lives(business):
        if not life.is_dated:
            continue
        for moment, (pipeline, movement, amount) in moves(life):
            month = month_of(moment)
            firsts[pipeline] = min(firsts.get(pipeline, month), month)
            _add(business, sums, life, (month, pipeline, movement), amount, moment.date())
    for pipeline, first in firsts.items():
        for month in months_between(first, last_month(business.as_of)):
            _balance(business, sums, pipeline, month)
    return [
        {"period_month": month, "pipeline": pipeline, "movement": movement,
         "deals": 0 if movement in REVALUED else sums[month, pipeline, movement][0],
         "amount_reporting": sums[month, pipeline, movement][1]}
        for pipeline, first in sorted(firsts.items())
        for month in months_between(first, last_month(business.as_of)) for movement in MOVEMENTS
    ]  # fmt: skip


def _add(
    business: Business, sums: Sums, life: Life, key: tuple[date, str, str], amount: Decimal, day: date
) -> None:
    """One deal's part of a movement, at the rate of the day."""
    deals, total = sums[key]
    worth = amount * business.rates.on(life.deal["currency"], day)
    sums[key] = (deals + (-1 if key[2] in OUTFLOWS else 1), total + worth)


def _balance(business: Business, sums: Sums, pipeline: str, month: date) -> None:
    """What was open when the month began and when it ended, and what rates alone explain."""
    end = last_moment(month)
    if business.as_of <= end:
        closing, rate_day = business.as_of, business.as_of.date()
    else:
        closing, rate_day = end, end.date()
    for name, moment, day in (
        ("opening", midnight(month) - MOMENT, month - DAY), ("closing", closing, rate_day),
    ):  # fmt: skip
        for life in lives(business):
            state = life.at(moment) if life.is_dated else None
            if state is not None and state.is_open and state.pipeline == pipeline:
                _add(business, sums, life, (month, pipeline, name), state.worth, day)
    moved = sum((sums[month, pipeline, name][1] for name in MOVEMENTS[:-2]), Decimal(0))
    sums[month, pipeline, "fx"] = (0, sums[month, pipeline, "closing"][1] - moved)


def moves(life: Life) -> Iterator[tuple[datetime, Move]]:
    """A deal's entries, changes and exits while open; at one moment amount, then pipeline, then stage."""
    before: State | None = None
    for moment in life.moments():
        state = life.at(moment)
        yield from ((moment, move) for move in _moves(before, state))
        before = state


def _moves(before: State | None, state: State | None) -> Iterator[Move]:
    """What changed between two states of a deal."""
    if before is None or not before.is_open:
        if state is not None and state.is_open:
            yield state.pipeline, "created" if before is None else "reopened", state.worth
        return
    if state is None:
        yield before.pipeline, "deleted", -before.worth
        return
    if state.worth != before.worth:
        kind = "increased" if state.worth > before.worth else "decreased"
        yield before.pipeline, kind, state.worth - before.worth
    if state.pipeline != before.pipeline:
        yield before.pipeline, "transferred_out", -state.worth
        yield state.pipeline, "transferred_in", state.worth
    if not state.is_open:
        yield state.pipeline, state.stage, -state.worth


def fct_pipeline_then_and_now(business: Business) -> list[Row]:
    """One row per month's last day, pipeline, stage of then and stage of now with deals open then."""
    today = {deal["deal_id"]: deal for deal in fct_deals(business)}
    groups: dict[tuple[date, str, str, str], list[tuple[Decimal | None, Decimal | None]]] = defaultdict(list)
    first = min((month_of(life.created_at) for life in lives(business)), default=after(business.as_of.date()))
    for month in months_between(first, month_of(business.as_of)):
        if last_moment(month) >= business.as_of:
            continue
        for life in lives(business):
            state = life.at(last_moment(month)) if life.is_dated else None
            if state is not None and state.is_open:
                day, now = last_moment(month).date(), today.get(life.id)
                then_worth = business.rates.reporting(state.amount, life.deal["currency"], day)
                key = (day, state.pipeline, state.stage, now["stage"] if now else "deleted")
                groups[key].append((then_worth, now["amount_reporting"] if now else Decimal(0)))
    return [
        {"date_day": day, "pipeline": pipeline, "stage_then": then, "stage_now": now,
         "outcome_now": now if now in ("won", "lost", "deleted") else "open", "deals": len(pairs),
         "amount_then_reporting": _known_sum([worth for worth, _ in pairs]),
         "amount_now_reporting": _known_sum([worth for _, worth in pairs])}
        for (day, pipeline, then, now), pairs in sorted(groups.items())
    ]  # fmt: skip


def _known_sum(amounts: list[Decimal | None]) -> Decimal | None:
    """The sum of the known amounts; none known is NULL."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def fct_deal_slippage(business: Business) -> list[Row]:
    """One row per deal that had a date on which it was to close; what changed after closing doesn't count."""
    rows = []
    kept = {deal["deal_id"]: deal for deal in fct_deals(business)}
    for life in lives(business):
        if life.id in kept and (life.close_date.values or life.deal["close_date_expected"]):
            rows.append(_slippage_row(life, kept[life.id]))
    return rows


def _slippage_row(life: Life, deal: Row) -> Row:
    """How often and how far one deal's closing was put off or brought forward."""
    told = list(zip(life.close_date.moments, life.close_date.values, strict=True))
    closed_at = deal["closed_at"]
    counted = told[:1] + [row for row in told[1:] if closed_at is None or row[0] <= closed_at]
    dates = [row for row in counted if row[1]] or [(life.created_at, life.deal["close_date_expected"])]
    steps = [(moment, old, new) for (_, old), (moment, new) in pairwise(dates)]
    pushes = [(moment, old, new) for moment, old, new in steps if new > old]
    return {
        "deal_id": life.id,
        "pipeline": deal["pipeline"],
        "owner": deal["owner"],
        "segment": deal["segment"] or UNKNOWN,
        "is_closed": deal["is_closed"],
        "is_won": deal["is_won"],
        "first_close_date": dates[0][1],
        "current_close_date": dates[-1][1],
        "times_pushed": len(pushes),
        "times_pulled": sum(new < old for _, old, new in steps),
        "days_pushed": sum((new - old).days for _, old, new in pushes),
        "days_slipped": (dates[-1][1] - dates[0][1]).days,
        "times_pushed_to_later_month": sum(month_of(new) > month_of(old) for _, old, new in pushes),
        "last_pushed_at": pushes[-1][0] if pushes else None,
    }
