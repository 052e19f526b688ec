"""What customers answer when asked: a score that follows how well the product serves them."""

import numpy as np
import pyarrow as pa

from sandbox.columns import DAY_SECONDS, Floats, Ints, dice, joined, pick, scrambled, table, take
from sandbox.contacts import HOUR
from sandbox.customers import Customers, customer_ids
from sandbox.engagement import left_of, moments_within
from sandbox.orders import Orders
from sandbox.people import Companies, Span
from sandbox.subscriptions import FIRST_ADDON, Periods

SURVEYS = ("nps", "csat")
NPS, CSAT = range(2)
HIGHEST = np.array([10, 5])
LOWEST = np.array([0, 1])
USUAL, BY_HEALTH, BY_CHANCE = np.array([7.6, 3.9]), np.array([1.5, 0.6]), np.array([1.3, 0.7])
FADING = 1.2  # standard deviations of health, lost by who is about to leave
ANSWERS_A_WEEK = 1 / 18  # to the nps survey, while they pay
ANSWERS_TO_ORDERS = 0.3


def feedback_table(
    span: Span, companies: Companies, customers: Customers, periods: Periods, orders: Orders, health: Floats
) -> pa.Table:
    """Answers up to as_of in order of time: nps of who subscribes, csat days after an order."""
    rng = dice(span.seed, "feedback")
    customer, at, engaged = _asked_of_subscribers(rng, span, periods)
    ordered = np.flatnonzero((orders.cents >= 0) & (rng.random(len(orders.at)) < ANSWERS_TO_ORDERS))
    survey = np.repeat([NPS, CSAT], [len(at), len(ordered)])
    customer = np.concatenate([customer, orders.customer[ordered]])
    at = np.concatenate([at, orders.at[ordered] + rng.integers(HOUR, 6 * DAY_SECONDS, len(ordered))])
    felt = health[customer] - FADING * (1 - np.concatenate([engaged, np.ones(len(ordered))]))
    score = np.rint(USUAL[survey] + BY_HEALTH[survey] * felt + BY_CHANCE[survey] * rng.normal(size=len(at)))
    order = np.lexsort((survey, customer, at))
    order = order[at[order] <= span.end]
    return table("feedback", {
        "response_id": joined(pa.scalar("r"), scrambled(np.arange(len(order)) + 2**42)),
        "customer_id": take(customer_ids(customers, companies), customer[order]),
        "survey_type": pick(SURVEYS, survey[order]),
        "score": np.clip(score, LOWEST[survey], HIGHEST[survey]).astype(np.int64)[order],
        "responded_at": at[order],
    })  # fmt: skip


def _asked_of_subscribers(
    rng: np.random.Generator, span: Span, periods: Periods
) -> tuple[Ints, Ints, Floats]:
    """(customer, moment, what is left of the engagement) of every answer to the nps survey."""
    paid = np.flatnonzero((periods.cents > 0) & ~periods.is_trial & (periods.sequence < FIRST_ADDON))
    often = np.full(len(paid), ANSWERS_A_WEEK)
    row, at = moments_within(rng, often, periods.starts_at[paid], np.minimum(periods.ends_at[paid], span.end))
    return periods.customer[paid][row], at, left_of(at, periods.leaves_at[paid][row])
