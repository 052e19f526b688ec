with history as (

    select * from {{ ref('canonical_lifecycle_history') }}

),

people as (

    select * from {{ ref('canonical_people') }}

),

numbered as (

    select
        person_key,
        source_system,
        contact_id,
        stage,
        entered_at,
        row_number() over (
            partition by person_key, stage
            order by entered_at, contact_id, source_system
        ) as entry_no
    from history
    where stage in ('lead', 'mql')

),

conversions as (

    select
        numbered.source_system,
        {{ dbt.concat(['numbered.stage', "':'", 'numbered.contact_id']) }} as conversion_id,
        numbered.stage as conversion_type,
        numbered.person_key,
        people.company_key,
        numbered.entered_at as converted_at
    from numbered
    left join people on numbered.person_key = people.person_key
    where numbered.entry_no = 1

)

select * from conversions
