with source as (

    select * from {{ source('raw_mailchimp', 'reports') }}

),

renamed as (

    select
        id as campaign_id,
        list_id,
        _source_account_id as source_account_id,

        campaign_title as campaign_name,

        emails_sent,
        opens_total,
        unique_opens,
        proxy_excluded_opens,
        proxy_excluded_unique_opens,
        clicks_total,
        unique_clicks,
        hard_bounces,
        soft_bounces,
        unsubscribed,
        abuse_reports,

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
