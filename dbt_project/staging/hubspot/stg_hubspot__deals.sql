with source as (

    select * from {{ source('raw_hubspot', 'deals') }}

),

renamed as (

    select
        id as deal_id,
        hubspot_owner_id as owner_id,
        _source_account_id as source_account_id,

        dealname as name,
        dealstage as stage,
        pipeline,
        deal_currency_code as currency,
        dealtype as deal_type,
        product,
        lead_source,
        segment,
        closed_lost_reason as lost_reason,

        cast(amount as decimal(24, 6)) as amount,
        cast(hs_deal_stage_probability as decimal(14, 8)) as probability,

        archived as is_archived,

        cast(createdate as {{ dbt.type_timestamp() }}) as created_at,
        cast(closedate as {{ dbt.type_timestamp() }}) as close_date_at,
        cast(notes_last_updated as {{ dbt.type_timestamp() }}) as last_activity_at,
        cast(notes_next_activity_date as {{ dbt.type_timestamp() }}) as next_activity_at,
        cast(delivered_at as {{ dbt.type_timestamp() }}) as delivered_at,
        cast(hs_lastmodifieddate as {{ dbt.type_timestamp() }}) as updated_at,
        cast(archived_at as {{ dbt.type_timestamp() }}) as archived_at,

        row_number() over (
            partition by id
            order by hs_lastmodifieddate desc nulls last, _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
