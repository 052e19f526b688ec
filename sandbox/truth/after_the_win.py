"""What comes after the win: what customers take on, when they get it, and what they say."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from sandbox.truth.business import UNKNOWN, Business, Row, grouped
from sandbox.truth.calendar import MOMENT, days_between, midnight, month_of
from sandbox.truth.churn import fct_mrr_monthly, fct_mrr_movements, measured_at, periods_of_customers, runs
from sandbox.truth.churn_changes import purchases, slices
from sandbox.truth.deals import customer_of, customers, fct_deals, placed_deals, running_mrr
from sandbox.truth.spells import subscription_spells

FOLLOWED = INACTIVE_AFTER = timedelta(days=90)
FEWEST_DELIVERIES = 10
ONE_IN_FIVE = Fraction(1, 5)
SEGMENTS = ("all", "segment", "plan", "acquisition_channel", "country")
Place = tuple[date, str, str, str]


def fct_expansions(business: Business) -> list[Row]:
    """One row per month, source, kind and product of what customers took on."""
    found: dict[Place, list[tuple[str | None, Decimal | None]]] = defaultdict(list)
    for one in (_by_subscription, _by_order, _by_deal):
        for place, customer, amount in one(business):
            found[place].append((customer, amount))
    return [
        {
            "period_month": month, "source": source, "kind": kind, "product": product,
            "customers": len({customer for customer, _ in taken} - {None}),
            "amount_reporting": _sum([amount for _, amount in taken]),
        }
        for (month, source, kind, product), taken in found.items()
    ]  # fmt: skip


def _sum(amounts: list[Decimal | None]) -> Decimal | None:
    told = [amount for amount in amounts if amount is not None]
    return sum(told, Decimal(0)) if told else None


Taken = Iterator[tuple[Place, str | None, Decimal | None]]


def _by_subscription(business: Business) -> Taken:
    """Every expansion, shared by the plans that grew between the two month ends at today's rate."""
    periods_of = periods_of_customers(business)
    for row in fct_mrr_movements(business):
        if row["movement"] != "expansion":
            continue
        month, customer = row["period_month"], row["customer"]
        moment = measured_at(month, business.as_of)
        sides = [
            _by_plan(business, periods_of[customer], when, moment.date())
            for when in (midnight(month) - MOMENT, moment)
        ]
        before, after = sides
        growth = {
            plan: after[plan] - before.get(plan, 0) for plan in after if after[plan] > before.get(plan, 0)
        }
        keeps = all(plan in after for plan in before)
        for plan, more in growth.items():
            kind = "cross_sell" if keeps and plan not in before else "upsell"
            share = row["amount_reporting"] * more / sum(growth.values())
            yield (month, "subscription", kind, plan), customer, share


def _by_plan(business: Business, periods: list[Row], moment: datetime, day: date) -> dict[str, Decimal]:
    """What each plan of a customer is worth a month at a moment, at a day's rates."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for period in periods:
        if runs(period, moment):
            found[period["plan"] or UNKNOWN] += running_mrr(period) * business.rates.on(
                period["currency"], day
            )
    return dict(found)


def _by_order(business: Business) -> Taken:
    """First purchases of a product by who was a customer already."""
    known = customers(business)
    for customer, bought in purchases(business).items():
        had = set()
        for order in sorted(bought, key=lambda row: (row["ordered_at"], row["order_id"])):
            product = order["product"]
            if product and product not in had and order["ordered_at"] > known[customer]["became_customer_at"]:
                amount = business.rates.reporting(
                    order["amount"], order["currency"], order["ordered_at"].date()
                )
                yield (month_of(order["ordered_at"]), "order", "cross_sell", product), customer, amount
            had.add(product)


def _by_deal(business: Business) -> Taken:
    """Won expansions; the first win of a product crosses into it."""
    won = [deal for deal in placed_deals(business) if deal["is_won"]]
    had: set[tuple[str, str]] = set()
    for deal in sorted(won, key=lambda row: (row["closed_at"], row["deal_id"])):
        customer, product, day = deal["customer"], deal["product"], deal["closed_at"].date()
        is_first = customer and product and (customer, product) not in had
        if deal["deal_type"] == "expansion":
            place = month_of(day), "deal", "cross_sell" if is_first else "upsell", product or UNKNOWN
            yield place, customer, business.rates.reporting(deal["amount"], deal["currency"], day)
        had.add((customer, product))


def fct_deliveries(business: Business) -> list[Row]:
    """One row per month and product of won deals, by whether and when each was delivered."""
    waits: dict[str, list[Row]] = defaultdict(list)
    won = [deal for deal in fct_deals(business) if deal["is_won"]]
    if not any(deal["delivered_at"] for deal in won):
        return []
    for deal in won:
        is_delivered = deal["delivered_at"] is not None
        waited = (
            deal["days_won_to_delivered"] if is_delivered else days_between(deal["closed_at"], business.as_of)
        )
        waits[deal["product"] or UNKNOWN].append(
            {"month": month_of(deal["closed_at"]), "is_delivered": is_delivered, "days": waited}
        )
    rows = []
    for product, deals in waits.items():
        typical = typical_days([row for row in deals if row["days"] is not None])
        for month, mine in grouped(deals, "month").items():
            waiting = [row["days"] for row in mine if not row["is_delivered"]]
            overdue = sum(days > typical for days in waiting) if typical is not None else None
            rows.append({
                "period_month": month, "product": product, "won": len(mine),
                "delivered": len(mine) - len(waiting), "waiting": len(waiting), "overdue": overdue,
                "median_days_to_delivery": _half_of(mine), "typical_days": typical,
            })  # fmt: skip
    return rows


def _half_of(deals: list[Row]) -> float | None:
    """The days after which half had been delivered, if they have."""
    timed = [row for row in deals if row["days"] is not None]
    days = sorted(row["days"] for row in timed if row["is_delivered"])
    needed = (len(timed) + 1) // 2
    return days[needed - 1] if 0 < needed <= len(days) else None


def typical_days(deals: list[Row]) -> float | None:
    """The least days after which at most one in five still waits, by Kaplan and Meier's product."""
    if sum(row["is_delivered"] for row in deals) < FEWEST_DELIVERIES:
        return None
    waiting = Fraction(1)
    for days in sorted({row["days"] for row in deals if row["is_delivered"]}):
        at_risk = sum(row["days"] >= days for row in deals)
        delivered = sum(row["is_delivered"] and row["days"] == days for row in deals)
        waiting *= 1 - Fraction(delivered, at_risk)
        if waiting <= ONE_IN_FIVE:
            return float(days)
    return None


