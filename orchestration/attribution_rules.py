"""What a user's attribution models and lookbacks may say, row by row."""

import re
from collections.abc import Iterator, Mapping

Row = Mapping[str, str]
# Models that aren't rows of the seed, the macro own_attribution_models' among them.
OWN_MODELS = ("last_non_direct", "time_decay", "markov", "shapley")
LONGEST_LOOKBACK = 36_500
NUMBER = re.compile(r"\d{1,9}(\.\d{1,9})?|\.\d{1,9}")
WHOLE_NUMBER = re.compile(r"\d{1,5}")


def weight_row_problems(row: Row) -> Iterator[str]:
    """What is wrong with the weight of a position."""
    model = row["model"]
    if not model.strip():
        yield "model is empty. Give it a name."
    if model.strip().lower() in OWN_MODELS:
        yield (
            f"model is '{model}', which weights can't change. Allowed: any name but {', '.join(OWN_MODELS)}."
        )
    if not NUMBER.fullmatch(row["weight"]):
        yield f"weight is '{row['weight']}'. Allowed: a number that isn't negative, such as 0.4."


def lookback_row_problems(row: Row) -> Iterator[str]:
    """What is wrong with a lookback."""
    if not (row["conversion_type"].strip() or row["channel"].strip()):
        yield (
            "conversion_type and channel are empty. Name one; the lookback of all the others is var "
            "attribution_lookback_days."
        )
    days = row["lookback_days"]
    if not (WHOLE_NUMBER.fullmatch(days) and 1 <= int(days) <= LONGEST_LOOKBACK):
        yield f"lookback_days is '{days}'. Allowed: whole days from 1 to {LONGEST_LOOKBACK}."
