"""Open deals in danger: too long in their stage, overdue with nothing planned, or gone silent."""

from bisect import bisect_left
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from fractions import Fraction

from sandbox.truth.business import UNKNOWN, Business, Row, grouped
from sandbox.truth.calendar import DAY, days_between, month_of, next_month
from sandbox.truth.deals import fct_deals
from sandbox.truth.lives import OPEN_STAGES, Life, lives

DARK_AFTER = timedelta(days=21)
DARK_AFTER_OUTBOUND = 3
SHARE_GONE = Fraction(8, 10)
FEWEST_EXITS = 10
Stay = tuple[timedelta, bool]


def fct_deals_at_risk(business: Business) -> list[Row]:
    """One row per open deal."""
    typical = typical_stays(business)
    heard = activities_of_deals(business)
    by_id = {life.id: life for life in lives(business)}
    return [
        _row(business, deal, by_id[deal["deal_id"]], typical, heard[deal["deal_id"]])
        for deal in fct_deals(business)
        if not deal["is_closed"]
    ]


def time_until(share_gone: Fraction, stays: list[Stay]) -> timedelta | None:
    """When the Kaplan–Meier curve says that so large a share has left; too few exits or never: NULL.

    A stay is its length and whether it ended by leaving; those that end unseen at a moment count there.
    """
    ordered = sorted(stay for stay, _ in stays)
    leaving = Counter(stay for stay, left in stays if left)
    staying = Fraction(1)
    for stay in sorted(leaving) if leaving.total() >= FEWEST_EXITS else ():
        at_risk = len(ordered) - bisect_left(ordered, stay)
        staying *= 1 - Fraction(leaving[stay], at_risk)
        if 1 - staying >= share_gone:
            return stay
    return None


def typical_stays(business: Business) -> dict[tuple[str, str | None], timedelta | None]:
    """By stage and segment, and by stage alone, how long deals that were won mostly stayed at the longest."""
    won = {deal["deal_id"] for deal in fct_deals(business) if deal["is_won"]}
    stays: dict[tuple[str, str | None], list[Stay]] = defaultdict(list)
    for life in lives(business):
        for entry in life.entries:
            if entry.stage in OPEN_STAGES:
                left = entry.exited_at is not None and life.id in won
                stay = ((entry.exited_at or business.as_of) - entry.entered_at, left)
                stays[entry.stage, life.deal["segment"] or UNKNOWN].append(stay)
                stays[entry.stage, None].append(stay)
    return {key: time_until(SHARE_GONE, mine) for key, mine in stays.items()}


def activities_of_deals(business: Business) -> dict[str, list[Row]]:
    """Each deal's activities: its own, and its person's from its creation on."""
    deals = fct_deals(business)
    own = grouped(business["activities"], "deal_id")
    person_of = {deal["deal_id"]: deal["person"] for deal in deals}
    people: dict[str | None, list[Row]] = defaultdict(list)
    for row in business["activities"]:
        people[row["person"] if row["contact_id"] else person_of.get(row["deal_id"])].append(row)
    found = {}
    for deal in deals:
        theirs = people[deal["person"]] if deal["person"] else []
        since = [row for row in theirs if row["occurred_at"] >= deal["created_at"]]
        found[deal["deal_id"]] = list(
            {row["activity_id"]: row for row in own[deal["deal_id"]] + since}.values()
        )
    return found


def _row(
    business: Business, deal: Row, life: Life, typical: dict[tuple[str, str | None], timedelta | None],
    heard: list[Row],
) -> Row:  # fmt: skip
    """What is known of one open deal, and the first of its dangers."""
    as_of, today = business.as_of, business.as_of.date()
    stay = as_of - life.entries[-1].entered_at
    usual = typical[deal["stage"], deal["segment"]] or typical[deal["stage"], None]
    closes = life.deal["close_date_expected"]
    is_overdue = closes is not None and closes < today
    planned = life.deal["next_activity_at"]
    has_next = planned is not None and planned > as_of
    is_stalled = (usual is not None and stay > usual) or (is_overdue and not has_next)
    horizon = next_month(next_month(next_month(month_of(today))))
    inbound = max((row["occurred_at"] for row in heard if row["direction"] == "inbound"), default=None)
    unanswered = _unanswered(heard, inbound, life.created_at)
    silent_for = as_of - (inbound or life.created_at)
    is_dark = silent_for > DARK_AFTER or unanswered >= DARK_AFTER_OUTBOUND
    moments = [row["occurred_at"] for row in heard] + [life.deal["last_activity_at"]]
    last = max((moment for moment in moments if moment is not None), default=None)
    dangers = (("stalled", is_stalled), ("dark", is_dark), ("overdue", is_overdue))
    return {
        "deal_id": deal["deal_id"], "pipeline": deal["pipeline"], "owner": deal["owner"],
        "segment": deal["segment"], "stage": deal["stage"], "days_in_stage": stay / timedelta(days=1),
        "typical_days_in_stage": None if usual is None else usual / timedelta(days=1),
        "days_since_activity": days_between(last, as_of) if last else None,
        "outbound_since_reply": unanswered, "is_overdue": is_overdue, "has_next_activity": has_next,
        "is_stalled": is_stalled, "is_dark": is_dark if business["activities"] else None,
        "is_forecast": closes is not None and closes < horizon, "close_date_expected": closes,
        "last_inbound_at": inbound, "amount_reporting": deal["amount_reporting"],
        "risk": next((name for name, holds in dangers if holds), None),
        "risk_reason": " ".join([
            *([f"In {deal['stage']} for {_days(stay)}; 80 % of won deals leave it within "
               f"{max(usual // DAY, 1)}."] if usual is not None and stay > usual else ()),
            *([_lateness(today - closes, has_next)] if closes is not None and is_overdue else ()),
            *([_silence(unanswered, silent_for, inbound is not None)]
              if is_dark and business["activities"] else ()),
        ]) or None,
    }  # fmt: skip


def _days(span: timedelta) -> str:
    """Completed days in words."""
    return "1 day" if span // DAY == 1 else f"{span // DAY} days"


def _lateness(late: timedelta, has_next: bool) -> str:
    """What a salesperson is told of a close date that has passed."""
    return f"Expected to close {_days(late)} ago" + (
        "." if has_next else ", and no next activity is planned."
    )


def _silence(unanswered: int, silent_for: timedelta, has_replied: bool) -> str:
    """What a salesperson is told of a customer who has gone silent."""
    if not unanswered:
        return f"Nothing from them for {_days(silent_for)}."
    messages = "1 message" if unanswered == 1 else f"{unanswered} messages"
    if has_replied:
        return f"{messages} since the last reply, {_days(silent_for)} ago."
    return f"{messages} and no reply in {_days(silent_for)}."


def _unanswered(heard: list[Row], inbound: datetime | None, created_at: datetime) -> int:
    """How often somebody of ours spoke since the last reply; without any since the deal began."""
    spoken = [row["occurred_at"] for row in heard if row["direction"] == "outbound"]
    return sum(moment > inbound if inbound else moment >= created_at for moment in spoken)
