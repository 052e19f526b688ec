"""Made-up credits, intervals estimated of these or of earlier ones, and what a mart must say of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import pyarrow as pa

from tests.attribution.drawn import SHARES, TRANSITIONS
from tests.attribution.money import optional, whole
from tests.attribution.worlds import MONEY, TEXT, decimal

ENOUGH = 30
# Large numbers, so that each is folded by the checksum's modulus.
TYPES = {"lead": 3, "order": 4_000, "signup": 5_000, "won": 9_000}
MODELS = {"linear": 2, "markov": 3_000, "shapley": 7_000}
CHANNELS = {"direct": 1, "email": 8_000, "paid_search": 9_999}
ENDS = {name: pa.float64() for name in ("conversions_low", "conversions_high", "value_low", "value_high")}
ESTIMATED = {"type_no": pa.int64(), "channel_no": pa.int64(), "checksum": pa.int64(), **ENDS}
SCHEMAS = {
    "intermediate.int_attribution__credit_shares": SHARES,
    "intermediate.int_attribution__journey_transitions": TRANSITIONS,
    "intermediate.int_attribution__journeys": {
        "conversion_type": TEXT, "is_converted": pa.bool_(), "journeys": pa.int64(),
        "value_reporting": MONEY,
    },
    "intermediate.int_attribution__models": {"model": TEXT, "model_no": pa.int64()},
    "intermediate.int_attribution__type_numbers": {"conversion_type": TEXT, "type_no": pa.int64()},
    "intermediate.int_attribution__channel_numbers": {"channel": TEXT, "channel_no": pa.int64()},
    "staging.stg_estimates__credit_intervals": {"type_no": pa.int64(), "model_no": pa.int64()}
    | {name: kind for name, kind in ESTIMATED.items() if name != "type_no"},
    "staging.stg_estimates__markov_intervals": ESTIMATED,
    "marts.fct_attribution_credits": {
        "model": TEXT, "conversion_type": TEXT, "touchpoint_key": TEXT, "channel": TEXT,
        "credit": pa.float64(), "credited_value_reporting": pa.decimal128(38, 12),
    },
}  # fmt: skip
INTERVALS = {
    "conversion_type": TEXT, "model": TEXT, "channel": TEXT, "conversions": pa.float64(),
    "conversions_low": pa.float64(), "conversions_high": pa.float64(), "value_reporting": MONEY,
    "value_low": MONEY, "value_high": MONEY, "journeys": pa.int64(), "verdict": TEXT,
}  # fmt: skip
Ends = tuple[Fraction | None, ...]


@dataclass(frozen=True)
class Credit:
    """A share of a conversion, of a touch or of none."""

    model: str
    type: str
    touch: str | None
    channel: str | None
    credit: Fraction
    value: Fraction | None


@dataclass(frozen=True)
class Estimates:
    """Credits and journeys (type, whether it converted, how many, value), what was estimated of which rows.

    shares and transitions are the rows as they stand; the intervals of stale types, and of every type beside
    the Markov model's, were estimated of others.
    """

    credits: Sequence[Credit]
    journeys: Sequence[tuple[str, bool, int, Fraction | None]]
    shares: Sequence[tuple]
    transitions: Sequence[tuple]
    ends: Mapping[tuple[str, str, str], Ends]
    stale: frozenset[str]


def estimates(seed: int, size: int = 60) -> Estimates:
    """A lead's conversions are just enough, a signup's one too few, and nobody knows what a lead is worth."""
    random = Random(seed)

    def quarters(most: int) -> Fraction:
        return Fraction(random.randrange(4 * most), 4)

    def value(type_: str) -> Fraction | None:
        return random.choice([None, quarters(9_000)]) if type_ != "lead" else None

    def credit() -> Credit:
        type_, model = random.choice([*TYPES]), random.choice([*MODELS])
        touch = random.choice([None, "t", "t", "t"])
        channel = random.choice([*CHANNELS]) if touch else None
        known = None if type_ == "order" and channel == "email" else value(type_)
        return Credit(model, type_, touch, channel, Fraction(random.randrange(1, 9), 8), known)

    def ends(type_: str) -> Ends:
        low, high = sorted([quarters(99), quarters(99)])
        return low, high, *((None, None) if type_ == "lead" else (low * 7, high * 7))

    counts = {"lead": (ENOUGH, 0), "order": (ENOUGH - 1, 2), "signup": (ENOUGH - 1, 1), "won": (ENOUGH, 40)}
    numbers = [*TYPES.values()], [*MODELS.values()], [*CHANNELS.values()]
    return Estimates(
        credits=[credit() for _ in range(3 * size)],
        journeys=[
            *((type_, True, many, value(type_)) for type_, (many, _) in counts.items()),
            *((type_, True, number, Fraction(1)) for type_, number in (("order", 1), ("order", 3))),
            *((type_, False, many, None) for type_, (_, many) in counts.items() if many),
        ],
        shares=[
            (random.choice(numbers[0]), random.randrange(9_999), random.choice(numbers[1]),
             random.choice(numbers[2]), quarters(9_999), random.choice([None, quarters(9_999)]))
            for _ in range(size)
        ],
        transitions=[
            (random.choice([0, *numbers[0]]), random.randrange(9_999), random.randrange(9_999),
             random.choice([0, 5_000_001]), random.choice([-1, -2, 5_000_001]), random.choice(numbers[2]),
             random.randrange(9_999), random.choice([None, quarters(9_999)]))
            for _ in range(size)
        ],
        ends={
            (type_, model, channel): ends(type_)
            for type_ in TYPES for model in MODELS for channel in [*CHANNELS][:2]
        },
        stale=frozenset({"won"}),
    )  # fmt: skip


def checksum(rows: Iterable[Sequence]) -> int:
    """The sum of the squares of rows, each the digits of a number modulo 2^31 - 1, as it's worked by hand."""
    modulus, missing, total = 2**31 - 1, 2**31 - 2, 0
    for row in rows:
        number = 0
        for value in row:
            millionths = missing if value is None else abs(Fraction(value)) * 10**6 // 1
            number = (number * 1_000_003 + int(millionths)) % modulus
        total += number * number % modulus
    return total


