with source as (

    select * from {{ source('raw_files', 'contact_merges') }}

),

renamed as (

    select
        loser_id,
        winner_id,

        cast(merged_at as {{ dbt.type_timestamp() }}) as merged_at,
        cast(unmerged_at as {{ dbt.type_timestamp() }}) as unmerged_at,

        row_number() over (
            partition by loser_id, winner_id, merged_at
            order by _source_file desc, _source_row desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
