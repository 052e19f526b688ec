"""Deals as they stand, whom they concern, who became a customer, and every conversion."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sandbox.truth.business import REPORTING, UNKNOWN, Business, Row, grouped
from sandbox.truth.calendar import days_between
from sandbox.truth.lives import OPEN_STAGES


@lru_cache(maxsize=1)
def placed_deals(business: Business) -> list[Row]:
    """The deals with person and company settled."""
    placed = []
    for deal in business["deals"]:
        person = business.person_of_deal_id[deal["deal_id"]]
        company = (
            deal["company_id"]
            if deal["company_id"] in business.companies
            else business.company_of_person(person)
        )
        placed.append({**deal, "person": person, "company_id": company, "customer": company or person})
    return placed


def won_deals(business: Business) -> list[Row]:
    """Won deals in order of closing."""
    won = [deal for deal in placed_deals(business) if deal["is_won"]]
    return sorted(won, key=lambda deal: (deal["closed_at"], deal["deal_id"]))


def running_mrr(period: Row) -> Any:
    """What a subscription period is worth a month in its own currency; a trial is worth nothing."""
    if period["is_trial"]:
        return 0
    quantity = 1 if period["quantity"] is None else period["quantity"]
    return period["monthly_amount"] * quantity - (period["discount_amount"] or 0)


def customer_of(row: Row) -> str:
    """The customer an order or a subscription is of: its company, else its person."""
    return row["company_id"] or row["person"]


@lru_cache(maxsize=1)
def customers(business: Business) -> dict[str, Row]:
    """Customers with the moment each first ordered, paid a subscription or won a deal for us."""
    facts: list[tuple[datetime, Row, str, bool]] = [
        *((row["ordered_at"], row, customer_of(row), True) for row in business["orders"]),
        *(
            (row["started_at"], row, customer_of(row), running_mrr(row) > 0)
            for row in business["subscription_periods"]
        ),
        *(
            (deal["closed_at"], deal, deal["customer"], True)
            for deal in won_deals(business)
            if deal["customer"]
        ),
    ]
    found: dict[str, list[tuple[datetime, Row, str, bool]]] = {}
    for fact in sorted(facts, key=lambda fact: (fact[0], _id_of(fact[1]))):
        found.setdefault(fact[2], []).append(fact)
    return {customer: _customer_row(business, customer, mine) for customer, mine in sorted(found.items())}


def _id_of(fact: Row) -> str:
    """The id of an order, a subscription or a deal."""
    names = ("order_id", "subscription_id", "deal_id")
    return next(fact[name] for name in names if name in fact)


def _customer_row(business: Business, customer: str, facts: list[tuple[datetime, Row, str, bool]]) -> Row:
    """One customer; its traits are the first ever stated, and stay; its id is billing's, else the CRM's."""
    ids = {row["customer_id"] for _, row, _, _ in facts if row.get("customer_id")}
    if not ids:
        contact = business.contact_of_person.get(customer, {})
        ids = {customer if customer in business.companies else contact.get("contact_id")}
    stated = [row["segment"] for _, row, _, _ in facts if row["segment"]]
    products = (row["product"] for _, row, _, _ in facts if row.get("product"))
    plans = (row["plan"] for _, row, _, counts in facts if counts and row.get("plan"))
    company = business.companies.get(customer, {})
    where = company or business.contact_of_person.get(customer, {})
    fallback = company.get("segment") or business.segment_of_person(customer)
    return {
        "customer": customer,
        "customer_id": next(iter(ids)) if len(ids) == 1 else None,
        "person": None if company else customer,
        "company_id": customer if company else None,
        "segment": stated[0] if stated else fallback,
        "country": where.get("country") or UNKNOWN,
        "first_product": next(products, UNKNOWN),
        "first_plan": next(plans, UNKNOWN),
        "became_customer_at": next((moment for moment, _, _, counts in facts if counts), None),
    }


@lru_cache(maxsize=1)
def fct_conversions(business: Business) -> list[Row]:
    """One row per first lead, first mql, deal created, deal won, and order."""
    rows = _stage_conversions(business) + _deal_conversions(business) + _order_conversions(business)
    return sorted(rows, key=lambda row: row["conversion_id"])


def _conversion(
    business: Business, kind: str, source_id: str, moment: datetime, person: str | None, company: str | None,
    amount: Any = None, currency: str | None = None, **more: Any,
) -> Row:  # fmt: skip
    """One conversion, its value at the rate of its day."""
    return {
        "conversion_id": f"{kind}:{source_id}",
        "conversion_type": kind,
        "converted_at": moment,
        "person": person,
        "company_id": company,
        "deal_id": more.get("deal_id"),
        "value": amount,
        "currency": (currency or REPORTING) if amount is not None else None,
        "value_reporting": business.rates.reporting(amount, currency, moment.date()),
        "is_new_customer": more.get("is_new_customer"),
    }


def _stage_conversions(business: Business) -> list[Row]:
    """First entries of persons to lead and mql."""
    first: dict[tuple[str, str], tuple[datetime, str]] = {}
    for row in business["lifecycle_history"]:
        if row["stage"] in ("lead", "mql"):
            key = (business.person_of_contact(row["contact_id"]), row["stage"])
            first[key] = min(
                first.get(key, (row["entered_at"], row["contact_id"])), (row["entered_at"], row["contact_id"])
            )
    return [
        _conversion(business, stage, contact_id, moment, person, business.company_of_person(person))
        for (person, stage), (moment, contact_id) in first.items()
    ]


def _deal_conversions(business: Business) -> list[Row]:
    """Deals created (opportunity) and won; a customer is new with its first win, if that is new business."""
    created = [
        _conversion(
            business, "opportunity", deal["deal_id"], deal["created_at"], deal["person"], deal["company_id"],
            deal["amount"], deal["currency"], deal_id=deal["deal_id"],
        )
        for deal in placed_deals(business)
    ]  # fmt: skip
    had: set[str | None] = set()
    won = []
    for deal in won_deals(business):
        is_new = None
        if deal["customer"]:
            is_new = deal["deal_type"] == "new" and deal["customer"] not in had
            had.add(deal["customer"])
        won.append(_conversion(
            business, "won", deal["deal_id"], deal["closed_at"], deal["person"], deal["company_id"],
            deal["amount"], deal["currency"], deal_id=deal["deal_id"], is_new_customer=is_new,
        ))  # fmt: skip
    return created + won


def _order_conversions(business: Business) -> list[Row]:
    """Orders; a customer is new with its first."""
    had: set[str] = set()
    rows = []
    for order in sorted(business["orders"], key=lambda row: (row["ordered_at"], row["order_id"])):
        person, customer = order["person"], customer_of(order)
        company = order["company_id"] or business.company_of_person(person)
        rows.append(_conversion(
            business, "order", order["order_id"], order["ordered_at"], person, company,
            order["amount"], order["currency"], is_new_customer=customer not in had,
        ))  # fmt: skip
        had.add(customer)
    return rows


def fct_deals(business: Business) -> list[Row]:
    """One row per deal as it stands at as_of; open amounts at as_of's rate, closed ones at closing's."""
    history = grouped(business["deal_stage_history"], "deal_id")
    return [_deal_row(business, deal, history[deal["deal_id"]]) for deal in placed_deals(business)]


def _deal_row(business: Business, deal: Row, history: list[Row]) -> Row:
    """One deal with its durations in days; a deal closed before it was created has none."""
    closed_at, created_at = deal["closed_at"], deal["created_at"]
    until = closed_at or business.as_of
    touches = (
        business.touches_of.get(deal["person"], [])
        if deal["person"]
        else business.touches_of_company(deal["company_id"])
    )
    first_touch_at = next((touch["occurred_at"] for touch in touches if touch["occurred_at"] <= until), None)
    conflict = closed_at is not None and closed_at < created_at
    delivered_at = deal["delivered_at"]
    if delivered_at and delivered_at > business.as_of:
        delivered_at = None
    is_delivered = deal["is_won"] and not conflict and delivered_at and delivered_at >= closed_at
    to_won = deal["is_won"] and first_touch_at is not None and not conflict
    open_entries = [row for row in history if row["stage"] in OPEN_STAGES]
    last_open = max(open_entries, key=lambda row: row["entered_at"])["stage"] if open_entries else None
    kept = ("deal_id", "person", "company_id", "pipeline", "stage", "created_at", "closed_at", "amount",
            "owner", "product", "deal_type", "lead_source", "lost_reason")  # fmt: skip
    return {
        **{name: deal[name] for name in kept},
        "currency": deal["currency"] or REPORTING,
        "amount_reporting": business.rates.reporting(deal["amount"], deal["currency"], until.date()),
        "is_closed": closed_at is not None,
        "is_won": bool(deal["is_won"]),
        "days_to_close": days_between(created_at, closed_at) if closed_at and not conflict else None,
        "first_touch_at": first_touch_at,
        "days_first_touch_to_won": days_between(first_touch_at, closed_at)
        if to_won and first_touch_at
        else None,
        "delivered_at": delivered_at,
        "days_won_to_delivered": days_between(closed_at, delivered_at) if is_delivered else None,
        "segment": deal["segment"] or UNKNOWN,
        "last_open_stage": last_open,
        "has_date_conflict": conflict,
    }
