"""The rows that the attribution marts must hold of a made-up world, by the references."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from statistics import median

import pyarrow as pa

from tests.attribution import accounts, drawn, intervals, ledger, money
from tests.attribution.reference import (
    Conversion,
    Rules,
    Touch,
    World,
    markov,
    path,
    positions,
    reason,
    rule_credits,
)
from tests.attribution.removals import Journey, journeys, removal_effects
from tests.attribution.worlds import CHANNELS, MOMENT, TEXT, moment
from tests.bench import Told, tables_of

HOUR = 3_600_000_000
CREDITS = {
    "conversion_key": TEXT, "model": TEXT, "touchpoint_key": TEXT, "conversion_id": TEXT,
    "conversion_type": TEXT, "converted_at": MOMENT, "channel": TEXT, "campaign_key": TEXT,
    "is_retargeting": pa.bool_(), "touch_no": pa.int64(), "touches_in_path": pa.int64(),
    "hours_to_conversion": pa.float64(),
    "credit": pa.float64(), "credited_value_reporting": pa.float64(), "unattributed_reason": TEXT,
}  # fmt: skip

PATHS = {
    "conversion_key": TEXT, "touchpoint_key": TEXT, "touch_no": pa.int64(), "touches_in_path": pa.int64(),
    "lead_touch_no": pa.int64(), "opportunity_touch_no": pa.int64(), "is_last": pa.bool_(),
    "last_touched_at": MOMENT, "previous_channel": TEXT, "channel_before_previous": TEXT,
}  # fmt: skip

JOURNEYS = {
    "conversion_type": TEXT, "path": TEXT, "journeys": pa.int64(), "conversions": pa.int64(),
    "value_reporting": pa.float64(), "conversion_rate": pa.float64(), "median_days": pa.float64(),
}  # fmt: skip
EFFECTS = {
    "conversion_type": TEXT, "channel": TEXT, "removal_effect": pa.float64(),
    "removal_effect_value": pa.float64(), "markov_conversions": pa.float64(),
    "markov_value_reporting": pa.float64(),
}  # fmt: skip
Effects = Mapping[str, Fraction | None]


def credit_rows(world: World, rules: Rules, effects: Mapping[str, Effects]) -> Iterator[tuple]:
    """What fct_attribution_credits must hold."""
    for conversion in world.conversions:
        touches = path(world, rules, conversion)
        shares: dict[str, Mapping] = dict(rule_credits(world, rules, conversion))
        shares["markov"] = markov(touches, effects[conversion.type])
        for model, credits in shares.items():
            for number, touch in enumerate(touches, 1):
                if touch in credits:
                    yield credit_row(conversion, model, len(touches), float(credits[touch]), number, touch)
            if not credits:
                why = reason(world, rules, conversion)
                yield credit_row(conversion, model, len(touches), 1.0, why=why)


def credit_row(
    conversion: Conversion,
    model: str,
    touches: int,
    credit: float,
    number: int | None = None,
    touch: Touch | None = None,
    why: str | None = None,
) -> tuple:
    value = None if conversion.value is None else float(conversion.value) * credit
    hours = None if touch is None else (conversion.at - touch.at) / HOUR
    return (
        conversion.key, model, touch and touch.key, conversion.id, conversion.type, moment(conversion.at),
        touch and touch.channel, touch and touch.campaign, touch and touch.is_retargeting, number, touches,
        hours, credit, value, why,
    )  # fmt: skip


def path_rows(world: World, rules: Rules) -> Iterator[tuple]:
    """What int_attribution__paths must hold."""
    for conversion in world.conversions:
        touches = path(world, rules, conversion)
        held = positions(world, rules, conversion)
        before = [None, None, *(touch.channel for touch in touches)]
        for number, touch in enumerate(touches, 1):
            yield (
                conversion.key, touch.key, number, len(touches),
                *(touches.index(held[at]) + 1 if at in held else None for at in ("lead", "opportunity")),
                held["last"] == touch, moment(held["last"].at), before[number], before[number - 1],
            )  # fmt: skip


def journey_rows(type_: str, found: Sequence[Journey]) -> Iterator[tuple]:
    """What fct_conversion_paths must hold of a conversion type."""
    for channels in sorted({journey.channels for journey in found}):
        same = [journey for journey in found if journey.channels == channels]
        won = [journey for journey in same if journey.is_won]
        days = [float(journey.days) for journey in won if journey.days is not None]
        joined = " > ".join(channel.replace(">", ">>") for channel in channels)
        yield (
            type_, joined, len(same), len(won), total(won), len(won) / len(same),
            median(days) if days else None,
        )  # fmt: skip


def effect_rows(type_: str, found: Sequence[Journey], effects: Effects, rules: Rules) -> Iterator[tuple]:
    """What fct_channel_removal_effects must hold of a conversion type."""
    by_value = removal_effects(found, rules.markov_order, by_value=True)
    won = [journey for journey in found if journey.is_won]
    for channel in sorted(effects):
        share, value_share = (
            None if of[channel] is None or not sum(of.values()) else float(of[channel] / sum(of.values()))
            for of in (effects, by_value)
        )
        worth = total(won)
        yield (
            type_, channel, optional(effects[channel]), optional(by_value[channel]),
            None if share is None else share * len(won),
            None if value_share is None or worth is None else value_share * worth,
        )  # fmt: skip


def total(won: Sequence[Journey]) -> float | None:
    values = [journey.value for journey in won if journey.value is not None]
    return float(sum(values)) if values else None


def optional(number: Fraction | None) -> float | None:
    return None if number is None else float(number)


def expected(world: World, rules: Rules) -> dict[str, pa.Table]:
    """The rows of each relation that the references tell of."""
    types = sorted({conversion.type for conversion in world.conversions})
    of_types = {type_: journeys(world, rules, type_) for type_ in types}
    effects = {type_: removal_effects(found, rules.markov_order) for type_, found in of_types.items()}
    rows = {
        "int_attribution__paths": path_rows(world, rules),
        "fct_conversion_paths": [row for type_ in types for row in journey_rows(type_, of_types[type_])],
        "fct_channel_removal_effects": [
            row for type_ in types for row in effect_rows(type_, of_types[type_], effects[type_], rules)
        ],
        "fct_attribution_credits": credit_rows(world, rules, effects),
        "int_attribution__credit_shares": drawn.share_rows(world, rules, CHANNELS),
        "int_attribution__journey_transitions": drawn.transition_rows(world, rules, CHANNELS),
    }
    return tables_of(TOLD, rows)


def expected_money(kept: money.Books) -> dict[str, pa.Table]:
    """The rows of each mart of money that the references tell of."""
    return tables_of(TOLD, {
        "fct_channel_spend": money.channel_spend(kept),
        "fct_channel_performance": money.performance(kept, lambda one: money.month(one.converted_at)),
        "fct_channel_performance_by_touch_month": money.performance(kept, money.touch_month),
        "fct_acquisition_cost": money.acquisition_cost(kept),
        "fct_model_disagreement": money.disagreement(kept),
    })  # fmt: skip


def expected_ledger(kept: accounts.Ledger, zone: str) -> dict[str, pa.Table]:
    """The rows of each relation that the reference tells of, with days reported by a zone's clocks."""
    return tables_of(TOLD, {
        "int_attribution__reporting_day_bounds": ledger.bounds(kept, zone),
        "fct_spend_ledger": ledger.spend_ledger(kept, zone),
        "fct_platform_claims": ledger.platform_claims(kept, zone),
        "fct_utm_audit": ledger.utm_audit(kept),
        "fct_self_reported_sources": ledger.self_reported(kept),
    })  # fmt: skip


