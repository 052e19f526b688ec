"""What the benchmark of attribution works on: drawn journeys and touches, as each side reads them."""

from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
JOURNEYS = 1_000_000
CONVERSIONS, TOUCHES = 200_000, 5_000_000
CHANNELS = [f"channel_{number}" for number in range(10)]
# A list with each channel as often as it weighs, 55 names in all.
WEIGHTS = "[" + ", ".join(f"'{name}'" for place, name in enumerate(CHANNELS) for _ in range(place + 1)) + "]"
CHANNEL = f"({WEIGHTS})[1 + cast(floor(random() * 55) as integer)]"
PATH_COLUMNS = """
    *, 'won' as conversion_type, cast(null as varchar) as campaign_key, false as is_retargeting,
    channel = 'channel_9' as is_direct, touch_no = touches_in_path as is_last, 0 as fingerprint
"""
BEFORE = """
    lag(channel) over (partition by key order by touch_no) as previous_channel,
    lag(channel, 2) over (partition by key order by touch_no) as channel_before_previous
"""


def prepare(folder: Path, converting: float) -> None:
    """What each side reads: a warehouse of journeys, one of touches, and both as the yardsticks have them."""
    import duckdb

    weights = ROOT / "dbt_project" / "seeds" / "attribution_weights.csv"
    for name in ("journeys", "touches"):
        (folder / name).mkdir()
        with duckdb.connect(str(folder / name / "warehouse.duckdb")) as engine:
            engine.execute("select setseed(0.5)")
            for schema in ("seeds", "intermediate", "marts"):
                engine.execute(f"create schema {schema}")
            engine.execute(f"create table seeds.attribution_weights as from read_csv('{weights}')")
            engine.execute(f"create table dim_channels as select unnest({CHANNELS}) as channel")
            if name == "journeys":
                _journeys(engine, folder, converting)
            else:
                _touches(engine, folder)


def _journeys(engine: Any, folder: Path, converting: float) -> None:
    """A million journeys of four touches on average; as many as said convert."""
    engine.execute(f"""
        create temp table journeys as
        select md5(cast(journey as varchar)) as key, random() < {converting} as is_converted,
            1 + cast(floor(ln(1 - random()) / ln(0.75)) as bigint) as length
        from range({JOURNEYS}) as drawn(journey)""")
    engine.execute("""
        create temp table touches as
        select key, is_converted, unnest(range(1, length + 1)) as touch_no, length as touches_in_path
        from journeys""")
    engine.execute(f"""
        create temp table drawn as
        select *, {CHANNEL} as channel,
            timestamp '2026-01-01' + to_seconds(60 * touch_no + cast(floor(random() * 60) as integer))
                as occurred_at
        from touches""")
    engine.execute(f"create temp table walked as select *, {BEFORE} from drawn")
    engine.execute(f"""
        create table path_rows as
        with numbered as (
            select key as conversion_key, key as person_key, md5(key || touch_no) as touchpoint_key, channel,
                previous_channel, channel_before_previous, touch_no, touches_in_path, occurred_at,
                max(occurred_at) over (partition by key) as last_touched_at,
                timestamp '2026-02-01' as converted_at,
                case when hash(key) % 3 > 0 then 1 + cast(hash(key) % touches_in_path as bigint) end
                    as lead_touch_no,
                case when hash(key) % 5 > 1 then touches_in_path end as opportunity_touch_no
            from walked where is_converted
        )
        select {PATH_COLUMNS} from numbered""")
    engine.execute("""
        create table intermediate.int_attribution__subject_touches as
        select key as subject_key, channel, previous_channel, channel_before_previous, touch_no,
            touch_no = touches_in_path as is_last
        from walked""")
    engine.execute("""
        create table intermediate.int_attribution__subjects as
        select 'won' as conversion_type, key as person_key from journeys where is_converted""")
    engine.execute("""
        create table marts.fct_conversions as
        select 'won' as conversion_type, key as conversion_key, timestamp '2026-02-01' as converted_at,
            cast(100 as decimal(24, 6)) as value_reporting
        from journeys where is_converted""")
    engine.execute("""
        create table intermediate.int_attribution__type_numbers as
        select 'won' as conversion_type, 1 as type_no""")
    engine.execute("""
        create table intermediate.int_attribution__channel_numbers as
        select channel, row_number() over (order by channel) as channel_no from dim_channels""")
    engine.execute(f"""
        copy (select string_agg(channel, ' > ' order by touch_no) as path,
                cast(any_value(is_converted) as integer) as conversions,
                1 - cast(any_value(is_converted) as integer) as lost
            from walked group by key) to '{folder / "journeys.parquet"}'""")


def _touches(engine: Any, folder: Path) -> None:
    """Five million touches of half a million people, of whom two in five convert."""
    people = int(CONVERSIONS * 2.5)
    engine.execute(f"""
        create table touch_rows as
        select md5('t' || touch) as touchpoint_key, cast(touch as varchar) as touchpoint_id,
            md5('p' || cast(floor(random() * {people}) as integer)) as person_key, {CHANNEL} as channel,
            timestamp '2026-01-01' + to_seconds(cast(floor(random() * 15552000) as integer)) as occurred_at
        from range({TOUCHES}) as drawn(touch)""")
    engine.execute(f"""
        create table conversion_rows as
        select md5('c' || person) as conversion_key, md5('p' || person) as person_key,
            'won' as conversion_type,
            timestamp '2026-03-01' + to_seconds(cast(floor(random() * 10368000) as integer)) as converted_at
        from range({CONVERSIONS}) as drawn(person)""")
    for name in ("touch_rows", "conversion_rows"):
        engine.execute(f"copy {name} to '{folder / name}.parquet'")
    engine.execute("""
        create table rule_touches as
        select *, channel = 'channel_9' as is_direct, cast(null as varchar) as campaign_key,
            false as is_retargeting, false as is_withheld
        from touch_rows""")
    engine.execute("""
        create table rule_subjects as
        select *, cast(null as timestamp) as previous_converted_at, cast(null as varchar) as deal_key
        from conversion_rows""")
