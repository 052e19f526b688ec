with source as (

    select * from {{ source('raw_mailchimp', 'members') }}

),

renamed as (

    select
        list_id,
        id as email_id,
        unique_email_id,
        _source_account_id as source_account_id,

        email_address as email,
        full_name,
        status,
        source,
        cast(merge_fields as {{ dbt.type_string() }}) as merge_fields,

        cast(timestamp_signup as {{ dbt.type_timestamp() }}) as signed_up_at,
        cast(timestamp_opt as {{ dbt.type_timestamp() }}) as opted_in_at,
        cast(last_changed as {{ dbt.type_timestamp() }}) as updated_at,

        row_number() over (
            partition by list_id, id
            order by last_changed desc nulls last, _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
