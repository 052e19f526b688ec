with source as (

    select * from {{ source('raw_mailchimp', 'email_activity') }}

),

renamed as (

    select
        campaign_id,
        list_id,
        email_id,
        _source_account_id as source_account_id,

        email_address as email,
        action,
        type as bounce_type,
        url,
        ip,

        cast(occurred_at as {{ dbt.type_timestamp() }}) as occurred_at,

        row_number() over (
            partition by campaign_id, email_id, action, occurred_at, url
            order by _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
