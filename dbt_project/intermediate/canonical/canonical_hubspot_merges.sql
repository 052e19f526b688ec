with merged as (

    select
        contact_id as winner_id,
        merged_contact_ids,
        length(merged_contact_ids) - length(replace(merged_contact_ids, ';', '')) + 1 as losers
    from {{ ref('canonical_contact_records') }}
    where source_system = 'hubspot' and merged_contact_ids is not null

),

positions as (

    select units.digit + 10 * tens.digit + 100 * hundreds.digit + 1 as position
    from ({{ digits() }}) as units
    cross join ({{ digits() }}) as tens
    cross join ({{ digits() }}) as hundreds

),

losers as (

    select distinct
        merged.winner_id,
        trim({{ dbt.split_part('merged.merged_contact_ids', "';'", 'positions.position') }}) as loser_id
    from merged
    inner join positions on positions.position <= merged.losers

),

named_losers as (

    select * from losers
    where loser_id != ''

)

select * from named_losers
