"""What becomes of contracts as they fall due."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from sandbox.truth.business import Business, Row, grouped
from sandbox.truth.calendar import days_between, month_of
from sandbox.truth.churn import periods_of_customers
from sandbox.truth.deals import customers, placed_deals, running_mrr
from sandbox.truth.survival import month_added

NEVER = datetime.max.replace(tzinfo=UTC)
NO_GAP = timedelta(0)
DEAL_TERM = 12


@dataclass(frozen=True, eq=False)
class Contract:
    """Paid stretches of one subscription and one interval that follow each other."""

    customer: str
    subscription_id: str
    months: int
    stretches: list[Row]
    until: datetime  # NEVER: runs

    @property
    def began(self) -> datetime:
        """Its first paid moment."""
        return self.stretches[0]["started_at"]


def later_by(moment: datetime, months: int) -> datetime:
    """The same time of the same day so many months later, or of the last day of a shorter month."""
    return datetime.combine(month_added(moment.date(), months), moment.timetz())


def contracts_of(stretches: list[Row], gap: timedelta) -> Iterator[Contract]:
    """A subscription's contracts; one ends, at the latest, as the next begins."""
    parts: list[list[Row]] = []
    for stretch in stretches:
        until = max((row["until"] for row in parts[-1]), default=NEVER) if parts else None
        same_term = parts and parts[-1][-1]["months"] == stretch["months"]
        if until is not None and same_term and stretch["started_at"] - until <= gap:
            parts[-1].append(stretch)
        else:
            parts.append([stretch])
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        until = max(row["until"] for row in part)
        first = part[0]
        if following is not None:
            until = min(until, following[0]["started_at"])
        yield Contract(first["customer"], first["subscription_id"], first["months"], part, until)


def paid_stretches(business: Business) -> dict[str, list[Row]]:
    """Each customer's paid stretches; an end after as_of isn't known."""
    found = {}
    for customer, periods in periods_of_customers(business).items():
        rows = []
        for row in periods:
            ended_at = row["ended_at"]
            until = ended_at if ended_at is not None and ended_at <= business.as_of else NEVER
            if running_mrr(row) > 0 and row["started_at"] < until:
                rows.append({**row, "until": until, "months": row["interval_months"] or 1})
        found[customer] = rows
    return found


@lru_cache(maxsize=2)
def subscription_renewals(business: Business, gap: timedelta = NO_GAP) -> list[Row]:
    """One row per term of each subscription."""
    rows: list[Row] = []
    for stretches in paid_stretches(business).values():
        by_subscription = grouped(stretches, "subscription_id")
        contracts = [contract for mine in by_subscription.values() for contract in contracts_of(mine, gap)]
        heirs = _heirs(contracts, gap)
        for contract in contracts:
            rows.extend(_terms(business, contract, heirs.get(id(contract), [])))
    return rows


def _heirs(contracts: list[Contract], gap: timedelta) -> dict[int, list[Contract]]:
    """What took the place of each contract that ended: every newcomer follows one."""
    found: dict[int, list[Contract]] = defaultdict(list)
    for heir in contracts:
        ended = [one for one in contracts if one.until <= heir.began <= _later(one.until, gap)]
        own = [one for one in ended if one.subscription_id == heir.subscription_id]
        ranked = sorted(own or ended, key=lambda one: (one.subscription_id, one.began))
        if ranked:
            found[id(max(ranked, key=lambda one: one.until))].append(heir)
    return found


def _later(moment: datetime, gap: timedelta) -> datetime:
    return moment if moment == NEVER else moment + gap


def _terms(business: Business, contract: Contract, heirs: list[Contract]) -> Iterator[Row]:
    """Term after term until the contract ends or as_of is reached."""
    number, began = 0, contract.began
    while began < contract.until and began <= business.as_of:
        number += 1
        due_at = later_by(contract.began, number * contract.months)
        row = {
            "source": "subscription", "subscription_id": contract.subscription_id, "deal_id": None,
            "customer": contract.customer, "term_no": number, "term_months": contract.months,
            "term_started_at": began, "due_at": due_at,
        }  # fmt: skip
        yield {**row, **_decision(business, contract, heirs, due_at)}
        began = due_at


