with source as (

    select * from {{ source('raw_mailchimp', 'campaigns') }}

),

renamed as (

    select
        id as campaign_id,
        list_id,
        _source_account_id as source_account_id,

        type as campaign_type,
        status,
        title as campaign_name,
        subject_line,

        emails_sent,

        cast(create_time as {{ dbt.type_timestamp() }}) as created_at,
        cast(send_time as {{ dbt.type_timestamp() }}) as sent_at,

        row_number() over (
            partition by id
            order by _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
