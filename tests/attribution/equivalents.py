"""Mutants that no input tells from the model: why, and of each the model and how the change begins."""

from tests.sql_mutants import reason_among

# Columns that are carried and told of elsewhere: what makes them isn't changed.
SPARED = {
    "int_attribution__transitions": ("checksum",),  # tests/unit/estimators/test_checksums.py
    "int_attribution__intervals": ("checksum",),  # what tests/attribution/intervals.py works by hand
}
EQUIVALENT: dict[str, tuple[tuple[str, str], ...]] = {
    "a person of NULL has no touches, and what isn't anybody's joins nothing": (
        ("canonical_consents", "left to inner: LEFT JOIN"),
        ("canonical_consents", "drop: WHERE consents.recorded_at"),
        ("canonical_consents", "swap: consents.recorded_at <= as_of.as_of AND"),
        ("canonical_consents", "drop right: consents.recorded_at"),
        ("int_attribution__first_touches", "inner to left: INNER JOIN people_touched"),
        ("int_attribution__milestones", "inner to left"),
        ("int_attribution__touches_in_window", "inner to left: INNER JOIN touches"),
        ("int_attribution__paths", "inner to left: INNER JOIN touches_in_window"),
        ("int_attribution__lost_touches", "inner to left"),
        ("int_attribution__journey_transitions", "inner to left: INNER JOIN paths"),
        ("fct_platform_claims", "inner to left: INNER JOIN campaigns"),
    ),
    "no identifier is empty": (
        ("canonical_consents", "nullif dropped"),
        ("canonical_consents", "other text: '' → '!'"),
    ),
    "touches end at as_of, and a later choice withholds none of them": (
        ("canonical_consents", "drop left: consents.recorded_at"),
        ("canonical_consents", "swap: consents.recorded_at <= as_of.as_of → "),
    ),
    "only denials are read, and what isn't denied is nothing else": (
        ("canonical_consents", "drop else: CASE WHEN MAX("),
        ("canonical_consents", "swap: MAX(status)"),
    ),
    "NULL counts, compares and sorts as the 0 or the false that it stands for": (
        ("canonical_consents", "drop else: CASE WHEN status"),
        ("int_attribution__decay_credits", "drop else"),
        ("int_attribution__transitions", "drop else"),
        ("int_attribution__transitions", "coalesce to first"),
        ("int_attribution__type_journeys", "drop else"),
    ),
    "every channel of a touch is in dim_channels, every type and conversion where it is looked up": (
        ("int_attribution__touches", "coalesce to first: COALESCE(channels.is_direct"),
        ("int_attribution__touches", "flip: FALSE"),
        ("int_attribution__touches", "left to inner: LEFT JOIN channels"),
        ("int_attribution__subjects", "inner to left: INNER JOIN conversions"),
        ("int_attribution__touches_in_window", "inner to left: INNER JOIN lookbacks"),
        ("int_attribution__journeys", "inner to left"),
        ("int_attribution__lost_journeys", "inner to left"),
        ("int_attribution__journey_transitions", "inner to left: INNER JOIN subject_touches"),
        ("int_attribution__journey_transitions", "inner to left: INNER JOIN channel_numbers"),
        ("int_attribution__journey_transitions", "coalesce to first: COALESCE(own.channel_no"),
        ("int_attribution__credit_shares", "inner to left"),
        ("int_attribution__decay_credits", "inner to left"),
        ("int_attribution__position_credits", "inner to left"),
        ("int_attribution__shapley_shares", "inner to left"),
        ("int_attribution__shapley_credits", "inner to left"),
        ("int_attribution__steps", "inner to left: INNER JOIN conversions"),
        ("int_attribution__transitions", "inner to left"),
        ("int_attribution__channel_effects", "inner to left: INNER JOIN type_numbers"),
        ("int_attribution__channel_effects", "inner to left: INNER JOIN channel_numbers"),
        ("int_attribution__markov_credits", "inner to left"),
        ("int_attribution__unattributed", "inner to left: INNER JOIN models"),
        ("fct_channel_removal_effects", "inner to left"),
        ("int_attribution__credits", "inner to left"),
        ("fct_model_disagreement", "inner to left: INNER JOIN channels"),
        ("fct_model_disagreement", "inner to left: INNER JOIN type_journeys"),
        ("fct_attribution_intervals", "inner to left"),
        ("fct_self_reported_sources", "inner to left"),
    ),
    "is_always_credited saves a look for what isn't there": (
        ("int_attribution__models", "swap: SUM(CASE WHEN position IN"),
        ("int_attribution__models", "drop right: SUM("),
        ("int_attribution__models", "drop left: SUM("),
        ("int_attribution__models", "other text: 'first'"),
        ("int_attribution__models", "other text: 'last'"),
        ("int_attribution__models", "other text: 'spread'"),
        ("int_attribution__models", "one more: 0 → 1 (2)"),
        ("int_attribution__unattributed", "swap: position_credits.model = models.model"),
        ("int_attribution__unattributed", "drop: WHERE NOT models.is_always_credited"),
    ),
    "the rows of the sides differ, and are single": (
        ("int_attribution__models", "all or distinct"),
        ("int_attribution__lost_touches", "all or distinct"),
        ("int_attribution__steps", "all or distinct: SELECT conversion_type, channel, previous_channel"),
        ("int_attribution__credits", "all or distinct"),
        ("fct_model_disagreement", "all or distinct"),
        ("int_attribution__earned_and_spent", "all or distinct: SELECT 'conversion'"),
        ("int_attribution__journey_transitions", "all or distinct: SELECT FALSE"),
        ("int_attribution__intervals", "all or distinct"),
        ("int_attribution__reporting_day_bounds", "all or distinct"),
        ("fct_utm_audit", "all or distinct"),
    ),
    "what is told once before is told once after, by the union around it or by what looks it up": (
        ("int_attribution__subjects", "all or distinct"),
        ("int_attribution__unattributed", "drop: DISTINCT"),
        ("int_attribution__reporting_day_bounds", "drop: DISTINCT"),
        ("fct_utm_audit", "drop: DISTINCT"),
    ),
    "the keys that break ties leave none": (
        ("int_attribution__paths", "swap: ROW_NUMBER() → RANK()"),
        ("int_attribution__subject_touches", "swap: ROW_NUMBER() → RANK()"),
        ("int_attribution__journeys", "swap: ROW_NUMBER() → RANK()"),
        ("int_attribution__lost_journeys", "swap: ROW_NUMBER() → RANK()"),
        ("int_attribution__channel_numbers", "swap: ROW_NUMBER() → RANK()"),
        ("int_attribution__type_numbers", "swap: ROW_NUMBER() → RANK()"),
        ("int_attribution__models", "swap: ROW_NUMBER() → RANK()"),
    ),
    "a number or an example tells apart, and any other would": (
        ("int_attribution__subject_touches", "drop key 1: ROW_NUMBER()"),
        ("int_attribution__lost_journeys", "swap: MIN(subject_key)"),
        ("int_attribution__steps", "one more: 2 → 3"),
    ),
    "there is one, whose smallest is its largest": (
        ("int_attribution__milestones", "swap: MIN(opportunities.converted_at)"),
        ("int_attribution__position_shares", "swap: MAX(CASE WHEN position"),
        ("int_attribution__performance", "swap: SUM(spend_reporting)"),
        ("int_attribution__credit_shares", "swap: MAX(value)"),
        ("int_attribution__account_days", "swap: MAX(time_zone)"),
    ),
    "no credit is below 0": (
        ("int_attribution__performance", "swap: SUM(conversions) → MAX(conversions) (2)"),
    ),
    "groups are told apart by another key: the campaign, and the channel, which nobody untouched came by": (
        (
            "fct_channel_spend",
            "coalesce to first: COALESCE(campaigns.channel, 'unknown') → campaigns.channel (2)",
        ),
        (
            "int_attribution__earned_and_spent",
            "coalesce to first: COALESCE(CAST(DATE_TRUNC('MONTH', CAST(touchpoints",
        ),
    ),
    "it is counted, whatever stands there": (
        ("int_attribution__paths", "one more: 1 → 2"),
        ("int_attribution__reporting_day_bounds", "one more: 1 → 2 (4)"),
        ("int_attribution__reporting_day_bounds", "one more: 1 → 2 (5)"),
        ("fct_platform_claims", "one more: 1 → 2"),
    ),
    "days begin with a minute: what lies a second before one lies two before": (
        ("int_attribution__reporting_day_bounds", "one more: 1 → 2 (2)"),
    ),
    "fresh intervals have the numbers of the build": (("int_attribution__intervals", "inner to left"),),
    "the columns ask for the type again": (
        ("int_attribution__milestones", "drop left: conversions.conversion_type = 'opportunity'"),
    ),
    "of touches fewer than none are as few as none": (
        ("int_attribution__position_shares", "drop when 2: CASE WHEN models.last_weight"),
    ),
    "every path has a first touch and a last one": (
        ("int_attribution__position_shares", "drop right: models.first_weight IS NULL OR"),
        ("int_attribution__position_shares", "drop right: models.last_weight IS NULL OR"),
        ("int_attribution__position_shares", "drop else: CASE WHEN shapes.first_touch_no > 0"),
        ("int_attribution__position_shares", "drop else: CASE WHEN shapes.last_touch_no > 0"),
        ("int_attribution__position_shares", "swap: shapes.first_touch_no > 0"),
        ("int_attribution__position_shares", "swap: shapes.last_touch_no > 0"),
        ("int_attribution__position_shares", "one more: 0 → 1 (14)"),
        ("int_attribution__position_shares", "one more: 0 → 1 (23)"),
        ("int_attribution__position_shares", "one more: 0 → 1 (35)"),
    ),
    "every channel is in a journey; of one that only converted people came by a unit test tells": (
        ("int_attribution__lost_touches", "drop: HAVING"),
        ("int_attribution__lost_touches", "swap: SUM(touches) > 0"),
        ("int_attribution__lost_touches", "swap: SUM(touches) → MAX(touches) (2)"),
    ),
    "a path is empty and has touches in its window where they are withheld, and nowhere else": (
        ("int_attribution__unattributed", "drop: WHERE is_withheld"),
    ),
    "only what enters conversion is read of a value, and NULL is counted alone": (
        ("int_attribution__transitions", "one more: 0 → 1 (5)"),
        ("int_attribution__transitions", "swap: SUM(valued) → MAX(valued)"),
    ),
    "whatever converts came by a channel, without which less would: effects of a path are above 0": (
        ("fct_channel_removal_effects", "nullif dropped"),
        ("fct_channel_removal_effects", "one more: 0 → 1"),
        ("int_attribution__markov_credits", "drop else"),
        ("int_attribution__markov_credits", "swap: path_effect > 0"),
        ("int_attribution__markov_credits", "swap: CAST(1 AS DOUBLE)"),
        ("int_attribution__markov_credits", "one more: 1 → 2"),
        ("int_attribution__markov_credits", "drop: WHERE credit > 0"),
        ("int_attribution__markov_credits", "swap: credit > 0"),
    ),
    "whoever is named is among the people whose touches count, where no company is": (
        (
            "int_attribution__unattributed",
            "drop left: conversions.person_key IS NULL AND conversions.company_key IS NULL → ",
        ),
    ),
    "the text stands in every fingerprint, and differs where vars or SQL do": (
        ("int_attribution__fingerprints", "other text: "),
        ("int_attribution__fingerprints", "all or distinct"),
    ),
    "who was never touched is in no path": (
        ("int_attribution__fingerprints", "inner to left: INNER JOIN touched_people"),
        ("int_attribution__fingerprints", "left to inner: LEFT JOIN people_of_conversions"),
    ),
    "DuckDB sorts rows that the window before sorted by this key too": (
        ("int_attribution__subject_touches", "drop order: touchpoint_key ASC"),
        ("int_attribution__paths", "drop order: touches.touchpoint_key ASC (2)"),
        ("int_attribution__paths", "drop order: touches.touchpoint_key ASC (3)"),
        ("int_attribution__paths", "drop order: touches.touchpoint_key ASC (4)"),
    ),
    "a journey has two transitions at least, and of values all 0 as of none no share can be told": (
        ("int_attribution__transitions", "one more: 0 → 1 (7)"),
        ("int_attribution__transitions", "swap: SUM(valued) > 0"),
    ),
}


def reason(model: str, change: str) -> tuple[str, str] | None:
    """The entry that says why no input tells the mutant from the model."""
    return reason_among(EQUIVALENT, model, change)