def _decision(business: Business, contract: Contract, heirs: list[Contract], due_at: datetime) -> Row:
    """How a term ends: its contract runs on, gives way to others, is lost, or is still open."""
    stretches, as_of = contract.stretches, business.as_of
    if due_at < contract.until and due_at <= as_of:
        decided_at = min(max(row["started_at"], due_at) for row in stretches if row["until"] > due_at)
        begun = [row for row in stretches if row["started_at"] < due_at]
        ran_until = min(max(row["until"] for row in begun), due_at)
        before = [row for row in begun if row["until"] >= ran_until]
        after = [row for row in stretches if row["started_at"] <= decided_at < row["until"]]
        return _told(business, before, after, decided_at, due_at)
    if contract.until == NEVER:
        running = [row for row in stretches if row["until"] == NEVER]
        return _told(business, running, [], None, due_at)
    before = [row for row in stretches if row["started_at"] < contract.until <= row["until"]]
    if not heirs:
        last = max(stretches, key=lambda row: (row["until"], row["started_at"]))
        told = _told(business, before, [], contract.until, due_at)
        return {**told, "outcome": "lost", "churn_type": last["churn_type"]}
    after = [
        row for heir in heirs for row in heir.stretches if row["started_at"] <= heir.began < row["until"]
    ]
    return _told(business, before, after, min(heir.began for heir in heirs), due_at)


def _told(
    business: Business, before: list[Row], after: list[Row], decided_at: datetime | None, due_at: datetime
) -> Row:
    """The outcome by what runs on both sides, valued on the day of the decision."""
    day = (decided_at or business.as_of).date()
    old, new = (
        sum((running_mrr(row) * business.rates.on(row["currency"], day) for row in rows), Decimal(0))
        for rows in (before, after)
    )
    return {
        "outcome": outcome_of(old, new) if decided_at else "open",
        "decided_at": decided_at,
        "lead_time_days": days_between(decided_at, due_at) if decided_at else None,
        "churn_type": None,
        "amount_before_reporting": old,
        "amount_after_reporting": new if decided_at else None,
    }


def outcome_of(before: Decimal | None, after: Decimal | None) -> str:
    """Renewed for more, for less or as it was; where an amount is unknown, as it was."""
    if before is None or after is None or before == after:
        return "renewed"
    return "expanded" if after > before else "contracted"


def deal_renewals(business: Business) -> list[Row]:
    """One row per won deal of new business or renewal: what became of it a year later."""
    closed = [deal for deal in placed_deals(business) if deal["closed_at"] and deal["customer"]]
    rows: list[Row] = []
    for customer, deals in grouped(closed, "customer").items():
        won = [deal for deal in deals if deal["is_won"] and deal["deal_type"] in ("new", "renewal")]
        claims: dict[str, list[Row]] = defaultdict(list)
        for renewal in (deal for deal in deals if deal["deal_type"] == "renewal"):
            fitting = [
                deal
                for deal in won
                if deal["closed_at"]
                < renewal["closed_at"]
                < later_by(later_by(deal["closed_at"], DEAL_TERM), DEAL_TERM)
            ]
            if fitting:
                nearest = min(fitting, key=lambda deal: (_distance(deal, renewal), deal["deal_id"]))
                claims[nearest["deal_id"]].append(renewal)
        rows.extend(_deal_row(business, customer, deal, claims[deal["deal_id"]]) for deal in won)
    return rows


def _distance(deal: Row, renewal: Row) -> timedelta:
    return abs(later_by(deal["closed_at"], DEAL_TERM) - renewal["closed_at"])


def _deal_row(business: Business, customer: str, deal: Row, claims: list[Row]) -> Row:
    due_at = later_by(deal["closed_at"], DEAL_TERM)
    won = [claim for claim in claims if claim["is_won"]]
    if won:
        decided_at = min(claim["closed_at"] for claim in won)
    elif claims:
        decided_at = max(claim["closed_at"] for claim in claims)
    else:
        decided_at = due_at if due_at <= business.as_of else None
    day = (decided_at or business.as_of).date()
    before = business.rates.reporting(deal["amount"], deal["currency"], day)
    told = [
        amount
        for claim in won
        if (amount := business.rates.reporting(claim["amount"], claim["currency"], day)) is not None
    ]
    after = sum(told, Decimal(0)) if told else None
    if not won:
        after = Decimal(0) if decided_at else None
    return {
        "source": "deal", "subscription_id": None, "deal_id": deal["deal_id"], "customer": customer,
        "term_no": 1, "term_months": DEAL_TERM, "term_started_at": deal["closed_at"], "due_at": due_at,
        "outcome": outcome_of(before, after) if won else "lost" if decided_at else "open",
        "decided_at": decided_at,
        "lead_time_days": days_between(decided_at, due_at) if decided_at else None,
        "churn_type": None, "amount_before_reporting": before, "amount_after_reporting": after,
    }  # fmt: skip


def fct_renewals(business: Business) -> list[Row]:
    """One row per term of a subscription or a deal."""
    known = customers(business)
    return [
        {
            **row,
            "customer_id": known[row["customer"]]["customer_id"],
            "period_month": month_of(row["due_at"]),
            "segment": known[row["customer"]]["segment"],
        }
        for row in [*subscription_renewals(business), *deal_renewals(business)]
    ]