def fct_feedback_retention(business: Business) -> list[Row]:
    """One row per month, survey, segment and band of scores."""
    owners = _owners(business)
    mrr = {(row["customer"], row["period_month"]): row["mrr_reporting"] for row in fct_mrr_monthly(business)}
    groups: dict[tuple[date, str, str, str, str], list[Row]] = defaultdict(list)
    for answer in business["feedback"]:
        customer, moment = owners.get(answer["customer_id"]), answer["responded_at"]
        is_over = customer is not None and moment + FOLLOWED <= business.as_of
        followed = is_over and is_customer(business, customer, moment)
        told = {
            "customer": customer, "score": answer["score"], "followed": followed,
            "retained": followed and is_customer(business, customer, moment + FOLLOWED),
        }  # fmt: skip
        month, survey = month_of(moment), answer["survey_type"]
        unknown = [(name, "all" if name == "all" else UNKNOWN) for name in SEGMENTS]
        for name, value in slices(business)[customer] if customer else unknown:
            for band in ("all", band_of(survey, answer["score"])):
                groups[month, survey, name, value, band].append(told)
    return [_answers_row(place, answers, mrr) for place, answers in groups.items()]


def _owners(business: Business) -> dict[str, str | None]:
    """Whom each customer id of an order or subscription is of, where it is of one."""
    owners: dict[str, set[str]] = defaultdict(set)
    for name in ("orders", "subscription_periods"):
        for row in business[name]:
            owners[row["customer_id"]].add(customer_of(row))
    return {customer_id: next(iter(mine)) if len(mine) == 1 else None for customer_id, mine in owners.items()}


def is_customer(business: Business, customer: str | None, moment: datetime) -> bool:
    """Whether a subscription covers the customer then, or a purchase of it is young enough."""
    pays = any(
        spell["started_at"] <= moment and (spell["ended_at"] is None or moment < spell["ended_at"])
        for spell in grouped_spells(business).get(customer or "", [])
    )
    bought = purchases(business).get(customer or "", [])
    return pays or any(row["ordered_at"] <= moment < row["ordered_at"] + INACTIVE_AFTER for row in bought)


@lru_cache(maxsize=1)
def grouped_spells(business: Business) -> dict[str, list[Row]]:
    """Each customer's spells."""
    return grouped(subscription_spells(business), "customer")


def band_of(survey: str, score: int) -> str:
    """Reichheld's (2003) three of nps; of other surveys the score."""
    if survey != "nps":
        return str(score)
    return "promoter" if score >= 9 else "passive" if score > 6 else "detractor"


def _answers_row(
    place: tuple[date, str, str, str, str], answers: list[Row], mrr: dict[tuple[str, date], Decimal]
) -> Row:
    month, survey, name, value, band = place
    who = {answer["customer"] for answer in answers} - {None}
    bands = [band_of(survey, answer["score"]) for answer in answers]
    followed = sum(answer["followed"] for answer in answers)
    retained = sum(answer["retained"] for answer in answers)
    is_total = survey == "nps" and band == "all"
    net = bands.count("promoter") - bands.count("detractor")
    return {
        "period_month": month, "survey_type": survey, "segment_name": name, "segment_value": value,
        "score_band": band, "responses": len(answers), "customers": len(who),
        "mean_score": float(sum(answer["score"] for answer in answers) / len(answers)),
        "nps": net / len(answers) if is_total else None,
        "followed_responses": followed, "retained_responses": retained,
        "retained_90d": retained / followed if followed else None,
        "mrr_reporting": sum((mrr.get((customer, month), Decimal(0)) for customer in who), Decimal(0)),
    }  # fmt: skip
