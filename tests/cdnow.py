"""The first 2,357 customers of CDNOW, of whom Fader, Hardie and Lee (2005) publish their estimates.

The file comes with the package lifetimes, which is never imported. Weeks stand in it to two places.
"""

import csv
from importlib.metadata import files

import numpy as np

FILE = "lifetimes/datasets/cdnow_customers_summary_with_transactions.csv"


def cdnow() -> dict[str, np.ndarray]:
    """Of each customer repeat purchases, days from the first to the last and to the end, and mean value."""
    [file] = [path for path in files("lifetimes") or [] if str(path) == FILE]
    rows = list(csv.DictReader(file.read_text().splitlines()))
    x = np.array([int(row["x"]) for row in rows])
    return {
        "x": x,
        "recency_days": np.array([round(7 * float(row["t_x"])) for row in rows]),
        "age_days": np.array([round(7 * float(row["T"])) for row in rows]),
        "mean_value": np.where(x > 0, [float(row["zbar"]) for row in rows], np.nan),
    }
