"""The stretches of time in which paid subscriptions cover a customer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from sandbox.truth.business import Business, Row
from sandbox.truth.calendar import month_of
from sandbox.truth.churn import periods_of_customers
from sandbox.truth.deals import running_mrr

NO_GAP = timedelta(0)
NEVER = datetime.max.replace(tzinfo=UTC)


@lru_cache(maxsize=2)
def subscription_spells(business: Business, gap: timedelta = NO_GAP) -> list[Row]:
    """One row per customer and spell, numbered in order of time; only a longer gap parts two."""
    return [
        _spell_row(customer, number, spell)
        for customer, periods in sorted(periods_of_customers(business).items())
        for number, spell in enumerate(_merged(_paid(periods, business.as_of), gap), 1)
    ]


def _paid(periods: list[Row], as_of: datetime) -> list[Row]:
    """A customer's periods that cost something and last, in order of start; what ends later hasn't ended."""
    known = ({**row, "until": _known(row["ended_at"], as_of) or NEVER} for row in periods)
    return [row for row in known if running_mrr(row) > 0 and row["started_at"] < row["until"]]


def _known(moment: datetime | None, as_of: datetime) -> datetime | None:
    return moment if moment is not None and moment <= as_of else None


def _merged(periods: list[Row], gap: timedelta) -> Iterator[list[Row]]:
    """The periods spell by spell: each begins no later than the gap behind the latest end before it."""
    spell: list[Row] = []
    for period in periods:
        if spell and period["started_at"] - max(row["until"] for row in spell) > gap:
            yield spell
            spell = []
        spell.append(period)
    if spell:
        yield spell


def _spell_row(customer: str, number: int, spell: list[Row]) -> Row:
    """A spell ends as its last period does; of several at one moment the smallest id tells."""
    until = max(row["until"] for row in spell)
    last = min((row for row in spell if row["until"] == until), key=lambda row: row["subscription_id"])
    began, has_ended = spell[0]["started_at"], until < NEVER
    return {
        "customer": customer, "spell_no": number, "started_at": began,
        "ended_at": until if has_ended else None, "last_subscription_id": last["subscription_id"],
        "cancel_reason": last["cancel_reason"] if has_ended else None,
        "churn_type": last["churn_type"] if has_ended else None,
        "is_within_month": has_ended and month_of(began) == month_of(until),
    }  # fmt: skip
