with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

homes as (

    select * from {{ ref('canonical_contact_homes') }}

),

supplied as (

    select
        coalesce(losers.home_system, 'files') as loser_system,
        merges.loser_id,
        coalesce(winners.home_system, 'files') as winner_system,
        merges.winner_id,
        merges.merged_at,
        case when merges.unmerged_at <= as_of.as_of then merges.unmerged_at end as unmerged_at
    from {{ ref('stg_files__contact_merges') }} as merges
    cross join as_of
    left join homes as losers
        on losers.source_system = 'files'
        and merges.loser_id = losers.contact_id
    left join homes as winners
        on winners.source_system = 'files'
        and merges.winner_id = winners.contact_id
    where merges.merged_at <= as_of.as_of

),

merges as (

    select * from supplied
    union all
    select
        'hubspot' as loser_system, loser_id, 'hubspot' as winner_system, winner_id,
        cast(null as {{ dbt.type_timestamp() }}) as merged_at, cast(null as {{ dbt.type_timestamp() }}) as unmerged_at
    from {{ ref('canonical_hubspot_merges') }}

)

select * from merges
