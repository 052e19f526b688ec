"""What customers brought, and what the value models expect of them, fitted anew in plain Python."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sandbox.truth import likelihood
from sandbox.truth.business import Business, Row, grouped
from sandbox.truth.calendar import last_month
from sandbox.truth.churn import fct_mrr_monthly
from sandbox.truth.deals import customer_of, customers
from sandbox.truth.likelihood import Floats, most_likely
from sandbox.truth.spells import subscription_spells
from sandbox.truth.survival import completed_months, month_added

ZERO = Decimal(0)
YEARLY_DISCOUNT = 0.1
YEAR, WEEK = 365, 7
LEAST_CUSTOMERS, LEAST_EVENTS = 50, 30
NO_MAXIMUM = "the fit does not converge: no parameters are likelier than all others"
Days = dict[date, Decimal]
Range = dict[str, float] | None


@dataclass(frozen=True)
class Fitted:
    """A model's parameters, or why it has none; customers as the mart counts them."""

    names: tuple[str, ...]
    parameters: Floats | None
    log_likelihood: float | None
    customers: int
    refusal: str | None


@lru_cache(maxsize=1)
def purchase_days(business: Business) -> dict[str, Days]:
    """Every customer's days with an order of zero or more, and what they are worth."""
    found: dict[str, Days] = defaultdict(dict)
    for order in business["orders"]:
        if order["amount"] >= 0:
            mine, day = found[customer_of(order)], order["ordered_at"].date()
            mine[day] = mine.get(day, ZERO) + _worth(business, order)
    return dict(found)


def _worth(business: Business, order: Row) -> Decimal:
    return business.rates.reporting(order["amount"], order["currency"], order["ordered_at"].date()) or ZERO


def histories(business: Business, last: date) -> dict[str, likelihood.History]:
    """Of every customer who had bought by the day, x, recency and age in weeks."""
    found = {}
    for customer, days in purchase_days(business).items():
        if seen := sorted(day for day in days if day <= last):
            recency, age = (seen[-1] - seen[0]).days / WEEK, (last - seen[0]).days / WEEK
            found[customer] = (len(seen) - 1, recency, age)
    return found


def spends(business: Business, last: date) -> dict[str, likelihood.Spend]:
    """Of every customer how many repeat purchases it made by the day, and their mean value."""
    found = {}
    for customer, days in purchase_days(business).items():
        repeats = [float(days[day]) for day in sorted(days)[1:] if day <= last]
        found[customer] = (len(repeats), sum(repeats) / len(repeats) if repeats else 0.0)
    return found


def stays(business: Business) -> dict[str, tuple[int, int, bool]]:
    """Of every customer the month in which its first spell is or ended, its renewals, whether it ended."""
    found = {}
    for spell in subscription_spells(business):
        if spell["spell_no"] == 1:
            first, last = spell["started_at"].date(), (spell["ended_at"] or business.as_of).date()
            renewals, is_over = completed_months(first, last), spell["ended_at"] is not None
            at_end = is_over and renewals > 0 and month_added(first, renewals) == last
            found[spell["customer"]] = (renewals if at_end else renewals + 1, renewals, is_over)
    return found


@lru_cache(maxsize=2)
def fitted_purchases(business: Business, last: date) -> Fitted:
    """BG/NBD of what was bought by the day."""
    given = list(histories(business, last).values())
    events = sum(x > 0 for x, _, _ in given)
    starts = ((1.0, 5.0, 1.0, 3.0), (0.3, 2.0, 0.3, 0.3))
    names = ("r", "alpha", "a", "b")
    refusal = _too_few(len(given), events, "customers who bought again")
    return _fitted(names, likelihood.bg_nbd, given, starts, len(given), refusal)


@lru_cache(maxsize=2)
def fitted_spend(business: Business, last: date) -> Fitted:
    """Gamma-gamma of what was spent by the day."""
    given = [(x, mean) for x, mean in spends(business, last).values() if x and mean > 0]
    scale = sum(mean for _, mean in given) / max(len(given), 1)
    starts = ((6.0, 4.0, 3.0 * scale), (1.0, 2.0, scale))
    refusal = _too_few(LEAST_CUSTOMERS, len(given), "customers who bought again")
    found = _fitted(("p", "q", "gamma"), likelihood.gamma_gamma, given, starts, len(given), refusal)
    if found.parameters is not None and found.parameters[1] <= 1:
        return Fitted(found.names, None, None, len(given), "the fitted spend has no mean")
    return found


@lru_cache(maxsize=2)
def fitted_stays(business: Business) -> Fitted:
    """sBG of first spells; who hasn't renewed once says nothing."""
    given = [
        (month if is_over else renewals, is_over)
        for month, renewals, is_over in stays(business).values()
        if is_over or renewals
    ]
    refusal = _too_few(len(given), sum(is_over for _, is_over in given), "customers who left")
    starts = ((1.0, 1.0), (0.5, 5.0))
    return _fitted(("alpha", "beta"), likelihood.sbg, given, starts, len(given), refusal)


def _too_few(number: int, events: int, who: str) -> str | None:
    if number < LEAST_CUSTOMERS:
        return f"too few customers to learn from: {number} of the {LEAST_CUSTOMERS} needed"
    return f"too few {who}: {LEAST_EVENTS} are needed" if events < LEAST_EVENTS else None


