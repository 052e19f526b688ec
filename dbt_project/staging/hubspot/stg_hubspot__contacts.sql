with source as (

    select * from {{ source('raw_hubspot', 'contacts') }}

),

renamed as (

    select
        id as contact_id,
        hubspot_owner_id as owner_id,
        associatedcompanyid as company_id,
        hs_merged_object_ids as merged_contact_ids,
        _source_account_id as source_account_id,

        email,
        firstname as first_name,
        lastname as last_name,
        lifecyclestage as lifecycle_stage,
        hs_analytics_source as lead_source,
        self_reported_source,
        country,
        segment,

        archived as is_archived,
        hs_email_optout as is_opted_out,

        cast(createdate as {{ dbt.type_timestamp() }}) as created_at,
        cast(lastmodifieddate as {{ dbt.type_timestamp() }}) as updated_at,
        cast(archived_at as {{ dbt.type_timestamp() }}) as archived_at,

        row_number() over (
            partition by id
            order by lastmodifieddate desc nulls last, _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
