"""What winning customers costs besides ads: people and tools for all channels, agencies and fairs for one."""

import numpy as np
import pyarrow as pa

from sandbox.columns import DAY_SECONDS, days, decimals, dice, month_start, pick, table
from sandbox.currencies import CURRENCIES
from sandbox.people import Span
from sandbox.schemas import MONEY

# category, channel, currency, an amount a month and a thousand people in whole units, every so many months
KINDS = (
    ("salaries", None, "USD", 5_200, 1),
    ("salaries", None, "EUR", 2_300, 1),
    ("tools", None, None, 410, 1),
    ("agency", "paid_search", "EUR", 640, 1),
    ("content", " Organic_Search", "EGP", 9_500, 1),
    ("events", "trade_fair", "GBP", 1_900, 3),
)
CORRECTED = 5  # every so many months some of the salaries in dollars turn out to be nobody's
CORRECTION = -0.04


def costs_table(span: Span) -> pa.Table:
    """One row a month and kind, and the corrections, each in the month that it corrects."""
    rng = dice(span.seed, "costs")
    first = month_start(np.array([span.start]))
    months = 1 + int((month_start(np.array([span.end])) - first)[0] // (28 * DAY_SECONDS))
    starts = np.array([month_start(first, later)[0] for later in range(months)])
    starts = starts[starts < span.end]
    rhythm = np.array([every for *_, every in KINDS])
    month, kind = np.nonzero(np.arange(len(starts))[:, None] % rhythm == 0)
    corrected = np.arange(CORRECTED - 1, len(starts), CORRECTED)
    month = np.concatenate([month, corrected])
    kind = np.concatenate([kind, np.zeros(len(corrected), dtype=np.int64)])
    share = np.where(np.arange(len(month)) < len(month) - len(corrected), 1.0, CORRECTION)
    usual = np.array([amount for *_, amount, _ in KINDS])[kind] * share * span.people / 1_000
    cents = np.rint(usual * rng.uniform(0.85, 1.15, len(month)) * 100).astype(np.int64)
    order = np.argsort(month, kind="stable")
    currency = np.array([CURRENCIES.index(name) if name else -1 for _, _, name, *_ in KINDS])
    return table("costs", {
        "month": days(starts[month][order] // DAY_SECONDS),
        "category": pick([category for category, *_ in KINDS], kind[order]),
        "amount": decimals(cents[order], MONEY),
        "channel": pick([channel for _, channel, *_ in KINDS], kind[order]),
        "currency": pick(CURRENCIES, currency[kind][order]),
    })  # fmt: skip
