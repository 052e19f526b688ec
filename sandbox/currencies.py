"""Exchange rates: a weekly walk around today's levels, from before the first event."""

import numpy as np
import pyarrow as pa

from sandbox.columns import DAY_SECONDS, Ints, days, decimals, dice, pick, table
from sandbox.names import COUNTRIES
from sandbox.people import Span
from sandbox.schemas import RATE

CURRENCIES = ("USD", "EUR", "GBP", "EGP")
LEVELS = (1.0, 1.085, 1.27, 0.0206)
PAID_IN_DOLLARS = 0.5  # of the customers whose country has another currency
COUNTRY_CURRENCY = np.array([CURRENCIES.index(currency) for _, _, currency, _ in COUNTRIES])
WEEKS_BEFORE = 5


def billed_in(rng: np.random.Generator, country: Ints) -> Ints:
    """The currency of each customer: the country's own, or dollars."""
    return np.where(rng.random(len(country)) < PAID_IN_DOLLARS, 0, COUNTRY_CURRENCY[country])


def local_cents(dollar_cents: Ints, currency: Ints) -> Ints:
    """An amount in dollars at the usual rate, in whole units of the currency."""
    return np.maximum((dollar_cents / np.array(LEVELS)[currency]).astype(np.int64) // 100, 1) * 100


def rates_table(span: Span) -> pa.Table:
    """One row a Monday and foreign currency."""
    rng = dice(span.seed, "exchange rates")
    first = span.start // DAY_SECONDS - 7 * WEEKS_BEFORE
    monday = np.arange(first - (first + 3) % 7, span.end // DAY_SECONDS + 1, 7)
    foreign = len(CURRENCIES) - 1
    walk = np.exp(np.cumsum(rng.normal(0, 0.008, (len(monday), foreign)), axis=0))
    units = np.rint(walk * np.array(LEVELS[1:]) * 1e8).astype(np.int64)
    return table("exchange_rates", {
        "rate_date": days(np.repeat(monday, foreign)),
        "currency": pick(CURRENCIES[1:], np.tile(np.arange(foreign), len(monday))),
        "rate_to_reporting": decimals(units.ravel(), RATE),
    })  # fmt: skip
