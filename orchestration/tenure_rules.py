"""What a user's bands of tenure may say, row by row and together."""

from collections.abc import Iterator, Mapping, Sequence

Row = Mapping[str, str]


def tenure_band_row_problems(row: Row) -> Iterator[str]:
    """What is wrong with one row."""
    if not row["from_months"].isdecimal():
        yield f"from_months is '{row['from_months']}'. Allowed: whole months from 0."
    if not row["tenure_band"].strip():
        yield "tenure_band is empty. Give the band a name."


def tenure_bands_problems(rows: Sequence[Row]) -> Iterator[str]:
    """Tenures that lie in two bands or in none."""
    starts = [int(row["from_months"]) for row in rows if row["from_months"].isdecimal()]
    if 0 not in starts:
        yield "no band begins at 0 months. Add one: customers leave in their first month, too."
    for start in sorted({start for start in starts if starts.count(start) > 1}):
        yield f"two bands begin at {start} months. Keep one of the rows."