def inputs(kept: Estimates) -> dict[str, pa.Table]:
    """The relations that the models of intervals read; an earlier estimate stands beside each."""
    of_types = {no: checksum(row[1:] for row in kept.shares if row[0] == no) for no in TYPES.values()}
    of_all = checksum(kept.transitions)
    # What was estimated earlier may have the checksum of another type's rows.
    earlier = dict(zip(of_types, [*[*of_types.values()][1:], 0], strict=True))
    estimated: dict[bool, list[tuple]] = {True: [], False: []}
    for (type_, model, channel), ends in kept.ends.items():
        is_markov, type_no = model == "markov", TYPES[type_]
        place = (type_no,) if is_markov else (type_no, MODELS[model])
        fresh, stale = (of_all, of_all + 1) if is_markov else (of_types[type_no], earlier[type_no])
        others = [None if end is None else float(end + 1) for end in ends]
        estimated[is_markov].append((*place, CHANNELS[channel], stale, *others))
        if is_markov or type_ not in kept.stale:
            estimated[is_markov].append((*place, CHANNELS[channel], fresh, *map(optional, ends)))
    rows: Mapping[str, Iterable[Sequence]] = {
        "intermediate.int_attribution__credit_shares": [
            [*row[:4], float(row[4]), optional(row[5])] for row in kept.shares
        ],
        "intermediate.int_attribution__journey_transitions": [
            [*row[:7], optional(row[7])] for row in kept.transitions
        ],
        "intermediate.int_attribution__journeys": [
            (*row[:3], decimal(row[3])) for row in kept.journeys
        ],
        "intermediate.int_attribution__models": MODELS.items(),
        "intermediate.int_attribution__type_numbers": TYPES.items(),
        "intermediate.int_attribution__channel_numbers": CHANNELS.items(),
        "staging.stg_estimates__credit_intervals": estimated[False],
        "staging.stg_estimates__markov_intervals": estimated[True],
        "marts.fct_attribution_credits": [
            (one.model, one.type, one.touch, one.channel, float(one.credit), decimal(one.value))
            for one in kept.credits
        ],
    }  # fmt: skip
    return {
        name: pa.Table.from_pylist(
            [dict(zip(SCHEMAS[name], row, strict=True)) for row in given], schema=pa.schema(SCHEMAS[name])
        )
        for name, given in rows.items()
    }


def intervals(kept: Estimates) -> Iterator[tuple]:
    """What fct_attribution_intervals must hold."""
    for place in {(one.type, one.model, one.channel) for one in kept.credits if one.touch}:
        type_, model, channel = place
        own = [one for one in kept.credits if (one.type, one.model, one.channel) == place and one.touch]
        of_type = [row for row in kept.journeys if row[0] == type_]
        journeys, conversions = (
            sum(many for _, is_won, many, _ in of_type if is_won or also) for also in (True, False)
        )
        verdict = "too few conversions" if conversions < ENOUGH else None
        if verdict:
            yield *place, *[None] * 6, journeys, verdict
            continue
        is_known = whole(value for *_, value in of_type) is not None
        value = (whole(one.value for one in own) or Fraction(0)) if is_known else None
        is_stale = type_ in kept.stale and model != "markov"
        ends = None if is_stale else kept.ends.get((type_, model, channel or ""))
        low, high, value_low, value_high = ends or (None,) * 4
        yield (
            *place, float(sum(one.credit for one in own)), optional(low), optional(high), decimal(value),
            decimal(value_low), decimal(value_high), journeys, None,
        )  # fmt: skip
