"""The first 2,357 customers of CDNOW, of whom Fader, Hardie and Lee (2005) publish their estimates.

The files come with the package lifetimes, which is never imported. Weeks stand in them to two places.
"""

import csv
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from importlib.metadata import files

import numpy as np

FOLDER = "lifetimes/datasets"
SUMMARY, PURCHASES = f"{FOLDER}/cdnow_customers_summary_with_transactions.csv", f"{FOLDER}/CDNOW_sample.txt"


def cdnow() -> dict[str, np.ndarray]:
    """Of each customer repeat purchases, days from the first to the last and to the end, and mean value."""
    rows = list(csv.DictReader(_lines(SUMMARY)))
    x = np.array([int(row["x"]) for row in rows])
    return {
        "x": x,
        "recency_days": np.array([round(7 * float(row["t_x"])) for row in rows]),
        "age_days": np.array([round(7 * float(row["T"])) for row in rows]),
        "mean_value": np.where(x > 0, [float(row["zbar"]) for row in rows], np.nan),
    }


def purchase_days() -> dict[str, dict[date, Decimal]]:
    """Of each customer the days on which it bought in 78 weeks, and what it spent on them."""
    found: dict[str, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in _lines(PURCHASES):
        _, customer, day, _, dollars = line.split()
        found[customer][datetime.strptime(day, "%Y%m%d").date()] += Decimal(dollars)  # noqa: DTZ007 (a day)
    return found


def _lines(name: str) -> list[str]:
    [file] = [path for path in files("lifetimes") or [] if str(path) == name]
    return file.read_text().splitlines()
