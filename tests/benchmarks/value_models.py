"""How long the value models take to fit a million customers, and in how much memory.

    python -m tests.benchmarks.value_models [--customers 1000000]

Customers buy, spend and leave as the models say, over two years of days. What is shared is fitted once:
BG/NBD by distinct history, sBG by term; gamma-gamma by customer, for hardly two spend the same.
"""

import argparse
import resource
import time
from collections.abc import Callable
from types import ModuleType

import numpy as np

from estimators import bg_nbd, gamma_gamma, sbg

DAYS, MONTHS = 730, 24


def histories(rng: np.random.Generator, customers: int) -> dict[str, np.ndarray]:
    """Distinct histories of purchases and how many share each; whole days, as purchases have them."""
    rate, leaves = rng.gamma(0.8, 1 / 42, customers), rng.beta(0.7, 2.5, customers)
    age = rng.integers(1, DAYS, customers)
    x, recency, moment = np.zeros(customers, dtype=np.int64), np.zeros(customers), np.zeros(customers)
    alive = np.ones(customers, dtype=bool)
    while alive.any():
        moment += np.ceil(rng.exponential(1 / rate))
        alive &= moment <= age
        x[alive] += 1
        recency[alive] = moment[alive]
        alive &= rng.random(customers) > leaves
    distinct, shared = np.unique(np.stack([x, recency.astype(np.int64), age]), axis=1, return_counts=True)
    rows = dict(zip(("x", "recency_days", "age_days"), distinct, strict=True))
    size = len(shared)
    return numbered(size) | rows | {"customers": shared, "horizon_days": np.full(size, 365)}


def spends(rng: np.random.Generator, customers: int) -> dict[str, np.ndarray]:
    """Customers' repeat purchases and their mean."""
    x = rng.geometric(0.3, customers)
    scale = 1 / rng.gamma(4, 1 / 15, customers)
    return numbered(customers) | {"x": x, "mean_value": rng.gamma(6 * x, scale) / x}


def terms(rng: np.random.Generator, customers: int) -> dict[str, np.ndarray]:
    """How many customers left, or were last seen, at the end of each month."""
    stays, watched = rng.geometric(rng.beta(1.2, 6, customers)), rng.integers(1, MONTHS + 1, customers)
    left = stays <= watched
    ends = np.minimum(stays, watched)
    churned, censored = (np.bincount(ends[mine], minlength=MONTHS + 1)[1:] for mine in (left, ~left))
    rows = {"term": np.arange(1, MONTHS + 1), "churned": churned, "censored": censored}
    return numbered(MONTHS) | rows | {"discount": np.full(MONTHS, 0.008)}


def numbered(rows: int) -> dict[str, np.ndarray]:
    """One fit of so many rows."""
    return {"row_no": np.arange(rows), "fit_no": np.zeros(rows, dtype=np.int64), "checksum": np.zeros(rows)}


def main() -> None:
    """A line a model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--customers", type=int, default=1_000_000)
    customers = parser.parse_args().customers
    models: tuple[tuple[Callable, ModuleType, str], ...] = (
        (histories, bg_nbd, "predict_purchases"),
        (spends, gamma_gamma, "predict_spend"),
        (terms, sbg, "project_terms"),
    )
    for make, model, function in models:
        given = make(np.random.default_rng(7), customers)
        begun = time.perf_counter()
        found = getattr(model, function)(given)
        seconds = time.perf_counter() - begun
        mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        parameters = ", ".join(f"{name} {found[name][0]:.3f}" for name in model.PARAMETERS)
        print(  # noqa: T201
            f"{function}: {customers:,} customers in {len(given['fit_no']):,} rows, {seconds:.1f} s, "
            f"{mib:,} MiB at most; {parameters}"
        )


if __name__ == "__main__":
    main()
