"""The journeys that a bootstrap draws anew, in the numbers that the estimators are given."""

from collections import Counter
from collections.abc import Iterator, Sequence

import pyarrow as pa

from tests.attribution.reference import Conversion, Rules, Touch, World, path, rule_credits
from tests.attribution.removals import allowed_paths, converted

SHARES = {
    "type_no": pa.int64(), "journey_no": pa.int64(), "model_no": pa.int64(), "channel_no": pa.int64(),
    "credit": pa.float64(), "value": pa.float64(),
}  # fmt: skip
TRANSITIONS = {
    "type_no": pa.int64(), "lost_types": pa.int64(), "journey_no": pa.int64(), "from_no": pa.int64(),
    "to_no": pa.int64(), "channel_no": pa.int64(), "journeys": pa.int64(), "value": pa.float64(),
}  # fmt: skip
OWN_MODELS = ("last_non_direct", "markov", "shapley", "time_decay")
WON, LOST = -1, -2
ORDER_2 = 1_000_000


def numbers(names: Sequence[str]) -> dict[str, int]:
    """Names in their order, from 1."""
    return {name: number for number, name in enumerate(sorted(set(names)), 1)}


def drawn(world: World, rules: Rules) -> Iterator[tuple[int, int, Conversion, list[Touch]]]:
    """Each conversion that touches led to, after its type's number and its own."""
    for type_, type_no in numbers([one.type for one in world.conversions]).items():
        own = [(one, path(world, rules, one)) for one in world.conversions if one.type == type_]
        told = sorted(((one, touches) for one, touches in own if touches), key=lambda pair: pair[0].key)
        for journey_no, (conversion, touches) in enumerate(told, 1):
            yield type_no, journey_no, conversion, touches


def value_of(conversion: Conversion) -> float | None:
    return None if conversion.value is None else float(conversion.value)


def share_rows(world: World, rules: Rules, channels: Sequence[str]) -> Iterator[tuple]:
    """What int_attribution__credit_shares must hold."""
    channel_nos = numbers(channels)
    model_nos = numbers([*(model for model, _, _ in rules.weights), *OWN_MODELS])
    for type_no, journey_no, conversion, _ in drawn(world, rules):
        for model, credits in rule_credits(world, rules, conversion):
            of_channels: dict[str, float] = {}
            for touch, credit in credits.items():
                of_channels[touch.channel] = of_channels.get(touch.channel, 0.0) + float(credit)
            for channel, credit in of_channels.items():
                place = (type_no, journey_no, model_nos[model], channel_nos[channel])
                yield (*place, credit, value_of(conversion))


def moves(
    passed: Sequence[str], order: int, end: int, channels: Sequence[str]
) -> Iterator[tuple[int, int, int]]:
    """From which state to which one goes who passes channels, and the channel of the latter."""
    nos = numbers(channels)
    entered = [0, *(nos[channel] for channel in passed)]
    states = [
        own + (ORDER_2 * entered[place - 1] if order == 2 and place else 0)
        for place, own in enumerate(entered)
    ]
    yield from zip(states, states[1:], entered[1:], strict=False)
    yield states[-1], end, 0


def transition_rows(world: World, rules: Rules, channels: Sequence[str]) -> Iterator[tuple]:
    """What int_attribution__journey_transitions must hold."""
    for type_no, journey_no, conversion, touches in drawn(world, rules):
        for move in moves([touch.channel for touch in touches], rules.markov_order, WON, channels):
            yield type_no, 0, journey_no, *move, 1, value_of(conversion)
    lost: Counter[tuple[str, int, tuple[str, ...]]] = Counter()
    types = numbers([one.type for one in world.conversions])
    bought = {type_: converted(world, rules, type_) for type_ in types}
    for subject, passed in allowed_paths(world, rules):
        bits = sum(2 ** (type_no - 1) for type_, type_no in types.items() if subject not in bought[type_])
        joined = " > ".join(channel.replace(">", ">>") for channel in passed)
        if bits:
            lost[joined, bits, passed] += 1
    for journey_no, ((_, bits, passed), journeys) in enumerate(sorted(lost.items()), 1):
        for move in moves(passed, rules.markov_order, LOST, channels):
            yield 0, bits, journey_no, *move, journeys, None
