"""What tells the rows that were estimated from others: the same sum here and in SQL (macro rows_checksum)."""

import numpy as np
from numpy.typing import NDArray

MODULUS = 2_147_483_647
BASE = 1_000_003
FINENESS = 1_000_000.0
# Its millionths are the modulus less one, which hardly any number's are.
MISSING = 2147.483646


def rows_checksum(group: NDArray, *columns: NDArray) -> NDArray[np.int64]:
    """Of each row the checksum of the rows of its group (a small whole number), whatever their order.

    A row's columns are the digits of a number modulo 2^31 - 1; its square keeps rows that exchange a digit
    apart. The sign of a number doesn't count, nor what it has beyond six decimals.
    """
    digits = np.zeros(len(group), dtype=np.int64)
    for column in columns:
        digits = (digits * BASE + _folded(column)) % MODULUS
    squares = digits * digits % MODULUS
    sums = np.zeros(int(group.max(initial=0)) + 1, dtype=np.int64)
    np.add.at(sums, group, squares)
    return np.asarray(sums[group], dtype=np.int64)


def _folded(column: NDArray) -> NDArray[np.int64]:
    """Millionths as whole numbers below the modulus; large ones lose their last digits here as in SQL."""
    whole = np.floor(np.abs(np.nan_to_num(column.astype(float), nan=MISSING)) * FINENESS)
    return np.asarray(whole - MODULUS * np.floor(whole / MODULUS), dtype=np.int64)