def expected_intervals(kept: intervals.Estimates) -> dict[str, pa.Table]:
    """The rows of the mart of intervals that the reference tells of."""
    return tables_of(TOLD, {"fct_attribution_intervals": intervals.intervals(kept)})


TOLD = {
    "int_attribution__paths": Told("intermediate", PATHS, 2),
    "fct_conversion_paths": Told("marts", JOURNEYS, 2),
    "fct_channel_removal_effects": Told(
        "marts", EFFECTS, 2, near={"markov_conversions": 1e-6, "markov_value_reporting": 1e-6}
    ),
    "fct_attribution_credits": Told("marts", CREDITS, 3),
    "int_attribution__credit_shares": Told("intermediate", drawn.SHARES, 4),
    "int_attribution__journey_transitions": Told("intermediate", drawn.TRANSITIONS, 6),
    "fct_attribution_intervals": Told("marts", intervals.INTERVALS, 3),
    "fct_model_disagreement": Told("marts", money.DISAGREEMENT, 3),
    "fct_channel_spend": Told("marts", money.SPEND, 4),
    "fct_channel_performance": Told("marts", money.PERFORMANCE, 5, near=1e-6),
    "fct_channel_performance_by_touch_month": Told("marts", money.PERFORMANCE, 5, near=1e-6),
    "fct_acquisition_cost": Told("marts", money.ACQUISITION, 2, near=1e-6),
    "int_attribution__reporting_day_bounds": Told("intermediate", ledger.BOUNDS, 4),
    "fct_spend_ledger": Told("marts", ledger.LEDGER, 4),
    "fct_platform_claims": Told("marts", ledger.CLAIMS, 3),
    "fct_utm_audit": Told("marts", ledger.AUDIT, 6),
    "fct_self_reported_sources": Told("marts", ledger.SELF_REPORTED, 4),
}