def _fitted(
    names: tuple[str, ...], model: Any, given: list[Any], starts: Any, number: int, refusal: str | None
) -> Fitted:
    parameters = None if refusal else most_likely(lambda one: float(model(one, given)), starts)
    if parameters is None:
        return Fitted(names, None, None, number, refusal or NO_MAXIMUM)
    return Fitted(names, parameters, float(model(parameters, given)), number, None)


def fct_value_model_parameters(business: Business) -> list[Row]:
    """One row per model and parameter; of a model whose customers aren't supplied none."""
    models = {}
    if purchase_days(business):
        models["bg_nbd"] = fitted_purchases(business, business.as_of.date())
        models["gamma_gamma"] = fitted_spend(business, business.as_of.date())
    if stays(business):
        models["sbg"] = fitted_stays(business)
    return [
        {
            "model": model, "parameter": name,
            "value": None if fitted.parameters is None else about(float(fitted.parameters[place]), 5e-3),
            "log_likelihood": None if fitted.log_likelihood is None else about(fitted.log_likelihood, 1e-7),
            "customers": fitted.customers, "fitted_at": business.as_of, "refusal": fitted.refusal,
        }
        for model, fitted in models.items()
        for place, name in enumerate(fitted.names)
    ]  # fmt: skip


def about(value: float, share: float) -> dict[str, float]:
    """The range of so large a share about a value: another climb ends a little elsewhere."""
    return {"low": value - share * abs(value), "high": value + share * abs(value)}


@lru_cache(maxsize=1)
def fct_customer_value(business: Business) -> list[Row]:
    """One row per customer."""
    orders = grouped(({**row, "customer": customer_of(row)} for row in business["orders"]), "customer")
    recurring = grouped(fct_mrr_monthly(business), "customer")
    today, lasting = business.as_of.date(), stays(business)
    seen, spent = histories(business, today), spends(business, today)
    rows = []
    for customer, known in customers(business).items():
        bought = [row for row in orders.get(customer, []) if row["amount"] >= 0]
        revenue = sum((_worth(business, row) for row in orders.get(customer, [])), ZERO)
        mrr = {row["period_month"]: row["mrr_reporting"] for row in recurring.get(customer, [])}
        moments = sorted(row["ordered_at"] for row in bought)
        rows.append({
            "customer": customer, "customer_id": known["customer_id"],
            "first_order_at": moments[0] if moments else None,
            "orders": len(bought), "repeat_orders": max(len(bought) - 1, 0),
            "repeat_purchase_days": seen[customer][0] if customer in seen else 0,
            "revenue_reporting": revenue,
            "average_order_value": float(revenue) / len(bought) if bought else None,
            "recency_days": _days(business, moments[-1]) if moments else None,
            "tenure_days": _days(business, moments[0]) if moments else None,
            "historic_value_reporting": revenue + sum(mrr.values(), ZERO),
            "mrr_reporting": mrr.get(last_month(business.as_of), ZERO),
            **_of_orders(business, seen.get(customer), spent.get(customer)),
            **_of_contract(business, lasting.get(customer), mrr.get(last_month(business.as_of))),
        })  # fmt: skip
    return rows


def _days(business: Business, moment: datetime) -> int:
    return (business.as_of.date() - moment.date()).days


def _of_orders(
    business: Business, history: likelihood.History | None, spend: likelihood.Spend | None
) -> dict[str, Range | str]:
    """What is expected of a customer's orders."""
    today = business.as_of.date()
    buying, spending = fitted_purchases(business, today), fitted_spend(business, today)
    told: dict[str, Range | str] = dict.fromkeys(
        ("probability_alive", "expected_orders_12m", "expected_order_value", "predicted_ltv_12m")
    )
    if history is None or spend is None:
        return {**told, "order_refusal": None}
    orders = value = None
    if buying.parameters is not None:
        orders = likelihood.purchases(buying.parameters, history, YEAR / WEEK)
        told["probability_alive"] = about(likelihood.alive(buying.parameters, history), 5e-3)
        told["expected_orders_12m"] = about(orders, 5e-3)
    if spending.parameters is not None:
        value = likelihood.purchase_value(spending.parameters, *spend)
        told["expected_order_value"] = about(value, 5e-3)
    if orders is not None and value is not None:
        told["predicted_ltv_12m"] = about(orders * value, 1e-2)
    refusals = [refusal for refusal in (buying.refusal, spending.refusal) if refusal]
    return {**told, "order_refusal": min(refusals, default=None)}


def _of_contract(
    business: Business, stay: tuple[int, int, bool] | None, mrr: Decimal | None
) -> dict[str, Range | str]:
    """What is expected of a customer's subscription."""
    fitted, months = fitted_stays(business), None
    if stay and not stay[2] and fitted.parameters is not None:
        discount = (1 + YEARLY_DISCOUNT) ** (1 / 12) - 1
        months = likelihood.months_to_come(fitted.parameters, stay[0], discount)
    return {
        "residual_months": None if months is None else about(months, 5e-3),
        "residual_ltv_reporting": None if months is None or not mrr else about(months * float(mrr), 5e-3),
        "contract_refusal": fitted.refusal if mrr else None,
    }
