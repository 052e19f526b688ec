{%- set rules = [
    var('attribution_lookback_days'), var('attribution_collapse_repeats'), var('time_decay_half_life_days'),
    attribution_sql_checksum(),
] -%}

with conversions as (

    select * from {{ ref('int_attribution__conversions') }}

),

subjects as (

    select * from {{ ref('int_attribution__subjects') }}

),

touches as (

    select * from {{ ref('int_attribution__touches') }}

),

milestones as (

    select * from {{ ref('int_attribution__milestones') }}

),

seed_rows as (

    select {{ row_hash(["'lookback'", 'conversion_type', 'channel', 'lookback_days']) }} as row_hash
    from {{ ref('attribution_lookbacks') }}
    union all
    select {{ row_hash(["'weight'", 'model', 'position', 'weight']) }} as row_hash
    from {{ ref('attribution_weights') }}

),

seeds as (

    select {{ sum_of_hashes('row_hash') }} as seeds_hash from seed_rows

),

touched_people as (

    select
        person_key,
        {{ sum_of_hashes(row_hash([
            'touchpoint_key', 'touchpoint_id', 'occurred_at', 'channel', 'is_direct', 'campaign_key', 'is_retargeting',
            'is_withheld',
        ])) }} as touches_hash
    from touches
    group by person_key

),

people_of_conversions as (

    select
        subjects.conversion_key,
        {{ sum_of_hashes(row_hash(['subjects.person_key', 'touched_people.touches_hash'])) }} as people_hash
    from subjects
    inner join touched_people
        on subjects.person_key = touched_people.person_key
    group by subjects.conversion_key

),

fingerprints as (

    select
        conversions.conversion_key,
        {{ row_hash([
            'conversions.conversion_type', 'conversions.converted_at', 'conversions.previous_converted_at',
            'milestones.lead_at', 'milestones.opportunity_at', 'people_of_conversions.people_hash', 'seeds.seeds_hash',
            "'" ~ rules | join(' ') ~ "'",
        ]) }} as fingerprint
    from conversions
    cross join seeds
    left join milestones
        on conversions.conversion_key = milestones.conversion_key
    left join people_of_conversions
        on conversions.conversion_key = people_of_conversions.conversion_key

)

select * from fingerprints
