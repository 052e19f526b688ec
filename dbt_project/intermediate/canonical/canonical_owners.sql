with owners as (

    select * from {{ ref('stg_hubspot__owners') }}

),

named as (

    select
        'hubspot' as source_system,
        owner_id,
        coalesce(
            nullif(
                trim({{ dbt.concat(["coalesce(first_name, '')", "' '", "coalesce(last_name, '')"]) }}), ''
            ),
            email,
            owner_id
        ) as owner
    from owners

)

select * from named
